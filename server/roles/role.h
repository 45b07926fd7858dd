/* SPDX-License-Identifier: MIT
 *
 * What certgated serves beside the site that plays IIS (exchange.h): the desk for
 * people, the revocation service (pki) and the control of the running server.
 * `--listen PORT,desk` makes a site one of them; roles add up.
 *
 *   desk.c      pages                       pki_site.c  revocation_service.h over HTTP
 *   control.c   JSON for `certgate revoke` and other programs
 *
 * Where to add: a row in the role's own table of routes and a function beside it. The
 * function sees one whole request (a body of at most ROLE_BODY_MAX) and fills an
 * answer:
 *
 *   status and fields   answer->response, begun as 200; role_text(), role_json()
 *   body                answer->body
 *   later               answer->delay_ms; the answer is kept and sent then
 *   after long work     answer->work: it is done in a thread, then asked again
 *   never               answer->drop: the connection ends without a byte
 *   endless             answer->stream: the body is the beginning of it
 *
 * It fails (-1) only for failures of our own; the peer gets 500 then.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "http/response.h"
#include "site/exchange_input.h"
#include "site/offers.h"
#include "site/places.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROLE_BODY_MAX ((size_t)64 * 1024)
/* Of a site that has the desk, for routes that say so. */
#define ROLE_DESK_BODY_MAX ((size_t)1024 * 1024)
/* Delayed answers and streams at one time; above it, 503. */
#define ROLE_DELAYED_MAX ((size_t)128)
#define ROLE_STREAMS_MAX ((size_t)128)
/* Answers that a thread computes, at one time; above it, 503. */
#define ROLE_WORK_MAX ((size_t)16)
/* A stream ends when its reader has read nothing for so many ticks. */
#define ROLE_STREAM_STALLED_TICKS 4
/* How often an idle stream is asked for a sign of life. */
#define ROLE_STREAM_TICK_MS ((uint64_t)15000)

struct event_bus;
struct forge_world;
struct revocation_service;

/* What the routes work with, in addition to the request; the server owns it. */
struct role_services {
    struct forge_world *world;             /* NULL: there are no test CAs */
    struct revocation_service *revocation; /* NULL likewise */
    /* Called when what the server fetched from its own pki site is outdated. NULL:
     * nothing is fetched. */
    void (*forget_fetched)(void *user);
    void *forget_user;
    bool has_pki;         /* a site of ours serves `revocation` */
    struct offers offers; /* as of the last that asked */
    struct places places;
    struct event_bus *bus; /* what was seen */
    unsigned n_again;      /* origins given by desk_try.h */
};

struct role_input {
    const struct exchange_input *exchange; /* request, site, peer, context->now */
    struct role_services *services;
};

/* A body that goes on. `pull` appends what there is since `cursor` and moves it on;
 * nothing to append is fine. It is called when the server was told that there is more
 * (connection_wake_streams), when the peer has taken all that was sent, and as a tick.
 * False ends the connection behind what was appended. */
struct role_stream {
    bool (*pull)(void *user, uint64_t *cursor, bool is_tick, struct buf *out);
    void (*finish)(
        void *user); /* NULL: `user` is borrowed and outlives the connection */
    void *user;
    uint64_t cursor;
};

struct role_answer;

/* Work that would hold up the loop for more than some milliseconds. The answer that
 * names it is dropped; when `run` is done, `answer` is asked as a route is, with the
 * same request, and may name more work. */
struct role_work {
    void (*run)(
        void *job); /* in another thread, on the job's own copies; NULL = none */
    int (*answer)(const struct role_input *input, void *job, struct role_answer *answer,
                  struct err *err);
    void (*destroy)(void *job); /* on the loop; also if the peer has gone meanwhile */
    void *job;                  /* owned */
};

struct role_answer {
    struct response response;
    struct buf body;
    bool drop;
    uint64_t delay_ms;
    struct role_stream stream; /* pull NULL: none */
    struct role_work work;     /* run NULL: none */
    bool quiet;                /* not worth a line on the terminal */
    bool is_for_people;        /* role_text's sentences become pages of the desk */
    bool is_for_programs;      /* and others become JSON */
    bool is_sentence;          /* that is to be done */
    bool is_kept_for_back; /* the browser may keep it for its button Back; else nothing
                              does */
};

struct role_route {
    const char *path; /* ends in '/' with more than that: all paths below it */
    unsigned methods; /* ROLE_GET (HEAD, too), ROLE_POST, ROLE_LARGE */
    int (*answer)(const struct role_input *input, struct role_answer *answer,
                  struct err *err);
};
#define ROLE_GET   1u
#define ROLE_POST  2u
#define ROLE_LARGE 4u /* a body of up to ROLE_DESK_BODY_MAX; on the desk */

/* Answers for a site with roles. Always fills `ret_answer`, which the caller finishes;
 * -1 with the reason for our log when the answer is a 500. */
int role_answer(const struct role_input *input, struct role_answer *ret_answer,
                struct err *err) MUST_CHECK;
/* Answers a request whose body was larger than is read; its head is there. */
int role_answer_too_large(const struct role_input *input,
                          struct role_answer *ret_answer, struct err *err) MUST_CHECK;
/* The same after the work that an answer named. `work` stays the caller's, but for what
 * it hands on as further work: then its job is NULL. */
int role_answer_done(const struct role_input *input, struct role_work *work,
                     struct role_answer *ret_answer, struct err *err) MUST_CHECK;
void role_answer_finish(struct role_answer *answer); /* accepts zeroed */
void role_work_finish(struct role_work *work);       /* likewise */
void role_stream_finish(struct role_stream *stream); /* likewise */

/* For routes: replaces the body. */
void role_text(struct role_answer *answer, enum response_status status,
               const char *sentence);
/* Makes a page of the desk of the sentence that is the body. -1: memory. */
int desk_answer_sentence(const struct role_input *input, struct role_answer *answer,
                         struct err *err) MUST_CHECK;
/* Consumes `value`; NULL = memory ran out: -1. */
int role_json(struct role_answer *answer, enum response_status status, json_t *value,
              struct err *err) MUST_CHECK;

/* Whether the body is JSON, by its Content-Type. */
bool role_is_json(const struct request *request);

/* Guards: NULL, or why the request is refused (403). A foreign page in the user's
 * browser can make it send requests to us; the guards refuse those. */
/* Host names this machine (so a foreign name that resolves here does not: DNS
 * rebinding), and an Origin, if there is one, is the site itself. */
const char *role_guard_local(const struct exchange_input *input);
/* And no browser says that the question comes from another site (Fetch Metadata). */
const char *role_guard_strict(const struct exchange_input *input);

/* The tables, each in its file. */
const struct role_route *desk_routes(size_t *ret_n);
const struct role_route *pki_site_routes(size_t *ret_n);
const struct role_route *control_routes(size_t *ret_n);
