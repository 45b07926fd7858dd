/* SPDX-License-Identifier: MIT
 *
 * Wakes the loop at a time in microseconds, where libuv's own timers know milliseconds:
 * too coarse for what is measured from when it should have begun.
 */
#pragma once

#include "base/err.h"

#include <stdint.h>
#include <uv.h>

struct ticker {
    int fd; /* owned; -1 = not open */
    uv_poll_t poll;
    void (*on_tick)(void *user);
    void *user;
};

int ticker_open(struct ticker *ticker, uv_loop_t *loop, void (*on_tick)(void *user),
                void *user, struct err *err) MUST_CHECK;
/* At this time of clock_monotonic_us, or at once if it has passed; once. */
void ticker_set(struct ticker *ticker, int64_t at_us);
/* Idempotent. The memory is free to go once the loop has run again. */
void ticker_close(struct ticker *ticker);
