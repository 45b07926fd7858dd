/* SPDX-License-Identifier: MIT */
#include "bundle/pkcs12_crypt.h"

#include "base/mem.h"
#include "bundle/pkcs12_kdf.h"
#include "bundle/pkcs12_oid.h"
#include "pki/der.h"
#include "pki/oid.h"

#include <mbedtls/cipher.h>
#include <mbedtls/constant_time.h>
#include <mbedtls/pkcs5.h>

#include <stdio.h>

#define SALT_MAX    ((size_t)1024)
#define MAC_KEY_MAX ((size_t)128)

/* ---- ciphers */

/* Everything that decides over one encryption. */
struct cipher_use {
    mbedtls_cipher_type_t cipher;
    enum pkcs12_old_cipher old; /* in place of `cipher` */
    uint8_t key[MBEDTLS_MAX_KEY_LENGTH];
    uint8_t iv[MBEDTLS_MAX_IV_LENGTH];
};

static enum pkcs12_result run_cipher(const struct cipher_use *use,
                                     mbedtls_operation_t operation, struct slice input,
                                     struct buf *out)
{
    const mbedtls_cipher_info_t *info = mbedtls_cipher_info_from_type(use->cipher);
    size_t block = mbedtls_cipher_info_get_block_size(info);
    size_t len = 0;
    mbedtls_cipher_context_t context;
    if (operation == MBEDTLS_DECRYPT && (input.len == 0 || input.len % block != 0)) {
        return PKCS12_DAMAGED;
    }
    mbedtls_cipher_init(&context);
    bool ready =
        mbedtls_cipher_setup(&context, info) == 0 &&
        mbedtls_cipher_setkey(&context, use->key,
                              (int)mbedtls_cipher_info_get_key_bitlen(info),
                              operation) == 0 &&
        mbedtls_cipher_set_padding_mode(&context, MBEDTLS_PADDING_PKCS7) == 0 &&
        buf_reserve(out, input.len + block);
    enum pkcs12_result result = PKCS12_MEMORY;
    if (ready) {
        int rc = mbedtls_cipher_crypt(&context, use->iv,
                                      mbedtls_cipher_info_get_iv_size(info), input.data,
                                      input.len, out->data + out->len, &len);
        out->len += rc == 0 ? len : 0;
        result = rc == 0                                    ? PKCS12_OK
                 : rc == MBEDTLS_ERR_CIPHER_INVALID_PADDING ? PKCS12_WRONG_PASSWORD
                                                            : PKCS12_MEMORY;
    }
    mbedtls_cipher_free(&context);
    return result;
}

static enum pkcs12_result run_old_cipher(const struct cipher_use *use,
                                         struct slice input, struct buf *out)
{
    static const enum pkcs12_result results[] = {
        [PKCS12_OLD_DONE] = PKCS12_OK,
        [PKCS12_OLD_CUT] = PKCS12_DAMAGED,
        [PKCS12_OLD_PADDING] = PKCS12_WRONG_PASSWORD,
        [PKCS12_OLD_MEMORY] = PKCS12_MEMORY,
    };
    return results[pkcs12_old_cipher_decrypt(use->old, use->key, use->iv, input, out)];
}

/* ---- work */

static enum pkcs12_result spend(struct pkcs12_crypt *crypt, uint32_t iterations,
                                size_t blocks)
{
    if (iterations == 0) {
        return PKCS12_DAMAGED;
    }
    uint64_t work = (uint64_t)iterations * blocks;
    if (work > crypt->work_left) {
        return PKCS12_TOO_COSTLY;
    }
    crypt->work_left -= work;
    return PKCS12_OK;
}

static enum pkcs12_result name_unsupported(struct pkcs12_crypt *crypt,
                                           struct slice oid_der, const char *name)
{
    struct buf dotted = BUF_EMPTY;
    oid_format(&dotted, oid_der);
    (void)snprintf(crypt->unsupported, sizeof(crypt->unsupported), "%s",
                   name != NULL ? name : buf_string(&dotted));
    buf_finish(&dotted);
    return PKCS12_UNSUPPORTED;
}

/* An INTEGER that is larger than any count is one that costs too much. */
static enum pkcs12_result read_iterations(struct slice *cursor, uint32_t *ret_count)
{
    struct slice rest = *cursor;
    struct slice content;
    if (der_read_small(cursor, DER_INTEGER, ret_count)) {
        return PKCS12_OK;
    }
    bool is_large = der_read(&rest, DER_INTEGER, &content) && content.len > 4 &&
                    content.data[0] < 0x80;
    return is_large ? PKCS12_TOO_COSTLY : PKCS12_DAMAGED;
}

