/* SPDX-License-Identifier: MIT
 *
 * A host name becomes addresses, for the client. "localhost" is always the two
 * loopback addresses (RFC 6761), whatever the system's files say; a literal
 * address is itself.
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <uv.h>

#define RESOLVE_ADDRESSES_MAX 16

struct resolve {
    /* Exactly once, never inside a call: `uv_code` 0 and at least one address in
     * the order to try them, or a libuv error (UV_ECANCELED after
     * resolve_cancel). The memory may go in it. */
    void (*on_resolved)(void *user, int uv_code);
    void *user;
    bool pending;
    bool cancelled;
    struct sockaddr_storage addresses[RESOLVE_ADDRESSES_MAX];
    size_t n_addresses;
    uv_getaddrinfo_t request;
};

/* -1: on_resolved will not come. */
int resolve_start(struct resolve *resolve, uv_loop_t *loop, const char *host,
                  uint16_t port, void (*on_resolved)(void *user, int uv_code),
                  void *user, struct err *err) MUST_CHECK;
void resolve_cancel(struct resolve *resolve);
