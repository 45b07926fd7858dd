/* SPDX-License-Identifier: MIT */
#include "support/tls_certs.h"

#include "base/mem.h"
#include "pki/der.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define BYTES(array) ((struct slice){ (array), sizeof(array) })
#define NOT_BEFORE   ((int64_t)1000000000)
#define NOT_AFTER    ((int64_t)253402300799)
#define GARBAGE_LEN  200

static const uint8_t oid_common_name[] = { 0x55, 0x04, 0x03 };
static const uint8_t oid_san[] = { 0x55, 0x1d, 0x11 };
static const uint8_t oid_eku[] = { 0x55, 0x1d, 0x25 };
static const uint8_t oid_basic_constraints[] = { 0x55, 0x1d, 0x13 };
static const uint8_t oid_name_constraints[] = { 0x55, 0x1d, 0x1e };
static const uint8_t oid_unknown[] = { 0x2a, 0x03, 0x04, 0x05 };
static const uint8_t ed25519_spki[] = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21,
    0x00, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a,
    0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25,
    0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0x30,
};

static void write_name(struct buf *out, const char *name)
{
    size_t names = der_begin(out, DER_SEQUENCE);
    size_t rdn = der_begin(out, DER_SET);
    size_t attribute = der_begin(out, DER_SEQUENCE);

    der_write(out, DER_OID, BYTES(oid_common_name));
    der_write(out, DER_UTF8_STRING, slice_from_string(name));
    der_end(out, attribute);
    der_end(out, rdn);
    der_end(out, names);
}

static void write_extension(struct buf *out, struct slice oid, bool critical,
                            struct slice value)
{
    size_t extension = der_begin(out, DER_SEQUENCE);

    der_write(out, DER_OID, oid);
    if (critical) {
        der_write_boolean(out, true);
    }
    der_write(out, DER_OCTET_STRING, value);
    der_end(out, extension);
}

static void write_san(struct buf *out, const char *name)
{
    struct buf value = BUF_EMPTY;
    size_t names = der_begin(&value, DER_SEQUENCE);

    der_write(&value, DER_CONTEXT | 2, slice_from_string(name));
    der_end(&value, names);
    write_extension(out, BYTES(oid_san), false, buf_slice(&value));
    buf_finish(&value);
}

static void write_padding(struct buf *out, size_t len)
{
    uint8_t *padding = mem_alloc(len, 1);

    ck_assert_ptr_nonnull(padding);
    write_extension(out, BYTES(oid_unknown), false, (struct slice){ padding, len });
    free(padding);
}

static void write_extensions(struct buf *out, const char *name, bool is_ca,
                             enum tls_flaw flaw, size_t padding)
{
    static const uint8_t empty_sequence[] = { 0x30, 0x00 };
    static const uint8_t ca_true[] = { 0x30, 0x03, 0x01, 0x01, 0xff };
    static const uint8_t permitted[] = { 0x30, 0x08, 0xa0, 0x06, 0x30,
                                         0x04, 0x82, 0x02, 'a',  'b' };
    size_t tag = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 3);
    size_t list = der_begin(out, DER_SEQUENCE);

    write_san(out, name);
    if (is_ca) {
        write_extension(out, BYTES(oid_basic_constraints), true, BYTES(ca_true));
    }
    if (flaw == TLS_FLAW_DUPLICATE_EXTENSION) {
        write_san(out, name);
    } else if (flaw == TLS_FLAW_UNKNOWN_CRITICAL) {
        write_extension(out, BYTES(oid_unknown), true, BYTES(empty_sequence));
    } else if (flaw == TLS_FLAW_EMPTY_EKU) {
        write_extension(out, BYTES(oid_eku), false, BYTES(empty_sequence));
    } else if (flaw == TLS_FLAW_CRITICAL_NAME_CONSTRAINTS) {
        write_extension(out, BYTES(oid_name_constraints), true, BYTES(permitted));
    }
    if (padding > 0) {
        write_padding(out, padding);
    }
    der_end(out, list);
    der_end(out, tag);
}

