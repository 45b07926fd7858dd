/* SPDX-License-Identifier: MIT
 *
 * The folder of one `certgate run`: $TMPDIR/certgate-run-XXXXXX, for this user only,
 * removed when it is closed. A run holds a lock on its folder; folders without a lock
 * were left by a run that was killed, and the next one removes them.
 */
#pragma once

#include "base/err.h"
#include "base/file.h"

#define RUN_FOLDER_PREFIX "certgate-run-"

struct run_folder {
    char path[FILE_PATH_MAX]; /* "" = not open */
    int lock;                 /* owned; not inherited by programs */
};

/* Removes what dead runs left, then makes and locks a folder. */
int run_folder_open(struct run_folder *folder, struct err *err) MUST_CHECK;
/* Accepts a zeroed one. */
void run_folder_close(struct run_folder *folder);
/* The folder stays: `certgate run --keep`. */
void run_folder_keep(struct run_folder *folder);
