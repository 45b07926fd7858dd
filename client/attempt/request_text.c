/* SPDX-License-Identifier: MIT */
#include "attempt/request_text.h"

#include "base/text.h"

#include <string.h>

#define NAME_MAX_LEN ((size_t)128)

static bool is_token_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static size_t token_length(const char *text)
{
    size_t len = 0;
    while (is_token_char(text[len])) {
        len++;
    }
    return len;
}

static bool header_is(const char *header, const char *name)
{
    char copy[NAME_MAX_LEN];
    size_t len = token_length(header);
    if (len >= sizeof(copy)) {
        return false;
    }
    memcpy(copy, header, len);
    copy[len] = 0;
    return text_equal_ignoring_case(copy, name);
}

bool request_text_is_method(const char *method)
{
    return method[0] != 0 && method[token_length(method)] == 0;
}

int request_text_check_header(const char *header, struct err *err)
{
    size_t len = token_length(header);
    if (len == 0 || header[len] != ':') {
        return err_set(err, ERR_CONFIG, 0,
                       "\"%s\" is no header: \"Name: value\" is meant", header);
    }
    if (strpbrk(header, "\r\n") != NULL) {
        return err_set(err, ERR_CONFIG, 0, "a header cannot hold a line end");
    }
    if (header_is(header, "Content-Length") || header_is(header, "Transfer-Encoding")) {
        return err_set(err, ERR_CONFIG, 0,
                       "the length of the body is not yours to set: %.*s", (int)len,
                       header);
    }
    return 0;
}

static void append_default(struct buf *out, const struct request_text *request,
                           const char *name, const char *value)
{
    for (size_t i = 0; i < request->n_headers; i++) {
        if (header_is(request->headers[i], name)) {
            return;
        }
    }
    buf_printf(out, "%s: %s\r\n", name, value);
}

bool request_text_write(const struct request_text *request, const struct url *url,
                        struct buf *out)
{
    char authority[URL_TEXT_MAX];
    url_format_authority(url, authority);
    buf_printf(out, "%s %s HTTP/1.1\r\n", request->method, url->path);
    append_default(out, request, "Host", authority);
    append_default(out, request, "User-Agent", "certgate");
    append_default(out, request, "Accept", "*/*");
    append_default(out, request, "Connection", "close");
    if (request->has_body) {
        append_default(out, request, "Content-Type", request->body_type);
        buf_printf(out, "Content-Length: %zu\r\n", request->body.len);
    }
    for (size_t i = 0; i < request->n_headers; i++) {
        const char *value = strchr(request->headers[i], ':') + 1;
        if (value[strspn(value, " \t")] != 0) {
            buf_printf(out, "%s\r\n", request->headers[i]);
        }
    }
    buf_append_string(out, "\r\n");
    if (request->has_body) {
        buf_append_slice(out, request->body);
    }
    return buf_ok(out);
}