/* RSA with a modulus and an exponent out of thin air. */
static void write_slow_key(struct buf *out)
{
    static const uint8_t algorithm[] = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                         0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };
    uint8_t modulus[256], exponent[250];
    struct buf key = BUF_EMPTY;

    memset(modulus, 0xc1, sizeof modulus);
    memset(exponent, 0xa5, sizeof exponent);
    size_t numbers = der_begin(&key, DER_SEQUENCE);
    der_write_unsigned(&key, BYTES(modulus));
    der_write_unsigned(&key, BYTES(exponent));
    der_end(&key, numbers);
    size_t spki = der_begin(out, DER_SEQUENCE);
    buf_append_slice(out, BYTES(algorithm));
    der_write_bits(out, buf_slice(&key));
    der_end(out, spki);
    buf_finish(&key);
}

static void write_validity(struct buf *out, enum tls_flaw flaw)
{
    size_t validity = der_begin(out, DER_SEQUENCE);

    if (flaw != TLS_FLAW_BAD_VALIDITY) {
        der_write_time(out, NOT_BEFORE);
        der_write_time(out, NOT_AFTER);
    }
    der_end(out, validity);
}

static void write_tbs(struct buf *out, const char *name, const struct tls_cert *issuer,
                      const struct key *key, const struct key *signer,
                      enum tls_flaw flaw, size_t padding)
{
    struct err err = ERR_INIT;
    size_t tbs = der_begin(out, DER_SEQUENCE);
    size_t version = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 0);

    der_write_small(out, 2);
    der_end(out, version);
    der_write_small(out, 4711);
    ck_assert(key_append_signature_algorithm(signer, KEY_HASH_SHA256, out));
    if (issuer != NULL) {
        buf_append_slice(out, issuer->cert->subject);
    } else {
        write_name(out, name);
    }
    write_validity(out, flaw);
    write_name(out, name);
    if (flaw == TLS_FLAW_ED25519) {
        buf_append_slice(out, BYTES(ed25519_spki));
    } else if (flaw == TLS_FLAW_HUGE_EXPONENT) {
        write_slow_key(out);
    } else {
        ck_assert_msg(key_append_spki(key, out, &err) == 0, "%s", err.text);
    }
    write_extensions(out, name, issuer == NULL, flaw, padding);
    der_end(out, tbs);
}

static void write_certificate(struct buf *out, struct slice tbs,
                              const struct key *signer)
{
    struct err err = ERR_INIT;
    struct buf signature = BUF_EMPTY;
    size_t certificate = der_begin(out, DER_SEQUENCE);

    buf_append_slice(out, tbs);
    ck_assert(key_append_signature_algorithm(signer, KEY_HASH_SHA256, out));
    ck_assert_msg(key_sign(signer, KEY_HASH_SHA256, tbs, &signature, &err) == 0, "%s",
                  err.text);
    der_write_bits(out, buf_slice(&signature));
    der_end(out, certificate);
    buf_finish(&signature);
}

struct tls_cert tls_cert_make(const char *name, const struct tls_cert *issuer,
                              enum key_type type, enum tls_flaw flaw, size_t padding)
{
    struct tls_cert made = { NULL, NULL };
    struct err err = ERR_INIT;
    struct buf tbs = BUF_EMPTY;
    struct buf der = BUF_EMPTY;

    ck_assert_msg(key_generate(type, &made.key, &err) == 0, "%s", err.text);
    const struct key *signer = issuer != NULL ? issuer->key : made.key;
    if (flaw == TLS_FLAW_NO_KEY) {
        static const uint8_t garbage[GARBAGE_LEN] = { 0x30, 0x81, 0xc5, 0x02 };
        buf_append_slice(&der, BYTES(garbage));
    } else {
        write_tbs(&tbs, name, issuer, made.key, signer, flaw, padding);
        write_certificate(&der, buf_slice(&tbs), signer);
    }
    ck_assert(buf_ok(&tbs) && buf_ok(&der));
    made.cert = certificate_create(buf_slice(&der));
    ck_assert_ptr_nonnull(made.cert);
    buf_finish(&tbs);
    buf_finish(&der);
    return made;
}

void tls_cert_finish(struct tls_cert *cert)
{
    key_destroy(cert->key);
    certificate_destroy(cert->cert);
    *cert = (struct tls_cert){ NULL, NULL };
}
