/* SPDX-License-Identifier: MIT */
#include "pki/name_internal.h"

#include "base/compiler.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/der.h"
#include "pki/oid.h"

#include <stdlib.h>
#include <string.h>

/* ---- strings */

bool name_is_string(uint8_t tag)
{
    switch (tag) {
    case DER_UTF8_STRING:
    case DER_NUMERIC_STRING:
    case DER_PRINTABLE_STRING:
    case DER_TELETEX_STRING:
    case DER_IA5_STRING:
    case DER_VISIBLE_STRING:
    case DER_UNIVERSAL_STRING:
    case DER_BMP_STRING:
        return true;
    default:
        return false;
    }
}

/* Takes `width` bytes, big-endian; a truncated value is malformed. */
static bool take_unit(struct slice *value, size_t width, uint32_t *ret_unit)
{
    uint32_t unit = 0;
    if (value->len < width) {
        *value = SLICE_EMPTY;
        return false;
    }
    for (size_t i = 0; i < width; i++) {
        unit = unit << 8 | value->data[i];
    }
    *value = slice_part(*value, width, value->len);
    *ret_unit = unit;
    return true;
}

/* UTF-16BE with surrogate pairs: X.680 says UCS-2, but Windows writes UTF-16. */
static bool take_utf16(struct slice *value, uint32_t *ret_code_point)
{
    uint32_t high;
    uint32_t low;
    if (!take_unit(value, 2, &high)) {
        return false;
    }
    if (high < 0xd800 || high > 0xdfff) {
        *ret_code_point = high;
        return true;
    }
    struct slice rest = *value;
    if (high > 0xdbff || !take_unit(&rest, 2, &low) || low < 0xdc00 || low > 0xdfff) {
        return false;
    }
    *value = rest;
    *ret_code_point = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    return true;
}

static bool take_utf8(struct slice *value, uint32_t *ret_code_point)
{
    size_t len = text_decode_utf8(*value, ret_code_point);
    *value = slice_part(*value, len == 0 ? 1 : len, value->len);
    return len > 0;
}

bool name_take_code_point(uint8_t tag, struct slice *value, uint32_t *ret_code_point)
{
    bool good;
    uint32_t c = NAME_REPLACEMENT;
    if (tag == DER_BMP_STRING) {
        good = take_utf16(value, &c);
    } else if (tag == DER_UNIVERSAL_STRING) {
        good = take_unit(value, 4, &c) && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
    } else if (tag == DER_TELETEX_STRING) {
        good = take_unit(value, 1, &c);
    } else {
        /* For the ASCII types as well: many hold UTF-8 in practice. */
        good = take_utf8(value, &c);
    }
    *ret_code_point = good ? c : NAME_REPLACEMENT;
    return good;
}

bool name_decode_string(struct buf *out, uint8_t tag, struct slice value)
{
    uint32_t c;
    while (value.len > 0) {
        (void)name_take_code_point(tag, &value, &c);
        text_append_utf8(out, c);
    }
    return buf_ok(out);
}

static void on_text(void *user, size_t rdn, struct slice type, uint8_t tag,
                    struct slice value)
{
    bool *malformed = user;
    uint32_t c;
    (void)rdn;
    (void)type;
    while (name_is_string(tag) && value.len > 0 && !*malformed) {
        *malformed = !name_take_code_point(tag, &value, &c);
    }
}

bool name_has_malformed_text(struct slice name)
{
    bool malformed = false;
    (void)name_walk(name, on_text, &malformed);
    return malformed;
}

/* ---- structure: SEQUENCE OF SET OF SEQUENCE { OID, ANY } */

bool name_take_attribute(struct slice *rdn, struct name_attribute *ret_attribute)
{
    struct name_attribute attribute = { .tag = 0 };
    struct slice rest = *rdn;
    struct slice content;
    if (!der_read(&rest, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_OID, &attribute.type) ||
        !der_read_any(&content, &attribute.tag, &attribute.value,
                      &attribute.whole_value) ||
        content.len != 0) {
        return false;
    }
    *rdn = rest;
    *ret_attribute = attribute;
    return true;
}

static bool read_rdns(struct slice name, struct slice *ret_rdns)
{
    return der_read(&name, DER_SEQUENCE, ret_rdns) && name.len == 0;
}

