/* SPDX-License-Identifier: MIT
 *
 * Inside lib/tls only: what server and client configs have in common.
 */
#pragma once

#include "base/err.h"
#include "tls/tls.h"

#include <mbedtls/ssl.h>

/* What both sides have in common. */
struct tls_settings {
    mbedtls_ssl_protocol_version min_version;
    mbedtls_ssl_protocol_version max_version;
    int *ciphers;           /* owned; ends with 0 */
    const uint16_t *groups; /* borrowed; NULL = mbedTLS's; ends with 0 */
    const char **alpn;      /* owned; NULL = none; ends with NULL */
    char *alpn_text;        /* owned; what it points into */
    tls_on_key_log_fn on_key_log;
    void *key_log_user;
};

/* Takes over versions, cipher names (NULL = the defaults), with the suites without
 * encryption behind them if `null_ciphers`, and protocol names (NULL = none). */
int tls_settings_init(struct tls_settings *settings, enum tls_version min,
                      enum tls_version max, const char *const *ciphers,
                      bool null_ciphers, const char *const *alpn, struct err *err)
    MUST_CHECK;
void tls_settings_finish(struct tls_settings *settings);
/* Returns an mbedTLS code. */
int tls_settings_apply(const struct tls_settings *settings, mbedtls_ssl_config *conf);
