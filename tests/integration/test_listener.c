/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "net/listener.h"
#include "net/signals.h"
#include "support/check_main.h"
#include "support/loop.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct loop loop;

struct record {
    struct listener listener;
    int n_connections;
    int n_troubles;
    enum listener_trouble trouble;
    bool connected;
    bool troubled;
    bool closed;
    bool close_at_connection;
};

static void on_connection(void *user, int fd)
{
    struct record *record = user;
    ck_assert_int_eq(close(fd), 0);
    record->n_connections++;
    record->connected = true;
    if (record->close_at_connection) {
        listener_close(&record->listener);
    }
}

static void on_trouble(void *user, enum listener_trouble trouble, int code)
{
    struct record *record = user;
    ck_assert_int_lt(code, 0);
    record->n_troubles++;
    record->trouble = trouble;
    record->troubled = true;
}

static void on_closed(void *user)
{
    ((struct record *)user)->closed = true;
}

static const struct listener_callbacks callbacks = { on_connection, on_trouble,
                                                     on_closed };

static void open_at(struct record *record, const char *text)
{
    struct sockaddr_storage address;
    struct err err = ERR_INIT;
    memset(record, 0, sizeof(*record));
    ck_assert_msg(address_parse(text, NULL, &address, &err) == 0, "%s", err.text);
    ck_assert_msg(listener_open(&record->listener, &loop.uv, &address, &callbacks,
                                record, &err) == 0,
                  "%s", err.text);
}

static int connect_to(int fd, const struct listener *listener)
{
    struct sockaddr_storage address;
    struct err err = ERR_INIT;
    char text[ADDRESS_TEXT_LEN];
    ck_assert_int_eq(
        address_parse(address_format(&listener->address, text), NULL, &address, &err),
        0);
    return connect(fd, (const struct sockaddr *)&address,
                   address_sockaddr_len(&address));
}

static int connect_new(const struct listener *listener)
{
    int fd = socket(strchr(listener->address.ip, ':') == NULL ? AF_INET : AF_INET6,
                    SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect_to(fd, listener), 0);
    return fd;
}

static void close_and_finish(struct record *record)
{
    listener_close(&record->listener);
    listener_close(&record->listener);
    ck_assert_msg(!record->closed, "on_closed ran inside listener_close");
    loop_finish(&loop);
    ck_assert(record->closed);
}

/* ---- addresses */

static const struct {
    const char *in;
    const char *default_ip;
    const char *out; /* NULL = refused */
} addresses[] = {
    { "127.0.0.1:8443", NULL, "127.0.0.1:8443" },
    { "[::1]:8443", NULL, "[::1]:8443" },
    { "*:80", NULL, "0.0.0.0:80" },
    { "localhost:0", NULL, "127.0.0.1:0" },
    { "8443", "127.0.0.1", "127.0.0.1:8443" },
    { ":8443", "::1", "[::1]:8443" },
    { "[::ffff:10.0.0.1]:1", NULL, "10.0.0.1:1" },
    { "8443", NULL, NULL },
    { ":8443", NULL, NULL },
    { "::1:8443", NULL, NULL },
    { "[]:0", "127.0.0.1", NULL },
    { "[:0", "127.0.0.1", NULL },
    { "[::1]", NULL, NULL },
    { "[::1:8443", NULL, NULL },
    { "127.0.0.1", NULL, NULL },
    { "127.0.0.1:", NULL, NULL },
    { "127.0.0.1:65536", NULL, NULL },
    { "127.0.0.1:-1", NULL, NULL },
    { "127.0.0.256:1", NULL, NULL },
    { "example.com:443", NULL, NULL },
    { "", "127.0.0.1", NULL },
};

