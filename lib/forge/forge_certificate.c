/* SPDX-License-Identifier: MIT */
#include "forge/forge_certificate.h"

#include "forge/forge_name.h"
#include "pki/der.h"
#include "pki/oid.h"

#include <arpa/inet.h>
#include <mbedtls/sha1.h>
#include <stdio.h>
#include <string.h>

#define VERSION_3     2
#define HOST_TEXT_MAX ((size_t)264) /* "DNS:", 253 bytes */

/* 2.999 is the arc for examples (ITU-T X.660): no software knows an extension below
 * it. */
static const uint8_t unknown_oid[] = { 0x88, 0x37, 0x01 };

bool forge_key_id(struct slice spki, uint8_t id[static FORGE_KEY_ID_LEN])
{
    struct slice content;
    struct slice algorithm;
    struct slice bits;
    return der_read(&spki, DER_SEQUENCE, &content) &&
           der_read(&content, DER_SEQUENCE, &algorithm) &&
           der_read(&content, DER_BIT_STRING, &bits) && bits.len > 1 &&
           mbedtls_sha1(bits.data + 1, bits.len - 1, id) == 0;
}

/* ---- extensions */

struct forge_extension forge_extension_begin(struct buf *out, struct slice oid,
                                             bool critical)
{
    struct forge_extension open;
    open.outer = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid);
    if (critical) { /* DER omits DEFAULT FALSE */
        der_write_boolean(out, true);
    }
    open.value = der_begin(out, DER_OCTET_STRING);
    return open;
}

void forge_extension_end(struct buf *out, struct forge_extension open)
{
    der_end(out, open.value);
    der_end(out, open.outer);
}

static void write_basic_constraints(struct buf *out, const struct recipe *recipe)
{
    bool is_ca = recipe->is_authority ? (recipe->details & RECIPE_NOT_CA) == 0
                                      : (recipe->details & RECIPE_CA) != 0;
    struct forge_extension open =
        forge_extension_begin(out, oid_get(OID_BASIC_CONSTRAINTS)->der, true);
    size_t mark = der_begin(out, DER_SEQUENCE);
    if (is_ca) {
        der_write_boolean(out, true);
        if (recipe->path_len != CERTIFICATE_PATH_LEN_NONE) {
            der_write_small(out, (uint32_t)recipe->path_len);
        }
    }
    der_end(out, mark);
    forge_extension_end(out, open);
}

/* A named bit list: trailing zero bits are left out (X.690 11.2.2). */
static void write_key_usage(struct buf *out, const struct recipe *recipe)
{
    uint8_t bytes[3] = { 0, 0, 0 }; /* unused bits, then up to nine bits */
    int last = -1;
    for (int bit = 0; bit <= 8; bit++) {
        if ((recipe->key_usage & 1u << bit) != 0) {
            bytes[1 + bit / 8] = (uint8_t)(bytes[1 + bit / 8] | 0x80 >> bit % 8);
            last = bit;
        }
    }
    size_t n_bytes = (size_t)(last + 8) / 8;
    bytes[0] = (uint8_t)((int)n_bytes * 8 - (last + 1));
    struct forge_extension open =
        forge_extension_begin(out, oid_get(OID_KEY_USAGE)->der, true);
    der_write(out, DER_BIT_STRING, (struct slice){ bytes, 1 + n_bytes });
    forge_extension_end(out, open);
}

static void write_eku(struct buf *out, const struct recipe *recipe)
{
    struct forge_extension open = forge_extension_begin(
        out, oid_get(OID_EXTENDED_KEY_USAGE)->der, recipe->eku_critical);
    size_t mark = der_begin(out, DER_SEQUENCE);
    for (size_t i = 0; i < recipe->n_purposes; i++) {
        size_t oid = der_begin(out, DER_OID);
        (void)oid_parse(recipe->purposes[i],
                        out); /* guaranteed: the table was checked */
        der_end(out, oid);
    }
    der_end(out, mark);
    forge_extension_end(out, open);
}

static void write_subject_key_id(struct buf *out, struct slice spki)
{
    uint8_t id[FORGE_KEY_ID_LEN];
    if (forge_key_id(spki, id)) {
        struct forge_extension open =
            forge_extension_begin(out, oid_get(OID_SUBJECT_KEY_IDENTIFIER)->der, false);
        der_write(out, DER_OCTET_STRING, (struct slice){ id, sizeof(id) });
        forge_extension_end(out, open);
    }
}

static void write_authority_key_id(struct buf *out, const struct forge_order *order)
{
    uint8_t id[FORGE_KEY_ID_LEN];
    struct slice key_id = { id, sizeof(id) };
    if (forge_key_id(order->issuer_spki, id)) {
        key_id = order->issuer_key_id.len > 0 ? order->issuer_key_id : key_id;
        struct forge_extension open = forge_extension_begin(
            out, oid_get(OID_AUTHORITY_KEY_IDENTIFIER)->der, false);
        size_t mark = der_begin(out, DER_SEQUENCE);
        der_write(out, DER_CONTEXT | 0, key_id);
        der_end(out, mark);
        forge_extension_end(out, open);
    }
}

