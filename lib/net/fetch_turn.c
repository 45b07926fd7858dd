/* SPDX-License-Identifier: MIT */
#include "net/fetch_internal.h"

#include "base/text.h"

struct count {
    size_t host;
    size_t strangers;
    size_t strangers_host;
    size_t strangers_peer;
};

static struct count count_running(const struct fetch *wanted)
{
    struct count n = { 0, 0, 0, 0 };
    for (const struct fetch *f = wanted->pool->first; f != NULL; f = f->next) {
        bool same = f->url.port == wanted->url.port &&
                    text_equal_ignoring_case(f->url.host, wanted->url.host);
        if (f->running) {
            n.host += same;
            n.strangers += f->for_stranger;
            n.strangers_host += same && f->for_stranger;
            n.strangers_peer +=
                f->for_stranger && f->peer != 0 && f->peer == wanted->peer;
        }
    }
    return n;
}

static bool may_run(const struct fetch *f)
{
    const struct count n = count_running(f);
    return n.host < FETCH_PARALLEL_HOST &&
           (!f->for_stranger || (n.strangers < FETCH_PARALLEL_STRANGER &&
                                 n.strangers_host < FETCH_PARALLEL_STRANGER_HOST &&
                                 n.strangers_peer < FETCH_PARALLEL_STRANGER_PEER));
}

static struct fetch *find_waiting(const struct fetch_pool *pool, bool for_stranger)
{
    for (struct fetch *f = pool->first; f != NULL; f = f->next) {
        if (!f->running && !f->settled && f->for_stranger == for_stranger &&
            may_run(f)) {
            return f;
        }
    }
    return NULL;
}

struct fetch *fetch_turn_find(const struct fetch_pool *pool)
{
    struct fetch *f = NULL;
    if (pool->n_running < FETCH_PARALLEL_MAX) {
        f = find_waiting(pool, false);
        f = f != NULL ? f : find_waiting(pool, true);
    }
    return f;
}

bool fetch_turn_has_room(const struct fetch_pool *pool, const struct fetch_order *order)
{
    size_t n_strangers = 0;
    size_t n_of_peer = 0;
    for (const struct fetch *f = pool->first; f != NULL; f = f->next) {
        bool waits = f->for_stranger && !f->running && !f->settled;
        n_strangers += waits;
        n_of_peer += waits && f->peer != 0 && f->peer == order->peer;
    }
    return pool->n_waiting < FETCH_QUEUE_MAX &&
           (!order->for_stranger || (n_strangers < FETCH_QUEUE_STRANGER &&
                                     n_of_peer < FETCH_QUEUE_STRANGER_PEER));
}
