/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include "base/compiler.h"

#include <string.h>

size_t text_decode_utf8(struct slice text, uint32_t *ret_code_point)
{
    static const uint32_t smallest[5] = { 0, 0, 0x80, 0x800, 0x10000 };

    if (text.len == 0) {
        return 0;
    }
    uint8_t first = text.data[0];
    size_t len = first < 0x80   ? 1
                 : first < 0xc2 ? 0
                 : first < 0xe0 ? 2
                 : first < 0xf0 ? 3
                                : 4;
    if (len == 0 || first > 0xf4 || len > text.len) {
        return 0;
    }
    uint32_t value = len == 1 ? first : first & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((text.data[i] & 0xc0) != 0x80) {
            return 0;
        }
        value = value << 6 | (text.data[i] & 0x3fu);
    }
    if (value < smallest[len] || value > 0x10ffff ||
        (value >= 0xd800 && value <= 0xdfff)) {
        return 0;
    }
    *ret_code_point = value;
    return len;
}

bool text_is_utf8(struct slice text)
{
    uint32_t ignored;
    while (text.len > 0) {
        size_t len = text_decode_utf8(text, &ignored);
        if (len == 0) {
            return false;
        }
        text = slice_part(text, len, text.len);
    }
    return true;
}

bool text_append_utf8(struct buf *out, uint32_t c)
{
    if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
        c = 0xfffd;
    }
    if (c < 0x80) {
        return buf_append_byte(out, (uint8_t)c);
    }
    uint8_t bytes[4];
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        bytes[i] = (uint8_t)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    bytes[0] = (uint8_t)((0xf00u >> len & 0xff) | c);
    return buf_append(out, bytes, len);
}

bool text_is_hidden(uint32_t c)
{
    if (c >= 0x20 && c < 0x7f) {
        return false;
    }
    static const struct {
        uint32_t first;
        uint32_t last;
    } hidden[] = {
        { 0x0000, 0x001f },   /* C0 controls */
        { 0x007f, 0x009f },   /* DEL and C1 controls */
        { 0x00ad, 0x00ad },   /* soft hyphen */
        { 0x034f, 0x034f },   /* combining grapheme joiner */
        { 0x061c, 0x061c },   /* Arabic letter mark */
        { 0x115f, 0x1160 },   /* Hangul fillers */
        { 0x17b4, 0x17b5 },   /* Khmer inherent vowels */
        { 0x180b, 0x180f },   /* Mongolian selectors and separator */
        { 0x200b, 0x200f },   /* zero width, LRM, RLM */
        { 0x2028, 0x202e },   /* separators, bidirectional embeddings and overrides */
        { 0x2060, 0x206f },   /* invisible operators, isolates */
        { 0x3164, 0x3164 },   /* Hangul filler */
        { 0xfe00, 0xfe0f },   /* variation selectors */
        { 0xfeff, 0xfeff },   /* BOM */
        { 0xffa0, 0xffa0 },   /* half-width Hangul filler */
        { 0xfff0, 0xfffb },   /* specials */
        { 0xe0000, 0xe0fff }, /* tags */
    };
    for (size_t i = 0; i < ARRAY_LEN(hidden); i++) {
        if (c >= hidden[i].first && c <= hidden[i].last) {
            return true;
        }
    }
    return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef); /* noncharacters */
}

bool text_escape_terminal(struct buf *out, struct slice text)
{
    while (text.len > 0) {
        uint32_t c = 0;
        size_t len = text_decode_utf8(text, &c);
        if (len == 0) {
            buf_printf(out, "\\x%02x", text.data[0]);
            len = 1;
        } else if (!text_is_hidden(c)) {
            buf_append(out, text.data, len);
        } else if (c < 0x80) {
            buf_printf(out, "\\x%02x", (unsigned)c);
        } else {
            buf_printf(out, "\\u{%x}", (unsigned)c);
        }
        text = slice_part(text, len, text.len);
    }
    return buf_ok(out);
}

