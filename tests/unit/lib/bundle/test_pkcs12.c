/* SPDX-License-Identifier: MIT
 *
 * bundle/pkcs12: files of other programs, our own, damaged ones.
 */
#include "bundle/pkcs12.h"

#include "base/file.h"
#include "base/mem.h"
#include "bundle/pkcs12_kdf.h"
#include "bundle/pkcs12_oid.h"
#include "support/build_leaf.h"
#include "support/check_main.h"
#include "support/pkcs_files.h"

#include <mbedtls/pkcs12.h>
#include <mbedtls/pkcs5.h>
#include <stdio.h>
#include <string.h>

#define LONG_PASS \
    "0123456789 0123456789 0123456789 0123456789 gr\xc3\xbcn \xf0\x9f\x94\x91"
/* Enough for a file of 2048 iterations, little enough for thousands of files. */
#define WORK_LITTLE ((uint64_t)20000)

static bool read_file(const char *name, struct buf *out)
{
    return pkcs_read_file(name, PKCS12_SIZE_MAX, out);
}

/* ---- files of others */

static const struct file_row {
    const char *name;
    const char *password;
    enum pkcs12_result want;
    size_t n_certs;
    bool has_mac;
} file_rows[] = {
    { "openssl3.p12", "secret", PKCS12_OK, 2, true },
    { "openssl3.p12", "Secret", PKCS12_WRONG_PASSWORD, 0, true },
    { "openssl3.p12", "", PKCS12_WRONG_PASSWORD, 0, true },
    { "openssl3.p12", NULL, PKCS12_NO_PASSWORD, 0, true },
    { "openssl-3des.p12", "secret", PKCS12_OK, 2, true },
    { "openssl-3des.p12", "x", PKCS12_WRONG_PASSWORD, 0, true },
    { "openssl-2des.p12", "secret", PKCS12_OK, 2, true },
    { "openssl-rc2.p12", "secret", PKCS12_OK, 2, true },
    { "openssl-rc2.p12", "wrong", PKCS12_WRONG_PASSWORD, 0, true },
    { "openssl-rc2-128.p12", "secret", PKCS12_OK, 2, true },
    { "openssl-rc4-128.p12", "secret", PKCS12_OK, 2, true },
    { "openssl-rc4-40.p12", "secret", PKCS12_OK, 2, true },
    { "openssl-rc2-nomac.p12", "secret", PKCS12_OK, 2, false },
    { "openssl-rc2-nomac.p12", "wrong", PKCS12_WRONG_PASSWORD, 0, false },
    { "openssl-nomac.p12", "secret", PKCS12_OK, 2, false },
    { "openssl-nomac.p12", "wrong", PKCS12_WRONG_PASSWORD, 0, false },
    { "openssl-nomac.p12", NULL, PKCS12_NO_PASSWORD, 0, false },
    { "openssl-aes128-sha512.p12", "secret", PKCS12_OK, 2, true },
    { "openssl-des3-sha384.p12", "secret", PKCS12_OK, 2, true },
    { "openssl-empty.p12", NULL, PKCS12_OK, 2, true },
    { "openssl-empty.p12", "", PKCS12_OK, 2, true },
    { "openssl-empty.p12", "secret", PKCS12_WRONG_PASSWORD, 0, true },
    { "openssl-long.p12", LONG_PASS, PKCS12_OK, 2, true },
    { "gnutls.p12", "secret", PKCS12_OK, 2, true },
    { "gnutls-null.p12", NULL, PKCS12_OK, 1, true },
    { "gnutls-null.p12", "", PKCS12_OK, 1, true },
    { "java.p12", "secret", PKCS12_OK, 1, true },
    { "nss-ber.p12", "secret", PKCS12_OK, 1, true },
    { "nss-ber.p12", "wrong", PKCS12_WRONG_PASSWORD, 0, true },
    { "openssl.p7b", "secret", PKCS12_NOT, 0, false },
};

static size_t count(const struct pkcs12 *pkcs12, enum pkcs12_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < pkcs12->n_items; i++) {
        n += pkcs12->items[i].kind == kind ? 1 : 0;
    }
    return n;
}

static const struct pkcs12_item *find(const struct pkcs12 *pkcs12,
                                      enum pkcs12_kind kind, size_t index)
{
    for (size_t i = 0; i < pkcs12->n_items; i++) {
        if (pkcs12->items[i].kind == kind && index-- == 0) {
            return &pkcs12->items[i];
        }
    }
    return NULL;
}

