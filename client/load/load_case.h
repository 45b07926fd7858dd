/* SPDX-License-Identifier: MIT
 *
 * One certificate that asks: what it needs for a connection, what it must get, and what
 * came.
 */
#pragma once

#include "attempt/attempt_result.h"
#include "attempt/target.h"
#include "check/expectation_choice.h"
#include "load/histogram.h"
#include "load/load_options.h"
#include "load/tally.h"

#include <stdbool.h>
#include <stddef.h>

struct load_case {
    const char *name;            /* borrowed: of the case or the file */
    const struct recipe *recipe; /* borrowed; NULL = the user's own certificate */
    size_t n_turns;              /* in a round of all */
    struct forge_credential credential; /* owned */
    struct tls_client_config *config;   /* owned */
    struct comparison_want wants[REPORT_VERSION_COUNT];
    struct buf *sessions; /* owned, each a secret; the last one came last */
    size_t n_sessions;
    size_t n_sessions_max;
    struct tally tally;
    struct histogram verdict;
};

/* The user's certificate, or the named case. The caller finishes it, also on failure.
 */
int load_case_open(struct load_case *load, const struct load_options *options,
                   const char *name, struct forge_world *world, struct err *err)
    MUST_CHECK;
int load_case_make_config(struct load_case *load, const struct load_options *options,
                          struct target *target, struct err *err) MUST_CHECK;
/* What its answers are held to; the choice is borrowed. */
void load_case_expect(struct load_case *load, const struct expectation_choice *choice,
                      enum ssl_flags flags);
void load_case_finish(struct load_case *load); /* accepts a zeroed one */

/* Counts an answer. */
void load_case_record(struct load_case *load, struct attempt_result *result,
                      int64_t latency_us);
/* "403.17", "alert or dropped": what it must get; "" = nothing is known. */
void load_case_append_expected(struct buf *out, const struct load_case *load);

/* A session to resume goes over to the caller; empty if there is none. */
struct buf load_case_take_session(struct load_case *load);
/* `used` is the session that the connection was to resume, the result's the new one. A
 * session of TLS 1.3 is used once (RFC 8446 C.4); of TLS 1.2 the old one stays good
 * where no new one comes. Consumes both. */
void load_case_keep_session(struct load_case *load, struct buf *used,
                            struct attempt_result *result);
