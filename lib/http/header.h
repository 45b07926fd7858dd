/* SPDX-License-Identifier: MIT
 *
 * The header fields of one message, in the order in which they came, and the
 * collector that both parsers fill. Names and values are C strings: the parsers
 * refuse NUL before it gets here.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

#define HEADER_COUNT_MAX 100

struct header {
    const char *name;  /* as sent; compare with text_equal_ignoring_case */
    const char *value; /* without surrounding blanks; may contain bytes over 0x7f */
};

/* The value of the first field of that name, or NULL. */
const char *header_find(const struct header *headers, size_t n_headers,
                        const char *name);
/* How many fields have that name. */
size_t header_count(const struct header *headers, size_t n_headers, const char *name);
/* A comma-separated list in a field of that name contains `token`; case is ignored. */
bool header_has_token(const struct header *headers, size_t n_headers, const char *name,
                      const char *token);

/* Owns the text. The `headers` are views into it, set by header_list_seal. */
struct header_list {
    struct buf text;
    struct {
        size_t name;
        size_t value;
    } starts[HEADER_COUNT_MAX];
    struct header headers[HEADER_COUNT_MAX];
    size_t count;
    bool in_value;
};

void header_list_init(struct header_list *list, size_t bytes_max);
void header_list_finish(struct header_list *list);
void header_list_clear(struct header_list *list);
/* Adds a piece of a name or of a value. False: more than HEADER_COUNT_MAX fields, more
 * bytes than the limit, or no memory. */
bool header_list_add_name(struct header_list *list, struct slice piece);
bool header_list_add_value(struct header_list *list, struct slice piece);
/* After the last piece: trims the values and makes `headers` valid. */
bool header_list_seal(struct header_list *list);
