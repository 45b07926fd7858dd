/* SPDX-License-Identifier: MIT
 *
 * Inside lib/tls only: mbedTLS's codes as our errors, with the library's own words.
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>

/* `what` failed; returns -1. */
int tls_err_set(struct err *err, int code, const char *what);

/* The code means that the machine failed, for example that memory ran out
 * (pki/crypto_code). */
bool tls_err_is_machine(int code);
