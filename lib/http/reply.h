/* SPDX-License-Identifier: MIT
 *
 * The client's half of HTTP/1.1: bytes in, the one answer to one request out.
 * Interim answers (1xx) are skipped. A peer that answers no HTTP is a result
 * with a reason, never a struct err.
 */
#pragma once

#include "base/buf.h"
#include "http/header.h"

#include <stdbool.h>
#include <stddef.h>

#define REPLY_HEAD_BYTES_MAX \
    ((size_t)64 * 1024) /* status line and fields, including interim answers */
#define REPLY_BODY_MAX ((size_t)4 * 1024 * 1024)
/* Chunk sizes, chunk extensions and trailers of one body. */
#define REPLY_CHUNK_OVERHEAD_MAX ((size_t)1024 * 1024)

/* No string is NULL. All of it is the peer's text, hostile until escaped. */
struct reply {
    int status; /* 200 .. 999; 0 until the head is complete */
    const char *reason;
    unsigned version_minor; /* 0 or 1 */
    const struct header *headers;
    size_t n_headers;
    struct slice body; /* after REPLY_TOO_LARGE: the part up to the limit */
    bool keep_alive;
};

enum reply_result {
    REPLY_MORE,
    REPLY_COMPLETE,  /* later bytes are not consumed */
    REPLY_BAD,       /* not HTTP, or truncated: see reply_parser_reason */
    REPLY_TOO_LARGE, /* one of the limits above */
};

struct reply_parser;

/* `to_head`: the request was HEAD, so no body follows. `body_max` 0 =
 * REPLY_BODY_MAX. NULL when out of memory. */
struct reply_parser *reply_parser_create(bool to_head, size_t body_max);
void reply_parser_destroy(struct reply_parser *parser);

/* Every result except REPLY_MORE is final: nothing more is consumed. */
enum reply_result reply_parser_feed(struct reply_parser *parser, struct slice bytes,
                                    size_t *ret_consumed);
/* The peer has closed. Completes an answer that ends with the connection. */
enum reply_result reply_parser_eof(struct reply_parser *parser);

const struct reply *reply_parser_reply(const struct reply_parser *parser);
/* After REPLY_BAD or REPLY_TOO_LARGE: one sentence. */
const char *reply_parser_reason(const struct reply_parser *parser);
/* At least one byte arrived: no answer and a truncated one are different faults. */
bool reply_parser_has_begun(const struct reply_parser *parser);

/* The first field of that name, or NULL. */
const char *reply_find_header(const struct reply *reply, const char *name);
