/* SPDX-License-Identifier: MIT */
#include "bundle/pkcs12_kdf.h"

#include "base/compiler.h"
#include "base/mem.h"
#include "base/text.h"

#include <nettle/pbkdf2.h>
#include <string.h>

/* The letters of RFC 7292 B.2: u = length of a hash, v = length of its input block,
 * D = v times the purpose, I = salt and password, each filled up to whole blocks. */
#define V_MAX ((size_t)128)

static void append_unit(struct buf *out, uint32_t unit)
{
    buf_append_byte(out, (uint8_t)(unit >> 8));
    buf_append_byte(out, (uint8_t)unit);
}

bool pkcs12_kdf_append_password(struct buf *out, const char *password)
{
    if (password == NULL) {
        return buf_ok(out);
    }
    struct slice text = slice_from_string(password);
    bool is_utf8 = text_is_utf8(text);
    while (text.len > 0) {
        uint32_t c = text.data[0];
        size_t len = is_utf8 ? text_decode_utf8(text, &c) : 1;
        if (c > 0xffff) {
            append_unit(out, 0xd800 + ((c - 0x10000) >> 10));
            append_unit(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
        } else {
            append_unit(out, c);
        }
        text = slice_part(text, len, text.len);
    }
    append_unit(out, 0);
    return buf_ok(out);
}

static size_t block_size(mbedtls_md_type_t md)
{
    return md == MBEDTLS_MD_SHA384 || md == MBEDTLS_MD_SHA512 ? 128 : 64;
}

size_t pkcs12_kdf_blocks(mbedtls_md_type_t md, size_t len)
{
    size_t u = mbedtls_md_get_size(mbedtls_md_info_from_type(md));
    return u == 0 ? 0 : (len + u - 1) / u;
}

/* Appends `part` again and again up to a multiple of v; nothing for nothing. */
static void append_filled(struct buf *out, struct slice part, size_t v)
{
    size_t len = (part.len + v - 1) / v * v;
    for (size_t i = 0; i < len; i++) {
        buf_append_byte(out, part.data[i % part.len]);
    }
}

/* I_j = (I_j + B + 1) mod 2^v for each block of I */
static void add_to_blocks(uint8_t *blocks, size_t len, const uint8_t *b, size_t v)
{
    for (size_t start = 0; start < len; start += v) {
        unsigned carry = 1;
        for (size_t i = v; i > 0; i--) {
            carry += blocks[start + i - 1] + (unsigned)b[i - 1];
            blocks[start + i - 1] = (uint8_t)carry;
            carry >>= 8;
        }
    }
}

static int hash_repeatedly(mbedtls_md_context_t *context, struct slice d,
                           struct slice input, uint32_t iterations, uint8_t *a,
                           size_t u)
{
    int rc = mbedtls_md_starts(context);
    rc = rc != 0 ? rc : mbedtls_md_update(context, d.data, d.len);
    rc = rc != 0 ? rc : mbedtls_md_update(context, input.data, input.len);
    rc = rc != 0 ? rc : mbedtls_md_finish(context, a);
    for (uint32_t i = 1; i < iterations && rc == 0; i++) {
        rc = mbedtls_md_starts(context);
        rc = rc != 0 ? rc : mbedtls_md_update(context, a, u);
        rc = rc != 0 ? rc : mbedtls_md_finish(context, a);
    }
    return rc;
}

bool pkcs12_kdf_derive(const struct pkcs12_kdf *kdf, enum pkcs12_kdf_purpose purpose,
                       uint8_t *out, size_t len)
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(kdf->md);
    size_t u = mbedtls_md_get_size(info);
    size_t v = block_size(kdf->md);
    uint8_t d[V_MAX];
    uint8_t a[MBEDTLS_MD_MAX_SIZE] = { 0 };
    uint8_t b[V_MAX] = { 0 };
    struct buf input = BUF_EMPTY;
    mbedtls_md_context_t context;

    mbedtls_md_init(&context);
    memset(d, (int)purpose, v);
    append_filled(&input, kdf->salt, v);
    append_filled(&input, kdf->password, v);
    bool done = buf_ok(&input) && mbedtls_md_setup(&context, info, 0) == 0;
    done = done && u > 0;
    while (done && len > 0) {
        size_t n = len < u ? len : u;
        done = hash_repeatedly(&context, (struct slice){ d, v }, buf_slice(&input),
                               kdf->iterations, a, u) == 0;
        memcpy(out, a, n);
        out += n;
        len -= n;
        for (size_t i = 0; i < v; i++) {
            b[i] = a[i % u];
        }
        add_to_blocks(input.data, input.len, b, v);
    }
    mbedtls_md_free(&context);
    buf_finish_secret(&input);
    mem_wipe(a, sizeof(a));
    mem_wipe(b, sizeof(b));
    return done;
}

bool pkcs12_pbkdf2_derive(mbedtls_md_type_t md, struct slice password,
                          struct slice salt, uint32_t iterations, uint8_t *out,
                          size_t len)
{
    static const struct {
        mbedtls_md_type_t md;
        void (*derive)(size_t key_length, const uint8_t *key, unsigned iterations,
                       size_t salt_length, const uint8_t *salt, size_t length,
                       uint8_t *dst);
    } hashes[] = {
        { MBEDTLS_MD_SHA1, pbkdf2_hmac_sha1 },
        { MBEDTLS_MD_SHA256, pbkdf2_hmac_sha256 },
        { MBEDTLS_MD_SHA384, pbkdf2_hmac_sha384 },
        { MBEDTLS_MD_SHA512, pbkdf2_hmac_sha512 },
    };
    for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
        if (hashes[i].md == md) {
            hashes[i].derive(password.len, password.data, iterations, salt.len,
                             salt.data, len, out);
            return true;
        }
    }
    return false;
}
