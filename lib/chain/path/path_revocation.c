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
#include "chain/path/path_delta.h"
#include "chain/path/path_list.h"
#include "chain/path/path_sources.h"
#include "chain/signature_work.h"
#include "pki/crl_point.h"
#include "pki/name.h"

#include <stdio.h>
#include <string.h>

/* ---- what it is for */

/* Why the list's scope leaves this certificate out; NULL if it does not. Windows goes
 * by basicConstraints (Microsoft "Crypt32 CRL semantics"). */
static const char *find_scope_defect(const struct crl *crl,
                                     const struct certificate *cert)
{
    if (crl->is_indirect) {
        return "it is an indirect CRL, which is not supported";
    }
    if (crl->only_some_reasons) {
        return "it covers only some reasons, which is not supported";
    }
    if (crl->only_attribute_certs) {
        return "it covers only attribute certificates";
    }
    if (crl->only_user_certs && cert->is_ca) {
        return "it covers only end entities, and this is a CA";
    }
    if (crl->only_ca_certs && !cert->is_ca) {
        return "it covers only CAs, and this is none";
    }
    switch (crl_point_fits(cert, crl)) {
    case CRL_POINT_FITS:
        return NULL;
    case CRL_POINT_UNSUPPORTED:
        return "its distribution point is named relative to its issuer, which is not "
               "supported";
    case CRL_POINT_OTHER:
    default:
        return "it is for another distribution point than the certificate names";
    }
}

/* What a list that can be believed says, with its delta (RFC 5280 6.3.3 (i), (j)). */
static bool is_revoked(const struct crl *crl, const struct certificate *cert,
                       const struct certificate *issuer,
                       const struct chain_context *context,
                       struct source_answer *answer)
{
    struct delta delta = delta_find(crl, cert, issuer, context);
    bool by_delta =
        delta.list != NULL && crl_find(delta.list, cert->serial, &answer->entry);
    if (by_delta) {
        answer->delta = delta.where;
        answer->fetched = delta.fetched;
    }
    return (by_delta || crl_find(crl, cert->serial, &answer->entry)) &&
           answer->entry.reason != CRL_REASON_REMOVE_FROM_CRL;
}

/* What needs no signature to see. */
static const char *find_mismatch(const struct crl *crl, const struct certificate *cert)
{
    if (crl->issuer.len == 0 || !name_equal(crl->issuer, cert->issuer)) {
        return crl->is_indirect
                   ? "it is another issuer's indirect CRL, which is not supported"
                   : "it is another issuer's CRL";
    }
    return crl->is_delta ? "it is a delta CRL" : find_scope_defect(crl, cert);
}

struct source_answer source_ask_crl(const struct crl *crl,
                                    const struct certificate *cert,
                                    const struct certificate *issuer,
                                    const struct chain_context *context, int64_t skew)
{
    struct source_answer answer = { .state = SOURCE_GOOD,
                                    .issued_at = crl->this_update };
    const char *why = find_mismatch(crl, cert);
    why = why != NULL ? why : list_find_defect(crl, issuer, context);
    if (why != NULL) {
        answer.state = SOURCE_UNUSABLE;
        (void)snprintf(answer.why, sizeof(answer.why), "%s", why);
    } else if (!list_is_timely(crl, context, skew)) {
        answer.state = SOURCE_STALE;
    } else {
        answer.list = crl;
        answer.state = is_revoked(crl, cert, issuer, context, &answer) ? SOURCE_REVOKED
                                                                       : SOURCE_GOOD;
    }
    return answer;
}

/* A newer list of the same scope has answered: what this one says is past. */
static bool is_superseded(const struct crl *crl, const struct certificate *cert,
                          const struct certificate *issuer,
                          const struct chain_context *context)
{
    const struct store *store = context->store;
    for (size_t i = 0; i < store->n_crls; i++) {
        const struct crl *other = store->crls[i].crl;
        if (other != crl && !other->is_delta && crl_has_same_scope(other, crl) &&
            crl_is_newer(other, crl) &&
            source_ask_crl(other, cert, issuer, context, 0).state >= SOURCE_GOOD) {
            return true;
        }
    }
    return false;
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
            !name_equal(source->crl->issuer, cert->issuer) ||
            is_superseded(source->crl, cert, issuer, context)) {
            continue;
        }
        struct source_answer answer =
            source_ask_crl(source->crl, cert, issuer, context, 0);
        if (answer.state > best.state) {
            best = answer;
            (void)snprintf(best.where, sizeof(best.where), "%s",
                           answer.delta != NULL ? answer.delta : source->path);
        }
    }
    return best;
}

/* ---- the report */

/* caIssuers names a place for the issuer's certificate, none for revocation. */
static void report_none(const struct certificate *cert, size_t i,
                        const struct chain_context *context, bool trusted,
                        struct chain *chain)
{
    const char *why = "no CRL of its issuer lies in the store, and it names no http: "
                      "address to ask";
    if (context->evidence == NULL) {
        why = "no CRL of its issuer lies in the store, and nothing is fetched";
    } else if (!trusted) {
        why = "no CRL of its issuer lies in the store, and nothing is fetched for a "
              "path that is not trusted";
    }
    if (cert->has_crl_distribution_points || certificate_names_responder(cert)) {
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
    struct chain_context with_path = *context;
    bool trusted = path->end == PATH_END_TRUSTED;
    with_path.path = path;
    context = &with_path;
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
