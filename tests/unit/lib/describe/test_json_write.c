/* SPDX-License-Identifier: MIT
 *
 * json_value_dump: what is written here is what jansson writes, byte for byte.
 */
#include "base/compiler.h"
#include "base/mem.h"
#include "describe/json_value.h"
#include "support/check_main.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void assert_same(json_t *value, const char *label)
{
    char *expected = json_dumps(value, JSON_INDENT(2));
    struct buf out = BUF_EMPTY;
    ck_assert_ptr_nonnull(expected);
    buf_append_string(&out, "before");
    ck_assert_msg(json_value_dump(value, JSON_INDENT(2), &out), "%s", label);
    ck_assert_msg(strcmp(buf_string(&out) + strlen("before"), expected) == 0,
                  "%s: %s\nis not %s", label, buf_string(&out), expected);
    buf_finish(&out);
    free(expected);
}

static const char *const texts[] = {
    "{}",
    "[]",
    "[[], {}, [[]], [{}]]",
    "{\"a\": {}, \"b\": [], \"\": \"\"}",
    "{\"z\": 1, \"a\": [1, 9223372036854775807, -9223372036854775807], \"m\": null}",
    "[true, false, null, \"x\", {\"a\": [true, {\"b\": [false]}]}]",
    "[1.5, \"a real number is jansson's\", {\"deep\": [0.1]}]",
    "{\"a\\nb\\\"c\\\\d\": \"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f/<>&'\"}",
    "[\"\\u00e4\\u20ac\\ud83d\\ude00\", \"\\u0000 inside\", \"\\u2028\\ufffd\"]",
};

START_TEST(texts_are_the_same)
{
    json_error_t error;
    json_t *value = json_loads(texts[_i], JSON_ALLOW_NUL, &error);
    ck_assert_msg(value != NULL, "%s: %s", texts[_i], error.text);
    assert_same(value, texts[_i]);
    json_decref(value);
}
END_TEST

START_TEST(each_byte_is_the_same)
{
    json_t *all = json_array();
    for (unsigned byte = 0; byte < 0x80; byte++) {
        const char text[] = { 'a', (char)byte, (char)byte, 'b' };
        ck_assert_int_eq(json_array_append_new(all, json_stringn(text, sizeof text)),
                         0);
        ck_assert_int_eq(json_array_append_new(all, json_stringn(text + 1, 1)), 0);
    }
    assert_same(all, "each byte");
    json_decref(all);
}
END_TEST

START_TEST(depth_is_the_same)
{
    json_t *value = json_string("innermost");
    for (int depth = 0; depth < 80; depth++) {
        json_t *outer = json_array();
        ck_assert_int_eq(json_array_append_new(outer, value), 0);
        ck_assert_int_eq(json_array_append_new(outer, json_integer(depth)), 0);
        value = outer;
        assert_same(value, "nested");
    }
    json_decref(value);
}
END_TEST

START_TEST(no_memory_is_told)
{
    json_t *value =
        json_loads("{\"a\": [1, \"long enough to need some memory\"]}", 0, NULL);
    char *expected = json_dumps(value, JSON_INDENT(2));
    bool done = false;
    size_t n_failed = 0;
    for (size_t n = 1; !done; n++) {
        struct buf out = { .data = NULL };
        mem_fail_after(n);
        done = json_value_dump(value, JSON_INDENT(2), &out);
        mem_fail_after(0);
        n_failed += !done;
        ck_assert(!done || strcmp(buf_string(&out), expected) == 0);
        buf_finish(&out);
    }
    ck_assert_uint_gt(n_failed, 0);
    free(expected);
    json_decref(value);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("json_write");
    TCase *tc = tcase_create("write");
    tcase_add_loop_test(tc, texts_are_the_same, 0, (int)ARRAY_LEN(texts));
    tcase_add_test(tc, each_byte_is_the_same);
    tcase_add_test(tc, depth_is_the_same);
    tcase_add_test(tc, no_memory_is_told);
    suite_add_tcase(suite, tc);
    return suite;
}
