/* SPDX-License-Identifier: MIT
 *
 * Revocation by what was fetched: OCSP (RFC 6960) first, then CRLs, as CryptoAPI asks.
 * One place after the other, and only until one of them has answered: each further
 * place costs its owner a request and the client its patience.
 */
#include "chain/path/path_sources.h"
#include "chain/ocsp_signer.h"
#include "chain/path/path_delta.h"
#include "chain/path/path_list.h"
#include "chain/signature_work.h"
#include "pki/crl_point.h"

#include <stdio.h>
#include <string.h>

/* Places that one certificate may name; more are not looked at. */
#define PLACES_MAX ((size_t)6)

struct place {
    enum evidence_kind kind;
    struct slice url;
};

struct places {
    struct place list[PLACES_MAX];
    size_t n;
    enum evidence_kind kind; /* of those that the walk finds now */
};

static void on_url(void *user, struct slice url)
{
    struct places *places = user;
    if (places->n < PLACES_MAX) {
        places->list[places->n++] = (struct place){ places->kind, url };
    }
}

static struct places find_places(const struct certificate *cert)
{
    struct places places = { .kind = EVIDENCE_OCSP };
    certificate_walk_aia_urls(cert, OID_AD_OCSP, on_url, &places);
    places.kind = EVIDENCE_CRL;
    crl_point_walk_urls(cert, on_url, &places);
    return places;
}

/* False if the place cannot be asked at all. */
static bool make_need(const struct place *place, const struct certificate *cert,
                      const struct certificate *issuer, struct evidence_need *ret_need)
{
    struct buf request = BUF_LIMITED(EVIDENCE_REQUEST_MAX);
    bool made =
        place->kind != EVIDENCE_OCSP ||
        ocsp_request_write(&request, OID_SHA1, cert->serial, issuer, SLICE_EMPTY);
    made = made &&
           evidence_need_set(ret_need, place->kind, place->url, buf_slice(&request));
    buf_finish(&request);
    return made;
}

static void set_why(struct source_answer *answer, enum source_state state,
                    const char *why)
{
    answer->state = state;
    (void)snprintf(answer->why, sizeof(answer->why), "%s", why);
}

/* ---- OCSP */

/* Why this response is not believed; false if it is. Whether a delegated responder is
 * revoked itself is not checked by OCSP, which would go round in a circle; and a CRL
 * that could tell would have answered for the certificate, too. */
static bool find_defect(const struct ocsp_response *response,
                        const struct certificate *issuer,
                        const struct chain_context *context,
                        struct source_answer *answer)
{
    const struct certificate *delegate;
    char text[SOURCE_WHY_MAX];
    if (response->status != OCSP_SUCCESSFUL) {
        (void)snprintf(text, sizeof(text), "OCSP answers %s",
                       ocsp_response_status_name(response->status));
        set_why(answer, SOURCE_OFFLINE, text);
        return true;
    }
    enum ocsp_signer signer = ocsp_signer_find(response, issuer, context, &delegate);
    if (signer != OCSP_SIGNER_ISSUER && signer != OCSP_SIGNER_DELEGATE) {
        set_why(answer, SOURCE_UNUSABLE,
                signer == OCSP_SIGNER_UNCHECKED
                    ? signature_work_hindrance(context->work)
                    : ocsp_signer_name(signer));
        return true;
    }
    return false;
}

static void set_ended(struct source_answer *answer, int64_t issued_at)
{
    set_why(answer, SOURCE_STALE, "without a next update, and not asked anew in time");
    answer->issued_at = issued_at;
}

static void ask_ocsp(const struct evidence_entry *entry, const struct certificate *cert,
                     const struct certificate *issuer,
                     const struct chain_context *context, struct source_answer *answer)
{
    const struct ocsp_response *response = entry->ocsp;
    struct ocsp_single single;
    if (find_defect(response, issuer, context, answer)) {
        return;
    }
    if (!ocsp_find(response, cert->serial, issuer, &single)) {
        set_why(answer, SOURCE_UNUSABLE,
                "the OCSP answer is about another certificate");
    } else if (single.has_unknown_critical || response->has_unknown_critical) {
        set_why(answer, SOURCE_UNUSABLE,
                "it has a critical extension that is not known");
    } else if (!update_is_timely(single.this_update, single.has_next_update,
                                 single.next_update, context, LIST_SKEW)) {
        answer->state = SOURCE_STALE;
        answer->issued_at = single.this_update;
    } else if (evidence_has_ended(entry, single.has_next_update, context)) {
        set_ended(answer, single.this_update);
    } else if (single.status == OCSP_REVOKED) {
        answer->state = SOURCE_REVOKED;
        answer->entry = (struct crl_entry){ single.revoked_at, single.reason };
    } else {
        answer->state = single.status == OCSP_GOOD ? SOURCE_GOOD : SOURCE_UNKNOWN;
    }
}

