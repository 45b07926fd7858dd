/* SPDX-License-Identifier: MIT
 *
 * server/site/exchange: which answer, to whom, with which headers; and which of IIS's
 * refusals comes first.
 */
#include "describe/describe_memo.h"
#include "iis/iis_config.h"
#include "support/check_main.h"
#include "support/visit.h"
#include "support/world.h"

#include <jansson.h>

#include <stdlib.h>
#include <string.h>

#define REQUIRE SSL_FLAGS_REQUIRE
#define ACCEPT  SSL_FLAGS_ACCEPT

/* clang-format off */
static const struct {
    struct visit visit;
    unsigned status;
    unsigned substatus;
    enum verdict verdict;
    const char *has; /* in head or body; NULL = not looked at */
    const char *has_not;
} rows[] = {
    /* ---- the certificate */
    { { .label = "good", .case_name = "good", .flags = REQUIRE },
      200, 0, VERDICT_OK, "You are let in", NULL },
    { { .label = "none, required", .case_name = NULL, .flags = REQUIRE },
      403, 7, VERDICT_CERT_REQUIRED, "HTTP Error 403.7 - Forbidden", NULL },
    { { .label = "none, accepted", .case_name = NULL, .flags = ACCEPT },
      200, 0, VERDICT_OK, "without a certificate", NULL },
    { { .label = "none, ignored", .case_name = NULL },
      200, 0, VERDICT_OK, "sslFlags=Ignore", NULL },
    { { .label = "expired", .case_name = "expired", .flags = REQUIRE },
      403, 17, VERDICT_NOT_TIME_VALID, "0x800b0101", NULL },
    { { .label = "expired, accepted", .case_name = "expired", .flags = ACCEPT },
      403, 17, VERDICT_NOT_TIME_VALID, "HTTP Error 403.17", NULL },
    { { .label = "expired, ignored", .case_name = "expired" },
      200, 0, VERDICT_OK, NULL, "HTTP Error" },
    { { .label = "revoked", .case_name = "revoked", .flags = REQUIRE },
      403, 13, VERDICT_REVOKED, "CRYPT_E_REVOKED", NULL },
    { { .label = "server's purpose", .case_name = "eku-server", .flags = REQUIRE },
      403, 16, VERDICT_WRONG_USAGE, "Your client certificate is either not trusted or is invalid.", NULL },
    { { .label = "self-signed", .case_name = "self-signed", .flags = REQUIRE },
      403, 16, VERDICT_UNTRUSTED_ROOT, "0x800b0109", NULL },
    { { .label = "no proof of possession", .case_name = "good", .flags = REQUIRE,
        .unproved = true },
      403, 7, VERDICT_CERT_REQUIRED, NULL, NULL },

    /* ---- what comes before it */
    { { .label = "plain, TLS demanded", .case_name = NULL, .flags = REQUIRE, .plain = true,
        .ssl = true },
      403, 4, VERDICT_SSL_REQUIRED, "SSL is required to view this resource.", NULL },
    { { .label = "plain, accepted", .case_name = NULL, .flags = ACCEPT, .plain = true },
      200, 0, VERDICT_OK, "plain HTTP", NULL },
    { { .label = "weak cipher", .case_name = "expired", .flags = REQUIRE, .ssl = true,
        .ssl128 = true, .weak = true },
      403, 5, VERDICT_SSL128_REQUIRED, "SSL 128 is required", NULL },
    { { .label = "128 bits", .case_name = "good", .flags = REQUIRE, .ssl = true, .ssl128 = true },
      200, 0, VERDICT_OK, NULL, NULL },

    /* ---- asked too late */
    { { .label = "late, TLS 1.3", .case_name = NULL, .flags = REQUIRE, .late = true },
      500, 0, VERDICT_POST_HANDSHAKE_AUTH, "0x80070032", NULL },
    { { .label = "late, TLS 1.3, accepted", .case_name = NULL, .flags = ACCEPT, .late = true },
      500, 0, VERDICT_POST_HANDSHAKE_AUTH, NULL, NULL },
    { { .label = "late, TLS 1.3, ignored", .case_name = NULL, .late = true },
      200, 0, VERDICT_OK, NULL, NULL },
    { { .label = "late, TLS 1.2", .case_name = NULL, .flags = REQUIRE, .late = true,
        .tls_1_2 = true },
      403, 7, VERDICT_CERT_REQUIRED, "clientcertnegotiation=enable", NULL },
    { { .label = "late, TLS 1.2, accepted", .case_name = NULL, .flags = ACCEPT, .late = true,
        .tls_1_2 = true },
      200, 0, VERDICT_OK, NULL, NULL },
    { { .label = "late, body that fits", .case_name = NULL, .flags = ACCEPT, .late = true,
        .tls_1_2 = true, .method = REQUEST_METHOD_POST, .body_len = CONFIG_UPLOAD_READ_AHEAD },
      200, 0, VERDICT_OK, NULL, NULL },
    { { .label = "late, body too large", .case_name = NULL, .flags = ACCEPT, .late = true,
        .tls_1_2 = true, .method = REQUEST_METHOD_POST, .body_len = CONFIG_UPLOAD_READ_AHEAD + 1 },
      413, 0, VERDICT_ENTITY_TOO_LARGE, "Connection: close", NULL },
    { { .label = "large body in time", .case_name = "good", .flags = REQUIRE,
        .method = REQUEST_METHOD_POST, .body_len = CONFIG_UPLOAD_READ_AHEAD + 1 },
      200, 0, VERDICT_OK, NULL, "Connection: close" },

    /* ---- addresses and methods */
    { { .label = "unknown address", .case_name = "good", .flags = REQUIRE, .path = "/nothing" },
      404, 0, VERDICT_OK, "0x80070002", NULL },
    { { .label = "unknown address, refused", .case_name = "expired", .flags = REQUIRE,
        .path = "/nothing" },
      403, 17, VERDICT_NOT_TIME_VALID, NULL, NULL },
    { { .label = "health", .case_name = NULL, .flags = REQUIRE, .path = "/healthz" },
      200, 0, VERDICT_OK, "text/plain", "<" },
    { { .label = "favourite icon", .case_name = NULL, .flags = REQUIRE, .path = "/favicon.ico" },
      404, 0, VERDICT_OK, NULL, NULL },
    { { .label = "method", .case_name = "good", .flags = REQUIRE, .method = REQUEST_METHOD_OTHER },
      405, 0, VERDICT_OK, "Allow: OPTIONS, GET, HEAD, POST\r\n", NULL },
    { { .label = "options", .case_name = "good", .flags = REQUIRE,
        .method = REQUEST_METHOD_OPTIONS },
      200, 0, VERDICT_OK, "Allow: OPTIONS, GET, HEAD, POST\r\n", NULL },
    { { .label = "post", .case_name = "good", .flags = REQUIRE, .method = REQUEST_METHOD_POST },
      200, 0, VERDICT_OK, "You are let in", NULL },

    /* ---- hosts and their twins */
    { { .label = "SNI and Host", .case_name = "good", .flags = REQUIRE,
        .server_name = "LOCALHOST." },
      200, 0, VERDICT_OK, "You are let in", NULL },
    { { .label = "SNI is not Host", .case_name = "good", .flags = REQUIRE,
        .server_name = "accept.localhost" },
      421, 0, VERDICT_OK, "HTTP/1.1 421 Misdirected Request\r\n", "You are let in" },
    { { .label = "no twin", .case_name = "expired", .flags = REQUIRE, .query = "has=200&as=2000" },
      403, 17, VERDICT_NOT_TIME_VALID, "HTTP/1.1 403 Forbidden\r\n", NULL },

    /* ---- what if */
    { { .label = "if it had ended", .case_name = "good", .flags = REQUIRE, .query = "as=expired" },
      403, 17, VERDICT_NOT_TIME_VALID, "As the address asks (as=expired)", NULL },
    { { .label = "if it came alone", .case_name = "good", .flags = REQUIRE, .query = "as=leaf" },
      403, 16, VERDICT_CHAINING, "As the address asks (as=leaf)", NULL },
    { { .label = "never less than is so", .case_name = "revoked", .flags = REQUIRE, .query = "as=expired" },
      403, 13, VERDICT_REVOKED, "403.13", NULL },
    { { .label = "self-signed, alone", .case_name = "self-signed", .flags = REQUIRE, .query = "as=leaf" },
      403, 16, VERDICT_UNTRUSTED_ROOT, "403.16", NULL },
    { { .label = "nothing came", .case_name = NULL, .flags = REQUIRE, .query = "as=leaf" },
      403, 7, VERDICT_CERT_REQUIRED, "403.7", "As the address asks" },
    { { .label = "as what is no wish", .case_name = "good", .flags = REQUIRE, .query = "as=leaves" },
      200, 0, VERDICT_OK, "You are let in", "As the address asks" },

    /* ---- headers */
    { { .label = "IIS's headers", .case_name = NULL, .flags = REQUIRE },
      403, 7, VERDICT_CERT_REQUIRED, "Server: Microsoft-IIS/10.0\r\nX-Powered-By: ASP.NET\r\n", "Connection: close" },
    { { .label = "policy", .case_name = NULL, .flags = REQUIRE },
      403, 7, VERDICT_CERT_REQUIRED, "Content-Security-Policy: default-src 'none'; style-src 'sha256-", "unsafe-inline" },
    { { .label = "not cached by others", .case_name = NULL, .flags = REQUIRE },
      403, 7, VERDICT_CERT_REQUIRED, "Cache-Control: private\r\n", NULL },
    { { .label = "nothing revealed", .case_name = NULL, .flags = REQUIRE },
      403, 7, VERDICT_CERT_REQUIRED, NULL, "X-Certgate" },
    { { .label = "revealed", .case_name = NULL, .flags = REQUIRE, .reveal = true, .remote = true },
      403, 7, VERDICT_CERT_REQUIRED, "X-Certgate-Verdict: 403.7 CERT_REQUIRED 0x80070005\r\n", NULL },
    { { .label = "another Windows", .case_name = NULL, .flags = REQUIRE, .profile = "2012R2" },
      403, 7, VERDICT_CERT_REQUIRED, "IIS 8.5 Detailed Error - 403.7", "IIS 10" },
    { { .label = "closing", .case_name = NULL, .flags = REQUIRE, .close = true },
      403, 7, VERDICT_CERT_REQUIRED, "Connection: close\r\n", NULL },

    /* ---- visitors from elsewhere learn nothing */
    { { .label = "remote", .case_name = "expired", .flags = REQUIRE, .remote = true },
      403, 17, VERDICT_NOT_TIME_VALID, "<h2>403 - Forbidden: Access is denied.</h2>", "403.17" },
    { { .label = "remote, content type", .case_name = "expired", .flags = REQUIRE, .remote = true },
      403, 17, VERDICT_NOT_TIME_VALID, "Content-Type: text/html\r\n", "certgate" },
    { { .label = "remote, as JSON", .case_name = "expired", .flags = REQUIRE, .remote = true,
        .path = "/whoami" },
      403, 17, VERDICT_NOT_TIME_VALID, "Access is denied.", "0x800B0101" },
    { { .label = "remote, 404", .case_name = "good", .flags = REQUIRE, .remote = true,
        .path = "/x" },
      404, 0, VERDICT_OK, "<h2>404", "errors" },
    { { .label = "remote, 413 has no file", .case_name = NULL, .flags = ACCEPT, .late = true,
        .tls_1_2 = true, .remote = true, .method = REQUEST_METHOD_POST, .body_len = CONFIG_UPLOAD_READ_AHEAD + 1 },
      413, 0, VERDICT_ENTITY_TOO_LARGE, "413 - ", "<" },
    { { .label = "remote, let in", .case_name = "good", .flags = REQUIRE, .remote = true },
      200, 0, VERDICT_OK, "You are let in", "LocalMachine/Root" },
    { { .label = "remote, Detailed", .case_name = "expired", .flags = REQUIRE, .remote = true,
        .error_mode = CONFIG_ERRORS_DETAILED },
      403, 17, VERDICT_NOT_TIME_VALID, "HTTP Error 403.17", NULL },
    { { .label = "local, Custom", .case_name = "expired", .flags = REQUIRE,
        .error_mode = CONFIG_ERRORS_CUSTOM },
      403, 17, VERDICT_NOT_TIME_VALID, "Access is denied.", "403.17" },
};
/* clang-format on */

