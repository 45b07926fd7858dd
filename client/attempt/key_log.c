/* SPDX-License-Identifier: MIT */
#include "attempt/key_log.h"

#include "base/file.h"

#include <stdlib.h>
#include <unistd.h>

int key_log_open(struct key_log *log, struct err *err)
{
    const char *path = getenv("SSLKEYLOGFILE");
    int fd;
    log->file = NULL;
    if (path == NULL || path[0] == 0) {
        return 0;
    }
    if (file_open_private(path, &fd, err) != 0) {
        return err_wrap(err, "SSLKEYLOGFILE");
    }
    log->file = fdopen(fd, "a");
    if (log->file == NULL) {
        close(fd);
        return err_memory(err);
    }
    return 0;
}

void key_log_close(struct key_log *log)
{
    if (log->file != NULL) {
        fclose(log->file);
        log->file = NULL;
    }
}

bool key_log_is_open(const struct key_log *log)
{
    return log->file != NULL;
}

void key_log_write(void *user, const char *line)
{
    struct key_log *log = user;
    fprintf(log->file, "%s\n", line);
    fflush(log->file);
}
