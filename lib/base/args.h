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

/* How often an option counts. */
enum args_times {
    ARGS_ONCE,       /* the last value: its setter is set_... */
    ARGS_REPEATABLE, /* each value: its setter is add_... */
};

struct args_option {
    const char *name;  /* long name without dashes; NULL = `help` is a heading */
    char letter;       /* one-letter form, or 0 */
    const char *alias; /* another long name that is understood but not shown, or NULL */
    const char *value; /* what the value is called in --help; NULL = a flag */
    const char *help;  /* one sentence; wrapped to 80 columns by args_append_help */
    args_set_fn set;
    enum args_times times;
};

#define ARGS_HEADING(text)                          \
    {                                               \
        NULL, 0, NULL, NULL, text, NULL, ARGS_ONCE, \
    }

/* Walks argv[1..]. `operand` may be NULL: then operands are refused. The error
 * names the option and, for a near miss, the option that was probably meant. */
int args_parse(const struct args_option *options, size_t n_options, int argc,
               char *const *argv, void *target, args_operand_fn operand,
               struct err *err) MUST_CHECK;

/* Longer values cannot stand beside others in one text. */
#define ARGS_WORD_MAX ((size_t)1024)

/* Sets an option from an environment variable or a line of a file. Of a repeatable one,
 * `text` holds one value or more with blanks (spaces, tabs, line ends) between them;
 * within a value, "\ " is a blank and "\\" a backslash. Of another, `text` is the value
 * as it is. The value that the setter gets is gone when it returns. */
int args_set_text(const struct args_option *option, void *target, const char *text,
                  struct err *err) MUST_CHECK;

/* Appends the table as it stands in --help, no line over 80 columns; what may be
 * repeated says so. */
bool args_append_help(struct buf *out, const struct args_option *options,
                      size_t n_options);
