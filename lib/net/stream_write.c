/* SPDX-License-Identifier: MIT
 *
 * A stream's way out: what is pending goes to the kernel, one write at a time, and when
 * all is out, FIN.
 */
#include "net/stream_internal.h"

/* What TLS adds to a record, generously, and the plaintext of its smallest one. */
#define STREAM_RECORD_OVERHEAD ((size_t)128)
#define STREAM_RECORD_SIZE     ((size_t)4096)
/* Memory that is kept between writes. */
#define STREAM_KEPT_SIZE ((size_t)512)

static void on_uv_write(uv_write_t *request, int status);
static void on_uv_shutdown(uv_shutdown_t *request, int status);

static uv_stream_t *uv_stream_of(struct stream *stream)
{
    return (uv_stream_t *)&stream->tcp;
}

/* All is out: FIN, unless the peer's is here, when close() alone is safe. */
static void say_fin(struct stream *stream)
{
    if (stream->tcp_ended) {
        stream_finish(stream);
        return;
    }
    stream_enter(stream, STREAM_STATE_LINGER);
    int rc =
        uv_shutdown(&stream->request.shutdown, uv_stream_of(stream), on_uv_shutdown);
    if (rc != 0) {
        stream_fail(stream, STREAM_END_RESET, rc);
    }
}

/* Its memory, if nothing is in it and there is much. */
static void forget(struct buf *buf)
{
    if (buf->len == 0 && buf->cap > STREAM_KEPT_SIZE) {
        buf_finish(buf);
    }
}

/* Without libuv's queue, whose callback costs a turn of the loop. What the kernel does
 * not take, and any error, is left to uv_write. */
static void write_at_once(struct stream *stream)
{
    uv_buf_t bytes =
        uv_buf_init((char *)stream->pending.data, (unsigned)stream->pending.len);
    int n = uv_try_write(uv_stream_of(stream), &bytes, 1);
    stream->at_once = false;
    if (n > 0) {
        stream->bytes_out += (size_t)n;
        buf_consume(&stream->pending, (size_t)n);
        forget(&stream->pending);
    }
}

void stream_flush(struct stream *stream)
{
    if (stream->state == STREAM_STATE_CLOSING || stream->writing) {
        return;
    }
    if (stream->write_code != 0) {
        buf_clear(&stream->pending);
    }
    if (stream->pending.len > 0 && stream->at_once) {
        write_at_once(stream);
    }
    if (stream->pending.len > 0) {
        struct buf out = stream->pending;
        stream->pending = stream->inflight;
        stream->inflight = out;
        uv_buf_t bytes = uv_buf_init((char *)out.data, (unsigned)out.len);
        int rc = uv_write(&stream->write, uv_stream_of(stream), &bytes, 1, on_uv_write);
        if (rc != 0) {
            stream_fail(stream, STREAM_END_RESET, rc);
            return;
        }
        stream->writing = true;
    } else if (stream->state == STREAM_STATE_FLUSH) {
        say_fin(stream);
        return;
    }
    stream_update_reading(stream);
}

void stream_tell_drained(struct stream *stream)
{
    if (stream->state == STREAM_STATE_OPEN && stream->undrained && !stream->writing &&
        stream->pending.len == 0) {
        stream->undrained = false;
        if (stream->callbacks->on_drained != NULL) {
            stream->callbacks->on_drained(stream->user);
        }
    }
}

static void written(struct stream *stream)
{
    stream->bytes_out += stream->inflight.len;
    buf_clear(&stream->inflight);
    forget(&stream->inflight);
    stream_flush(stream);
    stream_tell_drained(stream);
}

/* A server that has said why it goes (TLS 1.3's alert about a certificate) and is gone
 * before our request came, resets the connection; but what it said is here and is
 * read yet. A server's streams end at once: nobody waits for a client's last words. */
static void write_failed(struct stream *stream, int uv_code)
{
    bool may_read =
        stream->is_client && !stream->tcp_ended && !stream->peer_ended &&
        (stream->state == STREAM_STATE_HANDSHAKE || stream->state == STREAM_STATE_OPEN);
    if (!may_read) {
        stream_fail(stream, STREAM_END_RESET, uv_code);
        return;
    }
    stream->write_code = uv_code;
    buf_clear(&stream->inflight);
    stream_flush(stream);
}

static void on_uv_write(uv_write_t *request, int status)
{
    struct stream *stream = request->handle->data;
    stream->writing = false;
    if (status != 0) {
        write_failed(stream, status);
    } else if (stream->state != STREAM_STATE_CLOSING) {
        written(stream);
    }
}

static void on_uv_shutdown(uv_shutdown_t *request, int status)
{
    struct stream *stream = request->handle->data;
    if (status != 0) {
        stream_fail(stream, STREAM_END_RESET, status);
    }
}

static bool put(struct stream *stream, struct slice plain, bool is_last)
{
    size_t overhead = (plain.len / STREAM_RECORD_SIZE + 1) * STREAM_RECORD_OVERHEAD;

    if (stream->state != STREAM_STATE_OPEN || plain.len > STREAM_BACKLOG_MAX ||
        stream_backlog(stream) + plain.len + overhead > STREAM_BACKLOG_MAX) {
        return false;
    }
    if (plain.len == 0 && !is_last) {
        return true;
    }
    if (stream->session == NULL) {
        if (!buf_append_slice(&stream->pending, plain)) {
            stream_fail(stream, STREAM_END_MEMORY, 0);
            return false;
        }
    } else if (!stream_tls_encrypt(stream, plain) ||
               (is_last && !stream_tls_close(stream))) {
        return false;
    }
    stream->undrained = true;
    stream_flush(stream);
    return stream->state == STREAM_STATE_OPEN;
}

bool stream_write(struct stream *stream, struct slice plain)
{
    return put(stream, plain, false);
}

bool stream_write_last(struct stream *stream, struct slice plain)
{
    return put(stream, plain, true);
}
