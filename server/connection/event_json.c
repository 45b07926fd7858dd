/* SPDX-License-Identifier: MIT */
#include "connection/event_json.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "connection/browser_view.h"
#include "describe/describe.h"
#include "pages/values.h"
#include "pki/name.h"
#include "site/dialect.h"

#include <stdio.h>
#include <string.h>

#define MS_PER_S 1000

/* ---- parts */

static void put_time(struct values *v, int64_t time_ms)
{
    char text[TIMESTAMP_TEXT_LEN];
    timestamp_format(time_ms / MS_PER_S, text);
    text[strlen(text) - 1] = 0; /* its Z goes behind the milliseconds */
    values_printf(v, "time", "%s.%03dZ", text, (int)(time_ms % MS_PER_S));
}

static void put_name(struct values *v, const char *key, struct slice name)
{
    struct buf text = BUF_EMPTY;
    if (!name_is_empty(name) && name_format(&text, name)) {
        values_slice(v, key, buf_slice(&text));
    }
    buf_finish(&text);
}

static void put_issued(struct values *v, const struct certificate *cert)
{
    struct buf text = BUF_EMPTY;
    if (describe_append_issued_to(&text, cert)) {
        values_slice(v, "issued_to", buf_slice(&text));
    }
    buf_clear(&text);
    if (describe_append_issued_by(&text, cert)) {
        values_slice(v, "issued_by", buf_slice(&text));
    }
    buf_finish(&text);
}

static void put_hash(struct values *v, const char *key, const uint8_t *hash, size_t len)
{
    struct buf text = BUF_EMPTY;
    text_append_hex(&text, (struct slice){ hash, len }, 0);
    values_slice(v, key, buf_slice(&text));
    buf_finish(&text);
}

static json_t *chain_json(const struct tls_info *tls)
{
    json_t *list = json_array();
    for (size_t i = 0; i < tls->n_chain && i < EVENT_JSON_CHAIN_MAX; i++) {
        struct values v;
        values_init(&v);
        put_issued(&v, tls->chain[i]);
        put_hash(&v, "sha1", tls->chain[i]->sha1, sizeof tls->chain[i]->sha1);
        json_array_append_new(list, values_take(&v));
    }
    return list;
}

/* What the peer presented; whether it proved that it holds the key is said apart. */
static void put_certificate(struct values *v, const struct tls_info *tls)
{
    if (tls->n_chain == 0) {
        return;
    }
    const struct certificate *leaf = tls->chain[0];
    put_name(v, "subject", leaf->subject);
    put_issued(v, leaf);
    put_hash(v, "sha1", leaf->sha1, sizeof leaf->sha1);
    put_hash(v, "sha256", leaf->sha256, sizeof leaf->sha256);
    values_flag(v, "possession_proved", tls->possession_proved);
    values_text(v, "unusable", tls->chain_problem);
    values_put(v, "chain", chain_json(tls));
    values_number(v, "n_chain", (int64_t)(tls->n_chain + tls->n_chain_dropped));
}

static void put_tls(struct values *v, const struct tls_info *tls)
{
    if (tls == NULL) {
        return;
    }
    values_text(v, "sni", tls->server_name);
    values_text(v, "tls", tls->version);
    values_text(v, "cipher", tls->cipher[0] != 0 ? tls->cipher : NULL);
    values_text(v, "alpn", tls->alpn);
    values_flag(v, "asked", tls->certificate_requested);
    values_flag(v, "resumed", tls->resumed);
}

static void begin(struct values *v, const struct event_json_source *source,
                  const char *type)
{
    char text[ADDRESS_TEXT_LEN];
    values_init(v);
    values_number(v, "sequence", 0); /* its place; the bus sets it */
    put_time(v, source->time_ms);
    values_text(v, "type", type);
    values_number(v, "connection", (int64_t)source->connection);
    values_text(v, "peer", address_format(source->peer, text));
    values_number(v, "port", source->local->port);
    values_text(v, "sslflags", ssl_flags_name(source->site->flags));
    if (dialect_is_foreign(source->site)) {
        values_text(v, "dialect", config_dialect_word(source->site->dialect));
    }
}

static void put_hresult(struct values *v, uint32_t hresult)
{
    if (hresult != 0) {
        values_printf(v, "hresult", "0x%08lX", (unsigned long)hresult);
        values_number(v, "win32_status", verdict_win32_status(hresult));
    }
}

/* ---- handshakes */

static json_t *alert_json(int alert)
{
    struct values v;
    values_init(&v);
    values_number(&v, "number", alert);
    values_text(&v, "name", tls_alert_name(alert));
    return values_take(&v);
}

static json_t *browser_json(const struct browser_view *view)
{
    struct values v;
    values_init(&v);
    values_text(&v, "chrome", view->chrome);
    values_text(&v, "firefox", view->firefox);
    values_text(&v, "text", view->text);
    return values_take(&v);
}

static json_t *offered_json(const struct client_hello *hello)
{
    struct values v;
    values_init(&v);
    json_t *versions = json_array();
    json_t *alpn = json_array();
    for (size_t i = 0; i < hello->n_versions; i++) {
        const char *name = client_hello_version_name(hello->versions[i]);
        json_array_append_new(
            versions, name != NULL ? json_string(name)
                                   : json_sprintf("0x%04x", hello->versions[i]));
    }
    for (size_t i = 0; i < hello->n_alpn; i++) {
        json_array_append_new(alpn, values_string(slice_from_string(hello->alpn[i])));
    }
    values_put(&v, "versions", versions);
    values_put(&v, "alpn", alpn);
    values_flag(&v, "ticket", hello->offers_ticket);
    return values_take(&v);
}

