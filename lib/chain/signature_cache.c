/* SPDX-License-Identifier: MIT
 *
 * Signature results by fingerprints: a direct-mapped table. An entry is the
 * pair of the signed certificate's, CRL's or OCSP response's SHA-256 and the
 * signing key's; the result of a signature never changes, so nothing expires:
 * time, stores and revocation are judged afresh each time elsewhere.
 */
#include "base/mem.h"
#include "chain/chain.h"
#include "chain/path.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS ((size_t)2048)

struct slot {
    uint8_t object[32];
    uint8_t issuer_key[32];
    bool used;
    enum signature_result result;
};

struct signature_cache {
    size_t misses;
    struct slot slots[SLOTS];
};

struct signature_cache *signature_cache_create(void)
{
    return mem_alloc(1, sizeof(struct signature_cache));
}

void signature_cache_destroy(struct signature_cache *cache)
{
    free(cache);
}

size_t signature_cache_misses(const struct signature_cache *cache)
{
    return cache->misses;
}

/* What is signed, by any kind of object that a CA signs. */
struct signed_object {
    const uint8_t *sha256; /* of the whole object, signature included */
    enum oid algorithm;
    struct slice params;
    struct slice message;
    struct slice signature;
};

static enum signature_result compute(const struct signed_object *object,
                                     const struct certificate *issuer)
{
    return key_verify(issuer->spki, object->algorithm, object->params, object->message,
                      object->signature);
}

static enum signature_result verify(struct signature_cache *cache,
                                    const struct signed_object *object,
                                    const struct certificate *issuer)
{
    if (cache == NULL) {
        return compute(object, issuer);
    }
    size_t index = ((size_t)object->sha256[0] << 8 | object->sha256[1]) ^
                   ((size_t)issuer->spki_sha256[0] << 8 | issuer->spki_sha256[1]);
    struct slot *slot = &cache->slots[index % SLOTS];
    if (!slot->used ||
        memcmp(slot->object, object->sha256, sizeof(slot->object)) != 0 ||
        memcmp(slot->issuer_key, issuer->spki_sha256, sizeof(slot->issuer_key)) != 0) {
        cache->misses++;
        slot->result = compute(object, issuer);
        slot->used = true;
        memcpy(slot->object, object->sha256, sizeof(slot->object));
        memcpy(slot->issuer_key, issuer->spki_sha256, sizeof(slot->issuer_key));
    }
    return slot->result;
}

enum signature_result path_verify(struct signature_cache *cache,
                                  const struct certificate *child,
                                  const struct certificate *issuer)
{
    struct signed_object object = { child->sha256, child->signature_alg,
                                    child->signature_params, child->tbs,
                                    child->signature };
    return verify(cache, &object, issuer);
}

enum signature_result path_verify_crl(struct signature_cache *cache,
                                      const struct crl *crl,
                                      const struct certificate *issuer)
{
    struct signed_object object = { crl->sha256, crl->signature_alg,
                                    crl->signature_params, crl->tbs, crl->signature };
    return verify(cache, &object, issuer);
}

enum signature_result path_verify_ocsp(struct signature_cache *cache,
                                       const struct ocsp_response *response,
                                       const struct certificate *signer)
{
    struct signed_object object = { response->sha256, response->signature_alg,
                                    response->signature_params, response->tbs,
                                    response->signature };
    return verify(cache, &object, signer);
}
