/* SPDX-License-Identifier: MIT */
#include "net/address.h"
#include "net/resolve.h"
#include "support/check_main.h"
#include "support/loop.h"

#include <string.h>

static struct loop loop;

struct record {
    struct resolve resolve;
    bool in_call;
    bool done;
    int uv_code;
};

static void on_resolved(void *user, int uv_code)
{
    struct record *record = user;
    ck_assert(!record->in_call && !record->done);
    record->done = true;
    record->uv_code = uv_code;
}

static void start(struct record *record, const char *host)
{
    struct err err = ERR_INIT;
    memset(record, 0, sizeof(*record));
    record->in_call = true;
    ck_assert_msg(resolve_start(&record->resolve, &loop.uv, host, 443, on_resolved,
                                record, &err) == 0,
                  "%s", err.text);
    record->in_call = false;
}

static bool has(const struct record *record, const char *wanted)
{
    for (size_t i = 0; i < record->resolve.n_addresses; i++) {
        char text[ADDRESS_TEXT_LEN];
        struct address address = address_from_sockaddr(
            (const struct sockaddr *)&record->resolve.addresses[i]);
        if (strcmp(address_format(&address, text), wanted) == 0) {
            return true;
        }
    }
    return false;
}

static const struct {
    const char *host;
    const char *first;
    const char *second;
} rows[] = {
    { "localhost", "127.0.0.1:443", "[::1]:443" },
    { "LocalHost", "127.0.0.1:443", "[::1]:443" },
    { "site.localhost", "127.0.0.1:443", "[::1]:443" },
    { "127.0.0.7", "127.0.0.7:443", NULL },
    { "::1", "[::1]:443", NULL },
    { "[::1]", "[::1]:443", NULL },
};

START_TEST(resolve_rows)
{
    struct record record;
    loop_init(&loop);
    start(&record, rows[_i].host);
    loop_run_until(&loop, &record.done);
    ck_assert_msg(record.uv_code == 0, "%s: %d", rows[_i].host, record.uv_code);
    ck_assert_msg(record.resolve.n_addresses == (rows[_i].second == NULL ? 1 : 2),
                  "%s: %zu", rows[_i].host, record.resolve.n_addresses);
    ck_assert_msg(has(&record, rows[_i].first), "%s", rows[_i].host);
    ck_assert_msg(rows[_i].second == NULL || has(&record, rows[_i].second), "%s",
                  rows[_i].host);
    loop_finish(&loop);
}
END_TEST

/* A name that no resolver needs to be asked for: it is not a valid one. */
START_TEST(resolve_fails)
{
    struct record record;
    loop_init(&loop);
    start(&record, "no..such..name");
    loop_run_until(&loop, &record.done);
    ck_assert_int_lt(record.uv_code, 0);
    ck_assert_uint_eq(record.resolve.n_addresses, 0);
    loop_finish(&loop);
}
END_TEST

START_TEST(resolve_cancelled)
{
    struct record record;
    loop_init(&loop);
    start(&record, "127.0.0.1");
    record.in_call = true;
    resolve_cancel(&record.resolve);
    record.in_call = false;
    loop_run_until(&loop, &record.done);
    ck_assert_int_eq(record.uv_code, UV_ECANCELED);
    resolve_cancel(&record.resolve);
    loop_finish(&loop);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("resolve");
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 40);
    tcase_add_loop_test(tc, resolve_rows, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(tc, resolve_fails);
    tcase_add_test(tc, resolve_cancelled);
    suite_add_tcase(s, tc);
    return s;
}
