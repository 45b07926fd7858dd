/* SPDX-License-Identifier: MIT
 *
 * Inside lib/tls only: mbedTLS's codes as our errors, with the library's own words.
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>

/* `what` failed; returns -1. */
int tls_err_set(struct err *err, int code, const char *what);

/* A code that is the machine's doing, out of memory for one (pki/crypto_code). */
bool tls_err_is_machine(int code);
