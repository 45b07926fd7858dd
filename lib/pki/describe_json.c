/* SPDX-License-Identifier: MIT
 *
 * Certificates and paths as JSON. The only file of lib that knows jansson. Part of
 * pki/describe.
 */
#include "base/text.h"
#include "base/timestamp.h"
#include "pki/der.h"
#include "pki/describe.h"
#include "pki/describe_list.h"
#include "pki/name.h"

#include <jansson.h>

#include <stdint.h>
#include <stdio.h>

/* jansson frees a value that could not be added, and passes NULL on as failure;
 * `failed` is looked at once, at the end. */
static void set(json_t *object, const char *key, json_t *value, bool *failed)
{
    *failed |= json_object_set_new(object, key, value) != 0;
}

static void add(json_t *array, json_t *value, bool *failed)
{
    *failed |= json_array_append_new(array, value) != 0;
}

static json_t *finish(json_t *value, bool failed)
{
    if (failed) {
        json_decref(value);
        return NULL;
    }
    return value;
}

/* Any bytes: jansson takes no invalid UTF-8. NULL when out of memory. */
static json_t *json_text(struct slice text)
{
    struct buf valid = BUF_EMPTY;
    json_t *value = NULL;
    if (describe_append_utf8(&valid, text, SIZE_MAX)) {
        value = valid.len == 0 ? json_string("")
                               : json_stringn((const char *)valid.data, valid.len);
    }
    buf_finish(&valid);
    return value;
}

/* The content of a buf that was filled for this; frees it. */
static json_t *json_buf(struct buf *text)
{
    json_t *value = buf_ok(text) ? json_text(buf_slice(text)) : NULL;
    buf_finish(text);
    return value;
}

static json_t *json_hex(struct slice bytes)
{
    struct buf text = BUF_EMPTY;
    text_append_hex(&text, bytes, 0);
    return json_buf(&text);
}

static json_t *json_oid(struct slice oid)
{
    struct buf text = BUF_EMPTY;
    oid_format(&text, oid);
    return json_buf(&text);
}

static json_t *json_name(struct slice name)
{
    struct buf text = BUF_EMPTY;
    describe_append_name(&text, name);
    return json_buf(&text);
}

static json_t *json_time(const struct certificate *cert, int64_t time)
{
    char text[TIMESTAMP_TEXT_LEN];
    return cert->malformed != NULL && cert->not_after == 0
               ? json_null()
               : json_string(timestamp_format(time, text));
}

static json_t *json_code(uint32_t code)
{
    char text[16];
    (void)snprintf(text, sizeof(text), "0x%08X", (unsigned)code);
    return json_string(text);
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
    return json_buf(&text);
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
    set(item, "oid", json_oid(oid_der), &failed);
    set(item, "name", json_known(oid, info->short_name), &failed);
    set(item, "display", json_known(oid, info->display), &failed);
    set(item, "purpose", json_known(oid, info->purpose), &failed);
    add(list->array, finish(item, failed), &list->failed);
}

static void on_url(void *user, struct slice url)
{
    struct list *list = user;
    add(list->array, json_text(url), &list->failed);
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
    return finish(list.array, list.failed);
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
            add(array, json_string(describe_key_usages[i].name), &failed);
        }
    }
    return finish(array, failed);
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
        add(array, json_buf(&text), &failed);
    }
    return finish(array, failed);
}

static json_t *json_basic_constraints(const struct certificate *cert)
{
    json_t *object = json_object();
    bool failed = false;
    if (!cert->has_basic_constraints) {
        json_decref(object);
        return json_null();
    }
    set(object, "ca", json_boolean(cert->is_ca), &failed);
    set(object, "path_len",
        cert->path_len == CERTIFICATE_PATH_LEN_NONE ? json_null()
                                                    : json_integer(cert->path_len),
        &failed);
    return finish(object, failed);
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
        set(item, "oid", json_oid(extension->oid_der), &item_failed);
        set(item, "name", json_known(extension->oid, info->short_name), &item_failed);
        set(item, "display", json_known(extension->oid, info->display), &item_failed);
        set(item, "critical", json_boolean(extension->critical), &item_failed);
        set(item, "size", json_integer((json_int_t)extension->value.len), &item_failed);
        add(array, finish(item, item_failed), &failed);
    }
    return finish(array, failed);
}

static json_t *json_key(const struct certificate *cert)
{
    json_t *object = json_object();
    struct slice oid = describe_key_oid(cert);
    bool failed = false;
    set(object, "text", json_appended(cert, describe_append_key), &failed);
    set(object, "oid", oid.len == 0 ? json_null() : json_oid(oid), &failed);
    set(object, "curve", json_known(cert->curve, oid_get(cert->curve)->short_name),
        &failed);
    set(object, "bits",
        cert->key_bits == 0 ? json_null() : json_integer((json_int_t)cert->key_bits),
        &failed);
    return finish(object, failed);
}

static json_t *json_signature(const struct certificate *cert)
{
    json_t *object = json_object();
    bool failed = false;
    set(object, "text", json_appended(cert, describe_append_signature), &failed);
    set(object, "oid",
        cert->signature_oid.len == 0 ? json_null() : json_oid(cert->signature_oid),
        &failed);
    return finish(object, failed);
}

