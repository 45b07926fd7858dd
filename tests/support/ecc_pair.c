/* SPDX-License-Identifier: MIT */
#include "support/ecc_pair.h"

#include "base/compiler.h"
#include "pki/random.h"

#include <assert.h>
#include <check.h>

static const mbedtls_ecp_group_id curves[] = {
    MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_SECP384R1,  MBEDTLS_ECP_DP_SECP521R1,
    MBEDTLS_ECP_DP_BP256R1,   MBEDTLS_ECP_DP_CURVE25519,
};
static_assert(ARRAY_LEN(curves) == ECC_CURVES, "");

void ecc_load_curve(mbedtls_ecp_group *group, int curve)
{
    mbedtls_ecp_group_init(group);
    OK(mbedtls_ecp_group_load(group, curves[curve]));
}

void ecc_pair_init(struct ecc_pair *pair, int curve)
{
    mbedtls_mpi_init(&pair->d);
    mbedtls_ecp_point_init(&pair->Q);
    ecc_load_curve(&pair->fast, curve);
    ecc_load_curve(&pair->own, curve);
    pair->own.id = MBEDTLS_ECP_DP_NONE;
    OK(mbedtls_ecp_gen_keypair(&pair->fast, &pair->d, &pair->Q, random_callback, NULL));
}

void ecc_pair_finish(struct ecc_pair *pair)
{
    mbedtls_ecp_point_free(&pair->Q);
    mbedtls_mpi_free(&pair->d);
    mbedtls_ecp_group_free(&pair->own);
    mbedtls_ecp_group_free(&pair->fast);
}
