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

struct offers {
    struct offers_row *rows; /* owned */
    size_t n_rows;
    int64_t made_at;
};

/* Makes the list or refreshes it. On failure the old one stays. */
int offers_refresh(struct offers *offers, struct forge_world *world,
                   const struct chain_context *context, struct err *err) MUST_CHECK;
/* The next refresh judges all of them again, whatever their age. */
void offers_forget(struct offers *offers);
void offers_finish(struct offers *offers); /* accepts zeroed */

/* NULL if there is no such row. */
const struct offers_row *offers_find(const struct offers *offers,
                                     const struct recipe *recipe);
size_t offers_count(const struct offers *offers, enum offer_program program);
