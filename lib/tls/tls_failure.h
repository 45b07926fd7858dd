/* SPDX-License-Identifier: MIT
 *
 * Why a TLS connection failed: which side or what ended it, in which step of the
 * handshake, in numbers for a program and in one sentence for a person.
 */
#pragma once

#include "tls/tls_alert.h"

#include <stdbool.h>

/* Who or what ended the session. */
enum tls_end {
    TLS_END_NONE,       /* it has not failed */
    TLS_END_PEER_ALERT, /* the peer sent a fatal alert */
    TLS_END_OUR_ALERT,  /* the peer did something that is refused, and a fatal alert was
                           sent */
    TLS_END_BAD_RECORD, /* what arrived is not a record, or does not decrypt */
    TLS_END_EOF,        /* the transport ended prematurely */
    TLS_END_NOT_TLS,    /* the first bytes were not TLS: see hello.kind */
    TLS_END_CERTIFICATE, /* a leaf whose public key cannot be used: see the chain */
    TLS_END_LIMIT,       /* a limit of certgate's or of mbedTLS's */
    TLS_END_INTERNAL,    /* out of memory, or a bug in certgate */
    TLS_END_GATE,        /* the gate refused the client: tls_session_set_gate() */
};
const char *tls_end_name(enum tls_end end);

#define TLS_FAILURE_TEXT_MAX 512

struct tls_failure {
    enum tls_end end;
    int alert_received; /* TLS_ALERT_NONE or the number */
    int alert_sent;     /* likewise */
    bool in_handshake;
    bool is_late;      /* in the handshake that follows a late question */
    const char *state; /* the step of the handshake: "client-certificate" */
    int code;          /* mbedTLS's, 0 = none */
    char reason[128];  /* mbedTLS's text for it */
    char text[TLS_FAILURE_TEXT_MAX]; /* one sentence for a person */
};
