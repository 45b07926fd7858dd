/* SPDX-License-Identifier: MIT */
#include "connection/connection_internal.h"

#include "base/clock.h"
#include "base/mem.h"
#include "http/request_parser.h"
#include "tls/tls_resumption.h"
#include "tls/tls_session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A connection that has waited for less time is not closed when places run out. */
#define WAITING_MIN_US ((int64_t)2 * 1000 * 1000)

static void feed_input(struct connection *conn, struct slice plain);
static void hold_input(struct connection *conn, struct slice plain);
static void drop_input(struct connection *conn, struct slice plain);
static void give_up(struct connection *conn);
static void give_up_idle(struct connection *conn);
static void answer_timeout(struct connection *conn);

#define TO(state) (1u << CONN_STATE_##state)
#define TO_END    (TO(SHUTDOWN) | TO(CLOSING))

/* clang-format off */
static const struct state_info {
    const char *name;
    unsigned next; /* legal edges */
    void (*on_data)(struct connection *conn, struct slice plain);
    void (*on_deadline)(struct connection *conn);
} states[CONN_STATE_COUNT] = {
    [CONN_STATE_HANDSHAKE] = { "handshake", TO(REQUEST) | TO_END,         drop_input, give_up },
    [CONN_STATE_REQUEST]   = { "request",   TO(LATE) | TO(JUDGE) | TO(WORK) | TO(RESPOND) | TO(DELAY) | TO(STREAM) | TO_END,
                                                                          feed_input, answer_timeout },
    [CONN_STATE_LATE]      = { "late",      TO(REQUEST) | TO(JUDGE) | TO(RESPOND) | TO_END,
                                                                          hold_input, connection_late_timeout },
    [CONN_STATE_JUDGE]     = { "judge",     TO(RESPOND) | TO_END,         hold_input, connection_judge_as_it_stands },
    [CONN_STATE_WORK]      = { "work",      TO(WORK) | TO(RESPOND) | TO(DELAY) | TO(STREAM) | TO_END,
                                                                          hold_input, give_up },
    [CONN_STATE_RESPOND]   = { "respond",   TO(IDLE) | TO_END,            hold_input, give_up },
    [CONN_STATE_DELAY]     = { "delay",     TO(RESPOND) | TO_END,         hold_input, connection_send_delayed },
    [CONN_STATE_STREAM]    = { "stream",    TO(STREAM) | TO_END,          drop_input, connection_tick },
    [CONN_STATE_IDLE]      = { "idle",      TO(REQUEST) | TO_END,         feed_input, give_up_idle },
    [CONN_STATE_SHUTDOWN]  = { "shutdown",  TO(CLOSING),                  drop_input, give_up },
    [CONN_STATE_CLOSING]   = { "closing",   0,                            drop_input, NULL },
};
/* clang-format on */

const char *connection_state_name(enum conn_state state)
{
    return states[state].name;
}

/* Of DELAY each has its own. */
static uint64_t deadline_ms(const struct config *config, enum conn_state state)
{
    const uint64_t seconds[CONN_STATE_COUNT] = {
        [CONN_STATE_HANDSHAKE] = config->handshake_timeout_s,
        [CONN_STATE_REQUEST] = config->request_timeout_s,
        [CONN_STATE_LATE] = config->handshake_timeout_s,
        [CONN_STATE_JUDGE] = RETRIEVAL_DEADLINE_MS / 1000,
        [CONN_STATE_WORK] = config->request_timeout_s,
        [CONN_STATE_RESPOND] = config->request_timeout_s,
        [CONN_STATE_STREAM] = ROLE_STREAM_TICK_MS / 1000,
        [CONN_STATE_IDLE] = config->idle_timeout_s,
    };
    return state < CONN_STATE_SHUTDOWN ? seconds[state] * 1000 : CONNECTION_SHUTDOWN_MS;
}

static void on_uv_deadline(uv_timer_t *timer)
{
    struct connection *conn = timer->data;
    states[conn->state].on_deadline(conn);
}

void connection_enter(struct connection *conn, enum conn_state state)
{
    assert((states[conn->state].next & (1u << state)) != 0);
    conn->host->n_in_state[conn->state]--;
    conn->host->n_in_state[state]++;
    conn->host->n_answers -= conn->n_answer;
    conn->n_answer = 0;
    conn->state = state;
    conn->since_us = clock_monotonic_us();
    if (state != CONN_STATE_JUDGE) {
        retrieval_cancel(&conn->wait);
        connection_compute_end(conn);
    }
    if (state == CONN_STATE_CLOSING) {
        (void)uv_timer_stop(&conn->deadline);
    } else {
        uint64_t ms = state == CONN_STATE_DELAY
                          ? conn->delay_ms
                          : deadline_ms(conn->host->config, state);
        (void)uv_timer_start(&conn->deadline, on_uv_deadline, ms, 0);
    }
}

