/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_STEP ((size_t)16384)

enum file_kind file_kind(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return errno == ENOENT || errno == ENOTDIR ? FILE_MISSING : FILE_OTHER;
    }
    return S_ISREG(status.st_mode)   ? FILE_REGULAR
           : S_ISDIR(status.st_mode) ? FILE_FOLDER
                                     : FILE_OTHER;
}

static int read_descriptor(int fd, const char *path, size_t max, struct buf *out,
                           struct err *err)
{
    size_t total = 0;
    for (;;) {
        if (!buf_reserve(out, READ_STEP)) {
            return err_memory(err);
        }
        ssize_t n = read(fd, out->data + out->len, READ_STEP);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_set(err, ERR_SYSTEM, errno, "cannot read %s", path);
        }
        if (n == 0) {
            return 0;
        }
        total += (size_t)n;
        if (total > max) {
            return err_set(err, ERR_LIMIT, 0, "%s is larger than %zu bytes", path, max);
        }
        out->len += (size_t)n;
    }
}

int file_read_all(const char *path, size_t max, struct buf *out, struct err *err)
{
    if (strcmp(path, "-") == 0) {
        return read_descriptor(STDIN_FILENO, "standard input", max, out, err);
    }
    size_t start = out->len;
    /* O_NONBLOCK: opening a fifo in a store must not hang. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return err_set(err, ERR_SYSTEM, errno, "cannot open %s", path);
    }
    struct stat status;
    int result;
    if (fstat(fd, &status) != 0) {
        result = err_set(err, ERR_SYSTEM, errno, "cannot read %s", path);
    } else if (!S_ISREG(status.st_mode)) {
        result = err_set(err, ERR_CONFIG, 0, "%s is not a regular file", path);
    } else {
        result = read_descriptor(fd, path, max, out, err);
    }
    (void)close(fd);
    if (result != 0) {
        out->len = start;
    }
    return result;
}

static int write_all(int fd, struct slice content)
{
    while (content.len > 0) {
        ssize_t n = write(fd, content.data, content.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -1;
        }
        content = slice_part(content, (size_t)n, content.len);
    }
    return 0;
}

/* A device or a pipe is written to, never replaced: root's rename over /dev/null
 * would leave the machine with a regular file in its place. */
static int write_in_place(const char *path, struct slice content, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    int failed = fd < 0 || write_all(fd, content) != 0;
    int code = errno;
    if (fd >= 0 && close(fd) != 0 && !failed) {
        failed = 1;
        code = errno;
    }
    return failed ? err_set(err, ERR_SYSTEM, code, "cannot write %s", path) : 0;
}

static int write_file(const char *path, unsigned mode, struct slice content, bool sync,
                      struct err *err)
{
    char temporary[FILE_PATH_MAX];
    int n = snprintf(temporary, sizeof(temporary), "%s" FILE_TEMPORARY "XXXXXX", path);
    if (n < 0 || (size_t)n >= sizeof(temporary)) {
        return err_set(err, ERR_LIMIT, 0, "the path %.60s... is too long", path);
    }
    if (file_kind(path) == FILE_OTHER) {
        return write_in_place(path, content, err);
    }
    int fd = mkstemp(temporary);
    if (fd < 0) {
        return err_set(err, ERR_SYSTEM, errno, "cannot create %s", path);
    }
    /* Tells file_sweep_beside() that this process will rename it. Kept longer than
     * `fd`, since closing that may report an error. */
    (void)flock(fd, LOCK_EX | LOCK_NB);
    int lock = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    int failed = fchmod(fd, (mode_t)mode) != 0 || write_all(fd, content) != 0 ||
                 (sync && fsync(fd) != 0);
    int code = errno;
    if (close(fd) != 0 && !failed) {
        failed = 1;
        code = errno;
    }
    if (!failed && rename(temporary, path) != 0) {
        failed = 1;
        code = errno;
    }
    if (failed) {
        (void)unlink(temporary);
    }
    if (lock >= 0) {
        (void)close(lock);
    }
    if (!failed) {
        return 0;
    }
    return err_set(err, ERR_SYSTEM, code, "cannot write %s", path);
}

int file_write(const char *path, unsigned mode, struct slice content, struct err *err)
{
    file_sweep_beside(path);
    return write_file(path, mode, content, true, err);
}

int file_write_unsynced(const char *path, unsigned mode, struct slice content,
                        struct err *err)
{
    return write_file(path, mode, content, false, err);
}

int file_open_private(const char *path, int *ret_fd, struct err *err)
{
    struct stat status;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0) {
        return err_set(err, ERR_SYSTEM, errno, "cannot open %s", path);
    }
    int result = 0;
    if (fstat(fd, &status) != 0) {
        result = err_set(err, ERR_SYSTEM, errno, "cannot open %s", path);
    } else if (S_ISREG(status.st_mode) && status.st_uid != geteuid()) {
        result = err_set(err, ERR_CONFIG, 0,
                         "%s is to hold secrets, and belongs to another user. Name a "
                         "file that does not exist yet",
                         path);
    } else if (S_ISREG(status.st_mode) && (status.st_mode & 077) != 0) {
        result =
            err_set(err, ERR_CONFIG, 0,
                    "%s is to hold secrets, and other users of this machine may read "
                    "or change it (its mode is %04o). Run chmod 600 on it",
                    path, (unsigned)status.st_mode & 07777);
    }
    if (result != 0) {
        (void)close(fd);
        return result;
    }
    *ret_fd = fd;
    return 0;
}

