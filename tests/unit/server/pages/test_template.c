/* SPDX-License-Identifier: MIT
 *
 * server/pages/template: values, sections, other templates, and what it refuses.
 */
#include "pages/template.h"
#include "support/check_main.h"

#include <jansson.h>

#include <string.h>

static const struct {
    const char *name;
    const char *text;
} templates[] = {
    { "inner", "[{{x}}]" },
    { "parts", "{{#one}}1 {{x}}{{/one}}{{#two}}2{{/two}}" },
    { "endless", "{{>endless}}" },
};

static const char *under_test;

static struct slice find(const char *name)
{
    if (strcmp(name, "test") == 0) {
        return slice_from_string(under_test);
    }
    for (size_t i = 0; i < ARRAY_LEN(templates); i++) {
        if (strcmp(templates[i].name, name) == 0) {
            return slice_from_string(templates[i].text);
        }
    }
    return SLICE_EMPTY;
}

static const struct {
    const char *label;
    const char *text;
    const char *values;
    const char *out; /* NULL = refused */
} rows[] = {
    { "plain", "a { b } c", "{}", "a { b } c" },
    { "value", "a{{x}}b", "{\"x\": \"1\"}", "a1b" },
    { "missing value", "a{{x}}b", "{}", "ab" },
    { "number", "{{x}}", "{\"x\": 403}", "403" },
    { "escaped", "{{x}}", "{\"x\": \"<b a='\\\"'>&\"}",
      "&lt;b a=&#39;&quot;&#39;&gt;&amp;" },
    { "no template in a value", "{{x}}", "{\"x\": \"{{y}}\", \"y\": 1}", "{{y}}" },
    { "dotted", "{{a.b.c}}", "{\"a\": {\"b\": {\"c\": \"d\"}}}", "d" },
    { "dotted into nothing", "{{a.b.c}}", "{\"a\": 1}", "" },
    { "true", "{{#x}}y{{/x}}", "{\"x\": true}", "y" },
    { "false", "{{#x}}y{{/x}}{{^x}}n{{/x}}", "{\"x\": false}", "n" },
    { "null", "{{#x}}y{{/x}}{{^x}}n{{/x}}", "{\"x\": null}", "n" },
    { "empty text", "{{#x}}y{{/x}}{{^x}}n{{/x}}", "{\"x\": \"\"}", "n" },
    { "empty list", "{{#x}}y{{/x}}{{^x}}n{{/x}}", "{\"x\": []}", "n" },
    { "text as section", "{{#x}}({{x}}){{/x}}", "{\"x\": \"t\"}", "(t)" },
    { "list", "{{#x}}{{.}},{{/x}}", "{\"x\": [\"a\", 2, \"c\"]}", "a,2,c," },
    { "list of objects", "{{#x}}{{n}}{{y}};{{/x}}",
      "{\"y\": 0, \"x\": [{\"n\": 1}, {\"n\": 2}]}", "10;20;" },
    { "inner hides outer", "{{#o}}{{x}}{{/o}}{{x}}", "{\"x\": 1, \"o\": {\"x\": 2}}",
      "21" },
    { "nested sections", "{{#a}}{{#a}}x{{/a}}y{{/a}}", "{\"a\": true}", "xy" },
    { "other template", "{{>inner}}", "{\"x\": \"<\"}", "[&lt;]" },
    { "part", "{{>parts#two}}{{>parts#one}}", "{\"x\": 7}", "21 7" },
    { "template by value", "{{>@t}}", "{\"t\": \"inner\", \"x\": 1}", "[1]" },
    { "part by value", "{{>@t#two}}", "{\"t\": \"parts\"}", "2" },
    { "unknown template", "{{>nothing}}", "{}", NULL },
    { "unknown part", "{{>parts#three}}", "{}", NULL },
    { "no value for a template", "{{>@t}}", "{}", NULL },
    { "endless", "{{>endless}}", "{}", NULL },
    { "unclosed tag", "a {{x", "{}", NULL },
    { "unclosed section", "{{#x}}y", "{\"x\": true}", NULL },
    { "closed, never opened", "y{{/x}}", "{}", NULL },
};

START_TEST(renders_row)
{
    struct buf out = BUF_EMPTY;
    json_t *values = json_loads(rows[_i].values, 0, NULL);
    ck_assert_msg(values != NULL, "%s: the row's values are no JSON", rows[_i].label);
    under_test = rows[_i].text;
    bool ok = template_render(&out, "test", values, find);
    ck_assert_msg(ok == (rows[_i].out != NULL), "%s: %s", rows[_i].label,
                  ok ? "taken" : "refused");
    ck_assert_msg(!ok || strcmp(buf_string(&out), rows[_i].out) == 0, "%s: got %s",
                  rows[_i].label, buf_string(&out));
    json_decref(values);
    buf_finish(&out);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("template");
    TCase *t = tcase_create("render");
    tcase_add_loop_test(t, renders_row, 0, (int)ARRAY_LEN(rows));
    suite_add_tcase(s, t);
    return s;
}
