/* SPDX-License-Identifier: MIT */
#include "common/url.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define HTTPS_PORT 443
#define HTTP_PORT  80

static bool copy_part(char *to, size_t size, const char *from, size_t len)
{
    if (len >= size) {
        return false;
    }
    memcpy(to, from, len);
    to[len] = 0;
    return true;
}

static bool read_port(const char *text, size_t len, uint16_t *ret_port)
{
    char digits[8];
    uint64_t value;
    if (!copy_part(digits, sizeof(digits), text, len) ||
        !text_read_number(digits, UINT16_MAX, &value) || value == 0) {
        return false;
    }
    *ret_port = (uint16_t)value;
    return true;
}

/* The host at the start of `text`, in brackets or up to one of `stops`; returns
 * what follows, or NULL. */
static const char *read_host(const char *text, const char *stops, char *host)
{
    const char *start = text[0] == '[' ? text + 1 : text;
    size_t len = strcspn(start, text[0] == '[' ? "]/?#@" : stops);
    /* Brackets hold an IPv6 address and nothing else (RFC 3986 3.2.2). */
    if (text[0] == '[' && (start[len] != ']' || memchr(start, ':', len) == NULL)) {
        return NULL;
    }
    if (!copy_part(host, URL_HOST_MAX, start, len)) {
        return NULL;
    }
    return start + len + (text[0] == '[' ? 1 : 0);
}

static bool has_bad_byte(const char *text)
{
    for (; *text != 0; text++) {
        if ((unsigned char)*text <= ' ' || *text == 0x7f || *text == '\\') {
            return true;
        }
    }
    return false;
}

static int read_scheme(const char **text, struct url *url, struct err *err)
{
    /* A query may hold a URL of its own. */
    size_t len = strcspn(*text, ":/?#");
    const char *colon = *text + len;
    char scheme[16];
    url->is_tls = true;
    if (strncmp(colon, "://", 3) != 0) {
        return 0;
    }
    if (!copy_part(scheme, sizeof(scheme), *text, len)) {
        return err_set(err, ERR_CONFIG, 0, "unknown scheme: https:// is meant?");
    }
    url->is_tls = text_equal_ignoring_case(scheme, "https");
    if (!url->is_tls && !text_equal_ignoring_case(scheme, "http")) {
        return err_set(err, ERR_CONFIG, 0, "unknown scheme \"%s\": only https and http",
                       scheme);
    }
    *text = colon + 3;
    return 0;
}

int url_parse(const char *text, struct url *ret_url, struct err *err)
{
    struct url url = { true, "", 0, "/" };
    const char *rest;
    size_t port_len;
    if (has_bad_byte(text)) {
        return err_set(err, ERR_CONFIG, 0,
                       "blanks, backslashes and control characters are "
                       "not allowed in a URL: write them as %%HH");
    }
    if (read_scheme(&text, &url, err) != 0) {
        return -1;
    }
    if (memchr(text, '@', strcspn(text, "/?#")) != NULL) {
        return err_set(err, ERR_CONFIG, 0, "user names in a URL are not supported");
    }
    rest = read_host(text, ":/?#", url.host);
    if (rest == NULL || url.host[0] == 0) {
        return err_set(err, ERR_CONFIG, 0,
                       "no host in \"%s\": https://HOST[:PORT][/PATH]", text);
    }
    url.port = url.is_tls ? HTTPS_PORT : HTTP_PORT;
    if (*rest == ':') {
        rest++;
        port_len = strcspn(rest, "/?#");
        if (!read_port(rest, port_len, &url.port)) {
            return err_set(err, ERR_CONFIG, 0, "\"%.*s\" is no port: 1 to 65535",
                           (int)port_len, rest);
        }
        rest += port_len;
    }
    if (*rest != 0 && strchr("/?#", *rest) == NULL) {
        return err_set(err, ERR_CONFIG, 0,
                       "\"%s\" after the host: a port or a path is meant?", rest);
    }
    /* The fragment is not sent (RFC 3986 3.5). */
    if (snprintf(url.path, sizeof(url.path), "%s%.*s", *rest == '/' ? "" : "/",
                 (int)strcspn(rest, "#"), rest) >= (int)sizeof(url.path)) {
        return err_set(err, ERR_LIMIT, 0, "the path is longer than %d bytes",
                       URL_PATH_MAX - 1);
    }
    *ret_url = url;
    return 0;
}

