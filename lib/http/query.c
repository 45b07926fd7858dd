/* SPDX-License-Identifier: MIT */
#include "http/query.h"

#include "http/escape.h"

#include <string.h>

bool query_next(struct slice *rest, struct slice *ret_name, struct slice *ret_value)
{
    struct slice pair = SLICE_EMPTY;
    while (rest->len > 0 && pair.len == 0) {
        size_t len = slice_find(*rest, '&');
        pair = slice_part(*rest, 0, len);
        *rest = slice_part(*rest, len + 1, rest->len);
    }
    size_t name_len = slice_find(pair, '=');
    *ret_name = slice_part(pair, 0, name_len);
    *ret_value = slice_part(pair, name_len + 1, pair.len);
    return pair.len > 0;
}

static bool find(const char *query, const char *name, struct slice *ret_value)
{
    struct slice rest = slice_from_string(query);
    struct slice found;
    while (query_next(&rest, &found, ret_value)) {
        if (slice_equals_string(found, name)) {
            return true;
        }
    }
    return false;
}

bool query_has(const char *query, const char *name)
{
    struct slice ignored;
    return find(query, name, &ignored);
}

bool query_find(const char *query, const char *name, char *value, size_t size)
{
    struct slice found;
    struct buf decoded = BUF_EMPTY;

    value[0] = 0;
    bool good = find(query, name, &found) && escape_decode_form(&decoded, found) &&
                decoded.len < size && slice_find(buf_slice(&decoded), 0) == decoded.len;
    if (good) {
        memcpy(value, buf_string(&decoded), decoded.len + 1);
    }
    buf_finish(&decoded);
    return good;
}
