/* SPDX-License-Identifier: MIT
 *
 * mbedTLS's error codes: whose doing a failure is.
 */
#pragma once

#include <stdbool.h>

/* The machine failed: it is out of memory or of random numbers. Such a failure says
 * nothing about the key, signature or message at hand, so it must neither be blamed on
 * them nor be remembered. `code` is what mbedTLS or PSA (psa_status_t) returned. */
bool crypto_code_is_machine(int code);