/* The key is the first certificate's, and both carry the same id. */
static void assert_pair(const struct pkcs12 *pkcs12, const char *label)
{
    const struct pkcs12_item *key_item = find(pkcs12, PKCS12_KEY, 0);
    const struct pkcs12_item *cert_item = find(pkcs12, PKCS12_CERTIFICATE, 0);
    struct key *key = NULL;
    struct err err = ERR_INIT;
    struct certificate *cert = certificate_create(buf_slice(&cert_item->der));
    ck_assert_msg(key_parse(buf_slice(&key_item->der), NULL, label, &key, &err) == 0,
                  "%s: %s", label, err.text);
    ck_assert_msg(cert != NULL && cert->malformed == NULL, "%s", label);
    ck_assert_msg(key_matches(key, cert), "%s: not its key", label);
    ck_assert_msg(key_item->local_key_id.len > 0 &&
                      slice_equal(buf_slice(&key_item->local_key_id),
                                  buf_slice(&cert_item->local_key_id)),
                  "%s: localKeyID", label);
    certificate_destroy(cert);
    key_destroy(key);
}

START_TEST(test_file)
{
    const struct file_row *row = &file_rows[_i];
    struct buf bytes = BUF_EMPTY;
    struct pkcs12 pkcs12 = { .items = NULL };
    struct err err = ERR_INIT;
    if (!read_file(row->name, &bytes)) {
        return;
    }
    enum pkcs12_result got =
        pkcs12_read(buf_slice(&bytes), row->password, NULL, row->name, &pkcs12, &err);
    ck_assert_msg(got == row->want, "%s with %s: %d, %s", row->name,
                  row->password == NULL ? "none" : row->password, got, err.text);
    if (got == PKCS12_OK) {
        ck_assert_msg(count(&pkcs12, PKCS12_CERTIFICATE) == row->n_certs, "%s",
                      row->name);
        ck_assert_msg(count(&pkcs12, PKCS12_KEY) == 1, "%s", row->name);
        ck_assert_msg(pkcs12.has_mac == row->has_mac, "%s", row->name);
        assert_pair(&pkcs12, row->name);
        ck_assert_str_eq(buf_string(&pkcs12.items[0].friendly_name), "blob");
    } else {
        ck_assert_msg(strstr(err.text, row->name) != NULL, "%s", err.text);
        ck_assert_ptr_null(pkcs12.items);
    }
    pkcs12_finish(&pkcs12);
    buf_finish(&bytes);
}
END_TEST

/* Of so many wrong passwords some eight leave padding that is right by chance. */
START_TEST(test_no_wrong_password_opens_a_file_without_mac)
{
    enum { TRIES = 2048 };
    struct buf bytes = BUF_EMPTY;
    struct pkcs12 pkcs12;
    struct err err = ERR_INIT;
    if (!read_file("openssl-nomac-50.p12", &bytes)) {
        return;
    }
    for (int i = 0; i < TRIES; i++) {
        char password[16];
        snprintf(password, sizeof password, "wrong %d", i);
        ck_assert_msg(pkcs12_read(buf_slice(&bytes), password, NULL, "a.pfx", &pkcs12,
                                  &err) == PKCS12_WRONG_PASSWORD,
                      "%s", password);
    }
    buf_finish(&bytes);
}
END_TEST

START_TEST(test_what_is_not_supported_is_named)
{
    struct buf bytes = BUF_EMPTY;
    struct pkcs12 pkcs12;
    struct err err = ERR_INIT;
    static const uint8_t aes_256[] = { 0x60, 0x86, 0x48, 0x01, 0x65,
                                       0x03, 0x04, 0x01, 0x2a };
    if (!read_file("openssl-nomac.p12", &bytes)) {
        return;
    }
    for (size_t i = 0; i + sizeof(aes_256) <= bytes.len; i++) {
        if (memcmp(bytes.data + i, aes_256, sizeof(aes_256)) == 0) {
            bytes.data[i + sizeof(aes_256) - 1] = 0x2e; /* in GCM, not in CBC mode */
        }
    }
    ck_assert_int_eq(
        pkcs12_read(buf_slice(&bytes), "secret", NULL, "a.pfx", &pkcs12, &err),
        PKCS12_UNSUPPORTED);
    ck_assert_str_eq(err.text,
                     "a.pfx is protected by AES-256-GCM, which is not supported: "
                     "convert it with `openssl pkcs12 -legacy -in a.pfx -nodes | "
                     "openssl pkcs12 -export -out NEW.p12`");
    buf_finish(&bytes);
}
END_TEST

