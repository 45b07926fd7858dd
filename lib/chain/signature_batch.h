/* SPDX-License-Identifier: MIT
 *
 * Deferred signature checks, so that keys chosen by a peer do not block the event loop.
 * A search with a batch (chain_context.batch) computes immediately what the batch's
 * allowance covers; it records the rest here, as copies, and treats them as
 * SIGNATURE_UNCHECKED, which is never trusted:
 *
 *   signature_batch_init(&batch, SIGNATURE_BATCH_ALLOWANCE);
 *   for (;;) {
 *       context.batch = &batch; chain_build(...);
 *       if (!signature_batch_is_pending(&batch)) break;
 *       signature_batch_run(&batch);       in another thread
 *   }
 *
 * Each round computes what the one before found, and no search records more than
 * SIGNATURE_WORK_PAIRS_MAX, so that it ends. What was computed goes into the cache of
 * signatures when the next search asks for it.
 *
 * Not thread-safe: no other call may use the batch while signature_batch_run() is
 * running.
 */
#pragma once

#include "chain/signature_cache.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a search may compute at once, in units of key_verify_cost: an ordinary chain
 * with its revocation lists, or half of the 10 ms that one answer may take. */
#define SIGNATURE_BATCH_ALLOWANCE ((uint32_t)60)
/* Copies of keys and signatures in one batch, in bytes. */
#define SIGNATURE_BATCH_BYTES_MAX ((size_t)128 * 1024)

struct signature_check; /* opaque */

struct signature_batch {
    uint32_t allowance;             /* what is left of it */
    struct signature_check *checks; /* owned; the newest first */
    size_t n_pending;
    size_t n_bytes;
};

void signature_batch_init(struct signature_batch *batch, uint32_t allowance);
void signature_batch_finish(struct signature_batch *batch); /* accepts a zeroed one */

/* Records a check. False: memory or SIGNATURE_BATCH_BYTES_MAX ran out. One that is
 * recorded already is not recorded twice. */
bool signature_batch_add(struct signature_batch *batch,
                         const struct signed_object *object,
                         const struct certificate *issuer);
/* False: it has not been computed. */
bool signature_batch_find(const struct signature_batch *batch,
                          const struct signed_object *object,
                          const struct certificate *issuer,
                          enum signature_result *ret_result);
/* Something waits for signature_batch_run(). */
bool signature_batch_is_pending(const struct signature_batch *batch);
/* Computes all that is recorded, which may take long. */
void signature_batch_run(struct signature_batch *batch);
