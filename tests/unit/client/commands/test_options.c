/* SPDX-License-Identifier: MIT
 *
 * The client's command lines: URLs, --resolve, --connect-to, the options of check
 * and get, and the request that comes of them.
 */
#include "attempt/request_text.h"
#include "check/check_options.h"
#include "common/command.h"
#include "common/url.h"
#include "explain/explain_options.h"
#include "get/get_options.h"
#include "support/check_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGS_MAX 16

/* Splits at blanks into argv; `line` is overwritten. */
static int split(char *line, char **argv)
{
    int argc = 0;
    for (char *word = strtok(line, " "); word != NULL && argc < ARGS_MAX - 1;
         word = strtok(NULL, " ")) {
        argv[argc++] = word;
    }
    argv[argc] = NULL;
    return argc;
}

/* ---- url */

static const struct {
    const char *text;
    bool good;
    bool is_tls;
    const char *host;
    unsigned port;
    const char *path;
    const char *shown;
} urls[] = {
    { "https://localhost:8443/", true, true, "localhost", 8443, "/",
      "https://localhost:8443/" },
    { "localhost:8443", true, true, "localhost", 8443, "/", "https://localhost:8443/" },
    { "https://example.test", true, true, "example.test", 443, "/",
      "https://example.test/" },
    { "http://example.test/a?b=c#d", true, false, "example.test", 80, "/a?b=c",
      "http://example.test/a?b=c" },
    { "HTTPS://[::1]:1/x", true, true, "::1", 1, "/x", "https://[::1]:1/x" },
    { "https://h?q", true, true, "h", 443, "/?q", "https://h/?q" },
    { "https://h#f", true, true, "h", 443, "/", "https://h/" },
    { "h/p@q", true, true, "h", 443, "/p@q", "https://h/p@q" },
    { "h/x?u=http://other", true, true, "h", 443, "/x?u=http://other",
      "https://h/x?u=http://other" },
    { "https://[h]/", false, true, NULL, 0, NULL, NULL },
    { "https://[a:/b]/", false, true, NULL, 0, NULL, NULL },
    { "https://user@h/", false, true, NULL, 0, NULL, NULL },
    { "ftp://h/", false, true, NULL, 0, NULL, NULL },
    { "https://", false, true, NULL, 0, NULL, NULL },
    { "https:///x", false, true, NULL, 0, NULL, NULL },
    { "https://h:0/", false, true, NULL, 0, NULL, NULL },
    { "https://h:65536/", false, true, NULL, 0, NULL, NULL },
    { "https://h:/", false, true, NULL, 0, NULL, NULL },
    { "https://[::1/", false, true, NULL, 0, NULL, NULL },
    { "https://[::1]x/", false, true, NULL, 0, NULL, NULL },
    { "https://h/a b", false, true, NULL, 0, NULL, NULL },
    { "https://h/a\r\nX: y", false, true, NULL, 0, NULL, NULL },
    { "", false, true, NULL, 0, NULL, NULL },
};

START_TEST(urls_are_parsed)
{
    struct url url;
    struct err err = ERR_INIT;
    char text[URL_TEXT_MAX];
    bool good = url_parse(urls[_i].text, &url, &err) == 0;
    ck_assert_msg(good == urls[_i].good, "\"%s\": %s", urls[_i].text, err.text);
    if (!good) {
        ck_assert_msg(err.text[0] != 0, "\"%s\": no reason", urls[_i].text);
        return;
    }
    ck_assert_msg(url.is_tls == urls[_i].is_tls, "%s", urls[_i].text);
    ck_assert_str_eq(url.host, urls[_i].host);
    ck_assert_uint_eq(url.port, urls[_i].port);
    ck_assert_str_eq(url.path, urls[_i].path);
    ck_assert_str_eq(url_format(&url, text), urls[_i].shown);
}
END_TEST

