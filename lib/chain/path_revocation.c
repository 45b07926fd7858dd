/* SPDX-License-Identifier: MIT
 *
 * Revocation (RFC 5280 6.3), for every certificate of the path but the root, as
 * http.sys does by default: by the CRLs of the store, then by what was fetched.
 *
 * A CRL counts if it is signed by the key that signed the certificate,
 * complete, and timely: thisUpdate has come, nextUpdate has not passed, and
 * with revocationfreshnesstime it was issued no longer ago than that (iis.md
 * 3a).
 */
#include "base/timestamp.h"
#include "chain/path_sources.h"
#include "chain/signature_policy.h"
#include "chain/signature_work.h"
#include "pki/name.h"

#include <stdio.h>

static bool is_timely(const struct crl *crl, const struct chain_context *context,
                      int64_t skew)
{
    int64_t freshness = context->policy->revocationfreshnesstime;
    if (context->now < crl->this_update - skew ||
        (crl->has_next_update && context->now > crl->next_update)) {
        return false;
    }
    return freshness == 0 || context->now - crl->this_update <= freshness;
}

/* Why this CRL says nothing about the issuer's certificates; NULL if it does.
 */
static const char *find_defect(const struct crl *crl, const struct certificate *issuer,
                               const struct chain_context *context)
{
    if (crl->malformed != NULL) {
        return "the CRL cannot be read";
    }
    if (context->policy->refuse_crl_without_number && crl->version >= 2 &&
        crl->number.len == 0) {
        return "it has no CRL Number";
    }
    if (crl->is_indirect || crl->is_partial) {
        return "it covers only a part of the issuer's certificates, or another "
               "issuer's";
    }
    if (crl->has_unknown_critical) {
        return "it has a critical extension that is not known";
    }
    if (issuer->has_key_usage && (issuer->key_usage & KEY_USAGE_CRL_SIGN) == 0) {
        return "the issuer's Key Usage lacks cRLSign";
    }
    const char *weak = signature_policy_defect(crl->signature_alg,
                                               crl->signature_params, context->policy);
    if (weak != NULL) {
        return weak;
    }
    switch (signature_work_crl(context->work, crl, issuer)) {
    case SIGNATURE_GOOD:
        return NULL;
    case SIGNATURE_UNSUPPORTED:
        return "its signature has an algorithm that is not supported";
    case SIGNATURE_UNCHECKED:
        return "not checked: too many signatures in one judgement";
    case SIGNATURE_BAD:
    default:
        return "its signature is not the issuer's";
    }
}

/* The newest delta of the store that changes this list and can be believed; NULL: none.
 * Windows uses them without being told to. One that is out of date is as good as none:
 * the list itself is still in time. */
static const struct crl *find_delta(const struct crl *crl,
                                    const struct certificate *cert,
                                    const struct certificate *issuer,
                                    const struct chain_context *context)
{
    const struct store *store = context->store;
    const struct crl *best = NULL;
    bool switched = context->is_switched != NULL &&
                    context->is_switched(context->switched_user, cert, issuer);
    for (size_t i = 0; !switched && i < store->n_crls; i++) {
        const struct crl *delta = store->crls[i].crl;
        if (crl_delta_fits(delta, crl) && is_timely(delta, context, 0) &&
            (best == NULL || crl_is_newer(delta, best)) &&
            find_defect(delta, issuer, context) == NULL) {
            best = delta;
        }
    }
    return best;
}

/* What a list that can be believed says, with its delta (RFC 5280 6.3.3 (i), (j)). */
static bool is_revoked(const struct crl *crl, const struct certificate *cert,
                       const struct certificate *issuer,
                       const struct chain_context *context, struct crl_entry *ret_entry)
{
    const struct crl *delta = find_delta(crl, cert, issuer, context);
    bool found = (delta != NULL && crl_find(delta, cert->serial, ret_entry)) ||
                 crl_find(crl, cert->serial, ret_entry);
    return found && ret_entry->reason != CRL_REASON_REMOVE_FROM_CRL;
}

struct source_answer source_ask_crl(const struct crl *crl,
                                    const struct certificate *cert,
                                    const struct certificate *issuer,
                                    const struct chain_context *context, int64_t skew)
{
    struct source_answer answer = { .state = SOURCE_GOOD,
                                    .issued_at = crl->this_update };
    bool other = crl->issuer.len == 0 || !name_equal(crl->issuer, cert->issuer);
    const char *why = other           ? "it is another issuer's CRL"
                      : crl->is_delta ? "it is a delta CRL"
                                      : find_defect(crl, issuer, context);
    if (why == NULL && crl->point.len > 0 &&
        !certificate_names_crl_point(cert, crl->point)) {
        why = "it is for another distribution point than the certificate names";
    }
    if (why != NULL) {
        answer.state = SOURCE_UNUSABLE;
        (void)snprintf(answer.why, sizeof(answer.why), "%s", why);
    } else if (!is_timely(crl, context, skew)) {
        answer.state = SOURCE_STALE;
    } else if (is_revoked(crl, cert, issuer, context, &answer.entry)) {
        answer.state = SOURCE_REVOKED;
    }
    return answer;
}

