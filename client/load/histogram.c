/* SPDX-License-Identifier: MIT */
#include "load/histogram.h"

#include <assert.h>

const struct histogram_mark histogram_marks[HISTOGRAM_MARKS] = {
    { "p50", "p50", 50000 },     { "p90", "p90", 90000 },  { "p99", "p99", 99000 },
    { "p99.9", "p99_9", 99900 }, { "max", "max", 100000 },
};

/* Of the first power of two that is cut into steps: 2^7 = HISTOGRAM_STEPS. */
#define EXACT_BITS 7u

static unsigned count_bits(uint64_t value)
{
    unsigned bits = 0;
    while (value > 0) {
        bits++;
        value >>= 1;
    }
    return bits;
}

static size_t find_bucket(uint64_t value)
{
    unsigned bits = count_bits(value);
    unsigned shift = bits > EXACT_BITS ? bits - EXACT_BITS - 1 : 0;
    if (value < HISTOGRAM_STEPS) {
        return (size_t)value;
    }
    return (size_t)(shift * HISTOGRAM_STEPS + (value >> shift));
}

/* The largest value that counts there. */
static uint64_t find_top(size_t bucket)
{
    uint64_t row = bucket / HISTOGRAM_STEPS;
    uint64_t step = bucket % HISTOGRAM_STEPS;
    if (row == 0) {
        return step;
    }
    return ((HISTOGRAM_STEPS + step + 1) << (row - 1)) - 1;
}

void histogram_record(struct histogram *histogram, int64_t value)
{
    uint64_t known = value < 0 ? 0 : (uint64_t)value;
    size_t bucket =
        find_bucket(known < HISTOGRAM_VALUE_MAX ? known : HISTOGRAM_VALUE_MAX);
    assert(bucket < HISTOGRAM_BUCKETS);
    histogram->counts[bucket]++;
    histogram->n++;
    histogram->max = known > histogram->max ? known : histogram->max;
}

uint64_t histogram_percentile(const struct histogram *histogram, uint64_t per_100000)
{
    uint64_t rank = (histogram->n * per_100000 + 99999) / 100000;
    uint64_t seen = 0;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS && rank < histogram->n; i++) {
        seen += histogram->counts[i];
        if (seen >= rank && histogram->counts[i] > 0) {
            uint64_t top = find_top(i);
            return top < histogram->max ? top : histogram->max;
        }
    }
    return histogram->max;
}
