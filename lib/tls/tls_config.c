/* SPDX-License-Identifier: MIT */
#include "tls/tls_config.h"

#include "base/mem.h"
#include "tls/tls_config_private.h"
#include "tls/tls_settings.h"

#include <psa/crypto.h>

#include <stdlib.h>
#include <string.h>

/* ---- server */

static int copy_server_chain(struct tls_server_config *config,
                             const struct tls_server_options *options, struct err *err)
{
    int result;

    if (options->n_chain == 0 || options->key == NULL) {
        return err_set(err, ERR_CONFIG, 0,
                       "a TLS server needs a certificate and its private key");
    }
    if (!key_matches(options->key, options->chain[0])) {
        return err_set(err, ERR_CONFIG, 0,
                       "the private key does not belong to the server's certificate");
    }
    struct slice *ders = mem_alloc(options->n_chain, sizeof *ders);
    if (ders == NULL) {
        return err_memory(err);
    }
    for (size_t i = 0; i < options->n_chain; i++) {
        ders[i] = options->chain[i]->der;
    }
    result =
        tls_own_chain_init(&config->chain, ders, options->n_chain, options->key, err);
    free(ders);
    return result;
}

/* A Certificate message of TLS 1.3, with what stands around its parts. */
static int copy_staple(struct tls_server_config *config, struct slice staple,
                       struct err *err)
{
    size_t len = config->chain.bytes.len + 8 * config->chain.n_crts + staple.len;

    if (len < MBEDTLS_SSL_OUT_CONTENT_LEN - 64) {
        buf_append_slice(&config->staple, staple);
    }
    return buf_ok(&config->staple) ? 0 : err_memory(err);
}

/* mbedTLS takes the names from the subjects of a list of certificates. */
static int copy_ca_names(struct tls_server_config *config, const struct slice *names,
                         size_t n, struct err *err)
{
    if (n == 0) {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        buf_append_slice(&config->dn_bytes, names[i]);
    }
    config->dn_hints = mem_alloc(n, sizeof *config->dn_hints);
    if (!buf_ok(&config->dn_bytes) || config->dn_hints == NULL) {
        return err_memory(err);
    }
    uint8_t *position = config->dn_bytes.data;
    for (size_t i = 0; i < n; i++) {
        config->dn_hints[i].version = 1; /* 0 would end mbedTLS's iteration */
        config->dn_hints[i].subject_raw.p = position;
        config->dn_hints[i].subject_raw.len = names[i].len;
        config->dn_hints[i].next = i + 1 < n ? &config->dn_hints[i + 1] : NULL;
        position += names[i].len;
    }
    return 0;
}

/* A resumed session skips the choice of version and cipher and the request for a
 * certificate: when any of these settings changes, tickets become void. */
static int bind_tickets(struct tls_server_config *config, const char *listener,
                        struct err *err)
{
    struct buf facts = BUF_EMPTY;
    size_t len;

    buf_append_string(&facts, listener);
    buf_append_byte(&facts, 0);
    buf_append_byte(&facts, config->ask_certificate);
    buf_append(&facts, &config->settings.min_version,
               sizeof config->settings.min_version);
    buf_append(&facts, &config->settings.max_version,
               sizeof config->settings.max_version);
    for (const int *id = config->settings.ciphers; *id != 0; id++) {
        buf_append(&facts, id, sizeof *id);
    }
    bool complete = buf_ok(&facts);
    psa_status_t status =
        psa_hash_compute(PSA_ALG_SHA_256, facts.data, facts.len, config->ticket_context,
                         sizeof config->ticket_context, &len);
    buf_finish(&facts);
    if (!complete) {
        return err_memory(err);
    }
    if (status != PSA_SUCCESS) {
        return err_set(err, ERR_MBEDTLS, status, "cannot compute a SHA-256 hash");
    }
    return 0;
}

int tls_server_config_create(const struct tls_server_options *options,
                             struct tls_server_config **ret_config, struct err *err)
{
    static const char *const alpn_default[] = { "http/1.1", NULL };
    struct tls_server_config *config = mem_alloc(1, sizeof *config);

