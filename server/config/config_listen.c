/* SPDX-License-Identifier: MIT */
#include "config/config_internal.h"

#include "base/compiler.h"
#include "base/text.h"
#include "chain/issuers.h"
#include "chain/policy_option.h"
#include "net/address.h"

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

/* site_host_check looks later, when the cases are known, whether such a name exists. */
static int apply_host(struct config_listen *listen, const char *value, struct err *err)
{
    size_t len = strlen(value);
    if (len == 0 || len >= sizeof listen->host) {
        return err_set(err, ERR_CONFIG, 0,
                       "host is the name of a case or of a mode, at most %zu bytes",
                       sizeof listen->host - 1);
    }
    memcpy(listen->host, value, len + 1);
    return 0;
}

static int apply_negotiation(struct config_listen *listen, const char *value,
                             struct err *err)
{
    bool asks_at_once = true;
    if (policy_option_switch(&asks_at_once, value, err) != 0) {
        return -1;
    }
    listen->has_negotiation = true;
    listen->late = !asks_at_once;
    return 0;
}

/* What is set to a value: NAME=VALUE. */
static const struct {
    const char *prefix;
    int (*apply)(struct config_listen *listen, const char *value, struct err *err);
} settings[] = {
    { "sslflags=", config_flags_set },
    { "sslctlstorename=", apply_ctl_store },
    { "enforce=", config_enforce_set },
    { "host=", apply_host },
    { "dialect=", config_dialect_set },
    { "clientcertnegotiation=", apply_negotiation },
    { "uploadreadaheadsize=", config_read_ahead_set },
};

bool config_has_roles(const struct config *config)
{
    for (size_t i = 0; i < config->n_listen; i++) {
        if (config->listen[i].roles != 0) {
            return true;
        }
    }
    return false;
}

/* A site with a role judges nobody. Only a desk may use TLS: to fetch a revocation list
 * over TLS would need that list, and control never leaves this machine. */
static int complete_role(struct config_listen *listen, struct err *err)
{
    bool wants_tls = listen->ssl || listen->ssl128 || listen->has_flags;
    if (listen->roles == 0) {
        return 0;
    }
    if (wants_tls && (listen->roles != CONFIG_ROLE_DESK || listen->plain)) {
        return err_set(err, ERR_CONFIG, 0,
                       "pki, control and plain are HTTP without TLS: leave out ssl, "
                       "ssl128 and sslflags, or give them to a desk of its own port");
    }
    listen->plain = !wants_tls;
    if (!listen->has_flags) {
        listen->flags = SSL_FLAGS_IGNORE;
        listen->has_flags = true;
    }
    return 0;
}

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
    } else if (config_flags_word(listen, word)) {
        return 0;
    } else if (!config_role_set(listen, word)) {
        return err_set(
            err, ERR_CONFIG, 0,
            "'%s' is none of sslflags=..., sslctlstorename=..., "
            "enforce=..., dialect=..., host=..., "
            "clientcertnegotiation=..., uploadreadaheadsize=..., ssl, ssl128, "
            "plain, desk, pki and control",
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
    config_flags_settle(&listen);
    if (complete_role(&listen, err) != 0 ||
        address_parse(text, "127.0.0.1", &listen.address, err) != 0) {
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

/* In addition to those that were asked for. */
static int add_default_paths(struct config *config, struct err *err)
{
    static const char *const paths[] = { "8445/open,sslflags=Ignore",
                                         "8445/accept,sslflags=Accept",
                                         "8445/secure,sslflags=Require" };
    config->path_source = config->source;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        if (config_options_path(config, paths[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}

int config_options_add_default_sites(struct config *config, struct err *err)
{
    static const struct {
        const char *value;
        bool may_be_taken;
    } sites[] = {
        { "8443", false },
        { "8444,sslflags=Accept", false },
        { "8445,sslflags=Ignore,clientcertnegotiation=disable", true },
        { "8440,desk,pki", true },
        { "8441,control", true },
    };
    for (size_t i = 0; i < ARRAY_LEN(sites); i++) {
        size_t first = i == 0 ? 0 : config->n_listen;
        if (config_options_listen(config, sites[i].value, err) != 0) {
            return -1;
        }
        for (size_t j = first; j < config->n_listen; j++) {
            config->listen[j].may_be_taken = sites[i].may_be_taken;
        }
    }
    return add_default_paths(config, err);
}

static int check_site(const struct config *config, const struct config_listen *listen,
                      struct err *err)
{
    char text[ADDRESS_TEXT_LEN];
    struct sockaddr_storage copy = listen->address;
    struct address address = address_from_sockaddr((struct sockaddr *)&copy);

    if (is_loopback(&listen->address)) {
        return 0;
    }
    if ((listen->roles & CONFIG_ROLE_CONTROL) != 0) {
        return err_set(err, ERR_CONFIG, 0,
                       "--listen %s,control: whoever controls the server does so from "
                       "this machine; give a loopback address",
                       address_format(&address, text));
    }
    if (!config->unsafe_listen) {
        return err_set(err, ERR_CONFIG, 0,
                       "--listen %s: others on the network could reach it; add "
                       "--unsafe-listen if that is wanted",
                       address_format(&address, text));
    }
    return 0;
}

/* Not part of parsing: --unsafe-listen may stand behind --listen. */
int config_listen_check(const struct config *config, struct err *err)
{
    for (size_t i = 0; i < config->n_listen; i++) {
        if (check_site(config, &config->listen[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}
