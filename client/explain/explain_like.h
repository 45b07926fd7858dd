/* SPDX-License-Identifier: MIT
 *
 * What --like says of the server, behind `explain`'s answers. Pure.
 */
#pragma once

#include "base/buf.h"
#include "like/like.h"

#include <jansson.h>

/* For people; safe on a terminal. */
bool explain_like_append(struct buf *out, const struct like *like);
/* "like": [{ "kind", "file", "line", "text" }]; a new reference, NULL = no memory. */
json_t *explain_like_json(const struct like *like);
