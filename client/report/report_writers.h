/* SPDX-License-Identifier: MIT
 *
 * The shapes of a report: for people, TAP, JUnit XML, JSON, Markdown and HTML. Each
 * writer is pure, appends to a buf, and makes the peer's text safe for its own format.
 * Results: buf_ok(out).
 */
#pragma once

#include "base/buf.h"
#include "model/report.h"

#include <stdbool.h>
#include <stddef.h>

/* `width` of the terminal, 0 = do not cut lines. */
void report_human(struct buf *out, const struct report *report, bool colour,
                  size_t width);
/* What kind of server it is: who is let in that should not be, what it tells apart,
 * sessions, names, and whom it resembles. Nothing without a survey. `width` as above.
 */
void report_server(struct buf *out, const struct report *report, bool colour,
                   size_t width);
/* Several servers side by side, of the same cases; one at least. */
void report_compare(struct buf *out, const struct report *const *reports, size_t n,
                    bool colour, size_t width);
void report_markdown(struct buf *out, const struct report *const *reports, size_t n);
void report_html(struct buf *out, const struct report *const *reports, size_t n);
void report_junit(struct buf *out, const struct report *const *reports, size_t n);
void report_json(struct buf *out, const struct report *const *reports, size_t n);

/* Perl's prove before Test::Harness 3.48 refuses the word "version 14". */
enum report_tap_version { REPORT_TAP_13, REPORT_TAP_14 };
void report_tap(struct buf *out, const struct report *const *reports, size_t n,
                enum report_tap_version version);
