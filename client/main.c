/* SPDX-License-Identifier: MIT
 *
 * certgate: shows client certificates, right and wrong ones, to a TLS server and
 * tells what it answers. Finds the subcommand, nothing else.
 */
#include "commands/commands.h"
#include "common/command.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static int print_help(FILE *to)
{
    fprintf(to, "Usage: certgate COMMAND [ARGUMENT...]\n\n");
    for (size_t i = 0; i < commands_n; i++) {
        fprintf(to, "  %-10s %s\n", commands_all[i].name, commands_all[i].summary);
    }
    fprintf(to, "  %-10s %s\n", "help",
            "this, or the help of a command: certgate help check\n");
    fprintf(to, "certgate --version prints the version. The server is certgated.\n");
    return fflush(to) == 0 && to == stdout ? COMMAND_OK : COMMAND_FAILED;
}

static int fail_command(const char *name)
{
    const char *meant = commands_suggest(name);
    if (meant != NULL) {
        fprintf(stderr,
                "certgate: no command \"%s\" (did you mean %s?); certgate help lists "
                "them\n",
                name, meant);
    } else {
        fprintf(stderr, "certgate: no command \"%s\"; certgate help lists them\n",
                name);
    }
    return COMMAND_FAILED;
}

static int help(const char *name)
{
    char option[] = "--help";
    char *arguments[] = { option, option, NULL };
    const struct command *command = name == NULL ? NULL : commands_find(name);
    if (name == NULL) {
        return print_help(stdout);
    }
    return command == NULL ? fail_command(name) : command->run(2, arguments);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : NULL;
    const struct command *command = name == NULL ? NULL : commands_find(name);

    /* A peer or a pager that goes away fails a write and does not kill the program. */
    signal(SIGPIPE, SIG_IGN);
    if (command != NULL) {
        return command->run(argc - 1, argv + 1);
    }
    if (name == NULL) {
        return print_help(stderr);
    }
    if (strcmp(name, "help") == 0) {
        return help(argc > 2 ? argv[2] : NULL);
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        return print_help(stdout);
    }
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        printf("certgate %s\n", CERTGATE_VERSION);
        return COMMAND_OK;
    }
    return fail_command(name);
}
