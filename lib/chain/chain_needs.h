/* SPDX-License-Identifier: MIT
 *
 * What is to be fetched before a chain can be judged.
 */
#pragma once

#include "chain/chain.h"

/* What one judgement may ask for at a time, and how many issuers of one path may come
 * from their addresses. */
#define CHAIN_NEEDS_MAX   ((size_t)8)
#define CHAIN_FETCHED_MAX ((size_t)4)

/* What would have to be fetched to know more: revocation of the certificates of a
 * trusted path, or the missing issuer of a partial one. The caller fetches, puts it
 * into the evidence, and builds again; at most CHAIN_NEEDS_ROUNDS times, then the chain
 * is judged as it stands. Returns how many of `needs` were filled; 0 without evidence.
 *
 *   for (round = 0; round < CHAIN_NEEDS_ROUNDS; round++) {
 *       chain_build(...); n = chain_needs(...); if (n == 0) break;
 *       fetch them, each with evidence_put(), while other requests go on;
 *   }
 */
#define CHAIN_NEEDS_ROUNDS 12
size_t chain_needs(const struct chain *chain, const struct chain_context *context,
                   struct evidence_need *needs, size_t max);
