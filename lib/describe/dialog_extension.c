/* SPDX-License-Identifier: MIT
 *
 * The values of extensions as the page Details words them, by the table at the end.
 * Part of describe/dialog.
 */
#include "base/text.h"
#include "describe/describe_list.h"
#include "describe/dialog.h"
#include "pki/der.h"
#include "pki/name.h"

#define CONTEXT_CONSTRUCTED(n) (DER_CONTEXT | DER_CONSTRUCTED | (n))
#define KEY_USAGE_BITS         9
#define HEX_LINE               16
#define INDENT                 "     "

/* One entry of a list: a line break before all but the first, and the bound. */
static bool next_entry(struct buf *out, size_t *n)
{
    (*n)++;
    if (*n > DIALOG_LIST_MAX) {
        return false;
    }
    if (*n > 1) {
        buf_append_byte(out, '\n');
    }
    return true;
}

static void end_list(struct buf *out, size_t n)
{
    if (n > DIALOG_LIST_MAX) {
        buf_printf(out, "\nand %zu more", n - DIALOG_LIST_MAX);
    }
}

/* "DNS:x" of pki/name as "DNS Name=x". */
static void append_general(struct buf *out, struct slice general_name)
{
    static const struct {
        const char *prefix;
        const char *label;
    } labels[] = {
        { "DNS:", "DNS Name=" },
        { "email:", "RFC822 Name=" },
        { "URI:", "URL=" },
        { "IP:", "IP Address=" },
        { "DirName:", "Directory Address=" },
        { "UPN:", "Other Name: Principal Name=" },
        { "RID:", "Registered ID=" },
        { "GUID:", "Other Name: DS Object Guid=" },
        { "KRB5:", "Other Name: KRB5 Principal Name=" },
        { "FASC-N:", "Other Name: FASC-N=" },
        { "other:", "Other Name: " },
    };
    struct buf text = BUF_EMPTY;
    name_format_general(&text, general_name);
    struct slice rest = buf_slice(&text);
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        struct slice prefix = slice_from_string(labels[i].prefix);
        if (slice_equal(slice_part(rest, 0, prefix.len), prefix)) {
            buf_append_string(out, labels[i].label);
            rest = slice_part(rest, prefix.len, rest.len);
            break;
        }
    }
    buf_append_slice(out, rest);
    out->failed |= !buf_ok(&text);
    buf_finish(&text);
}

/* GeneralNames without their SEQUENCE, one a line after `indent`. */
static bool append_general_names(struct buf *out, struct slice names,
                                 const char *indent, size_t *n)
{
    struct slice content;
    struct slice whole;
    uint8_t tag;
    while (der_read_any(&names, &tag, &content, &whole)) {
        if (next_entry(out, n)) {
            buf_append_string(out, indent);
            append_general(out, whole);
        }
    }
    return names.len == 0;
}

static bool append_alt_names(struct buf *out, struct slice value)
{
    struct slice names;
    size_t n = 0;
    bool good = der_read(&value, DER_SEQUENCE, &names) && value.len == 0 &&
                append_general_names(out, names, "", &n);
    end_list(out, n);
    return good;
}

static bool append_basic_constraints(struct buf *out, struct slice value)
{
    struct slice content;
    bool is_ca = false;
    uint32_t path_len;
    if (!der_read(&value, DER_SEQUENCE, &content) || value.len != 0 ||
        (der_next_is(content, DER_BOOLEAN) && !der_read_boolean(&content, &is_ca))) {
        return false;
    }
    buf_printf(out,
               "Subject Type=%s\nPath Length Constraint=", is_ca ? "CA" : "End Entity");
    if (content.len == 0) {
        return buf_append_string(out, "None");
    }
    return der_read_small(&content, DER_INTEGER, &path_len) && content.len == 0 &&
           buf_printf(out, "%lu", (unsigned long)path_len);
}

/* "Digital Signature, Key Encipherment (a0)" */
static bool append_key_usage(struct buf *out, struct slice value)
{
    struct slice bits;
    size_t n = 0;
    if (!der_read(&value, DER_BIT_STRING, &bits) || value.len != 0 || bits.len == 0) {
        return false;
    }
    bits = slice_part(bits, 1, bits.len);
    for (size_t i = 0; i < KEY_USAGE_BITS && i / 8 < bits.len; i++) {
        if ((bits.data[i / 8] & (0x80u >> i % 8)) != 0) {
            buf_append_string(out, n++ > 0 ? ", " : "");
            buf_append_string(out, describe_key_usages[i].display);
        }
    }
    buf_append_string(out, n == 0 ? "None (" : " (");
    text_append_hex(out, bits, ' ');
    return buf_append_byte(out, ')');
}

static void append_known_oid(struct buf *out, struct slice oid_der, const char *unknown)
{
    enum oid oid = oid_find(oid_der);
    buf_append_string(out, oid == OID_UNKNOWN ? unknown : oid_get(oid)->display);
    buf_append_string(out, " (");
    oid_format(out, oid_der);
    buf_append_byte(out, ')');
}