/* ---- ending */

void connection_close(struct connection *conn)
{
    if (conn->state < CONN_STATE_SHUTDOWN) {
        connection_enter(conn, CONN_STATE_SHUTDOWN);
        stream_close(&conn->stream);
    }
}

void connection_abort(struct connection *conn)
{
    if (conn->state < CONN_STATE_CLOSING) {
        connection_enter(conn, CONN_STATE_CLOSING);
        stream_abort(&conn->stream);
    }
}

static void give_up(struct connection *conn)
{
    if (conn->state == CONN_STATE_HANDSHAKE && !conn->site->plain) {
        connection_log_failure(conn, STREAM_END_NONE);
    }
    connection_abort(conn);
}

/* close() with a linger of 0 is how a reset is sent on purpose. */
void connection_reset(struct connection *conn)
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
    buf_finish(&conn->delayed);
    event_text_finish(&conn->said);
    role_stream_finish(&conn->flow);
    connection_list_remove(conn->host, conn);
    free(conn);
}

static void on_stream_closed(void *user, enum stream_end reason)
{
    struct connection *conn = user;
    (void)reason;
    if (conn->state < CONN_STATE_CLOSING) {
        connection_enter(conn, CONN_STATE_CLOSING);
    }
    uv_close((uv_handle_t *)&conn->deadline, on_uv_deadline_closed);
}

static void give_up_idle(struct connection *conn)
{
    connection_log_httperr(conn, 0, "Timer_ConnectionIdle");
    connection_close(conn);
}

static void answer_timeout(struct connection *conn)
{
    if (request_parser_is_idle(conn->parser) && conn->input.len == 0) {
        give_up_idle(conn);
    } else {
        connection_answer_timeout(conn);
    }
}

static void on_stream_drained(void *user)
{
    struct connection *conn = user;
    if (conn->state == CONN_STATE_STREAM) {
        connection_pump(conn, false);
    }
    if (conn->state != CONN_STATE_RESPOND) {
        return; /* an interim answer, or the end */
    }
    if (!conn->keep_alive || conn->host->stopping) {
        connection_close(conn);
        return;
    }
    request_parser_next(conn->parser);
    connection_enter(conn, CONN_STATE_IDLE);
    stream_resume(&conn->stream);
    connection_work(conn);
}

/* ---- requests */

void connection_send_continue(struct connection *conn)
{
    struct buf interim = BUF_EMPTY;
    if (response_write_continue(&interim)) {
        /* Where it cannot be written now, the peer sends its body anyway, later. */
        (void)stream_write(&conn->stream, buf_slice(&interim));
    }
    buf_finish(&interim);
}

/* One step of the parser. False: wait for more input, or until the answer is sent. */
static bool work_once(struct connection *conn)
{
    size_t consumed = 0;
    uint8_t asked[ANSWER_MEMO_REQUEST_MAX];
    bool is_new = request_parser_is_idle(conn->parser);
    enum request_result result =
        request_parser_feed(conn->parser, buf_slice(&conn->input), &consumed);

    if (is_new && result == REQUEST_COMPLETE && consumed <= sizeof asked) {
        memcpy(asked, conn->input.data, consumed);
        conn->asked = (struct slice){ asked, consumed };
    }
    buf_consume(&conn->input, consumed);
    switch (result) {
    case REQUEST_HEAD:
        if (connection_late_at_head(conn)) {
            return false;
        }
        if (request_parser_request(conn->parser)->expects_continue) {
            connection_send_continue(conn);
        }
        return true;
    case REQUEST_COMPLETE:
        if (conn->is_plain_on_tls) {
            connection_answer_unread(
                conn, RESPONSE_BAD_REQUEST,
                "This port speaks HTTPS, and plain HTTP was sent to it. "
                "Use an address that begins with https.");
        } else {
            connection_answer(conn);
        }
        break;
    case REQUEST_BAD:
        connection_answer_bad(conn);
        break;
    case REQUEST_MORE:
    default:
        connection_late_at_body(conn);
        break;
    }
    conn->asked = SLICE_EMPTY;
    return false;
}

