/* SPDX-License-Identifier: MIT
 *
 * The registry as `reg export` writes it: "Windows Registry Editor Version 5.00", keys
 * in brackets, values below them. Pure; all of it is hostile.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REG_NAME_MAX  ((size_t)1024)
#define REG_VALUE_MAX ((size_t)4096) /* of a string; longer ones are cut */

enum reg_type {
    REG_TEXT,   /* "..."; hex(1), hex(2) are REG_BYTES */
    REG_DWORD,  /* dword: */
    REG_BYTES,  /* hex:, hex(N): */
    REG_REMOVED /* - */
};

struct reg_value {
    struct slice key;  /* "HKEY_LOCAL_MACHINE\SYSTEM\..." */
    struct slice name; /* "" = the key's own, "@" */
    enum reg_type type;
    uint32_t number;   /* of REG_DWORD */
    struct slice text; /* of REG_TEXT */
    size_t line;       /* from 1 */
};

struct reg_visitor {
    void *user;
    void (*on_value)(void *user,
                     const struct reg_value *value); /* valid until it ends */
    /* A line that is none of a registry file: what is wrong with it. */
    void (*on_fault)(void *user, size_t line, const char *what);
};

/* UTF-8, or nearly (like/windows_text). False: it does not begin as such a file does,
 * and nothing was read. */
bool reg_read(struct slice text, const struct reg_visitor *visitor);
