/* SPDX-License-Identifier: MIT */
#include "roles/live.h"

#include "base/compiler.h"
#include "base/timestamp.h"
#include "http/escape.h"
#include "http/query.h"
#include "logs/w3c_log.h"
#include "pages/pages.h"
#include "pages/pages_data.h"
#include "pages/values.h"
#include "roles/desk_values.h"
#include "roles/events_feed.h"
#include "roles/live_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows */

/* The newest first. */
static json_t *row_list(const struct event_bus *bus, const struct event_filter *filter)
{
    json_t *rows = json_array();
    struct event_bus_entry entry;
    uint64_t lost;
    for (uint64_t at = 0; event_bus_next(bus, filter, &at, &lost, &entry);) {
        json_t *event = json_loadb((const char *)entry.json.data, entry.json.len,
                                   JSON_ALLOW_NUL, NULL);
        json_array_insert_new(rows, 0, live_row_values(event));
        json_decref(event);
        if (json_array_size(rows) > LIVE_ROWS_MAX) {
            json_array_remove(rows, LIVE_ROWS_MAX);
        }
    }
    return rows;
}

/* ---- the page */

/* What the form of the page asks for; what does not fit is not asked for. */
static void read_filter(const char *query, struct event_filter *filter)
{
    (void)query_find(query, "type", filter->type, sizeof filter->type);
    (void)query_find(query, "verdict", filter->verdict, sizeof filter->verdict);
    (void)query_find(query, "subject", filter->subject, sizeof filter->subject);
}

static void append_parameter(struct buf *out, const char *name, const char *value)
{
    if (value[0] != 0) {
        buf_printf(out, "%c%s=", out->len == 0 ? '?' : '&', name);
        escape_url(out, slice_from_string(value));
    }
}

static void put_query(struct values *v, const struct event_filter *filter)
{
    struct buf query = BUF_EMPTY;
    append_parameter(&query, "type", filter->type);
    append_parameter(&query, "verdict", filter->verdict);
    append_parameter(&query, "subject", filter->subject);
    values_slice(v, "query", buf_slice(&query));
    buf_finish(&query);
}

static void put_choices(struct values *v, const struct event_filter *filter)
{
    static const char *const choices[][2] = {
        { "", "everything" },
        { "failed", "handshakes that failed" },
        { "handshake", "handshakes" },
        { "request", "requests" },
    };
    json_t *list = json_array();
    for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
        struct values choice;
        values_init(&choice);
        values_text(&choice, "value", choices[i][0]);
        values_text(&choice, "text", choices[i][1]);
        values_flag(&choice, "selected", strcmp(choices[i][0], filter->type) == 0);
        json_array_append_new(list, values_take(&choice));
    }
    values_put(v, "choices", list);
}

/* The script of this page may run and fetch its stream; nothing else may. */
static bool append_policy(struct buf *out)
{
    return buf_printf(out,
                      "default-src 'none'; style-src %s; script-src 'self'; "
                      "connect-src 'self'; img-src data:; base-uri 'none'; "
                      "form-action 'self'; frame-ancestors 'none'",
                      pages_style_hashes);
}

int live_answer_page(const struct role_input *input, struct role_answer *answer,
                     struct err *err)
{
    const struct event_bus *bus = input->services->bus;
    struct event_filter filter = { .type = "" };
    struct buf policy = BUF_EMPTY;
    struct values v;

    read_filter(input->exchange->request->query, &filter);
    values_init(&v);
    desk_values_frame(&v, input, "/live", "Live");
    values_text(&v, "extra_style", "live.css");
    values_text(&v, "extra_script", "/live/live.js");
    put_choices(&v, &filter);
    put_query(&v, &filter);
    values_text(&v, "verdict", filter.verdict);
    values_text(&v, "subject", filter.subject);
    values_number(&v, "last", (int64_t)event_bus_last(bus));
    values_number(&v, "rows_max", LIVE_ROWS_MAX);
    values_put(&v, "rows", row_list(bus, &filter));
    json_t *values = values_take(&v);
    bool ok = values != NULL && append_policy(&policy) &&
              pages_render(&answer->body, "live", values);
    response_add(&answer->response, "Content-Type", "text/html; charset=utf-8");
    response_add(&answer->response, "Content-Security-Policy", buf_string(&policy));
    json_decref(values);
    buf_finish(&policy);
    return ok ? 0 : err_memory(err);
}

/* ---- what belongs to it */

