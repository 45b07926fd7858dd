/* SPDX-License-Identifier: MIT
 *
 * Inside lib/tls only: sessions of TLS 1.2 by their ID (RFC 5246 7.4.1.2), for clients
 * that take no tickets. What is kept is what a ticket holds, sealed; the oldest goes
 * first.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLS_ID_LEN 32
/* The memory that the sessions of one table may take. */
#define TLS_ID_TABLE_BYTES_MAX ((size_t)16 * 1024 * 1024)

struct tls_id_entry {
    uint8_t id[TLS_ID_LEN];
    uint8_t *sealed; /* owned */
    size_t len;
};

/* A ring: n entries, starting with the oldest. */
struct tls_id_table {
    struct tls_id_entry *entries; /* owned */
    size_t max;
    size_t oldest;
    size_t n;
    size_t n_bytes;
};

/* False when out of memory; then there is nothing to finish. `max` is not 0. */
bool tls_id_table_init(struct tls_id_table *table, size_t max);
void tls_id_table_finish(struct tls_id_table *table);
void tls_id_table_clear(struct tls_id_table *table);

/* Copies both. If it cannot be kept, the session cannot be resumed, that is all. */
void tls_id_table_keep(struct tls_id_table *table, const uint8_t id[static TLS_ID_LEN],
                       struct slice sealed);
/* False if it is not kept (any longer). Borrowed until the next keep() or clear(). */
bool tls_id_table_find(const struct tls_id_table *table, struct slice id,
                       struct slice *ret_sealed);
