/* SPDX-License-Identifier: MIT */
#include "tls/tls_session_private.h"

#include <mbedtls/ssl_ciphersuites.h>
#include <mbedtls/x509_crt.h>

#include <stdio.h>
#include <string.h>

/* Before that, mbedTLS would report what it expects. */
static bool has_parameters(const struct tls_session *session)
{
    if (session->phase != SESSION_HANDSHAKE && session->info.handshake_done) {
        return true;
    }
    int agreed = session->server != NULL ? MBEDTLS_SSL_SERVER_HELLO
                                         : MBEDTLS_SSL_SERVER_CERTIFICATE;
    return tls_session_has_visited(session, agreed) ||
           tls_session_has_visited(session, MBEDTLS_SSL_ENCRYPTED_EXTENSIONS) ||
           tls_session_has_visited(session, MBEDTLS_SSL_CLIENT_FINISHED);
}

static int get_cipher(const struct tls_session *session)
{
    int id = mbedtls_ssl_get_ciphersuite_id_from_ssl(&session->ssl);
    const mbedtls_ssl_session *running =
        session->ssl.MBEDTLS_PRIVATE(session_negotiate);

    return id == 0 && running != NULL ? mbedtls_ssl_session_get_ciphersuite_id(running)
                                      : id;
}

static void fill_parameters(struct tls_session *session)
{
    struct tls_info *info = &session->info;
    const mbedtls_ssl_ciphersuite_t *suite =
        mbedtls_ssl_ciphersuite_from_id(get_cipher(session));

    info->version = client_hello_version_name(
        (uint16_t)mbedtls_ssl_get_version_number(&session->ssl));
    if (suite != NULL) {
        tls_cipher_format(mbedtls_ssl_ciphersuite_get_id(suite), info->cipher);
        info->cipher_bits =
            (unsigned)mbedtls_ssl_ciphersuite_get_cipher_key_bitlen(suite);
    }
    info->alpn = session->asked_late && session->server != NULL
                     ? session->first_alpn
                     : mbedtls_ssl_get_alpn_protocol(&session->ssl);
    info->group = client_hello_group_name(session->flight.group);
    info->signature = client_hello_signature_name(session->flight.signature);
}

static bool was_asked(const struct tls_session *session)
{
    if (session->asked_late) {
        return true;
    }
    if (tls_session_was_resumed(session)) {
        return false;
    }
    if (session->server != NULL) {
        return session->asks_certificate &&
               tls_session_has_visited(session, MBEDTLS_SSL_SERVER_CERTIFICATE);
    }
    return session->flight.certificate_requested || session->wrote_certificate;
}

static void fill_server_verdict(struct tls_session *session)
{
    struct tls_info *info = &session->info;
    uint32_t flags = mbedtls_ssl_get_verify_result(&session->ssl);

    info->server_verdict[0] = '\0';
    if (session->client == NULL || session->client->insecure || flags == 0 ||
        flags == UINT32_MAX) {
        return;
    }
    if (mbedtls_x509_crt_verify_info(info->server_verdict, sizeof info->server_verdict,
                                     "", flags) < 0) {
        snprintf(info->server_verdict, sizeof info->server_verdict,
                 "more faults than fit here");
    }
    size_t len = strlen(info->server_verdict);
    if (len > 0 && info->server_verdict[len - 1] == '\n') {
        info->server_verdict[len - 1] = '\0';
    }
    for (char *c = info->server_verdict; *c != '\0'; c++) {
        *c = *c == '\n' ? ';' : *c;
    }
}

void tls_session_info_fill(struct tls_session *session)
{
    struct tls_info *info = &session->info;
    const struct presented *chain = tls_session_get_chain(session);

    if (session->phase == SESSION_OPEN) {
        info->handshake_done = true;
        info->is_asking_late = false;
    } else if (session->phase == SESSION_LATE && session->server != NULL) {
        info->is_asking_late = true; /* permanently, if it fails */
    }
    info->asked_late = session->asked_late;
    if (has_parameters(session)) {
        fill_parameters(session);
    }
    if (session->server != NULL) {
        info->hello = &session->hello;
        info->server_name =
            session->hello.server_name[0] != '\0' ? session->hello.server_name : NULL;
    } else {
        info->server_name = session->client->server_name;
    }
    info->resumed = (info->handshake_done || session->is_at_gate) &&
                    tls_session_was_resumed(session);
    info->certificate_requested = was_asked(session);
    info->ca_names =
        session->client != NULL ? buf_slice(&session->flight.ca_names) : SLICE_EMPTY;
    info->chain = chain->certs;
    info->n_chain = chain->n;
    info->n_chain_dropped = chain->n_dropped;
    info->chain_problem = session->chain_problem;
    info->possession_proved = (info->handshake_done || session->is_at_gate) &&
                              !info->is_asking_late && chain->n > 0;
    fill_server_verdict(session);
}
