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

/* False for what is none. */
bool request_read(struct slice der, struct request *ret_request);
/* The first request of a file, PEM or DER: its DER is appended. */
bool request_find(struct slice bytes, struct buf *out);
