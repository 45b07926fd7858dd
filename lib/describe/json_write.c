/* SPDX-License-Identifier: MIT
 *
 * jansson writes a piece at a time through a callback, decodes each string again and
 * looks for circles in a hash table; its strings are valid UTF-8 and the values here
 * are trees.
 */
#include "describe/json_write.h"

#include "base/compiler.h"

#include <jansson.h>

#include <string.h>

/* Values nest by how the code nests that builds them. */
#define DEPTH_MAX 64

static bool write_value(struct buf *out, json_t *value, unsigned depth);

static void write_escaped(struct buf *out, uint8_t byte)
{
    static const struct {
        char byte;
        const char *text;
    } rows[] = {
        { '"', "\\\"" }, { '\\', "\\\\" }, { '\b', "\\b" }, { '\f', "\\f" },
        { '\n', "\\n" }, { '\r', "\\r" },  { '\t', "\\t" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].byte == (char)byte) {
            buf_append_string(out, rows[i].text);
            return;
        }
    }
    buf_printf(out, "\\u%04X", byte);
}

static void write_string(struct buf *out, const char *text, size_t len)
{
    size_t from = 0;
    buf_append_byte(out, '"');
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)text[i];
        if (byte < 0x20 || byte == '"' || byte == '\\') {
            buf_append(out, text + from, i - from);
            write_escaped(out, byte);
            from = i + 1;
        }
    }
    buf_append(out, text + from, len - from);
    buf_append_byte(out, '"');
}

static void begin_line(struct buf *out, unsigned depth)
{
    static const char spaces[2 * DEPTH_MAX + 1] =
        "                                                                "
        "                                                                ";
    buf_append_byte(out, '\n');
    buf_append(out, spaces, (size_t)2 * depth);
}

static bool write_object(struct buf *out, json_t *object, unsigned depth)
{
    bool is_first = true;
    for (void *at = json_object_iter(object); at != NULL;
         at = json_object_iter_next(object, at)) {
        const char *key = json_object_iter_key(at);
        buf_append_byte(out, is_first ? '{' : ',');
        begin_line(out, depth + 1);
        write_string(out, key, strlen(key));
        buf_append(out, ": ", 2);
        if (!write_value(out, json_object_iter_value(at), depth + 1)) {
            return false;
        }
        is_first = false;
    }
    if (is_first) {
        return buf_append(out, "{}", 2);
    }
    begin_line(out, depth);
    return buf_append_byte(out, '}');
}

static bool write_array(struct buf *out, const json_t *array, unsigned depth)
{
    size_t n = json_array_size(array);
    for (size_t i = 0; i < n; i++) {
        buf_append_byte(out, i == 0 ? '[' : ',');
        begin_line(out, depth + 1);
        if (!write_value(out, json_array_get(array, i), depth + 1)) {
            return false;
        }
    }
    if (n == 0) {
        return buf_append(out, "[]", 2);
    }
    begin_line(out, depth);
    return buf_append_byte(out, ']');
}

static bool write_value(struct buf *out, json_t *value, unsigned depth)
{
    if (depth >= DEPTH_MAX - 1 || !buf_ok(out)) {
        return false;
    }
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return write_object(out, value, depth);
    case JSON_ARRAY:
        return write_array(out, value, depth);
    case JSON_STRING:
        write_string(out, json_string_value(value), json_string_length(value));
        return buf_ok(out);
    case JSON_INTEGER:
        return buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    case JSON_TRUE:
        return buf_append_string(out, "true");
    case JSON_FALSE:
        return buf_append_string(out, "false");
    case JSON_NULL:
        return buf_append_string(out, "null");
    case JSON_REAL:
    default:
        return false;
    }
}

bool json_write(struct buf *out, json_t *value)
{
    return (json_is_object(value) || json_is_array(value)) &&
           write_value(out, value, 0);
}
