/* SPDX-License-Identifier: MIT
 *
 * The configuration of certgated: one table of options serves the command line,
 * the environment (CERTGATED_NAME), the configuration file (INI, the same names)
 * and --help. A later source wins over an earlier one: defaults, file,
 * environment, command line. Repeatable options (base/args.h) take several values from
 * each source. The sites of --listen are those of the last source that names any; the
 * assumptions of --assume accumulate, and of the same name the last one counts.
 */
#pragma once

#include "base/err.h"
#include "base/file.h"
#include "chain/chain.h"
#include "chain/judge.h"
#include "chain/windows.h"
#include "tls/tls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define CONFIG_LISTEN_MAX  ((size_t)64)
#define CONFIG_CIPHERS_MAX ((size_t)64)
#define CONFIG_HOST_MAX    ((size_t)80)
#define CONFIG_TEXT_MAX    ((size_t)1024)
#define CONFIG_FILE_MAX    ((size_t)256 * 1024)
/* IIS's uploadReadAheadSize, unless a site or a path sets another. */
#define CONFIG_UPLOAD_READ_AHEAD     ((uint32_t)49152)
#define CONFIG_UPLOAD_READ_AHEAD_MAX ((size_t)1024 * 1024) /* what is read at all */

/* What a site is for; a site may have several. Without any it is the judged site that
 * plays IIS. */
enum config_role {
    CONFIG_ROLE_DESK = 1u << 0,    /* pages for people */
    CONFIG_ROLE_PKI = 1u << 1,     /* CRLs, OCSP answers and issuers of the test CAs */
    CONFIG_ROLE_CONTROL = 1u << 2, /* of the running server; from this machine only */
};

/* One site: an address and what its <access sslFlags> say. */
enum config_fetch { CONFIG_FETCH_LOOPBACK, CONFIG_FETCH_ANY, CONFIG_FETCH_NONE };

/* What a bad certificate ends in; see enforce.h. */
enum config_enforce { CONFIG_ENFORCE_HTTP, CONFIG_ENFORCE_ALERT, CONFIG_ENFORCE_RESET };

/* Whose answers the site gives; see dialect.h. */
enum config_dialect {
    CONFIG_DIALECT_IIS,
    CONFIG_DIALECT_NGINX,
    CONFIG_DIALECT_NGINX_OPTIONAL_NO_CA,
    CONFIG_DIALECT_APACHE,
    CONFIG_DIALECT_HAPROXY,
    CONFIG_DIALECT_HAPROXY_CA_IGNORE_ERR,
    CONFIG_DIALECT_HAPROXY_CRT_IGNORE_ERR,
    CONFIG_DIALECT_KESTREL,
};

struct config_listen {
    struct sockaddr_storage address;
    bool has_flags; /* else the default of --sslflags, filled in at the end */
    enum ssl_flags flags;
    bool ssl;      /* Require SSL: a plain request is 403.4. Implied by Require */
    bool ssl128;   /* Require 128-bit */
    bool plain;    /* HTTP without TLS */
    bool map_cert; /* SslMapCert: shown only; mapping by a Windows domain is not
                      implemented */
    enum config_enforce enforce;
    enum config_dialect dialect;
    int enforce_alert;   /* its number; TLS_ALERT_NONE = by the fault */
    bool is_optional;    /* ::1 of a pair: a machine without IPv6 may lack it */
    bool says_negotiate; /* by IIS's words SslNegotiateCert and SslRequireCert */
    bool says_require;
    bool never_asks;      /* the second without the first: see access.c */
    bool has_negotiation; /* else as --clientcertnegotiation says; set at the end */
    bool late;            /* clientcertnegotiation=disable: asks when a URL wants it */
    /* uploadReadAheadSize: the largest body that is put aside meanwhile; 0 = the
     * default, which is filled in at the end. */
    uint32_t upload_read_ahead;
    bool has_ctl_store; /* else the default of --sslctlstorename */
    enum store_folder ctl_store;
    struct policy policy; /* the server's, with what this site says; set at the end */
    enum tls_version tls_min; /* likewise */
    enum tls_version tls_max;
    const struct config_part *part; /* while it is read: the binding of --like */
    const char *plays;              /* the binding's address; NULL = none. Borrowed */
    uint16_t plays_port;            /* likewise; 0 = its own */
    unsigned roles;                 /* of enum config_role */
    char host[CONFIG_HOST_MAX];     /* stands for this name of site_host.h; "" = none */
    bool may_be_taken; /* a default port: if it is taken, go on without it */
};

/* sslFlags for what lies below a path (config_path.h). */
#define CONFIG_PATHS_MAX       ((size_t)64)
#define CONFIG_PATH_PREFIX_MAX ((size_t)128)
struct config_path {
    uint16_t port;                       /* 0 = of every site that judges */
    char prefix[CONFIG_PATH_PREFIX_MAX]; /* without a '/' at its end; "" = all paths */
    struct config_listen says; /* has_flags: its flags count; upload_read_ahead */
};

/* Files of --iis, "[SITE/PATH=]FILE". */
#define CONFIG_IIS_MAX ((size_t)64)

/* <httpErrors errorMode> */
enum config_error_mode {
    CONFIG_ERRORS_DETAILED_LOCAL_ONLY,
    CONFIG_ERRORS_DETAILED,
    CONFIG_ERRORS_CUSTOM,
};

