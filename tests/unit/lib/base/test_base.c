/* SPDX-License-Identifier: MIT
 *
 * lib/base: buffers, text, time, files, options.
 */
#include "base/args.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "support/check_main.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- buf */

START_TEST(a_line_is_taken_off)
{
    struct slice text = slice_from_string("one\r\n\ntwo\r\rthree\nlast");
    ck_assert(slice_equals_string(slice_take_line(&text), "one"));
    ck_assert(slice_equals_string(slice_take_line(&text), ""));
    ck_assert(slice_equals_string(slice_take_line(&text), "two\r\rthree"));
    ck_assert(slice_equals_string(slice_take_line(&text), "last"));
    ck_assert_uint_eq(text.len, 0);
    ck_assert(slice_equals_string(slice_take_line(&text), ""));
    text = slice_from_string("\r");
    ck_assert(slice_equals_string(slice_take_line(&text), ""));
    ck_assert_uint_eq(text.len, 0);
}
END_TEST

START_TEST(buf_grows_and_consumes)
{
    struct buf b = BUF_EMPTY;
    for (int i = 0; i < 1000; i++) {
        ck_assert(buf_printf(&b, "%d,", i));
    }
    ck_assert(buf_ok(&b));
    buf_consume(&b, 4);
    ck_assert_mem_eq(b.data, "2,3,", 4);
    buf_consume(&b, b.len);
    ck_assert_uint_eq(b.len, 0);
    ck_assert_str_eq(buf_string(&b), "");
    buf_finish(&b);
}
END_TEST

START_TEST(buf_limit_is_sticky)
{
    struct buf b = BUF_LIMITED(4);
    ck_assert(buf_append_string(&b, "abcd"));
    ck_assert(!buf_append_byte(&b, 'e'));
    ck_assert(!buf_append(&b, "", 0));
    ck_assert(!buf_ok(&b));
    ck_assert_uint_eq(b.len, 4);
    buf_clear(&b);
    ck_assert(buf_append_byte(&b, 'x'));
    buf_finish(&b);
}
END_TEST

/* A buf that is full to its limit is a string all the same. */
START_TEST(buf_string_of_a_full_buf)
{
    for (size_t n = 0; n < 600; n++) {
        struct buf b = BUF_LIMITED(n + 1);
        for (size_t i = 0; i <= n; i++) {
            ck_assert(buf_append_byte(&b, 'x'));
        }
        mem_fail_after(1);
        ck_assert_uint_eq(strlen(buf_string(&b)), n + 1);
        ck_assert_uint_le(b.cap, n + 2); /* no more than it may ever need */
        mem_fail_after(0);
        ck_assert(buf_ok(&b));
        buf_finish(&b);
    }
}
END_TEST

START_TEST(buf_survives_lack_of_memory)
{
    struct buf b = BUF_EMPTY;
    mem_fail_after(1);
    ck_assert(!buf_append_string(&b, "x"));
    ck_assert_str_eq(buf_string(&b), "");
    mem_fail_after(0);
    ck_assert(!buf_ok(&b));
    buf_finish(&b);
}
END_TEST

/* ---- text */

static const struct {
    const char *in;
    size_t len;
    const char *out;
} escapes[] = {
    { "plain ascii", 11, "plain ascii" },
    { "a\nb\rc", 5, "a\\x0ab\\x0dc" },
    { "\x1b[2J", 4, "\\x1b[2J" },
    { "nul\0end", 7, "nul\\x00end" },
    { "back\\slash\\x0a", 14, "back\\slash\\x0a" },
    { "caf\xc3\xa9", 5, "caf\xc3\xa9" },
    { "bad\xff", 4, "bad\\xff" },
    { "\xc0\xaf", 2, "\\xc0\\xaf" },          /* overlong '/' */
    { "\xed\xa0\x80", 3, "\\xed\\xa0\\x80" }, /* surrogate */
    { "\xe2\x80\xae"
      "evil",
      7, "\\u{202e}evil" }, /* right-to-left override */
    { "\xc2\x9b"
      "31m",
      5, "\\u{9b}31m" }, /* C1 control sequence introducer */
    { "\xf4\x90\x80\x80", 4, "\\xf4\\x90\\x80\\x80" } /* over U+10FFFF */
};

