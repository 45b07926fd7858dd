/* SPDX-License-Identifier: MIT
 *
 * A file for a command of the user's: $TMPDIR/certgate-crls-XXXXXX, readable to all,
 * removed when it is closed. It is locked while it is open; one without a lock was left
 * by a process that was killed, and the next one removes it.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"

struct hook_file {
    char path[FILE_PATH_MAX]; /* "" = not open */
    int fd;                   /* owned; not inherited by programs */
};

/* Removes what dead processes left, then makes a file with this content. */
int hook_file_open(struct hook_file *file, struct slice content, struct err *err)
    MUST_CHECK;
/* Accepts a zeroed one. */
void hook_file_close(struct hook_file *file);
