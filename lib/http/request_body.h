/* SPDX-License-Identifier: MIT
 *
 * The body of a request while it comes, and the memory that all bodies together may
 * take.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* How much memory the bodies of several parsers use, and may use. A body that fits may
 * take up to twice its length, as bufs do. */
struct request_room {
    size_t max;
    size_t n_bytes; /* maintained by the bodies */
};

/* A zeroed one is empty, is kept, and counts nowhere. */
struct request_body {
    struct buf bytes;
    size_t len;                /* of what has arrived, kept or not */
    struct request_room *room; /* borrowed; NULL = counts nowhere */
    bool is_skipped;           /* read and discarded: only its length is known */
};

/* False if there is no memory or no room: none of it counts then. */
bool request_body_add(struct request_body *body, const void *bytes, size_t len);
/* Releases its memory. */
void request_body_clear(struct request_body *body);
