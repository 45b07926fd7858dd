/* SPDX-License-Identifier: MIT
 *
 * The JSON of `netsh http show sslcert json=enable`. jansson keeps the order of members
 * and knows no lines: a second look at the text, key by key, finds these.
 */
#include "like/netsh.h"

#include "base/text.h"
#include "like/windows_text.h"

#include <jansson.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 16

struct walk {
    const struct netsh_visitor *visitor;
    struct slice text; /* what was not looked at for keys */
    size_t line;       /* where that begins */
    unsigned depth;
    bool is_too_deep;
};

static void take_byte(struct walk *walk)
{
    walk->line += walk->text.data[0] == '\n' ? 1 : 0;
    walk->text = slice_part(walk->text, 1, walk->text.len);
}

/* Up to behind its closing quote. */
static void take_string(struct walk *walk)
{
    take_byte(walk);
    while (walk->text.len > 0) {
        uint8_t c = walk->text.data[0];
        take_byte(walk);
        if (c == '"') {
            return;
        }
        if (c == '\\' && walk->text.len > 0) {
            take_byte(walk);
        }
    }
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The line of the next key: a string with a colon behind it. */
static size_t take_key(struct walk *walk)
{
    while (walk->text.len > 0) {
        if (walk->text.data[0] != '"') {
            take_byte(walk);
            continue;
        }
        size_t line = walk->line;
        take_string(walk);
        while (walk->text.len > 0 && is_space(walk->text.data[0])) {
            take_byte(walk);
        }
        if (walk->text.len > 0 && walk->text.data[0] == ':') {
            return line;
        }
    }
    return walk->line;
}

static const char *find_address(const json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        if (netsh_is_address(slice_from_string(key)) && json_is_string(value)) {
            return json_string_value(value);
        }
    }
    return NULL;
}

static void tell_number(const struct walk *walk, enum netsh_field field, json_int_t n,
                        size_t line)
{
    char text[24];
    if (netsh_field_get(field)->kind == NETSH_BITS) {
        netsh_expand_bits(field, (uint64_t)n, line, walk->visitor);
        return;
    }
    snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT, n);
    walk->visitor->on_value(walk->visitor->user, field, slice_from_string(text), line);
}

static void tell_text(const struct walk *walk, enum netsh_field field, const char *text,
                      size_t line)
{
    struct slice value = slice_from_string(text);
    if (netsh_field_get(field)->kind != NETSH_BITS) {
        walk->visitor->on_value(
            walk->visitor->user, field,
            windows_text_equal(value, "(null)") ? SLICE_EMPTY : value, line);
    }
}

static void tell_member(const struct walk *walk, const char *key, const json_t *value,
                        size_t line)
{
    struct slice name = slice_from_string(key);
    enum netsh_field field = netsh_field_find(name);
    if (netsh_is_address(name) || netsh_is_passed_over(name)) {
        return;
    }
    if (field == NETSH_FIELD_COUNT) {
        walk->visitor->on_unknown(walk->visitor->user, name, line);
    } else if (json_is_integer(value)) {
        tell_number(walk, field, json_integer_value(value), line);
    } else if (json_is_boolean(value)) {
        tell_text(walk, field, json_is_true(value) ? "true" : "false", line);
    } else if (json_is_string(value)) {
        tell_text(walk, field, json_string_value(value), line);
    } else if (json_is_null(value)) {
        tell_text(walk, field, "", line);
    }
}

static void walk_value(struct walk *walk, const json_t *value);

static void walk_object(struct walk *walk, const json_t *object)
{
    const char *address = find_address(object);
    const char *key;
    json_t *value;
    if (address != NULL) {
        struct walk ahead = *walk;
        walk->visitor->on_binding(walk->visitor->user, slice_from_string(address),
                                  take_key(&ahead));
    }
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        size_t line = take_key(walk);
        if (json_is_object(value) || json_is_array(value)) {
            walk_value(walk, value);
        } else if (address != NULL) {
            tell_member(walk, key, value, line);
        }
    }
}

static void walk_value(struct walk *walk, const json_t *value)
{
    if (walk->depth == DEPTH_MAX) {
        walk->is_too_deep = true;
        return;
    }
    walk->depth++;
    if (json_is_object(value)) {
        walk_object(walk, value);
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        walk_value(walk, json_array_get(value, i));
    }
    walk->depth--;
}

int netsh_read_json(struct slice text, const struct netsh_visitor *visitor,
                    struct err *err)
{
    json_error_t problem;
    struct walk walk = { visitor, text, 1, 0, false };
    json_t *document =
        json_loadb((const char *)text.data, text.len, JSON_REJECT_DUPLICATES, &problem);
    if (document == NULL) {
        return err_set(err, ERR_CONFIG, 0, "line %d: this is no JSON", problem.line);
    }
    walk_value(&walk, document);
    json_decref(document);
    return walk.is_too_deep ? err_set(err, ERR_CONFIG, 0,
                                      "it is nested deeper than %d levels", DEPTH_MAX)
                            : 0;
}