static int answer_stream(const struct role_input *input, struct role_answer *answer,
                         struct err *err)
{
    answer->quiet = true;
    return events_feed_answer(input, EVENTS_FEED_HTML, answer, err);
}

static int answer_script(const struct role_input *input, struct role_answer *answer,
                         struct err *err)
{
    (void)input;
    answer->quiet = true;
    response_add(&answer->response, "Content-Type", "text/javascript; charset=utf-8");
    return buf_append_slice(&answer->body, pages_find("live.js")) ? 0 : err_memory(err);
}

static int answer_json(const struct role_input *input, struct role_answer *answer,
                       struct err *err)
{
    response_add(&answer->response, "Content-Disposition",
                 "attachment; filename=\"certgate-events.jsonl\"");
    return events_feed_answer(input, EVENTS_FEED_LINES, answer, err);
}

static const char *text_of(const json_t *event, const char *key)
{
    const char *text = json_string_value(json_object_get(event, key));
    return text == NULL ? "" : text;
}

/* "127.0.0.1" of "127.0.0.1:50000", "::1" of "[::1]:50000". */
static void cut_port(char *address)
{
    char *end = strrchr(address, ':');
    if (end != NULL) {
        *end = 0;
    }
    size_t len = strlen(address);
    if (len > 2 && address[0] == '[' && address[len - 1] == ']') {
        address[len - 1] = 0;
        memmove(address, address + 1, len - 1);
    }
}

static void append_record(struct buf *out, const json_t *event)
{
    char client_ip[ADDRESS_TEXT_LEN];
    const char *status = text_of(event, "status");
    const char *point = strchr(status, '.');
    struct w3c_record record = {
        .server_ip = "",
        .method = text_of(event, "method"),
        .path = text_of(event, "path"),
        .query = text_of(event, "query"),
        .server_port = (unsigned)json_integer_value(json_object_get(event, "port")),
        .user_name = "",
        .client_ip = client_ip,
        .user_agent = text_of(event, "user_agent"),
        .referer = text_of(event, "referer"),
        .status = (unsigned)strtoul(status, NULL, 10),
        .substatus = point == NULL ? 0 : (unsigned)strtoul(point + 1, NULL, 10),
        .win32_status =
            (uint32_t)json_integer_value(json_object_get(event, "win32_status")),
        .time_taken_ms = (uint64_t)json_integer_value(json_object_get(event, "ms")),
    };
    snprintf(client_ip, sizeof client_ip, "%s", text_of(event, "peer"));
    cut_port(client_ip);
    /* What http.sys answers itself is in no site's log. */
    if (timestamp_parse(text_of(event, "time"), &record.time) &&
        text_of(event, "verdict")[0] != 0 && record.status != 0) {
        (void)w3c_log_format(out, &record);
    }
}

static int answer_w3c(const struct role_input *input, struct role_answer *answer,
                      struct err *err)
{
    struct event_filter filter = { .type = "" };
    struct event_bus_entry entry;
    uint64_t lost;

    read_filter(input->exchange->request->query, &filter);
    snprintf(filter.type, sizeof filter.type, "request");
    response_add(&answer->response, "Content-Type", "text/plain; charset=utf-8");
    response_add(&answer->response, "Content-Disposition",
                 "attachment; filename=\"certgate.log\"");
    (void)w3c_log_format_head(&answer->body, input->exchange->config->windows->iis,
                              input->exchange->context->now);
    for (uint64_t at = 0;
         event_bus_next(input->services->bus, &filter, &at, &lost, &entry);) {
        json_t *event = json_loadb((const char *)entry.json.data, entry.json.len,
                                   JSON_ALLOW_NUL, NULL);
        append_record(&answer->body, event);
        json_decref(event);
    }
    return buf_ok(&answer->body) ? 0 : err_memory(err);
}

int live_answer_part(const struct role_input *input, struct role_answer *answer,
                     struct err *err)
{
    static const struct {
        const char *path;
        int (*answer)(const struct role_input *input, struct role_answer *answer,
                      struct err *err);
    } parts[] = {
        { "/live/events", answer_stream },
        { "/live/live.js", answer_script },
        { "/live/events.jsonl", answer_json },
        { "/live/w3c.log", answer_w3c },
    };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (strcmp(parts[i].path, input->exchange->request->path) == 0) {
            return parts[i].answer(input, answer, err);
        }
    }
    role_text(answer, RESPONSE_NOT_FOUND, "There is nothing here.");
    return 0;
}
