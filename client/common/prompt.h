/* SPDX-License-Identifier: MIT
 *
 * Asks the user at the terminal for a password.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

#define PROMPT_MAX ((size_t)4096)

/* Whether there is a user: standard input and error are a terminal. */
bool prompt_is_possible(void);
/* Asks without showing what is typed. The answer is a secret; make `out` limited, so
 * that no copy of it is left behind. */
int prompt_password(const char *file, struct buf *out, struct err *err) MUST_CHECK;
