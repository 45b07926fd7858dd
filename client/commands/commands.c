/* SPDX-License-Identifier: MIT */
#include "commands/commands.h"

#include "base/compiler.h"
#include "base/text.h"

#include <string.h>

const struct command commands_all[] = {
    { "check", command_check,
      "every case against a server, compared with what IIS answers" },
    { "get", command_get, "one request with any client certificate, as curl does it" },
    { "load", command_load,
      "requests at a steady rate, and how long each took, as percentiles" },
    { "run", command_run, "a command with a server for as long as it takes: for CI" },
    { "wait", command_wait, "until a server answers, for scripts that started one" },
    { "events", command_events,
      "what the running server saw: handshakes and verdicts" },
    { "expect", command_expect, "an assertion about what the running server saw" },
    { "list", command_list,
      "the cases, what is special about each and what it must get" },
    { "explain", command_explain, "what IIS would answer to a certificate, and why" },
    { "why", command_why,
      "what an error, a code or a line of IIS's log means, and what to do" },
    { "collect", command_collect,
      "a script that copies an IIS server's settings, for --like" },
    { "doctor", command_doctor,
      "what on this machine is not as it should be, and the fix of each" },
    { "store", command_store, "list, add to and check the certificate stores" },
    { "ca", command_ca, "export what another server has to trust" },
    { "revoke", command_revoke,
      "switch a certificate's revocation at the running certgated" },
    { "forge", command_forge, "make the test CAs, stores and client certificates" },
    { "completion", command_completion, "a completion script for bash, zsh or fish" },
};
const size_t commands_n = ARRAY_LEN(commands_all);

const struct command *commands_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(commands_all); i++) {
        if (strcmp(commands_all[i].name, name) == 0) {
            return &commands_all[i];
        }
    }
    return NULL;
}

const char *commands_suggest(const char *name)
{
    struct text_nearest nearest;
    text_nearest_init(&nearest, slice_from_string(name));
    for (size_t i = 0; i < ARRAY_LEN(commands_all); i++) {
        text_nearest_look(&nearest, commands_all[i].name);
    }
    return nearest.found;
}
