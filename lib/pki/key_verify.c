/* SPDX-License-Identifier: MIT
 *
 * Public keys and the checking of signatures.
 */
#include "pki/key_internal.h"

#include "base/compiler.h"
#include "pki/der.h"

#include <mbedtls/ecdsa.h>
#include <mbedtls/md.h>
#include <mbedtls/rsa.h>

/* Absent PSS parameters (RFC 4055 3.1): SHA-1, MGF1 with SHA-1, 20, 1. */
#define PSS_SALT_DEFAULT ((uint32_t)20)
#define PSS_SALT_MAX     ((uint32_t)1024)
#define PSS_TRAILER      ((uint32_t)1)

enum scheme { SCHEME_PKCS1, SCHEME_PSS, SCHEME_ECDSA };

/* MD2 and DSA are not here, nor the Edwards curves: unsupported. */
static const struct algorithm {
    enum oid oid;
    enum scheme scheme;
    mbedtls_md_type_t md;
} algorithms[] = {
    { OID_MD5_WITH_RSA, SCHEME_PKCS1, MBEDTLS_MD_MD5 },
    { OID_SHA1_WITH_RSA, SCHEME_PKCS1, MBEDTLS_MD_SHA1 },
    { OID_SHA224_WITH_RSA, SCHEME_PKCS1, MBEDTLS_MD_SHA224 },
    { OID_SHA256_WITH_RSA, SCHEME_PKCS1, MBEDTLS_MD_SHA256 },
    { OID_SHA384_WITH_RSA, SCHEME_PKCS1, MBEDTLS_MD_SHA384 },
    { OID_SHA512_WITH_RSA, SCHEME_PKCS1, MBEDTLS_MD_SHA512 },
    { OID_RSASSA_PSS, SCHEME_PSS, MBEDTLS_MD_NONE },
    { OID_ECDSA_WITH_SHA1, SCHEME_ECDSA, MBEDTLS_MD_SHA1 },
    { OID_ECDSA_WITH_SHA224, SCHEME_ECDSA, MBEDTLS_MD_SHA224 },
    { OID_ECDSA_WITH_SHA256, SCHEME_ECDSA, MBEDTLS_MD_SHA256 },
    { OID_ECDSA_WITH_SHA384, SCHEME_ECDSA, MBEDTLS_MD_SHA384 },
    { OID_ECDSA_WITH_SHA512, SCHEME_ECDSA, MBEDTLS_MD_SHA512 },
};

static const struct {
    enum oid oid;
    mbedtls_md_type_t md;
} hashes[] = {
    { OID_MD5, MBEDTLS_MD_MD5 },       { OID_SHA1, MBEDTLS_MD_SHA1 },
    { OID_SHA224, MBEDTLS_MD_SHA224 }, { OID_SHA256, MBEDTLS_MD_SHA256 },
    { OID_SHA384, MBEDTLS_MD_SHA384 }, { OID_SHA512, MBEDTLS_MD_SHA512 },
};

/* RSAPublicKey (RFC 8017 A.1.1). */
static bool read_rsa(struct slice key, mbedtls_pk_context *pk)
{
    struct slice content;
    struct slice n;
    struct slice e;
    if (!der_read(&key, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_INTEGER, &n) || !der_read(&content, DER_INTEGER, &e) ||
        content.len != 0) {
        return false;
    }
    while (n.len > 0 && n.data[0] == 0) {
        n = slice_part(n, 1, n.len);
    }
    while (e.len > 0 && e.data[0] == 0) {
        e = slice_part(e, 1, e.len);
    }
    if (n.len == 0 || n.len > KEY_RSA_BITS_MAX / 8 || e.len == 0 ||
        e.len > KEY_RSA_EXPONENT_BYTES_MAX ||
        mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA)) != 0) {
        return false;
    }
    mbedtls_rsa_context *rsa = mbedtls_pk_rsa(*pk);
    return mbedtls_rsa_import_raw(rsa, n.data, n.len, NULL, 0, NULL, 0, NULL, 0, e.data,
                                  e.len) == 0 &&
           mbedtls_rsa_complete(rsa) == 0 && mbedtls_rsa_check_pubkey(rsa) == 0;
}

