/* SPDX-License-Identifier: MIT */
#include "pages/values.h"

#include "describe/describe.h"
#include "describe/json_value.h"

#include <stdarg.h>
#include <stdio.h>

void values_init(struct values *values)
{
    values->object = json_object();
    values->failed = values->object == NULL;
}

struct values values_list(void)
{
    json_t *list = json_array();
    return (struct values){ list, list == NULL };
}

json_t *values_take(struct values *values)
{
    if (values->failed) {
        json_decref(values->object);
        values->object = NULL;
    }
    return values->object;
}

void values_put(struct values *values, const char *key, json_t *value)
{
    json_value_set(values->object, key, value, &values->failed);
}

void values_add(struct values *list, json_t *value)
{
    json_value_add(list->object, value, &list->failed);
}

json_t *values_string(struct slice text)
{
    struct buf clean = BUF_EMPTY;
    json_t *string = NULL;
    if (describe_append_utf8(&clean, text, VALUES_TEXT_MAX)) {
        const char *bytes = buf_string(&clean);
        string = json_stringn(bytes, clean.len);
    }
    buf_finish(&clean);
    return string;
}

json_t *values_buf(struct buf *text)
{
    json_t *string = buf_ok(text) ? values_string(buf_slice(text)) : NULL;
    buf_finish(text);
    return string;
}

void values_slice(struct values *values, const char *key, struct slice text)
{
    values_put(values, key, values_string(text));
}

void values_text(struct values *values, const char *key, const char *text)
{
    if (text != NULL) {
        values_slice(values, key, slice_from_string(text));
    }
}

void values_printf(struct values *values, const char *key, const char *fmt, ...)
{
    char text[VALUES_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    values_text(values, key, text);
}

void values_number(struct values *values, const char *key, int64_t number)
{
    values_put(values, key, json_integer(number));
}

void values_flag(struct values *values, const char *key, bool flag)
{
    values_put(values, key, json_boolean(flag));
}

void values_row(struct values *list, const char *label, const char *value)
{
    struct values row;
    if (value == NULL || value[0] == 0) {
        return;
    }
    values_init(&row);
    values_text(&row, "label", label);
    values_text(&row, "value", value);
    values_add(list, values_take(&row));
}
