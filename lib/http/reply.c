/* SPDX-License-Identifier: MIT */
#include "http/reply.h"

#include "base/mem.h"

#include <llhttp.h>
#include <stdlib.h>
#include <string.h>

/* How many interim (1xx) answers a peer may send. */
#define REPLY_INTERIM_MAX 16

struct reply_parser {
    llhttp_t llhttp;
    struct reply reply;
    enum reply_result result;
    const char *why;
    bool to_head;
    bool has_begun;
    bool head_complete;
    bool message_complete;
    unsigned n_interim;
    struct header_list headers;
    struct buf reason; /* the reason phrase */
    struct buf body;
    size_t body_max;
    size_t head_bytes;
    size_t overhead;
};

/* The only place that interprets llhttp's errors. */
static const char *reason_from_llhttp(enum llhttp_errno code)
{
    static const struct {
        enum llhttp_errno code;
        const char *reason;
    } reasons[] = {
        { HPE_INVALID_CONSTANT, "The answer does not start as HTTP does." },
        { HPE_INVALID_VERSION, "The answer's HTTP version is not valid." },
        { HPE_INVALID_STATUS, "The answer's status is not valid." },
        { HPE_INVALID_HEADER_TOKEN,
          "A header field holds a byte that is not allowed there." },
        { HPE_INVALID_CONTENT_LENGTH, "Content-Length is no number." },
        { HPE_UNEXPECTED_CONTENT_LENGTH,
          "Content-Length is there twice, or together with Transfer-Encoding." },
        { HPE_INVALID_TRANSFER_ENCODING, "Transfer-Encoding is not valid." },
        { HPE_INVALID_CHUNK_SIZE, "The size of a chunk is not valid." },
        { HPE_INVALID_EOF_STATE, "The connection ended in the middle of the answer." },
    };
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        if (reasons[i].code == code) {
            return reasons[i].reason;
        }
    }
    return "The answer cannot be understood.";
}

static int end(struct reply_parser *parser, enum reply_result result, const char *why)
{
    parser->result = result;
    parser->why = why;
    return HPE_USER;
}

static int on_message_begin(llhttp_t *llhttp)
{
    struct reply_parser *parser = llhttp->data;
    header_list_clear(&parser->headers);
    buf_clear(&parser->reason);
    return 0;
}

static int on_status(llhttp_t *llhttp, const char *at, size_t len)
{
    struct reply_parser *parser = llhttp->data;
    if (memchr(at, 0, len) != NULL) {
        return end(parser, REPLY_BAD, "The status line holds a NUL byte.");
    }
    if (!buf_append(&parser->reason, at, len)) {
        return end(parser, REPLY_TOO_LARGE, "The status line is too long.");
    }
    return 0;
}

static int on_header_field(llhttp_t *llhttp, const char *at, size_t len)
{
    struct reply_parser *parser = llhttp->data;
    if (parser->head_complete) {
        return 0; /* a trailer */
    }
    if (!header_list_add_name(&parser->headers,
                              (struct slice){ (const uint8_t *)at, len })) {
        return end(parser, REPLY_TOO_LARGE, "There are too many header fields.");
    }
    return 0;
}

static int on_header_value(llhttp_t *llhttp, const char *at, size_t len)
{
    struct reply_parser *parser = llhttp->data;
    if (parser->head_complete) {
        return 0;
    }
    if (memchr(at, 0, len) != NULL) {
        return end(parser, REPLY_BAD, "A header field holds a NUL byte.");
    }
    if (!header_list_add_value(&parser->headers,
                               (struct slice){ (const uint8_t *)at, len })) {
        return end(parser, REPLY_TOO_LARGE, "The header fields are too large.");
    }
    return 0;
}

static int on_headers_complete(llhttp_t *llhttp)
{
    struct reply_parser *parser = llhttp->data;
    struct reply *reply = &parser->reply;

    if (llhttp->status_code / 100 == 1 && llhttp->status_code != 101) {
        return 0;
    }
    if (llhttp->http_major != 1 || llhttp->http_minor > 1 ||
        llhttp->status_code < 100) {
        return end(parser, REPLY_BAD, "The answer is neither HTTP/1.0 nor HTTP/1.1.");
    }
    if (!header_list_seal(&parser->headers)) {
        return end(parser, REPLY_TOO_LARGE, "The header fields are too large.");
    }
    parser->head_complete = true;
    reply->status = llhttp->status_code;
    reply->reason = buf_string(&parser->reason);
    reply->version_minor = llhttp->http_minor;
    reply->headers = parser->headers.headers;
    reply->n_headers = parser->headers.count;
    reply->keep_alive = llhttp_should_keep_alive(llhttp) != 0;
    if (reply->status == 101) {
        return end(parser, REPLY_BAD,
                   "The peer switched to another protocol, unasked.");
    }
    return parser->to_head ? 1 : 0; /* 1: no body follows, whatever the fields say */
}

