/* SPDX-License-Identifier: MIT
 *
 * mbedTLS's error codes: whose doing a failure is.
 */
#pragma once

#include <stdbool.h>

/* The machine's: out of memory, or of random numbers. Such a failure says nothing about
 * the key, the signature or the message at hand: it is no fault of these and must not
 * be remembered. `code` is what mbedTLS returned, or PSA (psa_status_t). */
bool crypto_code_is_machine(int code);
