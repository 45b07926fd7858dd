/* SPDX-License-Identifier: MIT
 *
 * The forge's folder: made whole, kept across runs, gone on with after a run that
 * failed, and never at the cost of the user's own files.
 */
#include "base/file.h"
#include "base/mem.h"
#include "base/timestamp.h"
#include "forge/forge.h"
#include "pki/crl.h"
#include "pki/pem.h"
#include "store/store.h"
#include "store/store_load.h"
#include "support/check_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW        ((int64_t)1781524800) /* 2026-06-15T12:00:00Z */
#define FILE_LIMIT ((size_t)1024 * 1024)

static char dir[TEST_PLACE_MAX];

static void make_dir(void)
{
    test_place(dir, "forge");
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

/* Calls for each file below `folder`, and at last for the folder itself. */
typedef void (*on_path_fn)(const char *path, enum file_kind kind);
struct walk {
    const char *folder;
    on_path_fn on_path;
};

static void walk(const char *folder, on_path_fn on_path);

static int on_name(void *user, const char *name)
{
    const struct walk *w = user;
    char path[FILE_PATH_MAX];
    ck_assert(file_join(path, w->folder, name));
    if (file_kind(path) == FILE_FOLDER) {
        walk(path, w->on_path);
    } else {
        w->on_path(path, FILE_REGULAR);
    }
    return 0;
}

static void walk(const char *folder, on_path_fn on_path)
{
    struct walk w = { folder, on_path };
    struct err err = ERR_INIT;
    ck_assert_msg(file_list(folder, on_name, &w, &err) == 0, "%s", err.text);
    on_path(folder, FILE_FOLDER);
}

static void remove_path(const char *path, enum file_kind kind)
{
    (void)kind;
    ck_assert_msg(remove(path) == 0, "%s", path);
}

static void remove_dir(void)
{
    walk(dir, remove_path);
}

/* DIR/name; a few may be in use at the same time. */
static const char *in_dir(const char *name)
{
    static char paths[4][FILE_PATH_MAX];
    static size_t next;
    char *path = paths[next++ % ARRAY_LEN(paths)];
    ck_assert(file_join(path, dir, name));
    return path;
}

static struct forge_world *open_world(int64_t now)
{
    struct forge_world *world;
    struct err err = ERR_INIT;
    ck_assert_msg(forge_world_open(dir, now, &world, &err) == 0, "%s", err.text);
    return world;
}

static void run(int64_t now)
{
    forge_world_destroy(open_world(now));
}

static struct buf content(const char *name)
{
    struct buf bytes = BUF_EMPTY;
    struct err err = ERR_INIT;
    ck_assert_msg(file_read_all(in_dir(name), FILE_LIMIT, &bytes, &err) == 0, "%s",
                  err.text);
    return bytes;
}

static void put(const char *name, const char *text)
{
    struct err err = ERR_INIT;
    ck_assert_msg(file_write(in_dir(name), 0644, slice_from_string(text), &err) == 0,
                  "%s", err.text);
}

static bool same(const struct buf *a, const char *name)
{
    struct buf b = content(name);
    bool equal = slice_equal(buf_slice(a), buf_slice(&b));
    buf_finish(&b);
    return equal;
}

static bool is_there(const char *name)
{
    return file_kind(in_dir(name)) == FILE_REGULAR;
}

static struct certificate *certificate_in(const char *name)
{
    struct buf text = content(name);
    struct buf der = BUF_EMPTY;
    struct slice rest = buf_slice(&text);
    struct pem_block block;
    ck_assert_msg(pem_next(&rest, &block) == PEM_BLOCK && pem_decode(&block, &der),
                  "%s", name);
    struct certificate *cert = certificate_create(buf_slice(&der));
    ck_assert_ptr_nonnull(cert);
    buf_finish(&der);
    buf_finish(&text);
    return cert;
}

/* ---- the first run */

static const struct {
    const char *name;
    unsigned mode;
} files[] = {
    { "", 0700 },
    { "authorities", 0700 },
    { "authorities/root.key", 0600 },
    { "authorities/root.crt", 0644 },
    { "authorities/issuing.crl", 0644 },
    { "cases", 0700 },
    { "cases/good.pem", 0600 },
    { "cases/good.crt", 0644 },
    { "store/LocalMachine/My/certgate-server.pem", 0600 },
    { "store/LocalMachine/Root/certgate-root.crt", 0644 },
    { "store/LocalMachine/CA/certgate-issuing.crt", 0644 },
    { "store/LocalMachine/CA/certgate-issuing.crl", 0644 },
    { "store/LocalMachine/Disallowed/certgate-in-disallowed.crt", 0644 },
    { "store/LocalMachine/TrustedPeople/certgate-trusted-people.crt", 0644 },
    { "store/LocalMachine/ClientAuthIssuer", 0700 },
    { "store/CurrentUser/My", 0700 },
    { "store/CurrentUser/Root", 0700 },
    { "README.txt", 0644 },
};

START_TEST(first_run_makes_everything)
{
    struct forge_world *world = open_world(NOW);
    const struct recipe_book *book = forge_book(world);
    ck_assert_str_eq(forge_dir(world), dir);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct stat status;
        ck_assert_msg(stat(in_dir(files[i].name), &status) == 0, "%s", files[i].name);
        ck_assert_msg((status.st_mode & 07777) == files[i].mode, "%s: %o",
                      files[i].name, (unsigned)status.st_mode);
    }
    for (size_t i = 0; i < book->cases.n_recipes; i++) {
        char name[128];
        const struct recipe *recipe = &book->cases.recipes[i];
        (void)snprintf(name, sizeof(name), "cases/%s.pem", recipe->name);
        ck_assert_msg(is_there(name) == !recipe->is_none, "%s", name);
    }
    forge_world_destroy(world);
}
END_TEST

