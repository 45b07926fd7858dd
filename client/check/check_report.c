/* SPDX-License-Identifier: MIT */
#include "check/check_report.h"

#include "check/expectation_table.h"
#include "common/command.h"
#include "report/report_changes.h"
#include "report/report_github.h"
#include "report/report_writers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void append_table(struct buf *out, const struct check_options *options,
                         const struct report *const *reports, size_t n)
{
    bool to_terminal = options->output == NULL;
    bool colour = to_terminal && command_may_colour(STDOUT_FILENO);
    size_t width = to_terminal ? command_terminal_width(STDOUT_FILENO) : 0;
    if (n == 1) {
        report_human(out, reports[0], colour, width);
    } else {
        report_compare(out, reports, n, colour, width);
    }
}

static void append_changes(struct buf *out, const struct report *const *reports,
                           size_t n)
{
    for (size_t r = 0; r < n && reports[r]->changes != NULL; r++) {
        if (n == 1) {
            buf_append_byte(out, '\n');
        } else {
            buf_printf(out, "\n%c  ", (char)('A' + r));
        }
        report_changes_append(out, reports[r]->changes, "");
    }
}

static int write_main(const struct check_options *options,
                      const struct report *const *reports, size_t n, struct err *err)
{
    struct buf text = BUF_EMPTY;
    switch (options->format) {
    case CHECK_FORMAT_TAP:
        report_tap(&text, reports, n, options->tap_version);
        break;
    case CHECK_FORMAT_JSON:
        report_json(&text, reports, n);
        break;
    case CHECK_FORMAT_MARKDOWN:
        report_markdown(&text, reports, n);
        break;
    case CHECK_FORMAT_TABLE:
        append_table(&text, options, reports, n);
        append_changes(&text, reports, n);
        break;
    }
    return command_write(options->output, &text, err);
}

static int write_files(const struct check_options *options,
                       const struct report *const *reports, size_t n, struct err *err)
{
    struct buf text = BUF_EMPTY;
    if (options->junit != NULL) {
        report_junit(&text, reports, n);
        if (command_write(options->junit, &text, err) != 0) {
            return -1;
        }
    }
    if (options->html != NULL) {
        report_html(&text, reports, n);
        if (command_write(options->html, &text, err) != 0) {
            return -1;
        }
    }
    if (options->save_expect != NULL) {
        expectation_table_write(&text, reports[0]);
        return command_write(options->save_expect, &text, err);
    }
    return 0;
}

static int append_file(const char *path, struct buf *text, struct err *err)
{
    FILE *file = buf_ok(text) ? fopen(path, "a") : NULL;
    bool good = file != NULL && fwrite(text->data, 1, text->len, file) == text->len;
    good = (file == NULL || fclose(file) == 0) && good;
    buf_finish(text);
    return good ? 0
                : err_set(err, ERR_SYSTEM, errno,
                          "GITHUB_STEP_SUMMARY: cannot write %s", path);
}

/* Annotations go to standard error, which the runner reads too: standard output may
 * hold a report. */
static int write_github(const struct report *const *reports, size_t n, struct err *err)
{
    const char *is_github = getenv("GITHUB_ACTIONS");
    const char *summary = getenv("GITHUB_STEP_SUMMARY");
    struct buf text = BUF_EMPTY;
    if (is_github == NULL || strcmp(is_github, "true") != 0) {
        return 0;
    }
    report_github_annotations(&text, reports, n);
    fputs(buf_string(&text), stderr);
    buf_finish(&text);
    if (summary == NULL || summary[0] == 0) {
        return 0;
    }
    report_markdown(&text, reports, n);
    return append_file(summary, &text, err);
}

int check_report_all(const struct check_options *options,
                     const struct report *const *reports, size_t n_reports,
                     struct err *err)
{
    if (write_main(options, reports, n_reports, err) != 0 ||
        write_files(options, reports, n_reports, err) != 0) {
        return -1;
    }
    return write_github(reports, n_reports, err);
}
