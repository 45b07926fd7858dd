/* SPDX-License-Identifier: MIT */
#include "support/chain_world.h"
#include "chain/signature_cache.h"

#include "base/mem.h"
#include "base/timestamp.h"
#include "pki/der.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define STORE_ENTRIES 300

void chain_world_init(struct chain_world *world)
{
    *world = (struct chain_world){ .policy = policy_default() };
    struct err err = ERR_INIT;
    for (size_t i = 0; i < CHAIN_WORLD_KEYS; i++) {
        ck_assert_msg(key_generate(KEY_TYPE_EC_P256, &world->keys[i], &err) == 0, "%s",
                      err.text);
    }
    for (size_t f = 0; f < STORE_FOLDER_COUNT; f++) {
        world->store.folders[f].entries =
            mem_alloc(STORE_ENTRIES, sizeof(struct store_entry));
        ck_assert_ptr_nonnull(world->store.folders[f].entries);
    }
    world->store.crls = mem_alloc(8, sizeof(struct store_crl));
    world->cache = signature_cache_create();
    ck_assert(world->store.crls != NULL && world->cache != NULL);
    world->context = (struct chain_context){
        .store = &world->store,
        .policy = &world->policy,
        .cache = world->cache,
        .now = CHAIN_WORLD_NOW,
    };
}

void chain_world_finish(struct chain_world *world)
{
    for (size_t i = 0; i < CHAIN_WORLD_KEYS; i++) {
        key_destroy(world->keys[i]);
    }
    for (size_t i = 0; i < world->n_certs; i++) {
        certificate_destroy(world->certs[i]);
    }
    for (size_t f = 0; f < STORE_FOLDER_COUNT; f++) {
        free(world->store.folders[f].entries);
    }
    for (size_t i = 0; i < world->store.n_crls; i++) {
        crl_destroy(world->store.crls[i].crl);
    }
    free(world->store.crls);
    signature_cache_destroy(world->cache);
}

static void write_name(struct buf *out, const char *common_name)
{
    size_t name = der_begin(out, DER_SEQUENCE);
    size_t rdn = der_begin(out, DER_SET);
    size_t attribute = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(OID_COMMON_NAME)->der);
    der_write(out, DER_UTF8_STRING, slice_from_string(common_name));
    der_end(out, attribute);
    der_end(out, rdn);
    der_end(out, name);
}

static size_t begin_extension(struct buf *out, enum oid oid, bool critical,
                              size_t *ret_value)
{
    size_t mark = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(oid)->der);
    if (critical) {
        der_write_boolean(out, true);
    }
    *ret_value = der_begin(out, DER_OCTET_STRING);
    return mark;
}

static void end_extension(struct buf *out, size_t mark, size_t value)
{
    der_end(out, value);
    der_end(out, mark);
}

static void key_id(const struct chain_world *world, int index, uint8_t id[4])
{
    memset(id, index, 4);
    (void)world;
}

static void write_key_ids(const struct chain_world *world,
                          const struct chain_spec *spec, struct buf *out)
{
    uint8_t id[4];
    size_t value;
    if (spec->subject_key_id) {
        size_t mark = begin_extension(out, OID_SUBJECT_KEY_IDENTIFIER, false, &value);
        key_id(world, spec->key, id);
        der_write(out, DER_OCTET_STRING, (struct slice){ id, sizeof(id) });
        end_extension(out, mark, value);
    }
    if (spec->authority_key_id > 0) {
        size_t mark = begin_extension(out, OID_AUTHORITY_KEY_IDENTIFIER, false, &value);
        size_t list = der_begin(out, DER_SEQUENCE);
        key_id(world, spec->authority_key_id - 1, id);
        der_write(out, DER_CONTEXT | 0, (struct slice){ id, sizeof(id) });
        der_end(out, list);
        end_extension(out, mark, value);
    }
}

static void write_basic_constraints(const struct chain_spec *spec, struct buf *out)
{
    size_t value;
    if (!spec->ca || spec->no_basic_constraints) {
        return;
    }
    size_t mark = begin_extension(out, OID_BASIC_CONSTRAINTS, true, &value);
    size_t list = der_begin(out, DER_SEQUENCE);
    der_write_boolean(out, true);
    if (spec->path_len != NULL) {
        der_write_small(out, (uint32_t)strtoul(spec->path_len, NULL, 10));
    }
    der_end(out, list);
    end_extension(out, mark, value);
}

