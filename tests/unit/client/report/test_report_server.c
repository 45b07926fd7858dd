/* SPDX-License-Identifier: MIT
 *
 * client/report/report_server and client/check/likeness: what is said of a server as a
 * whole.
 */
#include "check/likeness.h"
#include "model/survey.h"
#include "report/report_writers.h"
#include "support/check_main.h"
#include "tls/tls_alert.h"

#include <stdio.h>
#include <string.h>

#define N_ROWS 4

static struct recipe recipes[N_ROWS] = {
    { .name = "none",
      .require = { false, VERDICT_CERT_REQUIRED },
      .accept = { false, VERDICT_OK } },
    { .name = "good" },
    { .name = "expired",
      .require = { false, VERDICT_NOT_TIME_VALID },
      .accept = { false, VERDICT_NOT_TIME_VALID } },
    { .name = "unknown-root",
      .require = { false, VERDICT_UNTRUSTED_ROOT },
      .accept = { false, VERDICT_UNTRUSTED_ROOT } },
};
static struct report_row rows[N_ROWS];
static struct survey survey;

static void set(size_t row, enum attempt_end end, int status, int inner, int alert)
{
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        struct report_cell *cell = &rows[row].cells[v];
        bool is_late = end == ATTEMPT_END_ALERT && v == REPORT_TLS_1_3;
        attempt_result_init(&cell->result);
        cell->tried = true;
        cell->result.end = is_late ? ATTEMPT_END_LATE_ALERT : end;
        cell->result.phase = ATTEMPT_PHASE_RECEIVE;
        cell->result.is_tls = true;
        cell->result.status = status;
        cell->result.inner_status = inner;
        cell->result.alert_received = alert;
        cell->result.handshake_done = true;
        cell->result.server.known = true;
        cell->result.certificate_requested = true;
    }
}

static struct report make_report(void)
{
    struct report report = { .url = "https://x/",
                             .flags = SSL_FLAGS_REQUIRE,
                             .versions = { true, true },
                             .rows = rows,
                             .n_rows = N_ROWS,
                             .survey = &survey };
    memset(rows, 0, sizeof(rows));
    memset(&survey, 0, sizeof(survey));
    survey.done = true;
    survey.other_host = "evil\x1b[2J";
    snprintf(survey.protocol, sizeof(survey.protocol), "HTTP/1.1");
    for (size_t i = 0; i < N_ROWS; i++) {
        rows[i].recipe = &recipes[i];
    }
    /* As nginx does. */
    set(0, ATTEMPT_END_ANSWER, 400, 496, TLS_ALERT_NONE);
    set(1, ATTEMPT_END_ANSWER, 200, 0, TLS_ALERT_NONE);
    set(2, ATTEMPT_END_ANSWER, 400, 495, TLS_ALERT_NONE);
    set(3, ATTEMPT_END_ANSWER, 400, 495, TLS_ALERT_NONE);
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        survey.versions[v].tried = true;
        for (int q = 0; q < SURVEY_QUESTION_COUNT; q++) {
            survey.versions[v].answers[q] = (struct survey_answer){
                .tried = true, .has_session = true, .resumed = true, .refused = true
            };
        }
    }
    return report;
}

static void expect_line(const struct report *report, const char *line, bool is_there)
{
    struct buf text = BUF_EMPTY;
    report_server(&text, report, false, 0);
    ck_assert_msg((strstr(buf_string(&text), line) != NULL) == is_there,
                  "%s: \"%s\" in\n%s", is_there ? "missing" : "not wanted", line,
                  buf_string(&text));
    buf_finish(&text);
}

START_TEST(who_is_let_in)
{
    struct report report = make_report();
    expect_line(&report, "  lets in wrongly       none\n", true);
    expect_line(&report, "  turns away wrongly    none\n", true);
    expect_line(&report, "400/495 (2): expired, unknown-root\n", true);
    set(2, ATTEMPT_END_ANSWER, 200, 0, TLS_ALERT_NONE);
    set(3, ATTEMPT_END_ALERT, 0, 0, 48);
    expect_line(&report, "! lets in wrongly       expired\n", true);
    /* An alert in the handshake and the same after it are one thing. */
    expect_line(&report, "alert:unknown_ca (1): unknown-root\n", true);
    set(1, ATTEMPT_END_ALERT, 0, 0, 48);
    expect_line(&report, "! turns away wrongly    good\n", true);
    expect_line(&report, "! turns everybody away", true);
    report.survey = NULL;
    expect_line(&report, "The server", false);
}
END_TEST

