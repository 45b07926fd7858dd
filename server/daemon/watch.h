/* SPDX-License-Identifier: MIT
 *
 * Watches the folders of a store and says once, a moment after the last change,
 * that something changed. Folders that come later are noticed through their parent,
 * and the store itself, a link perhaps, by its path.
 */
#pragma once

#include "base/file.h"
#include "store/store.h"

#include <stdbool.h>
#include <sys/types.h>
#include <uv.h>

/* Quiet time after the last change: a copied store is many changes. */
#define WATCH_SETTLE_MS 300
/* Changes that go on and on are told after this time. */
#define WATCH_PATIENCE_MS ((uint64_t)2000)
/* A folder that was moved away, or is a link that leads elsewhere now, tells nobody: so
 * often is looked whether each path is still the folder that is watched. */
#define WATCH_LOOK_MS 1000
/* The store, LocalMachine, CurrentUser, and each folder in them. */
#define WATCH_FOLDERS ((size_t)STORE_FOLDER_COUNT + 4)

struct watch {
    char dir[FILE_PATH_MAX];
    void (*on_change)(void *user);
    void *user;
    bool closing;
    uv_timer_t settle;
    uint64_t first_ms; /* uv_now() of the first change that is not told yet */
    uv_timer_t look;
    uv_fs_event_t handles[WATCH_FOLDERS];
    struct watch_folder {
        dev_t device;
        ino_t inode; /* 0 = there is none */
    } folders[WATCH_FOLDERS];
};

/* `on_change` never runs inside a call. Folders that cannot be watched are left out:
 * SIGHUP is there for them. The handles keep no loop alive. */
int watch_open(struct watch *watch, uv_loop_t *loop, const char *dir,
               void (*on_change)(void *user), void *user, struct err *err) MUST_CHECK;
/* Idempotent. The memory is free to go once the loop has run again. */
void watch_close(struct watch *watch);
