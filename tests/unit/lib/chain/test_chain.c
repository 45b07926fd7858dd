/* SPDX-License-Identifier: MIT
 *
 * lib/chain/chain and judge: paths, their choice, every rule at its edge, every
 * switch of the policy, and the bounds on hostile input.
 */
#include "chain/judge.h"
#include "chain/signature_cache.h"
#include "support/chain_world.h"
#include "support/check_main.h"

#include <stdio.h>
#include <string.h>

enum { ROOT_KEY, CA_KEY, LEAF_KEY, OTHER_KEY };

static struct chain_world world;

static const struct chain_spec root = { .subject = "root",
                                        .issuer = "root",
                                        .key = ROOT_KEY,
                                        .issuer_key = ROOT_KEY,
                                        .ca = true };
static const struct chain_spec ca = {
    .subject = "ca", .issuer = "root", .key = CA_KEY, .issuer_key = ROOT_KEY, .ca = true
};
static const struct chain_spec leaf = {
    .subject = "leaf", .issuer = "ca", .key = LEAF_KEY, .issuer_key = CA_KEY
};

static void set_up(void)
{
    chain_world_init(&world);
}

static void tear_down(void)
{
    chain_world_finish(&world);
}

static struct judgement judge(struct certificate *const *presented, size_t n)
{
    static struct judgement judgement; /* large */
    struct err err = ERR_INIT;
    ck_assert_int_eq(
        judge_client(presented, n, SSL_FLAGS_REQUIRE, &world.context, &judgement, &err),
        0);
    return judgement;
}

static bool has(const struct judgement *judgement, enum finding_kind kind,
                size_t element)
{
    for (size_t i = 0; i < judgement->chain.n_findings; i++) {
        if (judgement->chain.findings[i].kind == kind &&
            judgement->chain.findings[i].element == element) {
            return true;
        }
    }
    return false;
}

#define ASSERT_VERDICT(judgement, want)                             \
    ck_assert_msg((judgement).verdict == (want), "got %s, want %s", \
                  verdict_get((judgement).verdict)->name, verdict_get(want)->name)

/* root in Root, ca and leaf presented. */
static struct judgement judge_three(const struct chain_spec *r,
                                    const struct chain_spec *c,
                                    const struct chain_spec *l)
{
    struct certificate *top = chain_world_make(&world, r);
    struct certificate *presented[2] = { chain_world_make(&world, l),
                                         chain_world_make(&world, c) };
    chain_world_put(&world, STORE_ROOT, top);
    return judge(presented, 2);
}

/* ---- one fault at a time, in one of three places */

enum place { IN_ROOT, IN_CA, IN_LEAF };

struct fault_row {
    const char *label;
    enum place place;
    struct chain_spec change; /* fields that are not zero replace the good one's */
    enum finding_kind finding;
    size_t element;
    enum verdict verdict;
    enum verdict switched; /* with usagecheck off and every assumption refusing */
};

/* clang-format off */
static const struct fault_row fault_rows[] = {
    { "leaf valid to this second", IN_LEAF, { .not_after = -1 }, FINDING_EXPIRED, 0, VERDICT_NOT_TIME_VALID, VERDICT_NOT_TIME_VALID },
    { "leaf valid from the next second", IN_LEAF, { .not_before = 1 }, FINDING_NOT_YET_VALID, 0, VERDICT_NOT_TIME_VALID, VERDICT_NOT_TIME_VALID },
    { "row 11: intermediate expired", IN_CA, { .not_after = -1 }, FINDING_EXPIRED, 1, VERDICT_NOT_TIME_VALID, VERDICT_NOT_TIME_VALID },
    { "row 11: root expired", IN_ROOT, { .not_after = -1 }, FINDING_EXPIRED, 2, VERDICT_NOT_TIME_VALID, VERDICT_NOT_TIME_VALID },
    { "row 15: serverAuth only", IN_LEAF, { .eku = "serverAuth" }, FINDING_EKU_NOT_CLIENT_AUTH, 0, VERDICT_WRONG_USAGE, VERDICT_NO_REVOCATION_CHECK },
    { "row 16: no EKU", IN_LEAF, { .eku = "" }, FINDING_EKU_ABSENT, 0, VERDICT_OK, VERDICT_NO_REVOCATION_CHECK },
    { "row 17: any EKU", IN_LEAF, { .eku = "anyExtendedKeyUsage" }, FINDING_EKU_ANY, 0, VERDICT_OK, VERDICT_NO_REVOCATION_CHECK },
    { "row 18: CA for servers only", IN_CA, { .eku = "serverAuth" }, FINDING_CA_EKU_NOT_CLIENT_AUTH, 1, VERDICT_WRONG_USAGE, VERDICT_NO_REVOCATION_CHECK },
    { "row 18: root for servers only", IN_ROOT, { .eku = "serverAuth" }, FINDING_CA_EKU_NOT_CLIENT_AUTH, 2, VERDICT_WRONG_USAGE, VERDICT_NO_REVOCATION_CHECK },
    { "row 20: keyEncipherment only", IN_LEAF, { .key_usage = KEY_USAGE_KEY_ENCIPHERMENT }, FINDING_KU_NO_DIGITAL_SIGNATURE, 0, VERDICT_OK, VERDICT_NO_REVOCATION_CHECK },
    { "row 21: keyCertSign on a leaf", IN_LEAF, { .key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_CERT_SIGN }, FINDING_KU_CERT_SIGN_NOT_CA, 0, VERDICT_WRONG_USAGE, VERDICT_NO_REVOCATION_CHECK },
    { "nothing in common", IN_LEAF, { .key_usage = KEY_USAGE_CRL_SIGN }, FINDING_KU_EKU_INCONSISTENT, 0, VERDICT_WRONG_USAGE, VERDICT_NO_REVOCATION_CHECK },
    { "row 22: a CA as client", IN_LEAF, { .ca = true, .key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_CERT_SIGN }, FINDING_CA_AS_CLIENT, 0, VERDICT_OK, VERDICT_ROLE },
    { "row 23: issuer without basicConstraints", IN_CA, { .no_basic_constraints = true }, FINDING_ISSUER_NOT_CA, 1, VERDICT_BASIC_CONSTRAINTS, VERDICT_BASIC_CONSTRAINTS },
    { "row 24: root with pathlen 0", IN_ROOT, { .path_len = "0" }, FINDING_PATH_LEN_EXCEEDED, 2, VERDICT_BASIC_CONSTRAINTS, VERDICT_BASIC_CONSTRAINTS },
    { "issuer without keyCertSign", IN_CA, { .key_usage = KEY_USAGE_CRL_SIGN }, FINDING_CA_KU_NO_CERT_SIGN, 1, VERDICT_WRONG_USAGE, VERDICT_WRONG_USAGE },
    { "row 30: SHA-1 leaf", IN_LEAF, { .sha1 = true }, FINDING_SHA1_SIGNATURE, 0, VERDICT_OK, VERDICT_CERT_SIGNATURE },
    { "row 30: SHA-1 intermediate", IN_CA, { .sha1 = true }, FINDING_SHA1_SIGNATURE, 1, VERDICT_OK, VERDICT_CERT_SIGNATURE },
    { "row 14: nowhere to ask", IN_LEAF, { .serial = 9 }, FINDING_NO_REVOCATION_POINTER, 0, VERDICT_OK, VERDICT_NO_REVOCATION_CHECK },
    { "row 13: a CDP that nobody fetched", IN_LEAF, { .cdp = "http://x.test/a.crl" }, FINDING_REVOCATION_OFFLINE, 0, VERDICT_REVOCATION_OFFLINE, VERDICT_NO_REVOCATION_CHECK },
    { "row 8: signed by another key", IN_LEAF, { .issuer_key = OTHER_KEY }, FINDING_SIGNATURE_INVALID, 0, VERDICT_CERT_SIGNATURE, VERDICT_CERT_SIGNATURE },
};
/* clang-format on */

