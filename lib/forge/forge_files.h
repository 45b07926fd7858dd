/* SPDX-License-Identifier: MIT
 *
 * The forge's files: where they lie, how credentials are written, and the lock
 * that keeps two programs from making one world at the same time.
 */
#pragma once

#include "base/file.h"
#include "forge/forge_internal.h"

#define FORGE_FILE_MAX ((size_t)1024 * 1024)

/* DIR/FOLDER/NAME SUFFIX, e.g. "cases", "good", ".pem". */
int forge_path(char path[static FILE_PATH_MAX], const struct forge_world *world,
               const char *folder, const char *name, const char *suffix,
               struct err *err) MUST_CHECK;
/* The same in the store, where the names of these files begin with "certgate-". */
int forge_store_path(char path[static FILE_PATH_MAX], const struct forge_world *world,
                     enum store_folder folder, const char *name, const char *suffix,
                     struct err *err) MUST_CHECK;

/* Key (if not NULL) and certificates as PEM, in this order. */
int forge_write_pem(const char *path, unsigned mode, const struct key *key,
                    const struct buf *chain, size_t n_chain, struct err *err)
    MUST_CHECK;
/* One certificate as PEM, 0644. */
int forge_write_certificate(const char *path, struct slice der, struct err *err)
    MUST_CHECK;

/* Reads what forge_write_pem wrote. A missing file is an empty credential, and blocks
 * that do not decode are skipped. -1 for a file that cannot be read and for a key that
 * cannot be used: existing keys are never replaced silently. */
int forge_read_pem(const char *path, struct forge_credential *ret_credential,
                   struct err *err) MUST_CHECK;

/* Waits for other processes that hold the lock. A folder that cannot be written to
 * needs none: the result is -1 then, and after a failure that a later write will
 * report. */
int forge_lock(const struct forge_world *world);
void forge_unlock(int lock);
