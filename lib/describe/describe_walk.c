/* SPDX-License-Identifier: MIT
 *
 * A certificate row by row, by the table at the end. Part of describe/describe.
 */
#include "base/text.h"
#include "base/timestamp.h"
#include "describe/describe.h"
#include "describe/describe_list.h"
#include "pki/der.h"
#include "pki/name.h"

#include <assert.h>

struct walk {
    const struct certificate *cert;
    describe_on_row_fn on_row;
    void *user;
    enum describe_field field;
    struct buf value; /* of the row under construction, not cut yet */
    size_t n_values;  /* of this field */
    bool failed;
};

static void call_row(struct walk *walk)
{
    struct buf cut = BUF_EMPTY;
    bool good = buf_ok(&walk->value) &&
                describe_append_utf8(&cut, buf_slice(&walk->value), DESCRIBE_VALUE_MAX);
    if (good) {
        walk->on_row(walk->user, walk->field, describe_field_label(walk->field),
                     buf_slice(&cut));
    }
    walk->failed |= !good;
    buf_finish(&cut);
    buf_clear(&walk->value);
}

/* One more value of the field is complete. */
static void emit(struct walk *walk)
{
    walk->n_values++;
    if (walk->n_values <= DESCRIBE_VALUES_MAX) {
        call_row(walk);
    }
    buf_clear(&walk->value);
}

static void on_purpose_row(void *user, struct slice oid_der, enum oid oid)
{
    struct walk *walk = user;
    const struct oid_info *info = oid_get(oid);
    buf_append_string(&walk->value,
                      oid == OID_UNKNOWN ? "Unknown Key Usage" : info->display);
    buf_append_string(&walk->value, " (");
    oid_format(&walk->value, oid_der);
    buf_append_byte(&walk->value, ')');
    if (info->purpose != NULL) {
        buf_printf(&walk->value, ": %s", info->purpose);
    }
    emit(walk);
}

static void walk_purposes(struct walk *walk)
{
    if (!walk->cert->has_eku) {
        describe_append_purposes(&walk->value, walk->cert);
        emit(walk);
        return;
    }
    if (!certificate_walk_purposes(walk->cert, on_purpose_row, walk)) {
        buf_append_string(&walk->value, "a malformed Enhanced Key Usage");
        emit(walk);
    } else if (walk->n_values == 0) {
        buf_append_string(&walk->value, "none (an empty Enhanced Key Usage)");
        emit(walk);
    }
}

static void walk_application_policies(struct walk *walk)
{
    if (!walk->cert->has_application_policies) {
        return;
    }
    if (!certificate_walk_application_policies(walk->cert, on_purpose_row, walk)) {
        buf_append_string(&walk->value, "malformed Application Policies");
        emit(walk);
    } else if (walk->n_values == 0) {
        buf_append_string(&walk->value, "none (empty Application Policies)");
        emit(walk);
    }
}

static void walk_alt_names(struct walk *walk)
{
    struct slice names = walk->cert->subject_alt_name;
    struct slice content;
    struct slice whole;
    uint8_t tag;
    while (der_read_any(&names, &tag, &content, &whole)) {
        if (!name_format_general(&walk->value, whole) && buf_ok(&walk->value)) {
            buf_clear(&walk->value);
            buf_append_string(&walk->value, "(malformed name)");
        }
        emit(walk);
    }
}

static void walk_extensions(struct walk *walk)
{
    for (size_t i = 0; i < walk->cert->n_extensions; i++) {
        const struct extension *extension = &walk->cert->extensions[i];
        buf_append_string(&walk->value, extension->oid == OID_UNKNOWN
                                            ? "Unknown"
                                            : oid_get(extension->oid)->display);
        buf_append_string(&walk->value, " (");
        oid_format(&walk->value, extension->oid_der);
        buf_printf(&walk->value, ")%s, %zu bytes",
                   extension->critical ? ", critical" : "", extension->value.len);
        emit(walk);
    }
}

static void on_url(void *user, struct slice url)
{
    struct walk *walk = user;
    buf_append_slice(&walk->value, url);
    buf_append_string(&walk->value, describe_address_note(url));
    emit(walk);
}

static void walk_crl_urls(struct walk *walk)
{
    certificate_walk_crl_addresses(walk->cert, on_url, walk);
}

