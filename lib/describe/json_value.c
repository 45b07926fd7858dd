/* SPDX-License-Identifier: MIT */
#include "describe/json_value.h"

#include "describe/describe.h"
#include "describe/json_write.h"

#include <jansson.h>

#include <stdint.h>
#include <stdio.h>

void json_value_set(json_t *object, const char *key, json_t *value, bool *failed)
{
    *failed |= json_object_set_new(object, key, value) != 0;
}

void json_value_add(json_t *array, json_t *value, bool *failed)
{
    *failed |= json_array_append_new(array, value) != 0;
}

void json_value_add_first(json_t *array, json_t *value, bool *failed)
{
    *failed |= json_array_insert_new(array, 0, value) != 0;
}

json_t *json_value_finish(json_t *value, bool failed)
{
    if (failed) {
        json_decref(value);
        return NULL;
    }
    return value;
}

static int append(const char *bytes, size_t len, void *out)
{
    return buf_append(out, bytes, len) ? 0 : -1;
}

bool json_value_dump(const json_t *value, size_t flags, struct buf *out)
{
    size_t before = out->len;
    if (flags == JSON_INDENT(2)) {
        /* jansson's iterators are not for constants; they only read. */
        if (json_write(out, (json_t *)(uintptr_t)value)) {
            return true;
        }
        if (!buf_ok(out)) {
            return false;
        }
        out->len = before;
    }
    return json_dump_callback(value, append, out, flags) == 0 && buf_ok(out);
}

json_t *json_value_text(struct slice text)
{
    struct buf valid = BUF_EMPTY;
    json_t *value = NULL;
    if (describe_append_utf8(&valid, text, SIZE_MAX)) {
        value = valid.len == 0 ? json_string("")
                               : json_stringn((const char *)valid.data, valid.len);
    }
    buf_finish(&valid);
    return value;
}

json_t *json_value_buf(struct buf *text)
{
    json_t *value = buf_ok(text) ? json_value_text(buf_slice(text)) : NULL;
    buf_finish(text);
    return value;
}

json_t *json_value_code(uint32_t code)
{
    char text[16];
    (void)snprintf(text, sizeof(text), "0x%08X", (unsigned)code);
    return json_string(text);
}
