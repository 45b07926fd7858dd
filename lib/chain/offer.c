/* SPDX-License-Identifier: MIT */
#include "chain/offer.h"

#include "base/text.h"

#define CHROME  (1u << OFFER_CHROME)
#define FIREFOX (1u << OFFER_FIREFOX)
#define DOTNET  (1u << OFFER_DOTNET)

/* Who hides a certificate with this finding. */
static const struct hides {
    bool anywhere; /* in the whole path; else with the client's certificate only */
    unsigned who;
} hides[FINDING_COUNT] = {
#define NOBODY    false, 0
#define LEAF(who) false, (who)
#define PATH(who) true, (who)
#define X(name, trust, verdict, judges, hides, rule, fault, remedy) \
    [FINDING_##name] = { hides },
    FINDING_LIST(X)
#undef X
};

const char *offer_program_name(enum offer_program program)
{
    static const char *const names[] = {
        [OFFER_CHROME] = "Chrome and Edge on Windows",
        [OFFER_FIREFOX] = "Firefox",
        [OFFER_DOTNET] = ".NET (HttpClientHandler)",
    };
    return names[program];
}

bool offer_program_parse(const char *word, enum offer_program *ret_program)
{
    static const struct {
        const char *word;
        enum offer_program program;
    } words[] = {
        { "chrome", OFFER_CHROME },
        { "edge", OFFER_CHROME },
        { "firefox", OFFER_FIREFOX },
        { "dotnet", OFFER_DOTNET },
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_equal_ignoring_case(word, words[i].word)) {
            *ret_program = words[i].program;
            return true;
        }
    }
    return false;
}

static bool is_hidden(const struct finding *finding, enum offer_program program)
{
    const struct hides *row = &hides[finding->kind];
    return (row->anywhere || finding->element == 0) && (row->who >> program & 1) != 0;
}

void offer_judge(const struct chain *chain, enum offer_program program,
                 struct offer *ret_offer)
{
    *ret_offer = (struct offer){ .is_offered = true };
    for (size_t i = 0; i < chain->n_findings; i++) {
        if (is_hidden(&chain->findings[i], program)) {
            ret_offer->is_offered = false;
            if (ret_offer->n_reasons < OFFER_REASONS_MAX) {
                ret_offer->reasons[ret_offer->n_reasons++] = &chain->findings[i];
            }
        }
    }
}
