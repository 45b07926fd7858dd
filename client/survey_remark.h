/* SPDX-License-Identifier: MIT
 *
 * What the answers of a survey mean, in a sentence each. Pure.
 */
#pragma once

#include "survey.h"

#include <stdbool.h>
#include <stddef.h>

enum survey_remark_weight {
    SURVEY_REMARK_NONE, /* nothing is to be said */
    SURVEY_REMARK_PLAIN,
    SURVEY_REMARK_LOUD,  /* not to be missed, and the table of cases shows it as well */
    SURVEY_REMARK_FAULT, /* the server's, and nothing else shows it */
};

struct survey_remark {
    enum survey_remark_weight weight;
    const char *text; /* static; "" with NONE */
};

struct survey_remark survey_remark_find(enum survey_question question,
                                        const struct survey_answer *answer);
/* An answer to it can be a fault: it is a test of its own in TAP and JUnit. */
bool survey_remark_is_test(enum survey_question question);
/* What is tested was tried on this version. */
bool survey_remark_is_tried(const struct survey_version *version,
                            enum survey_question question);

struct survey_remark_counts {
    size_t n_tests;
    size_t n_faults;
};

/* Zero of a version that was not tried. */
struct survey_remark_counts survey_remark_count(const struct survey_version *version);
