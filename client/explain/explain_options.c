/* SPDX-License-Identifier: MIT */
#include "explain/explain_options.h"

#include "base/args.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "chain/assume.h"
#include "chain/policy_option.h"
#include "chain/windows.h"
#include "common/command.h"
#include "common/setter.h"

#include <string.h>

SETTER(store, struct explain_options, store, value)
SETTER(like, struct explain_options, like, value)
SETTER(password, struct explain_options, password, value)
SETTER(password_file, struct explain_options, password_file, value)
SETTER(host, struct explain_options, host, value)
SETTER(all_paths, struct explain_options, all_paths, true)
SETTER(windows_events, struct explain_options, windows_events, true)
SETTER(json, struct explain_options, json, true)
SETTER(help, struct explain_options, help, true)

static int add_file(struct explain_files *files, const char *name, struct err *err)
{
    if (files->n_names == EXPLAIN_FILES_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %zu files", EXPLAIN_FILES_MAX);
    }
    files->names[files->n_names++] = name;
    return 0;
}

static int add_operand(void *target, const char *operand, struct err *err)
{
    return add_file(&((struct explain_options *)target)->files, operand, err);
}

static int add_with(void *target, const char *value, struct err *err)
{
    return add_file(&((struct explain_options *)target)->with, value, err);
}

static int add_crl(void *target, const char *value, struct err *err)
{
    return add_file(&((struct explain_options *)target)->crls, value, err);
}

static int set_url(void *target, const char *value, struct err *err)
{
    struct explain_options *options = target;
    options->has_url = true;
    if (url_parse(value, &options->target.url, err) != 0) {
        return -1;
    }
    return options->target.url.is_tls
               ? 0
               : err_set(err, ERR_CONFIG, 0,
                         "\"%s\" is not https: it has no certificate", value);
}

static int set_time(void *target, const char *value, struct err *err)
{
    struct explain_options *options = target;
    if (!timestamp_parse_moment(value, clock_now_s(), &options->now)) {
        return err_set(err, ERR_CONFIG, 0,
                       "\"%s\" is no time: 2026-11-22T15:04:05Z, or -30d from now",
                       value);
    }
    return 0;
}

static int set_flags(void *target, const char *value, struct err *err)
{
    return ssl_flags_parse(value, &((struct explain_options *)target)->flags)
               ? 0
               : err_set(err, ERR_CONFIG, 0,
                         "\"%s\": Ignore, Accept or Require is meant", value);
}

static int set_fetch(void *target, const char *value, struct err *err)
{
    struct explain_options *options = target;
    bool from_any = strcmp(value, "any") == 0;
    options->fetches = strcmp(value, "none") != 0;
    options->allow = from_any ? FETCH_ALLOW_ANY : FETCH_ALLOW_LOOPBACK;
    return from_any || !options->fetches || strcmp(value, "loopback") == 0
               ? 0
               : err_set(err, ERR_CONFIG, 0, "\"%s\": none, loopback or any is meant",
                         value);
}

static int set_role(void *target, const char *value, struct err *err)
{
    struct explain_options *options = target;
    bool is_server = text_equal_ignoring_case(value, "server");
    options->has_role = true;
    options->role = is_server ? EXPLAIN_SERVER : EXPLAIN_CLIENT;
    return is_server || text_equal_ignoring_case(value, "client")
               ? 0
               : err_set(err, ERR_CONFIG, 0, "\"%s\": client or server is meant",
                         value);
}

#define SETTER_POLICY(name)                                                  \
    static int set_##name(void *target, const char *value, struct err *err)  \
    {                                                                        \
        struct policy *policy = &((struct explain_options *)target)->policy; \
        return policy_option_##name(policy, value, err);                     \
    }
SETTER_POLICY(usagecheck)
SETTER_POLICY(verifyclientcertrevocation)
SETTER_POLICY(revocationfreshnesstime)
SETTER_POLICY(urlretrievaltimeout)
SETTER_POLICY(sslctlstorename)
SETTER_POLICY(clientauthtrustmode)
SETTER_POLICY(minrsapubkeybitlength)
SETTER_POLICY(weak_hash)

static int set_profile(void *target, const char *value, struct err *err)
{
    const struct windows *windows = windows_find(value);
    if (windows == NULL) {
        return err_set(err, ERR_CONFIG, 0, "'%s' is no known Windows Server: %s", value,
                       windows_names());
    }
    ((struct explain_options *)target)->policy.large_root_store_breaks_all =
        windows->large_root_store_breaks_all;
    return 0;
}

