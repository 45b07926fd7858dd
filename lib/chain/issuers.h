/* SPDX-License-Identifier: MIT
 *
 * The store of trusted issuers: which CAs' client certificates a server takes, and
 * whose names it sends when it asks for one (Schannel since Windows Server 2012;
 * Microsoft, "TLS registry settings": ClientAuthTrustMode, SendTrustedIssuerList).
 *
 *   the store   the one that the binding names (netsh sslctlstorename), else
 *               LocalMachine\ClientAuthIssuer if anything is in it, else none
 *   mode 0      Machine Trust: a path to LocalMachine\Root, and, if there is a store,
 *               one of the path's CAs must be in it
 *   mode 1      Exclusive Root Trust: the path must end in a root of the store, and
 *               LocalMachine\Root does not count
 *   mode 2      Exclusive CA Trust: an intermediate of the store is as good as a root
 *
 * Microsoft speaks of the certificate's issuer; that any CA of the path will do, and
 * that modes 1 and 2 without a store are mode 0, is our reading.
 */
#pragma once

#include "base/buf.h"
#include "chain/policy.h"

#include <stdbool.h>
#include <stddef.h>

/* "0", "1", "2", "machine", "exclusive-root", "exclusive-ca". */
bool trust_mode_parse(const char *word, enum trust_mode *ret_mode);
/* "0 (Machine Trust)", ... */
const char *trust_mode_name(enum trust_mode mode);

/* "ClientAuthIssuer", "Root", "CA" or "TrustedPeople", with or without
 * "LocalMachine\" or "LocalMachine/", in any case. */
bool issuers_parse_store(const char *word, enum store_folder *ret_folder);

/* The store that counts; false: none, so that LocalMachine\Root alone decides. */
bool issuers_find_store(const struct store *store, const struct policy *policy,
                        enum store_folder *ret_folder);
/* The same, but only where the mode makes that store the only one to trust. */
bool issuers_are_exclusive(const struct store *store, const struct policy *policy,
                           enum store_folder *ret_folder);

/* The names that a request for a certificate carries (SendTrustedIssuerList): those of
 * the self-signed certificates in the store that counts, or in LocalMachine\Root, each
 * once. Roots only, as IIS sends them.
 *
 * Where a certificate in Root that is not self-signed breaks all, the list that IIS
 * sends lacks the client's root, and browsers offer nothing (Microsoft KB 2802568).
 * What stands in it instead is not documented: here a name that says what is wrong. */
struct issuers_list {
    struct slice *names; /* owned; they borrow from the store and from `notice` */
    size_t n;
    size_t n_left_out; /* for `max_bytes` */
    bool is_broken;    /* by KB 2802568 */
    struct buf notice;
};

/* `max_bytes`: of all names, each with two bytes for its length. */
int issuers_list_init(struct issuers_list *list, const struct store *store,
                      const struct policy *policy, size_t max_bytes, struct err *err)
    MUST_CHECK;
void issuers_list_finish(struct issuers_list *list); /* accepts a zeroed one */
