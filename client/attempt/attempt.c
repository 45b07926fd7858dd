/* SPDX-License-Identifier: MIT */
#include "attempt/attempt.h"

#include "attempt/attempt_facts.h"
#include "base/clock.h"
#include "net/address.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void on_connect_deadline(struct attempt *attempt);
static void give_up(struct attempt *attempt);
static void cut_short(struct attempt *attempt);

/* phase        what a result says that ends in this state
 * deadline_ms  0 = none
 * next         the states that may follow, as bits; CLOSING may always */
/* clang-format off */
static const struct state_info {
    enum attempt_phase phase;
    uint32_t deadline_ms;
    void (*on_deadline)(struct attempt *attempt);
    unsigned next;
} states[ATTEMPT_STATE_COUNT] = {
    [ATTEMPT_STATE_CONNECT]   = { ATTEMPT_PHASE_CONNECT,    5000, on_connect_deadline, 1u << ATTEMPT_STATE_CONNECT | 1u << ATTEMPT_STATE_HANDSHAKE },
    [ATTEMPT_STATE_HANDSHAKE] = { ATTEMPT_PHASE_HANDSHAKE, 15000, give_up,             1u << ATTEMPT_STATE_SEND | 1u << ATTEMPT_STATE_SHUTDOWN },
    [ATTEMPT_STATE_SEND]      = { ATTEMPT_PHASE_SEND,      15000, give_up,             1u << ATTEMPT_STATE_RECEIVE | 1u << ATTEMPT_STATE_IDLE | 1u << ATTEMPT_STATE_SHUTDOWN },
    [ATTEMPT_STATE_RECEIVE]   = { ATTEMPT_PHASE_RECEIVE,   60000, give_up,             1u << ATTEMPT_STATE_IDLE | 1u << ATTEMPT_STATE_SHUTDOWN },
    [ATTEMPT_STATE_IDLE]      = { ATTEMPT_PHASE_RECEIVE,       0, NULL,                1u << ATTEMPT_STATE_SEND | 1u << ATTEMPT_STATE_SHUTDOWN },
    [ATTEMPT_STATE_SHUTDOWN]  = { ATTEMPT_PHASE_RECEIVE,     300, cut_short,           0 },
    [ATTEMPT_STATE_CLOSING]   = { ATTEMPT_PHASE_RECEIVE,       0, NULL,                0 },
};
/* clang-format on */

static int64_t elapsed_us(const struct attempt *attempt)
{
    return clock_monotonic_us() - attempt->started_us;
}

static void on_uv_timer(uv_timer_t *timer)
{
    struct attempt *attempt = timer->data;
    states[attempt->state].on_deadline(attempt);
}

static void arm(struct attempt *attempt)
{
    uint64_t deadline_ms = states[attempt->state].deadline_ms;
    uint64_t max_ms = attempt->options.max_time_ms;
    uint64_t spent_ms = (uint64_t)(elapsed_us(attempt) / 1000);
    if (max_ms > 0 && attempt->state < ATTEMPT_STATE_SHUTDOWN) {
        uint64_t left_ms = max_ms > spent_ms ? max_ms - spent_ms : 0;
        deadline_ms = left_ms < deadline_ms ? left_ms : deadline_ms;
    }
    uv_timer_start(&attempt->timer, on_uv_timer, deadline_ms, 0);
}

/* The only writer of attempt->state. */
static void enter(struct attempt *attempt, enum attempt_state state)
{
    assert(state == ATTEMPT_STATE_CLOSING ||
           (states[attempt->state].next >> state & 1) != 0);
    attempt->state = state;
    if (states[state].on_deadline == NULL) {
        uv_timer_stop(&attempt->timer);
    } else {
        arm(attempt);
    }
}

/* Decides the result, once: what comes later only follows from it. */
static void end(struct attempt *attempt, enum attempt_end how, const char *detail)
{
    struct attempt_result *result = attempt->result;
    if (attempt->has_ended) {
        return;
    }
    attempt->has_ended = true;
    result->end = how;
    result->phase = states[attempt->state].phase;
    result->times.total_us = elapsed_us(attempt);
    snprintf(result->detail, sizeof(result->detail), "%s",
             detail == NULL ? "" : detail);
}

static void give_up(struct attempt *attempt)
{
    end(attempt, ATTEMPT_END_TIMEOUT, NULL);
    stream_abort(&attempt->stream);
}

static void cut_short(struct attempt *attempt)
{
    stream_abort(&attempt->stream);
}

/* The next address may be reachable: on_closed continues with it. */
static void on_connect_deadline(struct attempt *attempt)
{
    uint64_t max_ms = attempt->options.max_time_ms;
    if (attempt->next_address >= attempt->options.n_addresses ||
        (max_ms > 0 && (uint64_t)(elapsed_us(attempt) / 1000) >= max_ms)) {
        end(attempt, ATTEMPT_END_TIMEOUT, NULL);
    }
    stream_abort(&attempt->stream);
}

