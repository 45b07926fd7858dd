/* SPDX-License-Identifier: MIT
 *
 * What each client sends of a file on which version of TLS: keys that the server's list
 * of signature algorithms has no place for, certificates that programs hide, and
 * issuers that Schannel leaves out.
 */
#include "base/compiler.h"
#include "chain/explain.h"
#include "support/chain_world.h"
#include "support/check_main.h"

#include <stdlib.h>
#include <string.h>

#define LITERAL(text)                             \
    {                                             \
        (const uint8_t *)(text), sizeof(text) - 1 \
    }
#define KEY_BYTES "0123456789abcdef0123456789abcdef"

static struct chain_world world;
static struct explain_answer *answer;

static void set_up(void)
{
    chain_world_init(&world);
    answer = calloc(1, sizeof(*answer));
    ck_assert_ptr_nonnull(answer);
    world.policy.verifyclientcertrevocation = false;
}

static void tear_down(void)
{
    explain_finish(answer);
    free(answer);
    chain_world_finish(&world);
}

/* `leaf`, issued by "ca" under "root", is sent with its CA, which is in no store. */
static void ask(const struct chain_spec *leaf, enum ssl_flags flags)
{
    const struct chain_spec root = { .subject = "root", .issuer = "root", .ca = true };
    const struct chain_spec ca = {
        .subject = "ca", .issuer = "root", .key = 1, .ca = true, .eku = ""
    };
    struct certificate *presented[] = { chain_world_make(&world, leaf),
                                        chain_world_make(&world, &ca) };
    struct err err = ERR_INIT;
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    struct explain_question question = {
        .source = "a.pem",
        .format = "PEM",
        .friendly_name = "",
        .presented = presented,
        .n_presented = 2,
        .store = &world.store,
        .policy = &world.policy,
        .flags = flags,
        .now = CHAIN_WORLD_NOW,
    };
    ck_assert_int_eq(explain_judge(&question, answer, &err), 0);
}

static struct chain_spec make_leaf(void)
{
    return (struct chain_spec){
        .subject = "leaf", .issuer = "ca", .key = 2, .issuer_key = 1
    };
}

static bool has_finding(enum finding_kind kind)
{
    const struct chain *chain = &answer->judgement.chain;
    for (size_t i = 0; i < chain->n_findings; i++) {
        if (chain->findings[i].kind == kind) {
            return true;
        }
    }
    return false;
}

/* ---- keys */

static const struct key_row {
    const char *label;
    struct slice spki; /* empty = P-256 */
    bool on_tls_1_3;
    bool openssl_on_tls_1_2;
    bool all_on_tls_1_2;
} key_rows[] = {
    { "P-256", LITERAL(""), true, true, true },
    { "Ed25519", LITERAL("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00" KEY_BYTES),
      false, false, false },
    { "Ed448",
      LITERAL("\x30\x43\x30\x05\x06\x03\x2b\x65\x71\x03\x3a\x00" KEY_BYTES
              "0123456789abcdef012345678"),
      false, false, false },
    { "brainpoolP256r1",
      LITERAL("\x30\x5a\x30\x14\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x09\x2b\x24\x03"
              "\x03\x02\x08\x01\x01\x07\x03\x42\x00\x04" KEY_BYTES KEY_BYTES),
      false, true, false },
    { "secp256k1",
      LITERAL("\x30\x56\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04"
              "\x00\x0a\x03\x42\x00\x04" KEY_BYTES KEY_BYTES),
      false, true, false },
    { "id-RSASSA-PSS",
      LITERAL("\x30\x1b\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x03\x0c\x00"
              "\x30\x09\x02\x02\x7f\xff\x02\x03\x01\x00\x01"),
      false, false, false },
};

START_TEST(keys)
{
    const struct key_row *row = &key_rows[_i];
    struct chain_spec leaf = make_leaf();
    leaf.spki = row->spki;
    ask(&leaf, SSL_FLAGS_REQUIRE);
    ck_assert_msg(answer->is_let_in == row->on_tls_1_3, "%s", row->label);
    ck_assert_msg(has_finding(FINDING_KEY_NOT_OFFERED) == !row->on_tls_1_3, "%s",
                  row->label);
    ck_assert_int_eq(answer->judgement.verdict,
                     row->on_tls_1_3 ? VERDICT_OK : VERDICT_CERT_REQUIRED);
    if (!row->on_tls_1_3) {
        const struct judgement *j = &answer->judgement;
        ck_assert_int_eq(j->chain.findings[j->deciding].kind, FINDING_KEY_NOT_OFFERED);
        ck_assert_ptr_nonnull(
            strstr(j->chain.findings[j->deciding].detail,
                   row->openssl_on_tls_1_2 ? "on TLS 1.3:" : "on TLS 1.2 and 1.3:"));
    }
    for (int c = 0; c < SENDING_CLIENT_COUNT; c++) {
        bool older =
            row->all_on_tls_1_2 || (c == SENDING_OPENSSL && row->openssl_on_tls_1_2);
        const struct sending *sendings = answer->sendings.by[c];
        ck_assert_msg((sendings[SENDING_TLS_1_2].part != SENDING_NOTHING) == older,
                      "%s: %s", row->label,
                      sending_client_name((enum sending_client)c));
        ck_assert_msg(
            (sendings[SENDING_TLS_1_3].part != SENDING_NOTHING) == row->on_tls_1_3,
            "%s: %s", row->label, sending_client_name((enum sending_client)c));
    }
}
END_TEST

