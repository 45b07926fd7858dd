/* SPDX-License-Identifier: MIT
 *
 * What can stand for an option's value or a command's operands, for completion: what
 * the tables of options do not say.
 */
#pragma once

#include "base/args.h"

enum completion_kind {
    COMPLETION_ANY, /* nothing is known */
    COMPLETION_FILES,
    COMPLETION_FOLDERS,
    COMPLETION_CASES,
    COMPLETION_COMMANDS,
    COMPLETION_WORDS,
};

struct completion_value {
    enum completion_kind kind;
    const char *words; /* with blanks between; "" unless COMPLETION_WORDS */
};

/* The option has a value. */
struct completion_value completion_value(const struct args_option *option);
struct completion_value completion_operands(const char *command);