/* ---- PBES2 and PBMAC1 (RFC 8018, RFC 9579) */

struct pbkdf2 {
    mbedtls_md_type_t md;
    struct slice salt;
    uint32_t iterations;
    uint32_t key_len; /* 0 = not said */
};

/* AlgorithmIdentifier { OID, parameters }: the OID's row and what follows it. */
static const struct pkcs12_oid_info *read_algorithm(struct slice *cursor,
                                                    struct slice *ret_oid,
                                                    struct slice *ret_params)
{
    struct slice content;
    if (!der_read(cursor, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_OID, ret_oid)) {
        return NULL;
    }
    *ret_params = content;
    return pkcs12_oid_find(*ret_oid);
}

static enum pkcs12_result read_pbkdf2(struct pkcs12_crypt *crypt, struct slice *cursor,
                                      struct pbkdf2 *ret)
{
    struct slice oid;
    struct slice params;
    struct slice fields;
    struct pbkdf2 found = { .md = MBEDTLS_MD_SHA1 };
    const struct pkcs12_oid_info *info = read_algorithm(cursor, &oid, &params);
    if (info == NULL) {
        return PKCS12_DAMAGED;
    }
    if (info->role != PKCS12_OID_PBKDF2) {
        return name_unsupported(crypt, oid, info->name);
    }
    if (!der_read(&params, DER_SEQUENCE, &fields) ||
        !der_read(&fields, DER_OCTET_STRING, &found.salt) ||
        found.salt.len > SALT_MAX) {
        return PKCS12_DAMAGED;
    }
    enum pkcs12_result result = read_iterations(&fields, &found.iterations);
    if (result != PKCS12_OK) {
        return result;
    }
    if (der_next_is(fields, DER_INTEGER) &&
        !der_read_small(&fields, DER_INTEGER, &found.key_len)) {
        return PKCS12_DAMAGED;
    }
    if (fields.len > 0) {
        info = read_algorithm(&fields, &oid, &params);
        if (info == NULL) {
            return PKCS12_DAMAGED;
        }
        if (info->role != PKCS12_OID_HMAC) {
            return name_unsupported(crypt, oid, info->name);
        }
        found.md = info->md;
    }
    *ret = found;
    return PKCS12_OK;
}

static enum pkcs12_result derive_pbkdf2(struct pkcs12_crypt *crypt,
                                        const struct pbkdf2 *pbkdf2, uint8_t *key,
                                        size_t key_len)
{
    enum pkcs12_result result =
        spend(crypt, pbkdf2->iterations, pkcs12_kdf_blocks(pbkdf2->md, key_len));
    if (result != PKCS12_OK) {
        return result;
    }
    if (pkcs12_pbkdf2_derive(pbkdf2->md, crypt->utf8, pbkdf2->salt, pbkdf2->iterations,
                             key, key_len)) {
        return PKCS12_OK;
    }
    int rc = mbedtls_pkcs5_pbkdf2_hmac_ext(
        pbkdf2->md, crypt->utf8.data, crypt->utf8.len, pbkdf2->salt.data,
        pbkdf2->salt.len, pbkdf2->iterations, (uint32_t)key_len, key);
    return rc == 0 ? PKCS12_OK : PKCS12_MEMORY;
}

/* PBES2-params ::= SEQUENCE { keyDerivationFunc, encryptionScheme } */
static enum pkcs12_result prepare_pbes2(struct pkcs12_crypt *crypt, struct slice params,
                                        struct cipher_use *use)
{
    struct slice fields;
    struct slice oid;
    struct slice scheme;
    struct slice iv;
    struct pbkdf2 pbkdf2;
    if (!der_read(&params, DER_SEQUENCE, &fields)) {
        return PKCS12_DAMAGED;
    }
    enum pkcs12_result result = read_pbkdf2(crypt, &fields, &pbkdf2);
    if (result != PKCS12_OK) {
        return result;
    }
    const struct pkcs12_oid_info *info = read_algorithm(&fields, &oid, &scheme);
    if (info == NULL) {
        return PKCS12_DAMAGED;
    }
    if (info->role != PKCS12_OID_CIPHER) {
        return name_unsupported(crypt, oid, info->name);
    }
    const mbedtls_cipher_info_t *cipher = mbedtls_cipher_info_from_type(info->cipher);
    size_t key_len = mbedtls_cipher_info_get_key_bitlen(cipher) / 8;
    if (!der_read(&scheme, DER_OCTET_STRING, &iv) ||
        iv.len != mbedtls_cipher_info_get_iv_size(cipher) ||
        (pbkdf2.key_len != 0 && pbkdf2.key_len != key_len)) {
        return PKCS12_DAMAGED;
    }
    use->cipher = info->cipher;
    for (size_t i = 0; i < iv.len; i++) {
        use->iv[i] = iv.data[i];
    }
    return derive_pbkdf2(crypt, &pbkdf2, use->key, key_len);
}