static void walk_ocsp_urls(struct walk *walk)
{
    certificate_walk_aia_addresses(walk->cert, OID_AD_OCSP, on_url, walk);
}

static void walk_ca_issuers_urls(struct walk *walk)
{
    certificate_walk_aia_addresses(walk->cert, OID_AD_CA_ISSUERS, on_url, walk);
}

/* The value of one extension; false: it is not there or does not decode. */
static bool append_decoded(struct walk *walk, enum oid oid,
                           bool (*append)(struct buf *out, struct slice value))
{
    const struct extension *extension = certificate_find_extension(walk->cert, oid);
    return extension != NULL && append(&walk->value, extension->value);
}

static void walk_template(struct walk *walk)
{
    if (append_decoded(walk, OID_MS_ENROLL_CERTTYPE, describe_append_template_name)) {
        emit(walk);
    }
    if (append_decoded(walk, OID_MS_CERTIFICATE_TEMPLATE, describe_append_template)) {
        emit(walk);
    }
}

/* The SID as an alternative name: a URI of Microsoft's own form. */
static bool has_sid_address(const struct certificate *cert)
{
    static const char start[] = "tag:microsoft.com,2022-09-14:sid:";
    struct slice names = cert->subject_alt_name;
    struct slice value;
    uint8_t tag;
    while (der_read_any(&names, &tag, &value, NULL)) {
        if (tag == (DER_CONTEXT | 6) &&
            slice_equal(slice_part(value, 0, sizeof(start) - 1),
                        slice_from_string(start))) {
            return true;
        }
    }
    return false;
}

/* Since 2025-02 a domain controller refuses a mapping by name alone (KB5014754). */
static void walk_sid(struct walk *walk)
{
    bool of_ad =
        certificate_find_extension(walk->cert, OID_MS_ENROLL_CERTTYPE) != NULL ||
        certificate_find_extension(walk->cert, OID_MS_CERTIFICATE_TEMPLATE) != NULL;
    if (append_decoded(walk, OID_MS_SID, describe_append_sid)) {
        emit(walk);
    } else if (of_ad && !has_sid_address(walk->cert)) {
        buf_append_string(&walk->value,
                          "none: a domain controller takes its mapping for weak and "
                          "refuses it, unless altSecurityIdentities names it strongly "
                          "(KB5014754)");
        emit(walk);
    }
}

static bool append_malformed(struct buf *out, const struct certificate *cert)
{
    return cert->malformed == NULL ||
           buf_printf(out, "its %s cannot be read", cert->malformed);
}

/* A malformed certificate may have been given up before its validity was read. */
static bool append_time(struct buf *out, const struct certificate *cert, int64_t time)
{
    char text[TIMESTAMP_TEXT_LEN];
    if (!cert->has_validity) {
        return buf_append_string(out, "not to be read");
    }
    return buf_append_string(out, timestamp_format(time, text));
}

static bool append_valid_from(struct buf *out, const struct certificate *cert)
{
    return append_time(out, cert, cert->not_before);
}

static bool append_valid_to(struct buf *out, const struct certificate *cert)
{
    return append_time(out, cert, cert->not_after);
}

static bool append_subject(struct buf *out, const struct certificate *cert)
{
    return describe_append_name(out, cert->subject);
}

static bool append_issuer(struct buf *out, const struct certificate *cert)
{
    return describe_append_name(out, cert->issuer);
}

/* The words of Windows' certificate viewer. */
static bool append_basic_constraints(struct buf *out, const struct certificate *cert)
{
    if (!cert->has_basic_constraints) {
        return true;
    }
    buf_printf(out, "Subject Type=%s, Path Length Constraint=",
               cert->is_ca ? "CA" : "End Entity");
    return cert->path_len == CERTIFICATE_PATH_LEN_NONE
               ? buf_append_string(out, "None")
               : buf_printf(out, "%d", cert->path_len);
}

static bool append_subject_key_id(struct buf *out, const struct certificate *cert)
{
    return text_append_hex(out, cert->subject_key_id, 0);
}

static bool append_authority_key_id(struct buf *out, const struct certificate *cert)
{
    return text_append_hex(out, cert->authority_key_id, 0);
}

static bool append_version(struct buf *out, const struct certificate *cert)
{
    return cert->version == 0 || buf_printf(out, "V%d", cert->version);
}

