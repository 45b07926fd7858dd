/* SPDX-License-Identifier: MIT
 *
 * What the answers of a survey mean, in a sentence each. Pure.
 */
#pragma once

#include "model/survey.h"

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

/* Calls for each question that was asked and whose answer can be a fault: the tests of
 * sessions in TAP, JUnit and the like. All of one version come before the next. */
typedef void (*survey_remark_on_test_fn)(void *user, enum survey_question question,
                                         enum report_version version,
                                         struct survey_remark remark);
void survey_remark_walk(const struct survey *survey, survey_remark_on_test_fn on_test,
                        void *user);

struct survey_remark_counts {
    size_t n_tests;
    size_t n_faults;
};

/* Zero of a version that was not tried. */
struct survey_remark_counts survey_remark_count(const struct survey_version *version);
