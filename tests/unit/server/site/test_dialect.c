/* SPDX-License-Identifier: MIT
 *
 * server/site/dialect: what a server of OpenSSL's lets in. The table of all cases is
 * held to the real servers by tests/foreign/dialects; here is what they were not asked.
 */
#include "base/compiler.h"
#include "pki/random.h"
#include "site/dialect.h"
#include "support/chain_world.h"
#include "support/check_main.h"
#include "tls/tls_alert.h"

#include <mbedtls/pk.h>

enum { ROOT_KEY, CA_KEY, LEAF_KEY, EVIL_KEY };

#define FILLERS 14

static struct chain_world world;

static const struct chain_spec root = { .subject = "root",
                                        .issuer = "root",
                                        .ca = true };
static const struct chain_spec leaf = {
    .subject = "leaf", .issuer = "root", .key = LEAF_KEY, .issuer_key = ROOT_KEY
};

static void set_up(void)
{
    chain_world_init(&world);
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
}

static void tear_down(void)
{
    chain_world_finish(&world);
}

static struct dialect_judgement judge(enum config_dialect dialect,
                                      struct certificate **chain, size_t n)
{
    static const struct config config = { .n_listen = 0 };
    const struct config_listen site = { .flags = SSL_FLAGS_REQUIRE,
                                        .dialect = dialect };
    const struct tls_info tls = {
        .version = "TLSv1.3", .chain = chain, .n_chain = n, .possession_proved = true
    };
    const struct exchange_input input = {
        .config = &config, .site = &site, .context = &world.context, .tls = &tls
    };
    struct dialect_judgement judgement;
    struct judgement seen;
    struct err err = ERR_INIT;
    ck_assert_msg(dialect_judge(&input, &judgement, &seen, &err) == 0, "%s", err.text);
    /* What decided is what people are shown, and nothing else of it refuses. */
    ck_assert_int_eq(judgement.has_finding, seen.deciding < seen.chain.n_findings);
    if (judgement.has_finding) {
        ck_assert_int_eq(seen.chain.findings[seen.deciding].kind, judgement.kind);
    }
    if (!judgement.refused && n > 0) {
        ck_assert_uint_gt(seen.chain.n_elements, 0);
        ck_assert_int_eq(seen.verdict, VERDICT_OK);
        ck_assert_uint_eq(chain_trust_status(&seen.chain), 0);
    }
    return judgement;
}

/* A key of the dearest kind: a handful of checks with such use up a judgement. */
static void write_dear_key(struct buf *out)
{
    uint8_t der[256];
    mbedtls_pk_context pk;
    mbedtls_pk_init(&pk);
    ck_assert_int_eq(mbedtls_pk_setup(&pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)),
                     0);
    ck_assert_int_eq(mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_BP512R1, mbedtls_pk_ec(pk),
                                         random_callback, NULL),
                     0);
    int len = mbedtls_pk_write_pubkey_der(&pk, der, sizeof(der));
    ck_assert_int_gt(len, 0);
    ck_assert(buf_append(out, der + sizeof(der) - len, (size_t)len));
    mbedtls_pk_free(&pk);
}

/* The client holds a certificate of a CA that is revoked, constrained or out of time.
 * It makes another certificate for that CA's key, which says that the trusted root
 * issued it, and has the signature that would tell otherwise not looked at: before it
 * stand others that cost all that a judgement may. */
START_TEST(lets_in_nothing_that_was_not_checked)
{
    const struct chain_spec own = {
        .subject = "leaf", .issuer = "ca", .key = LEAF_KEY, .issuer_key = CA_KEY
    };
    const struct chain_spec evil = { .subject = "ca",
                                     .issuer = "root",
                                     .key = CA_KEY,
                                     .issuer_key = EVIL_KEY,
                                     .ca = true };
    struct chain_spec first = evil; /* so that the root itself was looked at */
    first.key_usage = KEY_USAGE_CRL_SIGN;
    const struct chain_spec detour = { .subject = "ca",
                                       .issuer = "filler",
                                       .key = CA_KEY,
                                       .issuer_key = EVIL_KEY,
                                       .ca = true };
    const struct chain_crl_spec crl = { .issuer = "ca", .issuer_key = CA_KEY };
    struct certificate *chain[FILLERS + 4];
    struct buf keys[FILLERS] = { BUF_EMPTY };
    size_t n = 0;
    chain[n++] = chain_world_make(&world, &own);
    chain_world_put_crl(&world, &crl);
    chain[n++] = chain_world_make(&world, &first);
    chain[n++] = chain_world_make(&world, &detour);
    for (size_t i = 0; i < FILLERS; i++) {
        write_dear_key(&keys[i]);
        const struct chain_spec filler = { .subject = "filler",
                                           .issuer = "nobody",
                                           .ca = true,
                                           .spki = buf_slice(&keys[i]) };
        chain[n++] = chain_world_make(&world, &filler);
    }
    chain[n++] = chain_world_make(&world, &evil);
    static const enum config_dialect dialects[] = { CONFIG_DIALECT_NGINX,
                                                    CONFIG_DIALECT_APACHE,
                                                    CONFIG_DIALECT_HAPROXY,
                                                    CONFIG_DIALECT_KESTREL };
    for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
        struct dialect_judgement got = judge(dialects[i], chain, n);
        ck_assert_msg(got.refused, "%s", config_dialect_word(dialects[i]));
    }
    for (size_t i = 0; i < FILLERS; i++) {
        buf_finish(&keys[i]);
    }
}
END_TEST

/* ssl_crl and its like are not set where there is no list. */
START_TEST(checks_revocation_only_with_a_list)
{
    struct certificate *good = chain_world_make(&world, &leaf);
    struct dialect_judgement got = judge(CONFIG_DIALECT_NGINX, &good, 1);
    ck_assert(!got.refused);
    const struct chain_crl_spec crl = { .issuer = "other", .issuer_key = CA_KEY };
    chain_world_put_crl(&world, &crl);
    got = judge(CONFIG_DIALECT_NGINX, &good, 1);
    ck_assert(got.refused);
    ck_assert_int_eq(got.kind, FINDING_NO_REVOCATION_POINTER);
    ck_assert_int_eq(got.alert, TLS_ALERT_UNKNOWN_CA);
}
END_TEST

/* The first in OpenSSL's order, wherever it stands in ours. */
START_TEST(names_the_fault_that_openssl_comes_to_first)
{
    struct chain_spec spec = leaf;
    spec.eku = "serverAuth";
    spec.not_after = -60;
    struct certificate *bad = chain_world_make(&world, &spec);
    struct dialect_judgement got = judge(CONFIG_DIALECT_APACHE, &bad, 1);
    ck_assert(got.refused && got.has_finding);
    ck_assert_int_eq(got.kind, FINDING_EKU_NOT_CLIENT_AUTH);
    ck_assert_int_eq(got.alert, TLS_ALERT_UNSUPPORTED_CERTIFICATE);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("dialect");
    TCase *tcase = tcase_create("all");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, lets_in_nothing_that_was_not_checked);
    tcase_add_test(tcase, checks_revocation_only_with_a_list);
    tcase_add_test(tcase, names_the_fault_that_openssl_comes_to_first);
    suite_add_tcase(s, tcase);
    return s;
}
