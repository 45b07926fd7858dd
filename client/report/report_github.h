/* SPDX-License-Identifier: MIT
 *
 * Workflow commands of GitHub Actions. Pure.
 */
#pragma once

#include "base/buf.h"
#include "model/report.h"

/* A step shows no more errors than this; the rest is counted in one more notice. */
#define REPORT_GITHUB_MAX 9

/* "::error title=...::..." for what is not as expected of one server or several. */
void report_github_annotations(struct buf *out, const struct report *const *reports,
                               size_t n);
