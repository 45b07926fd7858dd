/* SPDX-License-Identifier: MIT
 *
 * server/config/config: where a value comes from, what is refused, and in which words.
 */
#include "config/config.h"

#include "base/buf.h"
#include "chain/assume.h"
#include "net/address.h"
#include "support/check_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARGS_MAX 12

static struct config config;

/* "NAME=VALUE", NULL-terminated; `user` of the stub. */
static const char *stub_getenv(void *user, const char *name)
{
    const char *const *env = user;
    size_t len = strlen(name);
    for (; env != NULL && *env != NULL; env++) {
        if (strncmp(*env, name, len) == 0 && (*env)[len] == '=') {
            return *env + len + 1;
        }
    }
    return NULL;
}

static int read_args(const char *const *args, const char *const *env, struct err *err)
{
    char *argv[ARGS_MAX + 3] = { NULL };
    char store[] = "--store=/nowhere";
    char program[] = "certgated";
    int argc = 0;
    argv[argc++] = program;
    argv[argc++] = store;
    for (; *args != NULL; args++) {
        argv[argc] = strdup(*args);
        ck_assert_ptr_nonnull(argv[argc++]);
    }
    int result =
        config_read(&config, argc, argv, stub_getenv, (void *)(uintptr_t)env, err);
    while (argc > 2) {
        free(argv[--argc]);
    }
    return result;
}

static const char *site_text(size_t index, char text[static 128])
{
    char address_text[ADDRESS_TEXT_LEN];
    const struct config_listen *site = &config.listen[index];
    struct sockaddr_storage copy = site->address;
    struct address address = address_from_sockaddr((struct sockaddr *)&copy);
    char names[CONFIG_ROLES_TEXT_MAX];
    (void)snprintf(
        text, 128, "%s %s%s%s%s%s%s%s%s", address_format(&address, address_text),
        ssl_flags_name(site->flags), site->ssl ? " ssl" : "",
        site->ssl128 ? " ssl128" : "", site->plain ? " plain" : "",
        site->roles != 0 ? " " : "", config_roles_format(site, names),
        site->may_be_taken ? " may-be-taken" : "", site->late ? " late" : "");
    if (site->dialect != CONFIG_DIALECT_IIS) {
        strcat(text, " ");
        strcat(text, config_dialect_word(site->dialect));
    }
    if (site->enforce != CONFIG_ENFORCE_HTTP) {
        char enforce[CONFIG_ENFORCE_TEXT_MAX];
        size_t len = strlen(text);
        (void)snprintf(text + len, 128 - len, " %s",
                       config_enforce_format(site, enforce));
    }
    return text;
}

/* ---- sites */

