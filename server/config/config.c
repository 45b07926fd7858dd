/* SPDX-License-Identifier: MIT */
#include "config/config.h"

#include "base/mem.h"
#include "base/text.h"
#include "config/config_internal.h"
#include "like/like.h"

#include <ini.h>

#include <stdlib.h>
#include <string.h>

#define ENV_PREFIX   "CERTGATED_"
#define ENV_NAME_MAX ((size_t)64)

#define MAX_CONNECTIONS_DEFAULT   1000
#define HANDSHAKE_TIMEOUT_DEFAULT 10
#define REQUEST_TIMEOUT_DEFAULT   30
#define IDLE_TIMEOUT_DEFAULT      120 /* IIS's connectionTimeout */
/* Schannel's ServerCacheTime: 10 hours */
#define SERVER_CACHE_TIME_DEFAULT_S ((uint32_t)10 * 3600)

enum source {
    SOURCE_DEFAULT,
    SOURCE_LIKE,
    SOURCE_FILE,
    SOURCE_ENVIRONMENT,
    SOURCE_ARGUMENTS
};

static const char *const error_modes[] = {
    [CONFIG_ERRORS_DETAILED_LOCAL_ONLY] = "DetailedLocalOnly",
    [CONFIG_ERRORS_DETAILED] = "Detailed",
    [CONFIG_ERRORS_CUSTOM] = "Custom",
};

const char *config_error_mode_name(enum config_error_mode mode)
{
    return error_modes[mode];
}

static void set_defaults(struct config *config)
{
    memset(config, 0, sizeof *config);
    config->site.flags = SSL_FLAGS_REQUIRE;
    memcpy(config->host, "localhost", sizeof "localhost");
    config->policy = policy_default();
    config->windows = windows_default();
    config->clientcertnegotiation = true;
    config->enablesessionticket = true;
    config->servercachetime_ms = SERVER_CACHE_TIME_DEFAULT_S * 1000;
    config->ready_fd = -1;
    config->lifeline_fd = -1;
    config->max_connections = MAX_CONNECTIONS_DEFAULT;
    config->handshake_timeout_s = HANDSHAKE_TIMEOUT_DEFAULT;
    config->request_timeout_s = REQUEST_TIMEOUT_DEFAULT;
    config->idle_timeout_s = IDLE_TIMEOUT_DEFAULT;
}

/* ---- the file */

struct file_reader {
    struct config *config;
    struct err *err;
    bool failed;
};

static bool may_stand_in_file(const char *name)
{
    static const char *const not_there[] = { "config", "check", "show",
                                             "json",   "help",  "version" };
    for (size_t i = 0; i < ARRAY_LEN(not_there); i++) {
        if (strcmp(name, not_there[i]) == 0) {
            return false;
        }
    }
    return true;
}

static int read_entry(struct file_reader *reader, const char *section, const char *name,
                      const char *value)
{
    const struct args_option *option = config_options_find(name);

    if (section[0] != 0 && strcmp(section, "certgated") != 0) {
        return err_set(reader->err, ERR_CONFIG, 0,
                       "section [%s] is not known; there is only [certgated]", section);
    }
    if (option == NULL || !may_stand_in_file(option->name)) {
        return err_set(reader->err, ERR_CONFIG, 0,
                       "unknown key '%s' (certgated --help lists them)", name);
    }
    if (args_set_text(option, reader->config, value, reader->err) != 0) {
        return err_wrap(reader->err, "%s", name);
    }
    return 0;
}

/* For libinih 0 means that this line is wrong. It reads on all the same, so the lines
 * after an error are skipped here. */
static int on_ini_entry(void *user, const char *section, const char *name,
                        const char *value)
{
    struct file_reader *reader = user;
    if (reader->failed) {
        return 1;
    }
    reader->failed = read_entry(reader, section, name, value) != 0;
    return reader->failed ? 0 : 1;
}

static int read_file(struct config *config, const char *path, struct err *err)
{
    struct buf text = BUF_EMPTY;
    struct file_reader reader = { config, err, false };
    int result = -1;

    if (file_read_all(path, CONFIG_FILE_MAX, &text, err) != 0) {
        err_wrap(err, "--config");
        goto out;
    }
    int line = ini_parse_string(buf_string(&text), on_ini_entry, &reader);
    if (line > 0 && !reader.failed) {
        err_set(err, ERR_CONFIG, 0, "%s, line %d: this is no 'name = value'", path,
                line);
        goto out;
    }
    if (line != 0) {
        err_wrap(err, "%s, line %d", path, line);
        goto out;
    }
    result = 0;
out:
    buf_finish(&text);
    return result;
}

