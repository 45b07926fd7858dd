/* SPDX-License-Identifier: MIT
 *
 * Public keys and the checking of signatures.
 */
#include "pki/key_internal.h"

#include "base/compiler.h"
#include "pki/crypto_code.h"
#include "pki/der.h"
#include "pki/key_dsa.h"

#include <assert.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/md.h>
#include <mbedtls/rsa.h>

/* Absent PSS parameters (RFC 4055 3.1): SHA-1, MGF1 with SHA-1, 20, 1. */
#define PSS_SALT_DEFAULT ((uint32_t)20)
#define PSS_SALT_MAX     ((uint32_t)1024)
#define PSS_TRAILER      ((uint32_t)1)

enum scheme { SCHEME_PKCS1, SCHEME_PSS, SCHEME_ECDSA, SCHEME_DSA };

/* MD2 is not here, nor the Edwards curves: unsupported. Nor is SHA-224: Windows
 * supports "all SHA-2 algorithms except SHA-224" (Microsoft on SHA-2 support).
 */
static const struct algorithm {
    enum oid oid;
    enum scheme scheme;
    enum oid hash; /* OID_UNKNOWN = the parameters say it */
} algorithms[] = {
    { OID_MD5_WITH_RSA, SCHEME_PKCS1, OID_MD5 },
    { OID_SHA1_WITH_RSA, SCHEME_PKCS1, OID_SHA1 },
    { OID_SHA256_WITH_RSA, SCHEME_PKCS1, OID_SHA256 },
    { OID_SHA384_WITH_RSA, SCHEME_PKCS1, OID_SHA384 },
    { OID_SHA512_WITH_RSA, SCHEME_PKCS1, OID_SHA512 },
    { OID_RSASSA_PSS, SCHEME_PSS, OID_UNKNOWN },
    { OID_ECDSA_WITH_SHA1, SCHEME_ECDSA, OID_SHA1 },
    { OID_ECDSA_WITH_SHA256, SCHEME_ECDSA, OID_SHA256 },
    { OID_ECDSA_WITH_SHA384, SCHEME_ECDSA, OID_SHA384 },
    { OID_ECDSA_WITH_SHA512, SCHEME_ECDSA, OID_SHA512 },
    { OID_DSA_WITH_SHA1, SCHEME_DSA, OID_SHA1 },
    { OID_DSA_WITH_SHA256, SCHEME_DSA, OID_SHA256 },
};

static const struct {
    enum oid oid;
    mbedtls_md_type_t md;
} hashes[] = {
    { OID_MD5, MBEDTLS_MD_MD5 },       { OID_SHA1, MBEDTLS_MD_SHA1 },
    { OID_SHA256, MBEDTLS_MD_SHA256 }, { OID_SHA384, MBEDTLS_MD_SHA384 },
    { OID_SHA512, MBEDTLS_MD_SHA512 },
};

/* ---- public keys */

/* A SubjectPublicKeyInfo in its parts, none of them checked yet. */
struct public_key {
    enum oid oid;
    struct slice params; /* of the algorithm: the curve */
    struct slice bits;   /* the key itself */
};

static bool read_public_key(struct slice spki, struct public_key *ret_key)
{
    struct slice content;
    struct slice algorithm;
    struct slice oid_der;
    struct slice bits;
    if (!der_read(&spki, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_SEQUENCE, &algorithm) ||
        !der_read(&algorithm, DER_OID, &oid_der) ||
        !der_read(&content, DER_BIT_STRING, &bits) || bits.len == 0 ||
        bits.data[0] != 0) {
        return false;
    }
    *ret_key = (struct public_key){ oid_find(oid_der), algorithm,
                                    slice_part(bits, 1, bits.len) };
    return true;
}

static bool is_rsa(const struct public_key *key)
{
    return key->oid == OID_RSA_ENCRYPTION || key->oid == OID_RSASSA_PSS;
}

static struct slice without_zeros(struct slice number)
{
    while (number.len > 0 && number.data[0] == 0) {
        number = slice_part(number, 1, number.len);
    }
    return number;
}

/* RSAPublicKey (RFC 8017 A.1.1), within our limits. */
static bool read_rsa_numbers(struct slice key, struct slice *ret_n, struct slice *ret_e)
{
    struct slice content;
    if (!der_read(&key, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_INTEGER, ret_n) ||
        !der_read(&content, DER_INTEGER, ret_e) || content.len != 0) {
        return false;
    }
    *ret_n = without_zeros(*ret_n);
    *ret_e = without_zeros(*ret_e);
    return ret_n->len > 0 && ret_n->len <= KEY_RSA_BITS_MAX / 8 && ret_e->len > 0 &&
           ret_e->len <= KEY_RSA_EXPONENT_BYTES_MAX;
}

