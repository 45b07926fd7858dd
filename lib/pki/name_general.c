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

/* ---- other names */

/* A GUID as Windows writes it: the first three numbers little-endian. */
static bool append_guid(struct buf *out, uint8_t tag, struct slice value)
{
    static const uint8_t order[] = { 3, 2, 1,  0,  5,  4,  7,  6,
                                     8, 9, 10, 11, 12, 13, 14, 15 };
    if (tag != DER_OCTET_STRING || value.len != sizeof(order)) {
        return false;
    }
    buf_append_string(out, "GUID:{");
    for (size_t i = 0; i < sizeof(order); i++) {
        buf_append_string(out, i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "");
        buf_printf(out, "%02x", value.data[order[i]]);
    }
    return buf_append_byte(out, '}');
}

/* FASC-N (NIST SP 800-73): forty digits of four bits, least significant first, and an
 * odd parity bit. Separators are 's', 'f' and 'e'; what does not decode is shown as
 * bytes. */
static bool append_fasc_n(struct buf *out, uint8_t tag, struct slice value)
{
    static const char letters[] = "0123456789 s f e";
    char digits[41] = "";
    bool good = tag == DER_OCTET_STRING && value.len == 25;
    for (size_t i = 0; good && i < 40; i++) {
        unsigned code = 0;
        unsigned parity = 0;
        for (size_t k = 0; k < 5; k++) {
            size_t bit = i * 5 + k;
            unsigned set = (unsigned)value.data[bit / 8] >> (7 - bit % 8) & 1u;
            code |= k < 4 ? set << k : 0;
            parity += set;
        }
        digits[i] = letters[code];
        good = parity % 2 == 1 && (i == 39 || digits[i] != ' ');
    }
    buf_append_string(out, "FASC-N:");
    if (good) {
        digits[39] = 0; /* a check over the others */
        return buf_append_string(out, digits);
    }
    buf_append_byte(out, '#');
    return text_append_hex(out, value, 0);
}

/* GeneralString (RFC 4120 5.2.1): ASCII in practice. */
#define TAG_GENERAL_STRING 0x1b

/* KRB5PrincipalName ::= SEQUENCE { [0] realm, [1] { [0] type, [1] SEQUENCE OF name } }
 * (RFC 4556 3.2.2): "host/name@REALM". */
static bool append_krb5(struct buf *out, uint8_t tag, struct slice value)
{
    const uint8_t tag_0 = DER_CONTEXT | DER_CONSTRUCTED;
    struct slice field;
    struct slice realm;
    struct slice principal;
    struct slice names;
    struct slice part;
    if (tag != DER_SEQUENCE || !der_read(&value, tag_0, &field) ||
        !der_read(&field, TAG_GENERAL_STRING, &realm) ||
        !der_read(&value, tag_0 | 1, &field) ||
        !der_read(&field, DER_SEQUENCE, &principal) ||
        !der_read(&principal, tag_0, NULL) ||
        !der_read(&principal, tag_0 | 1, &field) ||
        !der_read(&field, DER_SEQUENCE, &names)) {
        return false;
    }
    buf_append_string(out, "KRB5:");
    for (bool first = true; der_read(&names, TAG_GENERAL_STRING, &part);
         first = false) {
        buf_append_string(out, first ? "" : "/");
        name_decode_string(out, DER_IA5_STRING, part);
    }
    buf_append_byte(out, '@');
    return name_decode_string(out, DER_IA5_STRING, realm);
}

static bool append_text(struct buf *out, const char *label, uint8_t tag,
                        struct slice value)
{
    return name_is_string(tag) && buf_append_string(out, label) &&
           name_decode_string(out, tag, value);
}

static const struct {
    enum oid type;
    const char *label; /* of a text; else: */
    bool (*append)(struct buf *out, uint8_t tag, struct slice value);
} other_names[] = {
    { OID_UPN, "UPN:", NULL },
    { OID_NTDS_REPLICATION, NULL, append_guid },
    { OID_FASC_N, NULL, append_fasc_n },
    { OID_KRB5_PRINCIPAL, NULL, append_krb5 },
    { OID_SMTP_UTF8_MAILBOX, "SmtpUTF8Mailbox:", NULL },
    { OID_DNS_SRV, "SRV:", NULL },
    { OID_XMPP_ADDRESS, "XMPP:", NULL },
};

static bool append_known_other(struct buf *out, enum oid type, uint8_t tag,
                               struct slice value)
{
    for (size_t i = 0; i < ARRAY_LEN(other_names); i++) {
        if (other_names[i].type == type) {
            return other_names[i].label != NULL
                       ? append_text(out, other_names[i].label, tag, value)
                       : other_names[i].append(out, tag, value);
        }
    }
    return false;
}

/* OtherName ::= SEQUENCE { OID, [0] EXPLICIT ANY } */
static void append_other(struct buf *out, struct slice content)
{
    struct slice type;
    struct slice field;
    struct slice value;
    uint8_t tag;
    size_t start = out->len;
    if (!der_read(&content, DER_OID, &type)) {
        buf_append_string(out, "other:(malformed)");
        return;
    }
    if (der_read(&content, DER_CONTEXT | DER_CONSTRUCTED | 0, &field) &&
        der_read_any(&field, &tag, &value, NULL) &&
        append_known_other(out, oid_find(type), tag, value)) {
        return;
    }
    out->len = start;
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
