/* SPDX-License-Identifier: MIT */
#include "load/schedule.h"

#include <assert.h>
#include <string.h>

#define SECOND_US ((uint64_t)1000000)

static int64_t find_time(const struct schedule *schedule, uint64_t number)
{
    return (int64_t)(number * SECOND_US / schedule->rate);
}

void schedule_init(struct schedule *schedule, uint64_t rate, uint64_t duration_ms)
{
    assert(rate >= 1 && rate <= SCHEDULE_RATE_MAX &&
           duration_ms <= SCHEDULE_TIME_MAX * 1000);
    memset(schedule, 0, sizeof(*schedule));
    schedule->rate = rate;
    schedule->n_planned = rate * duration_ms / 1000;
    if (schedule->n_planned == 0) {
        schedule->n_planned = 1;
    }
}

uint64_t schedule_due(const struct schedule *schedule, int64_t now_us)
{
    uint64_t now = now_us < 0 ? 0 : (uint64_t)now_us;
    /* Number n is due from floor(n * SECOND / rate) on. */
    uint64_t due = ((now + 1) * schedule->rate - 1) / SECOND_US + 1;
    return due < schedule->n_planned ? due : schedule->n_planned;
}

bool schedule_take(struct schedule *schedule, int64_t now_us,
                   struct schedule_turn *ret_turn)
{
    if (schedule->n_begun >= schedule_due(schedule, now_us)) {
        return false;
    }
    *ret_turn = (struct schedule_turn){
        .number = schedule->n_begun,
        .intended_us = find_time(schedule, schedule->n_begun),
        .was_barred = schedule->n_begun < schedule->n_barred,
    };
    schedule->n_begun++;
    return true;
}

void schedule_bar(struct schedule *schedule, int64_t now_us)
{
    schedule->n_barred = schedule_due(schedule, now_us);
}

int64_t schedule_next_us(const struct schedule *schedule)
{
    return schedule->n_begun < schedule->n_planned
               ? find_time(schedule, schedule->n_begun)
               : SCHEDULE_NEVER;
}

void schedule_end(struct schedule *schedule, int64_t now_us)
{
    schedule->n_planned = schedule_due(schedule, now_us);
}
