/* SPDX-License-Identifier: MIT
 *
 * `certgate check`: the whole table against a server.
 */
#include "attempt.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "check_expect.h"
#include "check_options.h"
#include "command.h"
#include "matrix.h"
#include "request_text.h"
#include "survey.h"
#include "tls/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct check {
    struct check_options options;
    struct check_expect expect;
    char url[URL_TEXT_MAX];
    struct forge_world *world; /* owned */
    struct target target;
    struct buf request;
    uv_loop_t loop;
    struct report report;
    struct survey survey;
};

static void on_progress(void *user, size_t n_done, size_t n_all)
{
    struct check *check = user;
    struct report_counts counts = report_count(&check->report);
    fprintf(stderr, "\r%zu of %zu, %zu differ ", n_done, n_all, counts.differ);
    if (n_done == n_all) {
        fprintf(stderr, "\r%60s\r", "");
    }
    fflush(stderr);
}

/* ---- is anybody there? */

static void on_probe_done(void *user)
{
    (void)user;
}

/* Ends that every one of the attempts would meet again, and what may help. */
static const struct obstacle {
    enum attempt_end end;
    const char *mend;
} obstacles[] = {
    { ATTEMPT_END_UNREACHABLE, "is the server running, and the port right?" },
    { ATTEMPT_END_TIMEOUT, "is the server running, and the port right?" },
    { ATTEMPT_END_NOT_TLS, "is this port for https?" },
    { ATTEMPT_END_UNTRUSTED, "--cacert FILE names its CA, -k trusts anybody" },
    { ATTEMPT_END_BROKEN, "that is no fault of the server" },
};

static int explain_probe(const struct check *check, const struct attempt_result *result,
                         struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(obstacles); i++) {
        if (obstacles[i].end == result->end) {
            struct buf what = BUF_EMPTY;
            attempt_result_format(result, &what);
            err_set(err, ERR_CONFIG, 0, "%.*s cannot be checked: %s; %s", URL_HOST_MAX,
                    check->url, buf_string(&what), obstacles[i].mend);
            buf_finish(&what);
            return -1;
        }
    }
    return 0;
}

static int probe(struct check *check, struct err *err)
{
    struct attempt *attempt = mem_alloc(1, sizeof(*attempt));
    struct tls_client_config *config = NULL;
    struct target_use use = { .credential = NULL };
    struct attempt_result result;
    int outcome;
    attempt_result_init(&result);
    if (attempt == NULL ||
        target_make_config(&check->target, &use, &config, err) != 0) {
        free(attempt);
        return attempt == NULL ? err_memory(err) : -1;
    }
    struct attempt_options options = {
        .addresses = check->target.addresses,
        .n_addresses = check->target.n_addresses,
        .config = config,
        .request = buf_slice(&check->request),
        .may_cut_body = true,
        .max_time_ms = check->options.target.max_time_ms,
    };
    attempt_start(attempt, &check->loop, &options, &result, on_probe_done, NULL);
    uv_run(&check->loop, UV_RUN_DEFAULT);
    outcome = explain_probe(check, &result, err);
    if (outcome == 0) {
        outcome =
            check_expect_choose(check->options.expect, &result, &check->expect, err);
    }
    attempt_result_finish(&result);
    tls_client_config_destroy(config);
    free(attempt);
    return outcome;
}

/* ---- the table */

static int make_rows(struct check *check, struct err *err)
{
    const struct recipe_table *cases = &forge_book(check->world)->cases;
    struct report *report = &check->report;
    report->rows = mem_alloc(cases->n_recipes, sizeof(*report->rows));
    if (report->rows == NULL) {
        return err_memory(err);
    }
    for (size_t i = 0; i < cases->n_recipes; i++) {
        const struct recipe *recipe = &cases->recipes[i];
        if (check_options_select(&check->options, recipe->name)) {
            struct report_row *row = &report->rows[report->n_rows++];
            row->recipe = recipe;
            check_expect_fill(&check->expect, check->options.flags, row);
        }
    }
    return 0;
}

static int survey(struct check *check, const struct matrix_options *options,
                  struct err *err)
{
    struct report *report = &check->report;
    if (check->expect.is_iis && !check->options.survey) {
        return 0;
    }
    if (survey_run(options, report->versions, &check->survey, err) != 0) {
        return -1;
    }
    report->survey = &check->survey;
    return likeness_find(report, check->survey.server, check->survey.protocol,
                         report->likenesses, &report->n_likenesses, err);
}

