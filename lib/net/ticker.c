/* SPDX-License-Identifier: MIT */
#include "net/ticker.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define SECOND_US 1000000

static void on_uv_poll(uv_poll_t *poll, int status, int events)
{
    struct ticker *ticker = poll->data;
    uint64_t expired;
    (void)status;
    (void)events;
    if (read(ticker->fd, &expired, sizeof(expired)) == (ssize_t)sizeof(expired)) {
        ticker->on_tick(ticker->user);
    }
}

int ticker_open(struct ticker *ticker, uv_loop_t *loop, void (*on_tick)(void *user),
                void *user, struct err *err)
{
    ticker->on_tick = on_tick;
    ticker->user = user;
    ticker->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (ticker->fd < 0) {
        return err_set_reason(err, ERR_SYSTEM, errno, strerror(errno),
                              "cannot make a timer");
    }
    int code = uv_poll_init(loop, &ticker->poll, ticker->fd);
    if (code != 0) {
        (void)close(ticker->fd);
        ticker->fd = -1;
        return err_set_reason(err, ERR_UV, code, uv_strerror(code),
                              "cannot watch a timer");
    }
    ticker->poll.data = ticker;
    code = uv_poll_start(&ticker->poll, UV_READABLE, on_uv_poll);
    assert(code == 0);
    (void)code;
    return 0;
}

void ticker_set(struct ticker *ticker, int64_t at_us)
{
    int64_t at = at_us < 1 ? 1 : at_us; /* 0 would disarm it */
    struct itimerspec when = { .it_value = { .tv_sec = (time_t)(at / SECOND_US),
                                             .tv_nsec =
                                                 (long)(at % SECOND_US) * 1000 } };
    int code = timerfd_settime(ticker->fd, TFD_TIMER_ABSTIME, &when, NULL);
    assert(code == 0);
    (void)code;
}

void ticker_close(struct ticker *ticker)
{
    if (ticker->fd >= 0) {
        uv_close((uv_handle_t *)&ticker->poll, NULL);
        (void)close(ticker->fd);
        ticker->fd = -1;
    }
}
