/* SPDX-License-Identifier: MIT
 *
 * SIGINT, SIGTERM and SIGHUP as events of the loop; SIGPIPE is ignored from
 * signals_open on, for the whole process.
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <uv.h>

enum signals_event {
    SIGNALS_STOP,   /* SIGINT or SIGTERM */
    SIGNALS_RELOAD, /* SIGHUP */
};

#define SIGNALS_COUNT 3

struct signals {
    void (*on_signal)(void *user, enum signals_event event, int number);
    void *user;
    bool closing;
    uv_signal_t handles[SIGNALS_COUNT];
};

/* The signals keep no loop alive. On failure nothing is open but what the loop
 * still has to close: run it once more. */
int signals_open(struct signals *signals, uv_loop_t *loop,
                 void (*on_signal)(void *user, enum signals_event event, int number),
                 void *user, struct err *err) MUST_CHECK;
/* Idempotent. The memory is free to go once the loop has run again. */
void signals_close(struct signals *signals);
