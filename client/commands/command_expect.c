/* SPDX-License-Identifier: MIT
 *
 * `certgate expect`: an assertion about what the running server saw.
 */
#include "base/text.h"
#include "base/timestamp.h"
#include "commands/commands.h"
#include "common/command.h"
#include "common/setter.h"
#include "control/event_assertion.h"
#include "control/events_options.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define WITHIN_MAX ((int64_t)86400)

struct options {
    struct events_options events;
    struct event_assertion assertion; /* but for its query */
    bool quiet;
    bool help;
};

static int set_count(void *target, const char *value, struct err *err)
{
    struct event_assertion *assertion = &((struct options *)target)->assertion;
    assertion->has_count = true;
    return text_read_number(value, INT64_MAX, &assertion->count)
               ? 0
               : err_set(err, ERR_CONFIG, 0, "\"%s\" is no number", value);
}

static int set_within(void *target, const char *value, struct err *err)
{
    int64_t *within_s = &((struct options *)target)->assertion.within_s;
    if (!timestamp_parse_duration(value, within_s) || *within_s < 0 ||
        *within_s > WITHIN_MAX) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\" is no duration as 5s or 2m", value);
    }
    return 0;
}

SETTER(quiet, struct options, quiet, true)
SETTER(help, struct options, help, true)

/* clang-format off */
static const struct args_option rows[] = {
    EVENTS_OPTIONS_ROWS,
    ARGS_HEADING("What is expected"),
    { "count", 'n', NULL, "N", "exactly N of them; default: at least one", set_count, ARGS_ONCE },
    { "within", 0, NULL, "TIME", "wait for them this long: 5s, 2m; default: do not wait", set_within, ARGS_ONCE },
    { "quiet", 'q', NULL, NULL, "the exit code only", set_quiet, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate expect [OPTION...]\n"
    "Asks the running certgated whether it saw what it should have seen, as\n"
    "  certgate expect --subject CN=alice --verdict 403.16 --count 1 --within 5s\n";
static const char closing[] = "Exit: 0 it did, 1 it did not (and what it saw instead "
                              "is shown), 2 wrong usage\n"
                              "or no such server.\n";

static int run(const struct options *options, bool *ret_met, struct err *err)
{
    struct event_assertion assertion = options->assertion;
    struct event_tally tally;
    struct buf out = BUF_EMPTY;
    struct url url;

    assertion.query = options->events.query;
    if (events_options_find(&options->events, &url, err) != 0 ||
        event_assertion_judge(&assertion, &url, ret_met, &tally, err) != 0) {
        return -1;
    }
    if (*ret_met || options->quiet) {
        return 0;
    }
    buf_append_string(&out, "certgate expect: ");
    int result = event_assertion_explain(&assertion, &url, &tally, &out, err);
    fwrite(out.data, 1, out.len, stderr);
    buf_finish(&out);
    return result;
}

int command_expect(int argc, char **argv)
{
    struct options options = { .quiet = false };
    struct err err = ERR_INIT;
    bool met = false;
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, &options, NULL, &err) != 0) {
        return command_fail_usage("expect", &err);
    }
    if (options.help) {
        return command_print_help(usage, rows, ARRAY_LEN(rows), closing);
    }
    if (run(&options, &met, &err) != 0) {
        return command_fail("expect", &err);
    }
    return met ? COMMAND_OK : COMMAND_DIFFERS;
}
