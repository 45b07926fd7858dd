/* SPDX-License-Identifier: MIT
 *
 * Inside the chain engine: the delta of a complete revocation list (RFC 5280 5.2.4),
 * from the store or fetched from where the certificate or the list has its freshestCRL.
 * Windows uses one without being told to.
 */
#pragma once

#include "chain/evidence.h"
#include "chain/path/path.h"

struct delta {
    const struct crl *list; /* NULL: there is none */
    const char *where;      /* its file or URL, borrowed */
    bool fetched;           /* not from the store */
};

/* The newest delta at hand that changes this list and can be believed. One that is out
 * of date is as good as none: the list itself is still in time. */
struct delta delta_find(const struct crl *crl, const struct certificate *cert,
                        const struct certificate *issuer,
                        const struct chain_context *context);
/* The next address to ask for one; false: there is none, or a delta of this list was
 * fetched and still holds. */
bool delta_next(const struct crl *crl, const struct certificate *cert,
                const struct certificate *issuer, const struct chain_context *context,
                struct evidence_need *ret_need);
