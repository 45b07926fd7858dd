/* SPDX-License-Identifier: MIT
 *
 * Parses the plaintext part of a server's first flight from the records that pass: the
 * group of the key exchange, the signature of a TLS 1.2 key exchange, and TLS 1.2's
 * request for a certificate with its names of CAs. mbedTLS has no way to ask for any of
 * these. It only reports.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* How many bytes are examined; the flight may be longer. */
#define SERVER_FLIGHT_SIZE_MAX ((size_t)64 * 1024)

struct server_flight {
    struct buf bytes;    /* records that have not been read yet */
    struct buf messages; /* handshake messages that have not been read yet */
    size_t n_seen;
    bool done;
    uint16_t group;     /* 0 = unknown */
    uint16_t signature; /* 0 = unknown */
    bool certificate_requested;
    struct buf ca_names; /* DistinguishedName vectors of RFC 5246 7.4.4 */
};

void server_flight_init(struct server_flight *flight);
void server_flight_finish(struct server_flight *flight);
void server_flight_feed(struct server_flight *flight, struct slice records);

/* TLS 1.3's list, which is encrypted: mbedTLS passes the body of the extension. */
void server_flight_take_ca_list(struct server_flight *flight, struct slice body);

/* The list of CAs is empty or contains this issuer (a whole Name TLV). */
bool server_flight_names_ca(const struct server_flight *flight, struct slice issuer);
