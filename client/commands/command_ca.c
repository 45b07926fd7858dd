/* SPDX-License-Identifier: MIT
 *
 * `certgate ca export`: what another server has to be told to trust.
 */
#include "base/args.h"
#include "base/clock.h"
#include "commands/commands.h"
#include "common/command.h"
#include "common/crl_bundle.h"
#include "common/setter.h"
#include "forge/forge.h"
#include "pki/pem_write.h"
#include "tls/tls.h"

#include <string.h>

struct ca_options {
    const char *dir;
    const char *out;  /* NULL = standard output */
    const char *crls; /* file; NULL = none */
    bool intermediates;
    const char *verb;
    bool help;
};

SETTER(out, struct ca_options, out, value)
SETTER(crls, struct ca_options, crls, value)
SETTER(intermediates, struct ca_options, intermediates, true)
SETTER(dir, struct ca_options, dir, value)
SETTER(help, struct ca_options, help, true)

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("Options"),
    { "out", 'o', "output", "FILE", "write the certificates to FILE, not to standard output", set_out, ARGS_ONCE },
    { "crls", 0, NULL, "FILE", "write every CA's revocation list to FILE, as PEM", set_crls, ARGS_ONCE },
    { "intermediates", 0, NULL, NULL, "also the intermediates that IIS would have in its store; some servers then trust them as roots", set_intermediates, ARGS_ONCE },
    { "cases", 0, "data", "DIR", "the test world; default $XDG_DATA_HOME/certgate; made if necessary", set_dir, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate ca export [OPTION...]\n"
    "Writes the root of the test CAs as PEM: what a server has to trust before\n"
    "`certgate check URL` can present every case to it. No server that other people\n"
    "use should trust it: anyone who can read its key here can issue certificates.\n";

static int add_operand(void *target, const char *operand, struct err *err)
{
    struct ca_options *options = target;
    if (options->verb != NULL || strcmp(operand, "export") != 0) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\": export is meant", operand);
    }
    options->verb = operand;
    return 0;
}

static int export_certificates(const struct forge_world *world,
                               const struct ca_options *options, struct err *err)
{
    const struct recipe_table *table = &forge_book(world)->authorities;
    struct buf text = BUF_EMPTY;
    for (size_t i = 0; i < table->n_recipes; i++) {
        const struct recipe *recipe = &table->recipes[i];
        if (strcmp(recipe->name, "root") == 0 ||
            (options->intermediates && recipe->folders[STORE_CA])) {
            pem_write(&text, "CERTIFICATE", forge_authority(world, recipe->name)->der);
        }
    }
    return command_write(options->out, &text, err);
}

static int export_crls(const struct forge_world *world, const char *path, int64_t now,
                       struct err *err)
{
    struct buf text = BUF_EMPTY;
    if (crl_bundle_append(world, NULL, now, &text, err) != 0) {
        buf_finish(&text);
        return -1;
    }
    return command_write(path, &text, err);
}

static int run(const struct ca_options *options, struct err *err)
{
    struct forge_world *world = NULL;
    int64_t now = clock_now_s();
    int result = -1;
    if (tls_init(err) == 0 && forge_world_open(options->dir, now, &world, err) == 0 &&
        export_certificates(world, options, err) == 0) {
        result =
            options->crls == NULL ? 0 : export_crls(world, options->crls, now, err);
    }
    forge_world_destroy(world);
    tls_finish();
    return result;
}

int command_ca(int argc, char **argv)
{
    struct ca_options options = { .verb = NULL };
    struct err err = ERR_INIT;
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, &options, add_operand, &err) !=
        0) {
        return command_fail_usage("ca", &err);
    }
    if (options.help) {
        return command_print_help(usage, rows, ARRAY_LEN(rows), NULL);
    }
    if (options.verb == NULL) {
        err_set(&err, ERR_CONFIG, 0, "what? certgate ca export");
        return command_fail_usage("ca", &err);
    }
    return run(&options, &err) != 0 ? command_fail("ca", &err) : COMMAND_OK;
}
