/* SPDX-License-Identifier: MIT
 *
 * The Online Certificate Status Protocol (RFC 6960): requests written and read,
 * responses read. Bytes only; the caller fetches.
 *
 * A response is hostile: whatever its bytes are, reading fails only when out of memory,
 * `malformed` says what could not be read, and nothing in it may be believed before
 * chain/ocsp_signer says who signed it.
 */
#pragma once

#include "base/buf.h"
#include "pki/certificate.h"
#include "pki/oid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OCSP_SIZE_MAX        ((size_t)64 * 1024)
#define OCSP_CERTS_MAX       ((size_t)4) /* that a response may contain; more are ignored */
#define OCSP_REQUEST_IDS_MAX ((size_t)16)  /* certificates in one request */
#define OCSP_NONCE_MAX       ((size_t)128) /* RFC 9654 2.1 */
#define OCSP_KEY_HASH_LEN    ((size_t)20)

/* Identifies a certificate: the hashes of its issuer's name and key, and its serial
 * number. */
struct ocsp_cert_id {
    struct slice whole;     /* the TLV */
    enum oid hash;          /* OID_SHA1, OID_SHA256; others never match */
    struct slice name_hash; /* of the issuer's Name */
    struct slice key_hash;  /* of the issuer's subjectPublicKey bits */
    struct slice serial;    /* INTEGER content */
};

/* Takes a CertID off the cursor. */
bool ocsp_cert_id_read(struct slice *cursor, struct ocsp_cert_id *ret_id);
/* Appends the CertID with `hash` (OID_SHA1, as Windows asks, or OID_SHA256). False
 * when the key cannot be read or `hash` is another. */
bool ocsp_cert_id_write(struct buf *out, enum oid hash, struct slice serial,
                        const struct certificate *issuer);
/* The id names `issuer` (by name and key). */
bool ocsp_cert_id_is_of(const struct ocsp_cert_id *id,
                        const struct certificate *issuer);
/* The same serial number, regardless of redundant sign bytes. */
bool ocsp_serial_equal(struct slice a, struct slice b);
/* SHA-1 of the subjectPublicKey's bits, by which responders identify themselves. */
bool ocsp_key_hash(struct slice spki, uint8_t hash[static OCSP_KEY_HASH_LEN]);

/* ---- requests */

struct ocsp_request {
    struct ocsp_cert_id ids[OCSP_REQUEST_IDS_MAX];
    size_t n_ids; /* at least one */
    bool has_nonce;
    struct slice nonce; /* content of the nonce's OCTET STRING */
};

/* Appends an unsigned request for one certificate. With an empty `nonce` the answer may
 * come from a cache, as Windows prefers (RFC 5019). */
bool ocsp_request_write(struct buf *out, enum oid hash, struct slice serial,
                        const struct certificate *issuer, struct slice nonce);
/* Reads `der`, from which everything is borrowed. Returns NULL or the field that is
 * wrong. A signature is ignored: the responder answers everyone. */
const char *ocsp_request_read(struct slice der, struct ocsp_request *ret_request);

/* ---- responses */

enum ocsp_response_status { /* RFC 6960 4.2.1 */
                            OCSP_SUCCESSFUL = 0,
                            OCSP_MALFORMED_REQUEST = 1,
                            OCSP_INTERNAL_ERROR = 2,
                            OCSP_TRY_LATER = 3,
                            OCSP_SIG_REQUIRED = 5,
                            OCSP_UNAUTHORIZED = 6,
};
/* "tryLater", ... or "status 42". Static text. */
const char *ocsp_response_status_name(uint32_t status);

enum ocsp_cert_status { OCSP_GOOD, OCSP_REVOKED, OCSP_UNKNOWN };

/* What a response says about one certificate. */
struct ocsp_single {
    struct ocsp_cert_id id;
    enum ocsp_cert_status status;
    int64_t revoked_at; /* these two for OCSP_REVOKED */
    unsigned reason;    /* enum crl_reason */
    int64_t this_update;
    bool has_next_update;
    int64_t next_update;
    bool has_unknown_critical;
};

/* All slices borrow from `der`. */
struct ocsp_response {
    struct slice der; /* owned copy */
    uint8_t sha256[32];
    const char *malformed; /* as in struct certificate */
    uint32_t status;       /* enum ocsp_response_status; the rest only if successful */
    struct slice tbs;      /* ResponseData, whole TLV: what is signed */
    struct slice responder_name;     /* whole Name TLV, or empty */
    struct slice responder_key_hash; /* or this */
    int64_t produced_at;
    struct slice singles; /* content of `responses` */
    bool has_nonce;
    struct slice nonce; /* content of its OCTET STRING */
    bool has_unknown_critical;
    enum oid signature_alg;
    struct slice signature_params;
    struct slice signature;
    struct certificate *certs[OCSP_CERTS_MAX]; /* owned */
    size_t n_certs;
};

/* NULL only when out of memory or over OCSP_SIZE_MAX. */
struct ocsp_response *ocsp_response_create(struct slice der);
void ocsp_response_destroy(struct ocsp_response *response);

/* The newest answer about the certificate of this issuer with this serial number. */
bool ocsp_find(const struct ocsp_response *response, struct slice serial,
               const struct certificate *issuer, struct ocsp_single *ret_single);

/* The earliest nextUpdate of its answers; false if none has one. */
bool ocsp_next_update(const struct ocsp_response *response, int64_t *ret_time);

/* id-pkix-ocsp-nocheck (4.2.2.2.1): the CA asks clients not to check this responder. */
bool ocsp_has_nocheck(const struct certificate *delegate);
