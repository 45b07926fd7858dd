/* SPDX-License-Identifier: MIT
 *
 * lib/pki/verdict, finding and sslFlags: the tables say what iis.md says, and
 * of every pair of faults the documented one wins.
 */
#include "chain/finding.h"
#include "chain/judge.h"
#include "support/check_main.h"

#include <string.h>

/* iis.md section 2: what the log's sc-win32-status must be, as decimals that
 * were observed or computed there, independently of our arithmetic. */
static const struct {
    enum verdict verdict;
    const char *code;
    uint32_t win32;
} rows[] = {
    { VERDICT_OK, "200", 0 },
    { VERDICT_CERT_REQUIRED, "403.7", 5 },
    { VERDICT_UNTRUSTED_ROOT, "403.16", 2148204809 },
    { VERDICT_CHAINING, "403.16", 2148204810 },
    { VERDICT_CERT_SIGNATURE, "403.16", 2148098052 },
    { VERDICT_NOT_TIME_VALID, "403.17", 2148204801 },
    { VERDICT_TIME_NESTING, "403.16", 2148204802 },
    { VERDICT_REVOKED, "403.13", 2148081680 },
    { VERDICT_REVOCATION_OFFLINE, "403.13", 2148081683 },
    { VERDICT_NO_REVOCATION_CHECK, "403.13", 2148081682 },
    { VERDICT_WRONG_USAGE, "403.16", 2148204816 },
    { VERDICT_ROLE, "403.16", 2148204803 },
    { VERDICT_BASIC_CONSTRAINTS, "403.16", 2148098073 },
    { VERDICT_INVALID_NAME, "403.16", 2148204820 },
    { VERDICT_EXPLICIT_DISTRUST, "403.16", 2148204817 },
    { VERDICT_INVALID_POLICY, "403.16", 2148204819 },
    { VERDICT_CRITICAL_EXTENSION, "403.16", 2148204805 },
    { VERDICT_MALFORMED, "403.16", 0x800B0108u },
    { VERDICT_SSL_REQUIRED, "403.4", 5 },
    { VERDICT_SSL128_REQUIRED, "403.5", 5 },
    { VERDICT_MAPPER_DENIED, "403.12", 5 },
    { VERDICT_MAPPING_CORRUPT, "401.1", 2148086018 },
    { VERDICT_LOGON_FAILED, "401.1", 1326 },
    { VERDICT_LOGON_DENIED, "401.2", 5 },
    { VERDICT_ACL_DENIED, "401.3", 5 },
    { VERDICT_APPLICATION_POOL, "403.18", 5 },
    { VERDICT_ENTITY_TOO_LARGE, "413.0", 50 },
    { VERDICT_POST_HANDSHAKE_AUTH, "500.0", 50 },
    { VERDICT_CONFIG_INVALID, "500.19", 13 },
    { VERDICT_CONFIG_LOCKED, "500.19", 33 },
    { VERDICT_CONFIG_DUPLICATE, "500.19", 183 },
};
_Static_assert(ARRAY_LEN(rows) == VERDICT_COUNT, "every verdict has a row");

START_TEST(verdict_row)
{
    const struct verdict_info *info = verdict_get(rows[_i].verdict);
    enum verdict back = VERDICT_COUNT;
    ck_assert_msg(strcmp(verdict_code(rows[_i].verdict), rows[_i].code) == 0,
                  "%s: got %s", info->name, verdict_code(rows[_i].verdict));
    ck_assert_msg(verdict_win32_status(info->hresult) == rows[_i].win32, "%s: got %u",
                  info->name, verdict_win32_status(info->hresult));
    ck_assert_msg(info->title[0] != 0 && info->symbol[0] != 0, "%s", info->name);
    ck_assert(verdict_find(info->name, &back));
    ck_assert_int_eq(back, rows[_i].verdict);
}
END_TEST

