/* SPDX-License-Identifier: MIT
 *
 * What a reload replaces: the store as read from disk and one TLS configuration per
 * site made from it. New connections take the current one; those that run keep
 * theirs until they end, for its key and its certificate. Judgements are always made
 * against the current one's store.
 */
#pragma once

#include "base/err.h"
#include "config/config.h"
#include "connection/connection_host.h"
#include "store/store.h"
#include "tls/tls_config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct forge_world;
struct tls_resumption;

/* Who is asked for a certificate on a site: what its TLS configuration calls with. */
struct material_asking {
    const struct config *config;
    const struct config_listen *site;
    const struct recipe_table *cases;
    const struct connection_material *material;
};

struct material {
    struct connection_material lent; /* what connections see; borrows from the rest */
    struct material *next;           /* among the retired ones */
    struct store store;
    struct store own; /* --like: the server's certificate; `store` judges clients */
    struct iis_config *iis;          /* --iis; NULL = none */
    struct mapping *mapping;         /* --mapping; NULL = none */
    const struct store_entry *entry; /* the server's certificate; in `store` */
    struct buf staple;               /* an OCSP response for it; empty = none */
    int64_t made_at;
    struct material_asking asking[CONFIG_LISTEN_MAX]; /* as many */
};

struct material_options {
    const struct config *config;
    const struct recipe_table *cases;  /* have origins (site_host.h); as long-lived */
    struct tls_resumption *resumption; /* borrowed for the material's life */
    tls_on_key_log_fn on_key_log;      /* NULL = none */
    void *key_log_user;
    int64_t now;
    const struct forge_world *world; /* signs what is stapled; NULL = nothing is */
    const struct store *previous;    /* the store in use, if there is one */
    /* Told of each note of the store, also of one that cannot be used. */
    void (*on_note)(void *user, bool is_trap, const char *text);
    void *note_user;
};

/* The store and the mappings. In any thread, for both may be long; it uses neither the
 * cases nor the world. */
int material_read(const struct material_options *options,
                  struct material **ret_material, struct err *err) MUST_CHECK;
/* What is made from them: the TLS configurations. On the loop. */
int material_equip(const struct material_options *options, struct material *material,
                   struct err *err) MUST_CHECK;
void material_destroy(struct material *material); /* accepts NULL */
