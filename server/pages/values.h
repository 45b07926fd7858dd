/* SPDX-License-Identifier: MIT
 *
 * Building jansson objects with many unchecked additions and one check at the end,
 * as struct buf does for bytes. Texts may be any bytes: what is no UTF-8 becomes
 * U+FFFD, what is very long is cut.
 */
#pragma once

#include "base/buf.h"

#include <jansson.h>

#include <stdbool.h>
#include <stdint.h>

#define VALUES_TEXT_MAX ((size_t)2048)

struct values {
    json_t *object; /* owned */
    bool failed;
};

void values_init(struct values *values);
/* The object, now the caller's; NULL when memory ran out. */
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

json_t *values_string(struct slice text);
/* Adds {"label": label, "value": value} to a list; nothing for NULL or "". */
void values_row(json_t *list, const char *label, const char *value);
