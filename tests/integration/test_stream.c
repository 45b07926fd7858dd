/* SPDX-License-Identifier: MIT
 *
 * Loop tests run each story plain (_i == 0) and over TLS (_i == 1) where it makes
 * sense for both.
 */
#include "base/mem.h"
#include "integration/ends.h"
#include "support/check_main.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct ends ends;

/* ---- raw sockets */

static void raw_send(int fd, const char *text)
{
    ck_assert_int_eq((int)send(fd, text, strlen(text), MSG_NOSIGNAL),
                     (int)strlen(text));
}

/* Reads until EOF (true) or an error (false), turning the loop meanwhile. */
static bool raw_read_all(int fd, struct buf *out)
{
    for (;;) {
        uint8_t bytes[4096];
        ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (n == 0) {
            return true;
        }
        if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
            return false;
        }
        if (n > 0) {
            buf_append(out, bytes, (size_t)n);
        }
        loop_run_once(&ends.loop);
    }
}

/* A reset instead of a FIN. */
static void raw_reset(int fd)
{
    struct linger linger = { 1, 0 };
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), 0);
    ck_assert_int_eq(close(fd), 0);
}

/* ---- echo */

static void act_echo(struct end *end, enum event event)
{
    if (event == EVENT_DATA) {
        ck_assert(end_write(end, buf_slice(&end->received)));
        buf_clear(&end->received);
    } else if (event == EVENT_END) {
        end_close(end);
    }
}

static void act_say_hello(struct end *end, enum event event)
{
    if (event == EVENT_READY) {
        ck_assert(end_write_string(end, "hello"));
    } else if (event == EVENT_DATA && end->received.len == 5) {
        end_close(end);
    }
}

START_TEST(stream_echo)
{
    ends_init(&ends, _i == 1);
    ends.server.act = act_echo;
    ends.client.act = act_say_hello;
    ends_connect(&ends);
    loop_run_until(&ends.loop, &ends.client.closed);
    loop_run_until(&ends.loop, &ends.server.closed);
    ck_assert_str_eq(buf_string(&ends.client.received), "hello");
    ck_assert_int_eq(ends.client.closed_reason, STREAM_END_CLOSED);
    ck_assert_int_eq(ends.server.closed_reason, STREAM_END_PEER_CLOSED);
    ck_assert_int_eq(ends.server.counts[EVENT_FIRST], _i);
    ck_assert_int_eq(ends.server.counts[EVENT_DRAINED], 1);
    ck_assert_str_eq(ends.client.stream.peer.ip, "127.0.0.1");
    ck_assert_uint_eq(ends.client.stream.peer.port, ends.listener.address.port);
    ck_assert_uint_eq(ends.client.stream.local.port, ends.server.stream.peer.port);
    ck_assert_uint_eq(ends.client.stream.bytes_out, ends.server.stream.bytes_in);
    ck_assert_uint_ge(ends.client.stream.bytes_in, 5);
    if (_i == 0) {
        ck_assert_uint_eq(ends.client.stream.bytes_in, 5);
    }
    ends_finish(&ends);
}
END_TEST

/* ---- the last words */

static void act_answer_for_good(struct end *end, enum event event)
{
    if (event == EVENT_DATA) {
        ck_assert(end_write_last(end, "bye"));
    } else if (event == EVENT_END) {
        end_close(end);
    }
}

/* Over TLS the peer learns with the last bytes that they are the last, before the owner
 * closes; without it only the owner's FIN says so. */
