/* SPDX-License-Identifier: MIT
 *
 * Any bytes as pipelined requests: once whole, once in pieces. How the network cuts
 * them must make no difference. Input: a byte that seeds the sizes of the pieces, and
 * the bytes.
 */
#include "fuzz.h"

#include "http/request_parser.h"

#include <string.h>

#define BODY_MAX     ((size_t)4096)
#define REQUESTS_MAX 16

static void put(struct buf *out, const char *text)
{
    assert(text != NULL);
    buf_append_string(out, text);
    buf_append_byte(out, '\n');
}

/* All that is known of a request, as text. */
static void record(struct buf *out, const struct request *request)
{
    buf_printf(out, "%d %d %u %d %d %d %zu\n", (int)request->method, (int)request->form,
               request->version_minor, request->keep_alive, request->has_body,
               request->expects_continue, request->n_headers);
    put(out, request->method_text);
    put(out, request->target);
    put(out, request->path);
    put(out, request->query);
    put(out, request->host);
    put(out, request->host_name);
    put(out, request->user_agent);
    put(out, request->referer);
    for (size_t i = 0; i < request->n_headers; i++) {
        put(out, request->headers[i].name);
        put(out, request->headers[i].value);
    }
    buf_append_slice(out, request->body);
}

static void check(const struct request *request)
{
    assert(request->n_headers <= HEADER_COUNT_MAX && request->body.len <= BODY_MAX);
    if (request->form == REQUEST_TARGET_ORIGIN ||
        request->form == REQUEST_TARGET_ABSOLUTE) {
        assert(request->path[0] == '/' && strstr(request->path, "/../") == NULL);
    }
}

/* Feeds `bytes` in pieces of 1 to 255 bytes (step 0: whole); writes down what came. */
static void run(struct slice bytes, uint8_t step, struct buf *out)
{
    struct request_parser *parser = request_parser_create(BODY_MAX);
    enum request_result result = REQUEST_MORE;
    size_t n_requests = 0;
    unsigned size = step;
    assert(parser != NULL);

    while (bytes.len > 0 && result != REQUEST_BAD && n_requests < REQUESTS_MAX) {
        size = (size * 5 + 3) & 0xff;
        struct slice piece =
            slice_part(bytes, 0, step == 0 ? bytes.len : size % 64 + 1);
        size_t consumed = SIZE_MAX;
        result = request_parser_feed(parser, piece, &consumed);
        assert(consumed <= piece.len);
        assert(result != REQUEST_MORE || consumed == piece.len);
        if (result == REQUEST_HEAD) {
            check(request_parser_request(parser));
            buf_append_string(out, "head\n");
        } else if (result == REQUEST_COMPLETE) {
            check(request_parser_request(parser));
            record(out, request_parser_request(parser));
            request_parser_next(parser);
            assert(request_parser_is_idle(parser));
            n_requests++;
        }
        assert(consumed > 0 || result != REQUEST_MORE);
        bytes = slice_part(bytes, consumed, bytes.len);
    }
    buf_printf(out, "%s\n", result == REQUEST_BAD ? "bad" : "more");
    if (result == REQUEST_BAD) {
        buf_printf(out, "%d\n", (int)request_parser_status(parser));
        assert(request_parser_reason(parser)[0] != 0);
        assert(response_reason((int)request_parser_status(parser)) != NULL);
        record(out, request_parser_request(parser));
    }
    request_parser_destroy(parser);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice bytes = { data, len };
    struct buf whole = BUF_EMPTY;
    struct buf pieces = BUF_EMPTY;
    uint8_t step = fuzz_take_byte(&bytes);

    run(bytes, 0, &whole);
    run(bytes, (uint8_t)(step | 1), &pieces);
    assert(slice_equal(buf_slice(&whole), buf_slice(&pieces)));
    buf_finish(&whole);
    buf_finish(&pieces);
    return 0;
}