START_TEST(store_is_good_as_it_is)
{
    struct forge_world *world = open_world(NOW);
    struct store store;
    struct err err = ERR_INIT;
    ck_assert_msg(store_load(&store, forge_store_dir(world), NOW, &err) == 0, "%s",
                  err.text);
    for (size_t i = 0; i < store.n_notes; i++) {
        ck_assert_msg(!store.notes[i].is_trap, "%s", store.notes[i].text);
    }
    static const char *const hosts[] = { "localhost", "127.0.0.1", "::1" };
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        struct store_server_query query = { .certhash = NULL,
                                            .host = hosts[i],
                                            .now = NOW };
        const struct store_entry *entry;
        ck_assert_msg(store_find_server(&store, &query, &entry, &err) == 0, "%s: %s",
                      hosts[i], err.text);
        ck_assert_msg(entry->key != NULL, "%s", hosts[i]);
        ck_assert_msg(certificate_matches_host(entry->cert, hosts[i]), "%s", hosts[i]);
    }
    store_finish(&store);
    forge_world_destroy(world);
}
END_TEST

/* One file is a complete credential: the key, the certificate, the chain as sent. */
START_TEST(pem_holds_the_credential)
{
    static const char *const labels[] = { "PRIVATE KEY", "CERTIFICATE", "CERTIFICATE",
                                          "CERTIFICATE" };
    run(NOW);
    struct buf text = content("cases/chain-two.pem");
    struct slice rest = buf_slice(&text);
    struct pem_block block;
    size_t n = 0;
    while (pem_next(&rest, &block) == PEM_BLOCK) {
        ck_assert_uint_lt(n, ARRAY_LEN(labels));
        ck_assert_msg(pem_has_label(&block, labels[n]), "block %zu", n);
        n++;
    }
    ck_assert_uint_eq(n, ARRAY_LEN(labels));
    buf_finish(&text);
}
END_TEST

/* ---- later runs */

