/* SPDX-License-Identifier: MIT
 *
 * Which of the test certificates a browser would list for its user, and which it hides
 * (chain/offer), for the desk and for the page of those who sent nothing.
 *
 * Judging a hundred certificates takes a moment, so the result is kept, until the
 * certificates are issued anew or the stores are read again.
 */
#pragma once

#include "base/err.h"
#include "chain/chain.h"
#include "chain/finding.h"
#include "chain/offer.h"
#include "forge/forge.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The certificates are judged again after this time. FORGE_FRESH, their own lifetime,
 * is too long: one of them ends today. */
#define OFFERS_LIFETIME_S ((int64_t)600)

struct offers_row {
    const struct recipe *recipe; /* of the world's book; the case "none" is no row */
    struct {
        bool is_offered;
        enum finding_kind reason; /* the first; if it is not offered */
    } by[OFFER_PROGRAM_COUNT];
};

/* So many are judged in one step, which with 10,000 certificates in the store takes the
 * loop 3 to 5 ms. */
#define OFFERS_STEP ((size_t)1)

struct offers {
    struct offers_row *rows; /* owned */
    size_t n_rows;
    int64_t made_at;
    /* Of those that will replace them; owned. NULL = nothing was begun. */
    struct offers_row *next;
    size_t n_next;
    size_t n_seen; /* of the cases */
    int64_t next_at;
};

/* For a page: makes the list if there is none yet. One that is there may be out of date
 * until the steps of the next one are done. On failure the old one stays. */
int offers_make(struct offers *offers, struct forge_world *world,
                const struct chain_context *context, struct err *err) MUST_CHECK;
/* One step towards the next list, if this one is out of date. On failure the old one
 * stays, and the next step is the first. */
int offers_go_on(struct offers *offers, struct forge_world *world,
                 const struct chain_context *context, bool *ret_has_more,
                 struct err *err) MUST_CHECK;
/* The list is out of date, whatever its age. */
void offers_forget(struct offers *offers);
void offers_finish(struct offers *offers); /* accepts zeroed */

/* Which of the browser families it is; Chrome's for what is not known. */
enum offer_program offers_program_of(const char *user_agent);
/* NULL if there is no such row. */
const struct offers_row *offers_find(const struct offers *offers,
                                     const struct recipe *recipe);
size_t offers_count(const struct offers *offers, enum offer_program program);