START_TEST(test_work_is_bounded)
{
    static const struct {
        const char *name;
        uint64_t work;
        enum pkcs12_result want;
    } rows[] = {
        { "openssl3.p12", 2047, PKCS12_TOO_COSTLY },     /* the MAC */
        { "openssl3.p12", 2 * 2048, PKCS12_TOO_COSTLY }, /* the key */
        { "openssl3.p12", 3 * 2048, PKCS12_OK },
        { "openssl-3des.p12", 7 * 2048 - 1, PKCS12_TOO_COSTLY },
        { "openssl-3des.p12", 7 * 2048, PKCS12_OK },
        { "java.p12", 10000, PKCS12_TOO_COSTLY },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf bytes = BUF_EMPTY;
        struct pkcs12 pkcs12 = { .items = NULL };
        struct err err = ERR_INIT;
        if (!read_file(rows[i].name, &bytes)) {
            continue;
        }
        uint64_t work_left = rows[i].work;
        ck_assert_msg(pkcs12_read(buf_slice(&bytes), "secret", &work_left, rows[i].name,
                                  &pkcs12, &err) == rows[i].want,
                      "row %zu: %s", i, err.text);
        ck_assert_msg(rows[i].want != PKCS12_OK || work_left == 0, "row %zu: %llu left",
                      i, (unsigned long long)work_left);
        pkcs12_finish(&pkcs12);
        buf_finish(&bytes);
    }
}
END_TEST

/* ---- our own */

struct made {
    struct key *key;
    struct certificate *certs[2];
    struct slice chain[2];
};

static void make(struct made *made)
{
    struct err err = ERR_INIT;
    ck_assert_int_eq(key_generate(KEY_TYPE_EC_P256, &made->key, &err), 0);
    for (size_t i = 0; i < 2; i++) {
        struct build_leaf leaf = { .subject = i == 0 ? "alice" : "bob",
                                   .key = made->key };
        made->certs[i] = build_leaf(&leaf);
        made->chain[i] = made->certs[i]->der;
    }
}

static void unmake(struct made *made)
{
    key_destroy(made->key);
    certificate_destroy(made->certs[0]);
    certificate_destroy(made->certs[1]);
}

static const struct write_row {
    enum pkcs12_flavour flavour;
    const char *password;
    const char *friendly_name;
} write_rows[] = {
    { PKCS12_LEGACY, "changeit", "alice" },
    { PKCS12_MODERN, "changeit", "alice" },
    { PKCS12_LEGACY, LONG_PASS, "gr\xc3\xbcn \xf0\x9f\x94\x91" },
    { PKCS12_MODERN, LONG_PASS, "gr\xc3\xbcn \xf0\x9f\x94\x91" },
    { PKCS12_LEGACY, "x", NULL },
    { PKCS12_MODERN, "\xff\xfe no UTF-8", NULL },
};

