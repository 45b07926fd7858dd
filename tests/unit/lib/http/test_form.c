/* SPDX-License-Identifier: MIT
 *
 * http/form: what browsers and curl send, and what nobody should.
 */
#include "http/form.h"

#include "base/mem.h"
#include "http/query.h"
#include "support/check_main.h"

#include <stdio.h>
#include <stdlib.h>

#define URLENCODED "application/x-www-form-urlencoded"
#define MULTIPART  "multipart/form-data; boundary=XyZ"

static struct form form; /* too large for the stack */

static const struct {
    const char *label;
    const char *type;
    const char *body;
    enum form_result result;
    const char *want; /* "name=value\n" of each, "name=value (file)\n" */
} rows[] = {
    { "two fields", URLENCODED, "a=1&b=two", FORM_OK, "a=1\nb=two\n" },
    { "charset", URLENCODED "; charset=utf-8", "a=1", FORM_OK, "a=1\n" },
    { "any case", "Application/X-WWW-Form-URLencoded", "a=1", FORM_OK, "a=1\n" },
    { "decoded", URLENCODED, "a+b=%3Cx%3e+%25", FORM_OK, "a b=<x> %\n" },
    { "no escape", URLENCODED, "a=100%&b=%4&c=%zz&d=%41", FORM_OK,
      "a=100%\nb=%4\nc=%zz\nd=A\n" },
    { "no value", URLENCODED, "a&b=&=c&&", FORM_OK, "a=\nb=\n=c\n" },
    { "nothing", URLENCODED, "", FORM_OK, "" },
    { "text", "text/plain", "a=1", FORM_OTHER_TYPE, "" },
    { "JSON", "application/json", "{}", FORM_OTHER_TYPE, "" },
    { "almost", URLENCODED "x", "a=1", FORM_OTHER_TYPE, "" },
    { "one part", MULTIPART,
      "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--XyZ--\r\n",
      FORM_OK, "a=one\n" },
    { "a file", MULTIPART,
      "--XyZ\r\ncontent-disposition: form-data; name=\"f\"; filename=\"x;y.crt\"\r\n"
      "Content-Type: application/x-x509-ca-cert\r\n\r\na\r\n\r\nb--XyZ\r\n--XyZ--",
      FORM_OK, "f=a\r\n\r\nb--XyZ (file x;y.crt)\n" },
    { "a file and a field", "multipart/form-data; charset=x; boundary=\"Xy Z\"",
      "before\r\n--Xy Z\r\nContent-Disposition: form-data; name=f; "
      "filename=\"\"\r\n\r\n"
      "\r\n--Xy Z\r\nContent-Disposition: form-data; name=b\r\n\r\n2\r\n--Xy Z--",
      FORM_OK, "f= (file )\nb=2\n" },
    { "no boundary", "multipart/form-data", "--XyZ", FORM_MALFORMED, "" },
    { "empty boundary", "multipart/form-data; boundary=\"\"", "--", FORM_MALFORMED,
      "" },
    { "no end", MULTIPART,
      "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n",
      FORM_MALFORMED, "" },
    { "no name", MULTIPART,
      "--XyZ\r\nContent-Disposition: form-data\r\n\r\none\r\n--XyZ--", FORM_MALFORMED,
      "" },
    { "no empty line", MULTIPART,
      "--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n--XyZ--", FORM_MALFORMED,
      "" },
    { "no part", MULTIPART, "hello", FORM_MALFORMED, "" },
    { "no type", NULL, "a=1", FORM_OTHER_TYPE, "" },
};

START_TEST(a_form)
{
    struct buf got = BUF_EMPTY;
    ck_assert_msg(form_read(rows[_i].type, slice_from_string(rows[_i].body), &form) ==
                      rows[_i].result,
                  "%s", rows[_i].label);
    for (size_t i = 0; rows[_i].result == FORM_OK && i < form.n_fields; i++) {
        const struct form_field *field = &form.fields[i];
        buf_append_slice(&got, field->name);
        buf_append_byte(&got, '=');
        buf_append_slice(&got, field->value);
        if (field->is_file) {
            buf_append_string(&got, " (file ");
            buf_append_slice(&got, field->file_name);
            buf_append_byte(&got, ')');
        }
        buf_append_byte(&got, '\n');
    }
    ck_assert_str_eq(buf_string(&got), rows[_i].want);
    buf_finish(&got);
    form_finish(&form);
}
END_TEST

START_TEST(a_field_by_its_name)
{
    ck_assert(form_read(URLENCODED, slice_from_string("a=1&a=2&ab=3"), &form) ==
              FORM_OK);
    ck_assert(slice_equals_string(form_find(&form, "a")->value, "1"));
    ck_assert(slice_equals_string(form_find(&form, "ab")->value, "3"));
    ck_assert_ptr_null(form_find(&form, "b"));
    form_finish(&form);
}
END_TEST

START_TEST(too_many_fields)
{
    struct buf body = BUF_EMPTY;
    for (size_t i = 0; i < FORM_FIELDS_MAX; i++) {
        buf_append_string(&body, "a=1&");
    }
    ck_assert(form_read(URLENCODED, buf_slice(&body), &form) == FORM_OK);
    ck_assert_uint_eq(form.n_fields, FORM_FIELDS_MAX);
    form_finish(&form);
    buf_append_string(&body, "a=1");
    ck_assert(form_read(URLENCODED, buf_slice(&body), &form) == FORM_MALFORMED);
    form_finish(&form);
    buf_finish(&body);
}
END_TEST

/* ---- queries, which are of the same make */

static const struct {
    const char *query, *want; /* NULL = none */
} queries[] = {
    { "", NULL },
    { "b=1&ab=2&a", "" },
    { "&&a=1&a=2", "1" },
    { "a==&", "=" },
    { "a=x+y%20%C3%a9%26", "x y \xc3\xa9&" },
    { "a=1234567890", "1234567890" },
    { "a=12345678901", NULL },
    { "a=%00b", NULL },
    { "a=%zz%4", "%zz%4" },
};

START_TEST(a_query)
{
    char value[11];
    const char *want = queries[_i].want;
    bool found = query_find(queries[_i].query, "a", value, sizeof value);
    ck_assert_msg(found == (want != NULL), "%s", queries[_i].query);
    ck_assert_str_eq(value, want == NULL ? "" : want);
    ck_assert(query_has(queries[_i].query, "a") == (queries[_i].query[0] != 0));
}
END_TEST

START_TEST(lack_of_memory)
{
    mem_fail_after(1);
    enum form_result result = form_read(URLENCODED, slice_from_string("a=1"), &form);
    mem_fail_after(0);
    ck_assert(result == FORM_MEMORY);
    form_finish(&form);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("form");
    TCase *t = tcase_create("form");
    tcase_add_loop_test(t, a_form, 0, (int)ARRAY_LEN(rows));
    tcase_add_loop_test(t, a_query, 0, (int)ARRAY_LEN(queries));
    tcase_add_test(t, a_field_by_its_name);
    tcase_add_test(t, too_many_fields);
    tcase_add_test(t, lack_of_memory);
    suite_add_tcase(s, t);
    return s;
}
