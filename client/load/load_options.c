/* SPDX-License-Identifier: MIT */
#include "load/load_options.h"

#include "base/mem.h"
#include "base/text.h"
#include "common/command.h"
#include "common/setter.h"
#include "net/address.h"

#include <stdlib.h>
#include <string.h>

#define RATE_DEFAULT        10
#define DURATION_DEFAULT_MS 10000
#define TIMEOUT_DEFAULT_MS  10000
#define CONNECTIONS_DEFAULT 64

SETTER(key, struct load_options, key_file, value)
SETTER(password, struct load_options, password, value)
SETTER(resume, struct load_options, resumes, true)
SETTER(keep_alive, struct load_options, keeps_alive, true)
SETTER(allow_host, struct load_options, allowed_host, value)
SETTER(expect, struct load_options, expect, value)
SETTER(fail, struct load_options, fail, true)
SETTER(json, struct load_options, json, true)
SETTER(output, struct load_options, output, value)
SETTER(help, struct load_options, help, true)

static int add_case(void *target, const char *value, struct err *err)
{
    struct load_options *options = target;
    if (options->n_cases == LOAD_CASES_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %zu cases", LOAD_CASES_MAX);
    }
    options->cases[options->n_cases++] = value;
    return 0;
}

static int set_cert(void *target, const char *value, struct err *err)
{
    struct load_options *options = target;
    free(options->cert);
    options->cert = mem_copy_string(value, strlen(value));
    if (options->cert == NULL) {
        return err_memory(err);
    }
    credential_split(options->cert, &options->cert_file, &options->password);
    return 0;
}

static int read_count(const char *value, uint64_t max, uint64_t *ret_count,
                      struct err *err)
{
    uint64_t count;
    if (!text_read_number(value, max, &count) || count == 0) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\": a number from 1 to %llu is meant",
                       value, (unsigned long long)max);
    }
    *ret_count = count;
    return 0;
}

static int set_rate(void *target, const char *value, struct err *err)
{
    return read_count(value, SCHEDULE_RATE_MAX, &((struct load_options *)target)->rate,
                      err);
}

static int set_duration(void *target, const char *value, struct err *err)
{
    struct load_options *options = target;
    struct target_options read = { .max_time_ms = 0 };
    if (target_set_max_time(&read, value, err) != 0) {
        return -1;
    }
    if (read.max_time_ms > SCHEDULE_TIME_MAX * 1000) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\": at most %llu seconds", value,
                       (unsigned long long)SCHEDULE_TIME_MAX);
    }
    options->duration_ms = read.max_time_ms;
    return 0;
}

static int set_connections(void *target, const char *value, struct err *err)
{
    uint64_t count = 0;
    if (read_count(value, LOAD_CONNECTIONS_MAX, &count, err) != 0) {
        return -1;
    }
    ((struct load_options *)target)->n_connections = (size_t)count;
    return 0;
}

static int set_tls(void *target, const char *value, struct err *err)
{
    return tls_version_parse(value, &((struct load_options *)target)->version)
               ? 0
               : err_set(err, ERR_CONFIG, 0, "\"%s\": 1.2 or 1.3 is meant", value);
}

