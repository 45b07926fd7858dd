/* SPDX-License-Identifier: MIT
 *
 * Certificates that are ordered at run time: additional cases, by the columns of
 * certs/cases.tsv. They exist in memory, as long as their world.
 */
#pragma once

#include "forge/forge.h"

/* The columns, as their legend (certs/cases.tsv) describes them; NULL or "" = the
 * default. All are borrowed. A value that a column does not accept is the caller's
 * error and is reported as such. */
struct forge_mint_order {
    const char *name;   /* NULL = "minted-" and something random */
    const char *issuer; /* default "issuing"; "self" */
    const char *subject;
    const char *eku;
    const char *ku;
    const char *not_before;
    const char *not_after;
    const char *key;
    const char *revoked;
    const char *details; /* san=..., hash=..., the words for faults; blanks between */
    struct forge_mint_keys
        *keys; /* generated ahead of time, and consumed; NULL = generated when needed */
};

struct key;

/* The keys of an order, generated ahead of time: an RSA key takes longer than the event
 * loop may be blocked. */
struct forge_mint_keys {
    struct key *own;   /* owned */
    struct key *other; /* owned; what "wrong-key" certifies in its place, else NULL */
};
/* Needs no world, so any thread may call it. An order that asks for an unknown kind of
 * key gets none; forge_mint() reports it. */
int forge_mint_make_keys(const struct forge_mint_order *order,
                         struct forge_mint_keys *ret_keys, struct err *err) MUST_CHECK;
void forge_mint_keys_finish(struct forge_mint_keys *keys); /* accepts zeroed */

/* Makes it and, if the order says so, revokes it at its issuer. The recipe is the
 * world's. The issuers that it needs are sent with it. ERR_CONFIG: the order is wrong;
 * the message names the column. */
int forge_mint(struct forge_world *world, const struct forge_mint_order *order,
               int64_t now, const struct recipe **ret_recipe, struct err *err)
    MUST_CHECK;

/* The minted ones; borrowed from the world. */
const struct recipe_table *forge_minted(const struct forge_world *world);
