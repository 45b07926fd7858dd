/* SPDX-License-Identifier: MIT
 *
 * Inside lib/tls only: what server and client configs have in common.
 */
#pragma once

#include "base/err.h"
#include "tls/tls.h"
#include "tls/tls_config_private.h"

/* Takes over versions, cipher names (NULL = the defaults, with the suites without
 * encryption if `null_ciphers`) and protocol names (NULL = none). */
int tls_settings_init(struct tls_settings *settings, enum tls_version min,
                      enum tls_version max, const char *const *ciphers,
                      bool null_ciphers, const char *const *alpn, struct err *err)
    MUST_CHECK;
void tls_settings_finish(struct tls_settings *settings);
/* Returns an mbedTLS code. */
int tls_settings_apply(const struct tls_settings *settings, mbedtls_ssl_config *conf);
