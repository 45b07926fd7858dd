/* SPDX-License-Identifier: MIT
 *
 * The tables as data.
 */
#include "why/alert_why_list.h"
#include "why/code_list.h"
#include "why/problem_list.h"
#include "why/verdict_why_list.h"
#include "why/why_internal.h"

#include <assert.h>

/* clang-format off */
#define TEXTS(...)  (const char *const[]){ __VA_ARGS__, NULL }
/* clang-format on */
#define CAUSES(...) TEXTS(__VA_ARGS__)
#define LOOK(...)   TEXTS(__VA_ARGS__)
#define OTHERS(...) TEXTS(__VA_ARGS__)
#define TRIES(...)  TEXTS(__VA_ARGS__)
#define MAKE(...)   TEXTS(__VA_ARGS__)
#define IDS(...)    TEXTS(__VA_ARGS__)

static const struct why_situation_info situations[SITUATION_COUNT] = {
#define X(name, id, answer, who, causes, look, tries, make) \
    [SITUATION_##name] = { id, answer, who, causes, look, tries, make },
    SITUATION_LIST(X)
#undef X
};

enum verdict_row {
#define X(name, often, answer, look, others, make) VERDICT_ROW_##name,
    VERDICT_WHY_LIST(X)
#undef X
        VERDICT_ROW_COUNT
};
/* No row stands twice, or its constant would; so with as many there is no gap. */
static_assert((int)VERDICT_ROW_COUNT == (int)VERDICT_COUNT, "a row for each verdict");

static const struct why_verdict_info verdicts[VERDICT_COUNT] = {
#define X(name, often, answer, look, others, make) \
    [VERDICT_##name] = { often, answer, look, others, make },
    VERDICT_WHY_LIST(X)
#undef X
};

static const struct why_alert_info alerts[] = {
/* TRIES is part of what BAD_TLS stands for, so it is no parameter of its own. */
#define X(number, who, ...) { number, who, __VA_ARGS__ },
    ALERT_WHY_LIST(X)
#undef X
};

static const struct why_code_info codes[] = {
#define X(hresult, symbol, id) { hresult, symbol, id },
    CODE_LIST(X)
#undef X
};

static const struct why_problem problems[] = {
#define X(anchor, title, ids) { anchor, title, ids },
    PROBLEM_LIST(X)
#undef X
};

const struct why_problem *why_problem_row(size_t i)
{
    return i < ARRAY_LEN(problems) ? &problems[i] : NULL;
}

const struct why_situation_info *why_situation_get(unsigned situation)
{
    assert(situation < SITUATION_COUNT);
    return &situations[situation];
}

const struct why_verdict_info *why_verdict_get(enum verdict verdict)
{
    assert((unsigned)verdict < VERDICT_COUNT);
    return &verdicts[verdict];
}

const struct why_alert_info *why_alert_row(size_t i)
{
    return i < ARRAY_LEN(alerts) ? &alerts[i] : NULL;
}

const struct why_alert_info *why_alert_find(int alert)
{
    for (size_t i = 0; i < ARRAY_LEN(alerts); i++) {
        if (alerts[i].alert == alert) {
            return &alerts[i];
        }
    }
    return NULL;
}

const struct why_code_info *why_code_row(size_t i)
{
    return i < ARRAY_LEN(codes) ? &codes[i] : NULL;
}
