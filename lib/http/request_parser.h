/* SPDX-License-Identifier: MIT
 *
 * The server's half of HTTP/1.1: bytes in, one complete request at a time out.
 *
 * The parser stops behind each request, so pipelined requests stay with the
 * caller until it asks for the next. It is stricter than RFC 9112 allows where
 * leniency is how requests are smuggled: lines end in CRLF only, no folded
 * header, one Content-Length or one "Transfer-Encoding: chunked", never both.
 * A bad request is a result with the status to answer, never a struct err. After
 * one, where the next request starts is unknown: answer and close.
 *
 *     while (rest.len > 0) {
 *         result = request_parser_feed(parser, rest, &consumed);
 *         rest = slice_part(rest, consumed, rest.len);
 *         REQUEST_COMPLETE: answer; then request_parser_next(parser) and go on
 */
#pragma once

#include "http/request.h"
#include "http/request_body.h"
#include "http/response.h"

enum request_result {
    REQUEST_MORE,     /* all consumed, more is needed */
    REQUEST_HEAD,     /* once, only if a body follows: the head can be inspected */
    REQUEST_COMPLETE, /* until request_parser_next, nothing more is consumed */
    REQUEST_BAD,      /* final: answer with request_parser_status and close */
};

struct request_parser;

/* `body_max` 0 = REQUEST_BODY_MAX. NULL when out of memory. */
struct request_parser *request_parser_create(size_t body_max);
void request_parser_destroy(struct request_parser *parser);
/* The bytes are not secured by TLS: a request for an https resource is refused, 421
 * (RFC 9110 7.4). */
void request_parser_set_plain(struct request_parser *parser);

/* How bodies are kept: the caller sets `room` and `is_skipped`. */
struct request_body *request_parser_body(struct request_parser *parser);

/* Sets *ret_consumed to the bytes taken. After REQUEST_HEAD feed the rest (it may
 * be empty). The request's views live until request_parser_next or destroy. */
enum request_result request_parser_feed(struct request_parser *parser,
                                        struct slice bytes, size_t *ret_consumed);
/* Forgets the complete request. */
void request_parser_next(struct request_parser *parser);

/* What is known of the request so far. After REQUEST_BAD, for the log: the parts that
 * were read before the fault. */
const struct request *request_parser_request(const struct request_parser *parser);
/* After REQUEST_BAD: the status to answer with, and the reason in one sentence. */
enum response_status request_parser_status(const struct request_parser *parser);
const char *request_parser_reason(const struct request_parser *parser);
/* The same in http.sys' words, the reason phrase of its error log (REASON_LIST); "" =
 * it has none for that. */
const char *request_parser_phrase(const struct request_parser *parser);
/* True while no byte of a next request has arrived: closing now loses nothing. */
bool request_parser_is_idle(const struct request_parser *parser);
