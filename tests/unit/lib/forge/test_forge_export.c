/* SPDX-License-Identifier: MIT
 *
 * forge/forge_export: each case as a file that can be read back, with its own key and
 * the chain as it is sent; and which file names are files of cases.
 */
#include "bundle/pkcs12.h"
#include "forge/forge_export.h"
#include "support/check_main.h"
#include "support/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct recipe_table *cases(void)
{
    return &forge_book(world_get())->cases;
}

/* ---- names */

static const struct {
    const char *file;
    const char *recipe; /* NULL = no file of a case */
    enum forge_format format;
} names[] = {
    { "good.p12", "good", FORGE_P12 },
    { "good-modern.p12", "good", FORGE_P12_MODERN },
    { "expired.pem", "expired", FORGE_PEM },
    { "eku-server.crt", "eku-server", FORGE_CRT },
    { "none.p12", NULL, FORGE_P12 },
    { "good", NULL, FORGE_P12 },
    { "good.key", NULL, FORGE_P12 },
    { "good.p12.p12", NULL, FORGE_P12 },
    { "GOOD.p12", NULL, FORGE_P12 },
    { "-modern.p12", NULL, FORGE_P12 },
    { ".p12", NULL, FORGE_P12 },
    { "", NULL, FORGE_P12 },
    { "../good.p12", NULL, FORGE_P12 },
    { "good/.p12", NULL, FORGE_P12 },
};

START_TEST(name_row)
{
    enum forge_format format = FORGE_FORMAT_COUNT;
    const struct recipe *recipe = forge_format_parse(cases(), names[_i].file, &format);
    ck_assert_msg((recipe != NULL) == (names[_i].recipe != NULL), "%s", names[_i].file);
    if (recipe != NULL) {
        ck_assert_str_eq(recipe->name, names[_i].recipe);
        ck_assert_int_eq((int)format, (int)names[_i].format);
    }
}
END_TEST

START_TEST(long_name)
{
    char name[1024];
    enum forge_format format;
    memset(name, 'a', sizeof(name));
    memcpy(name + sizeof(name) - 5, ".p12", 5);
    ck_assert_ptr_null(forge_format_parse(cases(), name, &format));
}
END_TEST

/* ---- contents */

static struct pkcs12_item *find(const struct pkcs12 *file, enum pkcs12_kind kind,
                                size_t nth)
{
    for (size_t i = 0; i < file->n_items; i++) {
        if (file->items[i].kind == kind && nth-- == 0) {
            return &file->items[i];
        }
    }
    return NULL;
}

static void check_p12(const struct recipe *recipe, enum forge_format format)
{
    struct err err = ERR_INIT;
    struct buf bytes = BUF_EMPTY;
    struct pkcs12 file = { .n_items = 0 };
    const struct world_case *seen = world_case(recipe->name);
    char friendly_name[128];

    (void)snprintf(friendly_name, sizeof(friendly_name), "certgate %s", recipe->name);
    ck_assert_msg(forge_export(world_get(), recipe, format, WORLD_NOW, &bytes, &err) ==
                      0,
                  "%s: %s", recipe->name, err.text);
    ck_assert_msg(pkcs12_read(buf_slice(&bytes), FORGE_PASSWORD, NULL, recipe->name,
                              &file, &err) == PKCS12_OK,
                  "%s: %s", recipe->name, err.text);
    ck_assert_msg(file.has_mac, "%s", recipe->name);
    ck_assert_uint_eq(file.n_items, 1 + seen->credential.n_chain);
    struct pkcs12_item *key = find(&file, PKCS12_KEY, 0);
    struct pkcs12_item *leaf = find(&file, PKCS12_CERTIFICATE, 0);
    ck_assert_ptr_nonnull(key);
    ck_assert(
        slice_equal(buf_slice(&leaf->der), buf_slice(&seen->credential.chain[0])));
    ck_assert_str_eq(buf_string(&leaf->friendly_name), friendly_name);
    ck_assert_str_eq(buf_string(&key->friendly_name), friendly_name);
    ck_assert(key->local_key_id.len > 0 && slice_equal(buf_slice(&key->local_key_id),
                                                       buf_slice(&leaf->local_key_id)));
    pkcs12_finish(&file);
    buf_finish(&bytes);
}

START_TEST(case_row)
{
    const struct recipe *recipe = &cases()->recipes[_i];
    struct err err = ERR_INIT;
    struct buf bytes = BUF_EMPTY;

    if (recipe->is_none) {
        ck_assert_int_eq(
            forge_export(world_get(), recipe, FORGE_P12, WORLD_NOW, &bytes, &err), -1);
        ck_assert_ptr_nonnull(strstr(err.text, "without a certificate"));
        return;
    }
    check_p12(recipe, FORGE_P12);
    check_p12(recipe, FORGE_P12_MODERN);
    ck_assert(forge_export(world_get(), recipe, FORGE_PEM, WORLD_NOW, &bytes, &err) ==
              0);
    ck_assert_ptr_nonnull(strstr(buf_string(&bytes), "-----BEGIN PRIVATE KEY-----"));
    ck_assert_ptr_nonnull(strstr(buf_string(&bytes), "-----BEGIN CERTIFICATE-----"));
    buf_clear(&bytes);
    ck_assert(forge_export(world_get(), recipe, FORGE_CRT, WORLD_NOW, &bytes, &err) ==
              0);
    ck_assert_ptr_null(strstr(buf_string(&bytes), "PRIVATE KEY"));
    const char *begin = strstr(buf_string(&bytes), "-----BEGIN CERTIFICATE-----");
    ck_assert(begin != NULL && strstr(begin + 1, "-----BEGIN") == NULL);
    buf_finish(&bytes);
}
END_TEST

/* In the parent, so that not every forked test makes the world for itself. */
static void make_world(void)
{
    (void)world_store();
    for (size_t i = 0; i < cases()->n_recipes; i++) {
        (void)world_case(cases()->recipes[i].name);
    }
}

Suite *suite(void)
{
    struct err err = ERR_INIT;
    struct recipe_book book;
    Suite *s = suite_create("forge_export");
    TCase *tcase = tcase_create("forge_export");
    if (recipe_book_load(&book, &err) != 0) {
        (void)fprintf(stderr, "%s\n", err.text);
        abort();
    }
    int n = (int)book.cases.n_recipes;
    recipe_book_finish(&book);
    tcase_add_unchecked_fixture(tcase, make_world, NULL);
    tcase_add_loop_test(tcase, name_row, 0, (int)ARRAY_LEN(names));
    tcase_add_test(tcase, long_name);
    tcase_add_loop_test(tcase, case_row, 0, n);
    suite_add_tcase(s, tcase);
    return s;
}
