/* SPDX-License-Identifier: MIT */
#include "http/request_line.h"

#include "base/text.h"
#include "http/escape.h"

#include <string.h>

/* Appends a string and its NUL. The caller has reserved the room, so that earlier
 * strings do not move. */
static const char *keep(struct buf *text, struct slice part)
{
    size_t start = text->len;
    buf_append_slice(text, part);
    buf_append_byte(text, 0);
    return (const char *)text->data + start;
}

static bool is_among(uint8_t byte, const char *others)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || (byte != 0 && strchr(others, byte) != NULL);
}

/* RFC 9110 5.6.2 */
static bool is_token(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_among(text.data[i], "!#$%&'*+-.^_`|~")) {
            return false;
        }
    }
    return text.len > 0;
}

/* Methods are case-sensitive (RFC 9110 9.1). */
static bool find_method(struct slice text, enum request_method *ret_method)
{
    static const struct {
        const char *text;
        enum request_method method;
    } methods[] = {
        { "GET", REQUEST_METHOD_GET },       { "HEAD", REQUEST_METHOD_HEAD },
        { "POST", REQUEST_METHOD_POST },     { "OPTIONS", REQUEST_METHOD_OPTIONS },
        { "PUT", REQUEST_METHOD_OTHER },     { "DELETE", REQUEST_METHOD_OTHER },
        { "PATCH", REQUEST_METHOD_OTHER },   { "TRACE", REQUEST_METHOD_OTHER },
        { "CONNECT", REQUEST_METHOD_OTHER },
    };
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        if (slice_equals_string(text, methods[i].text)) {
            *ret_method = methods[i].method;
            return true;
        }
    }
    return false;
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static struct request_fault read_version(struct slice text, struct request *request)
{
    if (text.len != 8 || memcmp(text.data, "HTTP/", 5) != 0 ||
        !is_digit(text.data[5]) || text.data[6] != '.' || !is_digit(text.data[7])) {
        return FAULT(BAD_REQUEST, "BadRequest",
                     "The request line does not end in an HTTP version.");
    }
    memcpy(request->version, text.data, text.len);
    request->version[text.len] = 0;
    if (text.data[5] != '1') {
        return FAULT(VERSION_NOT_SUPPORTED, "Version_N/S",
                     "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
    }
    request->version_minor = text.data[7] == '0' ? 0 : 1;
    return REQUEST_NO_FAULT;
}

/* RFC 3986 5.2.4, on the decoded path in place; `path` starts with '/'. */
static size_t remove_dot_segments(uint8_t *path, size_t len)
{
    size_t kept = 0;

    for (size_t at = 0; at < len;) {
        size_t end = at + 1;
        while (end < len && path[end] != '/') {
            end++;
        }
        bool dot = end - at == 2 && path[at + 1] == '.';
        bool dots = end - at == 3 && path[at + 1] == '.' && path[at + 2] == '.';
        if (dots) {
            while (kept > 0 && path[--kept] != '/') {
            }
        }
        if (!dot && !dots) {
            memmove(path + kept, path + at, end - at);
            kept += end - at;
        } else if (end == len) {
            path[kept++] = '/';
        }
        at = end;
    }
    return kept;
}

/* `text` is "/path?query", or "?query" or "" of an absolute target. */
static struct request_fault set_path(struct slice target, struct buf *text,
                                     struct request *request)
{
    size_t path_len = slice_find(target, '?');
    struct slice path = slice_part(target, 0, path_len);
    size_t start = text->len;

    if (slice_find(target, '#') != target.len) {
        return FAULT(BAD_REQUEST, "URL", "The request target holds a fragment.");
    }
    if (path.len == 0) {
        path = slice_from_string("/");
    }
    if (!escape_decode_url(text, path)) {
        return FAULT(BAD_REQUEST, "URL",
                     "The path holds a % that is no valid encoding, or %00.");
    }
    text->len = start + remove_dot_segments(text->data + start, text->len - start);
    buf_append_byte(text, 0);
    request->path = (const char *)text->data + start;
    request->query = keep(text, slice_part(target, path_len + 1, target.len));
    return REQUEST_NO_FAULT;
}

static bool is_port(struct slice text)
{
    uint32_t port = 0;
    if (text.len > 5) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.data[i])) {
            return false;
        }
        port = port * 10 + (uint32_t)(text.data[i] - '0');
    }
    return port <= 65535;
}

/* RFC 3986 3.2.2, without userinfo. The length of the host in "host[:port]"; 0 = none.
 */
