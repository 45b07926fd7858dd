/* SPDX-License-Identifier: MIT
 *
 * The query of a URL as forms and programs write it: name=value, with '&' between.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* The first value of `name`, decoded ('+' is a blank), NUL-terminated. False: there is
 * none, it does not decode, or it does not fit; then `value` is "". */
bool query_find(const char *query, const char *name, char *value, size_t size);
/* A parameter that is there at all, also without "=". */
bool query_has(const char *query, const char *name);
