/* SPDX-License-Identifier: MIT
 *
 * The steps of a handshake by the names of RFC 8446 and RFC 5246. mbedTLS's state
 * is the message that is next, whoever sends it.
 */
#include "tls/tls_session_private.h"

/* clang-format off */
static const char *const names[] = {
    [MBEDTLS_SSL_HELLO_REQUEST]                 = "start",
    [MBEDTLS_SSL_CLIENT_HELLO]                  = "client-hello",
    [MBEDTLS_SSL_SERVER_HELLO]                  = "server-hello",
    [MBEDTLS_SSL_SERVER_CERTIFICATE]            = "server-certificate",
    [MBEDTLS_SSL_SERVER_KEY_EXCHANGE]           = "server-key-exchange",
    [MBEDTLS_SSL_CERTIFICATE_REQUEST]           = "certificate-request",
    [MBEDTLS_SSL_SERVER_HELLO_DONE]             = "server-hello-done",
    [MBEDTLS_SSL_CLIENT_CERTIFICATE]            = "client-certificate",
    [MBEDTLS_SSL_CLIENT_KEY_EXCHANGE]           = "client-key-exchange",
    [MBEDTLS_SSL_CERTIFICATE_VERIFY]            = "certificate-verify",
    [MBEDTLS_SSL_CLIENT_CHANGE_CIPHER_SPEC]     = "client-change-cipher-spec",
    [MBEDTLS_SSL_CLIENT_FINISHED]               = "client-finished",
    [MBEDTLS_SSL_SERVER_CHANGE_CIPHER_SPEC]     = "server-change-cipher-spec",
    [MBEDTLS_SSL_SERVER_FINISHED]               = "server-finished",
    [MBEDTLS_SSL_FLUSH_BUFFERS]                 = "flush",
    [MBEDTLS_SSL_HANDSHAKE_WRAPUP]              = "wrap-up",
    [MBEDTLS_SSL_NEW_SESSION_TICKET]            = "new-session-ticket",
    [MBEDTLS_SSL_HELLO_RETRY_REQUEST]           = "hello-retry-request",
    [MBEDTLS_SSL_ENCRYPTED_EXTENSIONS]          = "encrypted-extensions",
    [MBEDTLS_SSL_END_OF_EARLY_DATA]             = "end-of-early-data",
    [MBEDTLS_SSL_CLIENT_CERTIFICATE_VERIFY]     = "client-certificate-verify",
    [MBEDTLS_SSL_HANDSHAKE_OVER]                = "open",
    [MBEDTLS_SSL_TLS1_3_NEW_SESSION_TICKET]     = "new-session-ticket",
};
/* clang-format on */

const char *tls_session_get_state(const struct tls_session *session)
{
    return tls_state_name(session->state);
}

const char *tls_state_name(int state)
{
    if (state < 0 || (size_t)state >= ARRAY_LEN(names) || names[state] == NULL) {
        return "change-cipher-spec"; /* TLS 1.3's middlebox compatibility messages are
                                        omitted */
    }
    return names[state];
}
