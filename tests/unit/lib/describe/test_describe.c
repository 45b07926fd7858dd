/* SPDX-License-Identifier: MIT
 *
 * describe/describe: rows, text and JSON of good certificates and of hostile ones.
 */
#include "describe/describe.h"

#include "base/mem.h"
#include "base/text.h"
#include "support/build_leaf.h"
#include "support/check_main.h"
#include "support/json_get.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static struct key *key_ec;
static struct key *key_rsa;

static void setup(void)
{
    struct err err = ERR_INIT;
    ck_assert_int_eq(key_generate(KEY_TYPE_EC_P256, &key_ec, &err), 0);
    ck_assert_int_eq(key_generate(KEY_TYPE_RSA_1024, &key_rsa, &err), 0);
}

static void teardown(void)
{
    key_destroy(key_ec);
    key_destroy(key_rsa);
}

/* ---- helpers */

typedef bool (*append_fn)(struct buf *out, const struct certificate *cert);

static void assert_appends(append_fn append, const struct certificate *cert,
                           const char *want)
{
    struct buf text = BUF_EMPTY;
    ck_assert(append(&text, cert));
    ck_assert_str_eq(buf_string(&text), want);
    buf_finish(&text);
}

struct rows {
    struct buf text; /* "label=value\n" */
    size_t n[DESCRIBE_FIELD_COUNT];
    size_t longest;
    int last; /* field of the last row */
};

static void on_row(void *user, enum describe_field field, const char *label,
                   struct slice value)
{
    struct rows *rows = user;
    ck_assert_str_eq(label, describe_field_label(field));
    ck_assert_msg(text_is_utf8(value), "%s", label);
    ck_assert_msg((int)field >= rows->last, "%s comes too late", label);
    rows->last = (int)field;
    rows->n[field]++;
    rows->longest = value.len > rows->longest ? value.len : rows->longest;
    buf_printf(&rows->text, "%s=", label);
    buf_append_slice(&rows->text, value);
    buf_append_byte(&rows->text, '\n');
}

static void walk(const struct certificate *cert, struct rows *rows)
{
    memset(rows, 0, sizeof(*rows));
    ck_assert(describe_walk(cert, on_row, rows));
}

static void assert_row(struct rows *rows, const char *line)
{
    ck_assert_msg(strstr(buf_string(&rows->text), line) != NULL,
                  "no row \"%s\" in:\n%s", line, buf_string(&rows->text));
}

/* KeyUsage digitalSignature, keyEncipherment; an unknown critical extension; CRL, OCSP
 * and CA addresses. */
static const uint8_t more_extensions[] = {
    /* keyUsage 05 a0, critical */
    0x30,
    14,
    6,
    3,
    0x55,
    0x1d,
    0x0f,
    1,
    1,
    0xff,
    4,
    4,
    3,
    2,
    5,
    0xa0,
    /* 1.2.3.4, critical */
    0x30,
    12,
    6,
    3,
    0x2a,
    3,
    4,
    1,
    1,
    0xff,
    4,
    2,
    5,
    0,
    /* cRLDistributionPoints http://c */
    0x30,
    25,
    6,
    3,
    0x55,
    0x1d,
    0x1f,
    4,
    18,
    0x30,
    16,
    0x30,
    14,
    0xa0,
    12,
    0xa0,
    10,
    0x86,
    8,
    'h',
    't',
    't',
    'p',
    ':',
    '/',
    '/',
    'c',
    /* authorityInfoAccess OCSP http://o, caIssuers http://i */
    0x30,
    60,
    6,
    8,
    0x2b,
    6,
    1,
    5,
    5,
    7,
    1,
    1,
    4,
    48,
    0x30,
    46,
    0x30,
    20,
    6,
    8,
    0x2b,
    6,
    1,
    5,
    5,
    7,
    0x30,
    1,
    0x86,
    8,
    'h',
    't',
    't',
    'p',
    ':',
    '/',
    '/',
    'o',
    0x30,
    22,
    6,
    8,
    0x2b,
    6,
    1,
    5,
    5,
    7,
    0x30,
    2,
    0x86,
    10,
    'h',
    't',
    't',
    'p',
    ':',
    '/',
    '/',
    'i',
    '/',
    'i',
};