START_TEST(stream_last_words_end_the_session)
{
    ends_init(&ends, _i == 1);
    ends.server.act = act_answer_for_good;
    ends.client.act = act_say_hello;
    ends_connect(&ends);
    while (ends.server.counts[EVENT_DRAINED] == 0 || ends.client.received.len < 3) {
        loop_run_once(&ends.loop);
    }
    ck_assert_int_eq(ends.server.stream.state, STREAM_STATE_OPEN);
    if (_i == 1) {
        while (ends.client.counts[EVENT_END] == 0) {
            loop_run_once(&ends.loop);
        }
        ck_assert_int_eq(ends.client.end_reason, STREAM_END_PEER_CLOSED);
        ck_assert(!ends.server.asked_close);
    }
    end_close(&ends.server);
    end_close(&ends.client);
    loop_run_until(&ends.loop, &ends.client.closed);
    loop_run_until(&ends.loop, &ends.server.closed);
    ck_assert_str_eq(buf_string(&ends.client.received), "bye");
    ck_assert_int_eq(ends.client.closed_reason,
                     _i == 1 ? STREAM_END_PEER_CLOSED : STREAM_END_CLOSED);
    ends_finish(&ends);
}
END_TEST

/* ---- much data through a slow reader */

#define MUCH  ((size_t)6 * 1024 * 1024)
#define PIECE ((size_t)100 * 1000)

/* Bytes whose place in the stream can be told. */
static void append_pattern(struct buf *out, size_t start, size_t len)
{
    for (size_t i = start; i < start + len; i++) {
        buf_append_byte(out, (uint8_t)(i * 31 + i / 251));
    }
}

static void act_pour(struct end *end, enum event event)
{
    size_t *sent = end->test;
    if (event != EVENT_READY && event != EVENT_DRAINED) {
        return;
    }
    while (*sent < MUCH && stream_backlog(&end->stream) < STREAM_BACKLOG_HIGH) {
        struct buf piece = BUF_EMPTY;
        append_pattern(&piece, *sent, PIECE < MUCH - *sent ? PIECE : MUCH - *sent);
        ck_assert(end_write(end, buf_slice(&piece)));
        *sent += piece.len;
        buf_finish(&piece);
    }
    if (*sent == MUCH) {
        end_close(end);
    }
}

/* Reads only every other time that it is told of data. */
static void act_sip(struct end *end, enum event event)
{
    if (event == EVENT_DATA) {
        end_pause(end);
        end_resume(end);
    } else if (event == EVENT_END) {
        end_close(end);
    }
}

START_TEST(stream_much_data)
{
    size_t sent = 0;
    struct buf expected = BUF_EMPTY;

    ends_init(&ends, _i == 1);
    ends.client.act = act_pour;
    ends.client.test = &sent;
    ends.server.act = act_sip;
    ends_connect(&ends);
    loop_run_until(&ends.loop, &ends.server.closed);
    append_pattern(&expected, 0, MUCH);
    ck_assert_uint_eq(ends.server.received.len, MUCH);
    ck_assert(slice_equal(buf_slice(&ends.server.received), buf_slice(&expected)));
    buf_finish(&expected);
    ends_finish(&ends);
}
END_TEST

static void act_keep_open(struct end *end, enum event event)
{
    if (event == EVENT_END && end->end_reason != STREAM_END_HANDSHAKE) {
        end_close(end);
    }
}

START_TEST(stream_stops_reading_behind_a_backlog)
{
    ends_init(&ends, false);
    ends.server.act = act_keep_open;
    int fd = ends_connect_raw(&ends);
    raw_send(fd, "1");
    while (ends.server.counts[EVENT_DATA] == 0) {
        loop_run_once(&ends.loop);
    }
    /* More than any socket buffer takes. */
    struct buf page = BUF_EMPTY;
    append_pattern(&page, 0, (size_t)12 * 1024 * 1024);
    ck_assert(end_write(&ends.server, buf_slice(&page)));
    ck_assert_uint_gt(stream_backlog(&ends.server.stream), STREAM_BACKLOG_HIGH);
    ck_assert(!ends.server.stream.reading);
    raw_send(fd, "2");
    for (int i = 0; i < 100; i++) {
        loop_run_once(&ends.loop);
    }
    ck_assert_int_eq(ends.server.counts[EVENT_DATA], 1);
    ck_assert_int_eq(ends.server.counts[EVENT_DRAINED], 0);
    ck_assert(!end_write(&ends.server, buf_slice(&page))); /* over the limit */

    struct buf got = BUF_EMPTY;
    while (got.len < page.len || ends.server.counts[EVENT_DATA] < 2) {
        uint8_t bytes[65536];
        ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (n > 0) {
            buf_append(&got, bytes, (size_t)n);
        }
        ck_assert_msg(ends.server.counts[EVENT_DATA] < 2 ||
                          ends.server.counts[EVENT_DRAINED] == 1,
                      "it read before it had drained");
        loop_run_once(&ends.loop);
    }
    ck_assert(slice_equal(buf_slice(&got), buf_slice(&page)));
    ck_assert_str_eq(buf_string(&ends.server.received), "12");
    buf_finish(&got);
    buf_finish(&page);
    ck_assert_int_eq(close(fd), 0);
    ends_finish(&ends);
}
END_TEST

