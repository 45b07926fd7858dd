/* SPDX-License-Identifier: MIT
 *
 * server/logs/terminal_log: one line per event, whatever a peer writes; colours.
 */
#include "logs/terminal_log.h"
#include "support/check_main.h"

#include <string.h>

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
    suite_add_tcase(s, t);
    return s;
}
