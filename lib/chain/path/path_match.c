/* SPDX-License-Identifier: MIT */
#include "chain/path/path_match.h"

#include "base/text.h"

#include <stdint.h>

#define HOST_MAX ((size_t)255) /* RFC 1035 2.3.4 */

/* ---- hosts */

/* An absolute name without the dot at its end. */
static struct slice without_root(struct slice name)
{
    bool absolute = name.len > 1 && name.data[name.len - 1] == '.';
    return slice_part(name, 0, name.len - (absolute ? 1 : 0));
}

static bool is_label_byte(uint8_t c)
{
    c = (uint8_t)text_lower((char)c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '*';
}

/* The preferred syntax (RFC 1034 3.5), with '_', no label empty; a wildcard is a label.
 */
static bool is_dns_name(struct slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.data[i];
        bool ends_label =
            c == '.' && i > 0 && i + 1 < name.len && name.data[i - 1] != '.';
        if (!ends_label && !is_label_byte(c)) {
            return false;
        }
    }
    return name.len > 0;
}

/* `name` ends in `suffix` at a label's border: "a.b.c" within "b.c". */
static bool is_within_domain(struct slice name, struct slice domain, bool itself_counts)
{
    if (domain.len > 0 && domain.data[0] == '.') {
        domain = slice_part(domain, 1, domain.len);
        itself_counts = false;
    }
    if (domain.len == 0) {
        return true;
    }
    if (name.len == domain.len) {
        return itself_counts && text_equal_slices_ignoring_case(name, domain);
    }
    return name.len > domain.len && name.data[name.len - domain.len - 1] == '.' &&
           text_equal_slices_ignoring_case(
               slice_part(name, name.len - domain.len, domain.len), domain);
}

enum match path_match_dns(struct slice name, struct slice constraint, bool excluding)
{
    name = without_root(name);
    constraint = without_root(constraint);
    if (!is_dns_name(name)) {
        return MATCH_UNSUPPORTED;
    }
    if (is_within_domain(name, constraint, true)) {
        return MATCH_YES;
    }
    /* "*.example.com" may stand for an excluded "mail.example.com". */
    bool wildcard = name.len > 2 && name.data[0] == '*' && name.data[1] == '.';
    if (excluding && wildcard) {
        struct slice parent = slice_part(name, 2, name.len);
        size_t dot = slice_find(constraint, '.');
        struct slice above = slice_part(constraint, dot + 1, constraint.len);
        return text_equal_slices_ignoring_case(above, parent) ? MATCH_YES : MATCH_NO;
    }
    return MATCH_NO;
}

/* `host` is a DNS name without a dot at its end. */
static enum match match_host(struct slice host, struct slice constraint)
{
    constraint = without_root(constraint);
    bool subdomains = constraint.len > 0 && constraint.data[0] == '.';
    return (subdomains ? is_within_domain(host, constraint, false)
                       : constraint.len == 0 ||
                             text_equal_slices_ignoring_case(host, constraint))
               ? MATCH_YES
               : MATCH_NO;
}

/* ---- mailboxes */

/* The last '@', as the local part may hold quoted ones. */
static size_t find_at(struct slice address)
{
    for (size_t i = address.len; i-- > 0;) {
        if (address.data[i] == '@') {
            return i;
        }
    }
    return address.len;
}

enum match path_match_email(struct slice name, struct slice constraint)
{
    size_t name_at = find_at(name);
    size_t constraint_at = find_at(constraint);
    struct slice host = without_root(slice_part(name, name_at + 1, name.len));
    bool quoted = name.len > 0 && name.data[0] == '"';
    if (name_at == 0 || !is_dns_name(host) ||
        (!quoted && slice_find(name, '@') != name_at)) {
        return MATCH_UNSUPPORTED; /* no mailbox (RFC 5321 4.1.2) */
    }
    if (constraint_at == constraint.len) {
        return match_host(host, constraint);
    }
    struct slice wanted_host =
        without_root(slice_part(constraint, constraint_at + 1, constraint.len));
    bool any_user =
        constraint_at == 0; /* "@example.com", as UPN constraints are written */
    bool same_user = slice_equal(slice_part(name, 0, name_at),
                                 slice_part(constraint, 0, constraint_at));
    return (any_user || same_user) && text_equal_slices_ignoring_case(host, wanted_host)
               ? MATCH_YES
               : MATCH_NO;
}

