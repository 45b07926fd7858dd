/* SPDX-License-Identifier: MIT
 *
 * The only two ways to get heap memory in this project. Both can be told to
 * fail at the n-th call, so that a test can walk every out-of-memory path.
 * Memory is given back with plain free().
 */
#pragma once

#include "base/compiler.h"

#include <stddef.h>

/* Zeroed memory for `count` things of `size` bytes, or NULL. The product is
 * checked for overflow. */
void *mem_alloc(size_t count, size_t size) MUST_CHECK;

/* Resizes like realloc (new bytes are not zeroed); on NULL the old block lives. */
void *mem_resize(void *block, size_t count, size_t size) MUST_CHECK;

/* Copies `len` bytes and adds a NUL after them. NULL when out of memory. */
char *mem_copy_string(const char *text, size_t len) MUST_CHECK;

/* Overwrites memory that held a secret, in a way that the compiler keeps. */
void mem_wipe(void *block, size_t len);

/* Tests only: the n-th allocation from now (1 = the next) and all after it
 * fail; 0 turns it off. Not thread-safe, as the whole program is not. */
void mem_fail_after(size_t n);
