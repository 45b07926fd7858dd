/* SPDX-License-Identifier: MIT */
#include "site/what_if.h"

#include "base/compiler.h"
#include "http/query.h"

#include <string.h>

#define WORD_MAX ((size_t)16)

static const struct wish {
    const char *word;
    bool is_expired; /* else: comes alone */
    const char *sentence;
} wishes[] = {
    { "expired", true,
      "As the address asks (as=expired), it was judged as one second "
      "after the certificate ends." },
    { "leaf", false,
      "As the address asks (as=leaf), it was judged as if no "
      "intermediate "
      "had come, and none were in a store or could be fetched." },
};

/* NULL = none. */
static const struct wish *find_wish(const struct exchange_input *input)
{
    char word[WORD_MAX];
    if (input->request != NULL &&
        query_find(input->request->query, "as", word, sizeof word)) {
        for (size_t i = 0; i < ARRAY_LEN(wishes); i++) {
            if (strcmp(word, wishes[i].word) == 0) {
                return &wishes[i];
            }
        }
    }
    return NULL;
}

const char *what_if_sentence(const struct exchange_input *input)
{
    const struct wish *wish = find_wish(input);
    return wish == NULL ? NULL : wish->sentence;
}

static int judge_wish(const struct exchange_input *input, const struct wish *wish,
                      struct judgement *judgement, struct err *err)
{
    struct certificate *const *chain = input->tls->chain;
    size_t n = exchange_n_presented(input->tls);
    struct chain_context context = *input->context;
    struct store store = *context.store;
    struct judgement supposed;

    if (wish->is_expired) {
        context.now = chain[0]->not_after + 1;
    } else {
        store.folders[STORE_CA].n_entries = 0;
        context.store = &store;
        context.evidence = NULL;
        n = 1;
    }
    if (judge_client(chain, n, input->site->flags, &context, &supposed, err) != 0) {
        return -1;
    }
    if (supposed.verdict != VERDICT_OK) {
        *judgement = supposed;
    }
    return 0;
}

/* Each request with a certificate comes here; hardly one has a wish. */
int what_if_judge(const struct exchange_input *input, struct judgement *judgement,
                  struct err *err)
{
    const struct wish *wish =
        judgement->verdict == VERDICT_OK ? find_wish(input) : NULL;
    return wish == NULL ? 0 : judge_wish(input, wish, judgement, err);
}