/* The page of a refusal under status 200; the logs keep IIS's. */
static const struct visit twins[] = {
    { .label = "by host", .as_200 = true },
    { .label = "by query", .query = "as=200" },
    { .label = "by the last word", .query = "a&as=200" },
    { .label = "by the first word", .query = "as=200&b" },
};

START_TEST(twin)
{
    struct visit visit = twins[_i];
    struct visit_result r;
    visit.case_name = "expired";
    visit.flags = REQUIRE;
    visit_run(&visit, &r);
    ck_assert_msg(r.exchange.status == 403 && r.exchange.substatus == 17, "%s",
                  visit.label);
    ck_assert_msg(strncmp(r.head, "HTTP/1.1 200 OK\r\n", 17) == 0, "%s", visit.label);
    ck_assert_msg(strstr(r.body, "HTTP Error 403.17") != NULL, "%s", visit.label);
    visit_finish(&r);
}
END_TEST

START_TEST(answer_row)
{
    struct visit_result r;
    const char *label = rows[_i].visit.label;
    visit_run(&rows[_i].visit, &r);
    ck_assert_msg(r.exchange.status == rows[_i].status &&
                      r.exchange.substatus == rows[_i].substatus,
                  "%s: got %u.%u", label, r.exchange.status, r.exchange.substatus);
    ck_assert_msg(r.exchange.verdict == rows[_i].verdict, "%s: got %s", label,
                  verdict_get(r.exchange.verdict)->name);
    ck_assert_msg((unsigned)atoi(r.head + strlen("HTTP/1.1 ")) == rows[_i].status,
                  "%s: status line %.30s", label, r.head);
    const char *has = rows[_i].has;
    ck_assert_msg(has == NULL || strstr(r.head, has) != NULL ||
                      strstr(r.body, has) != NULL,
                  "%s: no \"%s\" in\n%.900s%.2000s", label, has, r.head, r.body);
    const char *not = rows[_i].has_not;
    ck_assert_msg(not == NULL ||
                      (strstr(r.head, not ) == NULL && strstr(r.body, not ) == NULL),
                  "%s: \"%s\" in\n%.900s%.2000s", label, not, r.head, r.body);
    visit_finish(&r);
}
END_TEST

