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
#include "logs/terminal_writer.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* One value of a peer is cut there. */
#define TERMINAL_VALUE_MAX ((size_t)300)

enum terminal_level {
    TERMINAL_INFO,
    TERMINAL_WARNING, /* also with --quiet */
    TERMINAL_ERROR,   /* also with --quiet */
};

/* One line while it is being built. */
struct terminal_line {
    struct buf text;
    enum terminal_level level;
    bool color;
};

struct terminal_log {
    FILE *out;                      /* borrowed */
    struct terminal_writer *writer; /* borrowed; instead of `out`, unless NULL */
    bool quiet;
    bool color;
};

/* Pure. `name` and the keys are ours. */
void terminal_line_init(struct terminal_line *line, enum terminal_level level,
                        const char *name, int64_t time, bool color);
/* Nothing is added for NULL or "". */
void terminal_line_add(struct terminal_line *line, const char *key, const char *value);
void terminal_line_add_slice(struct terminal_line *line, const char *key,
                             struct slice value);
void terminal_line_add_number(struct terminal_line *line, const char *key,
                              uint64_t value);
/* A sentence of ours or of a library, behind a colon at the end of the line. */
void terminal_line_add_text(struct terminal_line *line, const char *text);
void terminal_line_finish(struct terminal_line *line);

/* Whether lines have colours: --color (-1 = auto), NO_COLOR, CLICOLOR_FORCE (NULL =
 * not set), is it a terminal. no-color.org, bixense.com/clicolors. */
bool terminal_log_wants_color(int forced, const char *no_color,
                              const char *clicolor_force, bool is_terminal);

/* Begins a line for this log; emit writes it, unless quiet, and finishes it. */
void terminal_log_begin(const struct terminal_log *log, struct terminal_line *line,
                        enum terminal_level level, const char *name, int64_t time);
void terminal_log_emit(const struct terminal_log *log, struct terminal_line *line);
/* One line with a sentence only. */
void terminal_log_say(const struct terminal_log *log, enum terminal_level level,
                      const char *name, int64_t time, const char *text);