    if (config == NULL) {
        return err_memory(err);
    }
    config->ask_certificate = options->ask_certificate;
    config->asks = options->asks;
    config->asks_user = options->asks_user;
    config->resumption = options->resumption;
    config->no_tickets = options->no_tickets;
    config->no_session_ids = options->no_session_ids;
    if (tls_settings_init(&config->settings, options->min_version, options->max_version,
                          options->ciphers, options->allow_null_cipher,
                          options->alpn != NULL ? options->alpn : alpn_default,
                          err) != 0 ||
        copy_server_chain(config, options, err) != 0 ||
        copy_staple(config, options->staple, err) != 0 ||
        copy_ca_names(config, options->ca_names, options->n_ca_names, err) != 0 ||
        bind_tickets(config, options->listener != NULL ? options->listener : "", err) !=
            0) {
        tls_server_config_destroy(config);
        return -1;
    }
    config->settings.groups = options->groups;
    config->settings.on_key_log = options->on_key_log;
    config->settings.key_log_user = options->key_log_user;
    *ret_config = config;
    return 0;
}

void tls_server_config_destroy(struct tls_server_config *config)
{
    if (config == NULL) {
        return;
    }
    tls_server_config_free_spare(config);
    tls_settings_finish(&config->settings);
    tls_own_chain_finish(&config->chain);
    free(config->dn_hints);
    buf_finish(&config->dn_bytes);
    buf_finish(&config->staple);
    free(config);
}

void tls_server_config_ask(mbedtls_ssl_config *conf, bool ask)
{
    mbedtls_ssl_conf_authmode(conf, ask ? MBEDTLS_SSL_VERIFY_OPTIONAL
                                        : MBEDTLS_SSL_VERIFY_NONE);
}

int tls_server_config_apply(struct tls_server_config *config, mbedtls_ssl_config *conf)
{
    int rc = mbedtls_ssl_config_defaults(conf, MBEDTLS_SSL_IS_SERVER,
                                         MBEDTLS_SSL_TRANSPORT_STREAM,
                                         MBEDTLS_SSL_PRESET_DEFAULT);
    if (rc != 0) {
        return rc;
    }
    tls_server_config_ask(conf, config->ask_certificate);
    if (config->dn_hints != NULL) {
        mbedtls_ssl_conf_dn_hints(conf, config->dn_hints);
    } else {
        mbedtls_ssl_conf_cert_req_ca_list(conf, MBEDTLS_SSL_CERT_REQ_CA_LIST_DISABLED);
    }
    mbedtls_ssl_conf_new_session_tickets(conf, 1);
    rc = mbedtls_ssl_conf_own_cert(conf, config->chain.crts,
                                   key_get_pk(config->chain.key));
    if (rc != 0) {
        return rc;
    }
    return tls_settings_apply(&config->settings, conf);
}

/* ---- client */

static int accept_extension(void *user, mbedtls_x509_crt const *crt,
                            mbedtls_x509_buf const *oid, int critical,
                            const unsigned char *p, const unsigned char *end)
{
    (void)user, (void)crt, (void)oid, (void)critical, (void)p, (void)end;
    return 0;
}

static int copy_cas(struct tls_client_config *config,
                    const struct tls_client_options *options, struct err *err)
{
    for (size_t i = 0; i < options->n_cas; i++) {
        struct slice der = options->cas[i]->der;
        int rc = mbedtls_x509_crt_parse_der_with_ext_cb(&config->cas, der.data, der.len,
                                                        1, accept_extension, NULL);
        if (rc != 0) {
            return err_set(
                err, ERR_MBEDTLS, rc,
                "mbedTLS cannot use CA certificate no. %zu to check a server", i + 1);
        }
    }
    if (options->n_cas == 0 && !options->insecure) {
        return err_set(
            err, ERR_CONFIG, 0,
            "no CA to check the server's certificate with: name one, or say that "
            "the connection may be insecure");
    }
    return 0;
}

static int copy_string(char **ret_copy, const char *text, struct err *err)
{
    if (text == NULL) {
        return 0;
    }
    *ret_copy = mem_copy_string(text, strlen(text));
    return *ret_copy != NULL ? 0 : err_memory(err);
}

static int copy_names(struct tls_client_config *config,
                      const struct tls_client_options *options, struct err *err)
{
    const char *host =
        options->verify_host != NULL ? options->verify_host : options->server_name;

    if (options->verify_name && host == NULL) {
        return err_set(err, ERR_CONFIG, 0,
                       "no name to check the server's certificate for");
    }
    if (options->server_name != NULL &&
        strlen(options->server_name) > MBEDTLS_SSL_MAX_HOST_NAME_LEN) {
        return err_set(err, ERR_CONFIG, 0, "the server name is longer than %d bytes",
                       MBEDTLS_SSL_MAX_HOST_NAME_LEN);
    }
    if (copy_string(&config->server_name, options->server_name, err) != 0) {
        return -1;
    }
    return copy_string(&config->verify_host, options->verify_name ? host : NULL, err);
}