START_TEST(second_run_changes_nothing)
{
    static const char *const kept[] = { "authorities/root.crt", "authorities/root.key",
                                        "authorities/issuing.crl", "cases/good.pem",
                                        "store/LocalMachine/My/certgate-server.pem" };
    struct buf before[ARRAY_LEN(kept)];
    run(NOW);
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        before[i] = content(kept[i]);
    }
    run(NOW + TIMESTAMP_HOUR);
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        ck_assert_msg(same(&before[i], kept[i]), "%s changed", kept[i]);
        buf_finish(&before[i]);
    }
}
END_TEST

START_TEST(cases_are_issued_again_after_a_day)
{
    int64_t later = NOW + FORGE_FRESH + TIMESTAMP_HOUR;
    run(NOW);
    struct buf root = content("authorities/root.crt");
    struct buf server = content("store/LocalMachine/My/certgate-server.pem");
    struct buf crl = content("authorities/issuing.crl");
    struct certificate *before = certificate_in("cases/revoked.crt");
    run(later);
    struct certificate *after = certificate_in("cases/revoked.crt");
    struct certificate *listed =
        certificate_in("store/LocalMachine/Disallowed/certgate-in-disallowed.crt");
    ck_assert(!slice_equal(before->serial, after->serial));
    struct buf list = content("authorities/issuing.crl");
    struct crl *crl_now = crl_create(buf_slice(&list));
    struct crl_entry entry;
    ck_assert(crl_find(crl_now, before->serial, &entry));
    ck_assert(crl_find(crl_now, after->serial, &entry));
    crl_destroy(crl_now);
    buf_finish(&list);
    ck_assert(slice_equal(before->spki, after->spki));
    ck_assert_int_eq(after->not_before - before->not_before, later - NOW);
    ck_assert_int_eq(listed->not_before, after->not_before);
    ck_assert(same(&root, "authorities/root.crt"));
    ck_assert(same(&server, "store/LocalMachine/My/certgate-server.pem"));
    ck_assert(!same(&crl, "authorities/issuing.crl"));
    certificate_destroy(before);
    certificate_destroy(after);
    certificate_destroy(listed);
    buf_finish(&root);
    buf_finish(&server);
    buf_finish(&crl);
}
END_TEST

START_TEST(authorities_are_renewed_with_their_keys)
{
    int64_t later = NOW + 3650 * TIMESTAMP_DAY - TIMESTAMP_DAY;
    run(NOW);
    struct certificate *before = certificate_in("authorities/root.crt");
    struct certificate *expired = certificate_in("authorities/expired.crt");
    run(later);
    struct certificate *after =
        certificate_in("store/LocalMachine/Root/certgate-root.crt");
    struct certificate *still = certificate_in("authorities/expired.crt");
    ck_assert(slice_equal(before->spki, after->spki));
    ck_assert_int_gt(after->not_after, later + FORGE_RENEWAL);
    ck_assert(
        certificate_equal(expired, still)); /* what is meant to be expired is kept */
    certificate_destroy(before);
    certificate_destroy(after);
    certificate_destroy(expired);
    certificate_destroy(still);
}
END_TEST

START_TEST(case_is_taken_from_its_file)
{
    struct forge_world *world = open_world(NOW);
    struct forge_credential a;
    struct forge_credential b;
    struct err err = ERR_INIT;
    const struct recipe *recipe = recipe_find(&forge_book(world)->cases, "wrong-key");
    ck_assert_int_eq(forge_case(world, recipe, NOW, &a, &err), 0);
    forge_world_destroy(world);
    world = open_world(NOW + 1);
    recipe = recipe_find(&forge_book(world)->cases, "wrong-key");
    ck_assert_int_eq(forge_case(world, recipe, NOW + 1, &b, &err), 0);
    ck_assert_uint_eq(a.n_chain, b.n_chain);
    ck_assert(slice_equal(buf_slice(&a.chain[0]), buf_slice(&b.chain[0])));
    forge_credential_finish(&b);
    ck_assert_int_eq(forge_case(world, recipe, NOW + 2 * FORGE_FRESH, &b, &err), 0);
    ck_assert(!slice_equal(buf_slice(&a.chain[0]), buf_slice(&b.chain[0])));
    forge_credential_finish(&a);
    forge_credential_finish(&b);
    forge_world_destroy(world);
}
END_TEST

