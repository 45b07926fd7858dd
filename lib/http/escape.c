/* SPDX-License-Identifier: MIT */
#include "http/escape.h"

#include "base/text.h"

#include <string.h>

/* Visible ASCII that HTML takes as it is: nearly all of a page. */
static size_t count_ordinary(struct slice text)
{
    size_t n = 0;
    while (n < text.len && text.data[n] >= 0x20 && text.data[n] < 0x7f &&
           text.data[n] != '&' && text.data[n] != '<' && text.data[n] != '>' &&
           text.data[n] != '"' && text.data[n] != '\'') {
        n++;
    }
    return n;
}

static const char *html_entity(uint32_t c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

bool escape_html(struct buf *out, struct slice text)
{
    while (text.len > 0 && buf_ok(out)) {
        uint32_t c = 0xfffd;
        size_t ordinary = count_ordinary(text);
        if (ordinary > 0) {
            buf_append(out, text.data, ordinary);
            text = slice_part(text, ordinary, text.len);
            continue;
        }
        size_t len = text_decode_utf8(text, &c);
        const char *entity = html_entity(c);
        if (len == 0) {
            text_append_utf8(out, 0xfffd);
            len = 1;
        } else if (entity != NULL) {
            buf_append_string(out, entity);
        } else if (text_is_hidden(c)) {
            buf_printf(out, "\\u{%x}", (unsigned)c);
        } else {
            buf_append(out, text.data, len);
        }
        text = slice_part(text, len, text.len);
    }
    return buf_ok(out);
}

bool escape_html_string(struct buf *out, const char *text)
{
    return escape_html(out, slice_from_string(text));
}

static bool append_percent(struct buf *out, uint8_t byte)
{
    static const char digits[] = "0123456789ABCDEF";
    char text[3] = { '%', digits[byte >> 4], digits[byte & 15] };
    return buf_append(out, text, sizeof(text));
}

/* RFC 3986 2.3 */
static bool is_unreserved(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || (byte != 0 && strchr("-._~", byte) != NULL);
}

bool escape_url(struct buf *out, struct slice bytes)
{
    for (size_t i = 0; i < bytes.len && buf_ok(out); i++) {
        uint8_t byte = bytes.data[i];
        if (is_unreserved(byte)) {
            buf_append_byte(out, byte);
        } else {
            append_percent(out, byte);
        }
    }
    return buf_ok(out);
}

bool escape_log_field(struct buf *out, struct slice bytes)
{
    if (bytes.len == 0) {
        return buf_append_byte(out, '-');
    }
    for (size_t i = 0; i < bytes.len && buf_ok(out); i++) {
        uint8_t byte = bytes.data[i];
        if (byte == ' ') {
            buf_append_byte(out, '+');
        } else if (byte > 0x20 && byte < 0x7f) {
            buf_append_byte(out, byte);
        } else {
            append_percent(out, byte);
        }
    }
    return buf_ok(out);
}

/* The byte of the %HH that `text` begins with; -1 if it begins with none. */
static int read_percent(struct slice text)
{
    if (text.len < 3 || text.data[0] != '%') {
        return -1;
    }
    int high = text_hex_value((char)text.data[1]);
    int low = text_hex_value((char)text.data[2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

bool escape_decode_form(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        int escaped = read_percent(slice_part(text, i, text.len));
        if (escaped >= 0) {
            buf_append_byte(out, (uint8_t)escaped);
            i += 2;
        } else {
            buf_append_byte(out, text.data[i] == '+' ? ' ' : text.data[i]);
        }
    }
    return buf_ok(out);
}

bool escape_decode_url(struct buf *out, struct slice text)
{
    size_t before = out->len;

    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.data[i];
        if (byte == '%') {
            int escaped = read_percent(slice_part(text, i, text.len));
            if (escaped <= 0) {
                out->len = before;
                return false;
            }
            byte = (uint8_t)escaped;
            i += 2;
        }
        buf_append_byte(out, byte);
    }
    if (!buf_ok(out)) {
        out->len = before;
    }
    return buf_ok(out);
}
