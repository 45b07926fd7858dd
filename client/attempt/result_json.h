/* SPDX-License-Identifier: MIT
 *
 * An attempt's result and an expectation as JSON, for `check --json`, `get --json`
 * and `list --json`.
 */
#pragma once

#include "attempt/attempt_result.h"
#include "forge/recipe.h"

#include <jansson.h>

/* New references; NULL when out of memory. */
json_t *result_json(const struct attempt_result *result);
json_t *result_json_expected(struct recipe_outcome expected);
/* Any bytes as a JSON string; what is no UTF-8 becomes U+FFFD. */
json_t *result_json_string(const char *text);
