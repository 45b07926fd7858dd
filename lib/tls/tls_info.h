/* SPDX-License-Identifier: MIT
 *
 * What is known of a TLS connection, finished handshake or not.
 */
#pragma once

#include "pki/certificate.h"
#include "tls/client_hello.h"
#include "tls/tls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many certificates of a presented chain are kept; the others are only counted. One
 * more than CHAIN_PRESENTED_MAX (lib/chain), which then knows that there were more. */
#define TLS_INFO_CHAIN_MAX ((size_t)65)

/* What is known so far. It fills up during the handshake, and remains for failed ones.
 * All pointers borrow from the session. */
struct tls_info {
    const char *version;              /* "TLSv1.3"; NULL = not agreed on */
    char cipher[TLS_CIPHER_NAME_MAX]; /* "" = not agreed on */
    unsigned cipher_bits;             /* strength of the encryption; 0 = NULL cipher */
    const char *group; /* key exchange "x25519"; NULL = none or unknown */
    const char
        *signature; /* the server's proof "ecdsa_secp256r1_sha256"; NULL = unknown */
    const char *server_name;          /* SNI; NULL = none */
    const char *alpn;                 /* chosen; NULL = none */
    const struct client_hello *hello; /* servers only, else NULL */
    bool handshake_done;
    bool resumed;
    bool certificate_requested;
    /* After the first handshake. Servers: from the question on; clients: answered. */
    bool asked_late;
    bool is_asking_late; /* ... and its handshake is not complete, or failed */
    /* Clients: the CAs that the request names, each preceded by a two-byte length; read
     * with tls_info_next_ca_name(). Empty = none, or not visible. */
    struct slice ca_names;
    bool certificate_withheld; /* clients: by honour_ca_names */
    bool possession_proved; /* a certificate with its proof of possession, now or in the
                               session that is resumed */
    /* The peer's chain exactly as sent, leaf first by the peer's claim. A resumed
     * session has the original one (a client's has none). */
    struct certificate *const *chain;
    size_t n_chain;
    size_t n_chain_dropped; /* beyond TLS_INFO_CHAIN_MAX */
    /* Why the leaf's key could not be used; NULL = it could. */
    const char *chain_problem;
    /* Clients: mbedTLS's objections to the server's chain; "" = none, or it was not
     * verified. */
    char server_verdict[256];
    uint64_t n_bytes_in;
    uint64_t n_bytes_out;
};

/* False until a version is agreed on. */
bool tls_info_is_1_3(const struct tls_info *info);

/* Takes the next name, a whole Name TLV by the server's claim, off the list. */
bool tls_info_next_ca_name(struct slice *names, struct slice *ret_name);