bool text_append_hex(struct buf *out, struct slice bytes, char separator)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        if (separator != 0 && i > 0) {
            buf_append_byte(out, (uint8_t)separator);
        }
        buf_append_byte(out, (uint8_t)digits[bytes.data[i] >> 4]);
        buf_append_byte(out, (uint8_t)digits[bytes.data[i] & 15]);
    }
    return buf_ok(out);
}

int text_hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool text_read_hex(const char *text, uint8_t *bytes, size_t size, size_t *ret_len)
{
    static const char left_to_right_mark[] = "\xe2\x80\x8e";
    size_t len = 0;
    int high = -1;

    if (strncmp(text, left_to_right_mark, 3) == 0) {
        text += 3;
    }
    for (; *text != 0; text++) {
        if (*text == ' ' || *text == ':' || *text == '\t') {
            continue;
        }
        int value = text_hex_value(*text);
        if (value < 0) {
            return false;
        }
        if (high < 0) {
            high = value;
            continue;
        }
        if (len == size) {
            return false;
        }
        bytes[len++] = (uint8_t)(high << 4 | value);
        high = -1;
    }
    *ret_len = len;
    return high < 0;
}

char text_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_equal_ignoring_case(const char *a, const char *b)
{
    while (*a != 0 && text_lower(*a) == text_lower(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

bool text_equal_slices_ignoring_case(struct slice a, struct slice b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (text_lower((char)a.data[i]) != text_lower((char)b.data[i])) {
            return false;
        }
    }
    return true;
}

bool text_has_prefix_ignoring_case(const char *text, const char *prefix)
{
    for (; *prefix != 0; text++, prefix++) {
        char pair[2][2] = { { *text, 0 }, { *prefix, 0 } };
        if (!text_equal_ignoring_case(pair[0], pair[1])) {
            return false;
        }
    }
    return true;
}

bool text_has_suffix_ignoring_case(const char *text, const char *suffix)
{
    size_t text_len = strlen(text);
    size_t suffix_len = strlen(suffix);
    return text_len >= suffix_len &&
           text_equal_ignoring_case(text + text_len - suffix_len, suffix);
}

static char fold_path(char c)
{
    return c == '\\' ? '/' : text_lower(c);
}

size_t text_skip_path(const char *path, const char *prefix)
{
    size_t i = 0;
    for (; prefix[i] != 0; i++) {
        if (path[i] == 0 || fold_path(path[i]) != fold_path(prefix[i])) {
            return SIZE_MAX;
        }
    }
    return path[i] == 0 || fold_path(path[i]) == '/' ? i : SIZE_MAX;
}

bool text_read_number(const char *text, uint64_t max, uint64_t *ret_value)
{
    uint64_t value = 0;
    if (*text == 0) {
        return false;
    }
    for (; *text != 0; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        uint64_t digit = (uint64_t)(*text - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *ret_value = value;
    return value <= max;
}

/* ---- the nearest word */

#define NEAREST_MAX ((size_t)64)

/* Levenshtein's distance of two short words. */
static size_t distance(struct slice a, const char *b)
{
    size_t row[NEAREST_MAX + 1];
    size_t b_len = strlen(b);
    if (a.len > NEAREST_MAX || b_len > NEAREST_MAX) {
        return NEAREST_MAX;
    }
    for (size_t j = 0; j <= b_len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t substituted =
                diagonal + (a.data[i - 1] == (uint8_t)b[j - 1] ? 0 : 1);
            size_t edited = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = substituted < edited ? substituted : edited;
        }
    }
    return row[b_len];
}

void text_nearest_init(struct text_nearest *nearest, struct slice word)
{
    *nearest = (struct text_nearest){ .word = word, .best = word.len / 3 + 2 };
}

void text_nearest_look(struct text_nearest *nearest, const char *candidate)
{
    size_t d = distance(nearest->word, candidate);
    if (d < nearest->best) {
        nearest->best = d;
        nearest->found = candidate;
    }
}
