/* SPDX-License-Identifier: MIT
 *
 * `certgate events`: what the running server saw, and sees.
 */
#include "base/text.h"
#include "commands/commands.h"
#include "common/command.h"
#include "common/setter.h"
#include "control/event_text.h"
#include "control/events_options.h"

#include <stdint.h>

struct options {
    struct events_options events;
    bool json;
    bool help;
};

static int set_limit(void *target, const char *value, struct err *err)
{
    struct options *options = target;
    if (!text_read_number(value, INT64_MAX, &options->events.query.limit) ||
        options->events.query.limit == 0) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\" is no number from 1 on", value);
    }
    return 0;
}

SETTER(follow, struct options, events.query.follow, true)
SETTER(json, struct options, json, true)
SETTER(help, struct options, help, true)

/* clang-format off */
static const struct args_option rows[] = {
    EVENTS_OPTIONS_ROWS,
    ARGS_HEADING("How"),
    { "follow", 'f', NULL, NULL, "continue with new ones as they occur", set_follow, ARGS_ONCE },
    { "limit", 'n', NULL, "N", "at most N: the newest, or with --since or --follow the first", set_limit, ARGS_ONCE },
    { "json", 0, NULL, NULL, "JSON, one event per line, as the server sends them", set_json, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate events [OPTION...]\n"
    "Shows what the running certgated saw last: handshakes, done and failed, with the\n"
    "reason and what a browser shows; and requests with their verdicts.\n";

static int print(const struct options *options, struct slice line, struct err *err)
{
    struct buf out = BUF_EMPTY;
    json_t *event = NULL;
    if (options->json) {
        buf_append_slice(&out, line);
        buf_append_byte(&out, '\n');
    } else {
        event = json_loadb((const char *)line.data, line.len, JSON_ALLOW_NUL, NULL);
        event_text_append(&out, event);
    }
    int result = command_print(buf_slice(&out))
                     ? 0
                     : err_set(err, ERR_CONFIG, 0, "the output cannot be written");
    json_decref(event);
    buf_finish(&out);
    return result;
}

static int show(const struct options *options, struct err *err)
{
    struct events_source source;
    struct url url;
    struct slice line;
    enum events_line what;

    if (events_options_find(&options->events, &url, err) != 0 ||
        events_source_open(&source, &url, &options->events.query, err) != 0) {
        return -1;
    }
    int result;
    while ((result = events_source_next(&source, 0, &what, &line, err)) == 0 &&
           what == EVENTS_LINE_EVENT && (result = print(options, line, err)) == 0) {
    }
    events_source_close(&source);
    return result;
}

int command_events(int argc, char **argv)
{
    struct options options = { .json = false };
    struct err err = ERR_INIT;
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, &options, NULL, &err) != 0) {
        return command_fail_usage("events", &err);
    }
    if (options.help) {
        return command_print_help(usage, rows, ARRAY_LEN(rows), NULL);
    }
    return show(&options, &err) == 0 ? COMMAND_OK : command_fail("events", &err);
}
