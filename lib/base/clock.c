/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <time.h>

static struct timespec ask(clockid_t id)
{
    struct timespec now = { 0, 0 };
    (void)clock_gettime(id, &now); /* cannot fail with these two clocks */
    return now;
}

int64_t clock_now_ms(void)
{
    struct timespec now = ask(CLOCK_REALTIME);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now_s(void)
{
    return (int64_t)ask(CLOCK_REALTIME).tv_sec;
}

int64_t clock_monotonic_us(void)
{
    struct timespec now = ask(CLOCK_MONOTONIC);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
