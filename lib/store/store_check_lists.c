/* SPDX-License-Identifier: MIT
 *
 * The checks of store/store_check that look at lists: revocation lists that are out of
 * date, the list of issuers that Schannel sends, and what is trusted and distrusted
 * at once.
 */
#include "base/timestamp.h"
#include "store/store_check.h"
#include "store/store_text.h"

/* Microsoft "TLS registry settings": SendTrustedIssuerList. Each name stands with two
 * bytes of length before it (RFC 5246 7.4.4). */
#define ISSUER_LIST_MAX ((size_t)16 * 1024)
#define NAME_LENGTH     ((size_t)2)

int store_check_issuer_list(struct store_builder *builder, struct err *err)
{
    const struct store *store = builder->store;
    enum store_folder folder = store->folders[STORE_CLIENT_AUTH_ISSUER].n_entries > 0
                                   ? STORE_CLIENT_AUTH_ISSUER
                                   : STORE_ROOT;
    size_t total = 0;
    for (size_t i = 0; i < store->folders[folder].n_entries; i++) {
        total += store->folders[folder].entries[i].cert->subject.len + NAME_LENGTH;
    }
    return total <= ISSUER_LIST_MAX
               ? 0
               : store_builder_note(
                     builder, true, err,
                     "%s: the names of its certificates take %zu bytes. With "
                     "SendTrustedIssuerList=1, Schannel cuts the list of issuers off "
                     "at "
                     "16 KB (event 36885), and clients below those that are left out "
                     "are told to offer nothing: 403.7. Put only the CAs of clients "
                     "into LocalMachine/ClientAuthIssuer.",
                     store_folder_name(folder), total);
}

int store_check_crls(struct store_builder *builder, struct err *err)
{
    const struct store *store = builder->store;
    char time[TIMESTAMP_TEXT_LEN];
    for (size_t i = 0; i < store->n_crls; i++) {
        const struct store_crl *entry = &store->crls[i];
        if (!entry->crl->has_next_update || entry->crl->next_update >= builder->now ||
            store_check_is_own(entry->path)) {
            continue;
        }
        if (store_builder_note(builder, true, err,
                               "%s: this revocation list was good until %s; client "
                               "certificates of its CA are answered with 403.13 "
                               "(0x80092013) unless a newer one is at hand. Have the "
                               "CA publish it again.",
                               store_text_path(entry->path).text,
                               timestamp_format(entry->crl->next_update, time)) != 0) {
            return -1;
        }
    }
    return 0;
}

int store_check_distrust(struct store_builder *builder, struct err *err)
{
    static const enum store_folder trusting[] = { STORE_ROOT, STORE_CA,
                                                  STORE_TRUSTED_PEOPLE };
    const struct store *store = builder->store;
    for (size_t i = 0; i < store->folders[STORE_DISALLOWED].n_entries; i++) {
        const struct store_entry *entry = &store->folders[STORE_DISALLOWED].entries[i];
        for (size_t f = 0; f < ARRAY_LEN(trusting); f++) {
            const struct store_entry *other =
                store_find(store, trusting[f], entry->cert);
            if (other != NULL &&
                store_builder_note(builder, true, err,
                                   "%s: \"%s\" lies in %s, and in "
                                   "LocalMachine\\Disallowed (%s), which wins: it and "
                                   "all below it are answered with 403.16. Remove one "
                                   "of the two.",
                                   store_text_path(other->path).text,
                                   store_text_name(other->cert).text,
                                   store_folder_name(trusting[f]),
                                   store_text_file(entry->path).text) != 0) {
                return -1;
            }
        }
    }
    return 0;
}
