/* SPDX-License-Identifier: MIT
 *
 * What the parts of bundle/pkcs12 have in common.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PKCS12_SIZE_MAX  ((size_t)16 * 1024 * 1024)
#define PKCS12_ITEMS_MAX ((size_t)1000)
/* Hash computations for all keys of one file: some seconds. */
#define PKCS12_WORK_MAX ((uint64_t)10 * 1000 * 1000)

enum pkcs12_result {
    PKCS12_OK,
    PKCS12_NOT,            /* nothing of that kind at all */
    PKCS12_DAMAGED,        /* its structure does not decode */
    PKCS12_NO_PASSWORD,    /* it has one, and none was given */
    PKCS12_WRONG_PASSWORD, /* or the file was changed: the two look the same */
    PKCS12_TOO_COSTLY,     /* over the bound of work */
    PKCS12_UNSUPPORTED,
    PKCS12_LIMIT, /* too large or too many items */
    PKCS12_MEMORY,
};

enum pkcs12_kind { PKCS12_CERTIFICATE, PKCS12_KEY, PKCS12_CRL };

struct pkcs12_item {
    enum pkcs12_kind kind;
    struct buf der;           /* owned: certificate, PKCS#8 PrivateKeyInfo or CRL */
    struct buf friendly_name; /* owned: UTF-8, a stranger's; empty = none */
    struct buf local_key_id;  /* owned: equal for a key and its certificate */
};

struct pkcs12 {
    struct pkcs12_item *items; /* owned; in the order of the file */
    size_t n_items;
    bool has_mac;  /* the password was proved right */
    unsigned uses; /* PKCS12_USES_... */
};

/* The algorithms that protect a file, as importers tell them apart. */
enum {
    PKCS12_USES_3DES = 1 << 0,  /* of PKCS#12's own derivation (SHA-1) */
    PKCS12_USES_RC = 1 << 1,    /* RC2 or RC4, the same */
    PKCS12_USES_PBES2 = 1 << 2, /* PBKDF2 with AES or Triple DES */
    PKCS12_USES_MAC_SHA1 = 1 << 3,
    PKCS12_USES_MAC_SHA2 = 1 << 4,
    PKCS12_USES_PBMAC1 = 1 << 5,
    PKCS12_USES_NO_MAC = 1 << 6,
};

/* The two flavours that between them every importer takes. */
enum pkcs12_flavour {
    PKCS12_LEGACY, /* Triple DES, HMAC-SHA-1: Windows up to Server 2016, macOS, iOS,
                      Android up to 13 */
    PKCS12_MODERN, /* AES-256, PBKDF2 and HMAC with SHA-256: OpenSSL 3, Windows Server
                      2019 and later */
};
