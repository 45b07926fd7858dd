/* SPDX-License-Identifier: MIT
 *
 * Revocation by the CRLs of the store (RFC 5280 6.3), for every certificate of
 * the path but the root, as http.sys does by default.
 *
 * A CRL counts if it is signed by the key that signed the certificate,
 * complete, and timely: thisUpdate has come, nextUpdate has not passed, and
 * with revocationfreshnesstime it was issued no longer ago than that (iis.md
 * 3a).
 */
#include "base/timestamp.h"
#include "pki/name.h"
#include "pki/path.h"

enum state { STATE_NONE, STATE_UNUSABLE, STATE_STALE, STATE_GOOD, STATE_REVOKED };

struct answer {
    enum state state;
    const struct store_crl *source; /* borrowed; NULL for STATE_NONE */
    const char *why;                /* for STATE_UNUSABLE */
    struct crl_entry entry;         /* for STATE_REVOKED */
};

static bool is_timely(const struct crl *crl, const struct chain_context *context)
{
    int64_t freshness = context->policy->revocationfreshnesstime;
    if (context->now < crl->this_update ||
        (crl->has_next_update && context->now > crl->next_update)) {
        return false;
    }
    return freshness == 0 || context->now - crl->this_update <= freshness;
}

/* Why this CRL says nothing about the issuer's certificates; NULL if it does.
 */
static const char *find_defect(const struct crl *crl, const struct certificate *issuer,
                               struct signature_cache *cache)
{
    if (crl->malformed != NULL) {
        return "the CRL cannot be read";
    }
    if (crl->is_delta) {
        return "it is a delta CRL";
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
    if (path_verify_crl(cache, crl, issuer) != SIGNATURE_GOOD) {
        return "its signature is not the issuer's";
    }
    return NULL;
}

/* The most telling of what the store's CRLs say: an answer beats a stale one,
 * revoked beats good, and anything beats nothing. */
static struct answer ask(const struct certificate *cert,
                         const struct certificate *issuer,
                         const struct chain_context *context)
{
    struct answer best = { .state = STATE_NONE };
    for (size_t i = 0; i < context->store->n_crls; i++) {
        const struct store_crl *source = &context->store->crls[i];
        struct answer answer = { .state = STATE_GOOD, .source = source };
        if (source->crl->issuer.len == 0 ||
            !name_equal(source->crl->issuer, cert->issuer)) {
            continue;
        }
        answer.why = find_defect(source->crl, issuer, context->cache);
        if (answer.why != NULL) {
            answer.state = STATE_UNUSABLE;
        } else if (!is_timely(source->crl, context)) {
            answer.state = STATE_STALE;
        } else if (crl_find(source->crl, cert->serial, &answer.entry) &&
                   answer.entry.reason != CRL_REASON_REMOVE_FROM_CRL) {
            answer.state = STATE_REVOKED;
        }
        if (answer.state > best.state) {
            best = answer;
        }
    }
    return best;
}

static void report(const struct answer *answer, const struct certificate *cert,
                   size_t i, const struct policy *policy, struct chain *chain)
{
    char text[TIMESTAMP_TEXT_LEN];
    switch (answer->state) {
    case STATE_GOOD:
        return;
    case STATE_REVOKED:
        path_add(chain, FINDING_REVOKED, i, "on %s, %s",
                 timestamp_format(answer->entry.revoked_at, text),
                 crl_reason_name(answer->entry.reason));
        return;
    case STATE_STALE:
        path_add(chain, FINDING_REVOCATION_STALE, i, "%s, issued %s",
                 answer->source->path,
                 timestamp_format(answer->source->crl->this_update, text));
        return;
    case STATE_UNUSABLE:
        path_add(chain, FINDING_REVOCATION_UNUSABLE, i, "%s: %s", answer->source->path,
                 answer->why);
        return;
    case STATE_NONE:
    default:
        break;
    }
    bool names_a_place =
        cert->has_crl_distribution_points || cert->authority_info_access.len > 0;
    if (names_a_place) {
        path_add(chain, FINDING_REVOCATION_OFFLINE, i, "%s",
                 "no CRL of its issuer lies in the store, and certgate does not fetch");
        return;
    }
    path_add_as(chain, FINDING_NO_REVOCATION_POINTER, i,
                policy->refuse_no_revocation_pointer ? VERDICT_NO_REVOCATION_CHECK
                                                     : VERDICT_OK,
                "%s", "");
}

void path_check_revocation(const struct path *path, const struct chain_context *context,
                           struct chain *chain)
{
    if (!context->policy->verifyclientcertrevocation) {
        return;
    }
    /* Without an issuer's key no CRL can be believed, so nothing is asked
     * (iis.md 2b: revocation is only attempted if there is a chain). */
    for (size_t i = 0; i + 1 < path->n_steps; i++) {
        const struct certificate *cert = path->steps[i].element.cert;
        if (path->steps[i].signature != PATH_GOOD) {
            continue;
        }
        struct answer answer = ask(cert, path->steps[i + 1].element.cert, context);
        report(&answer, cert, i, context->policy, chain);
    }
}
