/* SPDX-License-Identifier: MIT
 *
 * What revocation_state.c, revocation_request.c (paths) and revocation_service.c
 * (answers) share; for nobody else.
 */
#pragma once

#include "pki/ocsp.h"
#include "roles/revocation_service.h"

#define REVOCATION_NAME_MAX 64

struct revocation_setting {
    bool is_set;
    enum revocation_state state;
    int64_t since;
};

struct revocation_service {
    const struct forge_world *world;        /* borrowed */
    const struct recipe_book *book;         /* the world's */
    struct revocation_setting *authorities; /* owned; as the book's recipes */
    struct revocation_setting *cases;       /* owned; likewise, then the minted */
    uint64_t n_changes;
};

/* Never NULL. */
struct revocation_setting *revocation_setting(const struct revocation_service *service,
                                              const struct recipe *recipe);

enum revocation_resource {
    REVOCATION_NOTHING,
    REVOCATION_CRL,
    REVOCATION_OCSP,
    REVOCATION_CA,
};

/* What a path means. */
struct revocation_target {
    enum revocation_resource resource;
    char authority[REVOCATION_NAME_MAX];
    char name[REVOCATION_NAME_MAX]; /* of CRLs: "" = nobody's */
    struct buf request;             /* of OCSP by GET; owned */
};

/* False when out of memory. */
bool revocation_target_read(const char *path, struct revocation_target *ret_target);
