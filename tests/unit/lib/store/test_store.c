/* SPDX-License-Identifier: MIT
 *
 * store/store: files of all kinds, keys and their certificates, the notes, the choice
 * of the server's certificate and what is sent with it. Each test writes its own
 * store into a temporary folder.
 */
#include "store/store.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "bundle/pkcs12.h"
#include "pki/pem_write.h"
#include "store/store_damage.h"
#include "store/store_load.h"
#include "support/build_leaf.h"
#include "support/check_main.h"
#include "support/pkcs_files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char dir[TEST_PLACE_MAX];
static struct key *key_a;
static struct key *key_b;
static struct key *key_ca;
static struct store store;
static struct err err;

static struct key *make_key(void)
{
    struct key *key = NULL;
    ck_assert_msg(key_generate(KEY_TYPE_EC_P256, &key, &err) == 0, "%s", err.text);
    return key;
}

static void setup(void)
{
    test_place(dir, "store");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    memset(&store, 0, sizeof(store));
    key_a = make_key();
    key_b = make_key();
    key_ca = make_key();
}

static int on_remove(void *user, const char *name)
{
    char path[FILE_PATH_MAX];
    ck_assert(file_join(path, user, name));
    if (file_kind(path) == FILE_FOLDER) {
        ck_assert_int_eq(file_list(path, on_remove, path, NULL), 0);
    }
    return remove(path);
}

static void teardown(void)
{
    store_finish(&store);
    key_destroy(key_a);
    key_destroy(key_b);
    key_destroy(key_ca);
    ck_assert_int_eq(file_list(dir, on_remove, dir, NULL), 0);
    ck_assert_int_eq(rmdir(dir), 0);
}

/* ---- writing stores */

static void put(const char *path, struct slice content, unsigned mode)
{
    char full[FILE_PATH_MAX];
    char folder[FILE_PATH_MAX];
    ck_assert(file_join(full, dir, path));
    memcpy(folder, full, sizeof(folder));
    *strrchr(folder, '/') = 0;
    ck_assert_msg(file_make_folders(folder, &err) == 0, "%s", err.text);
    ck_assert_msg(file_write(full, mode, content, &err) == 0, "%s", err.text);
}

static void put_text(const char *path, const char *text)
{
    put(path, slice_from_string(text), 0600);
}

static void append_cert(struct buf *out, const struct build_leaf *leaf)
{
    struct certificate *cert = build_leaf(leaf);
    ck_assert(certificate_append_pem(out, cert));
    certificate_destroy(cert);
}

static void put_cert(const char *path, const struct build_leaf *leaf)
{
    struct buf pem = BUF_EMPTY;
    append_cert(&pem, leaf);
    put(path, buf_slice(&pem), 0644);
    buf_finish(&pem);
}

static void put_der(const char *path, const struct build_leaf *leaf)
{
    struct certificate *cert = build_leaf(leaf);
    put(path, cert->der, 0644);
    certificate_destroy(cert);
}

static void put_key(const char *path, const struct key *key)
{
    struct buf pem = BUF_EMPTY;
    ck_assert_msg(key_append_pem(key, &pem, &err) == 0, "%s", err.text);
    put(path, buf_slice(&pem), 0600);
    buf_finish_secret(&pem);
}

/* Certificate and key in one file. */
static void put_pair(const char *path, const struct build_leaf *leaf,
                     const struct key *key)
{
    struct buf pem = BUF_EMPTY;
    append_cert(&pem, leaf);
    ck_assert_msg(key_append_pem(key, &pem, &err) == 0, "%s", err.text);
    put(path, buf_slice(&pem), 0600);
    buf_finish_secret(&pem);
}

/* A revocation list whose next update is `ahead` seconds from now. */
static void put_crl(const char *path, int64_t ahead)
{
    static const uint8_t version_2[] = { DER_INTEGER, 1, 1 };
    struct buf tbs = BUF_EMPTY;
    struct buf der = BUF_EMPTY;
    size_t mark = der_begin(&tbs, DER_SEQUENCE);
    buf_append(&tbs, version_2, sizeof(version_2));
    ck_assert(key_append_signature_algorithm(key_ca, KEY_HASH_SHA256, &tbs));
    build_name(&tbs, "ca");
    der_write_time(&tbs, BUILD_NOW - 100);
    der_write_time(&tbs, BUILD_NOW + ahead);
    der_end(&tbs, mark);
    build_signed(&der, key_ca, buf_slice(&tbs));
    put(path, buf_slice(&der), 0644);
    buf_finish(&tbs);
    buf_finish(&der);
}

static void load(void)
{
    ck_assert_msg(store_load(&store, dir, BUILD_NOW, &err) == 0, "%s", err.text);
}

static size_t count(enum store_folder folder)
{
    return store.folders[folder].n_entries;
}

static const struct store_entry *entry(enum store_folder folder, size_t i)
{
    ck_assert_uint_lt(i, count(folder));
    return &store.folders[folder].entries[i];
}

static const struct store_note *find_note(const char *part)
{
    for (size_t i = 0; i < store.n_notes; i++) {
        if (strstr(store.notes[i].text, part) != NULL) {
            return &store.notes[i];
        }
    }
    return NULL;
}

static void assert_note(const char *part, bool is_trap)
{
    const struct store_note *note = find_note(part);
    ck_assert_msg(note != NULL, "no note says \"%s\" (%zu notes; first: %s)", part,
                  store.n_notes, store.n_notes > 0 ? store.notes[0].text : "-");
    ck_assert_msg(note->is_trap == is_trap, "%s", note->text);
    ck_assert_msg(note->text[strlen(note->text) - 1] == '.', "no sentence: %s",
                  note->text);
}

/* The usual actors. */
static struct build_leaf server_a(void)
{
    return (struct build_leaf){ .subject = "server a",
                                .issuer = "ca",
                                .key = key_a,
                                .issuer_key = key_ca,
                                .has_eku = true,
                                .purposes = { OID_SERVER_AUTH },
                                .hosts = { "a.example", "localhost" } };
}

static struct build_leaf client_b(void)
{
    return (struct build_leaf){ .subject = "client b",
                                .issuer = "ca",
                                .key = key_b,
                                .issuer_key = key_ca,
                                .has_eku = true,
                                .purposes = { OID_CLIENT_AUTH } };
}

static struct build_leaf root_ca(void)
{
    return (struct build_leaf){ .subject = "ca", .key = key_ca, .is_ca = true };
}

/* ---- reading */

START_TEST(an_empty_folder_is_an_empty_store)
{
    load();
    for (int i = 0; i < STORE_FOLDER_COUNT; i++) {
        ck_assert_uint_eq(count((enum store_folder)i), 0);
    }
    ck_assert_uint_eq(store.n_notes, 0);
}
END_TEST

START_TEST(a_missing_or_wrong_dir_is_an_error)
{
    char path[FILE_PATH_MAX];
    ck_assert(file_join(path, dir, "nowhere"));
    ck_assert_int_eq(store_load(&store, path, BUILD_NOW, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "does not exist"));
    put_text("file", "x");
    ck_assert(file_join(path, dir, "file"));
    ck_assert_int_eq(store_load(&store, path, BUILD_NOW, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "is not a folder"));
}
END_TEST

