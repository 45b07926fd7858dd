/* SPDX-License-Identifier: MIT
 *
 * client/report: the shapes of one report, byte for byte, with hostile text in
 * all that the peer could have sent. CERTGATE_GOLDEN=write makes the files anew.
 */
#include "base/file.h"
#include "model/survey.h"
#include "report/report_changes.h"
#include "report/report_github.h"
#include "report/report_writers.h"
#include "support/check_main.h"
#include "support/failing_json.h"
#include "tls/tls_alert.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN_MAX ((size_t)256 * 1024)
#define N_ROWS     6

static struct recipe recipes[N_ROWS];
static struct report_row report_rows[N_ROWS];

static const struct {
    const char *name;
    const char *title;
    struct recipe_outcome expected;
} cases[N_ROWS] = {
    { "good", "nothing wrong", { false, VERDICT_OK } },
    { "expired", "expired a day ago", { false, VERDICT_NOT_TIME_VALID } },
    { "wrong-key", "not its <key> & \"quotes\" 'here'", { true, VERDICT_OK } },
    { "self-signed",
      "self-signed, not in LocalMachine\\Root, caf\xc3\xa9 ]]>",
      { false, VERDICT_UNTRUSTED_ROOT } },
    { "none", "no certificate at all", { false, VERDICT_CERT_REQUIRED } },
    { "revoked", "revoked # not a directive \\", { false, VERDICT_REVOKED } },
};

/* What a peer may send as text. */
static const char hostile[] = "\x1b[31m<b> \xff ]]> \xef\xbf\xbf\xe2\x80\xae & \"";

static void set_answer(struct report_cell *cell, int status, int substatus,
                       uint32_t hresult)
{
    struct attempt_result *result = &cell->result;
    result->end = ATTEMPT_END_ANSWER;
    result->phase = ATTEMPT_PHASE_RECEIVE;
    result->status = status;
    result->substatus = substatus;
    result->has_hresult = hresult != 0;
    result->hresult = hresult;
    result->certificate_requested = true;
    if (substatus >= 0) {
        snprintf(result->heading, sizeof(result->heading),
                 "HTTP Error %d.%d - Forbidden", status, substatus);
    }
}

static void set_end(struct report_cell *cell, enum attempt_end end,
                    enum attempt_phase phase, int alert, const char *detail)
{
    cell->result.end = end;
    cell->result.phase = phase;
    cell->result.alert_received = alert;
    snprintf(cell->result.detail, sizeof(cell->result.detail), "%s", detail);
}

static void init_cell(struct report_cell *cell, size_t version)
{
    struct attempt_result *result = &cell->result;
    attempt_result_init(result);
    cell->tried = true;
    result->is_tls = true;
    result->server.known = true;
    snprintf(result->tls_version, sizeof(result->tls_version), "TLSv1.%d",
             version == REPORT_TLS_1_2 ? 2 : 3);
    snprintf(result->server.subject, sizeof(result->server.subject),
             "server <\x07\xfe>");
    snprintf(result->heading, sizeof(result->heading), "%s", hostile);
    snprintf(result->address, sizeof(result->address), "[::1]:8443");
    buf_append_string(&result->head, "HTTP/1.1 200 OK\r\nServer: ");
    buf_append_string(&result->head, hostile);
    buf_append_string(&result->head, "\r\n\r\n");
    result->times.connected_us = 1000;
    result->times.total_us = 12345;
}