START_TEST(stream_pause_holds_the_data)
{
    ends_init(&ends, false);
    ends.server.act = act_keep_open;
    int fd = ends_connect_raw(&ends);
    raw_send(fd, "1");
    while (ends.server.counts[EVENT_DATA] == 0) {
        loop_run_once(&ends.loop);
    }
    end_pause(&ends.server);
    raw_send(fd, "2");
    for (int i = 0; i < 100; i++) {
        loop_run_once(&ends.loop);
    }
    ck_assert_str_eq(buf_string(&ends.server.received), "1");
    end_resume(&ends.server);
    ck_assert_int_eq(close(fd), 0);
    loop_run_until(&ends.loop, &ends.server.closed);
    ck_assert_str_eq(buf_string(&ends.server.received), "12");
    ends_finish(&ends);
}
END_TEST

/* ---- ends of all kinds */

static void act_answer_at_end(struct end *end, enum event event)
{
    if (event == EVENT_END) {
        ck_assert_int_eq(end->end_reason, STREAM_END_PEER_CLOSED);
        ck_assert(end_write_string(end, "answer"));
        end_close(end);
    }
}

START_TEST(stream_half_closed_peer_gets_its_answer)
{
    struct buf got = BUF_EMPTY;
    ends_init(&ends, false);
    ends.server.act = act_answer_at_end;
    int fd = ends_connect_raw(&ends);
    raw_send(fd, "question");
    ck_assert_int_eq(shutdown(fd, SHUT_WR), 0);
    ck_assert(raw_read_all(fd, &got));
    ck_assert_str_eq(buf_string(&got), "answer");
    ck_assert_str_eq(buf_string(&ends.server.received), "question");
    buf_finish(&got);
    ck_assert_int_eq(close(fd), 0);
    ends_finish(&ends);
}
END_TEST

static void act_answer_at_once(struct end *end, enum event event)
{
    if (event == EVENT_DATA) {
        struct buf page = BUF_EMPTY;
        append_pattern(&page, 0, (size_t)3 * 1024 * 1024);
        ck_assert(end_write(end, buf_slice(&page)));
        end_close(end);
        buf_finish(&page);
    }
}

/* The peer has sent more than we read: without the linger our close would be a
 * reset, and that would destroy what the peer has not read yet. */
START_TEST(stream_lingers_so_that_the_page_arrives)
{
    struct buf got = BUF_EMPTY;
    static char upload[200000];

    memset(upload, 'x', sizeof(upload) - 1);
    ends_init(&ends, false);
    ends.server.act = act_answer_at_once;
    int fd = ends_connect_raw(&ends);
    raw_send(fd, upload);
    ck_assert_msg(raw_read_all(fd, &got), "reset: %s", strerror(errno));
    ck_assert_uint_eq(got.len, (size_t)3 * 1024 * 1024);
    ck_assert_msg(!ends.server.closed, "it does not wait for the peer's FIN");
    ck_assert_int_eq(ends.server.stream.state, STREAM_STATE_LINGER);
    buf_finish(&got);
    ck_assert_int_eq(close(fd), 0);
    loop_run_until(&ends.loop, &ends.server.closed);
    ck_assert_int_eq(ends.server.closed_reason, STREAM_END_CLOSED);
    ends_finish(&ends);
}
END_TEST

