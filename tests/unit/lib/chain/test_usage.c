/* SPDX-License-Identifier: MIT
 *
 * What certificates are good for where they have Microsoft's application policies: in
 * place of an Enhanced Key Usage, beside one, and nested over the path.
 */
#include "base/text.h"
#include "chain/assume.h"
#include "chain/judge.h"
#include "pki/der.h"
#include "support/chain_world.h"
#include "support/check_main.h"

#include <string.h>

#define NONE FINDING_COUNT

static struct chain_world world;

static void set_up(void)
{
    chain_world_init(&world);
}

static void tear_down(void)
{
    chain_world_finish(&world);
}

/* The extension, with the purposes that `words` lists; NULL = none of it. */
static void write_application_policies(struct buf *out, const char *words)
{
    char copy[200];
    char *rest = copy;
    if (words == NULL) {
        return;
    }
    ck_assert_uint_lt(strlen(words), sizeof(copy));
    memcpy(copy, words, strlen(words) + 1);
    size_t extension = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(OID_MS_APPLICATION_POLICIES)->der);
    size_t value = der_begin(out, DER_OCTET_STRING);
    size_t list = der_begin(out, DER_SEQUENCE);
    for (char *word; (word = strtok_r(rest, ",", &rest)) != NULL;) {
        size_t policy = der_begin(out, DER_SEQUENCE);
        size_t oid = der_begin(out, DER_OID);
        ck_assert_msg(oid_parse(word, out), "%s", word);
        der_end(out, oid);
        der_end(out, policy);
    }
    der_end(out, list);
    der_end(out, value);
    der_end(out, extension);
}

static bool has(const struct judgement *j, enum finding_kind kind)
{
    for (size_t i = 0; i < j->chain.n_findings; i++) {
        if (j->chain.findings[i].kind == kind) {
            return true;
        }
    }
    return kind == NONE;
}

/* Each row: what the leaf and its CA have, and what becomes of it as the assumption
 * app-policies is override, union and ignore. */
static const struct usage_row {
    const char *leaf_eku; /* "" = no such extension */
    const char *leaf_application;
    const char *ca_eku;
    const char *ca_application;
    enum finding_kind finding; /* with override */
    enum verdict verdicts[3];
} rows[] = {
    { "clientAuth", NULL, "", NULL, NONE, { VERDICT_OK, VERDICT_OK, VERDICT_OK } },
    { "serverAuth",
      "clientAuth",
      "",
      NULL,
      FINDING_APP_POLICY_COUNTS,
      { VERDICT_OK, VERDICT_OK, VERDICT_WRONG_USAGE } },
    { "clientAuth",
      "serverAuth",
      "",
      NULL,
      FINDING_APP_POLICY_NOT_CLIENT_AUTH,
      { VERDICT_WRONG_USAGE, VERDICT_OK, VERDICT_OK } },
    { "",
      "serverAuth",
      "",
      NULL,
      FINDING_APP_POLICY_NOT_CLIENT_AUTH,
      { VERDICT_WRONG_USAGE, VERDICT_WRONG_USAGE, VERDICT_OK } },
    { "",
      "serverAuth,clientAuth",
      "",
      NULL,
      NONE,
      { VERDICT_OK, VERDICT_OK, VERDICT_OK } },
    { "clientAuth",
      "",
      "",
      NULL,
      FINDING_APP_POLICY_NOT_CLIENT_AUTH,
      { VERDICT_WRONG_USAGE, VERDICT_OK, VERDICT_OK } },
    { "serverAuth",
      "codeSigning",
      "",
      NULL,
      FINDING_APP_POLICY_NOT_CLIENT_AUTH,
      { VERDICT_WRONG_USAGE, VERDICT_WRONG_USAGE, VERDICT_WRONG_USAGE } },
    { "serverAuth",
      "msAnyApplicationPolicy",
      "",
      NULL,
      FINDING_APP_POLICY_ANY,
      { VERDICT_OK, VERDICT_OK, VERDICT_WRONG_USAGE } },
    { "serverAuth",
      "anyExtendedKeyUsage",
      "",
      NULL,
      FINDING_APP_POLICY_ANY,
      { VERDICT_OK, VERDICT_OK, VERDICT_WRONG_USAGE } },
    /* a CA's are nested, like its EKU */
    { "clientAuth",
      NULL,
      "",
      "serverAuth",
      FINDING_CA_APP_POLICY_NOT_CLIENT_AUTH,
      { VERDICT_WRONG_USAGE, VERDICT_WRONG_USAGE, VERDICT_OK } },
    { "clientAuth",
      NULL,
      "serverAuth",
      "clientAuth",
      NONE,
      { VERDICT_OK, VERDICT_OK, VERDICT_WRONG_USAGE } },
    { "clientAuth",
      NULL,
      "clientAuth",
      "serverAuth",
      FINDING_CA_APP_POLICY_NOT_CLIENT_AUTH,
      { VERDICT_WRONG_USAGE, VERDICT_OK, VERDICT_OK } },
    { "clientAuth",
      NULL,
      "",
      "msAnyApplicationPolicy",
      NONE,
      { VERDICT_OK, VERDICT_OK, VERDICT_OK } },
    { "clientAuth",
      NULL,
      "serverAuth",
      NULL,
      FINDING_CA_EKU_NOT_CLIENT_AUTH,
      { VERDICT_WRONG_USAGE, VERDICT_WRONG_USAGE, VERDICT_WRONG_USAGE } },
};