void connection_work(struct connection *conn)
{
    if (conn->input.len == 0) {
        return;
    }
    if (conn->state == CONN_STATE_IDLE) {
        connection_enter(conn, CONN_STATE_REQUEST);
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
    connection_work(conn);
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
        conn->host->config->friendly && hello.kind == CLIENT_HELLO_HTTP;
    return !conn->is_plain_on_tls;
}

static void on_stream_ready(void *user)
{
    struct connection *conn = user;
    conn->request_us = clock_monotonic_us();
    if (conn->session != NULL && !conn->is_plain_on_tls) {
        site_view_init(&conn->view, conn->site, conn->host->cases,
                       tls_session_get_info(conn->session)->server_name);
    }
    if (conn->enforced.end == ENFORCE_DROP) {
        connection_log_failure(conn, STREAM_END_ABORTED);
        connection_abort(conn);
        return;
    }
    connection_enter(conn, CONN_STATE_REQUEST);
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

    if (conn->state == CONN_STATE_HANDSHAKE || conn->state == CONN_STATE_LATE ||
        reason == STREAM_END_HANDSHAKE) {
        connection_log_failure(conn, reason);
    }
    if (conn->enforced.end == ENFORCE_RESET || conn->state == CONN_STATE_LATE) {
        connection_reset(conn);
        return;
    }
    if (orderly &&
        (conn->state == CONN_STATE_RESPOND || conn->state == CONN_STATE_JUDGE ||
         conn->state == CONN_STATE_WORK)) {
        conn->keep_alive = false; /* the answer may still reach a half-closed peer */
        return;
    }
    connection_close(conn);
}

static const struct stream_callbacks callbacks = {
    .on_first_bytes = on_stream_first_bytes,
    .on_ready = on_stream_ready,
    .on_asked = connection_late_done,
    .on_data = on_stream_data,
    .on_drained = on_stream_drained,
    .on_end = on_stream_end,
    .on_closed = on_stream_closed,
};

/* ---- beginning */

static bool create_session(struct connection *conn, size_t site)
{
    struct err err = ERR_INIT;
    struct connection_material *material = conn->host->material;
    struct tls_server_config *config = material->configs[site];

    if (config == NULL) {
        return true;
    }
    tls_resumption_set_time(conn->host->resumption, clock_now_s());
    if (tls_session_create_server(config, &conn->session, &err) != 0) {
        connection_log_trouble(conn, "accept", &err);
        return false;
    }
    conn->material = material;
    if (conn->site->roles == 0) {
        tls_session_set_gate(conn->session, connection_gate, conn);
    }
    return true;
}

/* 0 = the parser's own limit. */
static size_t body_max(const struct config_listen *site)
{
    if (site->roles == 0) {
        return 0;
    }
    return (site->roles & CONFIG_ROLE_DESK) != 0 ? ROLE_DESK_BODY_MAX : ROLE_BODY_MAX;
}

bool connection_open(struct connection_host *host, size_t site, int fd)
{
    struct connection *conn = mem_alloc(1, sizeof *conn);
    if (conn == NULL) {
        close(fd);
        return false;
    }
    conn->host = host;
    conn->site = &host->config->listen[site];
    site_view_init(&conn->view, conn->site, host->cases, NULL);
    conn->input = (struct buf)BUF_LIMITED(CONNECTION_INPUT_MAX);
    connection_compute_begin(conn);
    conn->parser = request_parser_create(body_max(conn->site));
    if (conn->parser == NULL || !create_session(conn, site)) {
        request_parser_destroy(conn->parser);
        free(conn);
        close(fd);
        return false;
    }
    if (conn->session == NULL) {
        request_parser_set_plain(conn->parser);
    }
    /* Only roles look into a body. */
    request_parser_body(conn->parser)->is_skipped = conn->site->roles == 0;
    request_parser_body(conn->parser)->room = &host->bodies;
    (void)uv_timer_init(host->loop, &conn->deadline);
    conn->deadline.data = conn;
    connection_list_add(host, conn);
    stream_accept(&conn->stream, host->loop, fd, conn->session, &callbacks, conn);
    conn->since_us = clock_monotonic_us();
    (void)uv_timer_start(&conn->deadline, on_uv_deadline,
                         deadline_ms(host->config, CONN_STATE_HANDSHAKE), 0);
    return true;
}

bool connection_is_waiting(const struct connection *conn, int64_t now_us,
                           int64_t patience_us)
{
    /* A wait for our own thread, also at the gate of the handshake, does not count. */
    return conn->work == NULL && conn->state != CONN_STATE_JUDGE &&
           conn->state != CONN_STATE_RESPOND && conn->state != CONN_STATE_CLOSING &&
           now_us - conn->since_us >=
               (conn->state == CONN_STATE_HANDSHAKE ? patience_us : WAITING_MIN_US);
}

bool connection_is_judging(const struct connection *conn, int64_t now_us)
{
    return conn->state == CONN_STATE_JUDGE && now_us - conn->since_us >= WAITING_MIN_US;
}

void connection_hurry(struct connection *conn)
{
    conn->hurried = true;
    connection_judge_as_it_stands(conn);
}
