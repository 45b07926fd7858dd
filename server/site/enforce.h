/* SPDX-License-Identifier: MIT
 *
 * A site that does not answer a bad certificate with a page but ends the handshake, as
 * most servers but IIS do: --listen PORT,enforce=alert[:NAME] or enforce=reset. Decided
 * at tls_session's gate, when the client has proved who it is and before any request,
 * so by what is known then: nothing is fetched for it.
 */
#pragma once

#include "site/access.h"

enum enforce_end {
    ENFORCE_PASS,  /* the handshake goes on */
    ENFORCE_ALERT, /* it ends with an alert */
    ENFORCE_DROP,  /* the handshake is finished, then TCP is closed */
    ENFORCE_RESET, /* TCP is reset, without an alert */
};

struct enforcement {
    enum enforce_end end;
    int alert;            /* for ENFORCE_ALERT */
    enum verdict verdict; /* the page that would have been sent; OK for ENFORCE_PASS,
                             and for other servers' dialects */
    char fault[ACCESS_FAULT_MAX];
};

/* "alert", "reset", or "close" for ENFORCE_DROP; NULL for ENFORCE_PASS. */
const char *enforce_end_name(enum enforce_end end);

/* The site may end handshakes. */
bool enforce_is_on(const struct config_listen *listen);
/* `input` has no request yet. -1 only when out of memory. */
int enforce_decide(const struct exchange_input *input,
                   struct enforcement *ret_enforcement, struct err *err) MUST_CHECK;
