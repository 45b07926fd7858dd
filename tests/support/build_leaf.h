/* SPDX-License-Identifier: MIT
 *
 * Whole certificates of a small test PKI, for the tests of stores and descriptions:
 * one struct says what is in it. Keys are made by the test.
 */
#pragma once

#include "support/build_pki.h"

#include "pki/certificate.h"

#include <stdlib.h>

#define BUILD_NOW      ((int64_t)1763818000) /* 2025-11-22 */
#define BUILD_LIST_MAX 4

struct build_leaf {
    const char *subject; /* common name */
    const char *issuer;  /* common name; NULL = self-issued */
    const struct key *key;
    const struct key *issuer_key; /* NULL = self-signed */
    int64_t not_before;           /* 0 = BUILD_NOT_BEFORE */
    int64_t not_after;            /* 0 = BUILD_NOT_AFTER */
    bool is_ca;
    bool has_eku;
    enum oid purposes[BUILD_LIST_MAX]; /* up to OID_UNKNOWN */
    const char *hosts[BUILD_LIST_MAX]; /* dNSName, up to NULL */
    struct slice ip;
    struct slice subject_name; /* a whole Name instead of `subject` */
    struct slice extensions;   /* more Extension TLVs */
    bool bad_signature;
};

static inline void build_leaf_extensions(struct buf *out, const struct build_leaf *leaf)
{
    struct buf value = BUF_EMPTY;
    size_t mark;
    if (leaf->is_ca) {
        mark = der_begin(&value, DER_SEQUENCE);
        der_write_boolean(&value, true);
        der_end(&value, mark);
        build_extension(out, OID_BASIC_CONSTRAINTS, true, buf_slice(&value));
        buf_clear(&value);
    }
    if (leaf->has_eku) {
        mark = der_begin(&value, DER_SEQUENCE);
        for (int i = 0; i < BUILD_LIST_MAX && leaf->purposes[i] != OID_UNKNOWN; i++) {
            der_write(&value, DER_OID, oid_get(leaf->purposes[i])->der);
        }
        der_end(&value, mark);
        build_extension(out, OID_EXTENDED_KEY_USAGE, false, buf_slice(&value));
        buf_clear(&value);
    }
    if (leaf->hosts[0] != NULL || leaf->ip.len > 0) {
        mark = der_begin(&value, DER_SEQUENCE);
        for (int i = 0; i < BUILD_LIST_MAX && leaf->hosts[i] != NULL; i++) {
            der_write(&value, DER_CONTEXT | 2, slice_from_string(leaf->hosts[i]));
        }
        if (leaf->ip.len > 0) {
            der_write(&value, DER_CONTEXT | 7, leaf->ip);
        }
        der_end(&value, mark);
        build_extension(out, OID_SUBJECT_ALT_NAME, false, buf_slice(&value));
    }
    buf_append_slice(out, leaf->extensions);
    buf_finish(&value);
}

static inline void build_leaf_tbs(struct buf *tbs, const struct build_leaf *leaf,
                                  const struct key *issuer_key)
{
    static const uint8_t version_3[] = { 0xa0, 3, 2, 1, 2 };
    struct buf extensions = BUF_EMPTY;
    struct err err = ERR_INIT;
    size_t mark = der_begin(tbs, DER_SEQUENCE);
    buf_append(tbs, version_3, sizeof(version_3));
    der_write(tbs, DER_INTEGER, BYTES("\x12\x34"));
    ck_assert(key_append_signature_algorithm(issuer_key, KEY_HASH_SHA256, tbs));
    build_name(tbs, leaf->issuer != NULL ? leaf->issuer : leaf->subject);
    size_t validity = der_begin(tbs, DER_SEQUENCE);
    der_write_time(tbs, leaf->not_before != 0 ? leaf->not_before : BUILD_NOT_BEFORE);
    der_write_time(tbs, leaf->not_after != 0 ? leaf->not_after : BUILD_NOT_AFTER);
    der_end(tbs, validity);
    if (leaf->subject_name.len > 0) {
        buf_append_slice(tbs, leaf->subject_name);
    } else {
        build_name(tbs, leaf->subject);
    }
    ck_assert_msg(key_append_spki(leaf->key, tbs, &err) == 0, "%s", err.text);
    build_leaf_extensions(&extensions, leaf);
    if (extensions.len > 0) {
        size_t field = der_begin(tbs, DER_CONTEXT | DER_CONSTRUCTED | 3);
        der_write(tbs, DER_SEQUENCE, buf_slice(&extensions));
        der_end(tbs, field);
    }
    der_end(tbs, mark);
    buf_finish(&extensions);
}

/* The caller destroys it. */
static inline struct certificate *build_leaf(const struct build_leaf *leaf)
{
    struct buf tbs = BUF_EMPTY;
    struct buf der = BUF_EMPTY;
    const struct key *issuer_key =
        leaf->issuer_key != NULL ? leaf->issuer_key : leaf->key;
    build_leaf_tbs(&tbs, leaf, issuer_key);
    build_signed(&der, issuer_key, buf_slice(&tbs));
    if (leaf->bad_signature) {
        der.data[der.len - 1] ^= 1;
    }
    ck_assert(buf_ok(&der));
    struct certificate *cert = certificate_create(buf_slice(&der));
    ck_assert_ptr_nonnull(cert);
    buf_finish(&tbs);
    buf_finish(&der);
    return cert;
}
