/* SPDX-License-Identifier: MIT
 *
 * Between stream.c and stream_write.c, the shell around libuv, and stream_tls.c, the
 * shell around the TLS engine.
 */
#pragma once

#include "net/stream.h"

/* The only writer of the state; asserts that it only advances. */
void stream_enter(struct stream *stream, enum stream_state state);
/* Records why the stream ends; only the first reason is kept. */
void stream_set_end(struct stream *stream, enum stream_end end, int uv_code);
void stream_fail(struct stream *stream, enum stream_end end, int uv_code);
/* Tells the owner, once, that nothing more comes in. */
void stream_tell_end(struct stream *stream, enum stream_end reason);
/* The end: closes TCP. Idempotent. */
void stream_finish(struct stream *stream);
/* Reads, or not, as the state and the backlog say. */
void stream_update_reading(struct stream *stream);

/* stream_write.c */
/* Hands `pending` to libuv unless a write is under way; goes on with closing. */
void stream_flush(struct stream *stream);
/* Tells the owner that the kernel has taken everything, if it waits for that. */
void stream_tell_drained(struct stream *stream);

/* stream_tls.c */
/* Notes that `n` bytes came in the handshake, and what the session made of them. */
void stream_tls_note_arrival(struct stream *stream, size_t n);
/* Steps until the session wants input or it is over. */
void stream_tls_pump(struct stream *stream);
/* False: the stream failed. */
bool stream_tls_encrypt(struct stream *stream, struct slice plain);
/* Puts close_notify into `pending`. False: the stream failed. */
bool stream_tls_close(struct stream *stream);
