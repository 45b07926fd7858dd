/* SPDX-License-Identifier: MIT
 *
 * client/commands/store_show: names of folders and files, the list, and what counts as
 * a trap.
 */
#include "commands/store_show.h"

#include "support/build_leaf.h"
#include "support/check_main.h"

#include <string.h>

/* ---- folders */

static const struct folder_row {
    const char *word;
    int want; /* -1 = refused */
} folder_rows[] = {
    { "Root", STORE_ROOT },
    { "root", STORE_ROOT },
    { "LocalMachine\\Root", STORE_ROOT },
    { "localmachine/ca", STORE_CA },
    { "My", STORE_MY },
    { "currentuser/my", STORE_CURRENT_USER_MY },
    { "CurrentUser\\Root", STORE_CURRENT_USER_ROOT },
    { "TrustedPeople", STORE_TRUSTED_PEOPLE },
    { "Roo", -1 },
    { "Roots", -1 },
    { "", -1 },
    { "../Root", -1 },
};

START_TEST(test_folder)
{
    const struct folder_row *row = &folder_rows[_i];
    enum store_folder folder = STORE_FOLDER_COUNT;
    bool found = store_show_find_folder(row->word, &folder);
    ck_assert_msg(found == (row->want >= 0), "%s", row->word);
    ck_assert_msg(!found || (int)folder == row->want, "%s", row->word);
}
END_TEST

/* ---- file names */

static const struct name_row {
    struct slice name;
    const char *want;
} name_rows[] = {
    { LITERAL("alice"), "alice-01020304" },
    { LITERAL("ACME Root CA 2"), "acme-root-ca-2-01020304" },
    { LITERAL("../../etc/passwd"), "etc-passwd-01020304" },
    { LITERAL(".hidden\x00\n\x1b[2J"), "hidden-2j-01020304" },
    { LITERAL("M\xc3\xbcller"), "m-ller-01020304" },
    { LITERAL("\xe6\x9d\xb1"), "01020304" },
    { LITERAL("-rf"), "rf-01020304" },
    { LITERAL(""), "01020304" },
};

START_TEST(test_file_name)
{
    static const uint8_t sha256[32] = { 1, 2, 3, 4 };
    const struct name_row *row = &name_rows[_i];
    struct buf out = BUF_EMPTY;
    ck_assert(store_show_append_file_name(&out, row->name, sha256));
    ck_assert_str_eq(buf_string(&out), row->want);
    buf_finish(&out);
}
END_TEST

START_TEST(test_file_name_is_short)
{
    static const uint8_t sha256[32] = { 0 };
    uint8_t name[5000];
    struct buf out = BUF_EMPTY;
    memset(name, 'a', sizeof(name));
    ck_assert(store_show_append_file_name(&out, (struct slice){ name, sizeof(name) },
                                          sha256));
    ck_assert_uint_le(out.len, STORE_SHOW_NAME_MAX + 9);
    buf_finish(&out);
}
END_TEST

/* ---- the list and the traps */

static struct key *key;

static void make_key(void)
{
    struct err err = ERR_INIT;
    ck_assert_int_eq(key_generate(KEY_TYPE_EC_P256, &key, &err), 0);
}

static void drop_key(void)
{
    key_destroy(key);
}

START_TEST(test_list_and_check)
{
    struct build_leaf spec = { .subject = "evil\x1b[2J", .key = key };
    static char path[] = "/store/LocalMachine/My/a.crt";
    struct store_entry entry = { .cert = build_leaf(&spec), .path = path };
    struct store_note notes[2] = { { .is_trap = false, .text = "a remark" },
                                   { .is_trap = true, .text = "an intermediate" } };
    struct store store = { .notes = notes, .n_notes = 2 };
    struct buf out = BUF_EMPTY;
    size_t n_traps = 0;
    store.folders[STORE_MY].entries = &entry;
    store.folders[STORE_MY].n_entries = 1;
    ck_assert(store_show_list(&out, &store, BUILD_NOW));
    ck_assert_ptr_nonnull(strstr(buf_string(&out), "LocalMachine\\My\n"));
    ck_assert_ptr_nonnull(strstr(buf_string(&out), "  until          2100-01-01  "));
    ck_assert_ptr_nonnull(strstr(buf_string(&out), "  no key    a.crt\n"));
    ck_assert_uint_eq(slice_find(buf_slice(&out), 0x1b), out.len);
    buf_clear(&out);
    ck_assert(store_show_list(&out, &store, BUILD_NOT_AFTER + 1));
    ck_assert_ptr_nonnull(strstr(buf_string(&out), "  expired        2100-01-01  "));
    buf_clear(&out);
    ck_assert(store_show_check(&out, &store, &n_traps));
    ck_assert_uint_eq(n_traps, 2);
    ck_assert_ptr_nonnull(strstr(
        buf_string(&out),
        "trap: an intermediate\ntrap: /store/LocalMachine/My/a.crt has no private "
        "key"));
    ck_assert_ptr_nonnull(
        strstr(buf_string(&out), "note: a remark\n2 traps, 1 note\n"));
    buf_clear(&out);
    entry.key = key;
    store.n_notes = 1;
    ck_assert(store_show_check(&out, &store, &n_traps));
    ck_assert_uint_eq(n_traps, 0);
    buf_finish(&out);
    certificate_destroy(entry.cert);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("store_show");
    TCase *t = tcase_create("store_show");
    tcase_add_unchecked_fixture(t, make_key, drop_key);
    tcase_add_loop_test(t, test_folder, 0, ARRAY_LEN(folder_rows));
    tcase_add_loop_test(t, test_file_name, 0, ARRAY_LEN(name_rows));
    tcase_add_test(t, test_file_name_is_short);
    tcase_add_test(t, test_list_and_check);
    suite_add_tcase(s, t);
    return s;
}
