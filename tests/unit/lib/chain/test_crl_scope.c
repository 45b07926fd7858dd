/* SPDX-License-Identifier: MIT
 *
 * Which revocation list of several counts for a certificate: scopes, distribution
 * points, the newest, and lists that another key of the CA signed (iis.md 11.21; RFC
 * 5280 6.3.3).
 */
#include "base/compiler.h"
#include "chain/judge.h"
#include "support/chain_world.h"
#include "support/check_main.h"

#include <string.h>

enum { ROOT_KEY, CA_KEY, LEAF_KEY, OTHER_KEY, NEW_KEY };

#define URL       "http://pki.example.test/Ca.crl"
#define OTHER_URL "http://pki.example.test/other.crl"
#define FROM_CA   .issuer = "ca", .issuer_key = CA_KEY

static struct chain_world world;

static void set_up(void)
{
    const struct chain_spec root = { .subject = "root", .issuer = "root", .ca = true };
    const struct chain_crl_spec roots = { .issuer = "root" };
    chain_world_init(&world);
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    chain_world_put_crl(&world, &roots);
}

static void tear_down(void)
{
    chain_world_finish(&world);
}

static struct certificate *make_ca(int key)
{
    const struct chain_spec ca = {
        .subject = "ca", .issuer = "root", .key = key, .ca = true
    };
    return chain_world_make(&world, &ca);
}

/* The verdict on a leaf of `ca`; the detail of what decided it, or "". */
static enum verdict judge(const struct chain_spec *wishes, const char **ret_detail)
{
    static struct judgement judgement; /* large */
    struct chain_spec spec = *wishes;
    struct err err = ERR_INIT;
    spec.subject = "leaf";
    spec.issuer = "ca";
    spec.key = LEAF_KEY;
    spec.issuer_key = CA_KEY;
    spec.serial = 5;
    struct certificate *presented[2] = { chain_world_make(&world, &spec),
                                         make_ca(CA_KEY) };
    ck_assert_int_eq(
        judge_client(presented, 2, SSL_FLAGS_REQUIRE, &world.context, &judgement, &err),
        0);
    *ret_detail = judgement.deciding < judgement.chain.n_findings
                      ? judgement.chain.findings[judgement.deciding].detail
                      : "";
    return judgement.verdict;
}

#define LISTS_MAX 3

static const struct row {
    const char *label;
    struct chain_spec leaf;
    struct chain_crl_spec lists[LISTS_MAX]; /* up to one without an issuer */
    enum verdict verdict;
    const char *detail;
} rows[] = {
    /* ---- scopes, by basicConstraints */
    { "for end entities", { .cdp = URL }, { { FROM_CA, .only = 1 } }, VERDICT_OK, "" },
    { "for end entities, revoked",
      { .cdp = URL },
      { { FROM_CA, .only = 1, .revoked_serial = 5 } },
      VERDICT_REVOKED,
      "unspecified" },
    { "for CAs",
      { .cdp = URL },
      { { FROM_CA, .only = 2, .revoked_serial = 5 } },
      VERDICT_REVOCATION_OFFLINE,
      "it covers only CAs, and this is none" },
    { "for end entities, and this is a CA",
      { .cdp = URL, .ca = true, .eku = "clientAuth" },
      { { FROM_CA, .only = 1 } },
      VERDICT_REVOCATION_OFFLINE,
      "it covers only end entities, and this is a CA" },
    { "for CAs, and this is one",
      { .cdp = URL, .ca = true, .eku = "clientAuth" },
      { { FROM_CA, .only = 2 } },
      VERDICT_OK,
      "" },
    { "for attribute certificates",
      { .cdp = URL },
      { { FROM_CA, .only = 5 } },
      VERDICT_REVOCATION_OFFLINE,
      "it covers only attribute certificates" },
    { "for some reasons",
      { .cdp = URL },
      { { FROM_CA, .only = 3 } },
      VERDICT_REVOCATION_OFFLINE,
      "it covers only some reasons, which is not supported" },
    { "indirect",
      { .cdp = URL },
      { { FROM_CA, .only = 4 } },
      VERDICT_REVOCATION_OFFLINE,
      "it is an indirect CRL, which is not supported" },
    { "one for CAs beside one for end entities",
      { .cdp = URL },
      { { FROM_CA, .only = 2, .number = 9 },
        { FROM_CA, .only = 1, .number = 8, .revoked_serial = 5 } },
      VERDICT_REVOKED,
      "unspecified" },
    /* ---- distribution points */
    { "the case of a URL does not matter",
      { .cdp = URL },
      { { FROM_CA, .point = "HTTP://PKI.example.TEST/cA.CRL" } },
      VERDICT_OK,
      "" },
    { "a point for some reasons is passed over",
      { .cdp = URL, .cdp_reasons = true },
      { { FROM_CA, .point = URL } },
      VERDICT_REVOCATION_OFFLINE,
      "it is for another distribution point than the certificate names" },
    { "a point with a cRLIssuer is passed over",
      { .cdp = URL, .cdp_crl_issuer = true },
      { { FROM_CA, .point = URL } },
      VERDICT_REVOCATION_OFFLINE,
      "it is for another distribution point than the certificate names" },
    { "a point that is passed over, and a list for all",
      { .cdp = URL, .cdp_reasons = true },
      { { FROM_CA } },
      VERDICT_OK,
      "" },
    { "a point below the issuer's name",
      { .cdp_relative = "part 1" },
      { { FROM_CA, .relative_point = "part 1" } },
      VERDICT_REVOCATION_OFFLINE,
      "its distribution point is named relative to its issuer, which is not "
      "supported" },
    { "a list of a point beside a certificate's below the issuer's name",
      { .cdp_relative = "part 1" },
      { { FROM_CA, .point = URL } },
      VERDICT_REVOCATION_OFFLINE,
      "it is for another distribution point than the certificate names" },
    /* ---- of several lists the newest, by number */
    { "released since",
      { .cdp = URL },
      { { FROM_CA, .number = 7, .revoked_serial = 5 }, { FROM_CA, .number = 8 } },
      VERDICT_OK,
      "" },
    { "released since, whatever the order",
      { .cdp = URL },
      { { FROM_CA, .number = 8 }, { FROM_CA, .number = 7, .revoked_serial = 5 } },
      VERDICT_OK,
      "" },
    { "revoked since",
      { .cdp = URL },
      { { FROM_CA, .number = 8, .revoked_serial = 5 }, { FROM_CA, .number = 7 } },
      VERDICT_REVOKED,
      "unspecified" },
    { "without numbers, by the time",
      { .cdp = URL },
      { { FROM_CA, .no_number = true, .this_update = -99, .revoked_serial = 5 },
        { FROM_CA, .no_number = true, .this_update = -98 } },
      VERDICT_OK,
      "" },
    { "the newest is out of date",
      { .cdp = URL },
      { { FROM_CA, .number = 7, .revoked_serial = 5 },
        { FROM_CA, .number = 8, .next_update = -1, .this_update = -9 } },
      VERDICT_REVOKED,
      "unspecified" },
    { "the newest is somebody else's",
      { .cdp = URL },
      { { FROM_CA, .number = 7, .revoked_serial = 5 },
        { .issuer = "ca", .issuer_key = OTHER_KEY, .number = 8 } },
      VERDICT_REVOKED,
      "unspecified" },
    { "of different points each counts",
      { .cdp = URL },
      { { FROM_CA, .number = 8 },
        { FROM_CA, .number = 7, .point = URL, .revoked_serial = 5 } },
      VERDICT_REVOKED,
      "unspecified" },
};

