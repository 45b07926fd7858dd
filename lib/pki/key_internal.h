/* SPDX-License-Identifier: MIT
 *
 * Private to key.c, key_parse.c and key_verify.c.
 */
#pragma once

#include "pki/key.h"

#include <mbedtls/pk.h>

struct key {
    mbedtls_pk_context pk;
};

/* NULL when out of memory. */
struct key *key_create_empty(void);
/* ERR_MBEDTLS with the library's own words for `code`. Returns -1. */
int key_err(struct err *err, int code, const char *what);

/* Reads a SubjectPublicKeyInfo into an initialised context, which the caller
 * frees in any case. 0, or mbedTLS's code: for a key that we cannot compute with, among
 * them RSA keys over KEY_RSA_BITS_MAX bits, or for want of memory (pki/crypto_code). An
 * id-RSASSA-PSS key is read as plain RSA. */
int key_read_spki(struct slice spki, mbedtls_pk_context *pk);

/* mbedTLS's bignums end at 8192 bits; a public exponent over 64 bits is in no honest
 * key and would make one check take seconds. */
#define KEY_RSA_BITS_MAX           ((size_t)8192)
#define KEY_RSA_EXPONENT_BYTES_MAX ((size_t)8)