static const struct {
    const char *args[ARGS_MAX];
    const char *sites[11];
} sites[] = {
    { { NULL },
      { "127.0.0.1:8443 Require ssl", "[::1]:8443 Require ssl", "127.0.0.1:8444 Accept",
        "[::1]:8444 Accept", "127.0.0.1:8445 Ignore may-be-taken late",
        "[::1]:8445 Ignore may-be-taken late",
        "127.0.0.1:8440 Ignore plain desk,pki may-be-taken",
        "[::1]:8440 Ignore plain desk,pki may-be-taken",
        "127.0.0.1:8441 Ignore plain control may-be-taken",
        "[::1]:8441 Ignore plain control may-be-taken" } },
    { { "-l", "127.0.0.1:1,control,desk" },
      { "127.0.0.1:1 Ignore plain desk,control" } },
    { { "-l", "127.0.0.1:1,pki,plain" }, { "127.0.0.1:1 Ignore plain pki" } },
    { { "-l", "127.0.0.1:1,desk,ssl" }, { "127.0.0.1:1 Ignore ssl desk" } },
    { { "-l", "127.0.0.1:1,Desk,sslflags=Accept" }, { "127.0.0.1:1 Accept desk" } },
    { { "-l", "127.0.0.1:1,desk", "-f", "Require" },
      { "127.0.0.1:1 Ignore plain desk" } },
    { { "-l", "0.0.0.0:1,pki", "--unsafe-listen" }, { "0.0.0.0:1 Ignore plain pki" } },
    { { "--listen", "0" }, { "127.0.0.1:0 Require ssl" } },
    { { "-l9000" }, { "127.0.0.1:9000 Require ssl", "[::1]:9000 Require ssl" } },
    { { "-l", "localhost:9000,sslflags=accept" },
      { "127.0.0.1:9000 Accept", "[::1]:9000 Accept" } },
    { { "-l", "127.0.0.1:1,Ignore", "--listen=[::1]:2,sslflags=SslNegotiateCert" },
      { "127.0.0.1:1 Ignore", "[::1]:2 Accept" } },
    { { "--sslflags", "optional", "-l", "127.0.0.1:1" }, { "127.0.0.1:1 Accept" } },
    { { "-l", "127.0.0.1:1,enforce=alert", "-l",
        "127.0.0.1:2,enforce=alert:unknown_ca" },
      { "127.0.0.1:1 Require ssl alert", "127.0.0.1:2 Require ssl alert:unknown_ca" } },
    { { "-l", "127.0.0.1:1,dialect=nginx", "-l",
        "127.0.0.1:2,enforce=reset,dialect=Kestrel" },
      { "127.0.0.1:1 Require ssl nginx", "127.0.0.1:2 Require ssl kestrel reset" } },
    { { "-l", "127.0.0.1:3,enforce=reset", "-l", "127.0.0.1:4,enforce=HTTP" },
      { "127.0.0.1:3 Require ssl reset", "127.0.0.1:4 Require ssl" } },
    { { "-l", "127.0.0.1:1,Ssl,SslNegotiateCert,SslMapCert" },
      { "127.0.0.1:1 Accept ssl" } }, /* IIS's own words are understood */
    { { "-l", "127.0.0.1:1,sslflags=Ssl+SslNegotiateCert" },
      { "127.0.0.1:1 Accept ssl" } },
    { { "-l", "127.0.0.1:1,Ssl,SslRequireCert,SslNegotiateCert" },
      { "127.0.0.1:1 Require ssl" } },
    { { "--sslflags", "Ssl,SslNegotiateCert,Ssl128", "-l", "127.0.0.1:1" },
      { "127.0.0.1:1 Accept ssl ssl128" } },
    { { "-l", "127.0.0.1:1,sslflags=Ignore,ssl128" },
      { "127.0.0.1:1 Ignore ssl ssl128" } },
    { { "-l", "127.0.0.1:80,plain" }, { "127.0.0.1:80 Require ssl plain" } },
    { { "-l", "127.0.0.1:80,sslflags=Ignore,plain" }, { "127.0.0.1:80 Ignore plain" } },
    { { "-l", "127.0.0.1:80,sslflags=Ignore,plain,ssl" },
      { "127.0.0.1:80 Ignore ssl plain" } },
    { { "-accept", "127.0.0.1:1" }, { "127.0.0.1:1 Require ssl" } },
    { { "-l", "0.0.0.0:1", "--unsafe-listen" }, { "0.0.0.0:1 Require ssl" } },
};

START_TEST(site_row)
{
    char text[128];
    struct err err = ERR_INIT;
    size_t n = 0;
    ck_assert_msg(read_args(sites[_i].args, NULL, &err) == 0, "row %d: %s", _i,
                  err.text);
    for (; n < ARRAY_LEN(sites[_i].sites) && sites[_i].sites[n] != NULL; n++) {
        ck_assert_msg(n < config.n_listen, "row %d: %zu sites", _i, config.n_listen);
        ck_assert_msg(strcmp(site_text(n, text), sites[_i].sites[n]) == 0,
                      "row %d: got %s", _i, text);
    }
    ck_assert_msg(config.n_listen == n, "row %d: %zu sites", _i, config.n_listen);
}
END_TEST

/* ---- refusals */

