/* SPDX-License-Identifier: MIT */
#include "connection/event_json.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "describe/describe.h"
#include "pki/name.h"
#include "site/dialect.h"
#include "why/browser_view.h"
#include "why/why.h"

#include <stdio.h>
#include <string.h>

#define MS_PER_S 1000

/* ---- parts */

static void put_time(struct event_text *v, int64_t time_ms)
{
    char text[TIMESTAMP_TEXT_LEN];
    timestamp_format(time_ms / MS_PER_S, text);
    char whole[TIMESTAMP_TEXT_LEN + sizeof ".000"];
    text[strlen(text) - 1] = 0; /* its Z goes behind the milliseconds */
    int len =
        snprintf(whole, sizeof whole, "%s.%03dZ", text, (int)(time_ms % MS_PER_S));
    event_text_fact(v, EVENT_FACT_TIME,
                    (struct slice){ (const uint8_t *)whole, (size_t)len });
}

/* A member that is missing for want of memory makes the event one that failed. */
static void finish_text(struct event_text *v, struct buf *text)
{
    v->members.failed = v->members.failed || !buf_ok(text);
    buf_finish(text);
}

static void put_subject(struct event_text *v, struct slice name)
{
    struct buf text = BUF_EMPTY;
    if (!name_is_empty(name) && name_format(&text, name)) {
        event_text_fact(v, EVENT_FACT_SUBJECT, buf_slice(&text));
    }
    finish_text(v, &text);
}

/* Filters compare the leaf's. */
static void put_issued(struct event_text *v, const struct certificate *cert,
                       bool is_leaf)
{
    struct buf text = BUF_EMPTY;
    if (describe_append_issued_to(&text, cert) && is_leaf) {
        event_text_fact(v, EVENT_FACT_ISSUED_TO, buf_slice(&text));
    } else {
        event_text_slice(v, "issued_to", buf_slice(&text));
    }
    finish_text(v, &text);
    if (describe_append_issued_by(&text, cert)) {
        event_text_slice(v, "issued_by", buf_slice(&text));
    }
    finish_text(v, &text);
}

static void put_hash(struct event_text *v, const char *key, const uint8_t *hash,
                     size_t len)
{
    struct buf text = BUF_EMPTY;
    text_append_hex(&text, (struct slice){ hash, len }, 0);
    event_text_slice(v, key, buf_slice(&text));
    finish_text(v, &text);
}

static void put_chain(struct event_text *v, const struct tls_info *tls)
{
    event_text_open(v, "chain", '[');
    for (size_t i = 0; i < tls->n_chain && i < EVENT_JSON_CHAIN_MAX; i++) {
        event_text_open(v, NULL, '{');
        put_issued(v, tls->chain[i], false);
        put_hash(v, "sha1", tls->chain[i]->sha1, sizeof tls->chain[i]->sha1);
        event_text_close(v, '}');
    }
    event_text_close(v, ']');
}

void event_json_chain(struct event_text *v, const struct tls_info *tls)
{
    if (tls->n_chain == 0) {
        return;
    }
    const struct certificate *leaf = tls->chain[0];
    put_subject(v, leaf->subject);
    put_issued(v, leaf, true);
    put_hash(v, "sha1", leaf->sha1, sizeof leaf->sha1);
    put_hash(v, "sha256", leaf->sha256, sizeof leaf->sha256);
    put_chain(v, tls);
}

void event_json_session(struct event_text *v, const struct tls_info *tls)
{
    event_text_put(v, "sni", tls->server_name);
    event_text_put(v, "tls", tls->version);
    event_text_put(v, "cipher", tls->cipher[0] != 0 ? tls->cipher : NULL);
    event_text_put(v, "alpn", tls->alpn);
    event_text_flag(v, "asked", tls->certificate_requested);
    event_text_flag(v, "resumed", tls->resumed);
    if (tls->n_chain > 0) {
        event_text_flag(v, "possession_proved", tls->possession_proved);
        event_text_put(v, "unusable", tls->chain_problem);
        event_text_number(v, "n_chain", (int64_t)(tls->n_chain + tls->n_chain_dropped));
    }
}

static void begin(struct event_text *v, const struct event_json_source *source,
                  const char *type)
{
    char text[ADDRESS_TEXT_LEN];
    put_time(v, source->time_ms);
    event_text_fact(v, EVENT_FACT_TYPE, slice_from_string(type));
    event_text_number(v, "connection", (int64_t)source->connection);
    event_text_put(v, "peer", address_format(source->peer, text));
    event_text_number(v, "port", source->local->port);
    event_text_put(v, "sslflags", ssl_flags_name(source->site->flags));
    if (dialect_is_foreign(source->site)) {
        event_text_put(v, "dialect", config_dialect_word(source->site->dialect));
    }
}

