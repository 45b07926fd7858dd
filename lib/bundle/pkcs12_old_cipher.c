/* SPDX-License-Identifier: MIT */
#include "bundle/pkcs12_old_cipher.h"

#include "base/mem.h"

#include <nettle/arcfour.h>
#include <nettle/arctwo.h>
#include <nettle/cbc.h>
#include <string.h>

static const struct {
    size_t key_len;
    bool is_block; /* RC2 in CBC mode; else RC4 */
} ciphers[] = {
    [PKCS12_OLD_RC2_40] = { 5, true },
    [PKCS12_OLD_RC2_128] = { 16, true },
    [PKCS12_OLD_RC4_40] = { 5, false },
    [PKCS12_OLD_RC4_128] = { 16, false },
};

size_t pkcs12_old_cipher_key_len(enum pkcs12_old_cipher cipher)
{
    return ciphers[cipher].key_len;
}

size_t pkcs12_old_cipher_iv_len(enum pkcs12_old_cipher cipher)
{
    return ciphers[cipher].is_block ? ARCTWO_BLOCK_SIZE : 0;
}

static void run_rc4(const uint8_t *key, size_t key_len, struct slice input,
                    uint8_t *output)
{
    struct arcfour_ctx context;
    arcfour_set_key(&context, key_len, key);
    arcfour_crypt(&context, input.len, output, input.data);
    mem_wipe(&context, sizeof(context));
}

/* The effective bits are as many as the key has (RFC 2268 6). */
static void run_rc2(const uint8_t *key, size_t key_len, const uint8_t *iv,
                    struct slice input, uint8_t *output)
{
    struct arctwo_ctx context;
    uint8_t chain[ARCTWO_BLOCK_SIZE];
    memcpy(chain, iv, sizeof(chain));
    arctwo_set_key_ekb(&context, key_len, key, (unsigned)key_len * 8);
    cbc_decrypt(&context, (nettle_cipher_func *)arctwo_decrypt, ARCTWO_BLOCK_SIZE,
                chain, input.len, output, input.data);
    mem_wipe(&context, sizeof(context));
}

/* PKCS#7's: as many bytes of the same value as there are. 0 = it is none. */
static size_t find_padding(const uint8_t *bytes, size_t len)
{
    size_t n = bytes[len - 1];
    uint8_t differs = n == 0 || n > ARCTWO_BLOCK_SIZE;
    for (size_t i = 0; i < ARCTWO_BLOCK_SIZE; i++) {
        differs |= i < n ? bytes[len - 1 - i] ^ bytes[len - 1] : 0;
    }
    return differs != 0 ? 0 : n;
}

enum pkcs12_old_result pkcs12_old_cipher_decrypt(enum pkcs12_old_cipher cipher,
                                                 const uint8_t *key, const uint8_t *iv,
                                                 struct slice input, struct buf *out)
{
    size_t key_len = ciphers[cipher].key_len;
    bool is_block = ciphers[cipher].is_block;
    if (is_block && (input.len == 0 || input.len % ARCTWO_BLOCK_SIZE != 0)) {
        return PKCS12_OLD_CUT;
    }
    if (!buf_reserve(out, input.len)) {
        return PKCS12_OLD_MEMORY;
    }
    uint8_t *output = out->data + out->len;
    if (!is_block) {
        run_rc4(key, key_len, input, output);
        out->len += input.len;
        return PKCS12_OLD_DONE;
    }
    run_rc2(key, key_len, iv, input, output);
    size_t padding = find_padding(output, input.len);
    out->len += padding > 0 ? input.len - padding : 0;
    return padding > 0 ? PKCS12_OLD_DONE : PKCS12_OLD_PADDING;
}
