/* SPDX-License-Identifier: MIT
 *
 * The server that is talked to: how the user describes it (target_options, filled
 * by the rows that `check` and `get` share), and what is needed to begin an attempt
 * (target): addresses, trusted CAs, TLS configurations.
 */
#pragma once

#include "attempt/credential.h"
#include "attempt/key_log.h"
#include "base/err.h"
#include "base/file.h"
#include "common/url.h"
#include "forge/forge.h"
#include "net/resolve.h"
#include "tls/tls_config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <uv.h>

#define TARGET_CIPHERS_MAX ((size_t)32)

/* The first member of each command's options, so that the shared rows can set it. */
struct target_options {
    struct url url;
    struct url_routes routes;
    const char *cacert;
    bool insecure;
    const char *dir;      /* of the test world; NULL = the user's own */
    uint64_t max_time_ms; /* 0 = none */
    char cipher_names[TARGET_CIPHERS_MAX][TLS_CIPHER_NAME_MAX];
    size_t n_ciphers; /* 0 = the defaults */
    bool no_alpn;
};

/* The setters of the shared rows; their target begins with a target_options. */
int target_set_cacert(void *options, const char *value, struct err *err);
int target_set_insecure(void *options, const char *value, struct err *err);
int target_add_resolve(void *options, const char *value, struct err *err);
int target_add_connect_to(void *options, const char *value, struct err *err);
int target_set_dir(void *options, const char *value, struct err *err);
int target_set_max_time(void *options, const char *value, struct err *err);
int target_set_ciphers(void *options, const char *value, struct err *err);
int target_set_no_alpn(void *options, const char *value, struct err *err);

struct target {
    const struct target_options *options; /* borrowed */
    struct sockaddr_storage addresses[RESOLVE_ADDRESSES_MAX];
    size_t n_addresses;
    struct credential_cas cas;
    char ca_source[FILE_PATH_MAX]; /* what `cas` came from, for messages */
    struct key_log key_log;
};

/* Loads the CAs to trust: the user's file; for a server on this machine the test
 * world's root, whatever SSL_CERT_FILE says (it is set for all programs, and would
 * be wrong here); else SSL_CERT_FILE, else the system's. `world` may be NULL: then
 * the root is read from `dir` if there is one. */
int target_load_trust(struct target *target, const struct target_options *options,
                      const struct forge_world *world, struct err *err) MUST_CHECK;
/* The file of CAs that the system trusts; NULL = none is found. */
const char *target_find_system_cas(void);
/* Looks up the addresses; runs the loop. */
int target_resolve(struct target *target, uv_loop_t *loop, struct err *err) MUST_CHECK;
void target_finish(struct target *target); /* accepts a zeroed one */

/* How one attempt uses TLS. */
struct target_use {
    const struct forge_credential *credential; /* NULL or empty = no certificate */
    enum tls_version min_version;
    enum tls_version max_version;
    bool tickets;
    bool honour_ca_names;    /* as browsers do */
    const char *server_name; /* SNI, which then need not be the certificate's; NULL =
                                the URL's host */
};
/* The target and the credential outlive the config. */
int target_make_config(struct target *target, const struct target_use *use,
                       struct tls_client_config **ret_config, struct err *err)
    MUST_CHECK;
