/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "http/request_parser.h"
#include "http/response.h"
#include "support/check_main.h"

#include <stdio.h>
#include <string.h>

/* Sun, 22 Nov 2026 15:04:05 GMT */
#define NOW  ((int64_t)1795359845)
#define DATE "Date: Sun, 22 Nov 2026 15:04:05 GMT\r\n"

static const struct {
    const char *label;
    const char *request; /* NULL = none that could be read */
    enum response_status status;
    const char *body;
    const char *out;
} rows[] = {
    { "1.1 stays open", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", RESPONSE_OK, "hello",
      "HTTP/1.1 200 OK\r\nServer: t\r\n" DATE "Content-Length: 5\r\n\r\nhello" },
    { "1.1 asked to close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      RESPONSE_FORBIDDEN, "no",
      "HTTP/1.1 403 Forbidden\r\nServer: t\r\n" DATE
      "Connection: close\r\nContent-Length: 2\r\n\r\nno" },
    { "1.0 closes", "GET / HTTP/1.0\r\n\r\n", RESPONSE_NOT_FOUND, "",
      "HTTP/1.1 404 Not Found\r\nServer: t\r\n" DATE
      "Connection: close\r\nContent-Length: 0\r\n\r\n" },
    { "1.0 asked to stay", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
      RESPONSE_OK, "x",
      "HTTP/1.1 200 OK\r\nServer: t\r\n" DATE
      "Connection: keep-alive\r\nContent-Length: 1\r\n\r\nx" },
    { "HEAD tells the length only", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", RESPONSE_OK,
      "hello", "HTTP/1.1 200 OK\r\nServer: t\r\n" DATE "Content-Length: 5\r\n\r\n" },
    { "204 has no length", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", RESPONSE_NO_CONTENT,
      "", "HTTP/1.1 204 No Content\r\nServer: t\r\n" DATE "\r\n" },
    { "no request", NULL, RESPONSE_REQUEST_TIMEOUT, "late",
      "HTTP/1.1 408 Request Timeout\r\nServer: t\r\n" DATE
      "Connection: close\r\nContent-Length: 4\r\n\r\nlate" },
};

START_TEST(response_rows)
{
    struct request_parser *parser = request_parser_create(0);
    struct response response;
    struct buf out = BUF_EMPTY;
    size_t consumed = 0;

    buf_append_string(&out, "[");
    if (rows[_i].request != NULL) {
        ck_assert_int_eq(
            request_parser_feed(parser, slice_from_string(rows[_i].request), &consumed),
            REQUEST_COMPLETE);
    }
    response_init(&response, rows[_i].status,
                  rows[_i].request == NULL ? NULL : request_parser_request(parser));
    response_add(&response, "Server", "t");
    ck_assert(response_write(&response, NOW, slice_from_string(rows[_i].body), &out));
    ck_assert_msg(strcmp(buf_string(&out) + 1, rows[_i].out) == 0, "%s: got %s",
                  rows[_i].label, buf_string(&out));
    response_finish(&response);
    buf_finish(&out);
    request_parser_destroy(parser);
}
END_TEST

static const struct {
    const char *value;
    const char *line;
} values[] = {
    { "plain, value", "X-T: plain, value\r\n" },
    { " \t blanks\t ", "X-T: blanks\r\n" },
    { "", "X-T: \r\n" },
    { "a\r\nSet-Cookie: b", "X-T: a%0D%0ASet-Cookie: b\r\n" },
    { "a\nb\rc", "X-T: a%0Ab%0Dc\r\n" },
    { "tab\there \x7f\x1b", "X-T: tab%09here %7F%1B\r\n" },
    { "M\xc3\xbcller", "X-T: M%C3%BCller\r\n" },
};

START_TEST(response_values_cannot_inject)
{
    struct response response;
    response_init(&response, RESPONSE_OK, NULL);
    response_add(&response, "X-T", values[_i].value);
    ck_assert_str_eq(buf_string(&response.headers), values[_i].line);
    response_finish(&response);
}
END_TEST

START_TEST(response_status_table)
{
    struct buf out = BUF_EMPTY;
    static const int codes[] = {
#define X(name, code, reason) code,
        RESPONSE_STATUS_LIST(X)
#undef X
    };
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        ck_assert_msg(response_reason(codes[i]) != NULL, "%d", codes[i]);
        ck_assert_msg(i == 0 || codes[i] > codes[i - 1], "%d is out of order",
                      codes[i]);
    }
    ck_assert_ptr_null(response_reason(0));
    ck_assert_ptr_null(response_reason(299));
    ck_assert(response_write_continue(&out));
    ck_assert_str_eq(buf_string(&out), "HTTP/1.1 100 Continue\r\n\r\n");
    buf_finish(&out);
}
END_TEST

START_TEST(response_survives_lack_of_room_and_memory)
{
    struct response response;
    struct buf out = BUF_LIMITED(120);

    response_init(&response, RESPONSE_OK, NULL);
    buf_append_string(&out, "kept");
    uint8_t body[200] = { 0 };
    ck_assert(
        !response_write(&response, NOW, (struct slice){ body, sizeof(body) }, &out));
    ck_assert_str_eq(buf_string(&out), "kept");
    ck_assert_msg(response_write(&response, NOW, SLICE_EMPTY, &out),
                  "the smaller one fits");
    buf_finish(&out);
    mem_fail_after(1);
    response_add(&response, "X", "y");
    mem_fail_after(0);
    ck_assert(!response_write(&response, NOW, SLICE_EMPTY, &out));
    response_finish(&response);
    buf_finish(&out);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("response");
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, response_rows, 0, (int)ARRAY_LEN(rows));
    tcase_add_loop_test(tc, response_values_cannot_inject, 0, (int)ARRAY_LEN(values));
    tcase_add_test(tc, response_status_table);
    tcase_add_test(tc, response_survives_lack_of_room_and_memory);
    suite_add_tcase(s, tc);
    return s;
}
