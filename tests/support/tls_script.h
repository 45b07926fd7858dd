/* SPDX-License-Identifier: MIT
 *
 * A TLS client that does what its test says, right or wrong: messages and records are
 * written one by one. Its own code from RFC 8446 (TLS_AES_128_GCM_SHA256, P-256), and
 * of TLS 1.2 what comes before the encryption. Nothing of the server's is checked.
 */
#pragma once

#include "support/tls_certs.h"
#include "tls/tls_session.h"

#include <psa/crypto.h>
#include <stdbool.h>

enum {
    TLS_RECORD_CCS = 20,
    TLS_RECORD_ALERT = 21,
    TLS_RECORD_HANDSHAKE = 22,
    TLS_RECORD_DATA = 23,
};

#define TLS_SCRIPT_HASH  32
#define TLS_SCRIPT_POINT 65

struct tls_script_keys {
    bool on;
    uint8_t secret[TLS_SCRIPT_HASH];
    uint64_t n; /* records so far */
};

struct tls_script {
    struct tls_session *server; /* owned */
    enum tls_progress progress; /* the server's last */
    bool was_ready;
    bool is_1_2;
    psa_key_id_t key;
    uint8_t point[TLS_SCRIPT_POINT];
    struct buf transcript;
    struct buf messages; /* the server's handshake bytes, not read yet */
    uint8_t handshake_secret[TLS_SCRIPT_HASH];
    uint8_t finished_secret[TLS_SCRIPT_HASH];
    uint8_t client_application[TLS_SCRIPT_HASH];
    struct tls_script_keys in;
    struct tls_script_keys out;
    bool got_server_hello;
    bool got_server_finished;
    int alert; /* the server's; TLS_ALERT_NONE */
    size_t n_key_updates;
    struct buf echo; /* data that came back */
};

struct tls_script_hello {
    bool is_1_2;
    bool without_extensions;
    uint16_t cipher;    /* 0 = one that fits */
    uint16_t group;     /* 0 = P-256 with our own share */
    struct slice share; /* of `group` */
    size_t padding;     /* bytes of a padding extension */
};

/* The server echoes what it gets. Failing anywhere here ends the test. */
void tls_script_init(struct tls_script *script, struct tls_server_config *config);
void tls_script_finish(struct tls_script *script);

void tls_script_send_hello(struct tls_script *script,
                           const struct tls_script_hello *hello);
void tls_script_send_certificate(struct tls_script *script,
                                 const struct tls_cert *cert);
/* TLS 1.2: the point may be NULL, then it is a right one. */
void tls_script_send_key_exchange(struct tls_script *script, const struct slice *point);
/* A signature with this hash, which is announced as `scheme`. */
void tls_script_send_certificate_verify(struct tls_script *script,
                                        const struct key *key, enum key_hash hash,
                                        uint16_t scheme);
void tls_script_send_finished(struct tls_script *script);
/* The key update of RFC 8446 4.6.3, and the new key. */
void tls_script_send_key_update(struct tls_script *script, uint8_t request);
/* A record under the keys in force, or in the clear before there are any. */
void tls_script_send(struct tls_script *script, uint8_t type, struct slice content);
/* Bytes as they are. */
void tls_script_send_raw(struct tls_script *script, struct slice bytes);
