/* SPDX-License-Identifier: MIT
 *
 * The OCSP response that a server staples to its own certificate (RFC 6066 8), signed
 * by the test CA that issued it.
 */
#pragma once

#include "forge/forge.h"

/* How long it is good for. */
#define FORGE_STAPLE_LIFETIME ((int64_t)7 * 86400)

/* Appends the response's DER; nothing if `issuer` is none of the world's CAs. One
 * signature. */
int forge_staple(const struct forge_world *world, const struct certificate *leaf,
                 const struct certificate *issuer, int64_t now, struct buf *out,
                 struct err *err) MUST_CHECK;
