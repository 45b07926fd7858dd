/* SPDX-License-Identifier: MIT */
#include "pki/der.h"

#include "base/compiler.h"
#include "base/timestamp.h"

/* No value in memory is longer than a four-byte length can express. */
#define LENGTH_BYTES_MAX ((size_t)4)
/* The low five bits are all set: the tag number continues in further bytes. No
 * certificate, CRL, OCSP response or PKCS#12 file uses such a tag. */
#define TAG_MULTI_BYTE 0x1f

/* Takes a definite, minimal length (X.690 8.1.3, 10.1). */
static bool read_length(struct slice *cursor, size_t *ret_len)
{
    if (cursor->len == 0) {
        return false;
    }
    uint8_t first = cursor->data[0];
    if (first < 0x80) {
        *ret_len = first;
        *cursor = slice_part(*cursor, 1, cursor->len);
        return true;
    }
    size_t n = first & 0x7f;
    if (n == 0 || n > LENGTH_BYTES_MAX || cursor->len < 1 + n || cursor->data[1] == 0) {
        return false;
    }
    size_t len = 0;
    for (size_t i = 1; i <= n; i++) {
        len = len << 8 | cursor->data[i];
    }
    if (len < 0x80) {
        return false;
    }
    *ret_len = len;
    *cursor = slice_part(*cursor, 1 + n, cursor->len);
    return true;
}

bool der_read_any(struct slice *cursor, uint8_t *ret_tag, struct slice *ret_content,
                  struct slice *ret_whole)
{
    if (cursor->len < 2 || (cursor->data[0] & TAG_MULTI_BYTE) == TAG_MULTI_BYTE) {
        return false;
    }
    struct slice rest = { cursor->data + 1, cursor->len - 1 };
    size_t len;
    if (!read_length(&rest, &len) || len > rest.len) {
        return false;
    }
    size_t header_len = cursor->len - rest.len;
    if (ret_tag != NULL) {
        *ret_tag = cursor->data[0];
    }
    if (ret_content != NULL) {
        *ret_content = (struct slice){ cursor->data + header_len, len };
    }
    if (ret_whole != NULL) {
        *ret_whole = (struct slice){ cursor->data, header_len + len };
    }
    *cursor = (struct slice){ cursor->data + header_len + len, rest.len - len };
    return true;
}

bool der_next_is(struct slice cursor, uint8_t tag)
{
    return cursor.len > 0 && cursor.data[0] == tag;
}

bool der_read(struct slice *cursor, uint8_t tag, struct slice *ret_content)
{
    return der_next_is(*cursor, tag) && der_read_any(cursor, NULL, ret_content, NULL);
}

bool der_read_whole(struct slice *cursor, uint8_t tag, struct slice *ret_whole)
{
    return der_next_is(*cursor, tag) && der_read_any(cursor, NULL, NULL, ret_whole);
}

bool der_read_signature(struct slice *cursor, struct slice *ret_signature)
{
    struct slice bits;
    if (!der_read(cursor, DER_BIT_STRING, &bits) || bits.len == 0 || bits.data[0] > 7 ||
        (bits.len == 1 && bits.data[0] != 0)) {
        return false;
    }
    *ret_signature = bits.data[0] == 0 ? slice_part(bits, 1, bits.len) : SLICE_EMPTY;
    return true;
}

bool der_read_small(struct slice *cursor, uint8_t tag, uint32_t *ret_value)
{
    struct slice rest = *cursor;
    struct slice content;
    if (!der_read(&rest, tag, &content) || content.len == 0 ||
        content.data[0] >= 0x80) {
        return false;
    }
    if (content.len > 1 && content.data[0] == 0) {
        if (content.data[1] < 0x80) {
            return false; /* not minimal */
        }
        content = slice_part(content, 1, content.len);
    }
    if (content.len > sizeof(uint32_t)) {
        return false;
    }
    uint32_t value = 0;
    for (size_t i = 0; i < content.len; i++) {
        value = value << 8 | content.data[i];
    }
    *ret_value = value;
    *cursor = rest;
    return true;
}

bool der_read_boolean(struct slice *cursor, bool *ret_value)
{
    struct slice rest = *cursor;
    struct slice content;
    if (!der_read(&rest, DER_BOOLEAN, &content) || content.len != 1 ||
        (content.data[0] != 0x00 && content.data[0] != 0xff)) {
        return false;
    }
    *ret_value = content.data[0] != 0;
    *cursor = rest;
    return true;
}

/* Takes two decimal digits off `text`; false if it does not begin with them. */
static bool take_two_digits(struct slice *text, int *ret_number)
{
    if (text->len < 2 || text->data[0] < '0' || text->data[0] > '9' ||
        text->data[1] < '0' || text->data[1] > '9') {
        return false;
    }
    *ret_number = (text->data[0] - '0') * 10 + (text->data[1] - '0');
    *text = slice_part(*text, 2, text->len);
    return true;
}

/* Takes what follows the digits up to the end: a fraction of the last unit, "Z", "+hh",
 * "-hhmm" or nothing. */
static bool read_zone(struct slice text, bool may_have_fraction, int64_t *ret_offset)
{
    int hours = 0;
    int minutes = 0;
    if (may_have_fraction && text.len > 1 &&
        (text.data[0] == '.' || text.data[0] == ',')) {
        size_t n = 1;
        while (n < text.len && text.data[n] >= '0' && text.data[n] <= '9') {
            n++;
        }
        if (n == 1) {
            return false;
        }
        text = slice_part(text, n, text.len);
    }
    *ret_offset = 0;
    if (text.len == 0 || (text.len == 1 && text.data[0] == 'Z')) {
        return true;
    }
    int64_t sign = text.data[0] == '-' ? -1 : 1;
    if (text.data[0] != '-' && text.data[0] != '+') {
        return false;
    }
    text = slice_part(text, 1, text.len);
    if (!take_two_digits(&text, &hours) || hours > 23 ||
        (text.len > 0 && (!take_two_digits(&text, &minutes) || minutes > 59)) ||
        text.len > 0) {
        return false;
    }
    *ret_offset = sign * (hours * TIMESTAMP_HOUR + minutes * TIMESTAMP_MINUTE);
    return true;
}

