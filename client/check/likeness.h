/* SPDX-License-Identifier: MIT
 *
 * Which well-known server a report looks like: how many of its answers are those of
 * each recorded table, or IIS's. Pure.
 */
#pragma once

#include "base/err.h"
#include "model/report.h"

#include <stddef.h>

/* With fewer equal answers, in percent, the server does not resemble the table. */
#define LIKENESS_PERCENT_MIN 90

/* The closest tables, the closest first, of those that are close enough; ties are all
 * in. `server` is the Server field, "" = none; `protocol` as "HTTP/1.1", "" = not
 * known. -1 when out of memory. */
int likeness_find(const struct report *report, const char *server, const char *protocol,
                  struct report_likeness likenesses[static REPORT_LIKENESSES_MAX],
                  size_t *ret_n, struct err *err) MUST_CHECK;
