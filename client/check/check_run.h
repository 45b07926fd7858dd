/* SPDX-License-Identifier: MIT
 *
 * `certgate check` of one server, from its address to its report.
 */
#pragma once

#include "attempt/target.h"
#include "check/check_options.h"
#include "check/expectation_choice.h"
#include "forge/forge.h"
#include "model/report.h"
#include "model/survey.h"

#include <stdint.h>
#include <uv.h>

/* Borrowed for the run. */
struct check_context {
    const struct check_options *options;
    struct forge_world *world;
    uv_loop_t *loop;
    int64_t now;
};

struct check_run {
    const struct check_context *context; /* borrowed */
    struct target_options target_options;
    char url[URL_TEXT_MAX];
    struct target target;
    struct expectation_choice choice;
    struct buf request;
    struct report report; /* borrows from the run */
    struct survey survey;
};

/* Makes all connections. The caller finishes the run, also on failure. */
int check_run_start(struct check_run *run, const struct check_context *context,
                    const struct url *url, struct err *err) MUST_CHECK;
void check_run_finish(struct check_run *run); /* accepts a zeroed one */
