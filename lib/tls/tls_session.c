/* SPDX-License-Identifier: MIT
 *
 * The machine around mbedTLS. The handshake is stepped one state at a time, to know
 * which states were passed.
 */
#include "tls/tls_session.h"

#include "tls/tls_session_private.h"

#include <assert.h>

/* One write to mbedTLS: a record, however long the plaintext is. */
#define WRITE_MAX ((size_t)16 * 1024)
/* Memory that the output keeps between writes. */
#define OUTPUT_KEPT ((size_t)512)

const char *tls_progress_name(enum tls_progress progress)
{
    static const char *const names[] = {
        [TLS_PROGRESS_WANT_INPUT] = "want-input",
        [TLS_PROGRESS_WANT_DRAIN] = "want-drain",
        [TLS_PROGRESS_READY] = "ready",
        [TLS_PROGRESS_DATA] = "data",
        [TLS_PROGRESS_CLOSED] = "closed",
        [TLS_PROGRESS_FAILED] = "failed",
    };

    return names[progress];
}

bool tls_session_has_visited(const struct tls_session *session, int state)
{
    return (session->visited & (uint32_t)1 << state) != 0;
}

bool tls_session_was_resumed(const struct tls_session *session)
{
    return tls_session_has_visited(session, MBEDTLS_SSL_SERVER_HELLO) &&
           (session->state == MBEDTLS_SSL_HANDSHAKE_OVER ||
            tls_session_has_visited(session, MBEDTLS_SSL_CLIENT_FINISHED)) &&
           !tls_session_has_visited(session, MBEDTLS_SSL_SERVER_CERTIFICATE);
}

const struct presented *tls_session_get_chain(const struct tls_session *session)
{
    return session->server != NULL && tls_session_was_resumed(session)
               ? &session->ticket_chain
               : &session->peer;
}

/* ---- bytes in, bytes out */

/* mbedTLS sees the ClientHello only after this, and each session has a config of its
 * own, so no callback of mbedTLS's is needed. A second ClientHello (RFC 8446 4.1.4)
 * with another name changes nothing. */
static void choose_asking(struct tls_session *session)
{
    const struct tls_server_config *config = session->server;
    if (config->asks != NULL && session->hello.server_name[0] != '\0') {
        session->asks_certificate =
            config->asks(config->asks_user, session->hello.server_name);
        tls_server_config_ask(&session->conf, session->asks_certificate);
    }
}

static void choose_stapling(struct tls_session *session)
{
#ifdef MBEDTLS_SSL_OCSP_STAPLING
    struct slice staple = buf_slice(&session->server->staple);
    if (session->hello.status_request && staple.len > 0) {
        mbedtls_ssl_conf_ocsp_response(&session->conf, staple.data, staple.len);
    }
#else
    (void)session;
#endif
}

static void read_first_flight(struct tls_session *session, struct slice bytes)
{
    if (session->server == NULL || session->hello.kind != CLIENT_HELLO_PARTIAL) {
        return;
    }
    if (!buf_append_slice(&session->first_flight, bytes)) {
        session->hello.kind = CLIENT_HELLO_MALFORMED;
    } else {
        client_hello_read(buf_slice(&session->first_flight), &session->hello);
    }
    if (session->hello.kind != CLIENT_HELLO_PARTIAL) {
        buf_finish(&session->first_flight);
        choose_asking(session);
        choose_stapling(session);
    }
}

size_t tls_session_feed(struct tls_session *session, struct slice ciphertext)
{
    if (session->phase == SESSION_FAILED || session->phase == SESSION_PEER_CLOSED) {
        return ciphertext.len;
    }
    assert(!session->eof);
    struct slice taken =
        slice_part(ciphertext, 0, TLS_SESSION_INPUT_MAX - session->in.len);
    if (taken.len == 0 || !buf_append_slice(&session->in, taken)) {
        session->in.failed = false;
        return 0;
    }
    session->info.n_bytes_in += taken.len;
    if (session->phase ==
        SESSION_HANDSHAKE) { /* not in a late handshake, which is encrypted */
        read_first_flight(session, taken);
        tls_session_failure_watch_peer(session, taken);
        if (session->client != NULL) {
            server_flight_feed(&session->flight, taken);
        }
    }
    return taken.len;
}

void tls_session_feed_eof(struct tls_session *session)
{
    session->eof = true;
}

struct slice tls_session_get_output(const struct tls_session *session)
{
    return buf_slice(&session->out);
}

