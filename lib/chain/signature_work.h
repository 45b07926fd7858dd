/* SPDX-License-Identifier: MIT
 *
 * Inside the chain engine: the signature checks of one search, bounded. A peer chooses
 * the keys, and one check with brainpoolP512r1 costs as much as 160 with RSA-2048; so
 * each pair of what is signed and who may have signed it is paid for once, by its kind
 * of key. What exceeds the limit is SIGNATURE_UNCHECKED and never trusted.
 *
 * Whether the cache knows a result makes no difference to what is paid: the same chain
 * gets the same answer the second time.
 */
#pragma once

#include "chain/signature_cache.h"
#include "pki/crl.h"
#include "pki/key.h"
#include "pki/ocsp.h"

/* As key_verify_cost counts: 204 different checks with P-256, 68 with P-521; twelve
 * with brainpoolP512r1, the dearest, so that an honest path of five certificates and
 * the lists of their CAs is within it. Under 300 ms of CPU time, which a server spends
 * in a thread (chain/signature_batch.h). */
#define SIGNATURE_WORK_COST_MAX ((uint32_t)2040)
/* Different pairs of one search, of certificates, CRLs and OCSP answers. */
#define SIGNATURE_WORK_PAIRS_MAX ((size_t)256)
/* So many bytes are hashed in the time of one unit (key_verify_cost). */
#define SIGNATURE_WORK_HASHED ((size_t)16384)

struct signature_batch; /* chain/signature_batch.h */

struct signature_work {
    struct signature_cache *cache; /* borrowed; may be NULL */
    struct signature_batch *batch; /* borrowed; NULL: everything is computed at once */
    uint32_t cost;                 /* so far, as key_verify_cost counts */
    bool limited;                  /* something was left unchecked */
    bool is_spent;                 /* ... because the limits above were reached */
    size_t n_pairs;
    struct signature_pair {
        uint8_t object[32];
        uint8_t issuer_key[32];
        enum signature_result result;
    } pairs[SIGNATURE_WORK_PAIRS_MAX];
};

void signature_work_init(struct signature_work *work, struct signature_cache *cache,
                         struct signature_batch *batch);

/* Why something is SIGNATURE_UNCHECKED: "not checked: ...". `work` may be NULL. */
const char *signature_work_hindrance(const struct signature_work *work);

/* The signature of one object with one key. `work` may be NULL: neither cache nor
 * limit. `signer` of an OCSP answer is whom ocsp_signer_find believes to have signed
 * it. */
enum signature_result signature_work_certificate(struct signature_work *work,
                                                 const struct certificate *child,
                                                 const struct certificate *issuer);
enum signature_result signature_work_crl(struct signature_work *work,
                                         const struct crl *crl,
                                         const struct certificate *issuer);
enum signature_result signature_work_ocsp(struct signature_work *work,
                                          const struct ocsp_response *response,
                                          const struct certificate *signer);
