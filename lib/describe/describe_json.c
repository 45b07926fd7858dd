/* SPDX-License-Identifier: MIT
 *
 * Certificates as JSON. Part of describe/describe.
 */
#include "base/text.h"
#include "base/timestamp.h"
#include "describe/describe.h"
#include "describe/describe_list.h"
#include "describe/json_value.h"
#include "pki/der.h"
#include "pki/name.h"

#include <jansson.h>

#include <stdint.h>

static json_t *json_hex(struct slice bytes)
{
    struct buf text = BUF_EMPTY;
    text_append_hex(&text, bytes, 0);
    return json_value_buf(&text);
}

static json_t *json_oid(struct slice oid)
{
    struct buf text = BUF_EMPTY;
    oid_format(&text, oid);
    return json_value_buf(&text);
}

static json_t *json_name(struct slice name)
{
    struct buf text = BUF_EMPTY;
    describe_append_name(&text, name);
    return json_value_buf(&text);
}

static json_t *json_time(const struct certificate *cert, int64_t time)
{
    char text[TIMESTAMP_TEXT_LEN];
    return !cert->has_validity ? json_null()
                               : json_string(timestamp_format(time, text));
}

static json_t *json_known(enum oid oid, const char *text)
{
    return oid == OID_UNKNOWN || text == NULL ? json_null() : json_string(text);
}

typedef bool (*append_fn)(struct buf *out, const struct certificate *cert);

static json_t *json_appended(const struct certificate *cert, append_fn append)
{
    struct buf text = BUF_EMPTY;
    append(&text, cert);
    return json_value_buf(&text);
}

/* ---- the parts of a certificate */

struct list {
    json_t *array;
    bool failed;
};

static void on_purpose(void *user, struct slice oid_der, enum oid oid)
{
    struct list *list = user;
    const struct oid_info *info = oid_get(oid);
    json_t *item = json_object();
    bool failed = false;
    json_value_set(item, "oid", json_oid(oid_der), &failed);
    json_value_set(item, "name", json_known(oid, info->short_name), &failed);
    json_value_set(item, "display", json_known(oid, info->display), &failed);
    json_value_set(item, "purpose", json_known(oid, info->purpose), &failed);
    json_value_add(list->array, json_value_finish(item, failed), &list->failed);
}

static void on_url(void *user, struct slice url)
{
    struct list *list = user;
    json_value_add(list->array, json_value_text(url), &list->failed);
}

static json_t *json_purposes(const struct certificate *cert)
{
    struct list list = { json_array(), false };
    if (!cert->has_eku) {
        json_decref(list.array);
        return json_null();
    }
    /* An extension that does not decode gives what came before the fault; the
     * finding says the rest. */
    (void)certificate_walk_purposes(cert, on_purpose, &list);
    return json_value_finish(list.array, list.failed);
}

static json_t *json_application_policies(const struct certificate *cert)
{
    struct list list = { json_array(), false };
    if (!cert->has_application_policies) {
        json_decref(list.array);
        return json_null();
    }
    (void)certificate_walk_application_policies(cert, on_purpose, &list);
    return json_value_finish(list.array, list.failed);
}

static json_t *json_key_usage(const struct certificate *cert)
{
    json_t *array = json_array();
    bool failed = false;
    if (!cert->has_key_usage) {
        json_decref(array);
        return json_null();
    }
    for (size_t i = 0; i < DESCRIBE_KEY_USAGE_COUNT; i++) {
        if ((cert->key_usage & describe_key_usages[i].bit) != 0) {
            json_value_add(array, json_string(describe_key_usages[i].name), &failed);
        }
    }
    return json_value_finish(array, failed);
}