void tls_session_drain(struct tls_session *session, size_t n)
{
    buf_consume(&session->out, n);
    if (session->out.len == 0 && session->out.cap > OUTPUT_KEPT) {
        buf_finish(&session->out);
    }
}

/* ---- progress */

static enum tls_progress fail(struct tls_session *session, int code)
{
    tls_session_failure_fill(session, code);
    session->phase = SESSION_FAILED;
    return TLS_PROGRESS_FAILED;
}

/* The only place where mbedTLS's codes are translated. */
static enum tls_progress progress_from_mbedtls(struct tls_session *session, int code)
{
    switch (code) {
    case MBEDTLS_ERR_SSL_WANT_READ:
    case MBEDTLS_ERR_SSL_WANT_WRITE:
        return TLS_PROGRESS_WANT_INPUT;
    case MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET:
        session->can_be_resumed = true;
        return TLS_PROGRESS_WANT_INPUT;
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
        if (session->phase == SESSION_OPEN) {
            session->phase = SESSION_PEER_CLOSED;
            return TLS_PROGRESS_CLOSED;
        }
        return fail(session, code);
    case MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE:
        return fail(session, session->phase == SESSION_LATE &&
                                     tls_session_late_is_refused(session)
                                 ? TLS_FAILURE_NO_RENEGOTIATION
                                 : code);
    default:
        return fail(session, code);
    }
}

/* A browser does not send a certificate unless a CA on the server's list issued it. */
static void honour_ca_names(struct tls_session *session)
{
    if (session->client == NULL || !session->client->honour_ca_names ||
        session->state != MBEDTLS_SSL_CLIENT_CERTIFICATE) {
        return;
    }
    const struct tls_own_chain *chain = &session->client->chain;
    for (size_t i = 0; i < chain->n_crts; i++) {
        struct slice der = { chain->crts[i].raw.p, chain->crts[i].raw.len };
        struct certificate *cert = certificate_create(der);
        bool named =
            cert != NULL && server_flight_names_ca(&session->flight, cert->issuer);
        certificate_destroy(cert);
        if (named) {
            return;
        }
    }
    session->info.certificate_withheld = chain->n_crts > 0;
    mbedtls_ssl_conf_own_cert(&session->conf, NULL, NULL);
}

/* mbedTLS's client always passes through the state, and writes a Certificate message,
 * possibly an empty one, only when it is asked. */
static uint64_t count_produced(const struct tls_session *session)
{
    return session->info.n_bytes_out + session->ssl.MBEDTLS_PRIVATE(out_left);
}

/* TLS 1.2 also resumes by a session ID, which the server keeps in a cache (RFC 5246
 * 7.4.1.3); only the next connection shows whether it does. In TLS 1.3 the field means
 * nothing. */
static bool has_session_id(const struct tls_session *session)
{
    const mbedtls_ssl_session *state = session->ssl.MBEDTLS_PRIVATE(session);
    return session->client->tickets && state != NULL &&
           mbedtls_ssl_get_version_number(&session->ssl) ==
               MBEDTLS_SSL_VERSION_TLS1_2 &&
           mbedtls_ssl_session_get_id_len(state) > 0;
}

static enum tls_progress finish_handshake(struct tls_session *session)
{
    if (session->phase == SESSION_LATE) {
        tls_session_late_finish(session);
    }
    session->phase = SESSION_OPEN;
    buf_finish(&session->first_flight);
    tls_peer_chain_done(session);
    /* TLS 1.2's ticket arrived within the handshake. */
    session->can_be_resumed =
        session->client != NULL &&
        (tls_session_has_visited(session, MBEDTLS_SSL_NEW_SESSION_TICKET) ||
         has_session_id(session));
    tls_session_info_fill(session);
    return TLS_PROGRESS_READY;
}

static enum tls_progress step_handshake(struct tls_session *session)
{
    for (;;) {
        session->state = session->ssl.MBEDTLS_PRIVATE(state);
        session->visited |= (uint32_t)1 << session->state;
        int answer = tls_gate_ask(session);
        if (answer == TLS_GATE_LATER) {
            return TLS_PROGRESS_WANT_INPUT;
        }
        if (answer != TLS_GATE_PASS) {
            return fail(session, TLS_FAILURE_GATE);
        }
        if (mbedtls_ssl_is_handshake_over(&session->ssl)) {
            return finish_handshake(session);
        }
        if (session->n_handshake_in > TLS_SESSION_HANDSHAKE_MAX) {
            return fail(session, TLS_FAILURE_HANDSHAKE_TOO_LONG);
        }
        honour_ca_names(session);
        uint64_t before = count_produced(session);
        int rc = mbedtls_ssl_handshake_step(&session->ssl);
        if (session->state == MBEDTLS_SSL_CLIENT_CERTIFICATE &&
            count_produced(session) > before) {
            session->wrote_certificate = true;
            session->asked_late |= session->phase == SESSION_LATE;
        }
        if (rc != 0) {
            enum tls_progress progress = progress_from_mbedtls(session, rc);
            tls_session_info_fill(session);
            return progress;
        }
    }
}

