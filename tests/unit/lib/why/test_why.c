/* SPDX-License-Identifier: MIT
 *
 * lib/why: each verdict, HRESULT, alert, browser's name and message of the tables has
 * an answer, and what is none has none.
 */
#include "message_samples.h"
#include "support/check_main.h"
#include "tls/tls_alert.h"
#include "why/browser_view.h"
#include "why/log_sum.h"
#include "why/problem_list.h"
#include "why/reason_list.h"
#include "why/why.h"

#include <assert.h>
#include <jansson.h>

#include <stdio.h>
#include <string.h>

#define TEXT_MAX 512

/* ---- codes */

static void check_id(const char *text, const char *id)
{
    struct why_topic topic;
    char got[WHY_ID_MAX];
    ck_assert_msg(why_read(slice_from_string(text), &topic), "not known: %s", text);
    ck_assert_msg(strcmp(why_id(&topic, got), id) == 0, "%s: got %s, want %s", text,
                  got, id);
}

static bool is_among(const struct why_topic *topic, const struct verdict_info *info)
{
    const struct verdict_info *got = verdict_get((enum verdict)topic->value);
    return topic->kind == WHY_CODE ? strcmp(got->title, info->title) == 0
                                   : got->hresult == info->hresult;
}

START_TEST(code_of_verdict)
{
    const struct verdict_info *info = verdict_get((enum verdict)_i);
    char texts[8][TEXT_MAX];
    size_t n = 0;
    snprintf(texts[n++], TEXT_MAX, "%s", verdict_code((enum verdict)_i));
    snprintf(texts[n++], TEXT_MAX, "HTTP Error %u.%u - Forbidden", info->status,
             info->substatus);
    snprintf(texts[n++], TEXT_MAX, "%s", info->symbol);
    snprintf(texts[n++], TEXT_MAX, "%lu", (unsigned long)info->hresult);
    snprintf(texts[n++], TEXT_MAX, "0x%08lX", (unsigned long)info->hresult);
    snprintf(texts[n++], TEXT_MAX, "Error Code   0x%08lx",
             (unsigned long)info->hresult);
    snprintf(texts[n++], TEXT_MAX, "%ld", (long)info->hresult - 0x100000000L);
    snprintf(texts[n++], TEXT_MAX, "%u %u %lu", info->status, info->substatus,
             (unsigned long)verdict_win32_status(info->hresult));
    for (size_t i = 0; i < n; i++) {
        struct why_topic topic;
        bool is_no_error = _i == VERDICT_OK && (i == 1 || i >= 6);
        if (is_no_error) { /* "200.0", a refusal's numbers: not of a success */
            continue;
        }
        ck_assert_msg(why_read(slice_from_string(texts[i]), &topic), "not known: %s",
                      texts[i]);
        ck_assert_msg(is_among(&topic, info), "%s: got %s", texts[i],
                      verdict_get((enum verdict)topic.value)->name);
    }
}
END_TEST

/* Status, sub-status and Win32 status together name exactly one verdict. */
START_TEST(code_of_log)
{
    const struct verdict_info *info = verdict_get((enum verdict)_i);
    struct why_topic topic;
    ck_assert(why_find_status(info->status, info->substatus,
                              verdict_win32_status(info->hresult), &topic));
    ck_assert_int_eq(topic.kind, WHY_VERDICT);
    ck_assert_int_eq((int)topic.value, _i);
}
END_TEST

