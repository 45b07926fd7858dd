/* SPDX-License-Identifier: MIT
 *
 * Two streams, or a stream and a plain socket, joined by a real connection over
 * the loopback. Each end records its events and checks the contract of
 * net/stream.h in every callback: order, counts, and that none runs inside a call.
 */
#pragma once

#include "net/listener.h"
#include "net/stream.h"
#include "support/loop.h"
#include "tls/tls_session.h"

#include <stdbool.h>

enum event {
    EVENT_FIRST,
    EVENT_CONNECTED,
    EVENT_READY,
    EVENT_DATA,
    EVENT_DRAINED,
    EVENT_END,
    EVENT_CLOSED,
    EVENT_COUNT
};

struct end {
    struct stream stream;
    struct tls_session *session;
    /* What the test does at an event, after it was recorded; NULL = nothing. */
    void (*act)(struct end *end, enum event event);
    void *test;
    int counts[EVENT_COUNT];
    struct buf received;
    enum stream_end end_reason;
    enum stream_end closed_reason;
    bool go_plain;    /* what on_first_bytes answers */
    bool in_call;     /* the test is inside a call */
    bool asked_close; /* the test closed or aborted */
    bool opened;
    bool closed;
};

struct ends {
    struct loop loop;
    struct listener listener;
    struct tls_server_config *server_config; /* NULL = plain */
    struct tls_client_config *client_config;
    struct key *key;
    struct end server;
    struct end client;
    bool both_closed;
};

/* With `tls`, both ends get sessions. Nothing connects yet. */
void ends_init(struct ends *ends, bool tls);
/* Connects the client's stream; the server's is accepted when it comes. */
void ends_connect(struct ends *ends);
/* A blocking socket of the test's own instead of the client's stream. */
int ends_connect_raw(struct ends *ends);
/* Runs until the opened ends are closed, then checks that nothing is left. */
void ends_finish(struct ends *ends);

/* The calls, watched. */
bool end_write(struct end *end, struct slice bytes);
bool end_write_last(struct end *end, const char *text);
bool end_write_string(struct end *end, const char *text);
void end_close(struct end *end);
void end_abort(struct end *end);
void end_pause(struct end *end);
void end_resume(struct end *end);