static struct certificate *make_full(void)
{
    struct build_leaf leaf = {
        .subject = "alice",
        .issuer = "ca",
        .key = key_ec,
        .issuer_key = key_rsa,
        .has_eku = true,
        .purposes = { OID_CLIENT_AUTH, OID_EMAIL_PROTECTION },
        .hosts = { "a.example" },
        .ip = BYTES("\x7f\0\0\1"),
        .extensions = { more_extensions, sizeof(more_extensions) },
    };
    struct certificate *cert = build_leaf(&leaf);
    ck_assert_ptr_null(cert->malformed);
    ck_assert_ptr_null(cert->malformed_extension);
    return cert;
}

/* ---- single values */

START_TEST(values_in_words)
{
    struct certificate *cert = make_full();
    assert_appends(describe_append_issued_to, cert, "alice");
    assert_appends(describe_append_issued_by, cert, "ca");
    assert_appends(describe_append_serial, cert, "1234");
    assert_appends(describe_append_key, cert, "ECDSA P-256");
    assert_appends(describe_append_signature, cert, "sha256RSA");
    assert_appends(describe_append_purposes, cert,
                   "Client Authentication (1.3.6.1.5.5.7.3.2), Secure Email "
                   "(1.3.6.1.5.5.7.3.4)");
    assert_appends(describe_append_key_usage, cert,
                   "Digital Signature, Key Encipherment");
    certificate_destroy(cert);
}
END_TEST

START_TEST(values_that_are_not_there)
{
    static const uint8_t empty_name[] = { 0x30, 0 };
    struct build_leaf leaf = { .subject = "x",
                               .key = key_rsa,
                               .subject_name = { empty_name, sizeof(empty_name) } };
    struct certificate *cert = build_leaf(&leaf);
    assert_appends(describe_append_issued_to, cert, "(no name)");
    assert_appends(describe_append_key, cert, "RSA 1024 bits");
    assert_appends(describe_append_purposes, cert, "All purposes");
    assert_appends(describe_append_key_usage, cert, "");
    certificate_destroy(cert);

    leaf.has_eku = true;
    cert = build_leaf(&leaf);
    assert_appends(describe_append_purposes, cert,
                   "none (an empty Enhanced Key Usage)");
    certificate_destroy(cert);
}
END_TEST

static const struct {
    struct slice in;
    size_t max;
    const char *out;
} utf8[] = {
    { LITERAL("plain"), 100, "plain" },
    { LITERAL("plain"), 5, "plain" },
    { LITERAL("plain"), 4, "plai\xe2\x80\xa6" },
    { LITERAL("caf\xc3\xa9"), 4, "caf\xe2\x80\xa6" },
    { LITERAL("bad\xff"), 100, "bad\xef\xbf\xbd" },
    { LITERAL("\xc3"), 100, "\xef\xbf\xbd" },
    { LITERAL(""), 0, "" },
};

START_TEST(any_bytes_become_utf8)
{
    struct buf text = BUF_EMPTY;
    ck_assert(describe_append_utf8(&text, utf8[_i].in, utf8[_i].max));
    ck_assert_msg(strcmp(buf_string(&text), utf8[_i].out) == 0, "row %d: %s", _i,
                  buf_string(&text));
    buf_finish(&text);
}
END_TEST

/* ---- rows and text */