/* clang-format off */
static const struct {
    const char *text;
    const char *id;
} words[] = {
    { "403.16", "403.16" },
    { "0x800B0109", "0x800B0109" },
    { "800b0109", "0x800B0109" },
    { "2148204809", "0x800B0109" },
    { "-2146762487", "0x800B0109" },
    { "CERT_E_UNTRUSTEDROOT", "0x800B0109" },
    { "cert_e_untrustedroot", "0x800B0109" },
    { "UNTRUSTED_ROOT", "0x800B0109" },
    { "PARTIAL_CHAIN", "0x800B010A" },
    { "0x80070005", "0x80070005" },
    { "5", "0x80070005" },
    { "1326", "0x8007052E" },
    { "0x800B010C", "0x80092010" },
    { "0x80090325", "alert-48" },
    { "SEC_E_CERT_EXPIRED", "alert-45" },
    { "12044", "no-certificate" },
    { "36870", "event-36870" },
    { "36874", "event-36874" },
    { "36877", "event-36877" },
    { "36878", "event-36878" },
    { "36879", "event-36879" },
    { "36880", "event-36880" },
    { "36885", "event-36885" },
    { "36887", "event-36887" },
    { "36888", "event-36888" },
    { "403", "403" },
    { "496", "496" },
    { "413", "413.0" },
    { "alert 116", "alert-116" },
    { "Alert-116", "alert-116" },
    { "certificate_required", "alert-116" },
    { "UNKNOWN_CA", "alert-48" },
    { "  403.7\r\n", "403.7" },
    { "ERR_BAD_SSL_CLIENT_AUTH_CERT", "client-certificate-refused" },
    { "SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT", "alert-116" },
    /* Codes that are none of a verdict, by both names that Windows has for them. */
    { "ERROR_INVALID_PASSWORD", "p12-password" },
    { "-2147024810", "p12-password" },
    { "ERROR_NO_SUCH_LOGON_SESSION", "private-key" },
    { "-2147023584", "private-key" },
    { "ERROR_INTERNET_CONNECTION_ABORTED", "reset" },
    { "-2147012866", "reset" },
    { "ERROR_INTERNET_CONNECTION_RESET", "reset" },
    { "-2147012865", "reset" },
    { "ERROR_INTERNET_SEC_CERT_DATE_INVALID", "server-expired" },
    { "-2147012859", "server-expired" },
    { "ERROR_INTERNET_SEC_CERT_CN_INVALID", "server-name" },
    { "-2147012858", "server-name" },
    { "ERROR_INTERNET_CLIENT_AUTH_CERT_NEEDED", "no-certificate" },
    { "-2147012852", "no-certificate" },
    { "ERROR_INTERNET_INVALID_CA", "server-untrusted" },
    { "-2147012851", "server-untrusted" },
    { "ERROR_INTERNET_SECURITY_CHANNEL_ERROR", "secure-channel" },
    { "-2147012739", "secure-channel" },
    { "ERROR_WINHTTP_SECURE_FAILURE", "server-untrusted" },
    { "-2147012721", "server-untrusted" },
    { "ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY", "private-key" },
    { "-2147012711", "private-key" },
    { "ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY", "private-key" },
    { "-2147012710", "private-key" },
    { "NTE_BAD_KEYSET", "private-key" },
    { "-2146893802", "private-key" },
    { "SEC_E_INVALID_TOKEN", "not-tls" },
    { "-2146893048", "not-tls" },
    { "SEC_E_LOGON_DENIED", "alert-49" },
    { "-2146893044", "alert-49" },
    { "SEC_E_UNKNOWN_CREDENTIALS", "private-key" },
    { "-2146893043", "private-key" },
    { "SEC_E_NO_CREDENTIALS", "private-key" },
    { "-2146893042", "private-key" },
    { "SEC_E_WRONG_PRINCIPAL", "server-name" },
    { "-2146893022", "server-name" },
    { "SEC_E_UNTRUSTED_ROOT", "alert-48" },
    { "-2146893019", "alert-48" },
    { "SEC_E_ILLEGAL_MESSAGE", "secure-channel" },
    { "-2146893018", "secure-channel" },
    { "SEC_E_CERT_UNKNOWN", "alert-46" },
    { "-2146893017", "alert-46" },
    { "SEC_E_CERT_EXPIRED", "alert-45" },
    { "-2146893016", "alert-45" },
    { "SEC_E_ALGORITHM_MISMATCH", "version-mismatch" },
    { "-2146893007", "version-mismatch" },
    { "CERT_E_VALIDITYPERIODNESTING", "0x800B0102" },
    { "-2146762494", "0x800B0102" },
    { "CERT_E_PATHLENCONST", "0x80096019" },
    { "-2146762492", "0x80096019" },
    { "CERT_E_REVOKED", "0x80092010" },
    { "-2146762484", "0x80092010" },
    { "CERT_E_CN_NO_MATCH", "server-name" },
    { "-2146762481", "server-name" },
    { "CERT_E_UNTRUSTEDCA", "0x800B0109" },
    { "-2146762478", "0x800B0109" },
};

