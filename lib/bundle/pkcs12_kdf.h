/* SPDX-License-Identifier: MIT
 *
 * The key derivation of PKCS#12 (RFC 7292 appendix B). mbedTLS has it for passwords
 * of up to 31 characters only, hence this one. Part of bundle/pkcs12.
 */
#pragma once

#include "base/buf.h"

#include <mbedtls/md.h>
#include <stdbool.h>
#include <stdint.h>

/* What the derived bytes are for (B.3). */
enum pkcs12_kdf_purpose {
    PKCS12_KDF_KEY = 1,
    PKCS12_KDF_IV = 2,
    PKCS12_KDF_MAC = 3,
};

/* Appends the password as PKCS#12 wants it: UTF-16 big-endian with a zero after it.
 * NULL is the absent password, no bytes at all, which differs from "". Text that is not
 * UTF-8 is taken for ISO 8859-1, as OpenSSL does. */
bool pkcs12_kdf_append_password(struct buf *out, const char *password);

/* How many hash computations one iteration takes for `len` bytes. */
size_t pkcs12_kdf_blocks(mbedtls_md_type_t md, size_t len);

struct pkcs12_kdf {
    mbedtls_md_type_t md;
    struct slice password; /* as pkcs12_kdf_append_password makes it */
    struct slice salt;
    uint32_t iterations;
};
/* Derives `len` bytes; false: out of memory. */
bool pkcs12_kdf_derive(const struct pkcs12_kdf *kdf, enum pkcs12_kdf_purpose purpose,
                       uint8_t *out, size_t len);

/* PBKDF2 (RFC 8018 5.2) by Nettle, which takes half the time of mbedTLS. False: Nettle
 * does not have this hash. */
bool pkcs12_pbkdf2_derive(mbedtls_md_type_t md, struct slice password,
                          struct slice salt, uint32_t iterations, uint8_t *out,
                          size_t len);