static void find_lengths(const struct pkcs12_oid_info *info, size_t *ret_key_len,
                         size_t *ret_iv_len)
{
    if (info->old != PKCS12_OLD_NONE) {
        *ret_key_len = pkcs12_old_cipher_key_len(info->old);
        *ret_iv_len = pkcs12_old_cipher_iv_len(info->old);
        return;
    }
    const mbedtls_cipher_info_t *cipher = mbedtls_cipher_info_from_type(info->cipher);
    *ret_key_len = mbedtls_cipher_info_get_key_bitlen(cipher) / 8;
    *ret_iv_len = mbedtls_cipher_info_get_iv_size(cipher);
}

/* pkcs-12PbeParams ::= SEQUENCE { salt, iterations } with the cipher in the OID */
static enum pkcs12_result prepare_own(struct pkcs12_crypt *crypt,
                                      const struct pkcs12_oid_info *info,
                                      struct slice params, struct cipher_use *use)
{
    struct slice fields;
    struct slice salt;
    uint32_t iterations;
    size_t key_len;
    size_t iv_len;
    find_lengths(info, &key_len, &iv_len);
    if (!der_read(&params, DER_SEQUENCE, &fields) ||
        !der_read(&fields, DER_OCTET_STRING, &salt) || salt.len > SALT_MAX) {
        return PKCS12_DAMAGED;
    }
    enum pkcs12_result result = read_iterations(&fields, &iterations);
    if (result == PKCS12_OK) {
        result = spend(crypt, iterations, pkcs12_kdf_blocks(info->md, key_len) + 1);
    }
    if (result != PKCS12_OK) {
        return result;
    }
    use->cipher = info->cipher;
    use->old = info->old;
    struct pkcs12_kdf kdf = { info->md, crypt->utf16, salt, iterations };
    return pkcs12_kdf_derive(&kdf, PKCS12_KDF_KEY, use->key, key_len) &&
                   pkcs12_kdf_derive(&kdf, PKCS12_KDF_IV, use->iv, iv_len)
               ? PKCS12_OK
               : PKCS12_MEMORY;
}

enum pkcs12_result pkcs12_crypt_decrypt(struct pkcs12_crypt *crypt,
                                        struct slice algorithm, struct slice ciphertext,
                                        struct buf *out)
{
    struct cipher_use use = { .old = PKCS12_OLD_NONE };
    struct slice oid;
    enum pkcs12_result result;
    if (!der_read(&algorithm, DER_OID, &oid)) {
        return PKCS12_DAMAGED;
    }
    const struct pkcs12_oid_info *info = pkcs12_oid_find(oid);
    crypt->uses |= info->role == PKCS12_OID_PBES2 ? PKCS12_USES_PBES2
                   : info->old != PKCS12_OLD_NONE ? PKCS12_USES_RC
                                                  : PKCS12_USES_3DES;
    if (info->role == PKCS12_OID_PBES2) {
        result = prepare_pbes2(crypt, algorithm, &use);
    } else if (info->role == PKCS12_OID_PBE) {
        result = prepare_own(crypt, info, algorithm, &use);
    } else {
        return name_unsupported(crypt, oid, info->name);
    }
    if (result == PKCS12_OK) {
        result = use.old != PKCS12_OLD_NONE
                     ? run_old_cipher(&use, ciphertext, out)
                     : run_cipher(&use, MBEDTLS_DECRYPT, ciphertext, out);
    }
    mem_wipe(&use, sizeof(use));
    return result;
}

/* ---- the MAC */

