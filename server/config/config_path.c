/* SPDX-License-Identifier: MIT */
#include "config/config_path.h"

#include "base/compiler.h"
#include "base/text.h"
#include "config/config_internal.h"

#include <string.h>

#define PATH_TEXT_MAX ((size_t)256)
#define PORT_MAX      65535u

/* "/secure/" is "/secure"; "/" alone is "", below which everything lies. */
static int set_prefix(struct config_path *path, const char *text, struct err *err)
{
    const char *slash = strchr(text, '/');
    size_t port_len = slash != NULL ? (size_t)(slash - text) : 0;
    char digits[sizeof "65535"] = { 0 };
    uint64_t port = 0;

    if (slash == NULL || port_len >= sizeof digits) {
        return err_set(err, ERR_CONFIG, 0,
                       "a path begins with '/', or with a port and '/'");
    }
    memcpy(digits, text, port_len);
    if (port_len > 0 && (!text_read_number(digits, PORT_MAX, &port) || port == 0)) {
        return err_set(err, ERR_CONFIG, 0, "'%s' in front of the path is no port",
                       digits);
    }
    size_t len = strlen(slash);
    while (len > 0 && slash[len - 1] == '/') {
        len--;
    }
    if (len >= sizeof path->prefix || strpbrk(slash, "?#%\\") != NULL ||
        strstr(slash, "//") != NULL || strstr(slash, "/.") != NULL) {
        return err_set(
            err, ERR_CONFIG, 0,
            "a path is written as it is once decoded, without '?', '#', '%%', "
            "'\\', '//' or '/.', in at most %zu bytes",
            sizeof path->prefix - 1);
    }
    path->port = (uint16_t)port;
    memcpy(path->prefix, slash, len);
    path->prefix[len] = 0;
    return 0;
}

static int set_word(struct config_listen *says, const char *word, struct err *err)
{
    static const char flags[] = "sslflags=";
    static const char size[] = "uploadreadaheadsize=";
    if (strncmp(word, flags, sizeof flags - 1) == 0) {
        return config_flags_set(says, word + sizeof flags - 1, err);
    }
    if (strncmp(word, size, sizeof size - 1) == 0) {
        return config_read_ahead_set(says, word + sizeof size - 1, err);
    }
    if (config_flags_word(says, word)) {
        says->has_flags = true;
        return 0;
    }
    return err_set(err, ERR_CONFIG, 0,
                   "'%s' is none of sslflags=..., uploadreadaheadsize=..., ssl and "
                   "ssl128",
                   word);
}

int config_options_path(struct config *config, const char *value, struct err *err)
{
    char text[PATH_TEXT_MAX];
    struct config_path path = { .port = 0 };
    size_t len = strlen(value);

    if (len >= sizeof text) {
        return err_set(err, ERR_LIMIT, 0, "the value is longer than %zu bytes",
                       sizeof text - 1);
    }
    memcpy(text, value, len + 1);
    path.says.flags = SSL_FLAGS_IGNORE; /* as "ssl" alone has it */
    char *rest = text + strcspn(text, ",");
    while (*rest != 0) {
        char *word = rest + 1;
        *rest = 0;
        rest = word + strcspn(word, ",");
        char end = *rest;
        *rest = 0;
        if (set_word(&path.says, word, err) != 0) {
            return -1;
        }
        *rest = end;
    }
    config_flags_settle(&path.says);
    path.says.ssl |= path.says.ssl128 || path.says.flags == SSL_FLAGS_REQUIRE;
    if (set_prefix(&path, text, err) != 0) {
        return -1;
    }
    if (config->path_source != config->source) {
        config->path_source = config->source;
        config->n_paths = 0;
    }
    if (config->n_paths >= CONFIG_PATHS_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %zu paths", CONFIG_PATHS_MAX);
    }
    config->paths[config->n_paths++] = path;
    return 0;
}

const struct config_path *config_path_find(const struct config *config, uint16_t port,
                                           const char *path)
{
    const struct config_path *found = NULL;
    for (size_t i = 0; i < config->n_paths; i++) {
        const struct config_path *one = &config->paths[i];
        if ((one->port == 0 || one->port == port) &&
            text_skip_path(path, one->prefix) != SIZE_MAX &&
            (found == NULL || strlen(one->prefix) > strlen(found->prefix))) {
            found = one;
        }
    }
    return found;
}

void config_path_apply(const struct config_path *path, struct config_listen *site)
{
    if (path->says.has_flags) {
        site->flags = path->says.flags;
        site->ssl = path->says.ssl;
        site->ssl128 = path->says.ssl128;
        site->map_cert = path->says.map_cert;
        site->never_asks = path->says.never_asks;
    }
    if (path->says.upload_read_ahead != 0) {
        site->upload_read_ahead = path->says.upload_read_ahead;
    }
}

bool config_path_asks(const struct config *config, uint16_t port)
{
    for (size_t i = 0; i < config->n_paths; i++) {
        const struct config_path *path = &config->paths[i];
        if ((path->port == 0 || path->port == port) && path->says.has_flags &&
            path->says.flags != SSL_FLAGS_IGNORE) {
            return true;
        }
    }
    return false;
}