/* ---- URIs */

/* RFC 3986 3.2; a NUL is no part of a host either, and browsers end it at '\'. */
static bool ends_authority(uint8_t c)
{
    return c == '/' || c == '?' || c == '#' || c == '\\' || c == 0;
}

/* The digit's value, or -1. */
static int hex_value(uint8_t c)
{
    c = (uint8_t)text_lower((char)c);
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 3986 2.1. False for what is no encoding, or longer than a name may be. */
static bool decode_percent(struct slice text, uint8_t room[static HOST_MAX],
                           size_t *ret_len)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++, n++) {
        if (n == HOST_MAX) {
            return false;
        }
        room[n] = text.data[i];
        if (text.data[i] != '%') {
            continue;
        }
        int high = i + 2 < text.len ? hex_value(text.data[i + 1]) : -1;
        int low = i + 2 < text.len ? hex_value(text.data[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return false;
        }
        room[n] = (uint8_t)(high << 4 | low);
        i += 2;
    }
    *ret_len = n;
    return true;
}

static bool is_number(struct slice label)
{
    bool hex = label.len >= 2 && label.data[0] == '0' &&
               text_lower((char)label.data[1]) == 'x';
    for (size_t i = hex ? 2 : 0; i < label.len; i++) {
        bool digit = label.data[i] >= '0' && label.data[i] <= '9';
        if (!digit && !(hex && hex_value(label.data[i]) >= 0)) {
            return false;
        }
    }
    return label.len > 0;
}

/* No top-level domain is a number (RFC 3696 2): what ends in one is an IPv4 address in
 * one of the forms that inet_aton reads, 192.0.2.1, 0xc0.513 or 3221225985. */
static bool is_ipv4(struct slice host)
{
    size_t start = host.len;
    while (start > 0 && host.data[start - 1] != '.') {
        start--;
    }
    return is_number(slice_part(host, start, host.len));
}

/* The authority (RFC 3986 3.2) without user and port; false if there is none. */
static bool find_host(struct slice uri, struct slice *ret_host)
{
    size_t colon = slice_find(uri, ':');
    struct slice rest = slice_part(uri, colon + 1, uri.len);
    if (rest.len < 3 || rest.data[0] != '/' || rest.data[1] != '/') {
        return false;
    }
    struct slice host = slice_part(rest, 2, rest.len);
    size_t end = 0;
    while (end < host.len && !ends_authority(host.data[end])) {
        end++;
    }
    host = slice_part(host, 0, end);
    size_t at = find_at(host);
    host = at < host.len ? slice_part(host, at + 1, host.len) : host;
    *ret_host = slice_part(host, 0, slice_find(host, ':'));
    return true;
}

enum match path_match_uri(struct slice uri, struct slice constraint)
{
    uint8_t room[HOST_MAX];
    struct slice host;
    size_t len;
    if (!find_host(uri, &host) || !decode_percent(host, room, &len)) {
        return MATCH_UNSUPPORTED;
    }
    host = without_root((struct slice){ room, len });
    if (!is_dns_name(host) || is_ipv4(host)) {
        return MATCH_UNSUPPORTED;
    }
    return match_host(host, constraint);
}

/* ---- IP addresses */

static bool is_mask(struct slice mask)
{
    bool ended = false;
    for (size_t bit = 0; bit < mask.len * 8; bit++) {
        bool set = (mask.data[bit / 8] >> (7 - bit % 8) & 1) != 0;
        if (set && ended) {
            return false;
        }
        ended |= !set;
    }
    return true;
}

enum match path_match_ip(struct slice address, struct slice constraint)
{
    struct slice network = slice_part(constraint, 0, constraint.len / 2);
    struct slice mask = slice_part(constraint, constraint.len / 2, constraint.len);
    if ((constraint.len != 8 && constraint.len != 32) || !is_mask(mask)) {
        return MATCH_UNSUPPORTED;
    }
    if (address.len != network.len) {
        return MATCH_NO;
    }
    for (size_t i = 0; i < address.len; i++) {
        if (((address.data[i] ^ network.data[i]) & mask.data[i]) != 0) {
            return MATCH_NO;
        }
    }
    return MATCH_YES;
}
