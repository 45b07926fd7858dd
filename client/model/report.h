/* SPDX-License-Identifier: MIT
 *
 * What `certgate check` learns of a server, as data: what each case must get, what came
 * and how the two compare, what the survey says, whom the server resembles. Filled by
 * check/, read by report/.
 */
#pragma once

#include "attempt/attempt_result.h"
#include "base/buf.h"
#include "chain/judge.h"
#include "forge/recipe.h"
#include "model/comparison.h"
#include "model/report_version.h"
#include "model/survey.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct report_cell {
    bool tried;
    struct comparison_want want;
    struct comparison_judgement judgement;
    struct attempt_result result; /* owned */
};

struct report_row {
    const struct recipe *recipe; /* borrowed */
    struct report_cell cells[REPORT_VERSION_COUNT];
};

/* How many of the answers are those of a well-known server. */
struct report_likeness {
    const char *name;  /* "nginx", "iis": for --expect */
    const char *title; /* "nginx", "IIS" */
    size_t same;       /* answers that are as recorded */
    size_t of;         /* that were compared */
    /* How well the Server field and the protocol fit; decides between tables that are
     * as close. */
    unsigned fit;
};

#define REPORT_LIKENESSES_MAX 16

struct report_changes; /* report/report_changes.h */

struct report {
    const char *url;                     /* borrowed */
    bool is_unrevoked;                   /* the server cannot know what is revoked */
    const char *expectation;             /* borrowed: "iis", "strict", a file */
    enum ssl_flags flags;                /* which column of expectations */
    bool versions[REPORT_VERSION_COUNT]; /* which were to be tried */
    int64_t started_s;
    int64_t duration_us;
    struct report_row *rows; /* owned */
    size_t n_rows;
    const struct survey *survey; /* borrowed; NULL = none was made */
    bool judges_sessions;        /* faults of sessions (survey_remark.h) count */
    const struct report_changes *changes; /* borrowed; NULL = nothing was compared */
    struct report_likeness likenesses[REPORT_LIKENESSES_MAX];
    size_t n_likenesses;
};

struct report_counts {
    size_t n_versions;
    size_t met;
    size_t differ;
    size_t untold;
    size_t hidden; /* of those met: by status only */
    size_t n_session_tests;
    size_t session_faults;
};

void report_finish(struct report *report); /* accepts a zeroed one */
struct report_counts report_count(const struct report *report);
/* What a row must get; both versions' when they are not the same. */
void report_append_expected(struct buf *out, const struct report *report,
                            const struct report_row *row);
/* "35 cases x 2 versions: 70 as expected, 0 differ", and what cannot be told. */
void report_append_summary(struct buf *out, const struct report *report);

/* What a row says of the server, whatever was expected. */
enum report_fault {
    REPORT_FAULT_NONE,
    REPORT_FAULT_LETS_IN,    /* a bad certificate */
    REPORT_FAULT_TURNS_AWAY, /* a good one */
};
enum report_fault report_find_fault(const struct report *report,
                                    const struct report_row *row);