static enum tls_progress step_late(struct tls_session *session)
{
    if (!session->late_begun) {
        int rc = tls_session_late_read(session);
        if (rc == 0) {
            return TLS_PROGRESS_DATA;
        }
        if (rc != MBEDTLS_ERR_SSL_WANT_READ || !session->late_begun) {
            return progress_from_mbedtls(session, rc);
        }
    }
    return step_handshake(session);
}

/* Continues past what is not data: a ticket, which mbedTLS treats as a short handshake,
 * or a warning. */
static enum tls_progress step_open(struct tls_session *session)
{
    enum tls_progress progress;

    do {
        int rc =
            mbedtls_ssl_read(&session->ssl, session->plain, TLS_SESSION_PLAINTEXT_MAX);
        if (rc > 0) {
            session->plain_len = (size_t)rc;
            return TLS_PROGRESS_DATA;
        }
        if (tls_session_late_follow(session)) {
            return step_handshake(session);
        }
        if (session->n_refusals > TLS_REFUSALS_MAX) {
            session->encrypted_alert_sent = false; /* these were warnings */
            return fail(session, TLS_FAILURE_REFUSED_TOO_OFTEN);
        }
        progress =
            progress_from_mbedtls(session, rc == 0 ? MBEDTLS_ERR_SSL_CONN_EOF : rc);
    } while (progress == TLS_PROGRESS_WANT_INPUT &&
             session->out.len < TLS_SESSION_BACKLOG_MAX &&
             (session->in.len > 0 || !mbedtls_ssl_is_handshake_over(&session->ssl)));
    return progress;
}

enum tls_progress tls_session_step(struct tls_session *session)
{
    session->plain_len = 0;
    if (session->phase == SESSION_FAILED) {
        return TLS_PROGRESS_FAILED;
    }
    if (session->phase == SESSION_PEER_CLOSED) {
        return TLS_PROGRESS_CLOSED;
    }
    if (session->out.len >= TLS_SESSION_BACKLOG_MAX) {
        return TLS_PROGRESS_WANT_DRAIN;
    }
    if (session->phase == SESSION_HANDSHAKE) {
        return step_handshake(session);
    }
    if (session->phase == SESSION_LATE) {
        return step_late(session);
    }
    int rc = tls_session_wake(session);
    if (rc != 0) {
        return fail(session, rc);
    }
    enum tls_progress progress = step_open(session);
    if (progress == TLS_PROGRESS_WANT_INPUT) {
        tls_session_rest(session);
    }
    return progress;
}

struct slice tls_session_get_plaintext(const struct tls_session *session)
{
    return (struct slice){ session->plain, session->plain_len };
}

size_t tls_session_write(struct tls_session *session, struct slice plaintext)
{
    size_t taken = 0;

    if (!tls_session_is_ready(session) || session->close_sent ||
        tls_session_wake(session) != 0) {
        return 0;
    }
    while (taken < plaintext.len && session->out.len < TLS_SESSION_BACKLOG_MAX) {
        struct slice part = slice_part(plaintext, taken, WRITE_MAX);
        int rc = mbedtls_ssl_write(&session->ssl, part.data, part.len);
        if (rc > 0) {
            taken += (size_t)rc;
        } else if (progress_from_mbedtls(session, rc) != TLS_PROGRESS_WANT_INPUT ||
                   rc != MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
            break;
        }
    }
    tls_session_rest(session);
    return taken;
}

void tls_session_close(struct tls_session *session)
{
    if (!tls_session_is_ready(session) || session->close_sent) {
        return;
    }
    session->close_sent = true;
    if (tls_session_wake(session) == 0) {
        (void)mbedtls_ssl_close_notify(&session->ssl);
    }
    tls_session_rest(session);
}

bool tls_session_is_ready(const struct tls_session *session)
{
    return session->phase == SESSION_OPEN || session->phase == SESSION_PEER_CLOSED;
}

const struct tls_info *tls_session_get_info(struct tls_session *session)
{
    tls_session_info_fill(session);
    return &session->info;
}

const struct tls_failure *tls_session_get_failure(const struct tls_session *session)
{
    return &session->failure;
}