static struct report make_report(void)
{
    struct report report = { .url = "https://localhost:8443/?a=<b>&c=\"d\"",
                             .expectation = "iis",
                             .flags = SSL_FLAGS_REQUIRE,
                             .versions = { true, true },
                             .started_s = 1795359600,
                             .duration_us = 2345678,
                             .rows = report_rows,
                             .n_rows = N_ROWS };
    for (size_t i = 0; i < N_ROWS; i++) {
        attempt_result_finish(&report_rows[i].cells[REPORT_TLS_1_2].result);
        attempt_result_finish(&report_rows[i].cells[REPORT_TLS_1_3].result);
    }
    memset(report_rows, 0, sizeof(report_rows));
    for (size_t i = 0; i < N_ROWS; i++) {
        recipes[i].name = cases[i].name;
        recipes[i].title = cases[i].title;
        report_rows[i].recipe = &recipes[i];
        report_rows[i].cells[REPORT_TLS_1_2].want =
            report_rows[i].cells[REPORT_TLS_1_3].want =
                comparison_want_verdict(cases[i].expected);
        init_cell(&report_rows[i].cells[REPORT_TLS_1_2], REPORT_TLS_1_2);
        init_cell(&report_rows[i].cells[REPORT_TLS_1_3], REPORT_TLS_1_3);
    }
    set_answer(&report_rows[0].cells[0], 200, -1, 0);
    set_answer(&report_rows[0].cells[1], 200, -1, 0);
    set_answer(&report_rows[1].cells[0], 403, 17, 0x800B0101);
    set_answer(&report_rows[1].cells[1], 403, 16, 0x800B0109);
    set_end(&report_rows[2].cells[0], ATTEMPT_END_ALERT, ATTEMPT_PHASE_HANDSHAKE, 51,
            "");
    set_end(&report_rows[2].cells[1], ATTEMPT_END_LATE_ALERT, ATTEMPT_PHASE_RECEIVE, 51,
            "");
    set_end(&report_rows[3].cells[0], ATTEMPT_END_ALERT, ATTEMPT_PHASE_HANDSHAKE, 48,
            "");
    set_end(&report_rows[3].cells[1], ATTEMPT_END_NOT_HTTP, ATTEMPT_PHASE_RECEIVE,
            TLS_ALERT_NONE, "\x1b]0;owned\x07 <not> \xff \"http\" \\");
    set_answer(&report_rows[4].cells[0], 403, -1, 0);
    set_answer(&report_rows[4].cells[1], 403, 7, 0x80070005);
    set_end(&report_rows[5].cells[0], ATTEMPT_END_TIMEOUT, ATTEMPT_PHASE_RECEIVE,
            TLS_ALERT_NONE, "");
    report_rows[5].cells[1].tried = false;
    for (size_t i = 0; i < N_ROWS; i++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            struct report_cell *cell = &report_rows[i].cells[v];
            cell->judgement = comparison_judge(&cell->want, &cell->result);
        }
    }
    return report;
}

static void write_plain(struct buf *out, const struct report *report)
{
    report_human(out, report, false, 0);
}

static void write_coloured(struct buf *out, const struct report *report)
{
    report_human(out, report, true, 72);
}

static void write_markdown(struct buf *out, const struct report *report)
{
    report_markdown(out, &report, 1);
}

static void write_side_by_side(struct buf *out, const struct report *report)
{
    const struct report *const both[] = { report, report };
    report_compare(out, both, 2, false, 0);
}

static void write_tap_13(struct buf *out, const struct report *report)
{
    report_tap(out, &report, 1, REPORT_TAP_13);
}

static void write_tap_14(struct buf *out, const struct report *report)
{
    report_tap(out, &report, 1, REPORT_TAP_14);
}

static void write_junit(struct buf *out, const struct report *report)
{
    report_junit(out, &report, 1);
}

static void write_json(struct buf *out, const struct report *report)
{
    report_json(out, &report, 1);
}

static void write_github(struct buf *out, const struct report *report)
{
    report_github_annotations(out, &report, 1);
}

/* The second of two: with hostile text in its URL, a survey and a comparison. */
static struct survey survey;
static struct report_change changed[] = {
    { "expired", REPORT_TLS_1_3, "", "403.16" },
    { "none", REPORT_TLS_1_2, "\x1b[31m|\"<b>", "403" },
};
static const struct report_changes changes = { "old.json\x1b[2J\n::error", 11, changed,
                                               2 };

