/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "http/request_parser.h"
#include "support/bytes.h"
#include "support/check_main.h"

#include <stdint.h>
#include <string.h>

#define HOST               "Host: a\r\n"
#define TOO_LARGE_BODY_MAX 16

/* clang-format off */

/* ---- requests that are right */

static const struct good {
    const char *label;
    struct slice in;
    enum request_method method;
    const char *target, *path, *query, *host, *host_name, *body;
    bool keep_alive, has_body, expects_continue;
    size_t left; /* bytes of the next request */
} goods[] = {
    { "simple", LITERAL("GET / HTTP/1.1\r\nHost: localhost:8443\r\n\r\n"), REQUEST_METHOD_GET,
      "/", "/", "", "localhost:8443", "localhost", "", true, false, false, 0 },
    { "1.0 without Host", LITERAL("GET /a HTTP/1.0\r\n\r\n"), REQUEST_METHOD_GET,
      "/a", "/a", "", "", "", "", false, false, false, 0 },
    { "1.2 is answered as 1.1", LITERAL("GET / HTTP/1.2\r\n" HOST "\r\n"), REQUEST_METHOD_GET,
      "/", "/", "", "a", "a", "", true, false, false, 0 },
    { "1.9 with a body", LITERAL("POST / HTTP/1.9\r\n" HOST "Content-Length: 1\r\n\r\nx"), REQUEST_METHOD_POST,
      "/", "/", "", "a", "a", "x", true, true, false, 0 },
    { "1.0 that stays", LITERAL("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"), REQUEST_METHOD_GET,
      "/", "/", "", "", "", "", true, false, false, 0 },
    { "1.1 that closes", LITERAL("HEAD / HTTP/1.1\r\n" HOST "Connection: foo, Close\r\n\r\n"), REQUEST_METHOD_HEAD,
      "/", "/", "", "a", "a", "", false, false, false, 0 },
    { "empty lines before", LITERAL("\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n"), REQUEST_METHOD_GET,
      "/", "/", "", "a", "a", "", true, false, false, 0 },
    { "query", LITERAL("GET /x?a=%41&b=/../? HTTP/1.1\r\n" HOST "\r\n"), REQUEST_METHOD_GET,
      "/x?a=%41&b=/../?", "/x", "a=%41&b=/../?", "a", "a", "", true, false, false, 0 },
    { "decoded once", LITERAL("GET /%61%252f%20b HTTP/1.1\r\n" HOST "\r\n"), REQUEST_METHOD_GET,
      "/%61%252f%20b", "/a%2f b", "", "a", "a", "", true, false, false, 0 },
    { "dot segments", LITERAL("GET /a/./b/%2e%2E/../c/. HTTP/1.1\r\n" HOST "\r\n"), REQUEST_METHOD_GET,
      "/a/./b/%2e%2E/../c/.", "/c/", "", "a", "a", "", true, false, false, 0 },
    { "above the root", LITERAL("GET /../..%2f../etc/.. HTTP/1.1\r\n" HOST "\r\n"), REQUEST_METHOD_GET,
      "/../..%2f../etc/..", "/", "", "a", "a", "", true, false, false, 0 },
    { "dots that are names", LITERAL("GET /.a/..b/... HTTP/1.1\r\n" HOST "\r\n"), REQUEST_METHOD_GET,
      "/.a/..b/...", "/.a/..b/...", "", "a", "a", "", true, false, false, 0 },
    { "absolute target wins", LITERAL("GET hTTps://Site.example:444/p?q HTTP/1.1\r\n" HOST "\r\n"), REQUEST_METHOD_GET,
      "hTTps://Site.example:444/p?q", "/p", "q", "Site.example:444", "Site.example", "", true, false, false, 0 },
    { "absolute without path", LITERAL("GET http://[::1]?q HTTP/1.1\r\n" HOST "\r\n"), REQUEST_METHOD_GET,
      "http://[::1]?q", "/", "q", "[::1]", "[::1]", "", true, false, false, 0 },
    { "asterisk", LITERAL("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), REQUEST_METHOD_OPTIONS,
      "*", "*", "", "a", "a", "", true, false, false, 0 },
    { "CONNECT is not ours", LITERAL("CONNECT b:443 HTTP/1.1\r\n" HOST "\r\n"), REQUEST_METHOD_OTHER,
      "b:443", "", "", "b:443", "b", "", false, false, false, 0 },
    { "another method", LITERAL("DELETE /x HTTP/1.1\r\n" HOST "\r\n"), REQUEST_METHOD_OTHER,
      "/x", "/x", "", "a", "a", "", true, false, false, 0 },
    { "IPv6 host", LITERAL("GET / HTTP/1.1\r\nHost: [2001:db8::1]:8443\r\n\r\n"), REQUEST_METHOD_GET,
      "/", "/", "", "[2001:db8::1]:8443", "[2001:db8::1]", "", true, false, false, 0 },
    { "blanks around a value", LITERAL("GET / HTTP/1.1\r\nHost:\t a \t\r\n\r\n"), REQUEST_METHOD_GET,
      "/", "/", "", "a", "a", "", true, false, false, 0 },
    { "pipelined", LITERAL("GET /1 HTTP/1.1\r\n" HOST "\r\nGET /2 HTTP/1.1\r\n"), REQUEST_METHOD_GET,
      "/1", "/1", "", "a", "a", "", true, false, false, 17 },
    { "closing, with more behind", LITERAL("GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\nXYZ"), REQUEST_METHOD_GET,
      "/", "/", "", "a", "a", "", false, false, false, 3 },
    { "upgrade is ignored", LITERAL("GET / HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\nXYZ"), REQUEST_METHOD_GET,
      "/", "/", "", "a", "a", "", true, false, false, 3 },
    { "body", LITERAL("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhelloGET"), REQUEST_METHOD_POST,
      "/", "/", "", "a", "a", "hello", true, true, false, 3 },
    { "empty body", LITERAL("POST / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\nGET"), REQUEST_METHOD_POST,
      "/", "/", "", "a", "a", "", true, false, false, 3 },
    { "upgrade with a body", LITERAL("POST / HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: x\r\nContent-Length: 2\r\n\r\nhiX"), REQUEST_METHOD_POST,
      "/", "/", "", "a", "a", "hi", true, true, false, 1 },
    { "chunks", LITERAL("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n02;x=\"y\"\r\nde\r\n0\r\nT: r\r\n\r\nGET"), REQUEST_METHOD_POST,
      "/", "/", "", "a", "a", "abcde", true, true, false, 3 },
    { "expects", LITERAL("POST / HTTP/1.1\r\n" HOST "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\nx"), REQUEST_METHOD_POST,
      "/", "/", "", "a", "a", "x", true, true, true, 0 },
    { "expects with nothing to come", LITERAL("GET / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n\r\n"), REQUEST_METHOD_GET,
      "/", "/", "", "a", "a", "", true, false, false, 0 },
    { "GET with a body", LITERAL("GET / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabcd"), REQUEST_METHOD_GET,
      "/", "/", "", "a", "a", "abc", true, true, false, 1 },
    { "bytes over 0x7f in a value", LITERAL("GET / HTTP/1.1\r\n" HOST "X: M\xc3\xbcller\r\n\r\n"), REQUEST_METHOD_GET,
      "/", "/", "", "a", "a", "", true, false, false, 0 },
};

/* ---- requests that are wrong, among them those that smuggle */

#define CHUNKED "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"

static const struct bad {
    const char *label;
    struct slice in;
    int status;
    const char *method; /* what is known of it for the log */
    const char *target;
} bads[] = {
    { "TLS", LITERAL("\x16\x03\x01\x02\x00\x01"), 400, "", "" },
    { "NUL first", LITERAL("\0"), 400, "", "" },
    { "no target", LITERAL("GET\r\n"), 400, "", "" },
    { "no version", LITERAL("GET /\r\n"), 400, "GET", "/" },
    { "two blanks", LITERAL("GET  / HTTP/1.1\r\n"), 400, "GET", "" },
    { "blank first", LITERAL(" GET / HTTP/1.1\r\n"), 400, "", "" },
    { "blank last", LITERAL("GET / HTTP/1.1 \r\n"), 400, "GET", "/" },
    { "three empty lines", LITERAL("\r\n\r\n\r\nGET / HTTP/1.1\r\n"), 400, "", "" },
    { "no token", LITERAL("G(T / HTTP/1.1\r\n"), 400, "", "" },
    { "lower case is another method", LITERAL("get / HTTP/1.1\r\n"), 501, "get", "/" },
    { "unknown method", LITERAL("BREW /pot HTTP/1.1\r\n"), 501, "BREW", "/pot" },
    { "WebDAV", LITERAL("PROPFIND / HTTP/1.1\r\n"), 501, "PROPFIND", "/" },
    { "HTTP/2 preface", LITERAL("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505, "PRI", "*" },
    { "2.0", LITERAL("GET / HTTP/2.0\r\n"), 505, "GET", "/" },
    { "0.9", LITERAL("GET / HTTP/0.9\r\n"), 505, "GET", "/" },
    { "1.10", LITERAL("GET / HTTP/1.10\r\n"), 400, "GET", "/" },
    { "RTSP", LITERAL("OPTIONS / RTSP/1.0\r\n"), 400, "OPTIONS", "/" },
    { "bare LF", LITERAL("GET / HTTP/1.1\n"), 400, "", "" },
    { "bare CR in the line", LITERAL("GET /\r HTTP/1.1\r\n"), 400, "", "" },

    { "asterisk with GET", LITERAL("GET * HTTP/1.1\r\n"), 400, "GET", "*" },
    { "fragment", LITERAL("GET /a#b HTTP/1.1\r\n"), 400, "GET", "/a#b" },
    { "no slash", LITERAL("GET a HTTP/1.1\r\n"), 400, "GET", "a" },
    { "another scheme", LITERAL("GET ftp://a/ HTTP/1.1\r\n"), 400, "GET", "ftp://a/" },
    { "userinfo", LITERAL("GET http://u:p@a/ HTTP/1.1\r\n"), 400, "GET", "http://u:p@a/" },
    { "no authority", LITERAL("GET http:///a HTTP/1.1\r\n"), 400, "GET", "http:///a" },
    { "NUL in the path", LITERAL("GET /%00 HTTP/1.1\r\n"), 400, "GET", "/%00" },
    { "bad percent", LITERAL("GET /%zz HTTP/1.1\r\n"), 400, "GET", "/%zz" },
    { "high byte in the target", LITERAL("GET /\xc3\xa9 HTTP/1.1\r\n"), 400, "", "" },

    { "no Host", LITERAL("GET / HTTP/1.1\r\nX: y\r\n\r\n"), 400, "GET", "/" },
    { "two Hosts", LITERAL("GET / HTTP/1.1\r\n" HOST HOST "\r\n"), 400, "GET", "/" },
    { "two Hosts in 1.0", LITERAL("GET / HTTP/1.0\r\n" HOST HOST "\r\n"), 400, "GET", "/" },
    { "empty Host", LITERAL("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400, "GET", "/" },
    { "Host with a path", LITERAL("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400, "GET", "/" },
    { "Host with markup", LITERAL("GET / HTTP/1.1\r\nHost: <b>\r\n\r\n"), 400, "GET", "/" },
    { "Host list", LITERAL("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400, "GET", "/" },
    { "Host with a large port", LITERAL("GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"), 400, "GET", "/" },
    { "Host, half a literal", LITERAL("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"), 400, "GET", "/" },
    { "absolute, but no Host", LITERAL("GET http://a/ HTTP/1.1\r\n\r\n"), 400, "GET", "http://a/" },
    { "absolute, bad Host", LITERAL("GET http://a/ HTTP/1.1\r\nHost: <\r\n\r\n"), 400, "GET", "http://a/" },

    { "folded field", LITERAL("GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n"), 400, "GET", "/" },
    { "blank before the first field", LITERAL("GET / HTTP/1.1\r\n Content-Length: 3\r\n" HOST "\r\n"), 400, "GET", "/" },
    { "blank before the colon", LITERAL("GET / HTTP/1.1\r\nHost : a\r\n\r\n"), 400, "GET", "/" },
    { "blank in a name", LITERAL("GET / HTTP/1.1\r\n" HOST "X Y: a\r\n\r\n"), 400, "GET", "/" },
    { "no colon", LITERAL("GET / HTTP/1.1\r\n" HOST "X\r\n\r\n"), 400, "GET", "/" },
    { "no name", LITERAL("GET / HTTP/1.1\r\n" HOST ": x\r\n\r\n"), 400, "GET", "/" },
    { "NUL in a value", LITERAL("GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n"), 400, "GET", "/" },
    { "NUL in a name", LITERAL("GET / HTTP/1.1\r\n" HOST "X\0: a\r\n\r\n"), 400, "GET", "/" },
    { "control in a value", LITERAL("GET / HTTP/1.1\r\n" HOST "X: a\x01\r\n\r\n"), 400, "GET", "/" },
    { "bare CR ends a field", LITERAL("GET / HTTP/1.1\r\n" HOST "X: a\rTransfer-Encoding: chunked\r\n\r\n"), 400, "GET", "/" },
    { "bare LF ends a field", LITERAL("GET / HTTP/1.1\r\n" HOST "X: a\nY: b\r\n\r\n"), 400, "GET", "/" },
    { "LF LF ends the head", LITERAL("GET / HTTP/1.1\r\n" HOST "\n"), 400, "GET", "/" },
    { "CR CR LF", LITERAL("GET / HTTP/1.1\r\n" HOST "X: a\r\r\n\r\n"), 400, "GET", "/" },

    { "POST without length", LITERAL("POST / HTTP/1.1\r\n" HOST "\r\n"), 411, "POST", "/" },
    { "two lengths", LITERAL("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"), 400, "POST", "/" },
    { "the same length twice", LITERAL("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"), 400, "POST", "/" },
    { "a list of lengths", LITERAL("POST / HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\n"), 400, "POST", "/" },
    { "length with a sign", LITERAL("POST / HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\n"), 400, "POST", "/" },
    { "negative length", LITERAL("POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n"), 400, "POST", "/" },
    { "length in hex", LITERAL("POST / HTTP/1.1\r\n" HOST "Content-Length: 0x5\r\n\r\n"), 400, "POST", "/" },
    { "no number", LITERAL("POST / HTTP/1.1\r\n" HOST "Content-Length: \r\n\r\n"), 400, "POST", "/" },
    { "blank in a length", LITERAL("POST / HTTP/1.1\r\n" HOST "Content-Length: 1 2\r\n\r\n"), 400, "POST", "/" },
    { "length over 64 bits", LITERAL("POST / HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551617\r\n\r\n"), 400, "POST", "/" },
    { "CL.TE", LITERAL("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400, "POST", "/" },
    { "TE.CL", LITERAL("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"), 400, "POST", "/" },
    { "TE twice", LITERAL("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"), 400, "POST", "/" },
    { "TE, then identity", LITERAL("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"), 400, "POST", "/" },
    { "TE not ending in chunked", LITERAL("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, gzip\r\n\r\n"), 400, "POST", "/" },
    { "TE xchunked", LITERAL("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n"), 400, "POST", "/" },
    { "TE chunkedx", LITERAL("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunkedx\r\n\r\n"), 400, "POST", "/" },
    { "TE with a vertical tab", LITERAL("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \x0b" "chunked\r\n\r\n"), 400, "POST", "/" },
    { "TE empty", LITERAL("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\r\n"), 400, "POST", "/" },
    { "TE gzip, chunked", LITERAL("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n"), 501, "POST", "/" },
    { "TE in 1.0", LITERAL("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400, "POST", "/" },
    { "TE with a GET and a length", LITERAL("GET / HTTP/1.1\r\n" HOST "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400, "GET", "/" },

    { "body over the limit", LITERAL("POST / HTTP/1.1\r\n" HOST "Content-Length: 17\r\n\r\n"), 413, "POST", "/" },
    { "chunks over the limit", LITERAL(CHUNKED "a\r\n0123456789\r\n7\r\n0123456\r\n0\r\n\r\n"), 413, "POST", "/" },
    { "chunk of 2^63 - 1", LITERAL(CHUNKED "7fffffffffffffff\r\n"), 413, "POST", "/" },
    { "second chunk of 2^63 - 1", LITERAL(CHUNKED "1\r\na\r\n7FFFFFFFFFFFFFFF\r\n"), 413, "POST", "/" },
    { "chunk size is no number", LITERAL(CHUNKED "x\r\n"), 400, "POST", "/" },
    { "chunk size with 0x", LITERAL(CHUNKED "0x1\r\na\r\n0\r\n\r\n"), 400, "POST", "/" },
    { "chunk size with a sign", LITERAL(CHUNKED "+1\r\na\r\n0\r\n\r\n"), 400, "POST", "/" },
    { "chunk size after a blank", LITERAL(CHUNKED " 1\r\na\r\n0\r\n\r\n"), 400, "POST", "/" },
    { "blank after a chunk size", LITERAL(CHUNKED "1 \r\na\r\n0\r\n\r\n"), 400, "POST", "/" },
    { "empty chunk size", LITERAL(CHUNKED "\r\n"), 400, "POST", "/" },
    { "chunk size over 64 bits", LITERAL(CHUNKED "10000000000000001\r\na\r\n0\r\n\r\n"), 400, "POST", "/" },
    { "bare LF behind a chunk size", LITERAL(CHUNKED "1\na\r\n0\r\n\r\n"), 400, "POST", "/" },
    { "bare CR behind a chunk size", LITERAL(CHUNKED "1\ra\r\n0\r\n\r\n"), 400, "POST", "/" },
    { "chunk longer than told", LITERAL(CHUNKED "1\r\nab\r\n0\r\n\r\n"), 400, "POST", "/" },
    { "bare LF behind a chunk", LITERAL(CHUNKED "1\r\na\n0\r\n\r\n"), 400, "POST", "/" },
    { "bare CR behind a chunk", LITERAL(CHUNKED "1\r\na\rX0\r\n\r\n"), 400, "POST", "/" },
    { "bare LF in an extension", LITERAL(CHUNKED "1;x\na\r\n0\r\n\r\n"), 400, "POST", "/" },
    { "bare CR in an extension", LITERAL(CHUNKED "1;x\rya\r\n0\r\n\r\n"), 400, "POST", "/" },
    { "bare LF in a quoted extension", LITERAL(CHUNKED "1;x=\"\n\"\r\na\r\n0\r\n\r\n"), 400, "POST", "/" },
    { "bare LF ends the last chunk", LITERAL(CHUNKED "0\n\r\n"), 400, "POST", "/" },
    { "bare LF ends the trailers", LITERAL(CHUNKED "0\r\n\n"), 400, "POST", "/" },
    { "bare CR in a trailer", LITERAL(CHUNKED "0\r\nT: a\rU: b\r\n\r\n"), 400, "POST", "/" },
    { "bare LF ends a trailer", LITERAL(CHUNKED "0\r\nT: a\nU: b\r\n\r\n"), 400, "POST", "/" },
    { "folded trailer", LITERAL(CHUNKED "0\r\nT: a\r\n b\r\n\r\n"), 400, "POST", "/" },
};
/* clang-format on */

/* Feeds in pieces of `step` bytes until a result; counts HEADs; returns what was
 * not taken. */
static size_t run(struct request_parser *parser, struct slice in, size_t step,
                  enum request_result *ret_result, int *n_heads)
{
    *ret_result = REQUEST_MORE;
    *n_heads = 0;
    while (in.len > 0 && (*ret_result == REQUEST_MORE || *ret_result == REQUEST_HEAD)) {
        struct slice piece = slice_part(in, 0, step);
        size_t consumed = 0;
        *ret_result = request_parser_feed(parser, piece, &consumed);
        *n_heads += *ret_result == REQUEST_HEAD;
        ck_assert_uint_le(consumed, piece.len);
        ck_assert_msg(*ret_result != REQUEST_MORE || consumed == piece.len,
                      "no progress");
        in = slice_part(in, consumed, in.len);
    }
    return in.len;
}

static void check_good(const struct good *row, struct request_parser *parser,
                       size_t step)
{
    const struct request *request = request_parser_request(parser);
    enum request_result result;
    int n_heads;
    size_t left = run(parser, row->in, step, &result, &n_heads);

    ck_assert_msg(result == REQUEST_COMPLETE, "%s/%zu: %d: %s", row->label, step,
                  (int)result, request_parser_reason(parser));
    ck_assert_msg(left == row->left, "%s/%zu: %zu left", row->label, step, left);
    ck_assert_msg(n_heads == row->has_body, "%s/%zu: %d heads", row->label, step,
                  n_heads);
    ck_assert_msg(request->method == row->method, "%s: method", row->label);
    const char *const texts[][2] = {
        { request->target, row->target },       { request->path, row->path },
        { request->query, row->query },         { request->host, row->host },
        { request->host_name, row->host_name },
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        ck_assert_msg(strcmp(texts[i][0], texts[i][1]) == 0, "%s/%zu: %s is not %s",
                      row->label, step, texts[i][0], texts[i][1]);
    }
    ck_assert_msg(slice_equals_string(request->body, row->body), "%s/%zu: body",
                  row->label, step);
    ck_assert_msg(request->keep_alive == row->keep_alive, "%s: keep_alive", row->label);
    ck_assert_msg(request->has_body == row->has_body, "%s: has_body", row->label);
    ck_assert_msg(request->expects_continue == row->expects_continue, "%s: expect",
                  row->label);
    request_parser_next(parser);
    ck_assert_msg(request_parser_is_idle(parser), "%s: not idle", row->label);
}

START_TEST(request_good_rows)
{
    /* One parser for all: nothing of a request may stay for the next. */
    struct request_parser *parser = request_parser_create(TOO_LARGE_BODY_MAX);
    for (size_t step = 1; step <= 8; step++) {
        check_good(&goods[_i], parser, step);
    }
    check_good(&goods[_i], parser, SIZE_MAX);
    request_parser_destroy(parser);
}
END_TEST

static void check_bad(const struct bad *row, size_t step)
{
    struct request_parser *parser = request_parser_create(TOO_LARGE_BODY_MAX);
    const struct request *request = request_parser_request(parser);
    enum request_result result;
    size_t consumed = 1;
    int n_heads;
    run(parser, row->in, step, &result, &n_heads);

    ck_assert_msg(result == REQUEST_BAD, "%s/%zu: result %d", row->label, step,
                  (int)result);
    ck_assert_msg((int)request_parser_status(parser) == row->status, "%s/%zu: %d: %s",
                  row->label, step, (int)request_parser_status(parser),
                  request_parser_reason(parser));
    ck_assert_msg(response_reason(row->status) != NULL, "%s: no such status",
                  row->label);
    ck_assert_msg(*request_parser_reason(parser) != 0, "%s: no reason", row->label);
    ck_assert_msg(strcmp(request->method_text, row->method) == 0, "%s/%zu: method %s",
                  row->label, step, request->method_text);
    ck_assert_msg(strcmp(request->target, row->target) == 0, "%s/%zu: target %s",
                  row->label, step, request->target);
    ck_assert_msg(!request->keep_alive, "%s: keeps alive", row->label);
    ck_assert_msg(request_parser_feed(parser, slice_from_string("GET"), &consumed) ==
                          REQUEST_BAD &&
                      consumed == 0,
                  "%s: goes on", row->label);
    request_parser_destroy(parser);
}

START_TEST(request_bad_rows)
{
    for (size_t step = 1; step <= 8; step++) {
        check_bad(&bads[_i], step);
    }
    check_bad(&bads[_i], SIZE_MAX);
}
END_TEST

/* ---- limits */

static const struct {
    const char *label;
    const char *start;
    const char *repeated;
    size_t times;
    const char *last;
    int status; /* 0 = right */
} limits[] = {
    { "line that fits", "GET /", "aaaaaaaa", 1000, " HTTP/1.1\r\n" HOST "\r\n", 0 },
    { "line too long", "GET /", "aaaaaaaa", 1024, " HTTP/1.1\r\n" HOST "\r\n", 414 },
    { "endless line", "GET /", "aaaaaaaa", 100000, "", 414 },
    { "endless method", "", "AAAAAAAA", 100000, "", 414 },
    { "100 fields", "GET / HTTP/1.1\r\n" HOST, "X: y\r\n", 99, "\r\n", 0 },
    { "101 fields", "GET / HTTP/1.1\r\n" HOST, "X: y\r\n", 100, "\r\n", 431 },
    { "a value that fits", "GET / HTTP/1.1\r\n" HOST "X: ", "aaaaaaaa", 2000,
      "\r\n\r\n", 0 },
    { "fields too large", "GET / HTTP/1.1\r\n" HOST "X: ", "aaaaaaaa", 2100, "\r\n\r\n",
      431 },
    { "endless field", "GET / HTTP/1.1\r\n" HOST "X: ", "aaaaaaaa", 100000, "", 431 },
    { "endless name", "GET / HTTP/1.1\r\n", "aaaaaaaa", 100000, "", 431 },
    { "endless extension", CHUNKED "1;", "aaaaaaaa", 100000, "", 400 },
    { "endless trailers", CHUNKED "0\r\n", "T: r\r\n", 100000, "", 400 },
    { "endless zeros in a chunk size", CHUNKED, "0000000", 100000, "", 400 },
};

START_TEST(request_limits)
{
    struct request_parser *parser = request_parser_create(0);
    struct buf in = BUF_EMPTY;
    enum request_result result;
    int n_heads;

    buf_append_string(&in, limits[_i].start);
    for (size_t i = 0; i < limits[_i].times; i++) {
        buf_append_string(&in, limits[_i].repeated);
    }
    buf_append_string(&in, limits[_i].last);
    run(parser, buf_slice(&in), 777, &result, &n_heads);
    ck_assert_msg((int)request_parser_status(parser) == limits[_i].status, "%s: %d: %s",
                  limits[_i].label, (int)request_parser_status(parser),
                  request_parser_reason(parser));
    ck_assert_msg(result == (limits[_i].status == 0 ? REQUEST_COMPLETE : REQUEST_BAD),
                  "%s: %d", limits[_i].label, (int)result);
    buf_finish(&in);
    request_parser_destroy(parser);
}
END_TEST

/* ---- the rest */

START_TEST(request_fields)
{
    struct request_parser *parser = request_parser_create(0);
    const struct request *request = request_parser_request(parser);
    enum request_result result;
    int n_heads;

    run(parser,
        slice_from_string("GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: curl/8 "
                          "\r\nreferer: https://b/\r\n"
                          "Empty:\r\nX: 1\r\nX: 2\r\n\r\n"),
        5, &result, &n_heads);
    ck_assert_int_eq(result, REQUEST_COMPLETE);
    ck_assert_str_eq(request->user_agent, "curl/8");
    ck_assert_str_eq(request->referer, "https://b/");
    ck_assert_uint_eq(request->n_headers, 6);
    ck_assert_str_eq(request_find_header(request, "EMPTY"), "");
    ck_assert_str_eq(request_find_header(request, "x"), "1");
    ck_assert_str_eq(request->headers[5].value, "2");
    ck_assert_ptr_null(request_find_header(request, "Y"));
    request_parser_destroy(parser);
}
END_TEST

/* RFC 9110 7.4: an https resource is for connections that TLS secures. */
START_TEST(request_for_https_in_the_clear)
{
    static const struct {
        const char *line;
        unsigned status; /* 0 = complete */
    } rows[] = {
        { "GET https://a/ HTTP/1.1\r\n" HOST "\r\n", 421 },
        { "POST HTTPS://a/mint HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx", 421 },
        { "GET http://a/ HTTP/1.1\r\n" HOST "\r\n", 0 },
        { "GET / HTTP/1.1\r\n" HOST "\r\n", 0 },
    };
    for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++) {
        bool is_plain = i < ARRAY_LEN(rows);
        unsigned status = is_plain ? rows[i].status : 0;
        struct slice bytes = slice_from_string(rows[i % ARRAY_LEN(rows)].line);
        struct request_parser *parser = request_parser_create(0);
        enum request_result result = REQUEST_HEAD;
        size_t n = 0;
        if (is_plain) {
            request_parser_set_plain(parser);
        }
        while (result == REQUEST_HEAD) {
            result = request_parser_feed(parser, bytes, &n);
            bytes = slice_part(bytes, n, bytes.len);
        }
        ck_assert_int_eq(result, status == 0 ? REQUEST_COMPLETE : REQUEST_BAD);
        if (status != 0) {
            ck_assert_uint_eq(request_parser_status(parser), status);
            ck_assert_str_eq(request_parser_reason(parser),
                             "This connection is not secured by TLS, and a request for "
                             "https has to be.");
        }
        request_parser_destroy(parser);
    }
}
END_TEST

START_TEST(request_idle_until_the_first_byte)
{
    struct request_parser *parser = request_parser_create(0);
    size_t consumed;
    ck_assert(request_parser_is_idle(parser));
    ck_assert_int_eq(request_parser_feed(parser, SLICE_EMPTY, &consumed), REQUEST_MORE);
    ck_assert_int_eq(request_parser_feed(parser, slice_from_string("\r\n"), &consumed),
                     REQUEST_MORE);
    ck_assert(request_parser_is_idle(parser));
    ck_assert_int_eq(request_parser_feed(parser, slice_from_string("G"), &consumed),
                     REQUEST_MORE);
    ck_assert(!request_parser_is_idle(parser));
    request_parser_destroy(parser);
}
END_TEST

/* Damaged requests: fed whole and byte by byte they must mean the same, for a
 * difference is what smuggling is made of. */
START_TEST(request_survives_mutation)
{
    uint32_t seed = 20261122;
    for (int round = 0; round < 6000; round++) {
        size_t pick = (size_t)round % (ARRAY_LEN(goods) + ARRAY_LEN(bads));
        struct slice row =
            pick < ARRAY_LEN(goods) ? goods[pick].in : bads[pick - ARRAY_LEN(goods)].in;
        struct request_parser *whole = request_parser_create(TOO_LARGE_BODY_MAX);
        struct request_parser *bytewise = request_parser_create(TOO_LARGE_BODY_MAX);
        struct buf in = BUF_EMPTY;
        enum request_result results[2];
        int n_heads;

        buf_append_slice(&in, row);
        for (int change = 0; change < 3; change++) {
            static const char spice[] = "\r\n\0 :;,%/0aA\xff";
            seed = seed * 1664525 + 1013904223;
            in.data[(seed >> 8) % in.len] =
                (uint8_t)spice[(seed >> 24) % sizeof(spice)];
        }
        size_t left = run(whole, buf_slice(&in), SIZE_MAX, &results[0], &n_heads);
        size_t left_bytewise = run(bytewise, buf_slice(&in), 1, &results[1], &n_heads);
        ck_assert_msg(results[0] == results[1] ||
                          (results[0] == REQUEST_HEAD && results[1] == REQUEST_MORE),
                      "round %d: %d and %d", round, (int)results[0], (int)results[1]);
        if (results[0] == REQUEST_COMPLETE) {
            ck_assert_msg(left == left_bytewise, "round %d: ends differ", round);
            ck_assert_msg(slice_equal(request_parser_request(whole)->body,
                                      request_parser_request(bytewise)->body),
                          "round %d: bodies differ", round);
        }
        ck_assert_int_eq((int)request_parser_status(whole),
                         (int)request_parser_status(bytewise));
        buf_finish(&in);
        request_parser_destroy(whole);
        request_parser_destroy(bytewise);
    }
}
END_TEST

START_TEST(request_survives_lack_of_memory)
{
    struct slice in =
        slice_from_string("POST /x HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\n\r\nhi");
    bool completed = false;
    for (size_t n = 1; n < 12; n++) {
        mem_fail_after(n);
        struct request_parser *parser = request_parser_create(0);
        enum request_result result = REQUEST_BAD;
        int n_heads;
        if (parser != NULL) {
            run(parser, in, SIZE_MAX, &result, &n_heads);
        }
        mem_fail_after(0);
        completed = result == REQUEST_COMPLETE;
        ck_assert_msg(completed || result == REQUEST_BAD, "allocation %zu: %d", n,
                      (int)result);
        request_parser_destroy(parser);
    }
    ck_assert_msg(completed, "12 allocations do not do");
}
END_TEST

/* What all bodies take is bounded, and given back: by the next request, by an end, and
 * by a refusal. */
START_TEST(bodies_share_room)
{
    static const char head[] =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 600\r\n\r\n";
    static uint8_t body[600];
    struct request_room room = { .max = 2048 };
    struct request_parser *parsers[4];
    size_t consumed;

    for (size_t i = 0; i < ARRAY_LEN(parsers); i++) {
        parsers[i] = request_parser_create(0);
        request_parser_body(parsers[i])->room = &room;
        ck_assert_int_eq(
            request_parser_feed(parsers[i], slice_from_string(head), &consumed),
            REQUEST_HEAD);
    }
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(request_parser_feed(parsers[i],
                                             (struct slice){ body, sizeof body },
                                             &consumed),
                         REQUEST_COMPLETE);
        ck_assert_uint_eq(request_parser_request(parsers[i])->body.len, sizeof body);
    }
    ck_assert_uint_ge(room.n_bytes, 2 * sizeof body);
    size_t full = room.n_bytes;
    ck_assert_int_eq(
        request_parser_feed(parsers[2], (struct slice){ body, sizeof body }, &consumed),
        REQUEST_BAD);
    ck_assert_int_eq(request_parser_status(parsers[2]), RESPONSE_UNAVAILABLE);
    ck_assert_uint_eq(room.n_bytes, full);
    request_parser_next(parsers[0]);
    ck_assert_uint_lt(room.n_bytes, full);
    request_parser_body(parsers[3])->is_skipped = true;
    full = room.n_bytes;
    ck_assert_int_eq(
        request_parser_feed(parsers[3], (struct slice){ body, sizeof body }, &consumed),
        REQUEST_COMPLETE);
    ck_assert_uint_eq(room.n_bytes, full);
    ck_assert_uint_eq(request_parser_request(parsers[3])->body.len, 0);
    ck_assert_uint_eq(request_parser_request(parsers[3])->body_size, sizeof body);
    for (size_t i = 0; i < ARRAY_LEN(parsers); i++) {
        request_parser_destroy(parsers[i]);
    }
    ck_assert_uint_eq(room.n_bytes, 0);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("request");
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, request_good_rows, 0, (int)ARRAY_LEN(goods));
    tcase_add_loop_test(tc, request_bad_rows, 0, (int)ARRAY_LEN(bads));
    tcase_add_loop_test(tc, request_limits, 0, (int)ARRAY_LEN(limits));
    tcase_add_test(tc, request_fields);
    tcase_add_test(tc, request_for_https_in_the_clear);
    tcase_add_test(tc, request_idle_until_the_first_byte);
    tcase_add_test(tc, request_survives_mutation);
    tcase_add_test(tc, request_survives_lack_of_memory);
    tcase_add_test(tc, bodies_share_room);
    suite_add_tcase(s, tc);
    return s;
}
