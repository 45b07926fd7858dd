/* SPDX-License-Identifier: MIT */
#include "chain/explain.h"

#include "chain/chain_build.h"
#include "chain/path/path.h"

/* What no client sends, the server does not judge. */
static void judge_unsent(const struct explain_question *question,
                         struct explain_answer *answer)
{
    struct judgement *judgement = &answer->judgement;
    const char *newer = answer->sendings.key_problem[SENDING_TLS_1_3];
    const char *older = answer->sendings.key_problem[SENDING_TLS_1_2];
    bool required = question->flags == SSL_FLAGS_REQUIRE;
    if (newer == NULL) {
        return;
    }
    path_add_as(&judgement->chain, FINDING_KEY_NOT_OFFERED, 0,
                required ? VERDICT_CERT_REQUIRED : VERDICT_OK, "%s: %s",
                older == NULL ? "on TLS 1.3" : "on TLS 1.2 and 1.3", newer);
    judgement->verdict = required ? VERDICT_CERT_REQUIRED : VERDICT_OK;
    judgement->deciding = judgement->chain.n_findings - (required ? 1 : 0);
}

static int judge_as_client(const struct explain_question *question,
                           const struct chain_context *context,
                           struct explain_answer *answer, struct err *err)
{
    if (judge_client(question->presented, question->n_presented, question->flags,
                     context, &answer->judgement, err) != 0) {
        return -1;
    }
    /* Ignore judges nothing; a person still wants to see the path. */
    if (question->flags == SSL_FLAGS_IGNORE &&
        chain_build(question->presented, question->n_presented, context,
                    &answer->judgement.chain, err) != 0) {
        return -1;
    }
    if (question->flags == SSL_FLAGS_IGNORE) {
        answer->judgement.deciding = answer->judgement.chain.n_findings;
    }
    for (int i = 0; i < OFFER_PROGRAM_COUNT; i++) {
        offer_judge(&answer->judgement.chain, (enum offer_program)i,
                    &answer->offers[i]);
    }
    if (sending_judge(question->presented, question->n_presented, question->flags,
                      context, &answer->judgement, &answer->sendings, err) != 0) {
        return -1;
    }
    judge_unsent(question, answer);
    /* With a damaged store certgated does not even start. */
    answer->is_let_in = answer->judgement.verdict == VERDICT_OK &&
                        (question->store == NULL || question->store->n_damaged == 0);
    return question->all_paths
               ? chain_build_all(question->presented, question->n_presented, context,
                                 &answer->paths, err)
               : 0;
}

void explain_finish(struct explain_answer *answer)
{
    chain_paths_finish(&answer->paths);
}

int explain_judge(const struct explain_question *question,
                  struct explain_answer *ret_answer, struct err *err)
{
    struct chain_context context = {
        .batch = question->batch,
        .store = question->store,
        .policy = question->policy,
        .evidence = question->evidence,
        .now = question->now,
    };
    *ret_answer = (struct explain_answer){ .is_let_in = false };
    if (question->role == EXPLAIN_CLIENT) {
        return judge_as_client(question, &context, ret_answer, err);
    }
    if (server_check(question->presented, question->n_presented, question->host,
                     &context, &ret_answer->server, err) != 0) {
        return -1;
    }
    ret_answer->is_let_in = ret_answer->server.is_accepted;
    return 0;
}