START_TEST(every_folder_is_read)
{
    struct build_leaf root = root_ca();
    for (int i = 0; i < STORE_FOLDER_COUNT; i++) {
        char path[FILE_PATH_MAX];
        ck_assert(file_join(path, store_folder_path((enum store_folder)i), "x.crt"));
        put_cert(path, &root);
    }
    load();
    for (int i = 0; i < STORE_FOLDER_COUNT; i++) {
        enum store_folder folder = (enum store_folder)i;
        ck_assert_msg(count(folder) == 1, "%s", store_folder_name(folder));
        ck_assert_ptr_eq(store_find(&store, folder, entry(STORE_ROOT, 0)->cert),
                         entry(folder, 0));
    }
}
END_TEST

START_TEST(all_forms_of_a_certificate)
{
    struct build_leaf root = root_ca();
    struct buf pem = BUF_EMPTY;
    put_der("LocalMachine/Root/1.cer", &root);
    put_der("LocalMachine/Root/2.der", &root);
    put_cert("LocalMachine/Root/3.CRT", &root);
    buf_append_string(&pem, "\xef\xbb\xbf"
                            "subject=ca\r\n");
    append_cert(&pem, &root);
    append_cert(&pem, &root);
    put("LocalMachine/Root/4.pem", buf_slice(&pem), 0644);
    put_text("LocalMachine/Root/README.txt", "MII nothing");
    put_text("LocalMachine/Root/.hidden.pem", "nothing");
    load();
    ck_assert_uint_eq(count(STORE_ROOT), 5);
    ck_assert_uint_eq(store.n_notes, 0);
    buf_finish(&pem);
}
END_TEST

/* One bad file each, beside a good one that must still be read. */
static const struct {
    const char *file;
    struct slice content;
    const char *note;
} bad_files[] = {
    { "Root/x.crt", LITERAL(""), "is empty" },
    { "Root/x.crt", LITERAL("<html>"), "web page" },
    { "Root/x.crt", LITERAL("\xff\xfe-\0-\0"), "UTF-16" },
    { "Root/x.crt", LITERAL("MIIBxTCCAWu"), "base64 text that was cut off" },
    { "Root/x.crt", LITERAL("hello"), "neither PEM nor DER" },
    { "Root/x.cer", LITERAL("\x30\x03\x02\x01\x01"), "not a well-formed certificate" },
    { "Root/x.crl", LITERAL("\x30\x03\x02\x01\x01"),
      "not a well-formed revocation list" },
    { "Root/x.pem", LITERAL("-----BEGIN CERTIFICATE-----\nMIIB"), "cut off" },
    { "Root/x.pem",
      LITERAL("-----BEGIN CERTIFICATE-----\nM*==\n-----END CERTIFICATE-----\n"),
      "no base64" },
    { "Root/x.pem", LITERAL("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"),
      "no base64" },
    { "Root/x.pem",
      LITERAL("-----BEGIN CERTIFICATE REQUEST-----\nMAMCAQE=\n"
              "-----END CERTIFICATE REQUEST-----\n"),
      "CERTIFICATE REQUEST" },
    { "Root/x.pfx", LITERAL("\x30\x03\x02\x01\x01"), "is no PKCS#12 file" },
    { "Root/x.p7b", LITERAL("\x30\x03\x02\x01\x01"), "is no PKCS#7 file" },
    { "Root/x.csr", LITERAL("x"), "certificate request" },
    { "My/x.key", LITERAL(""), "x.key is empty" },
    { "My/x.key", LITERAL("hello"), "x.key is neither PEM nor DER" },
    { "My/x.key", LITERAL("\x30\x03\x02\x01\x01"), "x.key" },
    { "My/x\x1b[2J\n.crt", LITERAL("hello"), "x\\x1b[2J\\x0a.crt is neither" },
};

START_TEST(a_bad_file_is_a_note)
{
    struct build_leaf root = root_ca();
    char path[FILE_PATH_MAX];
    put_cert("LocalMachine/Root/good.crt", &root);
    ck_assert(file_join(path, "LocalMachine", bad_files[_i].file));
    put(path, bad_files[_i].content, 0600);
    load();
    ck_assert_uint_eq(count(STORE_ROOT), 1);
    ck_assert_uint_eq(store.n_crls, 0);
    assert_note(bad_files[_i].note, false);
}
END_TEST

START_TEST(what_cannot_be_opened_is_a_note)
{
    put_text("LocalMachine/Root/folder.crt/x", "");
    load();
    assert_note("it is not a regular file", false);
}
END_TEST

START_TEST(notes_are_bounded)
{
    char path[64];
    for (int i = 0; i < 520; i++) {
        (void)snprintf(path, sizeof(path), "LocalMachine/Root/%d.crt", i);
        put_text(path, "x");
    }
    load();
    ck_assert_uint_eq(store.n_notes, 500);
    assert_note("There is more to say", false);
}
END_TEST

/* ---- keys and certificates */

START_TEST(keys_find_their_certificates)
{
    struct build_leaf a = server_a();
    struct build_leaf b = client_b();
    put_cert("LocalMachine/My/a.crt", &a);
    put_key("LocalMachine/My/a.key", key_a);
    put_cert("LocalMachine/My/b.cer", &b);
    put_key("LocalMachine/My/other.key", key_b);
    put_pair("CurrentUser/My/both.pem", &a, key_a);
    load();
    ck_assert_uint_eq(count(STORE_MY), 2);
    ck_assert_ptr_nonnull(entry(STORE_MY, 0)->key);
    ck_assert_ptr_nonnull(entry(STORE_MY, 1)->key);
    ck_assert(key_matches(entry(STORE_MY, 1)->key, entry(STORE_MY, 1)->cert));
    ck_assert_ptr_nonnull(entry(STORE_CURRENT_USER_MY, 0)->key);
    ck_assert_uint_eq(store.n_notes, 0);
}
END_TEST

START_TEST(a_key_of_the_same_name_must_fit)
{
    struct build_leaf a = server_a();
    struct build_leaf b = client_b();
    put_cert("LocalMachine/My/a.crt", &a);
    put_key("LocalMachine/My/a.key", key_b);
    put_cert("LocalMachine/My/b.crt", &b);
    load();
    ck_assert_ptr_null(entry(STORE_MY, 0)->key);
    ck_assert_ptr_nonnull(strstr(entry(STORE_MY, 0)->key_problem, "does not belong"));
    /* b's key lies there under a's name: that is not a pair. */
    ck_assert_ptr_null(entry(STORE_MY, 1)->key);
    ck_assert_str_eq(entry(STORE_MY, 1)->key_problem, "");
    assert_note("does not belong to the certificate of the same name", false);
}
END_TEST

/* An encrypted key need not be decrypted to be known for one. */
#define ENCRYPTED_KEY                                   \
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAMCAQE=\n" \
    "-----END ENCRYPTED PRIVATE KEY-----\n"

