/* SPDX-License-Identifier: MIT */
#include "check/check_options.h"

#include "base/text.h"
#include "common/command.h"
#include "common/setter.h"

#include <fnmatch.h>
#include <string.h>

#define URL_DEFAULT        "https://localhost:8443/"
#define TIMEOUT_DEFAULT_MS 10000

static int set_flags(void *target, const char *value, struct err *err)
{
    struct check_options *options = target;
    if (!ssl_flags_parse(value, &options->flags)) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\": require, accept or ignore is meant",
                       value);
    }
    return 0;
}

static int set_versions(void *target, const char *value, struct err *err)
{
    struct check_options *options = target;
    memset(options->versions, 0, sizeof(options->versions));
    while (*value != 0) {
        char word[16] = "";
        enum tls_version version;
        size_t len = strcspn(value, ", ");
        if (len < sizeof(word)) {
            memcpy(word, value, len);
        }
        if (!tls_version_parse(word, &version)) {
            return err_set(err, ERR_CONFIG, 0, "\"%.*s\": 1.2 and 1.3 are meant",
                           (int)len, value);
        }
        options
            ->versions[version == TLS_VERSION_1_2 ? REPORT_TLS_1_2 : REPORT_TLS_1_3] =
            true;
        value += len + (value[len] != 0 ? 1 : 0);
    }
    return 0;
}

/* It goes into SNI, which has names only (RFC 6066 3), and into Host. */
static int set_other_host(void *target, const char *value, struct err *err)
{
    struct check_options *options = target;
    struct err ignored = ERR_INIT;
    struct url url;
    if (url_parse(value, &url, &ignored) != 0 || strcmp(url.host, value) != 0 ||
        url_host_is_address(&url)) {
        return err_set(err, ERR_CONFIG, 0,
                       "\"%s\": the name of a host is meant, without port or path",
                       value);
    }
    options->other_host = value;
    return 0;
}

static int set_tap_version(void *target, const char *value, struct err *err)
{
    struct check_options *options = target;
    bool is_13 = strcmp(value, "13") == 0;
    if (!is_13 && strcmp(value, "14") != 0) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\": 13 or 14 is meant", value);
    }
    options->tap_version = is_13 ? REPORT_TAP_13 : REPORT_TAP_14;
    options->format = CHECK_FORMAT_TAP;
    return 0;
}

static int set_jobs(void *target, const char *value, struct err *err)
{
    struct check_options *options = target;
    uint64_t number;
    if (!text_read_number(value, CHECK_JOBS_MAX, &number) || number == 0) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\": a number from 1 to %d is meant",
                       value, CHECK_JOBS_MAX);
    }
    options->n_jobs = (size_t)number;
    return 0;
}