static struct chain_spec changed(const struct chain_spec *good,
                                 const struct chain_spec *change)
{
    struct chain_spec spec = *good;
    spec.ca |= change->ca;
    spec.no_basic_constraints |= change->no_basic_constraints;
    spec.sha1 |= change->sha1;
    spec.path_len = change->path_len != NULL ? change->path_len : spec.path_len;
    spec.eku = change->eku != NULL ? change->eku : change->ca ? "clientAuth" : spec.eku;
    spec.key_usage = change->key_usage != 0 ? change->key_usage : spec.key_usage;
    spec.not_before = change->not_before != 0 ? change->not_before : spec.not_before;
    spec.not_after = change->not_after != 0 ? change->not_after : spec.not_after;
    spec.issuer_key = change->issuer_key != 0 ? change->issuer_key : spec.issuer_key;
    spec.cdp = change->cdp != NULL ? change->cdp : spec.cdp;
    spec.serial = change->serial != 0 ? change->serial : spec.serial;
    return spec;
}

START_TEST(one_fault)
{
    const struct fault_row *row = &fault_rows[_i];
    struct chain_spec r = row->place == IN_ROOT ? changed(&root, &row->change) : root;
    struct chain_spec c = row->place == IN_CA ? changed(&ca, &row->change) : ca;
    struct chain_spec l = row->place == IN_LEAF ? changed(&leaf, &row->change) : leaf;
    struct judgement j = judge_three(&r, &c, &l);
    ck_assert_msg(j.verdict == row->verdict, "%s: got %s", row->label,
                  verdict_get(j.verdict)->name);
    ck_assert_msg(has(&j, row->finding, row->element), "%s: no %s at %zu", row->label,
                  finding_get(row->finding)->name, row->element);
    ck_assert_msg(row->verdict == VERDICT_OK ||
                      (j.deciding < j.chain.n_findings &&
                       j.chain.findings[j.deciding].kind == row->finding),
                  "%s: another finding decided", row->label);

    world.policy = (struct policy){
        .usagecheck = false,
        .verifyclientcertrevocation = true,
        .refuse_any_eku = true,
        .refuse_no_digital_signature = true,
        .refuse_ca_as_client = true,
        .refuse_no_revocation_pointer = true,
        .refuse_sha1 = true,
    };
    struct certificate *presented[2] = { world.certs[1], world.certs[2] };
    j = judge(presented, 2);
    ck_assert_msg(j.verdict == row->switched, "%s, switched: got %s", row->label,
                  verdict_get(j.verdict)->name);
}
END_TEST

/* "YYMMDDHHMM+00" is as long as "YYMMDDHHMMSSZ". */
START_TEST(times_of_other_forms_are_noted)
{
    struct certificate *good = chain_world_make(&world, &leaf);
    struct buf der = BUF_EMPTY;
    size_t at = 0;
    buf_append_slice(&der, good->der);
    while (at + 15 < der.len && memcmp(der.data + at, "\x17\x0d", 2) != 0) {
        at++;
    }
    memcpy(der.data + at + 12, "+00", 3);
    struct certificate *odd = certificate_create(buf_slice(&der));
    ck_assert_ptr_nonnull(odd);
    ck_assert_ptr_null(odd->malformed);
    struct certificate *presented[] = { odd };
    struct judgement j = judge(presented, 1);
    ck_assert(has(&j, FINDING_TIME_FORM, 0));
    ck_assert(!has(&j, FINDING_MALFORMED, 0));
    certificate_destroy(odd);
    buf_finish(&der);
}
END_TEST

