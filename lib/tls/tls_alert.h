/* SPDX-License-Identifier: MIT
 *
 * Alerts of TLS (RFC 8446 6, and those of TLS 1.2 that it dropped).
 */
#pragma once

#include <stdbool.h>

#define TLS_ALERT_NONE         (-1)
#define TLS_ALERT_CLOSE_NOTIFY 0

/* "certificate_required" for 116; "unknown alert" for a number without a name.
 * Static text. */
const char *tls_alert_name(int alert);
/* The number of a name, "certificate_required"; or false. */
bool tls_alert_parse(const char *name, int *ret_alert);
/* What a person should think of it when the peer sends it: one sentence. */
const char *tls_alert_meaning(int alert);
