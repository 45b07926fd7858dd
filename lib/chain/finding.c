/* SPDX-License-Identifier: MIT */
#include "chain/finding.h"

#include "base/compiler.h"

#include <assert.h>
#include <string.h>

static const struct finding_info infos[FINDING_COUNT] = {
#define X(name_, trust_, verdict_, judges, hides, rule_, fault_, remedy_) \
    [FINDING_##name_] = {                                                 \
        .name = #name_,                                                   \
        .trust_status = (trust_),                                         \
        .verdict = VERDICT_##verdict_,                                    \
        .rule = (rule_),                                                  \
        .fault = (fault_),                                                \
        .remedy = (remedy_),                                              \
    },
    FINDING_LIST(X)
#undef X
};

const struct finding_info *finding_get(enum finding_kind kind)
{
    assert(kind < FINDING_COUNT);
    return &infos[kind];
}

struct finding_phrase finding_phrase(const char *fault)
{
    static const struct {
        const char *start;
        const char *link;
    } starts[] = { { "It ", " " }, { "Its ", "'s " } };
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        size_t len = strlen(starts[i].start);
        if (strncmp(fault, starts[i].start, len) == 0) {
            return (struct finding_phrase){ starts[i].link, fault + len };
        }
    }
    return (struct finding_phrase){ ": ", fault };
}

bool finding_is_about_time(enum finding_kind kind)
{
    return kind == FINDING_EXPIRED || kind == FINDING_NOT_YET_VALID;
}
