/* SPDX-License-Identifier: MIT
 *
 * A uv loop that is run until something is so. There is no sleeping: only events
 * move a test on, and a guard ends one whose event never comes.
 */
#pragma once

#include <stdbool.h>
#include <uv.h>

#define LOOP_GUARD_MS 20000

struct loop {
    uv_loop_t uv;
    uv_timer_t guard;
};

void loop_init(struct loop *loop);
/* Runs until *done; fails the test when the guard is faster. */
void loop_run_until(struct loop *loop, const bool *done);
/* Handles what is there now, without waiting for more. */
void loop_run_once(struct loop *loop);
/* Runs until nothing is left, and fails the test when a handle stays open. */
void loop_finish(struct loop *loop);
