/* SPDX-License-Identifier: MIT
 *
 * The whole table's results, and its shapes: for people, TAP, JUnit XML, JSON,
 * Markdown and HTML. Each writer is pure, appends to a buf, and makes the peer's text
 * safe for its own format. Results: buf_ok(out).
 */
#pragma once

#include "attempt/attempt_result.h"
#include "base/buf.h"
#include "chain/judge.h"
#include "check/likeness.h"
#include "forge/recipe.h"
#include "model/comparison.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum report_version { REPORT_TLS_1_2, REPORT_TLS_1_3, REPORT_VERSION_COUNT };
/* "1.2" */
const char *report_version_name(enum report_version version);

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

struct survey;
struct report_changes;

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
    struct likeness likenesses[LIKENESS_MAX];
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
/* "35 cases x 2 versions: 70 as expected, 0 differ", and what cannot be told. */
/* What a row must get; both versions' when they are not the same. */
void report_append_expected(struct buf *out, const struct report *report,
                            const struct report_row *row);
void report_append_summary(struct buf *out, const struct report *report);

/* What a row says of the server, whatever was expected. */
enum report_fault {
    REPORT_FAULT_NONE,
    REPORT_FAULT_LETS_IN,    /* a bad certificate */
    REPORT_FAULT_TURNS_AWAY, /* a good one */
};
enum report_fault report_find_fault(const struct report *report,
                                    const struct report_row *row);

/* `width` of the terminal, 0 = do not cut lines. */
void report_human(struct buf *out, const struct report *report, bool colour,
                  size_t width);
/* What kind of server it is: who is let in that should not be, what it tells apart,
 * sessions, names, and whom it resembles. Nothing without a survey. `width` as above.
 */
void report_server(struct buf *out, const struct report *report, bool colour,
                   size_t width);
/* Several servers side by side, of the same cases; one at least. */
void report_compare(struct buf *out, const struct report *const *reports, size_t n,
                    bool colour, size_t width);
void report_markdown(struct buf *out, const struct report *const *reports, size_t n);
void report_html(struct buf *out, const struct report *const *reports, size_t n);
void report_junit(struct buf *out, const struct report *const *reports, size_t n);
void report_json(struct buf *out, const struct report *const *reports, size_t n);

/* Perl's prove before Test::Harness 3.48 refuses the word "version 14". */
enum report_tap_version { REPORT_TAP_13, REPORT_TAP_14 };
void report_tap(struct buf *out, const struct report *const *reports, size_t n,
                enum report_tap_version version);
