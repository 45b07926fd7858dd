/* SPDX-License-Identifier: MIT
 *
 * The certificates that a server sends with its own. Part of store/store.
 */
#include "pki/name.h"
#include "store/store.h"

#include <string.h>

/* RFC 5280 4.2.1.1: two key identifiers that differ tell two keys of one name
 * apart at no cost; the signature decides. */
static bool has_issued(const struct certificate *issuer, const struct certificate *cert)
{
    if (!name_equal(cert->issuer, issuer->subject)) {
        return false;
    }
    if (cert->authority_key_id.len > 0 && issuer->subject_key_id.len > 0 &&
        !slice_equal(cert->authority_key_id, issuer->subject_key_id)) {
        return false;
    }
    return key_verify(issuer->spki, cert->signature_alg, cert->signature_params,
                      cert->tbs, cert->signature) == SIGNATURE_GOOD;
}

static bool is_in(const struct certificate **chain, size_t n,
                  const struct certificate *cert)
{
    for (size_t i = 0; i < n; i++) {
        if (certificate_equal(chain[i], cert)) {
            return true;
        }
    }
    return false;
}

/* The issuer of the last one, among the entries of `folder` (of the file `path`
 * only, if not NULL); of several, the one that is valid longest. */
static const struct certificate *find_issuer(const struct store *store,
                                             enum store_folder folder, const char *path,
                                             const struct certificate **chain, size_t n)
{
    const struct certificate *found = NULL;
    for (size_t i = 0; i < store->folders[folder].n_entries; i++) {
        const struct store_entry *entry = &store->folders[folder].entries[i];
        if ((path == NULL || strcmp(entry->path, path) == 0) &&
            (found == NULL || entry->cert->not_after > found->not_after) &&
            !is_in(chain, n, entry->cert) && has_issued(entry->cert, chain[n - 1])) {
            found = entry->cert;
        }
    }
    return found;
}

size_t store_server_chain(const struct store *store, const struct store_entry *leaf,
                          const struct certificate **chain, size_t max)
{
    size_t n = 0;
    if (max == 0) {
        return 0;
    }
    chain[n++] = leaf->cert;
    while (n < max && !certificate_is_self_issued(chain[n - 1])) {
        /* A root ends the path although there may be a cross-certificate: shorter
         * is what Windows prefers, and the root itself is not sent. */
        const struct certificate *issuer =
            find_issuer(store, STORE_ROOT, NULL, chain, n);
        if (issuer == NULL) {
            issuer = find_issuer(store, STORE_MY, leaf->path, chain, n);
        }
        if (issuer == NULL) {
            issuer = find_issuer(store, STORE_CA, NULL, chain, n);
        }
        if (issuer == NULL || certificate_is_self_issued(issuer)) {
            break;
        }
        chain[n++] = issuer;
    }
    return n;
}