static json_t *json_alt_names(const struct certificate *cert)
{
    json_t *array = json_array();
    bool failed = false;
    struct slice names = cert->subject_alt_name;
    struct slice content;
    struct slice whole;
    uint8_t tag;

    while (der_read_any(&names, &tag, &content, &whole)) {
        struct buf text = BUF_EMPTY;
        if (!name_format_general(&text, whole) && buf_ok(&text)) {
            buf_clear(&text);
            buf_append_string(&text, "(malformed name)");
        }
        json_value_add(array, json_value_buf(&text), &failed);
    }
    return json_value_finish(array, failed);
}

static json_t *json_basic_constraints(const struct certificate *cert)
{
    json_t *object = json_object();
    bool failed = false;
    if (!cert->has_basic_constraints) {
        json_decref(object);
        return json_null();
    }
    json_value_set(object, "ca", json_boolean(cert->is_ca), &failed);
    json_value_set(object, "path_len",
                   cert->path_len == CERTIFICATE_PATH_LEN_NONE
                       ? json_null()
                       : json_integer(cert->path_len),
                   &failed);
    return json_value_finish(object, failed);
}

static json_t *json_extensions(const struct certificate *cert)
{
    json_t *array = json_array();
    bool failed = false;
    for (size_t i = 0; i < cert->n_extensions; i++) {
        const struct extension *extension = &cert->extensions[i];
        const struct oid_info *info = oid_get(extension->oid);
        json_t *item = json_object();
        bool item_failed = false;
        json_value_set(item, "oid", json_oid(extension->oid_der), &item_failed);
        json_value_set(item, "name", json_known(extension->oid, info->short_name),
                       &item_failed);
        json_value_set(item, "display", json_known(extension->oid, info->display),
                       &item_failed);
        json_value_set(item, "critical", json_boolean(extension->critical),
                       &item_failed);
        json_value_set(item, "size", json_integer((json_int_t)extension->value.len),
                       &item_failed);
        json_value_add(array, json_value_finish(item, item_failed), &failed);
    }
    return json_value_finish(array, failed);
}

static json_t *json_key(const struct certificate *cert)
{
    json_t *object = json_object();
    struct slice oid = describe_key_oid(cert);
    bool failed = false;
    json_value_set(object, "text", json_appended(cert, describe_append_key), &failed);
    json_value_set(object, "oid", oid.len == 0 ? json_null() : json_oid(oid), &failed);
    json_value_set(object, "curve",
                   json_known(cert->curve, oid_get(cert->curve)->short_name), &failed);
    json_value_set(object, "bits",
                   cert->key_bits == 0 ? json_null()
                                       : json_integer((json_int_t)cert->key_bits),
                   &failed);
    return json_value_finish(object, failed);
}

static json_t *json_signature(const struct certificate *cert)
{
    json_t *object = json_object();
    bool failed = false;
    json_value_set(object, "text", json_appended(cert, describe_append_signature),
                   &failed);
    json_value_set(object, "oid",
                   cert->signature_oid.len == 0 ? json_null()
                                                : json_oid(cert->signature_oid),
                   &failed);
    return json_value_finish(object, failed);
}

static json_t *json_crl_urls(const struct certificate *cert)
{
    struct list list = { json_array(), false };
    certificate_walk_crl_urls(cert, on_url, &list);
    return json_value_finish(list.array, list.failed);
}

static json_t *json_aia_urls(const struct certificate *cert, enum oid method)
{
    struct list list = { json_array(), false };
    certificate_walk_aia_urls(cert, method, on_url, &list);
    return json_value_finish(list.array, list.failed);
}

/* ---- addresses of any scheme */

struct addresses {
    struct list list;
    const char *kind;
};

static void on_address(void *user, struct slice url)
{
    struct addresses *addresses = user;
    json_t *item = json_object();
    bool failed = false;
    json_value_set(item, "kind", json_string(addresses->kind), &failed);
    json_value_set(item, "url", json_value_text(url), &failed);
    json_value_set(item, "asked", json_boolean(certificate_is_http(url)), &failed);
    json_value_add(addresses->list.array, json_value_finish(item, failed),
                   &addresses->list.failed);
}

