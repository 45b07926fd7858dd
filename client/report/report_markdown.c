/* SPDX-License-Identifier: MIT
 *
 * Markdown as GitHub and GitLab show it: what differs first, all cases folded away.
 * Several reports stand side by side.
 */
#include "base/text.h"
#include "model/survey_remark.h"
#include "report/report_changes.h"
#include "report/report_writers.h"

#include <stdio.h>
#include <string.h>

/* What Markdown or HTML would read, as a character reference; control characters and
 * the like were made visible before. */
static void append_safe(struct buf *out, const char *text)
{
    struct buf visible = BUF_EMPTY;
    text_escape_terminal(&visible, slice_from_string(text));
    for (const char *at = buf_string(&visible); *at != 0; at++) {
        if (strchr("&<>|\\`*_[]{}#!~@", *at) != NULL) {
            buf_printf(out, "&#%d;", *at);
        } else {
            buf_append_byte(out, (uint8_t)*at);
        }
    }
    buf_finish(&visible);
}

static void append_cell(struct buf *out, const struct report_cell *cell)
{
    static const char *const marks[COMPARISON_OUTCOME_COUNT] = {
        [COMPARISON_MET] = "✅",
        [COMPARISON_DIFFERS] = "❌",
        [COMPARISON_UNTOLD] = "❔",
    };
    char brief[ATTEMPT_SHORT_MAX];
    if (!cell->tried) {
        buf_append_string(out, " - |");
        return;
    }
    attempt_result_format_short(&cell->result, brief);
    buf_printf(out, " %s ", marks[cell->judgement.outcome]);
    append_safe(out, brief);
    buf_append_string(out, " |");
}

/* Returns how many columns it has made. */
static size_t append_columns(struct buf *out, const struct report *report,
                             const char *name)
{
    size_t n_columns = 0;
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        if (report->versions[v]) {
            buf_printf(out, " %sTLS %s |", name,
                       report_version_name((enum report_version)v));
            n_columns++;
        }
    }
    return n_columns;
}

static void append_head(struct buf *out, const struct report *const *reports, size_t n)
{
    size_t n_columns = 0;
    buf_append_string(out, "| case |");
    for (size_t r = 0; r < n; r++) {
        char name[] = { (char)('A' + r), ',', ' ', 0 };
        n_columns += append_columns(out, reports[r], n > 1 ? name : "");
    }
    buf_append_string(out, " expected | what is special |\n|---|---|---|");
    while (n_columns-- > 0) {
        buf_append_string(out, "---|");
    }
    buf_append_byte(out, '\n');
}

static void append_row(struct buf *out, const struct report *const *reports, size_t n,
                       size_t row)
{
    struct buf expected = BUF_EMPTY;
    buf_printf(out, "| `%s` |", reports[0]->rows[row].recipe->name);
    for (size_t r = 0; r < n; r++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            if (reports[r]->versions[v]) {
                append_cell(out, &reports[r]->rows[row].cells[v]);
            }
        }
    }
    report_append_expected(&expected, reports[0], &reports[0]->rows[row]);
    buf_append_byte(out, ' ');
    append_safe(out, buf_string(&expected));
    buf_append_string(out, " | ");
    append_safe(out, reports[0]->rows[row].recipe->title);
    buf_append_string(out, " |\n");
    buf_finish(&expected);
}

static bool is_odd(const struct report *const *reports, size_t n, size_t row)
{
    for (size_t r = 0; r < n; r++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            const struct report_cell *cell = &reports[r]->rows[row].cells[v];
            if (cell->tried && cell->judgement.outcome != COMPARISON_MET) {
                return true;
            }
        }
    }
    return false;
}

static void append_letter(struct buf *out, size_t n, size_t r)
{
    if (n > 1) {
        buf_printf(out, "**%c** ", (char)('A' + r));
    }
}

struct fault_list {
    struct buf *out;
    size_t n;
    size_t r;
};

static void append_fault(void *user, enum survey_question question,
                         enum report_version version, struct survey_remark remark)
{
    struct fault_list *list = user;
    if (remark.weight == SURVEY_REMARK_FAULT) {
        buf_append_string(list->out, "- ❌ ");
        append_letter(list->out, list->n, list->r);
        buf_printf(list->out, "session `%s`, TLS %s: ", survey_question_name(question),
                   report_version_name(version));
        append_safe(list->out, remark.text);
        buf_append_byte(list->out, '\n');
    }
}

static void append_faults(struct buf *out, const struct report *const *reports,
                          size_t n)
{
    size_t n_faults = 0;
    for (size_t r = 0; r < n; r++) {
        n_faults += report_count(reports[r]).session_faults;
    }
    buf_append_string(out, n_faults > 0 ? "\n### Faults of sessions\n\n" : "");
    for (size_t r = 0; r < n && n_faults > 0; r++) {
        struct fault_list list = { out, n, r };
        if (reports[r]->judges_sessions) {
            survey_remark_walk(reports[r]->survey, append_fault, &list);
        }
    }
}

static void append_change(struct buf *out, const struct report_change *change)
{
    buf_printf(out, "| `%s` | %s | ", change->name,
               report_version_name(change->version));
    append_safe(out, change->was[0] == 0 ? "not in it" : change->was);
    buf_append_string(out, " | ");
    append_safe(out, change->is);
    buf_append_string(out, " |\n");
}

static void append_changes(struct buf *out, const struct report *const *reports,
                           size_t n)
{
    for (size_t r = 0; r < n; r++) {
        const struct report_changes *changes = reports[r]->changes;
        if (changes == NULL) {
            continue;
        }
        buf_append_string(out, "\n### ");
        append_letter(out, n, r);
        buf_printf(out, "%zu of %zu answers are others than in ", changes->n_changes,
                   changes->n_compared);
        append_safe(out, changes->old_file);
        buf_append_string(out,
                          changes->n_changes > 0
                              ? "\n\n| case | TLS | was | is |\n|---|---|---|---|\n"
                              : "\n");
        for (size_t i = 0; i < changes->n_changes; i++) {
            append_change(out, &changes->changes[i]);
        }
    }
}

void report_markdown(struct buf *out, const struct report *const *reports, size_t n)
{
    size_t n_odd = 0;
    buf_append_string(out, "## certgate check\n\n");
    for (size_t r = 0; r < n; r++) {
        buf_append_string(out, "- ");
        append_letter(out, n, r);
        append_safe(out, reports[r]->url);
        buf_append_string(out, ": ");
        report_append_summary(out, reports[r]);
        buf_append_byte(out, '\n');
    }
    for (size_t i = 0; i < reports[0]->n_rows; i++) {
        n_odd += is_odd(reports, n, i) ? 1 : 0;
    }
    if (n_odd > 0) {
        buf_append_string(out, "\n### Not as expected\n\n");
        append_head(out, reports, n);
    }
    for (size_t i = 0; i < reports[0]->n_rows; i++) {
        if (is_odd(reports, n, i)) {
            append_row(out, reports, n, i);
        }
    }
    append_faults(out, reports, n);
    append_changes(out, reports, n);
    buf_append_string(out, "\n<details><summary>All cases</summary>\n\n");
    append_head(out, reports, n);
    for (size_t i = 0; i < reports[0]->n_rows; i++) {
        append_row(out, reports, n, i);
    }
    buf_append_string(out, "\n</details>\n");
}
