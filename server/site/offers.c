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

static bool is_out_of_date(const struct offers *offers, int64_t now)
{
    return offers->rows == NULL || now < offers->made_at ||
           now - offers->made_at >= OFFERS_LIFETIME_S;
}

static void drop_next(struct offers *offers)
{
    free(offers->next);
    offers->next = NULL;
    offers->n_next = offers->n_seen = 0;
}

static int begin(struct offers *offers, const struct recipe_table *cases, int64_t now,
                 struct err *err)
{
    drop_next(offers);
    offers->next = mem_alloc(cases->n_recipes, sizeof *offers->next);
    offers->next_at = now;
    return offers->next != NULL ? 0 : err_memory(err);
}

static void take_next(struct offers *offers)
{
    free(offers->rows);
    offers->rows = offers->next;
    offers->n_rows = offers->n_next;
    offers->made_at = offers->next_at;
    offers->next = NULL;
    drop_next(offers);
}

static int judge_some(struct offers *offers, struct forge_world *world,
                      const struct chain_context *context, size_t max, struct err *err)
{
    const struct recipe_table *cases = &forge_book(world)->cases;
    /* Browsers do not fetch evidence to choose a certificate. */
    struct chain_context own = *context;
    own.evidence = NULL;
    own.batch = NULL; /* what is remembered was judged completely */

    if (offers->next == NULL && begin(offers, cases, context->now, err) != 0) {
        return -1;
    }
    for (; max > 0 && offers->n_seen < cases->n_recipes; offers->n_seen++) {
        const struct recipe *recipe = &cases->recipes[offers->n_seen];
        if (recipe->is_none) {
            continue;
        }
        offers->next[offers->n_next].recipe = recipe;
        if (fill_row(&offers->next[offers->n_next], world, &own, err) != 0) {
            drop_next(offers);
            return -1;
        }
        offers->n_next++;
        max--;
    }
    if (offers->n_seen == cases->n_recipes) {
        take_next(offers);
    }
    return 0;
}

int offers_make(struct offers *offers, struct forge_world *world,
                const struct chain_context *context, struct err *err)
{
    return offers->rows != NULL ? 0 : judge_some(offers, world, context, SIZE_MAX, err);
}

int offers_go_on(struct offers *offers, struct forge_world *world,
                 const struct chain_context *context, bool *ret_has_more,
                 struct err *err)
{
    *ret_has_more = false;
    if (!is_out_of_date(offers, context->now)) {
        return 0;
    }
    if (judge_some(offers, world, context, OFFERS_STEP, err) != 0) {
        return -1;
    }
    *ret_has_more = offers->next != NULL;
    return 0;
}

void offers_forget(struct offers *offers)
{
    offers->made_at = INT64_MIN / 2;
    drop_next(offers);
}

void offers_finish(struct offers *offers)
{
    free(offers->rows);
    drop_next(offers);
    *offers = (struct offers){ .n_rows = 0 };
}

enum offer_program offers_program_of(const char *user_agent)
{
    return strstr(user_agent, "Firefox/") != NULL ? OFFER_FIREFOX : OFFER_CHROME;
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
