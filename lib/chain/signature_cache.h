/* SPDX-License-Identifier: MIT
 *
 * A bounded table of results of signature checks, by fingerprints; a new entry may
 * evict an old one. The result of a signature never changes,
 * so nothing expires. One cache serves all judgements of a program.
 */
#pragma once

#include "pki/certificate.h"
#include "pki/key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct signature_cache;
struct signature_cache *signature_cache_create(void); /* NULL: out of memory */
void signature_cache_destroy(struct signature_cache *cache);
/* How many signatures were computed, not found: for tests and statistics. */
size_t signature_cache_misses(const struct signature_cache *cache);

/* What is signed, by any kind of object that a CA signs. All borrowed. */
struct signed_object {
    const uint8_t *sha256; /* of the whole object, signature included */
    enum oid algorithm;
    struct slice params;
    struct slice message;
    struct slice digest; /* of the message, if it is known; else empty */
    struct slice signature;
};

/* What is known of the object and the issuer's key. False: nothing. `cache` may be
 * NULL. */
bool signature_cache_find(const struct signature_cache *cache,
                          const struct signed_object *object,
                          const struct certificate *issuer,
                          enum signature_result *ret_result);
/* `result` was computed elsewhere (chain/signature_batch). `cache` may be NULL.
 * SIGNATURE_UNCHECKED is not remembered. */
void signature_cache_put(struct signature_cache *cache,
                         const struct signed_object *object,
                         const struct certificate *issuer,
                         enum signature_result result);
/* The signature checked with the issuer's key, or what is known of it. `cache` may be
 * NULL. For signature_work, which bounds what it may cost. */
enum signature_result signature_cache_check(struct signature_cache *cache,
                                            const struct signed_object *object,
                                            const struct certificate *issuer);
