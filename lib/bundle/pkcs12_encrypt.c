/* SPDX-License-Identifier: MIT
 *
 * The writer's half of bundle/pkcs12_crypt: the two flavours that we write.
 */
#include "base/mem.h"
#include "bundle/pkcs12_crypt.h"
#include "bundle/pkcs12_kdf.h"
#include "bundle/pkcs12_oid.h"
#include "pki/der.h"
#include "pki/oid.h"
#include "pki/random.h"

#include <mbedtls/cipher.h>
#include <mbedtls/pkcs5.h>

/* As many as OpenSSL and Windows take by default; slower ones fail on old phones. */
#define ITERATIONS   2048u
#define SALT_LEN     ((size_t)16)
#define MAC_SALT_LEN ((size_t)20)

static const struct {
    mbedtls_cipher_type_t cipher;
    mbedtls_md_type_t md; /* of the MAC and of the derivation */
} flavours[] = {
    [PKCS12_LEGACY] = { MBEDTLS_CIPHER_DES_EDE3_CBC, MBEDTLS_MD_SHA1 },
    [PKCS12_MODERN] = { MBEDTLS_CIPHER_AES_256_CBC, MBEDTLS_MD_SHA256 },
};

struct material {
    uint8_t salt[SALT_LEN];
    uint8_t key[MBEDTLS_MAX_KEY_LENGTH];
    uint8_t iv[MBEDTLS_MAX_IV_LENGTH];
    size_t key_len;
    size_t iv_len;
};

static int derive(const struct pkcs12_crypt *crypt, enum pkcs12_flavour flavour,
                  struct material *material, struct err *err)
{
    const mbedtls_cipher_info_t *info =
        mbedtls_cipher_info_from_type(flavours[flavour].cipher);
    mbedtls_md_type_t md = flavours[flavour].md;
    struct slice salt = { material->salt, SALT_LEN };
    material->key_len = mbedtls_cipher_info_get_key_bitlen(info) / 8;
    material->iv_len = mbedtls_cipher_info_get_iv_size(info);
    if (random_bytes(material->salt, SALT_LEN, err) != 0) {
        return -1;
    }
    if (flavour == PKCS12_LEGACY) {
        struct pkcs12_kdf kdf = { md, crypt->utf16, salt, ITERATIONS };
        bool derived =
            pkcs12_kdf_derive(&kdf, PKCS12_KDF_KEY, material->key, material->key_len) &&
            pkcs12_kdf_derive(&kdf, PKCS12_KDF_IV, material->iv, material->iv_len);
        return derived ? 0 : err_memory(err);
    }
    if (random_bytes(material->iv, material->iv_len, err) != 0) {
        return -1;
    }
    int rc = mbedtls_pkcs5_pbkdf2_hmac_ext(md, crypt->utf8.data, crypt->utf8.len,
                                           salt.data, salt.len, ITERATIONS,
                                           (uint32_t)material->key_len, material->key);
    return rc == 0 ? 0 : err_memory(err);
}

static void write_pbes2(struct buf *out, enum pkcs12_flavour flavour,
                        const struct material *material)
{
    mbedtls_md_type_t md = flavours[flavour].md;
    der_write(out, DER_OID,
              pkcs12_oid_get(PKCS12_OID_PBES2, MBEDTLS_MD_NONE, MBEDTLS_CIPHER_NONE));
    size_t params = der_begin(out, DER_SEQUENCE);
    size_t kdf = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID,
              pkcs12_oid_get(PKCS12_OID_PBKDF2, MBEDTLS_MD_NONE, MBEDTLS_CIPHER_NONE));
    size_t kdf_params = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OCTET_STRING, (struct slice){ material->salt, SALT_LEN });
    der_write_small(out, ITERATIONS);
    size_t prf = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, pkcs12_oid_get(PKCS12_OID_HMAC, md, MBEDTLS_CIPHER_NONE));
    der_write(out, DER_NULL, SLICE_EMPTY);
    der_end(out, prf);
    der_end(out, kdf_params);
    der_end(out, kdf);
    size_t scheme = der_begin(out, DER_SEQUENCE);
    der_write(
        out, DER_OID,
        pkcs12_oid_get(PKCS12_OID_CIPHER, MBEDTLS_MD_NONE, flavours[flavour].cipher));
    der_write(out, DER_OCTET_STRING, (struct slice){ material->iv, material->iv_len });
    der_end(out, scheme);
    der_end(out, params);
}

