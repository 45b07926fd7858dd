/* SPDX-License-Identifier: MIT
 *
 * lib/chain/signature_work: what a hostile chain may cost by its kinds of keys, and
 * that nothing which was left unchecked is trusted.
 */
#include "base/compiler.h"
#include "chain/judge.h"
#include "chain/signature_batch.h"
#include "chain/signature_work.h"
#include "pki/der.h"
#include "pki/random.h"
#include "support/chain_world.h"
#include "support/check_main.h"

#include <assert.h>
#include <mbedtls/pk.h>
#include <string.h>

/* What was measured as under 300 ms; the tests below follow the constant. */
static_assert(SIGNATURE_WORK_COST_MAX <= 210 * KEY_COST_P256, "measure again");

enum { ROOT_KEY, CA_KEY, LEAF_KEY, OTHER_KEY, TWIN_KEY };

static struct chain_world world;

static const struct chain_spec leaf = {
    .subject = "leaf", .issuer = "ca", .key = LEAF_KEY, .issuer_key = CA_KEY
};
static const struct chain_spec ca = {
    .subject = "ca", .issuer = "root", .key = CA_KEY, .ca = true
};
static const struct chain_spec root = { .subject = "root",
                                        .issuer = "root",
                                        .ca = true };

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
    static struct judgement judgement;
    struct err err = ERR_INIT;
    ck_assert_int_eq(
        judge_client(presented, n, SSL_FLAGS_REQUIRE, &world.context, &judgement, &err),
        0);
    return judgement;
}

static bool has(const struct judgement *j, enum finding_kind kind)
{
    for (size_t i = 0; i < j->chain.n_findings; i++) {
        if (j->chain.findings[i].kind == kind) {
            return true;
        }
    }
    return false;
}

/* One of that kind has the text in its detail. */
static bool says(const struct judgement *j, enum finding_kind kind, const char *text)
{
    for (size_t i = 0; i < j->chain.n_findings; i++) {
        const struct finding *finding = &j->chain.findings[i];
        if (finding->kind == kind && strstr(finding->detail, text) != NULL) {
            return true;
        }
    }
    return false;
}

#define NO_WORK   "not checked: the chain asks for more work than one may cost"
#define NO_MEMORY "not checked: there was no memory or no thread for it"

/* ---- kinds of keys */

static void make_ec(mbedtls_pk_context *pk, mbedtls_ecp_group_id curve)
{
    mbedtls_pk_init(pk);
    ck_assert_int_eq(mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)),
                     0);
    ck_assert_int_eq(
        mbedtls_ecp_gen_key(curve, mbedtls_pk_ec(*pk), random_callback, NULL), 0);
}

static void write_ec(struct buf *out, mbedtls_ecp_group_id curve)
{
    uint8_t der[256];
    mbedtls_pk_context pk;
    make_ec(&pk, curve);
    int len = mbedtls_pk_write_pubkey_der(&pk, der, sizeof(der));
    ck_assert_int_gt(len, 0);
    ck_assert(buf_append(out, der + sizeof(der) - len, (size_t)len));
    mbedtls_pk_free(&pk);
}

/* Any odd number does for a modulus that nobody ever signed with. */
static void write_rsa(struct buf *out, size_t bits, size_t exponent_len,
                      unsigned number)
{
    uint8_t n[1100] = { 0 };
    uint8_t e[9] = { 0 };
    ck_assert_uint_lt(bits / 8, sizeof(n));
    memset(n + 1, 0xa5, bits / 8);
    n[2] = (uint8_t)number; /* each key another */
    memset(e + 1, 0xff, exponent_len);
    size_t spki = der_begin(out, DER_SEQUENCE);
    size_t algorithm = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(OID_RSA_ENCRYPTION)->der);
    der_write(out, DER_NULL, SLICE_EMPTY);
    der_end(out, algorithm);
    struct buf key = BUF_EMPTY;
    size_t mark = der_begin(&key, DER_SEQUENCE);
    der_write(&key, DER_INTEGER, (struct slice){ n, bits / 8 + 1 });
    der_write(&key, DER_INTEGER, (struct slice){ e, exponent_len + 1 });
    der_end(&key, mark);
    der_write_bits(out, buf_slice(&key));
    der_end(out, spki);
    ck_assert(buf_ok(out) && buf_ok(&key));
    buf_finish(&key);
}