START_TEST(text_escape_is_one_safe_line)
{
    struct buf b = BUF_EMPTY;
    struct slice in = { (const uint8_t *)escapes[_i].in, escapes[_i].len };
    ck_assert(text_escape_terminal(&b, in));
    ck_assert_str_eq(buf_string(&b), escapes[_i].out);
    buf_finish(&b);
}
END_TEST

START_TEST(text_utf8_roundtrip)
{
    static const uint32_t points[] = { 0x24, 0xe9, 0x20ac, 0x1f510, 0x10ffff };
    for (size_t i = 0; i < ARRAY_LEN(points); i++) {
        struct buf b = BUF_EMPTY;
        uint32_t back = 0;
        ck_assert(text_append_utf8(&b, points[i]));
        ck_assert_uint_eq(text_decode_utf8(buf_slice(&b), &back), b.len);
        ck_assert_uint_eq(back, points[i]);
        buf_finish(&b);
    }
}
END_TEST

START_TEST(text_reads_thumbprints)
{
    uint8_t bytes[4];
    size_t len = 0;
    ck_assert(text_read_hex("\xe2\x80\x8e"
                            "DE ad:be EF",
                            bytes, sizeof(bytes), &len));
    ck_assert_uint_eq(len, 4);
    ck_assert_mem_eq(bytes, "\xde\xad\xbe\xef", 4);
    ck_assert(!text_read_hex("abc", bytes, sizeof(bytes), &len));
    ck_assert(!text_read_hex("zz", bytes, sizeof(bytes), &len));
    ck_assert(!text_read_hex("0011223344", bytes, sizeof(bytes), &len));
}
END_TEST

START_TEST(text_numbers)
{
    uint64_t n = 0;
    ck_assert(text_read_number("65535", 65535, &n) && n == 65535);
    ck_assert(!text_read_number("65536", 65535, &n));
    ck_assert(!text_read_number("", 1, &n));
    ck_assert(!text_read_number("-1", 1, &n));
    ck_assert(!text_read_number("99999999999999999999", UINT64_MAX, &n));
    ck_assert(text_equal_ignoring_case("sslFlags", "SSLFLAGS"));
    ck_assert(!text_equal_ignoring_case("a", "ab"));
    ck_assert(text_has_suffix_ignoring_case("x.CER", ".cer"));
    ck_assert(text_has_prefix_ignoring_case("Microsoft-IIS", "microsoft-"));
    ck_assert(!text_has_prefix_ignoring_case("micro", "microsoft-"));
}
END_TEST

/* ---- time */

START_TEST(time_roundtrips_every_day)
{
    char text[TIMESTAMP_TEXT_LEN];
    int64_t back = 0;
    for (int64_t t = -62135596800; t <= 253402300799; t += 86399 * 13) {
        ck_assert(timestamp_parse(timestamp_format(t, text), &back));
        ck_assert_msg(back == t, "%s", text);
    }
}
END_TEST

START_TEST(time_known_values)
{
    char text[TIMESTAMP_TEXT_LEN];
    int64_t t = 0;
    ck_assert(timestamp_parse("2000-02-29T12:00:00+02:00", &t));
    ck_assert_int_eq(t, 951818400);
    ck_assert_str_eq(timestamp_format_http(784111777, text),
                     "Sun, 06 Nov 1994 08:49:37 GMT");
    ck_assert(timestamp_parse("2026-11-22", &t));
    ck_assert_str_eq(timestamp_format(t, text), "2026-11-22T00:00:00Z");
    ck_assert(!timestamp_parse("2023-02-29", &t));
    ck_assert(!timestamp_parse("2023-13-01T00:00:00Z", &t));
    ck_assert(!timestamp_parse("2023-01-01T00:00:00", &t));
    ck_assert(!timestamp_parse("now", &t));
}
END_TEST

START_TEST(time_durations)
{
    int64_t s = 0;
    ck_assert(timestamp_parse_duration("-1d", &s) && s == -86400);
    ck_assert(timestamp_parse_duration("+2w", &s) && s == 14 * 86400);
    ck_assert(timestamp_parse_duration("90", &s) && s == 90);
    ck_assert(!timestamp_parse_duration("d", &s));
    ck_assert(!timestamp_parse_duration("1 d", &s));
    ck_assert(!timestamp_parse_duration("", &s));
}
END_TEST