/* ---- the user's part */

START_TEST(users_files_are_left_alone)
{
    static const char own[] = "store/LocalMachine/Root/my own.cer";
    static const char removed[] = "store/LocalMachine/Root/certgate-root.crt";
    static const char crl[] = "store/LocalMachine/CA/certgate-issuing.crl";
    static const char server[] = "store/LocalMachine/My/certgate-server.pem";
    run(NOW);
    put(own, "mine");
    ck_assert_int_eq(unlink(in_dir(removed)), 0);
    ck_assert_int_eq(unlink(in_dir(crl)), 0);
    ck_assert_int_eq(unlink(in_dir(server)), 0);
    run(NOW + 2 * FORGE_FRESH);
    struct buf mine = content(own);
    ck_assert_str_eq(buf_string(&mine), "mine");
    buf_finish(&mine);
    ck_assert(!is_there(removed));
    ck_assert(!is_there(crl));
    ck_assert(!is_there(server));
    ck_assert(is_there("authorities/root.crt"));
    /* As README.txt promises. */
    ck_assert_int_eq(unlink(in_dir("README.txt")), 0);
    run(NOW + 2 * FORGE_FRESH);
    ck_assert(is_there(removed));
    ck_assert(is_there(crl));
    ck_assert(is_there(server));
    ck_assert(is_there(own));
}
END_TEST

/* kill -9 in the middle of writing: the key in it goes at the next start. */
START_TEST(what_a_killed_process_left_goes)
{
    static const char *const names[] = {
        "cases/good.pem.~kilLed",
        "authorities/root.key.~kilLed",
        "store/LocalMachine/My/server.pem.~kilLed",
    };
    run(NOW);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        put(names[i], "-----BEGIN PRIVATE KEY-----\n");
    }
    put("cases/mine.pem.backup", "mine");
    run(NOW);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        ck_assert_msg(file_kind(in_dir(names[i])) == FILE_MISSING, "%s", names[i]);
    }
    ck_assert_int_eq(file_kind(in_dir("cases/mine.pem.backup")), FILE_REGULAR);
}
END_TEST

