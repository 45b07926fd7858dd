/* SPDX-License-Identifier: MIT */
#include "attempt/result_json.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "chain/verdict.h"
#include "describe/describe.h"
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

/* Left out when empty. Memory that is missing shows when the whole is dumped: a
 * field that could not be made is absent. */
static void set_text(json_t *object, const char *key, const char *text)
{
    if (text[0] != 0) {
        json_object_set_new(object, key, result_json_string(text));
    }
}

static void set_hresult(json_t *object, uint32_t hresult)
{
    char text[16];
    snprintf(text, sizeof(text), "0x%08X", (unsigned)hresult);
    json_object_set_new(object, "hresult", json_string(text));
}

static void set_alert(json_t *object, const char *key, int alert)
{
    if (alert != TLS_ALERT_NONE) {
        json_object_set_new(
            object, key,
            json_pack("{s:i, s:s}", "number", alert, "name", tls_alert_name(alert)));
    }
}

json_t *result_json_expected(struct recipe_outcome expected)
{
    json_t *object = json_object();
    if (expected.is_alert) {
        json_object_set_new(object, "alert", json_true());
        return object;
    }
    const struct verdict_info *info = verdict_get(expected.verdict);
    json_object_set_new(object, "verdict", json_string(info->name));
    json_object_set_new(object, "status", json_integer((json_int_t)info->status));
    if (info->status != 200) {
        json_object_set_new(object, "substatus",
                            json_integer((json_int_t)info->substatus));
        set_hresult(object, info->hresult);
    }
    return object;
}

static json_t *server_json(const struct attempt_server *server)
{
    json_t *object = json_object();
    struct buf hex = BUF_EMPTY;
    char when[TIMESTAMP_TEXT_LEN];
    text_append_hex(&hex, (struct slice){ server->sha256, sizeof(server->sha256) }, 0);
    set_text(object, "subject", server->subject);
    set_text(object, "issuer", server->issuer);
    set_text(object, "sha256", buf_string(&hex));
    set_text(object, "not_before", timestamp_format(server->not_before, when));
    set_text(object, "not_after", timestamp_format(server->not_after, when));
    json_object_set_new(object, "chain_length",
                        json_integer((json_int_t)server->n_chain));
    set_text(object, "problem", server->problem);
    buf_finish(&hex);
    return object;
}

static json_t *ca_names_json(const struct attempt_result *result)
{
    json_t *list = json_array();
    struct slice rest = buf_slice(&result->ca_names);
    struct slice name;
    while (tls_info_next_ca_name(&rest, &name)) {
        struct buf text = BUF_EMPTY;
        (void)name_format(&text, name);
        json_array_append_new(list, json_string(buf_string(&text)));
        buf_finish(&text);
    }
    return list;
}

static json_t *tls_json(const struct attempt_result *result)
{
    json_t *object = json_object();
    set_text(object, "version", result->tls_version);
    set_text(object, "cipher", result->cipher);
    set_text(object, "group", result->group);
    set_text(object, "signature", result->signature);
    set_text(object, "alpn", result->alpn);
    json_object_set_new(object, "handshake_done", json_boolean(result->handshake_done));
    json_object_set_new(object, "resumed", json_boolean(result->resumed));
    json_object_set_new(object, "certificate_requested",
                        json_boolean(result->certificate_requested));
    json_object_set_new(object, "certificate_sent",
                        json_boolean(result->certificate_sent));
    if (result->requested_late) {
        json_object_set_new(object, "requested_late", json_true());
    }
    if (result->certificate_withheld) {
        json_object_set_new(object, "certificate_withheld", json_true());
    }
    if (result->ca_names.len > 0) {
        json_object_set_new(object, "ca_names", ca_names_json(result));
    }
    set_alert(object, "alert_received", result->alert_received);
    set_alert(object, "alert_sent", result->alert_sent);
    if (result->server.known) {
        json_object_set_new(object, "server_certificate", server_json(&result->server));
    }
    return object;
}

static void set_ms(json_t *object, const char *key, int64_t us)
{
    if (us > 0) {
        json_object_set_new(object, key, json_real((double)us / 1000.0));
    }
}

json_t *result_json(const struct attempt_result *result)
{
    json_t *object = json_object();
    json_t *times = json_object();
    json_object_set_new(object, "end", json_string(attempt_end_name(result->end)));
    json_object_set_new(object, "phase",
                        json_string(attempt_phase_name(result->phase)));
    set_text(object, "detail", result->detail);
    set_text(object, "address", result->address);
    if (result->status != 0) {
        json_object_set_new(object, "status", json_integer(result->status));
    }
    if (result->substatus != ATTEMPT_SUBSTATUS_HIDDEN) {
        json_object_set_new(object, "substatus", json_integer(result->substatus));
    }
    if (result->inner_status > 0) {
        json_object_set_new(object, "inner_status", json_integer(result->inner_status));
    }
    if (result->has_hresult) {
        set_hresult(object, result->hresult);
    }
    set_text(object, "heading", result->heading);
    set_text(object, "verdict", result->verdict);
    if (result->is_tls) {
        json_object_set_new(object, "tls", tls_json(result));
    }
    set_ms(times, "connected", result->times.connected_us);
    set_ms(times, "ready", result->times.ready_us);
    set_ms(times, "first_byte", result->times.first_byte_us);
    set_ms(times, "total", result->times.total_us);
    json_object_set_new(object, "times_ms", times);
    return object;
}
