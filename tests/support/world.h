/* SPDX-License-Identifier: MIT
 *
 * The forged world for tests: one per process, in memory, made at the first use,
 * and the certificate store that goes with it. Everything is borrowed and lives
 * until the process ends. Failure to make it fails the test.
 */
#pragma once

#include "chain/chain.h"
#include "forge/forge.h"
#include "store/store.h"

/* What `now` is in tests: 2026-06-15T12:00:00Z. */
#define WORLD_NOW ((int64_t)1781524800)

struct forge_world *world_get(void);
/* What a first run puts into DIR/store, without the server's certificate. */
const struct store *world_store(void);

/* A case's credential at WORLD_NOW, and its certificates as the server reads them.
 * Made once for each case. */
struct world_case {
    const struct recipe *recipe;
    struct forge_credential credential;
    struct certificate *chain[CHAIN_PRESENTED_MAX];
    size_t n_chain;
};
const struct world_case *world_case(const char *name);
