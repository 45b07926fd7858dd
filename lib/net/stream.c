/* SPDX-License-Identifier: MIT
 *
 * From the bottom up: ending, reading in, libuv's events, the owner's calls (writing
 * out is stream_write.c). Only stream_enter writes the state; only on_uv_close ends it
 * all. libuv defers its close callback and cancels pending requests before it, so the
 * stream lives in every function here, whatever the owner did in a callback: each looks
 * at the state again and goes home.
 */
#include "net/stream.h"

#include "net/stream_internal.h"
#include "tls/tls_session.h"

#include <assert.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void on_uv_close(uv_handle_t *handle);
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

void stream_finish(struct stream *stream)
{
    if (stream->state != STREAM_STATE_CLOSING) {
        stream_enter(stream, STREAM_STATE_CLOSING);
        uv_close((uv_handle_t *)&stream->tcp, on_uv_close);
    }
}

void stream_fail(struct stream *stream, enum stream_end end, int uv_code)
{
    stream_set_end(stream, end, uv_code);
    stream_finish(stream);
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

void stream_update_reading(struct stream *stream)
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
        /* It wants input and takes none: there is no memory for it. */
        if (taken == 0 && stream->state < STREAM_STATE_FLUSH && !stream->peer_ended) {
            stream_fail(stream, STREAM_END_MEMORY, 0);
        }
    }
}

static void tcp_ended(struct stream *stream)
{
    stream->tcp_ended = true;
    stream_update_reading(stream);
    if (stream->write_code != 0) {
        stream_fail(stream, STREAM_END_RESET, stream->write_code);
    } else if (stream->state == STREAM_STATE_FIRST) {
        stream_fail(stream, STREAM_END_PEER_CLOSED, 0);
    } else if (stream->state == STREAM_STATE_HANDSHAKE ||
               (stream->state == STREAM_STATE_OPEN && stream->asking &&
                !stream->peer_ended)) {
        tls_session_feed_eof(stream->session);
        stream_tls_note_arrival(stream, 0);
        stream_tls_pump(stream);
    } else if (stream->state == STREAM_STATE_LINGER) {
        stream_finish(stream);
    } else if (stream->state == STREAM_STATE_OPEN && !stream->peer_ended) {
        stream->peer_ended = true;
        stream_set_end(
            stream,
            stream->session == NULL ? STREAM_END_PEER_CLOSED : STREAM_END_TRUNCATED, 0);
        stream_tell_end(stream, stream->end);
    }
}

/* What a peer does not read stays with us, where it is counted, and not in the kernel,
 * which takes 4 MB for each connection. What is on its way is not limited. */
static void bound_kernel_buffer(const struct stream *stream)
{
    const int size = STREAM_UNSENT_MAX;
    uv_os_fd_t fd;
    if (uv_fileno((const uv_handle_t *)&stream->tcp, &fd) == 0) {
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &size, sizeof(size));
    }
}

static void connected(struct stream *stream)
{
    struct sockaddr_storage address = { 0 };
    int len = sizeof(address);

    bound_kernel_buffer(stream);
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
    (void)uv_tcp_nodelay(&stream->tcp, 1);
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
    stream_update_reading(stream);
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

static void on_uv_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buf)
{
    /* libuv reads, and calls on_uv_read, before it asks again. */
    static _Thread_local uint8_t read_buffer[STREAM_READ_SIZE];
    (void)handle;
    (void)size;
    *buf = uv_buf_init((char *)read_buffer, sizeof(read_buffer));
}

static void on_uv_read(uv_stream_t *tcp, ssize_t n, const uv_buf_t *buf)
{
    struct stream *stream = tcp->data;
    if (n > 0) {
        stream->at_once = true;
        received(stream, (struct slice){ (const uint8_t *)buf->base, (size_t)n });
        stream->at_once = false;
        stream_tell_drained(stream);
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
    memset(stream, 0, sizeof(*stream));
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
    stream_update_reading(stream);
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

void stream_pause(struct stream *stream)
{
    stream->paused = true;
    stream_update_reading(stream);
}

void stream_resume(struct stream *stream)
{
    stream->paused = false;
    stream_update_reading(stream);
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
        stream_finish(stream);
        return;
    }
    if (stream->session != NULL && stream->state != STREAM_STATE_FIRST &&
        !stream_tls_close(stream)) {
        return;
    }
    stream_enter(stream, STREAM_STATE_FLUSH);
    stream_flush(stream);
    stream_update_reading(stream);
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
