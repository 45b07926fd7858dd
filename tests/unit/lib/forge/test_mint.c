/* SPDX-License-Identifier: MIT
 *
 * forge/forge_mint: what is ordered is what comes, and gets the verdict that it should;
 * what cannot be ordered is refused with the column and the remedy.
 */
#include "forge/forge_mint.h"

#include "forge/forge_crl.h"
#include "forge/forge_export.h"
#include "support/check_main.h"
#include "support/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum verdict judge(const struct recipe *recipe)
{
    const struct policy policy = policy_default();
    const struct chain_context context = {
        .store = world_store(),
        .policy = &policy,
        .now = WORLD_NOW,
    };
    struct forge_credential credential;
    struct certificate *chain[CHAIN_PRESENTED_MAX];
    static struct judgement judgement;
    struct err err = ERR_INIT;

    ck_assert_msg(forge_case(world_get(), recipe, WORLD_NOW, &credential, &err) == 0,
                  "%s", err.text);
    ck_assert_ptr_nonnull(credential.key);
    for (size_t i = 0; i < credential.n_chain; i++) {
        chain[i] = certificate_create(buf_slice(&credential.chain[i]));
    }
    ck_assert_int_eq(judge_client(chain, credential.n_chain, SSL_FLAGS_REQUIRE,
                                  &context, &judgement, &err),
                     0);
    for (size_t i = 0; i < credential.n_chain; i++) {
        certificate_destroy(chain[i]);
    }
    forge_credential_finish(&credential);
    return judgement.verdict;
}

static const struct {
    struct forge_mint_order order;
    enum verdict verdict;
} good[] = {
    { { .eku = "clientAuth", .ku = "digitalSignature" }, VERDICT_OK },
    { { .name = "mine", .subject = "O=Acme,CN=<b>bob</b>" }, VERDICT_OK },
    { { .eku = "serverAuth" }, VERDICT_WRONG_USAGE },
    { { .not_before = "-60d", .not_after = "-1d" }, VERDICT_NOT_TIME_VALID },
    { { .not_before = "2030-01-01", .not_after = "2031-01-01" },
      VERDICT_NOT_TIME_VALID },
    { { .issuer = "self", .eku = "clientAuth" }, VERDICT_UNTRUSTED_ROOT },
    { { .issuer = "stranger", .eku = "clientAuth" }, VERDICT_UNTRUSTED_ROOT },
    { { .details = "bad-signature" }, VERDICT_CERT_SIGNATURE },
    { { .details = "critical-unknown san=DNS:a.example san=email:a@b.example" },
      VERDICT_CRITICAL_EXTENSION },
    { { .key = "rsa2048", .details = "hash=sha384" }, VERDICT_OK },
    /* The store's CRL is older; whoever asks the issuer learns it. */
    { { .name = "withdrawn", .revoked = "keyCompromise" }, VERDICT_OK },
};

START_TEST(an_order)
{
    const struct recipe *recipe = NULL;
    struct err err = ERR_INIT;
    (void)world_store(); /* with the CRLs from before the order */
    ck_assert_msg(forge_mint(world_get(), &good[_i].order, WORLD_NOW, &recipe, &err) ==
                      0,
                  "%s", err.text);
    ck_assert_ptr_eq(recipe_find(forge_minted(world_get()), recipe->name), recipe);
    enum verdict verdict = judge(recipe);
    ck_assert_msg(verdict == good[_i].verdict ||
                      /* its root is sent, or it is not */
                      (good[_i].order.issuer != NULL && verdict == VERDICT_CHAINING),
                  "row %d: %s", _i, verdict_get(verdict)->name);
}
END_TEST

static const struct {
    struct forge_mint_order order;
    const char *column;
} bad[] = {
    { { .name = "good" }, "there is a case \"good\"" },
    { { .name = "Not A Name" }, "name: \"Not A Name\"" },
    { { .name = "<img>" }, "name: " },
    { { .issuer = "nobody" }, "issuer: \"nobody\"" },
    { { .issuer = "none" }, "issuer \"none\"" },
    { { .subject = "CN=a\tb" }, "subject has a tab" },
    { { .subject = "nonsense" }, "" },
    { { .eku = "clientAuth,nothing" }, "eku: " },
    { { .ku = "everything" }, "ku: " },
    { { .not_before = "yesterday" }, "from: " },
    { { .not_before = "2d", .not_after = "1d" }, "end before it begins" },
    { { .key = "dsa" }, "key: " },
    { { .revoked = "boredom" }, "revoked: " },
    { { .issuer = "self", .revoked = "keyCompromise" }, "publishes no CRL" },
    { { .details = "nothing-known" }, "details: " },
};

START_TEST(a_wrong_order)
{
    const struct recipe *recipe = NULL;
    size_t n = forge_minted(world_get())->n_recipes;
    struct err err = ERR_INIT;
    ck_assert_int_eq(forge_mint(world_get(), &bad[_i].order, WORLD_NOW, &recipe, &err),
                     -1);
    ck_assert_msg(strstr(err.text, bad[_i].column) != NULL, "%s", err.text);
    ck_assert_ptr_null(recipe);
    ck_assert_uint_eq(forge_minted(world_get())->n_recipes, n);
}
END_TEST

