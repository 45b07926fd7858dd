/* SPDX-License-Identifier: MIT
 *
 * What Active Directory Certificate Services put into certificates (MS-WCCE 2.2.2.7.7,
 * KB5014754). Part of describe/describe.
 */
#include "base/compiler.h"
#include "base/text.h"
#include "describe/describe_list.h"
#include "pki/der.h"
#include "pki/name.h"

const char *describe_address_note(struct slice url)
{
    static const struct {
        const char *scheme;
        const char *note;
    } notes[] = {
        { "ldap:", " (ldap: Windows asks it, certgate does not)" },
        { "https:", " (https: certgate does not ask it)" },
    };
    char start[8] = "";
    if (certificate_is_http(url)) {
        return "";
    }
    for (size_t i = 0; i < url.len && i + 1 < sizeof(start); i++) {
        start[i] = (char)url.data[i];
    }
    for (size_t i = 0; i < ARRAY_LEN(notes); i++) {
        if (text_has_prefix_ignoring_case(start, notes[i].scheme)) {
            return notes[i].note;
        }
    }
    return " (certgate does not ask it)";
}

/* A BMPString: the template's name (version 1 templates). */
bool describe_append_template_name(struct buf *out, struct slice value)
{
    struct slice text;
    uint8_t tag;
    return der_read_any(&value, &tag, &text, NULL) && value.len == 0 &&
           (tag == DER_BMP_STRING || tag == DER_UTF8_STRING) &&
           name_decode_string(out, tag, text);
}

/* CertificateTemplate ::= SEQUENCE { OID, major INTEGER, minor INTEGER OPTIONAL } */
bool describe_append_template(struct buf *out, struct slice value)
{
    struct slice content;
    struct slice oid;
    uint32_t major = 0;
    uint32_t minor = 0;
    if (!der_read(&value, DER_SEQUENCE, &content) || value.len != 0 ||
        !der_read(&content, DER_OID, &oid)) {
        return false;
    }
    bool has_major = der_read_small(&content, DER_INTEGER, &major);
    bool has_minor = has_major && der_read_small(&content, DER_INTEGER, &minor);
    if (content.len != 0) {
        return false;
    }
    oid_format(out, oid);
    if (has_major) {
        buf_printf(out, ", version %lu.%lu", (unsigned long)major,
                   (unsigned long)(has_minor ? minor : 0));
    }
    return buf_ok(out);
}

/* SEQUENCE { [0] OtherName { szOID_NTDS_OBJECTSID, [0] OCTET STRING "S-1-5-..." } } */
bool describe_append_sid(struct buf *out, struct slice value)
{
    struct slice content;
    struct slice other;
    struct slice type;
    struct slice wrapped;
    struct slice text;
    if (!der_read(&value, DER_SEQUENCE, &content) || value.len != 0 ||
        !der_read(&content, DER_CONTEXT | DER_CONSTRUCTED | 0, &other) ||
        !der_read(&other, DER_OID, &type) || oid_find(type) != OID_NTDS_OBJECT_SID ||
        !der_read(&other, DER_CONTEXT | DER_CONSTRUCTED | 0, &wrapped) ||
        !der_read(&wrapped, DER_OCTET_STRING, &text)) {
        return false;
    }
    return name_decode_string(out, DER_UTF8_STRING, text);
}
