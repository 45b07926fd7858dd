/* SPDX-License-Identifier: MIT */
#include "check/matrix.h"

#include "attempt/attempt.h"
#include "attempt/page.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

struct matrix;

/* One attempt at a time. */
struct job {
    struct matrix *matrix;
    struct report_row *row;
    struct report_cell *cell;
    struct forge_credential credential; /* owned */
    struct tls_client_config *config;   /* owned */
    struct attempt attempt;
};

struct matrix {
    const struct matrix_options *options;
    struct report *report;
    size_t next; /* cell number: row * versions + version */
    size_t n_done;
    size_t n_all;
};

static void start_next(struct job *job);

/* A cell is judged, its page is no longer needed. */
static void settle(struct job *job)
{
    struct matrix *matrix = job->matrix;
    struct attempt_result *result = &job->cell->result;
    if (!matrix->options->trust_verdict_header) {
        result->verdict[0] = 0;
    }
    job->cell->tried = true;
    job->cell->judgement = comparison_judge(&job->cell->want, result);
    buf_finish(&result->body);
    if (!matrix->options->keep_heads) {
        buf_finish(&result->head);
    }
    buf_finish(&result->ca_names);
    buf_finish_secret(&result->ticket);
    matrix->n_done++;
    if (matrix->options->on_progress != NULL) {
        matrix->options->on_progress(matrix->options->user, matrix->n_done,
                                     matrix->n_all);
    }
}

static void release(struct job *job)
{
    tls_client_config_destroy(job->config);
    job->config = NULL;
    forge_credential_finish(&job->credential);
    job->credential = (struct forge_credential){ NULL, NULL, 0 };
}

static void on_done(void *user)
{
    struct job *job = user;
    settle(job);
    release(job);
    start_next(job);
}

static int prepare(struct job *job, enum report_version version, struct err *err)
{
    const struct matrix_options *options = job->matrix->options;
    enum tls_version tls =
        version == REPORT_TLS_1_2 ? TLS_VERSION_1_2 : TLS_VERSION_1_3;
    struct target_use use = { .credential = &job->credential,
                              .min_version = tls,
                              .max_version = tls };
    if (forge_case(options->world, job->row->recipe, options->now, &job->credential,
                   err) != 0) {
        return -1;
    }
    return target_make_config(options->target, &use, &job->config, err);
}

/* False: that cell is settled already. */
static bool start(struct job *job, enum report_version version)
{
    const struct matrix_options *options = job->matrix->options;
    struct err err = ERR_INIT;
    if (prepare(job, version, &err) != 0) {
        attempt_result_init(&job->cell->result);
        snprintf(job->cell->result.detail, sizeof(job->cell->result.detail), "%.*s",
                 ATTEMPT_TEXT_MAX - 1, err.text);
        settle(job);
        release(job);
        return false;
    }
    struct attempt_options attempt = {
        .addresses = options->target->addresses,
        .n_addresses = options->target->n_addresses,
        .config = job->config,
        .has_certificate = job->credential.n_chain > 0,
        .request = options->request,
        .body_max = PAGE_TEXT_MAX,
        .may_cut_body = true,
        .max_time_ms = options->target->options->max_time_ms,
    };
    attempt_start(&job->attempt, options->loop, &attempt, &job->cell->result, on_done,
                  job);
    return true;
}

static void start_next(struct job *job)
{
    struct matrix *matrix = job->matrix;
    bool started = false;
    while (!started && matrix->next < matrix->report->n_rows * REPORT_VERSION_COUNT) {
        size_t version = matrix->next % REPORT_VERSION_COUNT;
        job->row = &matrix->report->rows[matrix->next / REPORT_VERSION_COUNT];
        job->cell = &job->row->cells[version];
        matrix->next++;
        started = matrix->report->versions[version] &&
                  start(job, (enum report_version)version);
    }
}

int matrix_run(const struct matrix_options *options, struct report *report,
               struct err *err)
{
    struct matrix matrix = { options, report, 0, 0, 0 };
    struct job *jobs = mem_alloc(options->n_jobs, sizeof(*jobs));
    if (jobs == NULL) {
        return err_memory(err);
    }
    matrix.n_all = report->n_rows * report_count(report).n_versions;
    for (size_t i = 0; i < options->n_jobs; i++) {
        jobs[i].matrix = &matrix;
        start_next(&jobs[i]);
    }
    uv_run(options->loop, UV_RUN_DEFAULT);
    free(jobs);
    return 0;
}
