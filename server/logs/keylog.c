/* SPDX-License-Identifier: MIT */
#include "logs/keylog.h"

#include "base/buf.h"
#include "base/file.h"

#include <unistd.h>

int keylog_open(struct keylog *keylog, const char *path, struct err *err)
{
    keylog->fd = -1;
    if (path[0] == 0) {
        return 0;
    }
    return file_open_private(path, &keylog->fd, err) == 0
               ? 0
               : err_wrap(err, "the key log");
}

void keylog_close(struct keylog *keylog)
{
    if (keylog->fd >= 0) {
        close(keylog->fd);
        keylog->fd = -1;
    }
}

void keylog_write(void *user, const char *line)
{
    const struct keylog *keylog = user;
    struct buf text = BUF_EMPTY;
    /* One write, so that lines of several programs do not mix. */
    if (keylog->fd >= 0 && buf_printf(&text, "%s\n", line)) {
        ssize_t written = write(keylog->fd, text.data, text.len);
        (void)written;
    }
    buf_finish_secret(&text);
}
