/* SPDX-License-Identifier: MIT
 *
 * Makes sense of mbedTLS's codes. mbedTLS does not say which alert it sent or got:
 * what it sends in the clear is watched on its way out, what it sends encrypted is
 * in fields of its context, and where it sends none we do.
 */
#include "tls/tls_err.h"
#include "tls/tls_session_private.h"
#include "tls/wire.h"

#include <mbedtls/ecp.h>
#include <mbedtls/error.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509.h>

#include <stdio.h>
#include <string.h>

#define RECORD_ALERT 21
#define ALERT_LEN    2
#define ALERT_FATAL  2
/* Input longer than one plain record that mbedTLS cannot hold is a long message. */
#define LONG_MESSAGE_MIN ((size_t)16 * 1024)

/* ---- alerts */

void tls_session_failure_watch(struct tls_session *session, struct slice records)
{
    struct slice payload;
    size_t type, version;

    while (wire_read_number(&records, 1, &type) &&
           wire_read_number(&records, 2, &version) &&
           wire_read_vector(&records, 2, &payload)) {
        if (type != RECORD_ALERT) {
            continue;
        }
        if (payload.len == ALERT_LEN && payload.data[0] == ALERT_FATAL) {
            session->failure.alert_sent = payload.data[1];
        } else if (payload.len != ALERT_LEN) {
            session->encrypted_alert_sent = true;
            session->n_refusals += session->phase == SESSION_OPEN;
        }
    }
}

/* OpenSSL's client, when it rejects the server's certificate on TLS 1.3, sends the
 * alert before it switches to the handshake keys. mbedTLS then finds a record that does
 * not decrypt, but the alert is what a person has to know. */
void tls_session_failure_watch_peer(struct tls_session *session, struct slice records)
{
    struct slice payload;
    size_t type, version;

    while (wire_read_number(&records, 1, &type) &&
           wire_read_number(&records, 2, &version) &&
           wire_read_vector(&records, 2, &payload)) {
        if (type == RECORD_ALERT && payload.len == ALERT_LEN &&
            payload.data[0] == ALERT_FATAL) {
            session->clear_alert = payload.data[1];
        }
    }
}

/* clang-format off */
static const struct {
    int     code;
    uint8_t alert;
    bool    mbedtls_sends; /* by itself, in every case */
} alerts_of_codes[] = {
    { MBEDTLS_ERR_SSL_INVALID_MAC,             MBEDTLS_SSL_ALERT_MSG_BAD_RECORD_MAC,          true },
    { MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE,      MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE,      false },
    { MBEDTLS_ERR_SSL_UNEXPECTED_RECORD,       MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE,      false },
    { MBEDTLS_ERR_SSL_INVALID_RECORD,          MBEDTLS_SSL_ALERT_MSG_UNEXPECTED_MESSAGE,      false },
#ifdef MBEDTLS_ERR_SSL_RECORD_OVERFLOW
    { MBEDTLS_ERR_SSL_RECORD_OVERFLOW,         MBEDTLS_SSL_ALERT_MSG_RECORD_OVERFLOW,         false },
#endif
    { MBEDTLS_ERR_ECP_INVALID_KEY,             MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER,       false },
    { MBEDTLS_ERR_SSL_DECODE_ERROR,            MBEDTLS_SSL_ALERT_MSG_DECODE_ERROR,            false },
    { MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER,       MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER,       false },
    { MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION,    MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION,        false },
    { MBEDTLS_ERR_SSL_NO_APPLICATION_PROTOCOL, MBEDTLS_SSL_ALERT_MSG_NO_APPLICATION_PROTOCOL, false },
    { MBEDTLS_ERR_SSL_UNSUPPORTED_EXTENSION,   MBEDTLS_SSL_ALERT_MSG_UNSUPPORTED_EXT,         false },
    { MBEDTLS_ERR_SSL_UNRECOGNIZED_NAME,       MBEDTLS_SSL_ALERT_MSG_UNRECOGNIZED_NAME,       false },
    { MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE,       MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE,       false },
    { MBEDTLS_ERR_SSL_BAD_CERTIFICATE,         MBEDTLS_SSL_ALERT_MSG_BAD_CERT,                false },
    { MBEDTLS_ERR_X509_CERT_VERIFY_FAILED,     MBEDTLS_SSL_ALERT_MSG_UNKNOWN_CA,              true },
    { TLS_FAILURE_HANDSHAKE_TOO_LONG,          MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE,       false },
    { TLS_FAILURE_REFUSED_TOO_OFTEN,           MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE,       false },
};
/* clang-format on */

static bool is_proof(const struct tls_session *session)
{
    return session->state == MBEDTLS_SSL_CERTIFICATE_VERIFY ||
           session->state == MBEDTLS_SSL_CLIENT_CERTIFICATE_VERIFY;
}

static bool is_too_long(const struct tls_session *session, int code)
{
    return code == TLS_FAILURE_HANDSHAKE_TOO_LONG ||
           (code == MBEDTLS_ERR_SSL_BAD_INPUT_DATA && session->failure.in_handshake &&
            session->n_handshake_in > LONG_MESSAGE_MIN);
}