static const struct kind {
    const char *label;
    mbedtls_ecp_group_id curve; /* or RSA */
    size_t rsa_bits;
    size_t exponent_len;
    uint32_t cost_min;
    uint32_t cost_max;
    int n; /* look-alikes: more than are paid for */
} kinds[] = {
    { "P-256", MBEDTLS_ECP_DP_SECP256R1, 0, 0, 10, 10, 63 },
    { "P-384", MBEDTLS_ECP_DP_SECP384R1, 0, 0, 15, 20, 48 },
    { "P-521", MBEDTLS_ECP_DP_SECP521R1, 0, 0, 28, 32, 30 },
    { "secp256k1", MBEDTLS_ECP_DP_SECP256K1, 0, 0, 11, 14, 63 },
    { "secp192r1, which has no name here", MBEDTLS_ECP_DP_SECP192R1, 0, 0, 10, 168,
      16 },
    { "brainpoolP256r1", MBEDTLS_ECP_DP_BP256R1, 0, 0, 36, 40, 60 },
    { "brainpoolP384r1", MBEDTLS_ECP_DP_BP384R1, 0, 0, 70, 80, 32 },
    { "brainpoolP512r1", MBEDTLS_ECP_DP_BP512R1, 0, 0, 160, 170, 16 },
    { "RSA 2048", MBEDTLS_ECP_DP_NONE, 2048, 3, 1, 2, 63 },
    { "RSA 4096", MBEDTLS_ECP_DP_NONE, 4096, 3, 3, 4, 63 },
    { "RSA 8192", MBEDTLS_ECP_DP_NONE, 8192, 3, 11, 13, 63 },
    { "RSA 8192, a long exponent", MBEDTLS_ECP_DP_NONE, 8192, 8, 36, 42, 60 },
    { "RSA 8200, which is not computed", MBEDTLS_ECP_DP_NONE, 8200, 3, 1, 1, 63 },
};

static void write_kind(const struct kind *kind, unsigned number, struct buf *out)
{
    if (kind->curve != MBEDTLS_ECP_DP_NONE) {
        write_ec(out, kind->curve);
    } else {
        write_rsa(out, kind->rsa_bits, kind->exponent_len, number);
    }
}

START_TEST(a_kind_of_key_has_its_cost)
{
    const struct kind *kind = &kinds[_i];
    struct buf spki = BUF_EMPTY;
    write_kind(kind, 0, &spki);
    uint32_t cost = key_verify_cost(buf_slice(&spki));
    ck_assert_msg(cost >= kind->cost_min && cost <= kind->cost_max, "%s: %u",
                  kind->label, cost);
    /* Anybody's bytes have one. */
    for (size_t len = 0; len < spki.len; len++) {
        ck_assert_uint_ge(key_verify_cost((struct slice){ spki.data, len }), 1);
    }
    buf_finish(&spki);
}
END_TEST

/* As many look-alikes of the issuer as a chain holds, with keys of one kind that none
 * of them signed the leaf with. */