START_TEST(verdict_unknown_name)
{
    enum verdict verdict = VERDICT_COUNT;
    ck_assert(!verdict_find("ok", &verdict));
    ck_assert(!verdict_find("", &verdict));
    ck_assert_int_eq(verdict, VERDICT_COUNT);
}
END_TEST

/* Ranks are a strict order: no two outcomes of a chain share one. */
START_TEST(verdict_ranks_are_distinct)
{
    for (int precedence = PRECEDENCE_BASE; precedence <= PRECEDENCE_SSL; precedence++) {
        for (int a = 0; a < VERDICT_COUNT; a++) {
            for (int b = 0; b < a; b++) {
                unsigned rank_a = verdict_get((enum verdict)a)->rank[precedence];
                unsigned rank_b = verdict_get((enum verdict)b)->rank[precedence];
                ck_assert_msg(rank_a == 0 || rank_a != rank_b,
                              "%s and %s share rank %u",
                              verdict_get((enum verdict)a)->name,
                              verdict_get((enum verdict)b)->name, rank_a);
            }
        }
    }
}
END_TEST

/* iis.md 2b, observed: these hold in both candidate orders. */
static const struct {
    enum verdict winner;
    enum verdict loser;
} observed[] = {
    { VERDICT_CERT_SIGNATURE, VERDICT_UNTRUSTED_ROOT },
    { VERDICT_CERT_SIGNATURE, VERDICT_NOT_TIME_VALID },
    { VERDICT_UNTRUSTED_ROOT, VERDICT_NOT_TIME_VALID },
    { VERDICT_UNTRUSTED_ROOT, VERDICT_BASIC_CONSTRAINTS },
    { VERDICT_UNTRUSTED_ROOT, VERDICT_INVALID_NAME },
    { VERDICT_UNTRUSTED_ROOT, VERDICT_CHAINING }, /* partial and cyclic */
    /* "revocation unknown/offline loses to all real errors" */
    { VERDICT_WRONG_USAGE, VERDICT_REVOCATION_OFFLINE },
    { VERDICT_NOT_TIME_VALID, VERDICT_REVOCATION_OFFLINE },
    { VERDICT_BASIC_CONSTRAINTS, VERDICT_NO_REVOCATION_CHECK },
};

START_TEST(verdict_observed_precedence)
{
    for (int p = PRECEDENCE_BASE; p <= PRECEDENCE_SSL; p++) {
        enum verdict winner = observed[_i].winner;
        enum verdict loser = observed[_i].loser;
        ck_assert_int_eq(verdict_prefer(winner, loser, (enum precedence)p), winner);
        ck_assert_int_eq(verdict_prefer(loser, winner, (enum precedence)p), winner);
    }
}
END_TEST

/* The two orders differ just where iis.md says that they do. */
START_TEST(verdict_orders_differ)
{
    ck_assert_int_eq(
        verdict_prefer(VERDICT_WRONG_USAGE, VERDICT_NOT_TIME_VALID, PRECEDENCE_BASE),
        VERDICT_WRONG_USAGE);
    ck_assert_int_eq(
        verdict_prefer(VERDICT_WRONG_USAGE, VERDICT_NOT_TIME_VALID, PRECEDENCE_SSL),
        VERDICT_NOT_TIME_VALID);
    ck_assert_int_eq(
        verdict_prefer(VERDICT_REVOKED, VERDICT_NOT_TIME_VALID, PRECEDENCE_BASE),
        VERDICT_REVOKED);
    ck_assert_int_eq(
        verdict_prefer(VERDICT_REVOKED, VERDICT_NOT_TIME_VALID, PRECEDENCE_SSL),
        VERDICT_NOT_TIME_VALID);
    ck_assert_int_eq(
        verdict_prefer(VERDICT_OK, VERDICT_REVOCATION_OFFLINE, PRECEDENCE_BASE),
        VERDICT_REVOCATION_OFFLINE);
}
END_TEST

