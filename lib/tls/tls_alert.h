/* SPDX-License-Identifier: MIT
 *
 * Alerts of TLS (RFC 8446 6, and those of TLS 1.2 that it dropped).
 */
#pragma once

#include <stdbool.h>

#define TLS_ALERT_NONE (-1)

/* The alerts that this code sends or checks for; tls_alert.c has a row for each. */
enum tls_alert {
    TLS_ALERT_CLOSE_NOTIFY = 0,
    TLS_ALERT_UNEXPECTED_MESSAGE = 10,
    TLS_ALERT_RECORD_OVERFLOW = 22,
    TLS_ALERT_HANDSHAKE_FAILURE = 40,
    TLS_ALERT_BAD_CERTIFICATE = 42,
    TLS_ALERT_UNSUPPORTED_CERTIFICATE = 43,
    TLS_ALERT_CERTIFICATE_REVOKED = 44,
    TLS_ALERT_CERTIFICATE_EXPIRED = 45,
    TLS_ALERT_CERTIFICATE_UNKNOWN = 46,
    TLS_ALERT_ILLEGAL_PARAMETER = 47,
    TLS_ALERT_UNKNOWN_CA = 48,
    TLS_ALERT_DECODE_ERROR = 50,
    TLS_ALERT_DECRYPT_ERROR = 51,
    TLS_ALERT_INSUFFICIENT_SECURITY = 71,
    TLS_ALERT_INTERNAL_ERROR = 80,
    TLS_ALERT_CERTIFICATE_REQUIRED = 116,
};

/* "certificate_required" for 116; "unknown alert" for a number without a name.
 * Static text. */
const char *tls_alert_name(int alert);
/* The number of a name, "certificate_required"; or false. */
bool tls_alert_parse(const char *name, int *ret_alert);
/* What the alert means when the peer sends it: one sentence for a person. */
const char *tls_alert_meaning(int alert);