START_TEST(an_encrypted_key_says_so)
{
    struct build_leaf a = server_a();
    put_cert("LocalMachine/My/a.crt", &a);
    put_text("LocalMachine/My/a.key", ENCRYPTED_KEY);
    load();
    ck_assert_ptr_null(entry(STORE_MY, 0)->key);
    ck_assert_ptr_nonnull(strstr(entry(STORE_MY, 0)->key_problem, "openssl pkey"));
    assert_note("protected by a password", false);
}
END_TEST

START_TEST(a_stray_key_is_a_note)
{
    put_key("LocalMachine/My/stray.key", key_a);
    load();
    assert_note("belongs to no certificate of LocalMachine\\My", false);
}
END_TEST

START_TEST(a_key_outside_of_my_is_a_note)
{
    struct build_leaf root = root_ca();
    put_pair("LocalMachine/Root/ca.pem", &root, key_ca);
    load();
    ck_assert_ptr_null(entry(STORE_ROOT, 0)->key);
    assert_note("has no business in LocalMachine\\Root", false);
}
END_TEST

START_TEST(a_readable_key_is_a_note)
{
    struct build_leaf a = server_a();
    struct buf pem = BUF_EMPTY;
    put_cert("LocalMachine/My/a.crt", &a);
    ck_assert_int_eq(key_append_pem(key_a, &pem, &err), 0);
    put("LocalMachine/My/a.key", buf_slice(&pem), 0640);
    load();
    assert_note("chmod 600", false);
    buf_finish_secret(&pem);
}
END_TEST

/* ---- PKCS#12 and PKCS#7, as other programs write them (pkcs/make) */

static const struct pfx_row {
    const char *made; /* in LocalMachine/My as server.pfx; skipped if it is not here */
    const char *pass; /* the password's file; NULL = none */
    const char *password; /* what is in it */
    unsigned mode;
    const char *note; /* NULL: it is read, with its key */
} pfx_rows[] = {
    { "openssl3.p12", "server.pfx.pass", "secret", 0600, NULL },
    { "openssl3.p12", "server.pass", "secret\r\nanother line\n", 0400, NULL },
    { "openssl-3des.p12", "server.pass", "secret\n", 0600, NULL },
    { "nss-ber.p12", "server.pass", "secret\n", 0600, NULL },
    { "java.p12", "server.pass", "secret\n", 0600, NULL },
    { "gnutls-null.p12", NULL, NULL, 0, NULL },
    { "openssl-empty.p12", "server.pass", "\n", 0600, NULL },
    { "openssl3.p12", NULL, NULL, 0, "server.pfx.pass beside it" },
    { "openssl3.p12", "other.pass", "secret", 0600, "server.pfx.pass beside it" },
    { "openssl3.p12", "server.pass", "wrong", 0600, "the password in server.pass" },
    { "openssl3.p12", "server.pass", "", 0600, "the password in server.pass" },
    { "openssl3.p12", "server.pfx.pass", "secret", 0640, "its mode is 0640" },
    { "openssl3.p12", "server.pfx.pass", "secret", 0604, "run chmod 600" },
    { "openssl-rc2.p12", "server.pass", "secret", 0600, NULL },
};

START_TEST(a_pfx_is_read_with_its_password)
{
    const struct pfx_row *row = &pfx_rows[_i];
    struct buf bytes = BUF_EMPTY;
    char path[FILE_PATH_MAX];
    if (!pkcs_read_file(row->made, STORE_FILE_MAX, &bytes)) {
        return;
    }
    put("LocalMachine/My/server.pfx", buf_slice(&bytes), 0600);
    if (row->pass != NULL) {
        ck_assert(file_join(path, "LocalMachine/My", row->pass));
        put(path, slice_from_string(row->password), row->mode);
    }
    load();
    if (row->note != NULL) {
        ck_assert_uint_eq(count(STORE_MY), 0);
        ck_assert_uint_eq(store.n_notes, 1);
        assert_note(row->note, false);
        ck_assert_ptr_null(find_note("secret"));
    } else {
        ck_assert_msg(store.n_notes == 0, "%s: %s", row->made, store.notes[0].text);
        ck_assert_ptr_nonnull(entry(STORE_MY, 0)->key);
    }
    buf_finish(&bytes);
}
END_TEST

static void put_pfx(const char *path, const struct build_leaf *leaf,
                    const struct key *key)
{
    struct certificate *cert = build_leaf(leaf);
    const struct pkcs12_contents contents = {
        .key = key,
        .chain = &cert->der,
        .n_chain = 1,
        .password = "secret",
        .flavour = PKCS12_LEGACY,
    };
    struct buf pfx = BUF_EMPTY;
    ck_assert_msg(pkcs12_write(&contents, &pfx, &err) == 0, "%s", err.text);
    put(path, buf_slice(&pfx), 0644);
    buf_finish(&pfx);
    certificate_destroy(cert);
}

START_TEST(a_pfx_in_another_folder_gives_its_certificate)
{
    struct build_leaf a = server_a();
    put_pfx("LocalMachine/TrustedPeople/a.p12", &a, key_a);
    put_text("LocalMachine/TrustedPeople/a.pass", "secret");
    load();
    ck_assert_uint_eq(count(STORE_TRUSTED_PEOPLE), 1);
    assert_note("has no business in LocalMachine\\TrustedPeople", false);
}
END_TEST

START_TEST(a_pfx_of_the_wrong_key_says_so)
{
    struct build_leaf a = server_a();
    put_pfx("LocalMachine/My/a.pfx", &a, key_b);
    put_text("LocalMachine/My/a.pfx.pass", "secret");
    load();
    ck_assert_ptr_null(entry(STORE_MY, 0)->key);
    assert_note("does not belong to the certificate", false);
}
END_TEST

START_TEST(a_password_that_is_no_file_is_a_note)
{
    struct build_leaf a = server_a();
    put_pfx("LocalMachine/My/a.pfx", &a, key_a);
    put_text("LocalMachine/My/a.pass/x", "secret");
    load();
    assert_note("a.pass cannot be read: it must be a file", false);
    ck_assert_uint_eq(count(STORE_MY), 0);
}
END_TEST

START_TEST(a_p7b_is_read)
{
    struct buf bytes = BUF_EMPTY;
    if (!pkcs_read_file("openssl.p7b", STORE_FILE_MAX, &bytes)) {
        return;
    }
    put("LocalMachine/CA/chain.p7b", buf_slice(&bytes), 0644);
    load();
    ck_assert_uint_eq(count(STORE_CA), 2);
    buf_finish(&bytes);
}
END_TEST

/* A serialized store with one certificate, as Export-Certificate writes it. */
static void put_sst(const char *path, const struct build_leaf *leaf, size_t cut)
{
    struct certificate *cert = build_leaf(leaf);
    struct buf bytes = BUF_EMPTY;
    const uint8_t head[] = { 0,
                             0,
                             0,
                             0,
                             'C',
                             'E',
                             'R',
                             'T',
                             32,
                             0,
                             0,
                             0,
                             1,
                             0,
                             0,
                             0,
                             (uint8_t)cert->der.len,
                             (uint8_t)(cert->der.len >> 8),
                             0,
                             0 };
    buf_append(&bytes, head, sizeof(head));
    buf_append_slice(&bytes, cert->der);
    buf_append(&bytes, "\0\0\0\0\1\0\0\0\0\0\0\0", 12);
    put(path, slice_part(buf_slice(&bytes), 0, bytes.len - cut), 0644);
    certificate_destroy(cert);
    buf_finish(&bytes);
}