/* Well-formed, but a signature is made of whole bytes. */
START_TEST(a_signature_with_unused_bits_is_bad_where_it_stands)
{
    struct certificate *good = chain_world_make(&world, &ca);
    struct buf der = BUF_EMPTY;
    buf_append_slice(&der, good->der);
    der.data[(size_t)(good->signature.data - good->der.data) - 1] = 1;
    struct certificate *bad = certificate_create(buf_slice(&der));
    ck_assert_ptr_nonnull(bad);
    ck_assert_ptr_null(bad->malformed);
    ck_assert_uint_eq(bad->signature.len, 0);
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    struct certificate *presented[] = { chain_world_make(&world, &leaf), bad };
    struct judgement j = judge(presented, 2);
    ck_assert_int_eq(j.verdict, VERDICT_CERT_SIGNATURE);
    ck_assert(has(&j, FINDING_SIGNATURE_INVALID, 1));
    ck_assert(!has(&j, FINDING_PARTIAL_CHAIN, 0));
    certificate_destroy(bad);
    buf_finish(&der);
}
END_TEST

START_TEST(usage_assumptions)
{
    static const struct chain_spec any = { .eku = "anyExtendedKeyUsage" };
    static const struct chain_spec encipher = { .key_usage =
                                                    KEY_USAGE_KEY_ENCIPHERMENT };
    struct chain_spec l = changed(&leaf, _i == 0 ? &any : &encipher);
    world.policy.refuse_any_eku = true;
    world.policy.refuse_no_digital_signature = true;
    struct judgement j = judge_three(&root, &ca, &l);
    ASSERT_VERDICT(j, VERDICT_WRONG_USAGE);
}
END_TEST

/* ---- good paths */

START_TEST(good_at_both_ends_of_its_time)
{
    struct chain_spec l = leaf;
    l.not_before = -1;
    l.not_after = 1;
    struct judgement j = judge_three(&root, &ca, &l);
    ASSERT_VERDICT(j, VERDICT_OK);
    struct certificate *presented[2] = { world.certs[1], world.certs[2] };
    world.context.now = CHAIN_WORLD_NOW - 1;
    ck_assert_int_eq(judge(presented, 2).verdict, VERDICT_OK);
    world.context.now = CHAIN_WORLD_NOW + 1;
    ck_assert_int_eq(judge(presented, 2).verdict, VERDICT_OK);
    world.context.now = CHAIN_WORLD_NOW + 2;
    ck_assert_int_eq(judge(presented, 2).verdict, VERDICT_NOT_TIME_VALID);
}
END_TEST

START_TEST(sources_are_named)
{
    struct certificate *top = chain_world_make(&world, &root);
    struct certificate *middle = chain_world_make(&world, &ca);
    struct certificate *presented[2] = { chain_world_make(&world, &leaf), top };
    chain_world_put(&world, STORE_ROOT, top);
    chain_world_put(&world, STORE_CA, middle);
    struct judgement j = judge(presented, 2);
    ASSERT_VERDICT(j, VERDICT_OK);
    ck_assert_uint_eq(j.chain.n_elements, 3);
    ck_assert_int_eq(j.chain.elements[0].source, CHAIN_PRESENTED);
    ck_assert_int_eq(j.chain.elements[1].source, CHAIN_STORE_CA);
    ck_assert_int_eq(j.chain.elements[2].source, CHAIN_STORE_ROOT);
    ck_assert(j.chain.elements[2].is_root);
    ck_assert_uint_eq(chain_trust_status(&j.chain), 0);
}
END_TEST

START_TEST(nothing_presented)
{
    static const struct {
        enum ssl_flags flags;
        enum verdict verdict;
    } rows[] = { { SSL_FLAGS_IGNORE, VERDICT_OK },
                 { SSL_FLAGS_ACCEPT, VERDICT_OK },
                 { SSL_FLAGS_REQUIRE, VERDICT_CERT_REQUIRED } };
    static struct judgement j;
    struct err err = ERR_INIT;
    ck_assert_int_eq(judge_client(NULL, 0, rows[_i].flags, &world.context, &j, &err),
                     0);
    ASSERT_VERDICT(j, rows[_i].verdict);
    ck_assert_uint_eq(j.chain.n_elements, 0);
}
END_TEST

/* Ignore: presented or not, never validated into a 403 (iis.md 3b). */
START_TEST(ignore_judges_nothing)
{
    static struct judgement j;
    struct err err = ERR_INIT;
    struct certificate *presented[1] = { chain_world_make(&world, &leaf) };
    ck_assert_int_eq(
        judge_client(presented, 1, SSL_FLAGS_IGNORE, &world.context, &j, &err), 0);
    ASSERT_VERDICT(j, VERDICT_OK);
}
END_TEST

START_TEST(bytes_that_are_no_certificate)
{
    struct certificate *junk = certificate_create(slice_from_string("junk"));
    ck_assert_ptr_nonnull(junk);
    struct judgement j = judge(&junk, 1);
    ASSERT_VERDICT(j, VERDICT_MALFORMED);
    ck_assert(has(&j, FINDING_MALFORMED, 0));
    certificate_destroy(junk);
}
END_TEST