START_TEST(nothing_is_let_in_where_none_is_required)
{
    struct chain_spec leaf = make_leaf();
    leaf.spki = key_rows[1].spki;
    ask(&leaf, SSL_FLAGS_ACCEPT);
    ck_assert(answer->is_let_in);
    ck_assert(has_finding(FINDING_KEY_NOT_OFFERED));
    ck_assert_int_eq(answer->sendings.by[SENDING_GO][SENDING_TLS_1_3].verdict,
                     VERDICT_OK);
}
END_TEST

/* ---- issuers */

START_TEST(schannel_leaves_the_issuers_out)
{
    const struct chain_spec leaf = make_leaf();
    ask(&leaf, SSL_FLAGS_REQUIRE);
    ck_assert(answer->is_let_in);
    for (int v = 0; v < SENDING_VERSION_COUNT; v++) {
        const struct sending *schannel = &answer->sendings.by[SENDING_SCHANNEL][v];
        const struct sending *java = &answer->sendings.by[SENDING_JAVA][v];
        ck_assert_int_eq(schannel->part, SENDING_LEAF);
        ck_assert_int_eq(schannel->verdict, VERDICT_CHAINING);
        ck_assert_ptr_nonnull(schannel->why);
        ck_assert_int_eq(java->part, SENDING_ALL);
        ck_assert_int_eq(java->verdict, VERDICT_OK);
        ck_assert_ptr_null(java->why);
    }
}
END_TEST

/* ---- hidden */

static const struct hidden_row {
    const char *label;
    struct chain_spec change;
    unsigned hidden_by; /* bits of enum sending_client */
} hidden_rows[] = {
    { "nothing wrong", { .serial = 2 }, 0 },
    { "expired",
      { .not_after = -1 },
      1u << SENDING_CHROME_WINDOWS | 1u << SENDING_CHROME_LINUX |
          1u << SENDING_CHROME_MACOS | 1u << SENDING_FIREFOX },
    { "for servers",
      { .eku = "serverAuth" },
      1u << SENDING_CHROME_WINDOWS | 1u << SENDING_CHROME_LINUX |
          1u << SENDING_CHROME_MACOS | 1u << SENDING_FIREFOX | 1u << SENDING_SCHANNEL },
    { "no digitalSignature",
      { .key_usage = KEY_USAGE_KEY_ENCIPHERMENT },
      1u << SENDING_CHROME_WINDOWS | 1u << SENDING_CHROME_MACOS |
          1u << SENDING_SCHANNEL },
};

START_TEST(hidden)
{
    const struct hidden_row *row = &hidden_rows[_i];
    struct chain_spec leaf = make_leaf();
    leaf.not_after = row->change.not_after;
    leaf.eku = row->change.eku;
    leaf.key_usage = row->change.key_usage;
    ask(&leaf, SSL_FLAGS_REQUIRE);
    for (int c = 0; c < SENDING_CLIENT_COUNT; c++) {
        const struct sending *sending = &answer->sendings.by[c][SENDING_TLS_1_3];
        bool is_hidden = (row->hidden_by >> c & 1) != 0;
        ck_assert_msg((sending->part == SENDING_NOTHING) == is_hidden, "%s: %s",
                      row->label, sending_client_name((enum sending_client)c));
        ck_assert_msg(!is_hidden || sending->verdict == VERDICT_CERT_REQUIRED, "%s: %s",
                      row->label, sending_client_name((enum sending_client)c));
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("sending");
    TCase *tc = tcase_create("sending");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, keys, 0, (int)ARRAY_LEN(key_rows));
    tcase_add_test(tc, nothing_is_let_in_where_none_is_required);
    tcase_add_test(tc, schannel_leaves_the_issuers_out);
    tcase_add_loop_test(tc, hidden, 0, (int)ARRAY_LEN(hidden_rows));
    suite_add_tcase(s, tc);
    return s;
}
