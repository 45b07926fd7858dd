/* SPDX-License-Identifier: MIT
 *
 * Caches the last answers of the judged sites: a client that repeats its request within
 * the same second, on the same connection, gets the same bytes without another
 * judgement. An answer is taken only if nothing that it was made from can have changed
 * since: the request is the same byte for byte, and so is every member of struct
 * answer_moment. Everything else that a page shows is constant for the connection.
 *
 * One answer for each connection, for few connections and within a number of bytes:
 * what does not fit is computed again. Pure: no clock, no I/O.
 */
#pragma once

#include "base/buf.h"
#include "site/exchange_result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Requests and answers together. */
#define ANSWER_MEMO_BYTES_MAX ((size_t)4 * 1024 * 1024)
/* A longer request is not remembered. */
#define ANSWER_MEMO_REQUEST_MAX ((size_t)2048)

/* What judges, beside the configuration, which never changes. */
struct answer_moment {
    int64_t now;         /* seconds, as validity, next updates and Date have it */
    uint64_t n_loaded;   /* of store and mappings: connection_host.n_loaded */
    uint64_t n_evidence; /* evidence_changes() */
    uint64_t n_switches; /* revocation_service_changes() */
};

struct answer_memo; /* opaque */

/* Borrowed; until the next call that is not const. */
struct answer_memo_entry {
    struct slice answer;
    const struct exchange_result *exchange;
};

/* NULL when out of memory. */
struct answer_memo *answer_memo_create(void);
void answer_memo_destroy(struct answer_memo *memo); /* accepts NULL */

/* `connection` is its number. False: there is none that is still valid. */
bool answer_memo_find(const struct answer_memo *memo, uint64_t connection,
                      struct slice request, const struct answer_moment *moment,
                      struct answer_memo_entry *ret_entry);
/* Copies everything. What is too large, or does not fit into memory, is not kept. */
void answer_memo_put(struct answer_memo *memo, uint64_t connection,
                     struct slice request, const struct answer_moment *moment,
                     struct slice answer, const struct exchange_result *exchange);
/* The connection is gone. */
void answer_memo_forget(struct answer_memo *memo, uint64_t connection);
size_t answer_memo_bytes(const struct answer_memo *memo);
