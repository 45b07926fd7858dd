/* SPDX-License-Identifier: MIT */
#include "http/header.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

const char *header_find(const struct header *headers, size_t n_headers,
                        const char *name)
{
    for (size_t i = 0; i < n_headers; i++) {
        if (text_equal_ignoring_case(headers[i].name, name)) {
            return headers[i].value;
        }
    }
    return NULL;
}

size_t header_count(const struct header *headers, size_t n_headers, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < n_headers; i++) {
        count += text_equal_ignoring_case(headers[i].name, name);
    }
    return count;
}

static bool list_has_token(const char *list, const char *token)
{
    size_t token_len = strlen(token);

    while (*list != 0) {
        list += strspn(list, " \t,");
        size_t len = strcspn(list, ",");
        size_t kept = len;
        while (kept > 0 && (list[kept - 1] == ' ' || list[kept - 1] == '\t')) {
            kept--;
        }
        size_t same = 0;
        while (same < kept && same < token_len &&
               text_lower(list[same]) == text_lower(token[same])) {
            same++;
        }
        if (kept == token_len && same == kept) {
            return true;
        }
        list += len;
    }
    return false;
}

bool header_has_token(const struct header *headers, size_t n_headers, const char *name,
                      const char *token)
{
    for (size_t i = 0; i < n_headers; i++) {
        if (text_equal_ignoring_case(headers[i].name, name) &&
            list_has_token(headers[i].value, token)) {
            return true;
        }
    }
    return false;
}

void header_list_init(struct header_list *list, size_t bytes_max)
{
    *list = (struct header_list){ .text = BUF_LIMITED(bytes_max) };
}

void header_list_finish(struct header_list *list)
{
    buf_finish(&list->text);
    header_list_clear(list);
}

void header_list_clear(struct header_list *list)
{
    buf_clear(&list->text);
    list->count = 0;
    list->in_value = false;
}

/* Names and values are stored one after another in `text`, each with a NUL. A field
 * begins with its first piece of a name and ends with the start of the next field, or
 * with the seal. */
bool header_list_add_name(struct header_list *list, struct slice piece)
{
    if (list->count == 0 || list->in_value) {
        if (list->count == HEADER_COUNT_MAX ||
            (list->in_value && !buf_append_byte(&list->text, 0))) {
            return false;
        }
        list->starts[list->count].name = list->text.len;
        list->count++;
        list->in_value = false;
    }
    return buf_append_slice(&list->text, piece);
}

bool header_list_add_value(struct header_list *list, struct slice piece)
{
    assert(list->count > 0);
    if (!list->in_value) {
        if (!buf_append_byte(&list->text, 0)) {
            return false;
        }
        list->starts[list->count - 1].value = list->text.len;
        list->in_value = true;
    }
    return buf_append_slice(&list->text, piece);
}

bool header_list_seal(struct header_list *list)
{
    if (list->count > 0 && !list->in_value &&
        !header_list_add_value(list, SLICE_EMPTY)) {
        return false;
    }
    if (!buf_append_byte(&list->text, 0)) {
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        char *value = (char *)list->text.data + list->starts[i].value;
        char *end = value + strlen(value);
        value += strspn(value, " \t");
        while (end > value && (end[-1] == ' ' || end[-1] == '\t')) {
            *--end = 0;
        }
        list->headers[i].name = (char *)list->text.data + list->starts[i].name;
        list->headers[i].value = value;
    }
    return true;
}