bool name_walk(struct slice name, name_on_attribute_fn on_attribute, void *user)
{
    struct slice rdns;
    struct slice rdn;
    struct name_attribute attribute;
    if (!read_rdns(name, &rdns)) {
        return false;
    }
    for (size_t n = 0; rdns.len > 0; n++) {
        if (!der_read(&rdns, DER_SET, &rdn) || rdn.len == 0) {
            return false;
        }
        while (rdn.len > 0) {
            if (!name_take_attribute(&rdn, &attribute)) {
                return false;
            }
            on_attribute(user, n, attribute.type, attribute.tag, attribute.value);
        }
    }
    return true;
}

bool name_is_empty(struct slice name)
{
    struct slice rdns;
    return read_rdns(name, &rdns) && rdns.len == 0;
}

/* ---- RFC 4514 */

/* Escapes by section 2.4: the special characters, a space at either end, '#' at the
 * start, and NUL, which only a hex pair can express. */
static void append_escaped(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        bool first = i == 0;
        bool last = i + 1 == text.len;
        if (c == 0) {
            buf_append_string(out, "\\00");
            continue;
        }
        if (strchr("\"+,;<>\\", c) != NULL || (c == ' ' && (first || last)) ||
            (c == '#' && first)) {
            buf_append_byte(out, '\\');
        }
        buf_append_byte(out, c);
    }
}

static bool append_attribute(struct buf *out, const struct name_attribute *attribute)
{
    enum oid oid = oid_find(attribute->type);
    bool is_text = oid != OID_UNKNOWN && name_is_string(attribute->tag);
    if (oid == OID_UNKNOWN) {
        oid_format(out, attribute->type);
    } else {
        buf_append_string(out, oid_get(oid)->short_name);
    }
    buf_append_byte(out, '=');
    if (!is_text) {
        buf_append_byte(out, '#');
        return text_append_hex(out, attribute->whole_value, 0);
    }
    struct buf text = BUF_EMPTY;
    bool good = name_decode_string(&text, attribute->tag, attribute->value);
    append_escaped(out, buf_slice(&text));
    out->failed |= !buf_ok(&text);
    buf_finish(&text);
    return good && buf_ok(out);
}

static bool append_rdn(struct buf *out, struct slice rdn)
{
    struct name_attribute attribute;
    for (bool first = true; rdn.len > 0; first = false) {
        if (!first) {
            buf_append_byte(out, '+');
        }
        if (!name_take_attribute(&rdn, &attribute) ||
            !append_attribute(out, &attribute)) {
            return false;
        }
    }
    return true;
}

static void count_rdn(void *user, size_t rdn, struct slice type, uint8_t tag,
                      struct slice value)
{
    size_t *n_rdns = user;
    (void)type;
    (void)tag;
    (void)value;
    *n_rdns = rdn + 1;
}

bool name_format(struct buf *out, struct slice name)
{
    size_t n = 0;
    struct slice rdns;
    if (!name_walk(name, count_rdn, &n) || !read_rdns(name, &rdns)) {
        return buf_append_string(out, "(malformed name)");
    }
    /* The last RDN is written first, so their positions must be known. */
    struct slice *list = mem_alloc(n, sizeof(*list));
    if (list == NULL) {
        out->failed = true;
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        (void)der_read(&rdns, DER_SET, &list[i]);
    }
    bool good = true;
    for (size_t i = n; good && i > 0; i--) {
        good = (i == n || buf_append_byte(out, ',')) && append_rdn(out, list[i - 1]);
    }
    free(list);
    return good;
}

/* ---- one line for display */

/* In order of preference; if an attribute type occurs several times, the last one
 * counts. */
static const enum oid simple_types[] = {
    OID_COMMON_NAME,
    OID_ORGANIZATIONAL_UNIT,
    OID_ORGANIZATION,
    OID_EMAIL_ADDRESS,
};

struct simple {
    struct {
        uint8_t tag;
        struct slice value;
    } found[ARRAY_LEN(simple_types)];
};

static void find_simple(void *user, size_t rdn, struct slice type, uint8_t tag,
                        struct slice value)
{
    struct simple *simple = user;
    (void)rdn;
    enum oid oid = oid_find(type);
    for (size_t i = 0; i < ARRAY_LEN(simple_types); i++) {
        if (oid == simple_types[i] && name_is_string(tag) && value.len > 0) {
            simple->found[i].tag = tag;
            simple->found[i].value = value;
        }
    }
}

bool name_format_simple(struct buf *out, struct slice name)
{
    struct simple simple = { 0 };
    if (name_walk(name, find_simple, &simple)) {
        for (size_t i = 0; i < ARRAY_LEN(simple_types); i++) {
            if (simple.found[i].value.len > 0) {
                return name_decode_string(out, simple.found[i].tag,
                                          simple.found[i].value);
            }
        }
    }
    return name_format(out, name);
}
