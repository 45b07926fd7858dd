/* SPDX-License-Identifier: MIT */
#include "logs/event_text.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ELLIPSIS     "\\u2026"
#define FIRST_ASTRAL 0x10000u

static const char *const fact_keys[EVENT_FACT_COUNT] = {
    [EVENT_FACT_TIME] = "time",           [EVENT_FACT_TYPE] = "type",
    [EVENT_FACT_OUTCOME] = "outcome",     [EVENT_FACT_STATUS] = "status",
    [EVENT_FACT_VERDICT] = "verdict",     [EVENT_FACT_SUBJECT] = "subject",
    [EVENT_FACT_ISSUED_TO] = "issued_to",
};

void event_text_finish(struct event_text *event)
{
    buf_finish(&event->members);
    buf_finish(&event->facts);
    *event = (struct event_text){ .members = BUF_EMPTY };
}

bool event_text_ok(const struct event_text *event)
{
    return buf_ok(&event->members) && buf_ok(&event->facts);
}

/* ---- JSON (RFC 8259) */

static size_t plain_len(struct slice text)
{
    size_t n = 0;
    while (n < text.len && text.data[n] >= 0x20 && text.data[n] < 0x7f &&
           text.data[n] != '"' && text.data[n] != '\\') {
        n++;
    }
    return n;
}

static void append_code_point(struct buf *out, uint32_t c)
{
    if (c == '"' || c == '\\') {
        buf_append_byte(out, '\\');
        buf_append_byte(out, (uint8_t)c);
    } else if (c < FIRST_ASTRAL) {
        buf_printf(out, "\\u%04" PRIx32, c);
    } else {
        c -= FIRST_ASTRAL;
        buf_printf(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xd800 + (c >> 10),
                   0xdc00 + (c & 0x3ff));
    }
}

/* At most EVENT_TEXT_VALUE_MAX bytes, cut between characters. */
static struct slice cut(struct slice text)
{
    size_t len = EVENT_TEXT_VALUE_MAX;
    if (text.len <= len) {
        return text;
    }
    for (int i = 0; i < 3 && (text.data[len] & 0xc0) == 0x80; i++) {
        len--;
    }
    return slice_part(text, 0, len);
}

static void append_string(struct buf *out, struct slice whole)
{
    struct slice text = cut(whole);
    bool is_cut = text.len < whole.len;
    buf_append_byte(out, '"');
    while (text.len > 0) {
        size_t n = plain_len(text);
        buf_append(out, text.data, n);
        text = slice_part(text, n, text.len);
        if (text.len > 0) {
            uint32_t c = 0xfffd;
            n = text_decode_utf8(text, &c);
            append_code_point(out, n == 0 ? 0xfffd : c);
            text = slice_part(text, n == 0 ? 1 : n, text.len);
        }
    }
    buf_append_string(out, is_cut ? ELLIPSIS "\"" : "\"");
}

/* The comma before it, and its key. */
static struct buf *begin(struct event_text *event, const char *key)
{
    struct buf *out = &event->members;
    if (out->len > 0 && out->data[out->len - 1] != '{' &&
        out->data[out->len - 1] != '[') {
        buf_append_byte(out, ',');
    }
    if (key != NULL) {
        buf_append_byte(out, '"');
        buf_append_string(out, key);
        buf_append(out, "\":", 2);
    }
    return out;
}

void event_text_slice(struct event_text *event, const char *key, struct slice value)
{
    append_string(begin(event, key), value);
}

void event_text_put(struct event_text *event, const char *key, const char *value)
{
    if (value != NULL) {
        event_text_slice(event, key, slice_from_string(value));
    }
}

void event_text_printf(struct event_text *event, const char *key, const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    event_text_put(event, key, text);
}

void event_text_number(struct event_text *event, const char *key, int64_t value)
{
    buf_printf(begin(event, key), "%" PRId64, value);
}

void event_text_flag(struct event_text *event, const char *key, bool value)
{
    buf_append_string(begin(event, key), value ? "true" : "false");
}

void event_text_open(struct event_text *event, const char *key, char bracket)
{
    buf_append_byte(begin(event, key), (uint8_t)bracket);
}

void event_text_close(struct event_text *event, char bracket)
{
    buf_append_byte(&event->members, (uint8_t)bracket);
}

/* ---- facts */

static void add_fact(struct event_text *event, enum event_fact fact, struct slice value)
{
    buf_append_slice(&event->facts, value);
    buf_append_byte(&event->facts, 0);
    event->fact_end[fact] = event->facts.len;
    event->fact_len[fact] = value.len;
}

/* Without NULs of its own, which would end the fact early. */
static struct slice to_nul(struct slice value)
{
    return slice_part(value, 0, slice_find(value, 0));
}

void event_text_fact(struct event_text *event, enum event_fact fact, struct slice value)
{
    event_text_slice(event, fact_keys[fact], value);
    add_fact(event, fact, to_nul(cut(value)));
}

const char *event_text_get_fact(const struct event_text *event, enum event_fact fact)
{
    if (event->fact_end[fact] == 0 || !buf_ok(&event->facts)) {
        return "";
    }
    return (const char *)event->facts.data + event->fact_end[fact] -
           event->fact_len[fact] - 1;
}

void event_text_join(struct event_text *event, const struct event_text *other)
{
    if (!event_text_ok(other)) {
        event->members.failed = true;
        return;
    }
    if (other->members.len > 0) {
        buf_append_slice(begin(event, NULL), buf_slice(&other->members));
    }
    for (int i = 0; i < EVENT_FACT_COUNT; i++) {
        if (other->fact_end[i] != 0) {
            add_fact(event, (enum event_fact)i,
                     slice_from_string(event_text_get_fact(other, (enum event_fact)i)));
        }
    }
}
