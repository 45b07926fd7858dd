/* SPDX-License-Identifier: MIT
 *
 * `certgate explain --fetch`: what the judgement of a client's certificate needs is
 * fetched first, as certgated does (lib/retrieval), and each fetch is told: the
 * address, what came, and how long it took.
 */
#pragma once

#include "base/buf.h"
#include "retrieval/retrieval.h"

#include <uv.h>

/* Does not move: the loop's handles point into it. */
struct explain_fetch {
    bool is_open;
    uv_loop_t loop;
    uv_timer_t deadline;
    struct retrieval *retrieval; /* owned */
    struct retrieval_wait wait;
    bool is_woken;
    bool is_over;     /* the time for all of one file was over */
    struct buf lines; /* owned: of the last file, one a line */
};

/* `now` is the time that certificates are judged for. -1 when out of memory. */
int explain_fetch_open(struct explain_fetch *fetch, enum fetch_allow allow, int64_t now,
                       struct err *err) MUST_CHECK;
/* Fetches until nothing is missing, for RETRIEVAL_DEADLINE_MS at most. `context` has
 * all but the evidence. */
int explain_fetch_run(struct explain_fetch *fetch, struct certificate *const *presented,
                      size_t n_presented, const struct chain_context *context,
                      struct err *err) MUST_CHECK;
void explain_fetch_close(struct explain_fetch *fetch); /* accepts a zeroed one */
