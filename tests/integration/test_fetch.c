/* SPDX-License-Identifier: MIT
 *
 * net/fetch against a server that answers, and does not answer, in every way.
 */
#include "base/mem.h"
#include "integration/fake_http.h"
#include "net/fetch.h"
#include "net/fetch_url.h"
#include "support/check_main.h"
#include "support/loop.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX 1000
/* For rows that have to run into it, and for those that must not. */
#define SHORT_MS 150
#define LONG_MS  15000

static struct fake_http server;

/* ---- the client */

static struct fetch_pool pool;
static bool pool_closed;

struct record {
    struct fetch *fetch;
    bool in_call;
    bool done;
    enum fetch_result result;
    int status;
    char detail[128];
    struct buf body;
};

static void on_pool_closed(void *user)
{
    *(bool *)user = true;
}

static void set_up(void)
{
    fake_http_open(&server);
    fetch_pool_init(&pool, &server.loop.uv, FETCH_ALLOW_LOOPBACK);
    pool_closed = false;
}

static void tear_down(void)
{
    fetch_pool_close(&pool, on_pool_closed, &pool_closed);
    ck_assert_msg(!pool_closed, "inside the call");
    loop_run_until(&server.loop, &pool_closed);
    fake_http_close(&server);
}

static void on_done(void *user, const struct fetch_answer *answer)
{
    struct record *record = user;
    ck_assert_msg(!record->in_call && !record->done, "once, and not inside a call");
    record->done = true;
    record->result = answer->result;
    record->status = answer->status;
    (void)snprintf(record->detail, sizeof(record->detail), "%s", answer->detail);
    if (answer->body.len > 0) {
        buf_append_slice(&record->body, answer->body);
    }
}

static void start(struct record *record, const char *url, const char *post,
                  uint64_t timeout_ms)
{
    struct err err = ERR_INIT;
    const struct fetch_order order = { .url = url,
                                       .body = slice_from_string(post),
                                       .content_type = "application/ocsp-request",
                                       .accept = "application/pkix-crl",
                                       .body_max = BODY_MAX,
                                       .timeout_ms = timeout_ms };
    *record = (struct record){ .in_call = true };
    record->fetch = fetch_start(&pool, &order, on_done, record, &err);
    ck_assert_msg(record->fetch != NULL, "%s", err.text);
    record->in_call = false;
}

/* "@" stands for the server's host and port, "$" for "localhost" and its port. */
static void fill_in(char *to, size_t size, const char *text)
{
    struct buf filled = BUF_EMPTY;
    fake_http_fill_in(&server, text, &filled);
    ck_assert_uint_lt(filled.len, size);
    (void)snprintf(to, size, "%s", buf_string(&filled));
    buf_finish(&filled);
}

/* ---- one fetch */

struct row {
    const char *label;
    const char *url;
    const char *answer;
    const char *second;
    enum fake_http_manner manner;
    uint64_t timeout_ms;
    enum fetch_result result;
    int status;
    const char *body;
    size_t n_visitors;
};

#define OK_HEAD "HTTP/1.1 200 OK\r\n"

