/* SPDX-License-Identifier: MIT */
#include "config/config_internal.h"

#include "base/text.h"
#include "chain/assume.h"
#include "chain/issuers.h"
#include "chain/policy_option.h"

#include <string.h>

#define SECONDS_MAX     86400
#define CONNECTIONS_MAX 100000
/* A week: what a ticket may live for (RFC 8446 4.6.1). */
#define SERVER_CACHE_TIME_MAX ((uint64_t)7 * 24 * 3600 * 1000)
#define FD_MAX                65535

/* ---- values */

/* A flag: its presence on the command line, or a word elsewhere. */
static int set_flag(bool *target, const char *value, struct err *err)
{
    if (value == NULL) {
        *target = true;
        return 0;
    }
    return policy_option_switch(target, value, err);
}

static int set_text(char *target, size_t size, const char *value, struct err *err)
{
    size_t len = strlen(value);
    if (len >= size) {
        return err_set(err, ERR_LIMIT, 0, "the value is longer than %zu bytes",
                       size - 1);
    }
    memcpy(target, value, len + 1);
    return 0;
}

static int set_number(uint32_t *target, uint64_t min, uint64_t max, const char *value,
                      struct err *err)
{
    uint64_t number;
    if (!text_read_number(value, max, &number) || number < min) {
        return err_set(err, ERR_CONFIG, 0, "'%s' is no number from %llu to %llu", value,
                       (unsigned long long)min, (unsigned long long)max);
    }
    *target = (uint32_t)number;
    return 0;
}

/* Setters that only name the member for a value of a common type. */
#define CONFIG_SETTER(name, call)                                           \
    static int set_##name(void *target, const char *value, struct err *err) \
    {                                                                       \
        struct config *c = target;                                          \
        return call;                                                        \
    }
#define CONFIG_SETTER_TEXT(name, field) \
    CONFIG_SETTER(name, set_text(c->field, sizeof c->field, value, err))
#define CONFIG_SETTER_SWITCH(name, field) \
    CONFIG_SETTER(name, policy_option_switch(&c->field, value, err))
