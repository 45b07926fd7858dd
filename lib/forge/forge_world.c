/* SPDX-License-Identifier: MIT */
#include "forge/forge_internal.h"

#include "base/mem.h"
#include "forge/forge_certificate.h"

#include <stdlib.h>
#include <string.h>

/* ---- the world */

static void authority_finish(struct forge_authority *authority)
{
    key_destroy(authority->key);
    buf_finish(&authority->spki);
    certificate_destroy(authority->cert);
    free(authority->revocations);
}

void forge_leaf_finish(struct forge_leaf *leaf)
{
    key_destroy(leaf->key);
    buf_finish(&leaf->spki);
    buf_finish(&leaf->der);
    *leaf = (struct forge_leaf){ .key = NULL };
}

void forge_world_destroy(struct forge_world *world)
{
    if (world == NULL) {
        return;
    }
    for (size_t i = 0;
         world->authorities != NULL && i < world->book.authorities.n_recipes; i++) {
        authority_finish(&world->authorities[i]);
    }
    for (size_t i = 0; world->leaves != NULL && i < world->book.cases.n_recipes; i++) {
        forge_leaf_finish(&world->leaves[i]);
    }
    for (size_t i = 0; i < world->minted.n_recipes; i++) {
        forge_leaf_finish(&world->minted_leaves[i]);
        free(world->minted_rows[i]);
    }
    free(world->minted.recipes);
    free(world->minted_leaves);
    free(world->minted_rows);
    free(world->authorities);
    free(world->leaves);
    free(world->identities);
    free(world->dir);
    free(world->store_dir);
    recipe_book_finish(&world->book);
    free(world);
}

int forge_world_create_empty(struct forge_world **ret_world, struct err *err)
{
    struct forge_world *world = mem_alloc(1, sizeof(*world));
    if (world == NULL) {
        err_memory(err);
        return -1;
    }
    if (recipe_book_load(&world->book, err) != 0) {
        goto fail;
    }
    size_t n = world->book.authorities.n_recipes;
    world->authorities = mem_alloc(n, sizeof(*world->authorities));
    world->leaves = mem_alloc(world->book.cases.n_recipes, sizeof(*world->leaves));
    world->identities = mem_alloc(n + world->book.cases.n_recipes + FORGE_MINTED_SLOTS,
                                  sizeof(*world->identities));
    if (world->authorities == NULL || world->leaves == NULL ||
        world->identities == NULL) {
        err_memory(err);
        goto fail;
    }
    for (size_t i = 0; i < n; i++) {
        world->authorities[i].recipe = &world->book.authorities.recipes[i];
    }
    *ret_world = world;
    return 0;
fail:
    forge_world_destroy(world);
    return -1;
}

static int make_authorities(struct forge_world *world, int64_t now, struct err *err)
{
    for (size_t i = 0; i < world->book.authorities.n_recipes; i++) {
        struct forge_authority *authority = &world->authorities[i];
        if (forge_authority_is_stale(world, authority, now) &&
            (forge_authority_prepare_key(world, authority, err) != 0 ||
             forge_authority_issue(world, authority, now, err) != 0)) {
            return -1;
        }
    }
    return 0;
}

int forge_world_create(int64_t now, struct forge_world **ret_world, struct err *err)
{
    struct forge_world *world;
    if (forge_world_create_empty(&world, err) != 0) {
        return -1;
    }
    if (make_authorities(world, now, err) != 0) {
        forge_world_destroy(world);
        return -1;
    }
    *ret_world = world;
    return 0;
}

static int check_given(const struct certificate *cert, struct slice spki,
                       struct err *err)
{
    if (cert->malformed != NULL) {
        return err_set(err, ERR_CONFIG, 0, "the CA's certificate cannot be read: %s",
                       cert->malformed);
    }
    if (!cert->is_ca) {
        return err_set(err, ERR_CONFIG, 0,
                       "the certificate is no CA's (basicConstraints CA:TRUE)");
    }
    if (cert->path_len == 0) {
        return err_set(err, ERR_CONFIG, 0,
                       "the CA may have no other CA below it (path length 0), and most "
                       "cases need one");
    }
    return slice_equal(cert->spki, spki)
               ? 0
               : err_set(err, ERR_CONFIG, 0, "the private key is not the CA's");
}