/* Which file: one that was named must exist, the default one need not. */
static int read_any_file(struct config *config, const char *asked, struct err *err)
{
    char path[FILE_PATH_MAX];
    struct err ignored = ERR_INIT;

    config->source = SOURCE_FILE;
    if (asked[0] != 0) {
        memcpy(config->file, asked, strlen(asked) + 1);
        return read_file(config, config->file, err);
    }
    if (file_find_place(FILE_PLACE_CONFIG, "certgated.ini", path, &ignored) != 0 ||
        file_kind(path) != FILE_REGULAR) {
        return 0;
    }
    memcpy(config->file, path, strlen(path) + 1);
    return read_file(config, config->file, err);
}

/* ---- the environment */

static void make_env_name(char name[static ENV_NAME_MAX], const char *option)
{
    size_t len = sizeof ENV_PREFIX - 1;
    memcpy(name, ENV_PREFIX, len);
    for (; *option != 0 && len < ENV_NAME_MAX - 1; option++) {
        char c = *option;
        name[len++] = c == '-' ? '_' : (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    name[len] = 0;
}

static int read_environment(struct config *config, config_getenv_fn getenv_fn,
                            void *user, struct err *err)
{
    config->source = SOURCE_ENVIRONMENT;
    for (size_t i = 0; i < config_n_options; i++) {
        const struct args_option *option = &config_options[i];
        char name[ENV_NAME_MAX];
        if (option->name == NULL || !may_stand_in_file(option->name)) {
            continue;
        }
        make_env_name(name, option->name);
        const char *value = getenv_fn(user, name);
        if (value == NULL || value[0] == 0) {
            continue;
        }
        if (args_set_text(option, config, value, err) != 0) {
            return err_wrap(err, "%s", name);
        }
    }
    const char *keylog = getenv_fn(user, "SSLKEYLOGFILE");
    if (keylog != NULL && config->keylog[0] == 0 &&
        strlen(keylog) < sizeof config->keylog) {
        memcpy(config->keylog, keylog, strlen(keylog) + 1);
    }
    return 0;
}

/* ---- what follows from all sources together */

static int cut_ciphers(struct config *config, struct err *err)
{
    char *rest = config->cipher_text;
    size_t n = 0;
    while (*(rest += strspn(rest, ":, ")) != 0) {
        if (n >= CONFIG_CIPHERS_MAX) {
            return err_set(err, ERR_LIMIT, 0, "--ciphers: more than %zu suites",
                           CONFIG_CIPHERS_MAX);
        }
        config->ciphers[n++] = rest;
        rest += strcspn(rest, ":, ");
        if (*rest != 0) {
            *rest++ = 0;
        }
    }
    config->ciphers[n] = NULL;
    return 0;
}

static int find_places(struct config *config, struct err *err)
{
    if (config->store[0] == 0 &&
        file_find_place(FILE_PLACE_DATA, "store", config->store, err) != 0) {
        return err_wrap(err, "--store is not given");
    }
    if (config->cache_file[0] == 0 &&
        file_find_place(FILE_PLACE_CACHE, "evidence", config->cache_file, err) != 0) {
        return err_wrap(err, "--cache-file is not given");
    }
    if (config->log_dir[0] == 0 &&
        file_find_place(FILE_PLACE_STATE, "logs", config->log_dir, err) != 0) {
        return err_wrap(err, "--log-dir is not given");
    }
    return 0;
}

static int complete_versions(struct config *config, struct err *err)
{
    if (config->disabletls13 && config->disabletls12) {
        return err_set(err, ERR_CONFIG, 0,
                       "--disabletls12 and --disabletls13 leave no version of TLS");
    }
    config->tls_min = config->disabletls12 ? TLS_VERSION_1_3 : config->tls_min;
    config->tls_max = config->disabletls13 ? TLS_VERSION_1_2 : config->tls_max;
    if (config->tls_max == TLS_VERSION_DEFAULT && !config->windows->has_tls_1_3 &&
        config->tls_min != TLS_VERSION_1_3) {
        config->tls_max = TLS_VERSION_1_2;
    }
    if (config->tls_min == TLS_VERSION_1_3 && config->tls_max == TLS_VERSION_1_2) {
        return err_set(err, ERR_CONFIG, 0, "--tls-min 1.3 is above --tls-max 1.2");
    }
    return 0;
}

static int add_sites(struct config *config, struct err *err)
{
    if (config->n_listen > 0) {
        return 0;
    }
    return config->like_read != NULL ? config_like_add_sites(config, err)
                                     : config_options_add_default_sites(config, err);
}

/* `parts` are those of --like's bindings; NULL without it. */
static int complete(struct config *config, const struct config_part *parts,
                    size_t n_parts, struct err *err)
{
    if (add_sites(config, err) != 0 || cut_ciphers(config, err) != 0 ||
        find_places(config, err) != 0 || complete_versions(config, err) != 0) {
        return -1;
    }
    if (config->action == CONFIG_SHOW_CONFIG && config->n_iis == 0) {
        return err_set(err, ERR_CONFIG, 0,
                       "--show config is for the files of --iis, which is not given");
    }
    const struct config_part own = config_part_of(config);
    config->policy = own.policy;
    if (parts != NULL) {
        config_like_settle(config, parts, n_parts);
    }
    for (size_t i = 0; i < config->n_listen; i++) {
        struct config_listen *listen = &config->listen[i];
        config_part_complete(listen, config,
                             listen->part != NULL ? listen->part : &own);
        listen->part = NULL;
    }
    return config_listen_check(config, err);
}

/* Of --show config only. */
static int take_operand(void *target, const char *operand, struct err *err)
{
    struct config *config = target;
    size_t len = strlen(operand);
    if (config->action != CONFIG_SHOW_CONFIG || config->show_path[0] != 0) {
        return err_set(err, ERR_CONFIG, 0,
                       "'%s' is no option (certgated takes no operands, but a path "
                       "behind --show config)",
                       operand);
    }
    if (len == 0 || len >= sizeof config->show_path) {
        return err_set(err, ERR_CONFIG, 0, "a path has from 1 to %zu bytes",
                       sizeof config->show_path - 1);
    }
    memcpy(config->show_path, operand, len + 1);
    return 0;
}

/* ---- all sources, one after another */

struct sources {
    const char *file; /* "" = the default one, if it is there */
    int argc;
    char *const *argv;
    config_getenv_fn getenv_fn;
    void *user;
};

static int read_sources(struct config *config, const struct sources *sources,
                        struct err *err)
{
    if (read_any_file(config, sources->file, err) != 0 ||
        read_environment(config, sources->getenv_fn, sources->user, err) != 0) {
        return -1;
    }
    config->source = SOURCE_ARGUMENTS;
    return args_parse(config_options, config_n_options, sources->argc, sources->argv,
                      config, take_operand, err);
}

/* The sources anew on top of what a binding says; `config` has them without it. */
static int read_binding(struct config *config, const struct sources *sources,
                        struct like *like, size_t binding, struct err *err)
{
    enum config_action action = config->action;
    set_defaults(config);
    config->action = action;
    config->source = SOURCE_LIKE;
    config_like_apply(config, like, binding);
    config->like_read = like;
    return read_sources(config, sources, err);
}

static int read_like(struct config *config, const struct sources *sources,
                     struct err *err)
{
    struct like *like = NULL;
    struct config_part parts[LIKE_BINDINGS_MAX];
    if (like_read(config->like, &like, err) != 0) {
        return err_wrap(err, "--like");
    }
    size_t n = like->n_bindings > 0 ? like->n_bindings : 1;
    /* The first one last: what it says is the server's. */
    for (size_t i = n; i > 0; i--) {
        if (read_binding(config, sources, like, i - 1, err) != 0 ||
            complete_versions(config, err) != 0) {
            return -1;
        }
        parts[i - 1] = config_part_of(config);
    }
    return complete(config, parts, n, err);
}

int config_read(struct config *config, int argc, char *const *argv,
                config_getenv_fn getenv_fn, void *user, struct err *err)
{
    /* The command line is read first because it may name the configuration file. Its
     * errors are reported first, too: the user has just typed them. */
    struct config *look = mem_alloc(1, sizeof *look);
    int result = -1;

    if (look == NULL) {
        return err_memory(err);
    }
    set_defaults(config);
    set_defaults(look);
    look->source = SOURCE_ARGUMENTS;
    if (args_parse(config_options, config_n_options, argc, argv, look, take_operand,
                   err) != 0) {
        goto out;
    }
    config->action = look->action;
    if (config->action == CONFIG_HELP || config->action == CONFIG_VERSION) {
        result = 0;
        goto out;
    }
    if (look->file[0] == 0) {
        const char *named = getenv_fn(user, ENV_PREFIX "CONFIG");
        if (named != NULL && strlen(named) < sizeof look->file) {
            memcpy(look->file, named, strlen(named) + 1);
        }
    }
    const struct sources sources = { look->file, argc, argv, getenv_fn, user };
    if (read_sources(config, &sources, err) != 0) {
        goto out;
    }
    result = config->like[0] != 0 ? read_like(config, &sources, err)
                                  : complete(config, NULL, 0, err);
out:
    free(look);
    return result;
}

void config_finish(struct config *config)
{
    like_destroy(config->like_read);
    config->like_read = NULL;
}

bool config_append_help(struct buf *out)
{
    buf_append_string(
        out, "Usage: certgated [OPTION]...\n"
             "\n"
             "An HTTPS server that answers client certificates as IIS does: "
             "403.7, 403.13,\n"
             "403.16, 403.17, with the page, the HRESULT and the log line, and "
             "says why.\n");
    return args_append_help(out, config_options, config_n_options);
}

bool config_has_httperr_log(const struct config *config)
{
    return config->httperr_log[0] != 0 && strcmp(config->httperr_log, "none") != 0;
}
