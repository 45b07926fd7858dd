/* SPDX-License-Identifier: MIT */
#include "roles/live_row.h"

#include "pages/pages.h"
#include "pages/values.h"

#include <string.h>

/* "15:04:05.123" in "2026-11-22T15:04:05.123Z". */
#define TIME_FROM ((size_t)11)
#define TIME_LEN  ((size_t)12)
/* The width of the drawing, and the least width of a bar. */
#define DRAWING_WIDTH 600
#define BAR_MIN       3
#define US_PER_MS     1000.0

static const char *text_of(const json_t *event, const char *key)
{
    const char *text = json_string_value(json_object_get(event, key));
    return text == NULL ? "" : text;
}

static int64_t number_of(const json_t *event, const char *key)
{
    return json_integer_value(json_object_get(event, key));
}

/* A missing value is left out. */
static void put_copy(struct values *v, const char *key, const json_t *event)
{
    const json_t *value = json_object_get(event, key);
    if (value != NULL) {
        values_put(v, key, json_deep_copy(value));
    }
}

static bool is_text(const json_t *event, const char *key, const char *wanted)
{
    return strcmp(text_of(event, key), wanted) == 0;
}

/* ---- the line */

static void put_time(struct values *v, const json_t *event)
{
    values_text(v, "datetime", text_of(event, "time"));
    values_slice(
        v, "time",
        slice_part(slice_from_string(text_of(event, "time")), TIME_FROM, TIME_LEN));
}

static void put_request(struct values *v, const json_t *event)
{
    bool good = text_of(event, "status")[0] == '2';
    values_text(v, "class", good ? "good" : "bad");
    values_text(v, "badge", text_of(event, "status"));
    values_text(v, "verdict", text_of(event, "verdict"));
    values_text(v, "method", text_of(event, "method"));
    values_text(v, "path", text_of(event, "path"));
    values_text(v, "reason", text_of(event, "fault"));
}

static void put_handshake(struct values *v, const json_t *event)
{
    bool failed = is_text(event, "outcome", "failed");
    bool resumed = json_is_true(json_object_get(event, "resumed"));
    values_text(v, "class", failed ? "bad" : "done");
    bool is_late = json_is_true(json_object_get(event, "late"));
    values_printf(v, "badge", "%s%s %s", is_late ? "late " : "", text_of(event, "type"),
                  failed    ? "failed"
                  : resumed ? "resumed"
                            : "done");
    values_text(v, "method", text_of(event, "tls"));
    values_text(v, "path", text_of(event, "sni"));
    values_printf(v, "verdict", "%s%s%s", text_of(event, "status"),
                  text_of(event, "verdict")[0] != 0 ? " " : "",
                  text_of(event, "verdict"));
    values_text(v, "reason", text_of(event, "reason"));
    values_text(v, "fault", text_of(event, "fault"));
    put_copy(v, "browser", event);
}

/* ---- the facts */

static void add_alert(struct values *rows, const json_t *event, const char *key,
                      const char *label)
{
    const json_t *alert = json_object_get(event, key);
    struct values row;
    if (alert == NULL) {
        return;
    }
    values_init(&row);
    values_text(&row, "label", label);
    values_printf(&row, "value", "%s (%lld)", text_of(alert, "name"),
                  (long long)number_of(alert, "number"));
    values_add(rows, values_take(&row));
}

static const char *yes_or_no(const json_t *event, const char *key)
{
    const json_t *flag = json_object_get(event, key);
    return flag == NULL ? NULL : json_is_true(flag) ? "yes" : "no";
}

static void put_facts(struct values *v, const json_t *event)
{
    static const struct {
        const char *key;
        const char *label;
    } facts[] = {
        { "end", "Ended by" },
        { "enforced", "Enforced on purpose, by" },
        { "dialect", "In the dialect of" },
        { "step", "In the step" },
        { "hresult", "HRESULT" },
        { "subject", "Subject" },
        { "issued_by", "Issued by" },
        { "sha1", "Thumbprint (SHA-1)" },
        { "unusable", "Unusable" },
        { "tls", "Version" },
        { "cipher", "Cipher suite" },
        { "alpn", "Protocol (ALPN)" },
        { "sni", "Server name (SNI)" },
        { "peer", "From" },
        { "sslflags", "The site's sslFlags" },
        { "user_agent", "User agent" },
    };
    struct values rows = values_list();
    add_alert(&rows, event, "alert_received", "Alert received");
    add_alert(&rows, event, "alert_sent", "Alert sent");
    for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
        values_row(&rows, facts[i].label, text_of(event, facts[i].key));
    }
    values_row(&rows, "Certificate asked for", yes_or_no(event, "asked"));
    values_row(&rows, "Session resumed", yes_or_no(event, "resumed"));
    values_row(&rows, "Holds the private key", yes_or_no(event, "possession_proved"));
    values_put(v, "facts", values_take(&rows));
}

