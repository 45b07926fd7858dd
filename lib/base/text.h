/* SPDX-License-Identifier: MIT
 *
 * Untrusted text: UTF-8 checks, escaping for a terminal, hex, and the
 * few ctype-like helpers that must not depend on the locale.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one UTF-8 code point (RFC 3629: no overlong form, no surrogate) and
 * returns its length in bytes, or 0 when the bytes are not UTF-8. */
size_t text_decode_utf8(struct slice text, uint32_t *ret_code_point);
bool text_is_utf8(struct slice text);
/* Appends one code point as UTF-8; U+FFFD for an invalid one. */
bool text_append_utf8(struct buf *out, uint32_t code_point);

/* True for code points that a reader cannot see or that reorder others: C0 and
 * C1 controls, DEL, bidirectional controls, zero-width characters, line and
 * paragraph separators, BOM, tags, noncharacters. */
bool text_is_hidden(uint32_t code_point);

/* Appends text that is safe on a terminal and on one line of a log: hidden code
 * points and bytes that are no UTF-8 become \xHH or \u{H}. No input can end the line,
 * move the cursor or reorder the display. Escaping twice changes nothing more; a
 * backslash stays one, for LocalMachine\Root must be readable. */
bool text_escape_terminal(struct buf *out, struct slice text);

/* The value of a hex digit in either case; -1 for anything else. */
int text_hex_value(char c);
/* Appends lower-case hex, with `separator` (0 = none) between bytes. */
bool text_append_hex(struct buf *out, struct slice bytes, char separator);
/* Reads hex digits, skipping blanks and ':' and, as the Windows viewer pastes
 * it, a leading U+200E. False for anything else, an odd digit or no room. */
bool text_read_hex(const char *text, uint8_t *bytes, size_t size, size_t *ret_len);

/* ASCII only, independent of the locale. */
char text_lower(char c);
bool text_equal_ignoring_case(const char *a, const char *b);
bool text_equal_slices_ignoring_case(struct slice a, struct slice b);
bool text_has_prefix_ignoring_case(const char *text, const char *prefix);
bool text_has_suffix_ignoring_case(const char *text, const char *suffix);
/* How many bytes of a URL's path the prefix takes, as IIS compares them: by whole
 * segments, without case, and '\\' is '/'. SIZE_MAX = the path begins otherwise. */
size_t text_skip_path(const char *path, const char *prefix);

/* The nearest of several words to one that is none of them, for "did you mean": a few
 * letters may be wrong, missing or too many, the fewer the shorter it is. */
struct text_nearest {
    struct slice word;
    size_t best;
    const char *found; /* borrowed from the candidates; NULL = none is near */
};
void text_nearest_init(struct text_nearest *nearest, struct slice word);
void text_nearest_look(struct text_nearest *nearest, const char *candidate);

/* A decimal number without sign, at most `max`. False for anything else. */
bool text_read_number(const char *text, uint64_t max, uint64_t *ret_value);
