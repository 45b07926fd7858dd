/* SPDX-License-Identifier: MIT
 *
 * Runs the whole table: every row of a report on every version that it asks for,
 * some attempts at a time on one loop, and judges each as it ends.
 */
#pragma once

#include "attempt/target.h"
#include "forge/forge.h"
#include "model/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

typedef void (*matrix_on_progress_fn)(void *user, size_t n_done, size_t n_all);

/* Everything is borrowed for the run. */
struct matrix_options {
    struct target *target; /* with its addresses */
    struct forge_world *world;
    uv_loop_t *loop;
    struct slice request;
    size_t n_jobs;
    int64_t now;
    bool trust_verdict_header;
    bool keep_heads;        /* of the answers, for transcripts */
    const char *on_revoke;  /* for the survey: a hook; NULL = none */
    const char *other_host; /* for the survey; NULL = one that no server has */
    matrix_on_progress_fn on_progress; /* may be NULL */
    void *user;
};

/* Fills the cells; what could not be begun is a cell that cannot be told. -1: out
 * of memory. */
int matrix_run(const struct matrix_options *options, struct report *report,
               struct err *err) MUST_CHECK;
