/* SPDX-License-Identifier: MIT */
#include "daemon/control_file.h"

#include "base/file.h"

#include <string.h>
#include <unistd.h>

int control_file_write(const char *url, struct err *err)
{
    char path[FILE_PATH_MAX];
    struct buf text = BUF_EMPTY;
    int result = -1;
    if (file_find_place(FILE_PLACE_RUNTIME, NULL, path, err) == 0 &&
        file_make_folders(path, err) == 0 &&
        file_find_place(FILE_PLACE_RUNTIME, CONTROL_FILE_NAME, path, err) == 0) {
        result = buf_printf(&text, "%s\n", url)
                     ? file_write(path, 0600, buf_slice(&text), err)
                     : err_memory(err);
    }
    buf_finish(&text);
    return result;
}

void control_file_remove(const char *url)
{
    char path[FILE_PATH_MAX];
    struct buf text = BUF_EMPTY;
    struct err ignored = ERR_INIT;
    size_t len = strlen(url);
    if (file_find_place(FILE_PLACE_RUNTIME, CONTROL_FILE_NAME, path, &ignored) == 0 &&
        file_read_all(path, CONTROL_FILE_URL_MAX, &text, &ignored) == 0 &&
        text.len == len + 1 && memcmp(text.data, url, len) == 0) {
        (void)unlink(path);
    }
    buf_finish(&text);
}
