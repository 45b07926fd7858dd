/* SPDX-License-Identifier: MIT */
#include "report/report_github.h"

#include "model/survey_remark.h"

#include <string.h>

/* The runner decodes %25, %0D and %0A in a message, and in a property also %3A and %2C;
 * so nothing in a text can end the line and begin a command. */
static void append_escaped(struct buf *out, struct slice text, const char *escaped)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        if (c != 0 && strchr(escaped, c) != NULL) {
            buf_printf(out, "%%%02X", c);
        } else {
            buf_append_byte(out, c);
        }
    }
}

/* What is annotated, and of which server. */
struct list {
    struct buf *out;
    const char *url; /* "" = there is one only */
    size_t n;
};

static void append_annotation(struct list *list, const char *level, const char *name,
                              enum report_version version, struct buf *message)
{
    struct buf title = BUF_EMPTY;
    buf_printf(&title, "%s%s%s, TLS %s", list->url, list->url[0] != 0 ? " " : "", name,
               report_version_name(version));
    if (list->n++ < REPORT_GITHUB_MAX) {
        buf_printf(list->out, "::%s title=", level);
        append_escaped(list->out, buf_slice(&title), "%\r\n:,");
        buf_append_string(list->out, "::");
        append_escaped(list->out, buf_slice(message), "%\r\n");
        buf_append_byte(list->out, '\n');
    }
    buf_finish(&title);
    buf_finish(message);
}

static void append_cell(struct list *list, const struct report_row *row,
                        enum report_version version)
{
    const struct report_cell *cell = &row->cells[version];
    struct buf message = BUF_EMPTY;
    if (!cell->tried || cell->judgement.outcome == COMPARISON_MET) {
        return;
    }
    comparison_format_difference(&cell->want, &cell->result, &message);
    buf_printf(&message, " (%s)", row->recipe->title);
    append_annotation(
        list, cell->judgement.outcome == COMPARISON_DIFFERS ? "error" : "warning",
        row->recipe->name, version, &message);
}

static void append_session(void *user, enum survey_question question,
                           enum report_version version, struct survey_remark remark)
{
    struct buf message = BUF_EMPTY;
    struct buf name = BUF_EMPTY;
    if (remark.weight == SURVEY_REMARK_FAULT) {
        buf_printf(&name, "session %s", survey_question_name(question));
        buf_append_string(&message, remark.text);
        append_annotation(user, "error", buf_string(&name), version, &message);
    }
    buf_finish(&name);
}

void report_github_annotations(struct buf *out, const struct report *const *reports,
                               size_t n)
{
    struct list list = { out, "", 0 };
    for (size_t r = 0; r < n; r++) {
        const struct report *report = reports[r];
        list.url = n > 1 ? report->url : "";
        if (report->judges_sessions) {
            survey_remark_walk(report->survey, append_session, &list);
        }
        for (size_t i = 0; i < report->n_rows; i++) {
            for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
                append_cell(&list, &report->rows[i], (enum report_version)v);
            }
        }
    }
    if (list.n > REPORT_GITHUB_MAX) {
        buf_printf(out, "::notice title=certgate check::%zu more are not as expected\n",
                   list.n - REPORT_GITHUB_MAX);
    }
}
