/* SPDX-License-Identifier: MIT
 *
 * The extensions of a certificate that have fields of their own (RFC 5280 4.2),
 * and the walks over their lists.
 */
#include "pki/certificate_internal.h"

#include "base/compiler.h"
#include "base/text.h"
#include "pki/der.h"

#include <limits.h>

/* Context tags of GeneralName, AuthorityKeyIdentifier and DistributionPoint. */
#define TAG_KEY_ID      (DER_CONTEXT | 0)
#define TAG_GENERAL_URI (DER_CONTEXT | 6)
#define TAG_POINT_NAME  (DER_CONTEXT | DER_CONSTRUCTED | 0)
#define TAG_FULL_NAME   (DER_CONTEXT | DER_CONSTRUCTED | 0)

#define KEY_USAGE_BITS 9

/* The content of the one SEQUENCE that the extension consists of. */
static bool read_sequence(struct slice value, struct slice *ret_content)
{
    return der_read(&value, DER_SEQUENCE, ret_content) && value.len == 0;
}

/* The same for a list whose elements have the given tag (0 = any). */
static bool read_list(struct slice value, uint8_t tag, struct slice *ret_content)
{
    struct slice content;
    if (!read_sequence(value, &content)) {
        return false;
    }
    *ret_content = content;
    while (content.len > 0) {
        uint8_t found;
        if (!der_read_any(&content, &found, NULL, NULL) || (tag != 0 && found != tag)) {
            return false;
        }
    }
    return true;
}

/* Extension ::= SEQUENCE { OID, critical BOOLEAN DEFAULT FALSE, OCTET STRING }.
 * An explicit FALSE is not DER, but common, and changes nothing. */
bool certificate_take_extension(struct slice *list, struct extension *ret_extension)
{
    struct extension extension = { .critical = false };
    struct slice content;
    if (!der_read(list, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_OID, &extension.oid_der)) {
        return false;
    }
    if (der_next_is(content, DER_BOOLEAN) &&
        !der_read_boolean(&content, &extension.critical)) {
        return false;
    }
    if (!der_read(&content, DER_OCTET_STRING, &extension.value) || content.len != 0) {
        return false;
    }
    extension.oid = oid_find(extension.oid_der);
    *ret_extension = extension;
    return true;
}

static bool read_basic_constraints(struct certificate *cert, struct slice value)
{
    struct slice content;
    bool is_ca = false;
    uint32_t path_len = 0;
    int limit = CERTIFICATE_PATH_LEN_NONE;

    cert->has_basic_constraints = true;
    if (!read_sequence(value, &content) ||
        (der_next_is(content, DER_BOOLEAN) && !der_read_boolean(&content, &is_ca))) {
        return false;
    }
    if (content.len > 0) {
        if (!der_read_small(&content, DER_INTEGER, &path_len) || content.len != 0 ||
            path_len > INT_MAX) {
            return false;
        }
        limit = (int)path_len;
    }
    cert->is_ca = is_ca;
    cert->path_len = limit;
    return true;
}

static bool read_key_usage(struct certificate *cert, struct slice value)
{
    struct slice bits;
    cert->has_key_usage = true;
    if (!der_read(&value, DER_BIT_STRING, &bits) || value.len != 0 || bits.len == 0 ||
        bits.data[0] > 7 || (bits.len == 1 && bits.data[0] != 0)) {
        return false;
    }
    for (size_t i = 0; i < KEY_USAGE_BITS && i / 8 + 1 < bits.len; i++) {
        if ((bits.data[i / 8 + 1] & (0x80u >> i % 8)) != 0) {
            cert->key_usage |= 1u << i;
        }
    }
    return true;
}

static bool read_eku(struct certificate *cert, struct slice value)
{
    cert->has_eku = true;
    return read_list(value, DER_OID, &cert->eku);
}

static bool read_subject_key_id(struct certificate *cert, struct slice value)
{
    return der_read(&value, DER_OCTET_STRING, &cert->subject_key_id) && value.len == 0;
}

static bool read_authority_key_id(struct certificate *cert, struct slice value)
{
    struct slice content;
    if (!read_list(value, 0, &content)) {
        return false;
    }
    return !der_next_is(content, TAG_KEY_ID) ||
           der_read(&content, TAG_KEY_ID, &cert->authority_key_id);
}

static bool read_subject_alt_name(struct certificate *cert, struct slice value)
{
    cert->has_subject_alt_name = true;
    return read_list(value, 0, &cert->subject_alt_name);
}

static bool read_name_constraints(struct certificate *cert, struct slice value)
{
    cert->has_name_constraints = true;
    return read_list(value, 0, &cert->name_constraints);
}

static bool read_policies(struct certificate *cert, struct slice value)
{
    return read_list(value, DER_SEQUENCE, &cert->policies);
}

static bool read_application_policies(struct certificate *cert, struct slice value)
{
    cert->has_application_policies = true;
    return read_list(value, DER_SEQUENCE, &cert->application_policies);
}

static bool read_crl_distribution_points(struct certificate *cert, struct slice value)
{
    cert->has_crl_distribution_points = true;
    return read_list(value, DER_SEQUENCE, &cert->crl_distribution_points);
}

static bool read_authority_info_access(struct certificate *cert, struct slice value)
{
    return read_list(value, DER_SEQUENCE, &cert->authority_info_access);
}

