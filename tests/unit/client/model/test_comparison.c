/* SPDX-License-Identifier: MIT
 *
 * client/attempt/page and client/model/comparison: what is read from a page, and the
 * table of what was expected against what came.
 */
#include "attempt/page.h"
#include "model/comparison.h"
#include "support/check_main.h"
#include "tls/tls_alert.h"

#include <stdio.h>
#include <string.h>

/* ---- pages */

static const struct {
    const char *label;
    const char *body;
    const char *heading;
    int status;
    int substatus;
    uint32_t hresult; /* 0 = none on the page */
} pages[] = {
    { "IIS 7.5 and later, detailed",
      "<title>IIS 10.0 Detailed Error - 403.16 - Forbidden</title>"
      "<style>h3{}</style><h3>HTTP Error 403.16 - Forbidden</h3><h4>text</h4>"
      "<table><tr><th>Error "
      "Code</th><td>&nbsp;&nbsp;&nbsp;0x800b0109</td></tr></table>",
      "HTTP Error 403.16 - Forbidden", 403, 16, 0x800B0109 },
    { "a zero sub-status",
      "<h3>HTTP Error 500.0 - Internal Server Error</h3>Error Code: "
      "0x80070032",
      "HTTP Error 500.0 - Internal Server Error", 500, 0, 0x80070032 },
    { "a custom page", "<h2>403 - Forbidden: Access is denied.</h2>", "", 0, -1, 0 },
    { "a heading without a sub-status", "<h1>HTTP Error 403</h1>", "HTTP Error 403",
      403, -1, 0 },
    { "split over lines",
      "<h3>HTTP\n  Error\t403.7 -\r\n Forbidden</h3><b>Error Code</b>\n"
      "<i>0x80070005</i>",
      "HTTP Error 403.7 - Forbidden", 403, 7, 0x80070005 },
    { "in a comment or script only",
      "<!-- HTTP Error 403.7 - Forbidden --><script>'HTTP Error 403.13'</script>", "",
      0, -1, 0 },
    { "an error code before the heading is another's",
      "Error Code 0x11111111<h3>HTTP Error 403.17 - Forbidden</h3>",
      "HTTP Error 403.17 - Forbidden", 403, 17, 0 },
    { "a code that is no code", "<h3>HTTP Error 403.17 -</h3>Error Code 0x800b01",
      "HTTP Error 403.17 -", 403, 17, 0 },
    { "the first heading counts",
      "<h3>HTTP Error 403.16 - Forbidden</h3>subject: HTTP Error 403.7 - Forbidden",
      "HTTP Error 403.16 - Forbidden", 403, 16, 0 },
    { "an open comment", "<h3>HTTP Error 403.7</h3><!-- ", "HTTP Error 403.7", 403, 7,
      0 },
    { "nothing", "", "", 0, -1, 0 },
    { "nginx's own codes show in the title",
      "<html>\r\n<head><title>400 The SSL certificate error</title></head>\r\n"
      "<body><center><h1>400 Bad Request</h1></center><hr><center>nginx</center>",
      "", 400, -1, 0 },
    { "no number", "HTTP Error x", "", 0, -1, 0 },
};

START_TEST(pages_are_read)
{
    struct page page;
    page_read(slice_from_string(pages[_i].body), &page);
    ck_assert_msg(strcmp(page.heading, pages[_i].heading) == 0, "%s: heading \"%s\"",
                  pages[_i].label, page.heading);
    ck_assert_msg(page.status == pages[_i].status, "%s: status %d", pages[_i].label,
                  page.status);
    ck_assert_msg(page.substatus == pages[_i].substatus, "%s: sub-status %d",
                  pages[_i].label, page.substatus);
    ck_assert_msg(page.has_hresult == (pages[_i].hresult != 0) &&
                      page.hresult == pages[_i].hresult,
                  "%s: hresult 0x%08x", pages[_i].label, (unsigned)page.hresult);
}
END_TEST

static const struct {
    const char *body;
    int inner;
} nginx_pages[] = {
    { "<title>400 The SSL certificate error</title><h1>400 Bad Request</h1>", 495 },
    { "<title>400 No required SSL certificate was sent</title><h1>x</h1>", 496 },
    { "<title>400 The plain HTTP request was sent to HTTPS port</title>\n<h1>x</h1>",
      497 },
    { "<title>400 Bad Request</title><h1>400 Bad Request</h1>", 0 },
    { "<h1>x</h1><p>400 The SSL certificate error</p><p>x</p>", 0 },
    { "<h3>HTTP Error 403.7 - Forbidden</h3>400 The SSL certificate error\n", 0 },
    { "400 The SSL certificate errors<br>x", 0 },
};

