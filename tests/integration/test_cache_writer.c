/* SPDX-License-Identifier: MIT
 *
 * server/daemon/cache_writer: files are written while the loop goes on, however slow
 * the disk.
 */
#include "daemon/cache_writer.h"

#include "support/check_main.h"
#include "support/loop.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define PATH "/nonexistent/never-opened"

/* The disk. The threads' side, under the lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool is_stuck;  /* nothing that is begun comes to an end */
static bool is_broken; /* it fails */
static int n_begun;
static int n_at_once;
static int n_at_once_max;
static char last[64];

/* The loop's side. */
static struct loop loop;
static struct cache_writer writer;
static int n_told;
static bool is_told;
static bool is_failure;
static char said[ERR_TEXT_MAX];

static int write_slowly(const char *path, struct slice content, struct err *err)
{
    (void)pthread_mutex_lock(&lock);
    n_begun++;
    n_at_once++;
    n_at_once_max = n_at_once > n_at_once_max ? n_at_once : n_at_once_max;
    (void)pthread_cond_broadcast(&changed);
    while (is_stuck) {
        (void)pthread_cond_wait(&changed, &lock);
    }
    (void)snprintf(last, sizeof last, "%.*s", (int)content.len,
                   (const char *)content.data);
    bool broken = is_broken;
    n_at_once--;
    (void)pthread_cond_broadcast(&changed);
    (void)pthread_mutex_unlock(&lock);
    return broken ? err_set(err, ERR_SYSTEM, 28, "%s", path) : 0;
}

static void wait_begun(int n)
{
    (void)pthread_mutex_lock(&lock);
    while (n_begun < n) {
        (void)pthread_cond_wait(&changed, &lock);
    }
    (void)pthread_mutex_unlock(&lock);
}

static void set_stuck(bool stuck)
{
    (void)pthread_mutex_lock(&lock);
    is_stuck = stuck;
    (void)pthread_cond_broadcast(&changed);
    (void)pthread_mutex_unlock(&lock);
}

static void wait_idle(void)
{
    (void)pthread_mutex_lock(&lock);
    while (n_at_once > 0) {
        (void)pthread_cond_wait(&changed, &lock);
    }
    (void)pthread_mutex_unlock(&lock);
}

static void on_written(void *user, const struct err *err)
{
    (void)user;
    n_told++;
    is_told = true;
    is_failure = err != NULL;
    (void)snprintf(said, sizeof said, "%s", err == NULL ? "" : err->text);
}

static void put(const char *text)
{
    struct buf content = BUF_EMPTY;
    ck_assert(buf_append_string(&content, text));
    cache_writer_write(&writer, &content);
    ck_assert_ptr_null(content.data);
}

static void run_until_told(void)
{
    is_told = false;
    loop_run_until(&loop, &is_told);
}

static void set_up(void)
{
    struct err err = ERR_INIT;
    is_stuck = is_broken = false;
    n_begun = n_at_once = n_at_once_max = n_told = 0;
    loop_init(&loop);
    ck_assert_msg(cache_writer_open(&writer, &loop.uv, PATH, write_slowly, on_written,
                                    NULL, &err) == 0,
                  "%s", err.text);
}

START_TEST(one_after_another)
{
    put("one");
    run_until_told();
    put("two");
    run_until_told();
    ck_assert_str_eq(last, "two");
    ck_assert(!is_failure && !cache_writer_is_busy(&writer));
    cache_writer_close(&writer);
    loop_finish(&loop);
}
END_TEST

/* Turns of the loop go on meanwhile, and of a hundred that come only the last is
 * written. */
START_TEST(a_slow_disk)
{
    set_stuck(true);
    put("first");
    wait_begun(1);
    for (int i = 0; i < 100; i++) {
        char text[32];
        (void)snprintf(text, sizeof text, "number %d", i);
        put(text);
        loop_run_once(&loop);
    }
    ck_assert_int_eq(n_told, 0);
    ck_assert(cache_writer_is_busy(&writer));
    set_stuck(false);
    run_until_told();
    run_until_told();
    ck_assert_int_eq(n_begun, 2);
    ck_assert_int_eq(n_at_once_max, 1);
    ck_assert_str_eq(last, "number 99");
    cache_writer_close(&writer);
    loop_finish(&loop);
}
END_TEST

START_TEST(what_waits_is_written_before_the_end)
{
    set_stuck(true);
    put("first");
    wait_begun(1);
    put("last");
    cache_writer_close(&writer);
    loop_run_once(&loop);
    set_stuck(false);
    loop_finish(&loop);
    ck_assert_int_eq(n_told, 2);
    ck_assert_str_eq(last, "last");
}
END_TEST

/* It is given up when the time is up, or at once if somebody says so; the loop is empty
 * then, and the thread frees what it has when the disk comes back. */
START_TEST(a_disk_that_never_answers)
{
    set_stuck(true);
    put("first");
    wait_begun(1);
    put("last");
    cache_writer_close(&writer);
    if (_i == 1) {
        cache_writer_abandon(&writer);
        cache_writer_abandon(&writer);
    }
    loop_finish(&loop);
    ck_assert_int_eq(n_told, 1);
    ck_assert(is_failure);
    ck_assert_ptr_nonnull(strstr(said, PATH));
    set_stuck(false);
    wait_idle();
}
END_TEST

START_TEST(a_disk_that_fails)
{
    is_broken = true;
    put("first");
    run_until_told();
    ck_assert(is_failure);
    ck_assert_ptr_nonnull(strstr(said, PATH));
    is_broken = false;
    put("second");
    run_until_told();
    ck_assert(!is_failure);
    cache_writer_close(&writer);
    loop_finish(&loop);
}
END_TEST

START_TEST(given_up_while_open)
{
    set_stuck(true);
    put("first");
    wait_begun(1);
    cache_writer_abandon(&writer);
    ck_assert(!cache_writer_is_busy(&writer));
    set_stuck(false);
    wait_idle();
    put("second");
    run_until_told();
    ck_assert(!is_failure);
    ck_assert_str_eq(last, "second");
    cache_writer_close(&writer);
    loop_finish(&loop);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("cache_writer");
    TCase *c = tcase_create("cache_writer");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, set_up, NULL);
    tcase_add_test(c, one_after_another);
    tcase_add_test(c, a_slow_disk);
    tcase_add_test(c, what_waits_is_written_before_the_end);
    tcase_add_loop_test(c, a_disk_that_never_answers, 0, 2);
    tcase_add_test(c, a_disk_that_fails);
    tcase_add_test(c, given_up_while_open);
    suite_add_tcase(s, c);
    return s;
}