/* The engine processes it by having nothing to check in it. */
START_TEST(a_critical_issuer_alt_name_is_known)
{
    static const uint8_t extension[] = { 0x30, 0x11, 0x06, 0x03, 0x55, 0x1d, 0x12,
                                         0x01, 0x01, 0xff, 0x04, 0x07, 0x30, 0x05,
                                         0x82, 0x03, 'a',  '.',  'b' };
    struct chain_spec l = leaf;
    l.more = (struct slice){ extension, sizeof(extension) };
    struct judgement j = judge_three(&root, &ca, &l);
    ASSERT_VERDICT(j, VERDICT_OK);
}
END_TEST

/* Ed25519, of which Windows' chain engine knows nothing. */
START_TEST(a_signature_that_nobody_can_check)
{
    uint8_t spki[44] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                         0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
    struct chain_spec other = ca;
    other.spki = (struct slice){ spki, sizeof(spki) };
    struct judgement j = judge_three(&root, &other, &leaf);
    ASSERT_VERDICT(j, VERDICT_CERT_SIGNATURE);
    ck_assert(has(&j, FINDING_SIGNATURE_UNSUPPORTED, 0));
}
END_TEST

/* ---- the choice among paths */

/* Though LocalMachine\CA comes before what was presented. It is not even tried. */
START_TEST(a_twin_of_another_time_is_passed_over)
{
    struct chain_spec twins[] = { ca, ca };
    twins[0].not_after = -5;
    twins[1].not_before = 5;
    chain_world_put(&world, STORE_CA, chain_world_make(&world, &twins[_i]));
    struct judgement j = judge_three(&root, &ca, &leaf);
    ASSERT_VERDICT(j, VERDICT_OK);
    ck_assert_int_eq(j.chain.elements[1].source, CHAIN_PRESENTED);
    ck_assert_uint_eq(j.chain.n_paths, 1);
}
END_TEST

/* A key identifier that names the wrong issuer must not hide the right one. */
START_TEST(a_key_identifier_is_only_a_hint)
{
    struct chain_spec twin = ca;
    twin.key = OTHER_KEY;
    twin.subject_key_id = true;
    struct chain_spec l = leaf;
    l.authority_key_id = 1 + OTHER_KEY;
    chain_world_put(&world, STORE_CA, chain_world_make(&world, &twin));
    struct judgement j = judge_three(&root, &ca, &l);
    ASSERT_VERDICT(j, VERDICT_OK);
}
END_TEST

/* The same CA, certified by a trusted and by an unknown root. */
START_TEST(the_trusted_of_two_roots_is_found)
{
    struct chain_spec strange_root = root;
    strange_root.subject = strange_root.issuer = "strange";
    strange_root.key = strange_root.issuer_key = OTHER_KEY;
    struct chain_spec cross = ca;
    cross.issuer = "strange";
    cross.issuer_key = OTHER_KEY;
    struct certificate *presented[4] = { chain_world_make(&world, &leaf),
                                         chain_world_make(&world, &cross),
                                         chain_world_make(&world, &strange_root),
                                         chain_world_make(&world, &ca) };
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    struct judgement j = judge(presented, 4);
    ASSERT_VERDICT(j, VERDICT_OK);
    ck_assert(j.chain.elements[j.chain.n_elements - 1].is_root);
}
END_TEST

/* Two CAs that certified each other and lead nowhere: iis.md 2b, partial + cyclic. */
START_TEST(a_circle_ends)
{
    struct chain_spec one = { .subject = "one",
                              .issuer = "two",
                              .key = CA_KEY,
                              .issuer_key = OTHER_KEY,
                              .ca = true };
    struct chain_spec two = { .subject = "two",
                              .issuer = "one",
                              .key = OTHER_KEY,
                              .issuer_key = CA_KEY,
                              .ca = true };
    struct chain_spec l = leaf;
    l.issuer = "one";
    struct certificate *presented[3] = { chain_world_make(&world, &l),
                                         chain_world_make(&world, &one),
                                         chain_world_make(&world, &two) };
    struct judgement j = judge(presented, 3);
    ASSERT_VERDICT(j, VERDICT_UNTRUSTED_ROOT);
    ck_assert(has(&j, FINDING_CYCLIC, 2));
    /* No issuer is missing: each was sent. Windows has the bits of both. */
    ck_assert(!has(&j, FINDING_PARTIAL_CHAIN, 2));
    ck_assert_uint_eq(chain_trust_status(&j.chain), 0x10080);
}
END_TEST

START_TEST(self_signed)
{
    struct chain_spec self = leaf;
    self.issuer = "leaf";
    self.issuer_key = LEAF_KEY;
    self.not_after = -1; /* row 4: and expired, still UNTRUSTEDROOT */
    struct certificate *presented[1] = { chain_world_make(&world, &self) };
    struct judgement j = judge(presented, 1);
    ASSERT_VERDICT(j, VERDICT_UNTRUSTED_ROOT);
    ck_assert(has(&j, FINDING_UNTRUSTED_SELF_SIGNED, 0));
    ck_assert(has(&j, FINDING_EXPIRED, 0));
    chain_world_put(&world, STORE_ROOT, presented[0]);
    j = judge(presented, 1);
    ASSERT_VERDICT(j, VERDICT_NOT_TIME_VALID);
}
END_TEST

START_TEST(self_issued_with_a_false_signature)
{
    struct chain_spec self = leaf;
    self.issuer = "leaf";
    self.issuer_key = OTHER_KEY;
    struct certificate *presented[1] = { chain_world_make(&world, &self) };
    struct judgement j = judge(presented, 1);
    ASSERT_VERDICT(j, VERDICT_CERT_SIGNATURE);
    ck_assert(has(&j, FINDING_UNTRUSTED_SELF_SIGNED, 0));
}
END_TEST

