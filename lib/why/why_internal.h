/* SPDX-License-Identifier: MIT
 *
 * What the files of why share.
 */
#pragma once

#include "why/log_line.h"
#include "why/situation_list.h"
#include "why/why.h"

enum why_situation {
#define X(name, id, answer, who, causes, look, tries, make) SITUATION_##name,
    SITUATION_LIST(X)
#undef X
        SITUATION_COUNT
};

/* Lists end with NULL; an empty one begins with it. */
struct why_situation_info {
    const char *id;
    const char *answer;
    const char *who;
    const char *const *causes;
    const char *const *look;
    const char *const *tries;
    const char *const *make;
};

struct why_verdict_info {
    unsigned often;
    const char *answer;
    const char *const *look;
    const char *const *others;
    const char *const *make;
};

struct why_alert_info {
    int alert;
    const char *who;
    const char *const *causes;
    const char *const *tries;
    const char *const *make;
};

/* A section of docs/problems.md. `ids` ends with NULL. */
struct why_problem {
    const char *anchor;
    const char *title;
    const char *const *ids;
};

/* A code of Windows that is none of a verdict. */
struct why_code_info {
    uint32_t hresult;
    const char *symbol;
    const char *id;
};

const struct why_situation_info *why_situation_get(unsigned situation);
const struct why_verdict_info *why_verdict_get(enum verdict verdict);
/* NULL: no such alert. */
const struct why_alert_info *why_alert_find(int alert);
/* The row `i`, or NULL behind the last. */
const struct why_alert_info *why_alert_row(size_t i);
const struct why_code_info *why_code_row(size_t i);
const struct why_problem *why_problem_row(size_t i);

/* The `n`th verdict of a topic of IIS, the most frequent first; false behind the last.
 */
bool why_nth_verdict(const struct why_topic *topic, size_t n,
                     enum verdict *ret_verdict);
/* By a code of verdicts alone; false for codes of code_list.h. */
bool why_find_hresult(uint32_t hresult, struct why_topic *ret_topic);
/* "403.16" */
bool why_find_code(const char *code, struct why_topic *ret_topic);
/* By a reason of HTTPERR. */
bool why_find_reason(struct slice reason, struct why_topic *ret_topic);
/* Of a line of a log: by its reason, or by its numbers. */
bool why_find_line(const struct log_line *line, struct why_topic *ret_topic);
/* The one verdict, or all of the same code or HRESULT. */
struct why_topic why_topic_of(enum verdict verdict, enum why_kind kind);
