/* SPDX-License-Identifier: MIT
 *
 * Inside the chain engine: the signature checks of one search, bounded. A peer chooses
 * the keys, and one check with brainpoolP512r1 costs as much as 160 with RSA-2048; so
 * each pair of what is signed and who may have signed it is paid for once, by its kind
 * of key. What is left over is SIGNATURE_UNCHECKED, and trusted by nobody.
 *
 * Whether the cache knows a result makes no difference to what is paid: the same chain
 * gets the same answer the second time.
 */
#pragma once

#include "chain/chain.h"
#include "pki/crl.h"
#include "pki/key.h"
#include "pki/ocsp.h"

/* Pairs of one search: CHAIN_SIGNATURES_MAX of certificates, the rest of CRLs and OCSP
 * answers. */
#define SIGNATURE_WORK_PAIRS_MAX ((size_t)256)
/* So many bytes are hashed in the time of one unit (key_verify_cost). */
#define SIGNATURE_WORK_HASHED ((size_t)16384)

/* What is signed, by any kind of object that a CA signs. All borrowed. */
struct signed_object {
    const uint8_t *sha256; /* of the whole object, signature included */
    enum oid algorithm;
    struct slice params;
    struct slice message;
    struct slice digest; /* of the message, if it is known; else empty */
    struct slice signature;
};

struct signature_work {
    struct signature_cache *cache; /* borrowed; may be NULL */
    uint32_t cost;                 /* so far, as key_verify_cost counts */
    bool limited;                  /* something was left unchecked */
    size_t n_pairs;
    struct signature_pair {
        uint8_t object[32];
        uint8_t issuer_key[32];
        enum signature_result result;
    } pairs[SIGNATURE_WORK_PAIRS_MAX];
};

void signature_work_init(struct signature_work *work, struct signature_cache *cache);

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

/* For signature_work.c: through the cache, which may be NULL. */
enum signature_result signature_cache_check(struct signature_cache *cache,
                                            const struct signed_object *object,
                                            const struct certificate *issuer);