/* ---- one place */

static struct source_answer ask_entry(const struct evidence_entry *entry,
                                      const struct certificate *cert,
                                      const struct certificate *issuer,
                                      const struct chain_context *context)
{
    struct source_answer answer = { .state = SOURCE_OFFLINE };
    char why[EVIDENCE_WHY_MAX];
    if (entry->outcome != EVIDENCE_OK) {
        set_why(&answer, SOURCE_OFFLINE, evidence_why(entry, why));
    } else if (entry->kind == EVIDENCE_OCSP) {
        ask_ocsp(entry, cert, issuer, context, &answer);
    } else {
        answer = source_ask_crl(entry->crl, cert, issuer, context, LIST_SKEW);
        if (answer.state >= SOURCE_GOOD &&
            evidence_has_ended(entry, entry->crl->has_next_update, context)) {
            set_ended(&answer, entry->crl->this_update);
        }
    }
    return answer;
}

static struct source_answer ask_place(const struct place *place,
                                      const struct certificate *cert,
                                      const struct certificate *issuer,
                                      const struct chain_context *context)
{
    struct source_answer answer = { .state = SOURCE_OFFLINE };
    struct evidence_need need;
    if (!make_need(place, cert, issuer, &need)) {
        set_why(&answer, SOURCE_OFFLINE, "an address that cannot be asked");
        return answer;
    }
    const struct evidence_entry *entry = evidence_find(context->evidence, &need);
    if (entry != NULL) {
        answer = ask_entry(entry, cert, issuer, context);
    } else {
        set_why(&answer, SOURCE_OFFLINE,
                context->policy->verifyrevocationwithcachedclientcertonly
                    ? "not asked, since only what is cached may be used"
                    : "not asked");
    }
    answer.fetched = true;
    const char *where = answer.delta != NULL ? answer.delta : need.url;
    bool cut = strlen(where) > SOURCE_URL_SHOWN;
    (void)snprintf(answer.where, sizeof(answer.where), "%.*s%s", SOURCE_URL_SHOWN,
                   where, cut ? "..." : "");
    return answer;
}

/* ---- all of them */

struct source_answer source_ask_evidence(const struct certificate *cert,
                                         const struct certificate *issuer,
                                         const struct chain_context *context)
{
    struct source_answer best = { .state = SOURCE_NONE };
    if (context->evidence == NULL) {
        return best;
    }
    struct places places = find_places(cert);
    for (size_t i = 0; i < places.n; i++) {
        struct source_answer answer = ask_place(&places.list[i], cert, issuer, context);
        if (answer.state > best.state) {
            best = answer;
        }
    }
    return best;
}

/* What one of the places has answered, if its answer still stands. */
static struct source_answer find_answer(const struct places *places,
                                        const struct certificate *cert,
                                        const struct certificate *issuer,
                                        const struct chain_context *context)
{
    struct evidence_need need;
    for (size_t i = 0; i < places->n; i++) {
        if (!make_need(&places->list[i], cert, issuer, &need)) {
            continue;
        }
        const struct evidence_entry *entry = evidence_find(context->evidence, &need);
        if (entry != NULL && evidence_is_current(entry, context->now)) {
            struct source_answer answer = ask_entry(entry, cert, issuer, context);
            if (answer.state >= SOURCE_GOOD) {
                return answer;
            }
        }
    }
    return (struct source_answer){ .state = SOURCE_NONE };
}

bool source_next(const struct certificate *cert, const struct certificate *issuer,
                 const struct chain_context *context, struct evidence_need *ret_need)
{
    if (context->evidence == NULL ||
        context->policy->verifyrevocationwithcachedclientcertonly) {
        return false;
    }
    struct places places = find_places(cert);
    struct source_answer answer = source_ask_store(cert, issuer, context);
    if (answer.state < SOURCE_GOOD) {
        answer = find_answer(&places, cert, issuer, context);
    }
    if (answer.state >= SOURCE_GOOD) {
        return answer.list != NULL &&
               delta_next(answer.list, cert, issuer, context, ret_need);
    }
    for (size_t i = 0; i < places.n; i++) {
        if (!make_need(&places.list[i], cert, issuer, ret_need)) {
            continue;
        }
        const struct evidence_entry *entry = evidence_find(context->evidence, ret_need);
        if (entry == NULL || !evidence_is_current(entry, context->now)) {
            return true;
        }
    }
    return false;
}
