/* SPDX-License-Identifier: MIT
 *
 * bundle/bundle, with bundle/pkcs7 and pki/ber below it: whatever file certificates
 * come in.
 */
#include "bundle/bundle.h"

#include "base/file.h"
#include "base/mem.h"
#include "bundle/pkcs7.h"
#include "pki/ber.h"
#include "pki/pem_write.h"
#include "support/build_leaf.h"
#include "support/check_main.h"
#include "support/pkcs_files.h"

#include <string.h>

static struct key *key;
static struct certificate *cert;

static void setup(void)
{
    struct err err = ERR_INIT;
    ck_assert_int_eq(key_generate(KEY_TYPE_EC_P256, &key, &err), 0);
    struct build_leaf leaf = { .subject = "alice", .key = key };
    cert = build_leaf(&leaf);
}

static void teardown(void)
{
    key_destroy(key);
    certificate_destroy(cert);
}

static bool read_file(const char *name, struct buf *out)
{
    return pkcs_read_file(name, BUNDLE_SIZE_MAX, out);
}

/* ---- files */

static const struct file_row {
    const char *name;
    const char *password;
    enum bundle_result want;
    enum bundle_format format;
    size_t n_certs;
    size_t n_crls;
    bool has_key;
} file_rows[] = {
    { "openssl3.p12", "secret", BUNDLE_OK, BUNDLE_PKCS12, 2, 0, true },
    { "openssl3.p12", NULL, BUNDLE_NO_PASSWORD, BUNDLE_PKCS12, 0, 0, false },
    { "openssl3.p12", "x", BUNDLE_WRONG_PASSWORD, BUNDLE_PKCS12, 0, 0, false },
    { "openssl-rc2.p12", "secret", BUNDLE_OK, BUNDLE_PKCS12, 2, 0, true },
    { "openssl.p7b", NULL, BUNDLE_OK, BUNDLE_PKCS7, 2, 0, false },
    { "openssl-crl.p7b.pem", NULL, BUNDLE_OK, BUNDLE_PKCS7, 1, 1, false },
    { "README.md", NULL, BUNDLE_FAILED, BUNDLE_DER, 0, 0, false },
};

START_TEST(test_file)
{
    const struct file_row *row = &file_rows[_i];
    struct buf bytes = BUF_EMPTY;
    struct bundle bundle = { .format = BUNDLE_PEM };
    struct err err = ERR_INIT;
    if (!read_file(row->name, &bytes)) {
        return;
    }
    enum bundle_result got =
        bundle_read(buf_slice(&bytes), row->password, row->name, &bundle, &err);
    ck_assert_msg(got == row->want, "%s: %d %s", row->name, got, err.text);
    if (got == BUNDLE_OK) {
        ck_assert_msg(bundle.format == row->format, "%s: %s", row->name,
                      bundle_format_name(bundle.format));
        ck_assert_msg(bundle.n_certs == row->n_certs, "%s", row->name);
        ck_assert_msg(bundle.n_crls == row->n_crls, "%s", row->name);
        ck_assert_msg((bundle.key != NULL) == row->has_key, "%s", row->name);
        ck_assert_msg(bundle.certs[0]->malformed == NULL, "%s", row->name);
    } else {
        ck_assert_msg(strstr(err.text, row->name) != NULL, "%s", err.text);
    }
    bundle_finish(&bundle);
    buf_finish(&bytes);
}
END_TEST

/* ---- made here */

enum form { FORM_DER, FORM_PEM, FORM_PEM_MIX, FORM_TRUSTED, FORM_KEY, FORM_CUT };

