/* SPDX-License-Identifier: MIT
 *
 * What the user of a browser sees of a handshake that failed: there is no page of ours,
 * only the browser's own. A table: the alerts that we send, by the names under which
 * Chromium (net/socket, "openssl_ssl_util") and Firefox (NSS, "SSL error codes") show
 * them; and what the alerts and the silence of browsers mean.
 */
#pragma once

#include "tls/tls_failure.h"
#include "tls/tls_info.h"
#include "why/why.h"

struct browser_view {
    const char *chrome; /* "ERR_BAD_SSL_CLIENT_AUTH_CERT"; NULL = no error of its own */
    const char *firefox; /* "SSL_ERROR_BAD_CERT_ALERT"; likewise */
    const char *text;    /* one or two sentences; never NULL */
};

/* Pure. `step` is what the handshake had come to (tls_session_get_state), `timed_out`:
 * we gave up waiting. Static texts. */
struct browser_view browser_view_get(const struct tls_failure *failure,
                                     const struct tls_info *tls, const char *step,
                                     bool timed_out);
/* What browsers show when they get that alert in a handshake; NULL for one that has no
 * row. Both names are there. */
const struct browser_view *browser_view_of_alert(int alert);
/* Whether the browser ended it by an alert that may be about the name in our
 * certificate, and what it shows if that is so. */
bool browser_view_is_about_us(const struct tls_failure *failure);
struct browser_view browser_view_of_other_name(void);

/* The topic that explains such a handshake; false = none does. */
bool browser_view_find_topic(const struct tls_failure *failure, bool timed_out,
                             struct why_topic *ret_topic);
