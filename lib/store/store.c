/* SPDX-License-Identifier: MIT */
#include "store/store.h"

#include "base/file.h"
#include "base/mem.h"
#include "store/store_builder.h"
#include "store/store_check.h"
#include "store/store_read.h"
#include "store/store_text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

struct folder_walk {
    struct store_builder *builder;
    const char *folder;
    struct err *err;
};

static int on_file(void *user, const char *name)
{
    const struct folder_walk *walk = user;
    char path[FILE_PATH_MAX];
    /* Hidden files are editors' and file managers' leftovers. */
    if (name[0] == '.') {
        return 0;
    }
    if (!file_join(path, walk->folder, name)) {
        return store_builder_damage(walk->builder, true, walk->err,
                                    "%s: its path is too long to be read.",
                                    store_text_file(name).text);
    }
    return store_read_file(walk->builder, path, walk->err);
}

static int load_folder(struct store_builder *builder, enum store_folder folder,
                       struct err *err)
{
    char path[FILE_PATH_MAX];
    if (!file_join(path, builder->store->dir, folders[folder].path)) {
        return err_set(err, ERR_LIMIT, 0, "the path of the store is too long");
    }
    struct err problem = ERR_INIT;
    struct folder_walk walk = { builder, path, &problem };
    builder->folder = folder;
    builder->store->folders[folder].exists = file_kind(path) != FILE_MISSING;
    bool is_users =
        folder == STORE_CURRENT_USER_MY || folder == STORE_CURRENT_USER_ROOT;
    char target[2];
    if (!builder->store->folders[folder].exists &&
        readlink(path, target, sizeof(target)) > 0) {
        return store_builder_damage(builder, !is_users, err,
                                    "%s: the folder is a link to nothing.",
                                    folders[folder].name);
    }
    if (file_list(path, on_file, &walk, &problem) != 0) {
        if (problem.domain == ERR_MEMORY) {
            *err = problem;
            return -1;
        }
        if (store_builder_damage(builder, !is_users, err,
                                 "%s: not read as a whole: %s.", folders[folder].name,
                                 problem.text) != 0) {
            return -1;
        }
    }
    return store_builder_pair_keys(builder, err);
}

static int on_any_name(void *user, const char *name)
{
    (void)user;
    (void)name;
    return 0;
}

static int load_all(struct store_builder *builder, struct err *err)
{
    if (file_list(builder->store->dir, on_any_name, NULL, err) != 0) {
        return -1;
    }
    for (int i = 0; i < STORE_FOLDER_COUNT; i++) {
        if (load_folder(builder, (enum store_folder)i, err) != 0) {
            return -1;
        }
    }
    return store_check(builder, err);
}

int store_load(struct store *store, const char *dir, int64_t now, struct err *err)
{
    struct store loaded;
    struct store_builder builder;
    memset(&loaded, 0, sizeof(loaded));
    memset(&builder, 0, sizeof(builder));
    builder.store = &loaded;
    builder.now = now;

    switch (file_kind(dir)) {
    case FILE_FOLDER:
        break;
    case FILE_MISSING:
        return err_set(err, ERR_CONFIG, 0,
                       "the store %s does not exist: create the folder with "
                       "LocalMachine/My and LocalMachine/Root in it, or name another",
                       store_text_path(dir).text);
    case FILE_REGULAR:
    case FILE_OTHER:
    default:
        return err_set(
            err, ERR_CONFIG, 0,
            "the store %s is not a folder that can be read: name the folder that "
            "holds LocalMachine/My",
            store_text_path(dir).text);
    }
    struct err problem = ERR_INIT;
    loaded.dir = mem_copy_string(dir, strlen(dir));
    int result =
        loaded.dir == NULL ? err_memory(&problem) : load_all(&builder, &problem);
    store_builder_finish(&builder);
    if (result != 0) {
        store_finish(&loaded);
        if (err != NULL) {
            *err = problem;
        }
        return -1;
    }
    *store = loaded;
    return 0;
}

/* A list or a certificate came from this folder. */
static bool had_something(const struct store *store, enum store_folder folder)
{
    char path[FILE_PATH_MAX];
    size_t len = file_join(path, store->dir, folders[folder].path) ? strlen(path) : 0;
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

int store_check_damage(const struct store *store, const struct store *previous,
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
                           folders[f].path, remedy);
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
