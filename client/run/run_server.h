/* SPDX-License-Identifier: MIT
 *
 * certgated as the child of `certgate run`: on ports of the system's choice, with its
 * store, logs and output in the run's folder. It is waited for without sleeping
 * (--ready-fd) and cannot outlive us (--lifeline-fd).
 */
#pragma once

#include "base/err.h"
#include "base/file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define RUN_SERVER_OPTIONS_MAX ((size_t)64)
/* The sites that a run has, in this order in the port file. */
enum run_site { RUN_SITE_JUDGED, RUN_SITE_DESK, RUN_SITE_CONTROL, RUN_SITE_COUNT };

struct run_server_options {
    const char *program;  /* NULL = beside this one, else of PATH */
    const char *sslflags; /* of the judged site; NULL = Require */
    const char *options[RUN_SERVER_OPTIONS_MAX]; /* further ones, as they are */
    size_t n_options;
    int timeout_s; /* to get ready */
    int wake_fd;   /* readable = the run was cancelled; borrowed */
};

struct run_server {
    char folder[FILE_PATH_MAX];
    pid_t pid;    /* 0 = not running */
    int lifeline; /* owned; the end whose closing ends the server; -1 = none */
    uint16_t ports[RUN_SITE_COUNT];
};

/* Starts it and waits until it is ready. On failure, and when cancelled, nothing runs;
 * the server's output is in the error. */
int run_server_open(struct run_server *server, const struct run_server_options *options,
                    const char *folder, struct err *err) MUST_CHECK;
/* Stops it and waits for its end. False: it is known that it did not end in order.
 * Accepts a zeroed one. */
bool run_server_close(struct run_server *server);
/* It was our child `pid`, and has ended by itself. */
bool run_server_has_ended(struct run_server *server, pid_t pid);
/* The last part of what the server wrote about connections, appended. */
struct buf;
void run_server_append_log(const struct run_server *server, struct buf *out);
