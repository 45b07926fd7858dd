/* SPDX-License-Identifier: MIT
 *
 * One connection to a server, one request, one result: the state machine
 *
 *   CONNECT -> HANDSHAKE -> SEND -> RECEIVE -> SHUTDOWN -> CLOSING
 *                            ^        |
 *                            '- IDLE -'   only with on_answer
 *
 * with an edge from every state to CLOSING, and from CONNECT to itself while there
 * are addresses to try. One timer, armed by the state. Whatever happens, on_done
 * comes exactly once, last, never inside attempt_start.
 */
#pragma once

#include "attempt/attempt_result.h"
#include "http/reply.h"
#include "net/stream.h"
#include "tls/tls_session.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <uv.h>

typedef void (*attempt_on_done_fn)(void *user);

/* Everything is borrowed until on_done. */
struct attempt_options {
    const struct sockaddr_storage *addresses; /* tried in this order */
    size_t n_addresses;
    struct tls_client_config *config; /* NULL = plain HTTP */
    bool has_certificate;             /* config has a chain to send */
    struct slice resume;              /* a session to resume, or empty */
    struct slice request;             /* the whole message */
    bool to_head;
    size_t body_max;      /* 0 = REPLY_BODY_MAX */
    bool may_cut_body;    /* a body over body_max is cut, not an error */
    uint64_t max_time_ms; /* for all of it; 0 = only the states' deadlines */
    /* Set: an answer whose connection stays open ends with this, and not with on_done:
     * its result is complete and no longer borrowed, and the connection waits for
     * attempt_ask or attempt_close; or for on_done, if the server ends it. */
    attempt_on_done_fn on_answer;
};

enum attempt_state {
    ATTEMPT_STATE_CONNECT,
    ATTEMPT_STATE_HANDSHAKE,
    ATTEMPT_STATE_SEND,
    ATTEMPT_STATE_RECEIVE,
    ATTEMPT_STATE_IDLE,
    ATTEMPT_STATE_SHUTDOWN,
    ATTEMPT_STATE_CLOSING,
    ATTEMPT_STATE_COUNT
};

struct attempt {
    struct attempt_options options;
    struct attempt_result *result; /* borrowed; NULL = no request is under way */
    attempt_on_done_fn on_done;    /* the memory of the attempt may go in it */
    void *user;
    enum attempt_state state;
    bool has_ended; /* result->end is decided */
    bool is_asked_again;
    size_t next_address;
    int64_t started_us;
    struct tls_session *session; /* owned; NULL = plain */
    struct reply_parser *parser; /* owned */
    uv_loop_t *loop;
    uv_timer_t timer;
    struct stream stream;
};

/* `result` (initialised here; the caller finishes it) is complete in on_done. */
void attempt_start(struct attempt *attempt, uv_loop_t *loop,
                   const struct attempt_options *options, struct attempt_result *result,
                   attempt_on_done_fn on_done, void *user);

/* The same request once more, after on_answer; the limits of time begin anew. Its
 * result has nothing of the handshake but that it was done. */
void attempt_ask(struct attempt *attempt, struct attempt_result *result);
/* Closes a connection that waits, in order. */
void attempt_close(struct attempt *attempt);
/* Closes it at once, in any state before on_done. A request that is under way ends as
 * ATTEMPT_END_BROKEN. */
void attempt_cancel(struct attempt *attempt);