static void write_key_usage(const struct chain_spec *spec, struct buf *out)
{
    size_t value;
    if (spec->key_usage < 0) {
        return;
    }
    unsigned usage = spec->key_usage > 0 ? (unsigned)spec->key_usage
                     : spec->ca          ? KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN
                                         : (unsigned)KEY_USAGE_DIGITAL_SIGNATURE;
    uint8_t bits[2] = { 0, 0 };
    for (unsigned bit = 0; bit < 8; bit++) {
        bits[1] |= (uint8_t)((usage >> bit & 1) << (7 - bit));
    }
    while (bits[0] < 7 && (bits[1] >> bits[0] & 1) == 0) {
        bits[0]++;
    }
    size_t mark = begin_extension(out, OID_KEY_USAGE, true, &value);
    der_write(out, DER_BIT_STRING, (struct slice){ bits, 2 });
    end_extension(out, mark, value);
}

static void write_eku(const struct chain_spec *spec, struct buf *out)
{
    const char *rest = spec->eku != NULL ? spec->eku : spec->ca ? "" : "clientAuth";
    size_t value;
    if (*rest == 0) {
        return;
    }
    size_t mark = begin_extension(out, OID_EXTENDED_KEY_USAGE, false, &value);
    size_t list = der_begin(out, DER_SEQUENCE);
    while (*rest != 0) {
        size_t len = strcspn(rest, ",");
        char word[64];
        struct buf oid = BUF_EMPTY;
        ck_assert_uint_lt(len, sizeof(word));
        memcpy(word, rest, len);
        word[len] = 0;
        ck_assert_msg(oid_parse(word, &oid), "%s", word);
        der_write(out, DER_OID, buf_slice(&oid));
        buf_finish(&oid);
        rest += len + (rest[len] == ',' ? 1 : 0);
    }
    der_end(out, list);
    end_extension(out, mark, value);
}

/* DistributionPointName: fullName with a URL, maybe behind `first`, or
 * nameRelativeToCRLIssuer. */
static void write_point_name(struct buf *out, const char *first, const char *url,
                             const char *relative)
{
    size_t name = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 0);
    size_t kind =
        der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | (relative != NULL ? 1 : 0));
    if (relative != NULL) {
        size_t attribute = der_begin(out, DER_SEQUENCE);
        der_write(out, DER_OID, oid_get(OID_COMMON_NAME)->der);
        der_write(out, DER_UTF8_STRING, slice_from_string(relative));
        der_end(out, attribute);
    } else {
        if (first != NULL) {
            der_write(out, DER_CONTEXT | 6, slice_from_string(first));
        }
        der_write(out, DER_CONTEXT | 6, slice_from_string(url));
    }
    der_end(out, kind);
    der_end(out, name);
}

static void write_cdp(const struct chain_spec *spec, struct buf *out)
{
    size_t value;
    if (spec->cdp == NULL && spec->cdp_relative == NULL) {
        return;
    }
    size_t mark = begin_extension(out, OID_CRL_DISTRIBUTION_POINTS, false, &value);
    size_t list = der_begin(out, DER_SEQUENCE);
    size_t point = der_begin(out, DER_SEQUENCE);
    write_point_name(out, NULL, spec->cdp, spec->cdp_relative);
    if (spec->cdp_reasons) {
        der_write(out, DER_CONTEXT | 1, (struct slice){ (const uint8_t *)"\6\x40", 2 });
    }
    if (spec->cdp_crl_issuer) {
        size_t names = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 2);
        size_t directory = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 4);
        write_name(out, spec->issuer);
        der_end(out, directory);
        der_end(out, names);
    }
    der_end(out, point);
    der_end(out, list);
    end_extension(out, mark, value);
}

static void write_access(struct buf *out, enum oid method, const char *url)
{
    if (url != NULL) {
        size_t access = der_begin(out, DER_SEQUENCE);
        der_write(out, DER_OID, oid_get(method)->der);
        der_write(out, DER_CONTEXT | 6, slice_from_string(url));
        der_end(out, access);
    }
}