bool key_read_spki(struct slice spki, mbedtls_pk_context *pk)
{
    struct slice cursor = spki;
    struct slice content;
    struct slice algorithm;
    struct slice oid_der;
    struct slice bits;
    if (!der_read(&cursor, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_SEQUENCE, &algorithm) ||
        !der_read(&algorithm, DER_OID, &oid_der) ||
        !der_read(&content, DER_BIT_STRING, &bits) || bits.len == 0 ||
        bits.data[0] != 0) {
        return false;
    }
    enum oid oid = oid_find(oid_der);
    if (oid == OID_RSA_ENCRYPTION || oid == OID_RSASSA_PSS) {
        return read_rsa(slice_part(bits, 1, bits.len), pk);
    }
    if (oid != OID_EC_PUBLIC_KEY) {
        return false;
    }
    /* mbedTLS takes a non-const cursor, but does not write through it. */
    union {
        const uint8_t *in;
        unsigned char *out;
    } position = { spki.data };
    return mbedtls_pk_parse_subpubkey(&position.out, spki.data + spki.len, pk) == 0;
}

struct pss {
    mbedtls_md_type_t md;
    mbedtls_md_type_t mgf_md;
    uint32_t salt_len;
};

/* AlgorithmIdentifier of a hash; its parameters (NULL or nothing) do not matter. */
static bool read_hash(struct slice algorithm, mbedtls_md_type_t *ret_md)
{
    struct slice content;
    struct slice oid_der;
    if (!der_read(&algorithm, DER_SEQUENCE, &content) || algorithm.len != 0 ||
        !der_read(&content, DER_OID, &oid_der)) {
        return false;
    }
    enum oid oid = oid_find(oid_der);
    for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
        if (hashes[i].oid == oid) {
            *ret_md = hashes[i].md;
            return true;
        }
    }
    return false;
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

static enum signature_result check(mbedtls_pk_context *pk, enum scheme scheme,
                                   const struct pss *pss, struct slice message,
                                   struct slice signature)
{
    uint8_t digest[MBEDTLS_MD_MAX_SIZE];
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(pss->md);
    if (info == NULL || mbedtls_md(info, message.data, message.len, digest) != 0) {
        return SIGNATURE_UNSUPPORTED;
    }
    size_t digest_len = mbedtls_md_get_size(info);
    bool is_rsa = mbedtls_pk_get_type(pk) == MBEDTLS_PK_RSA;
    if (signature.len == 0) {
        return SIGNATURE_BAD;
    }
    if (is_rsa == (scheme == SCHEME_ECDSA)) {
        return SIGNATURE_BAD; /* a signature of the other kind cannot be this key's */
    }
    int rc;
    if (!is_rsa) {
        rc = mbedtls_pk_can_do(pk, MBEDTLS_PK_ECDSA)
                 ? mbedtls_pk_verify(pk, pss->md, digest, digest_len, signature.data,
                                     signature.len)
                 : MBEDTLS_ERR_PK_TYPE_MISMATCH;
    } else if (signature.len != mbedtls_pk_get_len(pk)) {
        return SIGNATURE_BAD;
    } else if (scheme == SCHEME_PSS) {
        rc = mbedtls_rsa_rsassa_pss_verify_ext(
            mbedtls_pk_rsa(*pk), pss->md, (unsigned)digest_len, digest, pss->mgf_md,
            (int)pss->salt_len, signature.data);
    } else {
        rc = mbedtls_rsa_pkcs1_verify(mbedtls_pk_rsa(*pk), pss->md,
                                      (unsigned)digest_len, digest, signature.data);
    }
    return rc == 0 ? SIGNATURE_GOOD : SIGNATURE_BAD;
}

enum signature_result key_verify(struct slice spki, enum oid algorithm,
                                 struct slice params, struct slice message,
                                 struct slice signature)
{
    const struct algorithm *found = NULL;
    for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
        if (algorithms[i].oid == algorithm) {
            found = &algorithms[i];
        }
    }
    if (found == NULL) {
        return SIGNATURE_UNSUPPORTED;
    }
    struct pss pss = { found->md, found->md, 0 };
    if (found->scheme == SCHEME_PSS && !read_pss(params, &pss)) {
        return SIGNATURE_UNSUPPORTED;
    }
    mbedtls_pk_context pk;
    mbedtls_pk_init(&pk);
    enum signature_result result = SIGNATURE_UNSUPPORTED;
    if (key_read_spki(spki, &pk)) {
        result = check(&pk, found->scheme, &pss, message, signature);
    }
    mbedtls_pk_free(&pk);
    return result;
}
