/* SPDX-License-Identifier: MIT
 *
 * What `certgate load` was told.
 */
#pragma once

#include "attempt/target.h"
#include "base/err.h"
#include "chain/judge.h"
#include "load/schedule.h"
#include "tls/tls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOAD_CASES_MAX       ((size_t)32) /* --case given */
#define LOAD_CONNECTIONS_MAX 1024
/* To a host that is not this machine. */
#define LOAD_FOREIGN_RATE_MAX ((uint64_t)1000)

struct load_options {
    struct target_options target; /* first: target_set_... */
    bool has_url;
    const char *cases[LOAD_CASES_MAX]; /* a name twice gets two turns */
    size_t n_cases;
    char *cert; /* owned; the next two point into it */
    const char *cert_file;
    const char *password;
    const char *key_file;
    uint64_t rate;
    uint64_t duration_ms;
    size_t n_connections;
    bool resumes;
    bool keeps_alive;
    const char *allowed_host; /* the user says that it may be loaded */
    enum tls_version version; /* TLS_VERSION_DEFAULT = any */
    const char *expect;       /* NULL = as `check` has it */
    enum ssl_flags flags;
    bool fail;
    bool json;
    const char *output;
    bool help;
};

/* The caller finishes the options, also on failure. */
int load_options_parse(int argc, char **argv, struct load_options *ret_options,
                       struct err *err) MUST_CHECK;
void load_options_finish(struct load_options *options);
int load_options_print_help(void);
/* Whether these addresses may be loaded: those of this machine may; others only if the
 * user has named the host, and not at any rate. The error has the remedy. */
int load_options_allow(const struct load_options *options,
                       const struct sockaddr_storage *addresses, size_t n_addresses,
                       struct err *err) MUST_CHECK;