static enum pkcs12_result compare_mac(mbedtls_md_type_t md, struct slice key,
                                      struct slice bytes, struct slice mac)
{
    uint8_t computed[MBEDTLS_MD_MAX_SIZE];
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(md);
    size_t len = mbedtls_md_get_size(info);
    if (mbedtls_md_hmac(info, key.data, key.len, bytes.data, bytes.len, computed) !=
        0) {
        return PKCS12_MEMORY;
    }
    return mac.len == len && mbedtls_ct_memcmp(computed, mac.data, len) == 0
               ? PKCS12_OK
               : PKCS12_WRONG_PASSWORD;
}

/* PBMAC1-params ::= SEQUENCE { keyDerivationFunc, messageAuthScheme } */
static enum pkcs12_result check_pbmac1(struct pkcs12_crypt *crypt, struct slice params,
                                       struct slice bytes, struct slice mac)
{
    struct slice fields;
    struct slice oid;
    struct slice ignored;
    struct pbkdf2 pbkdf2;
    uint8_t key[MAC_KEY_MAX];
    if (!der_read(&params, DER_SEQUENCE, &fields)) {
        return PKCS12_DAMAGED;
    }
    enum pkcs12_result result = read_pbkdf2(crypt, &fields, &pbkdf2);
    if (result != PKCS12_OK) {
        return result;
    }
    const struct pkcs12_oid_info *info = read_algorithm(&fields, &oid, &ignored);
    /* RFC 9579 5: keyLength must be there. */
    if (info == NULL || pbkdf2.key_len == 0 || pbkdf2.key_len > sizeof(key)) {
        return PKCS12_DAMAGED;
    }
    if (info->role != PKCS12_OID_HMAC) {
        return name_unsupported(crypt, oid, info->name);
    }
    result = derive_pbkdf2(crypt, &pbkdf2, key, pbkdf2.key_len);
    if (result == PKCS12_OK) {
        result =
            compare_mac(info->md, (struct slice){ key, pbkdf2.key_len }, bytes, mac);
    }
    mem_wipe(key, sizeof(key));
    return result;
}

/* MacData ::= SEQUENCE { mac DigestInfo, macSalt, iterations DEFAULT 1 } */
enum pkcs12_result pkcs12_crypt_check_mac(struct pkcs12_crypt *crypt,
                                          struct slice mac_data, struct slice bytes)
{
    struct slice digest_info;
    struct slice oid;
    struct slice params;
    struct slice mac;
    struct slice salt;
    uint32_t iterations = 1;
    uint8_t key[MBEDTLS_MD_MAX_SIZE];
    enum pkcs12_result result = PKCS12_OK;
    if (!der_read(&mac_data, DER_SEQUENCE, &digest_info)) {
        return PKCS12_DAMAGED;
    }
    const struct pkcs12_oid_info *info = read_algorithm(&digest_info, &oid, &params);
    if (info == NULL || !der_read(&digest_info, DER_OCTET_STRING, &mac) ||
        !der_read(&mac_data, DER_OCTET_STRING, &salt) || salt.len > SALT_MAX) {
        return PKCS12_DAMAGED;
    }
    crypt->uses |= info->role == PKCS12_OID_PBMAC1 ? PKCS12_USES_PBMAC1
                   : info->md == MBEDTLS_MD_SHA1   ? PKCS12_USES_MAC_SHA1
                                                   : PKCS12_USES_MAC_SHA2;
    if (info->role == PKCS12_OID_PBMAC1) {
        return check_pbmac1(crypt, params, bytes, mac);
    }
    if (info->role != PKCS12_OID_HASH) {
        return name_unsupported(crypt, oid, info->name);
    }
    if (mac_data.len > 0) {
        result = read_iterations(&mac_data, &iterations);
    }
    if (result == PKCS12_OK) {
        result = spend(crypt, iterations, 1);
    }
    if (result != PKCS12_OK) {
        return result;
    }
    size_t key_len = mbedtls_md_get_size(mbedtls_md_info_from_type(info->md));
    result = PKCS12_MEMORY;
    struct pkcs12_kdf kdf = { info->md, crypt->utf16, salt, iterations };
    if (pkcs12_kdf_derive(&kdf, PKCS12_KDF_MAC, key, key_len)) {
        result = compare_mac(info->md, (struct slice){ key, key_len }, bytes, mac);
    }
    mem_wipe(key, sizeof(key));
    return result;
}
