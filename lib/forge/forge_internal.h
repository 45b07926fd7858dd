/* SPDX-License-Identifier: MIT
 *
 * Inside the forge: the world, and what its files share.
 *
 *   forge_world.c   the world in memory: keys, authorities, cases
 *   forge_case.c    credentials and revocation, as forge.h promises them
 *   forge_folder.c  authorities, CRLs and cases kept in a folder
 *   forge_open.c    the folder as a whole
 *   forge_server.c  the server's certificate
 *   forge_serial.c  serial numbers, and whose they are
 *   forge_key.c     keys, also weak ones
 */
#pragma once

#include "forge/forge.h"
#include "forge/forge_certificate.h"
#include "forge/forge_crl.h"

struct forge_authority {
    const struct recipe *recipe;
    bool is_given;   /* not the forge's: forge_world_create_under() */
    struct key *key; /* owned */
    struct buf spki;
    struct certificate *cert; /* owned */
    /* Owned: what forge_revoke() added to the tables' revocations. */
    struct forge_revocation *revocations;
    size_t n_revocations;
};

/* Minted cases have one slot more than are kept, for the one that is being made. */
#define FORGE_MINTED_SLOTS (FORGE_MINTED_MAX + 1)

/* A case's state; zeroed = not made yet. */
struct forge_leaf {
    struct key *key; /* owned; what the client signs with */
    struct buf spki; /* the key that is certified: another one for "wrong-key" */
    struct buf der;
    int64_t issued_at;
};

/* What the serial numbers of a recipe's certificates begin with. */
struct forge_identity {
    bool is_known; /* computed at the first use */
    uint8_t bytes[FORGE_IDENTITY_LEN];
};

struct forge_world {
    struct recipe_book book;
    struct forge_authority *authorities; /* owned; as book.authorities.recipes */
    struct forge_leaf *leaves;           /* owned; as book.cases.recipes */
    struct forge_identity *identities;   /* owned; authorities, cases, minted */
    /* Cases that were ordered at run time (forge_mint.h): FORGE_MINTED_SLOTS of each,
     * and NULL before the first. */
    struct recipe_table minted;
    struct forge_leaf *minted_leaves; /* owned; as minted.recipes */
    char **minted_rows;               /* owned; what their texts lie in */
    size_t minted_oldest;             /* index; of those that are there when full */
    char *dir;                        /* owned; NULL = in memory only */
    char *store_dir;                  /* owned; NULL likewise */
    bool is_passing;   /* the folder may be lost in a crash, and RSA is deferred */
    bool defers_cases; /* all of them */
};

/* ---- forge_key.c */

int forge_key_generate(const struct recipe *recipe, struct key **ret_key,
                       struct err *err) MUST_CHECK;

/* ---- forge_world.c */

/* The world with all recipes and nothing made. */
int forge_world_create_empty(struct forge_world **ret_world, struct err *err)
    MUST_CHECK;
struct forge_authority *forge_authority_find(const struct forge_world *world,
                                             const char *name);
/* Makes the key if there is none. */
int forge_authority_prepare_key(struct forge_world *world,
                                struct forge_authority *authority, struct err *err)
    MUST_CHECK;
/* Certifies the authority's key anew. Its issuer must have been made. */
int forge_authority_issue(const struct forge_world *world,
                          struct forge_authority *authority, int64_t now,
                          struct err *err) MUST_CHECK;
/* It must be certified again: it does not exist yet, its issuer's key has changed, or
 * it is close to its expiry though its recipe is not about that. */
bool forge_authority_is_stale(const struct forge_world *world,
                              const struct forge_authority *authority, int64_t now);

struct forge_leaf *forge_leaf_of(const struct forge_world *world,
                                 const struct recipe *recipe);
void forge_leaf_finish(struct forge_leaf *leaf);
int forge_leaf_issue(const struct forge_world *world, const struct recipe *recipe,
                     int64_t now, struct err *err) MUST_CHECK;
bool forge_leaf_is_stale(const struct forge_world *world, const struct recipe *recipe,
                         int64_t now);
/* The certificates that a case sends, leaf first: calls for each. */
typedef int (*forge_on_der_fn)(void *user, struct slice der, struct err *err);
int forge_leaf_walk_chain(const struct forge_world *world, const struct recipe *recipe,
                          forge_on_der_fn on_der, void *user, struct err *err)
    MUST_CHECK;

/* ---- forge_case.c */

/* Adds a copy to a struct forge_credential. */
int forge_credential_add(void *credential, struct slice der, struct err *err)
    MUST_CHECK;
/* Adds a revocation unless the serial is revoked already. */
int forge_authority_revoke(const struct forge_world *world,
                           struct forge_authority *authority,
                           const struct forge_revocation *revocation, struct err *err)
    MUST_CHECK;

/* The issuer, if it publishes a CRL; NULL and ERR_CONFIG if it does not. */
struct forge_authority *forge_publisher_find(const struct forge_world *world,
                                             const struct recipe *recipe,
                                             struct err *err) MUST_CHECK;
/* Forgets what was revoked at run time of this recipe, which is in no table. */
int forge_unrevoke(struct forge_world *world, const struct recipe *recipe, int64_t now,
                   struct err *err) MUST_CHECK;
/* The same in memory only; true if there was something. */
bool forge_authority_unrevoke(struct forge_authority *authority,
                              const struct recipe *recipe);

/* ---- forge_serial.c */

/* Another recipe is in the slot of this minted one. */
void forge_identity_forget(struct forge_world *world, const struct recipe *minted);
/* A serial number of the recipe's certificates, whenever they were issued. */
bool forge_serial_is_of(const struct recipe *recipe, struct slice issuer_spki,
                        struct slice serial);

/* ---- forge_folder.c; only for worlds with a folder */

/* One refreshing of the folder, under its lock. */
struct forge_refresh {
    struct forge_world *world;
    int64_t now;
    bool first;          /* the folder was never complete: everything is written */
    bool tables_changed; /* since the last time, or a CA was certified anew */
};
int forge_sync_authority(struct forge_refresh *refresh,
                         struct forge_authority *authority, struct err *err) MUST_CHECK;
int forge_sync_crl(const struct forge_refresh *refresh,
                   struct forge_authority *authority, struct err *err) MUST_CHECK;
int forge_sync_case(const struct forge_refresh *refresh, const struct recipe *recipe,
                    struct err *err) MUST_CHECK;

/* It is made only when it is asked for: forge_world_open_passing(). */
bool forge_is_deferred(const struct forge_world *world, const struct recipe *recipe,
                       const char *folder);
/* The issuer and the chain of a case, or all of them. */
int forge_sync_authorities(struct forge_refresh *refresh, bool all, struct err *err)
    MUST_CHECK;

/* These take the lock themselves. */
int forge_folder_sync_case(struct forge_world *world, const struct recipe *recipe,
                           int64_t now, struct err *err) MUST_CHECK;
int forge_folder_revoke(struct forge_world *world, struct forge_authority *authority,
                        const struct forge_revocation *revocation, int64_t now,
                        struct err *err) MUST_CHECK;

/* Writes the CRL again if it or the authority had a revocation of the recipe. */
int forge_folder_unrevoke(struct forge_world *world, struct forge_authority *authority,
                          const struct recipe *recipe, int64_t now, struct err *err)
    MUST_CHECK;

/* ---- forge_mapping.c */

int forge_sync_mapping(const struct forge_refresh *refresh, struct err *err) MUST_CHECK;

/* ---- forge_open.c */

int forge_folder_refresh(struct forge_world *world, int64_t now, struct err *err)
    MUST_CHECK;
