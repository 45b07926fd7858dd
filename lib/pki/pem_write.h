/* SPDX-License-Identifier: MIT
 *
 * PEM written (RFC 7468); pki/pem reads it.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

/* Appends one block with 64 characters per line. The bytes may be a secret: no second
 * copy of them is left behind. */
bool pem_write(struct buf *out, const char *label, struct slice der);
/* Base64 only, on one line without a line end. */
bool pem_write_line(struct buf *out, struct slice der);
