/* SPDX-License-Identifier: MIT */
#include "site/site_host.h"

#include "base/text.h"
#include "tls/tls_alert.h"

#include <stdio.h>
#include <string.h>

#define TOP       ".localhost"
#define LABEL_MAX SITE_HOST_NAME_MAX

static const struct {
    const char *label;
    struct site_host host;
} modes[] = {
    { "require", { .flags = SSL_FLAGS_REQUIRE } },
    { "accept", { .flags = SSL_FLAGS_ACCEPT } },
    { "ignore", { .flags = SSL_FLAGS_IGNORE } },
    { "desk", { .flags = SSL_FLAGS_IGNORE, .is_desk = true } },
    { "alert", { .flags = SSL_FLAGS_REQUIRE, .enforce = CONFIG_ENFORCE_ALERT } },
    { "reset", { .flags = SSL_FLAGS_REQUIRE, .enforce = CONFIG_ENFORCE_RESET } },
    { "nginx", { .flags = SSL_FLAGS_REQUIRE, .dialect = CONFIG_DIALECT_NGINX } },
    { "apache", { .flags = SSL_FLAGS_REQUIRE, .dialect = CONFIG_DIALECT_APACHE } },
    { "haproxy", { .flags = SSL_FLAGS_REQUIRE, .dialect = CONFIG_DIALECT_HAPROXY } },
    { "kestrel", { .flags = SSL_FLAGS_REQUIRE, .dialect = CONFIG_DIALECT_KESTREL } },
};

/* Lower case, without the trailing dot. False if it is too long. */
static bool normalise(const char *name, char text[static 2 * LABEL_MAX])
{
    size_t len = strlen(name);
    if (len > 0 && name[len - 1] == '.') {
        len--;
    }
    if (len >= 2 * LABEL_MAX) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        text[i] =
            (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
    }
    text[len] = 0;
    return true;
}

static bool cut_suffix(char *text, const char *suffix)
{
    size_t len = strlen(text);
    size_t suffix_len = strlen(suffix);
    if (len <= suffix_len || strcmp(text + len - suffix_len, suffix) != 0) {
        return false;
    }
    text[len - suffix_len] = 0;
    return true;
}

/* "good-3f" becomes "good". */
static bool cut_number(char *text)
{
    char *dash = strrchr(text, '-');
    if (dash == NULL || dash == text || dash[1] == 0 ||
        dash[1 + strspn(dash + 1, "0123456789abcdef")] != 0) {
        return false;
    }
    *dash = 0;
    return true;
}

static bool find_minted(const struct recipe_table *minted, const char *name,
                        struct site_host *host)
{
    if (minted == NULL || strlen(name) >= sizeof host->minted_name ||
        strchr(name, '.') != NULL) {
        return false;
    }
    host->minted = minted;
    (void)snprintf(host->minted_name, sizeof host->minted_name, "%s", name);
    host->flags = site_host_is_gone(host) ? SSL_FLAGS_IGNORE : SSL_FLAGS_REQUIRE;
    return true;
}

const struct recipe *site_host_recipe(const struct site_host *host)
{
    return host->minted == NULL ? host->recipe
                                : recipe_find(host->minted, host->minted_name);
}

bool site_host_is_gone(const struct site_host *host)
{
    return host->minted != NULL && site_host_recipe(host) == NULL;
}

bool site_host_find(const struct recipe_table *cases, const char *server_name,
                    struct site_host *ret_host)
{
    char text[2 * LABEL_MAX];
    struct site_host host = { .flags = SSL_FLAGS_REQUIRE };

    if (server_name == NULL || !normalise(server_name, text) ||
        !cut_suffix(text, TOP)) {
        return false;
    }
    host.as_200 = cut_suffix(text, ".as200");
    if (cut_suffix(text, ".again") && !cut_number(text)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        if (strcmp(modes[i].label, text) == 0) {
            *ret_host = modes[i].host;
            ret_host->as_200 = host.as_200;
            return true;
        }
    }
    if (cut_suffix(text, ".mint")) {
        bool found = find_minted(cases->more, text, &host);
        *ret_host = found ? host : *ret_host;
        return found;
    }
    host.recipe = cases == NULL ? NULL : recipe_find(cases, text);
    if (host.recipe == NULL) {
        return false;
    }
    *ret_host = host;
    return true;
}

/* "expired" as "expired.localhost". */
static bool find_own(const struct recipe_table *cases, const char *name,
                     struct site_host *ret_host)
{
    char host[CONFIG_HOST_MAX + sizeof TOP];
    (void)snprintf(host, sizeof host, "%s" TOP, name);
    return name[0] != 0 && site_host_find(cases, host, ret_host);
}

void site_view_init(struct site_view *view, const struct config_listen *listen,
                    const struct recipe_table *cases, const char *server_name)
{
    *view = (struct site_view){ .listen = *listen };
    if (!listen->plain && listen->roles == 0 &&
        (site_host_find(cases, server_name, &view->host) ||
         find_own(cases, listen->host, &view->host))) {
        view->is_named = true;
        view->listen.flags = view->host.flags;
        view->listen.never_asks = false;
        if (view->host.enforce != CONFIG_ENFORCE_HTTP) {
            view->listen.enforce = view->host.enforce;
            view->listen.enforce_alert = TLS_ALERT_NONE;
        }
        if (view->host.dialect != CONFIG_DIALECT_IIS) {
            view->listen.dialect = view->host.dialect;
        }
        view->listen.roles = view->host.is_desk ? CONFIG_ROLE_DESK : 0;
    }
}

int site_host_check(const struct config *config, const struct recipe_table *cases,
                    struct err *err)
{
    struct site_host host;
    for (size_t i = 0; i < config->n_listen; i++) {
        const struct config_listen *listen = &config->listen[i];
        if (listen->host[0] == 0) {
            continue;
        }
        if (!find_own(cases, listen->host, &host)) {
            return err_set(err, ERR_CONFIG, 0,
                           "--listen ...,host=%.60s: that is no case (certgate list), "
                           "and none of require, accept, ignore and desk",
                           listen->host);
        }
        if (listen->plain || listen->roles != 0) {
            return err_set(err, ERR_CONFIG, 0,
                           "--listen ...,host=%.60s: only a site that judges "
                           "certificates can be one",
                           listen->host);
        }
    }
    return 0;
}

bool site_host_is_misdirected(const char *server_name, const char *host_name)
{
    char a[2 * LABEL_MAX];
    char b[2 * LABEL_MAX];
    if (server_name == NULL || host_name[0] == 0) {
        return false;
    }
    if (!normalise(server_name, a) || !normalise(host_name, b)) {
        return strcmp(server_name, host_name) != 0;
    }
    return strcmp(a, b) != 0;
}