START_TEST(nginx_codes_are_read)
{
    struct page page;
    page_read(slice_from_string(nginx_pages[_i].body), &page);
    ck_assert_msg(page.inner_status == nginx_pages[_i].inner, "%s: %d",
                  nginx_pages[_i].body, page.inner_status);
}
END_TEST

START_TEST(page_takes_any_bytes)
{
    uint8_t bytes[512];
    struct page page;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)(i * 7);
    }
    page_read((struct slice){ bytes, sizeof(bytes) }, &page);
    ck_assert_str_eq(page.heading, "");
    /* A heading longer than there is room for is cut, not spilled. */
    struct buf long_page = BUF_EMPTY;
    buf_append_string(&long_page, "HTTP Error 403.7 ");
    for (int i = 0; i < 1000; i++) {
        buf_append_byte(&long_page, 'x');
    }
    page_read(buf_slice(&long_page), &page);
    ck_assert_uint_eq(strlen(page.heading), PAGE_HEADING_MAX - 1);
    buf_finish(&long_page);
}
END_TEST

/* ---- expectations */

#define ALERT                \
    {                        \
        NULL,                \
        {                    \
            true, VERDICT_OK \
        }                    \
    }
#define VERDICT(name)             \
    {                             \
        NULL,                     \
        {                         \
            false, VERDICT_##name \
        }                         \
    }
#define WORDS(words)          \
    {                         \
        words,                \
        {                     \
            false, VERDICT_OK \
        }                     \
    }

/* What of a result matters here. */
struct got {
    enum attempt_end end;
    int status;
    int substatus;
    uint32_t hresult; /* 0 = not shown */
    int alert;
    enum attempt_phase phase;
    bool saw_server; /* the server's certificate came */
    const char *verdict;
};

#define ANSWER(status, sub, hresult)                              \
    {                                                             \
        ATTEMPT_END_ANSWER, status, sub, hresult, TLS_ALERT_NONE, \
            ATTEMPT_PHASE_RECEIVE, true, ""                       \
    }
#define ENDED(end, alert, phase, saw)                                      \
    {                                                                      \
        ATTEMPT_END_##end, 0, -1, 0, alert, ATTEMPT_PHASE_##phase, saw, "" \
    }

