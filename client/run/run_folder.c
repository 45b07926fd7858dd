/* SPDX-License-Identifier: MIT
 *
 * The lock is taken on the folder itself (flock), so that there is no moment at which a
 * folder has no lock yet but a name that is swept: whoever sweeps has to get the lock
 * first, and whoever made the folder and was too late sees that it is gone, and makes
 * another.
 */
#include "run/run_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* How often a folder may be swept away between its making and its locking. */
#define TRIES_MAX 16

static const char *temporary_place(void)
{
    const char *place = getenv("TMPDIR");
    return place != NULL && place[0] == '/' ? place : "/tmp";
}

/* /tmp belongs to everybody: only a folder of our own is opened, and no link. */
static int lock_folder(const char *path, int operation)
{
    struct stat stat;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    if (fstat(fd, &stat) != 0 || stat.st_uid != geteuid() ||
        flock(fd, operation) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

static int sweep_one(void *user, const char *name)
{
    struct err ignored = ERR_INIT;
    char path[FILE_PATH_MAX];
    if (strncmp(name, RUN_FOLDER_PREFIX, sizeof RUN_FOLDER_PREFIX - 1) != 0 ||
        !file_join(path, user, name)) {
        return 0;
    }
    int lock = lock_folder(path, LOCK_EX | LOCK_NB);
    if (lock >= 0) {
        /* What cannot be removed now, the next run will try again. */
        if (file_remove_tree(path, &ignored) != 0) {
            ignored = (struct err)ERR_INIT;
        }
        (void)close(lock);
    }
    return 0;
}

static void sweep(void)
{
    char place[FILE_PATH_MAX];
    struct err ignored = ERR_INIT;
    if (snprintf(place, sizeof place, "%s", temporary_place()) < FILE_PATH_MAX) {
        /* A place with too many entries is not swept; runs do not depend on it. */
        (void)!file_list(place, sweep_one, place, &ignored);
    }
}

/* Whether the folder is still there under its name, and is this one. */
static bool is_alive(const char *path, int fd)
{
    struct stat named;
    struct stat held;
    return lstat(path, &named) == 0 && fstat(fd, &held) == 0 &&
           named.st_ino == held.st_ino && named.st_dev == held.st_dev;
}

int run_folder_open(struct run_folder *folder, struct err *err)
{
    char path[FILE_PATH_MAX];

    sweep();
    for (int i = 0; i < TRIES_MAX; i++) {
        int n = snprintf(path, sizeof path, "%s/" RUN_FOLDER_PREFIX "XXXXXX",
                         temporary_place());
        if (n < 0 || n >= FILE_PATH_MAX) {
            return err_set(err, ERR_LIMIT, 0, "the path in TMPDIR is too long");
        }
        if (mkdtemp(path) == NULL) {
            return err_set(err, ERR_SYSTEM, errno, "cannot make a folder in %s",
                           temporary_place());
        }
        int lock = lock_folder(path, LOCK_EX);
        if (lock >= 0 && is_alive(path, lock)) {
            memcpy(folder->path, path, sizeof path);
            folder->lock = lock;
            return 0;
        }
        if (lock >= 0) {
            (void)close(lock);
        }
    }
    return err_set(err, ERR_SYSTEM, EBUSY, "cannot make and lock a folder in %s",
                   temporary_place());
}

void run_folder_keep(struct run_folder *folder)
{
    if (folder->path[0] != 0) {
        /* Another name, or the next run would take it for a dead one's. */
        char kept[FILE_PATH_MAX];
        const char *name = strrchr(folder->path, '/') + 1;
        int n = snprintf(kept, sizeof kept, "%s/certgate-kept-%s", temporary_place(),
                         name + sizeof RUN_FOLDER_PREFIX - 1);
        if (n > 0 && n < FILE_PATH_MAX && rename(folder->path, kept) == 0) {
            fprintf(stderr, "certgate run: kept %s\n", kept);
        }
        (void)close(folder->lock);
        folder->path[0] = 0;
    }
}

void run_folder_close(struct run_folder *folder)
{
    struct err err = ERR_INIT;
    if (folder->path[0] == 0) {
        return;
    }
    if (file_remove_tree(folder->path, &err) != 0) {
        fprintf(stderr, "certgate run: %s\n", err.text);
    }
    (void)close(folder->lock);
    folder->path[0] = 0;
}