START_TEST(a_serialized_store_is_read)
{
    struct build_leaf root = root_ca();
    put_sst("LocalMachine/Root/Root.sst", &root, 0);
    load();
    ck_assert_uint_eq(count(STORE_ROOT), 1);
    ck_assert_uint_eq(store.n_notes, 0);
    store_finish(&store);
    put_sst("LocalMachine/Root/Root.sst", &root, 20);
    load();
    ck_assert_uint_eq(count(STORE_ROOT), 0);
    assert_note("Root.sst is a damaged serialized store (.sst); export it again",
                false);
    ck_assert_uint_eq(store.n_damaged, 1);
}
END_TEST

/* What lies in Root as well is there once: Windows shows it in both. */
START_TEST(auth_root_counts_as_root)
{
    struct build_leaf root = root_ca();
    struct build_leaf other = { .subject = "other", .key = key_b, .is_ca = true };
    put_der("LocalMachine/Root/a.cer", &root);
    put_sst("LocalMachine/AuthRoot/AuthRoot.sst", &root, 0);
    put_der("LocalMachine/AuthRoot/other.cer", &other);
    load();
    ck_assert_uint_eq(count(STORE_ROOT), 2);
    ck_assert(strstr(entry(STORE_ROOT, 1)->path, "AuthRoot/other.cer") != NULL);
    ck_assert_uint_eq(store.n_notes, 0);
}
END_TEST

/* ---- notes about what lies where */

START_TEST(a_non_self_signed_root_is_a_trap)
{
    struct build_leaf root = root_ca();
    struct build_leaf a = server_a();
    put_cert("LocalMachine/Root/ca.crt", &root);
    load();
    ck_assert_uint_eq(store.n_notes, 0);
    store_finish(&store);
    put_cert("LocalMachine/Root/sub.crt", &a);
    load();
    assert_note("sub.crt: \"server a\" is not self-signed", true);
    ck_assert_uint_eq(store.n_notes, 1);
}
END_TEST

START_TEST(a_forged_root_is_a_trap)
{
    struct build_leaf root = root_ca();
    root.bad_signature = true;
    put_cert("LocalMachine/Root/ca.crt", &root);
    load();
    assert_note("its own key did not sign it", true);
}
END_TEST

START_TEST(an_expired_root_is_a_trap)
{
    struct build_leaf root = root_ca();
    root.not_after = BUILD_NOW - 1;
    put_cert("LocalMachine/Root/ca.crt", &root);
    load();
    assert_note("expired on 2025-11-22", true);
    ck_assert_uint_eq(store.n_notes, 1);
}
END_TEST

START_TEST(what_certgate_made_is_so_on_purpose)
{
    struct build_leaf root = root_ca();
    root.not_after = BUILD_NOW - 1;
    put_cert("LocalMachine/Root/certgate-expired-root.crt", &root);
    put_crl("LocalMachine/CA/certgate-stale.crl", -1);
    load();
    ck_assert_uint_eq(store.n_notes, 0);
}
END_TEST

START_TEST(a_crl_out_of_date_is_a_trap)
{
    put_crl("LocalMachine/CA/old.crl", -1);
    put_crl("LocalMachine/CA/new.crl", 1);
    load();
    ck_assert_uint_eq(store.n_crls, 2);
    assert_note("old.crl: this revocation list was good until 2025-11-2", true);
    ck_assert_uint_eq(store.n_notes, 1);
}
END_TEST

START_TEST(trusted_and_distrusted_is_a_trap)
{
    struct build_leaf root = root_ca();
    put_cert("LocalMachine/Root/ca.crt", &root);
    put_cert("LocalMachine/CA/other.crt", &root);
    struct buf pem = BUF_EMPTY;
    char path[FILE_PATH_MAX];
    ck_assert(file_join(path, dir, "LocalMachine/Root/ca.crt"));
    ck_assert_int_eq(file_read_all(path, STORE_FILE_MAX, &pem, &err), 0);
    put("LocalMachine/Disallowed/bad.crt", buf_slice(&pem), 0644);
    load();
    assert_note("lies in LocalMachine\\Root, and in LocalMachine\\Disallowed (bad.crt)",
                true);
    buf_finish(&pem);
}
END_TEST

/* By the names, which are what is sent; ClientAuthIssuer is sent in place of Root. */
START_TEST(a_long_list_of_issuers_is_a_trap)
{
    static char name[9000];
    struct build_leaf root = root_ca();
    memset(name, 'a', sizeof(name) - 1);
    root.subject = name;
    put_cert("LocalMachine/Root/a.crt", &root);
    put_cert("LocalMachine/Root/b.crt", &root);
    load();
    assert_note("Root: the names of its certificates take 180", true);
    store_finish(&store);
    root = root_ca();
    put_cert("LocalMachine/ClientAuthIssuer/ca.crt", &root);
    load();
    ck_assert_ptr_null(find_note("the names of its certificates"));
}
END_TEST

START_TEST(a_root_of_the_user_is_a_trap)
{
    struct build_leaf root = root_ca();
    put_cert("CurrentUser/Root/ca.crt", &root);
    load();
    assert_note("CurrentUser\\Root, which IIS does not look at", true);
    store_finish(&store);
    put_cert("LocalMachine/Root/ca.crt", &root); /* the signature is deterministic */
    load();
    ck_assert_uint_eq(store.n_notes, 0);
}
END_TEST

START_TEST(a_root_among_the_intermediates_is_a_note)
{
    struct build_leaf root = root_ca();
    put_cert("LocalMachine/CA/ca.crt", &root);
    load();
    assert_note("is its own issuer but lies in LocalMachine\\CA", false);
}
END_TEST

START_TEST(a_large_root_store_is_a_note)
{
    struct build_leaf root = root_ca();
    struct buf pem = BUF_EMPTY;
    size_t total = 0;
    while (total <= (size_t)16 * 1024) {
        struct certificate *cert = build_leaf(&root);
        ck_assert(certificate_append_pem(&pem, cert));
        total += cert->der.len;
        certificate_destroy(cert);
    }
    put("LocalMachine/Root/many.pem", buf_slice(&pem), 0644);
    buf_finish(&pem);
    load();
    assert_note("KB 2880390", false);
    ck_assert_uint_eq(store.n_notes, 1);
}
END_TEST

START_TEST(a_misspelt_folder_is_a_note)
{
    struct build_leaf root = root_ca();
    put_cert("LocalMachine/root/ca.crt", &root);
    put_cert("localmachine/My/ca.crt", &root);
    load();
    ck_assert_uint_eq(count(STORE_ROOT), 0);
    assert_note(
        "LocalMachine/root is not read, for it must be called LocalMachine/Root",
        false);
    assert_note("localmachine is not read, for it must be called LocalMachine", false);
}
END_TEST

