/* SPDX-License-Identifier: MIT
 *
 * One certificate revocation list (RFC 5280 section 5), read by ourselves for
 * the same reason as pki/certificate: mbedTLS refuses CRLs with critical
 * extensions.
 */
#pragma once

#include "base/buf.h"
#include "pki/crl_index.h"
#include "pki/oid.h"

#include <stdbool.h>
#include <stdint.h>

#define CRL_SIZE_MAX ((size_t)32 * 1024 * 1024)

struct crl {
    struct slice der; /* owned copy */
    uint8_t sha256[32];
    /* As in struct certificate. `issuer` is read even from a truncated or damaged list
     * if possible, so that its CA can be named. */
    const char *malformed;
    int version;
    struct slice tbs;    /* whole TLV */
    struct slice issuer; /* whole Name TLV */
    int64_t this_update;
    bool has_next_update;
    int64_t next_update;
    struct slice entries; /* content of revokedCertificates; may be empty */
    struct crl_index index;
    enum oid signature_alg;
    struct slice signature_params;
    struct slice signature;
    /* A hash over tbs, by the hash algorithm of the signature: a long list is hashed
     * once, not once for each key that might have signed it. Empty if the algorithm
     * cannot be computed. */
    uint8_t digest[64];
    size_t digest_len;
    struct slice authority_key_id;
    struct slice number;   /* cRLNumber's INTEGER content; empty = none */
    struct slice point;    /* issuingDistributionPoint's name (DistributionPointName,
                              its content); empty = none */
    struct slice freshest; /* freshestCRL's value: where its deltas are; empty = none */
    bool is_delta;         /* deltaCRLIndicator present */
    struct slice base_number; /* its BaseCRLNumber's INTEGER content */
    bool is_indirect;         /* issuingDistributionPoint.indirectCRL */
    /* Its scope (issuingDistributionPoint); none = everything that its issuer has
     * issued. */
    bool only_user_certs;
    bool only_ca_certs;
    bool only_attribute_certs;
    bool only_some_reasons;
    bool has_unknown_critical; /* an unknown critical CRL or entry extension */
};

enum crl_reason { /* RFC 5280 5.3.1; 7 is unused */
                  CRL_REASON_UNSPECIFIED = 0,
                  CRL_REASON_KEY_COMPROMISE = 1,
                  CRL_REASON_CA_COMPROMISE = 2,
                  CRL_REASON_AFFILIATION_CHANGED = 3,
                  CRL_REASON_SUPERSEDED = 4,
                  CRL_REASON_CESSATION_OF_OPERATION = 5,
                  CRL_REASON_CERTIFICATE_HOLD = 6,
                  CRL_REASON_REMOVE_FROM_CRL = 8,
                  CRL_REASON_PRIVILEGE_WITHDRAWN = 9,
                  CRL_REASON_AA_COMPROMISE = 10,
};

/* "keyCompromise", ... or "reason 42". Static text. */
const char *crl_reason_name(unsigned reason);

/* NULL only when out of memory or over CRL_SIZE_MAX. */
struct crl *crl_create(struct slice der);
void crl_destroy(struct crl *crl);

struct crl_entry {
    int64_t revoked_at;
    unsigned reason; /* enum crl_reason; unspecified when there is none */
};
/* The delta applies to this complete list, by what both say about themselves: issuer,
 * scope and numbers (RFC 5280 5.2.4). Signatures and times are not checked. */
bool crl_delta_fits(const struct crl *delta, const struct crl *complete);
/* True if `a` has the greater CRL Number. If one of them has none, or both have the
 * same, true if `a` was issued later. */
bool crl_is_newer(const struct crl *a, const struct crl *b);
/* The same issuer, distribution point and kinds of certificates: of two such lists the
 * newer one counts. */
bool crl_has_same_scope(const struct crl *a, const struct crl *b);
/* Looks for a serial (INTEGER content bytes). */
bool crl_find(const struct crl *crl, struct slice serial, struct crl_entry *ret_entry);