bool der_read_any_time(struct slice *cursor, int64_t *ret_time, bool *ret_is_exact)
{
    struct slice rest = *cursor;
    struct slice text;
    uint8_t tag;
    if (!der_read_any(&rest, &tag, &text, NULL) ||
        (tag != DER_UTC_TIME && tag != DER_GENERALIZED_TIME)) {
        return false;
    }
    /* [YY]YYMMDDHH[MM[SS]] as pairs of digits */
    bool general = tag == DER_GENERALIZED_TIME;
    size_t n_max = general ? 7 : 6;
    size_t n = 0;
    int pairs[7] = { 0 };
    size_t len = text.len;
    while (n < n_max && take_two_digits(&text, &pairs[n])) {
        n++;
    }
    int64_t offset;
    if (n < 5 || !read_zone(text, general, &offset)) {
        return false; /* a UTCTime has minutes, a GeneralizedTime at least hours */
    }
    const int *p = pairs + (n_max - 6);
    int century = general ? pairs[0] : p[0] >= 50 ? 19 : 20;
    struct civil_time civil = {
        .year = century * 100 + p[0],
        .month = p[1],
        .day = p[2],
        .hour = p[3],
        .minute = p[4],
        .second = p[5],
    };
    int64_t time;
    if (!timestamp_from_civil(&civil, &time)) {
        return false;
    }
    *ret_time = time - offset;
    *ret_is_exact =
        n == n_max && len == n_max * 2 + 1 && text.len == 1 && text.data[0] == 'Z';
    *cursor = rest;
    return true;
}

bool der_read_time(struct slice *cursor, int64_t *ret_time)
{
    struct slice rest = *cursor;
    int64_t time;
    bool exact;
    if (!der_read_any_time(&rest, &time, &exact) || !exact) {
        return false;
    }
    *ret_time = time;
    *cursor = rest;
    return true;
}

size_t der_begin(struct buf *out, uint8_t tag)
{
    uint8_t header[] = { tag, 0 };
    buf_append(out, header, sizeof(header));
    return out->len;
}

void der_end(struct buf *out, size_t mark)
{
    if (!buf_ok(out)) {
        return;
    }
    size_t len = out->len - mark;
    if (len < 0x80) {
        out->data[mark - 1] = (uint8_t)len;
        return;
    }
    /* The one byte that was reserved for the length is too few: move the content up. */
    size_t n = 0;
    for (size_t rest = len; rest > 0; rest >>= 8) {
        n++;
    }
    static const uint8_t room[sizeof(size_t)] = { 0 };
    if (!buf_append(out, room, n)) {
        return;
    }
    for (size_t i = len; i > 0; i--) {
        out->data[mark + n + i - 1] = out->data[mark + i - 1];
    }
    out->data[mark - 1] = (uint8_t)(0x80 | n);
    for (size_t i = n; i > 0; i--) {
        out->data[mark + i - 1] = (uint8_t)len;
        len >>= 8;
    }
}

void der_write(struct buf *out, uint8_t tag, struct slice content)
{
    size_t mark = der_begin(out, tag);
    buf_append_slice(out, content);
    der_end(out, mark);
}

void der_write_unsigned(struct buf *out, struct slice bytes)
{
    while (bytes.len > 0 && bytes.data[0] == 0) {
        bytes = slice_part(bytes, 1, bytes.len);
    }
    size_t mark = der_begin(out, DER_INTEGER);
    if (bytes.len == 0 || bytes.data[0] >= 0x80) {
        buf_append_byte(out, 0); /* zero itself, or the sign */
    }
    buf_append_slice(out, bytes);
    der_end(out, mark);
}

void der_write_small(struct buf *out, uint32_t value)
{
    uint8_t bytes[] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16),
                        (uint8_t)(value >> 8), (uint8_t)value };
    der_write_unsigned(out, (struct slice){ bytes, sizeof(bytes) });
}

void der_write_boolean(struct buf *out, bool value)
{
    uint8_t byte = value ? 0xff : 0x00;
    der_write(out, DER_BOOLEAN, (struct slice){ &byte, 1 });
}

void der_write_bits(struct buf *out, struct slice bytes)
{
    size_t mark = der_begin(out, DER_BIT_STRING);
    buf_append_byte(out, 0); /* no unused bits */
    buf_append_slice(out, bytes);
    der_end(out, mark);
}

static void write_time(struct buf *out, uint8_t tag, const struct civil_time *c)
{
    size_t mark = der_begin(out, tag);
    if (tag == DER_GENERALIZED_TIME) {
        buf_printf(out, "%02d", c->year / 100);
    }
    buf_printf(out, "%02d%02d%02d%02d%02d%02dZ", c->year % 100, c->month, c->day,
               c->hour, c->minute, c->second);
    der_end(out, mark);
}

void der_write_time(struct buf *out, int64_t time)
{
    struct civil_time c = timestamp_to_civil(time);
    bool fits_utc_time = c.year >= 1950 && c.year <= 2049;
    write_time(out, fits_utc_time ? DER_UTC_TIME : DER_GENERALIZED_TIME, &c);
}

void der_write_generalized_time(struct buf *out, int64_t time)
{
    struct civil_time c = timestamp_to_civil(time);
    write_time(out, DER_GENERALIZED_TIME, &c);
}
