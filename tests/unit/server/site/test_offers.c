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

static void refresh(int64_t now)
{
    const struct policy policy = policy_default();
    const struct chain_context context = { .store = world_store(),
                                           .policy = &policy,
                                           .now = now };
    struct err err = ERR_INIT;
    ck_assert_msg(offers_refresh(&offers, world_get(), &context, &err) == 0, "%s",
                  err.text);
}

static void make_offers(void)
{
    refresh(WORLD_NOW);
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

Suite *suite(void)
{
    Suite *s = suite_create("offers");
    TCase *tcase = tcase_create("offers");
    tcase_add_unchecked_fixture(tcase, make_offers, NULL);
    tcase_add_loop_test(tcase, row, 0, (int)ARRAY_LEN(rows));
    tcase_add_test(tcase, counts);
    tcase_add_test(tcase, kept_for_a_while);
    suite_add_tcase(s, tcase);
    return s;
}