int tls_client_config_create(const struct tls_client_options *options,
                             struct tls_client_config **ret_config, struct err *err)
{
    struct tls_client_config *config = mem_alloc(1, sizeof *config);

    if (config == NULL) {
        return err_memory(err);
    }
    mbedtls_x509_crt_init(&config->cas);
    config->insecure = options->insecure;
    config->honour_ca_names = options->honour_ca_names;
    config->tickets = options->tickets;
    if (tls_settings_init(&config->settings, options->min_version, options->max_version,
                          options->ciphers, false, options->alpn, err) != 0 ||
        tls_own_chain_init(&config->chain, options->chain, options->n_chain,
                           options->key, err) != 0 ||
        copy_cas(config, options, err) != 0 || copy_names(config, options, err) != 0) {
        tls_client_config_destroy(config);
        return -1;
    }
    config->settings.on_key_log = options->on_key_log;
    config->settings.key_log_user = options->key_log_user;
    *ret_config = config;
    return 0;
}

void tls_client_config_destroy(struct tls_client_config *config)
{
    if (config == NULL) {
        return;
    }
    tls_settings_finish(&config->settings);
    tls_own_chain_finish(&config->chain);
    mbedtls_x509_crt_free(&config->cas);
    free(config->server_name);
    free(config->verify_host);
    free(config);
}

/* RSASSA-PSS with a salt as long as its hash (RFC 8446 4.2.3) needs a modulus of twice
 * the hash length plus two bytes. mbedTLS shortens the salt instead, which no server
 * accepts: for a short RSA key, schemes that do not fit are not offered. */
static const uint16_t *choose_sig_algs(const mbedtls_pk_context *key)
{
    static const uint16_t up_to_sha384[] = {
        MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
        MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
        MBEDTLS_TLS1_3_SIG_ECDSA_SECP521R1_SHA512,
        MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
        MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
        MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
        MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
        MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
        MBEDTLS_TLS1_3_SIG_NONE,
    };
    static const uint16_t up_to_sha256[] = {
        MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
        MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
        MBEDTLS_TLS1_3_SIG_ECDSA_SECP521R1_SHA512,
        MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
        MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
        MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
        MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
        MBEDTLS_TLS1_3_SIG_NONE,
    };
    size_t len = mbedtls_pk_get_len(key);

    if (mbedtls_pk_get_type(key) != MBEDTLS_PK_RSA || len >= 2 * 64 + 2) {
        return NULL;
    }
    return len >= 2 * 48 + 2 ? up_to_sha384 : up_to_sha256;
}

int tls_client_config_apply(struct tls_client_config *config, mbedtls_ssl_config *conf)
{
    int rc = mbedtls_ssl_config_defaults(conf, MBEDTLS_SSL_IS_CLIENT,
                                         MBEDTLS_SSL_TRANSPORT_STREAM,
                                         MBEDTLS_SSL_PRESET_DEFAULT);
    if (rc != 0) {
        return rc;
    }
    if (config->insecure) {
        mbedtls_ssl_conf_authmode(conf, MBEDTLS_SSL_VERIFY_OPTIONAL);
    } else {
        mbedtls_ssl_conf_authmode(conf, MBEDTLS_SSL_VERIFY_REQUIRED);
        mbedtls_ssl_conf_ca_chain(conf, &config->cas, NULL);
    }
    /* HelloRequest is followed (tls_session_late.c). */
    mbedtls_ssl_conf_renegotiation(conf, MBEDTLS_SSL_RENEGOTIATION_ENABLED);
    mbedtls_ssl_conf_session_tickets(conf, config->tickets
                                               ? MBEDTLS_SSL_SESSION_TICKETS_ENABLED
                                               : MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
        conf, config->tickets ? MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED
                              : MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_DISABLED);
    if (config->chain.crts != NULL) {
        rc = mbedtls_ssl_conf_own_cert(conf, config->chain.crts,
                                       key_get_pk(config->chain.key));
        if (rc != 0) {
            return rc;
        }
        const uint16_t *sig_algs = choose_sig_algs(key_get_pk(config->chain.key));
        if (sig_algs != NULL) {
            mbedtls_ssl_conf_sig_algs(conf, sig_algs);
        }
    }
    return tls_settings_apply(&config->settings, conf);
}
