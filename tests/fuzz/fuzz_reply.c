/* SPDX-License-Identifier: MIT
 *
 * Any bytes as a server's answer: once whole, once in pieces, with the same outcome;
 * and its body as an error page. Input: a byte that seeds the sizes of the pieces and
 * says whether HEAD was asked, and the bytes.
 */
#include "fuzz.h"

#include "attempt/page.h"
#include "http/reply.h"

#define BODY_MAX ((size_t)4096)

static void record(struct buf *out, const struct reply *reply)
{
    assert(reply->n_headers <= HEADER_COUNT_MAX && reply->body.len <= BODY_MAX);
    buf_printf(out, "%d %u %d %zu %s\n", reply->status, reply->version_minor,
               reply->keep_alive, reply->n_headers, reply->reason);
    for (size_t i = 0; i < reply->n_headers; i++) {
        buf_printf(out, "%s: %s\n", reply->headers[i].name, reply->headers[i].value);
    }
    (void)reply_find_header(reply, "Content-Type");
    buf_append_slice(out, reply->body);
}

static void read_page(struct slice body)
{
    struct page page;
    page_read(body, &page);
    assert(slice_find(slice_from_string(page.heading), 0) < PAGE_HEADING_MAX);
    assert(page.status >= 0 && page.substatus >= -1);
}

static void run(struct slice bytes, bool to_head, uint8_t step, struct buf *out)
{
    struct reply_parser *parser = reply_parser_create(to_head, BODY_MAX);
    enum reply_result result = REPLY_MORE;
    unsigned size = step;
    assert(parser != NULL);

    while (bytes.len > 0 && result == REPLY_MORE) {
        size = (size * 5 + 3) & 0xff;
        struct slice piece =
            slice_part(bytes, 0, step == 0 ? bytes.len : size % 64 + 1);
        size_t consumed = SIZE_MAX;
        result = reply_parser_feed(parser, piece, &consumed);
        assert(consumed <= piece.len);
        assert(result != REPLY_MORE || consumed == piece.len);
        bytes = slice_part(bytes, consumed, bytes.len);
    }
    result = reply_parser_eof(parser);
    assert(result != REPLY_MORE);
    /* Of two faults in one field, which is met first depends on the pieces. */
    buf_append_string(out, result == REPLY_COMPLETE ? "complete\n" : "refused\n");
    if (result == REPLY_COMPLETE) {
        buf_printf(out, "%zu\n", bytes.len);
        record(out, reply_parser_reply(parser));
        read_page(reply_parser_reply(parser)->body);
    } else {
        assert(reply_parser_reason(parser)[0] != 0);
    }
    reply_parser_destroy(parser);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice bytes = { data, len };
    struct buf whole = BUF_EMPTY;
    struct buf pieces = BUF_EMPTY;
    uint8_t step = fuzz_take_byte(&bytes);
    bool to_head = (step & 0x80) != 0;

    run(bytes, to_head, 0, &whole);
    run(bytes, to_head, (uint8_t)(step | 1), &pieces);
    assert(slice_equal(buf_slice(&whole), buf_slice(&pieces)));
    buf_finish(&whole);
    buf_finish(&pieces);
    read_page(bytes);
    return 0;
}
