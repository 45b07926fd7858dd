/* SPDX-License-Identifier: MIT */
#include "net/listener.h"

#include "base/compiler.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

enum listener_trouble listener_classify(int uv_code)
{
    /* accept(2) hands out errors of the connection that it would have returned. */
    static const struct {
        int uv_code;
        enum listener_trouble trouble;
    } rows[] = {
        { UV_ECONNABORTED, LISTENER_TRANSIENT },
        { UV_ECONNRESET, LISTENER_TRANSIENT },
        { UV_EINTR, LISTENER_TRANSIENT },
        { UV_EPROTO, LISTENER_TRANSIENT },
        { UV_EPERM, LISTENER_TRANSIENT }, /* a firewall's */
        { UV_ENETDOWN, LISTENER_TRANSIENT },
        { UV_ENETUNREACH, LISTENER_TRANSIENT },
        { UV_EHOSTUNREACH, LISTENER_TRANSIENT },
        { UV_ENOPROTOOPT, LISTENER_TRANSIENT },
        { UV_ETIMEDOUT, LISTENER_TRANSIENT },
        { UV_EMFILE, LISTENER_OUT_OF_DESCRIPTORS },
        { UV_ENFILE, LISTENER_OUT_OF_DESCRIPTORS },
        { UV_ENOBUFS, LISTENER_OUT_OF_DESCRIPTORS },
        { UV_ENOMEM, LISTENER_OUT_OF_DESCRIPTORS },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].uv_code == uv_code) {
            return rows[i].trouble;
        }
    }
    return LISTENER_FATAL;
}

static void on_uv_poll(uv_poll_t *poll, int status, int events);

static void update_watching(struct listener *listener)
{
    if (listener->fd < 0) {
        return;
    }
    if (listener->paused || listener->resting || listener->stopped) {
        (void)uv_poll_stop(&listener->poll);
        return;
    }
    int rc = uv_poll_start(&listener->poll, UV_READABLE, on_uv_poll);
    assert(rc == 0); /* the descriptor is in the loop since listener_open */
}

static void on_uv_rest(uv_timer_t *timer)
{
    struct listener *listener = timer->data;
    listener->resting = false;
    update_watching(listener);
}

static void trouble(struct listener *listener, int uv_code)
{
    enum listener_trouble kind = listener_classify(uv_code);

    if (kind == LISTENER_OUT_OF_DESCRIPTORS) {
        listener->resting = true;
        (void)uv_timer_start(&listener->rest, on_uv_rest, LISTENER_REST_MS, 0);
    } else if (kind == LISTENER_FATAL) {
        listener->stopped = true;
    }
    update_watching(listener);
    if (listener->callbacks->on_trouble != NULL) {
        listener->callbacks->on_trouble(listener->user, kind, uv_code);
    }
}

static bool is_accepting(const struct listener *listener)
{
    return listener->fd >= 0 && !listener->paused && !listener->resting &&
           !listener->stopped;
}

static void accept_burst(struct listener *listener)
{
    for (int i = 0; i < LISTENER_BURST && is_accepting(listener); i++) {
        int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0) {
            listener->callbacks->on_connection(listener->user, fd);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return;
        } else {
            trouble(listener, uv_translate_sys_error(errno));
        }
    }
}

static void on_uv_poll(uv_poll_t *poll, int status, int events)
{
    struct listener *listener = poll->data;
    (void)events;
    if (status != 0) {
        trouble(listener, status);
    } else {
        accept_burst(listener);
    }
}

static void on_uv_close(uv_handle_t *handle)
{
    struct listener *listener = handle->data;
    if (--listener->open_handles == 0 && listener->callbacks->on_closed != NULL) {
        listener->callbacks->on_closed(listener->user);
    }
}

static int set_option(int fd, int level, int name)
{
    int on = 1;
    return setsockopt(fd, level, name, &on, sizeof(on));
}

/* A bound, listening, non-blocking socket, or -1 and errno. */
static int open_socket(const struct sockaddr_storage *address)
{
    int fd = socket(address->ss_family, SOCK_STREAM, 0);
    if (fd < 0) {
        return -1;
    }
    bool is_ipv6 = address->ss_family == AF_INET6;
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
        set_option(fd, SOL_SOCKET, SO_REUSEADDR) == 0 &&
        (!is_ipv6 || set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY) == 0) &&
        bind(fd, (const struct sockaddr *)address, address_sockaddr_len(address)) ==
            0 &&
        listen(fd, LISTENER_BACKLOG) == 0) {
        return fd;
    }
    int saved = errno;
    (void)close(fd);
    errno = saved;
    return -1;
}

/* Consumes `fd`. */
static int watch(struct listener *listener, uv_loop_t *loop, int fd, struct err *err)
{
    struct sockaddr_storage bound = { 0 };
    socklen_t len = sizeof(bound);
    char text[ADDRESS_TEXT_LEN];

    int rc = getsockname(fd, (struct sockaddr *)&bound, &len) == 0
                 ? uv_poll_init(loop, &listener->poll, fd)
                 : uv_translate_sys_error(errno);
    listener->address = address_from_sockaddr((const struct sockaddr *)&bound);
    if (rc != 0) {
        (void)close(fd);
        return err_set_reason(err, ERR_UV, rc, uv_strerror(rc), "cannot listen on %s",
                              address_format(&listener->address, text));
    }
    /* What is accepted inherits it. */
    (void)set_option(fd, IPPROTO_TCP, TCP_NODELAY);
    (void)uv_timer_init(loop, &listener->rest);
    listener->fd = fd;
    listener->poll.data = listener;
    listener->rest.data = listener;
    listener->open_handles = 2;
    update_watching(listener);
    return 0;
}

int listener_open(struct listener *listener, uv_loop_t *loop,
                  const struct sockaddr_storage *address,
                  const struct listener_callbacks *callbacks, void *user,
                  struct err *err)
{
    struct address wanted = address_from_sockaddr((const struct sockaddr *)address);
    char text[ADDRESS_TEXT_LEN];

    int fd = open_socket(address);
    if (fd < 0) {
        return err_set(err, ERR_SYSTEM, errno, "cannot listen on %s",
                       address_format(&wanted, text));
    }
    *listener = (struct listener){ .callbacks = callbacks, .user = user, .fd = -1 };
    return watch(listener, loop, fd, err);
}

int listener_adopt(struct listener *listener, uv_loop_t *loop, int fd,
                   const struct listener_callbacks *callbacks, void *user,
                   struct err *err)
{
    *listener = (struct listener){ .callbacks = callbacks, .user = user, .fd = -1 };
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
        int code = errno;
        (void)close(fd);
        return err_set(err, ERR_SYSTEM, code, "cannot use the socket %d", fd);
    }
    return watch(listener, loop, fd, err);
}

void listener_close(struct listener *listener)
{
    if (listener->fd < 0) {
        return;
    }
    (void)uv_poll_stop(&listener->poll);
    uv_close((uv_handle_t *)&listener->poll, on_uv_close);
    uv_close((uv_handle_t *)&listener->rest, on_uv_close);
    /* uv_poll does not own the descriptor; after uv_poll_stop it may go. */
    (void)close(listener->fd);
    listener->fd = -1;
}

void listener_pause(struct listener *listener)
{
    listener->paused = true;
    update_watching(listener);
}

void listener_resume(struct listener *listener)
{
    listener->paused = false;
    update_watching(listener);
}
