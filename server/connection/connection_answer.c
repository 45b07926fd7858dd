/* SPDX-License-Identifier: MIT
 *
 * Answers on the site that plays IIS: judges, if necessary after fetching.
 */
#include "connection/connection_internal.h"

#include "base/clock.h"
#include "config/config_path.h"
#include "http/request_parser.h"
#include "site/exchange.h"
#include "site/site_iis.h"
#include "tls/tls_session.h"

#include <string.h>

/* The files of --iis speak of the request. NULL = they do not. */
static const struct iis_settings *look_up(const struct connection *conn,
                                          const struct request *request,
                                          size_t *ret_base_len)
{
    const struct connection_material *material = conn->host->material;
    size_t index = (size_t)(conn->site - conn->host->config->listen);
    return material->iis == NULL || material->iis_sites[index] == NULL
               ? NULL
               : iis_config_lookup(material->iis, material->iis_sites[index],
                                   request->path, ret_base_len);
}

/* The length of the part of the path that --path or a file of --iis names. --path is
 * the nearer one. */
static size_t choose_by_path(struct connection *conn, const struct request *request,
                             const struct iis_settings **ret_iis)
{
    const struct config_path *path = NULL;
    size_t base_len = 0;
    conn->has_path = false;
    if (request == NULL || conn->view.is_named || conn->view.listen.roles != 0) {
        return 0;
    }
    *ret_iis = look_up(conn, request, &base_len);
    path = config_path_find(conn->host->config, (uint16_t)conn->stream.local.port,
                            request->path);
    conn->has_path = path != NULL || *ret_iis != NULL;
    if (conn->has_path) {
        conn->by_path = conn->view.listen;
    }
    if (*ret_iis != NULL) {
        site_iis_apply(*ret_iis, &conn->by_path);
    }
    if (path != NULL) {
        config_path_apply(path, &conn->by_path);
        base_len = strlen(path->prefix);
    }
    return base_len;
}

struct exchange_input connection_input(struct connection *conn,
                                       const struct chain_context *context,
                                       const struct request *request)
{
    const struct iis_settings *iis = NULL;
    size_t base_len = choose_by_path(conn, request, &iis);
    struct exchange_input input = {
        .config = conn->host->config,
        .site = conn->has_path ? &conn->by_path : &conn->view.listen,
        .host = &conn->view.host,
        .context = context,
        .local = &conn->stream.local,
        .peer = &conn->stream.peer,
        .tls = conn->session != NULL && !conn->is_plain_on_tls
                   ? tls_session_get_info(conn->session)
                   : NULL,
        .request = request,
        .memo = conn->host->described,
        .base_len = base_len,
        .iis = iis,
        .mapping = conn->host->material->mapping,
        .places = &conn->host->services->places,
    };
    const struct offers *offers = &conn->host->services->offers;
    input.offers = offers->n_rows > 0 ? offers : NULL;
    return input;
}

void connection_send(struct connection *conn, struct slice answer, bool keep_alive)
{
    conn->keep_alive = keep_alive && !conn->hurried && !conn->host->stopping &&
                       !conn->stream.peer_ended;
    connection_enter(conn, CONN_STATE_RESPOND);
    conn->n_answer = answer.len;
    conn->host->n_answers += answer.len;
    if (!(conn->keep_alive ? stream_write : stream_write_last)(&conn->stream, answer)) {
        connection_abort(conn);
    } else if (stream_backlog(&conn->stream) > 0) {
        stream_pause(&conn->stream);
    }
    connection_bound_answers(conn->host);
}

/* Which certificates a browser would have listed, for the page that says why none came.
 */
static void judge_offers(struct connection *conn, struct exchange_input *input)
{
    struct role_services *services = conn->host->services;
    struct err err = ERR_INIT;
    if (services->world == NULL || !exchange_wants_offers(input)) {
        return;
    }
    if (offers_make(&services->offers, services->world, input->context, &err) != 0) {
        connection_log_trouble(conn, "offers", &err);
    }
    input->offers = services->offers.n_rows > 0 ? &services->offers : NULL;
}

static void wait(struct connection *conn)
{
    if (conn->state != CONN_STATE_JUDGE) {
        connection_enter(conn, CONN_STATE_JUDGE);
        stream_pause(&conn->stream);
    }
}

/* The same answer as before, if it is still valid. */
static bool answer_again(struct connection *conn)
{
    const struct answer_moment moment = connection_host_moment(conn->host);
    struct answer_memo_entry entry;
    if (conn->asked.len == 0 || !answer_memo_find(conn->host->memo, conn->number,
                                                  conn->asked, &moment, &entry)) {
        return false;
    }
    connection_log_answer(conn, request_parser_request(conn->parser), entry.exchange);
    connection_send(conn, entry.answer, entry.exchange->keep_alive);
    return true;
}

/* Only what is judged to its end, by nothing but the connection and the moment: without
 * a certificate, pages also show what browsers would offer, and the origin of one that
 * was minted may be gone. */