START_TEST(test_written_is_read)
{
    const struct write_row *row = &write_rows[_i];
    struct made made;
    struct buf bytes = BUF_EMPTY;
    struct pkcs12 pkcs12;
    struct err err = ERR_INIT;
    make(&made);
    uint8_t id[] = { 1, 2, 3 };
    struct pkcs12_contents contents = {
        .key = made.key,
        .chain = made.chain,
        .n_chain = 2,
        .friendly_name = row->friendly_name,
        .local_key_id = { id, _i % 2 == 0 ? 0 : sizeof(id) },
        .password = row->password,
        .flavour = row->flavour,
    };
    ck_assert_msg(pkcs12_write(&contents, &bytes, &err) == 0, "%s", err.text);
    ck_assert(pkcs12_is(buf_slice(&bytes)));
    ck_assert_msg(pkcs12_read(buf_slice(&bytes), row->password, NULL, "own", &pkcs12,
                              &err) == PKCS12_OK,
                  "row %d: %s", _i, err.text);
    ck_assert(pkcs12.has_mac);
    ck_assert_uint_eq(count(&pkcs12, PKCS12_CERTIFICATE), 2);
    assert_pair(&pkcs12, "own");
    for (size_t i = 0; i < 2; i++) {
        ck_assert(slice_equal(buf_slice(&find(&pkcs12, PKCS12_CERTIFICATE, i)->der),
                              made.chain[i]));
    }
    if (contents.local_key_id.len > 0) {
        ck_assert(slice_equal(buf_slice(&pkcs12.items[0].local_key_id),
                              contents.local_key_id));
    }
    ck_assert_uint_eq(pkcs12.uses, row->flavour == PKCS12_LEGACY
                                       ? PKCS12_USES_3DES | PKCS12_USES_MAC_SHA1
                                       : PKCS12_USES_PBES2 | PKCS12_USES_MAC_SHA2);
    const char *want = row->friendly_name == NULL ? "" : row->friendly_name;
    ck_assert_str_eq(buf_string(&pkcs12.items[0].friendly_name), want);
    ck_assert_uint_eq(find(&pkcs12, PKCS12_CERTIFICATE, 1)->friendly_name.len, 0);
    pkcs12_finish(&pkcs12);
    ck_assert_int_eq(
        pkcs12_read(buf_slice(&bytes), "another", NULL, "own", &pkcs12, &err),
        PKCS12_WRONG_PASSWORD);
    buf_finish(&bytes);
    unmake(&made);
}
END_TEST

START_TEST(test_no_empty_password)
{
    static const char *const passwords[] = { NULL, "" };
    struct made made;
    make(&made);
    for (size_t i = 0; i < 2; i++) {
        struct pkcs12_contents contents = { .key = made.key,
                                            .chain = made.chain,
                                            .n_chain = 2,
                                            .friendly_name = "a",
                                            .password = passwords[i],
                                            .flavour = PKCS12_MODERN };
        struct buf bytes = BUF_EMPTY;
        struct err err = ERR_INIT;
        ck_assert_int_eq(pkcs12_write(&contents, &bytes, &err), -1);
        ck_assert_int_eq(err.domain, ERR_CONFIG);
        ck_assert_uint_eq(bytes.len, 0);
    }
    unmake(&made);
}
END_TEST

/* ---- PBMAC1 (RFC 9579): no program at hand writes it, so its MacData is made here */

static void write_none(struct buf *out, enum pkcs12_oid_role role, mbedtls_md_type_t md)
{
    der_write(out, DER_OID, pkcs12_oid_get(role, md, MBEDTLS_CIPHER_NONE));
}

static void append_pbmac1(struct buf *out, const char *password, struct slice bytes,
                          bool with_key_len)
{
    uint8_t key[32];
    uint8_t mac[32];
    struct slice salt = BYTES("saltsalt");
    ck_assert_int_eq(mbedtls_pkcs5_pbkdf2_hmac_ext(
                         MBEDTLS_MD_SHA512, (const uint8_t *)password, strlen(password),
                         salt.data, salt.len, 1000, sizeof(key), key),
                     0);
    ck_assert_int_eq(mbedtls_md_hmac(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), key,
                                     sizeof(key), bytes.data, bytes.len, mac),
                     0);
    size_t mac_data = der_begin(out, DER_SEQUENCE);
    size_t digest_info = der_begin(out, DER_SEQUENCE);
    size_t algorithm = der_begin(out, DER_SEQUENCE);
    write_none(out, PKCS12_OID_PBMAC1, MBEDTLS_MD_NONE);
    size_t params = der_begin(out, DER_SEQUENCE);
    size_t kdf = der_begin(out, DER_SEQUENCE);
    write_none(out, PKCS12_OID_PBKDF2, MBEDTLS_MD_NONE);
    size_t kdf_params = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OCTET_STRING, salt);
    der_write_small(out, 1000);
    if (with_key_len) {
        der_write_small(out, sizeof(key));
    }
    size_t prf = der_begin(out, DER_SEQUENCE);
    write_none(out, PKCS12_OID_HMAC, MBEDTLS_MD_SHA512);
    der_end(out, prf);
    der_end(out, kdf_params);
    der_end(out, kdf);
    size_t scheme = der_begin(out, DER_SEQUENCE);
    write_none(out, PKCS12_OID_HMAC, MBEDTLS_MD_SHA256);
    der_end(out, scheme);
    der_end(out, params);
    der_end(out, algorithm);
    der_write(out, DER_OCTET_STRING, (struct slice){ mac, sizeof(mac) });
    der_end(out, digest_info);
    der_write(out, DER_OCTET_STRING, BYTES("NOT USED"));
    der_write_small(out, 1);
    der_end(out, mac_data);
}