static void write_aia(const struct chain_spec *spec, struct buf *out)
{
    size_t value;
    if (spec->ocsp == NULL && spec->ca_issuers == NULL) {
        return;
    }
    size_t mark = begin_extension(out, OID_AUTHORITY_INFO_ACCESS, false, &value);
    size_t list = der_begin(out, DER_SEQUENCE);
    write_access(out, OID_AD_OCSP, spec->ocsp);
    write_access(out, OID_AD_CA_ISSUERS, spec->ca_issuers);
    der_end(out, list);
    end_extension(out, mark, value);
}

/* SEQUENCE { tbs, algorithm, signature } */
static void sign(struct buf *out, const struct key *key, enum key_hash hash,
                 struct slice tbs)
{
    struct buf signature = BUF_EMPTY;
    struct err err = ERR_INIT;
    ck_assert_msg(key_sign(key, hash, tbs, &signature, &err) == 0, "%s", err.text);
    size_t mark = der_begin(out, DER_SEQUENCE);
    buf_append_slice(out, tbs);
    ck_assert(key_append_signature_algorithm(key, hash, out));
    der_write_bits(out, buf_slice(&signature));
    der_end(out, mark);
    buf_finish(&signature);
}

struct certificate *chain_world_make(struct chain_world *world,
                                     const struct chain_spec *spec)
{
    enum key_hash hash = spec->sha1 ? KEY_HASH_SHA1 : KEY_HASH_SHA256;
    struct buf tbs = BUF_EMPTY;
    struct buf der = BUF_EMPTY;
    struct err err = ERR_INIT;
    size_t mark = der_begin(&tbs, DER_SEQUENCE);
    size_t version = der_begin(&tbs, DER_CONTEXT | DER_CONSTRUCTED | 0);
    der_write_small(&tbs, 2);
    der_end(&tbs, version);
    der_write_small(&tbs, spec->serial == 0 ? 1 : (uint32_t)spec->serial);
    ck_assert(
        key_append_signature_algorithm(world->keys[spec->issuer_key], hash, &tbs));
    write_name(&tbs, spec->issuer);
    size_t validity = der_begin(&tbs, DER_SEQUENCE);
    der_write_time(&tbs, CHAIN_WORLD_NOW + (spec->not_before == 0 ? -TIMESTAMP_DAY
                                                                  : spec->not_before));
    der_write_time(&tbs, CHAIN_WORLD_NOW +
                             (spec->not_after == 0 ? TIMESTAMP_DAY : spec->not_after));
    der_end(&tbs, validity);
    write_name(&tbs, spec->subject);
    if (spec->spki.len > 0) {
        buf_append_slice(&tbs, spec->spki);
    } else {
        ck_assert(key_append_spki(world->keys[spec->key], &tbs, &err) == 0);
    }
    size_t field = der_begin(&tbs, DER_CONTEXT | DER_CONSTRUCTED | 3);
    size_t list = der_begin(&tbs, DER_SEQUENCE);
    write_basic_constraints(spec, &tbs);
    write_key_usage(spec, &tbs);
    write_eku(spec, &tbs);
    write_key_ids(world, spec, &tbs);
    write_cdp(spec, &tbs);
    write_aia(spec, &tbs);
    buf_append_slice(&tbs, spec->more);
    der_end(&tbs, list);
    der_end(&tbs, field);
    der_end(&tbs, mark);
    sign(&der, world->keys[spec->issuer_key], hash, buf_slice(&tbs));

    struct certificate *cert = certificate_create(buf_slice(&der));
    ck_assert_ptr_nonnull(cert);
    ck_assert_msg(cert->malformed == NULL, "%s", cert->malformed);
    ck_assert_uint_lt(world->n_certs, CHAIN_WORLD_CERTS);
    world->certs[world->n_certs++] = cert;
    buf_finish(&tbs);
    buf_finish(&der);
    return cert;
}

void chain_world_put(struct chain_world *world, enum store_folder folder,
                     struct certificate *cert)
{
    static char path[] = "test.crt";
    size_t n = world->store.folders[folder].n_entries++;
    ck_assert_uint_lt(n, STORE_ENTRIES);
    world->store.folders[folder].entries[n] =
        (struct store_entry){ .cert = cert, .path = path };
}