static void write_host(struct buf *out, const char *host)
{
    char text[HOST_TEXT_MAX];
    struct in6_addr address;
    bool is_ip = inet_pton(AF_INET6, host, &address) == 1 ||
                 inet_pton(AF_INET, host, &address) == 1;
    (void)snprintf(text, sizeof(text), "%s:%s", is_ip ? "IP" : "DNS", host);
    (void)forge_name_write_general(out, text);
}

/* RFC 5280 4.1.2.6: critical if the subject is empty. */
static void write_alt_names(struct buf *out, const struct forge_order *order)
{
    const struct recipe *recipe = order->recipe;
    struct forge_extension open = forge_extension_begin(
        out, oid_get(OID_SUBJECT_ALT_NAME)->der, strcmp(recipe->subject, "empty") == 0);
    size_t mark = der_begin(out, DER_SEQUENCE);
    for (size_t i = 0; i < recipe->n_alt_names; i++) {
        (void)forge_name_write_general(out, recipe->alt_names[i]);
    }
    for (size_t i = 0; i < order->n_hosts; i++) {
        write_host(out, order->hosts[i]);
    }
    der_end(out, mark);
    forge_extension_end(out, open);
}

static void write_subtrees(struct buf *out, uint8_t number, const char *const *names,
                           size_t n)
{
    if (n == 0) {
        return;
    }
    size_t list = der_begin(out, (uint8_t)(DER_CONTEXT | DER_CONSTRUCTED | number));
    for (size_t i = 0; i < n; i++) {
        size_t subtree = der_begin(out, DER_SEQUENCE);
        (void)forge_name_write_general(out, names[i]);
        der_end(out, subtree);
    }
    der_end(out, list);
}

static void write_name_constraints(struct buf *out, const struct recipe *recipe)
{
    struct forge_extension open =
        forge_extension_begin(out, oid_get(OID_NAME_CONSTRAINTS)->der, true);
    size_t mark = der_begin(out, DER_SEQUENCE);
    write_subtrees(out, 0, recipe->permitted, recipe->n_permitted);
    write_subtrees(out, 1, recipe->excluded, recipe->n_excluded);
    der_end(out, mark);
    forge_extension_end(out, open);
}

/* Certificate policies, or application policies, which are written like them. */
static void write_policies(struct buf *out, enum oid extension,
                           const char *const *policies, size_t n)
{
    struct forge_extension open =
        forge_extension_begin(out, oid_get(extension)->der, false);
    size_t mark = der_begin(out, DER_SEQUENCE);
    for (size_t i = 0; i < n; i++) {
        size_t information = der_begin(out, DER_SEQUENCE);
        size_t oid = der_begin(out, DER_OID);
        (void)oid_parse(policies[i], out);
        der_end(out, oid);
        der_end(out, information);
    }
    der_end(out, mark);
    forge_extension_end(out, open);
}

static void write_policy_constraints(struct buf *out)
{
    static const uint8_t zero[] = { 0 };
    struct forge_extension open =
        forge_extension_begin(out, oid_get(OID_POLICY_CONSTRAINTS)->der, true);
    size_t mark = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_CONTEXT | 0, (struct slice){ zero, sizeof(zero) });
    der_end(out, mark);
    forge_extension_end(out, open);
}

static void write_unknown(struct buf *out, bool critical)
{
    struct forge_extension open = forge_extension_begin(
        out, (struct slice){ unknown_oid, sizeof(unknown_oid) }, critical);
    der_write(out, DER_UTF8_STRING, slice_from_string("certgate"));
    forge_extension_end(out, open);
}

/* Breaks the one extension that no other case is about. */
static void write_malformed(struct buf *out)
{
    struct forge_extension open =
        forge_extension_begin(out, oid_get(OID_CRL_DISTRIBUTION_POINTS)->der, false);
    buf_append_string(out, "not DER");
    forge_extension_end(out, open);
}

