/* SPDX-License-Identifier: MIT
 *
 * Bare mbedTLS as a judge of chains, for limbo.py to compare with: what
 * mbedtls_x509_crt_verify says, and the purpose check that its TLS layer adds.
 *
 *   limbo_mbedtls CHAIN.pem ROOTS.pem [CRLS.pem]     exit 0 accept, 1 reject
 *
 * The time is the process's: faketime sets it.
 */
#include <mbedtls/oid.h>
#include <mbedtls/x509_crl.h>
#include <mbedtls/x509_crt.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

static bool is_for_clients(const mbedtls_x509_crt *leaf)
{
    return mbedtls_x509_crt_check_extended_key_usage(
               leaf, MBEDTLS_OID_CLIENT_AUTH,
               MBEDTLS_OID_SIZE(MBEDTLS_OID_CLIENT_AUTH)) == 0 &&
           mbedtls_x509_crt_check_key_usage(leaf, MBEDTLS_X509_KU_DIGITAL_SIGNATURE) ==
               0;
}

int main(int argc, char **argv)
{
    mbedtls_x509_crt chain;
    mbedtls_x509_crt roots;
    mbedtls_x509_crl crls;
    uint32_t flags = 0;
    bool good = argc >= 3;

    mbedtls_x509_crt_init(&chain);
    mbedtls_x509_crt_init(&roots);
    mbedtls_x509_crl_init(&crls);
    good = good && mbedtls_x509_crt_parse_file(&chain, argv[1]) == 0 &&
           mbedtls_x509_crt_parse_file(&roots, argv[2]) == 0 &&
           (argc < 4 || mbedtls_x509_crl_parse_file(&crls, argv[3]) == 0) &&
           mbedtls_x509_crt_verify(&chain, &roots, argc < 4 ? NULL : &crls, NULL,
                                   &flags, NULL, NULL) == 0 &&
           is_for_clients(&chain);
    mbedtls_x509_crt_free(&chain);
    mbedtls_x509_crt_free(&roots);
    mbedtls_x509_crl_free(&crls);
    puts(good ? "accept" : "reject");
    return good ? 0 : 1;
}
