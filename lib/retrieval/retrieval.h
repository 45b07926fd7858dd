/* SPDX-License-Identifier: MIT
 *
 * Fetches what a judgement needs (chain/chain_needs), so that the judgement itself
 * stays pure and other connections do not wait: each need is fetched once, however many
 * requests wait for it, and goes into the evidence that all share.
 *
 * Used by certgated's connections and by `certgate explain --fetch`. How a connection
 * uses it, in its state JUDGE:
 *
 *   judge:     context = connection_host_context(host, site)  with context.evidence =
 *                                                  retrieval_evidence(retrieval)
 *              if (retrieval_wait(retrieval, &conn->wait, chain, n, &context))
 *                  enter JUDGE if not there yet; its on_done is `judge`
 *              else
 *                  answer as before
 *   deadline:  retrieval_cancel(&conn->wait) and answer with what is known; the
 *              deadline of JUDGE is RETRIEVAL_DEADLINE_MS
 *   teardown:  retrieval_cancel(&conn->wait)
 *   request:   retrieval_wait_init(&conn->wait, judge, conn) for each anew
 *
 * No context is kept while waiting: stores may be reloaded meanwhile.
 */
#pragma once

#include "chain/chain.h"
#include "chain/chain_needs.h"
#include "net/fetch.h"
#include "net/work.h"

/* CryptoAPI's default for all addresses of one chain together. */
#define RETRIEVAL_DEADLINE_MS 20000

struct retrieval;
struct retrieval_flight;

struct retrieval_wait {
    void (*on_done)(void *user);
    void *user;
    unsigned rounds;
    uint64_t peer; /* the caller's to set, behind init: fetch_order.peer */
    struct retrieval *retrieval; /* NULL = it is not waiting */
    struct retrieval_wait *next;
    const struct retrieval_flight *flights[CHAIN_NEEDS_MAX];
    size_t n_flights;
};

/* `now` is asked when something has been fetched: clock_now_s. NULL: out of memory. */
struct retrieval *retrieval_create(uv_loop_t *loop, enum fetch_allow allow,
                                   int64_t (*now)(void));
/* Waiting requests are not called any more; frees everything, then calls on_closed (may
 * be NULL), later. */
void retrieval_close(struct retrieval *retrieval, void (*on_closed)(void *user),
                     void *user);
/* What takes long to read is read there; the pool (borrowed) is closed after this. */
void retrieval_set_work(struct retrieval *retrieval, struct work_pool *work);
struct evidence *retrieval_evidence(struct retrieval *retrieval);
/* What is to be had below `prefix` (borrowed; "http://host:port", no path) is asked for
 * at `authority` ("127.0.0.1:49152") instead. */
void retrieval_set_own(struct retrieval *retrieval, const char *prefix,
                       const char *authority);
/* What was fetched from URLs that begin so is outdated: it is forgotten, fetches under
 * way are given up, and requests that wait for them ask again. */
void retrieval_forget(struct retrieval *retrieval, const char *url_prefix);

/* Told of each fetch when it has ended and its result lies in the evidence. */
typedef void (*retrieval_on_fetched_fn)(void *user, const struct evidence_need *need,
                                        uint64_t took_ms);
void retrieval_watch(struct retrieval *retrieval, retrieval_on_fetched_fn on_fetched,
                     void *user);

void retrieval_wait_init(struct retrieval_wait *wait, void (*on_done)(void *user),
                         void *user);
/* True: fetching; on_done comes once, later: then call this again. False: nothing more
 * is to be had (or memory is out): judge now. It ends after CHAIN_NEEDS_ROUNDS.
 * `*ret_chain` is then what was built to see that, in this context, or NULL. It is the
 * retrieval's: good until something is fetched or the next call. */
bool retrieval_wait(struct retrieval *retrieval, struct retrieval_wait *wait,
                    struct certificate *const *presented, size_t n_presented,
                    const struct chain_context *context,
                    const struct chain **ret_chain);
/* on_done will not come; what was begun is fetched all the same. Idempotent. */
void retrieval_cancel(struct retrieval_wait *wait);
/* How many fetches are under way. */
size_t retrieval_count(const struct retrieval *retrieval);
