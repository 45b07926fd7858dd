/* SPDX-License-Identifier: MIT
 *
 * Inside lib/tls only: mbedTLS's codes as our errors, with the library's own words.
 */
#pragma once

#include "base/err.h"

/* `what` failed; returns -1. */
int tls_err_set(struct err *err, int code, const char *what);
