/* SPDX-License-Identifier: MIT */
#include "report_github.h"

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

static void append_annotation(struct buf *out, const struct report_row *row,
                              const struct report_cell *cell, const char *version)
{
    struct buf title = BUF_EMPTY;
    struct buf message = BUF_EMPTY;
    buf_printf(&title, "%s, TLS %s", row->recipe->name, version);
    expect_format_difference(&cell->want, &cell->result, &message);
    buf_printf(&message, " (%s)", row->recipe->title);
    buf_printf(out, "::%s title=",
               cell->judgement.outcome == EXPECT_DIFFERS ? "error" : "warning");
    append_escaped(out, buf_slice(&title), "%\r\n:,");
    buf_append_string(out, "::");
    append_escaped(out, buf_slice(&message), "%\r\n");
    buf_append_byte(out, '\n');
    buf_finish(&title);
    buf_finish(&message);
}

void report_github_annotations(struct buf *out, const struct report *report)
{
    size_t n = 0;
    for (size_t i = 0; i < report->n_rows; i++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            const struct report_cell *cell = &report->rows[i].cells[v];
            if (!cell->tried || cell->judgement.outcome == EXPECT_MET) {
                continue;
            }
            if (n < REPORT_GITHUB_MAX) {
                append_annotation(out, &report->rows[i], cell,
                                  report_version_name((enum report_version)v));
            }
            n++;
        }
    }
    if (n > REPORT_GITHUB_MAX) {
        buf_printf(out, "::notice title=certgate check::%zu more are not as expected\n",
                   n - REPORT_GITHUB_MAX);
    }
}
