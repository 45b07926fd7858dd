/* SPDX-License-Identifier: MIT */
/*
 * The inner functions of SHA-1, SHA-256 and SHA-512 by Nettle, which takes the
 * processor's own instructions where it has them: mbedTLS's doors for that are
 * MBEDTLS_SHA*_PROCESS_ALT. SHA-384 is most of what TLS hashes: the key schedule of
 * TLS_AES_256_GCM_SHA384, which every client puts first.
 */
#include "common.h"

#if defined(CERTGATE_ECC_NETTLE)

#include "mbedtls/platform_util.h"
#include "mbedtls/sha1.h"
#include "mbedtls/sha256.h"
#include "mbedtls/sha512.h"

#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <string.h>

/* One block by a context of Nettle's that holds mbedTLS's state and no rest. */
#define PROCESS(nettle, update, size, ctx, data)                          \
    do {                                                                  \
        _Static_assert(sizeof((nettle).state) == sizeof((ctx)->state),    \
                       "the states are the same numbers");                \
        memcpy((nettle).state, (ctx)->state, sizeof((ctx)->state));       \
        (nettle).index = 0;                                               \
        update(&(nettle), (size), (data));                                \
        memcpy((ctx)->state, (nettle).state, sizeof((ctx)->state));       \
        mbedtls_platform_zeroize((nettle).state, sizeof((nettle).state)); \
    } while (0)

int mbedtls_internal_sha1_process(mbedtls_sha1_context *ctx,
                                  const unsigned char data[64])
{
    struct sha1_ctx nettle;
    nettle.count = 0;
    PROCESS(nettle, sha1_update, SHA1_BLOCK_SIZE, ctx, data);
    return 0;
}

int mbedtls_internal_sha256_process(mbedtls_sha256_context *ctx,
                                    const unsigned char data[64])
{
    struct sha256_ctx nettle;
    nettle.count = 0;
    PROCESS(nettle, sha256_update, SHA256_BLOCK_SIZE, ctx, data);
    return 0;
}

int mbedtls_internal_sha512_process(mbedtls_sha512_context *ctx,
                                    const unsigned char data[128])
{
    struct sha512_ctx nettle;
    nettle.count_low = 0;
    nettle.count_high = 0;
    PROCESS(nettle, sha512_update, SHA512_BLOCK_SIZE, ctx, data);
    return 0;
}

#endif /* CERTGATE_ECC_NETTLE */
