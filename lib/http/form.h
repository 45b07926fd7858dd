/* SPDX-License-Identifier: MIT
 *
 * What a form of a page sends: application/x-www-form-urlencoded (the URL standard's
 * "application/x-www-form-urlencoded parsing") and multipart/form-data (RFC 7578). The
 * size of the body is the caller's to bound; here the number of fields is.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

#define FORM_FIELDS_MAX ((size_t)64)

/* All of it is the peer's. Views into the form or into the body. */
struct form_field {
    struct slice name;
    struct slice value;
    struct slice file_name; /* multipart: of a file; may be empty even then */
    bool is_file;
};

struct form {
    struct form_field fields[FORM_FIELDS_MAX];
    size_t n_fields;
    struct buf decoded; /* owned: what had to be decoded */
};

enum form_result {
    FORM_OK,
    FORM_OTHER_TYPE, /* the Content-Type is another */
    FORM_MALFORMED,  /* or too many fields */
    FORM_MEMORY,
};

/* `content_type` may be NULL. The form borrows from `body`. It is too large for the
 * stack. Finish it whatever the result. */
enum form_result form_read(const char *content_type, struct slice body,
                           struct form *ret_form);
void form_finish(struct form *form); /* accepts a zeroed one */

/* The first field of that name, or NULL. */
const struct form_field *form_find(const struct form *form, const char *name);
