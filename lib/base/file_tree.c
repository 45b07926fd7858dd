/* SPDX-License-Identifier: MIT
 *
 * What of base/file.h is about more than one file.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
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
    /* What another process has removed meanwhile is removed. */
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
