/* SPDX-License-Identifier: MIT
 *
 * From the bottom up: ending, writing out, reading in, libuv's events, the
 * owner's calls. Only stream_enter writes the state; only on_uv_close
 * ends it all. libuv defers its close callback and cancels pending requests before it,
 * so the stream lives in every function here, whatever the owner did in a
 * callback: each looks at the state again and goes home.
 */
#include "net/stream.h"

#include "net/stream_internal.h"
#include "tls/tls_session.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What TLS adds to a record, generously, and the plaintext of its smallest one. */
#define STREAM_RECORD_OVERHEAD ((size_t)128)
#define STREAM_RECORD_SIZE     ((size_t)4096)
/* Memory that `inflight` keeps between writes. */
#define STREAM_KEPT_SIZE ((size_t)64 * 1024)

static void on_uv_close(uv_handle_t *handle);
static void on_uv_write(uv_write_t *request, int status);
static void on_uv_shutdown(uv_shutdown_t *request, int status);
static void on_uv_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buf);
static void on_uv_read(uv_stream_t *tcp, ssize_t n, const uv_buf_t *buf);

static uv_stream_t *uv_stream_of(struct stream *stream)
{
    return (uv_stream_t *)&stream->tcp;
}

void stream_enter(struct stream *stream, enum stream_state state)
{
    assert(state > stream->state);
    stream->state = state;
}

/* ---- ending */

void stream_set_end(struct stream *stream, enum stream_end end, int uv_code)
{
    if (stream->end == STREAM_END_NONE) {
        stream->end = end;
        stream->uv_code = uv_code;
    }
}

static void finish(struct stream *stream)
{
    if (stream->state != STREAM_STATE_CLOSING) {
        stream_enter(stream, STREAM_STATE_CLOSING);
        uv_close((uv_handle_t *)&stream->tcp, on_uv_close);
    }
}

void stream_fail(struct stream *stream, enum stream_end end, int uv_code)
{
    stream_set_end(stream, end, uv_code);
    finish(stream);
}

/* Tells the owner, once, that nothing more comes in. */
void stream_tell_end(struct stream *stream, enum stream_end reason)
{
    if (stream->callbacks->on_end != NULL) {
        stream->callbacks->on_end(stream->user, reason);
    } else {
        stream_close(stream);
    }
}

/* ---- reading: when */

static void update_reading(struct stream *stream)
{
    size_t backlog = stream_backlog(stream);
    stream->throttled =
        backlog > STREAM_BACKLOG_HIGH || (stream->throttled && backlog > 0);
    /* From FLUSH on everything is dropped: always read, so as to see the FIN and to
     * leave nothing unread, which would turn our close into a reset. */
    bool held = stream->throttled ||
                (stream->paused && (stream->state == STREAM_STATE_OPEN ||
                                    stream->state == STREAM_STATE_HANDSHAKE));
    bool wanted = !stream->tcp_ended && stream->state > STREAM_STATE_CONNECT &&
                  stream->state < STREAM_STATE_CLOSING &&
                  (!held || stream->state >= STREAM_STATE_FLUSH);

    if (wanted && !stream->reading) {
        int rc = uv_read_start(uv_stream_of(stream), on_uv_alloc, on_uv_read);
        if (rc != 0) {
            stream_fail(stream, STREAM_END_RESET, rc);
            return;
        }
        stream->reading = true;
    } else if (!wanted && stream->reading) {
        (void)uv_read_stop(uv_stream_of(stream));
        stream->reading = false;
    }
}

/* ---- writing out */

