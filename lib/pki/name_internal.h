/* SPDX-License-Identifier: MIT
 *
 * Private to name.c, name_equal.c, name_general.c and mapping_match.c.
 */
#pragma once

#include "pki/name.h"

#define NAME_REPLACEMENT ((uint32_t)0xfffd)

/* The tag is one of the string types that name_decode_string reads. */
bool name_is_string(uint8_t tag);
/* Takes one code point off a string's value, which must not be empty. False, with
 * U+FFFD, where the bytes are malformed. */
bool name_take_code_point(uint8_t tag, struct slice *value, uint32_t *ret_code_point);

/* One AttributeTypeAndValue, taken off an RDN's content. */
struct name_attribute {
    struct slice type; /* OID content */
    uint8_t tag;
    struct slice value;       /* content */
    struct slice whole_value; /* TLV */
};
bool name_take_attribute(struct slice *rdn, struct name_attribute *ret_attribute);
