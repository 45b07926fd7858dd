/* SPDX-License-Identifier: MIT */
#include "bundle/pkcs12_oid.h"

#include "base/compiler.h"

#include <assert.h>
#include <stddef.h>

#define PKCS1  "\x2a\x86\x48\x86\xf7\x0d\x01"
#define RSADSI "\x2a\x86\x48\x86\xf7\x0d"
#define NIST   "\x60\x86\x48\x01\x65\x03\x04"
#define DER(text)                                 \
    {                                             \
        (const uint8_t *)(text), sizeof(text) - 1 \
    }
#define NO_MD     MBEDTLS_MD_NONE
#define NO_CIPHER MBEDTLS_CIPHER_NONE
#define NO_OLD    PKCS12_OLD_NONE

/* clang-format off */
static const struct pkcs12_oid_info rows[] = {
    { PKCS12_OID_PBE,   DER(PKCS1 "\x0c\x01\x03"), MBEDTLS_MD_SHA1, MBEDTLS_CIPHER_DES_EDE3_CBC, NULL, NO_OLD },
    { PKCS12_OID_PBE,   DER(PKCS1 "\x0c\x01\x04"), MBEDTLS_MD_SHA1, MBEDTLS_CIPHER_DES_EDE_CBC,  NULL, NO_OLD },
    { PKCS12_OID_PBE,   DER(PKCS1 "\x0c\x01\x01"), MBEDTLS_MD_SHA1, NO_CIPHER, NULL, PKCS12_OLD_RC4_128 },
    { PKCS12_OID_PBE,   DER(PKCS1 "\x0c\x01\x02"), MBEDTLS_MD_SHA1, NO_CIPHER, NULL, PKCS12_OLD_RC4_40 },
    { PKCS12_OID_PBE,   DER(PKCS1 "\x0c\x01\x05"), MBEDTLS_MD_SHA1, NO_CIPHER, NULL, PKCS12_OLD_RC2_128 },
    { PKCS12_OID_PBE,   DER(PKCS1 "\x0c\x01\x06"), MBEDTLS_MD_SHA1, NO_CIPHER, NULL, PKCS12_OLD_RC2_40 },
    { PKCS12_OID_OTHER, DER(PKCS1 "\x05\x01"), NO_MD, NO_CIPHER, "DES with MD2 (PBES1)", NO_OLD },
    { PKCS12_OID_OTHER, DER(PKCS1 "\x05\x03"), NO_MD, NO_CIPHER, "DES with MD5 (PBES1)", NO_OLD },
    { PKCS12_OID_OTHER, DER(PKCS1 "\x05\x04"), NO_MD, NO_CIPHER, "RC2 with MD2 (PBES1)", NO_OLD },
    { PKCS12_OID_OTHER, DER(PKCS1 "\x05\x06"), NO_MD, NO_CIPHER, "RC2 with MD5 (PBES1)", NO_OLD },
    { PKCS12_OID_OTHER, DER(PKCS1 "\x05\x0a"), NO_MD, NO_CIPHER, "DES with SHA-1 (PBES1)", NO_OLD },
    { PKCS12_OID_OTHER, DER(PKCS1 "\x05\x0b"), NO_MD, NO_CIPHER, "RC2 with SHA-1 (PBES1)", NO_OLD },
    { PKCS12_OID_PBES2, DER(PKCS1 "\x05\x0d"), NO_MD, NO_CIPHER, "PBES2", NO_OLD },
    { PKCS12_OID_PBMAC1, DER(PKCS1 "\x05\x0e"), NO_MD, NO_CIPHER, "PBMAC1", NO_OLD },
    { PKCS12_OID_PBKDF2, DER(PKCS1 "\x05\x0c"), NO_MD, NO_CIPHER, "PBKDF2", NO_OLD },
    { PKCS12_OID_OTHER, DER("\x2b\x06\x01\x04\x01\xda\x47\x04\x0b"), NO_MD, NO_CIPHER, "scrypt", NO_OLD },

    { PKCS12_OID_CIPHER, DER(NIST "\x01\x2a"), NO_MD, MBEDTLS_CIPHER_AES_256_CBC, "AES-256-CBC", NO_OLD },
    { PKCS12_OID_CIPHER, DER(NIST "\x01\x16"), NO_MD, MBEDTLS_CIPHER_AES_192_CBC, "AES-192-CBC", NO_OLD },
    { PKCS12_OID_CIPHER, DER(NIST "\x01\x02"), NO_MD, MBEDTLS_CIPHER_AES_128_CBC, "AES-128-CBC", NO_OLD },
    { PKCS12_OID_CIPHER, DER(RSADSI "\x03\x07"), NO_MD, MBEDTLS_CIPHER_DES_EDE3_CBC, "Triple DES", NO_OLD },
    { PKCS12_OID_OTHER,  DER(RSADSI "\x03\x02"), NO_MD, NO_CIPHER, "RC2", NO_OLD },
    { PKCS12_OID_OTHER,  DER("\x2b\x0e\x03\x02\x07"), NO_MD, NO_CIPHER, "DES", NO_OLD },
    { PKCS12_OID_OTHER,  DER(NIST "\x01\x2e"), NO_MD, NO_CIPHER, "AES-256-GCM", NO_OLD },
    { PKCS12_OID_OTHER,  DER(NIST "\x01\x06"), NO_MD, NO_CIPHER, "AES-128-GCM", NO_OLD },

    { PKCS12_OID_HMAC, DER(RSADSI "\x02\x07"), MBEDTLS_MD_SHA1, NO_CIPHER, "HMAC-SHA-1", NO_OLD },
    { PKCS12_OID_HMAC, DER(RSADSI "\x02\x08"), MBEDTLS_MD_SHA224, NO_CIPHER, "HMAC-SHA-224", NO_OLD },
    { PKCS12_OID_HMAC, DER(RSADSI "\x02\x09"), MBEDTLS_MD_SHA256, NO_CIPHER, "HMAC-SHA-256", NO_OLD },
    { PKCS12_OID_HMAC, DER(RSADSI "\x02\x0a"), MBEDTLS_MD_SHA384, NO_CIPHER, "HMAC-SHA-384", NO_OLD },
    { PKCS12_OID_HMAC, DER(RSADSI "\x02\x0b"), MBEDTLS_MD_SHA512, NO_CIPHER, "HMAC-SHA-512", NO_OLD },
    { PKCS12_OID_HASH, DER("\x2b\x0e\x03\x02\x1a"), MBEDTLS_MD_SHA1, NO_CIPHER, "SHA-1", NO_OLD },
    { PKCS12_OID_HASH, DER(NIST "\x02\x04"), MBEDTLS_MD_SHA224, NO_CIPHER, "SHA-224", NO_OLD },
    { PKCS12_OID_HASH, DER(NIST "\x02\x01"), MBEDTLS_MD_SHA256, NO_CIPHER, "SHA-256", NO_OLD },
    { PKCS12_OID_HASH, DER(NIST "\x02\x02"), MBEDTLS_MD_SHA384, NO_CIPHER, "SHA-384", NO_OLD },
    { PKCS12_OID_HASH, DER(NIST "\x02\x03"), MBEDTLS_MD_SHA512, NO_CIPHER, "SHA-512", NO_OLD },
    { PKCS12_OID_OTHER, DER(RSADSI "\x02\x05"), NO_MD, NO_CIPHER, "MD5", NO_OLD },

    { PKCS12_OID_DATA,           DER(PKCS1 "\x07\x01"), NO_MD, NO_CIPHER, "data", NO_OLD },
    { PKCS12_OID_SIGNED_DATA,    DER(PKCS1 "\x07\x02"), NO_MD, NO_CIPHER, "a signature by a key (signedData)", NO_OLD },
    { PKCS12_OID_ENVELOPED_DATA, DER(PKCS1 "\x07\x03"), NO_MD, NO_CIPHER, "encryption to a key (envelopedData)", NO_OLD },
    { PKCS12_OID_ENCRYPTED_DATA, DER(PKCS1 "\x07\x06"), NO_MD, NO_CIPHER, "encryptedData", NO_OLD },

    { PKCS12_OID_KEY_BAG,           DER(PKCS1 "\x0c\x0a\x01\x01"), NO_MD, NO_CIPHER, NULL, NO_OLD },
    { PKCS12_OID_SHROUDED_KEY_BAG,  DER(PKCS1 "\x0c\x0a\x01\x02"), NO_MD, NO_CIPHER, NULL, NO_OLD },
    { PKCS12_OID_CERT_BAG,          DER(PKCS1 "\x0c\x0a\x01\x03"), NO_MD, NO_CIPHER, NULL, NO_OLD },
    { PKCS12_OID_CRL_BAG,           DER(PKCS1 "\x0c\x0a\x01\x04"), NO_MD, NO_CIPHER, NULL, NO_OLD },
    { PKCS12_OID_SAFE_CONTENTS_BAG, DER(PKCS1 "\x0c\x0a\x01\x06"), NO_MD, NO_CIPHER, NULL, NO_OLD },
    { PKCS12_OID_X509_CERTIFICATE,  DER(PKCS1 "\x09\x16\x01"), NO_MD, NO_CIPHER, NULL, NO_OLD },
    { PKCS12_OID_X509_CRL,          DER(PKCS1 "\x09\x17\x01"), NO_MD, NO_CIPHER, NULL, NO_OLD },
    { PKCS12_OID_FRIENDLY_NAME,     DER(PKCS1 "\x09\x14"), NO_MD, NO_CIPHER, NULL, NO_OLD },
    { PKCS12_OID_LOCAL_KEY_ID,      DER(PKCS1 "\x09\x15"), NO_MD, NO_CIPHER, NULL, NO_OLD },
};
/* clang-format on */

const struct pkcs12_oid_info *pkcs12_oid_find(struct slice content)
{
    static const struct pkcs12_oid_info unknown = { .role = PKCS12_OID_OTHER };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (slice_equal(rows[i].der, content)) {
            return &rows[i];
        }
    }
    return &unknown;
}

struct slice pkcs12_oid_get(enum pkcs12_oid_role role, mbedtls_md_type_t md,
                            mbedtls_cipher_type_t cipher)
{
    size_t i = 0;
    while (i < ARRAY_LEN(rows) &&
           (rows[i].role != role || rows[i].md != md || rows[i].cipher != cipher)) {
        i++;
    }
    assert(i < ARRAY_LEN(rows)); /* every algorithm of the writer has its row */
    return rows[i].der;
}
