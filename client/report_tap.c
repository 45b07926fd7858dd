/* SPDX-License-Identifier: MIT
 *
 * TAP 13 (testanything.org): one test point per case and version, a YAML block for
 * each that is not as expected. Descriptions are the same in every run.
 * Version 14 has nothing that is needed here, and Perl's prove refuses it.
 */
#include "report.h"

static void append_quoted(struct buf *out, struct buf *text)
{
    struct slice bytes = buf_slice(text);
    buf_append_byte(out, '"');
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.data[i] == '"' || bytes.data[i] == '\\') {
            buf_append_byte(out, '\\');
        }
        buf_append_byte(out, bytes.data[i]);
    }
    buf_append_string(out, "\"\n");
    buf_finish(text);
}

static void append_diagnostics(struct buf *out, const struct report_cell *cell)
{
    struct buf message = BUF_EMPTY;
    struct buf expected = BUF_EMPTY;
    struct buf got = BUF_EMPTY;
    expect_format_difference(&cell->want, &cell->result, &message);
    expect_format(&cell->want, &expected);
    attempt_result_format(&cell->result, &got);
    buf_append_string(out, "  ---\n  message: ");
    append_quoted(out, &message);
    buf_printf(out, "  outcome: %s\n  expected: ",
               expect_outcome_name(cell->judgement.outcome));
    append_quoted(out, &expected);
    buf_append_string(out, "  got: ");
    append_quoted(out, &got);
    buf_append_string(out, "  ...\n");
}

void report_tap(struct buf *out, const struct report *report)
{
    struct report_counts counts = report_count(report);
    size_t number = 0;
    buf_printf(out, "TAP version 13\n1..%zu\n",
               counts.met + counts.differ + counts.untold);
    for (size_t i = 0; i < report->n_rows; i++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            const struct report_row *row = &report->rows[i];
            const struct report_cell *cell = &row->cells[v];
            bool met = cell->judgement.outcome == EXPECT_MET;
            if (!cell->tried) {
                continue;
            }
            number++;
            buf_printf(out, "%sok %zu - %s TLS %s\n", met ? "" : "not ", number,
                       row->recipe->name, report_version_name((enum report_version)v));
            if (!met) {
                append_diagnostics(out, cell);
            } else if (cell->judgement.substatus_hidden) {
                buf_append_string(out, "# the page hides the sub-status\n");
            }
        }
    }
    buf_append_string(out, "# ");
    report_append_summary(out, report);
    buf_append_byte(out, '\n');
}
