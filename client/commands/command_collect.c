/* SPDX-License-Identifier: MIT
 *
 * `certgate collect`: prints the script that copies a server's settings into a folder,
 * for --like.
 */
#include "commands/commands.h"

#include "base/compiler.h"
#include "common/command.h"
#include "common/setter.h"

/* collect.ps1, by scripts/embed */
extern const unsigned char collect_script[];
extern const size_t collect_script_len;

struct collect_options {
    bool help;
};

SETTER(help, struct collect_options, help, true)

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("Options"),
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate collect >collect.ps1\n"
    "Prints a PowerShell script. Run as administrator on a server with IIS, it copies\n"
    "what decides about client certificates there into one folder, which certgated\n"
    "and explain then play with --like. It is written from Microsoft's documentation\n"
    "and was not run on Windows: read it before you run it.\n";

int command_collect(int argc, char **argv)
{
    struct collect_options options = { .help = false };
    struct err err = ERR_INIT;
    struct buf out = BUF_EMPTY;
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, &options, NULL, &err) != 0) {
        return command_fail_usage("collect", &err);
    }
    if (options.help) {
        return command_print_help(usage, rows, ARRAY_LEN(rows), NULL);
    }
    buf_append(&out, collect_script, collect_script_len);
    return command_write(NULL, &out, &err) == 0 ? COMMAND_OK
                                                : command_fail("collect", &err);
}