/* ---- stores */

START_TEST(root_of_the_current_user_is_not_trusted)
{
    struct certificate *top = chain_world_make(&world, &root);
    struct certificate *presented[2] = { chain_world_make(&world, &leaf),
                                         chain_world_make(&world, &ca) };
    chain_world_put(&world, STORE_CURRENT_USER_ROOT, top);
    struct judgement j = judge(presented, 2);
    ASSERT_VERDICT(j, VERDICT_CHAINING);
}
END_TEST

START_TEST(disallowed_by_certificate_and_by_key)
{
    struct chain_spec twin = ca;
    twin.serial = 77;
    struct certificate *reissued = chain_world_make(&world, &twin);
    chain_world_put(&world, STORE_DISALLOWED, reissued);
    struct certificate *presented[2] = { chain_world_make(&world, &leaf),
                                         chain_world_make(&world, &ca) };
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    struct judgement j = judge(presented, 2);
    ASSERT_VERDICT(j, VERDICT_EXPLICIT_DISTRUST);
    ck_assert(has(&j, FINDING_EXPLICIT_DISTRUST, 1));
}
END_TEST

START_TEST(trusted_people_trust_the_leaf_itself)
{
    struct chain_spec l = leaf;
    struct certificate *presented[1] = { chain_world_make(&world, &l) };
    chain_world_put(&world, STORE_TRUSTED_PEOPLE, presented[0]);
    struct judgement j = judge(presented, 1);
    ASSERT_VERDICT(j, VERDICT_OK);
    ck_assert(has(&j, FINDING_TRUSTED_PEOPLE, 0));
}
END_TEST

/* Rows 5 and 32: a state of the store that breaks every client, and its switch. */
START_TEST(a_root_that_is_not_self_signed_breaks_all)
{
    struct judgement j = judge_three(&root, &ca, &leaf);
    ASSERT_VERDICT(j, VERDICT_OK);
    chain_world_put(&world, STORE_ROOT, world.certs[2]);
    struct certificate *presented[2] = { world.certs[1], world.certs[2] };
    j = judge(presented, 2);
    ASSERT_VERDICT(j, VERDICT_UNTRUSTED_ROOT);
    ck_assert(has(&j, FINDING_NON_SELF_SIGNED_ROOT, 2));
    world.policy.non_self_signed_root_breaks_all = false;
    j = judge(presented, 2);
    ASSERT_VERDICT(j, VERDICT_OK);
}
END_TEST

START_TEST(a_root_store_over_16_kb_breaks_windows_2012)
{
    struct judgement j = judge_three(&root, &ca, &leaf);
    struct certificate *presented[2] = { world.certs[1], world.certs[2] };
    for (int i = 0; i < 60; i++) {
        struct chain_spec more = root;
        more.serial = 100 + i;
        chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &more));
    }
    j = judge(presented, 2);
    ASSERT_VERDICT(j, VERDICT_OK);
    world.policy.large_root_store_breaks_all = true;
    j = judge(presented, 2);
    ASSERT_VERDICT(j, VERDICT_UNTRUSTED_ROOT);
    ck_assert(has(&j, FINDING_ROOT_STORE_TOO_LARGE, 2));
}
END_TEST

/* ---- revocation */

struct crl_row {
    const char *label;
    struct chain_crl_spec crl;
    int64_t freshness;
    enum verdict verdict;
};

/* clang-format off */
static const struct crl_row crl_rows[] = {
    { "fresh and empty", { .issuer = "ca", .issuer_key = CA_KEY }, 0, VERDICT_OK },
    { "row 12: revoked", { .issuer = "ca", .issuer_key = CA_KEY, .revoked_serial = 5, .reason = 1 }, 0, VERDICT_REVOKED },
    { "on hold", { .issuer = "ca", .issuer_key = CA_KEY, .revoked_serial = 5, .reason = 6 }, 0, VERDICT_REVOKED },
    { "hold lifted", { .issuer = "ca", .issuer_key = CA_KEY, .revoked_serial = 5, .reason = 8 }, 0, VERDICT_OK },
    { "another serial", { .issuer = "ca", .issuer_key = CA_KEY, .revoked_serial = 6 }, 0, VERDICT_OK },
    { "row 13: next update passed", { .issuer = "ca", .issuer_key = CA_KEY, .this_update = -9, .next_update = -1 }, 0, VERDICT_REVOCATION_OFFLINE },
    { "a stale list that revokes it says nothing now", { .issuer = "ca", .issuer_key = CA_KEY, .revoked_serial = 5, .this_update = -9, .next_update = -1 }, 0, VERDICT_REVOCATION_OFFLINE },
    { "from the future", { .issuer = "ca", .issuer_key = CA_KEY, .this_update = 5 }, 0, VERDICT_REVOCATION_OFFLINE },
    { "no next update", { .issuer = "ca", .issuer_key = CA_KEY, .next_update = INT64_MIN }, 0, VERDICT_OK },
    { "revocationfreshnesstime kept", { .issuer = "ca", .issuer_key = CA_KEY, .this_update = -100 }, 100, VERDICT_OK },
    { "revocationfreshnesstime passed", { .issuer = "ca", .issuer_key = CA_KEY, .this_update = -101 }, 100, VERDICT_REVOCATION_OFFLINE },
    { "signed by another", { .issuer = "ca", .issuer_key = OTHER_KEY, .revoked_serial = 5 }, 0, VERDICT_REVOCATION_OFFLINE },
    { "a delta CRL", { .issuer = "ca", .issuer_key = CA_KEY, .delta = true }, 0, VERDICT_REVOCATION_OFFLINE },
    { "an unknown critical extension", { .issuer = "ca", .issuer_key = CA_KEY, .critical_unknown = true }, 0, VERDICT_REVOCATION_OFFLINE },
    { "of another CA", { .issuer = "cb", .issuer_key = CA_KEY, .revoked_serial = 5 }, 0, VERDICT_OK },
};
/* clang-format on */