START_TEST(address_forms)
{
    struct sockaddr_storage storage;
    struct err err = ERR_INIT;
    char text[ADDRESS_TEXT_LEN];
    int result =
        address_parse(addresses[_i].in, addresses[_i].default_ip, &storage, &err);

    ck_assert_msg((result == 0) == (addresses[_i].out != NULL), "%s: %d %s",
                  addresses[_i].in, result, err.text);
    if (result == 0) {
        struct address address =
            address_from_sockaddr((const struct sockaddr *)&storage);
        ck_assert_str_eq(address_format(&address, text), addresses[_i].out);
    } else {
        ck_assert_str_ne(err.text, "");
    }
}
END_TEST

/* ---- listeners */

START_TEST(listener_accepts)
{
    static const char *const where[] = { "127.0.0.1:0", "[::1]:0" };
    struct record record;
    loop_init(&loop);
    open_at(&record, where[_i]);
    ck_assert_uint_ne(record.listener.address.port, 0);
    int fds[3];
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = connect_new(&record.listener);
    }
    while (record.n_connections < 3) {
        (void)uv_run(&loop.uv, UV_RUN_ONCE);
    }
    ck_assert_int_eq(record.n_troubles, 0);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        (void)close(fds[i]);
    }
    close_and_finish(&record);
}
END_TEST

START_TEST(listener_pauses)
{
    struct record record;
    loop_init(&loop);
    open_at(&record, "127.0.0.1:0");
    listener_pause(&record.listener);
    int fd = connect_new(&record.listener); /* the kernel's backlog holds it */
    for (int i = 0; i < 100; i++) {
        loop_run_once(&loop);
    }
    ck_assert_int_eq(record.n_connections, 0);
    listener_resume(&record.listener);
    ck_assert_int_eq(record.n_connections, 0);
    loop_run_until(&loop, &record.connected);
    (void)close(fd);
    close_and_finish(&record);
}
END_TEST

START_TEST(listener_closed_in_its_callback)
{
    struct record record;
    loop_init(&loop);
    open_at(&record, "127.0.0.1:0");
    record.close_at_connection = true;
    int fds[2] = { connect_new(&record.listener), connect_new(&record.listener) };
    loop_run_until(&loop, &record.closed);
    ck_assert_int_eq(record.n_connections, 1);
    (void)close(fds[0]);
    (void)close(fds[1]);
    loop_finish(&loop);
}
END_TEST

START_TEST(listener_refuses_a_used_port)
{
    struct record record;
    struct listener second;
    struct sockaddr_storage address;
    struct err err = ERR_INIT;
    char text[ADDRESS_TEXT_LEN];

    loop_init(&loop);
    open_at(&record, "127.0.0.1:0");
    address_format(&record.listener.address, text);
    ck_assert_int_eq(address_parse(text, NULL, &address, &err), 0);
    ck_assert_int_eq(listener_open(&second, &loop.uv, &address, &callbacks, NULL, &err),
                     -1);
    ck_assert_ptr_nonnull(strstr(err.text, text));
    close_and_finish(&record);
}
END_TEST

START_TEST(listener_two_families_on_one_port)
{
    struct record six;
    struct record four;
    struct sockaddr_storage address;
    struct err err = ERR_INIT;
    char text[ADDRESS_TEXT_LEN];

    loop_init(&loop);
    open_at(&six, "[::]:0");
    (void)snprintf(text, sizeof(text), "0.0.0.0:%u",
                   (unsigned)six.listener.address.port);
    memset(&four, 0, sizeof(four));
    ck_assert_int_eq(address_parse(text, NULL, &address, &err), 0);
    /* Somebody else's IPv4 socket may hold that port: that would be no fault of ours.
     */
    bool opened =
        listener_open(&four.listener, &loop.uv, &address, &callbacks, &four, &err) == 0;
    ck_assert_msg(opened || err.code == EADDRINUSE, "%s", err.text);
    if (opened) {
        listener_close(&four.listener);
    }
    close_and_finish(&six);
}
END_TEST

