/* SPDX-License-Identifier: MIT */
#include "forge/forge_internal.h"

#include "base/mem.h"
#include "base/timestamp.h"
#include "forge/forge_certificate.h"

#include <stdlib.h>
#include <string.h>

/* CRLs begin before `now`, for clients whose clock is slow. */
#define CRL_BACKDATED TIMESTAMP_HOUR
#define CRL_LIFETIME  (7 * TIMESTAMP_DAY)
/* The table's "expired" CRLs: how long ago their validity began and ended. */
#define CRL_EXPIRED_FROM  (60 * TIMESTAMP_DAY)
#define CRL_EXPIRED_UNTIL (30 * TIMESTAMP_DAY)
#define REVOCATIONS_MAX   ((size_t)10000)

/* ---- credentials */

void forge_credential_finish(struct forge_credential *credential)
{
    key_destroy(credential->key);
    for (size_t i = 0; i < credential->n_chain; i++) {
        buf_finish(&credential->chain[i]);
    }
    free(credential->chain);
    *credential = (struct forge_credential){ .key = NULL };
}

int forge_credential_add(void *credential, struct slice der, struct err *err)
{
    struct forge_credential *c = credential;
    struct buf *chain = mem_resize(c->chain, c->n_chain + 1, sizeof(*chain));
    if (chain == NULL) {
        return err_memory(err);
    }
    c->chain = chain;
    chain[c->n_chain] = (struct buf)BUF_EMPTY;
    if (!buf_append_slice(&chain[c->n_chain], der)) {
        return err_memory(err);
    }
    c->n_chain++;
    return 0;
}

int forge_case(struct forge_world *world, const struct recipe *recipe, int64_t now,
               struct forge_credential *ret_credential, struct err *err)
{
    struct forge_credential credential = { .key = NULL };
    if (recipe->is_none) {
        *ret_credential = credential;
        return 0;
    }
    if (world->dir != NULL && !forge_is_minted(world, recipe)) {
        if (forge_folder_sync_case(world, recipe, now, err) != 0) {
            return -1;
        }
    } else if (forge_leaf_is_stale(world, recipe, now) &&
               forge_leaf_issue(world, recipe, now, err) != 0) {
        return -1;
    }
    credential.key = key_copy(forge_leaf_of(world, recipe)->key);
    if (credential.key == NULL) {
        return err_memory(err);
    }
    if (forge_leaf_walk_chain(world, recipe, forge_credential_add, &credential, err) !=
        0) {
        forge_credential_finish(&credential);
        return -1;
    }
    *ret_credential = credential;
    return 0;
}

/* ---- revocation */

static bool same_serial(const struct forge_revocation *a,
                        const struct forge_revocation *b)
{
    return a->serial_len == b->serial_len &&
           memcmp(a->serial, b->serial, a->serial_len) == 0;
}

static int append_revocation(struct forge_revocation **list, size_t *n,
                             const struct forge_revocation *revocation, struct err *err)
{
    if (revocation->serial_len == 0) {
        return err_memory(err);
    }
    for (size_t i = 0; i < *n; i++) {
        if (same_serial(&(*list)[i], revocation)) {
            return 0;
        }
    }
    if (*n >= REVOCATIONS_MAX) {
        return err_set(err, ERR_LIMIT, 0, "over %zu revoked certificates",
                       REVOCATIONS_MAX);
    }
    struct forge_revocation *longer = mem_resize(*list, *n + 1, sizeof(*longer));
    if (longer == NULL) {
        return err_memory(err);
    }
    longer[(*n)++] = *revocation;
    *list = longer;
    return 0;
}

/* A list that collects all serial numbers of one recipe. */
struct growing {
    struct forge_revocation **list;
    size_t *n;
    struct forge_revocation model; /* reason and time */
    struct err *err;
};

static bool on_serial(void *user, struct slice serial)
{
    struct growing *growing = user;
    if (serial.len > FORGE_REVOCATION_SERIAL_MAX) {
        return false;
    }
    memcpy(growing->model.serial, serial.data, serial.len);
    growing->model.serial_len = serial.len;
    return append_revocation(growing->list, growing->n, &growing->model,
                             growing->err) == 0;
}

