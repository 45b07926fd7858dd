/* SPDX-License-Identifier: MIT
 *
 * `certgate store convert`: a PKCS#12 file written anew in the other kind, for an
 * importer that does not read it as it is.
 */
#pragma once

#include "base/err.h"
#include "bundle/bundle.h"

/* Reads a file and asks for its password if there is a terminal; the password is in
 * `answer`, which the caller limits and finishes as a secret. */
int store_convert_read(const char *file, const char *password, struct buf *answer,
                       struct bundle *ret_bundle, struct err *err) MUST_CHECK;

struct store_conversion {
    const char *file;
    const char *password; /* of the file, and of the new one; NULL = asked for */
    const char *kind;     /* "legacy", "modern"; NULL = the other one */
    const char *out;      /* NULL = beside the file, by a name that is free */
};
/* Prints what was written and who imports it. */
int store_convert(const struct store_conversion *conversion, struct err *err)
    MUST_CHECK;
