/* SPDX-License-Identifier: MIT
 *
 * The server's half of HTTP/1.1, outward: a status, header fields and a body
 * become bytes. Nothing that goes into a header value can end its line: bytes
 * that are no visible ASCII leave as %HH.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct request;

/* THE table of statuses: name, code, reason phrase of RFC 9110 section 15. */
#define RESPONSE_STATUS_LIST(X)                                  \
    X(OK, 200, "OK")                                             \
    X(NO_CONTENT, 204, "No Content")                             \
    X(SEE_OTHER, 303, "See Other")                               \
    X(BAD_REQUEST, 400, "Bad Request")                           \
    X(UNAUTHORIZED, 401, "Unauthorized")                         \
    X(FORBIDDEN, 403, "Forbidden")                               \
    X(NOT_FOUND, 404, "Not Found")                               \
    X(METHOD_NOT_ALLOWED, 405, "Method Not Allowed")             \
    X(REQUEST_TIMEOUT, 408, "Request Timeout")                   \
    X(LENGTH_REQUIRED, 411, "Length Required")                   \
    X(CONTENT_TOO_LARGE, 413, "Request Entity Too Large")        \
    X(URI_TOO_LONG, 414, "URI Too Long")                         \
    X(UNSUPPORTED_MEDIA_TYPE, 415, "Unsupported Media Type")     \
    X(MISDIRECTED_REQUEST, 421, "Misdirected Request")           \
    X(HEADERS_TOO_LARGE, 431, "Request Header Fields Too Large") \
    X(INTERNAL_ERROR, 500, "Internal Server Error")              \
    X(NOT_IMPLEMENTED, 501, "Not Implemented")                   \
    X(UNAVAILABLE, 503, "Service Unavailable")                   \
    X(VERSION_NOT_SUPPORTED, 505, "HTTP Version Not Supported")

/* The values are the codes: RESPONSE_FORBIDDEN == 403. */
enum response_status {
#define X(name, code, reason) RESPONSE_##name = (code),
    RESPONSE_STATUS_LIST(X)
#undef X
};

/* "Forbidden"; NULL for a code that is not in the table. */
const char *response_reason(int code);

struct response {
    enum response_status status;
    bool head_only;  /* the answer to HEAD: the length of a body, not the body */
    bool keep_alive; /* else "Connection: close" */
    bool to_1_0;     /* then keep_alive has to be said */
    bool endless;    /* no Content-Length: the body ends with the connection */
    struct buf headers;
};

/* `request` sets head_only, keep_alive and to_1_0; NULL (what came could not be read as
 * a request) means close. The caller may clear keep_alive afterwards. */
void response_init(struct response *response, enum response_status status,
                   const struct request *request);
void response_finish(struct response *response);

/* Adds a field. `name` is a constant (asserted to be a token, and none of Date,
 * Connection, Content-Length, Transfer-Encoding, which response_write owns). `value`
 * may be the peer's: leading and trailing blanks are dropped, bytes outside 0x20..0x7e
 * become %HH. */
void response_add(struct response *response, const char *name, const char *value);
/* The same with the content of a buf that was filled for this; finishes it. If the buf
 * has failed, so has the response: response_write reports it. */
void response_add_buf(struct response *response, const char *name, struct buf *value);

/* Appends the whole message to `out`: the head, with Date from `now` (seconds), and the
 * body unless head_only or the status has none. False if there was no memory or no
 * room; `out` is then unchanged. */
bool response_write(const struct response *response, int64_t now, struct slice body,
                    struct buf *out);
/* Appends the interim answer "100 Continue". */
bool response_write_continue(struct buf *out);
