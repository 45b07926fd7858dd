/* SPDX-License-Identifier: MIT
 *
 * Inside lib/http: what a complete head means. Pure; llhttp's part of the facts
 * comes in as numbers.
 */
#pragma once

#include "http/request_line.h"

#include <stdint.h>

/* A request of which nothing is known: no string is NULL. */
extern const struct request request_head_none;

struct request_framing {
    bool is_chunked;
    uint64_t content_length;
    size_t body_max;
};

/* Reads Host (into `host_text`, unless the target named a host), the length of the
 * body and the fields that `request` has a name for. request->headers are set. */
struct request_fault request_head_judge(struct request *request,
                                        const struct request_framing *framing,
                                        struct buf *host_text);

/* What llhttp's error says about a request; `code` is an llhttp_errno_t. */
struct request_fault request_head_fault(int code);
