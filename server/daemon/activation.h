/* SPDX-License-Identifier: MIT
 *
 * Socket activation, sd_listen_fds(3): sockets that the service manager has bound for
 * us, as descriptors from 3 on. A site takes the one that is bound to its address and
 * port; else one of its name (FileDescriptorName=): "require", "accept", "ignore" for
 * the judged sites, "desk", "pki", "control" or "desk,pki" for those with roles.
 */
#pragma once

#include "base/err.h"
#include "config/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACTIVATION_FIRST_FD 3
#define ACTIVATION_MAX      ((size_t)64)
#define ACTIVATION_NAME_MAX 64

struct activation {
    struct activation_socket {
        int fd; /* owned; -1 = a site has it */
        char name[ACTIVATION_NAME_MAX];
    } sockets[ACTIVATION_MAX];
    size_t n_sockets;
};

/* From LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES (any may be NULL): nothing if they are
 * meant for another process. Says what is wrong with a socket that cannot be served. */
int activation_open(struct activation *activation, const char *fds, const char *pid,
                    const char *names, int64_t own_pid, struct err *err) MUST_CHECK;
/* Closes what no site took, and returns how many those were; accepts a zeroed one. */
size_t activation_close(struct activation *activation);

/* The socket for a site, now the caller's; -1 = there is none. */
int activation_take(struct activation *activation, const struct config_listen *site);
