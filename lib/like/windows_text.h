/* SPDX-License-Identifier: MIT
 *
 * Text files as programs of Windows write them. Part of like.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

/* Appends the text as UTF-8 without its byte order mark: UTF-16 of either order if it
 * has the mark, else the bytes as they are, which need not be UTF-8. False when out of
 * memory. */
bool windows_text_decode(struct slice bytes, struct buf *out);

/* Without blanks and tabs at both ends. */
struct slice windows_text_trim(struct slice text);
/* The same letters and digits (ASCII) in any case, whatever stands between them:
 * "Disable TLS1.3" and "disabletls13". */
bool windows_text_same_word(struct slice text, const char *word);
bool windows_text_equal(struct slice text, const char *word); /* in any case */
bool windows_text_begins(struct slice text, const char *prefix);
