/* SPDX-License-Identifier: MIT
 *
 * A listening TCP socket. It polls the descriptor (uv_poll) instead of using
 * uv_listen, so that accepting can be paused without leaving a connection half
 * accepted, and so that errors of accept can be told apart.
 *
 * The owner limits the number of connections: at its limit it calls listener_pause;
 * the kernel's backlog holds the others until the owner calls listener_resume.
 * Closing the oldest idle connection instead would let the fastest client evict
 * users who are reading a page; every connection has a deadline, so a slot always
 * becomes free.
 */
#pragma once

#include "base/err.h"
#include "net/address.h"

#include <stdbool.h>
#include <uv.h>

#define LISTENER_BACKLOG 511
/* How long accepting rests when the process is out of descriptors. */
#define LISTENER_REST_MS 1000
/* Connections taken per wake-up, so that one listener cannot starve the loop. */
#define LISTENER_BURST 32

enum listener_trouble {
    LISTENER_TRANSIENT,          /* one connection is lost; go on */
    LISTENER_OUT_OF_DESCRIPTORS, /* rests for LISTENER_REST_MS; then goes on */
    LISTENER_FATAL,              /* stopped: only listener_close is left */
};

struct listener_callbacks {
    /* Consumes `fd`. */
    void (*on_connection)(void *user, int fd);
    /* accept failed with `code` (libuv's number); for the log. May be NULL. */
    void (*on_trouble)(void *user, enum listener_trouble trouble, int code);
    /* Last; may be NULL. */
    void (*on_closed)(void *user);
};

struct listener {
    const struct listener_callbacks *callbacks;
    void *user;
    struct address address; /* with the real port, if 0 was asked */
    int fd;
    bool paused;
    bool resting;
    bool stopped;
    int open_handles;
    uv_poll_t poll;
    uv_timer_t rest;
};

/* Binds (SO_REUSEADDR; IPV6_V6ONLY, so that 0.0.0.0 and [::] can be two
 * listeners) and listens. On failure nothing is open. */
int listener_open(struct listener *listener, uv_loop_t *loop,
                  const struct sockaddr_storage *address,
                  const struct listener_callbacks *callbacks, void *user,
                  struct err *err) MUST_CHECK;
/* The same with a socket that is already bound and listening; consumes it. */
int listener_adopt(struct listener *listener, uv_loop_t *loop, int fd,
                   const struct listener_callbacks *callbacks, void *user,
                   struct err *err) MUST_CHECK;
/* Idempotent, legal in its callbacks; ends with on_closed. */
void listener_close(struct listener *listener);
void listener_pause(struct listener *listener);
/* on_connection never runs inside. */
void listener_resume(struct listener *listener);

/* Pure: classifies an error of accept. */
enum listener_trouble listener_classify(int uv_code);
