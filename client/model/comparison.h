/* SPDX-License-Identifier: MIT
 *
 * Compares what a case must get with what came: IIS's verdict, or words
 * (outcome.h). Pure, and it judges from the wire alone, so that it tells the truth
 * about any server: the end of the connection, the HTTP status, and the page's heading
 * and error code where the page shows them. A page without a sub-status (what IIS shows
 * to remote users) is compared by its status only, and that is said.
 */
#pragma once

#include "attempt/attempt_result.h"
#include "base/buf.h"
#include "forge/recipe.h"

#include <stdbool.h>

enum comparison_outcome {
    COMPARISON_MET,
    COMPARISON_DIFFERS,
    COMPARISON_UNTOLD, /* the attempt never got so far as to show it */
    COMPARISON_OUTCOME_COUNT
};

struct comparison_want {
    const char *words;             /* borrowed; NULL = the verdict counts */
    struct recipe_outcome verdict; /* IIS's */
};

struct comparison_judgement {
    enum comparison_outcome outcome;
    /* The status is as expected, but the page hides the sub-status. */
    bool substatus_hidden;
};

struct comparison_want comparison_want_verdict(struct recipe_outcome verdict);

struct comparison_judgement comparison_judge(const struct comparison_want *want,
                                             const struct attempt_result *result);
/* The attempt says nothing about what the server thinks of the certificate: it never
 * got so far. */
bool comparison_is_untold(const struct attempt_result *result);

/* "as-expected", "differs", "untold"; for JSON. */
const char *comparison_outcome_name(enum comparison_outcome outcome);
/* "403.16", "200", "alert"; or the words. */
const char *comparison_format_short(const struct comparison_want *want);
/* "403.16 0x800B0109", "failed handshake", "alert:unknown_ca or dropped". */
void comparison_format(const struct comparison_want *want, struct buf *out);
/* "expected 403.16 0x800B0109, got 403.17 0x800B0101", with what helps to see why.
 * Safe on a terminal. */
void comparison_format_difference(const struct comparison_want *want,
                                  const struct attempt_result *result, struct buf *out);
