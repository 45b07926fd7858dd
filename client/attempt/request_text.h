/* SPDX-License-Identifier: MIT
 *
 * The one HTTP request of an attempt, as bytes. Pure.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "common/url.h"

#include <stdbool.h>
#include <stddef.h>

#define REQUEST_TEXT_HEADERS_MAX 64

struct request_text {
    const char *method;
    /* "Name: value", replacing ours of that name; "Name:" takes ours away. */
    const char *headers[REQUEST_TEXT_HEADERS_MAX];
    size_t n_headers;
    bool has_body;
    struct slice body;
    const char *body_type; /* Content-Type */
};

/* "Name: value" or "Name:" without line ends, and none of the two that frame the
 * message. */
int request_text_check_header(const char *header, struct err *err) MUST_CHECK;
/* A token (RFC 9110 9.1). */
bool request_text_is_method(const char *method);
/* Appends the message. False: out of memory. */
bool request_text_write(const struct request_text *request, const struct url *url,
                        struct buf *out);
