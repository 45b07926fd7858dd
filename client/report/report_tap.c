/* SPDX-License-Identifier: MIT
 *
 * TAP (testanything.org): one test point per case and version, and per question about
 * sessions that can be a fault; a YAML block for each that is not as expected.
 * Descriptions are the same in every run. Several servers are subtests in TAP 14; TAP
 * 13 has none, so there each description begins with the URL.
 */
#include "base/text.h"
#include "model/survey_remark.h"
#include "report/report_changes.h"
#include "report/report_writers.h"

#define SUBTEST_INDENT "    "

struct tap {
    struct buf *out;
    const char *indent; /* of a subtest */
    const char *prefix; /* of descriptions: a URL, or "" */
    size_t number;      /* of the last test point */
};

/* "#" would begin a directive, and "\" escapes either. */
static void append_description(struct buf *out, const char *text)
{
    for (; *text != 0; text++) {
        if (*text == '#' || *text == '\\') {
            buf_append_byte(out, '\\');
        }
        buf_append_byte(out, (uint8_t)*text);
    }
}

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

static void append_point(struct tap *tap, bool ok, const char *kind, const char *name,
                         enum report_version version)
{
    tap->number++;
    buf_printf(tap->out, "%s%sok %zu - ", tap->indent, ok ? "" : "not ", tap->number);
    append_description(tap->out, tap->prefix);
    buf_printf(tap->out, "%s%s%s TLS %s\n", tap->prefix[0] != 0 ? " " : "", kind, name,
               report_version_name(version));
}

static void append_diagnostics(struct tap *tap, const struct report_cell *cell)
{
    struct buf message = BUF_EMPTY;
    struct buf expected = BUF_EMPTY;
    struct buf got = BUF_EMPTY;
    comparison_format_difference(&cell->want, &cell->result, &message);
    comparison_format(&cell->want, &expected);
    attempt_result_format(&cell->result, &got);
    buf_printf(tap->out, "%s  ---\n%s  message: ", tap->indent, tap->indent);
    append_quoted(tap->out, &message);
    buf_printf(tap->out, "%s  outcome: %s\n%s  expected: ", tap->indent,
               comparison_outcome_name(cell->judgement.outcome), tap->indent);
    append_quoted(tap->out, &expected);
    buf_printf(tap->out, "%s  got: ", tap->indent);
    append_quoted(tap->out, &got);
    buf_printf(tap->out, "%s  ...\n", tap->indent);
}

static void append_cases(struct tap *tap, const struct report *report)
{
    for (size_t i = 0; i < report->n_rows; i++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            const struct report_cell *cell = &report->rows[i].cells[v];
            bool met = cell->judgement.outcome == COMPARISON_MET;
            if (!cell->tried) {
                continue;
            }
            append_point(tap, met, "", report->rows[i].recipe->name,
                         (enum report_version)v);
            if (!met) {
                append_diagnostics(tap, cell);
            } else if (cell->judgement.substatus_hidden) {
                buf_printf(tap->out, "%s# the page hides the sub-status\n",
                           tap->indent);
            }
        }
    }
}

static void append_session(void *user, enum survey_question question,
                           enum report_version version, struct survey_remark remark)
{
    struct tap *tap = user;
    bool ok = remark.weight != SURVEY_REMARK_FAULT;
    append_point(tap, ok, "session ", survey_question_name(question), version);
    if (!ok) {
        buf_printf(tap->out, "%s  ---\n%s  message: \"%s\"\n%s  ...\n", tap->indent,
                   tap->indent, remark.text, tap->indent);
    }
}

static size_t count_points(const struct report *report)
{
    struct report_counts counts = report_count(report);
    return counts.met + counts.differ + counts.untold + counts.n_session_tests;
}

static void append_report(struct tap *tap, const struct report *report)
{
    append_cases(tap, report);
    if (report->judges_sessions) {
        survey_remark_walk(report->survey, append_session, tap);
    }
}

static void append_notes(struct tap *tap, const struct report *report)
{
    buf_printf(tap->out, "%s# ", tap->indent);
    append_description(tap->out, tap->prefix);
    buf_append_string(tap->out, tap->prefix[0] != 0 ? " " : "");
    report_append_summary(tap->out, report);
    buf_append_byte(tap->out, '\n');
    report_changes_append(tap->out, report->changes,
                          tap->indent[0] == 0 ? "# " : SUBTEST_INDENT "# ");
}

static void append_subtests(struct buf *out, const struct report *const *reports,
                            size_t n)
{
    buf_printf(out, "1..%zu\n", n);
    for (size_t r = 0; r < n; r++) {
        struct report_counts counts = report_count(reports[r]);
        struct tap tap = { out, SUBTEST_INDENT, "", 0 };
        buf_printf(out, "# Subtest: %s\n%s1..%zu\n", reports[r]->url, tap.indent,
                   count_points(reports[r]));
        append_report(&tap, reports[r]);
        append_notes(&tap, reports[r]);
        buf_printf(out, "%sok %zu - ",
                   counts.differ + counts.untold + counts.session_faults > 0 ? "not "
                                                                             : "",
                   r + 1);
        append_description(out, reports[r]->url);
        buf_append_byte(out, '\n');
    }
}

void report_tap(struct buf *out, const struct report *const *reports, size_t n,
                enum report_tap_version version)
{
    struct tap tap = { out, "", "", 0 };
    size_t n_points = 0;
    buf_printf(out, "TAP version %d\n", version == REPORT_TAP_14 ? 14 : 13);
    if (version == REPORT_TAP_14 && n > 1) {
        append_subtests(out, reports, n);
        return;
    }
    for (size_t r = 0; r < n; r++) {
        n_points += count_points(reports[r]);
    }
    buf_printf(out, "1..%zu\n", n_points);
    for (size_t r = 0; r < n; r++) {
        tap.prefix = n > 1 ? reports[r]->url : "";
        append_report(&tap, reports[r]);
        append_notes(&tap, reports[r]);
    }
}
