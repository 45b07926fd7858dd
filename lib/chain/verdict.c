/* SPDX-License-Identifier: MIT */
#include "chain/verdict.h"

#include "base/compiler.h"
#include "chain/advice_list.h"

#include <assert.h>
#include <string.h>

static const struct verdict_info infos[VERDICT_COUNT] = {
#define X(name_, status_, sub_, hresult_, symbol_, base_, ssl_, title_) \
    [VERDICT_##name_] = {                                               \
        .name = #name_,                                                 \
        .status = (status_),                                            \
        .substatus = (sub_),                                            \
        .hresult = (hresult_),                                          \
        .symbol = (symbol_),                                            \
        .rank = { (base_), (ssl_) },                                    \
        .title = (title_),                                              \
    },
    VERDICT_LIST(X)
#undef X
};

/* What people write: a refusal always with its sub-status, success without. */
static const char *const codes[VERDICT_COUNT] = {
#define X(name, status, sub, hresult, symbol, base, ssl, title) \
    [VERDICT_##name] = #status "." #sub,
    VERDICT_LIST(X)
#undef X
};

enum advice_row {
#define X(name, description, causes, tries, more) ADVICE_##name,
    ADVICE_LIST(X)
#undef X
        ADVICE_COUNT
};
/* No row stands twice, or its constant would; so with as many there is no gap. */
static_assert((int)ADVICE_COUNT == (int)VERDICT_COUNT, "a row for each verdict");

/* clang-format off */
#define TEXTS(...)  (const char *const[]){ __VA_ARGS__, NULL }
/* clang-format on */
#define CAUSES(...) TEXTS(__VA_ARGS__)
#define TRIES(...)  TEXTS(__VA_ARGS__)
static const struct verdict_advice advice[VERDICT_COUNT] = {
#define X(name, description, causes, tries, more) \
    [VERDICT_##name] = { description, causes, tries, more },
    ADVICE_LIST(X)
#undef X
};

const struct verdict_info *verdict_get(enum verdict verdict)
{
    assert(verdict < VERDICT_COUNT);
    return &infos[verdict];
}

const char *verdict_code(enum verdict verdict)
{
    assert(verdict < VERDICT_COUNT);
    return verdict == VERDICT_OK ? "200" : codes[verdict];
}

const struct verdict_advice *verdict_advice(enum verdict verdict)
{
    assert((unsigned)verdict < VERDICT_COUNT);
    return &advice[verdict];
}

bool verdict_find(const char *name, enum verdict *ret_verdict)
{
    for (size_t i = 0; i < ARRAY_LEN(infos); i++) {
        if (strcmp(infos[i].name, name) == 0) {
            *ret_verdict = (enum verdict)i;
            return true;
        }
    }
    return false;
}

uint32_t verdict_win32_status(uint32_t hresult)
{
    return hresult >> 16 == 0x8007 ? hresult & 0xffff : hresult;
}

enum verdict verdict_prefer(enum verdict a, enum verdict b, enum precedence precedence)
{
    unsigned rank_a = verdict_get(a)->rank[precedence];
    unsigned rank_b = verdict_get(b)->rank[precedence];
    if (rank_a == 0 || rank_b == 0) {
        return rank_a == 0 ? b : a;
    }
    return rank_b < rank_a ? b : a;
}
