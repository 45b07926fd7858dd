/* SPDX-License-Identifier: MIT */
#include "store/store_damage.h"

#include "base/file.h"

#include <stdio.h>
#include <string.h>

/* A list or a certificate came from this folder. */
static bool had_something(const struct store *store, enum store_folder folder)
{
    char path[FILE_PATH_MAX];
    size_t len =
        file_join(path, store->dir, store_folder_path(folder)) ? strlen(path) : 0;
    bool found = store->folders[folder].n_entries > 0;
    for (size_t i = 0; len > 0 && i < store->n_crls && !found; i++) {
        found = strncmp(store->crls[i].path, path, len) == 0 &&
                store->crls[i].path[len] == '/';
    }
    return found;
}

static const char *first_damage(const struct store *store)
{
    for (size_t i = 0; i < store->n_notes; i++) {
        if (store->notes[i].is_damage) {
            return store->notes[i].text;
        }
    }
    return "More files cannot be read than there are notes.";
}

int store_damage_check(const struct store *store, const struct store *previous,
                       struct err *err)
{
    static const char remedy[] = "What is lost may be what keeps somebody out: put it "
                                 "right, or go on without it "
                                 "by --damaged-store ignore";
    for (int f = 0; previous != NULL && f <= STORE_CLIENT_AUTH_ISSUER; f++) {
        enum store_folder folder = (enum store_folder)f;
        if (previous->folders[f].exists && !store->folders[f].exists &&
            had_something(previous, folder)) {
            return err_set(err, ERR_CONFIG, 0,
                           "the store is damaged: the folder %s is gone, with all that "
                           "was in it. %s",
                           store_folder_path(folder), remedy);
        }
    }
    if (store->n_damaged == 0) {
        return 0;
    }
    char more[40] = "";
    if (store->n_damaged > 1) {
        (void)snprintf(more, sizeof(more), " (And %zu more.)", store->n_damaged - 1);
    }
    return err_set(err, ERR_CONFIG, 0, "the store is damaged: %.600s%s %s",
                   first_damage(store), more, remedy);
}
