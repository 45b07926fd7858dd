/* SPDX-License-Identifier: MIT
 *
 * The only module in the project that reads the clock.
 */
#pragma once

#include <stdint.h>

/* Wall clock: milliseconds since 1970-01-01T00:00:00Z. */
int64_t clock_now_ms(void);
/* The same in seconds: what `now` means wherever it is an argument. */
int64_t clock_now_s(void);
/* Monotonic microseconds from an arbitrary start: for durations. */
int64_t clock_monotonic_us(void);
