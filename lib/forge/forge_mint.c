/* SPDX-License-Identifier: MIT */
#include "forge/forge_mint.h"

#include "base/mem.h"
#include "base/text.h"
#include "forge/forge_internal.h"
#include "pki/random.h"

#include <stdlib.h>
#include <string.h>

#define RANDOM_BYTES ((size_t)4)
/* A whole order: a subject of 8 KiB can be written. */
#define ORDER_MAX ((size_t)32 * 1024)

const struct recipe_table *forge_minted(const struct forge_world *world)
{
    return &world->minted;
}

/* ---- the row */

/* One field. Fields end at tabs, so none may contain a tab or a line end. */
static int append_field(struct buf *row, const char *column, const char *value,
                        const char *fallback, struct err *err)
{
    const char *text = value == NULL || value[0] == 0 ? fallback : value;
    if (strpbrk(text, "\t\r\n") != NULL) {
        return err_set(err, ERR_CONFIG, 0,
                       "%s has a tab or a line end; write it as \\x09, \\x0d or \\x0a",
                       column);
    }
    buf_append_byte(row, '\t');
    buf_append_string(row, text);
    return 0;
}

static int append_name(struct buf *row, const char *name, struct err *err)
{
    uint8_t bytes[RANDOM_BYTES];
    if (name != NULL && name[0] != 0) {
        buf_append_string(row, name);
        return 0;
    }
    if (random_bytes(bytes, sizeof bytes, err) != 0) {
        return -1;
    }
    buf_append_string(row, "minted-");
    text_append_hex(row, (struct slice){ bytes, sizeof bytes }, 0);
    return 0;
}

/* The issuers up to the root, which is not sent. */
static void append_chain(struct buf *row, const struct recipe_table *authorities,
                         const char *issuer)
{
    size_t n = 0;
    buf_append_byte(row, '\t');
    const struct recipe *authority = recipe_find(authorities, issuer);
    while (authority != NULL && authority->issuer != NULL && n < RECIPE_LIST_MAX) {
        buf_append_string(row, n++ > 0 ? "," : "");
        buf_append_string(row, authority->name);
        authority = recipe_find(authorities, authority->issuer);
    }
    buf_append_string(row, n == 0 ? "-" : "");
}

static int append_row(struct buf *row, const struct forge_world *world,
                      const struct forge_mint_order *order, struct err *err)
{
    const char *issuer =
        order->issuer == NULL || order->issuer[0] == 0 ? "issuing" : order->issuer;
    if (append_name(row, order->name, err) != 0 ||
        append_field(row, "title", NULL, "minted", err) != 0 ||
        append_field(row, "issuer", issuer, "-", err) != 0 ||
        append_field(row, "subject", order->subject, "-", err) != 0 ||
        append_field(row, "eku", order->eku, "-", err) != 0 ||
        append_field(row, "ku", order->ku, "-", err) != 0 ||
        append_field(row, "from", order->not_before, "-", err) != 0 ||
        append_field(row, "until", order->not_after, "-", err) != 0 ||
        append_field(row, "key", order->key, "-", err) != 0) {
        return -1;
    }
    append_chain(row, &world->book.authorities, issuer);
    if (append_field(row, "folder", NULL, "-", err) != 0 ||
        append_field(row, "revoked", order->revoked, "-", err) != 0 ||
        append_field(row, "details", order->details, "-", err) != 0) {
        return -1;
    }
    /* What it gets is not predicted: row, accept, require, code, hresult. */
    buf_append_string(row, "\t-\tOK\tOK\t-\t-");
    return buf_ok(row) ? 0 : err_set(err, ERR_LIMIT, 0, "the order is too long");
}

/* ---- its keys */

void forge_mint_keys_finish(struct forge_mint_keys *keys)
{
    key_destroy(keys->own);
    key_destroy(keys->other);
    *keys = (struct forge_mint_keys){ NULL, NULL };
}

int forge_mint_make_keys(const struct forge_mint_order *order,
                         struct forge_mint_keys *ret_keys, struct err *err)
{
    struct recipe recipe = { .name = NULL };
    struct forge_mint_keys keys = { NULL, NULL };
    const char *word = order->key == NULL ? "" : order->key;
    bool is_wrong = order->details != NULL && strstr(order->details, "wrong-key");
    recipe.key_is_weak = strcmp(word, "weak") == 0;
    if (word[0] != 0 && !recipe.key_is_weak &&
        !key_type_parse(word, &recipe.key_type)) {
        *ret_keys = keys;
        return 0;
    }
    if (forge_key_generate(&recipe, &keys.own, err) != 0 ||
        (is_wrong && forge_key_generate(&recipe, &keys.other, err) != 0)) {
        forge_mint_keys_finish(&keys);
        return -1;
    }
    *ret_keys = keys;
    return 0;
}

static int take_keys(struct forge_leaf *leaf, struct forge_mint_keys *keys,
                     struct err *err)
{
    if (keys == NULL || keys->own == NULL) {
        return 0;
    }
    leaf->key = keys->own;
    keys->own = NULL;
    return keys->other == NULL ? 0 : key_append_spki(keys->other, &leaf->spki, err);
}

/* ---- the certificate */

