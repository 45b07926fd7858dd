/* SPDX-License-Identifier: MIT
 *
 * Certificates and CRLs written field by field with pki/der, for the tests of the
 * readers: nothing here depends on the code under test but the DER writer.
 */
#pragma once

#include "base/compiler.h"
#include "base/timestamp.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/oid.h"
#include "support/bytes.h"

#include <check.h>

/* 2020-01-01 and 2100-01-01; the tests never ask what time it is */
#define BUILD_NOT_BEFORE ((int64_t)1577836800)
#define BUILD_NOT_AFTER  ((int64_t)4102444800)

static inline void build_attribute(struct buf *out, enum oid type, uint8_t tag,
                                   struct slice value)
{
    size_t mark = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(type)->der);
    der_write(out, tag, value);
    der_end(out, mark);
}

/* A Name of one common name. */
static inline void build_name(struct buf *out, const char *common_name)
{
    size_t name = der_begin(out, DER_SEQUENCE);
    size_t rdn = der_begin(out, DER_SET);
    build_attribute(out, OID_COMMON_NAME, DER_UTF8_STRING,
                    slice_from_string(common_name));
    der_end(out, rdn);
    der_end(out, name);
}

static inline void build_extension(struct buf *out, enum oid oid, bool critical,
                                   struct slice value)
{
    size_t mark = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(oid)->der);
    if (critical) {
        der_write_boolean(out, true);
    }
    der_write(out, DER_OCTET_STRING, value);
    der_end(out, mark);
}

/* Wraps a to-be-signed part: SEQUENCE { tbs, algorithm, signature }. */
static inline void build_signed(struct buf *out, const struct key *key,
                                struct slice tbs)
{
    struct buf signature = BUF_EMPTY;
    struct err err = ERR_INIT;
    ck_assert_msg(key_sign(key, KEY_HASH_SHA256, tbs, &signature, &err) == 0, "%s",
                  err.text);
    size_t mark = der_begin(out, DER_SEQUENCE);
    buf_append_slice(out, tbs);
    ck_assert(key_append_signature_algorithm(key, KEY_HASH_SHA256, out));
    der_write_bits(out, buf_slice(&signature));
    der_end(out, mark);
    buf_finish(&signature);
}

/* What a certificate is made of; zeroed fields get the defaults of build_certificate.
 */
struct build_certificate {
    struct slice version;    /* whole [0]; default v3 */
    struct slice serial;     /* INTEGER content; default 01 */
    struct slice validity;   /* whole TLV; default 2020 to 2100 */
    struct slice extensions; /* Extension TLVs one behind the other; empty = no [3] */
};

/* A self-signed certificate of CN=test. */
static inline void build_certificate(struct buf *out, const struct key *key,
                                     const struct build_certificate *fields)
{
    static const uint8_t version_3[] = { 0xa0, 3, 2, 1, 2 };
    struct buf tbs = BUF_EMPTY;
    struct err err = ERR_INIT;
    size_t mark = der_begin(&tbs, DER_SEQUENCE);
    buf_append_slice(&tbs, fields->version.data != NULL
                               ? fields->version
                               : (struct slice){ version_3, sizeof(version_3) });
    der_write(&tbs, DER_INTEGER,
              fields->serial.data != NULL ? fields->serial : BYTES("\x01"));
    ck_assert(key_append_signature_algorithm(key, KEY_HASH_SHA256, &tbs));
    build_name(&tbs, "test");
    if (fields->validity.data != NULL) {
        buf_append_slice(&tbs, fields->validity);
    } else {
        size_t validity = der_begin(&tbs, DER_SEQUENCE);
        der_write_time(&tbs, BUILD_NOT_BEFORE);
        der_write_time(&tbs, BUILD_NOT_AFTER);
        der_end(&tbs, validity);
    }
    build_name(&tbs, "test");
    ck_assert_msg(key_append_spki(key, &tbs, &err) == 0, "%s", err.text);
    if (fields->extensions.data != NULL) {
        size_t field = der_begin(&tbs, DER_CONTEXT | DER_CONSTRUCTED | 3);
        der_write(&tbs, DER_SEQUENCE, fields->extensions);
        der_end(&tbs, field);
    }
    der_end(&tbs, mark);
    build_signed(out, key, buf_slice(&tbs));
    buf_finish(&tbs);
}
