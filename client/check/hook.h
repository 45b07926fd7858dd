/* SPDX-License-Identifier: MIT
 *
 * A command of the user's that changes the server under test, and is waited for.
 */
#pragma once

#include "base/err.h"

#include <stddef.h>

struct hook_variable {
    const char *name;
    const char *value;
};

/* Runs it by /bin/sh with these in its environment. Any exit status but 0 is an error
 * that names the command. */
int hook_run(const char *command, const struct hook_variable *variables, size_t n,
             struct err *err) MUST_CHECK;
