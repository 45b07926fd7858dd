/* SPDX-License-Identifier: MIT
 *
 * server/logs/w3c_log: the lines, byte for byte, and writing that never fails its
 * caller.
 */
#include "base/file.h"
#include "logs/w3c_log.h"
#include "support/check_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOON ((int64_t)1795348800) /* 2026-11-22T12:00:00Z */
#define DAY  ((int64_t)86400)

static struct w3c_record record(void)
{
    return (struct w3c_record){
        .time = NOON,
        .server_ip = "::1",
        .method = "GET",
        .path = "/",
        .query = "",
        .server_port = 8443,
        .user_name = "",
        .client_ip = "::1",
        .user_agent = "curl/7.88.1",
        .referer = "",
        .status = 403,
        .substatus = 7,
        .win32_status = 5,
        .time_taken_ms = 19,
    };
}

static const struct {
    const char *label;
    const char *path;
    const char *agent;
    unsigned status;
    unsigned substatus;
    uint32_t win32;
    const char *line;
} lines[] = {
    { "403.7", "/", "a", 403, 7, 5,
      "2026-11-22 12:00:00 ::1 GET / - 8443 - ::1 a - 403 7 5 19\r\n" },
    { "403.16", "/x", "a", 403, 16, 2148204809u,
      "2026-11-22 12:00:00 ::1 GET /x - 8443 - ::1 a - 403 16 2148204809 19\r\n" },
    { "blanks", "/a b", "Mozilla/5.0 (X; Y)", 200, 0, 0,
      "2026-11-22 12:00:00 ::1 GET /a+b - 8443 - ::1 Mozilla/5.0+(X;+Y) - 200 0 0 "
      "19\r\n" },
    { "nothing", "", "", 200, 0, 0,
      "2026-11-22 12:00:00 ::1 GET - - 8443 - ::1 - - 200 0 0 19\r\n" },
    { "a forged line", "/\r\n2026-11-22", "a\tb\x1b", 200, 0, 0,
      "2026-11-22 12:00:00 ::1 GET /%0D%0A2026-11-22 - 8443 - ::1 a%09b%1B - 200 0 0 "
      "19\r\n" },
};

START_TEST(line_row)
{
    struct buf out = BUF_EMPTY;
    struct w3c_record r = record();
    r.path = lines[_i].path;
    r.user_agent = lines[_i].agent;
    r.status = lines[_i].status;
    r.substatus = lines[_i].substatus;
    r.win32_status = lines[_i].win32;
    ck_assert(w3c_log_format(&out, &r));
    ck_assert_msg(strcmp(buf_string(&out), lines[_i].line) == 0, "%s: got %s",
                  lines[_i].label, buf_string(&out));
    buf_finish(&out);
}
END_TEST

START_TEST(head)
{
    struct buf out = BUF_EMPTY;
    ck_assert(w3c_log_format_head(&out, "10.0", NOON));
    ck_assert_str_eq(
        buf_string(&out),
        "#Software: Microsoft Internet Information Services 10.0\r\n"
        "#Version: 1.0\r\n"
        "#Date: 2026-11-22 12:00:00\r\n"
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port "
        "cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus "
        "sc-win32-status time-taken\r\n");
    buf_finish(&out);
}
END_TEST

/* ---- writing */

static char dir[TEST_PLACE_MAX];
static unsigned n_troubles;
static unsigned n_recoveries;
static char last_report[2048];

static void on_report(void *user, bool is_trouble, const char *text)
{
    (void)user;
    *(is_trouble ? &n_troubles : &n_recoveries) += 1;
    (void)snprintf(last_report, sizeof(last_report), "%s", text);
}

static void set_up(void)
{
    test_place(dir, "w3c");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    n_troubles = 0;
    n_recoveries = 0;
}

static int on_name(void *user, const char *name)
{
    char path[FILE_PATH_MAX];
    (void)user;
    ck_assert(file_join(path, dir, name));
    (void)unlink(path);
    return 0;
}

static void tear_down(void)
{
    struct err err = ERR_INIT;
    ck_assert_int_eq(file_list(dir, on_name, NULL, &err), 0);
    (void)rmdir(dir);
}

static size_t count_lines(const char *name)
{
    char path[FILE_PATH_MAX];
    struct buf text = BUF_EMPTY;
    struct err err = ERR_INIT;
    size_t n = 0;
    ck_assert(file_join(path, dir, name));
    if (file_read_all(path, 1 << 20, &text, &err) == 0) {
        for (size_t i = 0; i < text.len; i++) {
            n += text.data[i] == '\n' ? 1 : 0;
        }
    }
    buf_finish(&text);
    return n;
}