static int append_recipe(const struct forge_authority *authority,
                         const struct recipe *recipe, int64_t now,
                         struct growing *growing)
{
    if (forge_walk_serials(recipe, buf_slice(&authority->spki), now, on_serial,
                           growing)) {
        return 0;
    }
    return growing->err->domain == ERR_NONE ? err_memory(growing->err) : -1;
}

/* What the tables revoke, as of `at`. */
static int collect_table(const struct recipe_table *table,
                         const struct forge_authority *authority, int64_t at,
                         int64_t now, struct growing *growing)
{
    for (size_t i = 0; i < table->n_recipes; i++) {
        const struct recipe *recipe = &table->recipes[i];
        if (!recipe->is_revoked ||
            strcmp(recipe->issuer, authority->recipe->name) != 0) {
            continue;
        }
        growing->model.revoked_at = at;
        growing->model.reason = recipe->revocation_reason;
        if (append_recipe(authority, recipe, now, growing) != 0) {
            return -1;
        }
    }
    return 0;
}

/* What the tables revoke, then what was revoked at run time: a case's certificates,
 * whenever they are issued. */
static int collect(const struct forge_world *world,
                   const struct forge_authority *authority, int64_t at, int64_t now,
                   struct forge_revocation **list, size_t *n, struct err *err)
{
    struct growing growing = { .list = list, .n = n, .err = err };
    if (collect_table(&world->book.authorities, authority, at, now, &growing) != 0 ||
        collect_table(&world->book.cases, authority, at, now, &growing) != 0 ||
        collect_table(&world->minted, authority, at, now, &growing) != 0) {
        return -1;
    }
    for (size_t i = 0; i < authority->n_revocations; i++) {
        const struct forge_revocation *revocation = &authority->revocations[i];
        const struct recipe *recipe = forge_find_issued(
            world, authority->recipe->name,
            (struct slice){ revocation->serial, revocation->serial_len });
        growing.model = *revocation;
        int result = recipe == NULL ? append_revocation(list, n, revocation, err)
                                    : append_recipe(authority, recipe, now, &growing);
        if (result != 0) {
            return -1;
        }
    }
    return 0;
}

const struct key *forge_authority_key(const struct forge_world *world, const char *name)
{
    const struct forge_authority *authority = forge_authority_find(world, name);
    return authority == NULL ? NULL : authority->key;
}

int forge_revocations(const struct forge_world *world, const char *name, int64_t now,
                      struct forge_revocation **ret_list, size_t *ret_n,
                      struct err *err)
{
    const struct forge_authority *authority = forge_authority_find(world, name);
    *ret_list = NULL;
    *ret_n = 0;
    if (authority == NULL || authority->cert == NULL) {
        return err_set(err, ERR_CONFIG, 0, "there is no authority \"%.60s\"", name);
    }
    int result = collect(world, authority, now, now, ret_list, ret_n, err);
    if (result != 0) {
        free(*ret_list);
        *ret_list = NULL;
    }
    return result;
}

/* `extra` (may be NULL) is included. */
static int write_crl(const struct forge_world *world,
                     const struct forge_authority *authority,
                     const struct recipe *extra, int64_t now, struct buf *out,
                     struct err *err)
{
    bool fresh = authority->recipe->crl != RECIPE_CRL_EXPIRED;
    struct forge_crl_order order = {
        .issuer_name = authority->cert->subject,
        .issuer_spki = buf_slice(&authority->spki),
        .issuer_key = authority->key,
        .this_update = now - (fresh ? CRL_BACKDATED : CRL_EXPIRED_FROM),
        .next_update = now + (fresh ? CRL_LIFETIME : -CRL_EXPIRED_UNTIL),
    };
    struct forge_revocation *list = NULL;
    int result = collect(world, authority, order.this_update, now, &list,
                         &order.n_revocations, err);
    if (result == 0 && extra != NULL) {
        struct growing growing = { .list = &list,
                                   .n = &order.n_revocations,
                                   .model = { .revoked_at = now },
                                   .err = err };
        result = append_recipe(authority, extra, now, &growing);
    }
    if (result == 0) {
        order.revocations = list;
        result = forge_crl_write(&order, out, err);
    }
    free(list);
    return result;
}

