/* SPDX-License-Identifier: MIT */
#include "check/check_run.h"

#include "attempt/attempt.h"
#include "attempt/request_text.h"
#include "base/clock.h"
#include "base/mem.h"
#include "check/likeness.h"
#include "check/matrix.h"
#include "check/survey_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void on_progress(void *user, size_t n_done, size_t n_all)
{
    struct check_run *run = user;
    struct report_counts counts = report_count(&run->report);
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

static int probe(struct check_run *run, struct err *err)
{
    struct attempt *attempt = mem_alloc(1, sizeof(*attempt));
    struct tls_client_config *config = NULL;
    struct target_use use = { .credential = NULL };
    struct attempt_result result;
    char subject[URL_HOST_MAX + sizeof(" cannot be checked")];
    int outcome;
    attempt_result_init(&result);
    if (attempt == NULL || target_make_config(&run->target, &use, &config, err) != 0) {
        free(attempt);
        return attempt == NULL ? err_memory(err) : -1;
    }
    struct attempt_options options = {
        .addresses = run->target.addresses,
        .n_addresses = run->target.n_addresses,
        .config = config,
        .request = buf_slice(&run->request),
        .may_cut_body = true,
        .max_time_ms = run->target_options.max_time_ms,
    };
    attempt_start(attempt, run->context->loop, &options, &result, on_probe_done, NULL);
    uv_run(run->context->loop, UV_RUN_DEFAULT);
    snprintf(subject, sizeof(subject), "%.*s cannot be checked", URL_HOST_MAX,
             run->url);
    outcome = attempt_result_check(&result, subject, err);
    if (outcome == 0) {
        outcome = expectation_choice_make(run->context->options->expect, &result,
                                          &run->choice, err);
    }
    attempt_result_finish(&result);
    tls_client_config_destroy(config);
    free(attempt);
    return outcome;
}

/* ---- the table */

static int make_rows(struct check_run *run, struct err *err)
{
    const struct recipe_table *cases = &forge_book(run->context->world)->cases;
    struct report *report = &run->report;
    /* Below a CA of the user's, the other CAs are new in each run, and no server has
     * their revocation lists. */
    run->choice.is_unrevoked = run->context->options->issuer != NULL;
    report->is_unrevoked = run->choice.is_unrevoked;
    report->rows = mem_alloc(cases->n_recipes, sizeof(*report->rows));
    if (report->rows == NULL) {
        return err_memory(err);
    }
    for (size_t i = 0; i < cases->n_recipes; i++) {
        const struct recipe *recipe = &cases->recipes[i];
        if (check_options_select(run->context->options, recipe->name)) {
            struct report_row *row = &report->rows[report->n_rows++];
            row->recipe = recipe;
            expectation_choice_fill(&run->choice, run->context->options->flags, row);
        }
    }
    return 0;
}

static int survey(struct check_run *run, const struct matrix_options *options,
                  struct err *err)
{
    struct report *report = &run->report;
    if (run->choice.is_iis && !run->context->options->survey) {
        return 0;
    }
    if (survey_run(options, report->versions, &run->survey, err) != 0) {
        return -1;
    }
    report->survey = &run->survey;
    /* A table of answers to certificates says nothing about sessions. */
    report->judges_sessions = run->choice.table.n_rows == 0;
    return likeness_find(report, run->survey.server, run->survey.protocol,
                         report->likenesses, &report->n_likenesses, err);
}

static int run_all(struct check_run *run, struct err *err)
{
    const struct check_options *options = run->context->options;
    bool shows_progress = !options->quiet && isatty(STDERR_FILENO);
    int64_t started_us = clock_monotonic_us();
    struct matrix_options matrix = {
        .target = &run->target,
        .world = run->context->world,
        .loop = run->context->loop,
        .request = buf_slice(&run->request),
        .n_jobs = options->n_jobs,
        .now = run->context->now,
        .on_revoke = options->on_revoke,
        .other_host = options->other_host,
        .trust_verdict_header = options->trust_verdict_header,
        .keep_heads = options->html != NULL,
        .on_progress = shows_progress ? on_progress : NULL,
        .user = run,
    };
    if (target_resolve(&run->target, run->context->loop, err) != 0 ||
        probe(run, err) != 0 || make_rows(run, err) != 0 ||
        matrix_run(&matrix, &run->report, err) != 0 || survey(run, &matrix, err) != 0) {
        return -1;
    }
    run->report.expectation = run->choice.name;
    run->report.duration_us = clock_monotonic_us() - started_us;
    return 0;
}

int check_run_start(struct check_run *run, const struct check_context *context,
                    const struct url *url, struct err *err)
{
    const struct check_options *options = context->options;
    struct request_text request = { .method = "GET" };
    memset(run, 0, sizeof(*run));
    run->context = context;
    run->target_options = options->target;
    run->target_options.url = *url;
    url_format(url, run->url);
    run->report.url = run->url;
    run->report.flags = options->flags;
    run->report.started_s = context->now;
    memcpy(run->report.versions, options->versions, sizeof(run->report.versions));
    if (!request_text_write(&request, url, &run->request)) {
        return err_memory(err);
    }
    if (target_load_trust(&run->target, &run->target_options, context->world, err) !=
        0) {
        return -1;
    }
    return run_all(run, err);
}

void check_run_finish(struct check_run *run)
{
    report_finish(&run->report);
    expectation_choice_finish(&run->choice);
    survey_finish(&run->survey);
    target_finish(&run->target);
    buf_finish(&run->request);
}