struct source_answer source_ask_store(const struct certificate *cert,
                                      const struct certificate *issuer,
                                      const struct chain_context *context)
{
    struct source_answer best = { .state = SOURCE_NONE };
    if (context->is_switched != NULL &&
        context->is_switched(context->switched_user, cert, issuer)) {
        return best;
    }
    for (size_t i = 0; i < context->store->n_crls; i++) {
        const struct store_crl *source = &context->store->crls[i];
        if (source->crl->issuer.len == 0 ||
            !name_equal(source->crl->issuer, cert->issuer)) {
            continue;
        }
        struct source_answer answer =
            source_ask_crl(source->crl, cert, issuer, context, 0);
        if (answer.state > best.state) {
            best = answer;
            (void)snprintf(best.where, sizeof(best.where), "%s", source->path);
        }
    }
    return best;
}

/* ---- the report */

static void report_none(const struct certificate *cert, size_t i,
                        const struct chain_context *context, bool trusted,
                        struct chain *chain)
{
    /* With evidence, what names a place was asked there, or is asked only in vain:
     * ldap: is not spoken. */
    bool names_a_place =
        cert->has_crl_distribution_points ||
        (context->evidence == NULL && cert->authority_info_access.len > 0);
    const char *why = "no CRL of its issuer lies in the store, and it names no http: "
                      "address to ask";
    if (context->evidence == NULL) {
        why = "no CRL of its issuer lies in the store, and nothing is fetched";
    } else if (!trusted) {
        why = "no CRL of its issuer lies in the store, and nothing is fetched for a "
              "path that is not trusted";
    }
    if (names_a_place || (context->evidence != NULL && !trusted &&
                          cert->authority_info_access.len > 0)) {
        path_add(chain, FINDING_REVOCATION_OFFLINE, i, "%s", why);
        return;
    }
    path_add_as(chain, FINDING_NO_REVOCATION_POINTER, i,
                context->policy->refuse_no_revocation_pointer
                    ? VERDICT_NO_REVOCATION_CHECK
                    : VERDICT_OK,
                "%s", "");
}

static void report(const struct source_answer *answer, const struct certificate *cert,
                   size_t i, const struct chain_context *context, bool trusted,
                   struct chain *chain)
{
    char text[TIMESTAMP_TEXT_LEN];
    switch (answer->state) {
    case SOURCE_GOOD:
        return;
    case SOURCE_REVOKED:
        path_add(chain, FINDING_REVOKED, i, "on %s, %s%s%s",
                 timestamp_format(answer->entry.revoked_at, text),
                 crl_reason_name(answer->entry.reason),
                 answer->fetched ? ", says " : "",
                 answer->fetched ? answer->where : "");
        return;
    case SOURCE_UNKNOWN:
        path_add(chain, FINDING_REVOCATION_UNKNOWN, i, "%s", answer->where);
        return;
    case SOURCE_STALE:
        path_add(chain, FINDING_REVOCATION_STALE, i, "%s, issued %s%s%s", answer->where,
                 timestamp_format(answer->issued_at, text),
                 answer->why[0] != 0 ? ", " : "", answer->why);
        return;
    case SOURCE_UNUSABLE:
        path_add(chain, FINDING_REVOCATION_UNUSABLE, i, "%s: %s", answer->where,
                 answer->why);
        return;
    case SOURCE_OFFLINE:
        path_add(chain, FINDING_REVOCATION_OFFLINE, i, "%s: %s", answer->where,
                 answer->why);
        return;
    case SOURCE_NONE:
    default:
        report_none(cert, i, context, trusted, chain);
        return;
    }
}

void path_check_revocation(const struct path *path, const struct chain_context *context,
                           struct chain *chain)
{
    bool trusted = path->end == PATH_END_TRUSTED;
    if (!context->policy->verifyclientcertrevocation) {
        return;
    }
    /* Without an issuer's key no CRL can be believed, so nothing is asked
     * (iis.md 2b: revocation is only attempted if there is a chain). */
    for (size_t i = 0; i + 1 < path->n_steps; i++) {
        const struct certificate *cert = path->steps[i].element.cert;
        const struct certificate *issuer = path->steps[i + 1].element.cert;
        if (path->steps[i].signature != PATH_GOOD) {
            continue;
        }
        struct source_answer answer = source_ask_store(cert, issuer, context);
        if (answer.state < SOURCE_GOOD && trusted) {
            struct source_answer fetched = source_ask_evidence(cert, issuer, context);
            answer = fetched.state > answer.state ? fetched : answer;
        }
        report(&answer, cert, i, context, trusted, chain);
    }
}