START_TEST(who_is_asked)
{
    struct report report = make_report();
    /* O=a, in DER, with its length before it, and one that does not fit. */
    static const uint8_t names[] = { 0,    14,   0x30, 0x0c, 0x31, 0x0a, 0x30,
                                     0x08, 0x06, 0x03, 0x55, 0x04, 0x0a, 0x0c,
                                     0x01, 0x1b, 0xff, 0xff, 0x30 };
    expect_line(&report, "asks on TLS 1.2       yes, and names no CA", true);
    buf_append(&survey.versions[0].ca_names, names, sizeof(names));
    expect_line(&report, "asks on TLS 1.2       yes, for certificates of O=\\x1b\n",
                true);
    snprintf(survey.server, sizeof(survey.server), "evil\x1b[2J");
    expect_line(&report, "calls itself evil\\x1b[2J\n", true);
    for (size_t i = 0; i < N_ROWS; i++) {
        rows[i].cells[1].result.certificate_requested = false;
    }
    expect_line(&report, "! asks on TLS 1.3       no: it asks nobody", true);
    report.flags = SSL_FLAGS_IGNORE;
    expect_line(&report, "  asks on TLS 1.3       no: it asks nobody", true);
    report.flags = SSL_FLAGS_REQUIRE;
    for (size_t i = 0; i < N_ROWS; i++) {
        rows[i].cells[1].result.server.known = false;
    }
    expect_line(&report, "  asks on TLS 1.3       no: it does not speak that", true);
    survey_finish(&survey);
}
END_TEST

static const struct {
    enum survey_question question;
    struct survey_answer answer;
    const char *line;
} answers[] = {
    { SURVEY_RESUMED,
      { .accepted = true, .has_session = true, .resumed = true },
      "  sessions              a resumed session keeps who the client was\n" },
    { SURVEY_RESUMED,
      { .was_accepted = true, .refused = true, .has_session = true, .resumed = true },
      "! sessions              a resumed session LOSES" },
    { SURVEY_RESUMED,
      { .accepted = true, .has_session = true },
      "they are given, but not taken back\n" },
    { SURVEY_RESUMED, { .accepted = true }, "none is to be had:" },
    { SURVEY_WITHOUT,
      { .accepted = true, .has_session = true, .resumed = true },
      "!                       one made WITHOUT A CERTIFICATE LETS IN\n" },
    { SURVEY_WITHOUT,
      { .refused = true, .has_session = true, .resumed = true },
      "one made without a certificate stays refused\n" },
    { SURVEY_WITHOUT,
      { .was_accepted = true, .accepted = true, .has_session = true, .resumed = true },
      "one made without a certificate stays so\n" },
    { SURVEY_WITHOUT,
      { .accepted = true, .has_session = true },
      "one made without a certificate is not taken back\n" },
    { SURVEY_BAD,
      { .accepted = true, .has_session = true, .resumed = true },
      "!                       one made with an EXPIRED CERTIFICATE LETS IN\n" },
    { SURVEY_BAD,
      { .refused = true, .has_session = true, .resumed = true },
      "one made with an expired certificate stays refused\n" },
    { SURVEY_ELSEWHERE,
      { .accepted = true, .has_session = true, .resumed = true, .alone_refused = true },
      "!                       a session made here LETS IN THERE" },
    { SURVEY_ELSEWHERE,
      { .accepted = true,
        .has_session = true,
        .resumed = true,
        .alone_accepted = true },
      "                        a session made here is taken there, which lets" },
    { SURVEY_ELSEWHERE,
      { .refused = true, .has_session = true, .resumed = true, .alone_refused = true },
      "is known there, and turned away\n" },
    { SURVEY_ELSEWHERE,
      { .accepted = true, .has_session = true },
      "a session made here is not taken there\n" },
    { SURVEY_FROM_ELSEWHERE,
      { .accepted = true, .has_session = true, .resumed = true, .alone_refused = true },
      "!                       a session made there WITHOUT A CERTIFICATE LETS IN "
      "HERE" },
    { SURVEY_FROM_ELSEWHERE,
      { .accepted = true,
        .has_session = true,
        .resumed = true,
        .alone_accepted = true },
      "is taken here, where none is needed\n" },
    { SURVEY_FROM_ELSEWHERE,
      { .refused = true },
      "no session is to be had there without a certificate\n" },
    { SURVEY_OTHER_HOST_FIELD,
      { .accepted = true, .alone_refused = true },
      "! names of hosts        Host may differ from SNI: who is let in here" },
    { SURVEY_OTHER_HOST_FIELD, { .accepted = true }, "Host may differ from SNI\n" },
    { SURVEY_OTHER_HOST_FIELD, { .refused = true }, "Host must be what SNI was\n" },
    { SURVEY_OTHER_SNI, { .refused = true }, "another host in SNI is turned away\n" },
    { SURVEY_LONG_BODY,
      { .tried = true, .accepted = true, .word = "200" },
      "above IIS's default\n" },
    { SURVEY_LONG_BODY,
      { .tried = true, .accepted = true, .word = "413.0" },
      "! long bodies           a POST of 49153 bytes gets 413 in place of" },
    { SURVEY_LONG_BODY,
      { .tried = true, .refused = true, .word = "dropped" },
      "! long bodies           a POST of 49153 bytes fails where a GET does not" },
};

START_TEST(answers_become_sentences)
{
    struct report report = make_report();
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        survey.versions[v].answers[answers[_i].question] = answers[_i].answer;
    }
    expect_line(&report, answers[_i].line, true);
    /* What differs is said of each version. */
    survey.versions[1].answers[answers[_i].question] =
        (struct survey_answer){ .tried = true,
                                .was_accepted = true,
                                .has_session = true,
                                .resumed = !answers[_i].answer.resumed,
                                .accepted = !answers[_i].answer.accepted };
    expect_line(&report, "TLS 1.3: ", true);
}
END_TEST

