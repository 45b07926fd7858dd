/* SPDX-License-Identifier: MIT
 *
 * Command lines from a table: one row per option serves parsing and --help.
 *
 * Accepted forms: --name VALUE, --name=VALUE, -x VALUE, -xVALUE, -xyz for flags,
 * and the one-dash long names that OpenSSL's users know (-CAfile FILE). "--" ends
 * the options, "-" alone is an operand. Options may stand after operands.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

/* Stores one value (NULL for a flag) in the caller's configuration. */
typedef int (*args_set_fn)(void *target, const char *value, struct err *err);
/* Takes one operand. */
typedef int (*args_operand_fn)(void *target, const char *operand, struct err *err);

struct args_option {
    const char *name;  /* long name without dashes; NULL = `help` is a heading */
    char letter;       /* one-letter form, or 0 */
    const char *alias; /* another long name that is understood but not shown, or NULL */
    const char *value; /* what the value is called in --help; NULL = a flag */
    const char *help;  /* one sentence; wrapped to 80 columns by args_append_help */
    args_set_fn set;
};

/* Walks argv[1..]. `operand` may be NULL: then operands are refused. The error
 * names the option and, for a near miss, the option that was probably meant. */
int args_parse(const struct args_option *options, size_t n_options, int argc,
               char *const *argv, void *target, args_operand_fn operand,
               struct err *err) MUST_CHECK;

/* Appends the table as it stands in --help, no line over 80 columns. */
bool args_append_help(struct buf *out, const struct args_option *options,
                      size_t n_options);
