/* SPDX-License-Identifier: MIT
 *
 * What has changed since an older report, as `certgate check --json` wrote it: of one
 * server or of several.
 */
#pragma once

#include "attempt/outcome.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/report.h"

#include <stddef.h>

#define REPORT_CHANGES_FILE_MAX ((size_t)16 * 1024 * 1024)

struct json_t;

struct report_changes_old {
    const char *file;    /* borrowed */
    struct json_t *root; /* owned */
};

/* The error names the file and what is wrong with it. */
int report_changes_load(const char *file, struct report_changes_old *ret_old,
                        struct err *err) MUST_CHECK;
void report_changes_unload(struct report_changes_old *old); /* accepts a zeroed one */
/* The old file has a report to compare with for `url`, which is one of `n_urls`: the
 * one with this URL, or the only one, if there is one URL only. */
int report_changes_verify(const struct report_changes_old *old, const char *url,
                          size_t n_urls, struct err *err) MUST_CHECK;

struct report_change {
    const char *name; /* borrowed from the report */
    enum report_version version;
    char was[OUTCOME_WORD_MAX]; /* "" = the old report has not got it */
    char is[OUTCOME_WORD_MAX];
};

struct report_changes {
    const char *old_file; /* borrowed */
    size_t n_compared;
    struct report_change *changes; /* owned */
    size_t n_changes;
};

/* Of a URL that was verified. */
int report_changes_find(const struct report_changes_old *old,
                        const struct report *report, size_t n_urls,
                        struct report_changes *ret_changes, struct err *err) MUST_CHECK;
void report_changes_finish(struct report_changes *changes); /* accepts a zeroed one */
/* A line that counts them, and an indented one for each, with `prefix` before all of
 * them. Nothing of NULL. What the old file says is made safe for terminals. */
void report_changes_append(struct buf *out, const struct report_changes *changes,
                           const char *prefix);
