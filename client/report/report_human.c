/* SPDX-License-Identifier: MIT
 *
 * The table for people. What matters is marked by a sign as well as by colour:
 * "!" differs, "?" cannot be told, "~" as expected as far as the page shows.
 */
#include "base/text.h"
#include "report/report_writers.h"

#include <stdio.h>
#include <string.h>

#define CELL_WIDTH_MIN 7 /* "TLS 1.2" */
#define GAP            2
#define CELL_TEXT_MAX  (ATTEMPT_SHORT_MAX + 4)

/* clang-format off */
static const struct look {
    const char *mark;
    const char *colour;
} looks[COMPARISON_OUTCOME_COUNT] = {
    [COMPARISON_MET]     = { "",   "\x1b[32m" },
    [COMPARISON_DIFFERS] = { " !", "\x1b[31m" },
    [COMPARISON_UNTOLD]  = { " ?", "\x1b[33m" },
};
/* clang-format on */

struct layout {
    bool colour;
    size_t name;
    size_t cell;
    size_t expected;
    size_t title; /* room for it; 0 = no limit */
};

static const char *format_cell(const struct report_cell *cell,
                               char text[static CELL_TEXT_MAX])
{
    char brief[ATTEMPT_SHORT_MAX];
    if (!cell->tried) {
        return "-";
    }
    attempt_result_format_short(&cell->result, brief);
    snprintf(text, CELL_TEXT_MAX, "%s%s", brief,
             cell->judgement.substatus_hidden ? " ~"
                                              : looks[cell->judgement.outcome].mark);
    return text;
}

static struct layout make_layout(const struct report *report, bool colour, size_t width)
{
    struct layout layout = { colour, strlen("CASE"), CELL_WIDTH_MIN, strlen("EXPECTED"),
                             0 };
    struct buf expected = BUF_EMPTY;
    size_t used;
    char text[CELL_TEXT_MAX];
    for (size_t i = 0; i < report->n_rows; i++) {
        size_t len = strlen(report->rows[i].recipe->name);
        layout.name = len > layout.name ? len : layout.name;
        buf_clear(&expected);
        report_append_expected(&expected, report, &report->rows[i]);
        layout.expected =
            expected.len > layout.expected ? expected.len : layout.expected;
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            len = strlen(format_cell(&report->rows[i].cells[v], text));
            layout.cell = len > layout.cell ? len : layout.cell;
        }
    }
    used = layout.name + report_count(report).n_versions * (GAP + layout.cell) + GAP +
           layout.expected + GAP;
    buf_finish(&expected);
    if (width > 0) {
        layout.title = width > used ? width - used : 1;
    }
    return layout;
}

static void append_padded(struct buf *out, const char *text, size_t width)
{
    buf_printf(out, "%-*s%*s", (int)width, text, GAP, "");
}

/* A title of our own table, cut at a code point's start, which is then seen. */
static void append_cut(struct buf *out, const char *text, size_t room)
{
    struct slice rest = slice_from_string(text);
    uint32_t code_point;
    size_t shown = 0;
    size_t end = 0;
    while (end < rest.len && (room == 0 || shown < room)) {
        size_t len = text_decode_utf8(slice_part(rest, end, rest.len), &code_point);
        end += len == 0 ? 1 : len;
        shown++;
    }
    if (end == rest.len) {
        buf_append_slice(out, rest);
        return;
    }
    while (end > 0 && shown + 3 > room) {
        end--;
        shown -= (rest.data[end] & 0xc0) != 0x80 ? 1 : 0;
    }
    buf_append_slice(out, slice_part(rest, 0, end));
    buf_append_string(out, "...");
}

static void append_row(struct buf *out, const struct report *report,
                       const struct report_row *row, const struct layout *layout)
{
    struct buf expected = BUF_EMPTY;
    append_padded(out, row->recipe->name, layout->name);
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        const struct report_cell *cell = &row->cells[v];
        char text[CELL_TEXT_MAX];
        bool coloured = layout->colour && cell->tried;
        if (!report->versions[v]) {
            continue;
        }
        buf_append_string(out, coloured ? looks[cell->judgement.outcome].colour : "");
        append_padded(out, format_cell(cell, text), layout->cell);
        buf_append_string(out, coloured ? "\x1b[0m" : "");
    }
    report_append_expected(&expected, report, row);
    append_padded(out, buf_string(&expected), layout->expected);
    append_cut(out, row->recipe->title, layout->title);
    buf_append_byte(out, '\n');
    buf_finish(&expected);
}

/* One line; `versions` is "1.2", "1.3" or both. */
static void append_difference(struct buf *out, const struct report_row *row,
                              enum comparison_outcome outcome, const char *versions,
                              struct slice text, bool colour)
{
    buf_printf(out, "%s%s, TLS %s:%s ", colour ? looks[outcome].colour : "",
               row->recipe->name, versions, colour ? "\x1b[0m" : "");
    buf_append_slice(out, text);
    buf_append_byte(out, '\n');
}

static bool is_different(const struct report_cell *cell)
{
    return cell->tried && cell->judgement.outcome != COMPARISON_MET;
}

/* What both versions have in common is said once. */
static void append_row_differences(struct buf *out, const struct report_row *row,
                                   bool colour)
{
    struct buf texts[REPORT_VERSION_COUNT] = { BUF_EMPTY, BUF_EMPTY };
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        if (is_different(&row->cells[v])) {
            comparison_format_difference(&row->cells[v].want, &row->cells[v].result,
                                         &texts[v]);
        }
    }
    if (texts[0].len > 0 && slice_equal(buf_slice(&texts[0]), buf_slice(&texts[1]))) {
        append_difference(out, row, row->cells[0].judgement.outcome, "1.2 and 1.3",
                          buf_slice(&texts[0]), colour);
        buf_clear(&texts[0]);
        buf_clear(&texts[1]);
    }
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        if (texts[v].len > 0) {
            append_difference(out, row, row->cells[v].judgement.outcome,
                              report_version_name((enum report_version)v),
                              buf_slice(&texts[v]), colour);
        }
        buf_finish(&texts[v]);
    }
}

static void append_differences(struct buf *out, const struct report *report,
                               bool colour)
{
    struct report_counts counts = report_count(report);
    buf_append_string(out, counts.differ + counts.untold > 0 ? "\n" : "");
    for (size_t i = 0; i < report->n_rows; i++) {
        append_row_differences(out, &report->rows[i], colour);
    }
}

void report_human(struct buf *out, const struct report *report, bool colour,
                  size_t width)
{
    struct layout layout = make_layout(report, colour, width);
    struct report_counts counts = report_count(report);
    append_padded(out, "CASE", layout.name);
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        if (report->versions[v]) {
            append_padded(out, v == REPORT_TLS_1_2 ? "TLS 1.2" : "TLS 1.3",
                          layout.cell);
        }
    }
    append_padded(out, "EXPECTED", layout.expected);
    append_cut(out, "WHAT IS SPECIAL", layout.title);
    buf_append_byte(out, '\n');
    for (size_t i = 0; i < report->n_rows; i++) {
        append_row(out, report, &report->rows[i], &layout);
    }
    append_differences(out, report, colour);
    if (counts.hidden > 0) {
        buf_printf(
            out,
            "\n~ the page hides the sub-status (a custom error page): %zu answer%s "
            "compared by status only\n",
            counts.hidden, counts.hidden == 1 ? "" : "s");
    }
    report_server(out, report, colour, width);
    buf_append_byte(out, '\n');
    report_append_summary(out, report);
    buf_append_byte(out, '\n');
}
