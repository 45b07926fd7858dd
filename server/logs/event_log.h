/* SPDX-License-Identifier: MIT
 *
 * The terminal: one line per event, for people and for grep.
 *
 *   2026-11-22T15:04:05Z request status=403.16 verdict=UNTRUSTED_ROOT peer=[::1]:50412
 *
 * Time in UTC, a word for what happened, then name=value. A value with blanks
 * stands in quotes; control characters, bidirectional ones and bytes that are no
 * UTF-8 are escaped, so no peer can end a line or move the cursor.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* One value of a peer is cut there. */
#define EVENT_VALUE_MAX ((size_t)300)

enum event_level {
    EVENT_INFO,
    EVENT_WARNING, /* also with --quiet */
    EVENT_ERROR,   /* also with --quiet */
};

/* One line while it is being built. */
struct event {
    struct buf text;
    enum event_level level;
    bool color;
};

struct event_log {
    FILE *out; /* borrowed */
    bool quiet;
    bool color;
};

/* Pure. `name` and the keys are ours. */
void event_init(struct event *event, enum event_level level, const char *name,
                int64_t time, bool color);
/* Nothing is added for NULL or "". */
void event_add(struct event *event, const char *key, const char *value);
void event_add_slice(struct event *event, const char *key, struct slice value);
void event_add_number(struct event *event, const char *key, uint64_t value);
/* A sentence of ours or of a library, behind a colon at the end of the line. */
void event_add_text(struct event *event, const char *text);
void event_finish(struct event *event);

/* Whether lines have colours: --color (-1 = auto), NO_COLOR, CLICOLOR_FORCE (NULL =
 * not set), is it a terminal. no-color.org, bixense.com/clicolors. */
bool event_log_wants_color(int forced, const char *no_color, const char *clicolor_force,
                           bool is_terminal);

/* Begins a line for this log; emit writes it, unless quiet, and finishes it. */
void event_log_begin(const struct event_log *log, struct event *event,
                     enum event_level level, const char *name, int64_t time);
void event_log_emit(const struct event_log *log, struct event *event);
/* One line with a sentence only. */
void event_log_say(const struct event_log *log, enum event_level level,
                   const char *name, int64_t time, const char *text);