static json_t *json_addresses(const struct certificate *cert)
{
    struct addresses addresses = { { json_array(), false }, "crl" };
    certificate_walk_crl_addresses(cert, on_address, &addresses);
    addresses.kind = "ocsp";
    certificate_walk_aia_addresses(cert, OID_AD_OCSP, on_address, &addresses);
    addresses.kind = "issuer";
    certificate_walk_aia_addresses(cert, OID_AD_CA_ISSUERS, on_address, &addresses);
    return json_value_finish(addresses.list.array, addresses.list.failed);
}

static json_t *json_decoded(const struct certificate *cert, enum oid oid,
                            bool (*append)(struct buf *out, struct slice value))
{
    const struct extension *extension = certificate_find_extension(cert, oid);
    struct buf text = BUF_EMPTY;
    if (extension != NULL && append(&text, extension->value)) {
        return json_value_buf(&text);
    }
    buf_finish(&text);
    return json_null();
}

/* ---- public */

json_t *describe_json(const struct certificate *cert)
{
    struct slice sha1 = { cert->sha1, sizeof(cert->sha1) };
    struct slice sha256 = { cert->sha256, sizeof(cert->sha256) };
    json_t *o = json_object();
    bool failed = false;

    json_value_set(o, "malformed",
                   cert->malformed == NULL ? json_null() : json_string(cert->malformed),
                   &failed);
    json_value_set(o, "version", json_integer(cert->version), &failed);
    json_value_set(o, "issued_to", json_appended(cert, describe_append_issued_to),
                   &failed);
    json_value_set(o, "issued_by", json_appended(cert, describe_append_issued_by),
                   &failed);
    json_value_set(o, "subject", json_name(cert->subject), &failed);
    json_value_set(o, "issuer", json_name(cert->issuer), &failed);
    json_value_set(o, "serial", json_hex(cert->serial), &failed);
    json_value_set(o, "valid_from", json_time(cert, cert->not_before), &failed);
    json_value_set(o, "valid_to", json_time(cert, cert->not_after), &failed);
    json_value_set(o, "thumbprint_sha1", json_hex(sha1), &failed);
    json_value_set(o, "thumbprint_sha256", json_hex(sha256), &failed);
    json_value_set(o, "key", json_key(cert), &failed);
    json_value_set(o, "signature", json_signature(cert), &failed);
    json_value_set(o, "purposes_text", json_appended(cert, describe_append_purposes),
                   &failed);
    json_value_set(o, "purposes", json_purposes(cert), &failed);
    json_value_set(o, "application_policies", json_application_policies(cert), &failed);
    json_value_set(o, "key_usage", json_key_usage(cert), &failed);
    json_value_set(o, "alt_names", json_alt_names(cert), &failed);
    json_value_set(o, "basic_constraints", json_basic_constraints(cert), &failed);
    json_value_set(o, "subject_key_id", json_hex(cert->subject_key_id), &failed);
    json_value_set(o, "authority_key_id", json_hex(cert->authority_key_id), &failed);
    json_value_set(o, "crl_urls", json_crl_urls(cert), &failed);
    json_value_set(o, "ocsp_urls", json_aia_urls(cert, OID_AD_OCSP), &failed);
    json_value_set(o, "ca_issuers_urls", json_aia_urls(cert, OID_AD_CA_ISSUERS),
                   &failed);
    json_value_set(o, "addresses", json_addresses(cert), &failed);
    json_value_set(
        o, "template_name",
        json_decoded(cert, OID_MS_ENROLL_CERTTYPE, describe_append_template_name),
        &failed);
    json_value_set(
        o, "template",
        json_decoded(cert, OID_MS_CERTIFICATE_TEMPLATE, describe_append_template),
        &failed);
    json_value_set(o, "sid", json_decoded(cert, OID_MS_SID, describe_append_sid),
                   &failed);
    json_value_set(o, "extensions", json_extensions(cert), &failed);
    return json_value_finish(o, failed);
}