static const struct {
    int64_t seconds;
    const char *text;
} spans[] = {
    { 0, "0 seconds" },
    { 1, "1 second" },
    { 59, "59 seconds" },
    { TIMESTAMP_MINUTE, "1 minute" },
    { TIMESTAMP_HOUR - 1, "59 minutes" },
    { TIMESTAMP_HOUR, "1 hour" },
    { TIMESTAMP_DAY - 1, "23 hours" },
    { TIMESTAMP_DAY, "1 day" },
    { 365 * TIMESTAMP_DAY - 1, "364 days" },
    { 365 * TIMESTAMP_DAY, "1 year" },
    { 253402300799, "8035 years" },
};

START_TEST(time_spans)
{
    char text[TIMESTAMP_TEXT_LEN];
    ck_assert_str_eq(timestamp_format_span(spans[_i].seconds, text), spans[_i].text);
}
END_TEST

START_TEST(time_moments)
{
    int64_t t = 7;
    ck_assert(timestamp_parse_moment("2026-11-22", 1000, &t) && t == 1795305600);
    ck_assert(timestamp_parse_moment("-1d", 100000, &t) && t == 13600);
    ck_assert(!timestamp_parse_moment("soon", 1000, &t) && t == 13600);
}
END_TEST

/* ---- files */

static char folder[TEST_PLACE_MAX];

static void make_folder(void)
{
    test_place(folder, "base");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[TEST_PLACE_MAX + 16];
    (void)snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

static int count_name(void *user, const char *name)
{
    struct buf *names = user;
    buf_printf(names, "%s ", name);
    return 0;
}

START_TEST(file_write_then_read)
{
    char path[FILE_PATH_MAX];
    char inner[FILE_PATH_MAX];
    struct err err = ERR_INIT;
    struct buf b = BUF_EMPTY;
    struct stat status;

    ck_assert(file_join(inner, folder, "a/b"));
    ck_assert_int_eq(file_make_folders(inner, &err), 0);
    ck_assert_int_eq(file_make_folders(inner, &err), 0);
    ck_assert(file_join(path, inner, "x.key"));
    ck_assert_int_eq(file_write(path, 0600, slice_from_string("secret"), &err), 0);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0600);
    ck_assert_int_eq(file_read_all(path, 6, &b, &err), 0);
    ck_assert_str_eq(buf_string(&b), "secret");
    ck_assert_int_eq(file_read_all(path, 5, &b, &err), -1);
    ck_assert_int_eq(err.domain, ERR_LIMIT);
    ck_assert_str_eq(buf_string(&b), "secret");
    buf_clear(&b);
    ck_assert_int_eq(file_list(inner, count_name, &b, &err), 0);
    ck_assert_str_eq(buf_string(&b), "x.key ");
    ck_assert_int_eq(file_kind(inner), FILE_FOLDER);
    buf_finish(&b);
}
END_TEST

/* What a process that was killed left behind goes; what a user made stays. */
START_TEST(file_sweep_takes_what_was_left)
{
    static const char *const names[] = { "x.pem",     "x.pem.~aB3xYz", "x.pem.backup",
                                         "x.pem.~",   "y~aB3xYz",      ".~aB3xYz",
                                         "z.~aB3-Yz", "x.pem.~aB3xYz0" };
    struct err err = ERR_INIT;
    struct buf b = BUF_EMPTY;
    char path[FILE_PATH_MAX];

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        ck_assert(file_join(path, folder, names[i]));
        ck_assert_int_eq(file_write(path, 0600, SLICE_EMPTY, &err), 0);
    }
    ck_assert_int_eq(file_sweep(folder, &err), 0);
    ck_assert_int_eq(file_list(folder, count_name, &b, &err), 0);
    ck_assert_str_eq(buf_string(&b), ".~aB3xYz x.pem x.pem.backup x.pem.~ "
                                     "x.pem.~aB3xYz0 y~aB3xYz z.~aB3-Yz ");
    ck_assert_int_eq(file_sweep("/proc/nonexistent", &err), 0);
    buf_finish(&b);
}
END_TEST

/* The same for one file, wherever it lies: what else is there is left alone, and so is
 * what a living process writes. */
