/* SPDX-License-Identifier: MIT
 *
 * Members of a JSON object that a test expects to be there; without one it fails.
 */
#pragma once

#include <check.h>
#include <jansson.h>
#include <stddef.h>

static inline const char *get(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    ck_assert_msg(text != NULL, "no string \"%s\"", key);
    return text;
}

static inline json_t *at(const json_t *object, const char *key, size_t i)
{
    json_t *item = json_array_get(json_object_get(object, key), i);
    ck_assert_msg(item != NULL, "no %s[%zu]", key, i);
    return item;
}