static int take_root(struct forge_world *world, const struct certificate *cert,
                     const struct key *key, struct err *err)
{
    struct forge_authority *root = forge_authority_find(world, "root");
    root->is_given = true;
    root->key = key_copy(key);
    root->cert = certificate_create(cert->der);
    if (root->key == NULL || root->cert == NULL) {
        return err_memory(err);
    }
    if (key_append_spki(root->key, &root->spki, err) != 0) {
        return -1;
    }
    return check_given(root->cert, buf_slice(&root->spki), err);
}

int forge_world_create_under(const struct certificate *cert, const struct key *key,
                             int64_t now, struct forge_world **ret_world,
                             struct err *err)
{
    struct forge_world *world;
    if (forge_world_create_empty(&world, err) != 0) {
        return -1;
    }
    if (take_root(world, cert, key, err) != 0 ||
        make_authorities(world, now, err) != 0) {
        forge_world_destroy(world);
        return -1;
    }
    *ret_world = world;
    return 0;
}

int forge_refresh(struct forge_world *world, int64_t now, struct err *err)
{
    return world->dir != NULL ? forge_folder_refresh(world, now, err)
                              : make_authorities(world, now, err);
}

const struct recipe_book *forge_book(const struct forge_world *world)
{
    return &world->book;
}

bool forge_is_passing(const struct forge_world *world)
{
    return world->is_passing;
}

const char *forge_dir(const struct forge_world *world)
{
    return world->dir;
}

const char *forge_store_dir(const struct forge_world *world)
{
    return world->store_dir;
}

/* ---- authorities */

struct forge_authority *forge_authority_find(const struct forge_world *world,
                                             const char *name)
{
    const struct recipe *recipe = recipe_find(&world->book.authorities, name);
    return recipe == NULL
               ? NULL
               : &world->authorities[recipe - world->book.authorities.recipes];
}

const struct certificate *forge_authority(const struct forge_world *world,
                                          const char *name)
{
    const struct forge_authority *authority = forge_authority_find(world, name);
    return authority == NULL ? NULL : authority->cert;
}

int forge_authority_prepare_key(struct forge_world *world,
                                struct forge_authority *authority, struct err *err)
{
    const struct recipe *recipe = authority->recipe;
    if (authority->key == NULL && recipe->key_of != NULL) {
        /* It stands above in the table, so it was made before. */
        authority->key = key_copy(forge_authority_find(world, recipe->key_of)->key);
        if (authority->key == NULL) {
            return err_memory(err);
        }
    } else if (authority->key == NULL &&
               forge_key_generate(recipe, &authority->key, err) != 0) {
        return -1;
    }
    buf_clear(&authority->spki);
    return key_append_spki(authority->key, &authority->spki, err);
}

/* Who signs: the issuer, or the key itself for a self-signed certificate. */
static struct forge_order order_from(const struct forge_world *world,
                                     const struct recipe *recipe,
                                     const struct key *own_key, const struct buf *spki,
                                     int64_t now)
{
    struct forge_order order = { .recipe = recipe,
                                 .spki = buf_slice(spki),
                                 .now = now };
    if (recipe->issuer == NULL) {
        order.issuer_name = SLICE_EMPTY;
        order.issuer_spki = order.spki;
        order.issuer_key = own_key;
    } else {
        const struct forge_authority *issuer =
            forge_authority_find(world, recipe->issuer);
        order.issuer_name = issuer->cert->subject;
        order.issuer_spki = buf_slice(&issuer->spki);
        order.issuer_key_id =
            issuer->is_given ? issuer->cert->subject_key_id : SLICE_EMPTY;
        order.issuer_key = issuer->key;
        order.issuer = issuer->recipe;
    }
    return order;
}

int forge_authority_issue(const struct forge_world *world,
                          struct forge_authority *authority, int64_t now,
                          struct err *err)
{
    struct buf der = BUF_EMPTY;
    struct forge_order order =
        order_from(world, authority->recipe, authority->key, &authority->spki, now);
    int result = forge_certificate(&order, &der, err);
    if (result == 0) {
        struct certificate *cert = certificate_create(buf_slice(&der));
        if (cert == NULL) {
            result = err_memory(err);
        } else {
            certificate_destroy(authority->cert);
            authority->cert = cert;
        }
    }
    buf_finish(&der);
    return result;
}

/* The certificate names a key that the issuer no longer has. */
static bool issuer_key_changed(const struct forge_world *world,
                               const struct recipe *recipe,
                               const struct certificate *cert)
{
    uint8_t id[FORGE_KEY_ID_LEN];
    if (recipe->issuer == NULL || cert->authority_key_id.len == 0) {
        return false;
    }
    const struct forge_authority *issuer = forge_authority_find(world, recipe->issuer);
    if (issuer->is_given) {
        return false;
    }
    return !forge_key_id(buf_slice(&issuer->spki), id) ||
           !slice_equal(cert->authority_key_id, (struct slice){ id, sizeof(id) });
}

