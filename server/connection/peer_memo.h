/* SPDX-License-Identifier: MIT
 *
 * What events say of the chains that were presented last: names and thumbprints are
 * written once for each chain, and copied for each connection that comes with it.
 * Chains are told apart by their certificates' identity, which lib/pki/certificate_pool
 * makes the same for the same bytes; the memo is one more owner of them.
 *
 * Pure: no clock, no I/O.
 */
#pragma once

#include "logs/event_text.h"
#include "tls/tls_info.h"

#include <stdbool.h>
#include <stddef.h>

#define PEER_MEMO_MAX ((size_t)32)
/* A chain of more certificates, with a longer one or a longer text, is written anew. */
#define PEER_MEMO_CHAIN_MAX ((size_t)4)
#define PEER_MEMO_TEXT_MAX  ((size_t)8192)

/* Zeroed = empty. */
struct peer_memo {
    struct peer_memo_entry {
        struct certificate *certs[PEER_MEMO_CHAIN_MAX]; /* owned with others */
        size_t n_certs;                                 /* 0 = a free place */
        struct event_text text;
    } entries[PEER_MEMO_MAX];
    size_t next; /* the place that is filled next */
};

/* Appends what event_json_chain() says of `tls`. */
void peer_memo_say(struct peer_memo *memo, const struct tls_info *tls,
                   struct event_text *event);
void peer_memo_finish(struct peer_memo *memo);
