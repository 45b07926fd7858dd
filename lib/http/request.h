/* SPDX-License-Identifier: MIT
 *
 * One HTTP/1.1 request, as http/request_parser reads it.
 */
#pragma once

#include "base/buf.h"
#include "http/header.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits, each with the status that is sent when it is exceeded. */
#define REQUEST_LINE_MAX         ((size_t)8 * 1024)    /* 414 */
#define REQUEST_HEADER_BYTES_MAX ((size_t)16 * 1024)   /* 431; HEADER_COUNT_MAX too */
#define REQUEST_BODY_MAX         ((size_t)1024 * 1024) /* 413 */
/* Chunk sizes, chunk extensions and trailers of one body: 400. */
#define REQUEST_CHUNK_OVERHEAD_MAX ((size_t)64 * 1024)

enum request_method {
    REQUEST_METHOD_GET,
    REQUEST_METHOD_HEAD,
    REQUEST_METHOD_POST,
    REQUEST_METHOD_OPTIONS,
    REQUEST_METHOD_OTHER, /* PUT, DELETE, PATCH, TRACE, CONNECT: the text says which */
    REQUEST_METHOD_COUNT,
};

enum request_target {
    REQUEST_TARGET_ORIGIN,    /* /path?query */
    REQUEST_TARGET_ABSOLUTE,  /* https://host/path?query */
    REQUEST_TARGET_AUTHORITY, /* host:port, with CONNECT only */
    REQUEST_TARGET_ASTERISK,  /* *, with OPTIONS only */
};

/* No string is NULL: what was not sent is "". All of it is the peer's text, hostile
 * until escaped. */
struct request {
    enum request_method method;
    const char *method_text;
    enum request_target form;
    bool is_https;      /* of an absolute target: its scheme */
    const char *target; /* as sent, still percent-encoded */
    const char *path;   /* for routing: decoded once, dot segments removed, begins with
                           "/"; "*" and "" for the asterisk and the authority form */
    const char *query;  /* after the first '?', still percent-encoded */
    char version[sizeof "HTTP/1.1"]; /* as sent; "" = it was not read */
    unsigned version_minor;          /* 0 or 1; a higher minor version counts as 1 */
    const char *host;      /* as sent; if the target is absolute, the target's */
    const char *host_name; /* the same without the port */
    const char *user_agent;
    const char *referer;
    bool keep_alive;       /* the peer accepts another answer on this connection */
    bool has_body;         /* a length above 0 or chunks were announced */
    bool expects_continue; /* and waits for "100 Continue" before it sends them */
    const struct header *headers;
    size_t n_headers;
    size_t body_size; /* of the body: what has arrived, and what is announced so far */
    struct slice body;
};

/* The first field of that name, or NULL. */
const char *request_find_header(const struct request *request, const char *name);
