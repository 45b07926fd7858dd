/* SPDX-License-Identifier: MIT
 *
 * server/logs/terminal_log: one line per event, whatever a peer writes; colours.
 */
#include "logs/terminal_log.h"

#include "base/timestamp.h"
#include "support/check_main.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOON ((int64_t)1795348800) /* 2026-11-22T12:00:00Z */

static const struct {
    const char *label;
    const char *value;
    const char *line;
} values[] = {
    { "plain", "abc", "e k=abc" },
    { "empty", "", "e" },
    { "blank", "a b", "e k=\"a b\"" },
    { "equals sign", "a=b", "e k=\"a=b\"" },
    { "quote", "a\"b", "e k=\"a\\\"b\"" },
    { "line end", "a\r\nrequest status=200", "e k=\"a\\x0d\\x0arequest status=200\"" },
    { "escape sequence", "\x1b[2J", "e k=\\x1b[2J" },
    { "right to left", "\xe2\x80\xaegpj", "e k=\\u{202e}gpj" },
    { "no UTF-8", "\xff", "e k=\\xff" },
};

START_TEST(value_row)
{
    struct terminal_line line;
    terminal_line_init(&line, TERMINAL_INFO, "e", NOON, false);
    terminal_line_add(&line, "k", values[_i].value);
    const char *text = buf_string(&line.text);
    ck_assert_msg(strncmp(text, "2026-11-22T12:00:00Z ", 21) == 0, "%s: time in %s",
                  values[_i].label, text);
    ck_assert_msg(strcmp(text + 21, values[_i].line) == 0, "%s: got %s",
                  values[_i].label, text + 21);
    terminal_line_finish(&line);
}
END_TEST

START_TEST(long_values_are_cut)
{
    char text[2000];
    struct terminal_line line;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    terminal_line_init(&line, TERMINAL_INFO, "e", NOON, false);
    terminal_line_add(&line, "k", text);
    ck_assert_uint_lt(line.text.len, 400);
    ck_assert_ptr_nonnull(strstr(buf_string(&line.text), "xxx..."));
    terminal_line_finish(&line);
}
END_TEST

START_TEST(nothing_for_null)
{
    struct terminal_line line;
    terminal_line_init(&line, TERMINAL_ERROR, "e", NOON, false);
    terminal_line_add(&line, "k", NULL);
    terminal_line_add_text(&line, NULL);
    terminal_line_add_number(&line, "n", 7);
    terminal_line_add_text(&line, "why\n");
    ck_assert_str_eq(buf_string(&line.text) + 21, "e n=7: why\\x0a");
    terminal_line_finish(&line);
}
END_TEST

static const struct {
    const char *label;
    int forced;
    const char *no_color;
    const char *force;
    bool terminal;
    bool color;
} colors[] = {
    { "terminal", -1, NULL, NULL, true, true },
    { "no terminal", -1, NULL, NULL, false, false },
    { "NO_COLOR", -1, "1", NULL, true, false },
    { "NO_COLOR empty", -1, "", NULL, true, true },
    { "NO_COLOR before CLICOLOR_FORCE", -1, "1", "1", true, false },
    { "CLICOLOR_FORCE", -1, NULL, "1", false, true },
    { "CLICOLOR_FORCE=0", -1, NULL, "0", false, false },
    { "--color never", 0, NULL, "1", true, false },
    { "--color always", 1, "1", NULL, false, true },
};

START_TEST(color_row)
{
    ck_assert_msg(terminal_log_wants_color(colors[_i].forced, colors[_i].no_color,
                                           colors[_i].force,
                                           colors[_i].terminal) == colors[_i].color,
                  "%s", colors[_i].label);
}
END_TEST

static size_t emitted(bool quiet, enum terminal_level level)
{
    FILE *out = tmpfile();
    ck_assert_ptr_nonnull(out);
    struct terminal_log log = { .out = out, .quiet = quiet, .color = false };
    terminal_log_say(&log, level, "e", NOON, "text");
    long len = ftell(out);
    fclose(out);
    return (size_t)len;
}

START_TEST(quiet_keeps_problems)
{
    ck_assert_uint_gt(emitted(false, TERMINAL_INFO), 0);
    ck_assert_uint_eq(emitted(true, TERMINAL_INFO), 0);
    ck_assert_uint_gt(emitted(true, TERMINAL_WARNING), 0);
    ck_assert_uint_gt(emitted(true, TERMINAL_ERROR), 0);
}
END_TEST

START_TEST(colors_end)
{
    struct terminal_line line;
    terminal_line_init(&line, TERMINAL_ERROR, "e", NOON, true);
    ck_assert_ptr_nonnull(strstr(buf_string(&line.text), "\x1b[1;31me\x1b[0m"));
    terminal_line_finish(&line);
}
END_TEST

/* ---- written in a thread */