/* Lines of logs and messages as people report them: each has several things in it. */
static const struct {
    const char *text;
    const char *id;
} reports[] = {
    { "2026-11-30 07:00:00 10.0.0.5 GET /app - 443 - 10.0.0.9 curl/7.88 - 403 7 5 12", "403.7" },
    { "2026-11-30 07:00:00 10.0.0.5 GET /app - 443 - 10.0.0.9 curl/7.88 403 16 2148204809 12", "0x800B0109" },
    { "2026-11-30 07:00:00 fe80::1 POST /certsrv/mscep/mscep.dll operation=GetCACert 443 - fe80::2 "
      "Mozilla/4.0+(compatible;+Win32;+NDES+client) - 403 16 2148204809 1453", "0x800B0109" },
    { "10.1.1.1 GET /sms_mp/.sms_aut mplist 403 13 2148081683 15005 31", "0x80092013" },
    { "#Fields: date time c-ip cs-method sc-status sc-substatus sc-win32-status\r\n"
      "2026-11-30 07:00:00 10.0.0.9 GET 200 0 0\r\n"
      "2026-11-30 07:00:01 10.0.0.9 GET 401 1 2148086018\r\n", "0x80093102" },
    { "#Fields: sc-win32-status sc-substatus sc-status\n5 7 403\n", "403.7" },
    { "#Software: Microsoft Internet Information Services 10.0\n"
      "2026-11-30 07:00:00 10.0.0.5 GET /owa/ - 443 - 10.0.0.9 - - 403 17 2148204801 3\n", "403.17" },
    { "HTTP Error 403.16 - Forbidden\nYour client certificate is either not trusted or is invalid.\n"
      "Module IIS Web Core\nNotification BeginRequest\nError Code 0x800b0109", "0x800B0109" },
    { "HTTP Error 403.7 - Forbidden ... Error Code 0x80070005", "403.7" },
    { "HTTP Error 500.0 - Internal Server Error, Module IIS Web Core, Error Code 0x80070032", "500.0" },
    { "A fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code is 46.", "alert-46" },
    { "A fatal alert was generated and sent to the remote endpoint. This may result in termination of the "
      "connection. The TLS protocol defined fatal error code is 40. The Windows SChannel error state is 1205.", "alert-40" },
    { "curl: (56) OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0", "alert-116" },
    { "curl: (56) OpenSSL SSL_read: OpenSSL/3.0.19: error:0A000418:SSL routines::tlsv1 alert unknown ca, errno 0", "alert-48" },
    { "write EPROTO 0:error:10000412:SSL routines:OPENSSL_internal:SSLV3_ALERT_BAD_CERTIFICATE:third_party\\boringssl:SSL alert number 42", "alert-42" },
    { "ssl.SSLError: [SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required (_ssl.c:2576)", "alert-116" },
    { "javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate", "alert-42" },
    { "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_unknown", "alert-46" },
    { "*** Received alert [116]: Certificate is required", "alert-116" },
    { "received fatal alert: CertificateRequired", "alert-116" },
    { "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "alert-48" },
    { "Error code: SSL_ERROR_BAD_CERT_ALERT SSL peer cannot verify your certificate.", "alert-42" },
    { "2002-07-05 18:45:09 172.31.77.6 2094 172.31.77.6 80 HTTP/1.1 GET /qos/1kbfile.txt 503 - ConnLimit", "httperr-unavailable" },
    { "2026-11-30 07:00:00 10.0.0.9 50412 10.0.0.5 443 - - - - - Timer_ConnectionIdle -", "httperr-idle" },
    { "2026-11-30 07:00:00 fe80::1%3 50412 fe80::2%3 443 HTTP/1.1 GET / - 400 - Hostname -", "httperr-request" },
    { "#Fields: date time c-ip sc-status s-siteid s-reason s-queuename\n2026-11-30 07:00:00 10.0.0.9 - - Timer_HeaderWait -", "httperr-wait" },
    { "2026-11-30 07:00:00 10.0.0.9 50412 10.0.0.5 443 HTTP/1.1 POST /up 413 - EntityTooLarge -", "413.0" },
    { "chain status -2146885613 CRYPT_E_REVOCATION_OFFLINE", "0x80092013" },
};

static const char *const unknown[] = {
    "", " ", "foo", "hello, world", "404.99", "403.160", "10.0.0.1", "0xDEADBEEF", "999999999999999",
    "-1", "alert 255", "alert", "event", "2026-11-30 07:00:00 10.0.0.5 GET / - 443 - 10.0.0.9 - - 200 0 0 12",
    "#Fields:", "200 0 0", "certificate", "\xff\xfe",
};
/* clang-format on */

START_TEST(word)
{
    check_id(words[_i].text, words[_i].id);
}
END_TEST

START_TEST(report)
{
    check_id(reports[_i].text, reports[_i].id);
}
END_TEST

START_TEST(not_known)
{
    struct why_topic topic;
    char id[WHY_ID_MAX];
    bool known = why_read(slice_from_string(unknown[_i]), &topic);
    ck_assert_msg(!known, "\"%s\" is taken for %s", unknown[_i], why_id(&topic, id));
}
END_TEST

static const struct {
    const char *reason;
    const char *id;
} reasons[] = {
#define X(reason, id) { reason, id },
    REASON_LIST(X)
#undef X
};
/* As many as Microsoft's article has. */
static_assert(ARRAY_LEN(reasons) == 31, "lib/why/reason_list.h lacks a reason");

START_TEST(httperr_reason)
{
    char line[TEXT_MAX];
    check_id(reasons[_i].reason, reasons[_i].id);
    snprintf(line, sizeof line,
             "2026-11-30 07:00:00 10.0.0.9 50412 10.0.0.5 443 HTTP/1.1 GET / 400 - %s",
             reasons[_i].reason);
    check_id(line, reasons[_i].id);
}
END_TEST

/* ---- alerts and browsers */

START_TEST(alert_row)
{
    char id[WHY_ID_MAX];
    char text[TEXT_MAX];
    const char *name = tls_alert_name(_i);
    if (strcmp(name, "unknown alert") == 0) {
        struct why_topic topic;
        snprintf(text, sizeof text, "alert %d", _i);
        ck_assert(!why_find(text, &topic));
        return;
    }
    snprintf(id, sizeof id, "alert-%d", _i);
    check_id(id, id);
    check_id(name, id);
    snprintf(text, sizeof text, "alert %d", _i);
    check_id(text, id);
    snprintf(text, sizeof text, "Received fatal alert: %s", name);
    check_id(text, id);
    snprintf(text, sizeof text, "error:0A000000:SSL routines::x: SSL alert number %d",
             _i);
    check_id(text, id);
}
END_TEST

static void check_browser_name(const char *name)
{
    struct why_topic topic;
    ck_assert_msg(name == NULL || why_read(slice_from_string(name), &topic),
                  "not known: %s", name);
}

START_TEST(browser_names)
{
    struct client_hello plain = { .kind = CLIENT_HELLO_HTTP };
    struct tls_info tls = { .hello = &plain };
    struct browser_view views[4];
    struct tls_failure sent = { .end = TLS_END_OUR_ALERT, .alert_sent = _i };
    struct tls_failure received = { .end = TLS_END_PEER_ALERT, .alert_received = _i };
    struct tls_failure not_tls = { .end = TLS_END_NOT_TLS };
    views[0] = browser_view_get(&sent, &tls, "", false);
    views[1] = browser_view_get(&received, &tls, "", false);
    views[2] = browser_view_get(&not_tls, &tls, "", false);
    views[3] = browser_view_get(&sent, &tls, "", true);
    for (size_t i = 0; i < ARRAY_LEN(views); i++) {
        check_browser_name(views[i].chrome);
        check_browser_name(views[i].firefox);
    }
}
END_TEST

/* ---- messages */

START_TEST(message_row)
{
    static const char *const ids[] = {
#define X(name, program, id, first, second) id,
        MESSAGE_LIST(X)
#undef X
    };
    static const char *const programs[] = {
#define X(name, program, id, first, second) program,
        MESSAGE_LIST(X)
#undef X
    };
    struct why_topic want, topic;
    ck_assert_msg(samples[_i] != NULL, "%s: no sample", ids[_i]);
    ck_assert_msg(why_find(ids[_i], &want), "%s is no topic", ids[_i]);
    ck_assert_msg(why_read(slice_from_string(samples[_i]), &topic), "not known: %s",
                  samples[_i]);
    ck_assert_msg(why_is_same(&topic, &want) &&
                      strcmp(topic.program, programs[_i]) == 0,
                  "%s: taken for one of %s", samples[_i], topic.program);
}
END_TEST

/* Each part is what why_normalize makes of it, or it would never be found. */
START_TEST(message_parts)
{
    static const char *const parts[][2] = {
#define X(name, program, id, first, second) { first, second },
        MESSAGE_LIST(X)
#undef X
    };
    for (size_t i = 0; i < 2; i++) {
        struct buf out = BUF_EMPTY;
        char want[TEXT_MAX];
        snprintf(want, sizeof want, " %s ", parts[_i][i]);
        ck_assert(why_normalize(&out, slice_from_string(parts[_i][i])));
        ck_assert_str_eq(buf_string(&out), parts[_i][i][0] == 0 ? " " : want);
        buf_finish(&out);
    }
}
END_TEST

/* ---- answers */

static void check_marks(const char *text)
{
    size_t n_code = 0, n_name = 0;
    for (; *text != 0; text++) {
        n_code += *text == '`' ? 1 : 0;
        n_name += *text == '*' && n_code % 2 == 0 ? 1 : 0;
    }
    ck_assert(n_code % 2 == 0 && n_name % 2 == 0);
}

static size_t check_list(const json_t *answer, const char *key)
{
    const json_t *list = json_object_get(answer, key);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        ck_assert(text != NULL && text[0] != 0);
        if (strcmp(key, "make") != 0) {
            check_marks(text);
        }
    }
    return json_array_size(list);
}