START_TEST(stream_peer_reset)
{
    ends_init(&ends, false);
    ends.server.act = act_keep_open;
    int fd = ends_connect_raw(&ends);
    raw_send(fd, "1");
    while (ends.server.counts[EVENT_DATA] == 0) {
        loop_run_once(&ends.loop);
    }
    raw_reset(fd);
    loop_run_until(&ends.loop, &ends.server.closed);
    ck_assert_int_eq(ends.server.closed_reason, STREAM_END_RESET);
    ck_assert_int_eq(ends.server.stream.uv_code, UV_ECONNRESET);
    ck_assert_str_eq(stream_end_text(&ends.server.stream), uv_strerror(UV_ECONNRESET));
    ends_finish(&ends);
}
END_TEST

/* A server that says why it goes, and is gone when our request comes. */
static void act_write_too_late(struct end *end, enum event event)
{
    if (event == EVENT_READY) {
        int fd = accept(*(int *)end->test, NULL, NULL);
        ck_assert_int_ge(fd, 0);
        raw_send(fd, "gone");
        raw_reset(fd);
        (void)end_write_string(end, "request");
    }
}

START_TEST(stream_reads_the_last_words_after_a_reset)
{
    ends_init(&ends, false);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(ends.listener.address.port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    listener_close(&ends.listener); /* its port is ours now */
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)), 0);
    ck_assert_int_eq(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(listen(fd, 1), 0);
    ends.client.act = act_write_too_late;
    ends.client.test = &fd;
    ends_connect(&ends);
    loop_run_until(&ends.loop, &ends.client.closed);
    ck_assert_str_eq(buf_string(&ends.client.received), "gone");
    ck_assert_int_eq(ends.client.closed_reason, STREAM_END_RESET);
    ck_assert_int_eq(close(fd), 0);
    ends_finish(&ends);
}
END_TEST

START_TEST(stream_peer_says_nothing)
{
    ends_init(&ends, _i == 1);
    int fd = ends_connect_raw(&ends);
    ck_assert_int_eq(close(fd), 0);
    loop_run_until(&ends.loop, &ends.server.closed);
    ck_assert_int_eq(ends.server.closed_reason, STREAM_END_PEER_CLOSED);
    ck_assert_int_eq(ends.server.counts[EVENT_READY], 0);
    ends_finish(&ends);
}
END_TEST

START_TEST(stream_connection_refused)
{
    ends_init(&ends, _i == 1);
    listener_close(&ends.listener); /* the port is nobody's now */
    ends_connect(&ends);
    loop_run_until(&ends.loop, &ends.client.closed);
    ck_assert_int_eq(ends.client.closed_reason, STREAM_END_CONNECT);
    ck_assert_int_eq(ends.client.stream.uv_code, UV_ECONNREFUSED);
    ck_assert_int_eq(ends.client.counts[EVENT_READY], 0);
    ck_assert_int_eq(ends.client.counts[EVENT_END], 0);
    ends_finish(&ends);
}
END_TEST

START_TEST(stream_refuses_writes_out_of_turn)
{
    ends_init(&ends, _i == 1);
    ends.client.act = act_say_hello;
    ends.server.act = act_echo;
    ends_connect(&ends);
    ck_assert_msg(!end_write_string(&ends.client, "x"), "before on_ready");
    loop_run_until(&ends.loop, &ends.client.asked_close);
    ck_assert_msg(!end_write_string(&ends.client, "x"), "after stream_close");
    ends_finish(&ends);
}
END_TEST

/* ---- closing in every callback, by either side, in either way */

struct closer {
    enum event event;
    void (*how)(struct end *end);
};