static void judge_row(const struct usage_row *row, struct judgement *ret_judgement)
{
    struct buf leaf_more = BUF_EMPTY;
    struct buf ca_more = BUF_EMPTY;
    struct err err = ERR_INIT;
    write_application_policies(&leaf_more, row->leaf_application);
    write_application_policies(&ca_more, row->ca_application);
    const struct chain_spec root = { .subject = "root", .issuer = "root", .ca = true };
    const struct chain_spec ca = { .subject = "ca",
                                   .issuer = "root",
                                   .key = 1,
                                   .ca = true,
                                   .eku = row->ca_eku,
                                   .more = buf_slice(&ca_more) };
    const struct chain_spec leaf = { .subject = "leaf",
                                     .issuer = "ca",
                                     .key = 2,
                                     .issuer_key = 1,
                                     .eku = row->leaf_eku,
                                     .more = buf_slice(&leaf_more) };
    struct certificate *presented[] = { chain_world_make(&world, &leaf),
                                        chain_world_make(&world, &ca) };
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    ck_assert_int_eq(judge_client(presented, 2, SSL_FLAGS_REQUIRE, &world.context,
                                  ret_judgement, &err),
                     0);
    buf_finish(&leaf_more);
    buf_finish(&ca_more);
}

static const char *const settings[] = { "app-policies=override", "app-policies=union",
                                        "app-policies=ignore" };

START_TEST(application_policies)
{
    static struct judgement j; /* large */
    const struct usage_row *row = &rows[_i / 3];
    struct err err = ERR_INIT;
    ck_assert_int_eq(assume_set(&world.policy, settings[_i % 3], &err), 0);
    judge_row(row, &j);
    ck_assert_msg(j.verdict == row->verdicts[_i % 3], "row %d, %s: %s", _i / 3,
                  settings[_i % 3], verdict_get(j.verdict)->name);
    ck_assert_msg(_i % 3 != 0 || has(&j, row->finding), "row %d: no %s", _i / 3,
                  finding_get(row->finding)->name);
}
END_TEST

START_TEST(usagecheck_turns_it_off)
{
    static struct judgement j;
    world.policy.usagecheck = false;
    judge_row(&rows[2], &j);
    ck_assert_int_eq(j.verdict, VERDICT_OK);
    ck_assert(has(&j, FINDING_APP_POLICY_NOT_CLIENT_AUTH));
}
END_TEST

START_TEST(any_is_an_assumption_here_too)
{
    static struct judgement j;
    world.policy.refuse_any_eku = true;
    judge_row(&rows[7], &j);
    ck_assert_int_eq(j.verdict, VERDICT_WRONG_USAGE);
}
END_TEST

START_TEST(the_switch_names_its_values)
{
    struct policy policy = policy_default();
    struct err err = ERR_INIT;
    ck_assert_int_eq(assume_set(&policy, "app-policies=both", &err), -1);
    ck_assert_str_eq(err.text, "app-policies is override, union or ignore, not 'both'");
    ck_assert_int_eq(policy.app_policies, APP_POLICIES_OVERRIDE);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(assume_set(&policy, settings[i], &err), 0);
        ck_assert_int_eq((int)policy.app_policies, i);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("usage");
    TCase *tc = tcase_create("usage");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, application_policies, 0, 3 * (int)ARRAY_LEN(rows));
    tcase_add_test(tc, usagecheck_turns_it_off);
    tcase_add_test(tc, any_is_an_assumption_here_too);
    tcase_add_test(tc, the_switch_names_its_values);
    suite_add_tcase(s, tc);
    return s;
}