static json_t *json_crl_urls(const struct certificate *cert)
{
    struct list list = { json_array(), false };
    certificate_walk_crl_urls(cert, on_url, &list);
    return finish(list.array, list.failed);
}

static json_t *json_aia_urls(const struct certificate *cert, enum oid method)
{
    struct list list = { json_array(), false };
    certificate_walk_aia_urls(cert, method, on_url, &list);
    return finish(list.array, list.failed);
}

/* ---- public */

json_t *describe_json(const struct certificate *cert)
{
    struct slice sha1 = { cert->sha1, sizeof(cert->sha1) };
    struct slice sha256 = { cert->sha256, sizeof(cert->sha256) };
    json_t *o = json_object();
    bool failed = false;

    set(o, "malformed",
        cert->malformed == NULL ? json_null() : json_string(cert->malformed), &failed);
    set(o, "version", json_integer(cert->version), &failed);
    set(o, "issued_to", json_appended(cert, describe_append_issued_to), &failed);
    set(o, "issued_by", json_appended(cert, describe_append_issued_by), &failed);
    set(o, "subject", json_name(cert->subject), &failed);
    set(o, "issuer", json_name(cert->issuer), &failed);
    set(o, "serial", json_hex(cert->serial), &failed);
    set(o, "valid_from", json_time(cert, cert->not_before), &failed);
    set(o, "valid_to", json_time(cert, cert->not_after), &failed);
    set(o, "thumbprint_sha1", json_hex(sha1), &failed);
    set(o, "thumbprint_sha256", json_hex(sha256), &failed);
    set(o, "key", json_key(cert), &failed);
    set(o, "signature", json_signature(cert), &failed);
    set(o, "purposes_text", json_appended(cert, describe_append_purposes), &failed);
    set(o, "purposes", json_purposes(cert), &failed);
    set(o, "key_usage", json_key_usage(cert), &failed);
    set(o, "alt_names", json_alt_names(cert), &failed);
    set(o, "basic_constraints", json_basic_constraints(cert), &failed);
    set(o, "subject_key_id", json_hex(cert->subject_key_id), &failed);
    set(o, "authority_key_id", json_hex(cert->authority_key_id), &failed);
    set(o, "crl_urls", json_crl_urls(cert), &failed);
    set(o, "ocsp_urls", json_aia_urls(cert, OID_AD_OCSP), &failed);
    set(o, "ca_issuers_urls", json_aia_urls(cert, OID_AD_CA_ISSUERS), &failed);
    set(o, "extensions", json_extensions(cert), &failed);
    return finish(o, failed);
}

json_t *describe_finding_json(const struct finding *finding)
{
    const struct finding_info *info = finding_get(finding->kind);
    const struct verdict_info *verdict = verdict_get(finding->verdict);
    bool is_note = finding->verdict == VERDICT_OK;
    json_t *o = json_object();
    bool failed = false;

    set(o, "certificate", json_integer((json_int_t)finding->element), &failed);
    set(o, "name", json_string(info->name), &failed);
    set(o, "is_note", json_boolean(is_note), &failed);
    set(o, "verdict", is_note ? json_null() : json_string(verdict->name), &failed);
    set(o, "status",
        is_note ? json_null() : json_string(verdict_code(finding->verdict)), &failed);
    set(o, "hresult", is_note ? json_null() : json_code(verdict->hresult), &failed);
    set(o, "symbol", is_note ? json_null() : json_string(verdict->symbol), &failed);
    set(o, "trust_status", json_code(is_note ? 0 : info->trust_status), &failed);
    set(o, "rule", json_string(info->rule), &failed);
    set(o, "fault", json_string(info->fault), &failed);
    set(o, "detail", json_text(slice_from_string(finding->detail)), &failed);
    set(o, "mend", json_string(info->mend), &failed);
    return finish(o, failed);
}

static json_t *json_path(const struct chain *chain)
{
    json_t *array = json_array();
    bool failed = false;
    for (size_t i = 0; i < chain->n_elements; i++) {
        const struct chain_element *element = &chain->elements[i];
        json_t *item = describe_json(element->cert);
        bool item_failed = item == NULL;
        set(item, "source", json_string(chain_source_name(element->source)),
            &item_failed);
        set(item, "file",
            element->path == NULL ? json_null()
                                  : json_text(slice_from_string(element->path)),
            &item_failed);
        set(item, "is_root", json_boolean(element->is_root), &item_failed);
        add(array, finish(item, item_failed), &failed);
    }
    return finish(array, failed);
}

json_t *describe_chain_json(const struct chain *chain)
{
    json_t *o = json_object();
    json_t *findings = json_array();
    bool failed = false;

    for (size_t i = 0; i < chain->n_findings; i++) {
        add(findings, describe_finding_json(&chain->findings[i]), &failed);
    }
    set(o, "path", json_path(chain), &failed);
    set(o, "findings", findings, &failed);
    set(o, "trust_status", json_code(chain_trust_status(chain)), &failed);
    set(o, "paths_looked_at", json_integer((json_int_t)chain->n_paths), &failed);
    return finish(o, failed);
}