#define CONFIG_SETTER_POLICY(name) \
    CONFIG_SETTER(name, policy_option_##name(&c->policy, value, err))
#define CONFIG_SETTER_FLAG(name, field) \
    CONFIG_SETTER(name, set_flag(&c->field, value, err))
#define CONFIG_SETTER_NUMBER(name, field, min, max) \
    CONFIG_SETTER(name, set_number(&c->field, min, max, value, err))

CONFIG_SETTER_TEXT(file, file)
CONFIG_SETTER_TEXT(certhash, certhash)
CONFIG_SETTER_TEXT(host, host)
CONFIG_SETTER_TEXT(keylog, keylog)
CONFIG_SETTER_TEXT(like, like)
CONFIG_SETTER_TEXT(mapping, mapping)
CONFIG_SETTER_TEXT(accounts, accounts)
CONFIG_SETTER_TEXT(log_dir, log_dir)
CONFIG_SETTER_TEXT(httperr_log, httperr_log)
CONFIG_SETTER_TEXT(cache_file, cache_file)
CONFIG_SETTER_TEXT(port_file, port_file)
CONFIG_SETTER_TEXT(ciphers, cipher_text)
CONFIG_SETTER_POLICY(usagecheck)
CONFIG_SETTER_POLICY(verifyclientcertrevocation)
CONFIG_SETTER_POLICY(revocationfreshnesstime)
CONFIG_SETTER_POLICY(urlretrievaltimeout)
CONFIG_SETTER_POLICY(sslctlstorename)
CONFIG_SETTER_POLICY(clientauthtrustmode)
CONFIG_SETTER_POLICY(minrsapubkeybitlength)
CONFIG_SETTER_POLICY(weak_hash)
CONFIG_SETTER_SWITCH(negotiation, clientcertnegotiation)
CONFIG_SETTER_SWITCH(no_aia, policy.disableauthorityinfoaccess)
CONFIG_SETTER_SWITCH(disabletls12, disabletls12)
CONFIG_SETTER_SWITCH(disabletls13, disabletls13)
CONFIG_SETTER_SWITCH(session_ticket, enablesessionticket)
CONFIG_SETTER_SWITCH(no_session_id, disablesessionid)
CONFIG_SETTER_SWITCH(no_stapling, disableocspstapling)
CONFIG_SETTER_SWITCH(cached_only, policy.verifyrevocationwithcachedclientcertonly)
CONFIG_SETTER_FLAG(issuer_list, send_trusted_issuer_list)
CONFIG_SETTER_FLAG(unsafe_listen, unsafe_listen)
CONFIG_SETTER_FLAG(unsafe_roles, unsafe_roles)
CONFIG_SETTER_FLAG(json, json)
CONFIG_SETTER_FLAG(friendly, friendly)
CONFIG_SETTER_FLAG(reveal_header, reveal_header)
CONFIG_SETTER_FLAG(plain_iis, plain_iis)
CONFIG_SETTER_FLAG(null_ciphers, null_ciphers)
CONFIG_SETTER_FLAG(quiet, quiet)
CONFIG_SETTER_NUMBER(server_cache_time, servercachetime_ms, 0, SERVER_CACHE_TIME_MAX)
CONFIG_SETTER_NUMBER(max_connections, max_connections, 1, CONNECTIONS_MAX)
CONFIG_SETTER_NUMBER(handshake_timeout, handshake_timeout_s, 1, SECONDS_MAX)
CONFIG_SETTER_NUMBER(request_timeout, request_timeout_s, 1, SECONDS_MAX)
CONFIG_SETTER_NUMBER(idle_timeout, idle_timeout_s, 1, SECONDS_MAX)

/* refuse or ignore */
static int set_damaged_store(void *target, const char *value, struct err *err)
{
    struct config *config = target;
    config->ignore_damaged_store = text_equal_ignoring_case(value, "ignore");
    return config->ignore_damaged_store || text_equal_ignoring_case(value, "refuse")
               ? 0
               : err_set(err, ERR_CONFIG, 0, "'%s' is neither refuse nor ignore",
                         value);
}

static int set_store(void *target, const char *value, struct err *err)
{
    struct config *config = target;
    config->store_given = true;
    return set_text(config->store, sizeof config->store, value, err);
}

static int set_descriptor(int *target, const char *value, struct err *err)
{
    uint32_t fd = 0;
    if (set_number(&fd, 0, FD_MAX, value, err) != 0) {
        return -1;
    }
    *target = (int)fd;
    return 0;
}
CONFIG_SETTER(ready_fd, set_descriptor(&c->ready_fd, value, err))
CONFIG_SETTER(lifeline_fd, set_descriptor(&c->lifeline_fd, value, err))

static int set_anonymous(void *target, const char *value, struct err *err)
{
    struct config *config = target;
    bool on = true;
    if (policy_option_switch(&on, value, err) != 0) {
        return -1;
    }
    config->anonymous = on ? CONFIG_ANONYMOUS_ENABLE : CONFIG_ANONYMOUS_DISABLE;
    return 0;
}

static int set_fetch(void *target, const char *value, struct err *err)
{
    static const char *const words[] = {
        [CONFIG_FETCH_LOOPBACK] = "loopback",
        [CONFIG_FETCH_ANY] = "any",
        [CONFIG_FETCH_NONE] = "none",
    };
    struct config *config = target;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_equal_ignoring_case(words[i], value)) {
            config->fetch = (enum config_fetch)i;
            return 0;
        }
    }
    return err_set(err, ERR_CONFIG, 0, "'%s' is none of loopback, any and none", value);
}

static int set_flags(void *target, const char *value, struct err *err)
{
    struct config *config = target;
    config->site = (struct config_listen){ .flags = SSL_FLAGS_IGNORE };
    if (config_flags_set(&config->site, value, err) != 0) {
        return -1;
    }
    config_flags_settle(&config->site);
    return 0;
}

static int set_action(struct config *config, enum config_action action);

static int set_show(void *target, const char *value, struct err *err)
{
    if (text_equal_ignoring_case(value, "config")) {
        return set_action(target, CONFIG_SHOW_CONFIG);
    }
    if (!text_equal_ignoring_case(value, "sslcert")) {
        return err_set(err, ERR_CONFIG, 0, "'%s' is neither sslcert nor config", value);
    }
    return set_action(target, CONFIG_SHOW);
}

