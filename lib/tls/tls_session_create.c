/* SPDX-License-Identifier: MIT
 *
 * Sessions' beginning and end, and mbedTLS's "network", which is two bufs: reading
 * from an empty one says WANT_READ (or the end, after feed_eof); writing always
 * succeeds, for what one step makes is small, and step() asks to be drained first.
 */
#include "base/mem.h"
#include "tls/tls_err.h"
#include "tls/tls_key_log.h"
#include "tls/tls_session.h"
#include "tls/tls_session_private.h"

#include <mbedtls/platform.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- mbedTLS's network */

static int on_send(void *user, const unsigned char *data, size_t len)
{
    struct tls_session *session = user;
    size_t n = len < INT_MAX ? len : INT_MAX;

    if (!buf_append(&session->out, data, n)) {
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
    tls_session_failure_watch(session, (struct slice){ data, n });
    if (session->server != NULL) {
        server_flight_feed(&session->flight, (struct slice){ data, n });
    }
    session->info.n_bytes_out += n;
    return (int)n;
}

static int on_receive(void *user, unsigned char *data, size_t len)
{
    struct tls_session *session = user;
    size_t n = len < session->in.len ? len : session->in.len;

    if (n == 0) {
        return session->eof ? 0 : MBEDTLS_ERR_SSL_WANT_READ;
    }
    memcpy(data, session->in.data, n);
    buf_consume(&session->in, n);
    if (session->phase == SESSION_HANDSHAKE || session->phase == SESSION_LATE) {
        session->n_handshake_in += n;
    }
    return (int)n;
}

/* ---- life */

/* The three ways in which a server's certificate is checked for a name. mbedTLS knows
 * only one name, which it also sends as SNI. */
static int on_verify(void *user, mbedtls_x509_crt *crt, int depth, uint32_t *flags)
{
    struct tls_session *session = user;
    const struct tls_client_config *config = session->client;
    uint32_t name_flags = 0;

    if (depth != 0) {
        return 0;
    }
    *flags &= ~(uint32_t)MBEDTLS_X509_BADCERT_CN_MISMATCH;
    if (config->verify_host != NULL) {
        (void)mbedtls_x509_crt_verify(crt, NULL, NULL, config->verify_host, &name_flags,
                                      NULL, NULL);
        *flags |= name_flags & MBEDTLS_X509_BADCERT_CN_MISMATCH;
    }
    return tls_peer_chain_take(session, crt);
}

static struct tls_session *create(void)
{
    struct tls_session *session = mem_alloc(1, sizeof *session);

    if (session == NULL) {
        return NULL;
    }
    session->plain = mem_alloc(1, TLS_SESSION_PLAINTEXT_MAX);
    if (session->plain == NULL) {
        free(session);
        return NULL;
    }
    mbedtls_ssl_init(&session->ssl);
    mbedtls_ssl_config_init(&session->conf);
    server_flight_init(&session->flight);
    session->in.limit = TLS_SESSION_INPUT_MAX;
    session->first_flight.limit = CLIENT_HELLO_SIZE_MAX;
    session->failure.alert_received = TLS_ALERT_NONE;
    session->failure.alert_sent = TLS_ALERT_NONE;
    session->clear_alert = TLS_ALERT_NONE;
    return session;
}

static int set_up(struct tls_session *session, struct err *err)
{
    int rc = mbedtls_ssl_setup(&session->ssl, &session->conf);

    if (rc != 0) {
        return err_set(err, ERR_MBEDTLS, rc,
                       "mbedTLS cannot set up a TLS session (-0x%04x)", (unsigned)-rc);
    }
    mbedtls_ssl_set_bio(&session->ssl, session, on_send, on_receive, NULL);
    tls_key_log_attach(session);
    tls_peer_chain_attach(session);
    return 0;
}

int tls_session_create_server(struct tls_server_config *config,
                              struct tls_session **ret_session, struct err *err)
{
    struct tls_session *session = create();

    if (session == NULL) {
        return err_memory(err);
    }
    session->server = config;
    session->asks_certificate = config->ask_certificate;
    int rc = tls_server_config_apply(config, &session->conf);
    if (rc != 0) {
        tls_session_destroy(session);
        return err_set(err, ERR_MBEDTLS, rc,
                       "mbedTLS refuses the configuration (-0x%04x)", (unsigned)-rc);
    }
    tls_ticket_attach(session);
    if (set_up(session, err) != 0) {
        tls_session_destroy(session);
        return -1;
    }
    *ret_session = session;
    return 0;
}

/* mbedTLS's client offers a session of TLS 1.3 only to the host that issued it. That is
 * correct (RFC 8446 4.6.1), but it leaves no way to test whether a server minds. */
static int rename_session(mbedtls_ssl_session *state, const char *name)
{
    char *copy = NULL;

    if (name != NULL) {
        size_t size = strlen(name) + 1;
        copy = mbedtls_calloc(1, size);
        if (copy == NULL) {
            return MBEDTLS_ERR_SSL_ALLOC_FAILED;
        }
        memcpy(copy, name, size);
    }
    mbedtls_free(state->MBEDTLS_PRIVATE(hostname));
    state->MBEDTLS_PRIVATE(hostname) = copy;
    return 0;
}

static int resume(struct tls_session *session, struct slice saved)
{
    mbedtls_ssl_session state;
    int rc;

    if (saved.len == 0) {
        return 0;
    }
    mbedtls_ssl_session_init(&state);
    rc = mbedtls_ssl_session_load(&state, saved.data, saved.len);
    if (rc == 0) {
        rc = rename_session(&state, session->client->server_name);
    }
    if (rc == 0) {
        rc = mbedtls_ssl_set_session(&session->ssl, &state);
    }
    mbedtls_ssl_session_free(&state);
    return rc;
}

#ifdef MBEDTLS_SSL_TLS13_CA_LIST
static void on_ca_list(void *user, const unsigned char *list, size_t len)
{
    struct tls_session *session = user;
    server_flight_take_ca_list(&session->flight, (struct slice){ list, len });
}
#endif

int tls_session_create_client(struct tls_client_config *config, struct slice saved,
                              struct tls_session **ret_session, struct err *err)
{
    struct tls_session *session = create();

    if (session == NULL) {
        return err_memory(err);
    }
    session->client = config;
    int rc = tls_client_config_apply(config, &session->conf);
#ifdef MBEDTLS_SSL_TLS13_CA_LIST
    mbedtls_ssl_conf_ca_list_cb(&session->conf, on_ca_list, session);
#endif
    if (rc != 0 || set_up(session, err) != 0) {
        tls_session_destroy(session);
        return rc == 0 ? -1
                       : err_set(err, ERR_MBEDTLS, rc,
                                 "mbedTLS refuses the configuration (-0x%04x)",
                                 (unsigned)-rc);
    }
    if (!config->insecure) {
        mbedtls_ssl_set_verify(&session->ssl, on_verify, session);
    }
    rc = mbedtls_ssl_set_hostname(&session->ssl, config->server_name);
    if (rc == 0) {
        rc = resume(session, saved);
    }
    if (rc != 0) {
        tls_session_destroy(session);
        return err_set(err, ERR_MBEDTLS, rc,
                       "the saved TLS session cannot be resumed (-0x%04x)",
                       (unsigned)-rc);
    }
    *ret_session = session;
    return 0;
}

void tls_session_destroy(struct tls_session *session)
{
    if (session == NULL) {
        return;
    }
    mbedtls_ssl_free(&session->ssl);
    mbedtls_ssl_config_free(&session->conf);
    buf_finish(&session->in);
    buf_finish(&session->out);
    buf_finish(&session->first_flight);
    server_flight_finish(&session->flight);
    presented_clear(&session->peer);
    presented_clear(&session->ticket_chain);
    tls_plain_free(session->plain);
    free(session);
}
