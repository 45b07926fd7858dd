/* SPDX-License-Identifier: MIT
 *
 * `certgate forge`: makes the test world in a folder, or says where its cases lie.
 */
#include "base/args.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "commands/commands.h"
#include "commands/mint.h"
#include "common/command.h"
#include "common/setter.h"
#include "forge/forge_export.h"
#include "tls/tls.h"

#include <stdio.h>
#include <string.h>

#define NAMES_MAX 64

struct forge_options {
    const char *dir;
    int64_t now;
    const char *names[NAMES_MAX];
    size_t n_names;
    bool has_format; /* a file of this kind beside each case's .pem */
    enum forge_format format;
    struct mint_options mint;
    bool help;
};

SETTER(out, struct forge_options, dir, value)

static int set_now(void *target, const char *value, struct err *err)
{
    struct forge_options *options = target;
    if (!timestamp_parse_moment(value, clock_now_s(), &options->now)) {
        return err_set(err, ERR_CONFIG, 0,
                       "\"%s\" is no time: 2026-11-22T15:04:05Z, or -30d from now",
                       value);
    }
    return 0;
}

static int set_format(void *target, enum forge_format format)
{
    struct forge_options *options = target;
    options->has_format = true;
    options->format = format;
    return 0;
}

static int set_p12(void *target, const char *value, struct err *err)
{
    (void)value;
    (void)err;
    return set_format(target, FORGE_P12);
}

static int set_p12_modern(void *target, const char *value, struct err *err)
{
    (void)value;
    (void)err;
    return set_format(target, FORGE_P12_MODERN);
}

SETTER(subject, struct forge_options, mint.order.subject, value)
SETTER(issuer, struct forge_options, mint.order.issuer, value)
SETTER(eku, struct forge_options, mint.order.eku, value)
SETTER(ku, struct forge_options, mint.order.ku, value)
SETTER(not_before, struct forge_options, mint.order.not_before, value)
SETTER(not_after, struct forge_options, mint.order.not_after, value)
SETTER(key, struct forge_options, mint.order.key, value)
SETTER(revoked, struct forge_options, mint.order.revoked, value)

static int add_san(void *target, const char *value, struct err *err)
{
    struct mint_options *mint = &((struct forge_options *)target)->mint;
    return mint_options_add(mint, "san=", value, err);
}

static int add_fault(void *target, const char *value, struct err *err)
{
    struct mint_options *mint = &((struct forge_options *)target)->mint;
    return mint_options_add(mint, "", value, err);
}

SETTER(help, struct forge_options, help, true)

