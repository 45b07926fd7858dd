/* SPDX-License-Identifier: MIT
 *
 * JUnit XML as Jenkins, GitLab and Maven's Surefire read it: one suite per server and
 * TLS version, "failure" for what differs and "error" for what cannot be told. The
 * names of classes have the URL only where there are several.
 */
#include "base/text.h"
#include "base/timestamp.h"
#include "model/survey_remark.h"
#include "report/report_writers.h"

/* XML 1.0 has no way to write most control characters, not even as references. */
static bool is_xml_char(uint32_t code_point)
{
    return code_point == '\t' || code_point == '\n' || code_point == '\r' ||
           (code_point >= 0x20 && code_point <= 0xd7ff) ||
           (code_point >= 0xe000 && code_point <= 0xfffd) || code_point >= 0x10000;
}

static const char *find_reference(uint32_t code_point)
{
    switch (code_point) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\t':
        return "&#9;";
    case '\n':
        return "&#10;";
    case '\r':
        return "&#13;";
    default:
        return NULL;
    }
}

/* For text and for attribute values alike. */
static void append_xml(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.len;) {
        uint32_t code_point = 0;
        struct slice rest = slice_part(text, i, text.len);
        size_t len = text_decode_utf8(rest, &code_point);
        if (len == 0) {
            text_append_utf8(out, 0xfffd);
            i++;
            continue;
        }
        if (find_reference(code_point) != NULL) {
            buf_append_string(out, find_reference(code_point));
        } else if (is_xml_char(code_point)) {
            buf_append_slice(out, slice_part(rest, 0, len));
        }
        i += len;
    }
}

static void append_xml_string(struct buf *out, const char *text)
{
    append_xml(out, slice_from_string(text));
}

static void append_seconds(struct buf *out, int64_t us)
{
    buf_printf(out, "%lld.%03d", (long long)(us / 1000000), (int)(us / 1000 % 1000));
}

static void append_problem(struct buf *out, const struct report_cell *cell)
{
    const char *element =
        cell->judgement.outcome == COMPARISON_DIFFERS ? "failure" : "error";
    struct buf message = BUF_EMPTY;
    comparison_format_difference(&cell->want, &cell->result, &message);
    buf_printf(out, "      <%s type=\"%s\" message=\"", element,
               comparison_outcome_name(cell->judgement.outcome));
    append_xml(out, buf_slice(&message));
    buf_append_string(out, "\"/>\n");
    buf_finish(&message);
}

struct suite {
    struct buf *out;
    const char *url; /* "" = there is one only */
    size_t version;
};

static void begin_case(const struct suite *suite, const char *kind, const char *name)
{
    buf_append_string(suite->out, "    <testcase classname=\"certgate.check.");
    append_xml_string(suite->out, suite->url);
    buf_printf(suite->out, "%stls-%s\" name=\"%s", suite->url[0] != 0 ? "." : "",
               report_version_name((enum report_version)suite->version), kind);
    append_xml_string(suite->out, name);
}

static void append_case(const struct suite *suite, const struct report_row *row,
                        const struct report_cell *cell)
{
    struct buf got = BUF_EMPTY;
    struct buf *out = suite->out;
    begin_case(suite, "", row->recipe->name);
    buf_append_string(out, "\" time=\"");
    append_seconds(out, cell->result.times.total_us);
    buf_append_string(out, "\">\n");
    if (cell->judgement.outcome != COMPARISON_MET) {
        append_problem(out, cell);
    }
    buf_append_string(out, "      <system-out>");
    append_xml_string(out, row->recipe->title);
    buf_append_string(out, "&#10;got ");
    attempt_result_format(&cell->result, &got);
    append_xml(out, buf_slice(&got));
    if (cell->result.heading[0] != 0) {
        buf_append_string(out, "&#10;");
        buf_clear(&got);
        text_escape_terminal(&got, slice_from_string(cell->result.heading));
        append_xml(out, buf_slice(&got));
    }
    buf_append_string(out, "</system-out>\n    </testcase>\n");
    buf_finish(&got);
}