/* Each finding says all that a page needs, as sentences; a fault leads to an
 * outcome of a chain and carries a CERT_TRUST bit. */
START_TEST(finding_row)
{
    const struct finding_info *info = finding_get((enum finding_kind)_i);
    size_t fault_len = strlen(info->fault);
    size_t remedy_len = strlen(info->remedy);
    ck_assert_msg(fault_len > 10 && info->fault[fault_len - 1] == '.', "%s",
                  info->name);
    ck_assert_msg(remedy_len > 5 && info->remedy[remedy_len - 1] == '.', "%s",
                  info->name);
    ck_assert_msg(info->rule[0] != 0, "%s", info->name);
    if (info->verdict != VERDICT_OK) {
        ck_assert_msg(verdict_get(info->verdict)->rank[PRECEDENCE_BASE] != 0, "%s",
                      info->name);
        ck_assert_msg(info->trust_status != 0, "%s", info->name);
    }
}
END_TEST

static const struct {
    const char *word;
    int flags; /* -1 = refused */
} words[] = {
    { "Require", SSL_FLAGS_REQUIRE },
    { "ACCEPT", SSL_FLAGS_ACCEPT },
    { "ignore", SSL_FLAGS_IGNORE },
    { "SslNegotiateCert", SSL_FLAGS_ACCEPT },
    { "on", SSL_FLAGS_REQUIRE },
    { "optional_no_ca", SSL_FLAGS_ACCEPT },
    { "off", SSL_FLAGS_IGNORE },
    { "SslRequireCert", SSL_FLAGS_REQUIRE },
    { "", -1 },
    { "requires", -1 },
};

START_TEST(ssl_flags_words)
{
    enum ssl_flags flags = SSL_FLAGS_IGNORE;
    bool found = ssl_flags_parse(words[_i].word, &flags);
    ck_assert_msg(found == (words[_i].flags >= 0), "%s", words[_i].word);
    ck_assert_msg(!found || (int)flags == words[_i].flags, "%s: got %s", words[_i].word,
                  ssl_flags_name(flags));
}
END_TEST

/* Sentences, whose marks come in pairs; a list is never empty. */
static void check_advice_text(const char *text)
{
    size_t len = strlen(text);
    size_t n_code = 0;
    size_t n_name = 0;
    ck_assert_msg(len > 5 && strchr(".!?", text[len - 1]) != NULL, "%s", text);
    for (const char *c = text; *c != 0; c++) {
        n_code += *c == '`';
        n_name += *c == '*';
    }
    ck_assert_msg(n_code % 2 == 0 && n_name % 2 == 0, "%s", text);
}

START_TEST(advice_row)
{
    const struct verdict_advice *advice = verdict_advice((enum verdict)_i);
    check_advice_text(advice->description);
    check_advice_text(advice->more);
    ck_assert(advice->causes[0] != NULL && advice->tries[0] != NULL);
    for (const char *const *text = advice->causes; *text != NULL; text++) {
        check_advice_text(*text);
    }
    for (const char *const *text = advice->tries; *text != NULL; text++) {
        check_advice_text(*text);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("verdict");
    TCase *c = tcase_create("tables");
    tcase_add_loop_test(c, verdict_row, 0, VERDICT_COUNT);
    tcase_add_loop_test(c, advice_row, 0, VERDICT_COUNT);
    tcase_add_test(c, verdict_unknown_name);
    tcase_add_test(c, verdict_ranks_are_distinct);
    tcase_add_loop_test(c, verdict_observed_precedence, 0, (int)ARRAY_LEN(observed));
    tcase_add_test(c, verdict_orders_differ);
    tcase_add_loop_test(c, finding_row, 0, FINDING_COUNT);
    tcase_add_loop_test(c, ssl_flags_words, 0, (int)ARRAY_LEN(words));
    suite_add_tcase(s, c);
    return s;
}
