/* SPDX-License-Identifier: MIT
 *
 * lib/pki/issuers: whose client certificates are taken, by the store of trusted
 * issuers and ClientAuthTrustMode (iis.md row 31 and 3c); and all the paths that the
 * search sees.
 */
#include "base/mem.h"
#include "chain/chain_build.h"
#include "chain/issuers.h"
#include "chain/judge.h"
#include "chain/signature_cache.h"
#include "support/chain_world.h"
#include "support/check_main.h"

enum { ROOT_KEY, CA_KEY, LEAF_KEY, OTHER_KEY };

static struct chain_world world;

static const struct chain_spec specs[] = {
    { .subject = "leaf", .issuer = "ca", .key = LEAF_KEY, .issuer_key = CA_KEY },
    { .subject = "ca", .issuer = "root", .key = CA_KEY, .ca = true },
    { .subject = "root", .issuer = "root", .ca = true },
    { .subject = "other",
      .issuer = "other",
      .key = OTHER_KEY,
      .issuer_key = OTHER_KEY,
      .ca = true },
};
enum { LEAF, CA, ROOT, OTHER, N_CERTS };

static struct certificate *certs[N_CERTS];

static void set_up(void)
{
    chain_world_init(&world);
    for (size_t i = 0; i < N_CERTS; i++) {
        certs[i] = chain_world_make(&world, &specs[i]);
    }
}

static void tear_down(void)
{
    chain_world_finish(&world);
}

#define IN(cert) (1u << (cert))
#define NO_STORE STORE_FOLDER_COUNT

static const struct trust_row {
    const char *label;
    enum trust_mode mode;
    enum store_folder bound; /* sslctlstorename */
    unsigned issuers;        /* what lies in ClientAuthIssuer */
    unsigned roots;          /* and in Root */
    enum verdict verdict;
    enum finding_kind finding; /* FINDING_COUNT = none asked for */
} trust_rows[] = {
    { "nothing bound, ClientAuthIssuer empty: Root decides", TRUST_MODE_MACHINE,
      NO_STORE, 0, IN(ROOT), VERDICT_OK, FINDING_COUNT },
    { "a bound store without the issuer", TRUST_MODE_MACHINE, STORE_CLIENT_AUTH_ISSUER,
      IN(OTHER), IN(ROOT), VERDICT_UNTRUSTED_ROOT, FINDING_ISSUER_NOT_LISTED },
    { "a bound store that is empty", TRUST_MODE_MACHINE, STORE_CLIENT_AUTH_ISSUER, 0,
      IN(ROOT), VERDICT_UNTRUSTED_ROOT, FINDING_ISSUER_NOT_LISTED },
    { "a bound store with the CA", TRUST_MODE_MACHINE, STORE_CLIENT_AUTH_ISSUER, IN(CA),
      IN(ROOT), VERDICT_OK, FINDING_COUNT },
    { "a bound store with the root", TRUST_MODE_MACHINE, STORE_CLIENT_AUTH_ISSUER,
      IN(ROOT), IN(ROOT), VERDICT_OK, FINDING_COUNT },
    { "ClientAuthIssuer counts unbound, once something is in it", TRUST_MODE_MACHINE,
      NO_STORE, IN(OTHER), IN(ROOT), VERDICT_UNTRUSTED_ROOT,
      FINDING_ISSUER_NOT_LISTED },
    { "another bound store comes before it", TRUST_MODE_MACHINE, STORE_ROOT, IN(OTHER),
      IN(ROOT), VERDICT_OK, FINDING_COUNT },
    { "machine trust: listed, but the root is not in Root", TRUST_MODE_MACHINE,
      STORE_CLIENT_AUTH_ISSUER, IN(CA) | IN(ROOT), IN(OTHER), VERDICT_UNTRUSTED_ROOT,
      FINDING_UNTRUSTED_ROOT },
    { "exclusive root: the root in the store, Root does not count",
      TRUST_MODE_EXCLUSIVE_ROOT, STORE_CLIENT_AUTH_ISSUER, IN(ROOT), 0, VERDICT_OK,
      FINDING_COUNT },
    { "exclusive root: only in Root", TRUST_MODE_EXCLUSIVE_ROOT,
      STORE_CLIENT_AUTH_ISSUER, IN(OTHER), IN(ROOT), VERDICT_UNTRUSTED_ROOT,
      FINDING_ISSUER_NOT_EXCLUSIVE },
    { "exclusive root: an intermediate is not enough", TRUST_MODE_EXCLUSIVE_ROOT,
      STORE_CLIENT_AUTH_ISSUER, IN(CA), IN(ROOT), VERDICT_UNTRUSTED_ROOT,
      FINDING_ISSUER_NOT_EXCLUSIVE },
    { "exclusive CA: an intermediate is", TRUST_MODE_EXCLUSIVE_CA,
      STORE_CLIENT_AUTH_ISSUER, IN(CA), 0, VERDICT_OK, FINDING_COUNT },
    { "exclusive CA: so is the root", TRUST_MODE_EXCLUSIVE_CA, STORE_CLIENT_AUTH_ISSUER,
      IN(ROOT), 0, VERDICT_OK, FINDING_COUNT },
    { "exclusive CA: none of both", TRUST_MODE_EXCLUSIVE_CA, STORE_CLIENT_AUTH_ISSUER,
      IN(OTHER), IN(ROOT), VERDICT_UNTRUSTED_ROOT, FINDING_ISSUER_NOT_EXCLUSIVE },
    { "exclusive, but there is no store: as machine trust", TRUST_MODE_EXCLUSIVE_ROOT,
      NO_STORE, 0, IN(ROOT), VERDICT_OK, FINDING_COUNT },
};

