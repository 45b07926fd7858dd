/* SPDX-License-Identifier: MIT
 *
 * What all subcommands share: their exit codes, their help and how they complain and
 * write.
 */
#pragma once

#include "base/args.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* `get` has curl's exit codes instead. */
enum command_exit {
    COMMAND_OK = 0,
    COMMAND_DIFFERS = 1, /* a verdict is not as expected */
    COMMAND_FAILED = 2,  /* wrong usage, or could not run */
};

/* A subcommand's --help: usage lines, what it does, its options, a closing text
 * (may be NULL). Returns COMMAND_OK. */
int command_print_help(const char *usage, const struct args_option *options,
                       size_t n_options, const char *closing);
/* Where command_print_help hands the options of --help instead of printing it; NULL =
 * standard output. For what is made from every command's table (completions). */
typedef void (*command_help_fn)(void *user, const struct args_option *options,
                                size_t n_options);
void command_divert_help(command_help_fn take, void *user);
/* "certgate check: text" on standard error. Returns COMMAND_FAILED. */
int command_fail(const char *name, const struct err *err);
/* The same for a wrong command line, with where to find help. */
int command_fail_usage(const char *name, const struct err *err);
/* Writes to standard output, whole. */
bool command_print(struct slice text);
/* Writes `text` and empties it: to the file `path`, or to standard output for NULL and
 * "-". Its memory may have failed (buf_ok). */
int command_write(const char *path, struct buf *text, struct err *err) MUST_CHECK;
/* Whether to colour what goes to this descriptor: a terminal, unless NO_COLOR;
 * CLICOLOR_FORCE in any case. */
bool command_may_colour(int fd);
/* Columns of the terminal on this descriptor; 0 = it is none. */
size_t command_terminal_width(int fd);
