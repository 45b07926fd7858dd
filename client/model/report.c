/* SPDX-License-Identifier: MIT */
#include "model/report.h"

#include "attempt/outcome.h"
#include "model/sound.h"
#include "model/survey_remark.h"

#include <stdlib.h>
#include <string.h>

void report_finish(struct report *report)
{
    for (size_t i = 0; i < report->n_rows; i++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            attempt_result_finish(&report->rows[i].cells[v].result);
        }
    }
    free(report->rows);
    report->rows = NULL;
    report->n_rows = 0;
}

static void count_cell(const struct report_cell *cell, struct report_counts *counts)
{
    switch (cell->judgement.outcome) {
    case COMPARISON_MET:
        counts->met++;
        counts->hidden += cell->judgement.substatus_hidden ? 1 : 0;
        break;
    case COMPARISON_DIFFERS:
        counts->differ++;
        break;
    case COMPARISON_UNTOLD:
    case COMPARISON_OUTCOME_COUNT:
        counts->untold++;
        break;
    }
}

struct report_counts report_count(const struct report *report)
{
    struct report_counts counts = { .n_versions = 0 };
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        counts.n_versions += report->versions[v] ? 1 : 0;
        if (report->judges_sessions) {
            struct survey_remark_counts sessions =
                survey_remark_count(&report->survey->versions[v]);
            counts.n_session_tests += sessions.n_tests;
            counts.session_faults += sessions.n_faults;
        }
    }
    for (size_t i = 0; i < report->n_rows; i++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            if (report->rows[i].cells[v].tried) {
                count_cell(&report->rows[i].cells[v], &counts);
            }
        }
    }
    return counts;
}

void report_append_expected(struct buf *out, const struct report *report,
                            const struct report_row *row)
{
    struct buf texts[REPORT_VERSION_COUNT] = { BUF_EMPTY, BUF_EMPTY };
    size_t last = REPORT_VERSION_COUNT;
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        if (!report->versions[v]) {
            continue;
        }
        comparison_format(&row->cells[v].want, &texts[v]);
        if (last == REPORT_VERSION_COUNT ||
            !slice_equal(buf_slice(&texts[last]), buf_slice(&texts[v]))) {
            buf_append_string(out, last == REPORT_VERSION_COUNT ? "" : ", ");
            buf_append_slice(out, buf_slice(&texts[v]));
        }
        last = v;
    }
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        buf_finish(&texts[v]);
    }
}

enum report_fault report_find_fault(const struct report *report,
                                    const struct report_row *row)
{
    const char *sound = sound_find(row->recipe, report->flags);
    if (report->is_unrevoked && row->recipe->require.verdict == VERDICT_REVOKED) {
        return REPORT_FAULT_NONE;
    }
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        const struct report_cell *cell = &row->cells[v];
        if (cell->tried && strcmp(sound, "refused") == 0 &&
            outcome_is_accepted(&cell->result)) {
            return REPORT_FAULT_LETS_IN;
        }
        if (cell->tried && strcmp(sound, "accepted") == 0 &&
            outcome_is_refused(&cell->result)) {
            return REPORT_FAULT_TURNS_AWAY;
        }
    }
    return REPORT_FAULT_NONE;
}

void report_append_summary(struct buf *out, const struct report *report)
{
    struct report_counts counts = report_count(report);
    size_t asked = report->n_rows * counts.n_versions;
    size_t done = counts.met + counts.differ + counts.untold;
    buf_printf(out, "%zu case%s x %zu version%s: %zu as expected, %zu differ",
               report->n_rows, report->n_rows == 1 ? "" : "s", counts.n_versions,
               counts.n_versions == 1 ? "" : "s", counts.met, counts.differ);
    if (counts.untold > 0) {
        buf_printf(out, ", %zu cannot be told", counts.untold);
    }
    if (done < asked) {
        buf_printf(out, ", %zu not tried", asked - done);
    }
    if (counts.session_faults > 0) {
        buf_printf(out, "; %zu fault%s of sessions", counts.session_faults,
                   counts.session_faults == 1 ? "" : "s");
    }
}