START_TEST(answers)
{
    struct why_topic topic, back;
    size_t n = 0;
    for (; why_list(n, &topic); n++) {
        char id[WHY_ID_MAX];
        json_t *answer = why_json(&topic);
        ck_assert_ptr_nonnull(answer);
        ck_assert_str_eq(json_string_value(json_object_get(answer, "id")),
                         why_id(&topic, id));
        ck_assert_msg(why_find(id, &back) && why_is_same(&topic, &back),
                      "%s leads elsewhere", id);
        ck_assert_int_gt(
            (int)strlen(json_string_value(json_object_get(answer, "answer"))), 20);
        const char *first = json_string_value(json_object_get(answer, "answer"));
        ck_assert_msg(strpbrk(first, "`*\n") == NULL, "%s: plain text in one line", id);
        ck_assert(json_string_length(json_object_get(answer, "said_by")) > 0);
        ck_assert_msg(check_list(answer, "causes") > 0 &&
                          check_list(answer, "remedies") > 0,
                      "%s", id);
        check_list(answer, "look");
        check_list(answer, "others");
        check_list(answer, "make");
        json_decref(answer);
    }
    ck_assert_int_gt((int)n, VERDICT_COUNT + 34 + 30);
}
END_TEST

START_TEST(several_with_the_most_frequent_first)
{
    struct why_topic topic;
    json_t *answer;
    ck_assert(why_find("0x80070005", &topic));
    answer = why_json(&topic);
    json_t *variants = json_object_get(answer, "variants");
    ck_assert_int_eq((int)json_array_size(variants), 7);
    ck_assert_str_eq(
        json_string_value(json_object_get(json_array_get(variants, 0), "id")), "403.7");
    json_decref(answer);
}
END_TEST

