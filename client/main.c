/* SPDX-License-Identifier: MIT
 *
 * certgate: shows client certificates, right and wrong ones, to a TLS server and
 * tells what it answers. A table of subcommands, nothing else.
 */
#include "commands/commands.h"
#include "common/command.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct command commands[] = {
    { "check", command_check,
      "every case against a server, compared with what IIS answers" },
    { "get", command_get, "one request with any client certificate, as curl does it" },
    { "run", command_run, "a command with a server for as long as it takes: for CI" },
    { "wait", command_wait, "until a server answers, for scripts that started one" },
    { "events", command_events,
      "what the running server saw: handshakes and verdicts" },
    { "expect", command_expect, "an assertion about what the running server saw" },
    { "list", command_list,
      "the cases, what is special about each and what it must get" },
    { "explain", command_explain,
      "what IIS would answer to a certificate from a file or server, and why" },
    { "why", command_why,
      "what an error, a code or a line of IIS's log means, and what to do" },
    { "store", command_store, "list, add to and check the certificate stores" },
    { "ca", command_ca, "export what another server has to trust" },
    { "revoke", command_revoke,
      "switch a certificate's revocation at the running certgated" },
    { "forge", command_forge, "make the test CAs, stores and client certificates" },
};

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static int print_help(FILE *to)
{
    fprintf(to, "Usage: certgate COMMAND [ARGUMENT...]\n\n");
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        fprintf(to, "  %-7s %s\n", commands[i].name, commands[i].summary);
    }
    fprintf(to, "  %-7s %s\n", "help",
            "this, or the help of a command: certgate help check\n");
    fprintf(to, "certgate --version prints the version. The server is certgated.\n");
    return fflush(to) == 0 && to == stdout ? COMMAND_OK : COMMAND_FAILED;
}

static int help(const char *name)
{
    char option[] = "--help";
    char *arguments[] = { option, option, NULL };
    const struct command *command = name == NULL ? NULL : find(name);
    return command == NULL ? print_help(name == NULL ? stdout : stderr)
                           : command->run(2, arguments);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : NULL;
    const struct command *command = name == NULL ? NULL : find(name);

    /* A peer or a pager that goes away is an error of a write, not our end. */
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
    fprintf(stderr, "certgate: no command \"%s\"; certgate help lists them\n", name);
    return COMMAND_FAILED;
}
