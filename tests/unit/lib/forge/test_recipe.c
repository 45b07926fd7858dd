/* SPDX-License-Identifier: MIT
 *
 * The tables: what stands in certs/ is complete and consistent, and what
 * does not fit is refused with its place and its remedy.
 */
#include "base/mem.h"
#include "forge/forge_name.h"
#include "forge/recipe.h"
#include "support/check_main.h"

#include <stdio.h>
#include <string.h>

#define ROWS_MIN 48

static struct recipe_book book;

static void load(void)
{
    struct err err = ERR_INIT;
    ck_assert_msg(recipe_book_load(&book, &err) == 0, "%s", err.text);
}

static void unload(void)
{
    recipe_book_finish(&book);
}

/* ---- the tables as they are */

START_TEST(tables_are_big_enough)
{
    ck_assert_uint_ge(book.cases.n_recipes, ROWS_MIN);
    ck_assert_uint_ge(book.authorities.n_recipes, 10);
}
END_TEST

START_TEST(subjects_are_well_formed)
{
    const struct recipe_table *tables[] = { &book.authorities, &book.cases };
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        for (size_t i = 0; i < tables[t]->n_recipes; i++) {
            const struct recipe *recipe = &tables[t]->recipes[i];
            struct buf out = BUF_EMPTY;
            if (strcmp(recipe->subject, "-") != 0) {
                ck_assert_msg(forge_name_write(&out, recipe->subject), "%s: subject",
                              recipe->name);
            }
            for (size_t j = 0; j < recipe->n_alt_names; j++) {
                ck_assert_msg(forge_name_write_general(&out, recipe->alt_names[j]),
                              "%s: san %s", recipe->name, recipe->alt_names[j]);
            }
            buf_finish(&out);
        }
    }
}
END_TEST

/* The spelled-out code and HRESULT are for the reader; here they are proved. */
START_TEST(expectations_are_spelled_rightly)
{
    for (size_t i = 0; i < book.cases.n_recipes; i++) {
        const struct recipe *recipe = &book.cases.recipes[i];
        char hresult[16] = "-";
        const char *code = "alert";
        if (!recipe->require.is_alert) {
            const struct verdict_info *info = verdict_get(recipe->require.verdict);
            code = verdict_code(recipe->require.verdict);
            if (info->hresult != 0) {
                (void)snprintf(hresult, sizeof(hresult), "0x%08X",
                               (unsigned)info->hresult);
            }
        }
        ck_assert_msg(strcmp(recipe->code, code) == 0, "%s: code %s, but it is %s",
                      recipe->name, recipe->code, code);
        ck_assert_msg(strcmp(recipe->hresult, hresult) == 0,
                      "%s: hresult %s, but it is %s", recipe->name, recipe->hresult,
                      hresult);
    }
}
END_TEST

/* A certificate is judged alike whether one was insisted on or not. */
START_TEST(accept_and_require_differ_only_without_certificate)
{
    for (size_t i = 0; i < book.cases.n_recipes; i++) {
        const struct recipe *recipe = &book.cases.recipes[i];
        if (recipe->is_none) {
            ck_assert_int_eq(recipe->accept.verdict, VERDICT_OK);
            ck_assert_int_eq(recipe->require.verdict, VERDICT_CERT_REQUIRED);
            continue;
        }
        ck_assert_msg(recipe->accept.is_alert == recipe->require.is_alert &&
                          recipe->accept.verdict == recipe->require.verdict,
                      "%s", recipe->name);
        struct recipe_outcome ignored = recipe_expect(recipe, SSL_FLAGS_IGNORE);
        ck_assert_msg(!ignored.is_alert && ignored.verdict == VERDICT_OK, "%s",
                      recipe->name);
    }
}
END_TEST

/* Every verdict about a certificate that the default policy can give. */
START_TEST(every_verdict_has_a_case)
{
    static const enum verdict absent[] = {
        /* never about a certificate, or only under another policy than the default */
        VERDICT_SSL_REQUIRED,        VERDICT_SSL128_REQUIRED,
        VERDICT_MAPPER_DENIED,       VERDICT_MAPPING_CORRUPT,
        VERDICT_LOGON_FAILED,        VERDICT_LOGON_DENIED,
        VERDICT_ACL_DENIED,          VERDICT_APPLICATION_POOL,
        VERDICT_ENTITY_TOO_LARGE,    VERDICT_POST_HANDSHAKE_AUTH,
        VERDICT_CONFIG_INVALID,      VERDICT_CONFIG_LOCKED,
        VERDICT_CONFIG_DUPLICATE,    VERDICT_ROLE,
        VERDICT_NO_REVOCATION_CHECK, VERDICT_TIME_NESTING,
    };
    for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        bool expected = true;
        bool found = false;
        for (size_t i = 0; i < ARRAY_LEN(absent); i++) {
            expected = expected && absent[i] != (enum verdict)verdict;
        }
        for (size_t i = 0; i < book.cases.n_recipes; i++) {
            found = found ||
                    (!book.cases.recipes[i].require.is_alert &&
                     book.cases.recipes[i].require.verdict == (enum verdict)verdict);
        }
        ck_assert_msg(found == expected, "%s: %s",
                      verdict_get((enum verdict)verdict)->name,
                      found ? "has a case" : "has no case");
    }
}
END_TEST