/* ---- the end */

static void on_uv_timer_close(uv_handle_t *handle)
{
    struct attempt *attempt = handle->data;
    reply_parser_destroy(attempt->parser);
    tls_session_destroy(attempt->session);
    attempt->on_done(attempt->user);
}

static void finish(struct attempt *attempt)
{
    enter(attempt, ATTEMPT_STATE_CLOSING);
    if (attempt->session != NULL && attempt->result != NULL) {
        attempt_facts_take_session(attempt->result, attempt->session,
                                   attempt->options.has_certificate);
    }
    uv_close((uv_handle_t *)&attempt->timer, on_uv_timer_close);
}

/* The result is complete; do not wait for a peer that does not close. */
static void shut_down(struct attempt *attempt)
{
    if (attempt->state < ATTEMPT_STATE_SHUTDOWN) {
        enter(attempt, ATTEMPT_STATE_SHUTDOWN);
    }
    stream_close(&attempt->stream);
}

/* ---- the answer */

/* The answer is complete and lets the connection be used again. */
static bool stays_open(const struct attempt *attempt, enum reply_result result,
                       size_t n_behind)
{
    return attempt->options.on_answer != NULL && result == REPLY_COMPLETE &&
           n_behind == 0 && reply_parser_reply(attempt->parser)->keep_alive;
}

static void rest(struct attempt *attempt)
{
    end(attempt, ATTEMPT_END_ANSWER, NULL);
    if (attempt->session != NULL && !attempt->is_asked_again) {
        attempt_facts_take_session(attempt->result, attempt->session,
                                   attempt->options.has_certificate);
    }
    enter(attempt, ATTEMPT_STATE_IDLE);
    attempt->result = NULL;
    attempt->options.on_answer(attempt->user);
}

/* `n_behind` bytes came that are not of the answer. */
static void take_reply(struct attempt *attempt, enum reply_result result,
                       size_t n_behind)
{
    const struct reply *reply = reply_parser_reply(attempt->parser);
    bool is_cut = result == REPLY_TOO_LARGE && reply->status != 0;
    enum attempt_end how = ATTEMPT_END_ANSWER;
    const char *detail = NULL;
    if (result == REPLY_MORE) {
        return;
    }
    if (result == REPLY_BAD) {
        how = !reply_parser_has_begun(attempt->parser) ? ATTEMPT_END_CLOSED
              : reply->status != 0                     ? ATTEMPT_END_CUT_OFF
                                                       : ATTEMPT_END_NOT_HTTP;
    } else if (result == REPLY_TOO_LARGE &&
               !(is_cut && attempt->options.may_cut_body)) {
        how = ATTEMPT_END_TOO_LARGE;
    }
    if (how != ATTEMPT_END_ANSWER && how != ATTEMPT_END_CLOSED) {
        detail = reply_parser_reason(attempt->parser);
    }
    if (!attempt_facts_take_reply(attempt->result, reply)) {
        how = ATTEMPT_END_BROKEN;
        detail = "out of memory";
    }
    if (how == ATTEMPT_END_ANSWER && stays_open(attempt, result, n_behind)) {
        rest(attempt);
        return;
    }
    end(attempt, how, detail);
    shut_down(attempt);
}

/* ---- what the stream tells */

static void on_connected(void *user)
{
    struct attempt *attempt = user;
    attempt->result->times.connected_us = elapsed_us(attempt);
    address_format(&attempt->stream.peer, attempt->result->address);
    enter(attempt, ATTEMPT_STATE_HANDSHAKE);
}

static void send_request(struct attempt *attempt)
{
    enter(attempt, ATTEMPT_STATE_SEND);
    if (!stream_write(&attempt->stream, attempt->options.request)) {
        end(attempt, ATTEMPT_END_BROKEN, "out of memory");
        stream_abort(&attempt->stream);
    }
}

static void on_ready(void *user)
{
    struct attempt *attempt = user;
    attempt->result->times.ready_us = elapsed_us(attempt);
    send_request(attempt);
}

static void on_drained(void *user)
{
    struct attempt *attempt = user;
    if (attempt->state == ATTEMPT_STATE_SEND) {
        enter(attempt, ATTEMPT_STATE_RECEIVE);
    }
}

static void on_data(void *user, struct slice plain)
{
    struct attempt *attempt = user;
    size_t consumed;
    if (attempt->state == ATTEMPT_STATE_IDLE) {
        shut_down(attempt); /* nobody asked */
        return;
    }
    if (attempt->result->times.first_byte_us == 0) {
        attempt->result->times.first_byte_us = elapsed_us(attempt);
    }
    if (!attempt->has_ended) {
        enum reply_result result = reply_parser_feed(attempt->parser, plain, &consumed);
        take_reply(attempt, result, plain.len - consumed);
    }
}