START_TEST(rotates_at_midnight)
{
    struct day_log log;
    struct w3c_record r = record();
    day_log_init(&log, &w3c_log_form, dir, "10.0", on_report, NULL);
    w3c_log_write(&log, &r);
    w3c_log_write(&log, &r);
    ck_assert_uint_eq(count_lines("u_ex261122.log"), 6); /* flushed while open */
    r.time = NOON + DAY / 2 - 1;                         /* 23:59:59 */
    w3c_log_write(&log, &r);
    r.time = NOON + DAY / 2;
    w3c_log_write(&log, &r);
    day_log_finish(&log);
    ck_assert_uint_eq(count_lines("u_ex261122.log"), 7);
    ck_assert_uint_eq(count_lines("u_ex261123.log"), 5);
    /* A service that starts again repeats the head, as IIS does. */
    day_log_init(&log, &w3c_log_form, dir, "10.0", on_report, NULL);
    w3c_log_write(&log, &r);
    day_log_finish(&log);
    ck_assert_uint_eq(count_lines("u_ex261123.log"), 10);
    ck_assert_uint_eq(n_troubles, 0);
}
END_TEST

START_TEST(full_disk_is_told_once)
{
    char path[FILE_PATH_MAX];
    struct day_log log;
    struct w3c_record r = record();
    ck_assert(file_join(path, dir, "u_ex261122.log"));
    ck_assert_int_eq(symlink("/dev/full", path), 0);
    day_log_init(&log, &w3c_log_form, dir, "10.0", on_report, NULL);
    for (int i = 0; i < 3; i++) {
        w3c_log_write(&log, &r);
    }
    r.time += DAY_LOG_RETRY_S; /* tried again, still full: not told again */
    w3c_log_write(&log, &r);
    ck_assert_uint_eq(n_troubles, 1);
    ck_assert_msg(strstr(last_report, path) != NULL, "%s", last_report);
    ck_assert_uint_eq(log.n_lost, 4);

    ck_assert_int_eq(unlink(path), 0);
    w3c_log_write(&log, &r); /* too early to try */
    ck_assert_uint_eq(log.n_lost, 5);
    r.time += DAY_LOG_RETRY_S;
    w3c_log_write(&log, &r);
    ck_assert_uint_eq(n_recoveries, 1);
    ck_assert_msg(strstr(last_report, "5 lines were lost") != NULL, "%s", last_report);
    ck_assert_uint_eq(count_lines("u_ex261122.log"), 5);
    ck_assert_uint_eq(log.n_lost_ever, 5);
    day_log_finish(&log);
}
END_TEST

START_TEST(missing_folder_is_made)
{
    char below[FILE_PATH_MAX];
    char path[FILE_PATH_MAX];
    struct day_log log;
    struct w3c_record r = record();
    ck_assert(file_join(below, dir, "made"));
    day_log_init(&log, &w3c_log_form, below, "10.0", on_report, NULL);
    w3c_log_write(&log, &r);
    day_log_finish(&log);
    ck_assert(file_join(path, below, "u_ex261122.log"));
    ck_assert_int_eq(file_kind(path), FILE_REGULAR);
    ck_assert_uint_eq(n_troubles, 0);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rmdir(below), 0);
}
END_TEST

START_TEST(folder_that_cannot_be)
{
    struct day_log log;
    struct w3c_record r = record();
    day_log_init(&log, &w3c_log_form, "/dev/null/logs", "10.0", on_report, NULL);
    w3c_log_write(&log, &r);
    w3c_log_write(&log, &r);
    ck_assert_uint_eq(n_troubles, 1);
    ck_assert_uint_eq(log.n_lost, 2);
    day_log_finish(&log);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("w3c_log");
    TCase *t = tcase_create("format");
    tcase_add_loop_test(t, line_row, 0, (int)ARRAY_LEN(lines));
    tcase_add_test(t, head);
    suite_add_tcase(s, t);
    t = tcase_create("write");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, rotates_at_midnight);
    tcase_add_test(t, full_disk_is_told_once);
    tcase_add_test(t, missing_folder_is_made);
    tcase_add_test(t, folder_that_cannot_be);
    suite_add_tcase(s, t);
    return s;
}
