/* SPDX-License-Identifier: MIT */
#include "attempt/attempt_facts.h"

#include "attempt/page.h"
#include "describe/describe.h"
#include "tls/tls_alert.h"

#include <stdio.h>
#include <string.h>

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from == NULL ? "" : from);
}

static void take_server(struct attempt_server *server, const struct tls_info *info)
{
    const struct certificate *leaf = info->chain[0];
    struct buf subject = BUF_EMPTY;
    struct buf issuer = BUF_EMPTY;
    describe_append_issued_to(&subject, leaf);
    describe_append_issued_by(&issuer, leaf);
    copy(server->subject, sizeof(server->subject), buf_string(&subject));
    copy(server->issuer, sizeof(server->issuer), buf_string(&issuer));
    memcpy(server->sha256, leaf->sha256, sizeof(server->sha256));
    server->not_before = leaf->not_before;
    server->not_after = leaf->not_after;
    server->n_chain = info->n_chain;
    server->known = true;
    buf_finish(&subject);
    buf_finish(&issuer);
}

static void take_ticket(struct attempt_result *result, struct tls_session *session)
{
    struct err err = ERR_INIT;
    struct buf ticket = BUF_EMPTY;
    if (!tls_session_can_be_resumed(session)) {
        return;
    }
    if (tls_session_save(session, &ticket, &err) != 0) {
        /* Without a ticket nothing can be resumed, as with a server that sends none.
         */
        buf_finish_secret(&ticket);
        return;
    }
    buf_finish_secret(&result->ticket);
    result->ticket = ticket;
}

void attempt_facts_take_session(struct attempt_result *result,
                                struct tls_session *session, bool has_certificate)
{
    const struct tls_info *info = tls_session_get_info(session);
    const struct tls_failure *failure = tls_session_get_failure(session);
    copy(result->tls_version, sizeof(result->tls_version), info->version);
    copy(result->cipher, sizeof(result->cipher), info->cipher);
    copy(result->group, sizeof(result->group), info->group);
    copy(result->signature, sizeof(result->signature), info->signature);
    copy(result->alpn, sizeof(result->alpn), info->alpn);
    result->handshake_done = info->handshake_done;
    result->resumed = info->resumed;
    result->certificate_requested = info->certificate_requested;
    result->requested_late = info->asked_late;
    result->certificate_withheld = info->certificate_withheld;
    result->certificate_sent = info->certificate_requested && has_certificate &&
                               !info->resumed && !info->certificate_withheld;
    buf_clear(&result->ca_names);
    buf_append_slice(&result->ca_names, info->ca_names);
    result->alert_received = failure->alert_received;
    result->alert_sent = failure->alert_sent;
    if (info->n_chain > 0) {
        take_server(&result->server, info);
    }
    copy(result->server.problem, sizeof(result->server.problem), info->server_verdict);
    take_ticket(result, session);
}

enum attempt_end attempt_facts_find_end(const struct attempt_result *result,
                                        const struct tls_failure *failure)
{
    switch (failure->end) {
    case TLS_END_PEER_ALERT:
        return failure->in_handshake ? ATTEMPT_END_ALERT : ATTEMPT_END_LATE_ALERT;
    case TLS_END_OUR_ALERT:
    case TLS_END_CERTIFICATE:
        return result->server.problem[0] != 0 ? ATTEMPT_END_UNTRUSTED
                                              : ATTEMPT_END_REFUSED_BY_US;
    case TLS_END_BAD_RECORD:
        /* Before a ServerHello nothing is encrypted, so this is another protocol. */
        return result->tls_version[0] == 0 ? ATTEMPT_END_NOT_TLS
                                           : ATTEMPT_END_BAD_RECORD;
    case TLS_END_NOT_TLS:
        return ATTEMPT_END_NOT_TLS;
    case TLS_END_EOF:
        return ATTEMPT_END_CLOSED;
    case TLS_END_LIMIT:
        return ATTEMPT_END_REFUSED_BY_US;
    case TLS_END_NONE:
    case TLS_END_INTERNAL:
    case TLS_END_GATE: /* of servers only */
        break;
    }
    return ATTEMPT_END_BROKEN;
}

static void append_head(struct buf *out, const struct reply *reply)
{
    buf_printf(out, "HTTP/1.%u %d %s\r\n", reply->version_minor, reply->status,
               reply->reason);
    for (size_t i = 0; i < reply->n_headers; i++) {
        buf_printf(out, "%s: %s\r\n", reply->headers[i].name, reply->headers[i].value);
    }
    buf_append_string(out, "\r\n");
}

bool attempt_facts_take_reply(struct attempt_result *result, const struct reply *reply)
{
    struct page page;
    if (reply->status == 0) {
        return true;
    }
    result->status = reply->status;
    copy(result->verdict, sizeof(result->verdict),
         reply_find_header(reply, "X-Certgate-Verdict"));
    append_head(&result->head, reply);
    buf_append_slice(&result->body, reply->body);
    page_read(reply->body, &page);
    copy(result->heading, sizeof(result->heading), page.heading);
    /* A page that names another status than the answer's is about something else.
     */
    if (page.status == reply->status) {
        result->substatus = page.substatus;
        result->inner_status = page.inner_status;
        result->has_hresult = page.has_hresult;
        result->hresult = page.hresult;
    }
    return buf_ok(&result->head) && buf_ok(&result->body);
}
