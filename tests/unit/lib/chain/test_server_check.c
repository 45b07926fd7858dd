/* SPDX-License-Identifier: MIT
 *
 * chain/server_check: what is wrong with a server's certificate and each CA above it.
 */
#include "base/timestamp.h"
#include "chain/server_check.h"
#include "support/chain_world.h"
#include "support/check_main.h"

#include <stdio.h>

static struct chain_world world;
static struct server_check check;

static void set_up(void)
{
    chain_world_init(&world);
}

static void tear_down(void)
{
    chain_world_finish(&world);
}

static size_t count(enum server_check_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < check.n_findings; i++) {
        n += check.findings[i].kind == kind ? 1 : 0;
    }
    return n;
}

/* ---- how many findings are kept */

/* A leaf and `n` CAs, none of which is for servers, below a root without purposes. */
static size_t make_chain(size_t n, struct certificate *presented[CHAIN_DEPTH_MAX])
{
    char names[CHAIN_DEPTH_MAX][24];
    for (size_t i = 0; i <= n; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "ca%zu", i);
    }
    for (size_t i = 0; i < n; i++) {
        const struct chain_spec spec = { .subject = names[i],
                                         .issuer = names[i + 1],
                                         .ca = true,
                                         .eku = "clientAuth",
                                         .key = 1,
                                         .issuer_key = i + 1 == n ? 0 : 1 };
        presented[1 + i] = chain_world_make(&world, &spec);
    }
    const struct chain_spec root = { .subject = names[n],
                                     .issuer = names[n],
                                     .ca = true };
    const struct chain_spec leaf = {
        .subject = "leaf", .issuer = names[0], .key = 2, .issuer_key = 1
    };
    presented[0] = chain_world_make(&world, &leaf);
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    return 1 + n;
}

static const size_t lengths[] = { SERVER_CHECK_FINDINGS_MAX - 2,
                                  SERVER_CHECK_FINDINGS_MAX - 1,
                                  SERVER_CHECK_FINDINGS_MAX, CHAIN_DEPTH_MAX - 4 };

START_TEST(findings_are_bounded)
{
    struct certificate *presented[CHAIN_DEPTH_MAX];
    struct err err = ERR_INIT;
    size_t n = make_chain(lengths[_i], presented);
    ck_assert_int_eq(server_check(presented, n, NULL, &world.context, &check, &err), 0);
    ck_assert_uint_eq(check.chain.n_elements, n + 1);
    /* The leaf for its purpose, each CA for its own, and the leaf's missing name last.
     */
    size_t all = n + 1;
    ck_assert_uint_eq(check.n_findings, all < SERVER_CHECK_FINDINGS_MAX
                                            ? all
                                            : SERVER_CHECK_FINDINGS_MAX);
    ck_assert_int_eq(check.findings[0].kind, SERVER_CHECK_EKU_NOT_SERVER_AUTH);
    for (size_t i = 1; i < check.n_findings && i < n; i++) {
        ck_assert_int_eq(check.findings[i].kind, SERVER_CHECK_CA_EKU_NOT_SERVER_AUTH);
        ck_assert_uint_eq(check.findings[i].element, i);
    }
    ck_assert_uint_eq(count(SERVER_CHECK_NO_ALT_NAME),
                      all <= SERVER_CHECK_FINDINGS_MAX ? 1 : 0);
    ck_assert(!check.is_accepted);
    ck_assert_str_eq(check.chrome, "ERR_CERT_INVALID");
}
END_TEST

/* ---- 825 days, the last second of which counts (RFC 5280 4.1.2.5) */

static const struct {
    int64_t seconds;
    bool is_long;
} lives[] = {
    { 825 * TIMESTAMP_DAY - 1, false },
    { 825 * TIMESTAMP_DAY, true },
};

START_TEST(a_long_life_is_a_note)
{
    struct err err = ERR_INIT;
    const struct chain_spec root = { .subject = "root", .issuer = "root", .ca = true };
    const struct chain_spec leaf = { .subject = "leaf",
                                     .issuer = "root",
                                     .key = 1,
                                     .eku = "serverAuth",
                                     .not_before = -TIMESTAMP_DAY,
                                     .not_after = lives[_i].seconds - TIMESTAMP_DAY };
    struct certificate *presented[] = { chain_world_make(&world, &leaf) };
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    ck_assert_int_eq(server_check(presented, 1, NULL, &world.context, &check, &err), 0);
    ck_assert_uint_eq(count(SERVER_CHECK_LONG_LIFE), lives[_i].is_long ? 1 : 0);
    ck_assert_uint_eq(count(SERVER_CHECK_EKU_NOT_SERVER_AUTH), 0);
    ck_assert_uint_eq(count(SERVER_CHECK_CA_EKU_NOT_SERVER_AUTH), 0);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("server_check");
    TCase *c = tcase_create("server_check");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, findings_are_bounded, 0, (int)ARRAY_LEN(lengths));
    tcase_add_loop_test(c, a_long_life_is_a_note, 0, (int)ARRAY_LEN(lives));
    suite_add_tcase(s, c);
    return s;
}