/* ---- damage: what is lost may be what keeps somebody out */

static const struct {
    const char *path;
    const char *text; /* NULL = a link to nothing */
    bool is_damage;
} damages[] = {
    { "LocalMachine/Disallowed/cut.crt", "-----BEGIN CERTIFICATE-----\nMIIB", true },
    { "LocalMachine/Disallowed/cut.der", "\x30\x03\x02\x01\x05", true },
    { "LocalMachine/Disallowed/cut.p7b", "0", true },
    { "LocalMachine/Disallowed/gone.crt", NULL, true },
    { "LocalMachine/Disallowed/odd.pem",
      "-----BEGIN TRUSTED CERTIFICATE-----\nMAA=\n-----END TRUSTED CERTIFICATE-----\n",
      true },
    { "LocalMachine/disallowed/any.crt", "", true },
    { "LocalMachine/CA/cut.crl", "-----BEGIN X509 CRL-----\nMIIB", true },
    { "LocalMachine/CA/der.crl", "\x30\x03\x02\x01\x05", true },
    { "LocalMachine/CA/gone.crl", NULL, true },
    { "LocalMachine/CA/maybe-a-list.pem", "-----BEGIN X509 CRL-----\nMIIB", true },
    { "LocalMachine/Root/empty.crt", "", true },
    { "LocalMachine/My/cut.crl", "0", true },
    { "LocalMachine/Root/cut-certificate.pem",
      "-----BEGIN CERTIFICATE-----\nMAMCAQU=\n-----END CERTIFICATE-----\n", false },
    { "LocalMachine/My/cut.crt", "-----BEGIN CERTIFICATE-----\nMIIB", false },
    { "LocalMachine/CA/README.txt", "no file of a store", false },
    { "LocalMachine/CA/request.csr", "a request", false },
    { "CurrentUser/My/cut.crl", "0", false },
};

START_TEST(damage_is_told_from_what_is_harmless)
{
    char full[FILE_PATH_MAX];
    const char *name = strrchr(damages[_i].path, '/') + 1;
    if (damages[_i].text != NULL) {
        put_text(damages[_i].path, damages[_i].text);
    } else {
        put_text(damages[_i].path, "");
        ck_assert(file_join(full, dir, damages[_i].path) && unlink(full) == 0 &&
                  symlink("nowhere", full) == 0);
    }
    load();
    ck_assert_msg((store.n_damaged > 0) == damages[_i].is_damage, "%s: %zu, %s",
                  damages[_i].path, store.n_damaged,
                  store.n_notes > 0 ? store.notes[0].text : "");
    ck_assert_int_eq(store_damage_check(&store, NULL, &err),
                     damages[_i].is_damage ? -1 : 0);
    if (damages[_i].is_damage) {
        ck_assert_int_eq(err.domain, ERR_CONFIG);
        ck_assert_msg(strstr(err.text, strcmp(name, "any.crt") == 0 ? "disallowed"
                                                                    : name) != NULL &&
                          strstr(err.text, "--damaged-store ignore") != NULL,
                      "%s", err.text);
    }
}
END_TEST

/* What was there when the store was read before, and is not any more. */
START_TEST(a_folder_that_is_gone_is_damage)
{
    static const struct {
        const char *path; /* of what lies in it; NULL = nothing */
        bool is_list;
        const char *folder;
        bool is_damage;
    } rows[] = {
        { "LocalMachine/Disallowed/bad.crt", false, "LocalMachine/Disallowed", true },
        { "LocalMachine/CA/ca.crl", true, "LocalMachine/CA", true },
        { NULL, false, "LocalMachine/Disallowed", false },
    };
    struct build_leaf root = root_ca();
    struct store previous;
    char from[FILE_PATH_MAX];
    char to[FILE_PATH_MAX];
    ck_assert(file_join(from, dir, rows[_i].folder) &&
              file_join(to, dir, "LocalMachine/renamed"));
    ck_assert_int_eq(file_make_folders(from, &err), 0);
    if (rows[_i].is_list) {
        put_crl(rows[_i].path, 100);
    } else if (rows[_i].path != NULL) {
        put_cert(rows[_i].path, &root);
    }
    ck_assert_int_eq(store_load(&previous, dir, BUILD_NOW, &err), 0);
    ck_assert_int_eq(store_damage_check(&previous, &previous, &err), 0);
    ck_assert_int_eq(rename(from, to), 0);
    load();
    ck_assert_int_eq(store_damage_check(&store, &previous, &err),
                     rows[_i].is_damage ? -1 : 0);
    ck_assert_msg(!rows[_i].is_damage || strstr(err.text, rows[_i].folder) != NULL,
                  "%s", err.text);
    ck_assert_int_eq(store_damage_check(&store, NULL, &err), 0);
    store_finish(&previous);
}
END_TEST

/* A list that was cut is still known by its issuer. */
START_TEST(a_cut_list_says_whose_it_was)
{
    struct buf der = BUF_EMPTY;
    char path[FILE_PATH_MAX];
    put_crl("LocalMachine/CA/ca.crl", 100);
    ck_assert(file_join(path, dir, "LocalMachine/CA/ca.crl"));
    ck_assert_int_eq(file_read_all(path, 100000, &der, &err), 0);
    put("LocalMachine/CA/ca.crl", slice_part(buf_slice(&der), 0, der.len - 20), 0600);
    buf_finish(&der);
    load();
    ck_assert_uint_eq(store.n_crls, 0);
    ck_assert_uint_eq(store.n_damaged, 1);
    assert_note("what ca has revoked is not known", false);
}
END_TEST

/* ---- choosing the server's certificate */

static const struct store_entry *find(const char *certhash, const char *host)
{
    struct store_server_query query = { certhash, host, BUILD_NOW };
    const struct store_entry *found = NULL;
    struct err none = ERR_INIT;
    err = none;
    if (store_find_server(&store, &query, &found, &err) != 0) {
        ck_assert_msg(found == NULL, "an output on failure");
        ck_assert_msg(err.domain == ERR_CONFIG, "%s", err.text);
        return NULL;
    }
    return found;
}

static void assert_refused(const char *certhash, const char *host, uint32_t hresult,
                           const char *part)
{
    ck_assert_msg(find(certhash, host) == NULL, "accepted, though: %s", part);
    ck_assert_msg(strstr(err.text, part) != NULL, "\"%s\" is not in: %s", part,
                  err.text);
    ck_assert_msg((uint32_t)err.code == hresult, "0x%08X: %s", (unsigned)err.code,
                  err.text);
}

static void thumbprint(const struct certificate *cert, bool sha256, char separator,
                       struct buf *out)
{
    struct slice hash = sha256 ? (struct slice){ cert->sha256, sizeof(cert->sha256) }
                               : (struct slice){ cert->sha1, sizeof(cert->sha1) };
    text_append_hex(out, hash, separator);
}

