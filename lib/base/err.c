/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include <stdio.h>
#include <string.h>

static void fill(struct err *err, enum err_domain domain, int code, const char *reason,
                 const char *fmt, va_list args) PRINTF_LIKE(5, 0);

static void fill(struct err *err, enum err_domain domain, int code, const char *reason,
                 const char *fmt, va_list args)
{
    err->domain = domain;
    err->code = code;
    int n = vsnprintf(err->text, sizeof(err->text), fmt, args);
    if (reason != NULL && n >= 0 && (size_t)n < sizeof(err->text)) {
        (void)snprintf(err->text + n, sizeof(err->text) - (size_t)n, ": %s", reason);
    }
}

int err_set(struct err *err, enum err_domain domain, int code, const char *fmt, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, fmt);
        fill(err, domain, code, domain == ERR_SYSTEM ? strerror(code) : NULL, fmt,
             args);
        va_end(args);
    }
    return -1;
}

int err_set_reason(struct err *err, enum err_domain domain, int code,
                   const char *reason, const char *fmt, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, fmt);
        fill(err, domain, code, reason, fmt, args);
        va_end(args);
    }
    return -1;
}

int err_wrap(struct err *err, const char *fmt, ...)
{
    if (err != NULL) {
        char inner[ERR_TEXT_MAX];
        memcpy(inner, err->text, sizeof(inner));
        va_list args;
        va_start(args, fmt);
        fill(err, err->domain, err->code, inner, fmt, args);
        va_end(args);
    }
    return -1;
}

int err_memory(struct err *err)
{
    return err_set(err, ERR_MEMORY, 0, "out of memory");
}
