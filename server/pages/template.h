/* SPDX-License-Identifier: MIT
 *
 * The smallest template language that our pages need, over values of jansson:
 *
 *   {{name}} {{a.b}} {{.}}   a value, always escaped for HTML; nothing if missing
 *   {{#name}} ... {{/name}}  for each of a list; with an object; if true, a number
 *                            or a text that is not empty
 *   {{^name}} ... {{/name}}  if there is none of that
 *   {{>name}} {{>name#part}} another template, or the section `part` in it
 *   {{>@name}} {{>@name#part}}  the template that the value `name` names
 *
 * A value cannot be written unescaped. A name is looked up in the innermost value
 * first, then outwards.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct json_t;

#define TEMPLATE_DEPTH_MAX 24

/* A template by its name; an empty slice if there is none. */
typedef struct slice (*template_find_fn)(const char *name);

/* Appends the template `name` filled with `root`. False if memory is out or the
 * template is wrong (unknown, unclosed, too deep): the tests render every one. */
bool template_render(struct buf *out, const char *name, const struct json_t *root,
                     template_find_fn find);
