/* SPDX-License-Identifier: MIT */
#include "mapping/mapping_match.h"

#include "base/text.h"
#include "pki/name_internal.h"

#include <string.h>

/* ---- sub-fields */

/* CERT_X500_NAME_STR's short names (Microsoft, "CertNameToStr function"). */
static const struct sub_field {
    const char *name;
    const char *other; /* what others call it, for the suggestion */
    enum oid type;
} sub_fields[] = {
    { "CN", "commonName", OID_COMMON_NAME },
    { "O", "organizationName", OID_ORGANIZATION },
    { "OU", "organizationalUnitName", OID_ORGANIZATIONAL_UNIT },
    { "C", "countryName", OID_COUNTRY },
    { "S", "ST", OID_STATE },
    { "L", "localityName", OID_LOCALITY },
    { "E", "emailAddress", OID_EMAIL_ADDRESS },
    { "DC", "domainComponent", OID_DOMAIN_COMPONENT },
    { "STREET", "streetAddress", OID_STREET },
    { "T", "title", OID_TITLE },
    { "G", "GN", OID_GIVEN_NAME },
    { "I", "initials", OID_INITIALS },
    { "SN", "surname", OID_SURNAME },
    { "SERIALNUMBER", "serialNumber", OID_SERIAL_NUMBER },
    { "Description", "description", OID_DESCRIPTION },
    { "PostalCode", "postalCode", OID_POSTAL_CODE },
};

enum oid mapping_match_sub_field(const char *sub_field)
{
    for (size_t i = 0; i < ARRAY_LEN(sub_fields); i++) {
        if (strcmp(sub_fields[i].name, sub_field) == 0) {
            return sub_fields[i].type;
        }
    }
    return OID_UNKNOWN;
}

const char *mapping_match_suggest(const char *sub_field)
{
    for (size_t i = 0; i < ARRAY_LEN(sub_fields); i++) {
        if (text_equal_ignoring_case(sub_fields[i].name, sub_field) ||
            text_equal_ignoring_case(sub_fields[i].other, sub_field)) {
            return sub_fields[i].name;
        }
    }
    return NULL;
}

/* ---- values */

/* The character at `at` and the place behind it; `at` < text.len. What is no UTF-8
 * (an operator's file in another encoding) counts byte by byte, and equals no letter.
 */
static uint32_t take(struct slice text, size_t *at, bool case_sensitive)
{
    uint32_t c = 0;
    size_t len = text_decode_utf8(slice_part(text, *at, text.len), &c);
    if (len == 0) {
        c = UINT32_MAX - text.data[*at];
        len = 1;
    }
    *at += len;
    return case_sensitive ? c : name_lower(c);
}

/* The usual walk with one place to go back to: behind the last *, one character
 * further in the value. At worst value times criteria, both of which are limited. */
bool mapping_match_text(struct slice value, const char *criteria, bool case_sensitive)
{
    const struct slice pattern = slice_from_string(criteria);
    size_t at = 0;
    size_t in = 0;
    size_t star = pattern.len; /* of the last *; none yet */
    size_t retry = 0;

    if (value.len > MAPPING_MATCH_VALUE_MAX) {
        return false;
    }
    while (at < value.len) {
        if (in < pattern.len && pattern.data[in] == '*') {
            star = in++;
            retry = at;
            continue;
        }
        size_t next = at;
        size_t next_in = in;
        if (in < pattern.len && take(value, &next, case_sensitive) ==
                                    take(pattern, &next_in, case_sensitive)) {
            at = next;
            in = next_in;
        } else if (star < pattern.len) {
            (void)take(value, &retry, true);
            at = retry;
            in = star + 1;
        } else {
            return false;
        }
    }
    while (in < pattern.len && pattern.data[in] == '*') {
        in++;
    }
    return in == pattern.len;
}

/* ---- names */

struct search {
    enum oid type;
    const char *criteria;
    bool case_sensitive;
    struct buf *values;
    bool found;
};

static void on_attribute(void *user, size_t rdn, struct slice type, uint8_t tag,
                         struct slice value)
{
    struct search *search = user;
    struct buf text = BUF_EMPTY;
    (void)rdn;

    if (search->found || oid_find(type) != search->type || !name_is_string(tag)) {
        return;
    }
    if (!name_decode_string(&text, tag, value)) {
        search->values->failed = true;
        buf_finish(&text);
        return;
    }
    search->found =
        mapping_match_text(buf_slice(&text), search->criteria, search->case_sensitive);
    if (search->values->len > 0) {
        buf_append_string(search->values, ", ");
    }
    buf_append_slice(search->values, buf_slice(&text));
    buf_finish(&text);
}

bool mapping_match_name(struct slice name, enum oid type, const char *criteria,
                        bool case_sensitive, struct buf *values)
{
    struct search search = { type, criteria, case_sensitive, values, false };
    bool well_formed = name_walk(name, on_attribute, &search);
    return well_formed && search.found;
}