static void put(enum store_folder folder, unsigned which)
{
    for (size_t i = 0; i < N_CERTS; i++) {
        if ((which >> i & 1) != 0) {
            chain_world_put(&world, folder, certs[i]);
        }
    }
}

static bool has(const struct chain *chain, enum finding_kind kind)
{
    for (size_t i = 0; i < chain->n_findings; i++) {
        if (chain->findings[i].kind == kind) {
            return true;
        }
    }
    return false;
}

START_TEST(trust_modes)
{
    const struct trust_row *row = &trust_rows[_i];
    struct certificate *presented[] = { certs[LEAF], certs[CA], certs[ROOT] };
    static struct judgement j;
    struct err err = ERR_INIT;

    world.policy.clientauthtrustmode = row->mode;
    world.policy.has_sslctlstorename = row->bound != NO_STORE;
    world.policy.sslctlstorename = row->bound;
    put(STORE_CLIENT_AUTH_ISSUER, row->issuers);
    put(STORE_ROOT, row->roots);
    ck_assert_int_eq(
        judge_client(presented, 3, SSL_FLAGS_REQUIRE, &world.context, &j, &err), 0);
    ck_assert_msg(j.verdict == row->verdict, "%s: %s", row->label,
                  verdict_get(j.verdict)->name);
    ck_assert_msg(row->finding == FINDING_COUNT || has(&j.chain, row->finding), "%s",
                  row->label);
    ck_assert(
        j.chain.elements[j.chain.n_elements - 1].is_root ==
        (row->verdict == VERDICT_OK || row->finding == FINDING_ISSUER_NOT_LISTED));
}
END_TEST

/* Trust begins at the intermediate: the path ends there, and nothing above it counts,
 * not even that it has expired. */
START_TEST(an_exclusive_ca_ends_the_path)
{
    struct chain_spec old = specs[ROOT];
    old.not_after = -1;
    struct certificate *presented[] = { certs[LEAF], certs[CA],
                                        chain_world_make(&world, &old) };
    static struct chain chain;
    struct err err = ERR_INIT;

    world.policy.clientauthtrustmode = TRUST_MODE_EXCLUSIVE_CA;
    put(STORE_CLIENT_AUTH_ISSUER, IN(CA));
    ck_assert_int_eq(chain_build(presented, 3, &world.context, &chain, &err), 0);
    ck_assert_uint_eq(chain.n_elements, 2);
    ck_assert_int_eq(chain.elements[1].source, CHAIN_STORE_ISSUERS);
    ck_assert_uint_eq(chain_trust_status(&chain), 0);
}
END_TEST

