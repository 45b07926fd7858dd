/* SPDX-License-Identifier: MIT */
/*
 * certgate's deviations from the default configuration of mbedTLS 3.6, and only
 * those: MBEDTLS_USER_CONFIG_FILE is read after upstream's mbedtls_config.h.
 *
 * The default already has what certgate relies on: TLS 1.2 and 1.3 for both ends,
 * session tickets, ALPN, SNI, renegotiation, MBEDTLS_SSL_KEEP_PEER_CERTIFICATE,
 * exported keys, every TLS 1.3 key exchange mode, X.509 reading and writing, CRLs,
 * PEM, PKCS#5, PKCS#12, MD5 and SHA-1 (to judge old signatures), AES-NI, assembly.
 * What must not silently disappear is asserted at the end.
 */

/* A session is used by one thread, but PSA's key store and the entropy pool are
 * shared between threads (the forge, tests, a thread pool of libuv). */
#define MBEDTLS_THREADING_C
#define MBEDTLS_THREADING_PTHREAD

/* Without Nettle, X25519 from Project Everest: formally verified, and 0.13 ms instead
 * of 0.93 ms for one key agreement. TLS 1.3, which goes through PSA, gains only the
 * half that computes the shared secret. (ECP window sizes, -O3 and AES intrinsics in
 * place of assembly were measured too: no difference worth a line.) */
#if !defined(CERTGATE_ECC_NETTLE)
#define MBEDTLS_ECDH_VARIANT_EVEREST_ENABLED
#else
/* library/certgate_hash.c */
#define MBEDTLS_SHA1_PROCESS_ALT
#define MBEDTLS_SHA256_PROCESS_ALT
#define MBEDTLS_SHA512_PROCESS_ALT
#endif

/* PSA copies every input and output, in case they lie in memory that somebody else
 * writes to meanwhile. Nobody does here, and TLS 1.3's key schedule is a hundred calls.
 */
#define MBEDTLS_PSA_ASSUME_EXCLUSIVE_BUFFERS

/* Suites without encryption exist to show what a handshake looks like on the wire.
 * mbedTLS never offers them unless a list names them. */
#define MBEDTLS_CIPHER_NULL_CIPHER

/* The largest TLS record both ways (RFC 8446 5.1); upstream's default, fixed here
 * because limits of lib/tls are derived from it. */
#define MBEDTLS_SSL_IN_CONTENT_LEN  16384
#define MBEDTLS_SSL_OUT_CONTENT_LEN 16384

/* The longest handshake message that a peer may send, which in practice is its
 * Certificate message: as much as Windows takes from a client that it asks for a
 * certificate. Costs 16 KB for each handshake. Needs our patch
 * mbedtls-long-handshake-message; without it the limit is one record. */
#define MBEDTLS_SSL_IN_HANDSHAKE_LEN 32768

/* include/certgate_rest.h */
#define CERTGATE_SSL_REST

/* A presented chain longer than upstream's 8 intermediates is to be judged by
 * pki/chain and answered with a page, not ended by the library. mbedTLS refuses a
 * certificate below 128 bytes, so 32768 / (128 + 3) of them fit into one message
 * and this limit cannot be reached. */
#define MBEDTLS_X509_MAX_INTERMEDIATE_CA 256

/* mbedTLS's TLS 1.2 server agrees to max_fragment_length (RFC 6066 4) and then sends
 * longer records all the same. Schannel has no such extension, and neither have we. */
#undef MBEDTLS_SSL_MAX_FRAGMENT_LENGTH

/* Sockets are libuv's business. */
#undef MBEDTLS_NET_C

/* No key is ever persistent: leave no way for PSA to write files into the
 * working directory. */
#undef MBEDTLS_PSA_CRYPTO_STORAGE_C
#undef MBEDTLS_PSA_ITS_FILE_C

/* Upstream's self-tests are run by upstream. */
#undef MBEDTLS_SELF_TEST

#if !defined(MBEDTLS_SSL_KEEP_PEER_CERTIFICATE) || !defined(MBEDTLS_HAVE_TIME_DATE) || \
    !defined(MBEDTLS_SSL_PROTO_TLS1_2) || !defined(MBEDTLS_SSL_PROTO_TLS1_3) ||        \
    !defined(MBEDTLS_SSL_SESSION_TICKETS) || !defined(MBEDTLS_SSL_ALPN) ||             \
    !defined(MBEDTLS_SSL_SERVER_NAME_INDICATION) ||                                    \
    !defined(MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL_ENABLED) ||            \
    !defined(MBEDTLS_X509_CRL_PARSE_C) || !defined(MBEDTLS_X509_CRT_WRITE_C) ||        \
    !defined(MBEDTLS_MD5_C) || !defined(MBEDTLS_SHA1_C) || !defined(MBEDTLS_HAVE_ASM)
#error "upstream's default configuration lost something that certgate relies on"
#endif
