/* SPDX-License-Identifier: MIT
 *
 * --lifeline-fd: the server lives as long as somebody holds the other end of a pipe. A
 * parent that dies, by SIGKILL too, cannot leave it behind.
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <uv.h>

struct lifeline {
    void (*on_cut)(void *user);
    void *user;
    int fd; /* owned while it is open */
    bool is_open;
    uv_poll_t poll;
};

/* Consumes `fd`, a pipe or socket to read from. It keeps no loop alive. `on_cut` is
 * called once; what is written into the pipe is dropped. */
int lifeline_open(struct lifeline *lifeline, uv_loop_t *loop, int fd,
                  void (*on_cut)(void *user), void *user, struct err *err) MUST_CHECK;
/* Idempotent; accepts a zeroed one. The memory may be freed once the loop has run. */
void lifeline_close(struct lifeline *lifeline);
