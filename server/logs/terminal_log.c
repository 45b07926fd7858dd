/* SPDX-License-Identifier: MIT */
#include "logs/terminal_log.h"

#include "base/text.h"
#include "base/timestamp.h"

#include <string.h>

/* SGR: no colour, yellow, red; dim for the time. */
static const char *const colors[] = {
    [TERMINAL_INFO] = "\x1b[1m",
    [TERMINAL_WARNING] = "\x1b[1;33m",
    [TERMINAL_ERROR] = "\x1b[1;31m",
};
#define COLOR_END "\x1b[0m"

void terminal_line_init(struct terminal_line *line, enum terminal_level level,
                        const char *name, int64_t time, bool color)
{
    char text[TIMESTAMP_TEXT_LEN];
    *line = (struct terminal_line){ .text = BUF_EMPTY, .level = level, .color = color };
    buf_printf(&line->text, "%s %s%s%s", timestamp_format(time, text),
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

void terminal_line_add_slice(struct terminal_line *line, const char *key,
                             struct slice value)
{
    struct buf escaped = BUF_EMPTY;
    bool cut = value.len > TERMINAL_VALUE_MAX;

    if (value.len == 0) {
        return;
    }
    value = slice_part(value, 0, TERMINAL_VALUE_MAX);
    bool quotes = needs_quotes(value);
    text_escape_terminal(&escaped, value);
    buf_printf(&line->text, " %s=%s", key, quotes ? "\"" : "");
    for (size_t i = 0; i < escaped.len; i++) {
        if (escaped.data[i] == '"') {
            buf_append_byte(&line->text, '\\');
        }
        buf_append_byte(&line->text, escaped.data[i]);
    }
    buf_printf(&line->text, "%s%s", cut ? "..." : "", quotes ? "\"" : "");
    buf_finish(&escaped);
}

void terminal_line_add(struct terminal_line *line, const char *key, const char *value)
{
    if (value != NULL) {
        terminal_line_add_slice(line, key, slice_from_string(value));
    }
}

void terminal_line_add_number(struct terminal_line *line, const char *key,
                              uint64_t value)
{
    buf_printf(&line->text, " %s=%llu", key, (unsigned long long)value);
}

void terminal_line_add_text(struct terminal_line *line, const char *text)
{
    if (text != NULL && text[0] != 0) {
        buf_append_string(&line->text, ": ");
        text_escape_terminal(&line->text, slice_from_string(text));
    }
}

void terminal_line_finish(struct terminal_line *line)
{
    buf_finish(&line->text);
}

bool terminal_log_wants_color(int forced, const char *no_color,
                              const char *clicolor_force, bool is_terminal)
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

void terminal_log_begin(const struct terminal_log *log, struct terminal_line *line,
                        enum terminal_level level, const char *name, int64_t time)
{
    terminal_line_init(line, level, name, time, log->color);
}

void terminal_log_emit(const struct terminal_log *log, struct terminal_line *line)
{
    buf_append_byte(&line->text, '\n');
    bool is_wanted = !log->quiet || line->level != TERMINAL_INFO;
    if (buf_ok(&line->text) && is_wanted && log->writer != NULL) {
        terminal_writer_put(log->writer, buf_slice(&line->text));
    } else if (buf_ok(&line->text) && is_wanted) {
        /* One write per line; the server goes on without a terminal. */
        fwrite(line->text.data, 1, line->text.len, log->out);
        fflush(log->out);
    }
    terminal_line_finish(line);
}

void terminal_log_say(const struct terminal_log *log, enum terminal_level level,
                      const char *name, int64_t time, const char *text)
{
    struct terminal_line line;
    terminal_log_begin(log, &line, level, name, time);
    terminal_line_add_text(&line, text);
    terminal_log_emit(log, &line);
}
