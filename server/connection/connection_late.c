/* SPDX-License-Identifier: MIT
 *
 * A certificate that is asked for late: between a request and its answer, by
 * HelloRequest and a handshake of its own on the same connection, as http.sys does on
 * TLS 1.2 where clientcertnegotiation=disable (iis.md section 6, 11.2 to 11.5). Once
 * for a connection. Anything but an answer to the question ends in a reset, as with
 * http.sys.
 */
#include "connection/connection_internal.h"

#include "http/request_parser.h"
#include "site/exchange.h"
#include "tls/tls_session.h"

static enum access_late question(struct connection *conn)
{
    if (!conn->view.listen.late || conn->view.listen.roles != 0) {
        return ACCESS_LATE_NONE;
    }
    const struct chain_context context =
        connection_host_context(conn->host, conn->site);
    const struct exchange_input input =
        connection_input(conn, &context, request_parser_request(conn->parser));
    return exchange_late(&input);
}

static void ask(struct connection *conn, bool at_head)
{
    if (!tls_session_can_ask_late(conn->session)) {
        connection_log_late(conn, "it does not renegotiate securely (RFC 5746)");
        connection_reset(conn);
        return;
    }
    conn->late_at_head = at_head;
    event_text_finish(&conn->said); /* the previous certificate is forgotten */
    answer_memo_forget(conn->host->memo, conn->number);
    connection_enter(conn, CONN_STATE_LATE);
    if (!stream_ask_certificate(&conn->stream)) {
        connection_log_late(conn, "the question could not be sent");
        connection_reset(conn);
    }
}

bool connection_late_at_head(struct connection *conn)
{
    switch (question(conn)) {
    case ACCESS_LATE_ASK:
        if (request_parser_request(conn->parser)->expects_continue) {
            ask(conn, true);
            return true;
        }
        return false;
    case ACCESS_LATE_TOO_LARGE:
        connection_begin_judging(conn);
        return true;
    case ACCESS_LATE_IMPOSSIBLE:
    case ACCESS_LATE_NONE:
    default:
        return false;
    }
}

void connection_late_at_body(struct connection *conn)
{
    if (request_parser_request(conn->parser)->has_body &&
        question(conn) == ACCESS_LATE_TOO_LARGE) {
        connection_begin_judging(conn);
    }
}

bool connection_late_at_end(struct connection *conn)
{
    if (question(conn) != ACCESS_LATE_ASK) {
        return false;
    }
    ask(conn, false);
    return true;
}

void connection_late_done(void *user)
{
    struct connection *conn = user;
    if (conn->state != CONN_STATE_LATE) {
        return;
    }
    connection_log_late(conn, NULL);
    connection_tell_handshake(conn);
    if (!conn->late_at_head) {
        connection_begin_judging(conn);
        return;
    }
    connection_enter(conn, CONN_STATE_REQUEST);
    connection_send_continue(conn);
    connection_work(conn);
}

void connection_late_timeout(struct connection *conn)
{
    connection_log_failure(conn, STREAM_END_NONE);
    connection_reset(conn);
}
