/* SPDX-License-Identifier: MIT */
#include "pki/key_internal.h"

#include "base/compiler.h"
#include "base/mem.h"
#include "pki/der.h"
#include "pki/pem_write.h"
#include "pki/random.h"

#include <assert.h>
#include <mbedtls/ecp.h>
#include <mbedtls/error.h>
#include <mbedtls/md.h>
#include <mbedtls/rsa.h>
#include <stdlib.h>
#include <string.h>

/* A private RSA key of KEY_RSA_BITS_MAX in PKCS#1: nine numbers, 4.6 KB. */
#define KEY_DER_MAX  ((size_t)8192)
#define RSA_EXPONENT 65537

static const struct {
    const char *word;
    unsigned rsa_bits; /* 0 = an EC key on `curve` */
    mbedtls_ecp_group_id curve;
} types[KEY_TYPE_COUNT] = {
    [KEY_TYPE_EC_P256] = { "p256", 0, MBEDTLS_ECP_DP_SECP256R1 },
    [KEY_TYPE_EC_P384] = { "p384", 0, MBEDTLS_ECP_DP_SECP384R1 },
    [KEY_TYPE_EC_P521] = { "p521", 0, MBEDTLS_ECP_DP_SECP521R1 },
    [KEY_TYPE_RSA_1024] = { "rsa1024", 1024, MBEDTLS_ECP_DP_NONE },
    [KEY_TYPE_RSA_2048] = { "rsa2048", 2048, MBEDTLS_ECP_DP_NONE },
    [KEY_TYPE_RSA_3072] = { "rsa3072", 3072, MBEDTLS_ECP_DP_NONE },
    [KEY_TYPE_RSA_4096] = { "rsa4096", 4096, MBEDTLS_ECP_DP_NONE },
};

static const struct {
    mbedtls_md_type_t md;
    enum oid rsa;
    enum oid ecdsa; /* OID_UNKNOWN = no such algorithm */
} hashes[] = {
    [KEY_HASH_SHA256] = { MBEDTLS_MD_SHA256, OID_SHA256_WITH_RSA,
                          OID_ECDSA_WITH_SHA256 },
    [KEY_HASH_SHA384] = { MBEDTLS_MD_SHA384, OID_SHA384_WITH_RSA,
                          OID_ECDSA_WITH_SHA384 },
    [KEY_HASH_SHA512] = { MBEDTLS_MD_SHA512, OID_SHA512_WITH_RSA,
                          OID_ECDSA_WITH_SHA512 },
    [KEY_HASH_SHA1] = { MBEDTLS_MD_SHA1, OID_SHA1_WITH_RSA, OID_ECDSA_WITH_SHA1 },
    [KEY_HASH_MD5] = { MBEDTLS_MD_MD5, OID_MD5_WITH_RSA, OID_UNKNOWN },
};

int key_err(struct err *err, int code, const char *what)
{
    char reason[200];
    mbedtls_strerror(code, reason, sizeof(reason));
    return err_set_reason(err, ERR_MBEDTLS, code, reason, "%s", what);
}

bool key_type_parse(const char *word, enum key_type *ret_type)
{
    for (int i = 0; i < KEY_TYPE_COUNT; i++) {
        if (strcmp(word, types[i].word) == 0) {
            *ret_type = (enum key_type)i;
            return true;
        }
    }
    return false;
}

struct key *key_create_empty(void)
{
    struct key *key = mem_alloc(1, sizeof(*key));
    if (key != NULL) {
        mbedtls_pk_init(&key->pk);
    }
    return key;
}

void key_destroy(struct key *key)
{
    if (key != NULL) {
        mbedtls_pk_free(&key->pk);
        free(key);
    }
}

int key_generate(enum key_type type, struct key **ret_key, struct err *err)
{
    assert((unsigned)type < KEY_TYPE_COUNT);
    struct key *key = key_create_empty();
    if (key == NULL) {
        return err_memory(err);
    }
    unsigned bits = types[type].rsa_bits;
    int rc = mbedtls_pk_setup(
        &key->pk,
        mbedtls_pk_info_from_type(bits != 0 ? MBEDTLS_PK_RSA : MBEDTLS_PK_ECKEY));
    if (rc == 0 && bits != 0) {
        rc = mbedtls_rsa_gen_key(mbedtls_pk_rsa(key->pk), random_callback, NULL, bits,
                                 RSA_EXPONENT);
    } else if (rc == 0) {
        rc = mbedtls_ecp_gen_key(types[type].curve, mbedtls_pk_ec(key->pk),
                                 random_callback, NULL);
    }
    if (rc != 0) {
        key_destroy(key);
        return key_err(err, rc, "cannot make a key");
    }
    *ret_key = key;
    return 0;
}

void *key_get_pk(struct key *key)
{
    return &key->pk;
}

/* PKCS#1 or SEC 1 into the end of `room`. */
static int write_key(const struct key *key, uint8_t room[KEY_DER_MAX],
                     struct slice *ret_der)
{
    int rc = mbedtls_pk_write_key_der(&key->pk, room, KEY_DER_MAX);
    if (rc < 0) {
        return rc;
    }
    *ret_der = (struct slice){ room + KEY_DER_MAX - rc, (size_t)rc };
    return 0;
}

struct key *key_copy(const struct key *key)
{
    uint8_t room[KEY_DER_MAX];
    struct slice der;
    struct key *copy = NULL;
    if (write_key(key, room, &der) == 0 &&
        key_parse(der, NULL, "key", &copy, NULL) != 0) {
        copy = NULL;
    }
    mem_wipe(room, sizeof(room));
    return copy;
}

