/* SPDX-License-Identifier: MIT
 *
 * One connection: TCP and, with a tls_session, TLS over it. The thin shell
 * between libuv and the state machine of its owner (the server's connection, the
 * client's attempt), which embeds it by value.
 *
 * The contract, for plain and TLS alike:
 *
 *   on_first_bytes  at most once, before all others; only if set, only accepted
 *                   streams with a session: false = not TLS, continue in plain text
 *   on_connected    at most once, only on stream_connect: TCP is up, TLS begins
 *   on_ready        at most once: connected and, with TLS, the handshake is done.
 *                   An accepted plain stream is ready when its first byte comes
 *   on_asked        only after stream_ask_certificate: its handshake is done
 *   on_data         only after on_ready; never an empty slice
 *   on_drained      after stream_write: all of it is with the kernel now
 *   on_end          at most once: nothing more comes in. STREAM_END_PEER_CLOSED and
 *                   _TRUNCATED: writing still works, the owner has to close (if
 *                   on_end is NULL, the stream does). STREAM_END_HANDSHAKE: the
 *                   stream is sending its alert and closing by itself
 *   on_closed       exactly once, last, always; the memory may go in it
 *
 * What is written in on_data goes to the kernel at once if that takes it, and
 * on_drained follows when on_data has returned; once for each read, so that a peer who
 * sends many requests ahead has to wait for its turn.
 *
 * No callback runs inside a call that the owner makes. Closing is legal in every
 * callback; after it only on_closed is called. The stream has no timer: the owner
 * keeps the deadline and ends a stream that is too slow, in any state, with
 * stream_abort. The process has to ignore SIGPIPE, as
 * signals_open makes it.
 */
#pragma once

#include "base/buf.h"
#include "net/address.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct tls_session;

/* Bytes waiting for the peer: above HIGH we stop reading from it until all are
 * sent; above MAX stream_write refuses. */
#define STREAM_BACKLOG_HIGH ((size_t)256 * 1024)
/* Bytes that the kernel takes beyond those that the peer has room for. */
#define STREAM_UNSENT_MAX  (64 * 1024)
#define STREAM_BACKLOG_MAX ((size_t)16 * 1024 * 1024)
/* What one read takes: a TLS record of the largest size and its overhead. */
#define STREAM_READ_SIZE ((size_t)17 * 1024)

enum stream_end {
    STREAM_END_NONE,
    STREAM_END_CLOSED,      /* the owner closed, in order */
    STREAM_END_ABORTED,     /* the owner aborted */
    STREAM_END_PEER_CLOSED, /* the peer's close_notify or, without TLS, its FIN */
    STREAM_END_TRUNCATED,   /* FIN without close_notify, or in the handshake */
    STREAM_END_RESET,       /* reading or writing failed: stream_end_text */
    STREAM_END_CONNECT,     /* no connection came about: stream_end_text */
    STREAM_END_HANDSHAKE,   /* TLS failed, in the handshake or after: ask the session */
    STREAM_END_MEMORY,
    STREAM_END_COUNT,
};

/* A handshake's trace: each arrival of bytes and the time spent processing them. */
#define STREAM_STEPS_MAX ((size_t)12)
struct stream_step {
    uint32_t at_us;     /* when the bytes came, since accept, connect or the question */
    uint32_t worked_us; /* until nothing more could be done without further bytes */
    uint32_t bytes_in;
    uint32_t bytes_out; /* what we had to say then */
    const char *from;   /* tls_session_get_state() before and after */
    const char *to;
};

struct stream_callbacks {
    bool (*on_first_bytes)(void *user, struct slice bytes); /* may be NULL */
    void (*on_connected)(void *user);                       /* may be NULL */
    void (*on_ready)(void *user);
    void (*on_asked)(void *user); /* may be NULL */
    void (*on_data)(void *user, struct slice plain);
    void (*on_drained)(void *user);                     /* may be NULL */
    void (*on_end)(void *user, enum stream_end reason); /* may be NULL */
    void (*on_closed)(void *user, enum stream_end reason);
};

