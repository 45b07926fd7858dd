/* SPDX-License-Identifier: MIT */
#include "daemon/watch.h"

#include <string.h>
#include <sys/stat.h>

static void on_uv_fs_event(uv_fs_event_t *handle, const char *name, int events,
                           int status);

static bool folder_path(const struct watch *watch, size_t index,
                        char path[static FILE_PATH_MAX])
{
    static const char *const parents[] = { ".", "LocalMachine", "CurrentUser",
                                           STORE_AUTH_ROOT_PATH };
    const char *below =
        index < ARRAY_LEN(parents)
            ? parents[index]
            : store_folder_path((enum store_folder)(index - ARRAY_LEN(parents)));
    return file_join(path, watch->dir, below);
}

static struct watch_folder find_folder(const struct watch *watch, size_t index,
                                       char path[static FILE_PATH_MAX])
{
    struct stat status;
    return folder_path(watch, index, path) && stat(path, &status) == 0 &&
                   S_ISDIR(status.st_mode)
               ? (struct watch_folder){ status.st_dev, status.st_ino }
               : (struct watch_folder){ .inode = 0 };
}

/* A watch dies with its folder, and folders come and go: after each change all are
 * set up anew. */
static void start_all(struct watch *watch)
{
    char path[FILE_PATH_MAX];
    for (size_t i = 0; i < WATCH_FOLDERS; i++) {
        (void)uv_fs_event_stop(&watch->handles[i]);
        watch->folders[i] = find_folder(watch, i, path);
        if (watch->folders[i].inode != 0) {
            (void)uv_fs_event_start(&watch->handles[i], on_uv_fs_event, path, 0);
        }
    }
}

static void on_uv_settled(uv_timer_t *timer)
{
    struct watch *watch = timer->data;
    start_all(watch);
    watch->on_change(watch->user);
}

/* Changes that never end put it off no further than WATCH_PATIENCE_MS. */
static void note_change(struct watch *watch)
{
    uint64_t now = uv_now(watch->settle.loop);
    if (!uv_is_active((uv_handle_t *)&watch->settle)) {
        watch->first_ms = now;
    }
    if (now - watch->first_ms < WATCH_PATIENCE_MS) {
        (void)uv_timer_start(&watch->settle, on_uv_settled, WATCH_SETTLE_MS, 0);
    }
}

static void on_uv_fs_event(uv_fs_event_t *handle, const char *name, int events,
                           int status)
{
    struct watch *watch = handle->data;
    (void)name;
    (void)events;
    (void)status;
    if (!watch->closing) {
        note_change(watch);
    }
}

static void on_uv_look(uv_timer_t *timer)
{
    struct watch *watch = timer->data;
    char path[FILE_PATH_MAX];
    for (size_t i = 0; i < WATCH_FOLDERS; i++) {
        struct watch_folder now = find_folder(watch, i, path);
        if (now.device != watch->folders[i].device ||
            now.inode != watch->folders[i].inode) {
            watch->folders[i] = now; /* told once; start_all looks again */
            note_change(watch);
        }
    }
}

int watch_open(struct watch *watch, uv_loop_t *loop, const char *dir,
               void (*on_change)(void *user), void *user, struct err *err)
{
    size_t len = strlen(dir);
    if (len >= sizeof watch->dir) {
        return err_set(err, ERR_LIMIT, 0, "the store's path is too long");
    }
    memset(watch, 0, sizeof *watch);
    memcpy(watch->dir, dir, len + 1);
    watch->on_change = on_change;
    watch->user = user;
    (void)uv_timer_init(loop, &watch->settle);
    watch->settle.data = watch;
    uv_unref((uv_handle_t *)&watch->settle);
    (void)uv_timer_init(loop, &watch->look);
    watch->look.data = watch;
    uv_unref((uv_handle_t *)&watch->look);
    (void)uv_timer_start(&watch->look, on_uv_look, WATCH_LOOK_MS, WATCH_LOOK_MS);
    for (size_t i = 0; i < WATCH_FOLDERS; i++) {
        (void)uv_fs_event_init(loop, &watch->handles[i]);
        watch->handles[i].data = watch;
        uv_unref((uv_handle_t *)&watch->handles[i]);
    }
    start_all(watch);
    return 0;
}

void watch_close(struct watch *watch)
{
    if (watch->closing || watch->on_change == NULL) {
        return;
    }
    watch->closing = true;
    uv_close((uv_handle_t *)&watch->settle, NULL);
    uv_close((uv_handle_t *)&watch->look, NULL);
    for (size_t i = 0; i < WATCH_FOLDERS; i++) {
        uv_close((uv_handle_t *)&watch->handles[i], NULL);
    }
}