static void act_close_at(struct end *end, enum event event)
{
    const struct closer *closer = end->test;
    if (event == EVENT_CLOSED) {
        return;
    }
    if (event == closer->event) {
        closer->how(end);
    } else if (event == EVENT_READY) {
        ck_assert(end_write_string(end, "hello"));
    } else if (event == EVENT_END && closer->event > EVENT_END) {
        end_close(end);
    }
}

static void act_talk(struct end *end, enum event event)
{
    if (event == EVENT_READY) {
        ck_assert(end_write_string(end, "hello"));
    } else if (event == EVENT_END) {
        end_close(end);
    } else if (event == EVENT_DATA && end->received.len >= 5 && end->test != NULL) {
        end_close(end); /* this peer ends it, so that the other sees an end */
    }
}

START_TEST(stream_closed_in_each_callback)
{
    /* FIRST, CONNECTED, READY, DATA, DRAINED, END; close, abort; server, client; plain,
     * TLS. */
    bool tls = (_i & 1) != 0;
    struct end *closing = (_i & 2) != 0 ? &ends.client : &ends.server;
    struct closer closer = { (enum event)(_i >> 3),
                             (_i & 4) != 0 ? end_abort : end_close };
    bool at_server = closing == &ends.server;
    bool happens = closer.event == EVENT_FIRST       ? tls && at_server
                   : closer.event == EVENT_CONNECTED ? !at_server
                                                     : true;

    if (!happens) {
        return;
    }
    ends_init(&ends, tls);
    struct end *other = closing == &ends.server ? &ends.client : &ends.server;
    closing->act = act_close_at;
    closing->test = &closer;
    other->act = act_talk;
    other->test = closer.event == EVENT_END ? other : NULL;
    ends_connect(&ends);
    loop_run_until(&ends.loop, &closing->closed);
    ck_assert_msg(closing->counts[closer.event] == 1, "row %d: the event did not come",
                  _i);
    ends_finish(&ends);
}
END_TEST

/* ---- memory */

START_TEST(stream_out_of_memory)
{
    ends_init(&ends, false);
    ends.server.act = act_keep_open;
    int fd = ends_connect_raw(&ends);
    raw_send(fd, "1");
    while (ends.server.counts[EVENT_DATA] == 0) {
        loop_run_once(&ends.loop);
    }
    mem_fail_after(1);
    ck_assert(!end_write_string(&ends.server, "x"));
    mem_fail_after(0);
    loop_run_until(&ends.loop, &ends.server.closed);
    ck_assert_int_eq(ends.server.closed_reason, STREAM_END_MEMORY);
    ck_assert_int_eq(close(fd), 0);
    ends_finish(&ends);
}
END_TEST

/* ---- TLS only */

START_TEST(stream_plain_http_on_a_tls_port)
{
    struct buf got = BUF_EMPTY;
    ends_init(&ends, true);
    ends.server.go_plain = true;
    ends.server.act = act_answer_at_end;
    int fd = ends_connect_raw(&ends);
    raw_send(fd, "GET / HTTP/1.1\r\n");
    ck_assert_int_eq(shutdown(fd, SHUT_WR), 0);
    ck_assert(raw_read_all(fd, &got));
    ck_assert_str_eq(buf_string(&ends.server.received), "GET / HTTP/1.1\r\n");
    ck_assert_str_eq(buf_string(&got), "answer");
    ck_assert_ptr_null(ends.server.stream.session);
    buf_finish(&got);
    ck_assert_int_eq(close(fd), 0);
    ends_finish(&ends);
}
END_TEST

START_TEST(stream_alert_of_a_failed_handshake_arrives)
{
    /* A handshake record of the right form whose content is no ClientHello. */
    static const uint8_t hello[] = { 22, 3, 1, 0, 8, 1, 0, 0, 4, 9, 9, 9, 9 };
    struct buf got = BUF_EMPTY;

    ends_init(&ends, true);
    ends.server.act = act_keep_open;
    int fd = ends_connect_raw(&ends);
    ck_assert_int_eq((int)send(fd, hello, sizeof(hello), 0), (int)sizeof(hello));
    ck_assert(raw_read_all(fd, &got));
    ck_assert_int_eq(ends.server.end_reason, STREAM_END_HANDSHAKE);
    ck_assert_msg(got.len >= 7 && got.data[0] == 21, "no alert but %zu bytes", got.len);
    ck_assert_int_eq(ends.server.counts[EVENT_READY], 0);
    buf_finish(&got);
    ck_assert_int_eq(close(fd), 0);
    loop_run_until(&ends.loop, &ends.server.closed);
    ck_assert_int_eq(ends.server.closed_reason, STREAM_END_HANDSHAKE);
    ends_finish(&ends);
}
END_TEST

