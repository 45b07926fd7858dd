/* SPDX-License-Identifier: MIT */
/*
 * AES-GCM by Nettle, a whole record at a time (certgate_arith.h). mbedTLS goes from
 * block to block through four functions; Nettle takes several at once, by the
 * processor's own instructions where it has them.
 *
 * The key schedule takes a tenth of a microsecond and 4 KB: it is made for each record,
 * so that no connection keeps it, and wiped.
 */
#include "certgate_arith.h"

/* Without the patch a context keeps no key for this, and nobody calls it. */
#if defined(CERTGATE_ECC_NETTLE) && defined(CERTGATE_GCM_KEY)

#include "mbedtls/platform_util.h"

#include <nettle/gcm.h>

#define LENGTH_MAX ((size_t)1 << 30)

/* One size of key: `ctx` is a context of Nettle's for it. */
#define CRYPT(ctx, size)                                            \
    do {                                                            \
        gcm_aes##size##_set_key(&(ctx), gcm->certgate_key);         \
        gcm_aes##size##_set_iv(&(ctx), iv_len, iv);                 \
        gcm_aes##size##_update(&(ctx), add_len, add);               \
        if (mode == MBEDTLS_GCM_ENCRYPT) {                          \
            gcm_aes##size##_encrypt(&(ctx), length, output, input); \
        } else {                                                    \
            gcm_aes##size##_decrypt(&(ctx), length, output, input); \
        }                                                           \
        gcm_aes##size##_digest(&(ctx), tag_len, tag);               \
        mbedtls_platform_zeroize(&(ctx), sizeof(ctx));              \
    } while (0)

/* NOLINTNEXTLINE(readability-function-size): the parameters of mbedTLS's own */
int certgate_gcm(const mbedtls_gcm_context *gcm, int mode, size_t length,
                 const unsigned char *iv, size_t iv_len, const unsigned char *add,
                 size_t add_len, const unsigned char *input, unsigned char *output,
                 size_t tag_len, unsigned char *tag)
{
    union {
        struct gcm_aes128_ctx aes128;
        struct gcm_aes256_ctx aes256;
    } ctx;
    int overlaps =
        output != input && output < input + length && input < output + length;

    if ((mode != MBEDTLS_GCM_ENCRYPT && mode != MBEDTLS_GCM_DECRYPT) ||
        iv_len != GCM_IV_SIZE || length > LENGTH_MAX || add_len > LENGTH_MAX ||
        tag_len < 4 || tag_len > GCM_DIGEST_SIZE || overlaps) {
        return CERTGATE_ARITH_NOT_OURS;
    }
    if (gcm->certgate_key_bits == 128) {
        CRYPT(ctx.aes128, 128);
    } else if (gcm->certgate_key_bits == 256) {
        CRYPT(ctx.aes256, 256);
    } else {
        return CERTGATE_ARITH_NOT_OURS;
    }
    return 0;
}

#endif
