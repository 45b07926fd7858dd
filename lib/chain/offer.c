/* SPDX-License-Identifier: MIT */
#include "chain/offer.h"

#include "base/text.h"

#define CHROME  (1u << OFFER_CHROME)
#define FIREFOX (1u << OFFER_FIREFOX)
#define DOTNET  (1u << OFFER_DOTNET)

/* kind      what is the matter
 * anywhere  in the whole path; else with the client's certificate only
 * who       hides it then. Sources: iis.md section 6 (Chromium's client_cert_store_win,
 *           .NET's CertificateHelper); Firefox as observed */
/* clang-format off */
static const struct row {
    enum finding_kind kind;
    bool anywhere;
    unsigned who;
} rows[] = {
    { FINDING_MALFORMED,               false, CHROME | FIREFOX | DOTNET },
    { FINDING_EXPIRED,                 false, CHROME | FIREFOX },
    { FINDING_NOT_YET_VALID,           false, CHROME | FIREFOX },
    { FINDING_EKU_NOT_CLIENT_AUTH,     false, CHROME | FIREFOX | DOTNET },
    { FINDING_EKU_ANY,                 false, DOTNET },
    { FINDING_CA_EKU_NOT_CLIENT_AUTH,  true,  CHROME },
    { FINDING_KU_NO_DIGITAL_SIGNATURE, false, CHROME | DOTNET },
    { FINDING_KU_EKU_INCONSISTENT,     false, CHROME | DOTNET },
    { FINDING_CA_AS_CLIENT,            false, FIREFOX },
};
/* clang-format on */

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

static bool hides(const struct finding *finding, enum offer_program program)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].kind == finding->kind) {
            return (rows[i].anywhere || finding->element == 0) &&
                   (rows[i].who >> program & 1) != 0;
        }
    }
    return false;
}

void offer_judge(const struct chain *chain, enum offer_program program,
                 struct offer *ret_offer)
{
    *ret_offer = (struct offer){ .is_offered = true };
    for (size_t i = 0; i < chain->n_findings; i++) {
        if (hides(&chain->findings[i], program)) {
            ret_offer->is_offered = false;
            if (ret_offer->n_reasons < OFFER_REASONS_MAX) {
                ret_offer->reasons[ret_offer->n_reasons++] = &chain->findings[i];
            }
        }
    }
}
