/* SPDX-License-Identifier: MIT */
#include "pki/crypto_code.h"

#include "base/compiler.h"

#include <mbedtls/asn1.h>
#include <mbedtls/bignum.h>
#include <mbedtls/cipher.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/dhm.h>
#include <mbedtls/ecp.h>
#include <mbedtls/entropy.h>
#include <mbedtls/hmac_drbg.h>
#include <mbedtls/md.h>
#include <mbedtls/pem.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <psa/crypto.h>

#include <stddef.h>

/* A code is the sum of a high-level code (its low seven bits are 0) and a low-level
 * code (mbedtls/error.h); either may be absent. PSA's codes stand alone. */
#define LOW_BITS 0x7f

static const int machine_codes[] = {
    MBEDTLS_ERR_MPI_ALLOC_FAILED,
    MBEDTLS_ERR_ASN1_ALLOC_FAILED,
    MBEDTLS_ERR_ENTROPY_SOURCE_FAILED,
    MBEDTLS_ERR_ENTROPY_NO_SOURCES_DEFINED,
    MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED,
    MBEDTLS_ERR_HMAC_DRBG_ENTROPY_SOURCE_FAILED,
    MBEDTLS_ERR_CIPHER_ALLOC_FAILED,
    MBEDTLS_ERR_DHM_ALLOC_FAILED,
    MBEDTLS_ERR_ECP_ALLOC_FAILED,
    MBEDTLS_ERR_ECP_RANDOM_FAILED,
    MBEDTLS_ERR_MD_ALLOC_FAILED,
    MBEDTLS_ERR_PEM_ALLOC_FAILED,
    MBEDTLS_ERR_PK_ALLOC_FAILED,
    MBEDTLS_ERR_RSA_RNG_FAILED,
    PSA_ERROR_INSUFFICIENT_MEMORY,
    PSA_ERROR_INSUFFICIENT_ENTROPY,
};

static bool is_listed(int code)
{
    for (size_t i = 0; i < ARRAY_LEN(machine_codes); i++) {
        if (machine_codes[i] == code) {
            return true;
        }
    }
    return false;
}

bool crypto_code_is_machine(int code)
{
    int low = -(-code & LOW_BITS);
    return code < 0 && (is_listed(code) || is_listed(low) || is_listed(code - low));
}
