/* SPDX-License-Identifier: MIT
 *
 * What a connection tells the event bus.
 */
#include "base/clock.h"
#include "connection/connection.h"
#include "connection/event_json.h"
#include "connection/peer_memo.h"
#include "http/request_parser.h"
#include "tls/tls_session.h"

/* The name, or without one the address, that the client asks for. */
static bool is_other_name(const struct connection *conn)
{
    const struct certificate *own = conn->material == NULL ? NULL : conn->material->own;
    const char *name = conn->session == NULL || conn->is_plain_on_tls
                           ? NULL
                           : tls_session_get_info(conn->session)->server_name;
    return own != NULL &&
           !certificate_matches_host(own, name != NULL ? name : conn->stream.local.ip);
}

static struct event_json_source source_of(const struct connection *conn)
{
    return (struct event_json_source){
        .time_ms = clock_now_ms(),
        .connection = conn->number,
        .local = &conn->stream.local,
        .peer = &conn->stream.peer,
        .site = conn->has_path ? &conn->by_path : &conn->view.listen,
        .tls = conn->session != NULL && !conn->is_plain_on_tls
                   ? tls_session_get_info(conn->session)
                   : NULL,
        .said = conn->said.members.len > 0 ? &conn->said : NULL,
    };
}

static void tell_handshake(const struct connection *conn,
                           const struct tls_failure *failure, enum stream_end reason)
{
    bool is_desk = conn->site->roles != 0;
    if (conn->session == NULL || conn->is_plain_on_tls ||
        (is_desk && failure == NULL)) {
        return; /* connections of those who watch are not reported */
    }
    bool is_late = conn->state == CONN_STATE_LATE;
    struct event_json_source source = source_of(conn);
    source.is_other_name = failure != NULL && is_other_name(conn);
    const struct event_json_handshake handshake = {
        .failure = failure,
        .timed_out = failure != NULL && reason == STREAM_END_NONE,
        .step = tls_session_get_state(conn->session),
        .transport = stream_end_text(&conn->stream),
        .steps = conn->stream.steps,
        .n_steps = conn->stream.n_steps,
        .duration_us = stream_age_us(&conn->stream) - conn->stream.asked_us,
        .late_path = is_late ? request_parser_request(conn->parser)->path : NULL,
        .enforced = failure != NULL && conn->enforced.end != ENFORCE_PASS
                        ? &conn->enforced
                        : NULL,
    };
    struct event_text event = { .members = BUF_EMPTY };
    event_json_handshake(&event, &source, &handshake);
    event_bus_add(conn->host->bus, &event);
    event_text_finish(&event);
}

void connection_tell_handshake(struct connection *conn)
{
    if (conn->session != NULL && !conn->is_plain_on_tls && conn->site->roles == 0) {
        const struct tls_info *tls = tls_session_get_info(conn->session);
        event_json_session(&conn->said, tls);
        peer_memo_say(conn->host->peers, tls, &conn->said);
        if (!event_text_ok(&conn->said)) {
            event_text_finish(&conn->said); /* each event says it anew */
        }
    }
    tell_handshake(conn, NULL, STREAM_END_NONE);
}

void connection_tell_failure(const struct connection *conn, enum stream_end reason)
{
    tell_handshake(conn, tls_session_get_failure(conn->session), reason);
}

void connection_tell_request(const struct connection *conn,
                             const struct request *request,
                             const struct exchange_result *exchange, uint64_t ms)
{
    if (conn->site->roles != 0) {
        return;
    }
    const struct event_json_source source = source_of(conn);
    const struct event_json_request event = { request, exchange, ms };
    struct event_text text = { .members = BUF_EMPTY };
    event_json_request(&text, &source, &event);
    event_bus_add(conn->host->bus, &text);
    event_text_finish(&text);
}
