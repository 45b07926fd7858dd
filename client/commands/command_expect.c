/* SPDX-License-Identifier: MIT
 *
 * `certgate expect`: an assertion about what the running server saw.
 *
 * Without --within it is about now. With it, the count may still grow: it is met as
 * soon as it is reached, and of --count 0 only when the time is up.
 */
#include "base/clock.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "commands/commands.h"
#include "common/command.h"
#include "common/setter.h"
#include "control/event_text.h"
#include "control/events_options.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define US_PER_S ((int64_t)1000000)
/* Of what came instead. */
#define INSTEAD_MAX 12
#define WITHIN_MAX  ((int64_t)86400)

struct options {
    struct events_options events;
    bool has_count; /* else: at least one */
    uint64_t count;
    int64_t within_s; /* 0 = as it is now */
    bool quiet;
    bool help;
};

/* How far it has come. */
struct tally {
    uint64_t n;
    uint64_t last; /* event number */
    bool lost;     /* some were overtaken, so the count may be wrong */
};

static int set_count(void *target, const char *value, struct err *err)
{
    struct options *options = target;
    options->has_count = true;
    return text_read_number(value, INT64_MAX, &options->count)
               ? 0
               : err_set(err, ERR_CONFIG, 0, "\"%s\" is no number", value);
}

static int set_within(void *target, const char *value, struct err *err)
{
    struct options *options = target;
    if (!timestamp_parse_duration(value, &options->within_s) || options->within_s < 0 ||
        options->within_s > WITHIN_MAX) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\" is no duration as 5s or 2m", value);
    }
    return 0;
}

SETTER(quiet, struct options, quiet, true)
SETTER(help, struct options, help, true)

/* clang-format off */
static const struct args_option rows[] = {
    EVENTS_OPTIONS_ROWS,
    { NULL, 0, NULL, NULL, "What is expected", NULL },
    { "count", 'n', NULL, "N", "exactly N of them; default: at least one", set_count },
    { "within", 0, NULL, "TIME", "wait for them for so long: 5s, 2m; default: they are there", set_within },
    { "quiet", 'q', NULL, NULL, "the exit code only", set_quiet },
    { "help", 'h', NULL, NULL, "show this", set_help },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate expect [OPTION...]\n"
    "Asks the running certgated whether it saw what it should have seen, as\n"
    "  certgate expect --subject CN=alice --verdict 403.16 --count 1 --within 5s\n";
static const char closing[] = "Exit: 0 it did, 1 it did not (and what it saw instead "
                              "is shown), 2 wrong usage\n"
                              "or no such server.\n";

/* ---- counting */

static void take(struct tally *tally, struct slice line)
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

/* Whether waiting on can change nothing for the better. */
static bool is_settled(const struct options *options, const struct tally *tally)
{
    if (!options->has_count) {
        return tally->n > 0;
    }
    return tally->n > options->count || (tally->n == options->count && tally->n > 0);
}

static bool is_met(const struct options *options, const struct tally *tally)
{
    return options->has_count ? tally->n == options->count : tally->n > 0;
}

/* Until the end of the answer, the time, or what settles it. */
static int count(const struct url *url, const struct options *options, bool follow,
                 int64_t end_us, struct tally *tally, struct err *err)
{
    struct events_query query = options->events.query;
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
        if (follow && is_settled(options, tally)) {
            break;
        }
    }
    events_source_close(&source);
    return result;
}

/* ---- telling */

static void append_wish(struct buf *out, const struct options *options)
{
    const struct events_query *query = &options->events.query;
    if (options->has_count) {
        buf_printf(out, "%llu", (unsigned long long)options->count);
    } else {
        buf_append_string(out, "at least one");
    }
    buf_printf(out, " %s%s", query->type != NULL ? query->type : "event",
               options->has_count && options->count != 1 ? "s" : "");
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
                          const struct options *options, struct err *err)
{
    const struct events_query query = {
        .since = options->events.query.since,
        .has_since = options->events.query.has_since,
        .limit = options->events.query.has_since ? 0 : INSTEAD_MAX,
    };
    struct events_source source;
    struct slice line;
    enum events_line what;
    int n = 0;

    if (events_source_open(&source, url, &query, err) != 0) {
        return -1;
    }
    int result;
    while ((result = events_source_next(&source, 0, &what, &line, err)) == 0 &&
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

static int tell(const struct url *url, const struct options *options,
                const struct tally *tally, struct err *err)
{
    struct buf text = BUF_EMPTY;
    struct buf out = BUF_EMPTY;
    buf_append_string(&text, "certgate expect: expected ");
    append_wish(&text, options);
    buf_printf(&text, ", got %llu", (unsigned long long)tally->n);
    if (options->within_s > 0) {
        buf_printf(&text, " within %lld s", (long long)options->within_s);
    }
    text_escape_terminal(&out, buf_slice(&text));
    buf_append_string(&out, tally->lost ? " (and some events were lost)\n" : "\n");
    int result = append_instead(&out, url, options, err);
    fwrite(out.data, 1, out.len, stderr);
    buf_finish(&text);
    buf_finish(&out);
    return result;
}

static int run(const struct options *options, bool *ret_met, struct err *err)
{
    int64_t end_us = clock_monotonic_us() + options->within_s * US_PER_S;
    struct tally tally = { .last = options->events.query.since };
    struct url url;

    if (events_options_find(&options->events, &url, err) != 0 ||
        count(&url, options, false, 0, &tally, err) != 0) {
        return -1;
    }
    if (options->within_s > 0 && !is_settled(options, &tally) &&
        count(&url, options, true, end_us, &tally, err) != 0) {
        return -1;
    }
    *ret_met = is_met(options, &tally);
    return *ret_met || options->quiet ? 0 : tell(&url, options, &tally, err);
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
