/* SPDX-License-Identifier: MIT */
#include "connection.h"

#include "base/clock.h"
#include "base/mem.h"
#include "server.h"
#include "tls/tls_resumption.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* A connection that has waited less is left alone when places run out. */
#define WAITING_MIN_US ((int64_t)2 * 1000 * 1000)

static void feed_input(struct connection *conn, struct slice plain);
static void hold_input(struct connection *conn, struct slice plain);
static void drop_input(struct connection *conn, struct slice plain);
static void give_up(struct connection *conn);
static void answer_timeout(struct connection *conn);
static void judge_as_it_stands(struct connection *conn);
static void work(struct connection *conn);

#define TO(state) (1u << CONN_STATE_##state)
#define TO_END    (TO(SHUTDOWN) | TO(CLOSING))

/* The deadlines that the user sets are in server_deadline_ms(). */
/* clang-format off */
static const struct state_info {
    const char *name;
    unsigned next; /* legal edges */
    void (*on_data)(struct connection *conn, struct slice plain);
    void (*on_deadline)(struct connection *conn);
} states[CONN_STATE_COUNT] = {
    [CONN_STATE_HANDSHAKE] = { "handshake", TO(REQUEST) | TO_END,         drop_input, give_up },
    [CONN_STATE_REQUEST]   = { "request",   TO(JUDGE) | TO(RESPOND) | TO_END, feed_input, answer_timeout },
    [CONN_STATE_JUDGE]     = { "judge",     TO(RESPOND) | TO_END,         hold_input, judge_as_it_stands },
    [CONN_STATE_RESPOND]   = { "respond",   TO(IDLE) | TO_END,            hold_input, give_up },
    [CONN_STATE_IDLE]      = { "idle",      TO(REQUEST) | TO_END,         feed_input, connection_close },
    [CONN_STATE_SHUTDOWN]  = { "shutdown",  TO(CLOSING),                  drop_input, give_up },
    [CONN_STATE_CLOSING]   = { "closing",   0,                            drop_input, NULL },
};
/* clang-format on */

const char *connection_state_name(enum conn_state state)
{
    return states[state].name;
}

static void on_uv_deadline(uv_timer_t *timer)
{
    struct connection *conn = timer->data;
    states[conn->state].on_deadline(conn);
}

/* The only writer of the state; arms the one deadline. */
static void conn_enter(struct connection *conn, enum conn_state state)
{
    assert((states[conn->state].next & (1u << state)) != 0);
    conn->state = state;
    conn->since_us = clock_monotonic_us();
    if (state != CONN_STATE_JUDGE) {
        retrieval_cancel(&conn->wait);
    }
    if (state == CONN_STATE_CLOSING) {
        (void)uv_timer_stop(&conn->deadline);
    } else {
        (void)uv_timer_start(&conn->deadline, on_uv_deadline,
                             server_deadline_ms(conn->server, state), 0);
    }
}

/* ---- ending */

void connection_close(struct connection *conn)
{
    if (conn->state < CONN_STATE_SHUTDOWN) {
        conn_enter(conn, CONN_STATE_SHUTDOWN);
        stream_close(&conn->stream);
    }
}

void connection_abort(struct connection *conn)
{
    if (conn->state < CONN_STATE_CLOSING) {
        conn_enter(conn, CONN_STATE_CLOSING);
        stream_abort(&conn->stream);
    }
}

static void give_up(struct connection *conn)
{
    if (conn->state == CONN_STATE_HANDSHAKE && !conn->site->config->plain) {
        connection_log_failure(conn, STREAM_END_NONE);
    }
    connection_abort(conn);
}

