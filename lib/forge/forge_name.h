/* SPDX-License-Identifier: MIT
 *
 * Names for forged certificates, written from the tables' notation (its legend is
 * in certs/cases.tsv). Any bytes and any string type can be had on purpose: what
 * comes out need not be valid.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

/* Appends a Name TLV. False if the notation is wrong, or if memory runs out (then
 * out->failed). */
bool forge_name_write(struct buf *out, const char *notation);
/* Appends one GeneralName TLV: "DNS:x", "email:x", "UPN:x", "URI:x", "IP:x". */
bool forge_name_write_general(struct buf *out, const char *notation);
