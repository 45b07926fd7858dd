/* SPDX-License-Identifier: MIT
 *
 * The subcommands; commands.c has the table of them. Each stands in command_NAME.c.
 */
#pragma once

#include <stddef.h>

struct command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the name */
    const char *summary;
};

/* All of them, in the order of `certgate help`. */
extern const struct command commands_all[];
extern const size_t commands_n;
/* NULL if there is none of that name. */
const struct command *commands_find(const char *name);
/* The name that was probably meant; NULL if none is near. */
const char *commands_suggest(const char *name);

int command_check(int argc, char **argv);
int command_get(int argc, char **argv);
int command_list(int argc, char **argv);
int command_load(int argc, char **argv);
int command_forge(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_events(int argc, char **argv);
int command_expect(int argc, char **argv);
int command_wait(int argc, char **argv);
int command_run(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_store(int argc, char **argv);
int command_ca(int argc, char **argv);
int command_revoke(int argc, char **argv);
int command_collect(int argc, char **argv);
int command_why(int argc, char **argv);
int command_completion(int argc, char **argv);
