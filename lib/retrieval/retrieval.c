/* SPDX-License-Identifier: MIT */
#include "retrieval/retrieval.h"

#include "base/mem.h"
#include "chain/chain_build.h"
#include "chain/chain_needs.h"
#include "net/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is read on the loop: half a millisecond. */
#define READ_AT_ONCE_MAX ((size_t)64 * 1024)

struct retrieval_flight {
    struct retrieval *retrieval;
    struct retrieval_flight *next;
    struct evidence_need need;
    struct fetch *fetch; /* borrowed from the pool; NULL = it has been fetched, and */
    struct work *work;   /* is read in a thread */
    uint64_t started_ms; /* of the loop */
};

struct retrieval {
    struct fetch_pool pool;
    struct work_pool *work;           /* borrowed; NULL = none */
    struct evidence *evidence;        /* owned */
    struct retrieval_flight *flights; /* owned */
    struct retrieval_wait *waits;     /* borrowed */
    int64_t (*now)(void);
    const char *own_prefix; /* borrowed; NULL = none */
    char own_authority[ADDRESS_TEXT_LEN];
    struct chain chain; /* scratch */
    struct evidence_need needs[CHAIN_NEEDS_MAX];
    retrieval_on_fetched_fn on_fetched; /* NULL = nobody watches */
    void *watcher;
    void (*on_closed)(void *user);
    void *user;
};

struct retrieval *retrieval_create(uv_loop_t *loop, enum fetch_allow allow,
                                   int64_t (*now)(void))
{
    struct retrieval *retrieval = mem_alloc(1, sizeof(*retrieval));
    if (retrieval == NULL) {
        return NULL;
    }
    retrieval->evidence = evidence_create();
    if (retrieval->evidence == NULL) {
        free(retrieval);
        return NULL;
    }
    retrieval->now = now;
    fetch_pool_init(&retrieval->pool, loop, allow);
    return retrieval;
}

static void on_pool_closed(void *user)
{
    struct retrieval *retrieval = user;
    void (*on_closed)(void *) = retrieval->on_closed;
    void *owner = retrieval->user;
    evidence_destroy(retrieval->evidence);
    free(retrieval);
    if (on_closed != NULL) {
        on_closed(owner);
    }
}

void retrieval_close(struct retrieval *retrieval, void (*on_closed)(void *user),
                     void *user)
{
    retrieval->on_closed = on_closed;
    retrieval->user = user;
    while (retrieval->waits != NULL) {
        retrieval_cancel(retrieval->waits);
    }
    fetch_pool_close(&retrieval->pool, on_pool_closed, retrieval);
    while (retrieval->flights != NULL) { /* the pool is silent from now on */
        struct retrieval_flight *flight = retrieval->flights;
        retrieval->flights = flight->next;
        if (flight->work != NULL) {
            work_cancel(flight->work);
        }
        free(flight);
    }
}

void retrieval_set_work(struct retrieval *retrieval, struct work_pool *work)
{
    retrieval->work = work;
}

struct evidence *retrieval_evidence(struct retrieval *retrieval)
{
    return retrieval->evidence;
}

void retrieval_set_own(struct retrieval *retrieval, const char *prefix,
                       const char *authority)
{
    retrieval->own_prefix = prefix;
    (void)snprintf(retrieval->own_authority, sizeof(retrieval->own_authority), "%s",
                   authority);
}

void retrieval_watch(struct retrieval *retrieval, retrieval_on_fetched_fn on_fetched,
                     void *user)
{
    retrieval->on_fetched = on_fetched;
    retrieval->watcher = user;
}

size_t retrieval_count(const struct retrieval *retrieval)
{
    size_t n = 0;
    for (const struct retrieval_flight *flight = retrieval->flights; flight != NULL;
         flight = flight->next) {
        n++;
    }
    return n;
}

/* ---- waiting */

void retrieval_wait_init(struct retrieval_wait *wait, void (*on_done)(void *user),
                         void *user)
{
    *wait = (struct retrieval_wait){ .on_done = on_done, .user = user };
}

void retrieval_cancel(struct retrieval_wait *wait)
{
    if (wait->retrieval == NULL) {
        return;
    }
    struct retrieval_wait **link = &wait->retrieval->waits;
    while (*link != wait) {
        link = &(*link)->next;
    }
    *link = wait->next;
    wait->retrieval = NULL;
    wait->n_flights = 0;
}

static void forget_flight(struct retrieval_wait *wait,
                          const struct retrieval_flight *flight)
{
    for (size_t i = 0; i < wait->n_flights; i++) {
        if (wait->flights[i] == flight) {
            wait->flights[i] = wait->flights[--wait->n_flights];
            return;
        }
    }
}