START_TEST(look_alikes_cost_no_more_than_the_limit)
{
    const struct kind *kind = &kinds[_i];
    struct certificate *presented[CHAIN_PRESENTED_MAX];
    uint32_t cost = 0;
    presented[0] = chain_world_make(&world, &leaf);
    for (int i = 0; i < kind->n; i++) {
        struct buf spki = BUF_EMPTY;
        struct chain_spec twin = ca;
        write_kind(kind, (unsigned)i, &spki);
        twin.spki = buf_slice(&spki);
        cost = key_verify_cost(buf_slice(&spki));
        presented[1 + i] = chain_world_make(&world, &twin);
        buf_finish(&spki);
    }
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    struct judgement j = judge(presented, 1 + (size_t)kind->n);
    uint64_t spent = (uint64_t)cost * signature_cache_misses(world.cache);
    ck_assert_msg(spent < SIGNATURE_WORK_COST_MAX + cost + KEY_COST_P256, "%s: %llu",
                  kind->label, (unsigned long long)spent);
    ck_assert_int_eq(j.verdict, VERDICT_CERT_SIGNATURE);
    ck_assert_msg(has(&j, FINDING_SEARCH_LIMIT) ==
                      ((uint64_t)cost * (unsigned)kind->n >= SIGNATURE_WORK_COST_MAX),
                  "%s", kind->label);
    /* The same again is the same, though the cache knows some of it. */
    struct judgement again = judge(presented, 1 + (size_t)kind->n);
    ck_assert_int_eq(again.verdict, j.verdict);
    ck_assert_uint_eq(again.chain.n_findings, j.chain.n_findings);
}
END_TEST

/* A CA certificate that names the trusted root, which did not sign it: before it stands
 * another of the same key, whose issuers use up what is paid for. */
START_TEST(what_is_not_paid_for_is_unchecked)
{
    const struct kind *dearest = &kinds[7];
    struct chain_spec detour = ca;
    struct chain_spec own = ca;
    struct certificate *presented[24];
    size_t n = 0;
    own.issuer_key = OTHER_KEY;
    struct chain_spec first = own; /* so that the root itself was looked at */
    first.key_usage = KEY_USAGE_CRL_SIGN;
    detour.issuer = "filler";
    presented[n++] = chain_world_make(&world, &leaf);
    presented[n++] = chain_world_make(&world, &first);
    presented[n++] = chain_world_make(&world, &detour);
    for (int i = 0; i < dearest->n; i++) {
        struct buf spki = BUF_EMPTY;
        struct chain_spec filler = { .subject = "filler", .issuer = "no", .ca = true };
        write_kind(dearest, (unsigned)i, &spki);
        filler.spki = buf_slice(&spki);
        presented[n++] = chain_world_make(&world, &filler);
        buf_finish(&spki);
    }
    presented[n++] = chain_world_make(&world, &own);
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    struct judgement j = judge(presented, n);
    ck_assert_int_eq(j.verdict, VERDICT_CERT_SIGNATURE);
    ck_assert(says(&j, FINDING_SIGNATURE_UNCHECKED, NO_WORK));
}
END_TEST

/* An honest path of five certificates with the dearest keys there are, and the CRLs of
 * all its CAs. */
