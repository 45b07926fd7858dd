/* SPDX-License-Identifier: MIT */
#include "tls/tls_err.h"

#include <mbedtls/error.h>

#define REASON_MAX 128

int tls_err_set(struct err *err, int code, const char *what)
{
    char reason[REASON_MAX];

    mbedtls_strerror(code, reason, sizeof reason);
    return err_set_reason(err, ERR_MBEDTLS, code, reason, "%s", what);
}
