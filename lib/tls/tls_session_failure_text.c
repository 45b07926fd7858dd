/* SPDX-License-Identifier: MIT
 *
 * A failure in one or two sentences for a person: what happened, seen from our
 * side, and where it helps what is behind it.
 */
#include "base/compiler.h"
#include "pki/oid.h"
#include "tls/tls_session_private.h"

#include <mbedtls/ecp.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void say(struct tls_session *session, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void say(struct tls_session *session, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(session->failure.text, sizeof session->failure.text, fmt, args);
    va_end(args);
}

static const char *peer_of(const struct tls_session *session)
{
    return session->server != NULL ? "client" : "server";
}

static const char *where(const struct tls_session *session)
{
    if (session->failure.is_late) {
        return "in the handshake that asks for a certificate late";
    }
    return session->failure.in_handshake ? "in the handshake" : "after the handshake";
}

static void say_peer_alert(struct tls_session *session)
{
    int alert = session->failure.alert_received;

    bool is_asked = session->failure.is_late && session->server != NULL;
    if (is_asked && alert == TLS_ALERT_CLOSE_NOTIFY) {
        say(session, "The client closed the connection when it was asked late for a "
                     "certificate, as browsers do while they ask their user.");
        return;
    }
    if (is_asked && !session->late_begun) {
        say(session,
            "The client refused to renegotiate (%s), which is how the server asks for "
            "a "
            "certificate once it has read the request.",
            tls_alert_name(alert));
        return;
    }
    say(session, "The %s ended the connection %s (%s) with the alert %s (%d). %s",
        peer_of(session), where(session), session->failure.state, tls_alert_name(alert),
        alert, tls_alert_meaning(alert));
}

static void say_eof(struct tls_session *session)
{
    if (session->info.n_bytes_in == 0) {
        say(session, "The %s connected and left without sending anything.",
            peer_of(session));
    } else if (session->failure.in_handshake) {
        say(session,
            "The %s ended the connection in the middle of %s (%s) without an alert.",
            peer_of(session),
            session->failure.is_late ? "the handshake that asks for a certificate late"
                                     : "the handshake",
            session->failure.state);
    } else {
        say(session, "The %s ended the connection without close_notify.",
            peer_of(session));
    }
}

static void say_not_tls(struct tls_session *session)
{
    if (session->hello.kind == CLIENT_HELLO_HTTP) {
        say(session,
            "The client spoke plain HTTP to a TLS port: its address should begin "
            "with https://.");
    } else if (session->hello.kind == CLIENT_HELLO_SSL2) {
        say(session, "The client spoke SSL 2.0, which is out of use since 2011.");
    } else {
        say(session, "The first bytes of the client are not TLS.");
    }
}

static void say_certificate(struct tls_session *session)
{
    const char *kind = "unknown to us";

    if (session->peer.n > 0 && session->peer.certs[0]->key_oid != OID_UNKNOWN) {
        kind = oid_get(session->peer.certs[0]->key_oid)->short_name;
    }
    say(session,
        "The %s's certificate (public key: %s) ended the handshake: %s, so possession "
        "of its "
        "private key cannot be checked.",
        peer_of(session), kind, session->chain_problem);
}

static void say_limit(struct tls_session *session)
{
    if (session->failure.code == 0) {
        say(session, "The %s sent more than %zu bytes without finishing the handshake.",
            peer_of(session), TLS_SESSION_HANDSHAKE_MAX);
    } else if (session->state <= MBEDTLS_SSL_CLIENT_HELLO) {
        say(session,
            "The %s sent a ClientHello that is too long for us: %zu bytes came, and it "
            "had not ended.",
            peer_of(session), session->n_handshake_in);
    } else {
        say(session,
            "The %s sent a handshake message (%s) that is too long for us; what is "
            "that long "
            "is a chain of many or very large certificates.",
            peer_of(session), session->failure.state);
    }
}

/* clang-format off */
static const struct {
    int         code;
    const char *before; /* the peer */
    const char *after;
} texts[] = {
    { MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION,    "There is no TLS version that both the ", " and we accept." },
    { MBEDTLS_ERR_SSL_NO_APPLICATION_PROTOCOL, "There is no application protocol (ALPN) that both the ", " and we speak." },
    { MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE,      "The ", " sent a message that has no place there." },
    { MBEDTLS_ERR_SSL_DECODE_ERROR,            "The ", " sent a message that does not decode." },
    { MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER,       "The ", " sent a message with a field that is out of range or contradicts another." },
    { MBEDTLS_ERR_SSL_UNSUPPORTED_EXTENSION,   "The ", " sent an extension that has no place there." },
    { MBEDTLS_ERR_SSL_INVALID_RECORD,          "The ", " sent bytes that are no TLS record." },
#ifdef MBEDTLS_ERR_SSL_RECORD_OVERFLOW
    { MBEDTLS_ERR_SSL_RECORD_OVERFLOW,         "The ", " sent a TLS record that is longer than the norm allows (16 KB of content)." },
#endif
    { MBEDTLS_ERR_ECP_INVALID_KEY,             "The ", " sent a key share that is no public key of the group that it names." },
    { MBEDTLS_ERR_SSL_INVALID_MAC,             "The ", " sent a record that does not decrypt: it was changed under way, or the keys differ." },
    { MBEDTLS_ERR_X509_CERT_VERIFY_FAILED,     "The ", "'s certificate did not pass our check." },
    { MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE,       "There are no parameters (cipher suite, group, signature algorithm) that both the ", " and we accept." },
};
/* clang-format on */

