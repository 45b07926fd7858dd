/* SPDX-License-Identifier: MIT */
#include "attempt/target.h"

#include "base/file.h"
#include "base/text.h"
#include "common/setter.h"
#include "tls/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where systems keep their trusted CAs: Debian, Fedora, Alpine and BSD. */
static const char *const system_cas[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
};

#define TIME_MAX_S ((uint64_t)86400)

/* ---- the shared rows */

SETTER_FUNCTION(target_set_cacert, struct target_options, cacert, value)
SETTER_FUNCTION(target_set_insecure, struct target_options, insecure, true)

int target_add_resolve(void *options, const char *value, struct err *err)
{
    return url_routes_add_resolve(&((struct target_options *)options)->routes, value,
                                  err);
}

int target_add_connect_to(void *options, const char *value, struct err *err)
{
    return url_routes_add_connect_to(&((struct target_options *)options)->routes, value,
                                     err);
}

SETTER_FUNCTION(target_set_dir, struct target_options, dir, value)

/* Seconds with a decimal fraction, as curl has it. */
int target_set_max_time(void *options, const char *value, struct err *err)
{
    char whole[16];
    char digits[4] = "000";
    size_t len = strcspn(value, ".");
    uint64_t seconds;
    uint64_t ms;
    if (value[len] == '.' && value[len + 1] != 0) {
        size_t n_digits = strlen(value + len + 1);
        memcpy(digits, value + len + 1, n_digits < 3 ? n_digits : 3);
    }
    snprintf(whole, sizeof(whole), "%.*s", (int)len, value);
    if (len == 0 || len >= sizeof(whole) ||
        !text_read_number(whole, TIME_MAX_S, &seconds) ||
        !text_read_number(digits, 999, &ms) || seconds * 1000 + ms == 0) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\" is no number of seconds", value);
    }
    ((struct target_options *)options)->max_time_ms = seconds * 1000 + ms;
    return 0;
}

int target_set_ciphers(void *options, const char *value, struct err *err)
{
    struct target_options *target = options;
    target->n_ciphers = 0;
    while (*value != 0) {
        size_t len = strcspn(value, ":, ");
        if (len > 0 && target->n_ciphers == TARGET_CIPHERS_MAX) {
            return err_set(err, ERR_LIMIT, 0, "more than %zu cipher suites",
                           TARGET_CIPHERS_MAX);
        }
        if (len > 0) {
            char *name = target->cipher_names[target->n_ciphers];
            snprintf(name, TLS_CIPHER_NAME_MAX, "%.*s", (int)len, value);
            if (tls_cipher_find(name) == 0) {
                return err_set(err, ERR_CONFIG, 0,
                               "unknown cipher suite \"%s\": IANA's names are meant, "
                               "as TLS_AES_128_GCM_SHA256, or OpenSSL's",
                               name);
            }
            target->n_ciphers++;
        }
        value += len + (value[len] != 0 ? 1 : 0);
    }
    return 0;
}

SETTER_FUNCTION(target_set_no_alpn, struct target_options, no_alpn, true)

/* ---- trust */

static int load_file(struct target *target, const char *path, struct err *err)
{
    snprintf(target->ca_source, sizeof(target->ca_source), "%s", path);
    return credential_cas_load(path, &target->cas, err);
}

/* The root of an earlier `certgate forge`, if there is one. */
static bool find_test_root(const struct target_options *options,
                           char path[static FILE_PATH_MAX])
{
    struct err ignored = ERR_INIT;
    char dir[FILE_PATH_MAX];
    if (options->dir != NULL) {
        snprintf(dir, sizeof(dir), "%s", options->dir);
    } else if (file_find_place(FILE_PLACE_DATA, NULL, dir, &ignored) != 0) {
        return false;
    }
    return file_join(path, dir, "authorities/root.crt") &&
           file_kind(path) == FILE_REGULAR;
}

const char *target_find_system_cas(void)
{
    for (size_t i = 0; i < ARRAY_LEN(system_cas); i++) {
        if (file_kind(system_cas[i]) == FILE_REGULAR) {
            return system_cas[i];
        }
    }
    return NULL;
}

static int load_system(struct target *target, struct err *err)
{
    const char *path = target_find_system_cas();
    if (path != NULL) {
        return load_file(target, path, err);
    }
    /* An empty list of CAs is correct where nothing is to be trusted. */
    snprintf(target->ca_source, sizeof(target->ca_source), "no CA at all");
    return 0;
}

