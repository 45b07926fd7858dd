/* SPDX-License-Identifier: MIT
 *
 * Child processes: a command that cannot be started is reported at once, with the
 * reason, and no child outlives us where the system allows it.
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define RUN_PROCESS_INHERITED_MAX 4

struct run_process {
    const char *const *arguments; /* NULL-terminated; [0] is looked for in PATH */
    void (*in_child)(void *user); /* before exec; only what is safe behind a fork */
    void *user;
    int inherited[RUN_PROCESS_INHERITED_MAX]; /* descriptors that exec shall not close
                                               */
    size_t n_inherited;
};

/* Signals have their defaults in the child, but for those that are ignored here, and
 * none is blocked; our handlers never run in it. When we die the child gets SIGTERM
 * (Linux). -1: it could not be started; `err->code` is the errno. */
int run_process_spawn(const struct run_process *process, pid_t *ret_pid,
                      struct err *err) MUST_CHECK;
enum run_process_end {
    RUN_PROCESS_RUNS,  /* still */
    RUN_PROCESS_ENDED, /* `ret_status` is as of waitpid() */
    RUN_PROCESS_LOST,  /* its status was taken already, or it was never a child */
};
/* Waits until it has ended, at most for the time. SIGCHLD has to be blocked, and not
 * ignored. */
enum run_process_end run_process_wait(pid_t pid, int timeout_s, int *ret_status);

/* Both ends are closed on exec. */
int run_process_pipe(int ends[static 2], struct err *err) MUST_CHECK;
void run_process_close(int ends[static 2]);
/* In the child: `fd` becomes that file; a file that cannot be opened ends the child. */
void run_process_redirect(int fd, const char *path, int flags);

/* The exit code by which shells tell of a status of waitpid. */
int run_process_exit_code(int status);