START_TEST(broken_key_is_not_replaced)
{
    struct forge_world *world;
    struct err err = ERR_INIT;
    run(NOW);
    put("authorities/root.key",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    ck_assert_int_eq(forge_world_open(dir, NOW, &world, &err), -1);
    ck_assert_msg(strstr(err.text, "root.key") != NULL &&
                      strstr(err.text, "delete") != NULL,
                  "%s", err.text);
}
END_TEST

/* A CA that lost its key gets another, and all below it is issued anew. */
START_TEST(lost_key_heals)
{
    run(NOW);
    struct certificate *before = certificate_in("cases/good.crt");
    ck_assert_int_eq(unlink(in_dir("authorities/issuing.key")), 0);
    run(NOW);
    struct certificate *issuer = certificate_in("authorities/issuing.crt");
    struct certificate *after = certificate_in("cases/good.crt");
    ck_assert(!slice_equal(before->authority_key_id, after->authority_key_id));
    ck_assert(slice_equal(after->authority_key_id, issuer->subject_key_id));
    ck_assert(slice_equal(before->spki, after->spki));
    certificate_destroy(before);
    certificate_destroy(issuer);
    certificate_destroy(after);
}
END_TEST

static bool crl_has(const char *name, struct slice serial)
{
    struct buf der = content(name);
    struct crl_entry entry;
    struct crl *crl = crl_create(buf_slice(&der));
    ck_assert_ptr_nonnull(crl);
    bool found = crl_find(crl, serial, &entry);
    crl_destroy(crl);
    buf_finish(&der);
    return found;
}

START_TEST(revocation_outlives_the_process)
{
    struct forge_world *world = open_world(NOW);
    struct err err = ERR_INIT;
    struct certificate *cert = certificate_in("cases/good.crt");
    const struct recipe *recipe = recipe_find(&forge_book(world)->cases, "good");
    ck_assert(!crl_has("store/LocalMachine/CA/certgate-issuing.crl", cert->serial));
    ck_assert_int_eq(forge_revoke(world, recipe, CRL_REASON_KEY_COMPROMISE, NOW, &err),
                     0);
    forge_world_destroy(world);
    ck_assert(crl_has("store/LocalMachine/CA/certgate-issuing.crl", cert->serial));
    run(NOW + 2 * FORGE_FRESH);
    ck_assert(crl_has("authorities/issuing.crl", cert->serial));
    ck_assert(crl_has("store/LocalMachine/CA/certgate-issuing.crl", cert->serial));
    certificate_destroy(cert);
}
END_TEST

/* ---- runs that fail */

static void check_whole(const char *path, enum file_kind kind)
{
    struct stat status;
    const char *suffix = strrchr(path, '.');
    if (kind == FILE_FOLDER || strcmp(suffix, ".lock") == 0) {
        return;
    }
    /* file_write's temporary names end in something else. */
    ck_assert_msg(strcmp(suffix, ".pem") == 0 || strcmp(suffix, ".crt") == 0 ||
                      strcmp(suffix, ".crl") == 0 || strcmp(suffix, ".key") == 0 ||
                      strcmp(suffix, ".txt") == 0 || strcmp(suffix, ".config") == 0,
                  "%s is left over", path);
    ck_assert_msg(stat(path, &status) == 0 && status.st_size > 0, "%s is empty", path);
}

static const size_t failing[] = { 1, 4, 20, 100, 300, 1000, 3000, 8000 };

START_TEST(lack_of_memory_leaves_nothing_half_written)
{
    struct forge_world *world = NULL;
    struct err err = ERR_INIT;
    mem_fail_after(failing[_i]);
    int result = forge_world_open(dir, NOW, &world, &err);
    mem_fail_after(0);
    ck_assert_msg(result == -1 || failing[_i] > 1000, "allocation %zu", failing[_i]);
    forge_world_destroy(world);
    walk(dir, check_whole);
    run(NOW); /* goes on where the failed one stopped */
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        ck_assert_msg(file_kind(in_dir(files[i].name)) != FILE_MISSING, "%s",
                      files[i].name);
    }
    struct certificate *leaf = certificate_in("cases/good.crt");
    struct certificate *issuer =
        certificate_in("store/LocalMachine/CA/certgate-issuing.crt");
    ck_assert(slice_equal(leaf->authority_key_id, issuer->subject_key_id));
    certificate_destroy(leaf);
    certificate_destroy(issuer);
}
END_TEST

START_TEST(folder_that_cannot_be_made_is_told)
{
    struct forge_world *world;
    struct err err = ERR_INIT;
    put("file", "x");
    ck_assert_int_eq(forge_world_open(in_dir("file/below"), NOW, &world, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "file"));
}
END_TEST

/* ---- folders that pass away */

static bool has(const char *name)
{
    return file_kind(in_dir(name)) == FILE_REGULAR;
}

START_TEST(passing_folder_defers_rsa)
{
    struct forge_world *world;
    struct err err = ERR_INIT;
    struct forge_credential credential;
    ck_assert_msg(forge_world_open_passing(dir, false, NOW, &world, &err) == 0, "%s",
                  err.text);
    ck_assert(forge_is_passing(world));
    ck_assert(has("authorities/root.key") && has("cases/good.pem"));
    ck_assert(!has("authorities/rsa.crt") && !has("authorities/weak.crt"));
    ck_assert(!has("cases/rsa-1024.pem") && !has("cases/signed-rsa.pem"));
    ck_assert_ptr_null(forge_authority(world, "rsa"));

    struct buf der = BUF_EMPTY;
    ck_assert_int_ne(forge_crl(world, "rsa", NOW, &der, &err), 0);
    buf_finish(&der);

    const struct recipe *recipe = recipe_find(&forge_book(world)->cases, "signed-rsa");
    ck_assert_msg(forge_case(world, recipe, NOW, &credential, &err) == 0, "%s",
                  err.text);
    ck_assert_uint_eq(credential.n_chain, 2);
    forge_credential_finish(&credential);
    ck_assert(has("cases/signed-rsa.pem") && has("authorities/rsa.crt"));
    ck_assert(has("authorities/rsa.crl"));
    ck_assert(!has("cases/rsa-1024.pem"));
    forge_world_destroy(world);
}
END_TEST