START_TEST(a_listed_self_signed_client)
{
    struct certificate *presented[] = { certs[OTHER] };
    static struct chain chain;
    struct err err = ERR_INIT;
    put(STORE_ROOT, IN(OTHER));
    put(STORE_CLIENT_AUTH_ISSUER, _i == 0 ? IN(OTHER) : IN(ROOT));
    ck_assert_int_eq(chain_build(presented, 1, &world.context, &chain, &err), 0);
    ck_assert_int_eq(has(&chain, FINDING_ISSUER_NOT_LISTED), _i == 1);
}
END_TEST

/* ---- all paths */

static struct chain_paths build_all(struct certificate *const *presented, size_t n)
{
    struct chain_paths paths = { .n = 0 };
    struct err err = ERR_INIT;
    ck_assert_int_eq(chain_build_all(presented, n, &world.context, &paths, &err), 0);
    return paths;
}

/* The CA, certified by its root and by a strange one: two paths, the good one first
 * and the same as the search for one path finds; the other has its fault. */
START_TEST(all_paths_are_shown)
{
    struct chain_spec cross = specs[CA];
    cross.issuer = "other";
    cross.issuer_key = OTHER_KEY;
    struct certificate *presented[] = { certs[LEAF], chain_world_make(&world, &cross),
                                        certs[OTHER], certs[CA] };
    static struct chain best;
    struct err err = ERR_INIT;

    put(STORE_ROOT, IN(ROOT));
    struct chain_paths paths = build_all(presented, 4);
    ck_assert_int_eq(chain_build(presented, 4, &world.context, &best, &err), 0);
    ck_assert_uint_eq(paths.n, 2);
    ck_assert_uint_eq(chain_trust_status(&paths.chains[0]), 0);
    ck_assert_ptr_eq(paths.chains[0].elements[1].cert, best.elements[1].cert);
    ck_assert(has(&paths.chains[1], FINDING_UNTRUSTED_ROOT));
    chain_paths_finish(&paths);
    chain_paths_finish(&paths);
}
END_TEST

START_TEST(all_paths_of_nothing)
{
    struct chain_paths paths = build_all(NULL, 0);
    ck_assert_uint_eq(paths.n, 0);
    chain_paths_finish(&paths);
}
END_TEST

/* Eight CAs that all certified each other, below a root: far more paths than anybody
 * wants to see. */
START_TEST(all_paths_are_bounded)
{
    static const char *const names[] = { "ca", "b", "c", "d", "e", "f", "g", "h" };
    struct certificate *presented[80] = { certs[LEAF] };
    size_t n = 1;
    for (int subject = 0; subject < 8; subject++) {
        for (int issuer = 0; issuer < 8; issuer++) {
            struct chain_spec cross = { .subject = names[subject],
                                        .issuer = names[issuer],
                                        .key = subject == 0 ? CA_KEY : 3 + subject,
                                        .issuer_key = issuer == 0 ? CA_KEY : 3 + issuer,
                                        .ca = true };
            if (subject != issuer) {
                presented[n++] = chain_world_make(&world, &cross);
            }
        }
    }
    put(STORE_ROOT, IN(ROOT));
    put(STORE_CA, IN(CA));
    struct chain_paths paths = build_all(presented, n);
    ck_assert_uint_gt(paths.n, 1);
    ck_assert_uint_le(paths.n, CHAIN_PATHS_MAX);
    ck_assert_uint_eq(paths.chains[0].n_elements, 3);
    ck_assert(has(&paths.chains[0], FINDING_SEARCH_LIMIT));
    ck_assert_uint_le(signature_cache_misses(world.cache), CHAIN_SIGNATURES_MAX);
    chain_paths_finish(&paths);
}
END_TEST