int forge_crl(const struct forge_world *world, const char *name, int64_t now,
              struct buf *out, struct err *err)
{
    const struct forge_authority *authority = forge_authority_find(world, name);
    if (authority == NULL || authority->cert == NULL ||
        authority->recipe->crl == RECIPE_CRL_NONE) {
        return err_set(err, ERR_CONFIG, 0,
                       "there is no authority \"%.60s\" that publishes a CRL; see "
                       "certs/authorities.tsv",
                       name);
    }
    return write_crl(world, authority, NULL, now, out, err);
}

struct forge_authority *forge_publisher_find(const struct forge_world *world,
                                             const struct recipe *recipe,
                                             struct err *err)
{
    struct forge_authority *authority =
        recipe->issuer == NULL ? NULL : forge_authority_find(world, recipe->issuer);
    if (authority == NULL || authority->cert == NULL ||
        authority->recipe->crl == RECIPE_CRL_NONE) {
        (void)err_set(err, ERR_CONFIG, 0,
                      "%s cannot be revoked: its issuer publishes no CRL",
                      recipe->name);
        return NULL;
    }
    return authority;
}

int forge_crl_revoking(const struct forge_world *world, const struct recipe *recipe,
                       int64_t now, struct buf *out, struct err *err)
{
    const struct forge_authority *authority = forge_publisher_find(world, recipe, err);
    return authority == NULL ? -1 : write_crl(world, authority, recipe, now, out, err);
}

int forge_authority_revoke(const struct forge_world *world,
                           struct forge_authority *authority,
                           const struct forge_revocation *revocation, struct err *err)
{
    const char *name = authority->recipe->name;
    const struct recipe *recipe = forge_find_issued(
        world, name, (struct slice){ revocation->serial, revocation->serial_len });
    if (recipe != NULL && recipe->is_revoked) {
        return 0; /* revoked by the tables, so every list has it anyway */
    }
    for (size_t i = 0; recipe != NULL && i < authority->n_revocations; i++) {
        const struct forge_revocation *other = &authority->revocations[i];
        if (forge_find_issued(world, name,
                              (struct slice){ other->serial, other->serial_len }) ==
            recipe) {
            return 0;
        }
    }
    return append_revocation(&authority->revocations, &authority->n_revocations,
                             revocation, err);
}

bool forge_authority_unrevoke(struct forge_authority *authority,
                              const struct recipe *recipe)
{
    size_t n = 0;
    for (size_t i = 0; i < authority->n_revocations; i++) {
        const struct forge_revocation *revocation = &authority->revocations[i];
        if (!forge_serial_is_of(
                recipe, buf_slice(&authority->spki),
                (struct slice){ revocation->serial, revocation->serial_len })) {
            authority->revocations[n++] = *revocation;
        }
    }
    bool found = n < authority->n_revocations;
    authority->n_revocations = n;
    return found;
}

int forge_unrevoke(struct forge_world *world, const struct recipe *recipe, int64_t now,
                   struct err *err)
{
    struct forge_authority *authority = forge_publisher_find(world, recipe, NULL);
    if (authority == NULL) {
        return 0;
    }
    if (world->dir != NULL) {
        return forge_folder_unrevoke(world, authority, recipe, now, err);
    }
    (void)forge_authority_unrevoke(authority, recipe);
    return 0;
}

int forge_revoke(struct forge_world *world, const struct recipe *recipe,
                 unsigned reason, int64_t now, struct err *err)
{
    struct forge_authority *authority = forge_publisher_find(world, recipe, err);
    if (authority == NULL) {
        return -1;
    }
    struct forge_revocation revocation = { .revoked_at = now, .reason = reason };
    struct buf serial = BUF_LIMITED(FORGE_REVOCATION_SERIAL_MAX);
    if (forge_serial(recipe, buf_slice(&authority->spki), now, &serial)) {
        memcpy(revocation.serial, serial.data, serial.len);
        revocation.serial_len = serial.len;
    }
    buf_finish(&serial);
    return world->dir != NULL
               ? forge_folder_revoke(world, authority, &revocation, now, err)
               : forge_authority_revoke(world, authority, &revocation, err);
}