START_TEST(url_limits_hold)
{
    struct url url;
    struct err err = ERR_INIT;
    char text[URL_PATH_MAX + URL_HOST_MAX + 32];
    memset(text, 'a', sizeof(text));
    text[URL_HOST_MAX] = 0;
    ck_assert_int_eq(url_parse(text, &url, &err), -1);
    text[URL_HOST_MAX] = 'a';
    text[10] = '/';
    text[10 + URL_PATH_MAX] = 0;
    ck_assert_int_eq(url_parse(text, &url, &err), -1);
    text[10 + URL_PATH_MAX - 1] = 0;
    ck_assert_int_eq(url_parse(text, &url, &err), 0);
    ck_assert_uint_eq(strlen(url.path), URL_PATH_MAX - 1);
}
END_TEST

static const struct {
    const char *host;
    bool is_local;
    bool is_address;
} hosts[] = {
    { "localhost", true, false },    { "LOCALHOST", true, false },
    { "a.localhost", true, false },  { "127.0.0.1", true, true },
    { "127.9.9.9", true, true },     { "[::1]", true, true },
    { "example.com", false, false }, { "128.0.0.1", false, true },
    { "[::2]", false, true },        { "notlocalhost", false, false },
};

START_TEST(hosts_are_classed)
{
    struct url url;
    struct err err = ERR_INIT;
    ck_assert_msg(url_parse(hosts[_i].host, &url, &err) == 0, "%s: %s", hosts[_i].host,
                  err.text);
    ck_assert_msg(url_is_local(&url) == hosts[_i].is_local, "%s: local",
                  hosts[_i].host);
    ck_assert_msg(url_host_is_address(&url) == hosts[_i].is_address, "%s: address",
                  hosts[_i].host);
}
END_TEST

static const struct {
    char kind; /* r = --resolve, c = --connect-to */
    const char *rule;
    bool good;
    const char *host; /* for https://example.test:8443/ */
    unsigned port;
} routes[] = {
    { 'r', "example.test:8443:127.0.0.1", true, "127.0.0.1", 8443 },
    { 'r', "EXAMPLE.test:8443:[::1]", true, "::1", 8443 },
    { 'r', "*:8443:127.0.0.1,127.0.0.2", true, "127.0.0.1", 8443 },
    { 'r', "example.test:443:127.0.0.1", true, "example.test", 8443 },
    { 'r', "other.test:8443:127.0.0.1", true, "example.test", 8443 },
    { 'r', "example.test:8443", false, NULL, 0 },
    { 'r', "example.test:8443:", false, NULL, 0 },
    { 'r', "example.test:x:127.0.0.1", false, NULL, 0 },
    { 'c', "example.test:8443:other:1", true, "other", 1 },
    { 'c', "::other:1", true, "other", 1 },
    { 'c', ":::1", true, "example.test", 1 },
    { 'c', "example.test:8443:[::1]:", true, "::1", 8443 },
    { 'c', "example.test:1:other:1", true, "example.test", 8443 },
    { 'c', "example.test:8443:other", false, NULL, 0 },
    { 'c', "a:1:b:2:3", false, NULL, 0 },
};

START_TEST(routes_are_found)
{
    struct url_routes rules = { .n_rules = 0 };
    struct url url;
    struct err err = ERR_INIT;
    uint16_t port;
    int result = routes[_i].kind == 'r'
                     ? url_routes_add_resolve(&rules, routes[_i].rule, &err)
                     : url_routes_add_connect_to(&rules, routes[_i].rule, &err);
    ck_assert_msg((result == 0) == routes[_i].good, "%s: %s", routes[_i].rule,
                  err.text);
    if (result != 0) {
        return;
    }
    ck_assert_int_eq(url_parse("https://example.test:8443/", &url, &err), 0);
    const char *host = url_routes_find(&rules, &url, &port);
    ck_assert_msg(strcmp(host, routes[_i].host) == 0 && port == routes[_i].port,
                  "%s: %s:%u", routes[_i].rule, host, (unsigned)port);
}
END_TEST

/* ---- check */

