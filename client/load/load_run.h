/* SPDX-License-Identifier: MIT
 *
 * `certgate load` while it runs: takes each turn of the schedule on a connection, and
 * records what comes. Everything in one loop, so it measures itself, too: how late it
 * was without being kept from it, and the processor that it took.
 */
#pragma once

#include "load/load_case.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/* What is borrowed outlives the run. */
struct load_order {
    const struct load_options *options;
    const struct sockaddr_storage *address; /* of the server */
    struct slice request;
    struct load_case *cases;
    size_t n_cases;
    uv_loop_t *loop;
};

/* What came of all, beside what each case has of its own. */
struct load_result {
    struct schedule schedule;
    struct histogram full; /* handshakes: from the intended start until done */
    struct histogram resumed;
    struct histogram verdict; /* all cases, and those that never began */
    struct histogram late;    /* from the intended start to the real one */
    uint64_t n_slow;          /* began late though a connection was free: our doing */
    uint64_t n_barred;        /* began late because none was free */
    uint64_t n_unbegun;       /* were due and never began */
    uint64_t n_cut;           /* under way when the user ended it */
    bool was_interrupted;
    int64_t started_s;
    int64_t duration_us;
    int64_t cpu_us; /* of this process */
};

/* Sees that so many connections can be open. The loop has to run once more before it is
 * closed. */
int load_reserve(uv_loop_t *loop, size_t n_connections, struct err *err) MUST_CHECK;
/* Runs the loop until all is over. `result` begins zeroed. */
int load_run(const struct load_order *order, struct load_result *result,
             struct err *err) MUST_CHECK;

/* Later than this is late. */
#define LOAD_LATE_US 10000
/* It could not keep the rate itself: more than one in a hundred began late without a
 * reason of the server's, or it had no processor left. */
bool load_result_is_overtaxed(const struct load_result *result);