static const struct {
    const char *label;
    struct comparison_want expected;
    struct got got;
    enum comparison_outcome outcome;
    bool hidden;
    const char *brief; /* of what came */
} rows[] = {
    { "let in", VERDICT(OK), ANSWER(200, -1, 0), COMPARISON_MET, false, "200" },
    { "let in, but the path is wrong", VERDICT(OK), ANSWER(404, -1, 0),
      COMPARISON_DIFFERS, false, "404" },
    { "the very answer", VERDICT(UNTRUSTED_ROOT), ANSWER(403, 16, 0x800B0109),
      COMPARISON_MET, false, "403.16" },
    { "no error code on the page", VERDICT(UNTRUSTED_ROOT), ANSWER(403, 16, 0),
      COMPARISON_MET, false, "403.16" },
    { "another error code", VERDICT(UNTRUSTED_ROOT), ANSWER(403, 16, 0x800B010A),
      COMPARISON_DIFFERS, false, "403.16" },
    { "another sub-status", VERDICT(UNTRUSTED_ROOT), ANSWER(403, 17, 0x800B0101),
      COMPARISON_DIFFERS, false, "403.17" },
    { "a custom page", VERDICT(REVOKED), ANSWER(403, -1, 0), COMPARISON_MET, true,
      "403.?" },
    { "a custom page, but another status", VERDICT(REVOKED), ANSWER(400, -1, 0),
      COMPARISON_DIFFERS, false, "400" },
    { "let in, but should not", VERDICT(CERT_REQUIRED), ANSWER(200, -1, 0),
      COMPARISON_DIFFERS, false, "200" },
    { "refused, but should be let in", VERDICT(OK), ANSWER(403, 7, 0x80070005),
      COMPARISON_DIFFERS, false, "403.7" },
    { "the header tells more than the page",
      VERDICT(REVOKED),
      { ATTEMPT_END_ANSWER, 403, -1, 0, TLS_ALERT_NONE, ATTEMPT_PHASE_RECEIVE, true,
        "403.13 REVOKED 0x80092010" },
      COMPARISON_MET,
      false,
      "403.?" },
    { "the header contradicts",
      VERDICT(REVOKED),
      { ATTEMPT_END_ANSWER, 403, 13, 0, TLS_ALERT_NONE, ATTEMPT_PHASE_RECEIVE, true,
        "403.13 REVOCATION_OFFLINE 0x80092013" },
      COMPARISON_DIFFERS,
      false,
      "403.13" },
    { "an alert instead of a page", VERDICT(UNTRUSTED_ROOT),
      ENDED(ALERT, 48, HANDSHAKE, true), COMPARISON_DIFFERS, false, "alert 48" },
    { "a late alert instead of a page", VERDICT(CERT_REQUIRED),
      ENDED(LATE_ALERT, 116, RECEIVE, true), COMPARISON_DIFFERS, false,
      "late alert 116" },
    { "an alert though it is good", VERDICT(OK), ENDED(ALERT, 42, HANDSHAKE, true),
      COMPARISON_DIFFERS, false, "alert 42" },
    { "a reset", VERDICT(OK), ENDED(RESET, TLS_ALERT_NONE, RECEIVE, true),
      COMPARISON_DIFFERS, false, "reset" },
    { "closed without an answer", VERDICT(OK),
      ENDED(CLOSED, TLS_ALERT_NONE, RECEIVE, true), COMPARISON_DIFFERS, false,
      "closed" },
    { "the alert that must come", ALERT, ENDED(ALERT, 51, HANDSHAKE, true),
      COMPARISON_MET, false, "alert 51" },
    { "the same, late", ALERT, ENDED(LATE_ALERT, 51, RECEIVE, true), COMPARISON_MET,
      false, "late alert 51" },
    { "an alert that cannot be decrypted", ALERT,
      ENDED(BAD_RECORD, TLS_ALERT_NONE, RECEIVE, true), COMPARISON_MET, false,
      "bad record" },
    { "a slammed door", ALERT, ENDED(CLOSED, TLS_ALERT_NONE, HANDSHAKE, true),
      COMPARISON_MET, false, "closed" },
    { "an answer where the handshake must fail", ALERT, ANSWER(200, -1, 0),
      COMPARISON_DIFFERS, false, "200" },
    { "a page where the handshake must fail", ALERT, ANSWER(403, 16, 0),
      COMPARISON_DIFFERS, false, "403.16" },
    { "no server", VERDICT(OK), ENDED(UNREACHABLE, TLS_ALERT_NONE, CONNECT, false),
      COMPARISON_UNTOLD, false, "unreachable" },
    { "too slow", VERDICT(OK), ENDED(TIMEOUT, TLS_ALERT_NONE, RECEIVE, true),
      COMPARISON_UNTOLD, false, "timeout" },
    { "we do not trust the server", ALERT,
      ENDED(UNTRUSTED, TLS_ALERT_NONE, HANDSHAKE, true), COMPARISON_UNTOLD, false,
      "untrusted" },
    { "the server does not speak this version", VERDICT(OK),
      ENDED(ALERT, 70, HANDSHAKE, false), COMPARISON_UNTOLD, false, "alert 70" },
    { "and that is no proof of a failed handshake", ALERT,
      ENDED(ALERT, 70, HANDSHAKE, false), COMPARISON_UNTOLD, false, "alert 70" },
    { "closed before its certificate came", ALERT,
      ENDED(CLOSED, TLS_ALERT_NONE, HANDSHAKE, false), COMPARISON_UNTOLD, false,
      "closed" },
    { "no HTTP behind the TLS", VERDICT(OK),
      ENDED(NOT_HTTP, TLS_ALERT_NONE, RECEIVE, true), COMPARISON_UNTOLD, false,
      "no HTTP" },
    { "words: let in", WORDS("accepted"), ANSWER(404, -1, 0), COMPARISON_MET, false,
      "404" },
    { "words: a page that turns away", WORDS("accepted"), ANSWER(403, -1, 0),
      COMPARISON_DIFFERS, false, "403.?" },
    { "words: refused by a page", WORDS("refused"), ANSWER(400, -1, 0), COMPARISON_MET,
      false, "400" },
    { "words: refused by an alert", WORDS("refused"), ENDED(ALERT, 48, HANDSHAKE, true),
      COMPARISON_MET, false, "alert 48" },
    { "words: let in, but should not", WORDS("refused"), ANSWER(200, -1, 0),
      COMPARISON_DIFFERS, false, "200" },
    { "words: the very alert", WORDS("alert:unknown_ca"),
      ENDED(ALERT, 48, HANDSHAKE, true), COMPARISON_MET, false, "alert 48" },
    { "words: another alert", WORDS("alert:certificate_expired"),
      ENDED(ALERT, 48, HANDSHAKE, true), COMPARISON_DIFFERS, false, "alert 48" },
    { "words: late is not early", WORDS("alert:unknown_ca"),
      ENDED(LATE_ALERT, 48, RECEIVE, true), COMPARISON_DIFFERS, false,
      "late alert 48" },
    { "words: one of two", WORDS("403|late-alert:unknown_ca"),
      ENDED(LATE_ALERT, 48, RECEIVE, true), COMPARISON_MET, false, "late alert 48" },
    { "words: no such version is no refusal", WORDS("refused"),
      ENDED(ALERT, 70, HANDSHAKE, false), COMPARISON_UNTOLD, false, "alert 70" },
    { "words: but it can be what is expected", WORDS("alert:protocol_version"),
      ENDED(ALERT, 70, HANDSHAKE, false), COMPARISON_MET, false, "alert 70" },
    { "words: reset", WORDS("dropped"), ENDED(RESET, TLS_ALERT_NONE, RECEIVE, true),
      COMPARISON_MET, false, "reset" },
    { "words: closed", WORDS("dropped"), ENDED(CLOSED, TLS_ALERT_NONE, RECEIVE, true),
      COMPARISON_MET, false, "closed" },
    { "words: silence is no answer", WORDS("refused"),
      ENDED(TIMEOUT, TLS_ALERT_NONE, RECEIVE, true), COMPARISON_UNTOLD, false,
      "timeout" },
    { "words: anything", WORDS("*"), ENDED(TIMEOUT, TLS_ALERT_NONE, RECEIVE, true),
      COMPARISON_MET, false, "timeout" },
};

