/* SPDX-License-Identifier: MIT
 *
 * DSA (FIPS 186-4 4.7), which Windows verifies and mbedTLS has not: the check of a
 * signature. Part of pki/key_verify.
 */
#pragma once

#include "pki/key.h"

/* Lengths that FIPS 186-4 4.2 and its predecessors have, rounded: p in bits. */
#define KEY_DSA_BITS_MIN ((size_t)512)
#define KEY_DSA_BITS_MAX ((size_t)3072)

/* `params` is the content behind the key's OID, { p, q, g }; `key` the BIT STRING's, y
 * (RFC 3279 2.3.2). SIGNATURE_UNSUPPORTED for numbers beyond the bounds, and without
 * parameters, which may then be those of the issuer. */
enum signature_result key_dsa_verify(struct slice params, struct slice key,
                                     struct slice digest, struct slice signature);
/* Bits of p; 0 if there is none. */
size_t key_dsa_bits(struct slice params);
