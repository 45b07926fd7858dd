/* SPDX-License-Identifier: MIT
 *
 * server/logs/event_log: one line per event, whatever a peer writes; colours.
 */
#include "logs/event_log.h"
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
    struct event event;
    event_init(&event, EVENT_INFO, "e", NOON, false);
    event_add(&event, "k", values[_i].value);
    const char *line = buf_string(&event.text);
    ck_assert_msg(strncmp(line, "2026-11-22T12:00:00Z ", 21) == 0, "%s: time in %s",
                  values[_i].label, line);
    ck_assert_msg(strcmp(line + 21, values[_i].line) == 0, "%s: got %s",
                  values[_i].label, line + 21);
    event_finish(&event);
}
END_TEST

START_TEST(long_values_are_cut)
{
    char text[2000];
    struct event event;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    event_init(&event, EVENT_INFO, "e", NOON, false);
    event_add(&event, "k", text);
    ck_assert_uint_lt(event.text.len, 400);
    ck_assert_ptr_nonnull(strstr(buf_string(&event.text), "xxx..."));
    event_finish(&event);
}
END_TEST

START_TEST(nothing_for_null)
{
    struct event event;
    event_init(&event, EVENT_ERROR, "e", NOON, false);
    event_add(&event, "k", NULL);
    event_add_text(&event, NULL);
    event_add_number(&event, "n", 7);
    event_add_text(&event, "why\n");
    ck_assert_str_eq(buf_string(&event.text) + 21, "e n=7: why\\x0a");
    event_finish(&event);
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
    ck_assert_msg(event_log_wants_color(colors[_i].forced, colors[_i].no_color,
                                        colors[_i].force,
                                        colors[_i].terminal) == colors[_i].color,
                  "%s", colors[_i].label);
}
END_TEST

static size_t emitted(bool quiet, enum event_level level)
{
    FILE *out = tmpfile();
    ck_assert_ptr_nonnull(out);
    struct event_log log = { .out = out, .quiet = quiet, .color = false };
    event_log_say(&log, level, "e", NOON, "text");
    long len = ftell(out);
    fclose(out);
    return (size_t)len;
}

START_TEST(quiet_keeps_problems)
{
    ck_assert_uint_gt(emitted(false, EVENT_INFO), 0);
    ck_assert_uint_eq(emitted(true, EVENT_INFO), 0);
    ck_assert_uint_gt(emitted(true, EVENT_WARNING), 0);
    ck_assert_uint_gt(emitted(true, EVENT_ERROR), 0);
}
END_TEST

START_TEST(colors_end)
{
    struct event event;
    event_init(&event, EVENT_ERROR, "e", NOON, true);
    ck_assert_ptr_nonnull(strstr(buf_string(&event.text), "\x1b[1;31me\x1b[0m"));
    event_finish(&event);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("event_log");
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
