/* SPDX-License-Identifier: MIT
 *
 * The few compiler extensions that we allow ourselves, each with a portable
 * fallback. C11 has no standard spelling for any of them.
 */
#pragma once

#if defined(__GNUC__)
/* The caller must look at the result: ignoring it is always a bug. */
#define MUST_CHECK __attribute__((warn_unused_result))
/* Arguments are a printf format at position `fmt` and its values from `args`. */
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define MUST_CHECK
#define PRINTF_LIKE(fmt, args)
#endif

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))
