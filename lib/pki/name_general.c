/* SPDX-License-Identifier: MIT
 *
 * General names (RFC 5280 4.2.1.6) as text.
 */
#include "pki/name_internal.h"

#include "base/compiler.h"
#include "base/text.h"
#include "pki/der.h"
#include "pki/oid.h"

#define IPV4_LEN    ((size_t)4)
#define IPV6_LEN    ((size_t)16)
#define IPV6_GROUPS 8

/* The longest run of two or more zero groups, which "::" stands for (RFC 5952
 * 4.2); start = IPV6_GROUPS when there is none. */
static void find_zeros(const unsigned groups[IPV6_GROUPS], size_t *ret_start,
                       size_t *ret_len)
{
    size_t best_start = IPV6_GROUPS;
    size_t best_len = 1;
    size_t run = 0;
    for (size_t i = 0; i < IPV6_GROUPS; i++) {
        run = groups[i] == 0 ? run + 1 : 0;
        if (run > best_len) {
            best_len = run;
            best_start = i + 1 - run;
        }
    }
    *ret_start = best_start;
    *ret_len = best_len;
}

static void append_ipv6(struct buf *out, const uint8_t *bytes)
{
    unsigned groups[IPV6_GROUPS];
    size_t start;
    size_t len;
    for (size_t i = 0; i < IPV6_GROUPS; i++) {
        groups[i] = (unsigned)bytes[i * 2] << 8 | bytes[i * 2 + 1];
    }
    find_zeros(groups, &start, &len);
    for (size_t i = 0; i < IPV6_GROUPS;) {
        if (i == start) {
            buf_append_string(out, "::");
            i += len;
            continue;
        }
        bool separate = i > 0 && i != start + len;
        buf_printf(out, separate ? ":%x" : "%x", groups[i]);
        i++;
    }
}

static void append_ipv4(struct buf *out, const uint8_t *bytes)
{
    buf_printf(out, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
}

/* An address, or in name constraints an address and its mask. */
static void append_ip(struct buf *out, struct slice value)
{
    bool v4 = value.len == IPV4_LEN || value.len == 2 * IPV4_LEN;
    bool v6 = value.len == IPV6_LEN || value.len == 2 * IPV6_LEN;
    buf_append_string(out, "IP:");
    if (!v4 && !v6) {
        buf_append_byte(out, '#');
        text_append_hex(out, value, 0);
        return;
    }
    size_t len = v4 ? IPV4_LEN : IPV6_LEN;
    for (size_t at = 0; at < value.len; at += len) {
        if (at > 0) {
            buf_append_byte(out, '/');
        }
        if (v4) {
            append_ipv4(out, value.data + at);
        } else {
            append_ipv6(out, value.data + at);
        }
    }
}

/* OtherName ::= SEQUENCE { OID, [0] EXPLICIT ANY } */
static void append_other(struct buf *out, struct slice content)
{
    struct slice type;
    struct slice field;
    struct slice value;
    uint8_t tag;
    if (!der_read(&content, DER_OID, &type)) {
        buf_append_string(out, "other:(malformed)");
        return;
    }
    if (oid_find(type) == OID_UPN &&
        der_read(&content, DER_CONTEXT | DER_CONSTRUCTED | 0, &field) &&
        der_read_any(&field, &tag, &value, NULL) && name_is_string(tag)) {
        buf_append_string(out, "UPN:");
        name_decode_string(out, tag, value);
        return;
    }
    buf_append_string(out, "other:");
    oid_format(out, type);
}

static void append_labelled(struct buf *out, const char *label, struct slice value)
{
    buf_append_string(out, label);
    name_decode_string(out, DER_IA5_STRING, value);
}

bool name_format_general(struct buf *out, struct slice general_name)
{
    struct slice value;
    uint8_t tag;
    if (!der_read_any(&general_name, &tag, &value, NULL)) {
        return buf_append_string(out, "(malformed general name)");
    }
    switch (tag) {
    case DER_CONTEXT | DER_CONSTRUCTED | 0:
        append_other(out, value);
        break;
    case DER_CONTEXT | 1:
        append_labelled(out, "email:", value);
        break;
    case DER_CONTEXT | 2:
        append_labelled(out, "DNS:", value);
        break;
    case DER_CONTEXT | DER_CONSTRUCTED | 4:
        buf_append_string(out, "DirName:");
        name_format(out, value);
        break;
    case DER_CONTEXT | 6:
        append_labelled(out, "URI:", value);
        break;
    case DER_CONTEXT | 7:
        append_ip(out, value);
        break;
    case DER_CONTEXT | 8:
        buf_append_string(out, "RID:");
        oid_format(out, value);
        break;
    default: /* x400Address, ediPartyName, or nothing known */
        buf_printf(out, "[%u]:#", tag & 0x1fu);
        text_append_hex(out, value, 0);
        break;
    }
    return buf_ok(out);
}