/* Behind one another: what one of them shows or leaves out is not another's. */
static const struct visit with_a_memo[] = {
    { .label = "remote JSON", .case_name = "good", .path = "/whoami", .remote = true },
    { .label = "JSON", .case_name = "good", .path = "/whoami" },
    { .label = "page", .case_name = "good" },
    { .label = "remote page", .case_name = "good", .remote = true },
    { .label = "another's JSON", .case_name = "expired", .path = "/whoami" },
    { .label = "another's page", .case_name = "eku-server" },
    { .label = "JSON again", .case_name = "good", .path = "/whoami" },
    { .label = "remote JSON again",
      .case_name = "good",
      .path = "/whoami",
      .remote = true },
    { .label = "page again", .case_name = "good" },
    { .label = "another's page again", .case_name = "eku-server" },
};

START_TEST(memo_changes_no_answer)
{
    struct describe_memo memo = { .next = 0 };
    for (size_t i = 0; i < ARRAY_LEN(with_a_memo); i++) {
        struct visit visit = with_a_memo[i];
        struct visit_result anew;
        struct visit_result kept;
        visit.flags = REQUIRE;
        visit_run(&visit, &anew);
        visit.memo = &memo;
        visit_run(&visit, &kept);
        ck_assert_msg(strcmp(anew.body, kept.body) == 0, "%s", visit.label);
        visit_finish(&anew);
        visit_finish(&kept);
    }
    ck_assert_uint_gt(memo.next, 3);
    describe_memo_finish(&memo);
}
END_TEST