static struct report make_second(const struct report *report)
{
    struct report second = *report;
    second.url = "https://second.test/#\\<&\"";
    second.survey = &survey;
    second.judges_sessions = true;
    second.changes = &changes;
    memset(&survey, 0, sizeof(survey));
    survey.done = true;
    survey.other_host = "other.test";
    survey.versions[REPORT_TLS_1_3].tried = true;
    survey.versions[REPORT_TLS_1_3].answers[SURVEY_RESUMED] =
        (struct survey_answer){ .tried = true, .has_session = true };
    survey.versions[REPORT_TLS_1_3].answers[SURVEY_WITHOUT] = (struct survey_answer){
        .tried = true, .has_session = true, .resumed = true, .accepted = true
    };
    return second;
}

static void write_two_tap_13(struct buf *out, const struct report *report)
{
    struct report second = make_second(report);
    const struct report *const both[] = { report, &second };
    report_tap(out, both, 2, REPORT_TAP_13);
}

static void write_two_tap_14(struct buf *out, const struct report *report)
{
    struct report second = make_second(report);
    const struct report *const both[] = { report, &second };
    report_tap(out, both, 2, REPORT_TAP_14);
}

static void write_two_junit(struct buf *out, const struct report *report)
{
    struct report second = make_second(report);
    const struct report *const both[] = { report, &second };
    report_junit(out, both, 2);
}

static void write_two_json(struct buf *out, const struct report *report)
{
    struct report second = make_second(report);
    const struct report *const both[] = { report, &second };
    report_json(out, both, 2);
}

static void write_two_markdown(struct buf *out, const struct report *report)
{
    struct report second = make_second(report);
    const struct report *const both[] = { report, &second };
    report_markdown(out, both, 2);
}

static void write_page(struct buf *out, const struct report *report)
{
    struct report second = make_second(report);
    const struct report *const both[] = { report, &second };
    report_html(out, both, 2);
}

static void write_two_github(struct buf *out, const struct report *report)
{
    struct report second = make_second(report);
    const struct report *const both[] = { report, &second };
    report_github_annotations(out, both, 2);
}

static const struct {
    const char *file;
    void (*write)(struct buf *out, const struct report *report);
} shapes[] = {
    { "report.txt", write_plain },
    { "report-colour.txt", write_coloured },
    { "report.tap", write_tap_13 },
    { "report-14.tap", write_tap_14 },
    { "report.xml", write_junit },
    { "report.json", write_json },
    { "report.md", write_markdown },
    { "report.html", write_page },
    { "report-github.txt", write_github },
    { "report-two.txt", write_side_by_side },
    { "report-two.tap", write_two_tap_13 },
    { "report-two-14.tap", write_two_tap_14 },
    { "report-two.xml", write_two_junit },
    { "report-two.json", write_two_json },
    { "report-two.md", write_two_markdown },
    { "report-two-github.txt", write_two_github },
};

START_TEST(shapes_are_as_agreed)
{
    struct report report = make_report();
    struct buf got = BUF_EMPTY;
    struct buf golden = BUF_EMPTY;
    struct err err = ERR_INIT;
    char path[FILE_PATH_MAX];
    const char *mode = getenv("CERTGATE_GOLDEN");
    snprintf(path, sizeof(path), "%s/tests/unit/golden/%s", TEST_SOURCE_DIR,
             shapes[_i].file);
    shapes[_i].write(&got, &report);
    ck_assert(buf_ok(&got));
    if (mode != NULL && strcmp(mode, "write") == 0) {
        ck_assert_msg(file_write(path, 0644, buf_slice(&got), &err) == 0, "%s",
                      err.text);
    }
    ck_assert_msg(file_read_all(path, GOLDEN_MAX, &golden, &err) == 0, "%s", err.text);
    ck_assert_msg(slice_equal(buf_slice(&got), buf_slice(&golden)), "%s differs:\n%s",
                  shapes[_i].file, buf_string(&got));
    buf_finish(&got);
    buf_finish(&golden);
}
END_TEST

