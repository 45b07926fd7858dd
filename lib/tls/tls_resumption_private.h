/* SPDX-License-Identifier: MIT
 *
 * Inside lib/tls only: sealing tickets, and the chains behind them.
 */
#pragma once

#include "base/buf.h"
#include "pki/certificate_pool.h"
#include "tls/tls_id_table.h"
#include "tls/tls_resumption.h"

#include <stdbool.h>

#define TLS_IDENTITY_LEN 32
#define TLS_CONTEXT_LEN  32

/* What a ticket records about its session, besides mbedTLS's state. */
struct tls_ticket {
    uint16_t version;
    int64_t authenticated_at;           /* time of the full handshake */
    uint8_t context[TLS_CONTEXT_LEN];   /* listener, settings, server name */
    uint8_t identity[TLS_IDENTITY_LEN]; /* all zero = no certificate */
};

enum tls_unseal_result {
    TLS_UNSEAL_GOOD,
    TLS_UNSEAL_EXPIRED,
    TLS_UNSEAL_FOREIGN, /* not one of this server's, modified, or sealed with a dropped
                           key */
};

/* Bytes that sealing adds to the state. */
size_t tls_resumption_get_overhead(void);
/* Appends the sealed ticket. False if that failed. */
bool tls_resumption_seal(struct tls_resumption *resumption,
                         const struct tls_ticket *ticket, struct slice state,
                         struct buf *out);
/* Appends mbedTLS's state, which is a secret. */
enum tls_unseal_result tls_resumption_unseal(struct tls_resumption *resumption,
                                             struct slice sealed,
                                             struct tls_ticket *ret_ticket,
                                             struct buf *ret_state);

/* Of all that came with sessions, new and resumed. */
struct certificate_pool *tls_resumption_get_pool(struct tls_resumption *resumption);

/* What is remembered by an ID: sealed as tickets are. */
struct tls_id_table *tls_resumption_get_ids(struct tls_resumption *resumption);

int64_t tls_resumption_get_time(const struct tls_resumption *resumption);
uint32_t tls_resumption_get_lifetime(const struct tls_resumption *resumption);

/* Keeps a chain: DER certificates, one after another. Drops others if necessary. If it
 * cannot be kept, its tickets are useless, that is all. */
void tls_resumption_remember(struct tls_resumption *resumption,
                             const uint8_t identity[static TLS_IDENTITY_LEN],
                             struct slice ders);
/* False if it is not kept (any longer). Borrowed until the next call. */
bool tls_resumption_find(struct tls_resumption *resumption,
                         const uint8_t identity[static TLS_IDENTITY_LEN],
                         struct slice *ret_ders);
