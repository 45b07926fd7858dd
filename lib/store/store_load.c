/* SPDX-License-Identifier: MIT */
#include "store/store_load.h"

#include "base/file.h"
#include "base/mem.h"
#include "store/store_builder.h"
#include "store/store_check.h"
#include "store/store_read.h"
#include "store/store_text.h"

#include <string.h>
#include <unistd.h>

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

/* `below` is where it stands on the disk. */
static int load_folder(struct store_builder *builder, enum store_folder folder,
                       const char *below, struct err *err)
{
    char path[FILE_PATH_MAX];
    if (!file_join(path, builder->store->dir, below)) {
        return err_set(err, ERR_LIMIT, 0, "the path of the store is too long");
    }
    struct err problem = ERR_INIT;
    struct folder_walk walk = { builder, path, &problem };
    builder->folder = folder;
    bool exists = file_kind(path) != FILE_MISSING;
    builder->store->folders[folder].exists |= exists;
    bool is_users =
        folder == STORE_CURRENT_USER_MY || folder == STORE_CURRENT_USER_ROOT;
    char target[2];
    if (!exists && readlink(path, target, sizeof(target)) > 0) {
        return store_builder_damage(builder, !is_users, err,
                                    "%s: the folder is a link to nothing.",
                                    store_folder_name(folder));
    }
    if (file_list(path, on_file, &walk, &problem) != 0) {
        if (problem.domain == ERR_MEMORY) {
            *err = problem;
            return -1;
        }
        if (store_builder_damage(builder, !is_users, err,
                                 "%s: not read as a whole: %s.",
                                 store_folder_name(folder), problem.text) != 0) {
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
        enum store_folder folder = (enum store_folder)i;
        if (load_folder(builder, folder, store_folder_path(folder), err) != 0) {
            return -1;
        }
    }
    builder->skips_known = true;
    if (load_folder(builder, STORE_ROOT, STORE_AUTH_ROOT_PATH, err) != 0) {
        return -1;
    }
    builder->skips_known = false;
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
