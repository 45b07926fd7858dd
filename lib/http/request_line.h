/* SPDX-License-Identifier: MIT
 *
 * Inside lib/http: the request line and the Host field, read by ourselves, since
 * which status answers a fault depends on what is wrong where (RFC 9112 3).
 */
#pragma once

#include "base/buf.h"
#include "http/request.h"
#include "http/response.h"

/* A status and a sentence; status 0 = nothing wrong. `phrase` is what http.sys' error
 * log calls it, by Microsoft's "Types of Errors Logged by the HTTP Server API"; "" = it
 * has no name there. */
struct request_fault {
    enum response_status status;
    const char *phrase;
    const char *reason;
};

#define REQUEST_NO_FAULT ((struct request_fault){ (enum response_status)0, "", "" })
#define FAULT(code, phrase, text) \
    ((struct request_fault){ RESPONSE_##code, phrase, text })

/* Reads the line (without CRLF) into the request's method, target, path, query,
 * version and, if the target names one, host and host_name. `text` owns the strings;
 * it is cleared first. What was read before a fault is set, too. */
struct request_fault request_line_parse(struct slice line, struct buf *text,
                                        struct request *request);

/* Bytes that cannot occur in a request line show at once that this is not HTTP, without
 * waiting for a line end that may never come. */
bool request_line_is_text(struct slice bytes);
/* Checks "name[:port]" and sets host and host_name; `text` as above. */
struct request_fault request_line_set_host(struct slice host, struct buf *text,
                                           struct request *request);
