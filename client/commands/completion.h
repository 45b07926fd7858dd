/* SPDX-License-Identifier: MIT
 *
 * Completion scripts for shells, made from the commands' tables of options. Pure.
 */
#pragma once

#include "base/args.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct completion_command {
    const char *name;
    const char *summary;
    const struct args_option *options;
    size_t n_options;
};

/* Everything is borrowed. */
struct completion_source {
    const struct completion_command *commands;
    size_t n_commands;
    const char *cases; /* their names with blanks between */
};

/* False when out of memory. */
bool completion_append_bash(struct buf *out, const struct completion_source *source);
bool completion_append_zsh(struct buf *out, const struct completion_source *source);
bool completion_append_fish(struct buf *out, const struct completion_source *source);
