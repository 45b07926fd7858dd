/* SPDX-License-Identifier: MIT
 *
 * A certificate request in the desk's viewer: the certificate that it would become, and
 * the store that trusts the CA which is made for it.
 */
#pragma once

#include "base/err.h"
#include "bundle/bundle.h"
#include "chain/chain.h"

struct desk_request {            /* zeroed = no request */
    struct certificate *ca;      /* owned; NULL = it was none */
    struct store store;          /* borrows all from another but the roots' array */
    struct store_entry *entries; /* owned */
};

/* False: the bytes hold no request, and nothing has changed. Else `ret_bundle` holds
 * the certificate, or `err` says what the machine lacks. Takes a millisecond, for a
 * key. */
bool desk_request_read(struct desk_request *request, struct slice bytes, int64_t now,
                       struct bundle *ret_bundle, struct err *err);
/* The store with the CA among its roots; the same store where there is no request, NULL
 * when out of memory. Good until the next call. */
const struct store *desk_request_trust(struct desk_request *request,
                                       const struct store *store);
void desk_request_finish(struct desk_request *request);
