/* SPDX-License-Identifier: MIT */
#include "logs/keylog.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int keylog_open(struct keylog *keylog, const char *path, struct err *err)
{
    keylog->fd = -1;
    if (path[0] == 0) {
        return 0;
    }
    keylog->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (keylog->fd < 0) {
        return err_set(err, ERR_SYSTEM, errno, "cannot open the key log %s", path);
    }
    return 0;
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
