/* SPDX-License-Identifier: MIT
 *
 * Answers on a site with roles: at once, later, never, or as a stream.
 */
#include "connection/connection_internal.h"

#include "base/clock.h"
#include "base/mem.h"
#include "http/request_parser.h"

#include <stdlib.h>

/* Each of these holds a place for long. */
static bool is_too_many(const struct connection *conn, const struct role_answer *answer)
{
    const size_t *n = conn->host->n_in_state;
    return (answer->delay_ms > 0 && n[CONN_STATE_DELAY] >= ROLE_DELAYED_MAX) ||
           (answer->stream.pull != NULL && n[CONN_STATE_STREAM] >= ROLE_STREAMS_MAX);
}

static void refuse(struct role_answer *answer)
{
    answer->delay_ms = 0;
    role_work_finish(&answer->work);
    role_stream_finish(&answer->stream);
    role_text(answer, RESPONSE_UNAVAILABLE, "Too many wait here already.");
}

static void deliver(struct connection *conn, struct role_answer *answer,
                    struct slice message)
{
    if (answer->drop) {
        connection_close(conn);
    } else if (answer->delay_ms > 0) {
        conn->keep_alive = answer->response.keep_alive;
        conn->delay_ms = answer->delay_ms;
        buf_clear(&conn->delayed);
        if (buf_append_slice(&conn->delayed, message)) {
            connection_enter(conn, CONN_STATE_DELAY);
        } else {
            connection_abort(conn);
        }
    } else if (answer->stream.pull != NULL) {
        conn->flow = answer->stream;
        answer->stream = (struct role_stream){ .pull = NULL };
        connection_enter(conn, CONN_STATE_STREAM);
        if (!stream_write(&conn->stream, message)) {
            connection_abort(conn);
        }
    } else {
        connection_send(conn, message, answer->response.keep_alive);
    }
}

/* The input of the role's answer; borrows what is given. */
struct question {
    struct chain_context context;
    struct exchange_input exchange;
    struct role_input input;
};

static void ask(struct connection *conn, struct question *question)
{
    question->context = connection_host_context(conn->host, conn->site);
    question->exchange = connection_input(conn, &question->context,
                                          request_parser_request(conn->parser));
    question->input = (struct role_input){ &question->exchange, conn->host->services };
}

static void work_for(struct connection *conn, struct role_answer *answer);

/* Finishes the answer. */
static void conclude(struct connection *conn, const struct question *question,
                     struct role_answer *answer)
{
    struct buf message = BUF_EMPTY;
    if (answer->work.run != NULL) {
        work_for(conn, answer);
    }
    if (conn->work == NULL) {
        if (is_too_many(conn, answer)) {
            refuse(answer);
        }
        answer->response.endless = answer->stream.pull != NULL;
        connection_log_role(conn, question->exchange.request, answer);
        if (response_write(&answer->response, question->context.now,
                           buf_slice(&answer->body), &message)) {
            deliver(conn, answer, buf_slice(&message));
        } else {
            connection_abort(conn);
        }
    }
    role_answer_finish(answer);
    buf_finish(&message);
}

void connection_answer_role(struct connection *conn)
{
    struct question question;
    struct role_answer answer;
    struct err err = ERR_INIT;

    ask(conn, &question);
    if (role_answer(&question.input, &answer, &err) != 0) {
        connection_log_trouble(conn, "answer", &err);
    }
    conclude(conn, &question, &answer);
}

bool connection_refuse_body(struct connection *conn)
{
    struct question question;
    struct role_answer answer;
    struct err err = ERR_INIT;

    if (conn->view.listen.roles == 0) {
        return false;
    }
    ask(conn, &question);
    if (role_answer_too_large(&question.input, &answer, &err) != 0) {
        connection_log_trouble(conn, "answer", &err);
    }
    conclude(conn, &question, &answer);
    return true;
}

/* ---- work in a thread */

static void run(void *job)
{
    struct role_work *work = job;
    work->run(work->job);
}

static void destroy(void *job)
{
    role_work_finish(job);
    free(job);
}

static void on_done(void *user, void *job)
{
    struct connection *conn = user;
    struct question question;
    struct role_answer answer;
    struct err err = ERR_INIT;

    conn->work = NULL;
    ask(conn, &question);
    if (role_answer_done(&question.input, job, &answer, &err) != 0) {
        connection_log_trouble(conn, "answer", &err);
    }
    destroy(job);
    conclude(conn, &question, &answer);
}

/* Without room for it, conn->work stays NULL, and the answer becomes a refusal. */
static void work_for(struct connection *conn, struct role_answer *answer)
{
    bool is_first = conn->state != CONN_STATE_WORK;
    struct role_work *job = mem_alloc(1, sizeof *job);
    const struct work_order order = { run, on_done, destroy, job, conn };
    if (job == NULL ||
        (is_first && conn->host->n_in_state[CONN_STATE_WORK] >= ROLE_WORK_MAX)) {
        free(job);
        refuse(answer);
        return;
    }
    connection_enter(conn, CONN_STATE_WORK);
    stream_pause(&conn->stream);
    *job = answer->work;
    conn->work = work_start(conn->host->work, &order, NULL);
    if (conn->work == NULL) {
        free(job);
        refuse(answer);
    } else {
        answer->work = (struct role_work){ .run = NULL }; /* the thread's now */
    }
}

void connection_send_delayed(struct connection *conn)
{
    connection_send(conn, buf_slice(&conn->delayed), conn->keep_alive);
    buf_finish(&conn->delayed);
}

/* ---- streams */

/* Nothing is pulled for a peer that is slow to read; the source itself tells it what it
 * has missed. */
void connection_pump(struct connection *conn, bool is_tick)
{
    struct buf out = BUF_EMPTY;
    if (conn->state != CONN_STATE_STREAM || stream_backlog(&conn->stream) > 0) {
        return;
    }
    bool goes_on =
        conn->flow.pull(conn->flow.user, &conn->flow.cursor, is_tick, &out) &&
        buf_ok(&out);
    if (out.len > 0 && buf_ok(&out)) {
        goes_on = stream_write(&conn->stream, buf_slice(&out)) && goes_on;
    }
    conn->n_stalled = 0;
    buf_finish(&out);
    if (!goes_on) {
        connection_close(conn);
    }
}

void connection_tick(struct connection *conn)
{
    if (stream_backlog(&conn->stream) > 0 &&
        ++conn->n_stalled >= ROLE_STREAM_STALLED_TICKS) {
        connection_abort(conn);
        return;
    }
    connection_enter(conn, CONN_STATE_STREAM);
    connection_pump(conn, true);
}
