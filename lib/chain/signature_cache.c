/* SPDX-License-Identifier: MIT
 *
 * Signature results by fingerprints: a direct-mapped table. An entry is the
 * pair of the signed certificate's, CRL's or OCSP response's SHA-256 and the
 * signing key's; the result of a signature never changes, so nothing expires:
 * time, stores and revocation are judged afresh each time elsewhere.
 */
#include "chain/signature_cache.h"

#include "base/mem.h"

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

static enum signature_result compute(const struct signed_object *object,
                                     const struct certificate *issuer)
{
    if (object->digest.len > 0) {
        return key_verify_digest(issuer->spki, object->algorithm, object->params,
                                 object->digest, object->signature);
    }
    return key_verify(issuer->spki, object->algorithm, object->params, object->message,
                      object->signature);
}

static size_t slot_of(const struct signed_object *object,
                      const struct certificate *issuer)
{
    size_t index = ((size_t)object->sha256[0] << 8 | object->sha256[1]) ^
                   ((size_t)issuer->spki_sha256[0] << 8 | issuer->spki_sha256[1]);
    return index % SLOTS;
}

bool signature_cache_find(const struct signature_cache *cache,
                          const struct signed_object *object,
                          const struct certificate *issuer,
                          enum signature_result *ret_result)
{
    if (cache == NULL) {
        return false;
    }
    const struct slot *slot = &cache->slots[slot_of(object, issuer)];
    if (!slot->used ||
        memcmp(slot->object, object->sha256, sizeof(slot->object)) != 0 ||
        memcmp(slot->issuer_key, issuer->spki_sha256, sizeof(slot->issuer_key)) != 0) {
        return false;
    }
    *ret_result = slot->result;
    return true;
}

void signature_cache_put(struct signature_cache *cache,
                         const struct signed_object *object,
                         const struct certificate *issuer, enum signature_result result)
{
    if (cache == NULL || result == SIGNATURE_UNCHECKED) {
        return;
    }
    struct slot *slot = &cache->slots[slot_of(object, issuer)];
    slot->result = result;
    slot->used = true;
    memcpy(slot->object, object->sha256, sizeof(slot->object));
    memcpy(slot->issuer_key, issuer->spki_sha256, sizeof(slot->issuer_key));
}

enum signature_result signature_cache_check(struct signature_cache *cache,
                                            const struct signed_object *object,
                                            const struct certificate *issuer)
{
    enum signature_result result;
    if (signature_cache_find(cache, object, issuer, &result)) {
        return result;
    }
    if (cache != NULL) {
        cache->misses++;
    }
    result = compute(object, issuer);
    signature_cache_put(cache, object, issuer, result);
    return result;
}