START_TEST(crls)
{
    const struct crl_row *row = &crl_rows[_i];
    struct chain_spec l = leaf;
    l.serial = 5;
    world.policy.revocationfreshnesstime = row->freshness;
    chain_world_put_crl(&world, &row->crl);
    struct judgement j = judge_three(&root, &ca, &l);
    ck_assert_msg(j.verdict == row->verdict, "%s: got %s", row->label,
                  verdict_get(j.verdict)->name);
    /* verifyclientcertrevocation=disable: nobody asks. */
    world.policy.verifyclientcertrevocation = false;
    struct certificate *presented[2] = { world.certs[0], world.certs[0] };
    presented[0] = world.certs[1];
    presented[1] = world.certs[2];
    j = judge(presented, 2);
    ck_assert_msg(j.verdict == VERDICT_OK, "%s: switched off, got %s", row->label,
                  verdict_get(j.verdict)->name);
}
END_TEST

/* A complete list, number 7, and a delta. */
#define DELTA .issuer = "ca", .issuer_key = CA_KEY, .delta = true, .number = 9
/* clang-format off */
static const struct delta_row {
    const char *label;
    struct chain_crl_spec complete;
    struct chain_crl_spec delta;
    enum verdict verdict;
} delta_rows[] = {
    { "revoked since", { .issuer = "ca", .issuer_key = CA_KEY }, { DELTA, .base = 7, .revoked_serial = 5 }, VERDICT_REVOKED },
    { "revoked since an older list", { .issuer = "ca", .issuer_key = CA_KEY }, { DELTA, .base = 5, .revoked_serial = 5 }, VERDICT_REVOKED },
    { "revoked before, and no change", { .issuer = "ca", .issuer_key = CA_KEY, .revoked_serial = 5 }, { DELTA, .base = 7 }, VERDICT_REVOKED },
    { "a hold, lifted since", { .issuer = "ca", .issuer_key = CA_KEY, .revoked_serial = 5, .reason = 6 }, { DELTA, .base = 7, .revoked_serial = 5, .reason = 8 }, VERDICT_OK },
    { "a hold that became a revocation", { .issuer = "ca", .issuer_key = CA_KEY, .revoked_serial = 5, .reason = 6 }, { DELTA, .base = 7, .revoked_serial = 5, .reason = 1 }, VERDICT_REVOKED },
    { "for a newer list", { .issuer = "ca", .issuer_key = CA_KEY }, { DELTA, .base = 8, .revoked_serial = 5 }, VERDICT_OK },
    { "older than the list", { .issuer = "ca", .issuer_key = CA_KEY, .number = 9 }, { DELTA, .base = 7, .revoked_serial = 5 }, VERDICT_OK },
    { "numbers of two bytes", { .issuer = "ca", .issuer_key = CA_KEY, .number = 255 }, { .issuer = "ca", .issuer_key = CA_KEY, .delta = true, .number = 256, .base = 200, .revoked_serial = 5 }, VERDICT_REVOKED },
    { "signed by another", { .issuer = "ca", .issuer_key = CA_KEY }, { .issuer = "ca", .issuer_key = OTHER_KEY, .delta = true, .number = 9, .revoked_serial = 5 }, VERDICT_OK },
    { "of another CA", { .issuer = "ca", .issuer_key = CA_KEY }, { .issuer = "cb", .issuer_key = CA_KEY, .delta = true, .number = 9, .revoked_serial = 5 }, VERDICT_OK },
    { "out of date", { .issuer = "ca", .issuer_key = CA_KEY }, { DELTA, .base = 7, .revoked_serial = 5, .this_update = -9, .next_update = -1 }, VERDICT_OK },
    { "with an unknown critical extension", { .issuer = "ca", .issuer_key = CA_KEY }, { DELTA, .base = 7, .revoked_serial = 5, .critical_unknown = true }, VERDICT_OK },
    { "without its own number", { .issuer = "ca", .issuer_key = CA_KEY }, { DELTA, .base = 7, .revoked_serial = 5, .no_number = true }, VERDICT_OK },
    { "of a list that is out of date", { .issuer = "ca", .issuer_key = CA_KEY, .this_update = -9, .next_update = -1 }, { DELTA, .base = 7 }, VERDICT_REVOCATION_OFFLINE },
};
/* clang-format on */

START_TEST(deltas)
{
    const struct delta_row *row = &delta_rows[_i / 2];
    struct chain_spec l = leaf;
    l.serial = 5;
    chain_world_put_crl(&world, _i % 2 == 0 ? &row->complete : &row->delta);
    chain_world_put_crl(&world, _i % 2 == 0 ? &row->delta : &row->complete);
    struct judgement j = judge_three(&root, &ca, &l);
    ck_assert_msg(j.verdict == row->verdict, "%s: got %s", row->label,
                  verdict_get(j.verdict)->name);
}
END_TEST

