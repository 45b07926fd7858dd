/* SPDX-License-Identifier: MIT
 *
 * What `certgate load` found out, as text and as JSON (load.schema.json).
 */
#pragma once

#include "load/load_run.h"

struct load_report {
    const struct load_order *order;
    const struct load_result *result;
    const char *expectation; /* "iis", "strict", ... */
};

/* False: out of memory. */
bool load_report_append_text(struct buf *out, const struct load_report *report);
bool load_report_append_json(struct buf *out, const struct load_report *report);
/* Answers that are not as expected, of all cases. */
uint64_t load_report_count_unexpected(const struct load_report *report);
