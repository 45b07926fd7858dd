/* SPDX-License-Identifier: MIT
 *
 * Private to fetch.c (a fetch's life cycle) and fetch_turn.c (the order of fetches): a
 * fetch in progress.
 */
#pragma once

#include "http/reply.h"
#include "net/fetch.h"
#include "net/fetch_url.h"
#include "net/resolve.h"
#include "net/stream.h"

#include <netinet/in.h>

/* Addresses of one host that are tried. */
#define FETCH_ADDRESSES_MAX ((size_t)4)

struct fetch {
    struct fetch_pool *pool;
    struct fetch *next;
    struct fetch *previous;
    fetch_on_done_fn on_done;
    void *user;
    bool for_stranger;
    uint64_t peer;
    bool running; /* it has one of the pool's places */
    bool settled;
    bool timer_open;
    bool stream_open;
    bool again; /* a redirect: begin again when the stream has closed */
    struct fetch_url url;
    const char *fault; /* what is wrong with the URL, if anything */
    int n_redirects;
    size_t body_max;
    struct buf body;         /* to be posted */
    struct buf fixed_fields; /* Accept, Content-Type: as given */
    struct sockaddr_storage addresses[FETCH_ADDRESSES_MAX];
    size_t n_addresses;
    size_t next_address;
    struct reply_parser *parser;
    uv_timer_t timer;
    struct resolve resolve;
    struct stream stream;
};

/* fetch_turn.c */
/* The fetch to start now, by the limits in fetch.h; NULL = none. */
struct fetch *fetch_turn_find(const struct fetch_pool *pool);
/* The queue has room for another fetch. */
bool fetch_turn_has_room(const struct fetch_pool *pool,
                         const struct fetch_order *order);
