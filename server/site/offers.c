/* SPDX-License-Identifier: MIT */
#include "site/offers.h"

#include "base/mem.h"
#include "chain/judge.h"

#include <stdlib.h>
#include <string.h>

static void judge_row(struct offers_row *row, const struct chain *chain)
{
    for (int program = 0; program < OFFER_PROGRAM_COUNT; program++) {
        struct offer offer;
        offer_judge(chain, (enum offer_program)program, &offer);
        row->by[program].is_offered = offer.is_offered;
        if (offer.n_reasons > 0) {
            row->by[program].reason = offer.reasons[0]->kind;
        }
    }
}

static int create_chain(const struct forge_credential *credential,
                        struct certificate **chain, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        chain[i] = certificate_create(buf_slice(&credential->chain[i]));
        if (chain[i] == NULL) {
            return err_memory(err);
        }
    }
    return 0;
}

static int fill_row(struct offers_row *row, struct forge_world *world,
                    const struct chain_context *context, struct err *err)
{
    struct certificate *chain[CHAIN_PRESENTED_MAX] = { NULL };
    struct forge_credential credential;
    struct judgement judgement;
    int result = -1;

    if (forge_case(world, row->recipe, context->now, &credential, err) != 0) {
        return -1;
    }
    size_t n = credential.n_chain < CHAIN_PRESENTED_MAX ? credential.n_chain
                                                        : CHAIN_PRESENTED_MAX;
    if (create_chain(&credential, chain, n, err) == 0 &&
        judge_client(chain, n, SSL_FLAGS_REQUIRE, context, &judgement, err) == 0) {
        judge_row(row, &judgement.chain);
        result = 0;
    }
    for (size_t i = 0; i < n; i++) {
        certificate_destroy(chain[i]);
    }
    forge_credential_finish(&credential);
    return result;
}

int offers_refresh(struct offers *offers, struct forge_world *world,
                   const struct chain_context *context, struct err *err)
{
    const struct recipe_table *cases = &forge_book(world)->cases;
    struct offers fresh = { .made_at = context->now };
    /* Browsers do not fetch evidence to choose a certificate. */
    struct chain_context own = *context;
    own.evidence = NULL;

    if (offers->rows != NULL && context->now >= offers->made_at &&
        context->now - offers->made_at < OFFERS_LIFETIME_S) {
        return 0;
    }
    fresh.rows = mem_alloc(cases->n_recipes, sizeof *fresh.rows);
    if (fresh.rows == NULL) {
        return err_memory(err);
    }
    for (size_t i = 0; i < cases->n_recipes; i++) {
        if (cases->recipes[i].is_none) {
            continue;
        }
        fresh.rows[fresh.n_rows].recipe = &cases->recipes[i];
        if (fill_row(&fresh.rows[fresh.n_rows], world, &own, err) != 0) {
            offers_finish(&fresh);
            return -1;
        }
        fresh.n_rows++;
    }
    offers_finish(offers);
    *offers = fresh;
    return 0;
}

void offers_forget(struct offers *offers)
{
    offers->made_at = INT64_MIN / 2;
}

void offers_finish(struct offers *offers)
{
    free(offers->rows);
    *offers = (struct offers){ .n_rows = 0 };
}

const struct offers_row *offers_find(const struct offers *offers,
                                     const struct recipe *recipe)
{
    for (size_t i = 0; i < offers->n_rows; i++) {
        /* Compared by name: the caller's recipe may come from another copy of the
         * tables. */
        if (strcmp(offers->rows[i].recipe->name, recipe->name) == 0) {
            return &offers->rows[i];
        }
    }
    return NULL;
}

size_t offers_count(const struct offers *offers, enum offer_program program)
{
    size_t n = 0;
    for (size_t i = 0; i < offers->n_rows; i++) {
        n += offers->rows[i].by[program].is_offered ? 1 : 0;
    }
    return n;
}