static int set_profile(void *target, const char *value, struct err *err)
{
    struct config *config = target;
    const struct windows *windows = windows_find(value);
    if (windows == NULL) {
        return err_set(err, ERR_CONFIG, 0, "'%s' is no known Windows Server: %s", value,
                       windows_names());
    }
    config->windows = windows;
    return 0;
}

static int add_assume(void *target, const char *value, struct err *err)
{
    struct config *config = target;
    static const char windows[] = "windows=";
    if (strncmp(value, windows, sizeof windows - 1) == 0) {
        return set_profile(target, value + sizeof windows - 1, err);
    }
    return assume_set(&config->policy, value, err);
}

static int set_error_mode(void *target, const char *value, struct err *err)
{
    struct config *config = target;
    for (int mode = 0; mode <= CONFIG_ERRORS_CUSTOM; mode++) {
        if (text_equal_ignoring_case(
                config_error_mode_name((enum config_error_mode)mode), value)) {
            config->error_mode = (enum config_error_mode)mode;
            return 0;
        }
    }
    return err_set(err, ERR_CONFIG, 0,
                   "'%s' is none of DetailedLocalOnly, Detailed and Custom", value);
}

static int set_version(enum tls_version *target, const char *value, struct err *err)
{
    if (!tls_version_parse(value, target)) {
        return err_set(err, ERR_CONFIG, 0, "'%s' is neither 1.2 nor 1.3", value);
    }
    return 0;
}
CONFIG_SETTER(tls_min, set_version(&c->tls_min, value, err))
CONFIG_SETTER(tls_max, set_version(&c->tls_max, value, err))

static int set_color(void *target, const char *value, struct err *err)
{
    struct config *config = target;
    static const char *const words[] = { "auto", "always", "never" };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_equal_ignoring_case(words[i], value)) {
            config->color = (enum config_color)i;
            return 0;
        }
    }
    return err_set(err, ERR_CONFIG, 0, "'%s' is none of auto, always and never", value);
}

static int add_listen(void *target, const char *value, struct err *err)
{
    return config_options_listen(target, value, err);
}

static int add_path(void *target, const char *value, struct err *err)
{
    return config_options_path(target, value, err);
}

static int add_iis(void *target, const char *value, struct err *err)
{
    struct config *config = target;
    if (config->iis_source != config->source) {
        config->iis_source = config->source;
        config->n_iis = 0;
    }
    if (config->n_iis == CONFIG_IIS_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %zu files", CONFIG_IIS_MAX);
    }
    return set_text(config->iis[config->n_iis++], CONFIG_TEXT_MAX, value, err);
}

/* The last action named wins, but --help always does. */
static int set_action(struct config *config, enum config_action action)
{
    if (config->action != CONFIG_HELP) {
        config->action = action;
    }
    return 0;
}

/* clang-format off */
CONFIG_SETTER(help,    ((void)value, (void)err, set_action(c, CONFIG_HELP)))
CONFIG_SETTER(version_option, ((void)value, (void)err, set_action(c, CONFIG_VERSION)))
CONFIG_SETTER(check,   ((void)value, (void)err, set_action(c, CONFIG_CHECK)))

/* name, letter, also understood, value, help, setter, how often. Aliases are the words of
 * OpenSSL's s_server and of nginx. */