static bool is_proof(const struct tls_session *session)
{
    return session->failure.in_handshake &&
           (session->state == MBEDTLS_SSL_CERTIFICATE_VERIFY ||
            session->state == MBEDTLS_SSL_CLIENT_CERTIFICATE_VERIFY);
}

/* mbedTLS's TLS 1.2 server ignores supported_versions, and finds no cipher suite in
 * common with a client that offers TLS 1.3 only. */
static bool is_version_mismatch(const struct tls_session *session)
{
    const struct client_hello *hello = &session->hello;

    if (session->server == NULL || !session->failure.in_handshake ||
        hello->n_versions == 0 || session->state != MBEDTLS_SSL_CLIENT_HELLO) {
        return false;
    }
    for (size_t i = 0; i < hello->n_versions; i++) {
        if (hello->versions[i] >= (uint16_t)session->server->settings.min_version &&
            hello->versions[i] <= (uint16_t)session->server->settings.max_version) {
            return false;
        }
    }
    return true;
}

static void say_code(struct tls_session *session)
{
    int code = is_version_mismatch(session) ? MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION
                                            : session->failure.code;

    if (session->n_refusals > TLS_REFUSALS_MAX) {
        say(session,
            "The client began to renegotiate again and again, which is refused.");
        return;
    }
    if (session->failure.is_late && session->server != NULL &&
        code == MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE &&
        session->ssl.MBEDTLS_PRIVATE(in_msgtype) == MBEDTLS_SSL_MSG_APPLICATION_DATA) {
        say(session,
            "The client sent data where the handshake was expected that was to "
            "bring its certificate: it did not wait for the answer to its "
            "request, or went on with a body.");
        return;
    }
    if (is_proof(session) && code == MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER) {
        say(session,
            "The %s signed its CertificateVerify message with a signature scheme that "
            "is not allowed, or is not one for the key of its certificate.",
            peer_of(session));
        return;
    }
    if (is_proof(session) &&
        session->failure.alert_sent == MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR) {
        say(session,
            "The %s failed to prove that it holds the private key of its certificate: "
            "the "
            "signature in its CertificateVerify message is wrong.",
            peer_of(session));
        return;
    }
    if (session->failure.alert_sent == MBEDTLS_SSL_ALERT_MSG_DECRYPT_ERROR) {
        say(session,
            "The %s's Finished message is wrong: the handshake was changed under way, "
            "or the keys differ.",
            peer_of(session));
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (texts[i].code == code) {
            say(session, "%s%s%s", texts[i].before, peer_of(session), texts[i].after);
            return;
        }
    }
    say(session, "The connection to the %s failed %s (%s): %s.", peer_of(session),
        where(session), session->failure.state, session->failure.reason);
}

static void say_end(struct tls_session *session)
{
    switch (session->failure.end) {
    case TLS_END_PEER_ALERT:
        say_peer_alert(session);
        break;
    case TLS_END_EOF:
        say_eof(session);
        break;
    case TLS_END_NOT_TLS:
        say_not_tls(session);
        break;
    case TLS_END_CERTIFICATE:
        say_certificate(session);
        break;
    case TLS_END_LIMIT:
        say_limit(session);
        break;
    case TLS_END_GATE:
        say(session, "The handshake was ended on purpose, %s, because of the %s's %s.",
            session->gate_answer == TLS_GATE_SILENT ? "without an alert"
                                                    : "with an alert",
            peer_of(session),
            session->info.n_chain > 0 ? "certificate" : "lack of a certificate");
        break;
    case TLS_END_NONE:
    case TLS_END_OUR_ALERT:
    case TLS_END_BAD_RECORD:
    case TLS_END_INTERNAL:
        say_code(session);
        break;
    }
}

/* The client's key may lie in a TPM whose firmware is of before RSASSA-PSS. */
static bool may_be_old_tpm(const struct tls_session *session)
{
    return session->server != NULL && is_proof(session) && session->peer.n > 0 &&
           session->peer.certs[0]->key_oid == OID_RSA_ENCRYPTION &&
           mbedtls_ssl_get_version_number(&session->ssl) == MBEDTLS_SSL_VERSION_TLS1_3;
}

void tls_session_failure_describe(struct tls_session *session)
{
    say_end(session);
    if (may_be_old_tpm(session)) {
        size_t len = strlen(session->failure.text);
        snprintf(session->failure.text + len, sizeof session->failure.text - len,
                 " An old TPM (2.0, revision 1.16) cannot make the RSA-PSS signature "
                 "that TLS 1.3 wants: try with TLS 1.2.");
    }
}
