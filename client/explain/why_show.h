/* SPDX-License-Identifier: MIT
 *
 * The output of `certgate why`, from lib/why. Pure.
 */
#pragma once

#include "base/buf.h"
#include "why/why.h"

#include <stdbool.h>

/* The answer in the first line, then the rest, wrapped; commands stay whole, so that
 * they can be copied. */
bool why_show_text(struct buf *out, const struct why_topic *topic);
/* For programs: why_json. */
bool why_show_json(struct buf *out, const struct why_topic *topic);
/* The forms that are understood, for what was not. */
bool why_show_forms(struct buf *out);
