/* SPDX-License-Identifier: MIT */
#include "pki/random.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context drbg;
static int seed_result;

static void seed(void)
{
    static const unsigned char personal[] = "certgate";
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&drbg);
    seed_result = mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, personal,
                                        sizeof(personal) - 1);
}

int random_callback(void *unused, unsigned char *out, size_t len)
{
    (void)unused;
    if (pthread_once(&once, seed) != 0 || seed_result != 0) {
        return seed_result != 0 ? seed_result
                                : MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
    }
    while (len > 0) {
        size_t part =
            len < MBEDTLS_CTR_DRBG_MAX_REQUEST ? len : MBEDTLS_CTR_DRBG_MAX_REQUEST;
        int rc = mbedtls_ctr_drbg_random(&drbg, out, part);
        if (rc != 0) {
            return rc;
        }
        out += part;
        len -= part;
    }
    return 0;
}

int random_bytes(void *out, size_t len, struct err *err)
{
    int rc = random_callback(NULL, out, len);
    if (rc != 0) {
        return err_set_reason(err, ERR_MBEDTLS, rc, mbedtls_high_level_strerr(rc),
                              "the system gives no random numbers");
    }
    return 0;
}
