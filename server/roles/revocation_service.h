/* SPDX-License-Identifier: MIT
 *
 * What certgated answers for its own test CAs when asked whether a certificate is
 * revoked: CRLs, OCSP answers, the CAs' certificates. Pure: a path and a body go in, an
 * answer comes out; who listens, waits `delay_ms` or hangs up is the caller.
 *
 *   GET  /crl/AUTHORITY.crl          the CA's list
 *   GET  /crl/AUTHORITY/NAME.crl     the same, delivered as NAME's state has it
 *   GET  /ocsp/AUTHORITY/BASE64      OCSP (RFC 6960 A.1)
 *   POST /ocsp/AUTHORITY             the same
 *   GET  /ca/AUTHORITY.crt           the CA's certificate
 *
 * AUTHORITY is of certs/authorities.tsv, NAME a certificate of it or of cases.tsv that
 * AUTHORITY issued. Each certificate has a state, which can be switched at run time;
 * answers are valid for REVOCATION_LIFETIME, so that a switch is soon seen elsewhere.
 * (Our own server forgets what it fetched at once: evidence_clear.)
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "forge/forge.h"

#include <stdbool.h>
#include <stdint.h>

#define REVOCATION_LIFETIME ((int64_t)300)
/* Answers are valid from before `now`, for clocks that are slow. */
#define REVOCATION_BACKDATED ((int64_t)60)
#define REVOCATION_SLOW_MS   60000 /* longer than any reasonable urlretrievaltimeout */

#define REVOCATION_STATE_LIST(X)                                               \
    X(GOOD, "good", "not revoked, whatever the tables say")                    \
    X(REVOKED, "revoked", "revoked, keyCompromise")                            \
    X(HOLD, "hold", "revoked, certificateHold")                                \
    X(UNKNOWN, "unknown", "OCSP does not know it, its CRL is not found (404)") \
    X(STALE, "stale", "the answer's next update is long past")                 \
    X(SLOW, "slow", "the answer comes after a minute")                         \
    X(UNREACHABLE, "unreachable", "the connection ends without an answer")     \
    X(GARBAGE, "garbage", "the answer is neither a CRL nor an OCSP response")

enum revocation_state {
#define X(name, word, text) REVOCATION_##name,
    REVOCATION_STATE_LIST(X)
#undef X
        REVOCATION_STATE_COUNT
};

bool revocation_state_parse(const char *word, enum revocation_state *ret_state);
const char *revocation_state_name(enum revocation_state state); /* "good" */
const char *revocation_state_text(enum revocation_state state);

struct revocation_service;

/* Borrows the world. NULL: out of memory. */
struct revocation_service *revocation_service_create(const struct forge_world *world);
void revocation_service_destroy(struct revocation_service *service);

/* `recipe` is one of the world's book. */
void revocation_service_set(struct revocation_service *service,
                            const struct recipe *recipe, enum revocation_state state,
                            int64_t now);
/* Back to the state of the tables. */
void revocation_service_reset(struct revocation_service *service,
                              const struct recipe *recipe);
/* Grows with each of the two. */
uint64_t revocation_service_changes(const struct revocation_service *service);
/* The state in force: the one that was set, else by the tables. */
enum revocation_state revocation_service_get(const struct revocation_service *service,
                                             const struct recipe *recipe);

/* Whether a state was set for this certificate, so that only the service knows the
 * current one. `user` is a service; for chain_context.is_switched. */
bool revocation_service_is_switched(const void *user, const struct certificate *cert,
                                    const struct certificate *issuer);
/* Whether a state was set, instead of that of the tables. */
bool revocation_service_is_set(const struct revocation_service *service,
                               const struct recipe *recipe);
/* A certificate by the name that a person types: a case, or "ca/NAME" and, where no
 * case has it, NAME for an authority. NULL: there is none, or nobody issued it. */
const struct recipe *revocation_service_find(const struct revocation_service *service,
                                             const char *name);

struct revocation_request {
    bool is_post; /* else GET (or HEAD) */
    const char *path;
    struct slice body;
};

struct revocation_answer {
    bool drop; /* hang up instead of answering */
    uint64_t delay_ms;
    int status; /* 200, 400, 404, 405 */
    const char *content_type;
    struct buf body; /* owned */
};
void revocation_answer_finish(struct revocation_answer *answer); /* accepts zeroed */

/* -1 only when our own memory or signing fails. */
int revocation_service_answer(const struct revocation_service *service,
                              const struct revocation_request *request, int64_t now,
                              struct revocation_answer *ret_answer, struct err *err)
    MUST_CHECK;
