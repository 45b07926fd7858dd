/* SPDX-License-Identifier: MIT
 *
 * The ciphers of old PKCS#12 files that mbedTLS lacks, by Nettle; for reading only. RC2
 * with 40 bits protects the certificates in what Windows before Server 2019, IIS and
 * Java before 8u301 export. Part of bundle/pkcs12.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pkcs12_old_cipher {
    PKCS12_OLD_NONE, /* one of mbedTLS's */
    PKCS12_OLD_RC2_40,
    PKCS12_OLD_RC2_128,
    PKCS12_OLD_RC4_40,
    PKCS12_OLD_RC4_128,
};

/* Bytes of the key, and of the IV (0 = it takes none). */
size_t pkcs12_old_cipher_key_len(enum pkcs12_old_cipher cipher);
size_t pkcs12_old_cipher_iv_len(enum pkcs12_old_cipher cipher);

enum pkcs12_old_result {
    PKCS12_OLD_DONE,
    PKCS12_OLD_CUT,     /* no whole number of blocks */
    PKCS12_OLD_PADDING, /* the padding of RC2 is not right: most likely the password.
                         * RC4 has none, so that a wrong password is not noticed here.
                         */
    PKCS12_OLD_MEMORY,
};
/* Appends the plaintext. */
enum pkcs12_old_result pkcs12_old_cipher_decrypt(enum pkcs12_old_cipher cipher,
                                                 const uint8_t *key, const uint8_t *iv,
                                                 struct slice input, struct buf *out);