START_TEST(passing_folder_may_defer_all_cases)
{
    struct forge_world *world;
    struct forge_world *other;
    struct err err = ERR_INIT;
    struct forge_credential credential;
    ck_assert_int_eq(forge_world_open_passing(dir, true, NOW, &world, &err), 0);
    ck_assert(has("authorities/root.key") && has("README.txt"));
    ck_assert(!has("cases/good.pem") && !has("cases/expired.pem"));
    const struct recipe *recipe = recipe_find(&forge_book(world)->cases, "expired");
    ck_assert_int_eq(forge_case(world, recipe, NOW, &credential, &err), 0);
    forge_credential_finish(&credential);
    ck_assert_int_eq(forge_world_open(dir, NOW, &other, &err), 0);
    ck_assert(has("cases/expired.pem") && !has("cases/good.pem"));
    forge_world_destroy(world);
    forge_world_destroy(other);
}
END_TEST

START_TEST(passing_folder_stays_one)
{
    struct forge_world *world;
    struct forge_world *other;
    struct err err = ERR_INIT;
    struct forge_credential credential;
    ck_assert_int_eq(forge_world_open_passing(dir, false, NOW, &world, &err), 0);
    ck_assert_int_eq(forge_world_open(dir, NOW, &other, &err), 0);
    ck_assert(forge_is_passing(other) && !has("cases/rsa-1024.pem"));
    /* What one makes, the other takes over. */
    const struct recipe *recipe = recipe_find(&forge_book(other)->cases, "signed-rsa");
    ck_assert_int_eq(forge_case(other, recipe, NOW, &credential, &err), 0);
    forge_credential_finish(&credential);
    ck_assert_msg(forge_refresh(world, NOW, &err) == 0, "%s", err.text);
    ck_assert_ptr_nonnull(forge_authority(world, "rsa"));
    ck_assert(slice_equal(forge_authority(world, "rsa")->der,
                          forge_authority(other, "rsa")->der));
    forge_world_destroy(world);
    forge_world_destroy(other);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("forge_folder");
    TCase *t = tcase_create("folder");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, make_dir, remove_dir);
    tcase_add_test(t, first_run_makes_everything);
    tcase_add_test(t, passing_folder_defers_rsa);
    tcase_add_test(t, passing_folder_may_defer_all_cases);
    tcase_add_test(t, passing_folder_stays_one);
    tcase_add_test(t, store_is_good_as_it_is);
    tcase_add_test(t, pem_holds_the_credential);
    tcase_add_test(t, second_run_changes_nothing);
    tcase_add_test(t, cases_are_issued_again_after_a_day);
    tcase_add_test(t, authorities_are_renewed_with_their_keys);
    tcase_add_test(t, case_is_taken_from_its_file);
    tcase_add_test(t, users_files_are_left_alone);
    tcase_add_test(t, what_a_killed_process_left_goes);
    tcase_add_test(t, broken_key_is_not_replaced);
    tcase_add_test(t, lost_key_heals);
    tcase_add_test(t, revocation_outlives_the_process);
    tcase_add_loop_test(t, lack_of_memory_leaves_nothing_half_written, 0,
                        (int)ARRAY_LEN(failing));
    tcase_add_test(t, folder_that_cannot_be_made_is_told);
    suite_add_tcase(s, t);
    return s;
}
