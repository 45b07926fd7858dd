/* SPDX-License-Identifier: MIT */
/*
 * Elliptic curves and AES-GCM by Nettle and RSA's exponentiation by GMP, called by
 * mbedTLS in the places where our patch mbedtls-nettle asks for them (-Decc=nettle).
 *
 * Each function either does all of the work or says that it is not its business, and
 * then mbedTLS's own code goes on: other curves, and whatever is out of the ordinary.
 * So no error is defined here; which inputs are refused, and with which error, stays
 * mbedTLS's to say.
 *
 * Secrets: both libraries' functions used here take the same time whatever the scalar
 * or exponent is (Nettle's manual, "Side-channel silence"; GMP's manual, "mpn_sec_").
 * mbedTLS's blinding, which protects code that has not that property, is left out for
 * curves and stays for RSA. What they allocate is wiped before it is given back.
 */
#ifndef CERTGATE_ARITH_H
#define CERTGATE_ARITH_H

#include "mbedtls/build_info.h"

#if defined(CERTGATE_ECC_NETTLE)

#include "mbedtls/ecp.h"
#include "mbedtls/gcm.h"

/* Not ours: mbedTLS's own code is to do it. Positive, as no error of mbedTLS is. */
#define CERTGATE_ARITH_NOT_OURS 1

/* R = m * P for a secret m in 1..n-1 and a valid P: P-256, P-384, P-521, X25519. */
int certgate_ecp_mul(mbedtls_ecp_group *grp, mbedtls_ecp_point *R, const mbedtls_mpi *m,
                     const mbedtls_ecp_point *P);

/* ECDSA with d in 1..n-1; the nonce comes from `f_rng` as mbedTLS draws it, so that
 * deterministic signatures (RFC 6979) are the same as mbedTLS's. */
int certgate_ecdsa_sign(mbedtls_ecp_group *grp, mbedtls_mpi *r, mbedtls_mpi *s,
                        const mbedtls_mpi *d, const unsigned char *buf, size_t blen,
                        int (*f_rng)(void *, unsigned char *, size_t), void *p_rng);

/* 0 if the signature is valid. Anything else is no answer: Nettle 3.8 refuses valid
 * signatures with u1 * G = u2 * Q, which an attacker with the private key can make, so
 * that a refusal is mbedTLS's to say. */
int certgate_ecdsa_verify(const mbedtls_ecp_group *grp, const unsigned char *buf,
                          size_t blen, const mbedtls_ecp_point *Q, const mbedtls_mpi *r,
                          const mbedtls_mpi *s);

/* X = A ^ E mod N for a secret E and an odd secret N. */
int certgate_exp_mod(mbedtls_mpi *X, const mbedtls_mpi *A, const mbedtls_mpi *E,
                     const mbedtls_mpi *N);

/* mbedtls_gcm_crypt_and_tag() with AES-128 and AES-256 and an IV of 12 bytes. */
int certgate_gcm(const mbedtls_gcm_context *gcm, int mode, size_t length,
                 const unsigned char *iv, size_t iv_len, const unsigned char *add,
                 size_t add_len, const unsigned char *input, unsigned char *output,
                 size_t tag_len, unsigned char *tag);

#endif /* CERTGATE_ECC_NETTLE */
#endif