const struct args_option config_options[] = {
    ARGS_HEADING("Sites and stores"),
    { "store", 's', NULL, "DIR", "The certificate stores; created on the first run if DIR is the default ($XDG_DATA_HOME/certgate/store).", set_store, ARGS_ONCE },
    { "like", 0, NULL, "DIR", "Play the IIS server whose files are in DIR, as the script of `certgate collect` leaves them: its bindings, stores, registry and configuration. Options beside it count more.", set_like, ARGS_ONCE },
    { "damaged-store", 0, NULL, "WORD", "refuse (default): do not start, or keep the old store at a reload, if something cannot be read that may refuse a client: a revocation list, a certificate in Disallowed. ignore: continue without it.", set_damaged_store, ARGS_ONCE },
    { "listen", 'l', "accept", "SITE", "[ADDR:]PORT and words, separated by ',': sslflags=Require (or Accept, Ignore), enforce=http (or alert, alert:NAME, reset), dialect=iis (or nginx, apache, haproxy, kestrel), host=CASE (as CASE.localhost), clientcertnegotiation=disable, uploadreadaheadsize=BYTES, ssl, ssl128, plain; desk, pki, control for a site with that role. Port 0 = any free port. Default: 8443 Require, 8444 Accept, 8445 Ignore,clientcertnegotiation=disable, 8440,desk,pki and 8441,control, on 127.0.0.1 and ::1.", add_listen, ARGS_REPEATABLE },
    { "sslflags", 'f', "ssl_verify_client", "WORD", "Require, Accept or Ignore, for sites without a setting of their own; or IIS's own words, separated by ',': Ssl, SslNegotiateCert, SslRequireCert, SslMapCert, Ssl128. nginx's on, optional and off are accepted. Default Require.", set_flags, ARGS_ONCE },
    { "path", 0, NULL, "PATH", "[PORT]/PATH and words, separated by ',': sslflags=Require (or Accept, Ignore, IIS's own words), uploadreadaheadsize=BYTES. Applies below that path, on that port or on every site that judges; the longest match wins.", add_path, ARGS_REPEATABLE },
    { "iis", 0, NULL, "FILE", "IIS's own applicationHost.config, or a web.config: its settings for a path (access, serverRuntime, httpErrors, authentication) apply, with inheritance and locks, and what IIS refuses with 500.19 is answered so. [SITE/PATH=]FILE says what a web.config stands for; otherwise its folder decides.", add_iis, ARGS_REPEATABLE },
    { "unsafe-listen", 0, NULL, NULL, "Allow addresses that other machines can reach.", set_unsafe_listen, ARGS_ONCE },
    { "unsafe-roles", 0, NULL, NULL, "Let desk and pki answer other machines.", set_unsafe_roles, ARGS_ONCE },
    { "certhash", 0, NULL, "HASH", "Thumbprint of the server's certificate in LocalMachine\\My. Default: the best one for --host.", set_certhash, ARGS_ONCE },
    { "host", 0, "servername", "NAME", "The name that the server's certificate must be valid for. Default localhost.", set_host, ARGS_ONCE },

    ARGS_HEADING("Client certificates, as netsh http add sslcert has it"),
    { "clientcertnegotiation", 0, NULL, "SWITCH", "enable (default): ask in the first handshake. disable: when a URL wants a certificate, by renegotiation on TLS 1.2, which is IIS's default.", set_negotiation, ARGS_ONCE },
    { "usagecheck", 0, NULL, "SWITCH", "disable: accept certificates without the purpose Client Authentication.", set_usagecheck, ARGS_ONCE },
    { "verifyclientcertrevocation", 0, NULL, "SWITCH", "disable: do not check revocation.", set_verifyclientcertrevocation, ARGS_ONCE },
    { "revocationfreshnesstime", 0, NULL, "S", "A revocation list older than this counts as expired; 0 = use its own next update.", set_revocationfreshnesstime, ARGS_ONCE },
    { "verifyrevocationwithcachedclientcertonly", 0, NULL, "SWITCH", "enable: use cached revocation lists only, fetch none.", set_cached_only, ARGS_ONCE },
    { "urlretrievaltimeout", 0, NULL, "MS", "Time limit for fetching one revocation list; 0 (default) = 15 seconds.", set_urlretrievaltimeout, ARGS_ONCE },
    { "fetch", 0, NULL, "WHERE", "Fetch revocation lists, OCSP answers and missing issuers that certificates name from loopback addresses only (default), any, or none.", set_fetch, ARGS_ONCE },
    { "sslctlstorename", 0, "ctlstorename", "STORE", "The store of trusted issuers, of LocalMachine: ClientAuthIssuer, Root, CA or TrustedPeople. Default: ClientAuthIssuer unless it is empty, else Root alone decides.", set_sslctlstorename, ARGS_ONCE },
    { "clientauthtrustmode", 0, NULL, "MODE", "0 (default): the path ends in Root, and one of its CAs is in that store. 1: it ends in a root in that store. 2: it ends in a root or an intermediate in that store.", set_clientauthtrustmode, ARGS_ONCE },
    { "disableauthorityinfoaccess", 0, NULL, "SWITCH", "enable: do not fetch missing issuers.", set_no_aia, ARGS_ONCE },
    { "send-trusted-issuer-list", 0, NULL, NULL, "Name the trusted issuers in the request for a certificate: the roots in the store that --sslctlstorename names, in ClientAuthIssuer or in Root. At most 16 KB.", set_issuer_list, ARGS_ONCE },
    { "minrsapubkeybitlength", 0, NULL, "BITS", "Shorter RSA keys are weak, in any certificate of the path. Default 1024; 0 = no limit.", set_minrsapubkeybitlength, ARGS_ONCE },
    { "weak-hash", 0, NULL, "WORD", "Hashes that are refused in signatures: md5 (default; includes MD2), sha1 (includes both) or none.", set_weak_hash, ARGS_ONCE },
    { "profile", 0, NULL, "YEAR", "The Windows Server to imitate: 2012, 2012R2, 2016, 2019, 2022 or 2025 (default).", set_profile, ARGS_ONCE },
    { "assume", 0, NULL, "NAME=VALUE", "What Microsoft does not document: any-eku, no-digital-signature, ca-as-client, no-cdp, sha1, crl-number, crl-other-key = accept|refuse; app-policies = override|union|ignore; ca-time = expired|nested; mapping-order = one-to-one|many-to-one; mapping-anonymous = mapped|anonymous; mapping-no-match = 401.2|401.1; precedence = base|ssl; windows = YEAR.", add_assume, ARGS_REPEATABLE },

    ARGS_HEADING("Certificate mappings"),
    { "mapping", 0, NULL, "FILE", "IIS's own XML with <iisClientCertificateMappingAuthentication>: a web.config, an applicationHost.config, or the element alone.", set_mapping, ARGS_ONCE },
    { "accounts", 0, NULL, "FILE", "The accounts that can log on, with their passwords; INI, mode 0600. Default: every account exists and every password is right.", set_accounts, ARGS_ONCE },
    { "anonymous", 0, NULL, "SWITCH", "disable: Anonymous authentication is off. Default: as the file of --mapping says, else enable.", set_anonymous, ARGS_ONCE },

    ARGS_HEADING("TLS"),
    { "tls-min", 0, NULL, "1.2|1.3", "The lowest version.", set_tls_min, ARGS_ONCE },
    { "tls-max", 0, NULL, "1.2|1.3", "The highest version.", set_tls_max, ARGS_ONCE },
    { "disabletls12", 0, NULL, "SWITCH", "enable: the same as --tls-min 1.3. netsh has this and the next four.", set_disabletls12, ARGS_ONCE },
    { "disabletls13", 0, NULL, "SWITCH", "enable: the same as --tls-max 1.2.", set_disabletls13, ARGS_ONCE },
    { "enablesessionticket", 0, NULL, "SWITCH", "disable: issue no tickets. TLS 1.3 then resumes nothing, TLS 1.2 by session ID.", set_session_ticket, ARGS_ONCE },
    { "disablesessionid", 0, NULL, "SWITCH", "enable: TLS 1.2 resumes nothing by session IDs.", set_no_session_id, ARGS_ONCE },
    { "disableocspstapling", 0, NULL, "SWITCH", "enable: staple no OCSP response to the server's certificate.", set_no_stapling, ARGS_ONCE },
    { "servercachetime", 0, NULL, "MS", "How long a session may be resumed, as Schannel's ServerCacheTime. Default 36000000 (10 hours); 0 = not at all.", set_server_cache_time, ARGS_ONCE },
    { "ciphers", 0, "cipher", "LIST", "Cipher suites by IANA's or OpenSSL's names, separated by ':' or ','. Default, on sites that play IIS: those of --profile, in Windows' order.", set_ciphers, ARGS_ONCE },
    { "null-ciphers", 0, NULL, NULL, "Also offer TLS 1.2 suites without encryption (for 403.5).", set_null_ciphers, ARGS_ONCE },
    { "keylog", 0, "keylogfile", "FILE", "Append TLS secrets for Wireshark. SSLKEYLOGFILE does the same.", set_keylog, ARGS_ONCE },

    ARGS_HEADING("Answers"),
    { "errormode", 0, NULL, "MODE", "DetailedLocalOnly (default), Detailed or Custom.", set_error_mode, ARGS_ONCE },
    { "plain-iis", 0, NULL, NULL, "Error pages with IIS's part only, without certgate's findings.", set_plain_iis, ARGS_ONCE },
    { "friendly", 0, NULL, NULL, "Answer plain HTTP on a TLS port with a 400 page; IIS just drops it.", set_friendly, ARGS_ONCE },
    { "reveal-header", 0, NULL, NULL, "Also send the verdict in the field X-Certgate-Verdict.", set_reveal_header, ARGS_ONCE },

    ARGS_HEADING("Running"),
    { "config", 'c', NULL, "FILE", "Read options from FILE. Default: $XDG_CONFIG_HOME/certgate/certgated.ini, if it exists.", set_file, ARGS_ONCE },
    { "log-dir", 0, NULL, "DIR", "The folder of the W3C log. Default $XDG_STATE_HOME/certgate/logs.", set_log_dir, ARGS_ONCE },
    { "httperr-log", 0, NULL, "DIR", "Write what never reaches IIS in the form of http.sys' error log, DIR/httperrYYMMDD.log; none = do not. Default none.", set_httperr_log, ARGS_ONCE },
    { "cache-file", 0, NULL, "FILE", "Keep fetched evidence in FILE; none = in memory only. Default $XDG_CACHE_HOME/certgate/evidence.", set_cache_file, ARGS_ONCE },
    { "port-file", 0, NULL, "FILE", "Write the bound ports to FILE, one per line.", set_port_file, ARGS_ONCE },
    { "ready-fd", 0, NULL, "N", "Write a line to this file descriptor when ready, then close it.", set_ready_fd, ARGS_ONCE },
    { "lifeline-fd", 0, NULL, "N", "Stop when the other end of this pipe is closed, for example because the parent died.", set_lifeline_fd, ARGS_ONCE },
    { "max-connections", 0, NULL, "N", "How many connections may be open. Default 1000, or less if ulimit -n requires it.", set_max_connections, ARGS_ONCE },
    { "handshake-timeout", 0, NULL, "S", "Time limit for a TLS handshake. Default 10.", set_handshake_timeout, ARGS_ONCE },
    { "request-timeout", 0, NULL, "S", "Time limit for a request to arrive completely. Default 30.", set_request_timeout, ARGS_ONCE },
    { "idle-timeout", 0, NULL, "S", "Time limit between requests. Default 120.", set_idle_timeout, ARGS_ONCE },
    { "quiet", 'q', NULL, NULL, "Report only problems on the terminal.", set_quiet, ARGS_ONCE },
    { "color", 0, NULL, "WHEN", "auto (default), always or never.", set_color, ARGS_ONCE },
    { "show", 0, NULL, "WHAT", "sslcert: list the sites as netsh http show sslcert does, then exit. config: what the files of --iis say of the operand, a path, and where they say it, then exit.", set_show, ARGS_ONCE },
    { "json", 0, NULL, NULL, "--show config as JSON.", set_json, ARGS_ONCE },
    { "check", 't', NULL, NULL, "Check the configuration and the store, then exit.", set_check, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "Show this text.", set_help, ARGS_ONCE },
    { "version", 'V', NULL, NULL, "Show the versions of certgated and mbedTLS.", set_version_option, ARGS_ONCE },
};
/* clang-format on */
const size_t config_n_options = ARRAY_LEN(config_options);

const struct args_option *config_options_find(const char *name)
{
    for (size_t i = 0; i < config_n_options; i++) {
        const struct args_option *o = &config_options[i];
        if (o->name != NULL && (strcmp(o->name, name) == 0 ||
                                (o->alias != NULL && strcmp(o->alias, name) == 0))) {
            return o;
        }
    }
    return NULL;
}