/* Ends the waits that lack nothing any more. on_done may change the list, so each time
 * it is searched from its start. */
static void wake_one_by_one(struct retrieval *retrieval)
{
    struct retrieval_wait *wait = retrieval->waits;
    while (wait != NULL) {
        if (wait->n_flights > 0) {
            wait = wait->next;
            continue;
        }
        retrieval_cancel(wait);
        wait->on_done(wait->user);
        wait = retrieval->waits;
    }
}

/* ---- fetching */

static enum evidence_outcome outcome_of(enum fetch_result result)
{
    static const enum evidence_outcome outcomes[] = {
        [FETCH_OK] = EVIDENCE_OK,
        [FETCH_STATUS] = EVIDENCE_HTTP_STATUS,
        [FETCH_UNREACHABLE] = EVIDENCE_UNREACHABLE,
        [FETCH_TIMEOUT] = EVIDENCE_TIMEOUT,
        [FETCH_GARBAGE] = EVIDENCE_GARBAGE,
        [FETCH_TOO_LARGE] = EVIDENCE_TOO_LARGE,
        [FETCH_FORBIDDEN] = EVIDENCE_FORBIDDEN,
        [FETCH_FAILED] = EVIDENCE_UNREACHABLE,
    };
    return outcomes[result];
}

static void forget_everywhere(struct retrieval *retrieval,
                              const struct retrieval_flight *flight)
{
    for (struct retrieval_wait *wait = retrieval->waits; wait != NULL;
         wait = wait->next) {
        forget_flight(wait, flight);
    }
}

void retrieval_forget(struct retrieval *retrieval, const char *url_prefix)
{
    size_t len = strlen(url_prefix);
    struct retrieval_flight **link = &retrieval->flights;
    while (*link != NULL) {
        struct retrieval_flight *flight = *link;
        if (strncmp(flight->need.url, url_prefix, len) != 0) {
            link = &flight->next;
            continue;
        }
        *link = flight->next;
        if (flight->work != NULL) {
            work_cancel(flight->work);
        } else {
            fetch_cancel(flight->fetch);
        }
        forget_everywhere(retrieval, flight);
        free(flight);
    }
    evidence_forget(retrieval->evidence, url_prefix);
    wake_one_by_one(retrieval);
}

/* What has come lies in the evidence, unless there was no memory: then nothing is
 * remembered, and those who wait try again, CHAIN_NEEDS_ROUNDS times at most. */
static void land(struct retrieval_flight *flight)
{
    struct retrieval *retrieval = flight->retrieval;
    struct retrieval_flight **link = &retrieval->flights;
    if (retrieval->on_fetched != NULL) {
        retrieval->on_fetched(retrieval->watcher, &flight->need,
                              uv_now(retrieval->pool.loop) - flight->started_ms);
    }
    while (*link != flight) {
        link = &(*link)->next;
    }
    *link = flight->next;
    forget_everywhere(retrieval, flight);
    free(flight);
    wake_one_by_one(retrieval);
}

/* ---- reading what takes long, in a thread */

struct reading {
    struct evidence_need need;
    struct buf body;
    int64_t now;
    struct evidence_entry entry;
    bool good; /* the entry is there */
};

static void read_in_thread(void *job)
{
    struct reading *reading = job;
    reading->good = evidence_entry_init(&reading->entry, &reading->need, EVIDENCE_OK, 0,
                                        buf_slice(&reading->body), reading->now);
}

static void destroy_reading(void *job)
{
    struct reading *reading = job;
    if (reading->good) {
        evidence_entry_finish(&reading->entry);
    }
    buf_finish(&reading->body);
    free(reading);
}

static void on_read(void *user, void *job)
{
    struct retrieval_flight *flight = user;
    struct reading *reading = job;
    if (reading->good) {
        evidence_add(flight->retrieval->evidence, &reading->need, &reading->entry);
        reading->good = false;
    }
    destroy_reading(reading);
    land(flight);
}

/* False: it has to be read here. */
static bool start_reading(struct retrieval_flight *flight, struct slice body)
{
    struct work_pool *pool = flight->retrieval->work;
    struct reading *reading = pool == NULL || body.len <= READ_AT_ONCE_MAX
                                  ? NULL
                                  : mem_alloc(1, sizeof *reading);
    if (reading == NULL) {
        return false;
    }
    const struct work_order order = { read_in_thread, on_read, destroy_reading, reading,
                                      flight };
    reading->need = flight->need;
    reading->now = flight->retrieval->now();
    if (buf_append_slice(&reading->body, body)) {
        flight->work = work_start(pool, &order, NULL);
    }
    if (flight->work == NULL) {
        destroy_reading(reading);
    }
    return flight->work != NULL;
}