START_TEST(file_write_takes_what_was_left)
{
    static const char *const names[] = { "x.pem.~aB3xYz", "y.pem.~aB3xYz",
                                         "x.pem.~live00", "xx.pem.~aB3xYz",
                                         "x.pem.backup" };
    struct err err = ERR_INIT;
    struct buf b = BUF_EMPTY;
    char path[FILE_PATH_MAX];

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        ck_assert(file_join(path, folder, names[i]));
        ck_assert_int_eq(file_write_unsynced(path, 0600, SLICE_EMPTY, &err), 0);
    }
    ck_assert(file_join(path, folder, names[2]));
    int live = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_eq(flock(live, LOCK_EX | LOCK_NB), 0);
    ck_assert(file_join(path, folder, "x.pem"));
    ck_assert_int_eq(file_write(path, 0600, SLICE_EMPTY, &err), 0);
    ck_assert_int_eq(file_list(folder, count_name, &b, &err), 0);
    ck_assert_str_eq(buf_string(&b), "x.pem x.pem.backup x.pem.~live00 xx.pem.~aB3xYz "
                                     "y.pem.~aB3xYz ");
    (void)close(live);
    ck_assert_int_eq(file_write(path, 0600, SLICE_EMPTY, &err), 0);
    buf_clear(&b);
    ck_assert_int_eq(file_list(folder, count_name, &b, &err), 0);
    ck_assert_str_eq(buf_string(&b),
                     "x.pem x.pem.backup xx.pem.~aB3xYz y.pem.~aB3xYz ");
    file_sweep_beside("/proc/nonexistent/x");
    file_sweep_beside("/");
    buf_finish(&b);
}
END_TEST

/* Others' eyes, or others' hands: no place for secrets. */
START_TEST(file_for_secrets_is_private)
{
    static const struct {
        mode_t mode; /* 0 = it is not there */
        const char *words;
    } rows[] = {
        { 0, NULL },
        { 0600, NULL },
        { 0644, "other users of this machine may read or change it (its mode is 0644). "
                "Run chmod 600" },
        { 0640, "its mode is 0640" },
        { 0602, "its mode is 0602" },
    };
    struct err err = ERR_INIT;
    char path[FILE_PATH_MAX];

    ck_assert(file_join(path, folder, "keys.log"));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int fd = -1;
        if (rows[i].mode != 0) {
            ck_assert_int_eq(file_write(path, rows[i].mode, SLICE_EMPTY, &err), 0);
        }
        int result = file_open_private(path, &fd, &err);
        ck_assert_msg((result == 0) == (rows[i].words == NULL), "row %zu", i);
        if (result == 0) {
            struct stat status;
            ck_assert_int_eq(fstat(fd, &status), 0);
            ck_assert_uint_eq(status.st_mode & 0777, 0600);
            ck_assert_int_eq(close(fd), 0);
        } else {
            ck_assert_msg(strstr(err.text, rows[i].words) != NULL, "%s", err.text);
            ck_assert_int_eq(fd, -1);
        }
    }
}
END_TEST