/* close() with a linger of 0 is how a reset is sent on purpose. */
static void reset(struct connection *conn)
{
    const struct linger now = { .l_onoff = 1, .l_linger = 0 };
    uv_os_fd_t fd;
    if (uv_fileno((uv_handle_t *)&conn->stream.tcp, &fd) == 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    connection_abort(conn);
}

static void on_uv_deadline_closed(uv_handle_t *handle)
{
    struct connection *conn = handle->data;
    tls_session_destroy(conn->session);
    request_parser_destroy(conn->parser);
    buf_finish(&conn->input);
    server_forget(conn->server, conn);
    free(conn);
}

static void on_stream_closed(void *user, enum stream_end reason)
{
    struct connection *conn = user;
    (void)reason;
    if (conn->state < CONN_STATE_CLOSING) {
        conn_enter(conn, CONN_STATE_CLOSING);
    }
    uv_close((uv_handle_t *)&conn->deadline, on_uv_deadline_closed);
}

/* ---- answering */

static struct exchange_input make_input(const struct connection *conn,
                                        const struct chain_context *context,
                                        const struct request *request)
{
    struct exchange_input input = {
        .config = conn->server->config,
        .site = &conn->view.listen,
        .host = &conn->view.host,
        .context = context,
        .local = &conn->stream.local,
        .peer = &conn->stream.peer,
        .tls = conn->session != NULL && !conn->is_plain_on_tls
                   ? tls_session_get_info(conn->session)
                   : NULL,
        .request = request,
        .mapping = conn->server->material->mapping,
    };
    return input;
}

static void send_answer(struct connection *conn, struct slice answer, bool keep_alive)
{
    conn->keep_alive =
        keep_alive && !conn->server->stopping && !conn->stream.peer_ended;
    conn_enter(conn, CONN_STATE_RESPOND);
    stream_pause(&conn->stream);
    if (!stream_write(&conn->stream, answer)) {
        connection_abort(conn);
    }
}

static void respond(struct connection *conn)
{
    const struct request *request = request_parser_request(conn->parser);
    const struct chain_context context =
        server_context(conn->server, conn->site->config);
    const struct exchange_input input = make_input(conn, &context, request);
    struct buf answer = BUF_EMPTY;
    struct exchange exchange;
    struct err err = ERR_INIT;

    if (exchange_answer(&input, &answer, &exchange, &err) != 0) {
        server_report(conn->server, "answer", &err);
        connection_abort(conn);
    } else {
        connection_log_answer(conn, request, &exchange);
        if (exchange.reset) {
            reset(conn);
        } else {
            send_answer(conn, buf_slice(&answer), exchange.keep_alive);
        }
    }
    buf_finish(&answer);
}

/* What the judgement lacks is fetched first, while everybody else goes on. */
static void judge(void *user)
{
    struct connection *conn = user;
    const struct chain_context context =
        server_context(conn->server, conn->site->config);
    const struct request *request = request_parser_request(conn->parser);
    const struct exchange_input input = make_input(conn, &context, request);

    if (input.tls == NULL || !exchange_needs_evidence(&input) ||
        !retrieval_wait(conn->server->retrieval, &conn->wait, input.tls->chain,
                        exchange_n_presented(input.tls), &context)) {
        respond(conn);
    } else if (conn->state != CONN_STATE_JUDGE) {
        conn_enter(conn, CONN_STATE_JUDGE);
        stream_pause(&conn->stream);
    }
}

static void judge_as_it_stands(struct connection *conn)
{
    retrieval_cancel(&conn->wait);
    respond(conn);
}

/* http.sys's own answers: no request, too late, or plain HTTP on a TLS port. */
static void respond_unread(struct connection *conn, enum response_status status,
                           const char *reason)
{
    const struct request *request = request_parser_request(conn->parser);
    const struct chain_context context =
        server_context(conn->server, conn->site->config);
    const struct exchange_input input = make_input(conn, &context, request);
    struct buf answer = BUF_EMPTY;
    struct exchange exchange;
    struct err err = ERR_INIT;

    if (exchange_answer_unread(&input, status, reason, &answer, &exchange, &err) != 0) {
        server_report(conn->server, "answer", &err);
        connection_abort(conn);
    } else {
        connection_log_answer(conn, request, &exchange);
        send_answer(conn, buf_slice(&answer), false);
    }
    buf_finish(&answer);
}

static void answer_timeout(struct connection *conn)
{
    if (request_parser_is_idle(conn->parser) && conn->input.len == 0) {
        connection_close(conn);
    } else {
        respond_unread(conn, RESPONSE_REQUEST_TIMEOUT,
                       "The request did not arrive in time.");
    }
}

static void on_stream_drained(void *user)
{
    struct connection *conn = user;
    if (conn->state != CONN_STATE_RESPOND) {
        return; /* an interim answer, or the end */
    }
    if (!conn->keep_alive || conn->server->stopping) {
        connection_close(conn);
        return;
    }
    request_parser_next(conn->parser);
    conn_enter(conn, CONN_STATE_IDLE);
    stream_resume(&conn->stream);
    work(conn);
}

/* ---- requests */

static void send_continue(struct connection *conn)
{
    struct buf interim = BUF_EMPTY;
    if (response_write_continue(&interim)) {
        /* Where it cannot be written now, the peer sends its body anyway, later. */
        (void)stream_write(&conn->stream, buf_slice(&interim));
    }
    buf_finish(&interim);
}

/* One step of the parser. False: wait for more, or for the answer to go out. */
static bool work_once(struct connection *conn)
{
    size_t consumed = 0;
    enum request_result result =
        request_parser_feed(conn->parser, buf_slice(&conn->input), &consumed);

    buf_consume(&conn->input, consumed);
    switch (result) {
    case REQUEST_HEAD:
        if (request_parser_request(conn->parser)->expects_continue) {
            send_continue(conn);
        }
        return true;
    case REQUEST_COMPLETE:
        if (conn->is_plain_on_tls) {
            respond_unread(conn, RESPONSE_BAD_REQUEST,
                           "This port speaks HTTPS, and plain HTTP was sent to it. "
                           "Use an address that begins with https.");
        } else {
            retrieval_wait_init(&conn->wait, judge, conn);
            judge(conn);
        }
        return false;
    case REQUEST_BAD:
        respond_unread(conn, request_parser_status(conn->parser),
                       request_parser_reason(conn->parser));
        return false;
    case REQUEST_MORE:
    default:
        return false;
    }
}

static void work(struct connection *conn)
{
    if (conn->input.len == 0) {
        return;
    }
    if (conn->state == CONN_STATE_IDLE) {
        conn_enter(conn, CONN_STATE_REQUEST);
        conn->request_us = clock_monotonic_us();
    }
    while (conn->state == CONN_STATE_REQUEST && work_once(conn)) {
    }
}

static void hold_input(struct connection *conn, struct slice plain)
{
    if (!buf_append_slice(&conn->input, plain)) {
        connection_abort(conn);
    }
}

static void feed_input(struct connection *conn, struct slice plain)
{
    if (conn->state == CONN_STATE_REQUEST && request_parser_is_idle(conn->parser)) {
        conn->request_us = clock_monotonic_us();
    }
    hold_input(conn, plain);
    work(conn);
}

static void drop_input(struct connection *conn, struct slice plain)
{
    (void)conn;
    (void)plain;
}

/* ---- what the stream tells */

static bool on_stream_first_bytes(void *user, struct slice bytes)
{
    struct connection *conn = user;
    struct client_hello hello;
    client_hello_read(bytes, &hello);
    conn->is_plain_on_tls =
        conn->server->config->friendly && hello.kind == CLIENT_HELLO_HTTP;
    return !conn->is_plain_on_tls;
}

static void on_stream_ready(void *user)
{
    struct connection *conn = user;
    conn->request_us = clock_monotonic_us();
    if (conn->session != NULL && !conn->is_plain_on_tls) {
        site_view_init(&conn->view, conn->site->config, &conn->server->book.cases,
                       tls_session_get_info(conn->session)->server_name);
    }
    conn_enter(conn, CONN_STATE_REQUEST);
    connection_tell_handshake(conn);
}

static void on_stream_data(void *user, struct slice plain)
{
    struct connection *conn = user;
    states[conn->state].on_data(conn, plain);
}

static void on_stream_end(void *user, enum stream_end reason)
{
    struct connection *conn = user;
    bool orderly = reason == STREAM_END_PEER_CLOSED || reason == STREAM_END_TRUNCATED;

    if (conn->state == CONN_STATE_HANDSHAKE || reason == STREAM_END_HANDSHAKE) {
        connection_log_failure(conn, reason);
    }
    if (orderly &&
        (conn->state == CONN_STATE_RESPOND || conn->state == CONN_STATE_JUDGE)) {
        conn->keep_alive = false; /* the answer may still reach a half-closed peer */
        return;
    }
    connection_close(conn);
}

static const struct stream_callbacks callbacks = {
    .on_first_bytes = on_stream_first_bytes,
    .on_ready = on_stream_ready,
    .on_data = on_stream_data,
    .on_drained = on_stream_drained,
    .on_end = on_stream_end,
    .on_closed = on_stream_closed,
};

/* ---- beginning */

static bool create_session(struct connection *conn)
{
    struct err err = ERR_INIT;
    struct material *material = conn->server->material;
    struct tls_server_config *config = material->configs[conn->site->index];

    if (config == NULL) {
        return true;
    }
    tls_resumption_set_time(conn->server->resumption, clock_now_s());
    if (tls_session_create_server(config, &conn->session, &err) != 0) {
        server_report(conn->server, "accept", &err);
        return false;
    }
    conn->material = material;
    return true;
}

bool connection_open(struct server *server, struct site *site, int fd)
{
    struct connection *conn = mem_alloc(1, sizeof *conn);
    if (conn == NULL) {
        close(fd);
        return false;
    }
    conn->server = server;
    conn->site = site;
    site_view_init(&conn->view, site->config, &server->book.cases, NULL);
    conn->input = (struct buf)BUF_LIMITED(CONNECTION_INPUT_MAX);
    conn->parser = request_parser_create(0);
    if (conn->parser == NULL || !create_session(conn)) {
        request_parser_destroy(conn->parser);
        free(conn);
        close(fd);
        return false;
    }
    (void)uv_timer_init(&server->loop, &conn->deadline);
    conn->deadline.data = conn;
    server_remember(server, conn);
    stream_accept(&conn->stream, &server->loop, fd, conn->session, &callbacks, conn);
    conn->since_us = clock_monotonic_us();
    (void)uv_timer_start(&conn->deadline, on_uv_deadline,
                         server_deadline_ms(server, CONN_STATE_HANDSHAKE), 0);
    return true;
}

bool connection_is_waiting(const struct connection *conn, int64_t now_us)
{
    return (conn->state == CONN_STATE_HANDSHAKE || conn->state == CONN_STATE_REQUEST ||
            conn->state == CONN_STATE_IDLE || conn->state == CONN_STATE_SHUTDOWN) &&
           now_us - conn->since_us >= WAITING_MIN_US;
}
