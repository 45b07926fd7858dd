/* SPDX-License-Identifier: MIT */
#include "chain/path/path_list.h"

#include "base/compiler.h"
#include "chain/signature_policy.h"
#include "chain/signature_work.h"
#include "pki/name.h"

#include <string.h>

bool update_is_timely(int64_t this_update, bool has_next_update, int64_t next_update,
                      const struct chain_context *context, int64_t skew)
{
    int64_t freshness = context->policy->revocationfreshnesstime;
    if (context->now < this_update - skew ||
        (has_next_update && context->now > next_update)) {
        return false;
    }
    return freshness == 0 || context->now - this_update <= freshness;
}

bool list_is_timely(const struct crl *crl, const struct chain_context *context,
                    int64_t skew)
{
    return update_is_timely(crl->this_update, crl->has_next_update, crl->next_update,
                            context, skew);
}

bool evidence_has_ended(const struct evidence_entry *entry, bool has_next_update,
                        const struct chain_context *context)
{
    return !has_next_update && !evidence_is_fresh(entry, context->now) &&
           !context->policy->verifyrevocationwithcachedclientcertonly;
}

/* ---- who signed it */

/* The CRL is signed with the key of this certificate, which is one of a CA of its name.
 */
static bool is_other_key(const struct crl *crl, const struct certificate *candidate,
                         const struct certificate *issuer,
                         const struct chain_context *context)
{
    return candidate->malformed == NULL && candidate->is_ca &&
           (!candidate->has_key_usage ||
            (candidate->key_usage & KEY_USAGE_CRL_SIGN) != 0) &&
           context->now >= candidate->not_before &&
           context->now <= candidate->not_after &&
           memcmp(candidate->spki_sha256, issuer->spki_sha256, 32) != 0 &&
           name_equal(candidate->subject, crl->issuer) &&
           (crl->authority_key_id.len == 0 || candidate->subject_key_id.len == 0 ||
            slice_equal(crl->authority_key_id, candidate->subject_key_id)) &&
           signature_work_crl(context->work, crl, candidate) == SIGNATURE_GOOD;
}

/* A certificate of this path issued that one: it is as trusted as the path. */
static bool is_certified(const struct certificate *cert,
                         const struct chain_context *context)
{
    for (size_t i = 1; i < context->path->n_steps; i++) {
        const struct certificate *issuer = context->path->steps[i].element.cert;
        if (certificate_equal(issuer, cert) ||
            (name_equal(cert->issuer, issuer->subject) &&
             signature_work_certificate(context->work, cert, issuer) ==
                 SIGNATURE_GOOD)) {
            return true;
        }
    }
    return false;
}

/* RFC 5280 6.3.3 (f): another key of the same CA signed the list. */
static bool is_signed_by_other_key(const struct crl *crl,
                                   const struct certificate *issuer,
                                   const struct chain_context *context)
{
    static const enum store_folder folders[] = { STORE_ROOT, STORE_CA };
    const struct store *store = context->store;
    if (context->path == NULL) {
        return false;
    }
    for (size_t i = 1; i < context->path->n_steps; i++) {
        if (is_other_key(crl, context->path->steps[i].element.cert, issuer, context)) {
            return true;
        }
    }
    for (size_t f = 0; f < ARRAY_LEN(folders); f++) {
        for (size_t i = 0; i < store->folders[folders[f]].n_entries; i++) {
            const struct certificate *cert = store->folders[folders[f]].entries[i].cert;
            if (is_other_key(crl, cert, issuer, context) &&
                (folders[f] == STORE_ROOT || is_certified(cert, context))) {
                return true;
            }
        }
    }
    return false;
}

/* Why the list's signature does not count; NULL if it does. */
static const char *find_signature_defect(const struct crl *crl,
                                         const struct certificate *issuer,
                                         const struct chain_context *context)
{
    const char *weak = signature_policy_defect(crl->signature_alg,
                                               crl->signature_params, context->policy);
    if (weak != NULL) {
        return weak;
    }
    switch (signature_work_crl(context->work, crl, issuer)) {
    case SIGNATURE_GOOD:
        return issuer->has_key_usage && (issuer->key_usage & KEY_USAGE_CRL_SIGN) == 0
                   ? "the issuer's Key Usage lacks cRLSign"
                   : NULL;
    case SIGNATURE_UNSUPPORTED:
        return "its signature has an algorithm that is not supported";
    case SIGNATURE_UNCHECKED:
        return signature_work_hindrance(context->work);
    case SIGNATURE_BAD:
    default:
        break;
    }
    if (!is_signed_by_other_key(crl, issuer, context)) {
        return "its signature is not the issuer's";
    }
    return context->policy->accept_crl_of_other_key
               ? NULL
               : "another key of its CA signed it, and Windows wants a list for each";
}

const char *list_find_defect(const struct crl *crl, const struct certificate *issuer,
                             const struct chain_context *context)
{
    if (crl->malformed != NULL) {
        return "the CRL cannot be read";
    }
    if (context->policy->refuse_crl_without_number && crl->version >= 2 &&
        crl->number.len == 0) {
        return "it has no CRL Number";
    }
    if (crl->has_unknown_critical) {
        return "it has a critical extension that is not known";
    }
    return find_signature_defect(crl, issuer, context);
}