START_TEST(rows_of_a_full_certificate)
{
    static const char *const lines[] = {
        "Issued to=alice\n",
        "Issued by=ca\n",
        "Valid from=2020-01-01T00:00:00Z\n",
        "Valid to=2100-01-01T00:00:00Z\n",
        "Purpose=Client Authentication (1.3.6.1.5.5.7.3.2): Proves your identity to a "
        "remote "
        "computer\n",
        "Purpose=Secure Email (1.3.6.1.5.5.7.3.4): Protects e-mail messages\n",
        "Subject=CN=alice\n",
        "Issuer=CN=ca\n",
        "Serial number=1234\n",
        "Subject Alternative Name=DNS:a.example\n",
        "Subject Alternative Name=IP:127.0.0.1\n",
        "CRL Distribution Point=http://c\n",
        "OCSP=http://o\n",
        "Issuer's certificate=http://i/i\n",
        "Extension=Unknown (1.2.3.4), critical, 2 bytes\n",
        "Extension=Subject Alternative Name (2.5.29.17), 19 bytes\n",
        "Version=V3\n",
    };
    struct certificate *cert = make_full();
    struct rows rows;
    walk(cert, &rows);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        assert_row(&rows, lines[i]);
    }
    ck_assert_uint_eq(rows.n[DESCRIBE_MALFORMED], 0);
    ck_assert_uint_eq(rows.n[DESCRIBE_BASIC_CONSTRAINTS], 0);
    ck_assert_uint_eq(rows.n[DESCRIBE_EXTENSION], cert->n_extensions);
    buf_finish(&rows.text);
    certificate_destroy(cert);
}
END_TEST

START_TEST(a_ca_says_so)
{
    struct build_leaf leaf = { .subject = "ca", .key = key_ec, .is_ca = true };
    struct certificate *cert = build_leaf(&leaf);
    struct rows rows;
    walk(cert, &rows);
    assert_row(&rows,
               "Basic Constraints=Subject Type=CA, Path Length Constraint=None\n");
    buf_finish(&rows.text);
    certificate_destroy(cert);
}
END_TEST

START_TEST(text_is_one_line_a_row)
{
    struct build_leaf leaf = { .subject = "a\n\x1b[31mb", .key = key_ec };
    struct certificate *cert = build_leaf(&leaf);
    struct buf text = BUF_EMPTY;
    ck_assert(describe_append_text(&text, cert, 2));
    ck_assert_ptr_nonnull(
        strstr(buf_string(&text), "  Issued to                a\\x0a\\x1b[31mb\n"));
    for (size_t i = 0; i < text.len; i++) {
        ck_assert_msg(text.data[i] >= 0x20 || text.data[i] == '\n', "byte %u at %zu",
                      text.data[i], i);
    }
    buf_finish(&text);
    certificate_destroy(cert);
}
END_TEST

/* An 8 KiB name of control characters, quotes, a NUL, a bidirectional override. */
static void append_hostile_name(struct buf *out)
{
    static const char part[] = "\0<script>\"\\\n\xe2\x80\xae";
    struct buf value = BUF_EMPTY;
    while (value.len < 8192) {
        buf_append(&value, part, sizeof(part) - 1);
    }
    size_t name = der_begin(out, DER_SEQUENCE);
    size_t rdn = der_begin(out, DER_SET);
    build_attribute(out, OID_COMMON_NAME, DER_UTF8_STRING, buf_slice(&value));
    der_end(out, rdn);
    der_end(out, name);
    buf_finish(&value);
}

START_TEST(a_hostile_name_is_bounded_in_text_and_whole_in_json)
{
    struct buf name = BUF_EMPTY;
    append_hostile_name(&name);
    struct build_leaf leaf = { .subject = "x",
                               .key = key_ec,
                               .subject_name = buf_slice(&name) };
    struct certificate *cert = build_leaf(&leaf);
    struct rows rows;
    struct buf text = BUF_EMPTY;

    walk(cert, &rows);
    ck_assert_uint_le(rows.longest, DESCRIBE_VALUE_MAX + 3);
    ck_assert(describe_append_text(&text, cert, 0));
    ck_assert_uint_lt(text.len, 16384);
    ck_assert_ptr_nonnull(strstr(buf_string(&text), "\xe2\x80\xa6\n"));
    ck_assert_ptr_null(strstr(buf_string(&text), "\xe2\x80\xae"));

    json_t *json = describe_json(cert);
    ck_assert_ptr_nonnull(json);
    ck_assert_uint_gt(json_string_length(json_object_get(json, "subject")), 8192);
    char *dumped = json_dumps(json, JSON_ENSURE_ASCII);
    ck_assert_ptr_nonnull(dumped);
    json_t *again = json_loads(dumped, JSON_ALLOW_NUL, NULL);
    ck_assert(json_equal(json, again));
    json_decref(again);
    json_decref(json);
    free(dumped);
    buf_finish(&rows.text);
    buf_finish(&text);
    buf_finish(&name);
    certificate_destroy(cert);
}
END_TEST

