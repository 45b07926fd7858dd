/* SPDX-License-Identifier: MIT
 *
 * A curve twice: with the arithmetic of -Decc, and with mbedTLS's own, to which its
 * results are held. A group without an id is one that nobody but mbedTLS itself
 * computes with. With -Decc=mbedtls both are the same, and only known answers mean
 * something.
 */
#pragma once

#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>

/* Of the last two, mbedTLS computes the first itself; the second has no ECDSA. */
#define ECC_CURVES       5
#define ECC_ECDSA_CURVES 4

/* ck_assert that a call succeeded. */
#define OK(call) ck_assert_int_eq((call), 0)

struct ecc_pair {
    mbedtls_ecp_group fast;
    mbedtls_ecp_group own;
    mbedtls_mpi d; /* a private key, and its public one */
    mbedtls_ecp_point Q;
};

/* `curve` is below ECC_CURVES. */
void ecc_pair_init(struct ecc_pair *pair, int curve);
void ecc_pair_finish(struct ecc_pair *pair);
/* Loads a curve by the same number. */
void ecc_load_curve(mbedtls_ecp_group *group, int curve);
