/* SPDX-License-Identifier: MIT
 *
 * `certgate why --log`: logs of IIS, read line by line, and what their refusals come
 * to.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "why/log_sum.h"

/* Adds the lines of a file; "-" is standard input. It may be of any size. */
int why_log_read(const char *path, struct log_sum *sum, struct err *err) MUST_CHECK;

/* A sorted sum for people: the most frequent refusal in the first line. */
bool why_log_show_text(struct buf *out, const struct log_sum *sum);
bool why_log_show_json(struct buf *out, const struct log_sum *sum);
