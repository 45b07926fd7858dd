/* SPDX-License-Identifier: MIT
 *
 * The functions of base/file.h for more than one file.
 */
#include "base/file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Descriptors that walking a tree may hold. */
#define TREE_DESCRIPTORS 16

void file_sync(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
#ifdef __linux__
    if (fd >= 0) {
        (void)syncfs(fd);
    }
#else
    sync();
#endif
    if (fd >= 0) {
        (void)close(fd);
    }
}

static int remove_entry(const char *path, const struct stat *stat, int kind,
                        struct FTW *ftw)
{
    (void)stat;
    (void)kind;
    (void)ftw;
    /* What another process has removed meanwhile counts as removed. */
    return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

int file_remove_tree(const char *path, struct err *err)
{
    if (nftw(path, remove_entry, TREE_DESCRIPTORS, FTW_DEPTH | FTW_PHYS) != 0 &&
        errno != ENOENT) {
        return err_set(err, ERR_SYSTEM, errno, "cannot remove %s", path);
    }
    return 0;
}

#define RANDOM_LEN ((size_t)6) /* of mkstemp() */

static bool is_temporary(const char *name)
{
    const size_t len = sizeof FILE_TEMPORARY - 1;
    size_t name_len = strlen(name);
    if (name_len <= len + RANDOM_LEN) {
        return false;
    }
    const char *mark = name + name_len - RANDOM_LEN - len;
    for (const char *c = mark + len; *c != 0; c++) {
        if (!isalnum((unsigned char)*c)) {
            return false;
        }
    }
    return strncmp(mark, FILE_TEMPORARY, len) == 0;
}

static int sweep_name(void *user, const char *name)
{
    char path[FILE_PATH_MAX];
    if (is_temporary(name) && file_join(path, user, name) &&
        file_kind(path) == FILE_REGULAR) {
        (void)unlink(path);
    }
    return 0;
}

/* Nobody holds the lock that a writer has (file_write). */
static void remove_dead(const char *path)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
            (void)unlink(path);
        }
        (void)close(fd);
    }
}

void file_sweep_beside(const char *path)
{
    char folder[FILE_PATH_MAX];
    char found[FILE_PATH_MAX];
    size_t len = strlen(path);
    if (len >= sizeof folder) {
        return;
    }
    memcpy(folder, path, len + 1);
    char *slash = strrchr(folder, '/');
    const char *name = slash == NULL ? path : path + (slash - folder) + 1;
    if (slash != NULL) {
        slash[slash == folder] = 0;
    }
    size_t name_len = strlen(name);
    DIR *dir = opendir(slash == NULL ? "." : folder);
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (strncmp(entry->d_name, name, name_len) == 0 &&
            strlen(entry->d_name) ==
                name_len + sizeof FILE_TEMPORARY - 1 + RANDOM_LEN &&
            is_temporary(entry->d_name) &&
            file_join(found, slash == NULL ? "." : folder, entry->d_name)) {
            remove_dead(found);
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
}

int file_sweep(const char *folder, struct err *err)
{
    char copy[FILE_PATH_MAX];
    size_t len = strlen(folder);
    if (len >= sizeof copy) {
        return err_set(err, ERR_LIMIT, 0, "the path %.60s... is too long", folder);
    }
    memcpy(copy, folder, len + 1);
    return file_list(folder, sweep_name, copy, err);
}
