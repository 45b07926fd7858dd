/* SPDX-License-Identifier: MIT */
#include "tls/tls_err.h"

#include "pki/crypto_code.h"

#include <mbedtls/error.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509.h>

#define REASON_MAX 128

int tls_err_set(struct err *err, int code, const char *what)
{
    char reason[REASON_MAX];

    mbedtls_strerror(code, reason, sizeof reason);
    return err_set_reason(err, ERR_MBEDTLS, code, reason, "%s", what);
}

bool tls_err_is_machine(int code)
{
    return code == MBEDTLS_ERR_SSL_ALLOC_FAILED ||
           code == MBEDTLS_ERR_X509_ALLOC_FAILED || crypto_code_is_machine(code);
}