static struct attempt_result make_result(const struct got *got)
{
    struct attempt_result result;
    attempt_result_init(&result);
    result.end = got->end;
    result.phase = got->phase;
    result.is_tls = true;
    result.status = got->status;
    result.substatus = got->substatus;
    result.has_hresult = got->hresult != 0;
    result.hresult = got->hresult;
    result.alert_received = got->alert;
    result.server.known = got->saw_server;
    result.certificate_requested = got->saw_server;
    snprintf(result.verdict, sizeof(result.verdict), "%s", got->verdict);
    return result;
}

START_TEST(expectations_are_judged)
{
    struct attempt_result result = make_result(&rows[_i].got);
    struct comparison_judgement judgement =
        comparison_judge(&rows[_i].expected, &result);
    char brief[ATTEMPT_SHORT_MAX];
    ck_assert_msg(judgement.outcome == rows[_i].outcome, "%s: %s", rows[_i].label,
                  comparison_outcome_name(judgement.outcome));
    ck_assert_msg(judgement.substatus_hidden == rows[_i].hidden, "%s: hidden %d",
                  rows[_i].label, judgement.substatus_hidden);
    attempt_result_format_short(&result, brief);
    ck_assert_msg(strcmp(brief, rows[_i].brief) == 0, "%s: \"%s\"", rows[_i].label,
                  brief);
}
END_TEST

/* Every verdict is met by its own answer and by no other verdict's. */
START_TEST(every_verdict_knows_its_answer)
{
    for (int came = 0; came < VERDICT_COUNT; came++) {
        const struct verdict_info *info = verdict_get((enum verdict)came);
        struct got got = ANSWER((int)info->status, (int)info->substatus, info->hresult);
        struct attempt_result result = make_result(&got);
        struct comparison_want want =
            comparison_want_verdict((struct recipe_outcome){ false, (enum verdict)_i });
        struct comparison_judgement judgement = comparison_judge(&want, &result);
        const struct verdict_info *wanted = verdict_get((enum verdict)_i);
        bool same = wanted->status == info->status &&
                    wanted->substatus == info->substatus &&
                    wanted->hresult == info->hresult;
        ck_assert_msg(judgement.outcome == (same ? COMPARISON_MET : COMPARISON_DIFFERS),
                      "expected %s, came %s: %s", wanted->name, info->name,
                      comparison_outcome_name(judgement.outcome));
    }
}
END_TEST