/* Of two deltas the newer one counts. */
START_TEST(the_newest_delta_counts)
{
    static const struct chain_crl_spec complete = { .issuer = "ca",
                                                    .issuer_key = CA_KEY };
    static const struct chain_crl_spec lists[] = {
        { DELTA, .base = 7, .revoked_serial = 5, .reason = 6 },
        { .issuer = "ca",
          .issuer_key = CA_KEY,
          .delta = true,
          .number = 10,
          .base = 7,
          .revoked_serial = 5,
          .reason = 8 },
    };
    struct chain_spec l = leaf;
    l.serial = 5;
    chain_world_put_crl(&world, &lists[_i]);
    chain_world_put_crl(&world, &complete);
    chain_world_put_crl(&world, &lists[1 - _i]);
    struct judgement j = judge_three(&root, &ca, &l);
    ASSERT_VERDICT(j, VERDICT_OK);
}
END_TEST

/* RFC 5280 5.2.3 demands the number; what Windows does is a switch. */
START_TEST(a_crl_without_number_is_an_assumption)
{
    struct chain_crl_spec crl = { .issuer = "ca",
                                  .issuer_key = CA_KEY,
                                  .no_number = true };
    struct chain_spec l = leaf;
    l.serial = 5;
    world.policy.refuse_crl_without_number = _i == 1;
    chain_world_put_crl(&world, &crl);
    struct judgement j = judge_three(&root, &ca, &l);
    ck_assert_msg(j.verdict == (_i == 1 ? VERDICT_REVOCATION_OFFLINE : VERDICT_OK),
                  "refuse %d: got %s", _i, verdict_get(j.verdict)->name);
}
END_TEST

/* Of a stale list and a fresh one, the fresh one counts, in either order. */
START_TEST(the_fresh_one_of_two_crls_counts)
{
    static const struct chain_crl_spec stale = {
        .issuer = "ca", .issuer_key = CA_KEY, .this_update = -9, .next_update = -1
    };
    static const struct chain_crl_spec fresh = { .issuer = "ca",
                                                 .issuer_key = CA_KEY,
                                                 .revoked_serial = 1 };
    chain_world_put_crl(&world, _i == 0 ? &stale : &fresh);
    chain_world_put_crl(&world, _i == 0 ? &fresh : &stale);
    struct judgement j = judge_three(&root, &ca, &leaf);
    ASSERT_VERDICT(j, VERDICT_REVOKED);
}
END_TEST

/* ---- bounds */

/* Ten CAs that have all certified each other, 90 certificates, and no root. */
START_TEST(a_mesh_of_cross_certificates_is_bounded)
{
    static const char *const names[] = { "a", "b", "c", "d", "e",
                                         "f", "g", "h", "i", "j" };
    struct certificate *presented[100];
    struct chain_spec l = leaf;
    size_t n = 0;
    l.issuer = "a";
    l.issuer_key = 0;
    l.key = 11;
    presented[n++] = chain_world_make(&world, &l);
    for (int subject = 0; subject < 10; subject++) {
        for (int issuer = 0; issuer < 10; issuer++) {
            struct chain_spec cross = { .subject = names[subject],
                                        .issuer = names[issuer],
                                        .key = subject,
                                        .issuer_key = issuer,
                                        .ca = true };
            if (subject != issuer) {
                presented[n++] = chain_world_make(&world, &cross);
            }
        }
    }
    struct judgement j = judge(presented, n);
    ck_assert_int_ne(j.verdict, VERDICT_OK);
    ck_assert(has(&j, FINDING_SEARCH_LIMIT, 0));
    ck_assert_uint_le(j.chain.n_paths, CHAIN_PATHS_MAX);
    ck_assert_uint_le(signature_cache_misses(world.cache), CHAIN_SIGNATURES_MAX);
}
END_TEST

/* A hundred look-alikes of the issuer with other keys: none signed the leaf. */
START_TEST(look_alikes_are_bounded)
{
    struct certificate *presented[101];
    presented[0] = chain_world_make(&world, &leaf);
    for (int i = 0; i < 100; i++) {
        struct chain_spec twin = ca;
        twin.key = OTHER_KEY + i % 8;
        twin.serial = 2 + i;
        presented[1 + i] = chain_world_make(&world, &twin);
    }
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    struct judgement j = judge(presented, 101);
    ASSERT_VERDICT(j, VERDICT_CERT_SIGNATURE);
    ck_assert_uint_le(signature_cache_misses(world.cache), CHAIN_SIGNATURES_MAX);
    /* With the real one in the store they hide nothing. */
    chain_world_put(&world, STORE_CA, chain_world_make(&world, &ca));
    j = judge(presented, 101);
    ASSERT_VERDICT(j, VERDICT_OK);
}
END_TEST

START_TEST(a_chain_of_any_length_ends)
{
    struct certificate *presented[CHAIN_PRESENTED_MAX + 1];
    static char names[CHAIN_PRESENTED_MAX + 2][8];
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        (void)snprintf(names[i], sizeof(names[i]), "n%zu", i);
    }
    for (size_t i = 0; i <= CHAIN_PRESENTED_MAX; i++) {
        struct chain_spec link = { .subject = names[i],
                                   .issuer = names[i + 1],
                                   .ca = i > 0,
                                   .key = (int)(i % 12),
                                   .issuer_key = (int)((i + 1) % 12) };
        presented[i] = chain_world_make(&world, &link);
    }
    struct judgement j = judge(presented, CHAIN_PRESENTED_MAX + 1);
    ASSERT_VERDICT(j, VERDICT_CHAINING);
    ck_assert_uint_eq(j.chain.n_elements, CHAIN_DEPTH_MAX);
    /* That its issuer was not sent, or whatever else is said of cut paths, is not
     * known. */
    ck_assert_uint_eq(j.chain.n_findings, 1);
    ck_assert(has(&j, FINDING_SEARCH_LIMIT, 0));
    ck_assert_str_eq(j.chain.findings[0].detail, "at most 48 certificates in one path");
}
END_TEST