START_TEST(counts_which_list)
{
    const struct row *row = &rows[_i];
    const char *detail;
    for (size_t i = 0; i < LISTS_MAX && row->lists[i].issuer != NULL; i++) {
        chain_world_put_crl(&world, &row->lists[i]);
    }
    enum verdict verdict = judge(&row->leaf, &detail);
    ck_assert_msg(verdict == row->verdict, "%s: %s (%s)", row->label,
                  verdict_get(verdict)->name, detail);
    ck_assert_msg(strstr(detail, row->detail) != NULL, "%s: %s", row->label, detail);
}
END_TEST

/* caIssuers is no place to ask for revocation, whether something may be fetched or not.
 */
START_TEST(a_place_of_issuers_is_none_of_lists)
{
    const struct chain_spec leaf = { .ca_issuers = "http://pki.example.test/ca.crt" };
    const struct chain_spec responder = { .ocsp = "https://pki.example.test/" };
    struct evidence *evidence = evidence_create();
    const char *detail;
    ck_assert_ptr_nonnull(evidence);
    for (int round = 0; round < 2; round++) {
        world.context.evidence = round == 0 ? NULL : evidence;
        ck_assert_int_eq(judge(&leaf, &detail), VERDICT_OK);
        ck_assert_int_eq(judge(&responder, &detail), VERDICT_REVOCATION_OFFLINE);
    }
    evidence_destroy(evidence);
}
END_TEST

/* ---- lists of another key of the CA */

enum certified { BY_ROOT, IN_ROOT, BY_STRANGER, NOT_AT_HAND, CERTIFIED_COUNT };

START_TEST(another_key_of_the_ca)
{
    static const char *const details[CERTIFIED_COUNT] = {
        [BY_ROOT] =
            "another key of its CA signed it, and Windows wants a list for each",
        [IN_ROOT] =
            "another key of its CA signed it, and Windows wants a list for each",
        [BY_STRANGER] = "its signature is not the issuer's",
        [NOT_AT_HAND] = "its signature is not the issuer's",
    };
    const struct chain_spec leaf = { .cdp = URL };
    const struct chain_crl_spec list = { .issuer = "ca", .issuer_key = NEW_KEY };
    struct chain_spec ca = {
        .subject = "ca", .issuer = "root", .key = NEW_KEY, .ca = true
    };
    const char *detail;
    ca.issuer = _i == IN_ROOT ? "ca" : "root";
    ca.issuer_key = _i == IN_ROOT ? NEW_KEY : _i == BY_STRANGER ? OTHER_KEY : ROOT_KEY;
    if (_i != NOT_AT_HAND) {
        chain_world_put(&world, _i == IN_ROOT ? STORE_ROOT : STORE_CA,
                        chain_world_make(&world, &ca));
    }
    chain_world_put_crl(&world, &list);
    ck_assert_int_eq(judge(&leaf, &detail), VERDICT_REVOCATION_OFFLINE);
    ck_assert_msg(strstr(detail, details[_i]) != NULL, "%s", detail);
    world.policy.accept_crl_of_other_key = true;
    bool certified = _i == BY_ROOT || _i == IN_ROOT;
    ck_assert_int_eq(judge(&leaf, &detail),
                     certified ? VERDICT_OK : VERDICT_REVOCATION_OFFLINE);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("crl_scope");
    TCase *c = tcase_create("crl_scope");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_loop_test(c, counts_which_list, 0, (int)ARRAY_LEN(rows));
    tcase_add_test(c, a_place_of_issuers_is_none_of_lists);
    tcase_add_loop_test(c, another_key_of_the_ca, 0, CERTIFIED_COUNT);
    suite_add_tcase(s, c);
    return s;
}
