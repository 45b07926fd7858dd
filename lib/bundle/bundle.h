/* SPDX-License-Identifier: MIT
 *
 * Any file that certificates come in, whatever its name says: see bundle/bundle_walk.
 * What is in it comes out as read by pki/certificate and pki/crl; a certificate that is
 * malformed is still one.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "bundle/bundle_types.h"
#include "pki/certificate.h"
#include "pki/crl.h"
#include "pki/key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "PEM", "DER", "PKCS #7", "PKCS #12", "serialized store" */
const char *bundle_format_name(enum bundle_format format);

struct bundle {
    enum bundle_format format;
    struct certificate **certs; /* owned; the key's own first, else the file's order */
    size_t n_certs;
    struct crl **crls; /* owned */
    size_t n_crls;
    struct key *key; /* owned; the first that can be used, or NULL */
    bool has_key;    /* there is one, though perhaps none that can be used */
    /* Owned: what PKCS#12 calls the first certificate. UTF-8, hostile. */
    struct buf friendly_name;
    struct buf local_key_id; /* owned: the same of its localKeyID */
    unsigned pkcs12_uses;    /* of PKCS#12: PKCS12_USES_... (bundle/pkcs12_types.h) */
    /* Owned: remarks about the file, one sentence in each line without the file's name:
     * "holds a PEM block that is no base64 text; copy it again". "" = nothing. */
    struct buf remarks;
};

/* `password` (may be NULL) is for PKCS#12 and for an encrypted key in PEM; only the
 * first of them demands it. If the result is not BUNDLE_OK, `err` is the sentence
 * for the user: `label` names the file in it, and it says the remedy. A file without
 * certificates and CRLs is BUNDLE_FAILED. */
enum bundle_result bundle_read(struct slice bytes, const char *password,
                               const char *label, struct bundle *ret_bundle,
                               struct err *err) MUST_CHECK;
/* The same for a hostile file: `work_max` bounds how often passwords may be hashed for
 * everything in it (pkcs12_read, key_password_work). A key that would take more is not
 * read. */
enum bundle_result bundle_read_bounded(struct slice bytes, const char *password,
                                       uint64_t work_max, const char *label,
                                       struct bundle *ret_bundle, struct err *err)
    MUST_CHECK;
void bundle_finish(struct bundle *bundle); /* accepts a zeroed one */
