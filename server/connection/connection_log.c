/* SPDX-License-Identifier: MIT */
#include "connection/connection.h"

#include "base/clock.h"
#include "describe/describe.h"
#include "http/request_parser.h"
#include "logs/httperr_log.h"
#include "logs/w3c_log.h"
#include "site/dialect.h"
#include "site/why_link.h"
#include "tls/tls_alert.h"
#include "tls/tls_session.h"
#include "why/browser_view.h"
#include "why/why.h"

#include <stdio.h>
#include <string.h>

static void add_peer(struct terminal_line *line, const struct connection *conn)
{
    char peer[ADDRESS_TEXT_LEN];
    terminal_line_add(line, "peer", address_format(&conn->stream.peer, peer));
    terminal_line_add_number(line, "port", conn->stream.local.port);
}

/* ---- answers */

static void add_hresult(struct terminal_line *line, uint32_t hresult)
{
    char code[sizeof "0x12345678"];
    if (hresult != 0) {
        snprintf(code, sizeof code, "0x%08lX", (unsigned long)(hresult & UINT32_MAX));
        terminal_line_add(line, "hresult", code);
    }
}

/* "403.16", but "200": as they are commonly written. */
static void add_status(struct terminal_line *line,
                       const struct exchange_result *exchange)
{
    char code[32];
    snprintf(code, sizeof code, "%u", exchange->status);
    if (exchange->status >= 400 && exchange->reached_site) {
        snprintf(code, sizeof code, "%u.%u", exchange->status, exchange->substatus);
    }
    terminal_line_add(line, "status", exchange->reset ? "reset" : code);
    if (exchange->reached_site) {
        terminal_line_add(line, "verdict", verdict_get(exchange->verdict)->name);
    }
    add_hresult(line, exchange->hresult);
}

static void log_event(const struct connection *conn, const struct request *request,
                      const struct exchange_result *exchange, uint64_t ms)
{
    const struct tls_info *tls =
        conn->session != NULL ? tls_session_get_info(conn->session) : NULL;
    struct terminal_line line;

    terminal_log_begin(conn->host->terminal, &line, TERMINAL_INFO, "request",
                       clock_now_s());
    add_status(&line, exchange);
    terminal_line_add(&line, "method", request->method_text);
    terminal_line_add(&line, "path", request->path);
    terminal_line_add(&line, "issued-to", exchange->issued_to);
    terminal_line_add(&line, "user", exchange->user);
    terminal_line_add(&line, "fault", exchange->fault);
    if (tls != NULL && tls->version != NULL) {
        terminal_line_add(&line, "tls", tls->version);
        terminal_line_add(&line, "resumed", tls->resumed ? "yes" : "no");
    }
    terminal_line_add_number(&line, "ms", ms);
    add_peer(&line, conn);
    terminal_log_emit(conn->host->terminal, &line);
}

static void log_w3c(struct connection *conn, const struct request *request,
                    const struct exchange_result *exchange, uint64_t ms)
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
                           const struct exchange_result *exchange)
{
    uint64_t ms = (uint64_t)(clock_monotonic_us() - conn->request_us) / 1000;
    if (!exchange->quiet) {
        log_event(conn, request, exchange, ms);
    }
    connection_tell_request(conn, request, exchange, ms);
    /* Requests that http.sys answers or resets itself are not in the site's log. */
    if (exchange->reached_site && !exchange->reset) {
        log_w3c(conn, request, exchange, ms);
    }
}

void connection_log_httperr(const struct connection *conn, unsigned status,
                            const char *reason)
{
    const struct request *request = request_parser_request(conn->parser);
    const struct httperr_record record = {
        .time = clock_now_s(),
        .client_ip = conn->stream.peer.ip,
        .client_port = conn->stream.peer.port,
        .server_ip = conn->stream.local.ip,
        .server_port = conn->stream.local.port,
        .version = request->version,
        .method = request->method_text,
        .target = request->target,
        .path = request->path,
        .query = request->query,
        .status = status,
        .reason = reason,
    };
    if (reason[0] != 0 && conn->view.listen.roles == 0 &&
        !dialect_is_foreign(&conn->view.listen) && !conn->is_plain_on_tls) {
        httperr_log_write(conn->host->httperr, &record);
    }
}

/* ---- sites with roles */

void connection_log_role(struct connection *conn, const struct request *request,
                         const struct role_answer *answer)
{
    char names[CONFIG_ROLES_TEXT_MAX];
    struct terminal_line line;
    if (answer->quiet) {
        return;
    }
    terminal_log_begin(conn->host->terminal, &line, TERMINAL_INFO,
                       config_roles_format(conn->site, names), clock_now_s());
    if (answer->drop) {
        terminal_line_add(&line, "status", "dropped");
    } else {
        terminal_line_add_number(&line, "status", (uint64_t)answer->response.status);
    }
    terminal_line_add(&line, "method", request->method_text);
    terminal_line_add(&line, "path", request->path);
    if (answer->delay_ms > 0) {
        terminal_line_add_number(&line, "delay-ms", answer->delay_ms);
    }
    add_peer(&line, conn);
    terminal_log_emit(conn->host->terminal, &line);
}

/* ---- handshakes that failed */

