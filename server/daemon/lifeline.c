/* SPDX-License-Identifier: MIT */
#include "daemon/lifeline.h"

#include <errno.h>
#include <unistd.h>

/* What is dropped at a time. */
#define DROP_SIZE 64

static void on_uv_poll(uv_poll_t *poll, int status, int events)
{
    struct lifeline *lifeline = poll->data;
    char dropped[DROP_SIZE];
    (void)events;
    ssize_t n = status < 0 ? 0 : read(lifeline->fd, dropped, sizeof dropped);
    if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR))) {
        return;
    }
    lifeline_close(lifeline);
    lifeline->on_cut(lifeline->user);
}

int lifeline_open(struct lifeline *lifeline, uv_loop_t *loop, int fd,
                  void (*on_cut)(void *user), void *user, struct err *err)
{
    int code = uv_poll_init(loop, &lifeline->poll, fd);
    if (code != 0) {
        return err_set_reason(err, ERR_UV, code, uv_strerror(code),
                              "--lifeline-fd %d is no pipe that can be watched", fd);
    }
    lifeline->on_cut = on_cut;
    lifeline->user = user;
    lifeline->fd = fd;
    lifeline->is_open = true;
    lifeline->poll.data = lifeline;
    uv_unref((uv_handle_t *)&lifeline->poll);
    code = uv_poll_start(&lifeline->poll, UV_READABLE | UV_DISCONNECT, on_uv_poll);
    if (code != 0) {
        lifeline_close(lifeline);
        return err_set_reason(err, ERR_UV, code, uv_strerror(code),
                              "--lifeline-fd %d cannot be watched", fd);
    }
    return 0;
}

static void on_uv_closed(uv_handle_t *handle)
{
    const struct lifeline *lifeline = handle->data;
    (void)close(lifeline->fd);
}

void lifeline_close(struct lifeline *lifeline)
{
    if (lifeline->is_open) {
        lifeline->is_open = false;
        uv_close((uv_handle_t *)&lifeline->poll, on_uv_closed);
    }
}
