/* SPDX-License-Identifier: MIT
 *
 * The object identifiers that occur in PKCS#12 files only, with what they stand for;
 * those that are not supported have a name for the error. Part of bundle/pkcs12.
 */
#pragma once

#include "bundle/pkcs12_old_cipher.h"

#include <mbedtls/cipher.h>
#include <mbedtls/md.h>

enum pkcs12_oid_role {
    PKCS12_OID_OTHER, /* `name`, or NULL, is all that we know of it */
    /* algorithms */
    PKCS12_OID_PBE, /* key derivation of PKCS#12: md, and cipher or old */
    PKCS12_OID_PBES2,
    PKCS12_OID_PBMAC1,
    PKCS12_OID_PBKDF2,
    PKCS12_OID_CIPHER, /* cipher */
    PKCS12_OID_HMAC,   /* md */
    PKCS12_OID_HASH,   /* md */
    /* content types */
    PKCS12_OID_DATA,
    PKCS12_OID_SIGNED_DATA,
    PKCS12_OID_ENVELOPED_DATA,
    PKCS12_OID_ENCRYPTED_DATA,
    /* bags */
    PKCS12_OID_KEY_BAG,
    PKCS12_OID_SHROUDED_KEY_BAG,
    PKCS12_OID_CERT_BAG,
    PKCS12_OID_CRL_BAG,
    PKCS12_OID_SAFE_CONTENTS_BAG,
    PKCS12_OID_X509_CERTIFICATE,
    PKCS12_OID_X509_CRL,
    PKCS12_OID_FRIENDLY_NAME,
    PKCS12_OID_LOCAL_KEY_ID,
};

struct pkcs12_oid_info {
    enum pkcs12_oid_role role;
    struct slice der; /* content bytes */
    mbedtls_md_type_t md;
    mbedtls_cipher_type_t cipher;
    const char *name; /* for errors; NULL = appears in none */
    enum pkcs12_old_cipher old;
};

/* Never NULL: what is not known is a nameless PKCS12_OID_OTHER. */
const struct pkcs12_oid_info *pkcs12_oid_find(struct slice content);
/* For the writer: the first row of that role, cipher and hash. */
struct slice pkcs12_oid_get(enum pkcs12_oid_role role, mbedtls_md_type_t md,
                            mbedtls_cipher_type_t cipher);
