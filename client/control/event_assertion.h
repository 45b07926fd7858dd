/* SPDX-License-Identifier: MIT
 *
 * An assertion about what the running server saw: a number of events of a kind, now or
 * within a time. `certgate expect` makes it.
 *
 * Without a time it is about now. With one, the count may still grow: it is met as soon
 * as it is reached, and a count of 0 only when the time is up.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "control/events_source.h"

#include <stdbool.h>
#include <stdint.h>

struct event_assertion {
    struct events_query query; /* which events; its limit and follow are not read */
    bool has_count;            /* else: at least one */
    uint64_t count;
    int64_t within_s; /* 0 = as it is now */
};

/* How far it has come. */
struct event_tally {
    uint64_t n;
    uint64_t last; /* event number */
    bool lost;     /* some were overtaken, so the count may be wrong */
};

/* Asks the server at `url` until the assertion is met or can no longer be. */
int event_assertion_judge(const struct event_assertion *assertion,
                          const struct url *url, bool *ret_met,
                          struct event_tally *ret_tally, struct err *err) MUST_CHECK;
/* Appends what was expected, what came, and what the server saw instead, which it asks
 * for. Safe on a terminal. */
int event_assertion_explain(const struct event_assertion *assertion,
                            const struct url *url, const struct event_tally *tally,
                            struct buf *out, struct err *err) MUST_CHECK;
