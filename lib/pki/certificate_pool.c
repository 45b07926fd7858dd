/* SPDX-License-Identifier: MIT */
#include "pki/certificate_pool.h"

/* At its end is its signature, which differs even where all else is the same. */
#define HASHED_LEN ((size_t)16)

/* FNV-1a; who makes certificates fall into one place only has them read again. */
static size_t place_of(struct slice der)
{
    struct slice end =
        slice_part(der, der.len > HASHED_LEN ? der.len - HASHED_LEN : 0, HASHED_LEN);
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < end.len; i++) {
        hash = (hash ^ end.data[i]) * 16777619u;
    }
    return (hash ^ hash >> 16) % CERTIFICATE_POOL_MAX;
}

struct certificate *certificate_pool_get(struct certificate_pool *pool,
                                         struct slice der)
{
    struct certificate **place = &pool->certs[place_of(der)];

    if (*place != NULL && slice_equal((*place)->der, der)) {
        return certificate_share(*place);
    }
    struct certificate *cert = certificate_create(der);
    if (cert != NULL && der.len <= CERTIFICATE_POOL_SIZE_MAX) {
        certificate_destroy(*place);
        *place = certificate_share(cert);
    }
    return cert;
}

void certificate_pool_clear(struct certificate_pool *pool)
{
    for (size_t i = 0; i < CERTIFICATE_POOL_MAX; i++) {
        certificate_destroy(pool->certs[i]);
        pool->certs[i] = NULL;
    }
}