START_TEST(server_2022_resets)
{
    const struct visit visit = { .label = "late, 2022",
                                 .case_name = NULL,
                                 .flags = REQUIRE,
                                 .late = true,
                                 .profile = "2022" };
    struct visit_result r;
    visit_run(&visit, &r);
    ck_assert(r.exchange.reset);
    ck_assert_uint_eq(r.answer.len, 0);
    visit_finish(&r);
}
END_TEST

START_TEST(head_has_length_but_no_body)
{
    const struct visit get = { .label = "get", .case_name = "good", .flags = REQUIRE };
    const struct visit head = { .label = "head",
                                .case_name = "good",
                                .flags = REQUIRE,
                                .method = REQUEST_METHOD_HEAD };
    struct visit_result a;
    struct visit_result b;
    visit_run(&get, &a);
    visit_run(&head, &b);
    ck_assert_str_eq(a.head, b.head);
    ck_assert_uint_gt(strlen(a.body), 1000);
    ck_assert_str_eq(b.body, "");
    visit_finish(&a);
    visit_finish(&b);
}
END_TEST

START_TEST(log_knows_who_and_why)
{
    const struct visit visit = { .label = "expired",
                                 .case_name = "expired",
                                 .flags = REQUIRE };
    struct visit_result r;
    visit_run(&visit, &r);
    ck_assert_str_eq(r.exchange.issued_to, "expired");
    ck_assert_ptr_nonnull(strstr(r.exchange.fault, "EXPIRED"));
    ck_assert_uint_eq(r.exchange.hresult, 0x800B0101u);
    ck_assert(!r.exchange.quiet);
    visit_finish(&r);
}
END_TEST

