/* SPDX-License-Identifier: MIT
 *
 * The words of --listen for whose answers a site gives (dialect=) and what a bad
 * certificate ends in (enforce=).
 */
#include "config/config_internal.h"

#include "base/compiler.h"
#include "base/text.h"
#include "tls/tls_alert.h"

#include <stdio.h>
#include <string.h>

static const char *const dialects[] = {
    [CONFIG_DIALECT_IIS] = "iis",         [CONFIG_DIALECT_NGINX] = "nginx",
    [CONFIG_DIALECT_APACHE] = "apache",   [CONFIG_DIALECT_HAPROXY] = "haproxy",
    [CONFIG_DIALECT_KESTREL] = "kestrel",
};

static const char *const enforcements[] = {
    [CONFIG_ENFORCE_HTTP] = "http",
    [CONFIG_ENFORCE_ALERT] = "alert",
    [CONFIG_ENFORCE_RESET] = "reset",
};

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
                   "dialect is iis, nginx, apache, haproxy or kestrel, not '%s'",
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
