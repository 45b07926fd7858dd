/* SPDX-License-Identifier: MIT
 *
 * Inside lib/tls only: what a session is made of.
 */
#pragma once

#include "tls/server_flight.h"
#include "tls/tls_config_private.h"
#include "tls/tls_resumption_private.h"
#include "tls/tls_session.h"

#include <mbedtls/ssl.h>

/* Additional codes among mbedTLS's, which are negative. */
#define TLS_FAILURE_HANDSHAKE_TOO_LONG 1
#define TLS_FAILURE_GATE               2
#define TLS_FAILURE_NO_RENEGOTIATION   3
#define TLS_FAILURE_REFUSED_TOO_OFTEN  4
/* How many of the client's own renegotiations are refused before the session ends. */
#define TLS_REFUSALS_MAX 8
/* Clients: how many handshakes after the first are followed; more are refused. */
#define TLS_LATE_MAX 4

enum session_phase {
    SESSION_HANDSHAKE,
    SESSION_OPEN,
    SESSION_LATE, /* servers: open, and asking for a certificate */
    SESSION_PEER_CLOSED,
    SESSION_FAILED
};

/* A chain as the peer presented it, now or in the handshake whose session is
 * resumed. */
struct presented {
    struct certificate *certs[TLS_INFO_CHAIN_MAX]; /* owned */
    size_t n;
    size_t n_dropped;
};

struct tls_session {
    mbedtls_ssl_context ssl;
    mbedtls_ssl_config conf;
    /* Exactly one of these; borrowed. */
    struct tls_server_config *server;
    struct tls_client_config *client;

#ifdef CERTGATE_SSL_REST
    struct certgate_rest rest; /* empty except for its counter */
#endif
    bool rests; /* mbedTLS has no buffers: call tls_session_wake() before it */
    enum session_phase phase;
    bool eof;
    bool close_sent;
    bool encrypted_alert_sent;
    unsigned n_refusals; /* of renegotiations that the client started */
    bool asked_late; /* servers: a late question was asked, answered or not; clients:
                        answered */
    bool late_begun; /* the ClientHello of the new handshake has arrived */
    unsigned n_late; /* clients: such handshakes */
    const char
        *first_alpn; /* servers: the protocol that was agreed on before the question */
    int clear_alert; /* a fatal alert that arrived unencrypted, or TLS_ALERT_NONE */
    bool
        asks_certificate; /* servers: by the config and the name that the client gave */
    bool wrote_certificate; /* clients: a Certificate message, possibly an empty one */
    struct buf in;
    struct buf out;
    size_t n_handshake_in;
    uint8_t *plain; /* owned; TLS_SESSION_PLAINTEXT_MAX bytes; NULL while it rests */
    size_t plain_len;

    int state;               /* of mbedTLS, at the last step */
    uint32_t visited;        /* bit n: mbedTLS's state n was passed */
    struct buf first_flight; /* until `hello` is complete */
    struct client_hello hello;
    struct server_flight flight;

    struct presented peer; /* what arrived in this handshake */
    const char *chain_problem;
    struct presented ticket_chain; /* the end of the last ticket that was accepted */
    struct tls_ticket ticket;      /* that ticket */
    bool can_be_resumed;           /* clients: a ticket or a session ID has arrived */

    tls_gate_fn gate; /* servers: NULL = none */
    void *gate_user;
    bool is_at_gate; /* the client's side of the handshake is complete */
    int gate_answer;

    struct tls_info info;
    struct tls_failure failure;
};

/* tls_rest.c */
/* Wipes and frees a session's `plain`. Accepts NULL. */
void tls_plain_free(uint8_t *plain);
/* Servers: releases mbedTLS's buffers if they are empty. */
void tls_session_rest(struct tls_session *session);
/* Call it before mbedTLS: 0, or its code for no memory. */
int tls_session_wake(struct tls_session *session);

/* ---- tls_peer_chain.c */

void presented_clear(struct presented *presented);
/* NULL when out of memory. Owned by the caller, maybe with others. */
struct certificate *presented_read(const struct tls_session *session, struct slice der);
/* Tells mbedTLS to let this code read the certificates that the peer presents. */
void tls_peer_chain_attach(struct tls_session *session);
/* Without the project's patch: takes what mbedTLS parsed, `crt` and its successors,
 * once; with it, does nothing. Called when mbedTLS verifies the leaf. 0 or an mbedTLS
 * code. */
int tls_peer_chain_take(struct tls_session *session, const mbedtls_x509_crt *crt);
/* Clients, in a new handshake on the same connection: mbedTLS compares the server's
 * certificate with the bytes of the first one, which an envelope has replaced. What was
 * presented is forgotten. */
void tls_peer_chain_renew(struct tls_session *session);
/* Clients, before a session is saved: the same for the connection that resumes it, if
 * mbedTLS can read these bytes, as it will have to. */
void tls_peer_chain_prepare_save(struct tls_session *session);
/* Servers, when a handshake is over: mbedTLS's own copy of the leaf served to check the
 * proof of possession, and is freed. */
void tls_peer_chain_done(struct tls_session *session);
/* A hash over the chain as sent; all zero for none. False when out of memory. */
bool tls_peer_chain_identify(const struct presented *chain,
                             uint8_t identity[static TLS_IDENTITY_LEN]);

/* ---- tls_ticket.c */

void tls_ticket_attach(struct tls_session *session);

/* ---- tls_gate.c */

/* Asks the gate when it is time to; TLS_GATE_PASS at all other times. */
int tls_gate_ask(struct tls_session *session);
/* Sends the alert that the gate wants. */
void tls_gate_send(struct tls_session *session);

/* ---- tls_session_late.c: in SESSION_LATE */

/* Until the client's ClientHello has arrived: reads, and answers it. 0 = plaintext, the
 * rest of a record that was begun before the question; else a code. */
int tls_session_late_read(struct tls_session *session);
/* The last record was the warning by which the client refuses. */
bool tls_session_late_is_refused(const struct tls_session *session);
/* Clients, open, after reading: the server wants a handshake. Continues in
 * SESSION_LATE. */
bool tls_session_late_follow(struct tls_session *session);
/* The handshake is complete. */
void tls_session_late_finish(struct tls_session *session);

/* ---- tls_session_failure.c, tls_session_failure_text.c, tls_session_info.c,
 * tls_state.c
 */

/* Fills session->failure from mbedTLS's code. */
void tls_session_failure_fill(struct tls_session *session, int code);
/* ... whose text is this. */
void tls_session_failure_describe(struct tls_session *session);
/* Looks for this side's alerts among outgoing records, and for the peer's unencrypted
 * ones. */
void tls_session_failure_watch(struct tls_session *session, struct slice records);
void tls_session_failure_watch_peer(struct tls_session *session, struct slice records);
void tls_session_info_fill(struct tls_session *session);
const char *tls_state_name(int state);

/* ---- tls_session.c */

/* A server that never reached the point of sending its certificate resumed a
 * session. */
bool tls_session_has_visited(const struct tls_session *session, int state);
bool tls_session_was_resumed(const struct tls_session *session);
/* The chain that this session stands for. */
const struct presented *tls_session_get_chain(const struct tls_session *session);
