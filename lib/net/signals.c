/* SPDX-License-Identifier: MIT */
#include "net/signals.h"

#include "base/compiler.h"

#include <signal.h>

static const struct {
    int number;
    enum signals_event event;
} watched[SIGNALS_COUNT] = {
    { SIGINT, SIGNALS_STOP },
    { SIGTERM, SIGNALS_STOP },
    { SIGHUP, SIGNALS_RELOAD },
};

static void on_uv_signal(uv_signal_t *handle, int number)
{
    struct signals *signals = handle->data;
    if (!signals->closing) {
        signals->on_signal(signals->user, watched[handle - signals->handles].event,
                           number);
    }
}

int signals_open(struct signals *signals, uv_loop_t *loop,
                 void (*on_signal)(void *user, enum signals_event event, int number),
                 void *user, struct err *err)
{
    int rc = 0;

    *signals = (struct signals){ .on_signal = on_signal, .user = user };
    (void)signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < SIGNALS_COUNT; i++) {
        uv_signal_t *handle = &signals->handles[i];
        rc = uv_signal_init(loop, handle);
        if (rc != 0) {
            break;
        }
        handle->data = signals;
        uv_unref((uv_handle_t *)handle);
        rc = uv_signal_start(handle, on_uv_signal, watched[i].number);
        if (rc != 0) {
            break;
        }
    }
    if (rc == 0) {
        return 0;
    }
    signals_close(signals);
    return err_set_reason(err, ERR_UV, rc, uv_strerror(rc), "cannot watch for signals");
}

void signals_close(struct signals *signals)
{
    if (signals->closing) {
        return;
    }
    signals->closing = true;
    for (size_t i = 0; i < SIGNALS_COUNT; i++) {
        if (signals->handles[i].data != NULL) {
            uv_close((uv_handle_t *)&signals->handles[i], NULL);
        }
    }
}