static json_t *steps_json(const struct event_json_handshake *handshake)
{
    json_t *list = json_array();
    for (size_t i = 0; i < handshake->n_steps; i++) {
        const struct stream_step *step = &handshake->steps[i];
        struct values v;
        values_init(&v);
        values_number(&v, "at_us", step->at_us);
        values_number(&v, "worked_us", step->worked_us);
        values_number(&v, "bytes_in", step->bytes_in);
        values_number(&v, "bytes_out", step->bytes_out);
        values_text(&v, "from", step->from);
        values_text(&v, "to", step->to);
        json_array_append_new(list, values_take(&v));
    }
    return list;
}

static void put_failure(struct values *v, const struct event_json_source *source,
                        const struct event_json_handshake *handshake)
{
    const struct tls_failure *failure = handshake->failure;
    const struct browser_view view =
        browser_view_get(failure, source->tls, handshake->step, handshake->timed_out);
    values_text(v, "end",
                handshake->timed_out ? "timeout" : tls_end_name(failure->end));
    values_text(v, "step", handshake->step);
    if (failure->alert_received != TLS_ALERT_NONE) {
        values_put(v, "alert_received", alert_json(failure->alert_received));
    }
    if (failure->alert_sent != TLS_ALERT_NONE) {
        values_put(v, "alert_sent", alert_json(failure->alert_sent));
    }
    if (handshake->timed_out) {
        values_printf(v, "reason",
                      "The client did not go on with the handshake (%s is next) until "
                      "the time was up.",
                      handshake->step);
    } else {
        values_text(v, "reason",
                    failure->text[0] != 0 ? failure->text : handshake->transport);
    }
    values_put(v, "browser", browser_json(&view));
}

/* The same members as of a request: it is only the page that is missing. Another
 * server has none of IIS's verdicts. */
static void put_enforcement(struct values *v, const struct enforcement *enforced)
{
    const struct verdict_info *info = verdict_get(enforced->verdict);
    values_text(v, "enforced", enforce_end_name(enforced->end));
    if (enforced->verdict != VERDICT_OK) {
        values_text(v, "status", verdict_code(enforced->verdict));
        values_text(v, "verdict", info->name);
        put_hresult(v, info->hresult);
    }
    values_text(v, "fault", enforced->fault[0] != 0 ? enforced->fault : NULL);
}

json_t *event_json_handshake(const struct event_json_source *source,
                             const struct event_json_handshake *handshake)
{
    struct values v;
    bool was_done = handshake->failure != NULL && source->tls->handshake_done;
    begin(&v, source, was_done ? "connection" : "handshake");
    values_text(&v, "outcome", handshake->failure == NULL ? "done" : "failed");
    put_tls(&v, source->tls);
    if (handshake->failure != NULL) {
        put_failure(&v, source, handshake);
        if (handshake->enforced != NULL) {
            put_enforcement(&v, handshake->enforced);
        }
    }
    put_certificate(&v, source->tls);
    if (source->tls->hello != NULL) {
        values_put(&v, "offered", offered_json(source->tls->hello));
    }
    values_number(&v, "us", handshake->duration_us);
    values_put(&v, "steps", steps_json(handshake));
    return values_take(&v);
}

/* ---- requests */

static json_t *findings_json(const struct exchange_result *exchange)
{
    json_t *list = json_array();
    for (size_t i = 0; i < exchange->n_findings; i++) {
        const struct finding *finding = &exchange->findings[i];
        struct values v;
        values_init(&v);
        values_text(&v, "name", finding_get(finding->kind)->name);
        values_text(&v, "verdict", verdict_get(finding->verdict)->name);
        values_number(&v, "element", (int64_t)finding->element);
        values_text(&v, "text", finding_get(finding->kind)->fault);
        values_text(&v, "detail", finding->detail[0] != 0 ? finding->detail : NULL);
        values_flag(&v, "decided", i == exchange->deciding);
        json_array_append_new(list, values_take(&v));
    }
    return list;
}

static void put_outcome(struct values *v, const struct exchange_result *exchange)
{
    if (exchange->reset) {
        values_text(v, "status", "reset");
    } else if (exchange->status >= 400 && exchange->reached_site) {
        values_printf(v, "status", "%u.%u", exchange->status, exchange->substatus);
    } else {
        values_printf(v, "status", "%u", exchange->status);
    }
    if (exchange->reached_site) {
        values_text(v, "verdict", verdict_get(exchange->verdict)->name);
    }
    put_hresult(v, exchange->hresult);
    values_text(v, "user", exchange->user[0] != 0 ? exchange->user : NULL);
    values_text(v, "fault", exchange->fault[0] != 0 ? exchange->fault : NULL);
}

json_t *event_json_request(const struct event_json_source *source,
                           const struct event_json_request *request)
{
    const struct request *said = request->request;
    struct values v;
    begin(&v, source, "request");
    values_text(&v, "method", said->method_text);
    values_text(&v, "path", said->path);
    values_text(&v, "query", said->query[0] != 0 ? said->query : NULL);
    values_text(&v, "host", said->host);
    values_text(&v, "user_agent", said->user_agent[0] != 0 ? said->user_agent : NULL);
    values_text(&v, "referer", said->referer[0] != 0 ? said->referer : NULL);
    put_outcome(&v, request->exchange);
    put_tls(&v, source->tls);
    if (source->tls != NULL) {
        put_certificate(&v, source->tls);
    }
    values_put(&v, "findings", findings_json(request->exchange));
    values_number(&v, "ms", (int64_t)request->ms);
    return values_take(&v);
}