/* ---- /whoami */

static json_t *whoami(const char *case_name, struct visit_result *result)
{
    const struct visit visit = { "whoami", case_name, REQUIRE, .path = "/whoami" };
    json_error_t error;
    visit_run(&visit, result);
    json_t *json = json_loads(result->body, 0, &error);
    ck_assert_msg(json != NULL, "%s: %s", error.text, result->body);
    return json;
}

static const char *text_at(const json_t *json, const char *a, const char *b)
{
    const char *text = json_string_value(json_object_get(json_object_get(json, a), b));
    return text != NULL ? text : "(none)";
}

START_TEST(whoami_tells_all)
{
    struct visit_result r;
    json_t *json = whoami("expired-server", &r);
    const json_t *findings =
        json_object_get(json_object_get(json, "chain"), "findings");
    unsigned n_faults = 0;
    for (size_t i = 0; i < json_array_size(findings); i++) {
        n_faults +=
            json_is_false(json_object_get(json_array_get(findings, i), "is_note")) ? 1
                                                                                   : 0;
    }
    ck_assert_uint_eq(r.exchange.status, 403);
    ck_assert_ptr_nonnull(strstr(r.head, "Content-Type: application/json\r\n"));
    ck_assert_str_eq(text_at(json, "verdict", "name"), "WRONG_USAGE");
    ck_assert_str_eq(text_at(json, "verdict", "code"), "403.16");
    ck_assert_str_eq(text_at(json, "verdict", "hresult"), "0x800B0110");
    ck_assert_str_eq(text_at(json, "deciding", "verdict"), "WRONG_USAGE");
    ck_assert_str_eq(text_at(json, "tls", "version"), "TLSv1.3");
    ck_assert_uint_ge(n_faults, 2); /* the purpose and the time: not only the one */
    ck_assert_uint_ge(json_array_size(json_object_get(json, "presented")), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(
                         json_object_get(json, "verdict"), "win32_status")),
                     2148204816);
    json_decref(json);
    visit_finish(&r);
}
END_TEST

/* The members that certgated(8) names are always there; null is a value. */
static const char *const whoami_members[] = {
    "time",      "verdict", "site",     "request", "tls",
    "presented", "chain",   "deciding", "logon",   "assumptions",
};
static const char *const whoami_cases[] = { NULL, "good", "expired", "self-signed" };

START_TEST(whoami_has_all_members)
{
    struct visit_result r;
    json_t *json = whoami(whoami_cases[_i], &r);
    for (size_t i = 0; i < ARRAY_LEN(whoami_members); i++) {
        ck_assert_msg(json_object_get(json, whoami_members[i]) != NULL, "no %s",
                      whoami_members[i]);
    }
    ck_assert_uint_eq(json_object_size(json), ARRAY_LEN(whoami_members));
    json_decref(json);
    visit_finish(&r);
}
END_TEST

START_TEST(whoami_without_certificate)
{
    struct visit_result r;
    json_t *json = whoami(NULL, &r);
    ck_assert(json_is_null(json_object_get(json, "chain")));
    ck_assert_uint_eq(json_array_size(json_object_get(json, "presented")), 0);
    ck_assert_int_eq(json_integer_value(json_object_get(
                         json_object_get(json, "verdict"), "win32_status")),
                     5);
    json_decref(json);
    visit_finish(&r);
}
END_TEST

/* ---- http.sys */

/* A 500.19 comes before the certificate, and names the file to those who may see it. */
START_TEST(config_faults_name_the_file)
{
    static const struct {
        const char *ip;
        const char *words;
        const char *absent;
    } pages[] = { { "127.0.0.1", "<td>x/web.config, line 7</td>", NULL },
                  { "192.0.2.1", "500 - ", "web.config" } };
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        const struct visit visit = { .case_name = "expired",
                                     .flags = SSL_FLAGS_REQUIRE };
        struct iis_settings settings = {
            .fault = { IIS_HRESULT_LOCKED, "<access> is locked", { "x/web.config", 7 } }
        };
        struct visit_scene scene;
        struct buf answer = BUF_EMPTY;
        struct exchange_result result;
        struct err err = ERR_INIT;
        visit_prepare(&visit, &scene);
        scene.input.iis = &settings;
        snprintf(scene.peer.ip, sizeof scene.peer.ip, "%s", pages[i].ip);
        ck_assert_int_eq(exchange_answer(&scene.input, &answer, &result, &err), 0);
        ck_assert_int_eq(result.verdict, VERDICT_CONFIG_LOCKED);
        ck_assert_str_eq(result.fault, "x/web.config, line 7: <access> is locked");
        ck_assert_msg(strstr(buf_string(&answer), pages[i].words) != NULL, "%s",
                      buf_string(&answer));
        ck_assert(pages[i].absent == NULL ||
                  strstr(buf_string(&answer), pages[i].absent) == NULL);
        buf_finish(&answer);
        visit_clear(&scene);
    }
}
END_TEST

