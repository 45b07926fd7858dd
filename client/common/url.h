/* SPDX-License-Identifier: MIT
 *
 * Where to connect to: a URL, and curl's two options that redirect it (--resolve and
 * --connect-to). Text only; nothing is looked up.
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define URL_HOST_MAX 256
#define URL_PATH_MAX 4096
#define URL_TEXT_MAX (URL_HOST_MAX + URL_PATH_MAX + 32)

struct url {
    bool is_tls;             /* https */
    char host[URL_HOST_MAX]; /* without brackets */
    uint16_t port;
    char path[URL_PATH_MAX]; /* with the query; "/" at least */
};

/* "https://host[:port][/path]"; without a scheme it is https. The error says what
 * is wrong with it. */
int url_parse(const char *text, struct url *ret_url, struct err *err) MUST_CHECK;
/* "https://host/": the port is left out when it is the scheme's. */
const char *url_format(const struct url *url, char text[static URL_TEXT_MAX]);
/* "host", "host:8443", "[::1]:8443": for Host. */
void url_format_authority(const struct url *url, char text[static URL_TEXT_MAX]);
/* The host is an IP address: no server name is sent for it (RFC 6066 3). */
bool url_host_is_address(const struct url *url);
/* The host is this machine: localhost, *.localhost, 127.0.0.0/8, ::1. */
bool url_is_local(const struct url *url);

#define URL_ROUTES_MAX 32

/* A rule of --resolve or --connect-to. */
struct url_route {
    char from_host[URL_HOST_MAX]; /* "" = every host */
    uint16_t from_port;           /* 0 = every port */
    char to_host[URL_HOST_MAX];   /* "" = as it is */
    uint16_t to_port;             /* 0 = as it is */
};

struct url_routes {
    struct url_route rules[URL_ROUTES_MAX];
    size_t n_rules;
};

/* HOST:PORT:ADDRESS; of several addresses, separated by commas, the first. */
int url_routes_add_resolve(struct url_routes *routes, const char *text, struct err *err)
    MUST_CHECK;
/* HOST1:PORT1:HOST2:PORT2, each of which may be empty. */
int url_routes_add_connect_to(struct url_routes *routes, const char *text,
                              struct err *err) MUST_CHECK;
/* Which host and port to connect to for the URL: the first rule that fits. The
 * host is borrowed. */
const char *url_routes_find(const struct url_routes *routes, const struct url *url,
                            uint16_t *ret_port);