START_TEST(listener_rests_when_out_of_descriptors)
{
    struct record record;
    struct rlimit old;

    loop_init(&loop);
    open_at(&record, "127.0.0.1:0");
    int client = socket(AF_INET, SOCK_STREAM, 0);
    int next = dup(client); /* the first number that is free */
    ck_assert_int_ge(next, 0);
    (void)close(next);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
    struct rlimit tight = { (rlim_t)next, old.rlim_max };
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &tight), 0);
    ck_assert_int_eq(connect_to(client, &record.listener), 0);
    loop_run_until(&loop, &record.troubled);
    ck_assert_int_eq(record.trouble, LISTENER_OUT_OF_DESCRIPTORS);
    for (int i = 0; i < 100; i++) {
        loop_run_once(&loop); /* it rests: no storm of errors */
    }
    ck_assert_int_eq(record.n_troubles, 1);
    ck_assert_int_eq(record.n_connections, 0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
    loop_run_until(&loop, &record.connected); /* the connection was not lost */
    (void)close(client);
    close_and_finish(&record);
}
END_TEST

START_TEST(listener_errors_have_classes)
{
    ck_assert_int_eq(listener_classify(UV_ECONNABORTED), LISTENER_TRANSIENT);
    ck_assert_int_eq(listener_classify(UV_EMFILE), LISTENER_OUT_OF_DESCRIPTORS);
    ck_assert_int_eq(listener_classify(UV_ENOMEM), LISTENER_OUT_OF_DESCRIPTORS);
    ck_assert_int_eq(listener_classify(UV_EBADF), LISTENER_FATAL);
    ck_assert_int_eq(listener_classify(UV_EINVAL), LISTENER_FATAL);
}
END_TEST

/* ---- signals */

static struct {
    int n_stops;
    int n_reloads;
    bool stopped;
    bool reloaded;
} seen;

static void on_signal(void *user, enum signals_event event, int number)
{
    ck_assert_ptr_eq(user, &seen);
    if (event == SIGNALS_RELOAD) {
        ck_assert_int_eq(number, SIGHUP);
        seen.n_reloads++;
        seen.reloaded = true;
    } else {
        seen.n_stops++;
        seen.stopped = true;
    }
}

START_TEST(signals_are_events)
{
    struct signals signals;
    struct err err = ERR_INIT;

    loop_init(&loop);
    memset(&seen, 0, sizeof(seen));
    ck_assert_int_eq(signals_open(&signals, &loop.uv, on_signal, &seen, &err), 0);
    /* They keep no loop alive; here that is the guard's work for a while. */
    uv_ref((uv_handle_t *)&loop.guard);
    ck_assert_int_eq(raise(SIGPIPE), 0);
    ck_assert_int_eq(raise(SIGHUP), 0);
    loop_run_until(&loop, &seen.reloaded);
    ck_assert_int_eq(raise(SIGTERM), 0);
    loop_run_until(&loop, &seen.stopped);
    seen.stopped = false;
    ck_assert_int_eq(raise(SIGINT), 0);
    loop_run_until(&loop, &seen.stopped);
    ck_assert_int_eq(seen.n_stops, 2);
    ck_assert_int_eq(seen.n_reloads, 1);
    uv_unref((uv_handle_t *)&loop.guard);
    signals_close(&signals);
    signals_close(&signals);
    loop_finish(&loop);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("listener");
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 40);
    tcase_add_loop_test(tc, address_forms, 0, (int)ARRAY_LEN(addresses));
    tcase_add_loop_test(tc, listener_accepts, 0, 2);
    tcase_add_test(tc, listener_pauses);
    tcase_add_test(tc, listener_closed_in_its_callback);
    tcase_add_test(tc, listener_refuses_a_used_port);
    tcase_add_test(tc, listener_two_families_on_one_port);
    tcase_add_test(tc, listener_rests_when_out_of_descriptors);
    tcase_add_test(tc, listener_errors_have_classes);
    tcase_add_test(tc, signals_are_events);
    suite_add_tcase(s, tc);
    return s;
}