static const struct {
    const char *line;
    const char *error; /* a part of it, or NULL: good */
} check_lines[] = {
    { "check", NULL },
    { "check https://h:1/ expired self-*", NULL },
    { "check --tls 1.3 --sslflags accept --jobs 1 --timeout 2.5 localhost", NULL },
    { "check --mode optional --tap -k", NULL },
    { "check --tls 1.1", "1.2 and 1.3" },
    { "check --tls ,", "1.2 and 1.3" },
    { "check --sslflags maybe", "require, accept or ignore" },
    { "check --jobs 0", "1 to 128" },
    { "check --jobs 129", "1 to 128" },
    { "check --timeout 0", "seconds" },
    { "check --timeout -1", "seconds" },
    { "check http://h/", "https" },
    { "check h:1 h:2 h:3 h:4 h:5 h:6 h:7 h:8 h:9", "more than 8 URLs" },
    { "check h:1 h:2 --json --junit - --diff old.json", NULL },
    { "check h:1 h:2 --save-expect file", "once for each URL" },
    { "check --tap-version 13", NULL },
    { "check --other-host other.test", NULL },
    { "check --other-host other.test:443", "name of a host" },
    { "check --other-host https://other.test", "name of a host" },
    { "check --other-host 127.0.0.1", "name of a host" },
    { "check --tap-version 12", "13 or 14" },
    { "check h:1 http://h:2", "https" },
    { "check --sslflag require", "did you mean" },
    { "check --resolve x", "HOST:PORT:ADDRESS" },
};

START_TEST(check_lines_are_parsed)
{
    struct check_options *options = calloc(1, sizeof(*options));
    struct err err = ERR_INIT;
    char line[200];
    char *argv[ARGS_MAX];
    snprintf(line, sizeof(line), "%s", check_lines[_i].line);
    int argc = split(line, argv);
    int result = check_options_parse(argc, argv, options, &err);
    ck_assert_msg((result == 0) == (check_lines[_i].error == NULL), "%s: %s",
                  check_lines[_i].line, err.text);
    ck_assert_msg(result == 0 || strstr(err.text, check_lines[_i].error) != NULL,
                  "%s: %s", check_lines[_i].line, err.text);
    free(options);
}
END_TEST

START_TEST(check_takes_what_is_said)
{
    struct check_options *options = calloc(1, sizeof(*options));
    struct err err = ERR_INIT;
    char line[] = "check --tls=1.3 -j4 --mode accept localhost:9/p chain-* none --json "
                  "--junit out.xml --timeout 1.25";
    char *argv[ARGS_MAX];
    int argc = split(line, argv);
    ck_assert_msg(check_options_parse(argc, argv, options, &err) == 0, "%s", err.text);
    ck_assert(!options->versions[REPORT_TLS_1_2] && options->versions[REPORT_TLS_1_3]);
    ck_assert_uint_eq(options->n_jobs, 4);
    ck_assert_int_eq(options->flags, SSL_FLAGS_ACCEPT);
    ck_assert_str_eq(options->urls[0].path, "/p");
    ck_assert_int_eq(options->format, CHECK_FORMAT_JSON);
    ck_assert_str_eq(options->junit, "out.xml");
    ck_assert_uint_eq(options->target.max_time_ms, 1250);
    ck_assert(check_options_select(options, "chain-huge"));
    ck_assert(check_options_select(options, "none"));
    ck_assert(!check_options_select(options, "good"));
    free(options);
}
END_TEST

START_TEST(check_verifies_names)
{
    struct recipe recipes[] = { { .name = "good" }, { .name = "expired" } };
    struct recipe_table table = { NULL, recipes, ARRAY_LEN(recipes), NULL };
    struct check_options options = { .patterns = { "exp*", "good" }, .n_patterns = 2 };
    struct err err = ERR_INIT;
    ck_assert_int_eq(check_options_verify(&options, &table, &err), 0);
    options.patterns[1] = "goood";
    ck_assert_int_eq(check_options_verify(&options, &table, &err), -1);
    ck_assert_msg(strstr(err.text, "is good meant?") != NULL, "%s", err.text);
}
END_TEST

/* ---- get */