static int read_rsa(struct slice key, mbedtls_pk_context *pk)
{
    struct slice n;
    struct slice e;
    if (!read_rsa_numbers(key, &n, &e)) {
        return MBEDTLS_ERR_PK_INVALID_PUBKEY;
    }
    int rc = mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA));
    if (rc != 0) {
        return rc;
    }
    mbedtls_rsa_context *rsa = mbedtls_pk_rsa(*pk);
    rc = mbedtls_rsa_import_raw(rsa, n.data, n.len, NULL, 0, NULL, 0, NULL, 0, e.data,
                                e.len);
    if (rc == 0) {
        rc = mbedtls_rsa_complete(rsa);
    }
    return rc != 0 ? rc : mbedtls_rsa_check_pubkey(rsa);
}

int key_read_spki(struct slice spki, mbedtls_pk_context *pk)
{
    struct public_key key;
    if (!read_public_key(spki, &key)) {
        return MBEDTLS_ERR_PK_KEY_INVALID_FORMAT;
    }
    if (is_rsa(&key)) {
        return read_rsa(key.bits, pk);
    }
    if (key.oid != OID_EC_PUBLIC_KEY) {
        return MBEDTLS_ERR_PK_UNKNOWN_PK_ALG;
    }
    /* mbedTLS takes a non-const cursor, but does not write through it. */
    union {
        const uint8_t *in;
        unsigned char *out;
    } position = { spki.data };
    return mbedtls_pk_parse_subpubkey(&position.out, spki.data + spki.len, pk);
}

/* ---- what a check costs */

/* Measured with mbedTLS 3.6.6's own arithmetic on x86-64, where P-256 takes 0.85 to 1.4
 * ms. In a build with Nettle, mbedTLS still computes the invalid signatures, and a peer
 * may send nothing else. The Brainpool curves have no fast reduction. */
static const struct {
    enum oid curve;
    uint32_t cost;
} curve_costs[] = {
    { OID_CURVE_P256, KEY_COST_P256 },
    { OID_CURVE_SECP256K1, 12 },
    { OID_CURVE_P384, 17 },
    { OID_CURVE_P521, 30 },
    { OID_CURVE_BP256R1, 38 },
    { OID_CURVE_BP384R1, 74 },
    { OID_CURVE_BP512R1, 168 },
};
/* A curve that is not in the table: explicit parameters may describe any curve. */
#define CURVE_COST_MAX ((uint32_t)168)
/* RSA, for each 1024 * 1024 bits of the modulus' square, in hundredths of P-256's
 * tenths: with the usual exponent of 65537, and with one of KEY_RSA_EXPONENT_BYTES_MAX.
 */
#define RSA_COST_SHORT ((uint32_t)17)
#define RSA_COST_LONG  ((uint32_t)60)

/* DSA, for each 1024 * 1024 bits of the prime's square: two powers with exponents of up
 * to 256 bits. */
#define DSA_COST ((uint32_t)20)

static uint32_t cost_of_curve(struct slice params)
{
    struct slice oid_der;
    if (der_read(&params, DER_OID, &oid_der)) {
        enum oid curve = oid_find(oid_der);
        for (size_t i = 0; i < ARRAY_LEN(curve_costs); i++) {
            if (curve_costs[i].curve == curve) {
                return curve_costs[i].cost;
            }
        }
    }
    return CURVE_COST_MAX;
}

uint32_t key_verify_cost(struct slice spki)
{
    struct public_key key;
    struct slice n;
    struct slice e;
    if (!read_public_key(spki, &key)) {
        return 1;
    }
    if (is_rsa(&key) && read_rsa_numbers(key.bits, &n, &e)) {
        uint32_t size = (uint32_t)((n.len + 127) / 128); /* in 1024 bits */
        return 1 + size * size * (e.len <= 3 ? RSA_COST_SHORT : RSA_COST_LONG) / 100;
    }
    if (key.oid == OID_DSA) {
        uint32_t size = (uint32_t)((key_dsa_bits(key.params) + 1023) / 1024);
        return size > KEY_DSA_BITS_MAX / 1024 ? 1 : 1 + size * size * DSA_COST;
    }
    return key.oid == OID_EC_PUBLIC_KEY ? cost_of_curve(key.params) : 1;
}

