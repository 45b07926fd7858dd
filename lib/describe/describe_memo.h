/* SPDX-License-Identifier: MIT
 *
 * What was said last of certificates. A page shows a client's certificate and those
 * above it with every value that they have, and they are the same for a thousand
 * requests. Told apart by their SHA-256; the oldest makes room. For one thread.
 */
#pragma once

#include "pki/certificate.h"

#include <stddef.h>
#include <stdint.h>

#define DESCRIBE_MEMO_MAX ((size_t)64)
/* A longer certificate is described anew. */
#define DESCRIBE_MEMO_SIZE_MAX ((size_t)4096)

struct json_t;

/* What is said: each kind has its own function. */
enum describe_memo_kind {
    DESCRIBE_MEMO_JSON, /* describe_json() */
    DESCRIBE_MEMO_ROWS, /* of the certificate viewer */
    DESCRIBE_MEMO_KINDS
};

/* Zeroed = empty. */
struct describe_memo {
    struct describe_memo_entry {
        uint8_t sha256[32];
        struct json_t *said[DESCRIBE_MEMO_KINDS]; /* owned; NULL = not yet */
    } entries[DESCRIBE_MEMO_MAX];
    size_t next; /* the place that is filled next */
};

/* What `describe` says of `cert`, which may be what it said before: a new reference
 * to a value that nobody changes; NULL when out of memory. `memo` may be NULL. */
struct json_t *describe_memo_get(
    struct describe_memo *memo, enum describe_memo_kind kind,
    const struct certificate *cert,
    struct json_t *(*describe)(const struct certificate *));
void describe_memo_finish(struct describe_memo *memo);
