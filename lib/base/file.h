/* SPDX-License-Identifier: MIT
 *
 * Files, read with a size limit and written whole or not at all; folders; and
 * the places that the XDG Base Directory Specification names.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Largest path that we build. */
#define FILE_PATH_MAX 4096

enum file_kind {
    FILE_MISSING,
    FILE_REGULAR,
    FILE_FOLDER,
    FILE_OTHER, /* socket, device, fifo, or not to be looked at */
};

/* Follows links. */
enum file_kind file_kind(const char *path);

/* Reads a whole regular file of at most `max` bytes (more is ERR_LIMIT) and
 * appends it to `out`. "-" is standard input. */
int file_read_all(const char *path, size_t max, struct buf *out, struct err *err)
    MUST_CHECK;

/* Writes `content` to a new file beside `path` with permissions `mode` (not
 * narrowed by the umask), syncs and renames it over `path`: a reader sees the old
 * file or the new one, never a part. What is there and no regular file (/dev/stdout,
 * a pipe) is written to instead. Begins with file_sweep_beside(). */
int file_write(const char *path, unsigned mode, struct slice content, struct err *err)
    MUST_CHECK;

/* In the names of the new files beside `path`, before six letters or digits: a process
 * that is killed leaves one behind. */
#define FILE_TEMPORARY ".~"
/* Removes those from a folder in which no other process is writing. */
int file_sweep(const char *folder, struct err *err) MUST_CHECK;

/* Removes those of one file, except of processes that are writing it now. */
void file_sweep_beside(const char *path);

/* file_write() without waiting for the disk, and without sweeping: for many files that
 * file_sync follows, or for what need not outlive the machine. */
int file_write_unsynced(const char *path, unsigned mode, struct slice content,
                        struct err *err) MUST_CHECK;
/* Waits until all that was written to the file system of `path` is on the disk. */
void file_sync(const char *path);

/* Opens a file to append secrets to, made with mode 0600 if it is not there. A regular
 * file that others may read or change, or that is another user's, is refused. */
int file_open_private(const char *path, int *ret_fd, struct err *err) MUST_CHECK;

/* Makes a folder and its missing parents, 0700 as XDG asks. An existing folder
 * is success. */
int file_make_folders(const char *path, struct err *err) MUST_CHECK;

/* Calls `on_name` for each entry of a folder but "." and "..", in byte order of
 * the names, so that nothing depends on the file system's order. A folder that
 * does not exist has no entries; on_name returns non-zero to end early with that
 * value. -1 with `err` if the folder cannot be read or holds over
 * FILE_ENTRIES_MAX entries. */
#define FILE_ENTRIES_MAX ((size_t)10000)
typedef int (*file_on_name_fn)(void *user, const char *name);
int file_list(const char *folder, file_on_name_fn on_name, void *user, struct err *err)
    MUST_CHECK;

/* "a/b"; false when it does not fit. */
bool file_join(char path[static FILE_PATH_MAX], const char *folder, const char *name);

/* Removes a folder with all that is in it; a symbolic link is removed, not followed. */
int file_remove_tree(const char *path, struct err *err) MUST_CHECK;

/* Places by the XDG Base Directory Specification: the variable if it is set to
 * an absolute path, else its default under $HOME; "certgate" and then `name` (if
 * not NULL) appended. -1 when there is no $HOME either. CERTGATE_HOME is the place for
 * DATA itself, nothing but `name` appended. */
enum file_place {
    FILE_PLACE_CONFIG,
    FILE_PLACE_DATA,
    FILE_PLACE_STATE,
    FILE_PLACE_CACHE,
    FILE_PLACE_RUNTIME, /* has no default: without the variable it is that of STATE */
};
int file_find_place(enum file_place place, const char *name,
                    char path[static FILE_PATH_MAX], struct err *err) MUST_CHECK;