int target_load_trust(struct target *target, const struct target_options *options,
                      const struct forge_world *world, struct err *err)
{
    const char *variable = getenv("SSL_CERT_FILE");
    char path[FILE_PATH_MAX];
    memset(target, 0, sizeof(*target));
    target->options = options;
    if (key_log_open(&target->key_log, err) != 0) {
        return -1;
    }
    if (options->insecure) {
        return 0;
    }
    if (options->cacert != NULL) {
        return load_file(target, options->cacert, err);
    }
    if (url_is_local(&options->url) && world != NULL) {
        snprintf(target->ca_source, sizeof(target->ca_source), "the test world's root");
        return credential_cas_add(&target->cas, forge_authority(world, "root")->der,
                                  err);
    }
    if (url_is_local(&options->url) && find_test_root(options, path)) {
        return load_file(target, path, err);
    }
    if (variable != NULL && variable[0] != 0) {
        return load_file(target, variable, err);
    }
    return load_system(target, err);
}

void target_finish(struct target *target)
{
    credential_cas_finish(&target->cas);
    key_log_close(&target->key_log);
}

/* ---- addresses */

struct lookup {
    struct resolve resolve;
    bool done;
    int code;
};

static void on_resolved(void *user, int uv_code)
{
    struct lookup *lookup = user;
    lookup->done = true;
    lookup->code = uv_code;
}

int target_resolve(struct target *target, uv_loop_t *loop, struct err *err)
{
    struct lookup lookup = { .done = false };
    uint16_t port;
    const char *host =
        url_routes_find(&target->options->routes, &target->options->url, &port);
    if (resolve_start(&lookup.resolve, loop, host, port, on_resolved, &lookup, err) !=
        0) {
        return -1;
    }
    while (!lookup.done) {
        uv_run(loop, UV_RUN_ONCE);
    }
    if (lookup.code != 0) {
        return err_set_reason(err, ERR_UV, lookup.code, uv_strerror(lookup.code),
                              "no address for %s", host);
    }
    target->n_addresses = lookup.resolve.n_addresses;
    memcpy(target->addresses, lookup.resolve.addresses, sizeof(target->addresses));
    return 0;
}

/* ---- TLS */

int target_make_config(struct target *target, const struct target_use *use,
                       struct tls_client_config **ret_config, struct err *err)
{
    static const char *const alpn[] = { "http/1.1", NULL };
    const struct target_options *options = target->options;
    const char *ciphers[TARGET_CIPHERS_MAX + 1];
    struct slice chain[CREDENTIAL_CHAIN_MAX];
    size_t n_chain = use->credential == NULL ? 0 : use->credential->n_chain;
    n_chain = n_chain < CREDENTIAL_CHAIN_MAX ? n_chain : CREDENTIAL_CHAIN_MAX;
    for (size_t i = 0; i < n_chain; i++) {
        chain[i] = buf_slice(&use->credential->chain[i]);
    }
    for (size_t i = 0; i < options->n_ciphers; i++) {
        ciphers[i] = options->cipher_names[i];
    }
    ciphers[options->n_ciphers] = NULL;
    const char *server_name = use->server_name;
    if (server_name == NULL && !url_host_is_address(&options->url)) {
        server_name = options->url.host;
    }
    struct tls_client_options tls = {
        .chain = chain,
        .n_chain = n_chain,
        .key = n_chain == 0 ? NULL : use->credential->key,
        .cas = (const struct certificate *const *)target->cas.certs,
        .n_cas = target->cas.n_certs,
        .insecure = options->insecure || use->server_name != NULL,
        .server_name = server_name,
        .verify_name = !options->insecure && use->server_name == NULL,
        .verify_host = options->url.host,
        .min_version = use->min_version,
        .max_version = use->max_version,
        .ciphers = options->n_ciphers == 0 ? NULL : ciphers,
        .alpn = options->no_alpn ? NULL : alpn,
        .tickets = use->tickets,
        .honour_ca_names = use->honour_ca_names,
        .on_key_log = key_log_is_open(&target->key_log) ? key_log_write : NULL,
        .key_log_user = &target->key_log,
    };
    return tls_client_config_create(&tls, ret_config, err);
}
