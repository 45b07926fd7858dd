/* SPDX-License-Identifier: MIT */
#include "chain/finding.h"

#include <assert.h>

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
