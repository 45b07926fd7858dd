/* SPDX-License-Identifier: MIT
 *
 * What libuv would get for itself in the middle of its work, and abort() without, is
 * had at the start, when a failure is only a program that does not start.
 */
#pragma once

#include "base/compiler.h"
#include "base/err.h"

#include <stddef.h>
#include <uv.h>

/* The loop's table of descriptors, for numbers below `n`, or below the process's limit
 * (RLIMIT_NOFILE): libuv enlarges it as numbers grow. The loop has to run once more
 * before it is closed. */
int reserve_descriptors(uv_loop_t *loop, size_t n, struct err *err) MUST_CHECK;

/* The threads of libuv's pool, which the first work for them starts. The loop has to
 * run once more before it is closed. */
int reserve_threads(uv_loop_t *loop, struct err *err) MUST_CHECK;