static void append_form(struct buf *out, enum form form)
{
    struct err err = ERR_INIT;
    struct buf trusted = BUF_EMPTY;
    switch (form) {
    case FORM_DER:
        buf_append_slice(out, cert->der);
        break;
    case FORM_PEM_MIX:
        ck_assert_int_eq(key_append_pem(key, out, &err), 0);
        buf_append_string(out, "some text\n");
        ck_assert(certificate_append_pem(out, cert));
        buf_append_string(out,
                          "-----BEGIN UNHEARD OF-----\n!\n-----END UNHEARD OF-----\n");
        ck_assert(certificate_append_pem(out, cert));
        break;
    case FORM_TRUSTED:
        buf_append_slice(&trusted, cert->der);
        buf_append_string(&trusted, "\x30\x03\x02\x01\x05");
        ck_assert(pem_write(out, "TRUSTED CERTIFICATE", buf_slice(&trusted)));
        break;
    case FORM_KEY:
        ck_assert_int_eq(key_append_pem(key, out, &err), 0);
        break;
    case FORM_CUT:
    case FORM_PEM:
    default:
        ck_assert(certificate_append_pem(out, cert));
        out->len -= form == FORM_CUT ? 10 : 0;
        break;
    }
    buf_finish(&trusted);
}

static const struct form_row {
    enum form form;
    enum bundle_result want;
    size_t n_certs;
    bool has_key;
} form_rows[] = {
    { FORM_DER, BUNDLE_OK, 1, false },     { FORM_PEM, BUNDLE_OK, 1, false },
    { FORM_PEM_MIX, BUNDLE_OK, 2, true },  { FORM_TRUSTED, BUNDLE_OK, 1, false },
    { FORM_KEY, BUNDLE_FAILED, 0, false }, { FORM_CUT, BUNDLE_FAILED, 0, false },
};

START_TEST(test_form)
{
    const struct form_row *row = &form_rows[_i];
    struct buf bytes = BUF_EMPTY;
    struct bundle bundle = { .format = BUNDLE_PEM };
    struct err err = ERR_INIT;
    append_form(&bytes, row->form);
    ck_assert_msg(bundle_read(buf_slice(&bytes), NULL, "file", &bundle, &err) ==
                      row->want,
                  "form %d: %s", row->form, err.text);
    ck_assert_msg(bundle.n_certs == row->n_certs, "form %d", row->form);
    ck_assert_msg((bundle.key != NULL) == row->has_key, "form %d", row->form);
    for (size_t i = 0; i < bundle.n_certs; i++) {
        ck_assert_msg(certificate_equal(bundle.certs[i], cert), "form %d", row->form);
    }
    bundle_finish(&bundle);
    buf_finish(&bytes);
}
END_TEST

static const struct refused_row {
    struct slice bytes;
    const char *want; /* a part of the sentence */
} refused_rows[] = {
    { LITERAL(""), "is empty" },
    { LITERAL("MIIBIjANBgkq"), "base64 text that was cut off" },
    { LITERAL("hello"), "neither PEM nor DER" },
    /* PKCS#7 of type data */
    { LITERAL("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x00"),
      "another kind" },
    /* signedData, cut off */
    { LITERAL("\x30\x50\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x00"),
      "damaged PKCS#7" },
    { LITERAL(
          "\x30\x10\x02\x01\x03\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"),
      "damaged PKCS#12" },
    { LITERAL("-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n"),
      "no base64" },
    { LITERAL("-----BEGIN UNHEARD OF-----\nAAAA\n-----END UNHEARD OF-----\n"),
      "no certificate" },
};

START_TEST(test_refused)
{
    const struct refused_row *row = &refused_rows[_i];
    struct bundle bundle;
    struct err err = ERR_INIT;
    ck_assert_int_eq(bundle_read(row->bytes, NULL, "file", &bundle, &err),
                     BUNDLE_FAILED);
    ck_assert_msg(strstr(err.text, row->want) != NULL, "%s: %s", row->want, err.text);
}
END_TEST

/* ---- a stranger's file, whose passwords cost what it says */

