/* SPDX-License-Identifier: MIT */
#include "pages/template.h"

#include "http/escape.h"

#include <jansson.h>

#include <string.h>

#define NAME_LEN_MAX ((size_t)128)

struct renderer {
    struct buf *out;
    template_find_fn find;
    const json_t *values[TEMPLATE_DEPTH_MAX]; /* the innermost last */
    size_t n_values;
    unsigned n_templates; /* nested ones, against endless recursion */
};

static bool render(struct renderer *r, struct slice text);

/* ---- values */

static const json_t *find_member(const json_t *value, const char *name, size_t len)
{
    char key[NAME_LEN_MAX];
    if (len >= sizeof key) {
        return NULL;
    }
    memcpy(key, name, len);
    key[len] = 0;
    return json_object_get(value, key);
}

static const json_t *look_up(const struct renderer *r, const char *name)
{
    if (strcmp(name, ".") == 0) {
        return r->values[r->n_values - 1];
    }
    size_t len = strcspn(name, ".");
    const json_t *value = NULL;
    for (size_t i = r->n_values; i-- > 0 && value == NULL;) {
        value = find_member(r->values[i], name, len);
    }
    while (value != NULL && name[len] == '.') {
        name += len + 1;
        len = strcspn(name, ".");
        value = find_member(value, name, len);
    }
    return value;
}

static bool is_something(const json_t *value)
{
    return value != NULL && !json_is_null(value) && !json_is_false(value) &&
           !(json_is_string(value) && json_string_length(value) == 0) &&
           !(json_is_array(value) && json_array_size(value) == 0);
}

static bool append_value(struct renderer *r, const char *name)
{
    const json_t *value = look_up(r, name);
    if (json_is_string(value)) {
        struct slice text = { (const uint8_t *)json_string_value(value),
                              json_string_length(value) };
        return escape_html(r->out, text);
    }
    if (json_is_integer(value)) {
        return buf_printf(r->out, "%lld", (long long)json_integer_value(value));
    }
    return true;
}

/* ---- tags */

struct tag {
    char kind; /* '#', '^', '/', '>', or 0 for a value */
    char name[NAME_LEN_MAX];
};

/* The next place of a bracket that stands twice. */
static size_t find_pair(struct slice text, size_t from, char bracket)
{
    while (from + 1 < text.len) {
        size_t at =
            from + slice_find(slice_part(text, from, text.len), (uint8_t)bracket);
        if (at + 1 >= text.len) {
            return text.len;
        }
        if (text.data[at + 1] == (uint8_t)bracket) {
            return at;
        }
        from = at + 1;
    }
    return text.len;
}

/* The next tag from `from` on. False: none, or one that is not closed. */
static bool next_tag(struct slice text, size_t from, struct tag *ret_tag,
                     size_t *ret_start, size_t *ret_end)
{
    size_t start = find_pair(text, from, '{');
    size_t end = find_pair(text, start, '}');
    if (end >= text.len) {
        return false;
    }
    struct slice inner = slice_part(text, start + 2, end - start - 2);
    ret_tag->kind = 0;
    if (inner.len > 0 && inner.data[0] != 0 && strchr("#^/>", inner.data[0]) != NULL) {
        ret_tag->kind = (char)inner.data[0];
        inner = slice_part(inner, 1, inner.len);
    }
    if (inner.len >= NAME_LEN_MAX) {
        return false;
    }
    if (inner.len > 0) {
        memcpy(ret_tag->name, inner.data, inner.len);
    }
    ret_tag->name[inner.len] = 0;
    *ret_start = start;
    *ret_end = end + 2;
    return true;
}

/* The content of a section whose opening tag ends at `from`, and where its closing
 * tag ends. */
static bool find_section(struct slice text, size_t from, struct slice *ret_inner,
                         size_t *ret_end)
{
    unsigned depth = 1;
    size_t at = from;
    struct tag tag;
    size_t start;
    while (next_tag(text, at, &tag, &start, &at)) {
        depth += tag.kind == '#' || tag.kind == '^' ? 1 : 0;
        depth -= tag.kind == '/' ? 1 : 0;
        if (depth == 0) {
            *ret_inner = slice_part(text, from, start - from);
            *ret_end = at;
            return true;
        }
    }
    return false;
}

static bool render_with(struct renderer *r, struct slice inner, const json_t *value)
{
    if (r->n_values >= TEMPLATE_DEPTH_MAX) {
        return false;
    }
    r->values[r->n_values++] = value;
    bool ok = render(r, inner);
    r->n_values--;
    return ok;
}

static bool render_section(struct renderer *r, const struct tag *tag,
                           struct slice inner)
{
    const json_t *value = look_up(r, tag->name);
    if (tag->kind == '^') {
        return is_something(value) || render(r, inner);
    }
    if (!is_something(value)) {
        return true;
    }
    if (!json_is_array(value)) {
        return render_with(r, inner, value);
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (!render_with(r, inner, json_array_get(value, i))) {
            return false;
        }
    }
    return true;
}

/* The section `part` on the top level of a template. */
static bool find_part(struct slice text, const char *part, struct slice *ret_inner)
{
    size_t at = 0;
    size_t start;
    struct tag tag;
    while (next_tag(text, at, &tag, &start, &at)) {
        if (tag.kind != '#') {
            continue;
        }
        struct slice inner;
        if (!find_section(text, at, &inner, &at)) {
            return false;
        }
        if (strcmp(tag.name, part) == 0) {
            *ret_inner = inner;
            return true;
        }
    }
    return false;
}

static bool render_other(struct renderer *r, const char *reference)
{
    char name[NAME_LEN_MAX];
    size_t len = strcspn(reference, "#");
    memcpy(name, reference, len);
    name[len] = 0;

    const char *other = name;
    if (name[0] == '@') {
        other = json_string_value(look_up(r, name + 1));
    }
    struct slice text = other == NULL ? SLICE_EMPTY : r->find(other);
    if (text.data == NULL || r->n_templates >= TEMPLATE_DEPTH_MAX ||
        (reference[len] == '#' && !find_part(text, reference + len + 1, &text))) {
        return false;
    }
    r->n_templates++;
    bool ok = render(r, text);
    r->n_templates--;
    return ok;
}

static bool render(struct renderer *r, struct slice text)
{
    size_t at = 0;
    size_t start;
    size_t end;
    struct tag tag;

    while (next_tag(text, at, &tag, &start, &end)) {
        struct slice inner;
        bool ok = buf_append_slice(r->out, slice_part(text, at, start - at));
        at = end;
        switch (tag.kind) {
        case '#':
        case '^':
            ok = ok && find_section(text, end, &inner, &at) &&
                 render_section(r, &tag, inner);
            break;
        case '>':
            ok = ok && render_other(r, tag.name);
            break;
        case '/':
            ok = false; /* closes a section that was never opened */
            break;
        default:
            ok = ok && append_value(r, tag.name);
            break;
        }
        if (!ok) {
            return false;
        }
    }
    /* An unclosed tag in the rest would be shown as text: refuse it. */
    return find_pair(text, at, '{') == text.len &&
           buf_append_slice(r->out, slice_part(text, at, text.len));
}

bool template_render(struct buf *out, const char *name, const struct json_t *root,
                     template_find_fn find)
{
    struct renderer r = { .out = out, .find = find, .values = { root }, .n_values = 1 };
    return render_other(&r, name) && buf_ok(out);
}
