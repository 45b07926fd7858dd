/* SPDX-License-Identifier: MIT
 *
 * A server while its folder is read. What fails for lack of memory sets `failed`.
 */
#pragma once

#include "base/buf.h"
#include "like/like.h"
#include "like/netsh.h"

/* `file` is within the folder; it and the text are escaped here. Returns the index of
 * the line, LIKE_LINES_MAX if there is no room. */
size_t like_say(struct like *like, enum like_kind kind, const char *file, size_t line,
                const char *fmt, ...) PRINTF_LIKE(5, 6);
/* An option that was taken, and the line that says so. `binding` may be NULL. */
void like_set(struct like *like, struct like_binding *binding, const char *option,
              struct slice value, const char *file, size_t line, const char *fmt, ...)
    PRINTF_LIKE(7, 8);
/* NULL: there are too many, or memory is out. Valid until the next one is added. */
struct like_binding *like_add_binding(struct like *like, struct slice address,
                                      const char *file, size_t line);
void like_drop_bindings(struct like *like);
/* For sentences: cut at 200 bytes, so that a precision can be an int. */
int like_shown(struct slice text);

/* like_netsh.c: adds the bindings. */
void like_netsh(struct like *like, const char *file, struct slice text, bool is_json);
/* like_registry.c: `bindings` = those of http.sys only, else all but them. */
void like_registry(struct like *like, const char *file, struct slice text,
                   bool bindings);
/* like_traps.c: what looks wrong once all is there. */
void like_check(struct like *like);

/* One value of a binding of the registry, under netsh's name for it; BITS by `bits`. */
void like_netsh_number(struct like *like, struct like_binding *binding,
                       enum netsh_field field, uint32_t bits, struct slice value,
                       const char *file, size_t line);
