/* SPDX-License-Identifier: MIT
 *
 * What a sound server does with a case, whatever its kind: it lets good certificates in
 * and turns bad ones away. certs/strict.tsv has the cases where it may do either. Pure.
 */
#pragma once

#include "forge/recipe.h"

#include <stdbool.h>

/* "accepted", "refused" or "accepted|refused": words of outcome.h. Static text. */
const char *sound_find(const struct recipe *recipe, enum ssl_flags flags);
/* Whether certs/strict.tsv has the case. */
bool sound_may_either(const char *name);