/* The bound is for all blocks together. */
START_TEST(test_work_of_all_blocks)
{
    static const size_t work = 3 * 2048; /* of openssl3.p12 */
    static const struct {
        int n;
        size_t work_max;
        enum bundle_result want;
    } rows[] = {
        { 1, work, BUNDLE_OK },         { 1, work - 1, BUNDLE_FAILED },
        { 3, 3 * work, BUNDLE_OK },     { 3, 3 * work - 1, BUNDLE_FAILED },
        { 3, 2 * work, BUNDLE_FAILED },
    };
    struct buf file = BUF_EMPTY;
    if (!read_file("openssl3.p12", &file)) {
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf pem = BUF_EMPTY;
        struct bundle bundle = { .format = BUNDLE_PEM };
        struct err err = ERR_INIT;
        for (int k = 0; k < rows[i].n; k++) {
            ck_assert(pem_write(&pem, "PKCS12", buf_slice(&file)));
        }
        ck_assert_msg(bundle_read_bounded(buf_slice(&pem), "secret", rows[i].work_max,
                                          "file", &bundle, &err) == rows[i].want,
                      "row %zu: %s", i, err.text);
        bundle_finish(&bundle);
        buf_finish(&pem);
    }
    buf_finish(&file);
}
END_TEST

/* EncryptedPrivateKeyInfo, whose password is to be hashed 2^31 - 1 times: some 45
 * minutes for each. The certificates are read without. */
START_TEST(test_a_costly_key_is_not_read)
{
    static const uint8_t costly[] =
        "\x30\x2b\x30\x25\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d\x30\x18"
        "\x30\x16\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c\x30\x09"
        "\x04\x01\x01\x02\x04\x7f\xff\xff\xff\x04\x02\x00\x00";
    struct buf pem = BUF_EMPTY;
    struct bundle bundle;
    struct err err = ERR_INIT;
    ck_assert(pem_write(&pem, "CERTIFICATE", cert->der));
    for (int i = 0; i < 100; i++) {
        ck_assert(pem_write(&pem, "ENCRYPTED PRIVATE KEY",
                            (struct slice){ costly, sizeof costly - 1 }));
    }
    ck_assert_int_eq(bundle_read_bounded(buf_slice(&pem), "secret", 1000 * 1000, "file",
                                         &bundle, &err),
                     BUNDLE_OK);
    ck_assert_uint_eq(bundle.n_certs, 1);
    ck_assert(bundle.has_key && bundle.key == NULL);
    bundle_finish(&bundle);
    buf_finish(&pem);
}
END_TEST

/* ---- BER */

static const struct ber_row {
    const char *label;
    struct slice ber;
    struct slice der; /* empty = refused */
} ber_rows[] = {
    { "DER", LITERAL("\x30\x03\x02\x01\x05"), LITERAL("\x30\x03\x02\x01\x05") },
    { "NULL at the end", LITERAL("\x30\x02\x05\x00"), LITERAL("\x30\x02\x05\x00") },
    { "open", LITERAL("\x30\x80\x02\x01\x05\x00\x00"),
      LITERAL("\x30\x03\x02\x01\x05") },
    { "open in open", LITERAL("\x30\x80\x31\x80\x02\x01\x05\x00\x00\x00\x00"),
      LITERAL("\x30\x05\x31\x03\x02\x01\x05") },
    { "open in definite", LITERAL("\x30\x07\x31\x80\x02\x01\x05\x00\x00"),
      LITERAL("\x30\x05\x31\x03\x02\x01\x05") },
    { "pieces", LITERAL("\x24\x80\x04\x01\x61\x04\x02\x62\x63\x00\x00"),
      LITERAL("\x04\x03\x61\x62\x63") },
    { "pieces of pieces", LITERAL("\x24\x80\x24\x03\x04\x01\x61\x04\x01\x62\x00\x00"),
      LITERAL("\x04\x02\x61\x62") },
    { "opaque content", LITERAL("\x30\x02\xff\xff"), LITERAL("\x30\x02\xff\xff") },
    { "no end", LITERAL("\x30\x80\x02\x01\x05"), { NULL, 0 } },
    { "open primitive", LITERAL("\x04\x80\x00\x00"), { NULL, 0 } },
    { "too long", LITERAL("\x30\x05\x02\x01\x05"), { NULL, 0 } },
    { "a long length", LITERAL("\x30\x85\x01\x00\x00\x00\x00"), { NULL, 0 } },
};

