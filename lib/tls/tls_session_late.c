/* SPDX-License-Identifier: MIT
 *
 * The late question of TLS 1.2: HelloRequest, and a second handshake on the same
 * connection that has a CertificateRequest (RFC 5246 7.4.1.1).
 *
 * mbedTLS answers the ClientHello inside mbedtls_ssl_read(); from then on its handshake
 * is stepped as the first one is. Only while the question is open does it take a
 * ClientHello at all: at any other time the client's own renegotiation is refused.
 *
 * A client follows the question: HelloRequest, too, is read by mbedtls_ssl_read().
 */
#include "tls/tls_session_private.h"

/* At the start of a full handshake, up to the client's turn: nothing of the first one
 * counts any longer, least of all a resumption. */
#define VISITED_AT_LEAST                             \
    ((uint32_t)1 << MBEDTLS_SSL_SERVER_HELLO |       \
     (uint32_t)1 << MBEDTLS_SSL_SERVER_CERTIFICATE | \
     (uint32_t)1 << MBEDTLS_SSL_CERTIFICATE_REQUEST)

bool tls_session_can_ask_late(const struct tls_session *session)
{
    return session->server != NULL && session->phase == SESSION_OPEN &&
           !session->close_sent &&
           mbedtls_ssl_get_version_number(&session->ssl) ==
               MBEDTLS_SSL_VERSION_TLS1_2 &&
           session->ssl.MBEDTLS_PRIVATE(secure_renegotiation) ==
               MBEDTLS_SSL_SECURE_RENEGOTIATION;
}

bool tls_session_ask_late(struct tls_session *session)
{
    if (!tls_session_can_ask_late(session) || tls_session_wake(session) != 0 ||
        mbedtls_ssl_renegotiate(&session->ssl) != 0) {
        return false;
    }
    tls_server_config_ask(&session->conf, true);
    mbedtls_ssl_conf_renegotiation(&session->conf, MBEDTLS_SSL_RENEGOTIATION_ENABLED);
    /* Not a single record of data is accepted: a client that sends one did not wait. */
    mbedtls_ssl_conf_renegotiation_enforced(&session->conf, 0);
    session->phase = SESSION_LATE;
    session->late_begun = false;
    session->asked_late = true;
    session->n_handshake_in = 0;
    session->visited = VISITED_AT_LEAST;
    session->state = MBEDTLS_SSL_CLIENT_HELLO;
    session->encrypted_alert_sent = false;
    /* The agreed protocol remains in force; mbedTLS would send it to clients that do
     * not offer it again, as OpenSSL's do not. */
    session->first_alpn = mbedtls_ssl_get_alpn_protocol(&session->ssl);
    session->ssl.MBEDTLS_PRIVATE(alpn_chosen) = NULL;
    presented_clear(&session->peer);
    presented_clear(&session->ticket_chain);
    tls_session_info_fill(session);
    return true;
}

bool tls_session_late_follow(struct tls_session *session)
{
    if (session->client == NULL || mbedtls_ssl_is_handshake_over(&session->ssl) ||
        mbedtls_ssl_get_version_number(&session->ssl) != MBEDTLS_SSL_VERSION_TLS1_2) {
        return false;
    }
    session->phase = SESSION_LATE;
    session->late_begun = true;
    session->n_late++;
    session->n_handshake_in = 0;
    session->visited = 0;
    session->wrote_certificate = false;
    tls_peer_chain_renew(session);
    return true;
}

int tls_session_late_read(struct tls_session *session)
{
    if (session->n_handshake_in > TLS_SESSION_HANDSHAKE_MAX) {
        return TLS_FAILURE_HANDSHAKE_TOO_LONG;
    }
    int rc = mbedtls_ssl_read(&session->ssl, session->plain, TLS_SESSION_PLAINTEXT_MAX);
    if (rc > 0) {
        session->plain_len = (size_t)rc;
        return 0;
    }
    if (!mbedtls_ssl_is_handshake_over(&session->ssl)) {
        session->late_begun = true;
        session->state = session->ssl.MBEDTLS_PRIVATE(state);
    }
    return rc == 0 ? MBEDTLS_ERR_SSL_CONN_EOF : rc;
}

bool tls_session_late_is_refused(const struct tls_session *session)
{
    return session->ssl.MBEDTLS_PRIVATE(in_msgtype) == MBEDTLS_SSL_MSG_ALERT &&
           session->ssl.MBEDTLS_PRIVATE(in_msg)[1] ==
               MBEDTLS_SSL_ALERT_MSG_NO_RENEGOTIATION;
}

void tls_session_late_finish(struct tls_session *session)
{
    if (session->server != NULL || session->n_late == TLS_LATE_MAX) {
        mbedtls_ssl_conf_renegotiation(&session->conf,
                                       MBEDTLS_SSL_RENEGOTIATION_DISABLED);
    }
    session->late_begun = false;
}
