/* SPDX-License-Identifier: MIT
 *
 * OCSP responses (RFC 6960 4.2), written: for the revocation service of our own
 * test CAs and for tests.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "pki/key.h"
#include "pki/ocsp.h"

struct ocsp_answer {
    struct slice id; /* whole CertID, as in the request */
    enum ocsp_cert_status status;
    int64_t revoked_at; /* these two for OCSP_REVOKED */
    unsigned reason;    /* enum crl_reason */
    int64_t this_update;
    bool has_next_update;
    int64_t next_update;
};

/* Everything is borrowed. */
struct ocsp_order {
    const struct key *key;
    enum key_hash hash;          /* zeroed = SHA-256 */
    struct slice responder_name; /* whole Name TLV; empty = by the key's hash */
    struct slice responder_spki;
    int64_t produced_at;
    const struct ocsp_answer *answers;
    size_t n_answers;
    struct slice nonce;        /* empty = none */
    const struct slice *certs; /* DER, sent with it; for a delegated responder */
    size_t n_certs;
};

/* Appends the response's DER. */
int ocsp_response_write(const struct ocsp_order *order, struct buf *out,
                        struct err *err) MUST_CHECK;
/* Appends a response that is a mere error. */
bool ocsp_response_write_error(enum ocsp_response_status status, struct buf *out);
