/* SPDX-License-Identifier: MIT */
#include "check/hook_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX    "certgate-crls-"
#define FILE_MODE 0644

static const char *temporary_place(void)
{
    const char *place = getenv("TMPDIR");
    return place != NULL && place[0] != 0 ? place : "/tmp";
}

/* The place belongs to everybody: only a file of our own is removed, and no link. */
static int sweep_one(void *user, const char *name)
{
    struct stat status;
    char path[FILE_PATH_MAX];
    if (strncmp(name, PREFIX, sizeof PREFIX - 1) != 0 || !file_join(path, user, name)) {
        return 0;
    }
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0) {
        (void)unlink(path);
    }
    (void)close(fd);
    return 0;
}

static int write_all(int fd, struct slice content)
{
    while (content.len > 0) {
        ssize_t n = write(fd, content.data, content.len);
        if (n < 0 && errno != EINTR) {
            return -1;
        }
        content = slice_part(content, n > 0 ? (size_t)n : 0, content.len);
    }
    return 0;
}

int hook_file_open(struct hook_file *file, struct slice content, struct err *err)
{
    char place[FILE_PATH_MAX];
    struct err ignored = ERR_INIT;
    *file = (struct hook_file){ .fd = -1 };
    int n = snprintf(place, sizeof place, "%s", temporary_place());
    if (n < 0 || n >= FILE_PATH_MAX || !file_join(file->path, place, PREFIX "XXXXXX")) {
        file->path[0] = 0;
        return err_set(err, ERR_LIMIT, 0, "the path in TMPDIR is too long");
    }
    /* A place with too many entries is not swept. */
    (void)!file_list(place, sweep_one, place, &ignored);
    file->fd = mkstemp(file->path);
    if (file->fd < 0) {
        int code = errno;
        file->path[0] = 0;
        return err_set(err, ERR_SYSTEM, code, "cannot make a file in %s", place);
    }
    if (fcntl(file->fd, F_SETFD, FD_CLOEXEC) != 0 || flock(file->fd, LOCK_EX) != 0 ||
        fchmod(file->fd, FILE_MODE) != 0 || write_all(file->fd, content) != 0) {
        err_set(err, ERR_SYSTEM, errno, "cannot write %s", file->path);
        hook_file_close(file);
        return -1;
    }
    return 0;
}

void hook_file_close(struct hook_file *file)
{
    if (file->path[0] != 0) {
        (void)unlink(file->path);
        (void)close(file->fd);
    }
    *file = (struct hook_file){ .fd = -1 };
}