static struct report_counts count_version(const struct report *report, size_t version)
{
    struct report_counts counts = { .n_versions = 1 };
    if (report->judges_sessions) {
        struct survey_remark_counts sessions =
            survey_remark_count(&report->survey->versions[version]);
        counts.n_session_tests = sessions.n_tests;
        counts.session_faults = sessions.n_faults;
    }
    for (size_t i = 0; i < report->n_rows; i++) {
        const struct report_cell *cell = &report->rows[i].cells[version];
        if (cell->tried) {
            counts.met += cell->judgement.outcome == COMPARISON_MET ? 1 : 0;
            counts.differ += cell->judgement.outcome == COMPARISON_DIFFERS ? 1 : 0;
            counts.untold += cell->judgement.outcome == COMPARISON_UNTOLD ? 1 : 0;
        }
    }
    return counts;
}

static void append_session(void *user, enum survey_question question,
                           enum report_version version, struct survey_remark remark)
{
    const struct suite *suite = user;
    if (version != (enum report_version)suite->version) {
        return;
    }
    begin_case(suite, "session ", survey_question_name(question));
    buf_append_string(suite->out, "\" time=\"0.000\">\n");
    if (remark.weight == SURVEY_REMARK_FAULT) {
        buf_append_string(suite->out, "      <failure type=\"session\" message=\"");
        append_xml_string(suite->out, remark.text);
        buf_append_string(suite->out, "\"/>\n");
    }
    buf_append_string(suite->out, "      <system-out>");
    append_xml_string(suite->out, remark.text);
    buf_append_string(suite->out, "</system-out>\n    </testcase>\n");
}

static void append_suite(const struct suite *suite, const struct report *report)
{
    struct buf *out = suite->out;
    struct report_counts counts = count_version(report, suite->version);
    const char *name = report_version_name((enum report_version)suite->version);
    char when[TIMESTAMP_TEXT_LEN];
    buf_append_string(out, "  <testsuite name=\"certgate check ");
    append_xml_string(out, suite->url);
    buf_printf(out,
               "%sTLS %s\" tests=\"%zu\" failures=\"%zu\" "
               "errors=\"%zu\" skipped=\"0\" timestamp=\"%s\" time=\"",
               suite->url[0] != 0 ? ", " : "", name,
               counts.met + counts.differ + counts.untold + counts.n_session_tests,
               counts.differ + counts.session_faults, counts.untold,
               timestamp_format(report->started_s, when));
    append_seconds(out, report->duration_us);
    buf_append_string(out,
                      "\">\n    <properties>\n      <property name=\"url\" value=\"");
    append_xml_string(out, report->url);
    buf_printf(
        out,
        "\"/>\n      <property name=\"sslflags\" value=\"%s\"/>\n    </properties>\n",
        ssl_flags_name(report->flags));
    for (size_t i = 0; i < report->n_rows; i++) {
        if (report->rows[i].cells[suite->version].tried) {
            append_case(suite, &report->rows[i],
                        &report->rows[i].cells[suite->version]);
        }
    }
    if (report->judges_sessions) {
        struct suite copy = *suite;
        survey_remark_walk(report->survey, append_session, &copy);
    }
    buf_append_string(out, "  </testsuite>\n");
}

void report_junit(struct buf *out, const struct report *const *reports, size_t n)
{
    struct report_counts all = { .n_versions = 0 };
    int64_t duration_us = 0;
    for (size_t r = 0; r < n; r++) {
        struct report_counts counts = report_count(reports[r]);
        all.met += counts.met;
        all.differ += counts.differ;
        all.untold += counts.untold;
        all.n_session_tests += counts.n_session_tests;
        all.session_faults += counts.session_faults;
        duration_us += reports[r]->duration_us;
    }
    buf_printf(out,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<testsuites name=\"certgate check\" tests=\"%zu\" failures=\"%zu\" "
               "errors=\"%zu\" time=\"",
               all.met + all.differ + all.untold + all.n_session_tests,
               all.differ + all.session_faults, all.untold);
    append_seconds(out, duration_us);
    buf_append_string(out, "\">\n");
    for (size_t r = 0; r < n; r++) {
        struct suite suite = { out, n > 1 ? reports[r]->url : "", 0 };
        for (; suite.version < REPORT_VERSION_COUNT; suite.version++) {
            if (reports[r]->versions[suite.version]) {
                append_suite(&suite, reports[r]);
            }
        }
    }
    buf_append_string(out, "</testsuites>\n");
}
