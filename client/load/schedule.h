/* SPDX-License-Identifier: MIT
 *
 * When each request is to begin: at a steady rate, whatever becomes of those before it
 * (an open model). A request that begins late, because the server is slow or we are,
 * keeps the time at which it should have begun, and its latency counts from there: a
 * server that stalls for a second makes all wait that come in that second, and each of
 * them shows it. Pure: the caller has the clock. Times are microseconds from the start.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define SCHEDULE_RATE_MAX ((uint64_t)50000) /* a second */
#define SCHEDULE_TIME_MAX ((uint64_t)3600)  /* seconds */
#define SCHEDULE_NEVER    (-1)

struct schedule {
    uint64_t rate;
    uint64_t n_planned;
    uint64_t n_begun;
    uint64_t n_barred; /* those below this had to wait for a free connection */
};

struct schedule_turn {
    uint64_t number;
    int64_t intended_us;
    /* It was late because no connection was free, and not because we were slow. */
    bool was_barred;
};

void schedule_init(struct schedule *schedule, uint64_t rate, uint64_t duration_ms);
/* How many should have begun by now. */
uint64_t schedule_due(const struct schedule *schedule, int64_t now_us);
/* The next one begins. False: none is due. */
bool schedule_take(struct schedule *schedule, int64_t now_us,
                   struct schedule_turn *ret_turn);
/* No connection is free for those that are due. */
void schedule_bar(struct schedule *schedule, int64_t now_us);
/* When the next one is to begin; SCHEDULE_NEVER after the last. */
int64_t schedule_next_us(const struct schedule *schedule);
/* Nothing is planned any more but what was due by now. */
void schedule_end(struct schedule *schedule, int64_t now_us);