/* Ids as why_id writes them, or they would never be met. */
START_TEST(problem_ids)
{
#define IDS(...)          \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }
#define X(anchor, title, ids) ids,
    const char *const *const lists[] = { PROBLEM_LIST(X) };
#undef X
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        for (const char *const *id = lists[i]; *id != NULL; id++) {
            check_id(*id, *id);
        }
    }
}
END_TEST

/* ---- hostile */

START_TEST(hostile_text)
{
    static char text[2 * WHY_TEXT_MAX];
    struct why_topic topic;
    memset(text, '4', sizeof text);
    ck_assert(!why_read((struct slice){ (uint8_t *)text, sizeof text }, &topic));
    memset(text, ' ', sizeof text);
    ck_assert(!why_read((struct slice){ (uint8_t *)text, sizeof text }, &topic));
    memset(text, 0, sizeof text);
    ck_assert(!why_read((struct slice){ (uint8_t *)text, sizeof text }, &topic));
    memset(text, '\n', sizeof text);
    memcpy(text + WHY_TEXT_MAX + 1, "403.16", 6); /* beyond what is looked at */
    ck_assert(!why_read((struct slice){ (uint8_t *)text, sizeof text }, &topic));
    memcpy(text + 100, "\xff\x00 0x800B0109 \x1b[2J", 19);
    ck_assert(why_read((struct slice){ (uint8_t *)text, sizeof text }, &topic));
}
END_TEST

