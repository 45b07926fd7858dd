/* SPDX-License-Identifier: MIT
 *
 * BER (X.690 8) made DER as far as PKCS#7 and PKCS#12 files need it: lengths that
 * are left open become definite, and an OCTET STRING in pieces becomes one. NSS
 * (Firefox) and old versions of Windows write such files.
 *
 * What is DER already is copied byte by byte, whatever else it is: a certificate
 * inside stays what was signed.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

/* How deep values may nest. */
#define BER_DEPTH_MAX 32u

/* Appends the first value of `ber` as DER. False, with `out` undefined, if it is not
 * BER, if it nests deeper than BER_DEPTH_MAX, or if memory runs out (then
 * out->failed). */
bool ber_to_der(struct slice ber, struct buf *out);
