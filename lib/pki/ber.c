/* SPDX-License-Identifier: MIT */
#include "pki/ber.h"

#include "pki/der.h"

#define TAG_MULTI_BYTE   0x1f
#define LENGTH_OPEN      0x80
#define LENGTH_BYTES_MAX ((size_t)4)

struct value {
    uint8_t tag;
    bool is_open;         /* indefinite length: ended by two zero bytes */
    struct slice content; /* for an indefinite length, all bytes that follow */
    struct slice whole;   /* not for an indefinite length */
};

/* Like der_read_any, but accepts indefinite and non-minimal lengths. */
static bool read_value(struct slice *cursor, struct value *ret_value)
{
    struct slice rest = *cursor;
    size_t len = 0;
    if (rest.len < 2 || (rest.data[0] & TAG_MULTI_BYTE) == TAG_MULTI_BYTE) {
        return false;
    }
    uint8_t tag = rest.data[0];
    uint8_t first = rest.data[1];
    rest = slice_part(rest, 2, rest.len);
    if (first == LENGTH_OPEN) {
        *ret_value = (struct value){ .tag = tag, .is_open = true, .content = rest };
        *cursor = rest;
        return (tag & DER_CONSTRUCTED) != 0;
    }
    if (first < 0x80) {
        len = first;
    } else {
        size_t n = first & 0x7f;
        if (n > LENGTH_BYTES_MAX || n > rest.len) {
            return false;
        }
        for (size_t i = 0; i < n; i++) {
            len = len << 8 | rest.data[i];
        }
        rest = slice_part(rest, n, rest.len);
    }
    if (len > rest.len) {
        return false;
    }
    size_t header_len = cursor->len - rest.len;
    *ret_value = (struct value){
        .tag = tag,
        .content = { cursor->data + header_len, len },
        .whole = { cursor->data, header_len + len },
    };
    *cursor = (struct slice){ cursor->data + header_len + len, rest.len - len };
    return true;
}

static bool take_end(struct slice *cursor)
{
    if (cursor->len < 2 || cursor->data[0] != 0 || cursor->data[1] != 0) {
        return false;
    }
    *cursor = slice_part(*cursor, 2, cursor->len);
    return true;
}

static bool convert(struct slice *cursor, struct buf *out, unsigned depth,
                    bool *ret_changed);

/* The values within one, up to its end. */
static bool convert_content(struct slice *cursor, bool is_open, struct buf *out,
                            unsigned depth, bool *changed)
{
    while (is_open ? !take_end(cursor) : cursor->len > 0) {
        if (!convert(cursor, out, depth + 1, changed)) {
            return false;
        }
    }
    return true;
}

/* A constructed OCTET STRING: the contents of its parts, concatenated. */
static bool join_pieces(struct slice *cursor, bool is_open, struct buf *out,
                        unsigned depth)
{
    struct value piece;
    if (depth >= BER_DEPTH_MAX) {
        return false;
    }
    while (is_open ? !take_end(cursor) : cursor->len > 0) {
        if (!read_value(cursor, &piece)) {
            return false;
        }
        if (piece.tag == DER_OCTET_STRING) {
            buf_append_slice(out, piece.content);
            continue;
        }
        struct slice rest = piece.content;
        if (piece.tag != (DER_OCTET_STRING | DER_CONSTRUCTED) ||
            !join_pieces(&rest, piece.is_open, out, depth + 1)) {
            return false;
        }
        *cursor = piece.is_open ? rest : *cursor;
    }
    return buf_ok(out);
}

static bool convert(struct slice *cursor, struct buf *out, unsigned depth,
                    bool *ret_changed)
{
    struct value value;
    size_t start = out->len;
    if (depth >= BER_DEPTH_MAX || !read_value(cursor, &value)) {
        return false;
    }
    if ((value.tag & DER_CONSTRUCTED) == 0) {
        return buf_append_slice(out, value.whole);
    }
    struct slice rest = value.content;
    bool changed = value.is_open;
    bool converted;
    if (value.tag == (DER_OCTET_STRING | DER_CONSTRUCTED)) {
        size_t mark = der_begin(out, DER_OCTET_STRING);
        converted = join_pieces(&rest, value.is_open, out, depth);
        der_end(out, mark);
        changed = true;
    } else {
        size_t mark = der_begin(out, value.tag);
        converted = convert_content(&rest, value.is_open, out, depth, &changed);
        der_end(out, mark);
    }
    if (!buf_ok(out) || (value.is_open && !converted)) {
        return false;
    }
    if (!converted || !changed) {
        /* The length says where it ends; its contents need not be BER. */
        out->len = start;
        buf_append_slice(out, value.whole);
    } else {
        *ret_changed = true;
    }
    if (value.is_open) {
        *cursor = rest;
    }
    return buf_ok(out);
}

bool ber_to_der(struct slice ber, struct buf *out)
{
    bool changed = false;
    return convert(&ber, out, 0, &changed);
}