/* Anonymous authentication: IIS has it on unless its configuration says otherwise. */
enum config_anonymous {
    CONFIG_ANONYMOUS_BY_FILE, /* of --mapping, else on */
    CONFIG_ANONYMOUS_ENABLE,
    CONFIG_ANONYMOUS_DISABLE,
};

enum config_action {
    CONFIG_RUN,
    CONFIG_HELP,
    CONFIG_VERSION,
    CONFIG_CHECK,
    CONFIG_SHOW,
    CONFIG_SHOW_CONFIG
};

struct like;        /* like/like.h */
struct config_part; /* config/config_internal.h */

/* Plain memory but for `like_read`: config_finish frees that. A string that was not
 * given is "". */
struct config {
    enum config_action action;
    char file[FILE_PATH_MAX]; /* the configuration file that was read */
    char store[FILE_PATH_MAX];
    bool store_given; /* else the default place, which may be made on first run */
    bool ignore_damaged_store;
    char like[FILE_PATH_MAX];
    struct like *like_read; /* owned; NULL = no --like */
    struct config_listen listen[CONFIG_LISTEN_MAX];
    size_t n_listen;
    struct config_path paths[CONFIG_PATHS_MAX];
    size_t n_paths;
    char show_path[CONFIG_TEXT_MAX]; /* "SITE/PATH" or "/PATH"; "" = the root */
    bool json;
    char iis[CONFIG_IIS_MAX][CONFIG_TEXT_MAX];
    size_t n_iis;
    struct config_listen site; /* what --sslflags says: for sites that say nothing */
    bool unsafe_listen;
    bool unsafe_roles; /* desk and pki also answer other machines */
    char certhash[CONFIG_TEXT_MAX];
    char host[CONFIG_TEXT_MAX];
    struct policy policy;
    const struct windows *windows;
    enum config_fetch fetch; /* where revocation lists may be fetched from */
    bool clientcertnegotiation;
    bool disabletls12; /* netsh; the same as --tls-min 1.3 */
    bool disabletls13;
    bool enablesessionticket; /* default true */
    bool disablesessionid;
    bool disableocspstapling;
    uint32_t
        servercachetime_ms; /* Schannel's ServerCacheTime; 0 = nothing is resumed */
    char mapping[FILE_PATH_MAX];  /* IIS's XML */
    char accounts[FILE_PATH_MAX]; /* who may log on; INI */
    enum config_anonymous anonymous;
    bool send_trusted_issuer_list;
    enum config_error_mode error_mode;
    bool plain_iis; /* error pages without certgate's own part */
    bool friendly;
    bool reveal_header;
    enum tls_version tls_min;
    enum tls_version tls_max;
    char cipher_text[CONFIG_TEXT_MAX];           /* cut at its separators */
    const char *ciphers[CONFIG_CIPHERS_MAX + 1]; /* into cipher_text; NULL-terminated */
    bool null_ciphers;
    char keylog[FILE_PATH_MAX];
    char log_dir[FILE_PATH_MAX];
    char httperr_log[FILE_PATH_MAX]; /* "" and "none" = it is not written */
    char cache_file[FILE_PATH_MAX];  /* "none" = what is fetched is kept in memory */
    char port_file[FILE_PATH_MAX];
    int ready_fd;    /* -1 = none */
    int lifeline_fd; /* -1 = none */
    uint32_t max_connections;
    uint32_t handshake_timeout_s;
    uint32_t request_timeout_s;
    uint32_t idle_timeout_s;
    bool quiet;
    enum config_color {
        CONFIG_COLOR_AUTO,
        CONFIG_COLOR_ALWAYS,
        CONFIG_COLOR_NEVER
    } color;
    /* Which source is being read: of some lists only the last source counts. */
    unsigned source;
    unsigned listen_source;
    unsigned path_source;
    unsigned iis_source;
};

/* Value of an environment variable or NULL; tests have their own. */
typedef const char *(*config_getenv_fn)(void *user, const char *name);

void config_finish(struct config *config); /* accepts a zeroed one */

/* Reads everything. With action CONFIG_HELP or CONFIG_VERSION nothing else is set.
 * The error is one sentence that names the option, and the file's line. */
int config_read(struct config *config, int argc, char *const *argv,
                config_getenv_fn getenv_fn, void *user, struct err *err) MUST_CHECK;

/* Appends --help, no line over 80 columns. */
struct buf;
bool config_append_help(struct buf *out);

const char *config_error_mode_name(enum config_error_mode mode);

/* The site's settings are those of the files of --iis. */
bool config_listen_is_by_file(const struct config *config,
                              const struct config_listen *listen);
/* Schannel's EventLogging by --like; NULL = not known. */
const uint32_t *config_event_logging(const struct config *config);
bool config_has_httperr_log(const struct config *config);
/* Some site has a role. */
bool config_has_roles(const struct config *config);
/* "desk", "pki", "control" or "desk,pki": a site's roles, as --listen has them. */
#define CONFIG_ROLES_TEXT_MAX ((size_t)32)
const char *config_roles_format(const struct config_listen *listen,
                                char text[static CONFIG_ROLES_TEXT_MAX]);

/* "iis", "nginx", ...: the word of --listen. */
const char *config_dialect_word(enum config_dialect dialect);
/* A site's enforce=, "alert:certificate_expired"; "" = http. */
#define CONFIG_ENFORCE_TEXT_MAX 64
const char *config_enforce_format(const struct config_listen *listen,
                                  char text[static CONFIG_ENFORCE_TEXT_MAX]);