static int prepare_tables(struct forge_world *world, struct err *err)
{
    if (world->minted.recipes == NULL) {
        world->minted.recipes = mem_alloc(FORGE_MINTED_SLOTS, sizeof(struct recipe));
    }
    if (world->minted_leaves == NULL) {
        world->minted_leaves = mem_alloc(FORGE_MINTED_SLOTS, sizeof(struct forge_leaf));
    }
    if (world->minted_rows == NULL) {
        world->minted_rows = mem_alloc(FORGE_MINTED_SLOTS, sizeof(char *));
    }
    return world->minted.recipes == NULL || world->minted_leaves == NULL ||
                   world->minted_rows == NULL
               ? err_memory(err)
               : 0;
}

/* Makes row number `i`, which is not in the table yet. */
static int mint(struct forge_world *world, size_t i, struct forge_mint_keys *keys,
                int64_t now, struct err *err)
{
    struct recipe *recipe = &world->minted.recipes[i];
    if (recipe_parse_case(world->minted_rows[i], &world->book, &world->minted, recipe,
                          err) != 0) {
        return -1;
    }
    if (recipe->is_none) {
        return err_set(err, ERR_CONFIG, 0,
                       "issuer \"none\" makes no certificate; name an authority of "
                       "certs/authorities.tsv, or \"self\"");
    }
    if (recipe_find(&world->book.cases, recipe->name) != NULL) {
        return err_set(err, ERR_CONFIG, 0,
                       "there is a case \"%s\"; choose another name", recipe->name);
    }
    if (recipe_time_at(recipe->not_after, now) <
        recipe_time_at(recipe->not_before, now)) {
        return err_set(err, ERR_CONFIG, 0,
                       "it would end before it begins; choose a later end");
    }
    if (recipe->is_revoked && forge_publisher_find(world, recipe, err) == NULL) {
        return -1;
    }
    return take_keys(&world->minted_leaves[i], keys, err) != 0
               ? -1
               : forge_leaf_issue(world, recipe, now, err);
}

static void forget(struct forge_world *world, size_t i)
{
    forge_leaf_finish(&world->minted_leaves[i]);
    free(world->minted_rows[i]);
    world->minted_rows[i] = NULL;
    memset(&world->minted.recipes[i], 0, sizeof(struct recipe));
}

/* An earlier one of the same name, possibly of another run, is revoked. */
static bool was_revoked(const struct forge_world *world, const struct recipe *recipe)
{
    const struct forge_authority *authority = forge_publisher_find(world, recipe, NULL);
    for (size_t i = 0; authority != NULL && i < authority->n_revocations; i++) {
        const struct forge_revocation *revocation = &authority->revocations[i];
        if (forge_serial_is_of(
                recipe, buf_slice(&authority->spki),
                (struct slice){ revocation->serial, revocation->serial_len })) {
            return true;
        }
    }
    return false;
}

/* The one in the spare slot replaces the oldest. */
static int replace_oldest(struct forge_world *world, int64_t now, struct err *err)
{
    const size_t spare = FORGE_MINTED_MAX;
    size_t at = world->minted_oldest;
    struct recipe given_up = world->minted.recipes[at];
    char *row = world->minted_rows[at];

    forge_leaf_finish(&world->minted_leaves[at]);
    world->minted.recipes[at] = world->minted.recipes[spare];
    world->minted_leaves[at] = world->minted_leaves[spare];
    world->minted_rows[at] = world->minted_rows[spare];
    world->minted_leaves[spare] = (struct forge_leaf){ .key = NULL };
    world->minted_rows[spare] = NULL;
    forget(world, spare);
    forge_identity_forget(world, &world->minted.recipes[at]);
    world->minted_oldest = (at + 1) % FORGE_MINTED_MAX;
    int result = given_up.is_revoked ? forge_unrevoke(world, &given_up, now, err) : 0;
    free(row);
    return result;
}

/* Puts the one in slot `i` into the table, and returns where it is. */
static const struct recipe *keep(struct forge_world *world, size_t i, int64_t now,
                                 struct err *err)
{
    size_t at = i;
    if (i == FORGE_MINTED_MAX) {
        at = world->minted_oldest;
        if (replace_oldest(world, now, err) != 0) {
            return NULL;
        }
    } else {
        world->minted.n_recipes++;
        forge_identity_forget(world, &world->minted.recipes[i]);
    }
    return &world->minted.recipes[at];
}

static int publish(struct forge_world *world, const struct recipe *recipe, int64_t now,
                   struct err *err)
{
    if (recipe->is_revoked) {
        return forge_revoke(world, recipe, recipe->revocation_reason, now, err);
    }
    return was_revoked(world, recipe) ? forge_unrevoke(world, recipe, now, err) : 0;
}

int forge_mint(struct forge_world *world, const struct forge_mint_order *order,
               int64_t now, const struct recipe **ret_recipe, struct err *err)
{
    struct buf row = BUF_LIMITED(ORDER_MAX);
    size_t i = world->minted.n_recipes;
    int result = -1;
    if (prepare_tables(world, err) != 0 || append_row(&row, world, order, err) != 0) {
        goto out;
    }
    world->minted_rows[i] = mem_copy_string(buf_string(&row), row.len);
    if (world->minted_rows[i] == NULL) {
        err_memory(err);
        goto out;
    }
    if (mint(world, i, order->keys, now, err) != 0) {
        forget(world, i);
        goto out;
    }
    const struct recipe *recipe = keep(world, i, now, err);
    if (recipe == NULL || publish(world, recipe, now, err) != 0) {
        goto out; /* the folder cannot be written to; the certificate exists in memory
                   */
    }
    *ret_recipe = recipe;
    result = 0;
out:
    buf_finish(&row);
    return result;
}
