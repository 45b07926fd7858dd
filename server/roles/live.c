/* SPDX-License-Identifier: MIT */
#include "roles/live.h"

#include "base/compiler.h"
#include "base/mem.h"
#include "base/timestamp.h"
#include "describe/json_value.h"
#include "http/escape.h"
#include "http/query.h"
#include "logs/w3c_log.h"
#include "pages/pages.h"
#include "pages/values.h"
#include "roles/desk_values.h"
#include "roles/events_feed.h"
#include "roles/live_row.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is listed */

/* Events of the bus, copied, so that a thread can make a page or a log of them: a full
 * bus is more than the loop has time for. */
struct listing {
    struct buf lines; /* the events, one a line, the oldest first */
    json_t *values;   /* of the page, but for its rows; NULL = this is a log */
    char text[LIVE_SEARCH_MAX]; /* what is searched for; "" = all */
    struct buf body;            /* what has become of it */
    bool failed;
};

static void listing_destroy(void *job)
{
    struct listing *listing = job;
    buf_finish(&listing->lines);
    buf_finish(&listing->body);
    json_decref(listing->values);
    free(listing);
}

/* The last `max` that the filter takes. NULL: out of memory. */
static struct listing *listing_create(const struct event_bus *bus,
                                      const struct event_filter *filter, size_t max)
{
    struct listing *listing = mem_alloc(1, sizeof *listing);
    struct event_bus_entry entry;
    uint64_t lost;
    size_t n = 0;
    if (listing == NULL) {
        return NULL;
    }
    for (uint64_t at = 0; event_bus_next(bus, filter, &at, &lost, &entry);) {
        n++;
    }
    for (uint64_t at = 0; event_bus_next(bus, filter, &at, &lost, &entry);) {
        if (n-- <= max) {
            buf_append_slice(&listing->lines, entry.json);
            buf_append_byte(&listing->lines, '\n');
        }
    }
    if (!buf_ok(&listing->lines)) {
        listing_destroy(listing);
        return NULL;
    }
    return listing;
}

/* Of a line of `lines`, which is taken off; NULL: no memory. */
static json_t *take_event(struct slice *lines)
{
    struct slice line = slice_take_line(lines);
    return json_loadb((const char *)line.data, line.len, JSON_ALLOW_NUL, NULL);
}

static bool begins(struct slice line, const char *text)
{
    size_t n = 0;
    while (text[n] != 0 && n < line.len &&
           tolower(line.data[n]) == tolower((unsigned char)text[n])) {
        n++;
    }
    return text[n] == 0;
}

static bool contains(struct slice line, const char *text)
{
    size_t at = 0;
    while (at < line.len && !begins(slice_part(line, at, line.len), text)) {
        at++;
    }
    return at < line.len || text[0] == 0;
}

/* Takes the row of that connection off the list, or makes one; a new reference. */
static json_t *take_connection(json_t *list, int64_t number, int64_t port)
{
    struct values v;
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *row = json_array_get(list, i);
        if (json_integer_value(json_object_get(row, "connection")) == number) {
            json_incref(row);
            json_array_remove(list, i);
            return row;
        }
    }
    values_init(&v);
    values_number(&v, "connection", number);
    values_number(&v, "port", port);
    values_put(&v, "rows", json_array());
    return values_take(&v);
}

/* The first event of a connection, its handshake, stays. */
static void bound_rows(json_t *connection, bool *failed)
{
    json_t *rows = json_object_get(connection, "rows");
    int64_t n_left_out = json_integer_value(json_object_get(connection, "n_left_out"));
    while (json_array_size(rows) > LIVE_ROWS_MAX) {
        json_array_remove(rows, 1);
        n_left_out++;
    }
    if (n_left_out > 0) {
        json_value_set(connection, "n_left_out", json_integer(n_left_out), failed);
    }
}

/* The connection of the newest event comes first. */
static void add_event(json_t *list, const json_t *event, bool *failed)
{
    json_t *connection =
        take_connection(list, json_integer_value(json_object_get(event, "connection")),
                        json_integer_value(json_object_get(event, "port")));
    json_value_add(json_object_get(connection, "rows"), live_row_values(event), failed);
    bound_rows(connection, failed);
    json_value_add_first(list, connection, failed);
    while (json_array_size(list) > LIVE_CONNECTIONS_MAX) {
        json_array_remove(list, json_array_size(list) - 1);
    }
}

/* In a thread. */
static void write_page(void *job)
{
    struct listing *listing = job;
    struct slice lines = buf_slice(&listing->lines);
    struct values connections = values_list();
    while (lines.len > 0) {
        struct slice line = slice_part(lines, 0, slice_find(lines, '\n'));
        if (!contains(line, listing->text)) {
            (void)slice_take_line(&lines);
            continue;
        }
        json_t *event = take_event(&lines);
        connections.failed |= event == NULL;
        if (event != NULL && !connections.failed) {
            add_event(connections.object, event, &connections.failed);
        }
        json_decref(event);
    }
    json_value_set(listing->values, "has_found",
                   json_boolean(json_array_size(connections.object) > 0),
                   &listing->failed);
    json_value_set(listing->values, "connections", values_take(&connections),
                   &listing->failed);
    listing->failed =
        listing->failed || !pages_render(&listing->body, "live", listing->values);
}

static int answer_listing(const struct role_input *input, void *job,
                          struct role_answer *answer, struct err *err);

/* Consumes the listing, unless it fails. */
static int list_in_thread(struct listing *listing, void (*run)(void *job),
                          struct role_answer *answer, struct err *err)
{
    if (listing == NULL) {
        return err_memory(err);
    }
    answer->work = (struct role_work){ run, answer_listing, listing_destroy, listing };
    return 0;
}

