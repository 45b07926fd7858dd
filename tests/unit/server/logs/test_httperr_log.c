/* SPDX-License-Identifier: MIT
 *
 * server/logs/httperr_log: the lines, byte for byte, that the reader of lib/why
 * understands each, and writing without a folder or memory.
 */
#include "base/file.h"
#include "base/mem.h"
#include "logs/httperr_log.h"
#include "support/check_main.h"
#include "why/log_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOON ((int64_t)1795348800) /* 2026-11-22T12:00:00Z */
#define DAY  ((int64_t)86400)
#define FROM "2026-11-22 12:00:00 ::1 50001 ::1 8443 "

static struct httperr_record record(void)
{
    return (struct httperr_record){
        .time = NOON,
        .client_ip = "::1",
        .client_port = 50001,
        .server_ip = "::1",
        .server_port = 8443,
        .version = "",
        .method = "",
        .target = "",
        .path = "",
        .query = "",
        .reason = "Timer_ConnectionIdle",
    };
}

static const struct {
    const char *label;
    const char *version;
    const char *method;
    const char *target;
    const char *path;
    const char *query;
    unsigned status;
    const char *reason;
    const char *line;
} lines[] = {
    { "nothing is known", "", "", "", "", "", 0, "Timer_ConnectionIdle",
      FROM "- - - - - Timer_ConnectionIdle -\r\n" },
    { "understood", "HTTP/1.1", "GET", "/a?b", "/a", "b", 400, "Hostname",
      FROM "HTTP/1.1 GET /a?b 400 - Hostname -\r\n" },
    { "a version that is not spoken", "HTTP/2.0", "GET", "/x%41", "", "", 505,
      "Version_N/S", FROM "HTTP/2.0 GET /x%41 505 - Version_N/S -\r\n" },
    { "a URL that cannot be read", "HTTP/1.1", "GET", "/%00", "", "", 400, "URL",
      FROM "HTTP/1.1 GET - 400 - URL -\r\n" },
    { "a forged line", "HTTP/1.1", "GET", "/", "/\r\n2026-11-22 \x7f", "x\ty", 400,
      "Header", FROM "HTTP/1.1 GET /++2026-11-22++?x+y 400 - Header -\r\n" },
    { "bytes of no character set", "HTTP/1.1", "G\xff", "\x1b[2J\xc3\xa9", "", "", 501,
      "N/I", FROM "HTTP/1.1 G%FF +[2J%C3%A9 501 - N/I -\r\n" },
};

START_TEST(line_row)
{
    struct buf out = BUF_EMPTY;
    struct buf head = BUF_EMPTY;
    struct httperr_record r = record();
    struct log_fields fields;
    struct log_line line;
    r.version = lines[_i].version;
    r.method = lines[_i].method;
    r.target = lines[_i].target;
    r.path = lines[_i].path;
    r.query = lines[_i].query;
    r.status = lines[_i].status;
    r.reason = lines[_i].reason;
    ck_assert(httperr_log_format(&out, &r));
    ck_assert_msg(strcmp(buf_string(&out), lines[_i].line) == 0, "%s: got %s",
                  lines[_i].label, buf_string(&out));

    log_fields_default(&fields);
    ck_assert(httperr_log_format_head(&head, "10.0", NOON));
    const char *names = strstr(buf_string(&head), "#Fields:");
    ck_assert_int_eq(
        log_line_read(&fields,
                      slice_part(slice_from_string(names), 0, strcspn(names, "\r")),
                      &line),
        LOG_LINE_DIRECTIVE);
    ck_assert_int_eq(
        log_line_read(&fields, slice_part(buf_slice(&out), 0, out.len - 2), &line),
        LOG_LINE_REQUEST);
    ck_assert_uint_eq(line.status, lines[_i].status);
    ck_assert(slice_equals_string(line.reason, lines[_i].reason));
    buf_finish(&out);
    buf_finish(&head);
}
END_TEST

START_TEST(head)
{
    struct buf out = BUF_EMPTY;
    ck_assert(httperr_log_format_head(&out, "10.0", NOON));
    ck_assert_str_eq(buf_string(&out),
                     "#Software: Microsoft HTTP API 2.0\r\n"
                     "#Version: 1.0\r\n"
                     "#Date: 2026-11-22 12:00:00\r\n"
                     "#Fields: date time c-ip c-port s-ip s-port cs-version cs-method "
                     "cs-uri sc-status s-siteid s-reason s-queuename\r\n");
    buf_finish(&out);
}
END_TEST

/* A method is cut at 255 bytes, a URL at 4096. */
START_TEST(long_fields)
{
    enum { LONG = 9000 };
    char text[LONG + 1];
    struct buf out = BUF_EMPTY;
    struct httperr_record r = record();
    memset(text, 'x', LONG);
    text[LONG] = 0;
    r.method = text;
    r.target = text;
    ck_assert(httperr_log_format(&out, &r));
    size_t bare = sizeof(FROM "-   - - Timer_ConnectionIdle -\r\n") - 1;
    ck_assert_uint_eq(out.len, bare + 255 + 4096);
    buf_clear(&out);
    r.path = "/abc";
    r.query = text;
    ck_assert(httperr_log_format(&out, &r));
    ck_assert_uint_eq(out.len, bare + 255 + 4096);
    buf_clear(&out);
    r.path = text; /* leaves no room for the query */
    ck_assert(httperr_log_format(&out, &r));
    ck_assert_uint_eq(out.len, bare + 255 + 4096);
    ck_assert_ptr_null(strchr(buf_string(&out), '?'));
    buf_finish(&out);
}
END_TEST

