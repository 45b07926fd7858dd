/* SPDX-License-Identifier: MIT */
#include "store/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name; /* as Windows writes it */
    const char *path;
} folders[STORE_FOLDER_COUNT] = {
    [STORE_MY] = { "LocalMachine\\My", "LocalMachine/My" },
    [STORE_ROOT] = { "LocalMachine\\Root", "LocalMachine/Root" },
    [STORE_CA] = { "LocalMachine\\CA", "LocalMachine/CA" },
    [STORE_DISALLOWED] = { "LocalMachine\\Disallowed", "LocalMachine/Disallowed" },
    [STORE_TRUSTED_PEOPLE] = { "LocalMachine\\TrustedPeople",
                               "LocalMachine/TrustedPeople" },
    [STORE_CLIENT_AUTH_ISSUER] = { "LocalMachine\\ClientAuthIssuer",
                                   "LocalMachine/ClientAuthIssuer" },
    [STORE_CURRENT_USER_MY] = { "CurrentUser\\My", "CurrentUser/My" },
    [STORE_CURRENT_USER_ROOT] = { "CurrentUser\\Root", "CurrentUser/Root" },
};

const char *store_folder_name(enum store_folder folder)
{
    assert((unsigned)folder < STORE_FOLDER_COUNT);
    return folders[folder].name;
}

const char *store_folder_path(enum store_folder folder)
{
    assert((unsigned)folder < STORE_FOLDER_COUNT);
    return folders[folder].path;
}

void store_finish(struct store *store)
{
    for (int f = 0; f < STORE_FOLDER_COUNT; f++) {
        for (size_t i = 0; i < store->folders[f].n_entries; i++) {
            struct store_entry *entry = &store->folders[f].entries[i];
            certificate_destroy(entry->cert);
            key_destroy(entry->key);
            free(entry->path);
        }
        free(store->folders[f].entries);
    }
    for (size_t i = 0; i < store->n_crls; i++) {
        crl_destroy(store->crls[i].crl);
        free(store->crls[i].path);
    }
    free(store->crls);
    free(store->notes);
    free(store->dir);
    memset(store, 0, sizeof(*store));
}

const struct store_entry *store_find(const struct store *store,
                                     enum store_folder folder,
                                     const struct certificate *cert)
{
    assert((unsigned)folder < STORE_FOLDER_COUNT);
    for (size_t i = 0; i < store->folders[folder].n_entries; i++) {
        if (certificate_equal(store->folders[folder].entries[i].cert, cert)) {
            return &store->folders[folder].entries[i];
        }
    }
    return NULL;
}
