/* SPDX-License-Identifier: MIT
 *
 * Errors: the machine or the configuration broke.
 *
 * Three kinds of failure, three mechanisms, never mixed:
 *
 *   our own bug                     assert (live in release builds, too)
 *   the machine or the config broke int 0/-1 and a struct err, last argument
 *   the peer did something expected a *result*: an enum, never a struct err
 *
 * A struct err is plain memory: nothing to free, copied by value. `text` is one
 * clear sentence for a person: it names the file, the field and the remedy.
 * Two foreign number spaces (libuv's and mbedTLS's) are why a bare int cannot
 * carry an error here; `domain` says whose number `code` is.
 */
#pragma once

#include "base/compiler.h"

#include <stdarg.h>

enum err_domain {
    ERR_NONE,
    ERR_SYSTEM,  /* code is an errno */
    ERR_UV,      /* code is a libuv error */
    ERR_MBEDTLS, /* code is an mbedTLS error */
    ERR_CONFIG,  /* the user's file, option or store; code is unused or an HRESULT */
    ERR_MEMORY,  /* out of memory */
    ERR_LIMIT,   /* a named limit of ours was reached */
};

#define ERR_TEXT_MAX 1024

struct err {
    enum err_domain domain;
    int code;
    char text[ERR_TEXT_MAX];
};

#define ERR_INIT        \
    {                   \
        ERR_NONE, 0, "" \
    }

/* Fills `err` (which may be NULL) and returns -1, so that failing is one line:
 * `return err_set(err, ERR_CONFIG, 0, "...");`. For ERR_SYSTEM the text of the
 * errno is appended. A text that does not fit is cut. */
int err_set(struct err *err, enum err_domain domain, int code, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* The same with the library's own text for `code` appended as ": reason". For
 * layers that know a foreign library (`reason` may be NULL). */
int err_set_reason(struct err *err, enum err_domain domain, int code,
                   const char *reason, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* Prefixes context on the way up: "context: text". Returns -1. */
int err_wrap(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Reports a failed allocation; the only function that does. Returns -1. */
int err_memory(struct err *err);
