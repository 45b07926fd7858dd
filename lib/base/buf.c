/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include "base/mem.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUF_FIRST_CAPACITY ((size_t)256)

struct slice slice_from_string(const char *text)
{
    return (struct slice){ (const uint8_t *)text, strlen(text) };
}

bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool slice_equals_string(struct slice slice, const char *text)
{
    return slice_equal(slice, slice_from_string(text));
}

size_t slice_find(struct slice slice, uint8_t byte)
{
    const uint8_t *hit = slice.len == 0 ? NULL : memchr(slice.data, byte, slice.len);
    return hit == NULL ? slice.len : (size_t)(hit - slice.data);
}

struct slice slice_part(struct slice slice, size_t start, size_t len)
{
    if (start >= slice.len) {
        return SLICE_EMPTY;
    }
    size_t rest = slice.len - start;
    return (struct slice){ slice.data + start, len < rest ? len : rest };
}

struct slice slice_take_line(struct slice *text)
{
    struct slice line = slice_part(*text, 0, slice_find(*text, '\n'));
    *text = slice_part(*text, line.len + 1, text->len);
    if (line.len > 0 && line.data[line.len - 1] == '\r') {
        line.len--;
    }
    return line;
}

void buf_finish(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){ .limit = buf->limit };
}

void buf_finish_secret(struct buf *buf)
{
    if (buf->data != NULL) {
        mem_wipe(buf->data, buf->cap);
    }
    buf_finish(buf);
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

void buf_consume(struct buf *buf, size_t n)
{
    assert(n <= buf->len);
    if (n > 0 && n < buf->len) {
        memmove(buf->data, buf->data + n, buf->len - n);
    }
    buf->len -= n;
}

bool buf_reserve(struct buf *buf, size_t n)
{
    size_t limit = buf->limit == 0 ? BUF_LIMIT_DEFAULT : buf->limit;

    if (buf->failed || n > limit || buf->len > limit - n) {
        buf->failed = true;
        return false;
    }
    if (n < buf->cap - buf->len) {
        return true;
    }
    /* One byte more than asked for: buf_string() always has room for its NUL. */
    size_t cap = buf->cap < BUF_FIRST_CAPACITY ? BUF_FIRST_CAPACITY : buf->cap;
    while (cap < buf->len + n + 1) {
        cap *= 2;
    }
    if (cap > limit) {
        cap = limit + 1;
    }
    uint8_t *data = mem_resize(buf->data, cap, 1);
    if (data == NULL) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->cap = cap;
    return true;
}

bool buf_append(struct buf *buf, const void *data, size_t len)
{
    if (!buf_reserve(buf, len)) {
        return false;
    }
    if (len > 0) {
        memcpy(buf->data + buf->len, data, len);
        buf->len += len;
    }
    return true;
}

bool buf_append_slice(struct buf *buf, struct slice slice)
{
    return buf_append(buf, slice.data, slice.len);
}

bool buf_append_string(struct buf *buf, const char *text)
{
    return buf_append(buf, text, strlen(text));
}

bool buf_append_byte(struct buf *buf, uint8_t byte)
{
    if (!buf_reserve(buf, 1)) {
        return false;
    }
    buf->data[buf->len++] = byte;
    return true;
}

/* First into the free room, which usually suffices; else again after growing. */
bool buf_printf(struct buf *buf, const char *fmt, ...)
{
    va_list args;
    if (!buf_reserve(buf, 0)) { /* for its NUL */
        return false;
    }
    size_t room = buf->cap - buf->len;
    va_start(args, fmt);
    int n = vsnprintf((char *)buf->data + buf->len, room, fmt, args);
    va_end(args);

    if (n < 0 || !buf_reserve(buf, (size_t)n)) {
        buf->failed = true;
        return false;
    }
    if ((size_t)n >= room) {
        va_start(args, fmt);
        (void)vsnprintf((char *)buf->data + buf->len, (size_t)n + 1, fmt, args);
        va_end(args);
    }
    buf->len += (size_t)n;
    return true;
}

bool buf_ok(const struct buf *buf)
{
    return !buf->failed;
}

struct slice buf_slice(const struct buf *buf)
{
    return (struct slice){ buf->data, buf->len };
}

const char *buf_string(struct buf *buf)
{
    if (buf->data == NULL) {
        return "";
    }
    buf->data[buf->len] = 0;
    return (const char *)buf->data;
}