START_TEST(test_ber)
{
    const struct ber_row *row = &ber_rows[_i];
    struct buf out = BUF_EMPTY;
    bool done = ber_to_der(row->ber, &out);
    ck_assert_msg(done == (row->der.len > 0), "%s", row->label);
    ck_assert_msg(!done || slice_equal(buf_slice(&out), row->der), "%s", row->label);
    buf_finish(&out);
}
END_TEST

START_TEST(test_ber_depth)
{
    uint8_t nested[400];
    struct buf out = BUF_EMPTY;
    memset(nested, 0, sizeof(nested));
    for (size_t i = 0; i < 200; i += 2) {
        nested[i] = DER_SEQUENCE;
        nested[i + 1] = 0x80;
    }
    ck_assert(!ber_to_der((struct slice){ nested, sizeof(nested) }, &out));
    ck_assert(!out.failed);
    buf_finish(&out);
}
END_TEST

/* ---- damage, memory */

static const char *const damage_rows[] = { "openssl.p7b", "openssl-crl.p7b.pem" };

START_TEST(test_damage)
{
    struct buf bytes = BUF_EMPTY;
    if (!read_file(damage_rows[_i], &bytes)) {
        return;
    }
    for (size_t i = 0; i < bytes.len; i++) {
        struct bundle bundle = { .format = BUNDLE_PEM };
        struct err err = ERR_INIT;
        unsigned n_bits = i < 80 ? 8 : 1;
        for (unsigned bit = 0; bit < n_bits; bit++) {
            uint8_t flip = (uint8_t)(1u << (i + bit) % 8);
            bytes.data[i] ^= flip;
            enum bundle_result result =
                bundle_read(buf_slice(&bytes), NULL, "damaged", &bundle, &err);
            ck_assert_msg(result == BUNDLE_OK || err.text[0] != 0, "byte %zu", i);
            bytes.data[i] ^= flip;
            bundle_finish(&bundle);
        }
        if (i % 4 == 0 && bundle_read(slice_part(buf_slice(&bytes), 0, i), NULL, "cut",
                                      &bundle, &err) == BUNDLE_OK) {
            bundle_finish(&bundle);
        }
    }
    buf_finish(&bytes);
}
END_TEST

START_TEST(test_memory)
{
    const struct file_row *row = &file_rows[_i];
    struct buf bytes = BUF_EMPTY;
    struct bundle bundle = { .format = BUNDLE_PEM };
    struct err err = { .domain = ERR_MEMORY };
    enum bundle_result result = BUNDLE_FAILED;
    if (!read_file(row->name, &bytes)) {
        return;
    }
    for (size_t n = 1; result == BUNDLE_FAILED && err.domain == ERR_MEMORY; n++) {
        ck_assert_msg(n < 200, "%s", row->name);
        err.domain = ERR_NONE;
        mem_fail_after(n);
        result =
            bundle_read(buf_slice(&bytes), row->password, row->name, &bundle, &err);
        mem_fail_after(0);
    }
    ck_assert_msg(result == row->want, "%s: %d %s", row->name, result, err.text);
    bundle_finish(&bundle);
    buf_finish(&bytes);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("bundle");
    TCase *t = tcase_create("bundle");
    tcase_add_unchecked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, test_file, 0, ARRAY_LEN(file_rows));
    tcase_add_loop_test(t, test_form, 0, ARRAY_LEN(form_rows));
    tcase_add_loop_test(t, test_refused, 0, ARRAY_LEN(refused_rows));
    tcase_add_loop_test(t, test_ber, 0, ARRAY_LEN(ber_rows));
    tcase_add_test(t, test_work_of_all_blocks);
    tcase_add_test(t, test_a_costly_key_is_not_read);
    tcase_add_test(t, test_ber_depth);
    tcase_add_loop_test(t, test_damage, 0, ARRAY_LEN(damage_rows));
    tcase_add_loop_test(t, test_memory, 0, ARRAY_LEN(file_rows));
    suite_add_tcase(s, t);
    return s;
}