static bool append_purposes(struct buf *out, struct slice value)
{
    struct slice list;
    struct slice oid;
    size_t n = 0;
    if (!der_read(&value, DER_SEQUENCE, &list) || value.len != 0) {
        return false;
    }
    while (der_read(&list, DER_OID, &oid)) {
        if (next_entry(out, &n)) {
            append_known_oid(out, oid, "Unknown Key Usage");
        }
    }
    end_list(out, n);
    return list.len == 0 && (n > 0 || buf_append_string(out, "None"));
}

static bool append_subject_key_id(struct buf *out, struct slice value)
{
    struct slice id;
    return der_read(&value, DER_OCTET_STRING, &id) && value.len == 0 &&
           text_append_hex(out, id, 0);
}

static bool append_authority_key_id(struct buf *out, struct slice value)
{
    struct slice content;
    struct slice part;
    size_t n = 0;
    if (!der_read(&value, DER_SEQUENCE, &content) || value.len != 0) {
        return false;
    }
    if (der_read(&content, DER_CONTEXT | 0, &part)) {
        next_entry(out, &n);
        buf_append_string(out, "KeyID=");
        text_append_hex(out, part, 0);
    }
    if (der_read(&content, CONTEXT_CONSTRUCTED(1), &part)) {
        next_entry(out, &n);
        buf_append_string(out, "Certificate Issuer:");
        append_general_names(out, part, INDENT, &n);
    }
    if (der_read(&content, DER_CONTEXT | 2, &part)) {
        next_entry(out, &n);
        buf_append_string(out, "Certificate SerialNumber=");
        text_append_hex(out, part, 0);
    }
    end_list(out, n);
    return content.len == 0 && n > 0;
}

static bool append_crl_points(struct buf *out, struct slice value)
{
    struct slice points;
    struct slice point;
    struct slice name;
    struct slice full_name;
    size_t n = 0;
    size_t number = 0;
    if (!der_read(&value, DER_SEQUENCE, &points) || value.len != 0) {
        return false;
    }
    while (der_read(&points, DER_SEQUENCE, &point)) {
        if (next_entry(out, &n)) {
            buf_printf(out, "[%zu]CRL Distribution Point", ++number);
        }
        if (der_read(&point, CONTEXT_CONSTRUCTED(0), &name) &&
            der_read(&name, CONTEXT_CONSTRUCTED(0), &full_name) &&
            !append_general_names(out, full_name, INDENT, &n)) {
            return false;
        }
        if (der_read(&point, CONTEXT_CONSTRUCTED(2), &name) && next_entry(out, &n)) {
            buf_append_string(out, INDENT "CRL Issuer:");
            append_general_names(out, name, INDENT, &n);
        }
    }
    end_list(out, n);
    return points.len == 0 && n > 0;
}

static bool append_info_access(struct buf *out, struct slice value)
{
    struct slice list;
    struct slice access;
    struct slice method;
    size_t n = 0;
    size_t number = 0;
    if (!der_read(&value, DER_SEQUENCE, &list) || value.len != 0) {
        return false;
    }
    while (der_read(&list, DER_SEQUENCE, &access) &&
           der_read(&access, DER_OID, &method)) {
        if (next_entry(out, &n)) {
            buf_printf(out, "[%zu]Access Method=", ++number);
            append_known_oid(out, method, "Unknown");
        }
        append_general_names(out, access, INDENT, &n);
    }
    end_list(out, n);
    return list.len == 0 && n > 0;
}

static bool append_policies(struct buf *out, struct slice value)
{
    struct slice list;
    struct slice policy;
    struct slice oid;
    size_t n = 0;
    if (!der_read(&value, DER_SEQUENCE, &list) || value.len != 0) {
        return false;
    }
    while (der_read(&list, DER_SEQUENCE, &policy) && der_read(&policy, DER_OID, &oid)) {
        if (next_entry(out, &n)) {
            buf_printf(out, "[%zu]Policy Identifier=", n);
            if (oid_find(oid) == OID_ANY_POLICY) {
                buf_append_string(out, "All issuance policies");
            } else {
                oid_format(out, oid);
            }
            buf_append_string(out, policy.len > 0 ? ", with qualifiers" : "");
        }
    }
    end_list(out, n);
    return list.len == 0 && n > 0;
}

/* Written like certificate policies, but of purposes. */
static bool append_application_policies(struct buf *out, struct slice value)
{
    struct slice list;
    struct slice policy;
    struct slice oid;
    size_t n = 0;
    if (!der_read(&value, DER_SEQUENCE, &list) || value.len != 0) {
        return false;
    }
    while (der_read(&list, DER_SEQUENCE, &policy) && der_read(&policy, DER_OID, &oid)) {
        if (next_entry(out, &n)) {
            buf_printf(out,
                       "[%zu]Application Certificate Policy:\n" INDENT
                       "Policy Identifier=",
                       n);
            append_known_oid(out, oid, "Unknown Key Usage");
        }
    }
    end_list(out, n);
    return list.len == 0 && (n > 0 || buf_append_string(out, "None"));
}

