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

enum expect_outcome {
    EXPECT_MET,
    EXPECT_DIFFERS,
    EXPECT_UNTOLD, /* the attempt never got so far as to show it */
    EXPECT_OUTCOME_COUNT
};

struct expect_want {
    const char *words;             /* borrowed; NULL = the verdict counts */
    struct recipe_outcome verdict; /* IIS's */
};

struct expect_judgement {
    enum expect_outcome outcome;
    /* The status is as expected, but the page hides the sub-status. */
    bool substatus_hidden;
};

struct expect_want expect_want_verdict(struct recipe_outcome verdict);

struct expect_judgement expect_judge(const struct expect_want *want,
                                     const struct attempt_result *result);
/* The attempt says nothing about what the server thinks of the certificate: it never
 * got so far. */
bool expect_is_untold(const struct attempt_result *result);

/* "as-expected", "differs", "untold"; for JSON. */
const char *expect_outcome_name(enum expect_outcome outcome);
/* "403.16", "200", "alert"; or the words. */
const char *expect_format_short(const struct expect_want *want);
/* "403.16 0x800B0109", "failed handshake", "alert:unknown_ca or dropped". */
void expect_format(const struct expect_want *want, struct buf *out);
/* "expected 403.16 0x800B0109, got 403.17 0x800B0101", with what helps to see why.
 * Safe on a terminal. */
void expect_format_difference(const struct expect_want *want,
                              const struct attempt_result *result, struct buf *out);
