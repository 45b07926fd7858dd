/* SPDX-License-Identifier: MIT */
#include "http/form.h"

#include "base/compiler.h"
#include "base/text.h"
#include "http/escape.h"
#include "http/query.h"

#include <string.h>

#define BOUNDARY_MAX ((size_t)70) /* RFC 2046 5.1.1 */

void form_finish(struct form *form)
{
    buf_finish(&form->decoded);
    form->n_fields = 0;
}

const struct form_field *form_find(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->n_fields; i++) {
        if (slice_equals_string(form->fields[i].name, name)) {
            return &form->fields[i];
        }
    }
    return NULL;
}

/* "text/html; charset=utf-8" has the type "text/html"; case is ignored. */
static bool is_type(const char *content_type, const char *type)
{
    size_t len = strcspn(content_type, "; \t");
    char word[64];
    if (len != strlen(type) || len >= sizeof word) {
        return false;
    }
    memcpy(word, content_type, len);
    word[len] = 0;
    return text_equal_ignoring_case(word, type);
}

/* ---- urlencoded */

/* There is room: the text never grows. */
static struct slice decode(struct buf *out, struct slice text)
{
    size_t start = out->len;
    (void)escape_decode_form(out, text);
    return (struct slice){ out->data + start, out->len - start };
}

static enum form_result read_urlencoded(struct slice body, struct form *form)
{
    /* The views must not move while it fills. */
    if (!buf_reserve(&form->decoded, body.len + 1)) {
        return FORM_MEMORY;
    }
    struct slice name;
    struct slice value;
    while (query_next(&body, &name, &value)) {
        if (form->n_fields == FORM_FIELDS_MAX) {
            return FORM_MALFORMED;
        }
        struct form_field *field = &form->fields[form->n_fields++];
        field->name = decode(&form->decoded, name);
        field->value = decode(&form->decoded, value);
    }
    return FORM_OK;
}

/* ---- multipart */

/* The position of `what`, or text.len. */
static size_t find(struct slice text, struct slice what)
{
    size_t at = 0;
    while (at + what.len <= text.len) {
        at += slice_find(slice_part(text, at, text.len), what.data[0]);
        if (slice_equal(slice_part(text, at, what.len), what)) {
            return at;
        }
        at++;
    }
    return text.len;
}

/* The value of `name` in "form-data; name=\"a\"; filename=\"b\"", without its quotes;
 * false if it is not there. Browsers send '"' as %22 and CR, LF as %0D, %0A (HTML
 * standard, "multipart/form-data encoding algorithm"), which is left as it is. */
static bool find_parameter(struct slice header, const char *name, struct slice *ret)
{
    struct slice rest = header;
    for (;;) {
        rest = slice_part(rest, slice_find(rest, ';') + 1, rest.len);
        if (rest.len == 0) {
            return false;
        }
        while (rest.len > 0 && (rest.data[0] == ' ' || rest.data[0] == '\t')) {
            rest = slice_part(rest, 1, rest.len);
        }
        size_t name_len = slice_find(rest, '=');
        bool found = slice_equals_string(slice_part(rest, 0, name_len), name);
        struct slice value = slice_part(rest, name_len + 1, rest.len);
        if (value.len > 0 && value.data[0] == '"') {
            value = slice_part(value, 1, value.len);
            size_t len = slice_find(value, '"');
            rest = slice_part(value, len + 1, value.len);
            value = slice_part(value, 0, len);
        } else {
            value = slice_part(value, 0, slice_find(value, ';'));
        }
        if (found) {
            *ret = value;
            return true;
        }
    }
}

static bool starts_with(struct slice text, const char *prefix)
{
    size_t len = strlen(prefix);
    char start[32];
    if (text.len < len || len >= sizeof start) {
        return false;
    }
    memcpy(start, text.data, len);
    start[len] = 0;
    return text_equal_ignoring_case(start, prefix);
}

/* One part: its header fields, an empty line, its value. */
static enum form_result read_part(struct slice part, struct form *form)
{
    static const char disposition[] = "content-disposition:";
    struct slice line_end = slice_from_string("\r\n");
    struct form_field field = { .is_file = false };
    bool has_name = false;

    for (;;) {
        size_t len = find(part, line_end);
        struct slice line = slice_part(part, 0, len);
        if (len == part.len) {
            return FORM_MALFORMED;
        }
        part = slice_part(part, len + 2, part.len);
        if (line.len == 0) {
            break;
        }
        if (starts_with(line, disposition)) {
            has_name = find_parameter(line, "name", &field.name);
            field.is_file = find_parameter(line, "filename", &field.file_name);
        }
    }
    if (!has_name || form->n_fields == FORM_FIELDS_MAX) {
        return FORM_MALFORMED;
    }
    field.value = part;
    form->fields[form->n_fields++] = field;
    return FORM_OK;
}

static enum form_result read_multipart(const char *content_type, struct slice body,
                                       struct form *form)
{
    struct slice boundary;
    struct slice line_end = slice_from_string("\r\n");
    if (!find_parameter(slice_from_string(content_type), "boundary", &boundary) ||
        boundary.len == 0 || boundary.len > BOUNDARY_MAX) {
        return FORM_MALFORMED;
    }
    /* "\r\n--boundary"; the first delimiter needs no line before it. */
    if (!buf_append_string(&form->decoded, "\r\n--") ||
        !buf_append_slice(&form->decoded, boundary)) {
        return FORM_MEMORY;
    }
    struct slice delimiter = buf_slice(&form->decoded);
    struct slice first = slice_part(delimiter, 2, delimiter.len);
    size_t at = find(body, first);
    struct slice rest = slice_part(body, at + first.len, body.len);
    while (at < body.len && !starts_with(rest, "--")) {
        if (!slice_equal(slice_part(rest, 0, 2), line_end)) {
            return FORM_MALFORMED;
        }
        rest = slice_part(rest, 2, rest.len);
        size_t len = find(rest, delimiter);
        if (len == rest.len) {
            return FORM_MALFORMED;
        }
        enum form_result result = read_part(slice_part(rest, 0, len), form);
        if (result != FORM_OK) {
            return result;
        }
        rest = slice_part(rest, len + delimiter.len, rest.len);
    }
    return at < body.len ? FORM_OK : FORM_MALFORMED;
}

enum form_result form_read(const char *content_type, struct slice body,
                           struct form *ret_form)
{
    *ret_form = (struct form){ .n_fields = 0 };
    if (content_type == NULL) {
        return FORM_OTHER_TYPE;
    }
    if (is_type(content_type, "application/x-www-form-urlencoded")) {
        return read_urlencoded(body, ret_form);
    }
    if (is_type(content_type, "multipart/form-data")) {
        return read_multipart(content_type, body, ret_form);
    }
    return FORM_OTHER_TYPE;
}
