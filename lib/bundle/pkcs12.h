/* SPDX-License-Identifier: MIT
 *
 * PKCS#12 (RFC 7292): .p12 and .pfx files, read and written.
 *
 * Read: the password's integrity (HMAC with SHA-1 or SHA-2, PBMAC1 of RFC 9579),
 * Triple DES of PKCS#12 and PBES2 (PBKDF2 with AES-CBC or Triple DES), DER or BER.
 * RC2 and RC4, which Windows and OpenSSL wrote for decades, are read and never written.
 * Nothing here looks into a certificate or key.
 *
 * A file says itself how many times its password is to be hashed. That work is
 * bounded, so that no file takes minutes.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "pki/key.h"

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
    bool has_mac; /* the password was proved right */
};

/* `password` is UTF-8 and may be NULL: then "none" and the empty one are tried.
 * `work_left` is what all files of one question together may have hashed, and is used
 * up; NULL = PKCS12_WORK_MAX for this one. If the result is not PKCS12_OK, `err` is
 * the sentence for the user: `label` names the file in it, and it says the remedy. */
enum pkcs12_result pkcs12_read(struct slice bytes, const char *password,
                               uint64_t *work_left, const char *label,
                               struct pkcs12 *ret_pkcs12, struct err *err) MUST_CHECK;
void pkcs12_finish(struct pkcs12 *pkcs12); /* accepts a zeroed one */

/* Looks like PKCS#12 by its first bytes. */
bool pkcs12_is(struct slice bytes);

/* The two flavours that between them every importer takes. */
enum pkcs12_flavour {
    PKCS12_LEGACY, /* Triple DES, HMAC-SHA-1: Windows up to Server 2016, macOS, iOS,
                      Android up to 13 */
    PKCS12_MODERN, /* AES-256, PBKDF2 and HMAC with SHA-256: OpenSSL 3, Windows Server
                      2019 and later */
};

/* Everything is borrowed. */
struct pkcs12_contents {
    const struct key *key;
    const struct slice *chain; /* DER, that of the key first */
    size_t n_chain;
    const char *friendly_name; /* UTF-8; NULL = none */
    const char *password;      /* UTF-8, not empty */
    enum pkcs12_flavour flavour;
};

/* Appends the file. ERR_CONFIG without a password: an empty one is read differently
 * by every importer. */
int pkcs12_write(const struct pkcs12_contents *contents, struct buf *out,
                 struct err *err) MUST_CHECK;