static const struct {
    enum oid oid;
    bool (*read)(struct certificate *cert, struct slice value);
} readers[] = {
    { OID_BASIC_CONSTRAINTS, read_basic_constraints },
    { OID_KEY_USAGE, read_key_usage },
    { OID_EXTENDED_KEY_USAGE, read_eku },
    { OID_SUBJECT_KEY_IDENTIFIER, read_subject_key_id },
    { OID_AUTHORITY_KEY_IDENTIFIER, read_authority_key_id },
    { OID_SUBJECT_ALT_NAME, read_subject_alt_name },
    { OID_NAME_CONSTRAINTS, read_name_constraints },
    { OID_CERTIFICATE_POLICIES, read_policies },
    { OID_MS_APPLICATION_POLICIES, read_application_policies },
    { OID_CRL_DISTRIBUTION_POINTS, read_crl_distribution_points },
    { OID_AUTHORITY_INFO_ACCESS, read_authority_info_access },
};

bool certificate_read_extension(struct certificate *cert,
                                const struct extension *extension)
{
    for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
        if (readers[i].oid == extension->oid) {
            return readers[i].read(cert, extension->value);
        }
    }
    return true;
}

bool certificate_is_http(struct slice url)
{
    static const char scheme[] = "http://";
    char start[sizeof(scheme)] = "";
    if (url.len < sizeof(scheme)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(scheme) - 1; i++) {
        start[i] = (char)url.data[i];
    }
    return text_equal_ignoring_case(start, scheme);
}

struct http_filter {
    certificate_on_url_fn on_url;
    void *user;
};

static void pass_http(void *user, struct slice url)
{
    const struct http_filter *filter = user;
    if (certificate_is_http(url)) {
        filter->on_url(filter->user, url);
    }
}

void certificate_walk_crl_urls(const struct certificate *cert,
                               certificate_on_url_fn on_url, void *user)
{
    struct http_filter filter = { on_url, user };
    certificate_walk_crl_addresses(cert, pass_http, &filter);
}

void certificate_walk_crl_addresses(const struct certificate *cert,
                                    certificate_on_url_fn on_url, void *user)
{
    struct slice points = cert->crl_distribution_points;
    struct slice point;
    struct slice name;
    struct slice full_name;
    struct slice value;
    uint8_t tag;

    while (der_read(&points, DER_SEQUENCE, &point)) {
        if (!der_read(&point, TAG_POINT_NAME, &name) ||
            !der_read(&name, TAG_FULL_NAME, &full_name)) {
            continue;
        }
        while (der_read_any(&full_name, &tag, &value, NULL)) {
            if (tag == TAG_GENERAL_URI) {
                on_url(user, value);
            }
        }
    }
}

bool certificate_names_responder(const struct certificate *cert)
{
    struct slice list = cert->authority_info_access;
    struct slice access;
    struct slice method;
    while (der_read(&list, DER_SEQUENCE, &access)) {
        if (der_read(&access, DER_OID, &method) && oid_find(method) == OID_AD_OCSP) {
            return true;
        }
    }
    return false;
}

void certificate_walk_aia_urls(const struct certificate *cert, enum oid access_method,
                               certificate_on_url_fn on_url, void *user)
{
    struct http_filter filter = { on_url, user };
    certificate_walk_aia_addresses(cert, access_method, pass_http, &filter);
}

void certificate_walk_aia_addresses(const struct certificate *cert,
                                    enum oid access_method,
                                    certificate_on_url_fn on_url, void *user)
{
    struct slice list = cert->authority_info_access;
    struct slice access;
    struct slice method;
    struct slice url;

    while (der_read(&list, DER_SEQUENCE, &access)) {
        if (der_read(&access, DER_OID, &method) && oid_find(method) == access_method &&
            der_read(&access, TAG_GENERAL_URI, &url)) {
            on_url(user, url);
        }
    }
}

bool certificate_walk_purposes(const struct certificate *cert,
                               certificate_on_purpose_fn on_purpose, void *user)
{
    const struct extension *extension =
        certificate_find_extension(cert, OID_EXTENDED_KEY_USAGE);
    struct slice list;
    struct slice oid_der;
    if (extension == NULL) {
        return true;
    }
    if (!read_list(extension->value, DER_OID, &list)) {
        return false;
    }
    while (der_read(&list, DER_OID, &oid_der)) {
        on_purpose(user, oid_der, oid_find(oid_der));
    }
    return true;
}

bool certificate_lists_purpose(const struct certificate *cert, enum oid purpose)
{
    struct slice list = cert->eku;
    struct slice oid_der;
    while (der_read(&list, DER_OID, &oid_der)) {
        if (purpose != OID_UNKNOWN && oid_find(oid_der) == purpose) {
            return true;
        }
    }
    return false;
}

bool certificate_walk_application_policies(const struct certificate *cert,
                                           certificate_on_purpose_fn on_purpose,
                                           void *user)
{
    struct slice list = cert->application_policies;
    struct slice policy;
    struct slice oid_der;
    while (der_read(&list, DER_SEQUENCE, &policy) &&
           der_read(&policy, DER_OID, &oid_der)) {
        on_purpose(user, oid_der, oid_find(oid_der));
    }
    return cert->has_application_policies && list.len == 0;
}

struct wanted {
    enum oid purpose;
    bool found;
};

static void look_for(void *user, struct slice oid_der, enum oid oid)
{
    struct wanted *wanted = user;
    (void)oid_der;
    wanted->found |= oid == wanted->purpose && oid != OID_UNKNOWN;
}

bool certificate_lists_application_policy(const struct certificate *cert,
                                          enum oid purpose)
{
    struct wanted wanted = { purpose, false };
    (void)certificate_walk_application_policies(cert, look_for, &wanted);
    return wanted.found;
}
