/* SPDX-License-Identifier: MIT
 *
 * Files that other programs made for this run (tests/unit/pkcs/make), for they hold
 * private keys and are not in the repository.
 */
#pragma once

#include "base/file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* False if the program that makes this file is not on this machine; says so. */
static inline bool pkcs_read_file(const char *name, size_t max, struct buf *out)
{
    const char *folder = getenv("CERTGATE_PKCS_DIR");
    char path[FILE_PATH_MAX];
    char absent[FILE_PATH_MAX];
    struct err err = ERR_INIT;
    ck_assert_msg(folder != NULL, "CERTGATE_PKCS_DIR is not set: use meson test");
    ck_assert(file_join(path, folder, name));
    int n = snprintf(absent, sizeof(absent), "%s.absent", path);
    ck_assert(n > 0 && (size_t)n < sizeof(absent));
    if (file_kind(absent) == FILE_REGULAR) {
        fprintf(stderr, "# skipped: no program here makes %s\n", name);
        return false;
    }
    ck_assert_msg(file_read_all(path, max, out, &err) == 0, "%s", err.text);
    return true;
}