/* Root may rename over a device: it must not come to that. */
START_TEST(file_write_keeps_what_is_no_file)
{
    char path[FILE_PATH_MAX];
    struct err err = ERR_INIT;
    struct stat status;
    char got[8] = "";

    ck_assert(file_join(path, folder, "pipe"));
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    int fd = open(path, O_RDWR | O_NONBLOCK);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(file_write(path, 0600, slice_from_string("through"), &err), 0);
    ck_assert_int_eq(read(fd, got, sizeof(got)), 7);
    ck_assert_str_eq(got, "through");
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert(S_ISFIFO(status.st_mode));
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

START_TEST(file_errors_name_the_file)
{
    struct err err = ERR_INIT;
    struct buf b = BUF_EMPTY;
    ck_assert_int_eq(file_read_all("/proc/nonexistent/x", 1, &b, &err), -1);
    ck_assert_int_eq(err.code, ENOENT);
    ck_assert_ptr_nonnull(strstr(err.text, "/proc/nonexistent/x"));
    ck_assert_int_eq(file_read_all(folder, 1, &b, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "not a regular file"));
    ck_assert_int_eq(file_write("/proc/nonexistent/x", 0600, SLICE_EMPTY, &err), -1);
    ck_assert_int_eq(file_make_folders("/dev/null/x", &err), -1);
    ck_assert_int_eq(file_list("/proc/nonexistent", count_name, &b, &err), 0);
    buf_finish(&b);
}
END_TEST

START_TEST(file_places_follow_xdg)
{
    char path[FILE_PATH_MAX];
    struct err err = ERR_INIT;
    ck_assert_int_eq(setenv("XDG_DATA_HOME", "/x/data", 1), 0);
    ck_assert_int_eq(file_find_place(FILE_PLACE_DATA, "store", path, &err), 0);
    ck_assert_str_eq(path, "/x/data/certgate/store");
    ck_assert_int_eq(setenv("XDG_DATA_HOME", "relative", 1), 0); /* XDG: ignored */
    ck_assert_int_eq(setenv("HOME", "/home/u", 1), 0);
    ck_assert_int_eq(file_find_place(FILE_PLACE_DATA, NULL, path, &err), 0);
    ck_assert_str_eq(path, "/home/u/.local/share/certgate");
    ck_assert_int_eq(unsetenv("HOME"), 0);
    ck_assert_int_eq(file_find_place(FILE_PLACE_DATA, NULL, path, &err), -1);
}
END_TEST

/* ---- options */

struct target {
    const char *store;
    int verbose;
    struct buf operands;
};

static int set_store(void *user, const char *value, struct err *err)
{
    struct target *t = user;
    if (*value == 0) {
        return err_set(err, ERR_CONFIG, 0, "it is empty");
    }
    t->store = value;
    return 0;
}

static int set_verbose(void *user, const char *value, struct err *err)
{
    (void)value;
    (void)err;
    ((struct target *)user)->verbose++;
    return 0;
}

static int add_operand(void *user, const char *operand, struct err *err)
{
    (void)err;
    buf_printf(&((struct target *)user)->operands, "[%s]", operand);
    return 0;
}

static const struct args_option options[] = {
    ARGS_HEADING("General"),
    { "store", 's', "CApath", "DIR",
      "the folder of certificate stores, laid out as Windows "
      "names them, which is made on the first run",
      set_store, ARGS_ONCE },
    { "verbose", 'v', NULL, NULL, "say more", set_verbose, ARGS_ONCE },
    { "another-name", 0, NULL, "NAME", "one more", add_operand, ARGS_REPEATABLE },
};

static const struct {
    const char *line[6];
    const char *store;
    int verbose;
    const char *operands;
    const char *error;
} command_lines[] = {
    { { "p", "--store", "d", "x" }, "d", 0, "[x]", NULL },
    { { "p", "--store=d", "-v", "-v" }, "d", 2, "", NULL },
    { { "p", "-sd", "-", "--", "-v" }, "d", 0, "[-][-v]", NULL },
    { { "p", "-vvs", "d" }, "d", 2, "", NULL },
    { { "p", "-CApath", "d" }, "d", 0, "", NULL },
    { { "p", "--stroe", "d" },
      NULL,
      0,
      "",
      "unknown option --stroe (did you mean --store?)" },
    { { "p", "--verbose=1" }, NULL, 0, "", "--verbose takes no value" },
    { { "p", "--store" }, NULL, 0, "", "--store needs a value: --store DIR" },
    { { "p", "--store=" }, NULL, 0, "", "--store: it is empty" },
    { { "p", "-vx" }, NULL, 1, "", "unknown option -vx (--help lists them)" },
};

START_TEST(args_forms)
{
    struct target t = { NULL, 0, BUF_EMPTY };
    struct err err = ERR_INIT;
    int argc = 0;
    char *argv[6];
    while (argc < 6 && command_lines[_i].line[argc] != NULL) {
        argv[argc] = strdup(command_lines[_i].line[argc]);
        argc++;
    }
    int result =
        args_parse(options, ARRAY_LEN(options), argc, argv, &t, add_operand, &err);
    ck_assert_int_eq(result, command_lines[_i].error == NULL ? 0 : -1);
    ck_assert_str_eq(err.text,
                     command_lines[_i].error == NULL ? "" : command_lines[_i].error);
    if (result == 0) {
        ck_assert_pstr_eq(t.store, command_lines[_i].store);
        ck_assert_int_eq(t.verbose, command_lines[_i].verbose);
        ck_assert_str_eq(buf_string(&t.operands), command_lines[_i].operands);
    }
    buf_finish(&t.operands);
    for (int i = 0; i < argc; i++) {
        free(argv[i]);
    }
}
END_TEST

/* Environment variables and lines of files. */
static const struct {
    size_t option;
    const char *text;
    const char *got;   /* of --another-name, or of --store */
    const char *error; /* NULL = none */
} texts[] = {
    { 1, "a b  c", "a b  c", NULL },
    { 1, "a\\ b", "a\\ b", NULL },
    { 3, "a", "[a]", NULL },
    { 3, " a\tb\n c ", "[a][b][c]", NULL },
    { 3, "a\\ b c\\\\d", "[a b][c\\d]", NULL },
    { 3, "\\ ", "[ ]", NULL },
    { 3, "", NULL, "there is no value" },
    { 3, " \n", NULL, "there is no value" },
    { 3, "a\\b", NULL, "a backslash stands before" },
    { 3, "a\\", NULL, "a backslash stands before" },
};

START_TEST(args_texts)
{
    struct target t = { NULL, 0, BUF_EMPTY };
    struct err err = ERR_INIT;
    int result = args_set_text(&options[texts[_i].option], &t, texts[_i].text, &err);
    if (texts[_i].error == NULL) {
        ck_assert_msg(result == 0, "%s", err.text);
        ck_assert_str_eq(t.store != NULL ? t.store : buf_string(&t.operands),
                         texts[_i].got);
    } else {
        ck_assert_int_eq(result, -1);
        ck_assert_msg(strstr(err.text, texts[_i].error) != NULL, "%s", err.text);
    }
    buf_finish(&t.operands);
}
END_TEST

START_TEST(args_text_has_a_limit)
{
    struct target t = { NULL, 0, BUF_EMPTY };
    struct err err = ERR_INIT;
    char text[ARGS_WORD_MAX + 1];
    memset(text, 'a', sizeof text);
    text[ARGS_WORD_MAX] = 0;
    ck_assert_int_eq(args_set_text(&options[3], &t, text, &err), -1);
    ck_assert_str_eq(err.text, "a value is longer than 1023 bytes");
    text[ARGS_WORD_MAX - 1] = 0;
    ck_assert_int_eq(args_set_text(&options[3], &t, text, &err), 0);
    ck_assert_uint_eq(t.operands.len, ARGS_WORD_MAX - 1 + 2);
    buf_finish(&t.operands);
}
END_TEST

START_TEST(args_help_fits)
{
    struct buf b = BUF_EMPTY;
    ck_assert(args_append_help(&b, options, ARRAY_LEN(options)));
    const char *text = buf_string(&b);
    ck_assert_ptr_nonnull(strstr(text, "\nGeneral:\n  -s, --store DIR"));
    ck_assert_ptr_nonnull(strstr(text, " one more (repeatable)\n"));
    ck_assert_ptr_null(strstr(text, "say more ("));
    for (const char *line = text; *line != 0; line += strcspn(line, "\n") + 1) {
        ck_assert_uint_le(strcspn(line, "\n"), 80);
    }
    buf_finish(&b);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("base");
    TCase *plain = tcase_create("plain");
    tcase_add_test(plain, a_line_is_taken_off);
    tcase_add_test(plain, buf_grows_and_consumes);
    tcase_add_test(plain, buf_limit_is_sticky);
    tcase_add_test(plain, buf_string_of_a_full_buf);
    tcase_add_test(plain, buf_survives_lack_of_memory);
    tcase_add_loop_test(plain, text_escape_is_one_safe_line, 0,
                        (int)ARRAY_LEN(escapes));
    tcase_add_test(plain, text_utf8_roundtrip);
    tcase_add_test(plain, text_reads_thumbprints);
    tcase_add_test(plain, text_numbers);
    tcase_add_test(plain, time_roundtrips_every_day);
    tcase_add_test(plain, time_known_values);
    tcase_add_test(plain, time_durations);
    tcase_add_loop_test(plain, time_spans, 0, (int)ARRAY_LEN(spans));
    tcase_add_test(plain, time_moments);
    tcase_add_loop_test(plain, args_forms, 0, (int)ARRAY_LEN(command_lines));
    tcase_add_loop_test(plain, args_texts, 0, ARRAY_LEN(texts));
    tcase_add_test(plain, args_text_has_a_limit);
    tcase_add_test(plain, args_help_fits);
    suite_add_tcase(s, plain);

    TCase *files = tcase_create("files");
    tcase_add_checked_fixture(files, make_folder, remove_folder);
    tcase_add_test(files, file_write_then_read);
    tcase_add_test(files, file_sweep_takes_what_was_left);
    tcase_add_test(files, file_write_takes_what_was_left);
    tcase_add_test(files, file_for_secrets_is_private);
    tcase_add_test(files, file_write_keeps_what_is_no_file);
    tcase_add_test(files, file_errors_name_the_file);
    tcase_add_test(files, file_places_follow_xdg);
    suite_add_tcase(s, files);
    return s;
}