int file_make_folders(const char *path, struct err *err)
{
    char part[FILE_PATH_MAX];
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof(part)) {
        return err_set(err, ERR_LIMIT, 0, "the path \"%.60s\" is empty or too long",
                       path);
    }
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != 0) {
            continue;
        }
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0700) != 0 && errno != EEXIST &&
            file_kind(part) != FILE_FOLDER) {
            return err_set(err, ERR_SYSTEM, errno, "cannot create the folder %s", part);
        }
    }
    if (file_kind(path) != FILE_FOLDER) {
        return err_set(err, ERR_SYSTEM, ENOTDIR, "%s", path);
    }
    return 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
    char **items; /* owned */
    size_t len;
    size_t cap;
};

static int names_add(struct names *names, const char *name, struct err *err)
{
    if (names->len == FILE_ENTRIES_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %zu entries", FILE_ENTRIES_MAX);
    }
    if (names->len == names->cap) {
        size_t cap = names->cap == 0 ? 32 : names->cap * 2;
        char **items = mem_resize(names->items, cap, sizeof(*items));
        if (items == NULL) {
            return err_memory(err);
        }
        names->items = items;
        names->cap = cap;
    }
    char *copy = mem_copy_string(name, strlen(name));
    if (copy == NULL) {
        return err_memory(err);
    }
    names->items[names->len++] = copy;
    return 0;
}

static int read_names(DIR *dir, struct names *names, struct err *err)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            return errno == 0 ? 0 : err_set(err, ERR_SYSTEM, errno, "cannot list it");
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        if (names_add(names, entry->d_name, err) != 0) {
            return -1;
        }
    }
}

int file_list(const char *folder, file_on_name_fn on_name, void *user, struct err *err)
{
    struct names names = { NULL, 0, 0 };
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return errno == ENOENT ? 0
                               : err_set(err, ERR_SYSTEM, errno,
                                         "cannot open the folder %s", folder);
    }
    int result = read_names(dir, &names, err);
    (void)closedir(dir);
    if (result != 0) {
        err_wrap(err, "the folder %s", folder);
    } else if (names.len > 0) {
        qsort(names.items, names.len, sizeof(*names.items), compare_names);
        for (size_t i = 0; i < names.len && result == 0; i++) {
            result = on_name(user, names.items[i]);
        }
    }
    for (size_t i = 0; i < names.len; i++) {
        free(names.items[i]);
    }
    free(names.items);
    return result;
}

bool file_join(char path[static FILE_PATH_MAX], const char *folder, const char *name)
{
    size_t len = strlen(folder);
    const char *separator = len > 0 && folder[len - 1] == '/' ? "" : "/";
    int n = snprintf(path, FILE_PATH_MAX, "%s%s%s", folder, separator, name);
    return n >= 0 && n < FILE_PATH_MAX;
}

int file_find_place(enum file_place place, const char *name,
                    char path[static FILE_PATH_MAX], struct err *err)
{
    static const struct {
        const char *variable;
        const char *fallback;
    } places[] = {
        [FILE_PLACE_CONFIG] = { "XDG_CONFIG_HOME", ".config" },
        [FILE_PLACE_DATA] = { "XDG_DATA_HOME", ".local/share" },
        [FILE_PLACE_STATE] = { "XDG_STATE_HOME", ".local/state" },
        [FILE_PLACE_CACHE] = { "XDG_CACHE_HOME", ".cache" },
        [FILE_PLACE_RUNTIME] = { "XDG_RUNTIME_DIR", NULL },
    };
    const char *base = getenv(places[place].variable);
    const char *own = place == FILE_PLACE_DATA ? getenv("CERTGATE_HOME") : NULL;
    const char *home = getenv("HOME");
    int n;

    if (places[place].fallback == NULL && (base == NULL || base[0] != '/')) {
        return file_find_place(FILE_PLACE_STATE, name, path, err);
    }
    if (own != NULL && own[0] == '/') {
        n = snprintf(path, FILE_PATH_MAX, "%s", own);
    } else if (base != NULL && base[0] == '/') {
        n = snprintf(path, FILE_PATH_MAX, "%s/certgate", base);
    } else if (home != NULL && home[0] == '/') {
        n = snprintf(path, FILE_PATH_MAX, "%s/%s/certgate", home,
                     places[place].fallback);
    } else {
        return err_set(err, ERR_CONFIG, 0,
                       "neither %s nor HOME names a folder: set one, or give the path",
                       places[place].variable);
    }
    if (n >= 0 && n < FILE_PATH_MAX && name != NULL) {
        int extra = snprintf(path + n, FILE_PATH_MAX - (size_t)n, "/%s", name);
        n = extra < 0 ? extra : n + extra;
    }
    if (n < 0 || n >= FILE_PATH_MAX) {
        return err_set(err, ERR_LIMIT, 0, "the path in %s is too long",
                       places[place].variable);
    }
    return 0;
}
