/* SPDX-License-Identifier: MIT
 *
 * What connections see of the server that they belong to, and nothing else of it. The
 * server owns it, and all that it points to; both outlive every connection.
 */
#pragma once

#include "chain/chain.h"
#include "config/config.h"
#include "connection/answer_memo.h"
#include "http/request_body.h"
#include "logs/day_log.h"
#include "logs/event_bus.h"
#include "logs/terminal_log.h"
#include "roles/role.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum conn_state {
    CONN_STATE_HANDSHAKE,
    CONN_STATE_REQUEST,
    CONN_STATE_LATE,
    CONN_STATE_JUDGE,
    CONN_STATE_WORK,
    CONN_STATE_RESPOND,
    CONN_STATE_DELAY,
    CONN_STATE_STREAM,
    CONN_STATE_IDLE,
    CONN_STATE_SHUTDOWN,
    CONN_STATE_CLOSING,
    CONN_STATE_COUNT
};

struct connection;
struct iis_config;
struct iis_site;
struct describe_memo;
struct mapping;
struct peer_memo;
struct retrieval;
struct signature_cache;
struct tls_resumption;
struct tls_server_config;
struct work_pool;

/* What a reload replaces. A connection keeps the one that it began with for its TLS
 * session; each request is judged against the current one. */
struct connection_material {
    const struct store *store;
    const struct mapping *mapping; /* NULL = no certificate mappings */
    const struct iis_config *iis;  /* NULL = no file of IIS's */
    const struct iis_site *iis_sites[CONFIG_LISTEN_MAX]; /* which each plays; or NULL */
    const struct certificate *own; /* the server's; NULL = no site has TLS */
    struct tls_server_config *configs[CONFIG_LISTEN_MAX]; /* NULL for plain sites */
    size_t n_users; /* connections whose session borrows from this; they count
                       themselves */
};

struct connection_host {
    uv_loop_t *loop;
    const struct config *config;
    const struct recipe_table *cases; /* each has an origin (site_host.h) */
    struct connection_material *material;
    struct tls_resumption *resumption;
    uint64_t n_loaded; /* materials so far */
    struct signature_cache *cache;
    struct answer_memo *memo;
    struct peer_memo *peers;         /* what events say of them */
    struct describe_memo *described; /* what pages say of certificates */
    struct retrieval *retrieval;     /* NULL: nothing is fetched */
    struct work_pool *work;          /* for work that would hold up the loop */
    struct role_services *services;
    const struct terminal_log *terminal;
    struct day_log *log;
    struct day_log *httperr;
    struct event_bus *bus;
    bool stopping; /* each answer is its connection's last */
    /* A connection has ended: its place is free, and its material has one user less. */
    void (*on_gone)(void *user);
    void *user;

    /* The connections' own. */
    struct connection *oldest;
    struct connection *newest;
    size_t n_connections;
    uint64_t n_accepted;
    size_t n_in_state[CONN_STATE_COUNT];
    size_t n_answers; /* bytes of the answers that are on their way */
    struct request_room
        bodies; /* of requests to sites with roles; its owner says max */
};

/* The context to judge a certificate in now, with the policy of the site. */
struct chain_context connection_host_context(const struct connection_host *host,
                                             const struct config_listen *site);
/* What else it depends on. */
struct answer_moment connection_host_moment(const struct connection_host *host);
