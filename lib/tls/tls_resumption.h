/* SPDX-License-Identifier: MIT
 *
 * Sessions that are resumed and preserve the client's identity: by tickets and, for
 * clients of TLS 1.2 that take none, by session IDs.
 *
 * mbedTLS's own tickets lose the certificate and report a resumed session as
 * "verified". Ours carry an identity (a hash over the presented chain, or "none"),
 * the chain itself stays here, and a ticket is refused, which means a full
 * handshake, when the chain is no longer here, or when the listener, its settings
 * or the server name differ. So a resumed session shows the original chain, to be
 * judged again as of now. What is known by a session ID is the same, kept here.
 *
 * Owned by the program; shared by all configs, before and after a reload.
 */
#pragma once

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* RFC 8446 4.6.1: no ticket lives longer than 7 days. */
#define TLS_RESUMPTION_LIFETIME_MAX ((uint32_t)7 * 24 * 3600)
/* Chains kept unless told otherwise, and the memory that they may take. */
#define TLS_RESUMPTION_CHAINS_DEFAULT ((size_t)1024)
#define TLS_RESUMPTION_BYTES_MAX      ((size_t)16 * 1024 * 1024)

struct tls_resumption;

/* Keys come from the system's random numbers. A ticket is valid for `lifetime_s`
 * seconds after the full handshake. At most `max_chains` chains (0 = the default) are
 * remembered; the least recently used one is dropped first. The same number of sessions
 * are remembered by their IDs; the oldest is dropped first. */
int tls_resumption_create(int64_t now, uint32_t lifetime_s, size_t max_chains,
                          struct tls_resumption **ret_resumption, struct err *err)
    MUST_CHECK;
void tls_resumption_destroy(struct tls_resumption *resumption);

/* Sets the time (call it before each batch of sessions' work, or once a second): keys
 * are rotated and tickets expire by it. */
void tls_resumption_set_time(struct tls_resumption *resumption, int64_t now);
/* Drops all chains and keys: every client makes a full handshake again. */
void tls_resumption_clear(struct tls_resumption *resumption);
size_t tls_resumption_count(const struct tls_resumption *resumption);
