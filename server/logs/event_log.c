/* SPDX-License-Identifier: MIT */
#include "logs/event_log.h"

#include "base/text.h"
#include "base/timestamp.h"

#include <string.h>

/* SGR: no colour, yellow, red; dim for the time. */
static const char *const colors[] = {
    [EVENT_INFO] = "\x1b[1m",
    [EVENT_WARNING] = "\x1b[1;33m",
    [EVENT_ERROR] = "\x1b[1;31m",
};
#define COLOR_END "\x1b[0m"

void event_init(struct event *event, enum event_level level, const char *name,
                int64_t time, bool color)
{
    char text[TIMESTAMP_TEXT_LEN];
    *event = (struct event){ .text = BUF_EMPTY, .level = level, .color = color };
    buf_printf(&event->text, "%s %s%s%s", timestamp_format(time, text),
               color ? colors[level] : "", name, color ? COLOR_END : "");
}

static bool needs_quotes(struct slice value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] == ' ' || value.data[i] == '"' || value.data[i] == '=') {
            return true;
        }
    }
    return false;
}

void event_add_slice(struct event *event, const char *key, struct slice value)
{
    struct buf escaped = BUF_EMPTY;
    bool cut = value.len > EVENT_VALUE_MAX;

    if (value.len == 0) {
        return;
    }
    value = slice_part(value, 0, EVENT_VALUE_MAX);
    bool quotes = needs_quotes(value);
    text_escape_terminal(&escaped, value);
    buf_printf(&event->text, " %s=%s", key, quotes ? "\"" : "");
    for (size_t i = 0; i < escaped.len; i++) {
        if (escaped.data[i] == '"') {
            buf_append_byte(&event->text, '\\');
        }
        buf_append_byte(&event->text, escaped.data[i]);
    }
    buf_printf(&event->text, "%s%s", cut ? "..." : "", quotes ? "\"" : "");
    buf_finish(&escaped);
}

void event_add(struct event *event, const char *key, const char *value)
{
    if (value != NULL) {
        event_add_slice(event, key, slice_from_string(value));
    }
}

void event_add_number(struct event *event, const char *key, uint64_t value)
{
    buf_printf(&event->text, " %s=%llu", key, (unsigned long long)value);
}

void event_add_text(struct event *event, const char *text)
{
    if (text != NULL && text[0] != 0) {
        buf_append_string(&event->text, ": ");
        text_escape_terminal(&event->text, slice_from_string(text));
    }
}

void event_finish(struct event *event)
{
    buf_finish(&event->text);
}

bool event_log_wants_color(int forced, const char *no_color, const char *clicolor_force,
                           bool is_terminal)
{
    if (forced >= 0) {
        return forced != 0;
    }
    if (no_color != NULL && no_color[0] != 0) {
        return false;
    }
    if (clicolor_force != NULL && clicolor_force[0] != 0 &&
        strcmp(clicolor_force, "0") != 0) {
        return true;
    }
    return is_terminal;
}

void event_log_begin(const struct event_log *log, struct event *event,
                     enum event_level level, const char *name, int64_t time)
{
    event_init(event, level, name, time, log->color);
}

void event_log_emit(const struct event_log *log, struct event *event)
{
    buf_append_byte(&event->text, '\n');
    if (buf_ok(&event->text) && (!log->quiet || event->level != EVENT_INFO)) {
        /* One write per line; a terminal that is gone is no reason to stop. */
        fwrite(event->text.data, 1, event->text.len, log->out);
        fflush(log->out);
    }
    event_finish(event);
}

void event_log_say(const struct event_log *log, enum event_level level,
                   const char *name, int64_t time, const char *text)
{
    struct event event;
    event_log_begin(log, &event, level, name, time);
    event_add_text(&event, text);
    event_log_emit(log, &event);
}
