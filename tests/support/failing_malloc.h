/* SPDX-License-Identifier: MIT
 *
 * Every n-th allocation of a whole process fails, or the n-th alone, whoever asks: our
 * own code, mbedTLS, jansson, Expat, libuv or libc. Linked into a test, or preloaded
 * into a program under test, which shares the plan with it in a file (FAILING_MALLOC
 * names it; tests/integration/memory.py).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The n-th allocation from now fails; 0 = none. Counting begins anew. */
void failing_malloc_alone(uint64_t n);
/* Allocations since then. */
uint64_t failing_malloc_calls(void);
/* False, and says so: under valgrind malloc() is its own, and nothing can be made to
 * fail. */
bool failing_malloc_is_in_force(void);