/* ---- the timeline */

static int64_t scale(int64_t us, int64_t total_us)
{
    return us * DRAWING_WIDTH / total_us;
}

static void put_bar(struct values *v, const char *x_key, const char *width_key,
                    int64_t from, int64_t to)
{
    int64_t width = to - from < BAR_MIN ? BAR_MIN : to - from;
    values_number(v, x_key,
                  from + width > DRAWING_WIDTH ? DRAWING_WIDTH - width : from);
    values_number(v, width_key, width);
}

static json_t *step_values(const json_t *step, int64_t *last_us, int64_t total_us)
{
    int64_t at_us = number_of(step, "at_us");
    int64_t end_us = at_us + number_of(step, "worked_us");
    struct values v;
    values_init(&v);
    put_bar(&v, "wait_x", "wait_width", scale(*last_us, total_us),
            scale(at_us, total_us));
    put_bar(&v, "x", "width", scale(at_us, total_us), scale(end_us, total_us));
    values_printf(&v, "at", "%.1f", (double)at_us / US_PER_MS);
    values_printf(&v, "worked", "%.1f", (double)(end_us - at_us) / US_PER_MS);
    values_number(&v, "bytes_in", number_of(step, "bytes_in"));
    values_number(&v, "bytes_out", number_of(step, "bytes_out"));
    values_text(&v, "from",
                is_text(step, "from", "start") ? "client-hello"
                                               : text_of(step, "from"));
    values_text(&v, "to", text_of(step, "to"));
    *last_us = end_us;
    return values_take(&v);
}

static void put_timeline(struct values *v, const json_t *event)
{
    const json_t *steps = json_object_get(event, "steps");
    int64_t total_us = number_of(event, "us") > 0 ? number_of(event, "us") : 1;
    int64_t last_us = 0;
    struct values list = values_list();
    for (size_t i = 0; i < json_array_size(steps); i++) {
        values_add(&list, step_values(json_array_get(steps, i), &last_us, total_us));
    }
    if (json_array_size(list.object) > 0 || list.failed) {
        struct values timeline;
        values_init(&timeline);
        values_printf(&timeline, "total", "%.1f", (double)total_us / US_PER_MS);
        values_printf(&timeline, "half", "%.1f", (double)total_us / 2 / US_PER_MS);
        put_bar(&timeline, "rest_x", "rest_width", scale(last_us, total_us),
                DRAWING_WIDTH);
        values_put(&timeline, "steps", values_take(&list));
        values_put(v, "timeline", values_take(&timeline));
    } else {
        json_decref(values_take(&list));
    }
}

json_t *live_row_values(const json_t *event)
{
    struct values v;
    values_init(&v);
    values_number(&v, "sequence", number_of(event, "sequence"));
    put_time(&v, event);
    if (is_text(event, "type", "request")) {
        put_request(&v, event);
    } else {
        put_handshake(&v, event);
    }
    values_text(&v, "who", text_of(event, "issued_to"));
    values_number(&v, "port", number_of(event, "port"));
    values_number(&v, "connection", number_of(event, "connection"));
    values_text(&v, "why", text_of(event, "why"));
    put_copy(&v, "findings", event);
    put_facts(&v, event);
    put_timeline(&v, event);
    return values_take(&v);
}

bool live_row_append(struct buf *out, const struct event_bus_entry *entry)
{
    json_t *event = json_loadb((const char *)entry->json.data, entry->json.len,
                               JSON_ALLOW_NUL, NULL);
    json_t *values = event == NULL ? NULL : live_row_values(event);
    bool ok = values != NULL && pages_render(out, "live_row", values);
    json_decref(values);
    json_decref(event);
    return ok;
}