START_TEST(long_lists_are_cut)
{
    struct buf value = BUF_EMPTY;
    struct buf extension = BUF_EMPTY;
    size_t mark = der_begin(&value, DER_SEQUENCE);
    for (int i = 0; i < 1000; i++) {
        der_write(&value, DER_CONTEXT | 2, BYTES("\xff"));
    }
    der_end(&value, mark);
    build_extension(&extension, OID_SUBJECT_ALT_NAME, false, buf_slice(&value));
    struct build_leaf leaf = { .subject = "x",
                               .key = key_ec,
                               .extensions = buf_slice(&extension) };
    struct certificate *cert = build_leaf(&leaf);
    struct rows rows;
    walk(cert, &rows);
    ck_assert_uint_eq(rows.n[DESCRIBE_ALT_NAME], DESCRIBE_VALUES_MAX + 1);
    assert_row(&rows, "Subject Alternative Name=and 968 more\n");
    json_t *json = describe_json(cert);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "alt_names")), 1000);
    json_decref(json);
    buf_finish(&rows.text);
    buf_finish(&value);
    buf_finish(&extension);
    certificate_destroy(cert);
}
END_TEST

/* Every beginning of a certificate, and random bytes in it: no crash, valid UTF-8. */
static void describe_everything(struct slice der, const char *label)
{
    struct certificate *cert = certificate_create(der);
    struct rows rows;
    struct buf text = BUF_EMPTY;
    ck_assert_ptr_nonnull(cert);
    walk(cert, &rows);
    ck_assert_msg(rows.n[DESCRIBE_SHA256] == 1, "%s", label);
    ck_assert_msg(rows.n[DESCRIBE_MALFORMED] == (cert->malformed != NULL ? 1u : 0u),
                  "%s", label);
    ck_assert(describe_append_text(&text, cert, 0));
    json_t *json = describe_json(cert);
    ck_assert_msg(json != NULL, "%s", label);
    json_decref(json);
    buf_finish(&rows.text);
    buf_finish(&text);
    certificate_destroy(cert);
}

START_TEST(damaged_certificates_are_described)
{
    struct certificate *cert = make_full();
    struct buf damaged = BUF_EMPTY;
    uint32_t random = 1;
    char label[32];
    for (size_t len = 0; len < cert->der.len; len += 3) {
        (void)snprintf(label, sizeof(label), "%zu bytes", len);
        describe_everything(slice_part(cert->der, 0, len), label);
    }
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(label, sizeof(label), "mutation %d", i);
        buf_clear(&damaged);
        buf_append_slice(&damaged, cert->der);
        for (int j = 0; j < 2; j++) {
            random = random * 1664525u + 1013904223u;
            damaged.data[(random >> 8) % damaged.len] = (uint8_t)(random >> 24);
        }
        describe_everything(buf_slice(&damaged), label);
    }
    buf_finish(&damaged);
    certificate_destroy(cert);
}
END_TEST

/* ---- Active Directory Certificate Services */

