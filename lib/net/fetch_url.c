/* SPDX-License-Identifier: MIT */
#include "net/fetch_url.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define SCHEME    "http://"
#define HTTP_PORT 80

static bool is_host_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_';
}

/* An IPv6 address without a zone. */
static bool is_v6_byte(char c)
{
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') ||
           c == ':' || c == '.';
}

/* Copies the host and returns what follows, or NULL. */
static const char *read_host(const char *text, struct fetch_url *url)
{
    size_t len = 0;
    if (text[0] == '[') {
        len = 1;
        while (is_v6_byte(text[len])) {
            len++;
        }
        if (len == 1 || text[len++] != ']') {
            return NULL;
        }
    } else {
        while (is_host_byte(text[len])) {
            len++;
        }
    }
    if (len == 0 || len >= sizeof(url->host)) {
        return NULL;
    }
    memcpy(url->host, text, len);
    url->host[len] = 0;
    return text + len;
}

static const char *read_port(const char *text, struct fetch_url *url)
{
    char digits[8];
    uint64_t port;
    size_t len = strcspn(text, "/?#");
    if (len >= sizeof(digits)) {
        return NULL;
    }
    memcpy(digits, text, len);
    digits[len] = 0;
    if (!text_read_number(digits, UINT16_MAX, &port) || port == 0) {
        return NULL;
    }
    url->port = (uint16_t)port;
    return text + len;
}

static const char *read_target(const char *text, struct fetch_url *url)
{
    size_t len = strcspn(text, "#"); /* the fragment stays at home (RFC 3986 3.5) */
    for (size_t i = 0; i < len; i++) {
        if (text[i] <= ' ' || text[i] >= 0x7f) {
            return "the address holds a byte that no URL may hold";
        }
    }
    bool rooted = text[0] == '/';
    if (len + 2 > sizeof(url->target)) {
        return "the address is too long";
    }
    (void)snprintf(url->target, sizeof(url->target), "%s%.*s", rooted ? "" : "/",
                   (int)len, text);
    return NULL;
}

const char *fetch_url_read(const char *text, struct fetch_url *ret_url)
{
    char scheme[sizeof(SCHEME)];
    *ret_url = (struct fetch_url){ .port = HTTP_PORT };
    (void)snprintf(scheme, sizeof(scheme), "%s", text);
    if (!text_equal_ignoring_case(scheme, SCHEME)) {
        return "it is no http: address";
    }
    text = read_host(text + sizeof(SCHEME) - 1, ret_url);
    if (text != NULL && *text == ':') {
        text = read_port(text + 1, ret_url);
    }
    if (text == NULL || (*text != 0 && strchr("/?#", *text) == NULL)) {
        return "the address has no valid host and port";
    }
    return read_target(text, ret_url);
}

const char *fetch_url_follow(const struct fetch_url *from, const char *location,
                             struct fetch_url *ret_url)
{
    if (location[0] != '/' || location[1] == '/') {
        return fetch_url_read(location, ret_url) == NULL
                   ? NULL
                   : "it redirects to what is no http: address";
    }
    struct fetch_url url = *from;
    const char *fault = read_target(location, &url);
    *ret_url = url;
    return fault;
}
