/* SPDX-License-Identifier: MIT */
#include "config_options.h"

#include "base/text.h"
#include "net/address.h"
#include "pki/issuers.h"

#include <netinet/in.h>
#include <string.h>

#define LISTEN_TEXT_MAX ((size_t)256)

static bool is_loopback(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return (ntohl(in.sin_addr.s_addr) >> 24) == 127;
    }
    struct sockaddr_in6 in6;
    memcpy(&in6, address, sizeof in6);
    return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
}

static int apply_flags(struct config_listen *listen, const char *value, struct err *err)
{
    if (!ssl_flags_parse(value, &listen->flags)) {
        return err_set(err, ERR_CONFIG, 0,
                       "sslflags is Require, Accept or Ignore, not '%s'", value);
    }
    listen->has_flags = true;
    return 0;
}

static int apply_ctl_store(struct config_listen *listen, const char *value,
                           struct err *err)
{
    if (!issuers_parse_store(value, &listen->ctl_store)) {
        return err_set(err, ERR_CONFIG, 0,
                       "sslctlstorename is ClientAuthIssuer, Root, CA or "
                       "TrustedPeople, not '%s'",
                       value);
    }
    listen->has_ctl_store = true;
    return 0;
}

/* What is set to a value: NAME=VALUE. */
static const struct {
    const char *prefix;
    int (*apply)(struct config_listen *listen, const char *value, struct err *err);
} settings[] = {
    { "sslflags=", apply_flags },
    { "sslctlstorename=", apply_ctl_store },
};

/* One word behind the address. */
static int apply_word(struct config_listen *listen, const char *word, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        size_t len = strlen(settings[i].prefix);
        if (strncmp(word, settings[i].prefix, len) == 0) {
            return settings[i].apply(listen, word + len, err);
        }
    }
    if (text_equal_ignoring_case(word, "plain")) {
        listen->plain = true;
    } else if (text_equal_ignoring_case(word, "ssl")) {
        listen->ssl = true;
    } else if (text_equal_ignoring_case(word, "ssl128")) {
        listen->ssl128 = true;
    } else if (ssl_flags_parse(word, &listen->flags)) {
        listen->has_flags = true;
    } else {
        return err_set(err, ERR_CONFIG, 0,
                       "'%s' is none of sslflags=..., sslctlstorename=..., ssl, ssl128 "
                       "and plain",
                       word);
    }
    return 0;
}

static int append(struct config *config, const struct config_listen *listen,
                  struct err *err)
{
    if (config->n_listen >= CONFIG_LISTEN_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %zu sites", CONFIG_LISTEN_MAX);
    }
    config->listen[config->n_listen++] = *listen;
    return 0;
}

static uint16_t port_of(const struct sockaddr_storage *address)
{
    struct sockaddr_in in; /* the port is at the same place for both families */
    memcpy(&in, address, sizeof in);
    return ntohs(in.sin_port);
}

/* "localhost" is two addresses for many clients; some try ::1 first. A port of the
 * system's choice would differ between the two, so port 0 is 127.0.0.1 alone. */
static int append_both(struct config *config, const struct config_listen *listen,
                       struct err *err)
{
    struct config_listen second = *listen;
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
                                .sin6_port = htons(port_of(&listen->address)),
                                .sin6_addr = in6addr_loopback };

    if (append(config, listen, err) != 0) {
        return -1;
    }
    if (in6.sin6_port == 0) {
        return 0;
    }
    memset(&second.address, 0, sizeof second.address);
    memcpy(&second.address, &in6, sizeof in6);
    second.is_optional = true;
    return append(config, &second, err);
}

static bool names_no_address(const char *address)
{
    static const char localhost[] = "localhost:";
    return strspn(address, ":0123456789") == strlen(address) ||
           strncmp(address, localhost, sizeof localhost - 1) == 0;
}

int config_options_listen(struct config *config, const char *value, struct err *err)
{
    char text[LISTEN_TEXT_MAX];
    struct config_listen listen = { .has_flags = false };
    size_t len = strlen(value);

    if (len >= sizeof text) {
        return err_set(err, ERR_LIMIT, 0, "the value is longer than %zu bytes",
                       sizeof text - 1);
    }
    memcpy(text, value, len + 1);
    /* "::1" alone would look like digits and colons: an IPv6 address has brackets. */
    char *rest = text + strcspn(text, ",");
    while (*rest != 0) {
        char *word = rest + 1;
        *rest = 0;
        rest = word + strcspn(word, ",");
        char end = *rest;
        *rest = 0;
        if (apply_word(&listen, word, err) != 0) {
            return -1;
        }
        *rest = end;
    }
    if (address_parse(text, "127.0.0.1", &listen.address, err) != 0) {
        return -1;
    }
    if (config->listen_source != config->source) {
        config->listen_source = config->source;
        config->n_listen = 0;
    }
    if (names_no_address(text)) {
        return append_both(config, &listen, err);
    }
    return append(config, &listen, err);
}

/* Not part of parsing: --unsafe-listen may stand behind --listen. */
int config_listen_check(const struct config *config, struct err *err)
{
    for (size_t i = 0; i < config->n_listen; i++) {
        const struct config_listen *listen = &config->listen[i];
        if (!is_loopback(&listen->address) && !config->unsafe_listen) {
            char text[ADDRESS_TEXT_LEN];
            struct sockaddr_storage copy = listen->address;
            struct address address = address_from_sockaddr((struct sockaddr *)&copy);
            return err_set(err, ERR_CONFIG, 0,
                           "--listen %s: others on the network could reach it; add "
                           "--unsafe-listen if that is wanted",
                           address_format(&address, text));
        }
    }
    return 0;
}
