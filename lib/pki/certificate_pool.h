/* SPDX-License-Identifier: MIT
 *
 * The certificates that came last, so that the same bytes are read once and kept once,
 * however many connections they come on. A place is chosen by the bytes, and the newest
 * one has it. For one thread.
 */
#pragma once

#include "pki/certificate.h"

#define CERTIFICATE_POOL_MAX ((size_t)256)
/* A longer one is read each time. */
#define CERTIFICATE_POOL_SIZE_MAX ((size_t)4096)

/* Zeroed = empty. */
struct certificate_pool {
    struct certificate *certs[CERTIFICATE_POOL_MAX]; /* owned with others */
};

/* As certificate_create: the caller becomes an owner. */
struct certificate *certificate_pool_get(struct certificate_pool *pool,
                                         struct slice der);
/* Empties it. */
void certificate_pool_clear(struct certificate_pool *pool);