static int add_assume(void *target, const char *value, struct err *err)
{
    static const char windows[] = "windows=";
    if (strncmp(value, windows, sizeof(windows) - 1) == 0) {
        return set_profile(target, value + sizeof(windows) - 1, err);
    }
    return assume_set(&((struct explain_options *)target)->policy, value, err);
}

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("What to explain"),
    { "url", 0, NULL, "URL", "the certificates that this server sends, judged as a browser would", set_url, ARGS_ONCE },
    { "with", 0, "untrusted", "FILE", "certificates that are sent along, as if they followed those of each FILE", add_with, ARGS_REPEATABLE },
    { "pass", 0, NULL, "PASSWORD", "for PKCS #12; asked for on a terminal", set_password, ARGS_ONCE },
    { "pass-file", 0, NULL, "FILE", "the same, from the first line of a file", set_password_file, ARGS_ONCE },
    ARGS_HEADING("Stores it is judged by"),
    { "store", 's', NULL, "DIR", "the certificate stores; default $XDG_DATA_HOME/certgate/store, if it is there", set_store, ARGS_ONCE },
    { "like", 0, NULL, "DIR", "as the IIS server whose files are in DIR (`certgate collect`) has it: its stores in place of --store, and its settings; options beside it count more", set_like, ARGS_ONCE },
    { "cacert", 0, "CAfile", "FILE", "certificates that count as if they were in LocalMachine\\Root; for a server, instead of the system's CAs", target_set_cacert, ARGS_ONCE },
    { "crl", 0, "CRLfile", "FILE", "revocation lists that count as if they were in the store", add_crl, ARGS_REPEATABLE },
    ARGS_HEADING("What it is judged by"),
    { "time", 0, "now", "TIME", "judge as if it were this time: 2026-11-22T15:04:05Z, or -30d from now", set_time, ARGS_ONCE },
    { "as", 0, NULL, "ROLE", "client: what IIS would answer. server: what a browser would say. Default client, for --url server", set_role, ARGS_ONCE },
    { "host", 0, "servername", "NAME", "the name that a server's certificate must be valid for; default that of --url", set_host, ARGS_ONCE },
    { "sslflags", 'f', NULL, "WORD", "Require (default), Accept or Ignore", set_flags, ARGS_ONCE },
    { "usagecheck", 0, NULL, "SWITCH", "disable: accept certificates without the purpose Client Authentication", set_usagecheck, ARGS_ONCE },
    { "verifyclientcertrevocation", 0, NULL, "SWITCH", "disable: do not check revocation", set_verifyclientcertrevocation, ARGS_ONCE },
    { "revocationfreshnesstime", 0, NULL, "S", "a revocation list older than this counts as expired", set_revocationfreshnesstime, ARGS_ONCE },
    { "sslctlstorename", 0, "ctlstorename", "STORE", "the store of trusted issuers: ClientAuthIssuer, Root, CA or TrustedPeople", set_sslctlstorename, ARGS_ONCE },
    { "clientauthtrustmode", 0, NULL, "MODE", "0 (default), 1 or 2, as for certgated", set_clientauthtrustmode, ARGS_ONCE },
    { "minrsapubkeybitlength", 0, NULL, "BITS", "shorter RSA keys are weak, in any certificate of the path. Default 1024; 0 = no limit", set_minrsapubkeybitlength, ARGS_ONCE },
    { "weak-hash", 0, NULL, "WORD", "hashes that are refused in signatures: md5 (default; includes MD2), sha1 (includes both) or none", set_weak_hash, ARGS_ONCE },
    { "profile", 0, NULL, "YEAR", "the Windows Server that answers: 2012, 2012R2, 2016, 2019, 2022 or 2025 (default)", set_profile, ARGS_ONCE },
    { "assume", 0, NULL, "NAME=VALUE", "what Microsoft does not document: any-eku, no-digital-signature, ca-as-client, no-cdp, sha1, crl-number, crl-other-key = accept|refuse; app-policies = override|union|ignore; ca-time = expired|nested; precedence = base|ssl; windows = YEAR", add_assume, ARGS_REPEATABLE },
    ARGS_HEADING("What is fetched"),
    { "fetch", 0, NULL, "WHERE", "fetch revocation lists, OCSP answers and missing issuers that the certificates name, over http: from loopback addresses, from any, or none (default)", set_fetch, ARGS_ONCE },
    { "urlretrievaltimeout", 0, NULL, "MS", "time limit for each of them; 0 (default) is 15 s; all together take 20 s at most", set_urlretrievaltimeout, ARGS_ONCE },
    ARGS_HEADING("With --url"),
    { "resolve", 0, NULL, "HOST:PORT:ADDR", "connect there for that host", target_add_resolve, ARGS_REPEATABLE },
    { "connect-to", 0, NULL, "H1:P1:H2:P2", "connect to H2:P2 for H1:P1", target_add_connect_to, ARGS_REPEATABLE },
    ARGS_HEADING("Output"),
    { "all-paths", 'a', NULL, NULL, "show every path that was found, not only the chosen one", set_all_paths, ARGS_ONCE },
    { "windows-events", 0, NULL, NULL, "also what Windows' System log and CAPI2 log would hold, in their form", set_windows_events, ARGS_ONCE },
    { "json", 0, NULL, NULL, "for programs", set_json, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate explain [OPTION...] FILE...\n"
    "       certgate explain [OPTION...] --url https://HOST[:PORT]\n"
    "Says what IIS would answer to this client certificate, every fault of its path\n"
    "with its remedy, and whether a browser would offer it. FILE is PEM, DER,\n"
    "PKCS #7 or PKCS #12: the certificate itself first, then in any order what is\n"
    "sent with it.\n";

static const char closing[] =
    "Exit: 0 let in, 1 refused, 2 wrong usage, or a file that cannot be read.\n";

static void set_defaults(struct explain_options *options)
{
    memset(options, 0, sizeof(*options));
    options->policy = policy_default();
    options->flags = SSL_FLAGS_REQUIRE;
    options->now = clock_now_s();
}

static const struct args_option *find_row(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].name != NULL && strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

static void apply(struct explain_options *options, struct like *like,
                  const struct like_settings *settings)
{
    for (size_t i = 0; i < settings->n; i++) {
        const struct like_setting *setting = &settings->all[i];
        const struct args_option *row = find_row(setting->option);
        struct err problem = ERR_INIT;
        if (row == NULL) {
            like_refuse(like, setting, "a certificate alone is explained");
        } else if (row->set(options, setting->value, &problem) != 0) {
            like_refuse(like, setting, problem.text);
        }
    }
}

/* The command line anew on top of what the folder says; its first binding counts. */
static int parse_like(int argc, char **argv, struct explain_options *options,
                      struct err *err)
{
    struct like *like = NULL;
    if (like_read(options->like, &like, err) != 0) {
        return err_wrap(err, "--like");
    }
    set_defaults(options);
    options->like_read = like;
    apply(options, like, &like->settings);
    if (like->n_bindings > 0) {
        apply(options, like, &like->bindings[0].settings);
    }
    return args_parse(rows, ARRAY_LEN(rows), argc, argv, options, add_operand, err);
}

void explain_options_finish(struct explain_options *options)
{
    like_destroy(options->like_read);
    options->like_read = NULL;
}

int explain_options_parse(int argc, char **argv, struct explain_options *ret_options,
                          struct err *err)
{
    struct explain_options *options = ret_options;
    set_defaults(options);
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, options, add_operand, err) != 0 ||
        (options->like != NULL && !options->help &&
         parse_like(argc, argv, options, err) != 0)) {
        return -1;
    }
    if (options->like != NULL && options->store != NULL) {
        return err_set(err, ERR_CONFIG, 0,
                       "--like has stores of its own: leave out --store");
    }
    if (!options->has_role && options->has_url) {
        options->role = EXPLAIN_SERVER;
    }
    if (options->host == NULL && options->has_url) {
        options->host = options->target.url.host;
    }
    if (options->all_paths && options->role == EXPLAIN_SERVER) {
        return err_set(err, ERR_CONFIG, 0,
                       "--all-paths is for a client's certificate: add --as client");
    }
    if (options->fetches && options->role == EXPLAIN_SERVER) {
        return err_set(err, ERR_CONFIG, 0,
                       "--fetch is for a client's certificate: add --as client");
    }
    if (options->help || options->has_url || options->files.n_names > 0) {
        return 0;
    }
    return err_set(err, ERR_CONFIG, 0, "no file and no --url: nothing to explain");
}

int explain_options_print_help(void)
{
    return command_print_help(usage, rows, ARRAY_LEN(rows), closing);
}