/* ---- signatures */

struct pss {
    mbedtls_md_type_t md;
    mbedtls_md_type_t mgf_md;
    uint32_t salt_len;
};

static bool find_hash(enum oid oid, mbedtls_md_type_t *ret_md)
{
    for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
        if (hashes[i].oid == oid) {
            *ret_md = hashes[i].md;
            return true;
        }
    }
    return false;
}

/* AlgorithmIdentifier of a hash; its parameters (NULL or nothing) do not matter. */
static bool read_hash(struct slice algorithm, mbedtls_md_type_t *ret_md)
{
    struct slice content;
    struct slice oid_der;
    return der_read(&algorithm, DER_SEQUENCE, &content) && algorithm.len == 0 &&
           der_read(&content, DER_OID, &oid_der) &&
           find_hash(oid_find(oid_der), ret_md);
}

static bool read_mgf(struct slice algorithm, mbedtls_md_type_t *ret_md)
{
    struct slice content;
    struct slice oid_der;
    return der_read(&algorithm, DER_SEQUENCE, &content) && algorithm.len == 0 &&
           der_read(&content, DER_OID, &oid_der) && oid_find(oid_der) == OID_MGF1 &&
           read_hash(content, ret_md);
}

/* RSASSA-PSS-params (RFC 4055 3.1): four explicitly tagged fields with defaults. */
static bool read_pss(struct slice params, struct pss *ret_pss)
{
    struct pss pss = { MBEDTLS_MD_SHA1, MBEDTLS_MD_SHA1, PSS_SALT_DEFAULT };
    uint32_t trailer = PSS_TRAILER;
    struct slice content = SLICE_EMPTY;
    struct slice field;
    const uint8_t explicit_0 = DER_CONTEXT | DER_CONSTRUCTED;

    if (params.len > 0 &&
        (!der_read(&params, DER_SEQUENCE, &content) || params.len != 0)) {
        return false;
    }
    if (der_read(&content, explicit_0, &field) && !read_hash(field, &pss.md)) {
        return false;
    }
    if (der_read(&content, explicit_0 | 1, &field) && !read_mgf(field, &pss.mgf_md)) {
        return false;
    }
    if (der_read(&content, explicit_0 | 2, &field) &&
        !der_read_small(&field, DER_INTEGER, &pss.salt_len)) {
        return false;
    }
    if (der_read(&content, explicit_0 | 3, &field) &&
        !der_read_small(&field, DER_INTEGER, &trailer)) {
        return false;
    }
    if (content.len != 0 || trailer != PSS_TRAILER || pss.salt_len > PSS_SALT_MAX) {
        return false;
    }
    /* mbedTLS counts on one hash for both, as RFC 4055 3.1 recommends it. */
    if (pss.md != pss.mgf_md) {
        return false;
    }
    *ret_pss = pss;
    return true;
}

static const struct algorithm *find_row(enum oid algorithm)
{
    for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
        if (algorithms[i].oid == algorithm) {
            return &algorithms[i];
        }
    }
    return NULL;
}

/* How to compute an algorithm; false if that is not possible. */
static bool find_algorithm(enum oid algorithm, struct slice params,
                           enum scheme *ret_scheme, struct pss *ret_pss)
{
    const struct algorithm *row = find_row(algorithm);
    mbedtls_md_type_t md;
    if (row == NULL) {
        return false;
    }
    *ret_scheme = row->scheme;
    if (row->scheme == SCHEME_PSS) {
        return read_pss(params, ret_pss);
    }
    if (!find_hash(row->hash, &md)) {
        return false;
    }
    *ret_pss = (struct pss){ md, md, 0 };
    return true;
}

enum oid key_signature_hash(enum oid algorithm, struct slice params)
{
    enum scheme scheme;
    struct pss pss;
    if (!find_algorithm(algorithm, params, &scheme, &pss)) {
        return OID_UNKNOWN;
    }
    for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
        if (hashes[i].md == pss.md) {
            return hashes[i].oid;
        }
    }
    return OID_UNKNOWN;
}