/* ---- lines of a log */

START_TEST(log_fields)
{
    struct log_fields fields;
    struct log_line line;
    log_fields_default(&fields);
    ck_assert_int_eq(log_line_read(&fields, slice_from_string("garbage"), &line),
                     LOG_LINE_DAMAGED);
    ck_assert_int_eq(log_line_read(&fields,
                                   slice_from_string("#Fields: c-ip sc-status time"),
                                   &line),
                     LOG_LINE_DIRECTIVE);
    ck_assert_int_eq(
        log_line_read(&fields, slice_from_string("10.0.0.9 403 07:00:00"), &line),
        LOG_LINE_REQUEST);
    ck_assert(slice_equals_string(line.client, "10.0.0.9"));
    ck_assert(slice_equals_string(line.time, "07:00:00"));
    ck_assert_int_eq((int)line.date.len, 0);
    ck_assert_int_eq((int)line.status, 403);
    ck_assert_int_eq(
        log_line_read(&fields, slice_from_string("10.0.0.9 4x3 07:00:00"), &line),
        LOG_LINE_DAMAGED);
    ck_assert_int_eq(log_line_read(&fields, slice_from_string("10.0.0.9 403"), &line),
                     LOG_LINE_DAMAGED);
    ck_assert_int_eq(log_line_read(&fields, slice_from_string("#Fields:"), &line),
                     LOG_LINE_DIRECTIVE);
    ck_assert_int_eq(log_line_read(&fields, slice_from_string("403"), &line),
                     LOG_LINE_DAMAGED);
}
END_TEST

static void add_lines(struct log_sum *sum, const char *text)
{
    struct log_fields fields;
    struct slice rest = slice_from_string(text);
    log_fields_default(&fields);
    while (rest.len > 0) {
        log_sum_add(sum, &fields, slice_take_line(&rest));
    }
}

static struct log_sum *begin_sum(void)
{
    static struct log_sum sum;
    struct err err = ERR_INIT;
    ck_assert_int_eq(log_sum_init(&sum, &err), 0);
    return &sum;
}

START_TEST(log_sum_by_cause_and_client)
{
    struct log_sum *sum = begin_sum();
    add_lines(sum, "#Fields: date time c-ip sc-status sc-substatus sc-win32-status\r\n"
                   "2026-11-30 07:00:00 10.0.0.8 403 7 5\r\n"
                   "2026-11-30 07:00:02 10.0.0.9 403 16 2148204809\r\n"
                   "2026-11-30 07:00:01 10.0.0.8 403 16 2148204809\r\n"
                   "2026-11-30 07:00:09 10.0.0.8 200 0 0\r\n"
                   "2026-11-30 07:00:09 10.0.0.8 404 0 2\r\n"
                   "2026-11-30 07:00:0\r\n"
                   "#Fields: sc-status sc-substatus sc-win32-status c-ip\r\n"
                   "403 16 2148204809 10.0.0.9\r\n"
                   "403 16 9 10.0.0.9");
    log_sum_sort(sum);
    ck_assert_int_eq((int)sum->n_requests, 7);
    ck_assert_int_eq((int)sum->n_refused, 5);
    ck_assert_int_eq((int)sum->n_errors, 1);
    ck_assert_int_eq((int)sum->n_damaged, 1);
    ck_assert_int_eq((int)sum->n_causes, 3);
    ck_assert_int_eq((int)sum->causes[0].topic.value, VERDICT_UNTRUSTED_ROOT);
    ck_assert_int_eq((int)sum->causes[0].count.n, 3);
    ck_assert_str_eq(sum->causes[0].count.first, "2026-11-30 07:00:01");
    ck_assert_str_eq(sum->causes[0].count.last, "2026-11-30 07:00:02");
    ck_assert_int_eq((int)sum->causes[1].topic.value, VERDICT_CERT_REQUIRED);
    ck_assert_int_eq(sum->causes[2].topic.kind, WHY_CODE); /* 9 is no code of ours */
    ck_assert_int_eq((int)sum->n_clients, 4);
    ck_assert_str_eq(sum->clients[0].address, "10.0.0.9");
    ck_assert_int_eq((int)sum->clients[0].count.n, 2);
    ck_assert_int_eq((int)sum->clients[0].cause, 0);
    ck_assert_int_eq((int)sum->clients[2].cause, 1);
    log_sum_finish(sum);
}
END_TEST