static struct certificate *make_of_ad(bool with_sid)
{
    struct buf extensions = BUF_EMPTY;
    build_extension(&extensions, OID_MS_ENROLL_CERTTYPE, false,
                    BYTES("\x1e\x08\x00\x55\x00\x73\x00\x65\x00\x72"));
    build_extension(&extensions, OID_MS_CERTIFICATE_TEMPLATE, false,
                    BYTES("\x30\x0b\x06\x03\x2a\x03\x04\x02\x01\x64\x02\x01\x07"));
    build_extension(&extensions, OID_CRL_DISTRIBUTION_POINTS, false,
                    BYTES("\x30\x35\x30\x33\xa0\x31\xa0\x2f\x86\x0c\x6c\x64\x61\x70\x3a"
                          "\x2f\x2f\x2f\x43\x4e\x3d\x78\x86\x09\x48\x54\x54\x50\x3a\x2f"
                          "\x2f\x63\x2f\x86\x0a\x68\x74\x74\x70\x73\x3a\x2f\x2f\x64\x2f"
                          "\x86\x08\x66\x74\x70\x3a\x2f\x2f\x65\x2f"));
    if (with_sid) {
        build_extension(&extensions, OID_MS_SID, false,
                        BYTES("\x30\x25\xa0\x23\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x19"
                              "\x02\x01\xa0\x15\x04\x13\x53\x2d\x31\x2d\x35\x2d\x32\x31"
                              "\x2d\x31\x2d\x32\x2d\x33\x2d\x31\x31\x30\x35"));
    }
    const struct build_leaf leaf = { .subject = "alice",
                                     .key = key_ec,
                                     .extensions = buf_slice(&extensions) };
    struct certificate *cert = build_leaf(&leaf);
    buf_finish(&extensions);
    return cert;
}

START_TEST(active_directory_is_decoded)
{
    for (int with_sid = 0; with_sid < 2; with_sid++) {
        struct certificate *cert = make_of_ad(with_sid != 0);
        struct buf text = BUF_EMPTY;
        ck_assert(describe_append_text(&text, cert, 0));
        const char *rows = buf_string(&text);
        ck_assert_ptr_nonnull(strstr(rows, "Certificate Template     User\n"));
        ck_assert_ptr_nonnull(strstr(rows, " 1.2.3.4, version 100.7\n"));
        ck_assert((strstr(rows, "S-1-5-21-1-2-3-1105\n") != NULL) == (with_sid != 0));
        ck_assert((strstr(rows, "weak and refuses it") != NULL) == (with_sid == 0));
        json_t *json = describe_json(cert);
        ck_assert_str_eq(get(json, "template_name"), "User");
        ck_assert_str_eq(get(json, "template"), "1.2.3.4, version 100.7");
        ck_assert(json_is_null(json_object_get(json, "sid")) == (with_sid == 0));
        json_decref(json);
        buf_finish(&text);
        certificate_destroy(cert);
    }
}
END_TEST

/* All addresses are shown, with a word on those that are not asked. */
START_TEST(addresses_of_every_scheme_are_shown)
{
    struct certificate *cert = make_of_ad(true);
    struct buf text = BUF_EMPTY;
    ck_assert(describe_append_text(&text, cert, 0));
    const char *rows = buf_string(&text);
    ck_assert_ptr_nonnull(
        strstr(rows, "ldap:///CN=x (ldap: Windows asks it, certgate does not)\n"));
    ck_assert_ptr_nonnull(strstr(rows, " HTTP://c/\n"));
    ck_assert_ptr_nonnull(
        strstr(rows, "https://d/ (https: certgate does not ask it)\n"));
    ck_assert_ptr_nonnull(strstr(rows, "ftp://e/ (certgate does not ask it)\n"));
    json_t *json = describe_json(cert);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "crl_urls")), 1);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "addresses")), 4);
    ck_assert(json_is_false(json_object_get(at(json, "addresses", 0), "asked")));
    ck_assert(json_is_true(json_object_get(at(json, "addresses", 1), "asked")));
    json_decref(json);
    buf_finish(&text);
    certificate_destroy(cert);
}
END_TEST

/* ---- JSON */