/* No shape lets a control character of the peer through, but the colours of ours. */
START_TEST(no_shape_passes_controls)
{
    struct report report = make_report();
    struct buf got = BUF_EMPTY;
    shapes[_i].write(&got, &report);
    for (size_t i = 0; i < got.len; i++) {
        uint8_t c = got.data[i];
        bool colour = c == 0x1b && i + 1 < got.len && got.data[i + 1] == '[' &&
                      shapes[_i].write == write_coloured;
        ck_assert_msg((c >= ' ' && c != 0x7f) || c == '\n' || colour,
                      "%s: 0x%02x at %zu", shapes[_i].file, c, i);
    }
    buf_finish(&got);
}
END_TEST

START_TEST(json_can_be_parsed)
{
    struct report report = make_report();
    struct buf got = BUF_EMPTY;
    json_error_t error;
    write_json(&got, &report);
    json_t *root = json_loads(buf_string(&got), 0, &error);
    ck_assert_msg(root != NULL, "line %d: %s", error.line, error.text);
    json_t *results = json_object_get(root, "results");
    ck_assert_uint_eq(json_array_size(results), 11);
    const char *outcome =
        json_string_value(json_object_get(json_array_get(results, 3), "outcome"));
    ck_assert_str_eq(outcome, "differs");
    json_decref(root);
    buf_finish(&got);
}
END_TEST

/* A program reads it: a row that memory had no room for would be a case that passed. */
START_TEST(json_is_whole_or_not_there)
{
    void (*const writers[])(struct buf *, const struct report *) = { write_json,
                                                                     write_two_json };
    struct report report = make_report();
    struct buf whole = BUF_EMPTY;
    struct buf got = BUF_EMPTY;
    failing_json_alone(0);
    writers[_i](&whole, &report);
    size_t n_calls = failing_json_calls();
    ck_assert(buf_ok(&whole) && n_calls > 500);
    for (size_t n = 1; n <= n_calls; n++) {
        buf_finish(&got);
        failing_json_alone(n);
        writers[_i](&got, &report);
        failing_json_alone(0);
        ck_assert_msg(!buf_ok(&got) || slice_equal(buf_slice(&got), buf_slice(&whole)),
                      "allocation no. %zu of %zu", n, n_calls);
    }
    buf_finish(&got);
    buf_finish(&whole);
}
END_TEST

START_TEST(counts_add_up)
{
    struct report report = make_report();
    struct report_counts counts = report_count(&report);
    struct buf text = BUF_EMPTY;
    ck_assert_uint_eq(counts.met, 7);
    ck_assert_uint_eq(counts.differ, 2);
    ck_assert_uint_eq(counts.untold, 2);
    ck_assert_uint_eq(counts.hidden, 1);
    report_append_summary(&text, &report);
    ck_assert_str_eq(buf_string(&text),
                     "6 cases x 2 versions: 7 as expected, 2 differ, 2 "
                     "cannot be told, 1 not tried");
    buf_finish(&text);
}
END_TEST

/* However narrow the terminal, no line of the table is wider, as long as the fixed
 * columns fit. */
START_TEST(table_fits_the_terminal)
{
    struct report report = make_report();
    struct buf got = BUF_EMPTY;
    report_human(&got, &report, false, 64);
    const char *line = buf_string(&got);
    for (size_t i = 0; i <= N_ROWS; i++) {
        size_t len = strcspn(line, "\n");
        ck_assert_msg(len <= 66, "line %zu has %zu bytes", i, len);
        line += len + 1;
    }
    buf_finish(&got);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("report");
    TCase *tc = tcase_create("report");
    tcase_add_loop_test(tc, shapes_are_as_agreed, 0, ARRAY_LEN(shapes));
    tcase_add_loop_test(tc, no_shape_passes_controls, 0, ARRAY_LEN(shapes));
    tcase_add_test(tc, json_can_be_parsed);
    tcase_add_loop_test(tc, json_is_whole_or_not_there, 0, 2);
    tcase_add_test(tc, counts_add_up);
    tcase_add_test(tc, table_fits_the_terminal);
    suite_add_tcase(s, tc);
    return s;
}
