/* SPDX-License-Identifier: MIT */
#include "pki/pem.h"

#include <string.h>

#define PEM_LABEL_MAX ((size_t)64)

static const char begin_mark[] = "-----BEGIN ";
static const char end_mark[] = "-----END ";
static const char dashes[] = "-----";

/* Position of `needle` in `text`, or text.len. */
static size_t find(struct slice text, const char *needle)
{
    size_t len = strlen(needle);
    for (size_t at = 0; at + len <= text.len; at++) {
        const uint8_t *dash = memchr(text.data + at, '-', text.len - at);
        if (dash == NULL) {
            break;
        }
        at = (size_t)(dash - text.data);
        if (at + len <= text.len && memcmp(dash, needle, len) == 0) {
            return at;
        }
    }
    return text.len;
}

/* Reads "LABEL-----" off `rest`. */
static bool read_label(struct slice *rest, struct slice *ret_label)
{
    size_t len = find(slice_part(*rest, 0, PEM_LABEL_MAX + sizeof(dashes)), dashes);
    if (len > PEM_LABEL_MAX || len + sizeof(dashes) - 1 > rest->len) {
        return false;
    }
    *ret_label = slice_part(*rest, 0, len);
    *rest = slice_part(*rest, len + sizeof(dashes) - 1, rest->len);
    return true;
}

bool pem_is(struct slice text)
{
    return find(text, begin_mark) < text.len;
}

enum pem_result pem_next(struct slice *text, struct pem_block *ret_block)
{
    for (;;) {
        size_t start = find(*text, begin_mark);
        if (start == text->len) {
            *text = SLICE_EMPTY;
            return PEM_END;
        }
        struct slice whole = slice_part(*text, start, text->len);
        struct slice rest = slice_part(whole, sizeof(begin_mark) - 1, whole.len);
        if (!read_label(&rest, &ret_block->label)) {
            *text = rest;
            continue;
        }
        /* Neither base64 nor a header line contains five dashes, so the next ones
         * belong to END. */
        size_t len = find(rest, dashes);
        ret_block->body = slice_part(rest, 0, len);
        struct slice after = slice_part(rest, len, rest.len);
        struct slice end_label;
        if (find(slice_part(after, 0, sizeof(end_mark) - 1), end_mark) != 0 ||
            after.len == 0) {
            *text = after;
            return PEM_OPEN;
        }
        after = slice_part(after, sizeof(end_mark) - 1, after.len);
        if (!read_label(&after, &end_label) ||
            !slice_equal(end_label, ret_block->label)) {
            *text = after;
            return PEM_OPEN;
        }
        ret_block->whole = slice_part(whole, 0, (size_t)(after.data - whole.data));
        *text = after;
        return PEM_BLOCK;
    }
}

bool pem_has_label(const struct pem_block *block, const char *label)
{
    return slice_equals_string(block->label, label);
}

static int base64_value(uint8_t c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool pem_decode(const struct pem_block *block, struct buf *out)
{
    size_t start = out->len;
    uint32_t bits = 0;
    size_t digits = 0;
    size_t padding = 0;

    for (size_t i = 0; i < block->body.len; i++) {
        uint8_t c = block->body.data[i];
        if (c == '\n' || c == '\r' || c == ' ' || c == '\t') {
            continue;
        }
        int value = base64_value(c);
        if (c == '=') {
            padding++;
        } else if (value < 0 || padding > 0) {
            return false;
        } else {
            bits = bits << 6 | (uint32_t)value;
            digits++;
            /* After the 2nd, 3rd and 4th digit of a group a byte is complete. */
            if (digits % 4 != 1) {
                unsigned left = (unsigned)((4 - digits % 4) % 4) * 2;
                buf_append_byte(out, (uint8_t)(bits >> left & 0xff));
            }
        }
    }
    return (digits + padding) % 4 == 0 && padding <= 2 && out->len > start &&
           buf_ok(out);
}
