/* SPDX-License-Identifier: MIT
 *
 * One TLS connection as a machine in memory: ciphertext in with feed(), progress
 * with step(), ciphertext out with drain(). The caller owns the loop:
 *
 *     tls_session_feed(session, bytes)          as many as it takes
 *     do progress = tls_session_step(session)   until it wants input or an end
 *     send tls_session_get_output(), tls_session_drain(sent)
 *
 * Always send the output after a step, after a failed one too: the alert is in it.
 * A peer's error is reported as a progress and a tls_failure, never as a struct err.
 * Not thread-safe.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "tls/tls_config.h"
#include "tls/tls_failure.h"
#include "tls/tls_info.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ciphertext that is buffered inside: feed() takes no more than this, and step() and
 * write() produce no more while this much remains to be drained. */
#define TLS_SESSION_INPUT_MAX   ((size_t)64 * 1024)
#define TLS_SESSION_BACKLOG_MAX ((size_t)64 * 1024)
/* What a peer may send before the handshake is complete. */
#define TLS_SESSION_HANDSHAKE_MAX ((size_t)160 * 1024)
/* Plaintext of one step. */
#define TLS_SESSION_PLAINTEXT_MAX ((size_t)4096)

struct tls_session;

enum tls_progress {
    TLS_PROGRESS_WANT_INPUT, /* call feed */
    TLS_PROGRESS_WANT_DRAIN, /* drain first: the output is full */
    TLS_PROGRESS_READY, /* the handshake is complete: once, and after a late question */
    TLS_PROGRESS_DATA,  /* tls_session_get_plaintext() has something */
    TLS_PROGRESS_CLOSED, /* the peer's close_notify arrived; writing may continue */
    TLS_PROGRESS_FAILED, /* ended: see tls_session_get_failure() */
};
/* "want-input", ...; for debugging. */
const char *tls_progress_name(enum tls_progress progress);

/* The config is borrowed for the session's life. */
int tls_session_create_server(struct tls_server_config *config,
                              struct tls_session **ret_session, struct err *err)
    MUST_CHECK;
/* `resume` = what tls_session_save() gave, or empty. */
int tls_session_create_client(struct tls_client_config *config, struct slice saved,
                              struct tls_session **ret_session, struct err *err)
    MUST_CHECK;
void tls_session_destroy(struct tls_session *session);

/* Servers: called when the client has sent all of its handshake and proved that it
 * holds the key of its certificate, if any; tls_session_get_info() has both then. Any
 * answer but TLS_GATE_PASS ends the handshake. On TLS 1.2 the client is still waiting
 * at that point, unless it resumes a session. On TLS 1.3 it regards the handshake as
 * complete: the alert reaches it with its first read (RFC 8446 4.4.4). */
#define TLS_GATE_PASS   (-1)
#define TLS_GATE_SILENT (-2) /* no alert; any number from 0 is one */
/* No decision yet: the step returns WANT_INPUT, and the next step asks again. Every
 * other answer is final. */
#define TLS_GATE_LATER (-3)
typedef int (*tls_gate_fn)(void *user);
void tls_session_set_gate(struct tls_session *session, tls_gate_fn gate, void *user);

/* Servers: a certificate can be requested now, after the first handshake: the
 * connection is open, its version is TLS 1.2, and its client supports secure
 * renegotiation (RFC 5746). */
bool tls_session_can_ask_late(const struct tls_session *session);
/* Sends HelloRequest. The previous certificate is forgotten. The following steps
 * perform the new handshake, and nothing can be written until READY is returned again.
 * Anything else that the client sends, refusals and data included, leads to FAILED.
 * Data of a record that was already being read is still returned as DATA. False: a
 * certificate cannot be requested. */
bool tls_session_ask_late(struct tls_session *session);

/* Takes ciphertext and returns how many bytes it took: fewer than given when the input
 * is full (step, then feed the rest). After the end everything is taken and dropped. */
size_t tls_session_feed(struct tls_session *session, struct slice ciphertext);
/* The transport has ended: no more feeding. */
void tls_session_feed_eof(struct tls_session *session);

enum tls_progress tls_session_step(struct tls_session *session);
/* The plaintext of the last step that returned DATA; valid until the next call. */
struct slice tls_session_get_plaintext(const struct tls_session *session);
/* Encrypts and returns how many bytes it took; fewer than given (possibly 0) when the
 * output must be drained first. Only between READY and the end. */
size_t tls_session_write(struct tls_session *session, struct slice plaintext);
/* Sends close_notify, once; later calls do nothing. */
void tls_session_close(struct tls_session *session);

/* What is to be sent; valid until the next call. */
struct slice tls_session_get_output(const struct tls_session *session);
/* The first n bytes of it were sent. */
void tls_session_drain(struct tls_session *session, size_t n);

const struct tls_info *tls_session_get_info(struct tls_session *session);
const struct tls_failure *tls_session_get_failure(const struct tls_session *session);
/* The next message of the handshake, whoever sends it: "client-hello"; "open" after its
 * end. Static text. */
const char *tls_session_get_state(const struct tls_session *session);
/* READY was returned and the session has not ended. */
bool tls_session_is_ready(const struct tls_session *session);

/* Clients that ask for tickets: a session that can be resumed later is available, from
 * a ticket (in TLS 1.3 after READY) or, in TLS 1.2, a session ID; appends it. It is a
 * secret. */
bool tls_session_can_be_resumed(const struct tls_session *session);
int tls_session_save(struct tls_session *session, struct buf *out, struct err *err)
    MUST_CHECK;
