/* SPDX-License-Identifier: MIT
 *
 * What Schannel of each version of Windows Server speaks unless it is configured
 * otherwise: cipher suites and groups, in the server's order. Facts of Microsoft's
 * documentation, in certgated's own table; which of them the TLS library has is not
 * known here.
 */
#pragma once

#include "chain/windows.h"

#include <stddef.h>
#include <stdint.h>

#define WINDOWS_TLS_SUITES_MAX ((size_t)32)

/* The names that IANA registers, of both TLS versions, preferred first, NULL at the
 * end. Static text. Returns how many. */
size_t windows_tls_suites(const struct windows *windows,
                          const char *ret_names[static WINDOWS_TLS_SUITES_MAX + 1]);
/* IANA's numbers, preferred first, 0 at the end. */
const uint16_t *windows_tls_groups(const struct windows *windows);