static void on_end(void *user, enum stream_end reason)
{
    struct attempt *attempt = user;
    bool is_open =
        attempt->state == ATTEMPT_STATE_SEND || attempt->state == ATTEMPT_STATE_RECEIVE;
    if (attempt->state == ATTEMPT_STATE_IDLE) {
        shut_down(attempt);
        return;
    }
    if (reason == STREAM_END_HANDSHAKE) {
        attempt_facts_take_session(attempt->result, attempt->session,
                                   attempt->options.has_certificate);
        const struct tls_failure *failure = tls_session_get_failure(attempt->session);
        end(attempt, attempt_facts_find_end(attempt->result, failure), failure->text);
    } else if (is_open && !attempt->has_ended) {
        take_reply(attempt, reply_parser_eof(attempt->parser), 0);
    } else {
        end(attempt, ATTEMPT_END_CLOSED, NULL);
    }
    shut_down(attempt);
}

static void connect_next(struct attempt *attempt);

static const struct closed_info {
    enum stream_end reason;
    enum attempt_end how;
} closings[] = {
    { STREAM_END_CONNECT, ATTEMPT_END_UNREACHABLE },
    { STREAM_END_RESET, ATTEMPT_END_RESET },
    { STREAM_END_TRUNCATED, ATTEMPT_END_CLOSED },
    { STREAM_END_PEER_CLOSED, ATTEMPT_END_CLOSED },
};

static void on_closed(void *user, enum stream_end reason)
{
    struct attempt *attempt = user;
    enum attempt_end how = ATTEMPT_END_BROKEN;
    if (!attempt->has_ended && attempt->state == ATTEMPT_STATE_CONNECT &&
        attempt->next_address < attempt->options.n_addresses) {
        connect_next(attempt);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(closings); i++) {
        how = closings[i].reason == reason ? closings[i].how : how;
    }
    end(attempt, how, stream_end_text(&attempt->stream));
    finish(attempt);
}

static const struct stream_callbacks callbacks = {
    .on_connected = on_connected,
    .on_ready = on_ready,
    .on_data = on_data,
    .on_drained = on_drained,
    .on_end = on_end,
    .on_closed = on_closed,
};

/* ---- the start */

static void connect_next(struct attempt *attempt)
{
    const struct sockaddr_storage *address;
    struct err err = ERR_INIT;
    /* A session is used for one connection, even if that one fails. */
    tls_session_destroy(attempt->session);
    attempt->session = NULL;
    if (attempt->options.config != NULL &&
        tls_session_create_client(attempt->options.config, attempt->options.resume,
                                  &attempt->session, &err) != 0) {
        end(attempt, ATTEMPT_END_BROKEN, err.text);
        finish(attempt);
        return;
    }
    enter(attempt, ATTEMPT_STATE_CONNECT);
    address = &attempt->options.addresses[attempt->next_address++];
    stream_connect(&attempt->stream, attempt->loop, (const struct sockaddr *)address,
                   attempt->session, &callbacks, attempt);
}

void attempt_start(struct attempt *attempt, uv_loop_t *loop,
                   const struct attempt_options *options, struct attempt_result *result,
                   attempt_on_done_fn on_done, void *user)
{
    memset(attempt, 0, sizeof(*attempt));
    attempt->options = *options;
    attempt->result = result;
    attempt->on_done = on_done;
    attempt->user = user;
    attempt->loop = loop;
    attempt->started_us = clock_monotonic_us();
    attempt_result_init(result);
    result->is_tls = options->config != NULL;
    uv_timer_init(loop, &attempt->timer);
    attempt->timer.data = attempt;
    attempt->parser = reply_parser_create(options->to_head, options->body_max);
    if (attempt->parser == NULL || options->n_addresses == 0) {
        end(attempt, ATTEMPT_END_BROKEN,
            attempt->parser == NULL ? "out of memory" : "no address to connect to");
        finish(attempt);
        return;
    }
    connect_next(attempt);
}

/* ---- further requests */

void attempt_ask(struct attempt *attempt, struct attempt_result *result)
{
    assert(attempt->state == ATTEMPT_STATE_IDLE);
    attempt->result = result;
    attempt->has_ended = false;
    attempt->is_asked_again = true;
    attempt->started_us = clock_monotonic_us();
    attempt_result_init(result);
    result->is_tls = result->handshake_done = attempt->session != NULL;
    reply_parser_destroy(attempt->parser);
    attempt->parser =
        reply_parser_create(attempt->options.to_head, attempt->options.body_max);
    if (attempt->parser == NULL) {
        end(attempt, ATTEMPT_END_BROKEN, "out of memory");
        stream_abort(&attempt->stream);
        return;
    }
    send_request(attempt);
}

void attempt_close(struct attempt *attempt)
{
    assert(attempt->state == ATTEMPT_STATE_IDLE);
    shut_down(attempt);
}

void attempt_cancel(struct attempt *attempt)
{
    if (attempt->state == ATTEMPT_STATE_CLOSING) {
        return;
    }
    end(attempt, ATTEMPT_END_BROKEN, "given up");
    stream_abort(&attempt->stream);
}
