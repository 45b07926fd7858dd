/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "base/text.h"
#include "http/escape.h"
#include "support/bytes.h"
#include "support/check_main.h"

#include <stdint.h>
#include <string.h>

/* clang-format off */
static const struct {
    const char *label;
    bool (*escape)(struct buf *out, struct slice bytes);
    struct slice in;
    const char *out;
} rows[] = {
    { "html: markup", escape_html, LITERAL("<a href=\"x\" b='y'>&amp;"),
      "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;" },
    { "html: letters stay", escape_html, LITERAL("M\xc3\xbcnchen \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80"),
      "M\xc3\xbcnchen \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80" },
    { "html: override", escape_html, LITERAL("a\xe2\x80\xae" "b"), "a\\u{202e}b" },
    { "html: isolate", escape_html, LITERAL("\xe2\x81\xa6"), "\\u{2066}" },
    { "html: zero width", escape_html, LITERAL("pay\xe2\x80\x8bpal"), "pay\\u{200b}pal" },
    { "html: tag character", escape_html, LITERAL("\xf3\xa0\x81\x81"), "\\u{e0041}" },
    { "html: controls", escape_html, LITERAL("a\0b\n\x1b[0m\x7f"), "a\\u{0}b\\u{a}\\u{1b}[0m\\u{7f}" },
    { "html: no UTF-8", escape_html, LITERAL("\xff<\xc3"), "\xef\xbf\xbd&lt;\xef\xbf\xbd" },
    { "html: overlong <", escape_html, LITERAL("\xc0\xbc"), "\xef\xbf\xbd\xef\xbf\xbd" },
    { "html: surrogate", escape_html, LITERAL("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
    { "html: cut sequence eats no markup", escape_html, LITERAL("\xe2\x80<b>"),
      "\xef\xbf\xbd\xef\xbf\xbd&lt;b&gt;" },
    { "url", escape_url, LITERAL("a/b c?d&e=%~\xc3\xa9\0"), "a%2Fb%20c%3Fd%26e%3D%25~%C3%A9%00" },
    { "log: empty", escape_log_field, LITERAL(""), "-" },
    { "log: agent", escape_log_field, LITERAL("Mozilla/5.0 (X11; Linux)"), "Mozilla/5.0+(X11;+Linux)" },
    { "log: line end", escape_log_field, LITERAL("a\r\nb\tc\xc2\x85"), "a%0D%0Ab%09c%C2%85" },
    { "decode a form", escape_decode_form, LITERAL("a+b%2B%C3%a9%4%zz%"), "a b+\xc3\xa9%4%zz%" },
    { "decode", escape_decode_url, LITERAL("/a%20b%2fc%C3%a9+%25"), "/a b/c\xc3\xa9+%" },
};

static const struct slice undecodable[] = {
    LITERAL("%"), LITERAL("%4"), LITERAL("a%g0"), LITERAL("a%0g"), LITERAL("%00"), LITERAL("%%41"), LITERAL("%-1"),
};
/* clang-format on */

START_TEST(escape_rows)
{
    struct buf out = BUF_EMPTY;
    ck_assert_msg(rows[_i].escape(&out, rows[_i].in), "%s: refused", rows[_i].label);
    ck_assert_msg(slice_equals_string(buf_slice(&out), rows[_i].out), "%s: got %s",
                  rows[_i].label, buf_string(&out));
    buf_finish(&out);
}
END_TEST

START_TEST(escape_refuses_bad_percents)
{
    struct buf out = BUF_EMPTY;
    buf_append_string(&out, "before");
    ck_assert_msg(!escape_decode_url(&out, undecodable[_i]), "row %d was taken", _i);
    ck_assert_str_eq(buf_string(&out), "before");
    buf_finish(&out);
}
END_TEST

/* Every pair of bytes, whatever it means: none gets out of its place. */
START_TEST(escape_every_pair_of_bytes)
{
    struct buf out = BUF_EMPTY;
    for (unsigned pair = 0; pair < 0x10000; pair++) {
        uint8_t bytes[2] = { (uint8_t)(pair >> 8), (uint8_t)pair };
        struct slice in = { bytes, 2 };
        buf_clear(&out);
        escape_html(&out, in);
        ck_assert_msg(text_is_utf8(buf_slice(&out)), "%04x: no UTF-8", pair);
        ck_assert_msg(strpbrk(buf_string(&out), "<>\"'\r\n") == NULL, "%04x: markup",
                      pair);
        ck_assert_msg(slice_find(buf_slice(&out), 0) == out.len, "%04x: NUL", pair);
        buf_clear(&out);
        escape_log_field(&out, in);
        escape_url(&out, in);
        for (size_t i = 0; i < out.len; i++) {
            ck_assert_msg(out.data[i] >= 0x20 && out.data[i] < 0x7f, "%04x: unsafe",
                          pair);
        }
        buf_clear(&out);
        escape_url(&out, in);
        struct buf back = BUF_EMPTY;
        if (bytes[0] != 0 && bytes[1] != 0) {
            ck_assert_msg(escape_decode_url(&back, buf_slice(&out)), "%04x", pair);
            ck_assert_msg(slice_equal(buf_slice(&back), in), "%04x: no round trip",
                          pair);
        }
        buf_finish(&back);
    }
    buf_finish(&out);
}
END_TEST

START_TEST(escape_says_when_there_is_no_room)
{
    struct buf out = BUF_LIMITED(4);
    ck_assert(!escape_html_string(&out, "<<<"));
    ck_assert_uint_le(out.len, 4);
    buf_finish(&out);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("escape");
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, escape_rows, 0, (int)ARRAY_LEN(rows));
    tcase_add_loop_test(tc, escape_refuses_bad_percents, 0,
                        (int)ARRAY_LEN(undecodable));
    tcase_add_test(tc, escape_every_pair_of_bytes);
    tcase_add_test(tc, escape_says_when_there_is_no_room);
    suite_add_tcase(s, tc);
    return s;
}