START_TEST(json_of_a_full_certificate)
{
    struct certificate *cert = make_full();
    json_t *json = describe_json(cert);
    ck_assert_ptr_nonnull(json);
    ck_assert_str_eq(get(json, "issued_to"), "alice");
    ck_assert_str_eq(get(json, "subject"), "CN=alice");
    ck_assert_str_eq(get(json, "serial"), "1234");
    ck_assert_str_eq(get(json, "valid_to"), "2100-01-01T00:00:00Z");
    ck_assert_uint_eq(strlen(get(json, "thumbprint_sha1")), 40);
    ck_assert_uint_eq(strlen(get(json, "thumbprint_sha256")), 64);
    ck_assert_str_eq(get(json_object_get(json, "key"), "text"), "ECDSA P-256");
    ck_assert_str_eq(get(json_object_get(json, "key"), "oid"), "1.2.840.10045.2.1");
    ck_assert_str_eq(get(json_object_get(json, "signature"), "oid"),
                     "1.2.840.113549.1.1.11");
    ck_assert_str_eq(get(at(json, "purposes", 0), "name"), "clientAuth");
    ck_assert_str_eq(get(at(json, "purposes", 0), "purpose"),
                     "Proves your identity to a remote computer");
    ck_assert_str_eq(json_string_value(at(json, "key_usage", 1)), "keyEncipherment");
    ck_assert_str_eq(json_string_value(at(json, "alt_names", 1)), "IP:127.0.0.1");
    ck_assert_str_eq(json_string_value(at(json, "crl_urls", 0)), "http://c");
    ck_assert_str_eq(json_string_value(at(json, "ocsp_urls", 0)), "http://o");
    ck_assert_str_eq(json_string_value(at(json, "ca_issuers_urls", 0)), "http://i/i");
    ck_assert(json_is_null(json_object_get(json, "malformed")));
    ck_assert(json_is_null(json_object_get(json, "basic_constraints")));
    json_t *unknown = at(json, "extensions", 3);
    ck_assert_str_eq(get(unknown, "oid"), "1.2.3.4");
    ck_assert(json_is_true(json_object_get(unknown, "critical")));
    ck_assert(json_is_null(json_object_get(unknown, "name")));
    ck_assert_int_eq(json_integer_value(json_object_get(unknown, "size")), 2);
    json_decref(json);
    certificate_destroy(cert);
}
END_TEST

START_TEST(lack_of_memory_is_survived)
{
    struct certificate *cert = make_full();
    struct rows rows;
    bool good = false;
    for (size_t n = 1; !good; n++) {
        struct buf text = BUF_EMPTY;
        ck_assert_uint_lt(n, 1000);
        mem_fail_after(n);
        good = describe_append_text(&text, cert, 0);
        mem_fail_after(0);
        buf_finish(&text);
    }
    json_t *json = NULL;
    for (size_t n = 1; json == NULL; n++) {
        ck_assert_uint_lt(n, 1000);
        mem_fail_after(n);
        json = describe_json(cert);
        mem_fail_after(0);
    }
    json_decref(json);
    walk(cert, &rows);
    buf_finish(&rows.text);
    certificate_destroy(cert);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("describe");
    TCase *t = tcase_create("describe");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, values_in_words);
    tcase_add_test(t, values_that_are_not_there);
    tcase_add_loop_test(t, any_bytes_become_utf8, 0, (int)ARRAY_LEN(utf8));
    tcase_add_test(t, rows_of_a_full_certificate);
    tcase_add_test(t, active_directory_is_decoded);
    tcase_add_test(t, addresses_of_every_scheme_are_shown);
    tcase_add_test(t, a_ca_says_so);
    tcase_add_test(t, text_is_one_line_a_row);
    tcase_add_test(t, a_hostile_name_is_bounded_in_text_and_whole_in_json);
    tcase_add_test(t, long_lists_are_cut);
    tcase_add_test(t, damaged_certificates_are_described);
    tcase_add_test(t, json_of_a_full_certificate);
    tcase_add_test(t, lack_of_memory_is_survived);
    suite_add_tcase(s, t);
    return s;
}