static const struct {
    const char *args[ARGS_MAX];
    const char *words; /* in the message */
} refusals[] = {
    { { "--lisen", "1" }, "did you mean --listen" },
    { { "--listen" }, "needs a value" },
    { { "--listen", "70000" }, "--listen" },
    { { "--listen", "example.org:1" }, "--listen" },
    { { "--listen", "1,sslflags=Maybe" }, "Require, Accept or Ignore" },
    { { "--listen", "1,enforce=page" },
      "http, alert, alert:NAME or reset, not 'page'" },
    { { "--listen", "1,enforce=alert:expired" }, "'expired' is the name of no alert" },
    { { "--listen", "1,dialect=caddy" },
      "haproxy-crt-ignore-err or kestrel, not 'caddy'" },
    { { "--listen", "1,whatever" }, "'whatever'" },
    { { "--listen", "1,sslctlstorename=My" }, "ClientAuthIssuer, Root, CA" },
    { { "--sslctlstorename", "Disallowed" }, "ClientAuthIssuer, Root, CA" },
    { { "--clientauthtrustmode", "3" }, "0, 1 and 2" },
    { { "--sslflags", "Ssl,SslFoo" }, "not 'SslFoo'" },
    { { "--sslflags", "" }, "no value" },
    { { "--disabletls12", "enable", "--disabletls13", "enable" }, "no version" },
    { { "--weak-hash", "sha256" }, "none, md5 and sha1" },
    { { "--minrsapubkeybitlength", "99999" }, "0 to 16384" },
    { { "--show", "urlacl" }, "neither sslcert nor config" },
    { { "--listen", "0.0.0.0:1" }, "--unsafe-listen" },
    { { "--listen", "1,pki,ssl" }, "HTTP without TLS" },
    { { "--listen", "1,control,desk,Accept" }, "HTTP without TLS" },
    { { "--listen", "1,desk,plain,ssl" }, "HTTP without TLS" },
    { { "--listen", "0.0.0.0:1,control", "--unsafe-listen" }, "from this machine" },
    { { "--listen", "[::]:1" }, "--unsafe-listen" },
    { { "--listen", "192.0.2.1:1" }, "192.0.2.1:1" },
    { { "--listen", "1,clientcertnegotiation=late" }, "neither enable nor disable" },
    { { "--listen", "1,uploadreadaheadsize=0" }, "from 1 to 1048576, not '0'" },
    { { "--listen", "1,uploadreadaheadsize=1048577" }, "from 1 to 1048576" },
    { { "--path", "secure" }, "begins with '/'" },
    { { "--path", "0/secure" }, "is no port" },
    { { "--path", "70000/secure" }, "is no port" },
    { { "--path", "/a/../b" }, "as it is once decoded" },
    { { "--path", "/a%20b" }, "as it is once decoded" },
    { { "--path", "/secure,dialect=nginx" }, "'dialect=nginx' is none of" },
    { { "--path", "/secure,sslflags=Maybe" }, "Require, Accept or Ignore" },
    { { "--usagecheck", "maybe" }, "neither enable nor disable" },
    { { "--revocationfreshnesstime", "-1" }, "is no number" },
    { { "--profile", "2003" }, "2012R2" },
    { { "--assume", "any-eku" }, "is no assumption" },
    { { "--assume", "any-eku=perhaps" }, "accept or refuse" },
    { { "--assume", "precedence=first" }, "base or ssl" },
    { { "--assume", "windows=3.11" }, "2012R2" },
    { { "--errormode", "none" }, "DetailedLocalOnly" },
    { { "--tls-min", "1.1" }, "neither 1.2 nor 1.3" },
    { { "--tls-min", "1.3", "--tls-max", "1.2" }, "above" },
    { { "--max-connections", "0" }, "is no number" },
    { { "--config", "/nowhere/x.ini" }, "/nowhere/x.ini" },
    { { "operand" }, "'operand' is no option" },
};

START_TEST(refusal_row)
{
    struct err err = ERR_INIT;
    ck_assert_msg(read_args(refusals[_i].args, NULL, &err) == -1, "%s: taken",
                  refusals[_i].args[0]);
    ck_assert_msg(strstr(err.text, refusals[_i].words) != NULL, "%s: got \"%s\"",
                  refusals[_i].args[0], err.text);
}
END_TEST