static void put_hresult(struct event_text *v, uint32_t hresult)
{
    if (hresult != 0) {
        event_text_printf(v, "hresult", "0x%08lX", (unsigned long)hresult);
        event_text_number(v, "win32_status", verdict_win32_status(hresult));
    }
}

static void put_peer(struct event_text *v, const struct event_json_source *source)
{
    if (source->said != NULL) {
        event_text_join(v, source->said);
    } else if (source->tls != NULL) {
        event_json_session(v, source->tls);
        event_json_chain(v, source->tls);
    }
}

/* ---- handshakes */

static void put_alert(struct event_text *v, const char *key, int alert)
{
    if (alert != TLS_ALERT_NONE) {
        event_text_open(v, key, '{');
        event_text_number(v, "number", alert);
        event_text_put(v, "name", tls_alert_name(alert));
        event_text_close(v, '}');
    }
}

static void put_browser(struct event_text *v, const struct browser_view *view)
{
    event_text_open(v, "browser", '{');
    event_text_put(v, "chrome", view->chrome);
    event_text_put(v, "firefox", view->firefox);
    event_text_put(v, "text", view->text);
    event_text_close(v, '}');
}

static void put_offered(struct event_text *v, const struct client_hello *hello)
{
    event_text_open(v, "offered", '{');
    event_text_open(v, "versions", '[');
    for (size_t i = 0; i < hello->n_versions; i++) {
        const char *name = client_hello_version_name(hello->versions[i]);
        if (name != NULL) {
            event_text_put(v, NULL, name);
        } else {
            event_text_printf(v, NULL, "0x%04x", hello->versions[i]);
        }
    }
    event_text_close(v, ']');
    event_text_open(v, "alpn", '[');
    for (size_t i = 0; i < hello->n_alpn; i++) {
        event_text_put(v, NULL, client_hello_alpn(hello, i));
    }
    event_text_close(v, ']');
    event_text_flag(v, "ticket", hello->offers_ticket);
    event_text_close(v, '}');
}

static void put_steps(struct event_text *v,
                      const struct event_json_handshake *handshake)
{
    event_text_open(v, "steps", '[');
    for (size_t i = 0; i < handshake->n_steps; i++) {
        const struct stream_step *step = &handshake->steps[i];
        event_text_open(v, NULL, '{');
        event_text_number(v, "at_us", step->at_us);
        event_text_number(v, "worked_us", step->worked_us);
        event_text_number(v, "bytes_in", step->bytes_in);
        event_text_number(v, "bytes_out", step->bytes_out);
        event_text_put(v, "from", step->from);
        event_text_put(v, "to", step->to);
        event_text_close(v, '}');
    }
    event_text_close(v, ']');
}

static bool is_other_name(const struct event_json_source *source,
                          const struct event_json_handshake *handshake)
{
    return source->is_other_name && !handshake->timed_out &&
           browser_view_is_about_us(handshake->failure);
}

/* The page of the desk that explains it, /why/ID. */
static void put_why_verdict(struct event_text *v, enum verdict verdict)
{
    const struct why_topic topic = { .kind = WHY_VERDICT, .value = verdict };
    char id[WHY_ID_MAX];
    event_text_put(v, "why", why_id(&topic, id));
}

static void put_why_failure(struct event_text *v,
                            const struct event_json_handshake *handshake,
                            bool is_other_name)
{
    char id[WHY_ID_MAX];
    struct why_topic topic;
    if (is_other_name ? why_find("server-name", &topic)
                      : browser_view_find_topic(handshake->failure,
                                                handshake->timed_out, &topic)) {
        event_text_put(v, "why", why_id(&topic, id));
    }
}

static void put_failure(struct event_text *v, const struct event_json_source *source,
                        const struct event_json_handshake *handshake)
{
    const struct tls_failure *failure = handshake->failure;
    bool about_name = is_other_name(source, handshake);
    const struct browser_view view =
        about_name ? browser_view_of_other_name()
                   : browser_view_get(failure, source->tls, handshake->step,
                                      handshake->timed_out);
    event_text_put(v, "end",
                   handshake->timed_out ? "timeout" : tls_end_name(failure->end));
    event_text_put(v, "step", handshake->step);
    put_alert(v, "alert_received", failure->alert_received);
    put_alert(v, "alert_sent", failure->alert_sent);
    if (handshake->timed_out) {
        event_text_printf(
            v, "reason",
            "The client did not go on with the handshake (%s is next) until "
            "the time was up.",
            handshake->step);
    } else {
        event_text_put(v, "reason",
                       failure->text[0] != 0 ? failure->text : handshake->transport);
    }
    if (about_name) {
        event_text_flag(v, "name_mismatch", true);
    }
    put_browser(v, &view);
}