START_TEST(the_dearest_honest_chain_is_judged)
{
    static const struct chain_crl_spec crls[] = {
        { .issuer = "ca", .issuer_key = CA_KEY },
        { .issuer = "upper", .issuer_key = OTHER_KEY },
        { .issuer = "top", .issuer_key = TWIN_KEY },
        { .issuer = "root", .issuer_key = ROOT_KEY },
    };
    static const struct chain_spec lower = { .subject = "ca",
                                             .issuer = "upper",
                                             .key = CA_KEY,
                                             .issuer_key = OTHER_KEY,
                                             .ca = true };
    static const struct chain_spec upper = { .subject = "upper",
                                             .issuer = "top",
                                             .key = OTHER_KEY,
                                             .issuer_key = TWIN_KEY,
                                             .ca = true };
    static const struct chain_spec top = { .subject = "top",
                                           .issuer = "root",
                                           .key = TWIN_KEY,
                                           .issuer_key = ROOT_KEY,
                                           .ca = true };
    struct err err = ERR_INIT;
    for (size_t i = ROOT_KEY; i <= TWIN_KEY; i++) {
        uint8_t der[512];
        mbedtls_pk_context pk;
        make_ec(&pk, MBEDTLS_ECP_DP_BP512R1);
        int len = mbedtls_pk_write_key_der(&pk, der, sizeof(der));
        mbedtls_pk_free(&pk);
        ck_assert_int_gt(len, 0);
        struct slice bytes = { der + sizeof(der) - len, (size_t)len };
        key_destroy(world.keys[i]);
        world.keys[i] = NULL;
        ck_assert_int_eq(key_parse(bytes, NULL, "key", &world.keys[i], &err), 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(crls); i++) {
        chain_world_put_crl(&world, &crls[i]);
    }
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    struct certificate *presented[] = { chain_world_make(&world, &leaf),
                                        chain_world_make(&world, &lower),
                                        chain_world_make(&world, &upper),
                                        chain_world_make(&world, &top) };
    struct judgement j = judge(presented, 4);
    ck_assert_msg(j.verdict == VERDICT_OK, "%s", verdict_get(j.verdict)->name);
    ck_assert(!has(&j, FINDING_SEARCH_LIMIT));
    ck_assert_uint_eq(signature_cache_misses(world.cache), 9);
}
END_TEST

/* A chain of CAs that all have the name of one that the store has a CRL of: each of
 * their keys may have signed it. */
START_TEST(checks_of_crls_are_paid_for)
{
    static const struct chain_crl_spec crl = { .issuer = "ca", .issuer_key = CA_KEY };
    struct certificate *presented[40];
    chain_world_put_crl(&world, &crl);
    for (int i = 0; i < 40; i++) {
        struct chain_spec link = { .subject = i == 0 ? "leaf" : "ca",
                                   .issuer = "ca",
                                   .key = i % 11,
                                   .issuer_key = (i + 1) % 11,
                                   .serial = 2 + i,
                                   .ca = i > 0,
                                   .subject_key_id = true,
                                   .authority_key_id = 1 + (i + 1) % 11 };
        presented[i] = chain_world_make(&world, &link);
    }
    struct judgement j = judge(presented, 40);
    ck_assert_int_ne(j.verdict, VERDICT_OK);
    ck_assert(has(&j, FINDING_SEARCH_LIMIT));
    ck_assert(has(&j, FINDING_REVOCATION_UNUSABLE));
    ck_assert_uint_le(signature_cache_misses(world.cache),
                      SIGNATURE_WORK_COST_MAX / KEY_COST_P256 + 1);
}
END_TEST

/* ---- what is unchecked is not trusted */

/* ClientAuthTrustMode 2 trusts an intermediate without looking at its own signature. A
 * stranger uses up the checks with copies of a CA of his own that has really signed his
 * leaf, until the one that would show that the trusted CA has not signed his is left
 * out.
 */
START_TEST(nothing_unchecked_is_trusted)
{
    struct certificate *presented[64];
    struct chain_spec own = {
        .subject = "a", .issuer = "a", .key = LEAF_KEY, .issuer_key = OTHER_KEY
    };
    struct chain_spec look_alike = ca;
    struct judgement j = { .verdict = VERDICT_OK };
    size_t n = 0;

    world.policy.clientauthtrustmode = TRUST_MODE_EXCLUSIVE_CA;
    world.policy.verifyclientcertrevocation = false;
    chain_world_put(&world, STORE_CLIENT_AUTH_ISSUER, chain_world_make(&world, &ca));
    presented[n++] = chain_world_make(&world, &own);
    look_alike.key = TWIN_KEY;
    presented[n++] = chain_world_make(&world, &look_alike);
    for (int i = 0; i < 43; i++) {
        struct chain_spec copy = { .subject = "a",
                                   .issuer = "ca",
                                   .key = OTHER_KEY,
                                   .issuer_key = OTHER_KEY,
                                   .ca = true,
                                   .serial = 2 + i };
        presented[n++] = chain_world_make(&world, &copy);
    }
    for (size_t used = 3; used <= n; used++) {
        j = judge(presented, used);
        ck_assert_msg(j.verdict == VERDICT_CERT_SIGNATURE, "with %zu certificates: %s",
                      used, verdict_get(j.verdict)->name);
    }
    ck_assert(has(&j, FINDING_SEARCH_LIMIT));
}
END_TEST

/* ---- put off (chain/signature_batch) */

/* Judged with a batch, until nothing is pending; how many rounds that took. */
static size_t judge_in_rounds(struct certificate *const *presented, size_t n,
                              uint32_t allowance, struct judgement *ret_judgement)
{
    struct signature_batch batch;
    size_t rounds = 0;
    signature_cache_destroy(world.cache);
    world.cache = signature_cache_create();
    world.context.cache = world.cache;
    signature_batch_init(&batch, allowance);
    world.context.batch = &batch;
    for (;;) {
        *ret_judgement = judge(presented, n);
        if (!signature_batch_is_pending(&batch)) {
            break;
        }
        ck_assert_int_ne(ret_judgement->verdict, VERDICT_OK);
        signature_batch_run(&batch);
        ck_assert(!signature_batch_is_pending(&batch));
        ck_assert_uint_le(++rounds, SIGNATURE_WORK_PAIRS_MAX);
    }
    signature_batch_finish(&batch);
    world.context.batch = NULL;
    return rounds;
}

static void assert_same(const struct judgement *a, const struct judgement *b)
{
    ck_assert_int_eq(a->verdict, b->verdict);
    ck_assert_uint_eq(a->deciding, b->deciding);
    ck_assert_uint_eq(a->chain.n_elements, b->chain.n_elements);
    ck_assert_uint_eq(a->chain.n_findings, b->chain.n_findings);
    for (size_t i = 0; i < a->chain.n_findings; i++) {
        ck_assert_int_eq(a->chain.findings[i].kind, b->chain.findings[i].kind);
        ck_assert_str_eq(a->chain.findings[i].detail, b->chain.findings[i].detail);
    }
}

START_TEST(what_is_put_off_is_judged_the_same)
{
    static const struct chain_crl_spec crls[] = {
        { .issuer = "ca", .issuer_key = CA_KEY },
        { .issuer = "root", .issuer_key = ROOT_KEY },
    };
    static const uint32_t allowances[] = { 0, KEY_COST_P256 - 1, KEY_COST_P256,
                                           2 * KEY_COST_P256, 1000 };
    struct chain_spec forged = leaf;
    forged.issuer_key = OTHER_KEY;
    for (size_t i = 0; i < ARRAY_LEN(crls); i++) {
        chain_world_put_crl(&world, &crls[i]);
    }
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    for (int bad = 0; bad < 2; bad++) {
        struct certificate *presented[] = { chain_world_make(&world,
                                                             bad ? &forged : &leaf),
                                            chain_world_make(&world, &ca) };
        struct judgement at_once = judge(presented, 2);
        ck_assert_int_eq(at_once.verdict, bad ? VERDICT_CERT_SIGNATURE : VERDICT_OK);
        for (size_t i = 0; i < ARRAY_LEN(allowances); i++) {
            struct judgement in_rounds;
            size_t rounds = judge_in_rounds(presented, 2, allowances[i], &in_rounds);
            assert_same(&in_rounds, &at_once);
            ck_assert_msg((rounds > 0) == (allowances[i] < 1000), "%u: %zu",
                          (unsigned)allowances[i], rounds);
        }
    }
}
END_TEST

/* What is computed at once is what the allowance pays for; a batch that is run computes
 * each pair once. */
START_TEST(an_allowance_is_kept)
{
    struct certificate *presented[31];
    struct signature_batch batch;
    struct judgement in_rounds;
    presented[0] = chain_world_make(&world, &leaf);
    for (int i = 0; i < 30; i++) {
        struct buf spki = BUF_EMPTY;
        struct chain_spec twin = ca;
        write_kind(&kinds[0], (unsigned)i, &spki);
        twin.spki = buf_slice(&spki);
        presented[1 + i] = chain_world_make(&world, &twin);
        buf_finish(&spki);
    }
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    signature_batch_init(&batch, 5 * KEY_COST_P256);
    world.context.batch = &batch;
    struct judgement j = judge(presented, 31);
    ck_assert_int_eq(j.verdict, VERDICT_CERT_SIGNATURE);
    ck_assert_uint_eq(signature_cache_misses(world.cache), 5);
    ck_assert_uint_eq(batch.allowance, 0);
    ck_assert_uint_eq(batch.n_pending,
                      27); /* 25 twins; the best one's own; the root's */
    signature_batch_finish(&batch);
    world.context.batch = NULL;

    struct judgement at_once = judge(presented, 31);
    ck_assert_uint_le(judge_in_rounds(presented, 31, 0, &in_rounds), 3);
    assert_same(&in_rounds, &at_once);
    ck_assert_uint_eq(signature_cache_misses(world.cache), 0);
}
END_TEST

/* What a batch keeps is bounded, and what it cannot keep refuses. */
START_TEST(a_full_batch_trusts_nobody)
{
    struct certificate *presented[] = { chain_world_make(&world, &leaf),
                                        chain_world_make(&world, &ca) };
    struct signature_batch batch;
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    world.policy.verifyclientcertrevocation = false;
    signature_batch_init(&batch, 0);
    batch.n_bytes = SIGNATURE_BATCH_BYTES_MAX;
    world.context.batch = &batch;
    struct judgement j = judge(presented, 2);
    ck_assert_int_eq(j.verdict, VERDICT_CERT_SIGNATURE);
    ck_assert(says(&j, FINDING_SIGNATURE_UNCHECKED, NO_MEMORY));
    ck_assert(has(&j, FINDING_SEARCH_LIMIT));
    ck_assert(!signature_batch_is_pending(&batch));
    signature_batch_finish(&batch);
    world.context.batch = NULL;
}
END_TEST

/* The same of a revocation list: its signature is not bad, nor were there too many. */
START_TEST(a_list_that_is_not_checked_says_why)
{
    static const struct chain_crl_spec crl = { .issuer = "ca", .issuer_key = CA_KEY };
    struct certificate *presented[] = { chain_world_make(&world, &leaf),
                                        chain_world_make(&world, &ca) };
    size_t n_unusable = 0;
    world.context.cache = NULL; /* each time anew */
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    chain_world_put_crl(&world, &crl);
    for (uint32_t allowance = 0; allowance <= SIGNATURE_BATCH_ALLOWANCE; allowance++) {
        struct signature_batch batch;
        signature_batch_init(&batch, allowance);
        batch.n_bytes = SIGNATURE_BATCH_BYTES_MAX;
        world.context.batch = &batch;
        struct judgement j = judge(presented, 2);
        if (has(&j, FINDING_REVOCATION_UNUSABLE)) {
            ck_assert(says(&j, FINDING_REVOCATION_UNUSABLE, NO_MEMORY));
            n_unusable++;
        }
        signature_batch_finish(&batch);
    }
    world.context.batch = NULL;
    ck_assert_uint_gt(n_unusable, 0);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("signature_work");
    TCase *c = tcase_create("signature_work");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, a_kind_of_key_has_its_cost, 0, (int)ARRAY_LEN(kinds));
    tcase_add_loop_test(c, look_alikes_cost_no_more_than_the_limit, 0,
                        (int)ARRAY_LEN(kinds));
    tcase_add_test(c, what_is_not_paid_for_is_unchecked);
    tcase_add_test(c, the_dearest_honest_chain_is_judged);
    tcase_add_test(c, checks_of_crls_are_paid_for);
    tcase_add_test(c, nothing_unchecked_is_trusted);
    tcase_add_test(c, what_is_put_off_is_judged_the_same);
    tcase_add_test(c, an_allowance_is_kept);
    tcase_add_test(c, a_full_batch_trusts_nobody);
    tcase_add_test(c, a_list_that_is_not_checked_says_why);
    suite_add_tcase(s, c);
    return s;
}
