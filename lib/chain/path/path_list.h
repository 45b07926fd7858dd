/* SPDX-License-Identifier: MIT
 *
 * Inside the chain engine: whether a revocation list, complete or a delta, can be
 * believed. What it is for is looked at elsewhere (path_revocation.c).
 */
#pragma once

#include "chain/path/path.h"

/* How far the clock of a fetched answer's signer may be ahead of ours. */
#define LIST_SKEW ((int64_t)300)

/* Of a list or an OCSP answer: thisUpdate has come, nextUpdate has not passed, and it
 * is as fresh as is wanted. */
bool update_is_timely(int64_t this_update, bool has_next_update, int64_t next_update,
                      const struct chain_context *context, int64_t skew);
bool list_is_timely(const struct crl *crl, const struct chain_context *context,
                    int64_t skew);
/* Evidence without a next update is believed for EVIDENCE_NO_END_KEEP: otherwise a
 * client that was let in once would be let in for ever. Where only the cache may be
 * used there is no newer evidence to wait for. */
bool evidence_has_ended(const struct evidence_entry *entry, bool has_next_update,
                        const struct chain_context *context);
/* Why this CRL says nothing about the issuer's certificates; NULL if it does. */
const char *list_find_defect(const struct crl *crl, const struct certificate *issuer,
                             const struct chain_context *context);