int key_append_spki(const struct key *key, struct buf *out, struct err *err)
{
    uint8_t room[KEY_DER_MAX];
    int rc = mbedtls_pk_write_pubkey_der(&key->pk, room, sizeof(room));
    if (rc < 0) {
        return key_err(err, rc, "cannot write a public key");
    }
    if (!buf_append(out, room + sizeof(room) - rc, (size_t)rc)) {
        return err_memory(err);
    }
    return 0;
}

/* The AlgorithmIdentifier of the key's own SubjectPublicKeyInfo. */
static int append_algorithm(const struct key *key, struct buf *out, struct err *err)
{
    struct buf spki = BUF_EMPTY;
    int result = -1;
    if (key_append_spki(key, &spki, err) != 0) {
        goto out;
    }
    struct slice cursor = buf_slice(&spki);
    struct slice content;
    struct slice algorithm;
    if (!der_read(&cursor, DER_SEQUENCE, &content) ||
        !der_read_whole(&content, DER_SEQUENCE, &algorithm)) {
        err_set(err, ERR_MBEDTLS, 0, "cannot write a public key");
        goto out;
    }
    result = buf_append_slice(out, algorithm) ? 0 : err_memory(err);
out:
    buf_finish(&spki);
    return result;
}

/* ECPrivateKey (RFC 5915) without its parameters, which PKCS#8 says once already
 * in the AlgorithmIdentifier: the form that OpenSSL and Windows write. */
static void append_sec1_without_curve(struct buf *out, struct slice sec1)
{
    struct slice content = SLICE_EMPTY;
    (void)der_read(&sec1, DER_SEQUENCE, &content);
    size_t mark = der_begin(out, DER_SEQUENCE);
    uint8_t tag;
    struct slice whole;
    while (der_read_any(&content, &tag, NULL, &whole)) {
        if (tag != (DER_CONTEXT | DER_CONSTRUCTED)) {
            buf_append_slice(out, whole);
        }
    }
    der_end(out, mark);
}

int key_append_pkcs8(const struct key *key, struct buf *out, struct err *err)
{
    uint8_t room[KEY_DER_MAX];
    struct slice der;
    int result = -1;

    int rc = write_key(key, room, &der);
    if (rc != 0) {
        return key_err(err, rc, "cannot write a private key");
    }
    /* One growth now: later ones would leave copies of the secret behind. */
    buf_reserve(out, der.len + 64);
    size_t outer = der_begin(out, DER_SEQUENCE);
    der_write_small(out, 0);
    if (append_algorithm(key, out, err) != 0) {
        goto out;
    }
    size_t inner = der_begin(out, DER_OCTET_STRING);
    if (mbedtls_pk_get_type(&key->pk) == MBEDTLS_PK_RSA) {
        buf_append_slice(out, der);
    } else {
        append_sec1_without_curve(out, der);
    }
    der_end(out, inner);
    der_end(out, outer);
    result = buf_ok(out) ? 0 : err_memory(err);
out:
    mem_wipe(room, sizeof(room));
    return result;
}

int key_append_pem(const struct key *key, struct buf *out, struct err *err)
{
    struct buf pkcs8 = BUF_EMPTY;
    int result = key_append_pkcs8(key, &pkcs8, err);
    if (result == 0 && !pem_write(out, "PRIVATE KEY", buf_slice(&pkcs8))) {
        result = err_memory(err);
    }
    buf_finish_secret(&pkcs8);
    return result;
}

bool key_append_signature_algorithm(const struct key *key, enum key_hash hash,
                                    struct buf *out)
{
    assert((unsigned)hash < ARRAY_LEN(hashes));
    bool rsa = mbedtls_pk_get_type(&key->pk) == MBEDTLS_PK_RSA;
    enum oid oid = rsa ? hashes[hash].rsa : hashes[hash].ecdsa;
    if (oid == OID_UNKNOWN) {
        return false;
    }
    size_t mark = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(oid)->der);
    if (rsa) {
        der_write(out, DER_NULL,
                  SLICE_EMPTY); /* RFC 4055: must be there; ECDSA: must not */
    }
    der_end(out, mark);
    return buf_ok(out);
}

int key_sign(const struct key *key, enum key_hash hash, struct slice message,
             struct buf *out, struct err *err)
{
    assert((unsigned)hash < ARRAY_LEN(hashes));
    mbedtls_md_type_t md = hashes[hash].md;
    uint8_t digest[MBEDTLS_MD_MAX_SIZE];
    uint8_t signature[MBEDTLS_PK_SIGNATURE_MAX_SIZE];
    size_t len = 0;
    /* mbedTLS takes the key without const, though it only blinds with it. */
    mbedtls_pk_context pk = key->pk;

    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(md);
    int rc = mbedtls_md(info, message.data, message.len, digest);
    if (rc == 0) {
        rc = mbedtls_pk_sign(&pk, md, digest, mbedtls_md_get_size(info), signature,
                             sizeof(signature), &len, random_callback, NULL);
    }
    if (rc != 0) {
        return key_err(err, rc, "cannot sign");
    }
    return buf_append(out, signature, len) ? 0 : err_memory(err);
}

bool key_matches(const struct key *key, const struct certificate *cert)
{
    mbedtls_pk_context public_key;
    mbedtls_pk_init(&public_key);
    bool match =
        key_read_spki(cert->spki, &public_key) == 0 &&
        mbedtls_pk_check_pair(&public_key, &key->pk, random_callback, NULL) == 0;
    mbedtls_pk_free(&public_key);
    return match;
}
