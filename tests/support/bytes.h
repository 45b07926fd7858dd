/* SPDX-License-Identifier: MIT
 *
 * The bytes of a string literal, whose NUL is none of them; other NULs are.
 */
#pragma once

#include "base/buf.h"

/* Initializes a struct slice, in a table, too. */
#define LITERAL(text)                             \
    {                                             \
        (const uint8_t *)(text), sizeof(text) - 1 \
    }
#define BYTES(text) ((struct slice)LITERAL(text))
