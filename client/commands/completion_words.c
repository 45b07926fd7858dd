/* SPDX-License-Identifier: MIT */
#include "commands/completion_words.h"

#include "base/compiler.h"

#include <string.h>

struct row {
    const char *name;
    struct completion_value value;
};

/* By what the value is called in --help, unless a row below knows the option. */
static const struct row by_value[] = {
    { "FILE", { COMPLETION_FILES, "" } },
    { "FILE[:PASS]", { COMPLETION_FILES, "" } },
    { "PROGRAM", { COMPLETION_FILES, "" } },
    { "DIR", { COMPLETION_FOLDERS, "" } },
};

static const struct row by_option[] = {
    { "as",
      { COMPLETION_WORDS,
        "revoked hold unknown stale slow unreachable garbage good" } },
    { "case", { COMPLETION_CASES, "" } },
    { "offer-as", { COMPLETION_WORDS, "chrome edge firefox dotnet" } },
    { "resume-case", { COMPLETION_CASES, "" } },
    { "sslflags", { COMPLETION_WORDS, "require accept ignore" } },
    { "tls", { COMPLETION_WORDS, "1.2 1.3" } },
    { "tls-max", { COMPLETION_WORDS, "1.2 1.3" } },
};

static const struct row operands[] = {
    { "ca", { COMPLETION_WORDS, "export" } },
    { "check", { COMPLETION_CASES, "" } },
    { "completion", { COMPLETION_WORDS, "bash zsh fish" } },
    { "explain", { COMPLETION_FILES, "" } },
    { "forge", { COMPLETION_CASES, "" } },
    { "help", { COMPLETION_COMMANDS, "" } },
    { "list", { COMPLETION_CASES, "" } },
    { "revoke", { COMPLETION_CASES, "" } },
    { "run", { COMPLETION_FILES, "" } },
    { "store", { COMPLETION_WORDS, "list add check convert" } },
    { "why", { COMPLETION_FILES, "" } }, /* of --log; else it is anything */
};

static struct completion_value find(const struct row *rows, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return rows[i].value;
        }
    }
    return (struct completion_value){ COMPLETION_ANY, "" };
}

struct completion_value completion_value(const struct args_option *option)
{
    struct completion_value value = find(by_option, ARRAY_LEN(by_option), option->name);
    return value.kind != COMPLETION_ANY
               ? value
               : find(by_value, ARRAY_LEN(by_value), option->value);
}

struct completion_value completion_operands(const char *command)
{
    return find(operands, ARRAY_LEN(operands), command);
}
