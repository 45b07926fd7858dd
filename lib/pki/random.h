/* SPDX-License-Identifier: MIT
 *
 * Random numbers for keys, serials and TLS: one CTR_DRBG for the process, seeded
 * from the system at the first use. It has a lock of its own. A process must not
 * fork and go on in both halves: both would draw the same numbers.
 */
#pragma once

#include "base/err.h"

#include <stddef.h>

int random_bytes(void *out, size_t len, struct err *err) MUST_CHECK;
/* The same as an mbedTLS callback (f_rng); `unused` is p_rng. Returns 0 or an mbedTLS
 * error. */
int random_callback(void *unused, unsigned char *out, size_t len);
