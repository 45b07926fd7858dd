/* SPDX-License-Identifier: MIT
 *
 * Which state each certificate is in.
 */
#include "roles/revocation_service_internal.h"

#include "base/compiler.h"
#include "base/mem.h"
#include "forge/forge_mint.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word;
    const char *text;
} states[REVOCATION_STATE_COUNT] = {
#define X(name, word_, text_) [REVOCATION_##name] = { word_, text_ },
    REVOCATION_STATE_LIST(X)
#undef X
};

bool revocation_state_parse(const char *word, enum revocation_state *ret_state)
{
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (strcmp(states[i].word, word) == 0) {
            *ret_state = (enum revocation_state)i;
            return true;
        }
    }
    return false;
}

const char *revocation_state_name(enum revocation_state state)
{
    return states[state].word;
}

const char *revocation_state_text(enum revocation_state state)
{
    return states[state].text;
}

/* ---- states */

struct revocation_service *revocation_service_create(const struct forge_world *world)
{
    struct revocation_service *service = mem_alloc(1, sizeof(*service));
    if (service == NULL) {
        return NULL;
    }
    service->world = world;
    service->book = forge_book(world);
    service->authorities = mem_alloc(service->book->authorities.n_recipes,
                                     sizeof(struct revocation_setting));
    service->cases = mem_alloc(service->book->cases.n_recipes + FORGE_MINTED_MAX,
                               sizeof(struct revocation_setting));
    if (service->authorities == NULL || service->cases == NULL) {
        revocation_service_destroy(service);
        return NULL;
    }
    return service;
}

void revocation_service_destroy(struct revocation_service *service)
{
    if (service != NULL) {
        free(service->authorities);
        free(service->cases);
        free(service);
    }
}

struct revocation_setting *revocation_setting(const struct revocation_service *service,
                                              const struct recipe *recipe)
{
    const struct recipe_table *cases = &service->book->cases;
    if (recipe->is_authority) {
        return &service->authorities[recipe - service->book->authorities.recipes];
    }
    if (forge_is_minted(service->world, recipe)) {
        ptrdiff_t index = recipe - forge_minted(service->world)->recipes;
        return &service->cases[cases->n_recipes + (size_t)index];
    }
    return &service->cases[recipe - cases->recipes];
}

void revocation_service_set(struct revocation_service *service,
                            const struct recipe *recipe, enum revocation_state state,
                            int64_t now)
{
    *revocation_setting(service, recipe) =
        (struct revocation_setting){ true, state, now };
    service->n_changes++;
}

void revocation_service_reset(struct revocation_service *service,
                              const struct recipe *recipe)
{
    *revocation_setting(service, recipe) =
        (struct revocation_setting){ .is_set = false };
    service->n_changes++;
}

uint64_t revocation_service_changes(const struct revocation_service *service)
{
    return service->n_changes;
}

enum revocation_state revocation_service_get(const struct revocation_service *service,
                                             const struct recipe *recipe)
{
    const struct revocation_setting *setting = revocation_setting(service, recipe);
    if (setting->is_set) {
        return setting->state;
    }
    return !recipe->is_revoked ? REVOCATION_GOOD
           : recipe->revocation_reason == CRL_REASON_CERTIFICATE_HOLD
               ? REVOCATION_HOLD
               : REVOCATION_REVOKED;
}

bool revocation_service_is_set(const struct revocation_service *service,
                               const struct recipe *recipe)
{
    return revocation_setting(service, recipe)->is_set;
}

/* ---- which certificate */

/* A serial number begins with what is made of the name and the issuer's key, so it
 * tells both. More than one authority may have that key: a cross-certificate's. */
bool revocation_service_is_switched(const void *user, const struct certificate *cert,
                                    const struct certificate *issuer)
{
    const struct revocation_service *service = user;
    const struct recipe_table *authorities = &service->book->authorities;
    for (size_t i = 0; i < authorities->n_recipes; i++) {
        const char *name = authorities->recipes[i].name;
        const struct certificate *authority = forge_authority(service->world, name);
        if (authority == NULL || !slice_equal(authority->spki, issuer->spki)) {
            continue;
        }
        const struct recipe *recipe =
            forge_find_issued(service->world, name, cert->serial);
        if (recipe != NULL && revocation_setting(service, recipe)->is_set) {
            return true;
        }
    }
    return false;
}

const struct recipe *revocation_service_find(const struct revocation_service *service,
                                             const char *name)
{
    static const char prefix[] = "ca/";
    const struct recipe *recipe = NULL;
    if (strncmp(name, prefix, sizeof prefix - 1) == 0) {
        name += sizeof prefix - 1;
    } else {
        recipe = recipe_find(&service->book->cases, name);
        if (recipe == NULL) {
            recipe = recipe_find(forge_minted(service->world), name);
        }
    }
    if (recipe == NULL) {
        recipe = recipe_find(&service->book->authorities, name);
    }
    return recipe != NULL && recipe->issuer != NULL ? recipe : NULL;
}