static int set_flags(void *target, const char *value, struct err *err)
{
    return ssl_flags_parse(value, &((struct load_options *)target)->flags)
               ? 0
               : err_set(err, ERR_CONFIG, 0,
                         "\"%s\": require, accept or ignore is meant", value);
}

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("Who asks"),
    { "case", 0, NULL, "NAME", "a case of the test world (certgate list), in turn with others; default: good", add_case, ARGS_REPEATABLE },
    { "cert", 'E', NULL, "FILE[:PASS]", "certificate, chain and key: PEM, DER or PKCS #12, sent as it is", set_cert, ARGS_ONCE },
    { "key", 0, NULL, "FILE", "its private key, if it is not in the same file", set_key, ARGS_ONCE },
    { "pass", 0, NULL, "WORD", "the key's password", set_password, ARGS_ONCE },
    ARGS_HEADING("How much"),
    { "rate", 0, NULL, "N", "requests that begin in a second; default 10", set_rate, ARGS_ONCE },
    { "duration", 0, NULL, "S", "seconds; default 10", set_duration, ARGS_ONCE },
    { "connections", 0, NULL, "N", "open at a time, at most; default 64", set_connections, ARGS_ONCE },
    { "resume", 0, NULL, NULL, "resume the session of an earlier connection of the case", set_resume, ARGS_ONCE },
    { "keep-alive", 0, NULL, NULL, "ask again on the connections that the server keeps open", set_keep_alive, ARGS_ONCE },
    { "timeout", 0, "max-time", "S", "seconds to wait for each answer; default 10", target_set_max_time, ARGS_ONCE },
    { "allow-host", 0, NULL, "HOST", "this host, which is not this machine, may be loaded: you answer for it", set_allow_host, ARGS_ONCE },
    ARGS_HEADING("What is expected"),
    { "expect", 0, NULL, "WHAT", "as for check: iis, strict, nginx, ..., or a file", set_expect, ARGS_ONCE },
    { "sslflags", 0, "mode", "MODE", "how the server treats client certificates: require (default), accept or ignore", set_flags, ARGS_ONCE },
    { "fail", 'f', NULL, NULL, "exit with 1 if any answer is not as expected", set_fail, ARGS_ONCE },
    ARGS_HEADING("The server"),
    { "cacert", 0, "CAfile", "FILE", "CAs to trust; default for this machine: the test world's root", target_set_cacert, ARGS_ONCE },
    { "insecure", 'k', NULL, NULL, "trust any server certificate", target_set_insecure, ARGS_ONCE },
    { "tls", 0, NULL, "VERSION", "this version only: 1.2 or 1.3", set_tls, ARGS_ONCE },
    { "resolve", 0, NULL, "H:P:A", "connect to address A for host H and port P", target_add_resolve, ARGS_REPEATABLE },
    { "connect-to", 0, NULL, "H:P:H:P", "connect to the second host and port for the first", target_add_connect_to, ARGS_REPEATABLE },
    ARGS_HEADING("The report"),
    { "json", 0, NULL, NULL, "JSON instead of the tables", set_json, ARGS_ONCE },
    { "output", 'o', NULL, "FILE", "write the report to FILE", set_output, ARGS_ONCE },
    { "cases", 0, "data", "DIR", "the test world; default $XDG_DATA_HOME/certgate; made if necessary", target_set_dir, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate load URL [OPTION...]\n"
    "Requests at a steady rate, each with a client certificate, by a full handshake\n"
    "unless told otherwise. Latencies count from when each should have begun, so a\n"
    "server that stalls is seen by all who had to wait. Control-C ends it early, with\n"
    "the report.\n";
static const char closing[] =
    "Exit: 0 done, 1 not all as expected (--fail), 2 wrong usage or could not run.\n";

int load_options_print_help(void)
{
    return command_print_help(usage, rows, ARRAY_LEN(rows), closing);
}

static int set_url(void *target, const char *operand, struct err *err)
{
    struct load_options *options = target;
    if (options->has_url) {
        return err_set(err, ERR_CONFIG, 0, "more than one URL");
    }
    options->has_url = true;
    if (url_parse(operand, &options->target.url, err) != 0) {
        return err_wrap(err, "the URL");
    }
    return options->target.url.is_tls
               ? 0
               : err_set(err, ERR_CONFIG, 0, "client certificates need https");
}

/* Checks and completes the options as a whole. */
static int settle(struct load_options *options, struct err *err)
{
    if (!options->has_url) {
        return err_set(err, ERR_CONFIG, 0, "no URL");
    }
    if (options->key_file != NULL && options->cert == NULL) {
        return err_set(err, ERR_CONFIG, 0, "--key without --cert");
    }
    if (options->n_cases == 0 && options->cert == NULL) {
        options->cases[options->n_cases++] = "good";
    }
    size_t n_turns = options->n_cases + (options->cert != NULL);
    if (options->keeps_alive && options->n_connections < n_turns) {
        return err_set(err, ERR_CONFIG, 0,
                       "--connections %zu: with --keep-alive each of the %zu "
                       "certificates needs one at least",
                       options->n_connections, n_turns);
    }
    return 0;
}

int load_options_parse(int argc, char **argv, struct load_options *ret_options,
                       struct err *err)
{
    *ret_options = (struct load_options){
        .target = { .max_time_ms = TIMEOUT_DEFAULT_MS },
        .rate = RATE_DEFAULT,
        .duration_ms = DURATION_DEFAULT_MS,
        .n_connections = CONNECTIONS_DEFAULT,
        .version = TLS_VERSION_DEFAULT,
        .flags = SSL_FLAGS_REQUIRE,
    };
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, ret_options, set_url, err) != 0) {
        return -1;
    }
    return ret_options->help ? 0 : settle(ret_options, err);
}

void load_options_finish(struct load_options *options)
{
    free(options->cert);
    options->cert = NULL;
}

/* ---- whom it may be turned on */

int load_options_allow(const struct load_options *options,
                       const struct sockaddr_storage *addresses, size_t n_addresses,
                       struct err *err)
{
    uint16_t port;
    const char *host =
        url_routes_find(&options->target.routes, &options->target.url, &port);
    bool is_here = true;
    for (size_t i = 0; i < n_addresses; i++) {
        is_here =
            is_here && address_is_loopback((const struct sockaddr *)&addresses[i]);
    }
    if (is_here) {
        return 0;
    }
    if (options->allowed_host == NULL ||
        !text_equal_ignoring_case(options->allowed_host, host)) {
        return err_set(err, ERR_CONFIG, 0,
                       "%s is not this machine: if you may put load on it, say so with "
                       "--allow-host %s",
                       host, host);
    }
    if (options->rate > LOAD_FOREIGN_RATE_MAX) {
        return err_set(err, ERR_CONFIG, 0,
                       "--rate %llu: at most %llu a second to another machine",
                       (unsigned long long)options->rate,
                       (unsigned long long)LOAD_FOREIGN_RATE_MAX);
    }
    return 0;
}
