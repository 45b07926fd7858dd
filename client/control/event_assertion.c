/* SPDX-License-Identifier: MIT */
#include "control/event_assertion.h"

#include "base/clock.h"
#include "base/text.h"
#include "control/event_text.h"

#include <string.h>

#define US_PER_S ((int64_t)1000000)
/* For an answer that does not wait for anything. */
#define ANSWER_S 10
/* Of what came instead. */
#define INSTEAD_MAX 12

/* ---- counting */

static void take(struct event_tally *tally, struct slice line)
{
    json_t *event = json_loadb((const char *)line.data, line.len, JSON_ALLOW_NUL, NULL);
    const char *type = json_string_value(json_object_get(event, "type"));
    if (type != NULL && strcmp(type, "lost") == 0) {
        tally->lost = true;
    } else if (event != NULL) {
        tally->n++;
        tally->last = (uint64_t)json_integer_value(json_object_get(event, "sequence"));
    }
    json_decref(event);
}

/* Whether waiting longer cannot improve the result. */
static bool is_settled(const struct event_assertion *assertion,
                       const struct event_tally *tally)
{
    if (!assertion->has_count) {
        return tally->n > 0;
    }
    return tally->n > assertion->count ||
           (tally->n == assertion->count && tally->n > 0);
}

static bool is_met(const struct event_assertion *assertion,
                   const struct event_tally *tally)
{
    return assertion->has_count ? tally->n == assertion->count : tally->n > 0;
}

/* Until the end of the answer, the time (*ret_timeout), or what settles it. */
static int count(const struct url *url, const struct event_assertion *assertion,
                 bool follow, int64_t end_us, struct event_tally *tally,
                 bool *ret_timeout, struct err *err)
{
    struct events_query query = assertion->query;
    struct events_source source;
    struct slice line;
    enum events_line what;

    query.follow = follow;
    if (follow && tally->last > 0) {
        query.has_since = true;
        query.since = tally->last;
    }
    if (events_source_open(&source, url, &query, err) != 0) {
        return -1;
    }
    int result;
    while ((result = events_source_next(&source, end_us, &what, &line, err)) == 0 &&
           what == EVENTS_LINE_EVENT) {
        take(tally, line);
        if (follow && is_settled(assertion, tally)) {
            break;
        }
    }
    events_source_close(&source);
    *ret_timeout = what == EVENTS_LINE_TIMEOUT;
    return result;
}

/* Events that are there already come at once, unless the time is over. */
int event_assertion_judge(const struct event_assertion *assertion,
                          const struct url *url, bool *ret_met,
                          struct event_tally *ret_tally, struct err *err)
{
    int64_t within_s = assertion->within_s > 0 ? assertion->within_s : ANSWER_S;
    int64_t end_us = clock_monotonic_us() + within_s * US_PER_S;
    struct event_tally tally = { .last = assertion->query.since };
    bool timeout = false;

    if (count(url, assertion, false, end_us, &tally, &timeout, err) != 0) {
        return -1;
    }
    if (timeout && assertion->within_s == 0) {
        char text[URL_TEXT_MAX];
        return err_set(
            err, ERR_LIMIT, 0,
            "%s has not ended its answer in %d s: is it certgated's control?",
            url_format(url, text), ANSWER_S);
    }
    if (!timeout && assertion->within_s > 0 && !is_settled(assertion, &tally) &&
        count(url, assertion, true, end_us, &tally, &timeout, err) != 0) {
        return -1;
    }
    *ret_met = is_met(assertion, &tally);
    *ret_tally = tally;
    return 0;
}

/* ---- telling */

static void append_wish(struct buf *out, const struct event_assertion *assertion)
{
    const struct events_query *query = &assertion->query;
    if (assertion->has_count) {
        buf_printf(out, "%llu", (unsigned long long)assertion->count);
    } else {
        buf_append_string(out, "at least one");
    }
    buf_printf(out, " %s%s", query->type != NULL ? query->type : "event",
               assertion->has_count && assertion->count != 1 ? "s" : "");
    if (query->verdict != NULL) {
        buf_printf(out, " with verdict %s", query->verdict);
    }
    if (query->subject != NULL) {
        buf_printf(out, " by %s", query->subject);
    }
    if (query->has_since) {
        buf_printf(out, " behind event %llu", (unsigned long long)query->since);
    }
}

static int append_instead(struct buf *out, const struct url *url,
                          const struct event_assertion *assertion, struct err *err)
{
    const struct events_query query = {
        .since = assertion->query.since,
        .has_since = assertion->query.has_since,
        .limit = assertion->query.has_since ? 0 : INSTEAD_MAX,
    };
    struct events_source source;
    struct slice line;
    enum events_line what;
    int n = 0;

    if (events_source_open(&source, url, &query, err) != 0) {
        return -1;
    }
    int result;
    int64_t end_us = clock_monotonic_us() + ANSWER_S * US_PER_S;
    while ((result = events_source_next(&source, end_us, &what, &line, err)) == 0 &&
           what == EVENTS_LINE_EVENT && n < INSTEAD_MAX) {
        json_t *event =
            json_loadb((const char *)line.data, line.len, JSON_ALLOW_NUL, NULL);
        buf_append_string(out, n++ == 0 ? "What the server saw:\n  " : "  ");
        event_text_append(out, event);
        json_decref(event);
    }
    if (n == 0) {
        buf_append_string(out, "The server saw nothing at all.\n");
    }
    events_source_close(&source);
    return result;
}

int event_assertion_explain(const struct event_assertion *assertion,
                            const struct url *url, const struct event_tally *tally,
                            struct buf *out, struct err *err)
{
    struct buf text = BUF_EMPTY;
    buf_append_string(&text, "expected ");
    append_wish(&text, assertion);
    buf_printf(&text, ", got %llu", (unsigned long long)tally->n);
    if (assertion->within_s > 0) {
        buf_printf(&text, " within %lld s", (long long)assertion->within_s);
    }
    text_escape_terminal(out, buf_slice(&text));
    buf_append_string(out, tally->lost ? " (and some events were lost)\n" : "\n");
    buf_finish(&text);
    return append_instead(out, url, assertion, err);
}