static int run(struct check *check, int64_t now, struct err *err)
{
    bool shows_progress = !check->options.quiet && isatty(STDERR_FILENO);
    int64_t started_us = clock_monotonic_us();
    struct matrix_options options = {
        .target = &check->target,
        .world = check->world,
        .loop = &check->loop,
        .request = buf_slice(&check->request),
        .n_jobs = check->options.n_jobs,
        .now = now,
        .other_host = check->options.other_host,
        .trust_verdict_header = check->options.trust_verdict_header,
        .on_progress = shows_progress ? on_progress : NULL,
        .user = check,
    };
    check->report.url = check->url;
    check->report.flags = check->options.flags;
    check->report.started_s = now;
    memcpy(check->report.versions, check->options.versions,
           sizeof(check->report.versions));
    if (target_resolve(&check->target, &check->loop, err) != 0 ||
        probe(check, err) != 0 || make_rows(check, err) != 0 ||
        matrix_run(&options, &check->report, err) != 0 ||
        survey(check, &options, err) != 0) {
        return -1;
    }
    check->report.expectation = check->expect.name;
    check->report.duration_us = clock_monotonic_us() - started_us;
    return 0;
}

/* ---- the reports */

static int write_report(const char *path, struct buf *text, struct err *err)
{
    int result = 0;
    if (!buf_ok(text)) {
        result = err_memory(err);
    } else if (path == NULL || strcmp(path, "-") == 0) {
        result = command_print(buf_slice(text))
                     ? 0
                     : err_set(err, ERR_CONFIG, 0, "cannot write to standard output");
    } else {
        result = file_write(path, 0644, buf_slice(text), err);
    }
    buf_finish(text);
    return result;
}

static int report_all(const struct check *check, struct err *err)
{
    const struct check_options *options = &check->options;
    struct buf text = BUF_EMPTY;
    bool to_terminal = options->output == NULL;
    switch (options->format) {
    case CHECK_FORMAT_TAP:
        report_tap(&text, &check->report);
        break;
    case CHECK_FORMAT_JSON:
        report_json(&text, &check->report);
        break;
    case CHECK_FORMAT_TABLE:
        report_human(&text, &check->report,
                     to_terminal && command_may_colour(STDOUT_FILENO),
                     to_terminal ? command_terminal_width(STDOUT_FILENO) : 0);
        break;
    }
    if (write_report(options->output, &text, err) != 0) {
        return -1;
    }
    if (options->junit != NULL) {
        report_junit(&text, &check->report);
        if (write_report(options->junit, &text, err) != 0) {
            return -1;
        }
    }
    if (options->save_expect != NULL) {
        expectation_write(&text, &check->report);
        return write_report(options->save_expect, &text, err);
    }
    return 0;
}

static int find_exit(const struct report *report)
{
    struct report_counts counts = report_count(report);
    if (counts.differ > 0) {
        return COMMAND_DIFFERS;
    }
    return counts.untold > 0 ? COMMAND_FAILED : COMMAND_OK;
}

static int check_server(struct check *check, struct err *err)
{
    struct request_text request = { .method = "GET" };
    int64_t now = clock_now_s();
    int result = -1;
    if (tls_init(err) != 0 ||
        forge_world_open(check->options.target.dir, now, &check->world, err) != 0 ||
        target_load_trust(&check->target, &check->options.target, check->world, err) !=
            0) {
        return -1;
    }
    if (check_options_verify(&check->options, &forge_book(check->world)->cases, err) !=
        0) {
        return -1;
    }
    if (!request_text_write(&request, &check->options.target.url, &check->request)) {
        return err_memory(err);
    }
    url_format(&check->options.target.url, check->url);
    uv_loop_init(&check->loop);
    if (run(check, now, err) == 0 && report_all(check, err) == 0) {
        result = find_exit(&check->report);
    }
    uv_run(&check->loop, UV_RUN_DEFAULT);
    uv_loop_close(&check->loop);
    return result;
}

int command_check(int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct check *check = mem_alloc(1, sizeof(*check));
    int result = COMMAND_FAILED;
    if (check == NULL) {
        err_memory(&err);
        return command_fail("check", &err);
    }
    if (check_options_parse(argc, argv, &check->options, &err) != 0) {
        result = command_fail_usage("check", &err);
    } else if (check->options.help) {
        result = check_options_print_help();
    } else {
        result = check_server(check, &err);
        if (result < 0) {
            result = command_fail("check", &err);
        }
    }
    report_finish(&check->report);
    check_expect_finish(&check->expect);
    survey_finish(&check->survey);
    target_finish(&check->target);
    buf_finish(&check->request);
    forge_world_destroy(check->world);
    tls_finish();
    free(check);
    return result;
}
