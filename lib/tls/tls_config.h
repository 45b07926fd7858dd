/* SPDX-License-Identifier: MIT
 *
 * How sessions behave: one server config per listener (a reload makes a new one),
 * one client config per kind of attempt. Shared by many sessions, which borrow it:
 * destroy it after the last of them.
 *
 * A server never lets mbedTLS judge a client's certificate: there are no trust
 * anchors, verification is "optional", and nothing about a certificate ends the
 * handshake except a public key that cannot be used. chain/judge judges, once.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "pki/certificate.h"
#include "pki/key.h"
#include "tls/tls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Schannel's limit is 16 KB as well; the rest of the record is for the other parts of
 * the message. */
#define TLS_CA_NAMES_MAX ((size_t)16384 - 256)

struct tls_resumption;
struct tls_server_config;
struct tls_client_config;

/* True if a client that names this server (SNI, as sent: hostile) is asked for a
 * certificate. The answer for a name is constant for the config's life. */
typedef bool (*tls_asks_fn)(void *user, const char *server_name);

/* All members are borrowed only for the call, unless noted otherwise. */
struct tls_server_options {
    /* Binds tickets to this listener, across reloads: "[::1]:8443". */
    const char *listener;
    /* Leaf first; copied. */
    const struct certificate *const *chain;
    size_t n_chain;
    struct key *key; /* borrowed for the config's life */
    enum tls_version min_version;
    enum tls_version max_version;
    /* NULL = the defaults; else NULL-terminated names as tls_cipher_find() has them,
     * preferred first */
    const char *const *ciphers;
    /* TLS 1.2 suites without encryption are added behind them. */
    bool allow_null_cipher;
    /* NULL = mbedTLS's defaults; else IANA's numbers, preferred first, 0 at the end;
     * borrowed for the config's life. */
    const uint16_t *groups;
    /* Ask for a client certificate (never required). */
    bool ask_certificate;
    tls_asks_fn asks; /* decides for clients that send SNI; NULL = ask_certificate */
    void *asks_user;  /* borrowed for the config's life */
    /* The CertificateRequest names these CAs (IIS: SendTrustedIssuerList), on TLS 1.3
     * if tls_can_name_cas_in_tls13(); whole Name TLVs, copied. Together with two bytes
     * for each at most TLS_CA_NAMES_MAX: the message must fit into one record. */
    const struct slice *ca_names;
    size_t n_ca_names;
    /* NULL = {"http/1.1"}; NULL-terminated, preferred first. */
    const char *const *alpn;
    /* NULL = nothing is resumed; borrowed for the config's life. */
    struct tls_resumption *resumption;
    /* An OCSP response for the certificate, DER, copied: sent to clients that ask for
     * it, if tls_can_staple(). Empty = none. Left out if a record has no room for it
     * beside the chain. */
    struct slice staple;
    bool no_session_ids;
    bool no_tickets;              /* on TLS 1.2, sessions are resumed by session ID */
    tls_on_key_log_fn on_key_log; /* NULL = none */
    void *key_log_user;
};

/* An unusable chain, key, cipher name, ... is an ERR_CONFIG with its remedy. */
int tls_server_config_create(const struct tls_server_options *options,
                             struct tls_server_config **ret_config, struct err *err)
    MUST_CHECK;
void tls_server_config_destroy(struct tls_server_config *config);

struct tls_client_options {
    /* The chain to send when asked, leaf first: any bytes, including those that no
     * parser accepts; copied. Empty = an empty Certificate message. `key` signs the
     * proof of possession whether or not it matches the certificate. */
    const struct slice *chain;
    size_t n_chain;
    struct key *key; /* borrowed for the config's life */
    /* Send the chain only if the server's list of CA names is empty or contains the
     * issuer of one of its certificates, as browsers do. */
    bool honour_ca_names;

    /* Trust: these CAs (copied), or nothing is checked when `insecure`. */
    const struct certificate *const *cas;
    size_t n_cas;
    bool insecure;

    const char *server_name; /* SNI; NULL = none */
    bool
        verify_name; /* verify that the server's certificate is valid for verify_host */
    const char *verify_host; /* NULL = server_name; may be an IP address */

    enum tls_version min_version;
    enum tls_version max_version;
    const char *const *ciphers; /* as for servers */
    const char *const *alpn;    /* NULL = the extension is not sent */
    bool tickets;               /* ask for tickets, keep session IDs */
    tls_on_key_log_fn on_key_log;
    void *key_log_user;
};

int tls_client_config_create(const struct tls_client_options *options,
                             struct tls_client_config **ret_config, struct err *err)
    MUST_CHECK;
void tls_client_config_destroy(struct tls_client_config *config);
