/* SPDX-License-Identifier: MIT
 *
 * Asks the questions of a survey: two connections for each and TLS version, one after
 * the other.
 */
#pragma once

#include "base/err.h"
#include "check/matrix.h"
#include "model/survey.h"

#include <stdbool.h>

/* Runs the loop. Only what could not be begun is an error. */
int survey_run(const struct matrix_options *options,
               const bool versions[static REPORT_VERSION_COUNT],
               struct survey *ret_survey, struct err *err) MUST_CHECK;
