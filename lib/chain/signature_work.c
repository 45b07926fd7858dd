/* SPDX-License-Identifier: MIT */
#include "chain/signature_work.h"

#include "chain/signature_batch.h"

#include <string.h>

void signature_work_init(struct signature_work *work, struct signature_cache *cache,
                         struct signature_batch *batch)
{
    /* The pairs are written before they are read. */
    work->cache = cache;
    work->batch = batch;
    work->cost = 0;
    work->limited = false;
    work->is_spent = false;
    work->n_pairs = 0;
}

const char *signature_work_hindrance(const struct signature_work *work)
{
    return work != NULL && work->is_spent
               ? "not checked: the chain asks for more work than one may cost"
               : "not checked: there was no memory or no thread for it";
}

static const struct signature_pair *find_pair(const struct signature_work *work,
                                              const uint8_t *object,
                                              const uint8_t *issuer_key)
{
    for (size_t i = 0; i < work->n_pairs; i++) {
        const struct signature_pair *pair = &work->pairs[i];
        if (memcmp(pair->object, object, sizeof(pair->object)) == 0 &&
            memcmp(pair->issuer_key, issuer_key, sizeof(pair->issuer_key)) == 0) {
            return pair;
        }
    }
    return NULL;
}

/* Computed here and now if the batch's allowance pays for it, else put off. */
static enum signature_result check_or_put_off(struct signature_work *work,
                                              const struct signed_object *object,
                                              const struct certificate *issuer,
                                              uint32_t cost)
{
    struct signature_batch *batch = work->batch;
    enum signature_result result;
    if (batch == NULL || signature_cache_find(work->cache, object, issuer, &result)) {
        return signature_cache_check(work->cache, object, issuer);
    }
    if (signature_batch_find(batch, object, issuer, &result)) {
        signature_cache_put(work->cache, object, issuer, result);
        return result;
    }
    if (cost <= batch->allowance) {
        batch->allowance -= cost;
        return signature_cache_check(work->cache, object, issuer);
    }
    work->limited |= !signature_batch_add(batch, object, issuer);
    return SIGNATURE_UNCHECKED;
}

static enum signature_result check(struct signature_work *work,
                                   const struct signed_object *object,
                                   const struct certificate *issuer)
{
    if (work == NULL) {
        return signature_cache_check(NULL, object, issuer);
    }
    const struct signature_pair *known =
        find_pair(work, object->sha256, issuer->spki_sha256);
    if (known != NULL) {
        return known->result;
    }
    /* A check is begun while anything is left: the last may cost more than that. */
    if (work->n_pairs == SIGNATURE_WORK_PAIRS_MAX ||
        work->cost >= SIGNATURE_WORK_COST_MAX) {
        work->limited = true;
        work->is_spent = true;
        return SIGNATURE_UNCHECKED;
    }
    size_t hashed = object->digest.len > 0 ? 0 : object->message.len;
    uint32_t cost =
        key_verify_cost(issuer->spki) + (uint32_t)(hashed / SIGNATURE_WORK_HASHED);
    work->cost += cost;
    struct signature_pair *pair = &work->pairs[work->n_pairs++];
    memcpy(pair->object, object->sha256, sizeof(pair->object));
    memcpy(pair->issuer_key, issuer->spki_sha256, sizeof(pair->issuer_key));
    pair->result = check_or_put_off(work, object, issuer, cost);
    return pair->result;
}

enum signature_result signature_work_certificate(struct signature_work *work,
                                                 const struct certificate *child,
                                                 const struct certificate *issuer)
{
    struct signed_object object = {
        .sha256 = child->sha256,
        .algorithm = child->signature_alg,
        .params = child->signature_params,
        .message = child->tbs,
        .signature = child->signature,
    };
    return check(work, &object, issuer);
}

enum signature_result signature_work_crl(struct signature_work *work,
                                         const struct crl *crl,
                                         const struct certificate *issuer)
{
    struct signed_object object = {
        .sha256 = crl->sha256,
        .algorithm = crl->signature_alg,
        .params = crl->signature_params,
        .digest = { crl->digest, crl->digest_len },
        .signature = crl->signature,
    };
    return check(work, &object, issuer);
}

enum signature_result signature_work_ocsp(struct signature_work *work,
                                          const struct ocsp_response *response,
                                          const struct certificate *signer)
{
    struct signed_object object = {
        .sha256 = response->sha256,
        .algorithm = response->signature_alg,
        .params = response->signature_params,
        .message = response->tbs,
        .signature = response->signature,
    };
    return check(work, &object, signer);
}
