/* SPDX-License-Identifier: MIT
 *
 * Inside the chain engine: whether a revocation list, complete or a delta, can be
 * believed. What it is for is looked at elsewhere (path_revocation.c).
 */
#pragma once

#include "chain/path/path.h"

/* How far the clock of a fetched answer's signer may be ahead of ours. */
#define LIST_SKEW ((int64_t)300)

/* thisUpdate has come, nextUpdate has not passed, and it is as fresh as is wanted. */
bool list_is_timely(const struct crl *crl, const struct chain_context *context,
                    int64_t skew);
/* Why this CRL says nothing about the issuer's certificates; NULL if it does. */
const char *list_find_defect(const struct crl *crl, const struct certificate *issuer,
                             const struct chain_context *context);
