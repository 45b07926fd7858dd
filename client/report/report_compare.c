/* SPDX-License-Identifier: MIT
 *
 * Several servers side by side, and then what kind of server each is.
 */
#include "attempt/outcome.h"
#include "report/report_writers.h"

#include <stdio.h>
#include <string.h>

#define GAP           2
#define CELL_TEXT_MAX (ATTEMPT_SHORT_MAX + 4)

static const char *format_cell(const struct report_cell *cell,
                               char text[static CELL_TEXT_MAX])
{
    static const char *const marks[COMPARISON_OUTCOME_COUNT] = {
        [COMPARISON_MET] = "",
        [COMPARISON_DIFFERS] = " !",
        [COMPARISON_UNTOLD] = " ?",
    };
    char brief[ATTEMPT_SHORT_MAX];
    if (!cell->tried) {
        return "-";
    }
    attempt_result_format_short(&cell->result, brief);
    snprintf(text, CELL_TEXT_MAX, "%s%s", brief, marks[cell->judgement.outcome]);
    return text;
}

static size_t find_name_width(const struct report *report)
{
    size_t width = strlen("CASE");
    for (size_t i = 0; i < report->n_rows; i++) {
        size_t len = strlen(report->rows[i].recipe->name);
        width = len > width ? len : width;
    }
    return width;
}

static size_t find_cell_width(const struct report *report, size_t version)
{
    size_t width = strlen("A TLS 1.2");
    char text[CELL_TEXT_MAX];
    for (size_t i = 0; i < report->n_rows; i++) {
        size_t len = strlen(format_cell(&report->rows[i].cells[version], text));
        width = len > width ? len : width;
    }
    return width;
}

static void append_padded(struct buf *out, const char *text, size_t width)
{
    buf_printf(out, "%-*s%*s", (int)width, text, GAP, "");
}

/* Whether one lets in what another refuses. */
static bool is_split(const struct report *const *reports, size_t n, size_t row)
{
    bool accepted = false;
    bool refused = false;
    for (size_t r = 0; r < n; r++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            const struct report_cell *cell = &reports[r]->rows[row].cells[v];
            accepted = accepted || (cell->tried && outcome_is_accepted(&cell->result));
            refused = refused || (cell->tried && outcome_is_refused(&cell->result));
        }
    }
    return accepted && refused;
}

static void append_row(struct buf *out, const struct report *const *reports, size_t n,
                       size_t row, size_t width)
{
    append_padded(out, reports[0]->rows[row].recipe->name, width);
    for (size_t r = 0; r < n; r++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            char text[CELL_TEXT_MAX];
            if (reports[r]->versions[v]) {
                append_padded(out, format_cell(&reports[r]->rows[row].cells[v], text),
                              find_cell_width(reports[r], v));
            }
        }
    }
    buf_printf(out, "%s %s\n", is_split(reports, n, row) ? "*" : " ",
               reports[0]->rows[row].recipe->title);
}

static size_t count_split(const struct report *const *reports, size_t n)
{
    size_t n_split = 0;
    for (size_t i = 0; i < reports[0]->n_rows; i++) {
        n_split += is_split(reports, n, i) ? 1 : 0;
    }
    return n_split;
}

void report_compare(struct buf *out, const struct report *const *reports, size_t n,
                    bool colour, size_t width)
{
    size_t name_width = find_name_width(reports[0]);
    for (size_t r = 0; r < n; r++) {
        buf_printf(out, "%c  %s\n", (char)('A' + r), reports[r]->url);
    }
    buf_append_byte(out, '\n');
    append_padded(out, "CASE", name_width);
    for (size_t r = 0; r < n; r++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            char head[16];
            snprintf(head, sizeof(head), "%c TLS %s", (char)('A' + r),
                     report_version_name((enum report_version)v));
            if (reports[r]->versions[v]) {
                append_padded(out, head, find_cell_width(reports[r], v));
            }
        }
    }
    buf_append_string(out, "  WHAT IS SPECIAL\n");
    for (size_t i = 0; i < reports[0]->n_rows; i++) {
        append_row(out, reports, n, i, name_width);
    }
    buf_printf(out, "\n* one lets in what another refuses: %zu case%s\n",
               count_split(reports, n), count_split(reports, n) == 1 ? "" : "s");
    for (size_t r = 0; r < n; r++) {
        buf_printf(out, "\n%c  %s: ", (char)('A' + r), reports[r]->url);
        report_append_summary(out, reports[r]);
        buf_append_byte(out, '\n');
        report_server(out, reports[r], colour, width);
    }
}