static int on_body(llhttp_t *llhttp, const char *at, size_t len)
{
    struct reply_parser *parser = llhttp->data;
    size_t room = parser->body_max - parser->body.len;

    if (!buf_append(&parser->body, at, len < room ? len : room)) {
        return end(parser, REPLY_TOO_LARGE, "There was no memory for the body.");
    }
    return len > room ? end(parser, REPLY_TOO_LARGE, "The body is too large.") : 0;
}

static int on_message_complete(llhttp_t *llhttp)
{
    struct reply_parser *parser = llhttp->data;

    if (!parser->head_complete) {
        return ++parser->n_interim <= REPLY_INTERIM_MAX
                   ? 0
                   : end(parser, REPLY_BAD,
                         "The peer sends interim answers without end.");
    }
    parser->message_complete = true;
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_message_begin = on_message_begin,
    .on_status = on_status,
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

struct reply_parser *reply_parser_create(bool to_head, size_t body_max)
{
    struct reply_parser *parser = mem_alloc(1, sizeof(*parser));
    if (parser == NULL) {
        return NULL;
    }
    parser->to_head = to_head;
    parser->body_max = body_max == 0 ? REPLY_BODY_MAX : body_max;
    parser->body.limit = parser->body_max;
    parser->reply.reason = "";
    parser->why = "";
    header_list_init(&parser->headers, 2 * REPLY_HEAD_BYTES_MAX);
    llhttp_init(&parser->llhttp, HTTP_RESPONSE, &settings);
    parser->llhttp.data = parser;
    return parser;
}

void reply_parser_destroy(struct reply_parser *parser)
{
    if (parser == NULL) {
        return;
    }
    header_list_finish(&parser->headers);
    buf_finish(&parser->reason);
    buf_finish(&parser->body);
    free(parser);
}

/* Also after an error: what arrived of the body is shown. */
static enum reply_result settle(struct reply_parser *parser, enum llhttp_errno code)
{
    parser->reply.body = buf_slice(&parser->body);
    if (parser->result != REPLY_MORE) {
        return parser->result;
    }
    if (parser->message_complete) {
        parser->result = REPLY_COMPLETE;
    } else if (code != HPE_OK) {
        (void)end(parser, REPLY_BAD, reason_from_llhttp(code));
    } else if (parser->head_bytes > REPLY_HEAD_BYTES_MAX) {
        (void)end(parser, REPLY_TOO_LARGE, "The head of the answer is too large.");
    } else if (parser->overhead > REPLY_CHUNK_OVERHEAD_MAX) {
        (void)end(parser, REPLY_TOO_LARGE, "The body is nearly all framing.");
    }
    return parser->result;
}

/* Returns how many bytes were taken. Of a head it takes no more than its limit allows,
 * however the network splits it. */
static size_t feed_part(struct reply_parser *parser, struct slice bytes)
{
    size_t body_before = parser->body.len;
    bool in_head = !parser->head_complete;
    if (in_head) {
        bytes = slice_part(bytes, 0, REPLY_HEAD_BYTES_MAX + 1 - parser->head_bytes);
    }
    const char *data = (const char *)bytes.data;
    enum llhttp_errno code = llhttp_execute(&parser->llhttp, data, bytes.len);
    size_t taken = parser->message_complete && code != HPE_OK
                       ? (size_t)(llhttp_get_error_pos(&parser->llhttp) - data)
                       : bytes.len;
    if (!parser->head_complete) {
        parser->head_bytes += bytes.len;
    } else if (!in_head) {
        parser->overhead += taken - (parser->body.len - body_before);
    }
    (void)settle(parser, code);
    return taken;
}

enum reply_result reply_parser_feed(struct reply_parser *parser, struct slice bytes,
                                    size_t *ret_consumed)
{
    size_t taken = 0;
    while (parser->result == REPLY_MORE && taken < bytes.len) {
        parser->has_begun = true;
        taken += feed_part(parser, slice_part(bytes, taken, bytes.len));
    }
    *ret_consumed = taken;
    return parser->result;
}

enum reply_result reply_parser_eof(struct reply_parser *parser)
{
    if (parser->result != REPLY_MORE) {
        return parser->result;
    }
    if (!parser->has_begun) {
        (void)end(parser, REPLY_BAD, "The connection ended without an answer.");
        return parser->result;
    }
    if (!parser->head_complete) {
        (void)end(parser, REPLY_BAD,
                  "The connection ended in the middle of the answer's head.");
        return parser->result;
    }
    return settle(parser, llhttp_finish(&parser->llhttp));
}

const struct reply *reply_parser_reply(const struct reply_parser *parser)
{
    return &parser->reply;
}

const char *reply_parser_reason(const struct reply_parser *parser)
{
    return parser->why;
}

bool reply_parser_has_begun(const struct reply_parser *parser)
{
    return parser->has_begun;
}

const char *reply_find_header(const struct reply *reply, const char *name)
{
    return header_find(reply->headers, reply->n_headers, name);
}