START_TEST(the_best_fit_is_chosen)
{
    struct build_leaf a = server_a();
    struct build_leaf b = client_b();
    struct build_leaf newer = server_a();
    struct build_leaf any = server_a();
    newer.subject = "newer";
    newer.not_before = BUILD_NOT_BEFORE + 10;
    newer.hosts[0] = "*.example";
    newer.hosts[1] = "b.example";
    any.subject = "any";
    any.has_eku = false;
    any.not_before = BUILD_NOT_BEFORE + 20;
    put_pair("LocalMachine/My/a.pem", &a, key_a);
    put_pair("LocalMachine/My/b.pem", &b, key_b);
    put_pair("LocalMachine/My/c.pem", &newer, key_a);
    put_pair("LocalMachine/My/d.pem", &any, key_a);
    load();
    ck_assert_ptr_eq(find(NULL, "b.example"), entry(STORE_MY, 2));
    ck_assert_ptr_eq(find(NULL, "localhost"), entry(STORE_MY, 0));
    ck_assert_ptr_eq(find(NULL, NULL), entry(STORE_MY, 2));
}
END_TEST

START_TEST(a_certificate_is_found_by_its_thumbprint)
{
    struct build_leaf a = server_a();
    struct build_leaf newer = server_a();
    struct buf text = BUF_EMPTY;
    newer.subject = "newer";
    put_pair("LocalMachine/My/a.pem", &a, key_a);
    put_pair("LocalMachine/My/b.pem", &newer, key_a);
    load();
    for (int i = 0; i < 6; i++) {
        static const char separators[] = { 0, ' ', ':' };
        buf_clear(&text);
        thumbprint(entry(STORE_MY, 1)->cert, i >= 3, separators[i % 3], &text);
        /* Whoever names it gets it, whatever the host. */
        ck_assert_msg(find(buf_string(&text), "other.example") == entry(STORE_MY, 1),
                      "%s: %s", buf_string(&text), err.text);
    }
    assert_refused("12zz", NULL, 0, "is no thumbprint");
    assert_refused("1234", NULL, 0, "is no thumbprint");
    assert_refused("0000000000000000000000000000000000000000", NULL, 0x80070520u,
                   "It holds ");
    buf_finish(&text);
}
END_TEST

START_TEST(the_copy_with_its_key_is_meant)
{
    struct build_leaf a = server_a();
    struct buf pem = BUF_EMPTY;
    struct buf text = BUF_EMPTY;
    append_cert(&pem, &a);
    put("LocalMachine/My/1.crt", buf_slice(&pem), 0644);
    ck_assert_int_eq(key_append_pem(key_a, &pem, &err), 0);
    put("LocalMachine/My/2.pem", buf_slice(&pem), 0600);
    load();
    thumbprint(entry(STORE_MY, 0)->cert, false, 0, &text);
    ck_assert_ptr_eq(find(buf_string(&text), NULL), entry(STORE_MY, 1));
    buf_finish_secret(&pem);
    buf_finish(&text);
}
END_TEST

START_TEST(a_client_certificate_is_refused)
{
    struct build_leaf b = client_b();
    struct buf text = BUF_EMPTY;
    put_pair("LocalMachine/My/b.pem", &b, key_b);
    load();
    thumbprint(entry(STORE_MY, 0)->cert, false, 0, &text);
    assert_refused(buf_string(&text), NULL, 0x800B0110u, "\"client b\"");
    assert_refused(NULL, "localhost", 0x800B0110u,
                   "Client Authentication (1.3.6.1.5.5.7.3.2)");
    ck_assert_ptr_nonnull(strstr(err.text, "Give the server one whose"));
    ck_assert_ptr_nonnull(strstr(err.text, "LocalMachine/My/b.pem"));
    buf_finish(&text);
}
END_TEST

START_TEST(an_empty_eku_is_no_server)
{
    struct build_leaf a = server_a();
    a.purposes[0] = OID_UNKNOWN;
    put_pair("LocalMachine/My/a.pem", &a, key_a);
    load();
    assert_refused(NULL, NULL, 0x800B0110u, "an empty Enhanced Key Usage");
}
END_TEST

START_TEST(a_missing_key_is_iis_sentence)
{
    struct build_leaf a = server_a();
    put_cert("LocalMachine/My/a.crt", &a);
    load();
    assert_refused(NULL, NULL, 0x80070520u,
                   "A specified logon session does not exist. It may already have been "
                   "terminated.");
    ck_assert_ptr_nonnull(strstr(err.text, "no key file was found"));
    store_finish(&store);
    put_key("LocalMachine/My/a.key", key_b);
    load();
    assert_refused(NULL, NULL, 0x80070520u, "does not belong to it");
    store_finish(&store);
    put_text("LocalMachine/My/a.key", ENCRYPTED_KEY);
    load();
    assert_refused(NULL, NULL, 0x80070520u, "protected by a password");
    store_finish(&store);
    put_text("LocalMachine/My/a.key", "");
    load();
    assert_refused(NULL, NULL, 0x80070520u, "a.key is empty");
}
END_TEST

START_TEST(time_is_looked_at)
{
    struct build_leaf a = server_a();
    a.not_after = BUILD_NOW - 1;
    put_pair("LocalMachine/My/a.pem", &a, key_a);
    load();
    assert_refused(NULL, "localhost", 0x800B0101u, "expired on 2025-11-22");
    store_finish(&store);
    a.not_after = 0;
    a.not_before = BUILD_NOW + 1;
    put_pair("LocalMachine/My/a.pem", &a, key_a);
    load();
    assert_refused(NULL, "localhost", 0x800B0101u, "is not valid before 2025-11-22");
    store_finish(&store);
    a.not_before = BUILD_NOW;
    a.not_after = BUILD_NOW;
    put_pair("LocalMachine/My/a.pem", &a, key_a);
    load();
    ck_assert_ptr_nonnull(find(NULL, "localhost"));
}
END_TEST

START_TEST(the_host_is_looked_at)
{
    struct build_leaf a = server_a();
    put_pair("LocalMachine/My/a.pem", &a, key_a);
    load();
    assert_refused(NULL, "c.example", 0x800B010Fu, "DNS:a.example, DNS:localhost");
}
END_TEST

START_TEST(one_in_current_user_is_not_found)
{
    struct build_leaf a = server_a();
    struct build_leaf other = server_a();
    struct buf text = BUF_EMPTY;
    put_pair("CurrentUser/My/a.pem", &a, key_a);
    load();
    assert_refused(NULL, "localhost", 0x80070520u,
                   "CurrentUser\\My does: \"server a\"");
    thumbprint(entry(STORE_CURRENT_USER_MY, 0)->cert, false, 0, &text);
    assert_refused(buf_string(&text), NULL, 0x80070520u, "lies in CurrentUser\\My");
    store_finish(&store);
    other.subject = "other";
    put_pair("LocalMachine/My/other.pem", &other, key_a);
    load();
    assert_refused(buf_string(&text), NULL, 0x80070520u, "lies in CurrentUser\\My");
    store_finish(&store);
    other.hosts[1] = NULL;
    put_pair("LocalMachine/My/other.pem", &other, key_a);
    load();
    assert_refused(NULL, "localhost", 0x800B010Fu,
                   "\"server a\" would fit but lies in CurrentUser\\My (a.pem)");
    buf_finish(&text);
}
END_TEST

