/* SPDX-License-Identifier: MIT
 *
 * The place where a server may end a handshake on purpose. Where that is depends on
 * whose keys are in force: an alert must reach the client under keys that it reads by.
 *
 *   TLS 1.2   behind the client's Finished: ours is not sent yet, and the alert goes
 *             out as our messages do
 *   TLS 1.3   behind mbedTLS's wrap-up, where the application's keys come in force
 */
#include "tls/tls_session_private.h"

void tls_session_set_gate(struct tls_session *session, tls_gate_fn gate, void *user)
{
    session->gate = gate;
    session->gate_user = user;
}

static bool is_time(const struct tls_session *session)
{
    int last =
        mbedtls_ssl_get_version_number(&session->ssl) == MBEDTLS_SSL_VERSION_TLS1_3
            ? MBEDTLS_SSL_HANDSHAKE_WRAPUP
            : MBEDTLS_SSL_CLIENT_FINISHED;
    return session->state != last && tls_session_has_visited(session, last);
}

int tls_gate_ask(struct tls_session *session)
{
    bool is_answered = session->is_at_gate && session->gate_answer != TLS_GATE_LATER;
    if (session->gate == NULL || is_answered || !is_time(session)) {
        return TLS_GATE_PASS;
    }
    session->is_at_gate = true;
    tls_session_info_fill(session);
    session->gate_answer = session->gate(session->gate_user);
    return session->gate_answer;
}

void tls_gate_send(struct tls_session *session)
{
    if (session->gate_answer >= 0 &&
        mbedtls_ssl_send_alert_message(&session->ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                       (unsigned char)session->gate_answer) == 0) {
        session->failure.alert_sent = session->gate_answer;
    }
}