START_TEST(log_sum_of_httperr)
{
    struct log_sum *sum = begin_sum();
    add_lines(sum, "#Fields: date time c-ip sc-status s-reason\n"
                   "2026-11-30 07:00:00 10.0.0.8 - Timer_ConnectionIdle\n"
                   "2026-11-30 07:00:01 10.0.0.8 400 BadRequest\n"
                   "2026-11-30 07:00:02 10.0.0.9 400 BadRequest\n"
                   "2026-11-30 07:00:03 10.0.0.9 400 SomethingNew\n");
    log_sum_sort(sum);
    ck_assert_int_eq((int)sum->n_requests, 4);
    ck_assert_int_eq((int)sum->n_refused, 3);
    ck_assert_int_eq((int)sum->n_errors, 1);
    ck_assert_int_eq((int)sum->causes[0].count.n, 2);
    log_sum_finish(sum);
}
END_TEST

START_TEST(log_sum_is_bounded)
{
    struct log_sum *sum = begin_sum();
    struct log_fields fields;
    log_fields_default(&fields);
    log_sum_add(
        sum, &fields,
        slice_from_string("#Fields: c-ip sc-status sc-substatus sc-win32-status"));
    for (size_t i = 0; i < LOG_SUM_CLIENTS_MAX + 5; i++) {
        char line[TEXT_MAX];
        snprintf(line, sizeof line, "2001:db8::%zx 403 7 5", i);
        log_sum_add(sum, &fields, slice_from_string(line));
        log_sum_add(sum, &fields, slice_from_string(line));
    }
    log_sum_sort(sum);
    ck_assert_int_eq((int)sum->n_clients, (int)LOG_SUM_CLIENTS_MAX);
    ck_assert_int_eq((int)sum->clients[0].count.n, 2);
    ck_assert_int_eq((int)sum->causes[0].others.n, 10);
    ck_assert_int_eq((int)sum->causes[0].count.n, 2 * (int)LOG_SUM_CLIENTS_MAX + 10);
    log_sum_finish(sum);
}
END_TEST

/* Each cause that a line can have must find room. */
START_TEST(log_sum_has_room_for_all_causes)
{
    struct why_topic topic;
    char id[WHY_ID_MAX];
    size_t n = 0;
    for (size_t i = 0; why_list(i, &topic); i++) {
        bool is_httperr = strncmp(why_id(&topic, id), "httperr-", 8) == 0;
        n += topic.kind == WHY_VERDICT || topic.kind == WHY_CODE || is_httperr ? 1 : 0;
    }
    ck_assert_int_lt((int)n + 2,
                     (int)LOG_SUM_CAUSES_MAX); /* 401 and 403 by themselves */
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("why");
    TCase *c = tcase_create("codes");
    tcase_add_loop_test(c, code_of_verdict, 0, VERDICT_COUNT);
    tcase_add_loop_test(c, code_of_log, 0, VERDICT_COUNT);
    tcase_add_loop_test(c, word, 0, (int)ARRAY_LEN(words));
    tcase_add_loop_test(c, report, 0, (int)ARRAY_LEN(reports));
    tcase_add_loop_test(c, httperr_reason, 0, (int)ARRAY_LEN(reasons));
    tcase_add_loop_test(c, not_known, 0, (int)ARRAY_LEN(unknown));
    suite_add_tcase(s, c);
    c = tcase_create("names");
    tcase_add_loop_test(c, alert_row, 0, 256);
    tcase_add_loop_test(c, browser_names, 0, 256);
    tcase_add_loop_test(c, message_row, 0, MESSAGE_COUNT);
    tcase_add_loop_test(c, message_parts, 0, MESSAGE_COUNT);
    suite_add_tcase(s, c);
    c = tcase_create("answers");
    tcase_add_test(c, answers);
    tcase_add_test(c, several_with_the_most_frequent_first);
    tcase_add_test(c, problem_ids);
    tcase_add_test(c, hostile_text);
    tcase_add_test(c, log_fields);
    tcase_add_test(c, log_sum_by_cause_and_client);
    tcase_add_test(c, log_sum_of_httperr);
    tcase_add_test(c, log_sum_is_bounded);
    tcase_add_test(c, log_sum_has_room_for_all_causes);
    suite_add_tcase(s, c);
    return s;
}
