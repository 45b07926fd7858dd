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
#include "bundle/pkcs12_types.h"
#include "pki/key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* Everything is borrowed. */
struct pkcs12_contents {
    const struct key *key;
    const struct slice *chain; /* DER, that of the key first */
    size_t n_chain;
    const char *friendly_name; /* UTF-8; NULL = none */
    struct slice local_key_id; /* empty = the SHA-1 of the first certificate */
    const char *password;      /* UTF-8, not empty */
    enum pkcs12_flavour flavour;
};

/* Appends the file. ERR_CONFIG without a password: an empty one is read differently
 * by every importer. */
int pkcs12_write(const struct pkcs12_contents *contents, struct buf *out,
                 struct err *err) MUST_CHECK;
