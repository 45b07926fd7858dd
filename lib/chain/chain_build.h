/* SPDX-License-Identifier: MIT
 *
 * The chain engine: all paths from a presented certificate to a root that the
 * stores offer, every fault of each, and the best of them, as Windows builds
 * them (CertGetCertificateChain). It reports findings and decides nothing.
 *
 * Work on hostile input is bounded: CHAIN_PATHS_MAX complete paths,
 * CHAIN_DEPTH_MAX certificates in one, CHAIN_SIGNATURES_MAX signature checks in
 * one search, and SIGNATURE_WORK_COST_MAX for what they and those of CRLs and OCSP
 * answers cost by their kinds of key; what was cut off is itself a finding
 * (SEARCH_LIMIT).
 */
#pragma once

#include "base/err.h"
#include "chain/chain.h"

/* Builds the paths of presented[0] and gives the best: trusted before
 * untrusted, complete before partial, fewer faults, then shorter. Never fails
 * for what the peer sent; -1 when out of memory. */
int chain_build(struct certificate *const *presented, size_t n_presented,
                const struct chain_context *context, struct chain *ret_chain,
                struct err *err) MUST_CHECK;

/* Also reports the paths that were not chosen. Costs more than
 * chain_build, which ends at the first path without fault, and within the same
 * bounds. -1 when out of memory. */
int chain_build_all(struct certificate *const *presented, size_t n_presented,
                    const struct chain_context *context, struct chain_paths *ret_paths,
                    struct err *err) MUST_CHECK;
