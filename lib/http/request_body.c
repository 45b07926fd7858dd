/* SPDX-License-Identifier: MIT */
#include "http/request_body.h"

static bool has_room(const struct request_room *room, size_t len)
{
    return room->n_bytes <= room->max && len <= room->max - room->n_bytes;
}

bool request_body_add(struct request_body *body, const void *bytes, size_t len)
{
    size_t before = body->bytes.cap;

    if (!body->is_skipped) {
        if (body->room != NULL && !has_room(body->room, len)) {
            return false;
        }
        bool kept = buf_append(&body->bytes, bytes, len);
        if (body->room != NULL) {
            body->room->n_bytes += body->bytes.cap - before;
        }
        if (!kept) {
            return false;
        }
    }
    body->len += len;
    return true;
}

void request_body_clear(struct request_body *body)
{
    if (body->room != NULL) {
        body->room->n_bytes -= body->bytes.cap;
    }
    buf_finish(&body->bytes);
    body->len = 0;
}
