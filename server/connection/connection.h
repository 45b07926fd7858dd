/* SPDX-License-Identifier: MIT
 *
 * One client's connection, from accept to the last byte. The state machine:
 *
 *   HANDSHAKE -> REQUEST -> (JUDGE ->) RESPOND -> IDLE -> REQUEST ...
 *       |           |          |          |        |
 *       +-----------+----------+----------+--------+--> SHUTDOWN -> CLOSING
 *
 * Of a site that asks late (clientcertnegotiation=disable), a request whose URL wants a
 * certificate goes from REQUEST to LATE, where the client has to renegotiate on
 * TLS 1.2, and is judged after that, or goes on to read a body that waited for "100
 * Continue".
 *
 * REQUEST waits for a complete request, JUDGE for revocation lists and the like to be
 * fetched (only if the certificate names some) and for signatures that a thread checks
 * (only if they cost more than the loop may be held up), RESPOND until the kernel has
 * taken the answer, IDLE for the first byte of the next one. SHUTDOWN sends
 * close_notify and lingers, CLOSING waits for libuv's last callback. From every state
 * there is an edge to CLOSING. Sites with roles (role.h) never JUDGE; they may have a
 * thread compute an answer (WORK), may keep back a finished one (DELAY), and may send
 * an endless one until either side hangs up (STREAM). One timer, armed by the table of
 * states; one entrance to the end (connection_close), and one exit, which frees.
 *
 * A connection takes its TLS configuration from the host's material at its start and
 * keeps that alive; each request is judged against the store that is current then.
 */
#pragma once

#include "chain/signature_batch.h"
#include "config/config.h"
#include "connection/connection_host.h"
#include "net/stream.h"
#include "net/work.h"
#include "retrieval/retrieval.h"
#include "roles/role.h"
#include "site/enforce.h"
#include "site/exchange_result.h"
#include "site/site_host.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

/* What the peer may have sent beyond the request that is being worked on. */
#define CONNECTION_INPUT_MAX ((size_t)128 * 1024)
/* Bytes of all answers that their peers have not read. Above it, the connections end
 * whose peers have not read for the longest time. */
#define CONNECTION_ANSWERS_MAX ((size_t)32 * 1024 * 1024)
/* Bytes of the bodies of all requests. Above it, 503. */
#define CONNECTION_BODIES_MAX ((size_t)16 * 1024 * 1024)
/* How long SHUTDOWN may take. */
#define CONNECTION_SHUTDOWN_MS 2000

struct connection {
    struct connection_host *host;
    const struct config_listen *site;
    struct enforcement enforced;  /* what the handshake's gate said */
    struct site_view view;        /* of the site, by the name in the handshake */
    struct config_listen by_path; /* the same for the request's URL, if it has one */
    bool has_path;
    struct connection_material *material; /* for the session's life; NULL for plain */
    /* The host's list, oldest first. */
    struct connection *previous;
    struct connection *next;
    enum conn_state state;
    uint64_t number;    /* counted by the host, from 1 on */
    int64_t since_us;   /* in this state */
    int64_t request_us; /* the request's first byte */
    bool keep_alive;
    bool is_plain_on_tls; /* --friendly: plain HTTP came to a TLS port */
    bool handshake_failed;
    bool late_at_head;             /* in LATE: the request's body is to come */
    struct tls_session *session;   /* owned; NULL for plain */
    struct request_parser *parser; /* owned */
    struct event_text said;        /* of its session, in each event; empty = not yet */
    struct buf input;
    /* While a request is answered that came whole at once: its bytes. Borrowed. */
    struct slice asked;
    struct stream stream;
    struct retrieval_wait wait; /* in JUDGE */
    /* In HANDSHAKE and JUDGE: what is costly to check is checked in a thread. */
    struct signature_batch batch;
    struct work *work;  /* NULL: none is under way */
    bool hurried;       /* its place is needed: this is its last answer */
    size_t n_answer;    /* in RESPOND: the bytes of the answer */
    struct buf delayed; /* in DELAY: the answer */
    uint64_t delay_ms;
    struct role_stream flow; /* in STREAM */
    unsigned n_stalled;      /* ticks at which its peer had read nothing */
    uv_timer_t deadline;
};

/* On the site host->config->listen[site]. Consumes `fd`. False when out of memory. */
bool connection_open(struct connection_host *host, size_t site, int fd);
/* In order: what is being written is sent first. Idempotent. */
void connection_close(struct connection *conn);
/* At once. Idempotent. */
void connection_abort(struct connection *conn);
/* A connection that may be closed to make room: it has waited for its peer for two
 * seconds, or for `patience_us` in its handshake. */
bool connection_is_waiting(const struct connection *conn, int64_t now_us,
                           int64_t patience_us);
/* It has been in JUDGE for as long: it can be answered with what is known. */
bool connection_is_judging(const struct connection *conn, int64_t now_us);
/* In JUDGE: answers now, and closes. */
void connection_hurry(struct connection *conn);
/* connection_list.c */
/* There is more for those in STREAM. Legal wherever a connection may be written to. */
void connection_wake_streams(struct connection_host *host);
/* Calls `act` for each, oldest first; it may end the one that it is called with. */
void connection_for_each(struct connection_host *host,
                         void (*act)(struct connection *conn));

const char *connection_state_name(enum conn_state state);

/* connection_log.c: what the logs say. */
void connection_log_answer(struct connection *conn, const struct request *request,
                           const struct exchange_result *exchange);
/* An end that IIS never hears of, in http.sys' log. `status` 0 = without an answer;
 * `reason` "" = http.sys has none for it, and nothing is written. */
void connection_log_httperr(const struct connection *conn, unsigned status,
                            const char *reason);
void connection_log_role(struct connection *conn, const struct request *request,
                         const struct role_answer *answer);
void connection_log_failure(struct connection *conn, enum stream_end reason);
/* What the late question came to. `trouble` = why it could not be put; NULL = answered.
 */
void connection_log_late(const struct connection *conn, const char *trouble);
/* One line about a failure of our own. */
void connection_log_trouble(const struct connection *conn, const char *what,
                            const struct err *err);

/* connection_events.c: the same for the event bus (server/logs/event_bus). */
void connection_tell_handshake(struct connection *conn);
void connection_tell_failure(const struct connection *conn, enum stream_end reason);
void connection_tell_request(const struct connection *conn,
                             const struct request *request,
                             const struct exchange_result *exchange, uint64_t ms);
