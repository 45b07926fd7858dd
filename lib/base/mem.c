/* SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static size_t allocations_left; /* 0 = never fail */
static bool exhausted;

void mem_fail_after(size_t n)
{
    allocations_left = n;
    exhausted = false;
}

static bool must_fail(void)
{
    if (exhausted) {
        return true;
    }
    if (allocations_left != 0 && --allocations_left == 0) {
        exhausted = true;
    }
    return exhausted;
}

void *mem_alloc(size_t count, size_t size)
{
    if (must_fail()) {
        return NULL;
    }
    return calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
}

void *mem_resize(void *block, size_t count, size_t size)
{
    if (must_fail() || (size != 0 && count > SIZE_MAX / size)) {
        return NULL;
    }
    size_t total = count * size;
    return realloc(block, total == 0 ? 1 : total);
}

char *mem_copy_string(const char *text, size_t len)
{
    char *copy = mem_alloc(len + 1, 1);
    if (copy != NULL && len > 0) {
        memcpy(copy, text, len);
    }
    return copy;
}

void mem_wipe(void *block, size_t len)
{
    volatile unsigned char *p = block;
    while (len-- > 0) {
        *p++ = 0;
    }
}
