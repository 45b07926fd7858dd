/* SPDX-License-Identifier: MIT
 *
 * Inside lib/tls only: what a config keeps, and how a session's mbedTLS config is
 * made from it. Each session has an mbedtls_ssl_config of its own (it is small and
 * cheap), so that callbacks know their session and a client may change its mind
 * about its certificate in the middle of a handshake.
 */
#pragma once

#include "tls/tls_config.h"
#include "tls/tls_own_chain.h"
#include "tls/tls_settings.h"

#include <mbedtls/ssl.h>
#ifdef CERTGATE_SSL_REST
#include <certgate_rest.h>
#endif

#define TLS_CONFIG_HASH_LEN 32
/* Buffers of sessions that rest (tls_rest.c), for the next ones that wake. */
#define TLS_SPARE_MAX 16

struct tls_server_config {
    struct tls_settings settings;
    struct tls_own_chain chain;
    bool ask_certificate;
    tls_asks_fn asks; /* may be NULL */
    void *asks_user;
    mbedtls_x509_crt *dn_hints;        /* owned array, linked; only subjects are set */
    struct buf dn_bytes;               /* what they point into */
    struct buf staple;                 /* an OCSP response; empty = none */
    struct tls_resumption *resumption; /* borrowed; may be NULL */
    bool no_tickets;
    bool no_session_ids;
    /* Covers the listener's name and everything that a resumed session skips. */
    uint8_t ticket_context[TLS_CONFIG_HASH_LEN];
#ifdef CERTGATE_SSL_REST
    struct certgate_rest spare[TLS_SPARE_MAX]; /* owned */
    uint8_t *spare_plain[TLS_SPARE_MAX];       /* owned, likewise */
#endif
    size_t n_spare;
};

struct tls_client_config {
    struct tls_settings settings;
    struct tls_own_chain chain;
    bool honour_ca_names;
    mbedtls_x509_crt cas; /* owned chain */
    bool insecure;
    char *server_name; /* owned; NULL = none */
    char *verify_host; /* owned; NULL = the name is not verified */
    bool tickets;
};

/* tls_rest.c */
void tls_server_config_free_spare(struct tls_server_config *config);

/* Ask for a certificate, without requiring one, or do not ask. */
void tls_server_config_ask(mbedtls_ssl_config *conf, bool ask);
/* Both return an mbedTLS code. `conf` borrows from the config. */
int tls_server_config_apply(struct tls_server_config *config, mbedtls_ssl_config *conf);
int tls_client_config_apply(struct tls_client_config *config, mbedtls_ssl_config *conf);