static void remember(struct connection *conn, const struct exchange_input *input,
                     struct slice answer, const struct exchange_result *exchange)
{
    const struct answer_moment moment = connection_host_moment(conn->host);
    if (conn->asked.len > 0 && input->tls != NULL &&
        exchange_n_presented(input->tls) > 0 && input->host->minted == NULL &&
        moment.now == input->context->now && !exchange->quiet && !exchange->reset &&
        !signature_batch_is_pending(&conn->batch)) {
        answer_memo_put(conn->host->memo, conn->number, conn->asked, &moment, answer,
                        exchange);
    }
}

/* With what is known, in the input's context. */
static void respond(struct connection *conn, struct exchange_input *input,
                    bool may_wait)
{
    const struct request *request = input->request;
    struct buf answer = BUF_EMPTY;
    struct exchange_result exchange;
    struct err err = ERR_INIT;

    judge_offers(conn, input);
    if (exchange_answer(input, &answer, &exchange, &err) != 0) {
        connection_log_trouble(conn, "answer", &err);
        connection_abort(conn);
    } else if (may_wait && connection_compute(conn)) {
        wait(conn); /* this answer was made with what was known until then */
    } else {
        if (may_wait) {
            remember(conn, input, buf_slice(&answer), &exchange);
        }
        connection_log_answer(conn, request, &exchange);
        if (exchange.reset) {
            connection_reset(conn);
        } else {
            connection_send(conn, buf_slice(&answer), exchange.keep_alive);
        }
    }
    buf_finish(&answer);
}

/* What the judgement lacks is fetched or computed first, while other connections are
 * served.
 */
void connection_judge(void *user)
{
    struct connection *conn = user;
    struct chain_context context = connection_host_context(conn->host, conn->site);
    context.batch = &conn->batch;
    const struct request *request = request_parser_request(conn->parser);
    struct exchange_input input = connection_input(conn, &context, request);

    if (input.tls == NULL || !exchange_needs_evidence(&input) ||
        !retrieval_wait(conn->host->retrieval, &conn->wait, input.tls->chain,
                        exchange_n_presented(input.tls), &context, &input.chain)) {
        respond(conn, &input, true);
    } else {
        wait(conn);
    }
}

void connection_judge_as_it_stands(struct connection *conn)
{
    struct chain_context context = connection_host_context(conn->host, conn->site);
    struct signature_batch batch;
    signature_batch_init(&batch, SIGNATURE_BATCH_ALLOWANCE);
    context.batch = &batch;
    struct exchange_input input =
        connection_input(conn, &context, request_parser_request(conn->parser));
    retrieval_cancel(&conn->wait);
    connection_compute_end(conn);
    respond(conn, &input, false);
    signature_batch_finish(&batch);
}

void connection_begin_judging(struct connection *conn)
{
    retrieval_wait_init(&conn->wait, connection_judge, conn);
    conn->wait.peer = address_owner(&conn->stream.peer);
    connection_compute_begin(conn);
    connection_judge(conn);
}

void connection_answer(struct connection *conn)
{
    const struct request *request = request_parser_request(conn->parser);
    if (conn->view.listen.roles == 0) {
        if (!answer_again(conn) && !connection_late_at_end(conn)) {
            connection_begin_judging(conn);
        }
    } else if (conn->session != NULL &&
               site_host_is_misdirected(
                   tls_session_get_info(conn->session)->server_name,
                   request->host_name)) {
        connection_answer_unread(conn, RESPONSE_MISDIRECTED_REQUEST,
                                 EXCHANGE_MISDIRECTED_REASON);
    } else {
        connection_answer_role(conn);
    }
}

/* http.sys's own answers: no request, too late, or plain HTTP on a TLS port. */
void connection_answer_unread(struct connection *conn, enum response_status status,
                              const char *reason)
{
    const struct request *request = request_parser_request(conn->parser);
    const struct chain_context context =
        connection_host_context(conn->host, conn->site);
    const struct exchange_input input = connection_input(conn, &context, request);
    struct buf answer = BUF_EMPTY;
    struct exchange_result exchange;
    struct err err = ERR_INIT;

    if (exchange_answer_unread(&input, status, reason, &answer, &exchange, &err) != 0) {
        connection_log_trouble(conn, "answer", &err);
        connection_abort(conn);
    } else {
        connection_log_answer(conn, request, &exchange);
        connection_send(conn, buf_slice(&answer), false);
    }
    buf_finish(&answer);
}

void connection_answer_bad(struct connection *conn)
{
    enum response_status status = request_parser_status(conn->parser);
    if (status != RESPONSE_CONTENT_TOO_LARGE || !connection_refuse_body(conn)) {
        connection_log_httperr(conn, status, request_parser_phrase(conn->parser));
        connection_answer_unread(conn, status, request_parser_reason(conn->parser));
    }
}

void connection_answer_timeout(struct connection *conn)
{
    bool has_head = request_parser_request(conn->parser)->has_body;
    connection_log_httperr(conn, RESPONSE_REQUEST_TIMEOUT,
                           has_head ? "Timer_EntityBody" : "Timer_HeaderWait");
    connection_answer_unread(conn, RESPONSE_REQUEST_TIMEOUT,
                             "The request did not arrive in time.");
}