static void add_alert(struct terminal_line *line, const char *key, int alert)
{
    char text[64];
    if (alert != TLS_ALERT_NONE) {
        snprintf(text, sizeof text, "%s(%d)", tls_alert_name(alert), alert);
        terminal_line_add(line, key, text);
    }
}

static void add_chain(struct terminal_line *line, const struct tls_info *tls)
{
    struct buf name = BUF_EMPTY;
    if (tls->n_chain > 0 && describe_append_issued_to(&name, tls->chain[0])) {
        terminal_line_add_slice(line, "issued-to", buf_slice(&name));
    }
    terminal_line_add(line, "unusable", tls->chain_problem);
    buf_finish(&name);
}

static void add_enforcement(struct terminal_line *line, const struct connection *conn)
{
    const struct enforcement *enforced = &conn->enforced;
    if (enforced->end == ENFORCE_PASS) {
        return;
    }
    terminal_line_add(line, "enforced", enforce_end_name(enforced->end));
    if (dialect_is_foreign(&conn->view.listen)) {
        terminal_line_add(line, "dialect",
                          config_dialect_word(conn->view.listen.dialect));
    }
    if (enforced->verdict != VERDICT_OK) {
        const struct verdict_info *info = verdict_get(enforced->verdict);
        terminal_line_add(line, "status", verdict_code(enforced->verdict));
        terminal_line_add(line, "verdict", info->name);
        add_hresult(line, info->hresult);
    }
    terminal_line_add(line, "fault", enforced->fault);
}

/* Where the desk explains it; what has no topic of lib/why is not named. */
static void add_why(struct terminal_line *line, const struct connection *conn,
                    const struct tls_failure *failure, bool is_timeout)
{
    const struct places *places = &conn->host->services->places;
    struct buf url = BUF_EMPTY;
    char id[WHY_ID_MAX];
    struct why_topic topic;
    if (conn->enforced.end != ENFORCE_PASS && conn->enforced.verdict != VERDICT_OK) {
        why_link_append_verdict(&url, places, conn->enforced.verdict, NULL);
    } else if (browser_view_find_topic(failure, is_timeout, &topic)) {
        why_link_append(&url, places, why_id(&topic, id), NULL);
    }
    terminal_line_add_slice(line, "why", buf_slice(&url));
    buf_finish(&url);
}

void connection_log_failure(struct connection *conn, enum stream_end reason)
{
    struct terminal_line line;
    const char *what = conn->state == CONN_STATE_HANDSHAKE ? "handshake-failed"
                       : conn->state == CONN_STATE_LATE    ? "late-failed"
                                                           : "tls-failed";

    if (conn->handshake_failed || conn->session == NULL || conn->stream.bytes_in == 0) {
        return; /* logged once; a port scan is not worth a line each time */
    }
    conn->handshake_failed = true;
    const struct tls_info *tls = tls_session_get_info(conn->session);
    const struct tls_failure *failure = tls_session_get_failure(conn->session);
    terminal_log_begin(conn->host->terminal, &line, TERMINAL_WARNING, what,
                       clock_now_s());
    add_peer(&line, conn);
    terminal_line_add(&line, "sni", tls->server_name);
    terminal_line_add(&line, "tls", tls->version);
    terminal_line_add(&line, "end",
                      reason == STREAM_END_NONE ? "timeout"
                                                : tls_end_name(failure->end));
    add_alert(&line, "alert-received", failure->alert_received);
    add_alert(&line, "alert-sent", failure->alert_sent);
    add_chain(&line, tls);
    add_enforcement(&line, conn);
    add_why(&line, conn, failure, reason == STREAM_END_NONE);
    terminal_line_add_text(&line,
                           failure->text[0] != 0 ? failure->text
                           : conn->state == CONN_STATE_LATE
                               ? "The client was asked to renegotiate for its "
                                 "certificate, and did not until the time was up."
                               : stream_end_text(&conn->stream));
    terminal_log_emit(conn->host->terminal, &line);
    connection_tell_failure(conn, reason);
}

/* ---- certificates that are asked for late */

void connection_log_late(const struct connection *conn, const char *trouble)
{
    const struct tls_info *tls = tls_session_get_info(conn->session);
    struct terminal_line line;
    terminal_log_begin(conn->host->terminal, &line,
                       trouble == NULL ? TERMINAL_INFO : TERMINAL_WARNING,
                       trouble == NULL ? "late" : "late-failed", clock_now_s());
    terminal_line_add(&line, "path", request_parser_request(conn->parser)->path);
    if (trouble == NULL) {
        terminal_line_add(&line, "certificate", tls->n_chain > 0 ? "yes" : "none");
        add_chain(&line, tls);
        terminal_line_add_number(
            &line, "ms", (stream_age_us(&conn->stream) - conn->stream.asked_us) / 1000);
    }
    add_peer(&line, conn);
    terminal_line_add_text(&line, trouble);
    terminal_log_emit(conn->host->terminal, &line);
}

/* ---- trouble of our own */

void connection_log_trouble(const struct connection *conn, const char *what,
                            const struct err *err)
{
    terminal_log_say(conn->host->terminal, TERMINAL_ERROR, what, clock_now_s(),
                     err->text);
}
