/* SPDX-License-Identifier: MIT
 *
 * PEM (RFC 7468), read leniently: any text around the blocks, any line ends, any
 * line length. What a block means is the caller's business.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

/* Borrows from the text. */
struct pem_block {
    struct slice label; /* "CERTIFICATE" */
    struct slice body;  /* between the BEGIN and END lines */
    struct slice whole; /* from the BEGIN line to the END line */
};

enum pem_result {
    PEM_END,   /* no further BEGIN line */
    PEM_BLOCK, /* `ret_block` is set */
    PEM_OPEN,  /* a BEGIN line without its END line; ret_block->label is set */
};

bool pem_is(struct slice text);
/* Takes the next block off `text`. */
enum pem_result pem_next(struct slice *text, struct pem_block *ret_block);
bool pem_has_label(const struct pem_block *block, const char *label);
/* Appends the decoded body; false if it is not base64 (RFC 4648 4) or empty, or out of
 * memory (then out->failed). */
bool pem_decode(const struct pem_block *block, struct buf *out);