SETTER(tap, struct check_options, format, CHECK_FORMAT_TAP)
SETTER(json, struct check_options, format, CHECK_FORMAT_JSON)
SETTER(markdown, struct check_options, format, CHECK_FORMAT_MARKDOWN)
SETTER(html, struct check_options, html, value)
SETTER(diff, struct check_options, diff, value)
SETTER(junit, struct check_options, junit, value)
SETTER(expect, struct check_options, expect, value)
SETTER(save_expect, struct check_options, save_expect, value)
SETTER(output, struct check_options, output, value)
SETTER(verdict_header, struct check_options, trust_verdict_header, true)
SETTER(survey, struct check_options, survey, true)
SETTER(issuer, struct check_options, issuer, value)
SETTER(on_revoke, struct check_options, on_revoke, value)
SETTER(issuer_key, struct check_options, issuer_key, value)
SETTER(quiet, struct check_options, quiet, true)
SETTER(help, struct check_options, help, true)

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("What is expected"),
    { "expect", 0, NULL, "WHAT", "iis, strict (good is let in, bad is not), nginx, apache, ..., or a file; default: iis if the server says so, else strict", set_expect, ARGS_ONCE },
    { "save-expect", 0, NULL, "FILE", "write what the server answers as such a file", set_save_expect, ARGS_ONCE },
    { "sslflags", 0, "mode", "MODE", "how the server treats client certificates: require (default), accept or ignore", set_flags, ARGS_ONCE },
    { "tls", 0, NULL, "LIST", "TLS versions to try; default 1.2,1.3", set_versions, ARGS_ONCE },
    { "verdict-header", 0, NULL, NULL, "the server sends X-Certgate-Verdict: compare it as well", set_verdict_header, ARGS_ONCE },
    { "survey", 0, NULL, NULL, "test sessions, Host and SNI, and names of CAs even if IIS is expected", set_survey, ARGS_ONCE },
    { "on-revoke", 0, NULL, "COMMAND", "makes the server load other revocation lists: is a session of a revoked certificate accepted?", set_on_revoke, ARGS_ONCE },
    { "other-host", 0, NULL, "NAME", "another site of the server: is a session of the first accepted there? default: a name that no server has", set_other_host, ARGS_ONCE },
    ARGS_HEADING("The server"),
    { "cacert", 0, "CAfile", "FILE", "CAs to trust; default for this machine: the test world's root", target_set_cacert, ARGS_ONCE },
    { "insecure", 'k', NULL, NULL, "trust any server certificate", target_set_insecure, ARGS_ONCE },
    { "resolve", 0, NULL, "H:P:A", "connect to address A for host H and port P", target_add_resolve, ARGS_REPEATABLE },
    { "connect-to", 0, NULL, "H:P:H:P", "connect to the second host and port for the first", target_add_connect_to, ARGS_REPEATABLE },
    ARGS_HEADING("How it runs"),
    { "cases", 0, "data", "DIR", "the test world; default $XDG_DATA_HOME/certgate; made if necessary", target_set_dir, ARGS_ONCE },
    { "issuer", 0, NULL, "FILE", "forge every case under this CA of your own, not the test root", set_issuer, ARGS_ONCE },
    { "issuer-key", 0, NULL, "FILE", "its private key, if it is not in the same file", set_issuer_key, ARGS_ONCE },
    { "jobs", 'j', NULL, "N", "connections at a time; default 8", set_jobs, ARGS_ONCE },
    { "timeout", 0, "max-time", "S", "seconds for one connection; default 10", target_set_max_time, ARGS_ONCE },
    ARGS_HEADING("The report"),
    { "tap", 0, NULL, NULL, "TAP 14 instead of the table", set_tap, ARGS_ONCE },
    { "tap-version", 0, NULL, "13|14", "TAP of this version; Perl's prove reads 13", set_tap_version, ARGS_ONCE },
    { "json", 0, NULL, NULL, "JSON instead of the table", set_json, ARGS_ONCE },
    { "markdown", 0, NULL, NULL, "Markdown instead of the table", set_markdown, ARGS_ONCE },
    { "junit", 0, NULL, "FILE", "also write JUnit XML", set_junit, ARGS_ONCE },
    { "html", 0, NULL, "FILE", "also write an HTML page with a picture of the table", set_html, ARGS_ONCE },
    { "diff", 0, NULL, "OLD", "show what has changed since this --json report", set_diff, ARGS_ONCE },
    { "output", 'o', NULL, "FILE", "write the report to FILE", set_output, ARGS_ONCE },
    { "quiet", 'q', NULL, NULL, "no progress", set_quiet, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate check [URL...] [NAME|PATTERN...]\n"
    "Presents every case's certificate to the server, on TLS 1.2 and 1.3, and\n"
    "compares the answers with what is expected. Several URLs are shown side by side.\n"
    "Default URL: " URL_DEFAULT "\n";
static const char closing[] =
    "Exit: 0 all as expected, 1 some differ, 2 wrong usage or could "
    "not run.\n";

int check_options_print_help(void)
{
    return command_print_help(usage, rows, ARRAY_LEN(rows), closing);
}

bool check_options_is_url(const char *operand)
{
    return strpbrk(operand, ":/.") != NULL ||
           text_equal_ignoring_case(operand, "localhost");
}

static int add_url(struct check_options *options, const char *text, struct err *err)
{
    if (options->n_urls == CHECK_URLS_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %d URLs", CHECK_URLS_MAX);
    }
    if (url_parse(text, &options->urls[options->n_urls], err) != 0) {
        return err_wrap(err, "the URL");
    }
    if (!options->urls[options->n_urls].is_tls) {
        return err_set(err, ERR_CONFIG, 0, "client certificates need https");
    }
    options->n_urls++;
    return 0;
}

static int add_operand(void *target, const char *operand, struct err *err)
{
    struct check_options *options = target;
    if (check_options_is_url(operand)) {
        return add_url(options, operand, err);
    }
    if (options->n_patterns == CHECK_PATTERNS_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %d names: use a pattern",
                       CHECK_PATTERNS_MAX);
    }
    options->patterns[options->n_patterns++] = operand;
    return 0;
}

static int verify_reports(const struct check_options *options, struct err *err)
{
    return options->n_urls > 1 && options->save_expect != NULL
               ? err_set(err, ERR_CONFIG, 0,
                         "--save-expect writes what one server answers: call it once "
                         "for each URL, with a file for each")
               : 0;
}

int check_options_parse(int argc, char **argv, struct check_options *ret_options,
                        struct err *err)
{
    struct check_options options = {
        .target = { .max_time_ms = TIMEOUT_DEFAULT_MS },
        .flags = SSL_FLAGS_REQUIRE,
        .versions = { true, true },
        .tap_version = REPORT_TAP_14,
        .n_jobs = CHECK_JOBS_DEFAULT,
    };
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, &options, add_operand, err) !=
            0 ||
        (options.n_urls == 0 && add_url(&options, URL_DEFAULT, err) != 0) ||
        verify_reports(&options, err) != 0) {
        return -1;
    }
    if (!options.versions[REPORT_TLS_1_2] && !options.versions[REPORT_TLS_1_3]) {
        return err_set(err, ERR_CONFIG, 0, "--tls: no version to try");
    }
    *ret_options = options;
    return 0;
}

static bool matches(const char *pattern, const char *name)
{
    return fnmatch(pattern, name, 0) == 0;
}

bool check_options_select(const struct check_options *options, const char *name)
{
    for (size_t i = 0; i < options->n_patterns; i++) {
        if (matches(options->patterns[i], name)) {
            return true;
        }
    }
    return options->n_patterns == 0;
}

int check_options_verify(const struct check_options *options,
                         const struct recipe_table *cases, struct err *err)
{
    for (size_t i = 0; i < options->n_patterns; i++) {
        const char *pattern = options->patterns[i];
        bool found = false;
        for (size_t r = 0; r < cases->n_recipes && !found; r++) {
            found = matches(pattern, cases->recipes[r].name);
        }
        if (!found) {
            const char *meant = recipe_suggest(cases, pattern);
            return err_set(err, ERR_CONFIG, 0, "no case \"%s\"%s%s%s (certgate list)",
                           pattern, meant == NULL ? "" : ": is ",
                           meant == NULL ? "" : meant, meant == NULL ? "" : " meant?");
        }
    }
    return 0;
}
