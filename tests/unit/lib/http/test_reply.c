/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "http/reply.h"
#include "support/bytes.h"
#include "support/check_main.h"

#include <stdint.h>
#include <string.h>

static const struct row {
    const char *label;
    struct slice in; /* then the connection ends */
    bool to_head;
    size_t body_max;
    enum reply_result result;
    int status;
    const char *reason;
    const char *body;
    size_t left; /* bytes that are not of this answer */
} rows[] = {
    { "length", LITERAL("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"), false,
      0, REPLY_COMPLETE, 403, "Forbidden", "no", 0 },
    { "bytes behind it",
      LITERAL("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1"), false, 0,
      REPLY_COMPLETE, 200, "OK", "ok", 8 },
    { "no body", LITERAL("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nX"), false, 0,
      REPLY_COMPLETE, 200, "OK", "", 1 },
    { "no reason", LITERAL("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"), false, 0,
      REPLY_COMPLETE, 200, "", "", 0 },
    { "chunks",
      LITERAL("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
              "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\nZZ"),
      false, 0, REPLY_COMPLETE, 200, "OK", "abcde", 2 },
    { "until close",
      LITERAL("HTTP/1.0 200 ok\r\nContent-type: text/html\r\n\r\n<html>"), false, 0,
      REPLY_COMPLETE, 200, "ok", "<html>", 0 },
    { "to HEAD", LITERAL("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), true, 0,
      REPLY_COMPLETE, 200, "OK", "", 0 },
    { "204 with a length", LITERAL("HTTP/1.1 204 No Content\r\n\r\nx"), false, 0,
      REPLY_COMPLETE, 204, "No Content", "", 1 },
    { "304", LITERAL("HTTP/1.1 304 Not Modified\r\n\r\n"), false, 0, REPLY_COMPLETE,
      304, "Not Modified", "", 0 },
    { "100 before it",
      LITERAL("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
              "HTTP/1.1 401 Unauthorized\r\nContent-Length: 1\r\n\r\nx"),
      false, 0, REPLY_COMPLETE, 401, "Unauthorized", "x", 0 },
    { "status outside the table",
      LITERAL("HTTP/1.1 496 SSL\r\nContent-Length: 0\r\n\r\n"), false, 0,
      REPLY_COMPLETE, 496, "SSL", "", 0 },

    { "too large a body",
      LITERAL("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123456789"), false, 4,
      REPLY_TOO_LARGE, 200, "OK", "1234", 0 },
    { "too large without length", LITERAL("HTTP/1.0 200 OK\r\n\r\n123456789"), false, 4,
      REPLY_TOO_LARGE, 200, "OK", "1234", 0 },

    { "nothing", LITERAL(""), false, 0, REPLY_BAD, 0, "", "", 0 },
    { "no HTTP", LITERAL("SSH-2.0-OpenSSH_9\r\n"), false, 0, REPLY_BAD, 0, "", "", 0 },
    { "TLS", LITERAL("\x15\x03\x03\x00\x02\x02\x28"), false, 0, REPLY_BAD, 0, "", "",
      0 },
    { "HTTP/2", LITERAL("HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"), false, 0,
      REPLY_BAD, 0, "", "", 0 },
    { "101",
      LITERAL("HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
      false, 0, REPLY_BAD, 101, "Switching", "", 0 },
    { "cut in the head", LITERAL("HTTP/1.1 200 OK\r\nContent-Le"), false, 0, REPLY_BAD,
      0, "", "", 0 },
    { "cut in the body", LITERAL("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"),
      false, 0, REPLY_BAD, 200, "OK", "abc", 0 },
    { "cut in a chunk",
      LITERAL("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"), false,
      0, REPLY_BAD, 200, "OK", "abc", 0 },
    { "two lengths",
      LITERAL(
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"),
      false, 0, REPLY_BAD, 0, "", "", 0 },
    { "length and chunks",
      LITERAL("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: "
              "chunked\r\n\r\n0\r\n\r\n"),
      false, 0, REPLY_BAD, 0, "", "", 0 },
    { "NUL in a value", LITERAL("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n"), false, 0,
      REPLY_BAD, 0, "", "", 0 },
    { "no chunk size",
      LITERAL("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), false, 0,
      REPLY_BAD, 200, "OK", "", 0 },
};

/* Feeds in pieces of `step` bytes, then the end; returns what was not taken. */
static size_t run(struct reply_parser *parser, struct slice in, size_t step,
                  enum reply_result *ret_result)
{
    *ret_result = REPLY_MORE;
    while (in.len > 0 && *ret_result == REPLY_MORE) {
        struct slice piece = slice_part(in, 0, step);
        size_t consumed = 0;
        *ret_result = reply_parser_feed(parser, piece, &consumed);
        ck_assert_uint_le(consumed, piece.len);
        ck_assert_msg(*ret_result != REPLY_MORE || consumed == piece.len,
                      "no progress");
        in = slice_part(in, consumed, in.len);
    }
    if (*ret_result == REPLY_MORE) {
        *ret_result = reply_parser_eof(parser);
    }
    return in.len;
}

static void check_row(const struct row *row, size_t step)
{
    struct reply_parser *parser = reply_parser_create(row->to_head, row->body_max);
    const struct reply *reply = reply_parser_reply(parser);
    enum reply_result result;
    size_t left = run(parser, row->in, step, &result);

    ck_assert_msg(result == row->result, "%s/%zu: result %d: %s", row->label, step,
                  (int)result, reply_parser_reason(parser));
    ck_assert_msg(reply->status == row->status, "%s/%zu: status %d", row->label, step,
                  reply->status);
    ck_assert_msg(strcmp(reply->reason, row->reason) == 0, "%s/%zu: reason %s",
                  row->label, step, reply->reason);
    ck_assert_msg(slice_equals_string(reply->body, row->body), "%s/%zu: body of %zu",
                  row->label, step, reply->body.len);
    ck_assert_msg(result != REPLY_COMPLETE || left == row->left, "%s/%zu: %zu left",
                  row->label, step, left);
    ck_assert_msg((*reply_parser_reason(parser) != 0) == (result != REPLY_COMPLETE),
                  "%s/%zu", row->label, step);
    reply_parser_destroy(parser);
}

START_TEST(reply_rows)
{
    for (size_t step = 1; step <= 8; step++) {
        check_row(&rows[_i], step);
    }
    check_row(&rows[_i], SIZE_MAX);
}
END_TEST

START_TEST(reply_fields)
{
    struct reply_parser *parser = reply_parser_create(false, 0);
    const struct reply *reply = reply_parser_reply(parser);
    enum reply_result result;

    run(parser,
        slice_from_string(
            "HTTP/1.1 200 OK\r\nServer:  Microsoft-IIS/10.0 \r\nEmpty:\r\n"
            "Connection: close\r\ncontent-length: 0\r\n\r\n"),
        3, &result);
    ck_assert_int_eq(result, REPLY_COMPLETE);
    ck_assert_uint_eq(reply->n_headers, 4);
    ck_assert_str_eq(reply_find_header(reply, "server"), "Microsoft-IIS/10.0");
    ck_assert_str_eq(reply_find_header(reply, "EMPTY"), "");
    ck_assert_ptr_null(reply_find_header(reply, "Server2"));
    ck_assert(!reply->keep_alive);
    ck_assert_uint_eq(reply->version_minor, 1);
    reply_parser_destroy(parser);
}
END_TEST

static enum reply_result feed_repeated(const char *start, const char *text,
                                       size_t times)
{
    struct reply_parser *parser = reply_parser_create(false, 0);
    struct buf in = BUF_EMPTY;
    enum reply_result result;

    buf_append_string(&in, start);
    for (size_t i = 0; i < times; i++) {
        buf_append_string(&in, text);
    }
    run(parser, buf_slice(&in), 1000, &result);
    buf_finish(&in);
    reply_parser_destroy(parser);
    return result;
}

START_TEST(reply_limits)
{
    ck_assert_int_eq(feed_repeated("HTTP/1.1 200 OK\r\n", "A: b\r\n", 101),
                     REPLY_TOO_LARGE);
    ck_assert_int_eq(feed_repeated("HTTP/1.1 200 OK\r\nA: ", "bbbbbbbb", 10000),
                     REPLY_TOO_LARGE);
    ck_assert_int_eq(feed_repeated("HTTP/1.1 200 ", "bbbbbbbb", 10000),
                     REPLY_TOO_LARGE);
    ck_assert_int_eq(feed_repeated("", "HTTP/1.1 100 Continue\r\n\r\n", 17), REPLY_BAD);
    ck_assert_int_eq(
        feed_repeated("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
                      "bbbbbbbb", 200000),
        REPLY_TOO_LARGE);
}
END_TEST

static const struct {
    size_t head_len;
    size_t step; /* bytes in one feed */
    enum reply_result result;
} heads[] = {
    { REPLY_HEAD_BYTES_MAX, 1000, REPLY_COMPLETE },
    { REPLY_HEAD_BYTES_MAX, SIZE_MAX, REPLY_COMPLETE },
    { REPLY_HEAD_BYTES_MAX + 2, 1000, REPLY_TOO_LARGE },
    { REPLY_HEAD_BYTES_MAX + 2, SIZE_MAX, REPLY_TOO_LARGE },
};

START_TEST(the_limit_of_a_head_does_not_depend_on_pieces)
{
    static const char start[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: ";
    struct reply_parser *parser = reply_parser_create(false, 0);
    struct buf in = BUF_EMPTY;
    enum reply_result result;

    buf_append_string(&in, start);
    while (in.len < heads[_i].head_len - 4) {
        buf_append_byte(&in, 'b');
    }
    buf_append_string(&in, "\r\n\r\n");
    run(parser, buf_slice(&in), heads[_i].step, &result);
    ck_assert_msg(result == heads[_i].result, "%zu bytes by %zu: %d",
                  heads[_i].head_len, heads[_i].step, (int)result);
    buf_finish(&in);
    reply_parser_destroy(parser);
}
END_TEST

/* Damaged answers: any result is right that is one, and nothing is overrun. */
START_TEST(reply_survives_mutation)
{
    uint32_t seed = 12345;
    for (int round = 0; round < 4000; round++) {
        const struct row *row = &rows[(size_t)round % ARRAY_LEN(rows)];
        struct reply_parser *parser = reply_parser_create(row->to_head, 64);
        struct buf in = BUF_EMPTY;
        enum reply_result result;

        buf_append_slice(&in, row->in);
        for (int change = 0; change < 3 && in.len > 0; change++) {
            seed = seed * 1664525 + 1013904223;
            in.data[(seed >> 8) % in.len] = (uint8_t)(seed >> 24);
        }
        run(parser, buf_slice(&in), 1 + (seed >> 16) % 40, &result);
        ck_assert_msg(result != REPLY_MORE, "round %d: no end", round);
        ck_assert_uint_le(reply_parser_reply(parser)->body.len, 64);
        buf_finish(&in);
        reply_parser_destroy(parser);
    }
}
END_TEST

START_TEST(reply_survives_lack_of_memory)
{
    for (size_t n = 1; n < 12; n++) {
        mem_fail_after(n);
        struct reply_parser *parser = reply_parser_create(false, 0);
        enum reply_result result = REPLY_MORE;
        if (parser != NULL) {
            run(parser, rows[0].in, SIZE_MAX, &result);
        }
        mem_fail_after(0);
        ck_assert_msg(parser == NULL || result == REPLY_COMPLETE ||
                          result == REPLY_TOO_LARGE || result == REPLY_BAD,
                      "allocation %zu: %d", n, (int)result);
        reply_parser_destroy(parser);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("reply");
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, reply_rows, 0, (int)ARRAY_LEN(rows));
    tcase_add_test(tc, reply_fields);
    tcase_add_test(tc, reply_limits);
    tcase_add_loop_test(tc, the_limit_of_a_head_does_not_depend_on_pieces, 0,
                        (int)ARRAY_LEN(heads));
    tcase_add_test(tc, reply_survives_mutation);
    tcase_add_test(tc, reply_survives_lack_of_memory);
    suite_add_tcase(s, tc);
    return s;
}
