/* SPDX-License-Identifier: MIT */
#include "tls/tls_key_log.h"

#include "base/text.h"
#include "tls/tls_session_private.h"

#define RANDOM_LEN 32

/* RFC 9850 2.1 and 2.2 */
static const char *label_of(mbedtls_ssl_key_export_type type)
{
    switch (type) {
    case MBEDTLS_SSL_KEY_EXPORT_TLS12_MASTER_SECRET:
        return "CLIENT_RANDOM";
    case MBEDTLS_SSL_KEY_EXPORT_TLS1_3_CLIENT_EARLY_SECRET:
        return "CLIENT_EARLY_TRAFFIC_SECRET";
    case MBEDTLS_SSL_KEY_EXPORT_TLS1_3_EARLY_EXPORTER_SECRET:
        return "EARLY_EXPORTER_SECRET";
    case MBEDTLS_SSL_KEY_EXPORT_TLS1_3_CLIENT_HANDSHAKE_TRAFFIC_SECRET:
        return "CLIENT_HANDSHAKE_TRAFFIC_SECRET";
    case MBEDTLS_SSL_KEY_EXPORT_TLS1_3_SERVER_HANDSHAKE_TRAFFIC_SECRET:
        return "SERVER_HANDSHAKE_TRAFFIC_SECRET";
    case MBEDTLS_SSL_KEY_EXPORT_TLS1_3_CLIENT_APPLICATION_TRAFFIC_SECRET:
        return "CLIENT_TRAFFIC_SECRET_0";
    case MBEDTLS_SSL_KEY_EXPORT_TLS1_3_SERVER_APPLICATION_TRAFFIC_SECRET:
        return "SERVER_TRAFFIC_SECRET_0";
    }
    return NULL;
}

static const struct tls_settings *settings_of(const struct tls_session *session)
{
    return session->server != NULL ? &session->server->settings
                                   : &session->client->settings;
}

/* The parameters are mbedTLS's. NOLINTNEXTLINE(readability-function-size) */
static void on_export(void *user, mbedtls_ssl_key_export_type type,
                      const unsigned char *secret, size_t secret_len,
                      const unsigned char client_random[RANDOM_LEN],
                      const unsigned char server_random[RANDOM_LEN],
                      mbedtls_tls_prf_types prf)
{
    const struct tls_settings *settings = settings_of(user);
    const char *label = label_of(type);
    struct buf line = BUF_EMPTY;

    (void)server_random, (void)prf;
    if (label == NULL) {
        return;
    }
    buf_printf(&line, "%s ", label);
    text_append_hex(&line, (struct slice){ client_random, RANDOM_LEN }, 0);
    buf_append_byte(&line, ' ');
    text_append_hex(&line, (struct slice){ secret, secret_len }, 0);
    if (buf_ok(&line)) {
        settings->on_key_log(settings->key_log_user, buf_string(&line));
    }
    buf_finish_secret(&line);
}

void tls_key_log_attach(struct tls_session *session)
{
    if (settings_of(session)->on_key_log != NULL) {
        mbedtls_ssl_set_export_keys_cb(&session->ssl, on_export, session);
    }
}
