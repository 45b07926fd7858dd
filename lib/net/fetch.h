/* SPDX-License-Identifier: MIT
 *
 * Fetches one small object over plain HTTP: a CRL, an OCSP answer, an issuer's
 * certificate. An untrusted certificate names the address, so requests are restricted:
 *
 * - http: URLs without user names; by default only addresses of this machine, checked
 *   after the name was looked up (and only "localhost" is), for each redirect again; at
 *   most FETCH_REDIRECTS_MAX of those, never to another scheme
 * - one time-out and one size limit cover the whole fetch, however slowly data arrives
 * - only the URL and the body are sent; no cookie, no identity
 *
 * A pool runs FETCH_PARALLEL_MAX at a time; FETCH_QUEUE_MAX more wait, which counts
 * against their time-out. A host that hangs cannot take the slots of other hosts, and
 * fetches for strangers run last. on_done is called exactly once, never inside a call,
 * and not at all after fetch_cancel.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#define FETCH_PARALLEL_MAX ((size_t)16)
#define FETCH_QUEUE_MAX    ((size_t)256)
/* Limits within the pool: slots for one host and port, slots for clients that may be
 * strangers, and, among the latter, slots for one host and port. */
#define FETCH_PARALLEL_HOST          ((size_t)8)
#define FETCH_PARALLEL_STRANGER      ((size_t)8)
#define FETCH_PARALLEL_STRANGER_HOST ((size_t)2)
#define FETCH_QUEUE_STRANGER         ((size_t)128)
/* ... and for one address that such clients come from, whatever the hosts. */
#define FETCH_PARALLEL_STRANGER_PEER ((size_t)3)
#define FETCH_QUEUE_STRANGER_PEER    ((size_t)32)
#define FETCH_REDIRECTS_MAX          3
#define FETCH_TIMEOUT_DEFAULT        15000 /* ms; the class of Windows' default */

enum fetch_allow { FETCH_ALLOW_LOOPBACK, FETCH_ALLOW_ANY };

enum fetch_result {
    FETCH_OK,          /* status 200 */
    FETCH_STATUS,      /* another status */
    FETCH_UNREACHABLE, /* no such host, no connection, or cut off */
    FETCH_TIMEOUT,
    FETCH_GARBAGE, /* no HTTP */
    FETCH_TOO_LARGE,
    FETCH_FORBIDDEN, /* the URL, its address or a redirect is not allowed */
    FETCH_FAILED,    /* our own memory or descriptors ran out */
};

/* Everything is borrowed until fetch_start returns. */
struct fetch_order {
    const char *url;
    struct slice body;        /* empty: GET, else POST */
    const char *content_type; /* for POST */
    const char *accept;       /* NULL = any */
    size_t body_max;          /* of the answer */
    uint64_t timeout_ms;      /* 0 = FETCH_TIMEOUT_DEFAULT */
    bool for_stranger;        /* no trusted certificate names this URL */
    uint64_t peer;            /* address_owner() of who asks; 0 = unknown: no limit */
};

/* Borrowed until on_done returns. */
struct fetch_answer {
    enum fetch_result result;
    int status;         /* 0 = no answer */
    struct slice body;  /* for FETCH_OK and FETCH_STATUS */
    const char *detail; /* a sentence fragment of ours for all but FETCH_OK */
};
typedef void (*fetch_on_done_fn)(void *user, const struct fetch_answer *answer);

struct fetch;

struct fetch_pool {
    uv_loop_t *loop;
    enum fetch_allow allow;
    struct fetch *first; /* oldest first; owned */
    struct fetch *last;
    size_t n_running;
    size_t n_waiting;
    bool closing;
    bool wake_open;
    uv_timer_t wake;
    void (*on_closed)(void *user);
    void *user;
};

void fetch_pool_init(struct fetch_pool *pool, uv_loop_t *loop, enum fetch_allow allow);
/* Cancels everything; on_closed (may be NULL) comes once, later. */
void fetch_pool_close(struct fetch_pool *pool, void (*on_closed)(void *user),
                      void *user);

/* NULL: on_done will not come (no memory, ERR_LIMIT for a full queue, closing). A URL
 * that is not allowed is a result. The pointer is good for fetch_cancel until on_done
 * begins. */
struct fetch *fetch_start(struct fetch_pool *pool, const struct fetch_order *order,
                          fetch_on_done_fn on_done, void *user, struct err *err);
void fetch_cancel(struct fetch *fetch);

/* Pure: may this address be asked? */
bool fetch_address_is_allowed(const struct sockaddr *address, enum fetch_allow allow);
