/* SPDX-License-Identifier: MIT
 *
 * The stream's side of the TLS engine: its output goes to `pending` after every
 * call, after a failed one too, since the alert is in it.
 */
#include "net/stream_internal.h"

#include "tls/tls_session.h"

#include <assert.h>
#include <string.h>

#define NS_PER_US 1000

/* ---- the steps of the handshake */

uint32_t stream_age_us(const struct stream *stream)
{
    return (uint32_t)((uv_hrtime() - stream->begun_ns) / NS_PER_US);
}

static bool is_in_handshake(const struct stream *stream)
{
    return stream->state == STREAM_STATE_HANDSHAKE || stream->asking;
}

void stream_tls_note_arrival(struct stream *stream, size_t n)
{
    if (!is_in_handshake(stream)) {
        return;
    }
    if (stream->n_steps < STREAM_STEPS_MAX) {
        const char *state = tls_session_get_state(stream->session);
        stream->steps[stream->n_steps++] =
            (struct stream_step){ .at_us = stream_age_us(stream) - stream->asked_us,
                                  .from = state,
                                  .to = state };
    }
    stream->steps[stream->n_steps - 1].bytes_in += (uint32_t)n;
}

static void note_work(struct stream *stream, size_t n_out)
{
    if (!is_in_handshake(stream) || stream->n_steps == 0) {
        return;
    }
    struct stream_step *step = &stream->steps[stream->n_steps - 1];
    step->worked_us = stream_age_us(stream) - stream->asked_us - step->at_us;
    step->bytes_out += (uint32_t)n_out;
    step->to = tls_session_get_state(stream->session);
}

/* Moves its ciphertext to `pending`. */
static bool collect(struct stream *stream)
{
    struct slice out = tls_session_get_output(stream->session);
    while (out.len > 0) {
        if (!buf_append_slice(&stream->pending, out)) {
            stream_fail(stream, STREAM_END_MEMORY, 0);
            return false;
        }
        tls_session_drain(stream->session, out.len);
        out = tls_session_get_output(stream->session);
    }
    return true;
}

static void tls_ready(struct stream *stream)
{
    /* The last flight goes out before an owner that closes at once adds to it. */
    stream_flush(stream);
    if (stream->state == STREAM_STATE_HANDSHAKE) {
        stream_enter(stream, STREAM_STATE_OPEN);
        stream->callbacks->on_ready(stream->user);
    } else if (stream->state == STREAM_STATE_OPEN && stream->asking) {
        stream->asking = false;
        stream->callbacks->on_asked(stream->user);
    }
}

/* The owner may write while it looks at the plaintext, and that would overwrite
 * it inside the session. */
static void tls_data(struct stream *stream)
{
    uint8_t copy[TLS_SESSION_PLAINTEXT_MAX];
    struct slice plain = tls_session_get_plaintext(stream->session);

    assert(plain.len <= sizeof(copy));
    memcpy(copy, plain.data, plain.len);
    stream->callbacks->on_data(stream->user, (struct slice){ copy, plain.len });
}

static void tls_failed(struct stream *stream)
{
    stream_set_end(stream,
                   stream->tcp_ended ? STREAM_END_TRUNCATED : STREAM_END_HANDSHAKE, 0);
    stream_enter(stream, STREAM_STATE_FLUSH);
    stream_flush(stream);      /* the alert */
    if (!stream->peer_ended) { /* also if that closed it: the peer's FIN was here */
        stream->peer_ended = true;
        stream_tell_end(stream, stream->end);
    }
}

static void tls_closed(struct stream *stream)
{
    stream->peer_ended = true;
    stream_set_end(stream, STREAM_END_PEER_CLOSED, 0);
    stream_tell_end(stream, STREAM_END_PEER_CLOSED);
}

void stream_tls_pump(struct stream *stream)
{
    while (stream->state < STREAM_STATE_FLUSH && !stream->peer_ended) {
        enum tls_progress progress = tls_session_step(stream->session);
        note_work(stream, tls_session_get_output(stream->session).len);
        if (!collect(stream)) {
            return;
        }
        switch (progress) {
        case TLS_PROGRESS_WANT_INPUT:
            stream_flush(stream);
            return;
        case TLS_PROGRESS_WANT_DRAIN:
            break;
        case TLS_PROGRESS_READY:
            tls_ready(stream);
            break;
        case TLS_PROGRESS_DATA:
            tls_data(stream);
            break;
        case TLS_PROGRESS_CLOSED:
            tls_closed(stream);
            break;
        case TLS_PROGRESS_FAILED:
            tls_failed(stream);
            break;
        }
    }
    stream_flush(stream);
}

bool stream_ask_certificate(struct stream *stream)
{
    if (stream->state != STREAM_STATE_OPEN || stream->session == NULL ||
        stream->peer_ended || !tls_session_ask_late(stream->session)) {
        return false;
    }
    stream->asking = true;
    stream->n_steps = 0;
    stream->asked_us = stream_age_us(stream);
    stream_tls_note_arrival(stream, 0);
    note_work(stream, tls_session_get_output(stream->session).len);
    if (collect(stream)) {
        stream_flush(stream);
    }
    return true;
}

bool stream_tls_encrypt(struct stream *stream, struct slice plain)
{
    bool stuck = false;
    while (plain.len > 0) {
        size_t taken = tls_session_write(stream->session, plain);
        plain = slice_part(plain, taken, plain.len);
        if (!collect(stream)) {
            return false;
        }
        /* The output was just drained: to take nothing twice is a failed session. */
        if (taken == 0 && stuck) {
            stream_fail(stream, STREAM_END_HANDSHAKE, 0);
            return false;
        }
        stuck = taken == 0;
    }
    return true;
}

bool stream_tls_close(struct stream *stream)
{
    tls_session_close(stream->session);
    return collect(stream);
}