START_TEST(test_pbmac1)
{
    static const struct {
        const char *password;
        bool with_key_len;
        enum pkcs12_result want;
    } rows[] = {
        { "secret", true, PKCS12_OK },
        { "wrong", true, PKCS12_WRONG_PASSWORD },
        { "secret", false, PKCS12_DAMAGED },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf file = BUF_EMPTY;
        struct buf made = BUF_EMPTY;
        struct pkcs12 pkcs12 = { .items = NULL };
        struct err err = ERR_INIT;
        struct slice fields;
        struct slice info;
        if (!read_file("openssl3.p12", &file)) {
            continue;
        }
        struct slice cursor = buf_slice(&file);
        ck_assert(der_read(&cursor, DER_SEQUENCE, &fields));
        ck_assert(der_read(&fields, DER_INTEGER, &info));
        ck_assert(der_read_whole(&fields, DER_SEQUENCE, &info));
        struct slice content;
        struct slice safe = info;
        ck_assert(der_read(&safe, DER_SEQUENCE, &content));
        ck_assert(der_read(&content, DER_OID, &safe));
        ck_assert(der_read(&content, 0xa0, &safe));
        ck_assert(der_read(&safe, DER_OCTET_STRING, &content));
        size_t whole = der_begin(&made, DER_SEQUENCE);
        der_write_small(&made, 3);
        buf_append_slice(&made, info);
        append_pbmac1(&made, "secret", content, rows[i].with_key_len);
        der_end(&made, whole);
        enum pkcs12_result got = pkcs12_read(buf_slice(&made), rows[i].password, NULL,
                                             "pbmac1", &pkcs12, &err);
        ck_assert_msg(got == rows[i].want, "row %zu: %d %s", i, got, err.text);
        pkcs12_finish(&pkcs12);
        buf_finish(&made);
        buf_finish(&file);
    }
}
END_TEST

/* ---- key derivation, against mbedTLS's where that can do it */

START_TEST(test_kdf_agrees)
{
    static const mbedtls_md_type_t mds[] = { MBEDTLS_MD_SHA1, MBEDTLS_MD_SHA256,
                                             MBEDTLS_MD_SHA384, MBEDTLS_MD_SHA512 };
    static const char *const passwords[] = { NULL, "", "smeg", "queeg with blanks" };
    static const uint8_t salt[] = { 0x0a, 0x58, 0xcf, 0x64, 0x53, 0x0d, 0x82, 0x3f };
    for (size_t i = 0; i < ARRAY_LEN(mds) * ARRAY_LEN(passwords); i++) {
        mbedtls_md_type_t md = mds[i % ARRAY_LEN(mds)];
        struct buf password = BUF_EMPTY;
        uint8_t ours[100];
        uint8_t theirs[100];
        ck_assert(pkcs12_kdf_append_password(&password, passwords[i / ARRAY_LEN(mds)]));
        for (int purpose = PKCS12_KDF_KEY; purpose <= PKCS12_KDF_MAC; purpose++) {
            struct pkcs12_kdf kdf = {
                md, buf_slice(&password), { salt, sizeof(salt) }, 3
            };
            ck_assert(pkcs12_kdf_derive(&kdf, (enum pkcs12_kdf_purpose)purpose, ours,
                                        sizeof(ours)));
            ck_assert_int_eq(mbedtls_pkcs12_derivation(
                                 theirs, sizeof(theirs), password.data, password.len,
                                 salt, sizeof(salt), md, purpose, 3),
                             0);
            ck_assert_msg(memcmp(ours, theirs, sizeof(ours)) == 0,
                          "row %zu, purpose %d", i, purpose);
        }
        buf_finish(&password);
    }
}
END_TEST

/* ---- damage */

/* The file of NSS is last: its 600,000 iterations are too many for the loops that
 * must succeed. */
static const char *const damage_rows[] = {
    "openssl3.p12", "openssl-3des.p12", "openssl-nomac.p12", "openssl-des3-sha384.p12",
    "nss-ber.p12",
};