static uint8_t choose_alert(const struct tls_session *session, int code, bool *ret_sent)
{
    *ret_sent = session->encrypted_alert_sent;
    for (size_t i = 0; i < ARRAY_LEN(alerts_of_codes); i++) {
        if (alerts_of_codes[i].code == code) {
            *ret_sent = *ret_sent || alerts_of_codes[i].mbedtls_sends;
            return alerts_of_codes[i].alert;
        }
    }
    if (is_too_long(session, code)) {
        return MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE;
    }
    /* The codes that remain come from the arithmetic below. */
    return session->failure.in_handshake && is_proof(session) &&
                   !tls_err_is_machine(code)
               ? MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR
               : MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR;
}

/* The number of the alert that was sent; sends one if mbedTLS did not. */
static void settle_alert_sent(struct tls_session *session, int code)
{
    struct tls_failure *failure = &session->failure;
    bool sent;

    if (failure->alert_sent != TLS_ALERT_NONE) {
        return;
    }
    /* TLS 1.3: mbedTLS remembers the alert that it sent for this code. */
    if (session->ssl.MBEDTLS_PRIVATE(alert_reason) == code && code != 0) {
        failure->alert_sent = session->ssl.MBEDTLS_PRIVATE(alert_type);
        return;
    }
    if (session->rests) {
        return; /* no memory, not even for an alert */
    }
    uint8_t alert = choose_alert(session, code, &sent);
    if (sent || mbedtls_ssl_send_alert_message(
                    &session->ssl, MBEDTLS_SSL_ALERT_LEVEL_FATAL, alert) == 0) {
        failure->alert_sent = alert;
    }
}

static void settle_alert_received(struct tls_session *session, int code)
{
    if (code == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) {
        session->failure.alert_received = TLS_ALERT_CLOSE_NOTIFY;
    } else if (code == TLS_FAILURE_NO_RENEGOTIATION) {
        session->failure.alert_received = MBEDTLS_SSL_ALERT_MSG_NO_RENEGOTIATION;
    } else if (code == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE &&
               session->ssl.MBEDTLS_PRIVATE(in_msgtype) == MBEDTLS_SSL_MSG_ALERT) {
        session->failure.alert_received = session->ssl.MBEDTLS_PRIVATE(in_msg)[1];
    } else if (session->clear_alert != TLS_ALERT_NONE &&
               session->failure.in_handshake) {
        session->failure.alert_received = session->clear_alert;
    }
}

/* ---- who or what */

static bool is_not_tls(const struct tls_session *session)
{
    return session->server != NULL && session->state <= MBEDTLS_SSL_CLIENT_HELLO &&
           (session->hello.kind == CLIENT_HELLO_HTTP ||
            session->hello.kind == CLIENT_HELLO_SSL2 ||
            session->hello.kind == CLIENT_HELLO_GARBAGE);
}

static enum tls_end choose_end(const struct tls_session *session, int code)
{
    if (code == TLS_FAILURE_GATE) {
        return TLS_END_GATE;
    }
    if (session->failure.alert_received != TLS_ALERT_NONE) {
        return TLS_END_PEER_ALERT;
    }
    if (is_not_tls(session)) {
        return TLS_END_NOT_TLS;
    }
    if (session->chain_problem != NULL) {
        return TLS_END_CERTIFICATE;
    }
    if (is_too_long(session, code)) {
        return TLS_END_LIMIT;
    }
    if (tls_err_is_machine(code)) {
        return TLS_END_INTERNAL;
    }
    switch (code) {
    case MBEDTLS_ERR_SSL_CONN_EOF:
        return TLS_END_EOF;
    case MBEDTLS_ERR_SSL_INVALID_MAC:
    case MBEDTLS_ERR_SSL_INVALID_RECORD:
#ifdef MBEDTLS_ERR_SSL_RECORD_OVERFLOW
    case MBEDTLS_ERR_SSL_RECORD_OVERFLOW:
#endif
        return TLS_END_BAD_RECORD;
    case MBEDTLS_ERR_SSL_INTERNAL_ERROR:
        return TLS_END_INTERNAL;
    default:
        return TLS_END_OUR_ALERT;
    }
}

void tls_session_failure_fill(struct tls_session *session, int code)
{
    struct tls_failure *failure = &session->failure;

    failure->is_late = session->phase == SESSION_LATE;
    failure->in_handshake = session->phase == SESSION_HANDSHAKE || failure->is_late;
    failure->state = failure->in_handshake ? tls_state_name(session->state) : "open";
    failure->code = code > 0 ? 0 : code;
    if (failure->code != 0) {
        mbedtls_strerror(failure->code, failure->reason, sizeof failure->reason);
    }
    settle_alert_received(session, code);
    failure->end = choose_end(session, code);
    if (failure->end == TLS_END_GATE) {
        tls_gate_send(session);
    } else if (failure->end != TLS_END_PEER_ALERT && failure->end != TLS_END_EOF &&
               failure->end != TLS_END_NOT_TLS) {
        settle_alert_sent(session, code);
    }
    tls_session_failure_describe(session);
}