/* ---- the page */

/* The filter of the page's form; values that do not fit are ignored. */
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
    values_put(v, "query", values_buf(&query));
}

/* What the search adds to the query of the filter. */
static void put_text_query(struct values *v, const char *text,
                           const struct event_filter *filter)
{
    struct buf query = BUF_EMPTY;
    bool is_first =
        filter->type[0] == 0 && filter->verdict[0] == 0 && filter->subject[0] == 0;
    if (text[0] != 0) {
        buf_append_string(&query, is_first ? "?q=" : "&q=");
        escape_url(&query, slice_from_string(text));
    }
    values_put(v, "text_query", values_buf(&query));
}

static void put_choices(struct values *v, const struct event_filter *filter)
{
    static const char *const choices[][2] = {
        { "", "everything" },
        { "failed", "handshakes that failed" },
        { "handshake", "handshakes" },
        { "request", "requests" },
    };
    struct values list = values_list();
    for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
        struct values choice;
        values_init(&choice);
        values_text(&choice, "value", choices[i][0]);
        values_text(&choice, "text", choices[i][1]);
        values_flag(&choice, "selected", strcmp(choices[i][0], filter->type) == 0);
        values_add(&list, values_take(&choice));
    }
    values_put(v, "choices", values_take(&list));
}

int live_answer_page(const struct role_input *input, struct role_answer *answer,
                     struct err *err)
{
    const struct event_bus *bus = input->services->bus;
    struct event_filter filter = { .type = "" };
    char text[LIVE_SEARCH_MAX] = "";
    struct values v;

    read_filter(input->exchange->request->query, &filter);
    values_init(&v);
    desk_values_frame(&v, input, "/live", "Live");
    values_text(&v, "extra_style", "live.css");
    put_choices(&v, &filter);
    put_query(&v, &filter);
    values_text(&v, "verdict", filter.verdict);
    values_text(&v, "subject", filter.subject);
    values_number(&v, "last", (int64_t)event_bus_last(bus));
    values_number(&v, "connections_max", (int64_t)LIVE_CONNECTIONS_MAX);
    (void)query_find(input->exchange->request->query, "q", text, sizeof text);
    values_text(&v, "text", text);
    put_text_query(&v, text, &filter);
    values_flag(&v, "is_filtered",
                text[0] != 0 || filter.type[0] != 0 || filter.verdict[0] != 0 ||
                    filter.subject[0] != 0);
    json_t *values = values_take(&v);
    struct listing *listing =
        values == NULL
            ? NULL
            : listing_create(bus, &filter,
                             text[0] != 0 ? EVENT_BUS_COUNT_MAX : LIVE_EVENTS_MAX);
    if (listing == NULL) {
        json_decref(values);
        return err_memory(err);
    }
    listing->values = values;
    memcpy(listing->text, text, sizeof text);
    return list_in_thread(listing, write_page, answer, err);
}

/* ---- what belongs to it */

static int answer_stream(const struct role_input *input, struct role_answer *answer,
                         struct err *err)
{
    answer->quiet = true;
    return events_feed_answer(input, EVENTS_FEED_HTML, answer, err);
}

/* For the scripts of the desk. */
static int answer_sse(const struct role_input *input, struct role_answer *answer,
                      struct err *err)
{
    answer->quiet = true;
    return events_feed_answer(input, EVENTS_FEED_SSE, answer, err);
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
    /* Requests that http.sys answers itself are in no site's log. */
    if (timestamp_parse(text_of(event, "time"), &record.time) &&
        text_of(event, "verdict")[0] != 0 && record.status != 0) {
        (void)w3c_log_format(out, &record);
    }
}

/* In a thread. */
static void write_log(void *job)
{
    struct listing *listing = job;
    struct slice lines = buf_slice(&listing->lines);
    while (lines.len > 0) {
        json_t *event = take_event(&lines);
        if (event == NULL) {
            listing->failed = true;
            return;
        }
        append_record(&listing->body, event);
        json_decref(event);
    }
}

static int answer_w3c(const struct role_input *input, struct role_answer *answer,
                      struct err *err)
{
    struct event_filter filter = { .type = "" };
    read_filter(input->exchange->request->query, &filter);
    snprintf(filter.type, sizeof filter.type, "request");
    struct listing *listing =
        listing_create(input->services->bus, &filter, EVENT_BUS_COUNT_MAX);
    if (listing != NULL) {
        (void)w3c_log_format_head(&listing->body, input->exchange->config->windows->iis,
                                  input->exchange->context->now);
    }
    return list_in_thread(listing, write_log, answer, err);
}

static int answer_listing(const struct role_input *input, void *job,
                          struct role_answer *answer, struct err *err)
{
    struct listing *listing = job;
    struct buf policy = BUF_EMPTY;
    (void)input;
    if (listing->failed || !buf_ok(&listing->body) ||
        !pages_append_policy(&policy, PAGES_FORM | PAGES_ASK)) {
        buf_finish(&policy);
        return err_memory(err);
    }
    answer->body = listing->body;
    listing->body = (struct buf)BUF_EMPTY;
    if (listing->values != NULL) {
        response_add(&answer->response, "Content-Type", "text/html; charset=utf-8");
        response_add_buf(&answer->response, "Content-Security-Policy", &policy);
    } else {
        response_add(&answer->response, "Content-Type", "text/plain; charset=utf-8");
        response_add(&answer->response, "Content-Disposition",
                     "attachment; filename=\"certgate.log\"");
    }
    buf_finish(&policy);
    return 0;
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
        { "/live/events.sse", answer_sse },
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