static int add_name(void *target, const char *operand, struct err *err)
{
    struct forge_options *options = target;
    if (options->n_names == NAMES_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %d names", NAMES_MAX);
    }
    options->names[options->n_names++] = operand;
    return 0;
}

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("Options"),
    { "out", 'o', "cases", "DIR", "the folder; default $XDG_DATA_HOME/certgate", set_out, ARGS_ONCE },
    { "now", 0, NULL, "TIME", "issue as if it were this time: a date, or -30d from now", set_now, ARGS_ONCE },
    { "p12", 0, NULL, NULL, "also write NAME.p12 (password \"" FORGE_PASSWORD "\"), which imports everywhere: Triple DES, SHA-1", set_p12, ARGS_ONCE },
    { "p12-modern", 0, NULL, NULL, "also write NAME-modern.p12: AES-256, PBKDF2, SHA-256", set_p12_modern, ARGS_ONCE },
    ARGS_HEADING("One of your own, NAME, as certs/cases.tsv has them"),
    { "subject", 0, NULL, "DN", "as \"O=Acme,CN=alice\"; default the name", set_subject, ARGS_ONCE },
    { "san", 0, NULL, "TYPE:VALUE", "DNS, email, UPN, URI or IP", add_san, ARGS_REPEATABLE },
    { "eku", 0, NULL, "LIST", "purposes, as clientAuth,serverAuth; default none", set_eku, ARGS_ONCE },
    { "ku", 0, NULL, "LIST", "key usages, as digitalSignature; default none", set_ku, ARGS_ONCE },
    { "not-before", 0, NULL, "TIME", "a date, or -30d from now; default -1h", set_not_before, ARGS_ONCE },
    { "not-after", 0, NULL, "TIME", "a date, or -1d from now; default 30d", set_not_after, ARGS_ONCE },
    { "key", 0, NULL, "TYPE", "p256 (default), p384, p521, rsa2048, ..., weak", set_key, ARGS_ONCE },
    { "issuer", 0, NULL, "CA", "of certs/authorities.tsv, or self", set_issuer, ARGS_ONCE },
    { "revoked", 0, NULL, "REASON", "revoke it: keyCompromise, superseded, ...", set_revoked, ARGS_ONCE },
    { "fault", 0, NULL, "WORD", "bad-signature, wrong-key, hash=sha1, ...", add_fault, ARGS_REPEATABLE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate forge [NAME...]\n"
    "Creates the test CAs, the certificate stores and every case's certificate, or\n"
    "issues again what is old. Keys are kept. With names: prints these cases' files.\n";

static int write_file(struct forge_world *world, const struct forge_options *options,
                      const struct recipe *recipe, bool print, struct err *err)
{
    char path[FILE_PATH_MAX];
    struct buf bytes = BUF_EMPTY;
    int n = snprintf(path, sizeof path, "%s/cases/%s%s", forge_dir(world), recipe->name,
                     forge_format_get(options->format)->suffix);
    if (n < 0 || (size_t)n >= sizeof path) {
        return err_set(err, ERR_LIMIT, 0, "the path of %s is too long", recipe->name);
    }
    int result =
        forge_export(world, recipe, options->format, options->now, &bytes, err);
    if (result == 0) {
        result = file_write(path, 0600, buf_slice(&bytes), err);
    }
    if (result == 0 && print) {
        puts(path);
    }
    buf_finish_secret(&bytes);
    return result;
}

static int write_files(struct forge_world *world, const struct forge_options *options,
                       struct err *err)
{
    const struct recipe_table *cases = &forge_book(world)->cases;
    for (size_t i = 0; i < cases->n_recipes; i++) {
        if (!cases->recipes[i].is_none &&
            write_file(world, options, &cases->recipes[i], false, err) != 0) {
            return -1;
        }
    }
    printf("%s/cases        also NAME%s, password %s\n", forge_dir(world),
           forge_format_get(options->format)->suffix, FORGE_PASSWORD);
    return 0;
}

static int print_cases(struct forge_world *world, const struct forge_options *options,
                       struct err *err)
{
    const struct recipe_table *cases = &forge_book(world)->cases;
    for (size_t i = 0; i < options->n_names; i++) {
        const struct recipe *recipe = recipe_find(cases, options->names[i]);
        struct forge_credential credential = { NULL, NULL, 0 };
        if (recipe == NULL) {
            const char *meant = recipe_suggest(cases, options->names[i]);
            return err_set(err, ERR_CONFIG, 0, "no case \"%s\"%s%s%s (certgate list)",
                           options->names[i], meant == NULL ? "" : ": is ",
                           meant == NULL ? "" : meant, meant == NULL ? "" : " meant?");
        }
        if (recipe->is_none) {
            continue;
        }
        if (options->has_format) {
            if (write_file(world, options, recipe, true, err) != 0) {
                return -1;
            }
            continue;
        }
        if (forge_case(world, recipe, options->now, &credential, err) != 0) {
            return -1;
        }
        forge_credential_finish(&credential);
        printf("%s/cases/%s.pem\n", forge_dir(world), recipe->name);
    }
    return 0;
}

static void print_world(const struct forge_world *world, int64_t duration_us)
{
    const struct recipe_book *book = forge_book(world);
    const char *dir = forge_dir(world);
    printf("%s/authorities  %zu test CAs, NAME.crt and NAME.key\n", dir,
           book->authorities.n_recipes);
    printf("%s/cases        %zu client certificates, NAME.pem (with key and chain) and "
           "NAME.crt\n",
           dir, book->cases.n_recipes - 1);
    printf("%s/store        the certificate stores for certgated\n", dir);
    printf("ready in %.1f s\n", (double)duration_us / 1e6);
}

static int mint(struct forge_world *world, struct forge_options *options,
                struct err *err)
{
    if (options->n_names > 1) {
        return err_set(err, ERR_CONFIG, 0,
                       "\"%s\" is a second name; one certificate is ordered at a time",
                       options->names[1]);
    }
    options->mint.order.name = options->n_names == 0 ? NULL : options->names[0];
    return mint_write(world, &options->mint,
                      options->has_format ? options->format : FORGE_PEM, options->now,
                      err);
}

static int forge(struct forge_options *options, struct err *err)
{
    struct forge_world *world = NULL;
    int64_t started_us = clock_monotonic_us();
    int result = -1;
    if (tls_init(err) != 0 ||
        forge_world_open(options->dir, options->now, &world, err) != 0) {
        goto out;
    }
    if (mint_options_is_wanted(&options->mint)) {
        result = mint(world, options, err);
    } else if (options->n_names > 0) {
        result = print_cases(world, options, err);
    } else {
        print_world(world, clock_monotonic_us() - started_us);
        result = options->has_format ? write_files(world, options, err) : 0;
    }
out:
    forge_world_destroy(world);
    tls_finish();
    return result;
}

int command_forge(int argc, char **argv)
{
    struct forge_options options = { .now = clock_now_s() };
    struct err err = ERR_INIT;
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, &options, add_name, &err) != 0) {
        return command_fail_usage("forge", &err);
    }
    if (options.help) {
        return command_print_help(usage, rows, ARRAY_LEN(rows), NULL);
    }
    int result = forge(&options, &err);
    mint_options_finish(&options.mint);
    if (result != 0) {
        return command_fail("forge", &err);
    }
    return fflush(stdout) == 0 ? COMMAND_OK : COMMAND_FAILED;
}
