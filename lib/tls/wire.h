/* SPDX-License-Identifier: MIT
 *
 * Reading TLS's presentation language (RFC 8446 3) off borrowed bytes: big-endian
 * numbers and vectors with their length before them. Each takes what it read off
 * the cursor, and leaves the cursor alone when it returns false.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

bool wire_read_number(struct slice *cursor, size_t width, size_t *ret_value);
bool wire_read_bytes(struct slice *cursor, size_t len, struct slice *ret_bytes);
/* The vector is preceded by its length, in `width` bytes. */
bool wire_read_vector(struct slice *cursor, size_t width, struct slice *ret_bytes);