/* clang-format off */
static const struct row rows[] = {
    { "good", "http://@/a.crl", OK_HEAD "Content-Length: 5\r\n\r\nhello", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_OK, 200, "hello", 1 },
    { "kept alive", "http://@/a.crl", OK_HEAD "Content-Length: 5\r\n\r\nhello", NULL, FAKE_HTTP_STALLS, LONG_MS, FETCH_OK, 200, "hello", 1 },
    { "chunked", "http://@/a.crl", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", NULL, FAKE_HTTP_STALLS, LONG_MS, FETCH_OK, 200, "hello", 1 },
    { "until the end, HTTP/1.0", "http://@/a.crl", "HTTP/1.0 200 OK\r\n\r\nhello", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_OK, 200, "hello", 1 },
    { "by name, no path", "HTTP://$?q#f", OK_HEAD "Content-Length: 0\r\n\r\n", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_OK, 200, "", 1 },
    { "404", "http://@/a", "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_STATUS, 404, "gone", 1 },
    { "500", "http://@/a", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_STATUS, 500, "", 1 },
    { "garbage", "http://@/a", "SSH-2.0-OpenSSH_9\r\n", NULL, FAKE_HTTP_STALLS, LONG_MS, FETCH_GARBAGE, 0, "", 1 },
    { "cut off in the head", "http://@/a", "HTTP/1.1 200", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_UNREACHABLE, 0, "", 1 },
    { "cut off in the body", "http://@/a", OK_HEAD "Content-Length: 9\r\n\r\nhello", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_UNREACHABLE, 0, "", 1 },
    { "nothing said", "http://@/a", "", NULL, FAKE_HTTP_RESETS, LONG_MS, FETCH_UNREACHABLE, 0, "", 1 },
    { "slow", "http://@/a", "", NULL, FAKE_HTTP_SILENT, SHORT_MS, FETCH_TIMEOUT, 0, "", 1 },
    { "slow in the body", "http://@/a", OK_HEAD "Content-Length: 9\r\n\r\nhello", NULL, FAKE_HTTP_STALLS, SHORT_MS, FETCH_TIMEOUT, 0, "", 1 },
    { "redirect to a path", "http://@/a", "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n", OK_HEAD "Content-Length: 3\r\n\r\nyes", FAKE_HTTP_ANSWERS, LONG_MS, FETCH_OK, 200, "yes", 2 },
    { "redirect to a host", "http://@/a", "HTTP/1.1 301 Moved\r\nLocation: http://$/b\r\nContent-Length: 0\r\n\r\n", OK_HEAD "Content-Length: 3\r\n\r\nyes", FAKE_HTTP_STALLS, LONG_MS, FETCH_OK, 200, "yes", 2 },
    { "redirects without end", "http://@/a", "HTTP/1.1 307 Again\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_FORBIDDEN, 0, "", 4 },
    { "redirect to https", "http://@/a", "HTTP/1.1 302 Found\r\nLocation: https://@/b\r\nContent-Length: 0\r\n\r\n", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_FORBIDDEN, 0, "", 1 },
    { "redirect to a file", "http://@/a", "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_FORBIDDEN, 0, "", 1 },
    { "redirect to another network", "http://@/a", "HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/b\r\nContent-Length: 0\r\n\r\n", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_FORBIDDEN, 0, "", 1 },
    { "redirect without a place", "http://@/a", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_STATUS, 302, "", 1 },
    { "another network", "http://192.0.2.1/a", "", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_FORBIDDEN, 0, "", 0 },
    { "another network, IPv6", "http://[2001:db8::1]/a", "", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_FORBIDDEN, 0, "", 0 },
    { "another network, IPv4 in IPv6", "http://[::ffff:192.0.2.1]/a", "", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_FORBIDDEN, 0, "", 0 },
    { "redirect to IPv4 in IPv6", "http://@/a", "HTTP/1.1 302 Found\r\nLocation: http://[::ffff:192.0.2.1]/b\r\nContent-Length: 0\r\n\r\n", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_FORBIDDEN, 0, "", 1 },
    { "redirect to a name", "http://@/a", "HTTP/1.1 302 Found\r\nLocation: http://crl.example.test/b\r\nContent-Length: 0\r\n\r\n", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_FORBIDDEN, 0, "", 1 },
    { "a name that is not this machine's", "http://crl.example.test/a", "", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_FORBIDDEN, 0, "", 0 },
    { "every address", "http://0.0.0.0:1/a", "", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_FORBIDDEN, 0, "", 0 },
    { "another scheme", "https://@/a", "", NULL, FAKE_HTTP_ANSWERS, LONG_MS, FETCH_FORBIDDEN, 0, "", 0 },
};
/* clang-format on */

static void run_row(const struct row *row, struct record *record)
{
    char url[256];
    server.manner = row->manner;
    fake_http_fill_in(&server, row->answer, &server.answer);
    fake_http_fill_in(&server, row->second == NULL ? "" : row->second, &server.second);
    fill_in(url, sizeof(url), row->url);
    start(record, url, "", row->timeout_ms);
    loop_run_until(&server.loop, &record->done);
}

START_TEST(one_fetch)
{
    const struct row *row = &rows[_i];
    struct record record;
    run_row(row, &record);
    ck_assert_msg(record.result == row->result, "%s: got %d (%s)", row->label,
                  (int)record.result, record.detail);
    ck_assert_msg(record.status == row->status, "%s: status %d", row->label,
                  record.status);
    ck_assert_msg(strcmp(buf_string(&record.body), row->body) == 0, "%s: \"%s\"",
                  row->label, buf_string(&record.body));
    ck_assert_msg((record.detail[0] == 0) == (row->result == FETCH_OK), "%s: \"%s\"",
                  row->label, record.detail);
    ck_assert_msg(server.n_visitors == row->n_visitors, "%s: %zu visitors", row->label,
                  server.n_visitors);
    buf_finish(&record.body);
}
END_TEST

START_TEST(huge)
{
    struct record record;
    char url[256];
    fake_http_say(&server, OK_HEAD "\r\n");
    for (int i = 0; i < BODY_MAX + _i; i++) {
        buf_append_byte(&server.answer, 'x');
    }
    server.manner = FAKE_HTTP_ANSWERS;
    fill_in(url, sizeof(url), "http://@/a");
    start(&record, url, "", LONG_MS);
    loop_run_until(&server.loop, &record.done);
    ck_assert_int_eq(record.result, _i == 0 ? FETCH_OK : FETCH_TOO_LARGE);
    ck_assert_uint_eq(record.body.len, _i == 0 ? BODY_MAX : 0);
    buf_finish(&record.body);
}
END_TEST

START_TEST(refused)
{
    struct record record;
    char url[256];
    fill_in(url, sizeof(url), "http://@/a");
    listener_close(&server.listener); /* the port is nobody's now */
    start(&record, url, "", LONG_MS);
    loop_run_until(&server.loop, &record.done);
    ck_assert_int_eq(record.result, FETCH_UNREACHABLE);
}
END_TEST

/* What goes over the wire: nothing but what has to. */
START_TEST(the_request)
{
    static const char *const posts[] = { "", "ask" };
    struct record record;
    char url[256];
    char expected[512];
    fill_in(url, sizeof(url), "http://@/a/b?c=d#e");
    fake_http_say(&server, OK_HEAD "Content-Length: 0\r\n\r\n");
    start(&record, url, posts[_i], LONG_MS);
    loop_run_until(&server.loop, &record.done);
    ck_assert_int_eq(record.result, FETCH_OK);
    (void)snprintf(
        expected, sizeof(expected),
        "%s /a/b?c=d HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUser-Agent: "
        "certgate\r\nConnection: close\r\nAccept: application/pkix-crl\r\n%s%s",
        _i == 0 ? "GET" : "POST", (unsigned)server.listener.address.port,
        _i == 0 ? "\r\n"
                : "Content-Type: application/ocsp-request\r\nContent-Length: "
                  "3\r\n\r\n",
        posts[_i]);
    ck_assert_str_eq(buf_string(&server.last_request), expected);
}
END_TEST

/* A question is not sent on to where nobody asked. */
START_TEST(a_post_is_not_redirected)
{
    struct record record;
    char url[256];
    fill_in(url, sizeof(url), "http://@/a");
    fake_http_say(&server,
                  "HTTP/1.1 307 There\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n");
    start(&record, url, "ask", LONG_MS);
    loop_run_until(&server.loop, &record.done);
    ck_assert_int_eq(record.result, FETCH_STATUS);
    ck_assert_int_eq(record.status, 307);
    ck_assert_uint_eq(server.n_visitors, 1);
}
END_TEST

/* ---- many */

#define MANY (FETCH_PARALLEL_MAX * 3)

START_TEST(many_wait_for_their_turn)
{
    static struct record records[MANY];
    char url[256];
    fill_in(url, sizeof(url), "http://@/a");
    fake_http_say(&server, OK_HEAD "Content-Length: 2\r\n\r\nhi");
    server.n_running = &pool.n_running;
    for (size_t i = 0; i < MANY; i++) {
        start(&records[i], url, "", LONG_MS);
    }
    for (size_t i = 0; i < MANY; i++) {
        loop_run_until(&server.loop, &records[i].done);
        ck_assert_msg(records[i].result == FETCH_OK, "%zu: %s", i, records[i].detail);
        buf_finish(&records[i].body);
    }
    ck_assert_uint_eq(server.n_visitors, MANY);
    ck_assert_uint_ge(server.n_open_max, 2);
    ck_assert_uint_ge(server.n_running_max, 2);
    ck_assert_uint_le(server.n_running_max, FETCH_PARALLEL_MAX);
}
END_TEST

/* Waiting counts: when all places are taken by the slow, the others end in time. */
START_TEST(waiting_counts_against_the_time_out)
{
    static struct record records[FETCH_PARALLEL_MAX + 1];
    char url[256];
    fill_in(url, sizeof(url), "http://@/a");
    server.manner = FAKE_HTTP_SILENT;
    for (size_t i = 0; i < FETCH_PARALLEL_MAX; i++) { /* half of them wait, too */
        start(&records[i], url, "", LONG_MS);
    }
    start(&records[FETCH_PARALLEL_MAX], url, "", SHORT_MS);
    loop_run_until(&server.loop, &records[FETCH_PARALLEL_MAX].done);
    ck_assert_int_eq(records[FETCH_PARALLEL_MAX].result, FETCH_TIMEOUT);
    ck_assert(!records[0].done);
    ck_assert_uint_le(server.n_visitors, FETCH_PARALLEL_MAX);
}
END_TEST

START_TEST(the_queue_is_bounded)
{
    static struct record records[FETCH_QUEUE_MAX];
    struct err err = ERR_INIT;
    const struct fetch_order order = { .url = "http://127.0.0.1:1/", .body_max = 1 };
    for (size_t i = 0; i < FETCH_QUEUE_MAX; i++) {
        start(&records[i], "http://127.0.0.1:1/", "", LONG_MS);
    }
    ck_assert_ptr_null(fetch_start(&pool, &order, on_done, NULL, &err));
    ck_assert_int_eq(err.domain, ERR_LIMIT);
}
END_TEST

/* Each takes only so many of the places: a host that hangs, and those who may turn out
 * to be strangers. Who is trusted gets his turn all the same, and first. */
START_TEST(a_place_is_kept_for_others)
{
    static struct record records[FETCH_QUEUE_MAX];
    static const struct {
        bool for_stranger;
        bool same_host;
        size_t n_running;
    } floods[] = {
        { false, true, FETCH_PARALLEL_HOST },
        { true, true, FETCH_PARALLEL_STRANGER_HOST },
        { true, false, FETCH_PARALLEL_STRANGER },
    };
    struct record wanted;
    char url[256];
    size_t n = 0;
    server.manner = FAKE_HTTP_SILENT;
    for (; n < 40; n++) {
        char host[64];
        (void)snprintf(host, sizeof host, "http://127.0.0.%zu:%u/a",
                       floods[_i].same_host ? (size_t)1 : n % 32 + 2,
                       (unsigned)server.listener.address.port);
        memset(&records[n], 0, sizeof records[n]);
        const struct fetch_order order = { .url = host,
                                           .body_max = BODY_MAX,
                                           .timeout_ms = LONG_MS,
                                           .for_stranger = floods[_i].for_stranger };
        ck_assert_ptr_nonnull(fetch_start(&pool, &order, on_done, &records[n], NULL));
    }
    for (int turn = 0; turn < 3; turn++) {
        loop_run_once(&server.loop);
    }
    if (floods[_i].same_host) {
        ck_assert_uint_eq(pool.n_running, floods[_i].n_running);
    } else {
        ck_assert_uint_le(pool.n_running, floods[_i].n_running);
    }
    /* On another host: at once. */
    fill_in(url, sizeof(url), "http://127.0.0.2:1/");
    start(&wanted, url, "", LONG_MS);
    loop_run_until(&server.loop, &wanted.done);
    ck_assert_int_eq(wanted.result, FETCH_UNREACHABLE);
    for (size_t i = 0; i < n; i++) {
        buf_finish(&records[i].body);
    }
}
END_TEST

START_TEST(strangers_have_half_of_the_queue)
{
    static struct record records[FETCH_QUEUE_STRANGER + 1];
    struct err err = ERR_INIT;
    struct fetch_order order = { .url = "http://127.0.0.1:1/",
                                 .body_max = 1,
                                 .timeout_ms = LONG_MS,
                                 .for_stranger = true };
    memset(records, 0, sizeof records);
    for (size_t i = 0; i < FETCH_QUEUE_STRANGER; i++) {
        ck_assert_ptr_nonnull(fetch_start(&pool, &order, on_done, &records[i], NULL));
    }
    ck_assert_ptr_null(fetch_start(&pool, &order, on_done, NULL, &err));
    ck_assert_int_eq(err.domain, ERR_LIMIT);
    order.for_stranger = false;
    ck_assert_ptr_nonnull(
        fetch_start(&pool, &order, on_done, &records[FETCH_QUEUE_STRANGER], NULL));
}
END_TEST

/* Two hosts hang, and one client's certificates name both. */
START_TEST(a_peer_has_few_places)
{
    static struct record records[FETCH_QUEUE_STRANGER_PEER + 8];
    static const char *const hosts[] = { "127.0.0.1", "localhost" };
    struct err err = ERR_INIT;
    char url[256];
    size_t n = 0;
    struct fetch_order order = { .url = url,
                                 .body_max = BODY_MAX,
                                 .timeout_ms = LONG_MS,
                                 .for_stranger = true,
                                 .peer = 7 };
    server.manner = FAKE_HTTP_SILENT;
    memset(records, 0, sizeof records);
    for (; n < FETCH_QUEUE_STRANGER_PEER; n++) {
        (void)snprintf(url, sizeof url, "http://%s:%u/%zu", hosts[n % 2],
                       (unsigned)server.listener.address.port, n);
        ck_assert_ptr_nonnull(fetch_start(&pool, &order, on_done, &records[n], NULL));
    }
    ck_assert_ptr_null(fetch_start(&pool, &order, on_done, NULL, &err));
    ck_assert_int_eq(err.domain, ERR_LIMIT);
    for (int turn = 0; turn < 3; turn++) {
        loop_run_once(&server.loop);
    }
    ck_assert_uint_eq(pool.n_running, FETCH_PARALLEL_STRANGER_PEER);
    /* Another's is begun at once, and so is one of nobody known. */
    for (order.peer = 8; order.peer != 7; order.peer = order.peer == 8 ? 0 : 7) {
        size_t before = pool.n_running;
        (void)snprintf(url, sizeof url, "http://%s:%u/x", hosts[1],
                       (unsigned)server.listener.address.port);
        ck_assert_ptr_nonnull(fetch_start(&pool, &order, on_done, &records[n++], NULL));
        if (order.peer == 8) {
            for (int turn = 0; turn < 3; turn++) {
                loop_run_once(&server.loop);
            }
            ck_assert_uint_eq(pool.n_running, before + 1);
        }
    }
}
END_TEST

static const struct {
    const char *ip;
    const char *same; /* whose owner is the same */
    const char *other;
} owners[] = {
    { "192.0.2.1", "192.0.2.1", "192.0.2.2" },
    { "2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1" },
    { "fe80::1%lo", "fe80::2", "192.0.2.1" },
    { "255.255.255.255", "255.255.255.255", "0.0.0.0" },
};

START_TEST(address_owner_row)
{
    struct address ip = { .port = 1 }, same = { .port = 2 }, other = { .port = 1 };
    struct address unknown = { .ip = "" };
    (void)snprintf(ip.ip, sizeof ip.ip, "%s", owners[_i].ip);
    (void)snprintf(same.ip, sizeof same.ip, "%s", owners[_i].same);
    (void)snprintf(other.ip, sizeof other.ip, "%s", owners[_i].other);
    ck_assert_uint_ne(address_owner(&ip), 0);
    ck_assert_uint_eq(address_owner(&ip), address_owner(&same));
    ck_assert_uint_ne(address_owner(&ip), address_owner(&other));
    ck_assert_uint_eq(address_owner(&unknown), 0);
}
END_TEST

/* ---- cancelling, at each stage */

START_TEST(cancelled)
{
    struct record record;
    char url[256];
    fill_in(url, sizeof(url), "http://$/a");
    server.manner = FAKE_HTTP_SILENT;
    start(&record, url, "", LONG_MS);
    for (int turn = 0; turn < _i; turn++) {
        loop_run_once(&server.loop);
    }
    ck_assert(!record.done);
    fetch_cancel(record.fetch);
    for (int turn = 0; turn < 50; turn++) {
        loop_run_once(&server.loop);
    }
    ck_assert_msg(!record.done, "after %d turns", _i);
}
END_TEST

/* tear_down closes the pool: nothing more is said. */
START_TEST(closed_while_running)
{
    static struct record records[FETCH_PARALLEL_MAX + 2];
    char url[256];
    fill_in(url, sizeof(url), "http://@/a");
    server.manner = FAKE_HTTP_SILENT;
    for (size_t i = 0; i < ARRAY_LEN(records); i++) {
        start(&records[i], url, "", LONG_MS);
        records[i].in_call = true; /* on_done would fail the test */
    }
    for (int turn = 0; turn < _i; turn++) {
        loop_run_once(&server.loop);
    }
}
END_TEST

static void on_done_close(void *user, const struct fetch_answer *answer)
{
    (void)answer;
    fetch_pool_close(&pool, on_pool_closed, &pool_closed);
    *(bool *)user = true;
}

START_TEST(closed_in_the_callback)
{
    struct err err = ERR_INIT;
    char url[256];
    bool done = false;
    const struct fetch_order order = { .url = _i == 0 ? url : "gopher://",
                                       .body_max = 9 };
    fill_in(url, sizeof(url), "http://@/a");
    fake_http_say(&server, OK_HEAD "Content-Length: 2\r\n\r\nhi");
    ck_assert_ptr_nonnull(fetch_start(&pool, &order, on_done_close, &done, &err));
    loop_run_until(&server.loop, &done);
    loop_run_until(&server.loop, &pool_closed);
    fake_http_close(&server);
    set_up();
}
END_TEST

START_TEST(out_of_memory)
{
    struct record record = { .done = false };
    struct err err = ERR_INIT;
    const struct fetch_order order = { .url = "http://127.0.0.1:1/",
                                       .body = slice_from_string("x"),
                                       .content_type = "y",
                                       .body_max = 1 };
    for (size_t n = 1; n <= 3; n++) {
        mem_fail_after(n);
        struct fetch *fetch = fetch_start(&pool, &order, on_done, &record, &err);
        mem_fail_after(0);
        ck_assert_msg(fetch == NULL, "allocation %zu", n);
        ck_assert_int_eq(err.domain, ERR_MEMORY);
    }
}
END_TEST

/* ---- pure */

static const struct {
    const char *text;
    const char *host; /* NULL = refused */
    uint16_t port;
    const char *target;
} urls[] = {
    { "http://a/b", "a", 80, "/b" },
    { "HTTP://A-1.example:8080", "A-1.example", 8080, "/" },
    { "http://[::1]:1/x?y#z", "[::1]", 1, "/x?y" },
    { "http://a?q", "a", 80, "/?q" },
    { "https://a/", NULL, 0, NULL },
    { "ldap://a/", NULL, 0, NULL },
    { "http:/a", NULL, 0, NULL },
    { "http://", NULL, 0, NULL },
    { "http:///x", NULL, 0, NULL },
    { "http://user@a/", NULL, 0, NULL },
    { "http://a:b@c/", NULL, 0, NULL },
    { "http://a:0/", NULL, 0, NULL },
    { "http://a:65536/", NULL, 0, NULL },
    { "http://a:/", NULL, 0, NULL },
    { "http://[::1", NULL, 0, NULL },
    { "http://[]/", NULL, 0, NULL },
    { "http://[::1%25eth0]/", NULL, 0, NULL },
    { "http://[::1]x/", NULL, 0, NULL },
    { "http://a/b c", NULL, 0, NULL },
    { "http://a/b\r\nX: y", NULL, 0, NULL },
    { "http://a\\b/", NULL, 0, NULL },
    { "http://\xc3\xa4/", NULL, 0, NULL },
};

START_TEST(url_rows)
{
    struct fetch_url url;
    const char *fault = fetch_url_read(urls[_i].text, &url);
    ck_assert_msg((fault == NULL) == (urls[_i].host != NULL), "%s: %s", urls[_i].text,
                  fault);
    if (fault == NULL) {
        ck_assert_str_eq(url.host, urls[_i].host);
        ck_assert_str_eq(url.target, urls[_i].target);
        ck_assert_uint_eq(url.port, urls[_i].port);
    }
}
END_TEST

START_TEST(addresses)
{
    static const struct {
        const char *text;
        bool local;
    } list[] = {
        { "127.0.0.1:1", true },
        { "127.255.255.254:1", true },
        { "128.0.0.1:1", false },
        { "10.0.0.1:1", false },
        { "0.0.0.0:1", false },
        { "169.254.169.254:1", false },
        { "[::1]:1", true },
        { "[::]:1", false },
        { "[::ffff:127.0.0.1]:1", true },
        { "[::ffff:10.0.0.1]:1", false },
        { "[fe80::1]:1", false },
    };
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        struct sockaddr_storage address;
        struct err err = ERR_INIT;
        ck_assert_int_eq(address_parse(list[i].text, NULL, &address, &err), 0);
        const void *any = &address;
        ck_assert_msg(fetch_address_is_allowed(any, FETCH_ALLOW_LOOPBACK) ==
                          list[i].local,
                      "%s", list[i].text);
        ck_assert_msg(fetch_address_is_allowed(any, FETCH_ALLOW_ANY), "%s",
                      list[i].text);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("fetch");
    TCase *c = tcase_create("fetch");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_set_timeout(c, 40);
    tcase_add_loop_test(c, one_fetch, 0, (int)ARRAY_LEN(rows));
    tcase_add_loop_test(c, huge, 0, 2);
    tcase_add_test(c, refused);
    tcase_add_loop_test(c, the_request, 0, 2);
    tcase_add_test(c, a_post_is_not_redirected);
    tcase_add_test(c, many_wait_for_their_turn);
    tcase_add_test(c, waiting_counts_against_the_time_out);
    tcase_add_test(c, the_queue_is_bounded);
    tcase_add_loop_test(c, a_place_is_kept_for_others, 0, 3);
    tcase_add_test(c, strangers_have_half_of_the_queue);
    tcase_add_test(c, a_peer_has_few_places);
    tcase_add_loop_test(c, address_owner_row, 0, (int)ARRAY_LEN(owners));
    tcase_add_loop_test(c, cancelled, 0, 12);
    tcase_add_loop_test(c, closed_while_running, 0, 8);
    tcase_add_loop_test(c, closed_in_the_callback, 0, 2);
    tcase_add_test(c, out_of_memory);
    suite_add_tcase(s, c);

    TCase *pure = tcase_create("pure");
    tcase_add_loop_test(pure, url_rows, 0, (int)ARRAY_LEN(urls));
    tcase_add_test(pure, addresses);
    suite_add_tcase(s, pure);
    return s;
}