START_TEST(stream_cut_off_in_the_handshake)
{
    static const uint8_t hello[] = { 22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3 };
    ends_init(&ends, true);
    ends.server.act = act_keep_open;
    int fd = ends_connect_raw(&ends);
    ck_assert_int_eq((int)send(fd, hello, sizeof(hello), 0), (int)sizeof(hello));
    ck_assert_int_eq(close(fd), 0);
    loop_run_until(&ends.loop, &ends.server.closed);
    ck_assert_int_eq(ends.server.closed_reason, STREAM_END_TRUNCATED);
    ck_assert_int_eq(tls_session_get_failure(ends.server.session)->end, TLS_END_EOF);
    ends_finish(&ends);
}
END_TEST

static void act_abort_when_answered(struct end *end, enum event event)
{
    if (event == EVENT_READY) {
        ck_assert(end_write_string(end, "hello"));
    } else if (event == EVENT_DATA && end->received.len == 5) {
        end_abort(end);
    }
}

START_TEST(stream_cut_off_without_close_notify)
{
    ends_init(&ends, true);
    ends.server.act = act_echo;
    ends.client.act = act_abort_when_answered;
    ends_connect(&ends);
    loop_run_until(&ends.loop, &ends.server.closed);
    ck_assert_int_eq(ends.server.end_reason, STREAM_END_TRUNCATED);
    ck_assert_int_eq(ends.server.closed_reason, STREAM_END_TRUNCATED);
    ck_assert_int_eq(ends.client.closed_reason, STREAM_END_ABORTED);
    ends_finish(&ends);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("stream");
    TCase *both = tcase_create("both");
    tcase_set_timeout(both, 40);
    tcase_add_loop_test(both, stream_echo, 0, 2);
    tcase_add_loop_test(both, stream_last_words_end_the_session, 0, 2);
    tcase_add_loop_test(both, stream_much_data, 0, 2);
    tcase_add_loop_test(both, stream_peer_says_nothing, 0, 2);
    tcase_add_loop_test(both, stream_connection_refused, 0, 2);
    tcase_add_loop_test(both, stream_refuses_writes_out_of_turn, 0, 2);
    tcase_add_loop_test(both, stream_closed_in_each_callback, 0, EVENT_CLOSED << 3);
    suite_add_tcase(s, both);

    TCase *plain = tcase_create("plain");
    tcase_set_timeout(plain, 40);
    tcase_add_test(plain, stream_stops_reading_behind_a_backlog);
    tcase_add_test(plain, stream_pause_holds_the_data);
    tcase_add_test(plain, stream_half_closed_peer_gets_its_answer);
    tcase_add_test(plain, stream_lingers_so_that_the_page_arrives);
    tcase_add_test(plain, stream_peer_reset);
    tcase_add_test(plain, stream_reads_the_last_words_after_a_reset);
    tcase_add_test(plain, stream_out_of_memory);
    suite_add_tcase(s, plain);

    TCase *tls = tcase_create("tls");
    tcase_set_timeout(tls, 40);
    tcase_add_test(tls, stream_plain_http_on_a_tls_port);
    tcase_add_test(tls, stream_alert_of_a_failed_handshake_arrives);
    tcase_add_test(tls, stream_cut_off_in_the_handshake);
    tcase_add_test(tls, stream_cut_off_without_close_notify);
    suite_add_tcase(s, tls);
    return s;
}
