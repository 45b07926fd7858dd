/* SPDX-License-Identifier: MIT */
#include "http/response.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "http/request.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define RESPONSE_HEADERS_MAX ((size_t)64 * 1024)

const char *response_reason(int code)
{
    static const struct {
        int code;
        const char *reason;
    } statuses[] = {
#define X(name, code, reason) { code, reason },
        RESPONSE_STATUS_LIST(X)
#undef X
    };
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        if (statuses[i].code == code) {
            return statuses[i].reason;
        }
    }
    return NULL;
}

void response_init(struct response *response, enum response_status status,
                   const struct request *request)
{
    *response = (struct response){ .status = status,
                                   .headers = BUF_LIMITED(RESPONSE_HEADERS_MAX) };
    if (request != NULL) {
        response->head_only = request->method == REQUEST_METHOD_HEAD;
        response->keep_alive = request->keep_alive;
        response->to_1_0 = request->version_minor == 0;
    }
}

void response_finish(struct response *response)
{
    buf_finish(&response->headers);
}

static bool is_ours(const char *name)
{
    static const char *const names[] = { "Date", "Connection", "Content-Length",
                                         "Transfer-Encoding" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (text_equal_ignoring_case(name, names[i])) {
            return true;
        }
    }
    return false;
}

/* RFC 9110 5.6.2, narrowed to what our own names need. */
static bool is_token(const char *name)
{
    size_t len =
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
    return len > 0 && name[len] == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static size_t visible_len(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && text[n] >= 0x20 && text[n] < 0x7f) {
        n++;
    }
    return n;
}

void response_add(struct response *response, const char *name, const char *value)
{
    struct buf *out = &response->headers;
    size_t len = strlen(value);

    assert(is_token(name) && !is_ours(name));
    for (; len > 0 && is_blank(*value); len--) {
        value++;
    }
    while (len > 0 && is_blank(value[len - 1])) {
        len--;
    }
    buf_append_string(out, name);
    buf_append_string(out, ": ");
    for (size_t i = 0; i < len;) {
        size_t n = visible_len(value + i, len - i);
        buf_append(out, value + i, n);
        i += n;
        if (i < len) {
            buf_printf(out, "%%%02X", (uint8_t)value[i++]);
        }
    }
    buf_append_string(out, "\r\n");
}

void response_add_buf(struct response *response, const char *name, struct buf *value)
{
    response_add(response, name, buf_string(value));
    response->headers.failed |= !buf_ok(value);
    buf_finish(value);
}

/* RFC 9110 8.6: no Content-Length with 1xx and 204. */
static bool may_have_body(enum response_status status)
{
    return status >= 200 && status != RESPONSE_NO_CONTENT;
}

bool response_write(const struct response *response, int64_t now, struct slice body,
                    struct buf *out)
{
    size_t before = out->len;
    char date[TIMESTAMP_TEXT_LEN];

    if (!buf_ok(&response->headers) || !buf_ok(out)) {
        return false;
    }
    bool has_body = may_have_body(response->status) && !response->head_only;
    buf_reserve(out, response->headers.len + (has_body ? body.len : 0));
    buf_printf(out, "HTTP/1.1 %d %s\r\n", (int)response->status,
               response_reason((int)response->status));
    buf_append_slice(out, buf_slice(&response->headers));
    buf_printf(out, "Date: %s\r\n", timestamp_format_http(now, date));
    if (!response->keep_alive || response->endless) {
        buf_append_string(out, "Connection: close\r\n");
    } else if (response->to_1_0) {
        buf_append_string(out, "Connection: keep-alive\r\n");
    }
    if (may_have_body(response->status) && !response->endless) {
        buf_printf(out, "Content-Length: %zu\r\n", body.len);
    }
    buf_append_string(out, "\r\n");
    if (has_body) {
        buf_append_slice(out, body);
    }
    if (!buf_ok(out)) {
        out->len = before;
        out->failed = false;
        return false;
    }
    return true;
}

bool response_write_continue(struct buf *out)
{
    return buf_append_string(out, "HTTP/1.1 100 Continue\r\n\r\n");
}
