/* SPDX-License-Identifier: MIT */
#include "support/world.h"

#include "base/mem.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct forge_world *world;
static struct store store;
static struct world_case *cases;

static char *path_of(enum store_folder folder, const char *name, const char *suffix)
{
    char path[256];
    (void)snprintf(path, sizeof(path), "%s/certgate-%s%s", store_folder_path(folder),
                   name, suffix);
    return mem_copy_string(path, strlen(path));
}

static void add_certificate(enum store_folder folder, const char *name,
                            struct slice der)
{
    size_t n = store.folders[folder].n_entries;
    struct store_entry *entries =
        mem_resize(store.folders[folder].entries, n + 1, sizeof(*entries));
    ck_assert_ptr_nonnull(entries);
    entries[n] = (struct store_entry){ .cert = certificate_create(der),
                                       .path = path_of(folder, name, ".crt") };
    ck_assert_ptr_nonnull(entries[n].cert);
    store.folders[folder].entries = entries;
    store.folders[folder].n_entries = n + 1;
}

static void add_to_folders(const struct recipe *recipe, struct slice der)
{
    for (int folder = 0; folder < STORE_FOLDER_COUNT; folder++) {
        if (recipe->folders[folder]) {
            add_certificate((enum store_folder)folder, recipe->name, der);
        }
    }
}

static void add_crl(const char *authority)
{
    struct err err = ERR_INIT;
    struct buf der = BUF_EMPTY;
    ck_assert_msg(forge_crl(world, authority, WORLD_NOW, &der, &err) == 0, "%s: %s",
                  authority, err.text);
    struct store_crl *crls = mem_resize(store.crls, store.n_crls + 1, sizeof(*crls));
    ck_assert_ptr_nonnull(crls);
    crls[store.n_crls] =
        (struct store_crl){ .crl = crl_create(buf_slice(&der)),
                            .path = path_of(STORE_CA, authority, ".crl") };
    ck_assert_ptr_nonnull(crls[store.n_crls].crl);
    store.crls = crls;
    store.n_crls++;
    buf_finish(&der);
}

static void fill_case(const struct recipe *recipe, struct world_case *filled)
{
    struct err err = ERR_INIT;
    filled->recipe = recipe;
    ck_assert_msg(forge_case(world, recipe, WORLD_NOW, &filled->credential, &err) == 0,
                  "%s: %s", recipe->name, err.text);
    ck_assert_uint_le(filled->credential.n_chain, CHAIN_PRESENTED_MAX);
    for (size_t i = 0; i < filled->credential.n_chain; i++) {
        filled->chain[i] = certificate_create(buf_slice(&filled->credential.chain[i]));
        ck_assert_ptr_nonnull(filled->chain[i]);
    }
    filled->n_chain = filled->credential.n_chain;
}

static void finish(void)
{
    const size_t n = forge_book(world)->cases.n_recipes;
    for (size_t i = 0; cases != NULL && i < n; i++) {
        for (size_t j = 0; j < cases[i].n_chain; j++) {
            certificate_destroy(cases[i].chain[j]);
        }
        forge_credential_finish(&cases[i].credential);
    }
    free(cases);
    store_finish(&store);
    forge_world_destroy(world);
}

struct forge_world *world_get(void)
{
    struct err err = ERR_INIT;
    if (world == NULL) {
        ck_assert_msg(forge_world_create(WORLD_NOW, &world, &err) == 0, "%s", err.text);
        cases = mem_alloc(forge_book(world)->cases.n_recipes, sizeof(*cases));
        ck_assert_ptr_nonnull(cases);
        ck_assert_int_eq(atexit(finish), 0);
    }
    return world;
}

const struct store *world_store(void)
{
    if (store.dir != NULL) {
        return &store;
    }
    const struct recipe_book *book = forge_book(world_get());
    for (size_t i = 0; i < book->authorities.n_recipes; i++) {
        const struct recipe *recipe = &book->authorities.recipes[i];
        add_to_folders(recipe, forge_authority(world, recipe->name)->der);
        if (recipe->crl != RECIPE_CRL_NONE) {
            add_crl(recipe->name);
        }
    }
    for (size_t i = 0; i < book->cases.n_recipes; i++) {
        const struct recipe *recipe = &book->cases.recipes[i];
        if (!recipe->is_none) {
            add_to_folders(recipe, world_case(recipe->name)->chain[0]->der);
        }
    }
    store.dir = mem_copy_string("world", strlen("world"));
    ck_assert_ptr_nonnull(store.dir);
    return &store;
}

const struct world_case *world_case(const char *name)
{
    const struct recipe_book *book = forge_book(world_get());
    const struct recipe *recipe = recipe_find(&book->cases, name);
    ck_assert_msg(recipe != NULL, "no case %s", name);
    struct world_case *found = &cases[recipe - book->cases.recipes];
    if (found->recipe == NULL) {
        fill_case(recipe, found);
    }
    return found;
}