size_t key_hash_message(enum oid algorithm, struct slice params, struct slice message,
                        uint8_t digest[static KEY_DIGEST_MAX])
{
    enum scheme scheme;
    struct pss pss;
    static_assert(MBEDTLS_MD_MAX_SIZE <= KEY_DIGEST_MAX, "any hash of mbedTLS fits");
    if (!find_algorithm(algorithm, params, &scheme, &pss)) {
        return 0;
    }
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(pss.md);
    if (info == NULL || mbedtls_md(info, message.data, message.len, digest) != 0) {
        return 0;
    }
    return mbedtls_md_get_size(info);
}

static enum signature_result check(mbedtls_pk_context *pk, enum scheme scheme,
                                   const struct pss *pss, struct slice digest,
                                   struct slice signature)
{
    bool rsa = mbedtls_pk_get_type(pk) == MBEDTLS_PK_RSA;
    if (signature.len == 0) {
        return SIGNATURE_BAD;
    }
    if (rsa == (scheme == SCHEME_ECDSA)) {
        return SIGNATURE_BAD; /* a signature of another kind cannot be this key's */
    }
    int rc;
    if (!rsa) {
        rc = mbedtls_pk_can_do(pk, MBEDTLS_PK_ECDSA)
                 ? mbedtls_pk_verify(pk, pss->md, digest.data, digest.len,
                                     signature.data, signature.len)
                 : MBEDTLS_ERR_PK_TYPE_MISMATCH;
    } else if (signature.len != mbedtls_pk_get_len(pk)) {
        return SIGNATURE_BAD;
    } else if (scheme == SCHEME_PSS) {
        rc = mbedtls_rsa_rsassa_pss_verify_ext(
            mbedtls_pk_rsa(*pk), pss->md, (unsigned)digest.len, digest.data,
            pss->mgf_md, (int)pss->salt_len, signature.data);
    } else {
        rc =
            mbedtls_rsa_pkcs1_verify(mbedtls_pk_rsa(*pk), pss->md, (unsigned)digest.len,
                                     digest.data, signature.data);
    }
    return rc == 0                      ? SIGNATURE_GOOD
           : crypto_code_is_machine(rc) ? SIGNATURE_UNCHECKED
                                        : SIGNATURE_BAD;
}

/* Only a DSA key makes DSA signatures. */
static enum signature_result check_dsa(struct slice spki, struct slice digest,
                                       struct slice signature)
{
    struct public_key key;
    if (!read_public_key(spki, &key)) {
        return SIGNATURE_UNSUPPORTED;
    }
    return key.oid == OID_DSA ? key_dsa_verify(key.params, key.bits, digest, signature)
                              : SIGNATURE_BAD;
}

/* May this key sign with this algorithm? A key of id-RSASSA-PSS signs with PSS only. If
 * the key has parameters, the hash must be theirs and the salt no shorter (RFC 4055
 * 1.2, 3.3). */
static bool allows_scheme(struct slice spki, enum scheme scheme, const struct pss *pss)
{
    struct public_key key;
    struct pss own;
    if (!read_public_key(spki, &key) || key.oid != OID_RSASSA_PSS) {
        return true;
    }
    return scheme == SCHEME_PSS &&
           (key.params.len == 0 || (read_pss(key.params, &own) && own.md == pss->md &&
                                    own.salt_len <= pss->salt_len));
}

enum signature_result key_verify_digest(struct slice spki, enum oid algorithm,
                                        struct slice params, struct slice digest,
                                        struct slice signature)
{
    enum scheme scheme;
    struct pss pss;
    if (digest.len == 0 || !find_algorithm(algorithm, params, &scheme, &pss)) {
        return SIGNATURE_UNSUPPORTED;
    }
    if (scheme == SCHEME_DSA) {
        return check_dsa(spki, digest, signature);
    }
    if (!allows_scheme(spki, scheme, &pss)) {
        return SIGNATURE_BAD;
    }
    mbedtls_pk_context pk;
    mbedtls_pk_init(&pk);
    int rc = key_read_spki(spki, &pk);
    enum signature_result result = rc == 0 ? check(&pk, scheme, &pss, digest, signature)
                                   : crypto_code_is_machine(rc) ? SIGNATURE_UNCHECKED
                                                                : SIGNATURE_UNSUPPORTED;
    mbedtls_pk_free(&pk);
    return result;
}

enum signature_result key_verify(struct slice spki, enum oid algorithm,
                                 struct slice params, struct slice message,
                                 struct slice signature)
{
    uint8_t digest[KEY_DIGEST_MAX];
    size_t len = key_hash_message(algorithm, params, message, digest);
    return key_verify_digest(spki, algorithm, params, (struct slice){ digest, len },
                             signature);
}