static void write_extensions(struct buf *out, const struct forge_order *order)
{
    const struct recipe *recipe = order->recipe;
    size_t explicit = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 3);
    size_t mark = der_begin(out, DER_SEQUENCE);
    write_basic_constraints(out, recipe);
    if (recipe->has_key_usage) {
        write_key_usage(out, recipe);
    }
    if (recipe->has_eku) {
        write_eku(out, recipe);
    }
    write_subject_key_id(out, order->spki);
    if ((recipe->details & RECIPE_DUPLICATE_EXTENSION) != 0) {
        write_subject_key_id(out, order->spki);
    }
    write_authority_key_id(out, order);
    if (recipe->n_alt_names + order->n_hosts > 0) {
        write_alt_names(out, order);
    }
    if (recipe->n_permitted + recipe->n_excluded > 0) {
        write_name_constraints(out, recipe);
    }
    if (recipe->policy != NULL) {
        write_policies(out, OID_CERTIFICATE_POLICIES, &recipe->policy, 1);
    }
    if (recipe->n_application_policies > 0) {
        write_policies(out, OID_MS_APPLICATION_POLICIES, recipe->application_policies,
                       recipe->n_application_policies);
    }
    if ((recipe->details & RECIPE_REQUIRE_POLICY) != 0) {
        write_policy_constraints(out);
    }
    forge_url_write(out, order);
    if ((recipe->details & (RECIPE_CRITICAL_UNKNOWN | RECIPE_UNKNOWN)) != 0) {
        write_unknown(out, (recipe->details & RECIPE_CRITICAL_UNKNOWN) != 0);
    }
    if ((recipe->details & RECIPE_MALFORMED_EXTENSION) != 0) {
        write_malformed(out);
    }
    der_end(out, mark);
    der_end(out, explicit);
}

/* ---- the certificate */

static bool write_subject(struct buf *out, const struct recipe *recipe)
{
    if (strcmp(recipe->subject, "-") != 0) {
        return forge_name_write(out, recipe->subject);
    }
    char text[128]; /* recipe names are short */
    (void)snprintf(text, sizeof(text), "O=certgate tests,CN=%s%s",
                   recipe->is_authority ? "certgate tests " : "", recipe->name);
    return forge_name_write(out, text);
}

static int write_tbs(struct buf *out, const struct forge_order *order, struct err *err)
{
    const struct recipe *recipe = order->recipe;
    size_t tbs = der_begin(out, DER_SEQUENCE);
    if ((recipe->details & RECIPE_VERSION_1) == 0) {
        size_t version = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 0);
        der_write_small(out, VERSION_3);
        der_end(out, version);
    }
    size_t serial = der_begin(out, DER_INTEGER);
    (void)forge_serial(recipe, order->issuer_spki, order->now, out);
    der_end(out, serial);
    if (!key_append_signature_algorithm(order->issuer_key, recipe->hash, out) &&
        buf_ok(out)) {
        return err_set(err, ERR_CONFIG, 0,
                       "%s: its issuer's key cannot sign with that hash", recipe->name);
    }
    struct slice issuer = order->issuer_name;
    if (issuer.len > 0) {
        buf_append_slice(out, issuer);
    } else if (!write_subject(out, recipe)) {
        goto bad_subject;
    }
    size_t validity = der_begin(out, DER_SEQUENCE);
    der_write_time(out, recipe_time_at(recipe->not_before, order->now));
    der_write_time(out, recipe_time_at(recipe->not_after, order->now));
    der_end(out, validity);
    if (!write_subject(out, recipe)) {
        goto bad_subject;
    }
    buf_append_slice(out, order->spki);
    if ((recipe->details & RECIPE_VERSION_1) == 0) {
        write_extensions(out, order);
    }
    der_end(out, tbs);
    return buf_ok(out) ? 0 : err_memory(err);
bad_subject:
    return !buf_ok(out) ? err_memory(err)
                        : err_set(err, ERR_CONFIG, 0,
                                  "%s: its subject is not of the form O=Acme,CN=alice",
                                  recipe->name);
}

int forge_sign(const struct key *key, enum key_hash hash, struct slice tbs,
               bool flip_a_bit, struct buf *out, struct err *err)
{
    size_t outer = der_begin(out, DER_SEQUENCE);
    buf_append_slice(out, tbs);
    (void)key_append_signature_algorithm(key, hash, out);
    size_t bits = der_begin(out, DER_BIT_STRING);
    buf_append_byte(out, 0);
    if (!buf_ok(out)) {
        return err_memory(err);
    }
    if (key_sign(key, hash, tbs, out, err) != 0) {
        return -1;
    }
    if (flip_a_bit) { /* the last bit: an ECDSA signature stays well-formed */
        out->data[out->len - 1] ^= 0x01;
    }
    der_end(out, bits);
    der_end(out, outer);
    return buf_ok(out) ? 0 : err_memory(err);
}

int forge_certificate(const struct forge_order *order, struct buf *out, struct err *err)
{
    struct buf tbs = BUF_EMPTY;
    int result = write_tbs(&tbs, order, err);
    if (result == 0) {
        result =
            forge_sign(order->issuer_key, order->recipe->hash, buf_slice(&tbs),
                       (order->recipe->details & RECIPE_BAD_SIGNATURE) != 0, out, err);
    }
    buf_finish(&tbs);
    return result;
}
