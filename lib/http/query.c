/* SPDX-License-Identifier: MIT */
#include "http/query.h"

#include "http/escape.h"

#include <string.h>

/* The part behind "name=" or, without one, "". An empty slice with data NULL: none. */
static struct slice find(const char *query, const char *name)
{
    size_t name_len = strlen(name);
    while (*query != 0) {
        size_t len = strcspn(query, "&");
        if (len >= name_len && strncmp(query, name, name_len) == 0 &&
            (len == name_len || query[name_len] == '=')) {
            size_t skip = len == name_len ? len : name_len + 1;
            return (struct slice){ (const uint8_t *)query + skip, len - skip };
        }
        query += len + (query[len] == '&' ? 1 : 0);
    }
    return SLICE_EMPTY;
}

bool query_has(const char *query, const char *name)
{
    return find(query, name).data != NULL;
}

bool query_find(const char *query, const char *name, char *value, size_t size)
{
    struct slice found = find(query, name);
    struct buf decoded = BUF_EMPTY;
    struct buf blanks = BUF_EMPTY;

    value[0] = 0;
    for (size_t i = 0; i < found.len; i++) {
        buf_append_byte(&blanks, found.data[i] == '+' ? ' ' : found.data[i]);
    }
    bool good = found.data != NULL && buf_ok(&blanks) &&
                escape_decode_url(&decoded, buf_slice(&blanks)) && decoded.len < size;
    if (good) {
        memcpy(value, buf_string(&decoded), decoded.len + 1);
    }
    buf_finish(&blanks);
    buf_finish(&decoded);
    return good;
}
