/* SPDX-License-Identifier: MIT
 *
 * The body of a request while it comes, and the memory that all bodies together may
 * take.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* What the bodies of several parsers take, and may take. One that fits may take up to
 * twice its length, as bufs do. */
struct request_room {
    size_t max;
    size_t n_bytes; /* the bodies' to count */
};

/* Zeroed it is empty, kept, and counts nowhere. */
struct request_body {
    struct buf bytes;
    size_t len;                /* of what has come, kept or not */
    struct request_room *room; /* borrowed; NULL = counts nowhere */
    bool is_skipped;           /* read and not kept: its length is all that is known */
};

/* False when there is no memory, or no room: nothing of it counts then. */
bool request_body_add(struct request_body *body, const void *bytes, size_t len);
/* Gives its memory back. */
void request_body_clear(struct request_body *body);
