/* SPDX-License-Identifier: MIT
 *
 * The subcommands; main.c has the table of them. Each stands in command_NAME.c.
 */
#pragma once

struct command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the name */
    const char *summary;
};

int command_check(int argc, char **argv);
int command_get(int argc, char **argv);
int command_list(int argc, char **argv);
int command_forge(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_events(int argc, char **argv);
int command_expect(int argc, char **argv);
int command_wait(int argc, char **argv);
int command_run(int argc, char **argv);
int command_store(int argc, char **argv);
int command_ca(int argc, char **argv);
int command_revoke(int argc, char **argv);
int command_why(int argc, char **argv);
