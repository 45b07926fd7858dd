/* SPDX-License-Identifier: MIT */
#include "like/windows_text.h"

#include "base/text.h"

#include <string.h>

static uint32_t unit_at(struct slice bytes, size_t i, bool is_big_endian)
{
    uint32_t first = bytes.data[i];
    uint32_t second = bytes.data[i + 1];
    return is_big_endian ? first << 8 | second : second << 8 | first;
}

/* A surrogate without its other half becomes U+FFFD, and so does half a unit. */
static bool decode_utf16(struct slice bytes, bool is_big_endian, struct buf *out)
{
    size_t i = 0;
    while (i + 1 < bytes.len) {
        uint32_t c = unit_at(bytes, i, is_big_endian);
        i += 2;
        if (c >= 0xd800 && c < 0xdc00 && i + 1 < bytes.len) {
            uint32_t low = unit_at(bytes, i, is_big_endian);
            if (low >= 0xdc00 && low < 0xe000) {
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                i += 2;
            }
        }
        text_append_utf8(out, c);
    }
    if (i < bytes.len) {
        text_append_utf8(out, 0xfffd);
    }
    return buf_ok(out);
}

bool windows_text_decode(struct slice bytes, struct buf *out)
{
    static const uint8_t utf8[] = { 0xef, 0xbb, 0xbf };
    if (bytes.len >= 2 && bytes.data[0] == 0xff && bytes.data[1] == 0xfe) {
        return decode_utf16(slice_part(bytes, 2, bytes.len), false, out);
    }
    if (bytes.len >= 2 && bytes.data[0] == 0xfe && bytes.data[1] == 0xff) {
        return decode_utf16(slice_part(bytes, 2, bytes.len), true, out);
    }
    if (bytes.len >= sizeof(utf8) && memcmp(bytes.data, utf8, sizeof(utf8)) == 0) {
        bytes = slice_part(bytes, sizeof(utf8), bytes.len);
    }
    return buf_append_slice(out, bytes) && buf_ok(out);
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

struct slice windows_text_trim(struct slice text)
{
    while (text.len > 0 && is_blank(text.data[0])) {
        text = slice_part(text, 1, text.len);
    }
    while (text.len > 0 && is_blank(text.data[text.len - 1])) {
        text.len--;
    }
    return text;
}

/* 0 for what is neither letter nor digit. */
static char letter(char c)
{
    char lower = text_lower(c);
    return (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ? lower : 0;
}

static char next_letter(struct slice *text)
{
    char found = 0;
    while (text->len > 0 && found == 0) {
        found = letter((char)text->data[0]);
        *text = slice_part(*text, 1, text->len);
    }
    return found;
}

bool windows_text_same_word(struct slice text, const char *word)
{
    struct slice other = slice_from_string(word);
    char a;
    do {
        a = next_letter(&text);
        if (a != next_letter(&other)) {
            return false;
        }
    } while (a != 0);
    return true;
}

bool windows_text_begins(struct slice text, const char *prefix)
{
    size_t i = 0;
    while (prefix[i] != 0) {
        if (i == text.len || text_lower((char)text.data[i]) != text_lower(prefix[i])) {
            return false;
        }
        i++;
    }
    return true;
}

bool windows_text_equal(struct slice text, const char *word)
{
    return text.len == strlen(word) && windows_text_begins(text, word);
}