START_TEST(a_file_needs_no_thread)
{
    int ends[2];
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert(!terminal_writer_is_needed(fileno(file)));
    ck_assert(terminal_writer_is_needed(ends[1]));
    ck_assert(terminal_writer_is_needed(-1));
    fclose(file);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

#define LINE_LEN 100
static char one_line[LINE_LEN + 1]; /* 99 times 'x', and LF */

static struct terminal_writer *open_writer(int ends[static 2])
{
    struct err err = ERR_INIT;
    memset(one_line, 'x', LINE_LEN - 1);
    one_line[LINE_LEN - 1] = '\n';
    ck_assert_int_eq(pipe(ends), 0);
    struct terminal_writer *writer = terminal_writer_create(ends[1], &err);
    ck_assert_msg(writer != NULL, "%s", err.text);
    return writer;
}

/* Everything until the other end is closed. */
static void read_all(int fd, struct buf *out)
{
    char part[4096];
    ssize_t n;
    while ((n = read(fd, part, sizeof part)) > 0) {
        ck_assert(buf_append(out, part, (size_t)n));
    }
}

START_TEST(lines_arrive_in_their_order)
{
    int ends[2];
    struct buf got = BUF_EMPTY;
    struct terminal_writer *writer = open_writer(ends);
    struct terminal_log log = { .writer = writer };
    for (int i = 0; i < 100; i++) {
        terminal_log_say(&log, TERMINAL_INFO, "e", NOON + i, "text");
    }
    terminal_writer_destroy(writer);
    close(ends[1]);
    read_all(ends[0], &got);
    close(ends[0]);
    struct slice rest = buf_slice(&got);
    for (int i = 0; i < 100; i++) {
        char time[TIMESTAMP_TEXT_LEN];
        char want[80];
        int len = snprintf(want, sizeof want, "%s e: text\n",
                           timestamp_format(NOON + i, time));
        ck_assert_uint_ge(rest.len, (size_t)len);
        ck_assert_mem_eq(rest.data, want, (size_t)len);
        rest = slice_part(rest, (size_t)len, rest.len);
    }
    ck_assert_uint_eq(rest.len, 0);
    buf_finish(&got);
}
END_TEST

/* Nobody reads: nothing blocks, what is kept is bounded, and what is lost is counted.
 */
START_TEST(a_reader_that_stalls_holds_nobody_up)
{
    static const size_t n_lines = 20000; /* 2 MB; a pipe and the bound hold a quarter */
    int ends[2];
    struct buf got = BUF_EMPTY;
    struct terminal_writer *writer = open_writer(ends);
    struct slice line = slice_from_string(one_line);
    for (size_t i = 0; i < n_lines; i++) {
        terminal_writer_put(writer, line);
    }
    uint64_t lost = terminal_writer_lost(writer);
    ck_assert_uint_gt(lost, n_lines / 2);
    terminal_writer_destroy(writer); /* the thread hangs in its write: it is left */
    /* A reader that comes back: the thread goes on, and frees what it was left. */
    while (got.len < (n_lines - lost) * LINE_LEN) {
        char part[4096];
        ssize_t n = read(ends[0], part, sizeof part);
        ck_assert_int_gt(n, 0);
        ck_assert(buf_append(&got, part, (size_t)n));
    }
    ck_assert_mem_eq(got.data, one_line, LINE_LEN);
    close(ends[0]);
    buf_finish(&got);
}
END_TEST

/* The sum of what the lines about losses say. */
static unsigned long long sum_told(struct buf *got)
{
    static const char before[] = " terminal lost=";
    unsigned long long sum = 0;
    for (const char *at = buf_string(got); (at = strstr(at, before)) != NULL;) {
        at += sizeof before - 1;
        sum += strstr(at, ": nobody read these lines in time\n") != NULL
                   ? strtoull(at, NULL, 10)
                   : 0;
    }
    return sum;
}

START_TEST(a_loss_is_told)
{
    int ends[2];
    struct buf got = BUF_EMPTY;
    struct terminal_writer *writer = open_writer(ends);
    while (terminal_writer_lost(writer) < 3) {
        terminal_writer_put(writer, slice_from_string(one_line));
    }
    while (sum_told(&got) < 3) {
        char part[65536];
        ssize_t n = read(ends[0], part, sizeof part);
        ck_assert_int_gt(n, 0);
        ck_assert(buf_append(&got, part, (size_t)n));
    }
    ck_assert_uint_eq(sum_told(&got), 3);
    terminal_writer_destroy(writer);
    close(ends[0]);
    close(ends[1]);
    buf_finish(&got);
}
END_TEST

/* A pipe without a reader is no reason to hang, or to die. */
START_TEST(a_reader_that_is_gone_is_forgotten)
{
    int ends[2];
    struct terminal_writer *writer = open_writer(ends);
    (void)signal(SIGPIPE, SIG_IGN);
    close(ends[0]);
    for (int i = 0; i < 1000; i++) {
        terminal_writer_put(writer, slice_from_string(one_line));
    }
    terminal_writer_destroy(writer);
    close(ends[1]);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("terminal_log");
    TCase *t = tcase_create("lines");
    tcase_add_loop_test(t, value_row, 0, (int)ARRAY_LEN(values));
    tcase_add_loop_test(t, color_row, 0, (int)ARRAY_LEN(colors));
    tcase_add_test(t, long_values_are_cut);
    tcase_add_test(t, nothing_for_null);
    tcase_add_test(t, quiet_keeps_problems);
    tcase_add_test(t, colors_end);
    tcase_add_test(t, a_file_needs_no_thread);
    tcase_add_test(t, lines_arrive_in_their_order);
    tcase_add_test(t, a_reader_that_stalls_holds_nobody_up);
    tcase_add_test(t, a_loss_is_told);
    tcase_add_test(t, a_reader_that_is_gone_is_forgotten);
    suite_add_tcase(s, t);
    return s;
}