/* The same members as in a request, since only the page is missing. In another server's
 * dialect there is no verdict of IIS. */
static void put_enforcement(struct event_text *v, const struct enforcement *enforced)
{
    const struct verdict_info *info = verdict_get(enforced->verdict);
    event_text_put(v, "enforced", enforce_end_name(enforced->end));
    if (enforced->verdict != VERDICT_OK) {
        event_text_fact(v, EVENT_FACT_STATUS,
                        slice_from_string(verdict_code(enforced->verdict)));
        event_text_fact(v, EVENT_FACT_VERDICT, slice_from_string(info->name));
        put_hresult(v, info->hresult);
    }
    event_text_put(v, "fault", enforced->fault[0] != 0 ? enforced->fault : NULL);
}

void event_json_handshake(struct event_text *v, const struct event_json_source *source,
                          const struct event_json_handshake *handshake)
{
    bool is_late = handshake->late_path != NULL;
    bool was_done =
        handshake->failure != NULL && source->tls->handshake_done && !is_late;
    bool is_good = handshake->failure == NULL;
    begin(v, source, was_done ? "connection" : "handshake");
    event_text_fact(v, EVENT_FACT_OUTCOME,
                    slice_from_string(is_good ? "done" : "failed"));
    if (is_late) {
        event_text_flag(v, "late", true);
        event_text_put(v, "path", handshake->late_path);
    }
    if (!is_good) {
        put_failure(v, source, handshake);
        if (handshake->enforced != NULL) {
            put_enforcement(v, handshake->enforced);
        }
        if (handshake->enforced != NULL && handshake->enforced->verdict != VERDICT_OK) {
            put_why_verdict(v, handshake->enforced->verdict);
        } else {
            put_why_failure(v, handshake, is_other_name(source, handshake));
        }
    }
    put_peer(v, source);
    if (source->tls->hello != NULL) {
        put_offered(v, source->tls->hello);
    }
    event_text_number(v, "us", handshake->duration_us);
    put_steps(v, handshake);
}

/* ---- requests */

static void put_findings(struct event_text *v, const struct exchange_result *exchange)
{
    event_text_open(v, "findings", '[');
    for (size_t i = 0; i < exchange->n_findings; i++) {
        const struct finding *finding = &exchange->findings[i];
        event_text_open(v, NULL, '{');
        event_text_put(v, "name", finding_get(finding->kind)->name);
        event_text_put(v, "verdict", verdict_get(finding->verdict)->name);
        event_text_number(v, "element", (int64_t)finding->element);
        event_text_put(v, "text", finding_get(finding->kind)->fault);
        event_text_put(v, "detail", finding->detail[0] != 0 ? finding->detail : NULL);
        event_text_flag(v, "decided", i == exchange->deciding);
        event_text_close(v, '}');
    }
    event_text_close(v, ']');
}

static void put_outcome(struct event_text *v, const struct exchange_result *exchange)
{
    char status[sizeof "4294967295.4294967295"];
    if (exchange->reset) {
        snprintf(status, sizeof status, "reset");
    } else if (exchange->status >= 400 && exchange->reached_site) {
        snprintf(status, sizeof status, "%u.%u", exchange->status, exchange->substatus);
    } else {
        snprintf(status, sizeof status, "%u", exchange->status);
    }
    event_text_fact(v, EVENT_FACT_STATUS, slice_from_string(status));
    if (exchange->reached_site) {
        event_text_fact(v, EVENT_FACT_VERDICT,
                        slice_from_string(verdict_get(exchange->verdict)->name));
    }
    put_hresult(v, exchange->hresult);
    if (exchange->reached_site && exchange->verdict != VERDICT_OK) {
        put_why_verdict(v, exchange->verdict);
    }
    event_text_put(v, "user", exchange->user[0] != 0 ? exchange->user : NULL);
    event_text_put(v, "fault", exchange->fault[0] != 0 ? exchange->fault : NULL);
}

void event_json_request(struct event_text *v, const struct event_json_source *source,
                        const struct event_json_request *request)
{
    const struct request *said = request->request;
    begin(v, source, "request");
    event_text_put(v, "method", said->method_text);
    event_text_put(v, "path", said->path);
    event_text_put(v, "query", said->query[0] != 0 ? said->query : NULL);
    event_text_put(v, "host", said->host);
    event_text_put(v, "user_agent", said->user_agent[0] != 0 ? said->user_agent : NULL);
    event_text_put(v, "referer", said->referer[0] != 0 ? said->referer : NULL);
    put_outcome(v, request->exchange);
    put_peer(v, source);
    put_findings(v, request->exchange);
    event_text_number(v, "ms", (int64_t)request->ms);
}
