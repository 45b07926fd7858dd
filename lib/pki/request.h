/* SPDX-License-Identifier: MIT
 *
 * Certificate requests (PKCS #10, RFC 2986): what one asks a CA for.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

/* Whole TLVs, borrowed from the bytes. */
struct request {
    struct slice subject;    /* Name */
    struct slice spki;       /* SubjectPublicKeyInfo */
    struct slice extensions; /* Extensions; empty = it asks for none */
    bool is_proved;          /* its signature fits its key (RFC 2986 4.2) */
};

/* False for bytes that are not a certification request. */
bool request_read(struct slice der, struct request *ret_request);
/* Appends the DER of the first request in a file, PEM or DER. */
bool request_find(struct slice bytes, struct buf *out);
