/* SPDX-License-Identifier: MIT
 *
 * Parses what a client offers in its first flight from the plaintext records: for
 * pages, for the log, for failed handshakes, and for the server name that a ticket is
 * bound to. It only reports; mbedTLS decides whether the handshake continues. It also
 * identifies bytes that are not TLS.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Maximum number of bytes of the first flight that are parsed. */
#define CLIENT_HELLO_SIZE_MAX ((size_t)32 * 1024)
#define CLIENT_HELLO_LIST_MAX 64
#define CLIENT_HELLO_ALPN_MAX 16
#define CLIENT_HELLO_NAME_MAX 256
/* All names of ALPN together, each with its NUL. */
#define CLIENT_HELLO_ALPN_BYTES 512

enum client_hello_kind {
    CLIENT_HELLO_PARTIAL,   /* more bytes are needed to tell */
    CLIENT_HELLO_TLS,       /* a ClientHello, read to its end */
    CLIENT_HELLO_MALFORMED, /* TLS records, but not a ClientHello that can be read */
    CLIENT_HELLO_HTTP,      /* plain HTTP on the TLS port */
    CLIENT_HELLO_SSL2,      /* an SSLv2 ClientHello */
    CLIENT_HELLO_GARBAGE,   /* none of these */
};

struct client_hello {
    enum client_hello_kind kind;
    uint16_t legacy_version;
    char server_name[CLIENT_HELLO_NAME_MAX]; /* SNI; "" = none */
    char alpn[CLIENT_HELLO_ALPN_BYTES];      /* strings: client_hello_alpn() */
    uint16_t alpn_at[CLIENT_HELLO_ALPN_MAX];
    size_t n_alpn;
    uint16_t versions[CLIENT_HELLO_LIST_MAX]; /* supported_versions, GREASE left out */
    size_t n_versions;
    uint16_t ciphers[CLIENT_HELLO_LIST_MAX]; /* GREASE left out */
    size_t n_ciphers;
    uint16_t groups[CLIENT_HELLO_LIST_MAX];
    size_t n_groups;
    uint16_t signature_algorithms[CLIENT_HELLO_LIST_MAX];
    size_t n_signature_algorithms;
    bool post_handshake_auth; /* RFC 8446 4.2.6 */
    bool session_ticket;      /* TLS 1.2: offers to take tickets */
    bool offers_ticket;       /* TLS 1.2 ticket with content, or a TLS 1.3 PSK */
    size_t n_psk_identities;
    bool early_data;
    bool extended_master_secret;
    bool status_request; /* RFC 6066 8: wants an OCSP response for our certificate */
    bool encrypted_client_hello; /* the extension is there, real or GREASE */
};

/* Reads all bytes that arrived so far (from the first on). If the result is PARTIAL,
 * call it again with more bytes; `ret_hello` is always filled. */
void client_hello_read(struct slice bytes, struct client_hello *ret_hello);

/* The i-th name of ALPN, which ends at a NUL if it has one. */
const char *client_hello_alpn(const struct client_hello *hello, size_t i);

/* Names of code points, or NULL: "TLSv1.3"; "x25519"; "ecdsa_secp256r1_sha256". */
const char *client_hello_version_name(uint16_t version);
const char *client_hello_group_name(uint16_t group);
const char *client_hello_signature_name(uint16_t scheme);