static const struct {
    const char *line;
    const char *error;
} get_lines[] = {
    { "get https://h/", NULL },
    { "get -sk -E c.pem:pw --key k.pem h:1", NULL },
    { "get -XPUT -dx=1 -d y=2 -HA:b h", NULL },
    { "get --case expired --resume 2 --resume-case none h", NULL },
    { "get --tlsv1.2 --tls-max 1.2 h", NULL },
    { "get --help", NULL },
    { "get", "no URL" },
    { "get h i", "more than one URL" },
    { "get --case x -E y h", "which?" },
    { "get --key x h", "without --cert" },
    { "get --tlsv1.3 --tls-max 1.2 h", "no version" },
    { "get -H nothing h", "is no header" },
    { "get -H Content-Length:5 h", "not yours to set" },
    { "get -X a/b h", "no method" },
    { "get -I -d x h", "which?" },
    { "get --ciphers TLS_NO_SUCH h", "unknown cipher suite" },
    { "get --resume 101 h", "up to 100" },
};

START_TEST(get_lines_are_parsed)
{
    struct get_options *options = calloc(1, sizeof(*options));
    struct err err = ERR_INIT;
    char line[200];
    char *argv[ARGS_MAX];
    snprintf(line, sizeof(line), "%s", get_lines[_i].line);
    int argc = split(line, argv);
    int result = get_options_parse(argc, argv, options, &err);
    ck_assert_msg((result == 0) == (get_lines[_i].error == NULL), "%s: %s",
                  get_lines[_i].line, err.text);
    ck_assert_msg(result == 0 || strstr(err.text, get_lines[_i].error) != NULL,
                  "%s: %s", get_lines[_i].line, err.text);
    get_options_finish(options);
    free(options);
}
END_TEST

START_TEST(get_takes_the_last_list_of_ciphers)
{
    struct get_options *options = calloc(1, sizeof(*options));
    struct err err = ERR_INIT;
    char line[] = "get --ciphers TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384 "
                  "--ciphers TLS_CHACHA20_POLY1305_SHA256 --resolve h:1:127.0.0.1 "
                  "--resolve h:2:127.0.0.2 h";
    char *argv[ARGS_MAX];
    int argc = split(line, argv);
    ck_assert_msg(get_options_parse(argc, argv, options, &err) == 0, "%s", err.text);
    ck_assert_uint_eq(options->target.n_ciphers, 1);
    ck_assert_str_eq(options->target.cipher_names[0], "TLS_CHACHA20_POLY1305_SHA256");
    ck_assert_uint_eq(options->target.routes.n_rules, 2); /* that is repeatable */
    get_options_finish(options);
    free(options);
}
END_TEST

static const struct {
    const char *line;
    const char *request;
} requests[] = {
    { "get https://h:8443/p?q",
      "GET /p?q HTTP/1.1\r\nHost: h:8443\r\nUser-Agent: certgate\r\nAccept: */*\r\n"
      "Connection: close\r\n\r\n" },
    { "get -I [::1]:1",
      "HEAD / HTTP/1.1\r\nHost: [::1]:1\r\nUser-Agent: certgate\r\nAccept: */*\r\n"
      "Connection: close\r\n\r\n" },
    { "get -dx=1 -dy=2 -HUser-Agent: -Hhost:other h",
      "POST / HTTP/1.1\r\nAccept: */*\r\nConnection: close\r\n"
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n"
      "host:other\r\n\r\nx=1&y=2" },
};

START_TEST(requests_are_written)
{
    struct get_options *options = calloc(1, sizeof(*options));
    struct err err = ERR_INIT;
    struct buf out = BUF_EMPTY;
    char line[200];
    char *argv[ARGS_MAX];
    snprintf(line, sizeof(line), "%s", requests[_i].line);
    int argc = split(line, argv);
    ck_assert_msg(get_options_parse(argc, argv, options, &err) == 0, "%s", err.text);
    ck_assert(request_text_write(&options->request, &options->target.url, &out));
    ck_assert_msg(strcmp(buf_string(&out), requests[_i].request) == 0, "%s:\n%s",
                  requests[_i].line, buf_string(&out));
    buf_finish(&out);
    get_options_finish(options);
    free(options);
}
END_TEST

