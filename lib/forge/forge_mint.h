/* SPDX-License-Identifier: MIT
 *
 * Certificates that somebody orders at run time: a case more, by the columns of
 * certs/cases.tsv. They live in memory, as long as their world.
 */
#pragma once

#include "forge/forge.h"

/* In one world: then the oldest is given up, with its revocation, for a new one. So a
 * recipe is borrowed until the next forge_mint; keep its name. */
#define FORGE_MINTED_MAX ((size_t)256)

/* The columns, as their legend (certs/cases.tsv) says; NULL or "" = its default. All
 * borrowed. What a column does not take is the caller's fault and told as such. */
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
};

/* Makes it and, if it says so, revokes it at its issuer. The recipe is the world's. The
 * issuers that it needs are sent with it. ERR_CONFIG: the order is wrong, and the
 * sentence says in which column. */
int forge_mint(struct forge_world *world, const struct forge_mint_order *order,
               int64_t now, const struct recipe **ret_recipe, struct err *err)
    MUST_CHECK;

/* Its recipe is not of the tables, so nothing of it is in a folder. */
bool forge_is_minted(const struct forge_world *world, const struct recipe *recipe);
/* The minted ones; borrowed from the world. */
const struct recipe_table *forge_minted(const struct forge_world *world);