static bool append_subtrees(struct buf *out, const char *title, struct slice subtrees,
                            size_t *n)
{
    struct slice subtree;
    struct slice content;
    struct slice whole;
    uint8_t tag;
    if (next_entry(out, n)) {
        buf_append_string(out, title);
    }
    while (der_read(&subtrees, DER_SEQUENCE, &subtree)) {
        if (!der_read_any(&subtree, &tag, &content, &whole)) {
            return false;
        }
        if (next_entry(out, n)) {
            buf_append_string(out, INDENT);
            append_general(out, whole);
        }
    }
    return subtrees.len == 0;
}

static bool append_name_constraints(struct buf *out, struct slice value)
{
    struct slice content;
    struct slice part;
    size_t n = 0;
    bool good = der_read(&value, DER_SEQUENCE, &content) && value.len == 0;
    if (good && der_read(&content, CONTEXT_CONSTRUCTED(0), &part)) {
        good = append_subtrees(out, "Permitted", part, &n);
    }
    if (good && der_read(&content, CONTEXT_CONSTRUCTED(1), &part)) {
        good = append_subtrees(out, "Excluded", part, &n);
    }
    end_list(out, n);
    return good && content.len == 0 && n > 0;
}

static bool append_policy_constraints(struct buf *out, struct slice value)
{
    static const char *const labels[] = { "Required Explicit Policy Skip Certs=",
                                          "Inhibit Policy Mapping Skip Certs=" };
    struct slice content;
    uint32_t number;
    size_t n = 0;
    if (!der_read(&value, DER_SEQUENCE, &content) || value.len != 0) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        if (der_read_small(&content, (uint8_t)(DER_CONTEXT | i), &number)) {
            next_entry(out, &n);
            buf_printf(out, "%s%lu", labels[i], (unsigned long)number);
        }
    }
    return content.len == 0 && n > 0;
}

static bool append_template(struct buf *out, struct slice value)
{
    return buf_append_string(out, "Template=") && describe_append_template(out, value);
}

static const struct {
    enum oid oid;
    /* False: it does not decode; what was appended is taken back. */
    bool (*append)(struct buf *out, struct slice value);
} decoders[] = {
    { OID_KEY_USAGE, append_key_usage },
    { OID_EXTENDED_KEY_USAGE, append_purposes },
    { OID_SUBJECT_ALT_NAME, append_alt_names },
    { OID_ISSUER_ALT_NAME, append_alt_names },
    { OID_BASIC_CONSTRAINTS, append_basic_constraints },
    { OID_SUBJECT_KEY_IDENTIFIER, append_subject_key_id },
    { OID_AUTHORITY_KEY_IDENTIFIER, append_authority_key_id },
    { OID_CRL_DISTRIBUTION_POINTS, append_crl_points },
    { OID_FRESHEST_CRL, append_crl_points },
    { OID_AUTHORITY_INFO_ACCESS, append_info_access },
    { OID_CERTIFICATE_POLICIES, append_policies },
    { OID_MS_ENROLL_CERTTYPE, describe_append_template_name },
    { OID_MS_CERTIFICATE_TEMPLATE, append_template },
    { OID_MS_SID, describe_append_sid },
    { OID_MS_APPLICATION_POLICIES, append_application_policies },
    { OID_NAME_CONSTRAINTS, append_name_constraints },
    { OID_POLICY_CONSTRAINTS, append_policy_constraints },
};

/* As the dialog shows bytes: sixteen a line. */
static void append_bytes(struct buf *out, struct slice value)
{
    size_t n = value.len < DIALOG_VALUE_MAX / 4 ? value.len : DIALOG_VALUE_MAX / 4;
    for (size_t at = 0; at < n; at += HEX_LINE) {
        buf_append_string(out, at > 0 ? "\n" : "");
        text_append_hex(out, slice_part(value, at, HEX_LINE), ' ');
    }
    if (value.len == 0) {
        buf_append_string(out, "(no bytes)");
    } else if (n < value.len) {
        buf_printf(out, "\nand %zu bytes more", value.len - n);
    }
}

bool dialog_append_extension(struct buf *out, const struct extension *extension)
{
    for (size_t i = 0; i < ARRAY_LEN(decoders); i++) {
        struct buf text = BUF_EMPTY;
        bool good = decoders[i].oid == extension->oid &&
                    decoders[i].append(&text, extension->value) && text.len > 0;
        out->failed |= !buf_ok(&text);
        if (good) {
            buf_append_slice(out, buf_slice(&text));
        }
        buf_finish(&text);
        if (good) {
            return buf_ok(out);
        }
    }
    append_bytes(out, extension->value);
    return buf_ok(out);
}