static const struct {
    const char *label;
    struct comparison_want expected;
    struct got got;
    bool requested;
    const char *text;
} differences[] = {
    { "codes", VERDICT(UNTRUSTED_ROOT), ANSWER(403, 17, 0x800B0101), true,
      "expected 403.16 0x800B0109, got 403.17 0x800B0101" },
    { "not asked", VERDICT(CERT_REQUIRED), ANSWER(200, -1, 0), false,
      "expected 403.7 0x80070005, got 200 (the server did not ask for a certificate)" },
    { "early alert", VERDICT(UNTRUSTED_ROOT), ENDED(ALERT, 48, HANDSHAKE, true), true,
      "expected 403.16 0x800B0109, got alert 48 (unknown_ca) in the handshake (the "
      "server "
      "ends the connection instead of answering)" },
    { "late alert", VERDICT(CERT_REQUIRED), ENDED(LATE_ALERT, 116, RECEIVE, true), true,
      "expected 403.7 0x80070005, got alert 116 (certificate_required) after the "
      "handshake "
      "(that is how TLS 1.3 refuses a certificate)" },
    { "handshake that did not fail", ALERT, ANSWER(200, -1, 0), true,
      "expected failed handshake, got 200" },
    { "silence", VERDICT(OK), ENDED(TIMEOUT, TLS_ALERT_NONE, CONNECT, false), true,
      "expected 200, got no progress in time while connecting" },
    { "it accepts", VERDICT(CERT_REQUIRED), ANSWER(200, -1, 0), true,
      "expected 403.7 0x80070005, got 200 (it accepts certificates, but requires none: "
      "--sslflags accept?)" },
    { "no such version", VERDICT(OK), ENDED(ALERT, 70, HANDSHAKE, false), true,
      "expected 200, got alert 70 (protocol_version) in the handshake (before any "
      "certificate: does the server speak this TLS version?)" },
    { "nobody there", VERDICT(OK), ENDED(UNREACHABLE, TLS_ALERT_NONE, CONNECT, false),
      true, "expected 200, got no connection" },
};

START_TEST(differences_are_readable)
{
    struct attempt_result result = make_result(&differences[_i].got);
    struct buf text = BUF_EMPTY;
    result.certificate_requested = differences[_i].requested;
    comparison_format_difference(&differences[_i].expected, &result, &text);
    ck_assert_msg(strcmp(buf_string(&text), differences[_i].text) == 0, "%s: %s",
                  differences[_i].label, buf_string(&text));
    buf_finish(&text);
}
END_TEST

static const struct {
    enum attempt_end end;
    enum attempt_phase phase;
    bool is_tls;
    int code;
} exits[] = {
    { ATTEMPT_END_ANSWER, ATTEMPT_PHASE_RECEIVE, true, 0 },
    { ATTEMPT_END_UNREACHABLE, ATTEMPT_PHASE_CONNECT, true, 7 },
    { ATTEMPT_END_TIMEOUT, ATTEMPT_PHASE_HANDSHAKE, true, 28 },
    { ATTEMPT_END_ALERT, ATTEMPT_PHASE_HANDSHAKE, true, 35 },
    { ATTEMPT_END_LATE_ALERT, ATTEMPT_PHASE_RECEIVE, true, 56 },
    { ATTEMPT_END_RESET, ATTEMPT_PHASE_HANDSHAKE, true, 35 },
    { ATTEMPT_END_RESET, ATTEMPT_PHASE_RECEIVE, true, 56 },
    { ATTEMPT_END_CLOSED, ATTEMPT_PHASE_HANDSHAKE, true, 35 },
    { ATTEMPT_END_CLOSED, ATTEMPT_PHASE_RECEIVE, true, 52 },
    { ATTEMPT_END_UNTRUSTED, ATTEMPT_PHASE_HANDSHAKE, true, 60 },
    { ATTEMPT_END_CUT_OFF, ATTEMPT_PHASE_RECEIVE, true, 18 },
    { ATTEMPT_END_CLOSED, ATTEMPT_PHASE_RECEIVE, false, 52 },
};

START_TEST(exits_are_those_of_curl)
{
    struct attempt_result result;
    attempt_result_init(&result);
    result.end = exits[_i].end;
    result.phase = exits[_i].phase;
    result.is_tls = exits[_i].is_tls;
    ck_assert_msg(attempt_result_curl_exit(&result) == exits[_i].code, "%s in %s: %d",
                  attempt_end_name(exits[_i].end), attempt_phase_name(exits[_i].phase),
                  attempt_result_curl_exit(&result));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("expect");
    TCase *page = tcase_create("page");
    tcase_add_loop_test(page, pages_are_read, 0, ARRAY_LEN(pages));
    tcase_add_loop_test(page, nginx_codes_are_read, 0, ARRAY_LEN(nginx_pages));
    tcase_add_test(page, page_takes_any_bytes);
    suite_add_tcase(s, page);
    TCase *expect = tcase_create("expect");
    tcase_add_loop_test(expect, expectations_are_judged, 0, ARRAY_LEN(rows));
    tcase_add_loop_test(expect, every_verdict_knows_its_answer, 0, VERDICT_COUNT);
    tcase_add_loop_test(expect, differences_are_readable, 0, ARRAY_LEN(differences));
    tcase_add_loop_test(expect, exits_are_those_of_curl, 0, ARRAY_LEN(exits));
    suite_add_tcase(s, expect);
    return s;
}
