/* SPDX-License-Identifier: MIT
 *
 * How often each latency came, in memory that does not grow: up to 127 exactly, above
 * it in 128 steps for each power of two, so that a percentile is at most 0.8 % too high
 * and never too low. What is over HISTOGRAM_VALUE_MAX counts as that; the maximum is
 * exact. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_STEPS     ((uint64_t)128)
#define HISTOGRAM_VALUE_MAX (((uint64_t)1 << 36) - 1) /* 19 hours of microseconds */
#define HISTOGRAM_BUCKETS   ((size_t)(36 - 6) * HISTOGRAM_STEPS)

struct histogram {
    uint64_t n;
    uint64_t max;
    uint64_t counts[HISTOGRAM_BUCKETS];
};

/* Begins zeroed. Less than 0 counts as 0. */
void histogram_record(struct histogram *histogram, int64_t value);
/* The least value that `per_100000` of all do not exceed; 0 if there are none. */
uint64_t histogram_percentile(const struct histogram *histogram, uint64_t per_100000);

/* What is reported of each. */
#define HISTOGRAM_MARKS ((size_t)5)
struct histogram_mark {
    const char *name; /* "p99.9", "max" */
    const char *key;  /* "p99_9" */
    uint64_t per_100000;
};
extern const struct histogram_mark histogram_marks[HISTOGRAM_MARKS];
