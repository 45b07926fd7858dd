/* SPDX-License-Identifier: MIT
 *
 * Inside lib/describe: a value as text, indented by two. json_value_dump() calls it.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

struct json_t;

/* Appends what jansson makes with JSON_INDENT(2), in a third of its time. False:
 * out of memory, or a value that is not written here (a real number): nothing that
 * was appended counts. */
bool json_write(struct buf *out, struct json_t *value);
