/* SPDX-License-Identifier: MIT
 *
 * The named assumptions: what Microsoft does not document about client
 * certificates (the U rows of the reference). Each is a switch with a default, set
 * with --assume NAME=VALUE, and every page and explanation says which were
 * in force.
 */
#pragma once

#include "base/err.h"
#include "chain/policy.h"

#include <stdbool.h>
#include <stddef.h>

#define ASSUME_COUNT ((size_t)13)

struct assumption {
    const char *name;     /* "any-eku" */
    const char *question; /* what is not documented */
    const char *value;    /* "accept" */
    bool is_default;
};

/* "NAME=VALUE" into `policy`; the error names what is understood. */
int assume_set(struct policy *policy, const char *text, struct err *err) MUST_CHECK;
/* What `policy` assumes; `index` < ASSUME_COUNT. */
struct assumption assume_get(const struct policy *policy, size_t index);
