/* SPDX-License-Identifier: MIT */
#include "tls/tls_failure.h"

const char *tls_end_name(enum tls_end end)
{
    static const char *const names[] = {
        [TLS_END_NONE] = "none",
        [TLS_END_PEER_ALERT] = "peer-alert",
        [TLS_END_OUR_ALERT] = "our-alert",
        [TLS_END_BAD_RECORD] = "bad-record",
        [TLS_END_EOF] = "eof",
        [TLS_END_NOT_TLS] = "not-tls",
        [TLS_END_CERTIFICATE] = "certificate",
        [TLS_END_LIMIT] = "limit",
        [TLS_END_INTERNAL] = "internal",
        [TLS_END_GATE] = "refused",
    };

    return names[end];
}