START_TEST(an_empty_my_says_what_to_do)
{
    load();
    assert_refused(NULL, NULL, 0x80070520u,
                   "There is no certificate in LocalMachine\\My");
    store_finish(&store);
    put_text("LocalMachine/My/a.pfx", "x");
    load();
    assert_refused(NULL, NULL, 0x80070520u, "a.pfx");
}
END_TEST

START_TEST(every_candidate_is_told_about)
{
    struct build_leaf a = server_a();
    struct build_leaf b = client_b();
    struct build_leaf old = server_a();
    old.subject = "old\x1b";
    old.not_after = BUILD_NOW - 1;
    put_cert("LocalMachine/My/a.crt", &a);
    put_pair("LocalMachine/My/b.pem", &b, key_b);
    put_pair("LocalMachine/My/c.pem", &old, key_a);
    load();
    assert_refused(NULL, "localhost", 0x80070520u,
                   "\"server a\" (a.crt) has no private key");
    assert_refused(NULL, "localhost", 0x80070520u,
                   "\"client b\" (b.pem) is not for Server Authentication");
    assert_refused(NULL, "localhost", 0x80070520u, "\"old\\x1b\" (c.pem) expired on");
    store_finish(&store);
    put_cert("LocalMachine/My/d.crt", &a);
    put_cert("LocalMachine/My/e.crt", &a);
    put_cert("LocalMachine/My/f.crt", &a);
    put_text("LocalMachine/My/e.key", ENCRYPTED_KEY);
    load();
    assert_refused(NULL, "localhost", 0x80070520u,
                   "has no usable private key: e.key is protected by a password; ");
    assert_refused(NULL, "localhost", 0x80070520u, "; and 1 more");
}
END_TEST

/* ---- what is sent with it */

START_TEST(the_chain_comes_without_its_root)
{
    struct build_leaf root = root_ca();
    struct build_leaf sub = { .subject = "sub",
                              .issuer = "ca",
                              .key = key_b,
                              .issuer_key = key_ca,
                              .is_ca = true };
    struct build_leaf impostor = { .subject = "sub", .key = key_a, .is_ca = true };
    struct build_leaf a = server_a();
    const struct certificate *chain[8];
    a.issuer = "sub";
    a.issuer_key = key_b;
    put_cert("LocalMachine/Root/ca.crt", &root);
    put_cert("LocalMachine/CA/1.crt", &impostor);
    put_cert("LocalMachine/CA/2.crt", &sub);
    put_pair("LocalMachine/My/a.pem", &a, key_a);
    load();
    ck_assert_uint_eq(store_server_chain(&store, entry(STORE_MY, 0), chain, 8), 2);
    ck_assert_ptr_eq(chain[0], entry(STORE_MY, 0)->cert);
    ck_assert_ptr_eq(chain[1], entry(STORE_CA, 1)->cert);
    ck_assert_uint_eq(store_server_chain(&store, entry(STORE_MY, 0), chain, 1), 1);
    ck_assert_uint_eq(store_server_chain(&store, entry(STORE_MY, 0), chain, 0), 0);
}
END_TEST

START_TEST(a_chain_may_lie_in_the_file)
{
    struct build_leaf root = root_ca();
    struct build_leaf sub = { .subject = "sub",
                              .issuer = "ca",
                              .key = key_b,
                              .issuer_key = key_ca,
                              .is_ca = true };
    struct build_leaf a = server_a();
    struct buf pem = BUF_EMPTY;
    const struct certificate *chain[8];
    a.issuer = "sub";
    a.issuer_key = key_b;
    append_cert(&pem, &a);
    append_cert(&pem, &sub);
    append_cert(&pem, &root);
    ck_assert_int_eq(key_append_pem(key_a, &pem, &err), 0);
    put("LocalMachine/My/a.pem", buf_slice(&pem), 0600);
    load();
    ck_assert_uint_eq(store.n_notes, 0);
    ck_assert_uint_eq(count(STORE_MY), 3);
    ck_assert_str_eq(entry(STORE_MY, 1)->key_problem, "");
    ck_assert_ptr_eq(find(NULL, "localhost"), entry(STORE_MY, 0));
    ck_assert_uint_eq(store_server_chain(&store, entry(STORE_MY, 0), chain, 8), 2);
    ck_assert_ptr_eq(chain[1], entry(STORE_MY, 1)->cert);
    buf_finish_secret(&pem);
}
END_TEST

START_TEST(a_circle_of_issuers_ends)
{
    struct build_leaf one = { .subject = "one",
                              .issuer = "two",
                              .key = key_a,
                              .issuer_key = key_b,
                              .is_ca = true };
    struct build_leaf two = { .subject = "two",
                              .issuer = "one",
                              .key = key_b,
                              .issuer_key = key_a,
                              .is_ca = true };
    const struct certificate *chain[8];
    put_pair("LocalMachine/My/one.pem", &one, key_a);
    put_cert("LocalMachine/CA/one.crt", &one);
    put_cert("LocalMachine/CA/two.crt", &two);
    load();
    ck_assert_uint_eq(store_server_chain(&store, entry(STORE_MY, 0), chain, 8), 2);
}
END_TEST

/* ---- hosts */

static const struct {
    const char *pattern; /* dNSName; NULL = only a common name */
    const char *common_name;
    const char *host;
    bool matches;
} hosts[] = {
    { "a.example", "x", "a.example", true },
    { "a.example", "x", "A.EXAMPLE", true },
    { "a.example", "x", "a.example.", true },
    { "a.example.", "x", "a.example", true },
    { "a.example", "x", "b.example", false },
    { "a.example", "x", "x.a.example", false },
    { "a.example", "a.other", "a.other", false },
    { "*.a.example", "x", "b.a.example", true },
    { "*.a.example", "x", "a.example", false },
    { "*.a.example", "x", "c.b.a.example", false },
    { "*.a.example", "x", ".a.example", false },
    { "*.example", "x", "a.example", false },
    { "*", "x", "localhost", false },
    { "*.", "x", "a.", false },
    { "b*.a.example", "x", "bc.a.example", false },
    { "", "x", "a", false },
    { "a.example", "x", "", false },
    { "127.0.0.1", "x", "127.0.0.1", false }, /* an address needs an iPAddress */
    { NULL, "a.example", "a.example", true },
    { NULL, "*.a.example", "b.a.example", true },
    { NULL, "127.0.0.1", "127.0.0.1", true },
    { NULL, "*.0.0.1", "127.0.0.1", false },
};

START_TEST(host_names_match_by_the_rule)
{
    struct build_leaf leaf = { .subject = hosts[_i].common_name,
                               .key = key_a,
                               .hosts = { hosts[_i].pattern } };
    struct certificate *cert = build_leaf(&leaf);
    ck_assert_msg(certificate_matches_host(cert, hosts[_i].host) == hosts[_i].matches,
                  "%s, %s, %s", hosts[_i].pattern == NULL ? "-" : hosts[_i].pattern,
                  hosts[_i].common_name, hosts[_i].host);
    certificate_destroy(cert);
}
END_TEST

