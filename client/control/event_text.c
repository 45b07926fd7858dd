/* SPDX-License-Identifier: MIT */
#include "control/event_text.h"

#include "base/text.h"

#include <string.h>

/* Where hours begin and milliseconds end in "2026-11-22T15:04:05.123Z". */
#define TIME_FROM ((size_t)11)
#define TIME_LEN  ((size_t)12)

static const char *text_of(const json_t *event, const char *key)
{
    const char *text = json_string_value(json_object_get(event, key));
    return text == NULL ? "" : text;
}

static void append_escaped(struct buf *out, const char *before, const char *text)
{
    if (text[0] != 0) {
        buf_append_string(out, before);
        text_escape_terminal(out, slice_from_string(text));
    }
}

static void append_who(struct buf *out, const json_t *event)
{
    append_escaped(out, " by ", text_of(event, "subject"));
    append_escaped(out, " from ", text_of(event, "peer"));
}

static void append_alert(struct buf *out, const json_t *event, const char *key,
                         const char *before)
{
    const json_t *alert = json_object_get(event, key);
    if (alert != NULL) {
        append_escaped(out, before, text_of(alert, "name"));
        buf_printf(out, " (%lld)",
                   (long long)json_integer_value(json_object_get(alert, "number")));
    }
}

static void append_failure(struct buf *out, const json_t *event)
{
    const json_t *browser = json_object_get(event, "browser");
    append_alert(out, event, "alert_received", ", alert received: ");
    append_alert(out, event, "alert_sent", ", alert sent: ");
    append_escaped(out, "\n     ", text_of(event, "reason"));
    append_escaped(out, "\n     ", text_of(event, "fault"));
    append_escaped(out, "\n     a browser shows: ", text_of(browser, "text"));
    append_escaped(out, " Chrome: ", text_of(browser, "chrome"));
    append_escaped(out, " Firefox: ", text_of(browser, "firefox"));
}

static void append_request(struct buf *out, const json_t *event)
{
    append_escaped(out, " ", text_of(event, "status"));
    append_escaped(out, " ", text_of(event, "verdict"));
    append_escaped(out, "  ", text_of(event, "method"));
    append_escaped(out, " ", text_of(event, "path"));
    append_who(out, event);
    append_escaped(out, "\n     ", text_of(event, "fault"));
}

static void append_handshake(struct buf *out, const json_t *event)
{
    bool is_late = json_is_true(json_object_get(event, "late"));
    buf_append_string(out, is_late ? " late " : " ");
    append_escaped(out, "", text_of(event, "type"));
    append_escaped(out, " ", text_of(event, "outcome"));
    append_escaped(out, ", ", text_of(event, "status"));
    append_escaped(out, " ", text_of(event, "verdict"));
    append_escaped(out, "  ", text_of(event, "tls"));
    append_escaped(out, " for ", text_of(event, "sni"));
    append_escaped(out, ", asked for by ", text_of(event, "path"));
    append_who(out, event);
    if (strcmp(text_of(event, "outcome"), "failed") == 0) {
        append_failure(out, event);
    }
}

void event_text_append(struct buf *out, const json_t *event)
{
    struct slice time = slice_from_string(text_of(event, "time"));
    if (strcmp(text_of(event, "type"), "lost") == 0) {
        buf_printf(out, "(%lld events are lost here)\n",
                   (long long)json_integer_value(json_object_get(event, "lost")));
        return;
    }
    buf_printf(out, "#%-3lld ",
               (long long)json_integer_value(json_object_get(event, "sequence")));
    text_escape_terminal(out, slice_part(time, TIME_FROM, TIME_LEN));
    if (strcmp(text_of(event, "type"), "request") == 0) {
        append_request(out, event);
    } else {
        append_handshake(out, event);
    }
    buf_append_string(out, "\n");
}
