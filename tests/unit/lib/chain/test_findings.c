/* SPDX-License-Identifier: MIT
 *
 * Every finding is shown: by a case of certs/cases.tsv, or, where there is none, by the
 * test of another suite. tests/lint/tables reads the list, too.
 */
#include "chain/judge.h"
#include "support/check_main.h"
#include "support/world.h"

#include <assert.h>
#include <string.h>

/* A finding that is not here does not compile.
 *
 *   CASE(finding, case)                    the case has it
 *   NONE(finding, suite, test, why)        no case has, and why; test_SUITE.c's test
 * does
 */
/* clang-format off */
#define SHOWN(CASE, NONE) \
    CASE(SIGNATURE_INVALID, "bad-signature") \
    CASE(WEAK_KEY, "rsa-768") \
    CASE(WEAK_HASH, "signed-md5") \
    CASE(SHORT_KEY, "rsa-1024") \
    CASE(SHA1_SIGNATURE, "signed-sha1") \
    CASE(EXPLICIT_DISTRUST, "in-disallowed") \
    CASE(REVOKED, "revoked") \
    CASE(REVOCATION_OFFLINE, "crl-unreachable") \
    CASE(REVOCATION_STALE, "crl-expired") \
    CASE(NO_REVOCATION_POINTER, "crl-none") \
    CASE(UNTRUSTED_ROOT, "unknown-root") \
    CASE(UNTRUSTED_SELF_SIGNED, "self-signed") \
    CASE(PARTIAL_CHAIN, "chain-missing") \
    CASE(EKU_NOT_CLIENT_AUTH, "eku-server") \
    CASE(EKU_ANY, "eku-any") \
    CASE(EKU_ABSENT, "eku-absent") \
    CASE(CA_EKU_NOT_CLIENT_AUTH, "issuer-server-only") \
    CASE(APP_POLICY_NOT_CLIENT_AUTH, "app-policy-server") \
    NONE(APP_POLICY_ANY, "usage", application_policies, "as eku-any, of which it is the twin") \
    CASE(APP_POLICY_COUNTS, "app-policy-client") \
    NONE(CA_APP_POLICY_NOT_CLIENT_AUTH, "usage", application_policies, "no authority has application policies") \
    CASE(KU_CERT_SIGN_NOT_CA, "ku-cert-sign") \
    CASE(KU_NO_DIGITAL_SIGNATURE, "ku-encipherment") \
    CASE(KU_EKU_INCONSISTENT, "ku-inconsistent") \
    CASE(CA_KU_NO_CERT_SIGN, "issuer-no-cert-sign") \
    CASE(CA_AS_CLIENT, "ca-as-client") \
    CASE(EXPIRED, "expired") \
    CASE(NOT_YET_VALID, "not-yet-valid") \
    CASE(ISSUER_NOT_CA, "issuer-not-ca") \
    CASE(PATH_LEN_EXCEEDED, "issuer-too-deep") \
    CASE(NAME_NOT_PERMITTED, "name-not-permitted") \
    CASE(NAME_EXCLUDED, "name-excluded") \
    CASE(POLICY_INVALID, "policy-missing") \
    CASE(CRITICAL_UNKNOWN, "critical-unknown") \
    CASE(EXTENSION_MALFORMED, "extension-malformed") \
    CASE(EXTENSION_DUPLICATE, "extension-duplicate") \
    CASE(TRUSTED_PEOPLE, "trusted-people") \
    NONE(MALFORMED, "chain", bytes_that_are_no_certificate, "the forge writes no broken DER") \
    NONE(SIGNATURE_UNSUPPORTED, "chain", a_signature_that_nobody_can_check, "mbedTLS, with which the forge signs, makes no such signature") \
    NONE(SIGNATURE_UNCHECKED, "signature_work", what_is_not_paid_for_is_unchecked, "it takes dozens of look-alikes") \
    NONE(REVOCATION_UNUSABLE, "signature_work", checks_of_crls_are_paid_for, "each authority's list is a good one, late or missing") \
    NONE(REVOCATION_UNKNOWN, "revocation", answers, "it is an OCSP responder's answer: certgate revoke --as unknown") \
    NONE(CYCLIC, "chain", a_circle_ends, "it takes two CAs that certified each other") \
    NONE(KEY_NOT_OFFERED, "sending", keys, "no client sends it, so no server sees it") \
    NONE(TIME_FORM, "chain", times_of_other_forms_are_noted, "the forge writes the one form of RFC 5280") \
    NONE(NON_SELF_SIGNED_ROOT, "chain", a_root_that_is_not_self_signed_breaks_all, "it is a state of the store, and every case would fail") \
    NONE(ROOT_STORE_TOO_LARGE, "chain", a_root_store_over_16_kb_breaks_windows_2012, "it is a state of the store, and every case would fail") \
    NONE(ISSUER_NOT_LISTED, "issuers", trust_modes, "it needs a store of trusted issuers (sslctlstorename)") \
    NONE(ISSUER_NOT_EXCLUSIVE, "issuers", trust_modes, "it needs ClientAuthTrustMode 1 or 2") \
    NONE(NAME_CONSTRAINT_UNSUPPORTED, "constraints", names, "authorities.tsv writes constraints that can be compared") \
    NONE(SEARCH_LIMIT, "chain", look_alikes_are_bounded, "it takes dozens of look-alikes")