void url_format_authority(const struct url *url, char text[static URL_TEXT_MAX])
{
    bool is_v6 = strchr(url->host, ':') != NULL;
    int len = snprintf(text, URL_TEXT_MAX, "%s%s%s", is_v6 ? "[" : "", url->host,
                       is_v6 ? "]" : "");
    if (url->port != (url->is_tls ? HTTPS_PORT : HTTP_PORT)) {
        snprintf(text + len, URL_TEXT_MAX - (size_t)len, ":%u", (unsigned)url->port);
    }
}

const char *url_format(const struct url *url, char text[static URL_TEXT_MAX])
{
    char authority[URL_TEXT_MAX];
    url_format_authority(url, authority);
    snprintf(text, URL_TEXT_MAX, "%s://%.*s%s", url->is_tls ? "https" : "http",
             URL_HOST_MAX + 16, authority, url->path);
    return text;
}

bool url_host_is_address(const struct url *url)
{
    uint8_t address[16];
    return inet_pton(AF_INET, url->host, address) == 1 ||
           strchr(url->host, ':') != NULL;
}

bool url_is_local(const struct url *url)
{
    uint8_t v4[4];
    struct in6_addr v6;
    return text_equal_ignoring_case(url->host, "localhost") ||
           text_has_suffix_ignoring_case(url->host, ".localhost") ||
           (inet_pton(AF_INET, url->host, v4) == 1 && v4[0] == 127) ||
           (inet_pton(AF_INET6, url->host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6));
}

/* ---- routes */

/* The next host or port up to a colon or the end; an empty one is "any". */
static const char *read_rule_host(const char *text, char *host)
{
    const char *rest = read_host(text, ":", host);
    return rest != NULL && (*rest == ':' || *rest == 0) ? rest : NULL;
}

static const char *read_rule_port(const char *text, uint16_t *port)
{
    size_t len = strcspn(text, ":");
    return len == 0 || read_port(text, len, port) ? text + len : NULL;
}

static int add_rule(struct url_routes *routes, const struct url_route *rule,
                    struct err *err)
{
    if (routes->n_rules == URL_ROUTES_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %d rules", URL_ROUTES_MAX);
    }
    routes->rules[routes->n_rules++] = *rule;
    return 0;
}

static const char *past_colon(const char *text)
{
    return text != NULL && *text == ':' ? text + 1 : NULL;
}

int url_routes_add_resolve(struct url_routes *routes, const char *text, struct err *err)
{
    struct url_route rule = { "", 0, "", 0 };
    const char *rest = past_colon(read_rule_host(text, rule.from_host));
    if (rest != NULL) {
        rest = past_colon(read_rule_port(rest, &rule.from_port));
    }
    if (rest == NULL || rule.from_port == 0) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\": HOST:PORT:ADDRESS is meant", text);
    }
    size_t len = strcspn(rest, ",");
    bool bracketed = len > 2 && rest[0] == '[' && rest[len - 1] == ']';
    if (len == 0 || !copy_part(rule.to_host, sizeof(rule.to_host),
                               rest + (bracketed ? 1 : 0), len - (bracketed ? 2 : 0))) {
        return err_set(err, ERR_CONFIG, 0,
                       "\"%s\": no address; HOST:PORT:ADDRESS is meant", text);
    }
    if (strcmp(rule.from_host, "*") == 0) {
        rule.from_host[0] = 0;
    }
    return add_rule(routes, &rule, err);
}

int url_routes_add_connect_to(struct url_routes *routes, const char *text,
                              struct err *err)
{
    struct url_route rule = { "", 0, "", 0 };
    const char *rest = past_colon(read_rule_host(text, rule.from_host));
    if (rest != NULL) {
        rest = past_colon(read_rule_port(rest, &rule.from_port));
    }
    if (rest != NULL) {
        rest = past_colon(read_rule_host(rest, rule.to_host));
    }
    if (rest != NULL) {
        rest = read_rule_port(rest, &rule.to_port);
    }
    if (rest == NULL || *rest != 0) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\": HOST1:PORT1:HOST2:PORT2 is meant",
                       text);
    }
    return add_rule(routes, &rule, err);
}

const char *url_routes_find(const struct url_routes *routes, const struct url *url,
                            uint16_t *ret_port)
{
    *ret_port = url->port;
    for (size_t i = 0; i < routes->n_rules; i++) {
        const struct url_route *rule = &routes->rules[i];
        if ((rule->from_host[0] == 0 ||
             text_equal_ignoring_case(rule->from_host, url->host)) &&
            (rule->from_port == 0 || rule->from_port == url->port)) {
            *ret_port = rule->to_port != 0 ? rule->to_port : url->port;
            return rule->to_host[0] != 0 ? rule->to_host : url->host;
        }
    }
    return url->host;
}