static size_t host_len(struct slice host)
{
    bool literal = host.len > 0 && host.data[0] == '[';
    size_t len = literal ? slice_find(host, ']') + 1 : slice_find(host, ':');

    if (len > host.len || (literal && len < 4)) {
        return 0;
    }
    for (size_t i = literal; i < len - literal; i++) {
        if (!is_among(host.data[i], literal ? ":.%-" : "-._~!$&'()*+,;=%")) {
            return 0;
        }
    }
    if (len < host.len &&
        (host.data[len] != ':' || !is_port(slice_part(host, len + 1, host.len)))) {
        return 0;
    }
    return len;
}

static struct request_fault set_host(struct slice host, struct buf *text,
                                     struct request *request)
{
    size_t len = host_len(host);
    if (len == 0) {
        return FAULT(BAD_REQUEST, "Hostname",
                     "The host is no valid name or address with an optional port.");
    }
    request->host = keep(text, host);
    request->host_name = keep(text, slice_part(host, 0, len));
    return REQUEST_NO_FAULT;
}

struct request_fault request_line_set_host(struct slice host, struct buf *text,
                                           struct request *request)
{
    buf_clear(text);
    if (!buf_reserve(text, 2 * host.len + 2)) {
        return FAULT(UNAVAILABLE, "N/A", "There was no memory for the request.");
    }
    return set_host(host, text, request);
}

/* The length of "http://" or "https://" before an authority; 0 = it is neither. */
static size_t scheme_len(struct slice target)
{
    static const char *const schemes[] = { "http://", "https://" };

    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        size_t len = strlen(schemes[i]);
        size_t same = 0;
        while (same < len && same < target.len &&
               (target.data[same] | (schemes[i][same] >= 'a' ? 0x20 : 0)) ==
                   schemes[i][same]) {
            same++;
        }
        if (same == len) {
            return len;
        }
    }
    return 0;
}

static struct request_fault read_target(struct slice target, struct buf *text,
                                        struct request *request)
{
    bool is_connect = strcmp(request->method_text, "CONNECT") == 0;
    size_t scheme = scheme_len(target);

    if (is_connect) {
        request->form = REQUEST_TARGET_AUTHORITY;
        return set_host(target, text, request);
    }
    if (target.data[0] == '/') {
        request->form = REQUEST_TARGET_ORIGIN;
        return set_path(target, text, request);
    }
    if (slice_equals_string(target, "*") && request->method == REQUEST_METHOD_OPTIONS) {
        request->form = REQUEST_TARGET_ASTERISK;
        request->path = "*";
        return REQUEST_NO_FAULT;
    }
    if (scheme == 0) {
        return FAULT(BAD_REQUEST, "URL",
                     "The request target has none of the forms of RFC 9112.");
    }
    request->form = REQUEST_TARGET_ABSOLUTE;
    request->is_https = scheme == strlen("https://");
    struct slice rest = slice_part(target, scheme, target.len);
    size_t len = 0;
    while (len < rest.len && strchr("/?#", rest.data[len]) == NULL) {
        len++;
    }
    struct request_fault fault = set_host(slice_part(rest, 0, len), text, request);
    return fault.status != 0 ? fault
                             : set_path(slice_part(rest, len, rest.len), text, request);
}

struct request_fault request_line_parse(struct slice line, struct buf *text,
                                        struct request *request)
{
    size_t method_len = slice_find(line, ' ');
    struct slice method = slice_part(line, 0, method_len);
    struct slice rest = slice_part(line, method_len + 1, line.len);
    size_t target_len = slice_find(rest, ' ');
    struct slice target = slice_part(rest, 0, target_len);

    /* Method, target, path, query, host and host name: none is longer than the
     * line, and each has its NUL. */
    buf_clear(text);
    if (!buf_reserve(text, 5 * (line.len + 1))) {
        return FAULT(UNAVAILABLE, "N/A", "There was no memory for the request.");
    }
    if (!is_token(method) || method_len == line.len) {
        return FAULT(BAD_REQUEST, "Verb",
                     "The request line does not start with a method.");
    }
    request->method_text = keep(text, method);
    request->method = REQUEST_METHOD_OTHER;
    if (target.len == 0) {
        return FAULT(BAD_REQUEST, "URL", "The request line names no target.");
    }
    request->target = keep(text, target);
    /* HTTP/2 starts with "PRI * HTTP/2.0": report its version as the fault. */
    struct request_fault fault =
        read_version(slice_part(rest, target_len + 1, rest.len), request);
    if (fault.status != 0) {
        return fault;
    }
    if (!find_method(method, &request->method)) {
        return FAULT(NOT_IMPLEMENTED, "N/I", "The method is not known here.");
    }
    return read_target(target, text, request);
}

bool request_line_is_text(struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t byte = bytes.data[i];
        if ((byte < 0x20 || byte > 0x7e) && byte != '\r' && byte != '\n') {
            return false;
        }
    }
    return true;
}
