/* SPDX-License-Identifier: MIT
 *
 * Serial numbers: who it is, and the day on which it was issued.
 */
#include "base/timestamp.h"
#include "forge/forge_certificate.h"
#include "forge/forge_internal.h"

#include <mbedtls/sha256.h>
#include <string.h>

#define LONG_SERIAL_LEN ((size_t)40)
#define DAY_LEN         (FORGE_SERIAL_LEN - FORGE_IDENTITY_LEN)

static bool hash_identity(const struct recipe *recipe, struct slice issuer_spki,
                          uint8_t hash[static 32])
{
    struct buf seed = BUF_EMPTY;
    buf_append_string(&seed, recipe->name);
    buf_append_slice(&seed, issuer_spki);
    bool good = buf_ok(&seed) && mbedtls_sha256(seed.data, seed.len, hash, 0) == 0;
    buf_finish(&seed);
    /* 1 to 127 keeps the number positive and its encoding minimal. */
    hash[0] &= 0x7f;
    hash[0] |= hash[0] == 0 ? 0x01 : 0;
    if ((recipe->details & RECIPE_SERIAL_NEGATIVE) != 0) {
        hash[0] |= 0x80;
        hash[0] &= 0xbf; /* not nine one bits in a row: still minimal */
    }
    return good;
}

static size_t serial_len(const struct recipe *recipe)
{
    return (recipe->details & RECIPE_SERIAL_LONG) != 0 ? LONG_SERIAL_LEN
                                                       : FORGE_SERIAL_LEN;
}

bool forge_serial(const struct recipe *recipe, struct slice issuer_spki,
                  int64_t issued_at, struct buf *out)
{
    uint8_t hash[32] = { 0 };
    if (!hash_identity(recipe, issuer_spki, hash)) {
        out->failed = true;
        return false;
    }
    uint32_t day = (uint32_t)(issued_at / TIMESTAMP_DAY);
    for (size_t i = 0; !recipe->is_authority && i < DAY_LEN; i++) {
        hash[FORGE_IDENTITY_LEN + i] = (uint8_t)(day >> 8 * (DAY_LEN - 1 - i));
    }
    for (size_t i = 0; i < serial_len(recipe); i++) {
        buf_append_byte(out, hash[i % sizeof(hash)]);
    }
    return buf_ok(out);
}

bool forge_walk_serials(const struct recipe *recipe, struct slice issuer_spki,
                        int64_t now, forge_on_serial_fn on_serial, void *user)
{
    struct buf serial = BUF_EMPTY;
    bool good = true;
    for (int64_t i = 0; good && i < (recipe->is_authority ? 1 : FORGE_SERIAL_DAYS);
         i++) {
        buf_clear(&serial);
        good =
            forge_serial(recipe, issuer_spki, now + (1 - i) * TIMESTAMP_DAY, &serial) &&
            on_serial(user, buf_slice(&serial));
    }
    buf_finish(&serial);
    return good;
}

static const struct forge_identity *identity_of(const struct forge_world *world,
                                                const struct recipe *recipe,
                                                struct slice issuer_spki)
{
    const struct recipe_table *authorities = &world->book.authorities;
    const struct recipe_table *cases = &world->book.cases;
    size_t index = authorities->n_recipes;
    if (recipe->is_authority) {
        index = (size_t)(recipe - authorities->recipes);
    } else if (forge_is_minted(world, recipe)) {
        index += cases->n_recipes + (size_t)(recipe - world->minted.recipes);
    } else {
        index += (size_t)(recipe - cases->recipes);
    }
    struct forge_identity *identity = &world->identities[index];
    uint8_t hash[32] = { 0 };
    if (!identity->is_known && hash_identity(recipe, issuer_spki, hash)) {
        memcpy(identity->bytes, hash, sizeof(identity->bytes));
        identity->is_known = true;
    }
    return identity;
}

void forge_identity_forget(struct forge_world *world, const struct recipe *minted)
{
    size_t index = world->book.authorities.n_recipes + world->book.cases.n_recipes +
                   (size_t)(minted - world->minted.recipes);
    world->identities[index].is_known = false;
}

bool forge_serial_is_of(const struct recipe *recipe, struct slice issuer_spki,
                        struct slice serial)
{
    uint8_t hash[32] = { 0 };
    return serial.len == serial_len(recipe) &&
           hash_identity(recipe, issuer_spki, hash) &&
           memcmp(hash, serial.data, FORGE_IDENTITY_LEN) == 0;
}

const struct recipe *forge_find_issued(const struct forge_world *world,
                                       const char *authority_name, struct slice serial)
{
    const struct recipe_table *tables[] = { &world->book.authorities,
                                            &world->book.cases, &world->minted };
    const struct forge_authority *authority =
        forge_authority_find(world, authority_name);

    while (serial.len > 1 && serial.data[0] == 0) {
        serial = slice_part(serial, 1, serial.len);
    }
    for (size_t t = 0; authority != NULL && t < ARRAY_LEN(tables); t++) {
        for (size_t i = 0; i < tables[t]->n_recipes; i++) {
            const struct recipe *recipe = &tables[t]->recipes[i];
            if (recipe->issuer == NULL || strcmp(recipe->issuer, authority_name) != 0 ||
                serial.len != serial_len(recipe)) {
                continue;
            }
            const struct forge_identity *identity =
                identity_of(world, recipe, buf_slice(&authority->spki));
            if (identity->is_known &&
                memcmp(identity->bytes, serial.data, FORGE_IDENTITY_LEN) == 0) {
                return recipe;
            }
        }
    }
    return NULL;
}
