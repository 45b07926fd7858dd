/* SPDX-License-Identifier: MIT
 *
 * Builds jansson objects with many unchecked additions and one check at the end, as
 * struct buf does for bytes. Texts may be any bytes: what is no UTF-8 becomes U+FFFD,
 * what is very long is cut.
 */
#pragma once

#include "base/buf.h"

#include <jansson.h>

#include <stdbool.h>
#include <stdint.h>

#define VALUES_TEXT_MAX ((size_t)2048)

struct values {
    json_t *object; /* owned; or an array */
    bool failed;
};

void values_init(struct values *values);
/* The same for a list. */
struct values values_list(void);
/* The object or list, now the caller's; NULL when memory ran out. */
json_t *values_take(struct values *values);

/* Consumes `value`; NULL = memory ran out. */
void values_put(struct values *values, const char *key, json_t *value);
/* NULL adds nothing. */
void values_text(struct values *values, const char *key, const char *text);
void values_slice(struct values *values, const char *key, struct slice text);
void values_printf(struct values *values, const char *key, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void values_number(struct values *values, const char *key, int64_t number);
void values_flag(struct values *values, const char *key, bool flag);

/* Adds to a list. Consumes `value`; NULL = memory ran out. */
void values_add(struct values *list, json_t *value);
/* Adds {"label": label, "value": value} to a list; nothing for NULL or "". */
void values_row(struct values *list, const char *label, const char *value);

/* New references, NULL when memory ran out. */
json_t *values_string(struct slice text);
/* The content of a buf that was filled for this; finishes it. */
json_t *values_buf(struct buf *text);