/* clang-format on */

enum row {
#define CASE(name, shown_by)         ROW_##name,
#define NONE(name, suite, test, why) ROW_##name,
    SHOWN(CASE, NONE)
#undef CASE
#undef NONE
        ROW_COUNT
};
/* No row stands twice, or its constant would; so with as many there is no gap. */
static_assert((int)ROW_COUNT == (int)FINDING_COUNT, "a row for each finding");

static const struct shown {
    enum finding_kind kind;
    const char *shown_by; /* NULL = no case */
} rows[] = {
#define CASE(name, shown_by)         { FINDING_##name, shown_by },
#define NONE(name, suite, test, why) { FINDING_##name, NULL },
    SHOWN(CASE, NONE)
#undef CASE
#undef NONE
};

/* Which case has which finding: all are judged once, for all tests. */
#define CASES_MAX 256
static bool has[CASES_MAX][FINDING_COUNT];

static void judge_cases(void)
{
    static struct judgement judgement; /* large */
    const struct policy policy = policy_default();
    const struct chain_context context = { .store = world_store(),
                                           .policy = &policy,
                                           .now = WORLD_NOW };
    const struct recipe_table *cases = &forge_book(world_get())->cases;
    struct err err = ERR_INIT;
    ck_assert_uint_le(cases->n_recipes, CASES_MAX);
    for (size_t c = 0; c < cases->n_recipes; c++) {
        if (cases->recipes[c].is_none) {
            continue;
        }
        const struct world_case *shown = world_case(cases->recipes[c].name);
        ck_assert_int_eq(judge_client(shown->chain, shown->n_chain, SSL_FLAGS_REQUIRE,
                                      &context, &judgement, &err),
                         0);
        for (size_t i = 0; i < judgement.chain.n_findings; i++) {
            has[c][judgement.chain.findings[i].kind] = true;
        }
    }
}

/* By its case, if it has one; a reason that no longer holds is none. */
START_TEST(shown)
{
    const struct recipe_table *cases = &forge_book(world_get())->cases;
    const struct shown *row = &rows[_i];
    const char *name = finding_get(row->kind)->name;
    bool is_shown = false;
    for (size_t c = 0; c < cases->n_recipes; c++) {
        bool is_its_case =
            row->shown_by != NULL && strcmp(row->shown_by, cases->recipes[c].name) == 0;
        ck_assert_msg(row->shown_by != NULL || !has[c][row->kind],
                      "%s has %s: name it in its row", cases->recipes[c].name, name);
        is_shown = is_shown || (is_its_case && has[c][row->kind]);
    }
    ck_assert_msg(row->shown_by == NULL || is_shown, "%s has no %s", row->shown_by,
                  name);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("findings");
    TCase *tcase = tcase_create("findings");
    tcase_set_timeout(tcase, 60);
    tcase_add_unchecked_fixture(tcase, judge_cases, NULL);
    tcase_add_loop_test(tcase, shown, 0, (int)ARRAY_LEN(rows));
    suite_add_tcase(s, tcase);
    return s;
}
