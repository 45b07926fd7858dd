/* SPDX-License-Identifier: MIT */
#include "daemon/activation.h"

#include "base/text.h"
#include "net/address.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- what was handed over */

static void read_name(const char **names, char name[static ACTIVATION_NAME_MAX])
{
    size_t len = *names == NULL ? 0 : strcspn(*names, ":");
    snprintf(name, ACTIVATION_NAME_MAX, "%.*s", (int)len, *names == NULL ? "" : *names);
    if (*names != NULL) {
        *names += len + ((*names)[len] == ':' ? 1 : 0);
    }
}

/* A listening TCP socket, which is what Accept=no and ListenStream= give. */
static bool is_listening(int fd)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    int listens = 0;
    socklen_t size = sizeof listens;
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 &&
           listens != 0 && getsockname(fd, (struct sockaddr *)&bound, &len) == 0 &&
           (bound.ss_family == AF_INET || bound.ss_family == AF_INET6);
}

int activation_open(struct activation *activation, const char *fds, const char *pid,
                    const char *names, int64_t own_pid, struct err *err)
{
    uint64_t n;
    uint64_t wanted_pid;
    activation->n_sockets = 0;
    if (fds == NULL || pid == NULL || !text_read_number(pid, INT32_MAX, &wanted_pid) ||
        (int64_t)wanted_pid != own_pid) {
        return 0;
    }
    if (!text_read_number(fds, ACTIVATION_MAX, &n)) {
        return err_set(err, ERR_CONFIG, 0, "LISTEN_FDS is no number up to %zu",
                       ACTIVATION_MAX);
    }
    for (size_t i = 0; i < n; i++) {
        int fd = ACTIVATION_FIRST_FD + (int)i;
        struct activation_socket *socket = &activation->sockets[i];
        read_name(&names, socket->name);
        if (!is_listening(fd)) {
            return err_set(err, ERR_CONFIG, 0,
                           "socket %d of LISTEN_FDS is no listening TCP socket: use "
                           "ListenStream= with Accept=no",
                           fd);
        }
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
        socket->fd = fd;
        activation->n_sockets++;
    }
    return 0;
}

size_t activation_close(struct activation *activation)
{
    size_t n = 0;
    for (size_t i = 0; i < activation->n_sockets; i++) {
        if (activation->sockets[i].fd >= 0) {
            (void)close(activation->sockets[i].fd);
            n++;
        }
    }
    activation->n_sockets = 0;
    return n;
}

/* ---- whose it is */

static bool is_bound_to(int fd, const struct sockaddr_storage *address)
{
    struct sockaddr_storage bound = { 0 };
    struct sockaddr_storage copy = *address;
    socklen_t len = sizeof bound;
    if (getsockname(fd, (struct sockaddr *)&bound, &len) != 0) {
        return false;
    }
    struct address have = address_from_sockaddr((const struct sockaddr *)&bound);
    struct address want = address_from_sockaddr((const struct sockaddr *)&copy);
    return have.port == want.port && strcmp(have.ip, want.ip) == 0;
}

static int take(struct activation_socket *socket)
{
    int fd = socket->fd;
    socket->fd = -1;
    return fd;
}

int activation_take(struct activation *activation, const struct config_listen *site)
{
    char roles[CONFIG_ROLES_TEXT_MAX];
    const char *name = site->roles != 0 ? config_roles_format(site, roles)
                                        : ssl_flags_name(site->flags);
    for (size_t i = 0; i < activation->n_sockets; i++) {
        struct activation_socket *socket = &activation->sockets[i];
        if (socket->fd >= 0 && is_bound_to(socket->fd, &site->address)) {
            return take(socket);
        }
    }
    for (size_t i = 0; i < activation->n_sockets; i++) {
        struct activation_socket *socket = &activation->sockets[i];
        if (socket->fd >= 0 && text_equal_ignoring_case(socket->name, name)) {
            return take(socket);
        }
    }
    return -1;
}
