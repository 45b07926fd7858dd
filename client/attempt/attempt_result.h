/* SPDX-License-Identifier: MIT
 *
 * The result of one connection to a server: plain data, no sockets, no loop. The
 * attempt fills it; expect, the reports and `get` read it. Every way in which it can
 * end has a name here, because a server that refuses with an alert, a reset or silence
 * has answered, too.
 *
 * Text of the peer is kept as it came: whoever shows it has to escape it.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "tls/tls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where it was when it ended. */
enum attempt_phase {
    ATTEMPT_PHASE_RESOLVE,
    ATTEMPT_PHASE_CONNECT,
    ATTEMPT_PHASE_HANDSHAKE,
    ATTEMPT_PHASE_SEND,
    ATTEMPT_PHASE_RECEIVE,
    ATTEMPT_PHASE_COUNT
};

enum attempt_end {
    ATTEMPT_END_ANSWER,      /* a complete HTTP answer */
    ATTEMPT_END_UNRESOLVED,  /* the name has no address */
    ATTEMPT_END_UNREACHABLE, /* no TCP connection */
    ATTEMPT_END_TIMEOUT,     /* see phase */
    ATTEMPT_END_ALERT,       /* the server's fatal alert, in the handshake */
    ATTEMPT_END_LATE_ALERT,  /* the same, after it: how TLS 1.3 refuses a certificate */
    ATTEMPT_END_BAD_RECORD,  /* bytes that do not decrypt */
    ATTEMPT_END_NOT_TLS,     /* no TLS server at all */
    ATTEMPT_END_UNTRUSTED,   /* we do not trust the server's certificate */
    ATTEMPT_END_REFUSED_BY_US, /* the server did what our TLS refuses */
    ATTEMPT_END_RESET,
    ATTEMPT_END_CLOSED,  /* the connection ended without a byte of an answer */
    ATTEMPT_END_CUT_OFF, /* the connection ended within an answer */
    ATTEMPT_END_NOT_HTTP,
    ATTEMPT_END_TOO_LARGE, /* an answer over our limits */
    ATTEMPT_END_BROKEN,    /* out of memory or a fault of ours */
    ATTEMPT_END_COUNT
};

#define ATTEMPT_TEXT_MAX         512
#define ATTEMPT_NAME_MAX         256
#define ATTEMPT_SUBSTATUS_HIDDEN (-1)

struct attempt_server {
    bool known; /* a certificate was read */
    char subject[ATTEMPT_NAME_MAX];
    char issuer[ATTEMPT_NAME_MAX];
    uint8_t sha256[32];
    int64_t not_before;
    int64_t not_after;
    size_t n_chain;
    char problem[ATTEMPT_NAME_MAX]; /* why it is not trusted; "" = nothing, or not
                                       looked */
};

/* Microseconds from the start; 0 = not reached. */
struct attempt_times {
    int64_t connected_us;
    int64_t ready_us;      /* handshake done */
    int64_t first_byte_us; /* of the answer */
    int64_t total_us;
};

struct attempt_result {
    enum attempt_end end;
    enum attempt_phase phase;
    char detail[ATTEMPT_TEXT_MAX]; /* why, from the system or the TLS engine; "" =
                                      nothing */
    char address[96];              /* "[::1]:8443"; "" = never connected */

    bool is_tls;
    char tls_version[16]; /* "TLSv1.3"; "" = not agreed on */
    char cipher[TLS_CIPHER_NAME_MAX];
    char group[32];
    char signature[48];
    char alpn[64];
    bool handshake_done;
    bool resumed;
    bool certificate_requested;
    bool requested_late; /* behind the request: by renegotiation, on TLS 1.2 */
    bool certificate_sent;
    bool certificate_withheld; /* none of the CAs that the server names issued it */
    struct buf ca_names;       /* those: see tls_info_next_ca_name(); empty = none */
    int alert_received;        /* TLS_ALERT_NONE or the number */
    int alert_sent;
    struct attempt_server server;
    struct buf ticket; /* a session to resume; empty = none came. A secret */

    int status;       /* 0 = no answer */
    int substatus;    /* from the page's heading, or ATTEMPT_SUBSTATUS_HIDDEN */
    int inner_status; /* nginx's 494 to 497 behind a 400, from the page; 0 = none */
    bool has_hresult;
    uint32_t hresult;               /* from the page */
    char heading[ATTEMPT_NAME_MAX]; /* "HTTP Error 403.16 - Forbidden"; "" = none */
    char verdict[64];               /* X-Certgate-Verdict; "" = not sent */
    struct buf head;                /* status line and fields, as text with CRLF */
    struct buf body;

    struct attempt_times times;
};

/* Zeroed but for the fields whose "nothing" is another value. */
void attempt_result_init(struct attempt_result *result);
/* The first value of this field in the answer's head; "" = it has none. Cut to fit. */
void attempt_result_find_field(const struct attempt_result *result, const char *name,
                               char value[static ATTEMPT_NAME_MAX]);
void attempt_result_finish(struct attempt_result *result); /* accepts a zeroed one */

const char *attempt_phase_name(enum attempt_phase phase);
/* "late-alert"; for JSON. */
const char *attempt_end_name(enum attempt_end end);
/* The exit code of curl for it; 0 for an answer. */
int attempt_result_curl_exit(const struct attempt_result *result);
/* Whether the server, by word or deed, has ended a connection on which it saw our
 * certificate (or its lack): an alert, a reset, a close without an answer. */
bool attempt_result_is_refusal(const struct attempt_result *result);
/* The session that was resumed is good for another connection: TLS 1.3 gives a new one
 * with each connection, and none is used twice (RFC 8446 C.4); in TLS 1.2 a server need
 * not give another one (RFC 5077 3.3). */
bool attempt_result_keeps_session(const struct attempt_result *result);
/* Makes an error, "SUBJECT: what came; what may help", of an end that all other
 * attempts would have, too. 0 for any other end. */
int attempt_result_check(const struct attempt_result *result, const char *subject,
                         struct err *err) MUST_CHECK;

/* Few characters, for a table: "403.16", "403.?", "400/496", "alert 48", "late alert
 * 116". */
#define ATTEMPT_SHORT_MAX 32
void attempt_result_format_short(const struct attempt_result *result,
                                 char text[static ATTEMPT_SHORT_MAX]);
/* One sentence fragment for people, safe on a terminal: "403.16 0x800B0109",
 * "alert 48 (unknown_ca) in the handshake". */
void attempt_result_format(const struct attempt_result *result, struct buf *out);
