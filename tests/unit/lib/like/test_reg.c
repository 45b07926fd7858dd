/* SPDX-License-Identifier: MIT
 *
 * like/reg: the registry as `reg export` writes it, whole, damaged and hostile.
 */
#include "like/reg.h"
#include "support/check_main.h"

#include <stdio.h>
#include <string.h>

#define HEADER "Windows Registry Editor Version 5.00\r\n\r\n"

/* A line each: "4 K|Name=dword 2", "5 K|=text x", "6 !what is wrong". */
static void on_value(void *user, const struct reg_value *value)
{
    struct buf *told = user;
    buf_printf(told, "%zu ", value->line);
    buf_append_slice(told, value->key);
    buf_append_byte(told, '|');
    buf_append_slice(told, value->name);
    if (value->type == REG_DWORD) {
        buf_printf(told, "=dword %u", (unsigned)value->number);
    } else if (value->type == REG_TEXT) {
        buf_append_string(told, "=text ");
        buf_append_slice(told, value->text);
    } else {
        buf_append_string(told, value->type == REG_BYTES ? "=bytes" : "=removed");
    }
    buf_append_byte(told, '\n');
}

static void on_fault(void *user, size_t line, const char *what)
{
    buf_printf(user, "%zu !%s\n", line, what);
}

static const struct {
    const char *label;
    const char *text;
    const char *told; /* NULL = no such file */
} files[] = {
    { "nothing", "", NULL },
    { "no header", "[K]\n\"a\"=dword:1\n", NULL },
    { "another's file", "MZ\x90", NULL },
    { "a header alone", HEADER, "" },
    { "the old header", "REGEDIT4\n[K]\n\"a\"=dword:1\n", "3 K|a=dword 1\n" },
    { "numbers", HEADER "[K\\L]\r\n\"a\"=dword:00000002\r\n\"b\"=dword:FFFFFFFF\r\n",
      "4 K\\L|a=dword 2\n5 K\\L|b=dword 4294967295\n" },
    { "texts",
      HEADER "[K]\n@=\"own\"\n\"n\\\"a\\\\me\"=\"C:\\\\x \\\"y\\\"\"\n\"e\"=\"\"\n",
      "4 K|=text own\n5 K|n\"a\\me=text C:\\x \"y\"\n6 K|e=text \n" },
    { "bytes over several lines",
      HEADER "[K]\n\"h\"=hex:00,01,\\\r\n  02,\\\r\n  03\r\n\"m\"=hex(7):00,\\\n  00\n"
             "\"after\"=dword:1\n",
      "4 K|h=bytes\n7 K|m=bytes\n9 K|after=dword 1\n" },
    { "removed ones", HEADER "[-K\\Gone]\n[K]\n\"a\"=-\n", "5 K|a=removed\n" },
    { "comments and blanks", HEADER "; [X]\n  [K]  \n\t\"a\"=dword:1 \n",
      "5 K|a=dword 1\n" },
    { "a value without a key", HEADER "\"a\"=dword:1\n", "" },
    { "no closing bracket: what follows has no key", HEADER "[K]\n[L\n\"a\"=dword:1\n",
      "4 !the name of a key has no closing bracket\n" },
    { "no closing quote", HEADER "[K]\n\"a=dword:1\n\"b\"=dword:1\n",
      "4 !the name of a value has no closing quote\n5 K|b=dword 1\n" },
    { "no equals sign", HEADER "[K]\n\"a\" dword:1\n",
      "4 !there is no '=' behind the name of a value\n" },
    { "no number", HEADER "[K]\n\"a\"=dword:xyz\n\"b\"=dword:\n\"c\"=dword:100000000\n",
      "4 !a dword is not one to eight hexadecimal digits\n"
      "5 !a dword is not one to eight hexadecimal digits\n"
      "6 !a dword is not one to eight hexadecimal digits\n" },
    { "no type", HEADER "[K]\n\"a\"=qword:1\n",
      "4 !the value is neither dword:, hex: nor in quotes\n" },
    { "an open text", HEADER "[K]\n\"a\"=\"x\n",
      "4 !the value is neither dword:, hex: nor in quotes\n" },
    { "binary within", HEADER "[K]\n\x01\x02\n\"a\"=dword:1\n",
      "4 !this is neither a key nor a value\n5 K|a=dword 1\n" },
    { "cut within bytes", HEADER "[K]\n\"h\"=hex:00,\\", "4 K|h=bytes\n" },
    { "an empty key", HEADER "[]\n\"a\"=dword:1\n[\n",
      "5 !the name of a key has no closing bracket\n" },
};

START_TEST(file)
{
    struct buf told = BUF_EMPTY;
    const struct reg_visitor visitor = { &told, on_value, on_fault };
    bool is_one = reg_read(slice_from_string(files[_i].text), &visitor);
    ck_assert_msg(is_one == (files[_i].told != NULL), "%s", files[_i].label);
    ck_assert_msg(strcmp(buf_string(&told), is_one ? files[_i].told : "") == 0,
                  "%s: got\n%s", files[_i].label, buf_string(&told));
    buf_finish(&told);
}
END_TEST

START_TEST(long_texts_are_cut)
{
    struct buf text = BUF_EMPTY;
    struct buf told = BUF_EMPTY;
    const struct reg_visitor visitor = { &told, on_value, on_fault };
    buf_append_string(&text, HEADER "[K]\n\"a\"=\"");
    for (size_t i = 0; i < 2 * REG_VALUE_MAX; i++) {
        buf_append_byte(&text, 'x');
    }
    buf_append_string(&text, "\"\n\"b\"=\"y\"\n");
    ck_assert(reg_read(buf_slice(&text), &visitor));
    ck_assert_int_lt((int)told.len, (int)REG_VALUE_MAX + 40);
    ck_assert(strstr(buf_string(&told), "5 K|b=text y\n") != NULL);
    buf_finish(&text);
    buf_finish(&told);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("reg");
    TCase *c = tcase_create("reg");
    tcase_add_loop_test(c, file, 0, (int)ARRAY_LEN(files));
    tcase_add_test(c, long_texts_are_cut);
    suite_add_tcase(s, c);
    return s;
}