static bool append_sha1(struct buf *out, const struct certificate *cert)
{
    return text_append_hex(out, (struct slice){ cert->sha1, sizeof(cert->sha1) }, 0);
}

static bool append_sha256(struct buf *out, const struct certificate *cert)
{
    return text_append_hex(out, (struct slice){ cert->sha256, sizeof(cert->sha256) },
                           0);
}

/* Either `append` for a field of one value (nothing appended = no row), or `walk`,
 * which emits its rows. */
static const struct {
    const char *label;
    bool (*append)(struct buf *out, const struct certificate *cert);
    void (*walk)(struct walk *walk);
} fields[DESCRIBE_FIELD_COUNT] = {
    [DESCRIBE_MALFORMED] = { "Malformed", append_malformed, NULL },
    [DESCRIBE_ISSUED_TO] = { "Issued to", describe_append_issued_to, NULL },
    [DESCRIBE_ISSUED_BY] = { "Issued by", describe_append_issued_by, NULL },
    [DESCRIBE_VALID_FROM] = { "Valid from", append_valid_from, NULL },
    [DESCRIBE_VALID_TO] = { "Valid to", append_valid_to, NULL },
    [DESCRIBE_PURPOSE] = { "Purpose", NULL, walk_purposes },
    [DESCRIBE_APPLICATION_POLICY] = { "Application Policy", NULL,
                                      walk_application_policies },
    [DESCRIBE_SUBJECT] = { "Subject", append_subject, NULL },
    [DESCRIBE_ISSUER] = { "Issuer", append_issuer, NULL },
    [DESCRIBE_SERIAL] = { "Serial number", describe_append_serial, NULL },
    [DESCRIBE_ALT_NAME] = { "Subject Alternative Name", NULL, walk_alt_names },
    [DESCRIBE_KEY] = { "Public key", describe_append_key, NULL },
    [DESCRIBE_SIGNATURE] = { "Signature algorithm", describe_append_signature, NULL },
    [DESCRIBE_KEY_USAGE] = { "Key Usage", describe_append_key_usage, NULL },
    [DESCRIBE_BASIC_CONSTRAINTS] = { "Basic Constraints", append_basic_constraints,
                                     NULL },
    [DESCRIBE_SUBJECT_KEY_ID] = { "Subject Key Identifier", append_subject_key_id,
                                  NULL },
    [DESCRIBE_AUTHORITY_KEY_ID] = { "Authority Key Identifier", append_authority_key_id,
                                    NULL },
    [DESCRIBE_CRL_URL] = { "CRL Distribution Point", NULL, walk_crl_urls },
    [DESCRIBE_OCSP_URL] = { "OCSP", NULL, walk_ocsp_urls },
    [DESCRIBE_CA_ISSUERS_URL] = { "Issuer's certificate", NULL, walk_ca_issuers_urls },
    [DESCRIBE_TEMPLATE] = { "Certificate Template", NULL, walk_template },
    [DESCRIBE_SID] = { "Security Identifier", NULL, walk_sid },
    [DESCRIBE_EXTENSION] = { "Extension", NULL, walk_extensions },
    [DESCRIBE_VERSION] = { "Version", append_version, NULL },
    [DESCRIBE_SHA1] = { "Thumbprint (SHA-1)", append_sha1, NULL },
    [DESCRIBE_SHA256] = { "Thumbprint (SHA-256)", append_sha256, NULL },
};

const char *describe_field_label(enum describe_field field)
{
    assert((unsigned)field < DESCRIBE_FIELD_COUNT);
    return fields[field].label;
}

bool describe_walk(const struct certificate *cert, describe_on_row_fn on_row,
                   void *user)
{
    struct walk walk = { cert, on_row, user, DESCRIBE_MALFORMED, BUF_EMPTY, 0, false };
    for (int i = 0; i < DESCRIBE_FIELD_COUNT; i++) {
        walk.field = (enum describe_field)i;
        walk.n_values = 0;
        if (fields[i].walk != NULL) {
            fields[i].walk(&walk);
        } else if (!fields[i].append(&walk.value, cert) || walk.value.len > 0) {
            emit(&walk);
        }
        if (walk.n_values > DESCRIBE_VALUES_MAX) {
            buf_printf(&walk.value, "and %zu more",
                       walk.n_values - DESCRIBE_VALUES_MAX);
            call_row(&walk);
        }
    }
    buf_finish(&walk.value);
    return !walk.failed;
}