START_TEST(unread_requests_are_answered_by_http_sys)
{
    struct err err = ERR_INIT;
    /* All that it reads: there may be no site, no configuration and no request. */
    const struct chain_context context = { .now = 0 };
    const struct exchange_input input = { .context = &context };
    struct exchange_result exchange;
    struct buf answer = BUF_EMPTY;
    ck_assert_int_eq(exchange_answer_unread(&input, RESPONSE_BAD_REQUEST,
                                            "The request is <bad>.", &answer, &exchange,
                                            &err),
                     0);
    const char *text = buf_string(&answer);
    ck_assert_ptr_nonnull(strstr(text, "HTTP/1.1 400 Bad Request\r\n"));
    ck_assert_ptr_nonnull(strstr(text, "Server: Microsoft-HTTPAPI/2.0\r\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "Content-Type: text/html; charset=us-ascii\r\n"));
    ck_assert_ptr_nonnull(strstr(text, "Connection: close\r\n"));
    ck_assert_ptr_nonnull(strstr(text, "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"));
    ck_assert_ptr_nonnull(strstr(text, "HTTP Error 400. The request is &lt;bad&gt;."));
    ck_assert(!exchange.keep_alive);
    buf_finish(&answer);
}
END_TEST

START_TEST(unread_head_requests_get_no_body)
{
    struct err err = ERR_INIT;
    const struct chain_context context = { .now = 0 };
    const struct request request = { .method = REQUEST_METHOD_HEAD };
    const struct exchange_input input = { .context = &context, .request = &request };
    struct exchange_result exchange;
    struct buf answer = BUF_EMPTY;
    ck_assert_int_eq(exchange_answer_unread(&input, RESPONSE_BAD_REQUEST, "It is bad.",
                                            &answer, &exchange, &err),
                     0);
    ck_assert_uint_eq(exchange.status, 400);
    ck_assert_str_eq(strstr(buf_string(&answer), "\r\n\r\n"), "\r\n\r\n");
    buf_finish(&answer);
}
END_TEST

static const struct {
    const char *ip;
    bool local;
} peers[] = {
    { "127.0.0.1", true },  { "127.9.9.9", true },  { "::1", true },
    { "", false },          { "192.0.2.1", false }, { "::2", false },
    { "128.0.0.1", false }, { "12.7.0.1", false },
};

START_TEST(local_row)
{
    struct address address = { .port = 1 };
    memcpy(address.ip, peers[_i].ip, strlen(peers[_i].ip) + 1);
    ck_assert_msg(exchange_is_local(&address) == peers[_i].local, "%s", peers[_i].ip);
}
END_TEST

/* Once for the suite, before the tests are forked off. */
static void forge_the_world(void)
{
    (void)world_store();
}

Suite *suite(void)
{
    Suite *s = suite_create("exchange");
    TCase *t = tcase_create("answers");
    tcase_add_unchecked_fixture(t, forge_the_world, NULL);
    tcase_set_timeout(t, 60); /* the world is forged at the first use */
    tcase_add_loop_test(t, twin, 0, (int)ARRAY_LEN(twins));
    tcase_add_loop_test(t, answer_row, 0, (int)ARRAY_LEN(rows));
    tcase_add_loop_test(t, local_row, 0, (int)ARRAY_LEN(peers));
    tcase_add_test(t, memo_changes_no_answer);
    tcase_add_test(t, server_2022_resets);
    tcase_add_test(t, head_has_length_but_no_body);
    tcase_add_test(t, log_knows_who_and_why);
    tcase_add_test(t, whoami_tells_all);
    tcase_add_loop_test(t, whoami_has_all_members, 0, (int)ARRAY_LEN(whoami_cases));
    tcase_add_test(t, whoami_without_certificate);
    tcase_add_test(t, config_faults_name_the_file);
    tcase_add_test(t, unread_requests_are_answered_by_http_sys);
    tcase_add_test(t, unread_head_requests_get_no_body);
    suite_add_tcase(s, t);
    return s;
}
