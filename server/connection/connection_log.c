/* SPDX-License-Identifier: MIT */
#include "connection/connection.h"

#include "base/clock.h"
#include "describe/describe.h"
#include "site/dialect.h"
#include "tls/tls_alert.h"
#include "tls/tls_session.h"

#include <stdio.h>
#include <string.h>

static void add_peer(struct event *event, const struct connection *conn)
{
    char peer[ADDRESS_TEXT_LEN];
    event_add(event, "peer", address_format(&conn->stream.peer, peer));
    event_add_number(event, "port", conn->stream.local.port);
}

/* ---- answers */

static void add_hresult(struct event *event, uint32_t hresult)
{
    char code[sizeof "0x12345678"];
    if (hresult != 0) {
        snprintf(code, sizeof code, "0x%08lX", (unsigned long)(hresult & UINT32_MAX));
        event_add(event, "hresult", code);
    }
}

/* "403.16", but "200": as IIS's people write them. */
static void add_status(struct event *event, const struct exchange *exchange)
{
    char code[32];
    snprintf(code, sizeof code, "%u", exchange->status);
    if (exchange->status >= 400 && exchange->reached_site) {
        snprintf(code, sizeof code, "%u.%u", exchange->status, exchange->substatus);
    }
    event_add(event, "status", exchange->reset ? "reset" : code);
    if (exchange->reached_site) {
        event_add(event, "verdict", verdict_get(exchange->verdict)->name);
    }
    add_hresult(event, exchange->hresult);
}

static void log_event(const struct connection *conn, const struct request *request,
                      const struct exchange *exchange, uint64_t ms)
{
    const struct tls_info *tls =
        conn->session != NULL ? tls_session_get_info(conn->session) : NULL;
    struct event event;

    event_log_begin(conn->host->events, &event, EVENT_INFO, "request", clock_now_s());
    add_status(&event, exchange);
    event_add(&event, "method", request->method_text);
    event_add(&event, "path", request->path);
    event_add(&event, "issued-to", exchange->issued_to);
    event_add(&event, "user", exchange->user);
    event_add(&event, "fault", exchange->fault);
    if (tls != NULL && tls->version != NULL) {
        event_add(&event, "tls", tls->version);
        event_add(&event, "resumed", tls->resumed ? "yes" : "no");
    }
    event_add_number(&event, "ms", ms);
    add_peer(&event, conn);
    event_log_emit(conn->host->events, &event);
}

static void log_w3c(struct connection *conn, const struct request *request,
                    const struct exchange *exchange, uint64_t ms)
{
    const struct w3c_record record = {
        .time = clock_now_s(),
        .server_ip = conn->stream.local.ip,
        .method = request->method_text,
        .path = request->path,
        .query = request->query,
        .server_port = conn->stream.local.port,
        .user_name = exchange->user,
        .client_ip = conn->stream.peer.ip,
        .user_agent = request->user_agent,
        .referer = request->referer,
        .status = exchange->status,
        .substatus = exchange->substatus,
        .win32_status = verdict_win32_status(exchange->hresult),
        .time_taken_ms = ms,
    };
    w3c_log_write(conn->host->log, &record);
}

void connection_log_answer(struct connection *conn, const struct request *request,
                           const struct exchange *exchange)
{
    uint64_t ms = (uint64_t)(clock_monotonic_us() - conn->request_us) / 1000;
    if (!exchange->quiet) {
        log_event(conn, request, exchange, ms);
    }
    connection_tell_request(conn, request, exchange, ms);
    /* What http.sys answers itself, or resets, never reaches the site's log. */
    if (exchange->reached_site && !exchange->reset) {
        log_w3c(conn, request, exchange, ms);
    }
}

/* ---- sites with roles */

void connection_log_role(struct connection *conn, const struct request *request,
                         const struct role_answer *answer)
{
    char names[ROLE_NAMES_MAX];
    struct event event;
    if (answer->quiet) {
        return;
    }
    event_log_begin(conn->host->events, &event, EVENT_INFO,
                    role_names(conn->site->roles, names), clock_now_s());
    if (answer->drop) {
        event_add(&event, "status", "dropped");
    } else {
        event_add_number(&event, "status", (uint64_t)answer->response.status);
    }
    event_add(&event, "method", request->method_text);
    event_add(&event, "path", request->path);
    if (answer->delay_ms > 0) {
        event_add_number(&event, "delay-ms", answer->delay_ms);
    }
    add_peer(&event, conn);
    event_log_emit(conn->host->events, &event);
}

/* ---- handshakes that failed */

static void add_alert(struct event *event, const char *key, int alert)
{
    char text[64];
    if (alert != TLS_ALERT_NONE) {
        snprintf(text, sizeof text, "%s(%d)", tls_alert_name(alert), alert);
        event_add(event, key, text);
    }
}

static void add_chain(struct event *event, const struct tls_info *tls)
{
    struct buf name = BUF_EMPTY;
    if (tls->n_chain > 0 && describe_append_issued_to(&name, tls->chain[0])) {
        event_add_slice(event, "issued-to", buf_slice(&name));
    }
    event_add(event, "unusable", tls->chain_problem);
    buf_finish(&name);
}

static void add_enforcement(struct event *event, const struct connection *conn)
{
    const struct enforcement *enforced = &conn->enforced;
    if (enforced->end == ENFORCE_PASS) {
        return;
    }
    event_add(event, "enforced", enforce_end_name(enforced->end));
    if (dialect_is_foreign(&conn->view.listen)) {
        event_add(event, "dialect", config_dialect_word(conn->view.listen.dialect));
    }
    if (enforced->verdict != VERDICT_OK) {
        const struct verdict_info *info = verdict_get(enforced->verdict);
        event_add(event, "status", verdict_code(enforced->verdict));
        event_add(event, "verdict", info->name);
        add_hresult(event, info->hresult);
    }
    event_add(event, "fault", enforced->fault);
}

void connection_log_failure(struct connection *conn, enum stream_end reason)
{
    struct event event;
    const char *what =
        conn->state == CONN_STATE_HANDSHAKE ? "handshake-failed" : "tls-failed";

    if (conn->handshake_failed || conn->session == NULL || conn->stream.bytes_in == 0) {
        return; /* once is enough; a port scan is not worth a line */
    }
    conn->handshake_failed = true;
    const struct tls_info *tls = tls_session_get_info(conn->session);
    const struct tls_failure *failure = tls_session_get_failure(conn->session);
    event_log_begin(conn->host->events, &event, EVENT_WARNING, what, clock_now_s());
    add_peer(&event, conn);
    event_add(&event, "sni", tls->server_name);
    event_add(&event, "tls", tls->version);
    event_add(&event, "end",
              reason == STREAM_END_NONE ? "timeout" : tls_end_name(failure->end));
    add_alert(&event, "alert-received", failure->alert_received);
    add_alert(&event, "alert-sent", failure->alert_sent);
    add_chain(&event, tls);
    add_enforcement(&event, conn);
    event_add_text(&event, failure->text[0] != 0 ? failure->text
                                                 : stream_end_text(&conn->stream));
    event_log_emit(conn->host->events, &event);
    connection_tell_failure(conn, reason);
}

/* ---- trouble of our own */

void connection_log_trouble(const struct connection *conn, const char *what,
                            const struct err *err)
{
    event_log_say(conn->host->events, EVENT_ERROR, what, clock_now_s(), err->text);
}