/* All is out: FIN, unless the peer's is here, when close() alone is safe. */
static void say_fin(struct stream *stream)
{
    if (stream->tcp_ended) {
        finish(stream);
        return;
    }
    stream_enter(stream, STREAM_STATE_LINGER);
    int rc =
        uv_shutdown(&stream->request.shutdown, uv_stream_of(stream), on_uv_shutdown);
    if (rc != 0) {
        stream_fail(stream, STREAM_END_RESET, rc);
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
    update_reading(stream);
}

static void written(struct stream *stream)
{
    stream->bytes_out += stream->inflight.len;
    if (stream->inflight.cap > STREAM_KEPT_SIZE) {
        buf_finish(&stream->inflight);
    } else {
        buf_clear(&stream->inflight);
    }
    stream_flush(stream);
    if (stream->state == STREAM_STATE_OPEN && stream->undrained && !stream->writing) {
        stream->undrained = false;
        if (stream->callbacks->on_drained != NULL) {
            stream->callbacks->on_drained(stream->user);
        }
    }
}

/* ---- reading in */

/* Leaves FIRST: is it TLS after all? */
static void begin(struct stream *stream, struct slice bytes)
{
    const struct stream_callbacks *callbacks = stream->callbacks;

    if (stream->session != NULL && callbacks->on_first_bytes != NULL &&
        !callbacks->on_first_bytes(stream->user, bytes)) {
        stream->session = NULL;
    }
    if (stream->state != STREAM_STATE_FIRST) {
        return; /* closed in the callback */
    }
    if (stream->session != NULL) {
        stream_enter(stream, STREAM_STATE_HANDSHAKE);
    } else {
        stream_enter(stream, STREAM_STATE_OPEN);
        callbacks->on_ready(stream->user);
    }
}

static void received(struct stream *stream, struct slice bytes)
{
    stream->bytes_in += bytes.len;
    if (stream->state == STREAM_STATE_FIRST) {
        begin(stream, bytes);
    }
    if (stream->state >= STREAM_STATE_FLUSH || stream->peer_ended) {
        return;
    }
    if (stream->session == NULL) {
        stream->callbacks->on_data(stream->user, bytes);
        return;
    }
    stream_tls_note_arrival(stream, bytes.len);
    while (bytes.len > 0 && stream->state < STREAM_STATE_FLUSH && !stream->peer_ended) {
        size_t taken = tls_session_feed(stream->session, bytes);
        bytes = slice_part(bytes, taken, bytes.len);
        stream_tls_pump(stream);
        /* It said WANT_INPUT and takes none: that would go round for ever. */
        assert(taken > 0 || stream->state >= STREAM_STATE_FLUSH || stream->peer_ended);
    }
}

static void tcp_ended(struct stream *stream)
{
    stream->tcp_ended = true;
    update_reading(stream);
    if (stream->write_code != 0) {
        stream_fail(stream, STREAM_END_RESET, stream->write_code);
    } else if (stream->state == STREAM_STATE_FIRST) {
        stream_fail(stream, STREAM_END_PEER_CLOSED, 0);
    } else if (stream->state == STREAM_STATE_HANDSHAKE) {
        tls_session_feed_eof(stream->session);
        stream_tls_note_arrival(stream, 0);
        stream_tls_pump(stream);
    } else if (stream->state == STREAM_STATE_LINGER) {
        finish(stream);
    } else if (stream->state == STREAM_STATE_OPEN && !stream->peer_ended) {
        stream->peer_ended = true;
        stream_set_end(
            stream,
            stream->session == NULL ? STREAM_END_PEER_CLOSED : STREAM_END_TRUNCATED, 0);
        stream_tell_end(stream, stream->end);
    }
}

static void connected(struct stream *stream)
{
    struct sockaddr_storage address = { 0 };
    int len = sizeof(address);

    (void)uv_tcp_nodelay(&stream->tcp, 1);
    if (uv_tcp_getsockname(&stream->tcp, (struct sockaddr *)&address, &len) == 0) {
        stream->local = address_from_sockaddr((const struct sockaddr *)&address);
    }
    len = sizeof(address);
    if (uv_tcp_getpeername(&stream->tcp, (struct sockaddr *)&address, &len) == 0) {
        stream->peer = address_from_sockaddr((const struct sockaddr *)&address);
    }
}

/* The client's side: libuv says that we are connected. */
static void begin_client(struct stream *stream)
{
    connected(stream);
    if (stream->callbacks->on_connected != NULL) {
        stream->callbacks->on_connected(stream->user);
    }
    if (stream->state != STREAM_STATE_CONNECT) {
        return; /* closed in the callback */
    }
    if (stream->session != NULL) {
        stream_enter(stream, STREAM_STATE_HANDSHAKE);
        stream_tls_pump(stream);
    } else {
        stream_enter(stream, STREAM_STATE_OPEN);
        stream->callbacks->on_ready(stream->user);
    }
    update_reading(stream);
}

/* ---- libuv's events */

static void on_uv_close(uv_handle_t *handle)
{
    struct stream *stream = handle->data;
    buf_finish(&stream->pending);
    buf_finish(&stream->inflight);
    stream->callbacks->on_closed(stream->user, stream->end);
}

static void on_uv_connect(uv_connect_t *request, int status)
{
    struct stream *stream = request->handle->data;
    if (stream->state == STREAM_STATE_CLOSING) {
        return;
    }
    if (status != 0) {
        stream_fail(stream, STREAM_END_CONNECT, status);
    } else {
        begin_client(stream);
    }
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

static void on_uv_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buf)
{
    struct stream *stream = handle->data;
    (void)size;
    *buf = uv_buf_init((char *)stream->read_buffer, sizeof(stream->read_buffer));
}

static void on_uv_read(uv_stream_t *tcp, ssize_t n, const uv_buf_t *buf)
{
    struct stream *stream = tcp->data;
    if (n > 0) {
        received(stream, (struct slice){ (const uint8_t *)buf->base, (size_t)n });
    } else if (n == UV_EOF) {
        tcp_ended(stream);
    } else if (n < 0) {
        stream_fail(stream, STREAM_END_RESET, (int)n);
    }
}

/* ---- the owner's calls */

static void init(struct stream *stream, uv_loop_t *loop, struct tls_session *session,
                 const struct stream_callbacks *callbacks, void *user)
{
    memset(stream, 0, offsetof(struct stream, read_buffer));
    stream->callbacks = callbacks;
    stream->user = user;
    stream->session = session;
    stream->begun_ns = uv_hrtime();
    /* TLS output is always taken; stream_write keeps the owner under the limit. */
    stream->pending.limit = 2 * STREAM_BACKLOG_MAX;
    stream->inflight.limit = 2 * STREAM_BACKLOG_MAX;
    int rc = uv_tcp_init(loop, &stream->tcp);
    assert(rc == 0); /* it makes no socket yet, so there is nothing to fail */
    stream->tcp.data = stream;
}

void stream_accept(struct stream *stream, uv_loop_t *loop, int fd,
                   struct tls_session *session,
                   const struct stream_callbacks *callbacks, void *user)
{
    init(stream, loop, session, callbacks, user);
    int rc = uv_tcp_open(&stream->tcp, fd);
    if (rc != 0) {
        (void)close(fd);
        stream_fail(stream, STREAM_END_RESET, rc);
        return;
    }
    connected(stream);
    stream_enter(stream, STREAM_STATE_FIRST);
    update_reading(stream);
}

void stream_connect(struct stream *stream, uv_loop_t *loop,
                    const struct sockaddr *address, struct tls_session *session,
                    const struct stream_callbacks *callbacks, void *user)
{
    init(stream, loop, session, callbacks, user);
    stream->is_client = true;
    stream->peer = address_from_sockaddr(address);
    int rc =
        uv_tcp_connect(&stream->request.connect, &stream->tcp, address, on_uv_connect);
    if (rc != 0) {
        stream_fail(stream, STREAM_END_CONNECT, rc);
    }
}

bool stream_write(struct stream *stream, struct slice plain)
{
    size_t overhead = (plain.len / STREAM_RECORD_SIZE + 1) * STREAM_RECORD_OVERHEAD;

    if (stream->state != STREAM_STATE_OPEN || plain.len > STREAM_BACKLOG_MAX ||
        stream_backlog(stream) + plain.len + overhead > STREAM_BACKLOG_MAX) {
        return false;
    }
    if (plain.len == 0) {
        return true;
    }
    if (stream->session == NULL) {
        if (!buf_append_slice(&stream->pending, plain)) {
            stream_fail(stream, STREAM_END_MEMORY, 0);
            return false;
        }
    } else if (!stream_tls_encrypt(stream, plain)) {
        return false;
    }
    stream->undrained = true;
    stream_flush(stream);
    return stream->state == STREAM_STATE_OPEN;
}

void stream_pause(struct stream *stream)
{
    stream->paused = true;
    update_reading(stream);
}

void stream_resume(struct stream *stream)
{
    stream->paused = false;
    update_reading(stream);
}

void stream_continue(struct stream *stream)
{
    stream_resume(stream);
    if (stream->state == STREAM_STATE_HANDSHAKE) {
        stream_tls_pump(stream);
    }
}

void stream_close(struct stream *stream)
{
    if (stream->state >= STREAM_STATE_FLUSH) {
        return;
    }
    stream_set_end(stream, STREAM_END_CLOSED, 0);
    if (stream->state == STREAM_STATE_CONNECT) {
        finish(stream);
        return;
    }
    if (stream->session != NULL && stream->state != STREAM_STATE_FIRST &&
        !stream_tls_close(stream)) {
        return;
    }
    stream_enter(stream, STREAM_STATE_FLUSH);
    stream_flush(stream);
    update_reading(stream);
}

void stream_abort(struct stream *stream)
{
    stream_fail(stream, STREAM_END_ABORTED, 0);
}

size_t stream_backlog(const struct stream *stream)
{
    return stream->pending.len + (stream->writing ? stream->inflight.len : 0);
}

const char *stream_end_text(const struct stream *stream)
{
    static const char *const texts[STREAM_END_COUNT] = {
        [STREAM_END_NONE] = "it is open",
        [STREAM_END_CLOSED] = "closed in order",
        [STREAM_END_ABORTED] = "given up",
        [STREAM_END_PEER_CLOSED] = "closed by the peer",
        [STREAM_END_TRUNCATED] = "cut off by the peer without a TLS close_notify",
        [STREAM_END_RESET] = "the connection broke",
        [STREAM_END_CONNECT] = "no connection",
        [STREAM_END_HANDSHAKE] = "TLS failed",
        [STREAM_END_MEMORY] = "out of memory",
    };
    return stream->uv_code != 0 ? uv_strerror(stream->uv_code) : texts[stream->end];
}
