/* SPDX-License-Identifier: MIT
 *
 * What `explain` judges by: the certificate stores, if there are any, and roots and
 * revocation lists that were named in addition.
 */
#pragma once

#include "attempt/credential.h"
#include "base/err.h"
#include "store/store.h"

struct trust {
    struct store store; /* owned; dir NULL = no store was read */
};

/* `dir` NULL: the default place, or nothing if nothing is there. */
int trust_load(struct trust *trust, const char *dir, int64_t now, struct err *err)
    MUST_CHECK;
/* They count as if they lay in LocalMachine\Root; copied. */
int trust_add_roots(struct trust *trust, const struct credential_cas *cas,
                    const char *path, struct err *err) MUST_CHECK;
/* One of them; `path` is what it is called. */
int trust_add_root(struct trust *trust, struct slice der, const char *path,
                   struct err *err) MUST_CHECK;
/* All CRLs of a file. */
int trust_add_crls(struct trust *trust, const char *file, struct err *err) MUST_CHECK;
void trust_finish(struct trust *trust); /* accepts a zeroed one */