START_TEST(names_are_found_and_suggested)
{
    ck_assert_ptr_nonnull(recipe_find(&book.cases, "expired"));
    ck_assert_ptr_null(recipe_find(&book.cases, "Expired"));
    ck_assert_str_eq(recipe_suggest(&book.cases, "expird"), "expired");
    ck_assert_str_eq(recipe_suggest(&book.cases, "self-singed"), "self-signed");
    ck_assert_ptr_null(recipe_suggest(&book.cases, "zzzzzzzz"));
}
END_TEST

/* ---- what does not fit */

#define AUTHORITY                                                         \
    "ca\ttitle\tself\t-\t-\tkeyCertSign\t-\t-\t-\t-\tRoot\tfresh\t-\t-\n" \
    "mute\ttitle\tca\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\n"
#define CASE(name, issuer, eku, ku, from, key, chain, folder, revoked, details,  \
             verdict)                                                            \
    name "\ttitle\t" issuer "\t-\t" eku "\t" ku "\t" from "\t-\t" key "\t" chain \
         "\t" folder "\t" revoked "\t" details "\t-\t" verdict "\t" verdict      \
         "\t200\t-\n"
#define GOOD CASE("a", "ca", "-", "-", "-", "-", "-", "-", "-", "-", "OK")

static const struct {
    const char *label;
    const char *cases;
    const char *error; /* NULL = it is good */
} rows[] = {
    { "plain", "# legend\n\n" GOOD, NULL },
    { "no last line end", "# legend", NULL },
    { "tabs for looks",
      "a\t\t\tt\tca\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\tOK\tOK\t200\t-\n", NULL },
    { "all values",
      CASE("a", "ca", "!clientAuth,1.2.3", "cRLSign", "2999-01-01", "weak", "ca*3,ca",
           "Root", "keyCompromise",
           "hash=md5 wrong-key san=IP:::1 cdp=http://x policy=1.2.3", "alert"),
      NULL },
    { "too few fields", GOOD "b\ttitle\n", "t.tsv:2: 2 fields where 18 belong" },
    { "too many fields",
      "a\tt\tca\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\tOK\tOK\t200\t-\tx\n", "19 fields" },
    { "bad name", CASE("../a", "ca", "-", "-", "-", "-", "-", "-", "-", "-", "OK"),
      "t.tsv:1: column \"name\": \"../a\" does not fit; it becomes a file's name" },
    { "name twice", GOOD GOOD, "t.tsv:2: column \"name\"" },
    { "unknown issuer", CASE("a", "cb", "-", "-", "-", "-", "-", "-", "-", "-", "OK"),
      "column \"issuer\": \"cb\"" },
    { "unknown purpose",
      CASE("a", "ca", "client", "-", "-", "-", "-", "-", "-", "-", "OK"),
      "column \"eku\": \"client\"" },
    { "too many purposes",
      CASE("a", "ca", "1.2,1.2,1.2,1.2,1.2,1.2,1.2,1.2,1.2", "-", "-", "-", "-", "-",
           "-", "-", "OK"),
      "RECIPE_LIST_MAX" },
    { "unknown usage",
      CASE("a", "ca", "-", "crlSign", "-", "-", "-", "-", "-", "-", "OK"),
      "column \"ku\"" },
    { "bad time", CASE("a", "ca", "-", "-", "tomorrow", "-", "-", "-", "-", "-", "OK"),
      "column \"from\"" },
    { "bad key", CASE("a", "ca", "-", "-", "-", "rsa512", "-", "-", "-", "-", "OK"),
      "column \"key\"" },
    { "bad chain", CASE("a", "ca", "-", "-", "-", "-", "ca,x", "-", "-", "-", "OK"),
      "column \"chain\": \"ca,x\"" },
    { "bad repeat", CASE("a", "ca", "-", "-", "-", "-", "ca*1000", "-", "-", "-", "OK"),
      "column \"chain\"" },
    { "bad folder", CASE("a", "ca", "-", "-", "-", "-", "-", "My", "-", "-", "OK"),
      "column \"folder\"" },
    { "bad reason", CASE("a", "ca", "-", "-", "-", "-", "-", "-", "stolen", "-", "OK"),
      "column \"revoked\"" },
    { "no CRL",
      CASE("a", "mute", "-", "-", "-", "-", "-", "-", "superseded", "-", "OK"),
      "publishes no CRL" },
    { "bad detail",
      CASE("a", "ca", "-", "-", "-", "-", "-", "-", "-", "frobnicate", "OK"),
      "column \"details\": \"frobnicate\"" },
    { "bad san", CASE("a", "ca", "-", "-", "-", "-", "-", "-", "-", "san=x", "OK"),
      "san=DNS:x" },
    { "bad verdict", CASE("a", "ca", "-", "-", "-", "-", "-", "-", "-", "-", "FINE"),
      "column \"accept\": \"FINE\"" },
};

