/* SPDX-License-Identifier: MIT
 *
 * What has changed since an older report, as `certgate check --json` wrote it.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "outcome.h"
#include "report.h"

#include <stddef.h>

#define REPORT_CHANGES_FILE_MAX ((size_t)16 * 1024 * 1024)

struct report_change {
    const char *name; /* borrowed from the report */
    enum report_version version;
    char was[OUTCOME_WORD_MAX]; /* "" = the old report has not got it */
    char is[OUTCOME_WORD_MAX];
};

struct report_changes {
    const char *old_file; /* borrowed; NULL = nothing was compared */
    size_t n_compared;
    struct report_change *changes; /* owned */
    size_t n_changes;
};

int report_changes_find(const char *file, const struct report *report,
                        struct report_changes *ret_changes, struct err *err) MUST_CHECK;
void report_changes_finish(struct report_changes *changes); /* accepts a zeroed one */
/* For people; nothing when nothing was compared. */
void report_changes_human(struct buf *out, const struct report_changes *changes);
