/* SPDX-License-Identifier: MIT */
#include "roles/events_feed.h"

#include "base/mem.h"
#include "base/text.h"
#include "http/query.h"
#include "logs/event_bus.h"
#include "roles/live_row.h"

#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 24

struct feed {
    const struct event_bus *bus; /* borrowed: the server's */
    enum events_feed_format format;
    struct event_filter filter;
    bool follows;
    bool has_begun; /* what is lost from now on is lost because the reader is slow */
    uint64_t left;  /* by ?limit */
};

/* ---- writing */

static bool is_sse(const struct feed *feed)
{
    return feed->format != EVENTS_FEED_LINES;
}

/* Each line of the text is a line of data. */
static void append_data(struct buf *out, struct slice text)
{
    while (text.len > 0) {
        buf_append_string(out, "data: ");
        buf_append_slice(out, slice_take_line(&text));
        buf_append_string(out, "\n");
    }
}

static void append_event(const struct feed *feed, const struct event_bus_entry *entry,
                         struct buf *out)
{
    struct buf row = BUF_EMPTY;
    if (!is_sse(feed)) {
        buf_append_slice(out, entry->json);
        buf_append_string(out, "\n");
        return;
    }
    buf_printf(out, "id: %llu\n", (unsigned long long)entry->sequence);
    if (feed->format == EVENTS_FEED_HTML && live_row_append(&row, entry)) {
        append_data(out, buf_slice(&row));
    } else {
        append_data(out, entry->json);
    }
    buf_append_string(out, "\n");
    buf_finish(&row);
}

static void append_lost(const struct feed *feed, uint64_t lost, struct buf *out)
{
    if (is_sse(feed)) {
        buf_append_string(out, "event: lost\ndata: ");
    }
    buf_printf(out, "{\"type\":\"lost\",\"lost\":%llu}%s", (unsigned long long)lost,
               is_sse(feed) ? "\n\n" : "\n");
}

/* False: the stream ends here. */
static bool append_next(struct feed *feed, uint64_t *cursor, struct buf *out)
{
    struct event_bus_entry entry;
    uint64_t lost;
    bool found = event_bus_next(feed->bus, &feed->filter, cursor, &lost, &entry);
    if (lost > 0) {
        append_lost(feed, lost, out);
        if (feed->has_begun && feed->follows && !is_sse(feed)) {
            return false;
        }
    }
    feed->has_begun = true;
    if (!found) {
        return feed->follows;
    }
    append_event(feed, &entry, out);
    return --feed->left > 0;
}

static bool pull(void *user, uint64_t *cursor, bool is_tick, struct buf *out)
{
    struct feed *feed = user;
    uint64_t before;
    do {
        before = *cursor;
        if (!append_next(feed, cursor, out)) {
            return false;
        }
    } while (*cursor != before && out->len < EVENTS_FEED_CHUNK);
    if (is_tick && out->len == 0) {
        buf_append_string(out, is_sse(feed) ? ":\n\n" : "\n");
    }
    return true;
}

/* ---- what is asked for */

/* False: it is given, but not a number. */
static bool read_number(const char *query, const char *name, uint64_t *number)
{
    char text[NUMBER_MAX];
    return !query_has(query, name) || (query_find(query, name, text, sizeof text) &&
                                       text_read_number(text, INT64_MAX, number));
}

/* A browser that lost its connection says so in a header. */
static bool read_since(const struct request *request, uint64_t *since)
{
    const char *last = request_find_header(request, "Last-Event-ID");
    if (last != NULL && text_read_number(last, INT64_MAX, since)) {
        return true;
    }
    return read_number(request->query, "since", since);
}

static bool is_yes(const char *query, const char *name)
{
    char text[NUMBER_MAX];
    return query_has(query, name) &&
           (!query_find(query, name, text, sizeof text) || strcmp(text, "0") != 0);
}

/* False: a value does not fit, or does not decode. */
static bool read_filter(const char *query, struct event_filter *filter)
{
    return (!query_has(query, "type") ||
            query_find(query, "type", filter->type, sizeof filter->type)) &&
           (!query_has(query, "verdict") ||
            query_find(query, "verdict", filter->verdict, sizeof filter->verdict)) &&
           (!query_has(query, "subject") ||
            query_find(query, "subject", filter->subject, sizeof filter->subject));
}

/* The cursor behind which there are `limit` events that the filter takes. */
static uint64_t find_newest(const struct feed *feed, uint64_t limit)
{
    struct event_bus_entry entry;
    uint64_t lost;
    uint64_t n = 0;
    for (uint64_t at = 0;
         event_bus_next(feed->bus, &feed->filter, &at, &lost, &entry);) {
        n++;
    }
    uint64_t cursor = 0;
    while (n > limit &&
           event_bus_next(feed->bus, &feed->filter, &cursor, &lost, &entry)) {
        n--;
    }
    return cursor;
}

/* Events from before the ring do not count as lost. */
static uint64_t first_cursor(const struct feed *feed)
{
    uint64_t first = event_bus_first(feed->bus);
    return first == 0 ? event_bus_last(feed->bus) : first - 1;
}

static void set_type(struct role_answer *answer, enum events_feed_format format)
{
    response_add(&answer->response, "Content-Type",
                 format != EVENTS_FEED_LINES ? "text/event-stream"
                                             : "application/x-ndjson");
}

int events_feed_answer(const struct role_input *input, enum events_feed_format format,
                       struct role_answer *answer, struct err *err)
{
    const struct request *request = input->exchange->request;
    struct feed wanted = { .bus = input->services->bus,
                           .format = format,
                           .follows = format != EVENTS_FEED_LINES ||
                                      is_yes(request->query, "follow"),
                           .left = UINT64_MAX };
    uint64_t since = 0;

    if (!read_since(request, &since) ||
        !read_number(request->query, "limit", &wanted.left) || wanted.left == 0 ||
        !read_filter(request->query, &wanted.filter)) {
        role_text(answer, RESPONSE_BAD_REQUEST,
                  "since and limit are numbers, limit not 0; type, verdict and subject "
                  "are texts of at most 255 bytes.");
        return 0;
    }
    set_type(answer, format);
    if (request->method == REQUEST_METHOD_HEAD) {
        return 0;
    }
    struct feed *feed = mem_alloc(1, sizeof *feed);
    if (feed == NULL) {
        return err_memory(err);
    }
    *feed = wanted;
    bool has_since = query_has(request->query, "since") || since > 0;
    if (!has_since) {
        since = feed->follows || wanted.left == UINT64_MAX
                    ? first_cursor(feed)
                    : find_newest(feed, wanted.left);
    }
    answer->stream = (struct role_stream){
        .pull = pull, .finish = free, .user = feed, .cursor = since
    };
    return 0;
}
