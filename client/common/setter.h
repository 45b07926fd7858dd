/* SPDX-License-Identifier: MIT
 *
 * Setters for rows of args_option (base/args.h) that only store something: `member` of
 * the options of this type becomes `what`, which is the option's `value` or a constant.
 * They cannot fail.
 */
#pragma once

#include "base/err.h"

/* A function of this name; put `static` before it unless others use it. */
#define SETTER_FUNCTION(function, type, member, what)               \
    int function(void *options, const char *value, struct err *err) \
    {                                                               \
        (void)value;                                                \
        (void)err;                                                  \
        ((type *)options)->member = what;                           \
        return 0;                                                   \
    }

/* A static function set_NAME. */
#define SETTER(name, type, member, what) \
    static SETTER_FUNCTION(set_##name, type, member, what)
