/* SPDX-License-Identifier: MIT */
#include "chain/judge.h"

#include "base/text.h"
#include "chain/chain_build.h"

bool ssl_flags_parse(const char *word, enum ssl_flags *ret_flags)
{
    static const struct {
        const char *word;
        enum ssl_flags flags;
    } words[] = {
        { "ignore", SSL_FLAGS_IGNORE },
        { "accept", SSL_FLAGS_ACCEPT },
        { "require", SSL_FLAGS_REQUIRE },
        { "none", SSL_FLAGS_IGNORE },
        { "ssl", SSL_FLAGS_IGNORE },
        { "sslnegotiatecert", SSL_FLAGS_ACCEPT },
        { "sslrequirecert", SSL_FLAGS_REQUIRE },
        { "off", SSL_FLAGS_IGNORE },
        { "optional", SSL_FLAGS_ACCEPT },
        { "optional_no_ca", SSL_FLAGS_ACCEPT },
        { "on", SSL_FLAGS_REQUIRE },
        { "required", SSL_FLAGS_REQUIRE },
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_equal_ignoring_case(word, words[i].word)) {
            *ret_flags = words[i].flags;
            return true;
        }
    }
    return false;
}

const char *ssl_flags_name(enum ssl_flags flags)
{
    static const char *const names[] = {
        [SSL_FLAGS_IGNORE] = "Ignore",
        [SSL_FLAGS_ACCEPT] = "Accept",
        [SSL_FLAGS_REQUIRE] = "Require",
    };
    return names[flags];
}

/* The one fault of the path that IIS would report. */
static void decide(struct judgement *judgement, enum precedence precedence)
{
    const struct chain *chain = &judgement->chain;
    judgement->verdict = VERDICT_OK;
    judgement->deciding = chain->n_findings;
    for (size_t i = 0; i < chain->n_findings; i++) {
        enum verdict verdict =
            verdict_prefer(judgement->verdict, chain->findings[i].verdict, precedence);
        if (verdict != judgement->verdict) {
            judgement->verdict = verdict;
            judgement->deciding = i;
        }
    }
}

void judge_chain(const struct chain *chain, enum ssl_flags flags,
                 const struct chain_context *context, struct judgement *ret_judgement)
{
    ret_judgement->verdict = VERDICT_OK;
    if (flags == SSL_FLAGS_IGNORE) {
        ret_judgement->chain.n_elements = 0;
        ret_judgement->chain.n_findings = 0;
        ret_judgement->chain.n_paths = 0;
        ret_judgement->deciding = 0;
        return;
    }
    ret_judgement->chain = *chain;
    decide(ret_judgement, context->policy->precedence);
}

int judge_client(struct certificate *const *presented, size_t n_presented,
                 enum ssl_flags flags, const struct chain_context *context,
                 struct judgement *ret_judgement, struct err *err)
{
    *ret_judgement = (struct judgement){ .verdict = VERDICT_OK };
    if (flags == SSL_FLAGS_IGNORE) {
        return 0;
    }
    if (n_presented == 0) {
        ret_judgement->verdict =
            flags == SSL_FLAGS_REQUIRE ? VERDICT_CERT_REQUIRED : VERDICT_OK;
        return 0;
    }
    if (chain_build(presented, n_presented, context, &ret_judgement->chain, err) != 0) {
        return -1;
    }
    decide(ret_judgement, context->policy->precedence);
    return 0;
}