/* Only what nothing else shows is counted, and only where sessions are judged. */
START_TEST(faults_are_counted)
{
    struct report report = make_report();
    struct survey_answer *made = &survey.versions[1].answers[SURVEY_ELSEWHERE];
    expect_line(&report, "  another site          evil\\x1b[2J, which nobody has",
                true);
    survey.has_other_host = true;
    expect_line(&report, "  another site          evil\\x1b[2J\n", true);
    made->accepted = made->alone_refused = true;
    survey.versions[0].answers[SURVEY_BAD].was_accepted = true;
    ck_assert_uint_eq(report_count(&report).session_faults, 0);
    report.judges_sessions = true;
    ck_assert_uint_eq(report_count(&report).session_faults, 1);
    ck_assert_uint_eq(report_count(&report).n_session_tests, 12);
    survey.versions[1].tried = false;
    ck_assert_uint_eq(report_count(&report).session_faults, 0);
    ck_assert_uint_eq(report_count(&report).n_session_tests, 6);
}
END_TEST

/* On a terminal, values go on below themselves, and only the labels are red. */
START_TEST(values_fit_the_terminal)
{
    struct report report = make_report();
    struct buf text = BUF_EMPTY;
    struct survey_answer *elsewhere;
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        elsewhere = &survey.versions[v].answers[SURVEY_ELSEWHERE];
        elsewhere->accepted = elsewhere->alone_refused = true;
    }
    report_server(&text, &report, true, 60);
    ck_assert_msg(
        strstr(buf_string(&text),
               "\n\x1b[31m!                       \x1b[0ma session made here "
               "LETS IN THERE,\n                        where the same "
               "certificate is turned\n                        away (as in") != NULL,
        "%s", buf_string(&text));
    for (const char *line = buf_string(&text); *line != 0;) {
        size_t len = strcspn(line, "\n");
        ck_assert_msg(len <= 60 + (line[0] == 0x1b ? 9 : 0), "%.*s", (int)len, line);
        line += len + (line[len] != 0 ? 1 : 0);
    }
    buf_finish(&text);
}
END_TEST

/* ---- likeness */

static const char *find_likeness(struct report *report, const char *server,
                                 size_t *ret_n)
{
    struct err err = ERR_INIT;
    ck_assert_msg(
        likeness_find(report, server, "HTTP/1.1", report->likenesses, ret_n, &err) == 0,
        "%s", err.text);
    report->n_likenesses = *ret_n;
    return *ret_n == 0 ? "" : report->likenesses[0].name;
}

START_TEST(servers_are_recognised)
{
    struct report report = make_report();
    size_t n;
    ck_assert_str_eq(find_likeness(&report, "", &n), "nginx");
    ck_assert_uint_eq(n, 2);
    /* No row is about a revoked certificate. */
    expect_line(&report,
                "answers like          nginx or nginx without ssl_crl (8 of 8 answers "
                "are the same)",
                true);
    /* Those that leave it all to OpenSSL have the same table here. */
    set(0, ATTEMPT_END_ALERT, 0, 0, 40);
    rows[0].cells[1].result.alert_received = 116;
    set(2, ATTEMPT_END_ALERT, 0, 0, 45);
    set(3, ATTEMPT_END_ALERT, 0, 0, 48);
    ck_assert_str_eq(find_likeness(&report, "lighttpd/1.4", &n), "lighttpd-openssl");
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(find_likeness(&report, "Apache", &n), "apache");
    find_likeness(&report, "", &n);
    ck_assert_uint_ge(n, 2);
    expect_line(&report, " or ", true);
    /* As IIS does. */
    set(0, ATTEMPT_END_ANSWER, 403, 0, TLS_ALERT_NONE);
    set(2, ATTEMPT_END_ANSWER, 403, 0, TLS_ALERT_NONE);
    set(3, ATTEMPT_END_ANSWER, 403, 0, TLS_ALERT_NONE);
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        rows[0].cells[v].result.substatus = 7;
        rows[2].cells[v].result.substatus = 17;
        rows[3].cells[v].result.substatus = 16;
    }
    ck_assert_str_eq(find_likeness(&report, "Microsoft-IIS/10.0", &n), "iis");
    ck_assert_uint_eq(n, 1);
    set(1, ATTEMPT_END_TIMEOUT, 0, 0, TLS_ALERT_NONE);
    ck_assert_str_eq(find_likeness(&report, "nginx", &n), "");
    expect_line(&report, "none of the servers that were recorded", true);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("report_server");
    TCase *tc = tcase_create("report_server");
    tcase_add_test(tc, who_is_let_in);
    tcase_add_test(tc, who_is_asked);
    tcase_add_loop_test(tc, answers_become_sentences, 0, ARRAY_LEN(answers));
    tcase_add_test(tc, faults_are_counted);
    tcase_add_test(tc, values_fit_the_terminal);
    tcase_add_test(tc, servers_are_recognised);
    suite_add_tcase(s, tc);
    return s;
}
