/* SPDX-License-Identifier: MIT
 *
 * Keys and signatures: the only module of pki that does public-key work, on
 * mbedTLS's pk layer.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "pki/certificate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A private key; opaque, so that mbedTLS's headers stay out of ours. */
struct key;

enum key_type {
    KEY_TYPE_EC_P256,
    KEY_TYPE_EC_P384,
    KEY_TYPE_EC_P521,
    KEY_TYPE_RSA_1024,
    KEY_TYPE_RSA_2048,
    KEY_TYPE_RSA_3072,
    KEY_TYPE_RSA_4096,
    KEY_TYPE_COUNT
};
/* "p256", "p384", "p521", "rsa1024", ... ; false for any other word. */
bool key_type_parse(const char *word, enum key_type *ret_type);

/* A new key from the system's random numbers. */
int key_generate(enum key_type type, struct key **ret_key, struct err *err) MUST_CHECK;
/* How often the password of a private key in PEM or DER is to be hashed, which the file
 * says itself (RFC 8018 4.2): the time that key_parse() takes. 0: it has no password,
 * or one that is hashed once. */
uint64_t key_password_work(struct slice bytes);
/* More is refused: some seconds. */
#define KEY_PASSWORD_WORK_MAX ((uint64_t)10 * 1000 * 1000)
/* PEM or DER: PKCS#8 (encrypted with `password`, which may be NULL), PKCS#1,
 * SEC 1. An encrypted key without a password is its own error text, naming the
 * remedy. `label` is the file's name in errors. */
int key_parse(struct slice bytes, const char *password, const char *label,
              struct key **ret_key, struct err *err) MUST_CHECK;
void key_destroy(struct key *key);
struct key *key_copy(const struct key *key);

/* True when PEM or DER bytes are a private key that a password protects. */
bool key_is_encrypted(struct slice bytes);
/* The key is the private half of this SubjectPublicKeyInfo. */
bool key_matches(const struct key *key, const struct certificate *cert);
/* PKCS#8 PEM; SubjectPublicKeyInfo DER. Appended; the first is a secret. */
int key_append_pem(const struct key *key, struct buf *out, struct err *err) MUST_CHECK;
int key_append_pkcs8(const struct key *key, struct buf *out, struct err *err)
    MUST_CHECK;
int key_append_spki(const struct key *key, struct buf *out, struct err *err) MUST_CHECK;

/* Which hash to sign with. */
enum key_hash {
    KEY_HASH_SHA256,
    KEY_HASH_SHA384,
    KEY_HASH_SHA512,
    KEY_HASH_SHA1,
    KEY_HASH_MD5
};
/* Appends the AlgorithmIdentifier TLV for this key and hash. */
bool key_append_signature_algorithm(const struct key *key, enum key_hash hash,
                                    struct buf *out);
/* Signs `message` (hashed here) and appends the raw signature value. */
int key_sign(const struct key *key, enum key_hash hash, struct slice message,
             struct buf *out, struct err *err) MUST_CHECK;

enum signature_result {
    SIGNATURE_GOOD,
    SIGNATURE_BAD,
    SIGNATURE_UNSUPPORTED, /* algorithm or key that we cannot compute */
    SIGNATURE_UNCHECKED,   /* not computed: chain/signature_work's limit, or there was
                            * no memory for it: another time it may be */
};
/* Checks `signature` over `message` with the key in `spki` (a whole TLV) under
 * the algorithm of the certificate or CRL. RSASSA-PSS parameters are honoured, those of
 * the key, too. */
enum signature_result key_verify(struct slice spki, enum oid algorithm,
                                 struct slice params, struct slice message,
                                 struct slice signature);

/* The same in two steps, for a message that is long and checked with more than one key.
 * The digest's length, or 0 if the algorithm is not one that we can compute. */
#define KEY_DIGEST_MAX ((size_t)64)
size_t key_hash_message(enum oid algorithm, struct slice params, struct slice message,
                        uint8_t digest[static KEY_DIGEST_MAX]);
enum signature_result key_verify_digest(struct slice spki, enum oid algorithm,
                                        struct slice params, struct slice digest,
                                        struct slice signature);

/* Which hash a signature is over (OID_SHA1, OID_SHA256, ...), of RSASSA-PSS by its
 * parameters; OID_UNKNOWN if it is not an algorithm that we can compute. */
enum oid key_signature_hash(enum oid algorithm, struct slice params);

/* What one check with this key costs, in tenths of a check with P-256; at least 1.
 * The key may be anybody's bytes. */
#define KEY_COST_P256 ((uint32_t)10)
uint32_t key_verify_cost(struct slice spki);

/* For lib/tls only: the mbedtls_pk_context inside, borrowed. */
void *key_get_pk(struct key *key);
