/* SPDX-License-Identifier: MIT
 *
 * Lines of a text broken at blanks, so that they fit a terminal of 80 columns.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

#define WRAP_COLUMNS 80

/* Appends `text`, which is escaped UTF-8. What follows a break stands below the value
 * of "Label   value", below the word behind "! ", "- " and "+- ", and else below the
 * beginning of the line, two further in if that has no indent. Words are never
 * broken. */
bool wrap_append(struct buf *out, struct slice text);
/* Appends `text`, one line of escaped UTF-8 that begins in `column` of a line of
 * `columns`, and goes on below its beginning. */
bool wrap_append_value(struct buf *out, struct slice text, size_t column,
                       size_t columns);