/* In their order: a stream goes on, never back. */
enum stream_state {
    STREAM_STATE_CONNECT,
    STREAM_STATE_FIRST, /* accepted, no byte yet */
    STREAM_STATE_HANDSHAKE,
    STREAM_STATE_OPEN,
    STREAM_STATE_FLUSH,   /* the last bytes are going out */
    STREAM_STATE_LINGER,  /* our FIN is out, waiting for theirs */
    STREAM_STATE_CLOSING, /* uv_close was called */
};

struct stream {
    const struct stream_callbacks *callbacks;
    void *user;
    struct tls_session *session; /* borrowed; NULL = plain */
    enum stream_state state;
    enum stream_end end; /* the first reason; later ones are its echo */
    int uv_code;
    bool peer_ended; /* close_notify or FIN: on_end is done */
    bool tcp_ended;  /* FIN */
    bool paused;     /* by the owner */
    bool throttled;  /* by the backlog */
    bool reading;    /* uv_read_start is in force */
    bool writing;    /* `inflight` is with libuv */
    bool at_once;    /* the next write may go to the kernel without libuv's queue */
    bool undrained;  /* the owner wrote since the last on_drained */
    bool is_client;  /* by stream_connect */
    bool asking;     /* between stream_ask_certificate and on_asked */
    int write_code;  /* why nothing can be written any more; 0 = it can */
    struct buf pending;
    struct buf inflight;
    uint64_t bytes_in;
    uint64_t bytes_out;
    struct address local;
    struct address peer;
    uint64_t begun_ns; /* uv_hrtime() */
    uint32_t asked_us; /* after that: what the steps count from; 0 = the first ones */
    struct stream_step steps[STREAM_STEPS_MAX]; /* further ones are added to the last */
    size_t n_steps;
    uv_tcp_t tcp;
    uv_write_t write;
    union {
        uv_connect_t connect;
        uv_shutdown_t shutdown;
    } request;
};

/* Both always end with on_closed: what fails at once fails through it, later.
 * `session` (borrowed until on_closed) and `callbacks` outlive the stream.
 * stream_accept consumes `fd`, a connected socket that does not delay small writes. */
void stream_accept(struct stream *stream, uv_loop_t *loop, int fd,
                   struct tls_session *session,
                   const struct stream_callbacks *callbacks, void *user);
void stream_connect(struct stream *stream, uv_loop_t *loop,
                    const struct sockaddr *address, struct tls_session *session,
                    const struct stream_callbacks *callbacks, void *user);

/* Copies the bytes. False, and nothing is sent, before on_ready, after closing
 * began, above STREAM_BACKLOG_MAX or without memory. */
bool stream_write(struct stream *stream, struct slice plain);
/* The same, and close_notify goes out with it: nothing may be written behind it. The
 * stream stays open until stream_close. */
bool stream_write_last(struct stream *stream, struct slice plain);

/* Stops and starts on_data, or the reading of a handshake. What was read already still
 * comes: at most STREAM_READ_SIZE bytes after a pause. */
void stream_pause(struct stream *stream);
void stream_resume(struct stream *stream);
/* Resumes a handshake that waits for the owner's gate (TLS_GATE_LATER). Unlike
 * elsewhere, callbacks run inside the call. */
void stream_continue(struct stream *stream);

/* Asks for a certificate behind the first handshake (tls_session_ask_late): the steps
 * begin anew, nothing can be written until on_asked. False: it cannot be done. */
bool stream_ask_certificate(struct stream *stream);

/* Sends pending data, then close_notify and FIN, and waits for the peer's, so that
 * no reset discards data that the peer has not read yet. Idempotent. */
void stream_close(struct stream *stream);
/* Closes at once, dropping what is pending. Idempotent. */
void stream_abort(struct stream *stream);

/* Microseconds since accept or connect. */
uint32_t stream_age_us(const struct stream *stream);
/* Bytes accepted by stream_write, in wire form, that the kernel has not taken. */
size_t stream_backlog(const struct stream *stream);
/* One sentence fragment for `end`, with libuv's text where it has one. */
const char *stream_end_text(const struct stream *stream);