static void on_fetched(void *user, const struct fetch_answer *answer)
{
    struct retrieval_flight *flight = user;
    struct retrieval *retrieval = flight->retrieval;
    flight->fetch = NULL;
    if (answer->result == FETCH_OK && start_reading(flight, answer->body)) {
        return;
    }
    (void)evidence_put(retrieval->evidence, &flight->need, outcome_of(answer->result),
                       answer->status, answer->body, retrieval->now());
    land(flight);
}

/* The address of our own site, as the certificates name it, becomes the real one. */
static bool redirect_to_own(const struct retrieval *retrieval, struct buf *url)
{
    size_t len = retrieval->own_prefix == NULL ? 0 : strlen(retrieval->own_prefix);
    const char *text = buf_string(url);
    if (len == 0 || strncmp(text, retrieval->own_prefix, len) != 0 ||
        text[len] != '/') {
        return true;
    }
    struct buf own = BUF_EMPTY;
    bool good = buf_printf(&own, "http://%s%s", retrieval->own_authority, text + len);
    buf_finish(url);
    *url = own;
    return good;
}

static bool start_fetch(struct retrieval_flight *flight, int64_t timeout_ms,
                        uint64_t peer)
{
    static const char *const accepts[] = {
        [EVIDENCE_CRL] = "application/pkix-crl, */*",
        [EVIDENCE_OCSP] = "application/ocsp-response",
        [EVIDENCE_ISSUER] = "application/pkix-cert, application/pkcs7-mime, */*",
    };
    const struct evidence_need *need = &flight->need;
    struct buf url = BUF_EMPTY;
    bool post;
    bool started = false;
    if (evidence_need_target(need, &url, &post) &&
        redirect_to_own(flight->retrieval, &url)) {
        const struct fetch_order order = {
            .url = buf_string(&url),
            .body =
                post ? (struct slice){ need->request, need->request_len } : SLICE_EMPTY,
            .content_type = "application/ocsp-request",
            .accept = accepts[need->kind],
            .body_max = evidence_size_max(need->kind),
            /* The path ends nowhere yet; lists are asked for of trusted ones only. */
            .for_stranger = need->kind == EVIDENCE_ISSUER,
            .peer = peer,
            .timeout_ms = timeout_ms > 0 ? (uint64_t)timeout_ms : 0,
        };
        flight->fetch =
            fetch_start(&flight->retrieval->pool, &order, on_fetched, flight, NULL);
        started = flight->fetch != NULL;
    }
    buf_finish(&url);
    return started;
}

/* The flight that fetches this, if need be a new one; NULL: it cannot be begun. */
static const struct retrieval_flight *find_flight(struct retrieval *retrieval,
                                                  const struct evidence_need *need,
                                                  int64_t timeout_ms, uint64_t peer)
{
    struct retrieval_flight *flight = retrieval->flights;
    while (flight != NULL && !evidence_need_equal(&flight->need, need)) {
        flight = flight->next;
    }
    if (flight != NULL) {
        return flight;
    }
    flight = mem_alloc(1, sizeof(*flight));
    if (flight == NULL) {
        return NULL;
    }
    flight->retrieval = retrieval;
    flight->need = *need;
    flight->started_ms = uv_now(retrieval->pool.loop);
    if (!start_fetch(flight, timeout_ms, peer)) {
        free(flight);
        return NULL;
    }
    flight->next = retrieval->flights;
    retrieval->flights = flight;
    return flight;
}

bool retrieval_wait(struct retrieval *retrieval, struct retrieval_wait *wait,
                    struct certificate *const *presented, size_t n_presented,
                    const struct chain_context *context, const struct chain **ret_chain)
{
    *ret_chain = NULL;
    if (wait->rounds++ >= CHAIN_NEEDS_ROUNDS ||
        chain_build(presented, n_presented, context, &retrieval->chain, NULL) != 0) {
        return false;
    }
    size_t n =
        chain_needs(&retrieval->chain, context, retrieval->needs, CHAIN_NEEDS_MAX);
    for (size_t i = 0; i < n; i++) {
        const struct retrieval_flight *flight =
            find_flight(retrieval, &retrieval->needs[i],
                        context->policy->urlretrievaltimeout, wait->peer);
        if (flight != NULL) {
            wait->flights[wait->n_flights++] = flight;
        }
    }
    if (wait->n_flights == 0) {
        *ret_chain = &retrieval->chain;
        return false;
    }
    wait->retrieval = retrieval;
    wait->next = retrieval->waits;
    retrieval->waits = wait;
    return true;
}
