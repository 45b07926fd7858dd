/* SPDX-License-Identifier: MIT */
#include "attempt/result_json.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "chain/verdict.h"
#include "describe/describe.h"
#include "describe/json_value.h"
#include "pki/name.h"
#include "tls/tls_alert.h"
#include "tls/tls_info.h"

#include <stdio.h>
#include <string.h>

#define RESULT_TEXT_MAX ((size_t)4096)

json_t *result_json_string(const char *text)
{
    struct buf utf8 = BUF_EMPTY;
    json_t *string = NULL;
    if (describe_append_utf8(&utf8, slice_from_string(text), RESULT_TEXT_MAX)) {
        string = json_string(buf_string(&utf8));
    }
    buf_finish(&utf8);
    return string;
}

/* Left out when empty. */
static void set_text(json_t *object, const char *key, const char *text, bool *failed)
{
    if (text[0] != 0) {
        json_value_set(object, key, result_json_string(text), failed);
    }
}

static void set_hresult(json_t *object, uint32_t hresult, bool *failed)
{
    char text[16];
    snprintf(text, sizeof(text), "0x%08X", (unsigned)hresult);
    json_value_set(object, "hresult", json_string(text), failed);
}

static void set_alert(json_t *object, const char *key, int alert, bool *failed)
{
    if (alert != TLS_ALERT_NONE) {
        json_value_set(
            object, key,
            json_pack("{s:i, s:s}", "number", alert, "name", tls_alert_name(alert)),
            failed);
    }
}

json_t *result_json_expected(struct recipe_outcome expected)
{
    json_t *object = json_object();
    bool failed = false;
    if (expected.is_alert) {
        json_value_set(object, "alert", json_true(), &failed);
        return json_value_finish(object, failed);
    }
    const struct verdict_info *info = verdict_get(expected.verdict);
    json_value_set(object, "verdict", json_string(info->name), &failed);
    json_value_set(object, "status", json_integer((json_int_t)info->status), &failed);
    if (info->status != 200) {
        json_value_set(object, "substatus", json_integer((json_int_t)info->substatus),
                       &failed);
        set_hresult(object, info->hresult, &failed);
    }
    return json_value_finish(object, failed);
}

static json_t *server_json(const struct attempt_server *server)
{
    json_t *object = json_object();
    bool failed = false;
    struct buf hex = BUF_EMPTY;
    char when[TIMESTAMP_TEXT_LEN];
    text_append_hex(&hex, (struct slice){ server->sha256, sizeof(server->sha256) }, 0);
    set_text(object, "subject", server->subject, &failed);
    set_text(object, "issuer", server->issuer, &failed);
    json_value_set(object, "sha256", json_value_buf(&hex), &failed);
    set_text(object, "not_before", timestamp_format(server->not_before, when), &failed);
    set_text(object, "not_after", timestamp_format(server->not_after, when), &failed);
    json_value_set(object, "chain_length", json_integer((json_int_t)server->n_chain),
                   &failed);
    set_text(object, "problem", server->problem, &failed);
    return json_value_finish(object, failed);
}

static json_t *ca_names_json(const struct attempt_result *result)
{
    json_t *list = json_array();
    bool failed = false;
    struct slice rest = buf_slice(&result->ca_names);
    struct slice name;
    while (tls_info_next_ca_name(&rest, &name)) {
        struct buf text = BUF_EMPTY;
        (void)name_format(&text, name);
        json_value_add(list, result_json_string(buf_string(&text)), &failed);
        buf_finish(&text);
    }
    return json_value_finish(list, failed);
}

static json_t *tls_json(const struct attempt_result *result)
{
    json_t *object = json_object();
    bool failed = false;
    set_text(object, "version", result->tls_version, &failed);
    set_text(object, "cipher", result->cipher, &failed);
    set_text(object, "group", result->group, &failed);
    set_text(object, "signature", result->signature, &failed);
    set_text(object, "alpn", result->alpn, &failed);
    json_value_set(object, "handshake_done", json_boolean(result->handshake_done),
                   &failed);
    json_value_set(object, "resumed", json_boolean(result->resumed), &failed);
    json_value_set(object, "certificate_requested",
                   json_boolean(result->certificate_requested), &failed);
    json_value_set(object, "certificate_sent", json_boolean(result->certificate_sent),
                   &failed);
    if (result->requested_late) {
        json_value_set(object, "requested_late", json_true(), &failed);
    }
    if (result->certificate_withheld) {
        json_value_set(object, "certificate_withheld", json_true(), &failed);
    }
    if (result->ca_names.len > 0) {
        json_value_set(object, "ca_names", ca_names_json(result), &failed);
    }
    set_alert(object, "alert_received", result->alert_received, &failed);
    set_alert(object, "alert_sent", result->alert_sent, &failed);
    if (result->server.known) {
        json_value_set(object, "server_certificate", server_json(&result->server),
                       &failed);
    }
    return json_value_finish(object, failed);
}

static void set_ms(json_t *object, const char *key, int64_t us, bool *failed)
{
    if (us > 0) {
        json_value_set(object, key, json_real((double)us / 1000.0), failed);
    }
}

json_t *result_json(const struct attempt_result *result)
{
    json_t *object = json_object();
    bool failed = false;
    json_t *times = json_object();
    json_value_set(object, "end", json_string(attempt_end_name(result->end)), &failed);
    json_value_set(object, "phase", json_string(attempt_phase_name(result->phase)),
                   &failed);
    set_text(object, "detail", result->detail, &failed);
    set_text(object, "address", result->address, &failed);
    if (result->status != 0) {
        json_value_set(object, "status", json_integer(result->status), &failed);
    }
    if (result->substatus != ATTEMPT_SUBSTATUS_HIDDEN) {
        json_value_set(object, "substatus", json_integer(result->substatus), &failed);
    }
    if (result->inner_status > 0) {
        json_value_set(object, "inner_status", json_integer(result->inner_status),
                       &failed);
    }
    if (result->has_hresult) {
        set_hresult(object, result->hresult, &failed);
    }
    set_text(object, "heading", result->heading, &failed);
    set_text(object, "verdict", result->verdict, &failed);
    if (result->is_tls) {
        json_value_set(object, "tls", tls_json(result), &failed);
    }
    set_ms(times, "connected", result->times.connected_us, &failed);
    set_ms(times, "ready", result->times.ready_us, &failed);
    set_ms(times, "first_byte", result->times.first_byte_us, &failed);
    set_ms(times, "total", result->times.total_us, &failed);
    json_value_set(object, "times_ms", times, &failed);
    return json_value_finish(object, failed);
}