bool forge_authority_is_stale(const struct forge_world *world,
                              const struct forge_authority *authority, int64_t now)
{
    const struct certificate *cert = authority->cert;
    if (authority->is_given) {
        return false;
    }
    if (authority->key == NULL || cert == NULL || cert->malformed != NULL ||
        issuer_key_changed(world, authority->recipe, cert)) {
        return true;
    }
    const struct recipe *issuer =
        authority->recipe->issuer == NULL
            ? NULL
            : recipe_find(&world->book.authorities, authority->recipe->issuer);
    if (forge_url_has_crl(authority->recipe, issuer) !=
        cert->has_crl_distribution_points) {
        return true; /* made before certificates named the service */
    }
    int64_t until = recipe_time_at(authority->recipe->not_after, now);
    return cert->not_after < now + FORGE_RENEWAL && until >= now + FORGE_RENEWAL;
}

/* ---- cases */

bool forge_is_minted(const struct forge_world *world, const struct recipe *recipe)
{
    uintptr_t first = (uintptr_t)world->minted.recipes;
    return world->minted.recipes != NULL && (uintptr_t)recipe >= first &&
           (uintptr_t)recipe < first + FORGE_MINTED_SLOTS * sizeof(struct recipe);
}

struct forge_leaf *forge_leaf_of(const struct forge_world *world,
                                 const struct recipe *recipe)
{
    if (forge_is_minted(world, recipe)) {
        return &world->minted_leaves[recipe - world->minted.recipes];
    }
    return &world->leaves[recipe - world->book.cases.recipes];
}

static int prepare_leaf_key(const struct recipe *recipe, struct forge_leaf *leaf,
                            struct err *err)
{
    struct key *other = NULL;
    if (leaf->key == NULL && forge_key_generate(recipe, &leaf->key, err) != 0) {
        return -1;
    }
    if (leaf->spki.len > 0) {
        return 0; /* it was certified before; for "wrong-key" only the SPKI is kept */
    }
    bool wrong = (recipe->details & RECIPE_WRONG_KEY) != 0;
    if (wrong && forge_key_generate(recipe, &other, err) != 0) {
        return -1;
    }
    buf_clear(&leaf->spki);
    int result = key_append_spki(wrong ? other : leaf->key, &leaf->spki, err);
    if (result != 0) {
        buf_clear(&leaf->spki);
    }
    key_destroy(other);
    return result;
}

int forge_leaf_issue(const struct forge_world *world, const struct recipe *recipe,
                     int64_t now, struct err *err)
{
    struct forge_leaf *leaf = forge_leaf_of(world, recipe);
    struct buf der = BUF_EMPTY;
    if (prepare_leaf_key(recipe, leaf, err) != 0) {
        return -1;
    }
    struct forge_order order = order_from(world, recipe, leaf->key, &leaf->spki, now);
    if (forge_certificate(&order, &der, err) != 0) {
        buf_finish(&der);
        return -1;
    }
    buf_finish(&leaf->der);
    leaf->der = der;
    leaf->issued_at = now;
    return 0;
}

bool forge_leaf_is_stale(const struct forge_world *world, const struct recipe *recipe,
                         int64_t now)
{
    const struct forge_leaf *leaf = forge_leaf_of(world, recipe);
    if (leaf->key == NULL || leaf->der.len == 0 || leaf->issued_at > now ||
        now - leaf->issued_at >= FORGE_FRESH) {
        return true;
    }
    struct certificate *cert = certificate_create(buf_slice(&leaf->der));
    bool stale = cert == NULL || issuer_key_changed(world, recipe, cert);
    certificate_destroy(cert);
    return stale;
}

int forge_leaf_walk_chain(const struct forge_world *world, const struct recipe *recipe,
                          forge_on_der_fn on_der, void *user, struct err *err)
{
    int result = on_der(user, buf_slice(&forge_leaf_of(world, recipe)->der), err);
    for (size_t i = 0; i < recipe->n_chain; i++) {
        const struct certificate *cert =
            forge_authority(world, recipe->chain[i].authority);
        for (size_t n = 0; n < recipe->chain[i].times && result == 0; n++) {
            result = on_der(user, cert->der, err);
        }
    }
    return result;
}
