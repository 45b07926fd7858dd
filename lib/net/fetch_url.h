/* SPDX-License-Identifier: MIT
 *
 * The URLs that fetch follows: http: only, parsed strictly because they are untrusted
 * input.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define FETCH_URL_HOST_MAX   256
#define FETCH_URL_TARGET_MAX 2048

struct fetch_url {
    char host[FETCH_URL_HOST_MAX]; /* an IPv6 address in its brackets */
    uint16_t port;
    char target[FETCH_URL_TARGET_MAX]; /* path and query, as in a request line */
};

/* NULL, or what is wrong: a sentence fragment. */
const char *fetch_url_read(const char *text, struct fetch_url *ret_url);
/* Where a redirect leads: an absolute http: URL, or an absolute path on the same host.
 */
const char *fetch_url_follow(const struct fetch_url *from, const char *location,
                             struct fetch_url *ret_url);
