/* SPDX-License-Identifier: MIT
 *
 * server/site/offers: which of the test certificates a browser lists, and for how long
 * that is believed.
 */
#include "site/offers.h"
#include "support/check_main.h"
#include "support/world.h"

#include <string.h>

static struct offers offers;

static struct chain_context context_at(int64_t now)
{
    static struct policy policy;
    policy = policy_default();
    return (
        struct chain_context){ .store = world_store(), .policy = &policy, .now = now };
}

/* All at once, if there are none. */
static void make(int64_t now)
{
    const struct chain_context context = context_at(now);
    struct err err = ERR_INIT;
    ck_assert_msg(offers_make(&offers, world_get(), &context, &err) == 0, "%s",
                  err.text);
}

/* One step; true: there is more to do. */
static bool go_on(int64_t now)
{
    const struct chain_context context = context_at(now);
    struct err err = ERR_INIT;
    bool has_more = false;
    ck_assert_msg(offers_go_on(&offers, world_get(), &context, &has_more, &err) == 0,
                  "%s", err.text);
    return has_more;
}

static void refresh(int64_t now)
{
    while (go_on(now)) {
    }
}

static void make_offers(void)
{
    make(WORLD_NOW);
}

/* clang-format off */
static const struct {
    const char *name;
    bool chrome, firefox, dotnet;
    enum finding_kind reason; /* of the first that hides it */
} rows[] = {
    { "good",            true,  true,  true,  FINDING_COUNT },
    { "both-purposes",   true,  true,  true,  FINDING_COUNT },
    { "eku-absent",      true,  true,  true,  FINDING_COUNT },
    { "revoked",         true,  true,  true,  FINDING_COUNT },
    { "unknown-root",    true,  true,  true,  FINDING_COUNT },
    { "self-signed",     true,  true,  true,  FINDING_COUNT },
    { "eku-server",      false, false, false, FINDING_EKU_NOT_CLIENT_AUTH },
    { "eku-empty",       false, false, false, FINDING_EKU_NOT_CLIENT_AUTH },
    { "eku-any",         true,  true,  false, FINDING_EKU_ANY },
    { "expired",         false, false, true,  FINDING_EXPIRED },
    { "not-yet-valid",   false, false, true,  FINDING_NOT_YET_VALID },
    { "ku-encipherment", false, true,  false, FINDING_KU_NO_DIGITAL_SIGNATURE },
    { "ca-as-client",    true,  false, true,  FINDING_CA_AS_CLIENT },
};
/* clang-format on */

START_TEST(row)
{
    const char *name = rows[_i].name;
    const struct offers_row *found =
        offers_find(&offers, recipe_find(&forge_book(world_get())->cases, name));
    const bool want[] = { [OFFER_CHROME] = rows[_i].chrome,
                          [OFFER_FIREFOX] = rows[_i].firefox,
                          [OFFER_DOTNET] = rows[_i].dotnet };
    ck_assert_ptr_nonnull(found);
    for (int i = 0; i < OFFER_PROGRAM_COUNT; i++) {
        ck_assert_msg(found->by[i].is_offered == want[i], "%s: %s", name,
                      offer_program_name((enum offer_program)i));
        ck_assert_msg(want[i] || found->by[i].reason == rows[_i].reason,
                      "%s: because %s", name, finding_get(found->by[i].reason)->name);
    }
}
END_TEST

START_TEST(counts)
{
    const struct recipe_table *cases = &forge_book(world_get())->cases;
    ck_assert_uint_eq(offers.n_rows, cases->n_recipes - 1); /* "none" has nothing */
    ck_assert_ptr_null(offers_find(&offers, recipe_find(cases, "none")));
    size_t n = offers_count(&offers, OFFER_FIREFOX);
    ck_assert(n > offers.n_rows / 2 && n < offers.n_rows);
}
END_TEST

START_TEST(kept_for_a_while)
{
    const int64_t made_at = offers.made_at;
    refresh(WORLD_NOW + OFFERS_LIFETIME_S - 1);
    ck_assert_int_eq(offers.made_at, made_at);
    refresh(WORLD_NOW + OFFERS_LIFETIME_S);
    ck_assert_int_eq(offers.made_at, made_at + OFFERS_LIFETIME_S);
    refresh(WORLD_NOW); /* the clock was set back */
    ck_assert_int_eq(offers.made_at, WORLD_NOW);
    offers_forget(&offers);
    refresh(WORLD_NOW + 1);
    ck_assert_int_eq(offers.made_at, WORLD_NOW + 1);
}
END_TEST

/* A few with each step; until all are judged, the old ones are shown. */
START_TEST(step_by_step)
{
    const struct offers_row *old = offers.rows;
    const size_t n = offers.n_rows;
    size_t n_steps = 1;
    make(WORLD_NOW + OFFERS_LIFETIME_S); /* a page has what there is */
    ck_assert_ptr_eq(offers.rows, old);
    offers_forget(&offers);
    make(WORLD_NOW + 1);
    ck_assert_ptr_eq(offers.rows, old);
    while (go_on(WORLD_NOW + 1)) {
        ck_assert_ptr_eq(offers.rows, old);
        ck_assert_uint_eq(offers.n_next, OFFERS_STEP * n_steps);
        n_steps++;
    }
    ck_assert_uint_ge(n_steps, n / OFFERS_STEP);
    ck_assert_uint_eq(offers.n_rows, n);
    ck_assert_ptr_null(offers.next);
    ck_assert(!go_on(WORLD_NOW + 1));
    /* What was begun with the store of before is begun anew. */
    offers_forget(&offers);
    ck_assert(go_on(WORLD_NOW + 2));
    offers_forget(&offers);
    ck_assert_ptr_null(offers.next);
    refresh(WORLD_NOW + 3);
    ck_assert_int_eq(offers.made_at, WORLD_NOW + 3);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("offers");
    TCase *tcase = tcase_create("offers");
    tcase_add_unchecked_fixture(tcase, make_offers, NULL);
    tcase_add_loop_test(tcase, row, 0, (int)ARRAY_LEN(rows));
    tcase_add_test(tcase, counts);
    tcase_add_test(tcase, kept_for_a_while);
    tcase_add_test(tcase, step_by_step);
    suite_add_tcase(s, tcase);
    return s;
}