START_TEST(revoked_at_its_issuer)
{
    const struct forge_mint_order order = { .revoked = "keyCompromise" };
    const struct recipe *recipe = NULL;
    struct forge_revocation *before = NULL;
    struct forge_revocation *after = NULL;
    size_t n_before;
    size_t n_after;
    struct err err = ERR_INIT;
    struct forge_world *world = world_get();
    ck_assert_int_eq(
        forge_revocations(world, "issuing", WORLD_NOW, &before, &n_before, &err), 0);
    ck_assert_int_eq(forge_mint(world, &order, WORLD_NOW, &recipe, &err), 0);
    ck_assert_int_eq(
        forge_revocations(world, "issuing", WORLD_NOW, &after, &n_after, &err), 0);
    ck_assert_uint_gt(n_after, n_before);
    free(before);
    free(after);
}
END_TEST

START_TEST(as_a_file)
{
    const struct forge_mint_order order = { .name = "to-take-away" };
    const struct recipe *recipe = NULL;
    enum forge_format format;
    struct buf file = BUF_EMPTY;
    struct err err = ERR_INIT;
    ck_assert_int_eq(forge_mint(world_get(), &order, WORLD_NOW, &recipe, &err), 0);
    ck_assert_ptr_eq(
        forge_format_parse(forge_minted(world_get()), "to-take-away.p12", &format),
        recipe);
    ck_assert_int_eq(forge_export(world_get(), recipe, format, WORLD_NOW, &file, &err),
                     0);
    ck_assert_uint_gt(file.len, 500);
    buf_finish_secret(&file);
}
END_TEST

/* Of that name, as the issuer's list has them. */
static size_t count_revoked(struct slice serial)
{
    struct forge_revocation *list;
    struct err err = ERR_INIT;
    size_t n;
    size_t found = 0;
    ck_assert_int_eq(
        forge_revocations(world_get(), "issuing", WORLD_NOW, &list, &n, &err), 0);
    for (size_t i = 0; i < n; i++) {
        found +=
            slice_equal((struct slice){ list[i].serial, list[i].serial_len }, serial);
    }
    free(list);
    return found;
}

static struct certificate *mint(const char *name, const char *revoked)
{
    const struct forge_mint_order order = { .name = name, .revoked = revoked };
    struct forge_credential credential;
    const struct recipe *recipe = NULL;
    struct err err = ERR_INIT;
    ck_assert_msg(forge_mint(world_get(), &order, WORLD_NOW, &recipe, &err) == 0, "%s",
                  err.text);
    ck_assert(name[0] == 0 || strcmp(recipe->name, name) == 0);
    ck_assert_ptr_eq(recipe_find(forge_minted(world_get()), recipe->name), recipe);
    ck_assert_int_eq(forge_case(world_get(), recipe, WORLD_NOW, &credential, &err), 0);
    struct certificate *cert = certificate_create(buf_slice(&credential.chain[0]));
    ck_assert_ptr_nonnull(cert);
    ck_assert_ptr_eq(forge_find_issued(world_get(), "issuing", cert->serial), recipe);
    forge_credential_finish(&credential);
    return cert;
}

/* The oldest gives way, twice around, with its revocation: what has its name later has
 * nothing of it but the name. */
START_TEST(the_oldest_gives_way)
{
    char name[32];
    struct certificate *first = mint("first", "keyCompromise");
    ck_assert_uint_eq(count_revoked(first->serial), 1);
    for (size_t i = 1; i < FORGE_MINTED_MAX; i++) {
        (void)snprintf(name, sizeof name, "m%zu", i);
        certificate_destroy(mint(name, i % 100 == 0 ? "keyCompromise" : ""));
    }
    ck_assert_ptr_nonnull(recipe_find(forge_minted(world_get()), "first"));
    /* An order that is refused costs nobody his place. */
    const struct forge_mint_order wrong = { .key = "dsa" };
    const struct recipe *none = NULL;
    struct err err = ERR_INIT;
    ck_assert_int_eq(forge_mint(world_get(), &wrong, WORLD_NOW, &none, &err), -1);
    ck_assert_ptr_nonnull(recipe_find(forge_minted(world_get()), "first"));
    for (size_t i = FORGE_MINTED_MAX; i < 2 * FORGE_MINTED_MAX + 7; i++) {
        (void)snprintf(name, sizeof name, "m%zu", i);
        certificate_destroy(mint(name, ""));
        (void)snprintf(name, sizeof name, "m%zu", i - FORGE_MINTED_MAX);
        ck_assert_ptr_null(recipe_find(forge_minted(world_get()), name));
        ck_assert_uint_eq(forge_minted(world_get())->n_recipes, FORGE_MINTED_MAX);
    }
    ck_assert_ptr_null(recipe_find(forge_minted(world_get()), "first"));
    ck_assert_ptr_null(forge_find_issued(world_get(), "issuing", first->serial));
    ck_assert_uint_eq(count_revoked(first->serial), 0);
    struct certificate *again = mint("first", "");
    ck_assert(slice_equal(again->serial, first->serial));
    ck_assert_uint_eq(count_revoked(again->serial), 0);
    certificate_destroy(first);
    certificate_destroy(again);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("mint");
    TCase *t = tcase_create("mint");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, an_order, 0, (int)ARRAY_LEN(good));
    tcase_add_loop_test(t, a_wrong_order, 0, (int)ARRAY_LEN(bad));
    tcase_add_test(t, revoked_at_its_issuer);
    tcase_add_test(t, as_a_file);
    tcase_add_test(t, the_oldest_gives_way);
    suite_add_tcase(s, t);
    return s;
}
