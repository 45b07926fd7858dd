/* SPDX-License-Identifier: MIT
 *
 * The words of --listen for what a site is for (desk, pki, control), whose answers it
 * gives (dialect=) and what a bad certificate ends in (enforce=).
 */
#include "config/config_internal.h"

#include "base/compiler.h"
#include "base/text.h"
#include "tls/tls_alert.h"

#include <stdio.h>
#include <string.h>

static const char *const dialects[] = {
    [CONFIG_DIALECT_IIS] = "iis",
    [CONFIG_DIALECT_NGINX] = "nginx",
    [CONFIG_DIALECT_NGINX_OPTIONAL_NO_CA] = "nginx-optional-no-ca",
    [CONFIG_DIALECT_APACHE] = "apache",
    [CONFIG_DIALECT_HAPROXY] = "haproxy",
    [CONFIG_DIALECT_HAPROXY_CA_IGNORE_ERR] = "haproxy-ca-ignore-err",
    [CONFIG_DIALECT_HAPROXY_CRT_IGNORE_ERR] = "haproxy-crt-ignore-err",
    [CONFIG_DIALECT_KESTREL] = "kestrel",
};

static const char *const enforcements[] = {
    [CONFIG_ENFORCE_HTTP] = "http",
    [CONFIG_ENFORCE_ALERT] = "alert",
    [CONFIG_ENFORCE_RESET] = "reset",
};

static const struct {
    const char *word;
    enum config_role role;
} roles[] = {
    { "desk", CONFIG_ROLE_DESK },
    { "pki", CONFIG_ROLE_PKI },
    { "control", CONFIG_ROLE_CONTROL },
};

bool config_role_set(struct config_listen *listen, const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        if (text_equal_ignoring_case(word, roles[i].word)) {
            listen->roles |= roles[i].role;
            return true;
        }
    }
    return false;
}

const char *config_roles_format(const struct config_listen *listen,
                                char text[static CONFIG_ROLES_TEXT_MAX])
{
    size_t len = 0;
    text[0] = 0;
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        if ((listen->roles & roles[i].role) != 0 && len < CONFIG_ROLES_TEXT_MAX) {
            int n = snprintf(text + len, CONFIG_ROLES_TEXT_MAX - len, "%s%s",
                             len > 0 ? "," : "", roles[i].word);
            len += n > 0 ? (size_t)n : 0;
        }
    }
    return text;
}

const char *config_dialect_word(enum config_dialect dialect)
{
    return dialects[dialect];
}

int config_dialect_set(struct config_listen *listen, const char *value, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
        if (text_equal_ignoring_case(dialects[i], value)) {
            listen->dialect = (enum config_dialect)i;
            return 0;
        }
    }
    return err_set(err, ERR_CONFIG, 0,
                   "dialect is iis, nginx, nginx-optional-no-ca, apache, haproxy, "
                   "haproxy-ca-ignore-err, haproxy-crt-ignore-err or kestrel, not '%s'",
                   value);
}

int config_enforce_set(struct config_listen *listen, const char *value, struct err *err)
{
    static const char prefix[] = "alert:";
    listen->enforce_alert = TLS_ALERT_NONE;
    if (strncmp(value, prefix, sizeof prefix - 1) == 0) {
        if (!tls_alert_parse(value + sizeof prefix - 1, &listen->enforce_alert)) {
            return err_set(err, ERR_CONFIG, 0,
                           "'%s' is the name of no alert; certificate_expired is one",
                           value + sizeof prefix - 1);
        }
        listen->enforce = CONFIG_ENFORCE_ALERT;
        return 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(enforcements); i++) {
        if (text_equal_ignoring_case(enforcements[i], value)) {
            listen->enforce = (enum config_enforce)i;
            return 0;
        }
    }
    return err_set(err, ERR_CONFIG, 0,
                   "enforce is http, alert, alert:NAME or reset, not '%s'", value);
}

int config_read_ahead_set(struct config_listen *listen, const char *value,
                          struct err *err)
{
    uint64_t number = 0;
    if (!text_read_number(value, CONFIG_UPLOAD_READ_AHEAD_MAX, &number) ||
        number == 0) {
        return err_set(
            err, ERR_CONFIG, 0,
            "uploadreadaheadsize is a number of bytes from 1 to %zu, not '%s'",
            CONFIG_UPLOAD_READ_AHEAD_MAX, value);
    }
    listen->upload_read_ahead = (uint32_t)number;
    return 0;
}

const char *config_enforce_format(const struct config_listen *listen,
                                  char text[static CONFIG_ENFORCE_TEXT_MAX])
{
    bool named = listen->enforce == CONFIG_ENFORCE_ALERT &&
                 listen->enforce_alert != TLS_ALERT_NONE;
    text[0] = 0;
    if (listen->enforce != CONFIG_ENFORCE_HTTP) {
        snprintf(text, CONFIG_ENFORCE_TEXT_MAX, "%s%s%s", enforcements[listen->enforce],
                 named ? ":" : "", named ? tls_alert_name(listen->enforce_alert) : "");
    }
    return text;
}
