/* SPDX-License-Identifier: MIT */
#include "tls/wire.h"

bool wire_read_number(struct slice *cursor, size_t width, size_t *ret_value)
{
    size_t value = 0;

    if (cursor->len < width) {
        return false;
    }
    for (size_t i = 0; i < width; i++) {
        value = value << 8 | cursor->data[i];
    }
    *cursor = slice_part(*cursor, width, SIZE_MAX);
    *ret_value = value;
    return true;
}

bool wire_read_bytes(struct slice *cursor, size_t len, struct slice *ret_bytes)
{
    if (cursor->len < len) {
        return false;
    }
    *ret_bytes = slice_part(*cursor, 0, len);
    *cursor = slice_part(*cursor, len, SIZE_MAX);
    return true;
}

bool wire_read_vector(struct slice *cursor, size_t width, struct slice *ret_bytes)
{
    struct slice rest = *cursor;
    size_t len;

    if (!wire_read_number(&rest, width, &len) ||
        !wire_read_bytes(&rest, len, ret_bytes)) {
        return false;
    }
    *cursor = rest;
    return true;
}
