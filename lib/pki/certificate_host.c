/* SPDX-License-Identifier: MIT
 *
 * Whether a certificate is good for a host (RFC 6125 section 6, RFC 2818 3.1).
 */
#include "base/text.h"
#include "pki/certificate.h"
#include "pki/der.h"
#include "pki/name.h"

#include <arpa/inet.h>
#include <string.h>

#define HOST_MAX ((size_t)256)

enum { GENERAL_NAME_DNS = DER_CONTEXT | 2, GENERAL_NAME_IP = DER_CONTEXT | 7 };

struct host {
    char name[HOST_MAX]; /* without brackets, zone and last dot */
    uint8_t ip[16];
    size_t ip_len; /* 0 = a name */
};

static bool host_parse(struct host *host, const char *text)
{
    size_t len = strlen(text);
    if (len > 1 && text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    if (len > 1 && text[len - 1] == '.') {
        len--;
    }
    if (len == 0 || len >= sizeof(host->name)) {
        return false;
    }
    memcpy(host->name, text, len);
    host->name[len] = 0;
    char *zone = strchr(host->name, ':') == NULL ? NULL : strchr(host->name, '%');
    if (zone != NULL) {
        *zone = 0;
    }
    host->ip_len = inet_pton(AF_INET, host->name, host->ip) == 1    ? 4
                   : inet_pton(AF_INET6, host->name, host->ip) == 1 ? 16
                                                                    : 0;
    return true;
}

/* `pattern` comes from the certificate and may contain any bytes. */
static bool dns_matches(struct slice pattern, const struct host *host)
{
    const char *name = host->name;

    if (pattern.len > 1 && pattern.data[pattern.len - 1] == '.') {
        pattern.len--;
    }
    /* RFC 6125 6.4.3: the wildcard is the whole left-most label and stands for exactly
     * one label; a wildcard directly below a top-level domain never matches. */
    if (pattern.len > 2 && pattern.data[0] == '*' && pattern.data[1] == '.') {
        const char *dot = strchr(host->name, '.');
        struct slice parent = slice_part(pattern, 2, pattern.len);
        if (host->ip_len > 0 || dot == NULL || dot == host->name ||
            slice_find(parent, '.') == parent.len) {
            return false;
        }
        pattern = parent;
        name = dot + 1;
    }
    char text[HOST_MAX];
    /* An embedded NUL would end the comparison early: "good.example\0.evil". */
    if (pattern.len == 0 || pattern.len >= sizeof(text) ||
        slice_find(pattern, 0) < pattern.len) {
        return false;
    }
    memcpy(text, pattern.data, pattern.len);
    text[pattern.len] = 0;
    return text_equal_ignoring_case(text, name);
}

static bool alt_name_matches(struct slice names, const struct host *host)
{
    uint8_t tag;
    struct slice content;

    while (der_read_any(&names, &tag, &content, NULL)) {
        if (tag == GENERAL_NAME_IP && host->ip_len > 0 &&
            slice_equal(content, (struct slice){ host->ip, host->ip_len })) {
            return true;
        }
        if (tag == GENERAL_NAME_DNS && host->ip_len == 0 &&
            dns_matches(content, host)) {
            return true;
        }
    }
    return false;
}

/* The last common name, which is the most specific (RFC 6125 2.3.1). */
static void on_attribute(void *user, size_t rdn, struct slice type, uint8_t tag,
                         struct slice value)
{
    struct buf *common_name = user;
    (void)rdn;
    if (oid_find(type) == OID_COMMON_NAME) {
        buf_clear(common_name);
        name_decode_string(common_name, tag, value);
    }
}

bool certificate_matches_host(const struct certificate *cert, const char *host_text)
{
    struct host host;
    if (cert->malformed != NULL || !host_parse(&host, host_text)) {
        return false;
    }
    if (cert->has_subject_alt_name) {
        return alt_name_matches(cert->subject_alt_name, &host);
    }
    struct buf common_name = BUF_EMPTY;
    bool matches = name_walk(cert->subject, on_attribute, &common_name) &&
                   buf_ok(&common_name) && dns_matches(buf_slice(&common_name), &host);
    buf_finish(&common_name);
    return matches;
}