START_TEST(cert_splits_at_the_password)
{
    struct get_options *options = calloc(1, sizeof(*options));
    struct err err = ERR_INIT;
    char line[] = "get -E /no/such/file.pem:secret h";
    char *argv[ARGS_MAX];
    int argc = split(line, argv);
    ck_assert_int_eq(get_options_parse(argc, argv, options, &err), 0);
    ck_assert_str_eq(options->cert_file, "/no/such/file.pem");
    ck_assert_str_eq(options->password, "secret");
    get_options_finish(options);
    free(options);
}
END_TEST

/* ---- explain: what changes a verdict in certgated does here */

static const struct policy_row {
    const char *option;
    const char *value;
    const char *wrong;
} policy_rows[] = {
    { "--usagecheck", "disable", "perhaps" },
    { "--verifyclientcertrevocation", "off", "" },
    { "--revocationfreshnesstime", "3600", "-1" },
    { "--sslctlstorename", "Root", "My" },
    { "--clientauthtrustmode", "2", "3" },
    { "--minrsapubkeybitlength", "4096", "16385" },
    { "--weak-hash", "none", "md4" },
    { "--weak-hash", "sha1", "sha-1" },
    { "--profile", "2012", "2008" },
    { "--assume", "any-eku=refuse", "any-eku" },
    { "--assume", "windows=2012", "windows=95" },
};

START_TEST(explain_takes_the_policy)
{
    const struct policy_row *row = &policy_rows[_i];
    static char program[] = "explain", file[] = "file.pem";
    char option[40], value[40], wrong[40];
    char *argv[] = { program, file, option, value, NULL };
    struct explain_options options;
    struct policy normal = policy_default();
    struct err err = ERR_INIT;

    (void)snprintf(option, sizeof(option), "%s", row->option);
    (void)snprintf(value, sizeof(value), "%s", row->value);
    (void)snprintf(wrong, sizeof(wrong), "%s", row->wrong);
    ck_assert_int_eq(explain_options_parse(2, argv, &options, &err), 0);
    ck_assert_int_eq(memcmp(&options.policy, &normal, sizeof(normal)), 0);
    ck_assert_msg(explain_options_parse(4, argv, &options, &err) == 0, "%s", err.text);
    ck_assert_int_ne(memcmp(&options.policy, &normal, sizeof(normal)), 0);
    argv[3] = wrong;
    ck_assert_int_eq(explain_options_parse(4, argv, &options, &err), -1);
    ck_assert_msg(strstr(err.text, row->option) != NULL, "%s", err.text);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("options");
    TCase *url = tcase_create("url");
    tcase_add_loop_test(url, urls_are_parsed, 0, ARRAY_LEN(urls));
    tcase_add_test(url, url_limits_hold);
    tcase_add_loop_test(url, hosts_are_classed, 0, ARRAY_LEN(hosts));
    tcase_add_loop_test(url, routes_are_found, 0, ARRAY_LEN(routes));
    tcase_add_loop_test(url, explain_takes_the_policy, 0, (int)ARRAY_LEN(policy_rows));
    suite_add_tcase(s, url);
    TCase *check = tcase_create("check");
    tcase_add_loop_test(check, check_lines_are_parsed, 0, ARRAY_LEN(check_lines));
    tcase_add_test(check, check_takes_what_is_said);
    tcase_add_test(check, check_verifies_names);
    suite_add_tcase(s, check);
    TCase *get = tcase_create("get");
    tcase_add_loop_test(get, get_lines_are_parsed, 0, ARRAY_LEN(get_lines));
    tcase_add_test(get, get_takes_the_last_list_of_ciphers);
    tcase_add_loop_test(get, requests_are_written, 0, ARRAY_LEN(requests));
    tcase_add_test(get, cert_splits_at_the_password);
    suite_add_tcase(s, get);
    return s;
}
