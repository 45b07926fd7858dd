/* SPDX-License-Identifier: MIT
 *
 * The password of a PKCS#12 file of a store: the first line of server.pfx.pass, else of
 * server.pass, beside server.pfx. A file that other users may read is not used. Part of
 * store/store.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

#define STORE_PASSWORD_MAX ((size_t)1024)

enum store_password_state {
    STORE_PASSWORD_NONE, /* no such file */
    STORE_PASSWORD_READ,
    STORE_PASSWORD_OPEN, /* others may read it */
    STORE_PASSWORD_UNREADABLE,
};

struct store_password {
    enum store_password_state state;
    struct buf text; /* owned: a secret */
    char *path;      /* owned: of the password's file; NULL = none */
    unsigned mode;
};

/* Looks for it; -1 only when out of memory. */
int store_password_find(struct store_password *password, const char *pfx,
                        struct err *err) MUST_CHECK;
void store_password_finish(struct store_password *password); /* accepts a zeroed one */

/* NULL if there is none that may be used. */
const char *store_password_get(struct store_password *password);
/* There is one that is not empty: the file alone is of no use to a thief. */
bool store_password_protects(const struct store_password *password);

/* Why `pfx` did not open, without a subject and a stop: "is protected by ...". */
void store_password_explain(const struct store_password *password, const char *pfx,
                            bool is_wrong, struct err *ret_reason);