/* ---- the most promising issuer is tried first */

/* Two that could have issued the leaf, the worse one in front of the better. */
static const struct promise_row {
    const char *label;
    struct chain_spec worse;
    struct chain_spec better;
    int64_t later; /* than CHAIN_WORLD_NOW */
} promise_rows[] = {
    { "not expired", { .not_after = -1 }, { .serial = 2 }, 0 },
    { "not expired in its last second", { .not_after = 10 }, { .not_after = 11 }, 11 },
    { "already valid", { .not_before = 1 }, { .serial = 2 }, 0 },
    { "already valid in its first second",
      { .not_before = 12 },
      { .not_before = 11 },
      11 },
    { "a CA", { .no_basic_constraints = true }, { .serial = 2 }, 0 },
    { "the key identifier before the time",
      { .subject_key_id = true, .key = OTHER_KEY },
      { .subject_key_id = true, .not_after = 11 },
      11 },
    { "the key identifier before none",
      { .not_after = 12 },
      { .subject_key_id = true },
      0 },
};

START_TEST(the_most_promising_issuer_comes_first)
{
    const struct promise_row *row = &promise_rows[_i];
    struct chain_spec leaf_spec = specs[LEAF];
    struct chain_spec both[] = { row->worse, row->better };
    static struct chain chain;
    struct err err = ERR_INIT;

    leaf_spec.authority_key_id = row->better.subject_key_id ? 1 + CA_KEY : 0;
    struct certificate *presented[3] = { chain_world_make(&world, &leaf_spec) };
    for (size_t i = 0; i < 2; i++) {
        both[i].subject = "ca";
        both[i].issuer = "root";
        both[i].key = both[i].key == 0 ? CA_KEY : both[i].key;
        both[i].ca = true;
        presented[1 + i] = chain_world_make(&world, &both[i]);
    }
    put(STORE_ROOT, IN(ROOT));
    world.context.now += row->later;
    ck_assert_int_eq(chain_build(presented, 3, &world.context, &chain, &err), 0);
    ck_assert_uint_eq(chain.n_elements, 3);
    ck_assert_msg(chain.elements[1].cert == presented[2], "%s: the other", row->label);
    ck_assert_msg(chain.n_paths == 1, "%s: %zu paths", row->label, chain.n_paths);
    /* leaf by ca, ca by root, root by itself: the worse one was not asked. */
    ck_assert_msg(signature_cache_misses(world.cache) == 3, "%s: %zu signatures",
                  row->label, signature_cache_misses(world.cache));
}
END_TEST

/* ---- the list that is sent */

static const struct list_row {
    const char *label;
    enum store_folder bound;
    unsigned issuers;
    unsigned roots;
    size_t max_bytes;
    unsigned names; /* whose */
    size_t n_left_out;
    bool is_broken;
} list_rows[] = {
    { "Root", NO_STORE, 0, IN(ROOT) | IN(OTHER), 4096, IN(ROOT) | IN(OTHER), 0, false },
    { "ClientAuthIssuer before Root", NO_STORE, IN(OTHER), IN(ROOT), 4096, IN(OTHER), 0,
      false },
    { "a bound store before both", STORE_ROOT, IN(OTHER), IN(ROOT), 4096, IN(ROOT), 0,
      false },
    { "roots only", STORE_CLIENT_AUTH_ISSUER, IN(CA) | IN(ROOT), 0, 4096, IN(ROOT), 0,
      false },
    { "too long", NO_STORE, 0, IN(ROOT) | IN(OTHER), 24, IN(ROOT), 2, false },
    { "row 6: an intermediate in Root", NO_STORE, 0, IN(CA) | IN(ROOT), 4096, 0, 0,
      true },
};