static int parse(const char *cases, struct recipe_book *ret_book, struct err *err)
{
    return recipe_book_parse(slice_from_string(AUTHORITY), "a.tsv",
                             slice_from_string(cases), "t.tsv", ret_book, err);
}

START_TEST(rows_are_judged)
{
    struct err err = ERR_INIT;
    struct recipe_book parsed;
    int result = parse(rows[_i].cases, &parsed, &err);
    if (rows[_i].error == NULL) {
        ck_assert_msg(result == 0, "%s: %s", rows[_i].label, err.text);
        recipe_book_finish(&parsed);
    } else {
        ck_assert_msg(result == -1, "%s: was taken", rows[_i].label);
        ck_assert_msg(strstr(err.text, rows[_i].error) != NULL, "%s: %s",
                      rows[_i].label, err.text);
    }
}
END_TEST

START_TEST(nul_bytes_are_refused)
{
    struct err err = ERR_INIT;
    struct recipe_book parsed;
    ck_assert_int_eq(recipe_book_parse((struct slice){ (const uint8_t *)"a\0b", 3 },
                                       "a.tsv", SLICE_EMPTY, "t.tsv", &parsed, &err),
                     -1);
}
END_TEST

START_TEST(values_arrive)
{
    struct err err = ERR_INIT;
    struct recipe_book parsed;
    ck_assert_int_eq(
        parse(CASE("a", "ca", "!clientAuth,1.2.3", "cRLSign", "-2d", "p521",
                   "ca*3,mute", "Root", "keyCompromise", "hash=md5 wrong-key", "alert"),
              &parsed, &err),
        0);
    const struct recipe *r = recipe_find(&parsed.cases, "a");
    ck_assert_ptr_nonnull(r);
    ck_assert(r->has_eku && r->eku_critical);
    ck_assert_uint_eq(r->n_purposes, 2);
    ck_assert_str_eq(r->purposes[1], "1.2.3");
    ck_assert_uint_eq(r->key_usage, KEY_USAGE_CRL_SIGN);
    ck_assert_int_eq(recipe_time_at(r->not_before, 1000000), 1000000 - 2 * 86400);
    ck_assert_int_eq(r->key_type, KEY_TYPE_EC_P521);
    ck_assert_uint_eq(r->n_chain, 2);
    ck_assert_str_eq(r->chain[0].authority, "ca");
    ck_assert_uint_eq(r->chain[0].times, 3);
    ck_assert(r->folders[STORE_ROOT] && !r->folders[STORE_CA]);
    ck_assert(r->is_revoked);
    ck_assert_uint_eq(r->revocation_reason, 1);
    ck_assert_uint_eq(r->details, RECIPE_WRONG_KEY);
    ck_assert_int_eq(r->hash, KEY_HASH_MD5);
    ck_assert(r->accept.is_alert);
    recipe_book_finish(&parsed);
}
END_TEST

START_TEST(lack_of_memory_is_told)
{
    for (size_t n = 1;; n++) {
        struct err err = ERR_INIT;
        struct recipe_book loaded;
        mem_fail_after(n);
        int result = recipe_book_load(&loaded, &err);
        mem_fail_after(0);
        if (result == 0) {
            recipe_book_finish(&loaded);
            ck_assert_uint_gt(n, 4);
            break;
        }
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("recipe");
    TCase *tables = tcase_create("tables");
    tcase_add_checked_fixture(tables, load, unload);
    tcase_add_test(tables, tables_are_big_enough);
    tcase_add_test(tables, subjects_are_well_formed);
    tcase_add_test(tables, expectations_are_spelled_rightly);
    tcase_add_test(tables, accept_and_require_differ_only_without_certificate);
    tcase_add_test(tables, every_verdict_has_a_case);
    tcase_add_test(tables, names_are_found_and_suggested);
    suite_add_tcase(s, tables);
    TCase *parser = tcase_create("parser");
    tcase_add_loop_test(parser, rows_are_judged, 0, (int)ARRAY_LEN(rows));
    tcase_add_test(parser, nul_bytes_are_refused);
    tcase_add_test(parser, values_arrive);
    tcase_add_test(parser, lack_of_memory_is_told);
    suite_add_tcase(s, parser);
    return s;
}
