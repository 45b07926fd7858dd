/* SPDX-License-Identifier: MIT
 *
 * The query of a URL as forms and programs write it: name=value, with '&' between.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* Takes the next pair off the front without decoding it; the value is "" where there is
 * no '='. False if no pair is left. */
bool query_next(struct slice *rest, struct slice *ret_name, struct slice *ret_value);

/* The first value of `name`, decoded (escape_decode_form), NUL-terminated. False if
 * there is none, it contains a NUL, or it does not fit; then `value` is "". */
bool query_find(const char *query, const char *name, char *value, size_t size);
/* The parameter is present, with or without "=". */
bool query_has(const char *query, const char *name);
