/* SPDX-License-Identifier: MIT */
#include "pki/oid.h"

#include "base/compiler.h"
#include "base/text.h"
#include "pki/oid_list.h"

#include <assert.h>
#include <string.h>

/* Bytes of one arc: enough for the 128-bit arcs of 2.25.UUID (X.667). */
#define ARC_BYTES_MAX ((size_t)19)
/* 19 * 7 bits, and 2^133 has 41 digits. */
#define ARC_DIGITS_MAX ((size_t)41)
/* How much of a malformed OID is displayed. */
#define OID_SHOWN_MAX ((size_t)32)

static const struct oid_info infos[OID_COUNT] = {
    [OID_UNKNOWN] = { "", "unknown", "Unknown", NULL, { NULL, 0 } },
#define OID_ROW(name, dotted, short_name, display, purpose, der) \
    [OID_##name] = { dotted,                                     \
                     short_name,                                 \
                     display,                                    \
                     purpose,                                    \
                     { (const uint8_t *)(der), sizeof(der) - 1 } },
    OID_LIST(OID_ROW)
#undef OID_ROW
};

enum oid oid_find(struct slice content)
{
    for (int i = OID_UNKNOWN + 1; i < OID_COUNT; i++) {
        if (slice_equal(infos[i].der, content)) {
            return (enum oid)i;
        }
    }
    return OID_UNKNOWN;
}

const struct oid_info *oid_get(enum oid oid)
{
    assert((unsigned)oid < OID_COUNT);
    return &infos[oid];
}

/* One arc as decimal digits, least significant first. */
struct arc {
    uint8_t digits[ARC_DIGITS_MAX];
    size_t n;
};

/* Takes one base-128 number (X.690 8.19.2); false if it is not minimal, truncated or
 * longer than ARC_BYTES_MAX. */
static bool read_arc(struct slice *cursor, struct arc *ret_arc)
{
    struct arc arc = { { 0 }, 1 };
    if (cursor->len == 0 || cursor->data[0] == 0x80) {
        return false;
    }
    for (size_t i = 0; i < cursor->len && i < ARC_BYTES_MAX; i++) {
        unsigned carry = cursor->data[i] & 0x7f;
        for (size_t d = 0; d < arc.n || carry > 0; d++) {
            unsigned value = (d < arc.n ? arc.digits[d] : 0u) * 128 + carry;
            arc.digits[d] = (uint8_t)(value % 10);
            carry = value / 10;
            arc.n = d < arc.n ? arc.n : d + 1;
        }
        if (cursor->data[i] < 0x80) {
            *cursor = slice_part(*cursor, i + 1, cursor->len);
            *ret_arc = arc;
            return true;
        }
    }
    return false;
}

/* The first number holds two arcs: 40 * first + second, where first is 0, 1 or 2
 * and only under 2 may the second be over 39. */
static void append_first_arcs(struct buf *out, struct arc *arc)
{
    unsigned value = 80;
    if (arc->n <= 2) {
        value = arc->digits[0] + (arc->n == 2 ? arc->digits[1] * 10u : 0u);
    }
    if (value < 80) {
        buf_printf(out, "%u.%u", value / 40, value % 40);
        return;
    }
    /* subtract 80 in place; there is no borrow out, as the arc is at least 80 */
    unsigned borrow = 8;
    for (size_t d = 1; borrow > 0; d++) {
        unsigned digit = arc->digits[d];
        arc->digits[d] =
            (uint8_t)(digit >= borrow ? digit - borrow : digit + 10 - borrow);
        borrow = digit >= borrow ? 0 : 1;
    }
    while (arc->n > 1 && arc->digits[arc->n - 1] == 0) {
        arc->n--;
    }
    buf_append_string(out, "2.");
    for (size_t d = arc->n; d > 0; d--) {
        buf_append_byte(out, (uint8_t)('0' + arc->digits[d - 1]));
    }
}

static bool append_malformed(struct buf *out, struct slice content)
{
    buf_append_string(out, "(malformed OID 06");
    text_append_hex(out, slice_part(content, 0, OID_SHOWN_MAX), 0);
    return buf_append_string(out, content.len > OID_SHOWN_MAX ? "...)" : ")");
}

bool oid_format(struct buf *out, struct slice content)
{
    struct slice cursor = content;
    struct arc arc;
    size_t start = out->len;

    if (content.len == 0) {
        return append_malformed(out, content);
    }
    for (bool first = true; cursor.len > 0; first = false) {
        if (!read_arc(&cursor, &arc)) {
            out->len = start;
            return append_malformed(out, content);
        }
        if (first) {
            append_first_arcs(out, &arc);
            continue;
        }
        buf_append_byte(out, '.');
        for (size_t d = arc.n; d > 0; d--) {
            buf_append_byte(out, (uint8_t)('0' + arc.digits[d - 1]));
        }
    }
    return buf_ok(out);
}

/* Reads decimal digits up to '.' or the end into base-128 digits, least
 * significant first, and adds `plus`. Returns their number, or 0. */
static size_t parse_arc(const char **text, unsigned plus, uint8_t groups[ARC_BYTES_MAX])
{
    size_t n_digits = strspn(*text, "0123456789");
    size_t n = 1;
    if (n_digits == 0 || n_digits > ARC_DIGITS_MAX || (n_digits > 1 && **text == '0')) {
        return 0;
    }
    groups[0] = 0;
    for (size_t i = 0; i <= n_digits; i++) {
        bool last = i == n_digits;
        unsigned carry = last ? plus : (unsigned)((*text)[i] - '0');
        for (size_t g = 0; g < n || carry > 0; g++) {
            if (g == ARC_BYTES_MAX) {
                return 0;
            }
            unsigned value = (g < n ? groups[g] : 0u) * (last ? 1 : 10) + carry;
            groups[g] = value & 0x7f;
            carry = value >> 7;
            n = g < n ? n : g + 1;
        }
    }
    *text += n_digits;
    return n;
}

static bool parse_dotted(const char *text, struct buf *out)
{
    uint8_t groups[ARC_BYTES_MAX];

    /* "0.", "1." or "2." joins the second arc as 40 * first + second */
    if (text[0] < '0' || text[0] > '2' || text[1] != '.') {
        return false;
    }
    unsigned plus = (unsigned)(text[0] - '0') * 40;
    text += 2;
    for (bool first = true;; first = false) {
        size_t n = parse_arc(&text, first ? plus : 0, groups);
        if (n == 0) {
            return false;
        }
        if (first && plus < 80 && (n > 1 || groups[0] >= plus + 40)) {
            return false; /* the second arc is over 39 */
        }
        while (n > 0) {
            n--;
            buf_append_byte(out, (uint8_t)(groups[n] | (n > 0 ? 0x80 : 0)));
        }
        if (*text == 0) {
            return buf_ok(out);
        }
        if (*text++ != '.') {
            return false;
        }
    }
}

bool oid_parse(const char *text, struct buf *out)
{
    for (int i = OID_UNKNOWN + 1; i < OID_COUNT; i++) {
        if (text_equal_ignoring_case(text, infos[i].short_name)) {
            return buf_append_slice(out, infos[i].der);
        }
    }
    size_t start = out->len;
    if (!parse_dotted(text, out)) {
        out->len = start;
        return false;
    }
    return true;
}
