/* SPDX-License-Identifier: MIT */
#include "bundle/serialized_store.h"

#include <stdint.h>
#include <string.h>

#define FILE_ELEMENT_CERTIFICATE ((uint32_t)32)
#define FILE_ELEMENT_CRL         ((uint32_t)33)
#define FILE_ELEMENT_END         ((uint32_t)0)

/* Version 0 and "CERT". */
static const uint8_t head[] = { 0, 0, 0, 0, 'C', 'E', 'R', 'T' };

bool serialized_store_is(struct slice bytes)
{
    return bytes.len >= sizeof(head) && memcmp(bytes.data, head, sizeof(head)) == 0;
}

static uint32_t read_number(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

bool serialized_store_read(struct slice bytes, serialized_on_item_fn on_item,
                           void *user)
{
    struct slice rest = slice_part(bytes, sizeof(head), bytes.len);
    /* An element: what it is, its encoding, its length, its bytes. */
    while (rest.len >= 12) {
        uint32_t id = read_number(rest.data);
        uint32_t len = read_number(rest.data + 8);
        rest = slice_part(rest, 12, rest.len);
        if (id == FILE_ELEMENT_END) {
            return true;
        }
        if (len > rest.len) {
            return false;
        }
        bool is_item = id == FILE_ELEMENT_CERTIFICATE || id == FILE_ELEMENT_CRL;
        if (is_item &&
            !on_item(user,
                     id == FILE_ELEMENT_CRL ? SERIALIZED_CRL : SERIALIZED_CERTIFICATE,
                     slice_part(rest, 0, len))) {
            return true;
        }
        rest = slice_part(rest, len, rest.len);
    }
    return false;
}