static const struct {
    struct slice ip;
    const char *host;
    bool matches;
} addresses[] = {
    { LITERAL("\x7f\0\0\1"), "127.0.0.1", true },
    { LITERAL("\x7f\0\0\1"), "127.0.0.2", false },
    { LITERAL("\x7f\0\0\1"), "localhost", false },
    { LITERAL("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"), "::1", true },
    { LITERAL("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"), "[::1]", true },
    { LITERAL("\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1"), "fe80::1%lo", true },
    { LITERAL("\x7f\0\0\1\xff\xff\xff\xff"), "127.0.0.1", false },
};

START_TEST(addresses_match_by_their_bytes)
{
    struct build_leaf leaf = { .subject = "x", .key = key_a, .ip = addresses[_i].ip };
    struct certificate *cert = build_leaf(&leaf);
    ck_assert_msg(certificate_matches_host(cert, addresses[_i].host) ==
                      addresses[_i].matches,
                  "row %d: %s", _i, addresses[_i].host);
    certificate_destroy(cert);
}
END_TEST

START_TEST(a_nul_does_not_end_a_name)
{
    /* subjectAltName with the one dNSName "a.example\0.evil" */
    struct buf value = BUF_EMPTY;
    struct buf extension = BUF_EMPTY;
    size_t mark = der_begin(&value, DER_SEQUENCE);
    der_write(&value, DER_CONTEXT | 2, BYTES("a.example\0.evil"));
    der_end(&value, mark);
    build_extension(&extension, OID_SUBJECT_ALT_NAME, false, buf_slice(&value));
    struct build_leaf leaf = { .subject = "x",
                               .key = key_a,
                               .extensions = buf_slice(&extension) };
    struct certificate *cert = build_leaf(&leaf);
    ck_assert(cert->has_subject_alt_name);
    ck_assert(!certificate_matches_host(cert, "a.example"));
    certificate_destroy(cert);
    buf_finish(&value);
    buf_finish(&extension);
}
END_TEST

/* ---- memory */

START_TEST(every_lack_of_memory_is_survived)
{
    struct build_leaf root = root_ca();
    struct build_leaf a = server_a();
    int result = -1;
    put_cert("LocalMachine/Root/ca.crt", &root);
    put_cert("LocalMachine/Root/sub.crt", &a);
    put_pair("LocalMachine/My/a.pem", &a, key_a);
    put_text("LocalMachine/My/b.crt", "x");
    put_pfx("LocalMachine/My/c.pfx", &a, key_a);
    put_text("LocalMachine/My/c.pass", "secret");
    for (size_t n = 1; result != 0; n++) {
        ck_assert_uint_lt(n, 2000);
        mem_fail_after(n);
        result = store_load(&store, dir, BUILD_NOW, &err);
        mem_fail_after(0);
        ck_assert_msg(result == 0 || err.domain == ERR_MEMORY, "%zu: %s", n, err.text);
    }
    ck_assert_uint_eq(count(STORE_MY), 2);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("store");
    TCase *read = tcase_create("read");
    tcase_add_checked_fixture(read, setup, teardown);
    tcase_set_timeout(read, 60);
    tcase_add_test(read, an_empty_folder_is_an_empty_store);
    tcase_add_test(read, a_missing_or_wrong_dir_is_an_error);
    tcase_add_test(read, every_folder_is_read);
    tcase_add_test(read, all_forms_of_a_certificate);
    tcase_add_loop_test(read, a_bad_file_is_a_note, 0, (int)ARRAY_LEN(bad_files));
    tcase_add_test(read, what_cannot_be_opened_is_a_note);
    tcase_add_test(read, notes_are_bounded);
    tcase_add_test(read, keys_find_their_certificates);
    tcase_add_test(read, a_key_of_the_same_name_must_fit);
    tcase_add_test(read, an_encrypted_key_says_so);
    tcase_add_test(read, a_stray_key_is_a_note);
    tcase_add_test(read, a_key_outside_of_my_is_a_note);
    tcase_add_test(read, a_readable_key_is_a_note);
    tcase_add_loop_test(read, a_pfx_is_read_with_its_password, 0,
                        (int)ARRAY_LEN(pfx_rows));
    tcase_add_test(read, a_pfx_in_another_folder_gives_its_certificate);
    tcase_add_test(read, a_pfx_of_the_wrong_key_says_so);
    tcase_add_test(read, a_password_that_is_no_file_is_a_note);
    tcase_add_test(read, a_p7b_is_read);
    tcase_add_test(read, a_serialized_store_is_read);
    tcase_add_test(read, auth_root_counts_as_root);
    tcase_add_test(read, a_non_self_signed_root_is_a_trap);
    tcase_add_test(read, a_forged_root_is_a_trap);
    tcase_add_test(read, an_expired_root_is_a_trap);
    tcase_add_test(read, what_certgate_made_is_so_on_purpose);
    tcase_add_test(read, a_crl_out_of_date_is_a_trap);
    tcase_add_test(read, trusted_and_distrusted_is_a_trap);
    tcase_add_test(read, a_long_list_of_issuers_is_a_trap);
    tcase_add_test(read, a_root_of_the_user_is_a_trap);
    tcase_add_test(read, a_root_among_the_intermediates_is_a_note);
    tcase_add_test(read, a_large_root_store_is_a_note);
    tcase_add_test(read, a_misspelt_folder_is_a_note);
    tcase_add_loop_test(read, damage_is_told_from_what_is_harmless, 0,
                        (int)ARRAY_LEN(damages));
    tcase_add_loop_test(read, a_folder_that_is_gone_is_damage, 0, 3);
    tcase_add_test(read, a_cut_list_says_whose_it_was);
    tcase_add_test(read, every_lack_of_memory_is_survived);
    suite_add_tcase(s, read);

    TCase *server = tcase_create("server");
    tcase_add_checked_fixture(server, setup, teardown);
    tcase_add_test(server, the_best_fit_is_chosen);
    tcase_add_test(server, a_certificate_is_found_by_its_thumbprint);
    tcase_add_test(server, the_copy_with_its_key_is_meant);
    tcase_add_test(server, a_client_certificate_is_refused);
    tcase_add_test(server, an_empty_eku_is_no_server);
    tcase_add_test(server, a_missing_key_is_iis_sentence);
    tcase_add_test(server, time_is_looked_at);
    tcase_add_test(server, the_host_is_looked_at);
    tcase_add_test(server, one_in_current_user_is_not_found);
    tcase_add_test(server, an_empty_my_says_what_to_do);
    tcase_add_test(server, every_candidate_is_told_about);
    tcase_add_test(server, the_chain_comes_without_its_root);
    tcase_add_test(server, a_chain_may_lie_in_the_file);
    tcase_add_test(server, a_circle_of_issuers_ends);
    tcase_add_loop_test(server, host_names_match_by_the_rule, 0, (int)ARRAY_LEN(hosts));
    tcase_add_loop_test(server, addresses_match_by_their_bytes, 0,
                        (int)ARRAY_LEN(addresses));
    tcase_add_test(server, a_nul_does_not_end_a_name);
    suite_add_tcase(s, server);
    return s;
}