/* More roots of one name than are looked at, of which the last one signed: its key
 * identifier says so. */
START_TEST(the_right_one_of_many_is_found)
{
    struct chain_spec right = root;
    struct chain_spec l = leaf;
    right.subject_key_id = true;
    l.issuer = "root";
    l.issuer_key = right.key;
    l.authority_key_id = 1 + right.key;
    for (int i = 0; i < 80; i++) {
        struct chain_spec twin = right;
        twin.key = OTHER_KEY + i % 6;
        twin.issuer_key = twin.key;
        twin.serial = 2 + i;
        chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &twin));
    }
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &right));
    struct certificate *presented[1] = { chain_world_make(&world, &l) };
    struct judgement j = judge(presented, 1);
    ASSERT_VERDICT(j, VERDICT_OK);
}
END_TEST

/* A stranger's chain, of which each certificate gives two notes: there are more of them
 * than findings are kept, and not one hides that the root is untrusted. */
START_TEST(notes_hide_no_fault)
{
    struct certificate *presented[CHAIN_DEPTH_MAX];
    static char names[CHAIN_DEPTH_MAX + 1][8];
    struct err err = ERR_INIT;
    for (size_t i = 0; i < 2; i++) {
        key_destroy(world.keys[i]);
        world.keys[i] = NULL;
        ck_assert_int_eq(key_generate(KEY_TYPE_RSA_1024, &world.keys[i], &err), 0);
    }
    for (size_t i = 0; i < CHAIN_DEPTH_MAX; i++) {
        bool last = i + 1 == CHAIN_DEPTH_MAX;
        (void)snprintf(names[i], sizeof(names[i]), "n%zu", i);
        (void)snprintf(names[i + 1], sizeof(names[i + 1]), "n%zu", i + 1);
        struct chain_spec link = { .subject = names[i],
                                   .issuer = last && _i == 0 ? names[i] : names[i + 1],
                                   .key = (int)(i % 2),
                                   .issuer_key = (int)(last ? i % 2 : (i + 1) % 2),
                                   .ca = i > 0,
                                   .sha1 = true };
        presented[i] = chain_world_make(&world, &link);
    }
    struct judgement j = judge(presented, CHAIN_DEPTH_MAX);
    ck_assert_uint_eq(j.chain.n_findings, _i == 0 ? CHAIN_FINDINGS_MAX : 1);
    ASSERT_VERDICT(j, _i == 0 ? VERDICT_UNTRUSTED_ROOT : VERDICT_CHAINING);
    ck_assert_int_eq(has(&j, FINDING_SEARCH_LIMIT, 0), _i == 1);
}
END_TEST

START_TEST(signatures_are_checked_once)
{
    (void)judge_three(&root, &ca, &leaf);
    size_t misses = signature_cache_misses(world.cache);
    struct certificate *presented[2] = { world.certs[1], world.certs[2] };
    ck_assert_uint_eq(misses, 3);
    ck_assert_int_eq(judge(presented, 2).verdict, VERDICT_OK);
    ck_assert_uint_eq(signature_cache_misses(world.cache), misses);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("chain");
    TCase *c = tcase_create("chain");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, one_fault, 0, (int)ARRAY_LEN(fault_rows));
    tcase_add_test(c, times_of_other_forms_are_noted);
    tcase_add_test(c, a_signature_with_unused_bits_is_bad_where_it_stands);
    tcase_add_loop_test(c, usage_assumptions, 0, 2);
    tcase_add_test(c, good_at_both_ends_of_its_time);
    tcase_add_test(c, sources_are_named);
    tcase_add_loop_test(c, nothing_presented, 0, 3);
    tcase_add_test(c, ignore_judges_nothing);
    tcase_add_test(c, bytes_that_are_no_certificate);
    tcase_add_test(c, a_critical_issuer_alt_name_is_known);
    tcase_add_test(c, a_signature_that_nobody_can_check);
    tcase_add_loop_test(c, a_twin_of_another_time_is_passed_over, 0, 2);
    tcase_add_test(c, a_key_identifier_is_only_a_hint);
    tcase_add_test(c, the_trusted_of_two_roots_is_found);
    tcase_add_test(c, a_circle_ends);
    tcase_add_test(c, self_signed);
    tcase_add_test(c, self_issued_with_a_false_signature);
    tcase_add_test(c, root_of_the_current_user_is_not_trusted);
    tcase_add_test(c, disallowed_by_certificate_and_by_key);
    tcase_add_test(c, trusted_people_trust_the_leaf_itself);
    tcase_add_test(c, a_root_that_is_not_self_signed_breaks_all);
    tcase_add_test(c, a_root_store_over_16_kb_breaks_windows_2012);
    tcase_add_loop_test(c, crls, 0, (int)ARRAY_LEN(crl_rows));
    tcase_add_loop_test(c, deltas, 0, 2 * (int)ARRAY_LEN(delta_rows));
    tcase_add_loop_test(c, the_newest_delta_counts, 0, 2);
    tcase_add_loop_test(c, a_crl_without_number_is_an_assumption, 0, 2);
    tcase_add_loop_test(c, the_fresh_one_of_two_crls_counts, 0, 2);
    tcase_add_test(c, a_mesh_of_cross_certificates_is_bounded);
    tcase_add_test(c, look_alikes_are_bounded);
    tcase_add_test(c, a_chain_of_any_length_ends);
    tcase_add_test(c, the_right_one_of_many_is_found);
    tcase_add_loop_test(c, notes_hide_no_fault, 0, 2);
    tcase_add_test(c, signatures_are_checked_once);
    suite_add_tcase(s, c);
    return s;
}