/* ---- writing */

static char dir[TEST_PLACE_MAX];
static unsigned n_troubles;
static char last_report[2048];

static void on_report(void *user, bool is_trouble, const char *text)
{
    (void)user;
    n_troubles += is_trouble ? 1 : 0;
    (void)snprintf(last_report, sizeof(last_report), "%s", text);
}

static void set_up(void)
{
    test_place(dir, "httperr");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    n_troubles = 0;
}

static void tear_down(void)
{
    ck_assert_int_eq(rmdir(dir), 0);
}

/* Removes it. */
static size_t count_lines(const char *name)
{
    char path[FILE_PATH_MAX];
    struct buf text = BUF_EMPTY;
    struct err err = ERR_INIT;
    size_t n = 0;
    ck_assert(file_join(path, dir, name));
    ck_assert_int_eq(file_read_all(path, 1 << 20, &text, &err), 0);
    for (size_t i = 0; i < text.len; i++) {
        n += text.data[i] == '\n' ? 1 : 0;
    }
    buf_finish(&text);
    ck_assert_int_eq(unlink(path), 0);
    return n;
}

START_TEST(a_file_for_each_day)
{
    struct day_log log;
    struct err err = ERR_INIT;
    struct httperr_record r = record();
    day_log_init(&log, &httperr_log_form, dir, "10.0", on_report, NULL);
    ck_assert_int_eq(day_log_open(&log, NOON, &err), 0);
    httperr_log_write(&log, &r);
    r.time += DAY;
    httperr_log_write(&log, &r);
    httperr_log_write(&log, &r);
    day_log_finish(&log);
    ck_assert_uint_eq(count_lines("httperr261122.log"), 5);
    ck_assert_uint_eq(count_lines("httperr261123.log"), 6);
    ck_assert_uint_eq(n_troubles, 0);
}
END_TEST

START_TEST(without_memory)
{
    struct day_log log;
    struct err err = ERR_INIT;
    struct httperr_record r = record();
    day_log_init(&log, &httperr_log_form, dir, "10.0", on_report, NULL);
    mem_fail_after(1);
    ck_assert_int_eq(day_log_open(&log, NOON, &err), -1);
    mem_fail_after(0);
    day_log_finish(&log);
    ck_assert_uint_eq(count_lines("httperr261122.log"), 0);

    day_log_init(&log, &httperr_log_form, dir, "10.0", on_report, NULL);
    err = (struct err)ERR_INIT;
    ck_assert_int_eq(day_log_open(&log, NOON, &err), 0);
    for (size_t n = 1; n <= 2; n++) { /* the line, its copy behind a head */
        mem_fail_after(n);
        httperr_log_write(&log, &r);
        mem_fail_after(0);
        ck_assert_uint_eq(log.n_lost, 1);
        ck_assert_uint_eq(n_troubles, n);
        ck_assert_msg(strstr(last_report, "memory") != NULL, "%s", last_report);
        r.time += DAY_LOG_RETRY_S;
        httperr_log_write(&log, &r);
        ck_assert_msg(strstr(last_report, "written again; 1 lines") != NULL, "%s",
                      last_report);
        r.time += DAY_LOG_RETRY_S;
    }
    day_log_finish(&log);
    /* A head at the start and after each trouble, and the two lines after them. */
    ck_assert_uint_eq(count_lines("httperr261122.log"), 4 + 4 + 1 + 4 + 1);
}
END_TEST

/* What there is of a line that memory was lacking for is not written. */
START_TEST(half_a_line)
{
    struct day_log log;
    struct err err = ERR_INIT;
    struct buf line = BUF_EMPTY;
    day_log_init(&log, &httperr_log_form, dir, "10.0", on_report, NULL);
    ck_assert_int_eq(day_log_open(&log, NOON, &err), 0);
    ck_assert(buf_append_string(&line, "half\r\n"));
    line.failed = true;
    day_log_write(&log, NOON, &line);
    ck_assert_uint_eq(log.n_lost, 1);
    ck_assert_uint_eq(n_troubles, 1);
    day_log_finish(&log);
    buf_finish(&line);
    ck_assert_uint_eq(count_lines("httperr261122.log"), 4);
}
END_TEST

START_TEST(no_log)
{
    struct day_log log;
    struct httperr_record r = record();
    memset(&log, 0, sizeof log);
    httperr_log_write(&log, &r);
    day_log_finish(&log);
    ck_assert_uint_eq(log.n_lost_ever, 0);
}
END_TEST

START_TEST(folder_that_cannot_be)
{
    struct day_log log;
    struct err err = ERR_INIT;
    day_log_init(&log, &httperr_log_form, "/dev/null/logs", "10.0", on_report, NULL);
    ck_assert_int_eq(day_log_open(&log, NOON, &err), -1);
    ck_assert_msg(strstr(err.text, "/dev/null/logs") != NULL, "%s", err.text);
    day_log_finish(&log);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("httperr_log");
    TCase *t = tcase_create("format");
    tcase_add_loop_test(t, line_row, 0, (int)ARRAY_LEN(lines));
    tcase_add_test(t, head);
    tcase_add_test(t, long_fields);
    suite_add_tcase(s, t);
    t = tcase_create("write");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, a_file_for_each_day);
    tcase_add_test(t, without_memory);
    tcase_add_test(t, half_a_line);
    tcase_add_test(t, no_log);
    tcase_add_test(t, folder_that_cannot_be);
    suite_add_tcase(s, t);
    return s;
}