static void write_algorithm(struct buf *out, enum pkcs12_flavour flavour,
                            const struct material *material)
{
    size_t algorithm = der_begin(out, DER_SEQUENCE);
    if (flavour == PKCS12_MODERN) {
        write_pbes2(out, flavour, material);
    } else {
        der_write(out, DER_OID,
                  pkcs12_oid_get(PKCS12_OID_PBE, flavours[flavour].md,
                                 flavours[flavour].cipher));
        size_t params = der_begin(out, DER_SEQUENCE);
        der_write(out, DER_OCTET_STRING, (struct slice){ material->salt, SALT_LEN });
        der_write_small(out, ITERATIONS);
        der_end(out, params);
    }
    der_end(out, algorithm);
}

static bool encrypt(enum pkcs12_flavour flavour, const struct material *material,
                    struct slice plaintext, struct buf *out)
{
    const mbedtls_cipher_info_t *info =
        mbedtls_cipher_info_from_type(flavours[flavour].cipher);
    mbedtls_cipher_context_t context;
    size_t len = 0;
    mbedtls_cipher_init(&context);
    bool done =
        buf_reserve(out, plaintext.len + MBEDTLS_MAX_BLOCK_LENGTH) &&
        mbedtls_cipher_setup(&context, info) == 0 &&
        mbedtls_cipher_setkey(&context, material->key, (int)(material->key_len * 8),
                              MBEDTLS_ENCRYPT) == 0 &&
        mbedtls_cipher_set_padding_mode(&context, MBEDTLS_PADDING_PKCS7) == 0 &&
        mbedtls_cipher_crypt(&context, material->iv, material->iv_len, plaintext.data,
                             plaintext.len, out->data + out->len, &len) == 0;
    out->len += done ? len : 0;
    mbedtls_cipher_free(&context);
    return done;
}

int pkcs12_crypt_encrypt(const struct pkcs12_crypt *crypt, enum pkcs12_flavour flavour,
                         struct slice plaintext, struct buf *ret_algorithm,
                         struct buf *ret_ciphertext, struct err *err)
{
    struct material material;
    int result = derive(crypt, flavour, &material, err);
    if (result == 0) {
        write_algorithm(ret_algorithm, flavour, &material);
        if (!encrypt(flavour, &material, plaintext, ret_ciphertext) ||
            !buf_ok(ret_algorithm)) {
            result = err_memory(err);
        }
    }
    mem_wipe(&material, sizeof(material));
    return result;
}

int pkcs12_crypt_append_mac(const struct pkcs12_crypt *crypt,
                            enum pkcs12_flavour flavour, struct slice bytes,
                            struct buf *out, struct err *err)
{
    mbedtls_md_type_t md = flavours[flavour].md;
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(md);
    size_t len = mbedtls_md_get_size(info);
    uint8_t salt_bytes[MAC_SALT_LEN];
    uint8_t key[MBEDTLS_MD_MAX_SIZE];
    uint8_t mac[MBEDTLS_MD_MAX_SIZE];
    struct slice salt = { salt_bytes, sizeof(salt_bytes) };
    if (random_bytes(salt_bytes, sizeof(salt_bytes), err) != 0) {
        return -1;
    }
    struct pkcs12_kdf kdf = { md, crypt->utf16, salt, ITERATIONS };
    bool done = pkcs12_kdf_derive(&kdf, PKCS12_KDF_MAC, key, len) &&
                mbedtls_md_hmac(info, key, len, bytes.data, bytes.len, mac) == 0;
    mem_wipe(key, sizeof(key));
    if (!done) {
        return err_memory(err);
    }
    size_t mac_data = der_begin(out, DER_SEQUENCE);
    size_t digest_info = der_begin(out, DER_SEQUENCE);
    size_t algorithm = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, pkcs12_oid_get(PKCS12_OID_HASH, md, MBEDTLS_CIPHER_NONE));
    der_write(out, DER_NULL, SLICE_EMPTY);
    der_end(out, algorithm);
    der_write(out, DER_OCTET_STRING, (struct slice){ mac, len });
    der_end(out, digest_info);
    der_write(out, DER_OCTET_STRING, salt);
    der_write_small(out, ITERATIONS);
    der_end(out, mac_data);
    return buf_ok(out) ? 0 : err_memory(err);
}