static void write_crl_extensions(const struct chain_crl_spec *spec, struct buf *out)
{
    size_t value;
    size_t field = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 0);
    size_t list = der_begin(out, DER_SEQUENCE);
    size_t mark;
    if (!spec->no_number) {
        mark = begin_extension(out, OID_CRL_NUMBER, false, &value);
        der_write_small(out, spec->number == 0 ? 7 : spec->number);
        end_extension(out, mark, value);
    }
    if (spec->delta) {
        mark = begin_extension(out, OID_DELTA_CRL_INDICATOR, true, &value);
        der_write_small(out, spec->base == 0 ? 6 : spec->base);
        end_extension(out, mark, value);
    }
    if (spec->point != NULL || spec->relative_point != NULL || spec->only != 0) {
        mark = begin_extension(out, OID_ISSUING_DISTRIBUTION_POINT, true, &value);
        size_t whole = der_begin(out, DER_SEQUENCE);
        if (spec->point != NULL || spec->relative_point != NULL) {
            write_point_name(out, "ldap:///elsewhere", spec->point,
                             spec->relative_point);
        }
        if (spec->only == 3) {
            der_write(out, DER_CONTEXT | 3,
                      (struct slice){ (const uint8_t *)"\6\x40", 2 });
        } else if (spec->only != 0) {
            der_write(out, (uint8_t)(DER_CONTEXT | spec->only),
                      (struct slice){ (const uint8_t *)"\xff", 1 });
        }
        der_end(out, whole);
        end_extension(out, mark, value);
    }
    if (spec->critical_unknown) {
        mark = begin_extension(out, OID_NETSCAPE_COMMENT, true, &value);
        der_write_small(out, 1);
        end_extension(out, mark, value);
    }
    der_end(out, list);
    der_end(out, field);
}

static void write_crl_entry(const struct chain_crl_spec *spec, struct buf *out)
{
    if (spec->revoked_serial == 0) {
        return;
    }
    size_t value;
    size_t list = der_begin(out, DER_SEQUENCE);
    size_t entry = der_begin(out, DER_SEQUENCE);
    uint8_t reason = (uint8_t)spec->reason;
    der_write_small(out, (uint32_t)spec->revoked_serial);
    der_write_time(out, CHAIN_WORLD_NOW - 60);
    size_t extensions = der_begin(out, DER_SEQUENCE);
    size_t mark = begin_extension(out, OID_CRL_REASON, false, &value);
    der_write(out, DER_ENUMERATED, (struct slice){ &reason, 1 });
    end_extension(out, mark, value);
    der_end(out, extensions);
    der_end(out, entry);
    for (uint32_t i = 0; i < spec->n_others; i++) {
        entry = der_begin(out, DER_SEQUENCE);
        der_write_small(out, 1000000 + i);
        der_write_time(out, CHAIN_WORLD_NOW - 60);
        der_end(out, entry);
    }
    der_end(out, list);
}

void chain_world_write_crl(const struct chain_world *world,
                           const struct chain_crl_spec *spec, struct buf *out)
{
    struct buf tbs = BUF_EMPTY;
    const struct key *key = world->keys[spec->issuer_key];
    enum key_hash hash = spec->sha1 ? KEY_HASH_SHA1 : KEY_HASH_SHA256;
    size_t mark = der_begin(&tbs, DER_SEQUENCE);
    der_write_small(&tbs, 1);
    ck_assert(key_append_signature_algorithm(key, hash, &tbs));
    write_name(&tbs, spec->issuer);
    der_write_time(&tbs,
                   CHAIN_WORLD_NOW +
                       (spec->this_update == 0 ? -TIMESTAMP_HOUR : spec->this_update));
    if (spec->next_update != INT64_MIN) {
        der_write_time(&tbs,
                       CHAIN_WORLD_NOW + (spec->next_update == 0 ? TIMESTAMP_HOUR
                                                                 : spec->next_update));
    }
    write_crl_entry(spec, &tbs);
    write_crl_extensions(spec, &tbs);
    der_end(&tbs, mark);
    sign(out, key, hash, buf_slice(&tbs));
    buf_finish(&tbs);
}

void chain_world_put_crl(struct chain_world *world, const struct chain_crl_spec *spec)
{
    static char path[] = "test.crl";
    struct buf der = BUF_EMPTY;
    chain_world_write_crl(world, spec, &der);
    struct crl *crl = crl_create(buf_slice(&der));
    ck_assert_ptr_nonnull(crl);
    ck_assert_msg(crl->malformed == NULL, "%s", crl->malformed);
    ck_assert_uint_lt(world->store.n_crls, 8);
    world->store.crls[world->store.n_crls++] = (struct store_crl){ crl, path };
    buf_finish(&der);
}
