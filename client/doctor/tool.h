/* SPDX-License-Identifier: MIT
 *
 * What another program prints, within a time and a size.
 */
#pragma once

#include "base/buf.h"

#define TOOL_OUTPUT_MAX ((size_t)1024 * 1024)

enum tool_end {
    TOOL_RAN,
    TOOL_MISSING, /* there is no such program */
    TOOL_FAILED,  /* or it was too slow, or said too much */
};

/* `arguments` are NULL-terminated; [0] is looked for in PATH. Its standard input and
 * error are /dev/null. */
enum tool_end tool_run(const char *const *arguments, struct buf *out);
