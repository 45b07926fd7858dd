/* SPDX-License-Identifier: MIT
 *
 * Writes the result of `certgate check`: the report itself, files beside it, and, in a
 * GitHub workflow, annotations and the job's summary.
 */
#pragma once

#include "base/err.h"
#include "check/check_options.h"
#include "model/report.h"

#include <stddef.h>

int check_report_all(const struct check_options *options,
                     const struct report *const *reports, size_t n_reports,
                     struct err *err) MUST_CHECK;
