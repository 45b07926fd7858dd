/* SPDX-License-Identifier: MIT
 *
 * jansson without memory: one of its allocations fails, in any kind of build. What a
 * page or a report is made from is then whole or not there.
 */
#pragma once

#include <stddef.h>

/* The n-th allocation from now on fails; 0 = none. */
void failing_json_alone(size_t n);
/* Allocations since then. */
size_t failing_json_calls(void);