/* ---- values and where they come from */

START_TEST(defaults)
{
    const char *const none[] = { NULL };
    struct err err = ERR_INIT;
    ck_assert_int_eq(read_args(none, NULL, &err), 0);
    ck_assert(config.policy.usagecheck);
    ck_assert(config.policy.verifyclientcertrevocation);
    ck_assert(config.clientcertnegotiation);
    ck_assert(!config.send_trusted_issuer_list);
    ck_assert(!config.friendly);
    ck_assert(!config.reveal_header);
    ck_assert_str_eq(config.host, "localhost");
    ck_assert_str_eq(config.windows->name, "2025");
    ck_assert_int_eq(config.error_mode, CONFIG_ERRORS_DETAILED_LOCAL_ONLY);
    ck_assert_int_eq(config.ready_fd, -1);
    ck_assert_ptr_null(config.ciphers[0]);
    for (size_t i = 0; i < ASSUME_COUNT; i++) {
        struct assumption a = assume_get(&config.policy, i);
        ck_assert_msg(a.is_default, "%s", a.name);
    }
}
END_TEST

START_TEST(ciphers_are_cut)
{
    const char *const args[] = { "--ciphers", "A:B,C ", NULL };
    struct err err = ERR_INIT;
    ck_assert_int_eq(read_args(args, NULL, &err), 0);
    ck_assert_str_eq(config.ciphers[0], "A");
    ck_assert_str_eq(config.ciphers[1], "B");
    ck_assert_str_eq(config.ciphers[2], "C");
    ck_assert_ptr_null(config.ciphers[3]);
}
END_TEST

START_TEST(profile_brings_its_quirks)
{
    const char *const args[] = { "--profile", "2012", NULL };
    struct err err = ERR_INIT;
    ck_assert_int_eq(read_args(args, NULL, &err), 0);
    ck_assert(config.policy.large_root_store_breaks_all);
    ck_assert_int_eq(config.tls_max, TLS_VERSION_1_2);
    ck_assert_str_eq(config.windows->iis, "8.0");
}
END_TEST

static char file[TEST_PLACE_MAX];

