/* SPDX-License-Identifier: MIT
 *
 * Watches the folders of a store and says once, a moment after the last change,
 * that something changed. Folders that come later are noticed through their parent.
 */
#pragma once

#include "base/file.h"
#include "store/store.h"

#include <stdbool.h>
#include <uv.h>

/* Quiet time after the last change: a copied store is many changes. */
#define WATCH_SETTLE_MS 300
/* Changes that go on and on are told after this time. */
#define WATCH_PATIENCE_MS ((uint64_t)2000)
/* The store, LocalMachine, CurrentUser, and each folder in them. */
#define WATCH_FOLDERS ((size_t)STORE_FOLDER_COUNT + 3)

struct watch {
    char dir[FILE_PATH_MAX];
    void (*on_change)(void *user);
    void *user;
    bool closing;
    uv_timer_t settle;
    uint64_t first_ms; /* uv_now() of the first change that is not told yet */
    uv_fs_event_t handles[WATCH_FOLDERS];
};

/* `on_change` never runs inside a call. Folders that cannot be watched are left out:
 * SIGHUP is there for them. The handles keep no loop alive. */
int watch_open(struct watch *watch, uv_loop_t *loop, const char *dir,
               void (*on_change)(void *user), void *user, struct err *err) MUST_CHECK;
/* Idempotent. The memory is free to go once the loop has run again. */
void watch_close(struct watch *watch);