START_TEST(issuer_list)
{
    const struct list_row *row = &list_rows[_i];
    struct issuers_list list;
    struct err err = ERR_INIT;
    size_t n = 0;

    world.policy.has_sslctlstorename = row->bound != NO_STORE;
    world.policy.sslctlstorename = row->bound;
    put(STORE_CLIENT_AUTH_ISSUER, row->issuers);
    put(STORE_ROOT, row->roots);
    put(STORE_ROOT, row->roots & IN(OTHER)); /* a twin is listed once */
    ck_assert_int_eq(
        issuers_list_init(&list, &world.store, &world.policy, row->max_bytes, &err), 0);
    ck_assert_msg(list.n_left_out == row->n_left_out, "%s: %zu", row->label,
                  list.n_left_out);
    ck_assert_int_eq(list.is_broken, row->is_broken);
    for (size_t i = 0; i < N_CERTS; i++) {
        if ((row->names >> i & 1) != 0) {
            ck_assert_msg(slice_equal(list.names[n], certs[i]->subject), "%s",
                          row->label);
            n++;
        }
    }
    ck_assert_msg(list.n == n + (row->is_broken ? 1 : 0), "%s: %zu names", row->label,
                  list.n);
    issuers_list_finish(&list);
    issuers_list_finish(&list);
}
END_TEST

/* ---- without memory */

START_TEST(memory_runs_out)
{
    struct certificate *presented[] = { certs[LEAF], certs[CA] };
    struct chain_paths paths = { .n = 0 };
    struct issuers_list list;
    struct err err = { .domain = ERR_MEMORY };
    int result = -1;

    put(STORE_ROOT, IN(CA) | IN(ROOT));
    for (size_t n = 1; result != 0; n++) {
        ck_assert_uint_lt(n, 200);
        ck_assert_int_eq(err.domain, ERR_MEMORY);
        err.domain = ERR_NONE;
        mem_fail_after(n);
        result =
            _i == 0 ? chain_build_all(presented, 2, &world.context, &paths, &err)
                    : issuers_list_init(&list, &world.store, &world.policy, 4096, &err);
        mem_fail_after(0);
    }
    if (_i == 1) {
        ck_assert(list.is_broken);
        issuers_list_finish(&list);
    }
    chain_paths_finish(&paths);
}
END_TEST

/* ---- words */

START_TEST(words)
{
    enum trust_mode mode = TRUST_MODE_MACHINE;
    enum store_folder folder = STORE_MY;
    ck_assert(trust_mode_parse("2", &mode));
    ck_assert_int_eq(mode, TRUST_MODE_EXCLUSIVE_CA);
    ck_assert(trust_mode_parse("Exclusive-Root", &mode));
    ck_assert_int_eq(mode, TRUST_MODE_EXCLUSIVE_ROOT);
    ck_assert(!trust_mode_parse("3", &mode));
    ck_assert(issuers_parse_store("clientauthissuer", &folder));
    ck_assert_int_eq(folder, STORE_CLIENT_AUTH_ISSUER);
    ck_assert(issuers_parse_store("LocalMachine\\Root", &folder));
    ck_assert_int_eq(folder, STORE_ROOT);
    ck_assert(issuers_parse_store("LocalMachine/CA", &folder));
    ck_assert_int_eq(folder, STORE_CA);
    ck_assert(!issuers_parse_store("My", &folder));
    ck_assert(!issuers_parse_store("Disallowed", &folder));
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("issuers");
    TCase *c = tcase_create("issuers");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, trust_modes, 0, (int)ARRAY_LEN(trust_rows));
    tcase_add_test(c, an_exclusive_ca_ends_the_path);
    tcase_add_loop_test(c, a_listed_self_signed_client, 0, 2);
    tcase_add_test(c, all_paths_are_shown);
    tcase_add_test(c, all_paths_of_nothing);
    tcase_add_test(c, all_paths_are_bounded);
    tcase_add_loop_test(c, memory_runs_out, 0, 2);
    tcase_add_loop_test(c, the_most_promising_issuer_comes_first, 0,
                        (int)ARRAY_LEN(promise_rows));
    tcase_add_loop_test(c, issuer_list, 0, (int)ARRAY_LEN(list_rows));
    tcase_add_test(c, words);
    suite_add_tcase(s, c);
    return s;
}