static void read_any(struct slice bytes)
{
    struct pkcs12 pkcs12 = { .items = NULL };
    struct err err = ERR_INIT;
    uint64_t work_left = WORK_LITTLE;
    enum pkcs12_result result =
        pkcs12_read(bytes, "secret", &work_left, "damaged", &pkcs12, &err);
    ck_assert_msg(result == PKCS12_OK || err.text[0] != 0, "%d without a word", result);
    ck_assert(result != PKCS12_MEMORY);
    pkcs12_finish(&pkcs12);
}

START_TEST(test_damage)
{
    struct buf bytes = BUF_EMPTY;
    if (!read_file(damage_rows[_i], &bytes)) {
        return;
    }
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t kept = bytes.data[i];
        /* The header is where most can go wrong; what follows is covered by the MAC. */
        unsigned n_bits = i < 64 ? 8 : i % 5 == 0 ? 1 : 0;
        for (unsigned bit = 0; bit < n_bits; bit++) {
            bytes.data[i] = (uint8_t)(kept ^ 1u << (i + bit) % 8);
            read_any(buf_slice(&bytes));
        }
        bytes.data[i] = kept;
        if (i % 11 == 0) {
            read_any(slice_part(buf_slice(&bytes), 0, i));
        }
    }
    buf_finish(&bytes);
}
END_TEST

START_TEST(test_a_changed_byte_is_noticed)
{
    struct buf bytes = BUF_EMPTY;
    struct pkcs12 pkcs12;
    struct err err = ERR_INIT;
    if (!read_file("openssl3.p12", &bytes)) {
        return;
    }
    bytes.data[bytes.len / 2] ^= 1;
    ck_assert_int_eq(
        pkcs12_read(buf_slice(&bytes), "secret", NULL, "file", &pkcs12, &err),
        PKCS12_WRONG_PASSWORD);
    buf_finish(&bytes);
}
END_TEST

START_TEST(test_memory)
{
    struct buf bytes = BUF_EMPTY;
    struct pkcs12 pkcs12 = { .items = NULL };
    struct err err = ERR_INIT;
    enum pkcs12_result result = PKCS12_MEMORY;
    size_t n = 1;
    if (!read_file(damage_rows[_i], &bytes)) {
        return;
    }
    for (; result == PKCS12_MEMORY; n++) {
        ck_assert_uint_lt(n, 200);
        mem_fail_after(n);
        result = pkcs12_read(buf_slice(&bytes), "secret", NULL, "file", &pkcs12, &err);
        mem_fail_after(0);
    }
    ck_assert_int_eq(result, PKCS12_OK);
    ck_assert_uint_gt(n, 5);
    pkcs12_finish(&pkcs12);
    buf_finish(&bytes);
}
END_TEST

START_TEST(test_write_memory)
{
    struct made made;
    struct err err = ERR_INIT;
    int result = -1;
    make(&made);
    struct pkcs12_contents contents = { .key = made.key,
                                        .chain = made.chain,
                                        .n_chain = 2,
                                        .friendly_name = "alice",
                                        .password = "secret",
                                        .flavour = PKCS12_LEGACY };
    for (size_t n = 1; result != 0; n++) {
        struct buf bytes = BUF_EMPTY;
        ck_assert_uint_lt(n, 200);
        mem_fail_after(n);
        result = pkcs12_write(&contents, &bytes, &err);
        mem_fail_after(0);
        ck_assert(result == 0 || err.domain == ERR_MEMORY);
        buf_finish(&bytes);
    }
    unmake(&made);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("pkcs12");
    TCase *t = tcase_create("pkcs12");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, test_file, 0, ARRAY_LEN(file_rows));
    tcase_add_test(t, test_no_wrong_password_opens_a_file_without_mac);
    tcase_add_test(t, test_what_is_not_supported_is_named);
    tcase_add_test(t, test_work_is_bounded);
    tcase_add_loop_test(t, test_written_is_read, 0, ARRAY_LEN(write_rows));
    tcase_add_test(t, test_no_empty_password);
    tcase_add_test(t, test_pbmac1);
    tcase_add_test(t, test_kdf_agrees);
    tcase_add_loop_test(t, test_damage, 0, ARRAY_LEN(damage_rows));
    tcase_add_test(t, test_a_changed_byte_is_noticed);
    tcase_add_loop_test(t, test_memory, 0, ARRAY_LEN(damage_rows) - 1);
    tcase_add_test(t, test_write_memory);
    suite_add_tcase(s, t);
    return s;
}
