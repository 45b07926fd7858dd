/* SPDX-License-Identifier: MIT */
#include "support/failing_json.h"

#include <jansson.h>

#include <stdlib.h>

static size_t alone;
static size_t n_calls;

static void *allocate(size_t size)
{
    return ++n_calls == alone ? NULL : malloc(size);
}

void failing_json_alone(size_t n)
{
    json_set_alloc_funcs(allocate, free);
    alone = n;
    n_calls = 0;
}

size_t failing_json_calls(void)
{
    return n_calls;
}
