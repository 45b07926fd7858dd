/* SPDX-License-Identifier: MIT
 *
 * jansson's values under construction. jansson frees a value that could not be added,
 * and passes NULL on as failure: a builder collects failures in one flag and looks at
 * it once, at the end. Nobody else calls jansson's own functions for that (lint
 * `tables`). Only callers that include jansson.h need this.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct json_t;

/* All consume `value`, which may be NULL (a failure). */
void json_value_set(struct json_t *object, const char *key, struct json_t *value,
                    bool *failed);
void json_value_add(struct json_t *array, struct json_t *value, bool *failed);
void json_value_add_first(struct json_t *array, struct json_t *value, bool *failed);
/* `value` itself; NULL, and it is freed, if something failed. */
struct json_t *json_value_finish(struct json_t *value, bool failed);

/* Appends the text; `flags` are those of json_dumps, which itself leaves out the key of
 * a member when memory runs out just there. */
bool json_value_dump(const struct json_t *value, size_t flags, struct buf *out);

/* New references, NULL when out of memory. */
/* Any bytes as a string: invalid UTF-8 becomes U+FFFD. */
struct json_t *json_value_text(struct slice text);
/* The content of a buf that was filled for this; finishes it. */
struct json_t *json_value_buf(struct buf *text);
/* "0x800B0109" */
struct json_t *json_value_code(uint32_t code);