static void write_file(const char *text)
{
    test_place(file, "ini");
    int fd = mkstemp(file);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

START_TEST(flag_before_environment_before_file)
{
    const char *const args[] = { "--config", file,       "--idle-timeout",
                                 "3",        "--assume", "precedence=ssl",
                                 NULL };
    const char *const env[] = {
        "CERTGATED_IDLE_TIMEOUT=2",
        "CERTGATED_REQUEST_TIMEOUT=2",
        "CERTGATED_LISTEN=127.0.0.1:1 127.0.0.1:2,sslflags=Accept",
        "CERTGATED_FRIENDLY=no",
        "SSLKEYLOGFILE=/tmp/keys",
        NULL
    };
    struct err err = ERR_INIT;
    write_file("# a comment\n"
               "[certgated]\n"
               "idle-timeout = 1\nrequest-timeout = 1\nhandshake-timeout = 1\n"
               "listen = 127.0.0.1:7\nlisten = 127.0.0.1:8\nlisten = 127.0.0.1:9\n"
               "friendly = yes\nreveal-header = on\nassume = sha1=refuse\n"
               "usagecheck = disable\n");
    ck_assert_msg(read_args(args, env, &err) == 0, "%s", err.text);
    unlink(file);
    ck_assert_uint_eq(config.idle_timeout_s, 3);
    ck_assert_uint_eq(config.request_timeout_s, 2);
    ck_assert_uint_eq(config.handshake_timeout_s, 1);
    ck_assert_uint_eq(config.n_listen, 2); /* replaced as a whole */
    ck_assert(!config.friendly);
    ck_assert(config.reveal_header);
    ck_assert(!config.policy.usagecheck);
    ck_assert(config.policy.refuse_sha1);
    ck_assert_int_eq(config.policy.precedence, PRECEDENCE_SSL);
    ck_assert_str_eq(config.keylog, "/tmp/keys");
}
END_TEST

/* Each source of --listen replaces the one before, those of --assume add up. */
START_TEST(repeatable_options_take_several)
{
    const char *const args[] = { "--config", file, NULL };
    const char *const assumed[] = {
        "CERTGATED_ASSUME=any-eku=refuse\nprecedence=base\tno-cdp=accept", NULL
    };
    struct err err = ERR_INIT;
    write_file("listen = 127.0.0.1:7 127.0.0.1:8\nlisten = 127.0.0.1:9\n"
               "assume = sha1=refuse precedence=ssl\n");
    ck_assert_msg(read_args(args, assumed, &err) == 0, "%s", err.text);
    unlink(file);
    ck_assert_uint_eq(config.n_listen, 3);
    ck_assert(config.policy.refuse_sha1); /* the file's, which nobody contradicts */
    ck_assert(config.policy.refuse_any_eku);
    ck_assert_int_eq(config.policy.precedence, PRECEDENCE_BASE);
}
END_TEST

static const struct {
    const char *text;
    const char *words[2];
} bad_files[] = {
    { "listen =\n", { "line 1", "there is no value" } },
    { "assume = sha1\\=refuse\n", { "line 1", "a backslash stands before" } },
    { "listen = 1\nlisten = 2\nlisten = x\n", { "line 3", "listen" } },
    { "\nsslflag = Require\n", { "line 2", "unknown key 'sslflag'" } },
    { "[other]\nlisten = 1\n", { "line 2", "[other]" } },
    { "quiet = yes\nnonsense\n", { "line 2", "no 'name = value'" } },
    { "help = yes\n", { "line 1", "unknown key 'help'" } },
    { "usagecheck = disable\nprofile = 98\n", { "line 2", "'98'" } },
};

START_TEST(bad_file_row)
{
    const char *const args[] = { "--config", file, NULL };
    struct err err = ERR_INIT;
    write_file(bad_files[_i].text);
    ck_assert_msg(read_args(args, NULL, &err) == -1, "row %d: taken", _i);
    unlink(file);
    for (size_t i = 0; i < ARRAY_LEN(bad_files[_i].words); i++) {
        ck_assert_msg(strstr(err.text, bad_files[_i].words[i]) != NULL,
                      "row %d: got \"%s\"", _i, err.text);
    }
}
END_TEST

START_TEST(bad_environment_names_the_variable)
{
    const char *const none[] = { NULL };
    const char *const env[] = { "CERTGATED_PROFILE=95", NULL };
    struct err err = ERR_INIT;
    ck_assert_int_eq(read_args(none, env, &err), -1);
    ck_assert_msg(strstr(err.text, "CERTGATED_PROFILE") != NULL, "%s", err.text);
}
END_TEST

START_TEST(help_fits_the_terminal)
{
    struct buf help = BUF_EMPTY;
    size_t column = 0;
    ck_assert(config_append_help(&help));
    for (size_t i = 0; i < help.len; i++) {
        column = help.data[i] == '\n' ? 0 : column + 1;
        ck_assert_msg(column <= 80, "%.80s", (const char *)help.data + i - 80);
    }
    buf_finish(&help);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("config");
    TCase *t = tcase_create("config");
    tcase_add_loop_test(t, site_row, 0, (int)ARRAY_LEN(sites));
    tcase_add_loop_test(t, refusal_row, 0, (int)ARRAY_LEN(refusals));
    tcase_add_loop_test(t, bad_file_row, 0, (int)ARRAY_LEN(bad_files));
    tcase_add_test(t, defaults);
    tcase_add_test(t, ciphers_are_cut);
    tcase_add_test(t, profile_brings_its_quirks);
    tcase_add_test(t, flag_before_environment_before_file);
    tcase_add_test(t, repeatable_options_take_several);
    tcase_add_test(t, bad_environment_names_the_variable);
    tcase_add_test(t, help_fits_the_terminal);
    suite_add_tcase(s, t);
    return s;
}
