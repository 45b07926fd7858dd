/* SPDX-License-Identifier: MIT
 *
 * pki/certificate: every field, every extension, and no crash whatever the bytes.
 */
#include "base/mem.h"
#include "pki/certificate.h"
#include "support/build_pki.h"
#include "support/check_main.h"

#include <stdlib.h>
#include <string.h>

static struct key *key;

static void make_key(void)
{
    struct err err = ERR_INIT;
    ck_assert_msg(key_generate(KEY_TYPE_EC_P256, &key, &err) == 0, "%s", err.text);
}

static void drop_key(void)
{
    key_destroy(key);
    key = NULL;
}

static struct certificate *make(const struct build_certificate *fields)
{
    struct buf der = BUF_EMPTY;
    build_certificate(&der, key, fields);
    ck_assert(buf_ok(&der));
    struct certificate *cert = certificate_create(buf_slice(&der));
    ck_assert_ptr_nonnull(cert);
    buf_finish(&der);
    return cert;
}

/* A certificate with one extension. */
static struct certificate *make_with(enum oid oid, bool critical, struct slice value)
{
    struct buf extensions = BUF_EMPTY;
    build_extension(&extensions, oid, critical, value);
    struct build_certificate fields = { .extensions = buf_slice(&extensions) };
    struct certificate *cert = make(&fields);
    ck_assert_ptr_null(cert->malformed);
    buf_finish(&extensions);
    return cert;
}

/* ---- fields */

START_TEST(reads_every_field)
{
    struct build_certificate fields = { .serial = BYTES("\x00\xff\x01") };
    struct certificate *cert = make(&fields);
    ck_assert_ptr_null(cert->malformed);
    ck_assert_int_eq(cert->version, 3);
    ck_assert(slice_equal(cert->serial, BYTES("\x00\xff\x01")));
    ck_assert_int_eq(cert->not_before, BUILD_NOT_BEFORE);
    ck_assert_int_eq(cert->not_after, BUILD_NOT_AFTER);
    ck_assert_int_eq(cert->key_oid, OID_EC_PUBLIC_KEY);
    ck_assert_int_eq(cert->curve, OID_CURVE_P256);
    ck_assert_uint_eq(cert->key_bits, 256);
    ck_assert_int_eq(cert->signature_alg, OID_ECDSA_WITH_SHA256);
    ck_assert(!cert->signature_algs_differ);
    ck_assert_uint_eq(cert->signature_params.len, 0);
    ck_assert_uint_eq(cert->n_extensions, 0);
    ck_assert_int_eq(cert->path_len, CERTIFICATE_PATH_LEN_NONE);
    ck_assert(!cert->has_key_usage && !cert->has_eku && !cert->has_basic_constraints);
    ck_assert(certificate_is_self_issued(cert));
    ck_assert(key_matches(key, cert));
    ck_assert_int_eq(key_verify(cert->spki, cert->signature_alg, cert->signature_params,
                                cert->tbs, cert->signature),
                     SIGNATURE_GOOD);
    struct certificate *again = certificate_create(cert->der);
    ck_assert(certificate_equal(cert, again));
    ck_assert_mem_eq(cert->sha1, again->sha1, sizeof(cert->sha1));
    certificate_destroy(again);
    certificate_destroy(cert);
}
END_TEST

START_TEST(digests_are_of_the_bytes)
{
    /* FIPS 180-2, the digests of "abc": no certificate, but still has thumbprints */
    struct certificate *cert = certificate_create(BYTES("abc"));
    ck_assert_str_eq(cert->malformed, "certificate");
    ck_assert_mem_eq(cert->sha1, "\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e", 10);
    ck_assert_mem_eq(cert->sha256, "\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41", 10);
    certificate_destroy(cert);
}
END_TEST

/* What chain judges is not malformed here. */
static const struct {
    const char *label;
    struct build_certificate fields;
    const char *malformed;
    int version;
} fields[] = {
    { "version 1", { .version = LITERAL("\xa0\x03\x02\x01\x00") }, NULL, 1 },
    { "version 9", { .version = LITERAL("\xa0\x03\x02\x01\x08") }, NULL, 9 },
    { "negative version",
      { .version = LITERAL("\xa0\x03\x02\x01\xff") },
      "tbsCertificate.version",
      0 },
    { "negative serial", { .serial = LITERAL("\x80") }, NULL, 3 },
    { "zero serial", { .serial = LITERAL("\x00") }, NULL, 3 },
    { "long serial",
      { .serial = LITERAL("0123456789012345678901234567890123456789") },
      NULL,
      3 },
    { "serial without bytes",
      { .serial = LITERAL("") },
      "tbsCertificate.serialNumber",
      3 },
    { "ends before it begins",
      { .validity = LITERAL("\x30\x1e\x17\x0d"
                            "300101000000Z"
                            "\x17\x0d"
                            "200101000000Z") },
      NULL,
      3 },
    { "GeneralizedTime before 2050",
      { .validity = LITERAL("\x30\x22\x18\x0f"
                            "20200101000000Z"
                            "\x18\x0f"
                            "20300101000000Z") },
      NULL,
      3 },
    { "no such day",
      { .validity = LITERAL("\x30\x1e\x17\x0d"
                            "200230000000Z"
                            "\x17\x0d"
                            "300101000000Z") },
      "tbsCertificate.validity",
      3 },
    { "one time only",
      { .validity = LITERAL("\x30\x0f\x17\x0d"
                            "200101000000Z") },
      "tbsCertificate.validity",
      3 },
    { "extension is no SEQUENCE",
      { .extensions = LITERAL("\x05\x00") },
      "tbsCertificate.extensions",
      3 },
    { "extension without a value",
      { .extensions = LITERAL("\x30\x05\x06\x03\x55\x1d\x13") },
      "tbsCertificate.extensions",
      3 },
    { "explicit FALSE",
      { .extensions = LITERAL("\x30\x0a\x06\x03\x55\x1d\x0e\x01\x01\x00\x04\x00") },
      NULL,
      3 },
    { "version 1 with extensions",
      { .version = LITERAL("\xa0\x03\x02\x01\x00"),
        .extensions = LITERAL("\x30\x09\x06\x03\x55\x1d\x0e\x04\x02\x04\x00") },
      NULL,
      1 },
};

START_TEST(only_structure_is_malformed)
{
    struct certificate *cert = make(&fields[_i].fields);
    if (fields[_i].malformed == NULL) {
        ck_assert_msg(cert->malformed == NULL, "%s: %s", fields[_i].label,
                      cert->malformed);
    } else {
        ck_assert_msg(cert->malformed != NULL, "%s", fields[_i].label);
        ck_assert_str_eq(cert->malformed, fields[_i].malformed);
    }
    ck_assert_msg(cert->version == fields[_i].version, "%s", fields[_i].label);
    certificate_destroy(cert);
}
END_TEST

/* What cannot be read hides nothing else. */
START_TEST(fields_behind_a_broken_one_are_read)
{
    struct build_certificate broken = { .validity = LITERAL("\x30\x02\x05\x00") };
    struct certificate *cert = make(&broken);
    ck_assert_str_eq(cert->malformed, "tbsCertificate.validity");
    ck_assert(!cert->has_validity);
    ck_assert_uint_gt(cert->serial.len, 0);
    ck_assert_uint_gt(cert->issuer.len, 0);
    ck_assert(slice_equal(cert->issuer, cert->subject));
    ck_assert_int_eq(cert->key_oid, OID_EC_PUBLIC_KEY);
    ck_assert_int_eq(cert->signature_alg, OID_ECDSA_WITH_SHA256);
    ck_assert_uint_gt(cert->signature.len, 0);
    certificate_destroy(cert);
    broken = (struct build_certificate){ .version = LITERAL("\xa0\x03\x02\x01\xff") };
    cert = make(&broken);
    ck_assert_str_eq(cert->malformed, "tbsCertificate.version");
    ck_assert(cert->has_validity);
    ck_assert_uint_gt(cert->subject.len, 0);
    certificate_destroy(cert);
}
END_TEST

START_TEST(times_of_other_forms_are_read)
{
    struct build_certificate odd = { .validity = LITERAL("\x30\x20\x17\x0b"
                                                         "2001010000Z"
                                                         "\x17\x11"
                                                         "300101000000+0100") };
    struct certificate *cert = make(&odd);
    ck_assert_ptr_null(cert->malformed);
    ck_assert(cert->has_validity && cert->has_odd_times);
    ck_assert_int_eq(cert->not_before, 1577836800);
    ck_assert_int_eq(cert->not_after, 1893452400);
    certificate_destroy(cert);
}
END_TEST

START_TEST(bytes_behind_the_end_are_malformed)
{
    struct buf der = BUF_EMPTY;
    struct build_certificate none = { .version = SLICE_EMPTY };
    build_certificate(&der, key, &none);
    buf_append_byte(&der, 0);
    struct certificate *cert = certificate_create(buf_slice(&der));
    ck_assert_str_eq(cert->malformed, "certificate (bytes behind its end)");
    certificate_destroy(cert);
    buf_finish(&der);
}
END_TEST

START_TEST(size_has_a_bound)
{
    uint8_t *bytes = mem_alloc(CERTIFICATE_SIZE_MAX + 1, 1);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_ptr_null(
        certificate_create((struct slice){ bytes, CERTIFICATE_SIZE_MAX + 1 }));
    struct certificate *cert =
        certificate_create((struct slice){ bytes, CERTIFICATE_SIZE_MAX });
    ck_assert_ptr_nonnull(cert);
    ck_assert_ptr_nonnull(cert->malformed);
    certificate_destroy(cert);
    mem_fail_after(1);
    ck_assert_ptr_null(certificate_create((struct slice){ bytes, 3 }));
    mem_fail_after(0);
    free(bytes);
}
END_TEST

/* ---- extensions */

static const struct {
    const char *label;
    enum oid oid;
    struct slice value;
    bool good;
} extensions[] = {
    { "CA", OID_BASIC_CONSTRAINTS, LITERAL("\x30\x03\x01\x01\xff"), true },
    { "no CA", OID_BASIC_CONSTRAINTS, LITERAL("\x30\x00"), true },
    { "negative path length", OID_BASIC_CONSTRAINTS,
      LITERAL("\x30\x06\x01\x01\xff\x02\x01\xff"), false },
    { "huge path length", OID_BASIC_CONSTRAINTS,
      LITERAL("\x30\x0a\x01\x01\xff\x02\x05\x00\x80\x00\x00\x00"), false },
    { "CA flag 01", OID_BASIC_CONSTRAINTS, LITERAL("\x30\x03\x01\x01\x01"), false },
    { "bytes behind basicConstraints", OID_BASIC_CONSTRAINTS, LITERAL("\x30\x00\x00"),
      false },
    { "empty value", OID_BASIC_CONSTRAINTS, LITERAL(""), false },
    { "key usage", OID_KEY_USAGE, LITERAL("\x03\x02\x07\x80"), true },
    { "empty key usage", OID_KEY_USAGE, LITERAL("\x03\x01\x00"), true },
    { "key usage without bits", OID_KEY_USAGE, LITERAL("\x03\x00"), false },
    { "eight unused bits", OID_KEY_USAGE, LITERAL("\x03\x02\x08\x80"), false },
    { "key usage is no BIT STRING", OID_KEY_USAGE, LITERAL("\x04\x02\x07\x80"), false },
    { "empty EKU", OID_EXTENDED_KEY_USAGE, LITERAL("\x30\x00"), true },
    { "EKU of a NULL", OID_EXTENDED_KEY_USAGE, LITERAL("\x30\x02\x05\x00"), false },
    { "EKU is no SEQUENCE", OID_EXTENDED_KEY_USAGE, LITERAL("\x05\x00"), false },
    { "SKI", OID_SUBJECT_KEY_IDENTIFIER, LITERAL("\x04\x01\x05"), true },
    { "SKI is no OCTET STRING", OID_SUBJECT_KEY_IDENTIFIER, LITERAL("\x05\x00"),
      false },
    { "AKI", OID_AUTHORITY_KEY_IDENTIFIER, LITERAL("\x30\x03\x80\x01\x05"), true },
    { "AKI without a key", OID_AUTHORITY_KEY_IDENTIFIER, LITERAL("\x30\x00"), true },
    { "AKI cut off", OID_AUTHORITY_KEY_IDENTIFIER, LITERAL("\x30\x02\x80\x01"), false },
    { "SAN", OID_SUBJECT_ALT_NAME, LITERAL("\x30\x03\x82\x01x"), true },
    { "SAN cut off", OID_SUBJECT_ALT_NAME, LITERAL("\x30\x03\x82\x02x"), false },
    { "name constraints", OID_NAME_CONSTRAINTS, LITERAL("\x30\x02\xa0\x00"), true },
    { "policies", OID_CERTIFICATE_POLICIES, LITERAL("\x30\x04\x30\x02\x06\x00"), true },
    { "policy is no SEQUENCE", OID_CERTIFICATE_POLICIES, LITERAL("\x30\x02\x06\x00"),
      false },
    { "CRL points", OID_CRL_DISTRIBUTION_POINTS, LITERAL("\x30\x02\x30\x00"), true },
    { "AIA of a NULL", OID_AUTHORITY_INFO_ACCESS, LITERAL("\x30\x02\x05\x00"), false },
    { "unknown to the reader", OID_MS_SID, LITERAL("\xff"), true },
};

START_TEST(reads_extensions)
{
    struct certificate *cert =
        make_with(extensions[_i].oid, _i % 2 == 0, extensions[_i].value);
    ck_assert_uint_eq(cert->n_extensions, 1);
    ck_assert_msg((cert->malformed_extension == NULL) == extensions[_i].good, "%s",
                  extensions[_i].label);
    ck_assert_msg(cert->duplicate_extension == NULL, "%s", extensions[_i].label);
    const struct extension *found =
        certificate_find_extension(cert, extensions[_i].oid);
    ck_assert_msg(found == &cert->extensions[0], "%s", extensions[_i].label);
    ck_assert_msg(found->critical == (_i % 2 == 0), "%s", extensions[_i].label);
    ck_assert_msg(slice_equal(found->value, extensions[_i].value), "%s",
                  extensions[_i].label);
    certificate_destroy(cert);
}
END_TEST

START_TEST(basic_constraints_and_usage)
{
    struct certificate *cert = make_with(OID_BASIC_CONSTRAINTS, true,
                                         BYTES("\x30\x06\x01\x01\xff\x02\x01\x03"));
    ck_assert(cert->has_basic_constraints && cert->is_ca);
    ck_assert_int_eq(cert->path_len, 3);
    certificate_destroy(cert);

    /* digitalSignature, keyCertSign, cRLSign, decipherOnly */
    cert = make_with(OID_KEY_USAGE, true, BYTES("\x03\x03\x07\x86\x80"));
    ck_assert(cert->has_key_usage);
    ck_assert_uint_eq(cert->key_usage,
                      KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_CERT_SIGN |
                          KEY_USAGE_CRL_SIGN | KEY_USAGE_DECIPHER_ONLY);
    certificate_destroy(cert);

    cert =
        make_with(OID_AUTHORITY_KEY_IDENTIFIER, false, BYTES("\x30\x03\x80\x01\x05"));
    ck_assert(slice_equal(cert->authority_key_id, BYTES("\x05")));
    certificate_destroy(cert);
}
END_TEST

static void count_purpose(void *user, struct slice oid_der, enum oid oid)
{
    (void)oid_der;
    int *counts = user;
    counts[oid]++;
}

START_TEST(walks_purposes)
{
    int counts[OID_COUNT] = { 0 };
    struct buf list = BUF_EMPTY;
    size_t mark = der_begin(&list, DER_SEQUENCE);
    der_write(&list, DER_OID, oid_get(OID_CLIENT_AUTH)->der);
    der_write(&list, DER_OID, BYTES("\x2a\x03"));
    der_write(&list, DER_OID, oid_get(OID_CODE_SIGNING)->der);
    der_end(&list, mark);
    struct certificate *cert =
        make_with(OID_EXTENDED_KEY_USAGE, false, buf_slice(&list));
    ck_assert(certificate_walk_purposes(cert, count_purpose, counts));
    ck_assert_int_eq(counts[OID_CLIENT_AUTH], 1);
    ck_assert_int_eq(counts[OID_CODE_SIGNING], 1);
    ck_assert_int_eq(counts[OID_UNKNOWN], 1);
    ck_assert(certificate_lists_purpose(cert, OID_CLIENT_AUTH));
    ck_assert(!certificate_lists_purpose(cert, OID_SERVER_AUTH));
    ck_assert(!certificate_lists_purpose(cert, OID_UNKNOWN));
    certificate_destroy(cert);
    buf_finish(&list);

    cert = make_with(OID_EXTENDED_KEY_USAGE, false, BYTES("\x30\x00"));
    ck_assert(cert->has_eku);
    ck_assert_uint_eq(cert->eku.len, 0);
    ck_assert(certificate_walk_purposes(cert, count_purpose, counts));
    certificate_destroy(cert);

    cert = make_with(OID_EXTENDED_KEY_USAGE, false, BYTES("\x05\x00"));
    ck_assert(cert->has_eku);
    ck_assert(!certificate_walk_purposes(cert, count_purpose, counts));
    certificate_destroy(cert);
}
END_TEST

static void collect_url(void *user, struct slice url)
{
    struct buf *urls = user;
    buf_append_slice(urls, url);
    buf_append_byte(urls, ' ');
}

START_TEST(finds_urls)
{
    struct buf urls = BUF_EMPTY;
    struct certificate *cert =
        make_with(OID_CRL_DISTRIBUTION_POINTS, false,
                  BYTES("\x30\x32"
                        "\x30\x1c\xa0\x1a\xa0\x18\x86\x08http://a\x86\x0cldap:///CN=x"
                        "\x30\x02\x81\x00"
                        "\x30\x0e\xa0\x0c\xa0\x0a\x86\x08HTTP://b"));
    certificate_walk_crl_urls(cert, collect_url, &urls);
    ck_assert_ptr_null(cert->malformed_extension);
    ck_assert_str_eq(buf_string(&urls), "http://a HTTP://b ");
    certificate_destroy(cert);
    buf_clear(&urls);

    cert = make_with(
        OID_AUTHORITY_INFO_ACCESS, false,
        BYTES("\x30\x2c"
              "\x30\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x01\x86\x08http://o"
              "\x30\x14\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x02\x86\x08http://i"));
    certificate_walk_aia_urls(cert, OID_AD_CA_ISSUERS, collect_url, &urls);
    ck_assert_str_eq(buf_string(&urls), "http://i ");
    certificate_walk_aia_urls(cert, OID_AD_OCSP, collect_url, &urls);
    ck_assert_str_eq(buf_string(&urls), "http://i http://o ");
    certificate_destroy(cert);
    buf_finish(&urls);
}
END_TEST

START_TEST(first_of_two_equal_extensions_counts)
{
    struct buf list = BUF_EMPTY;
    build_extension(&list, OID_BASIC_CONSTRAINTS, true, BYTES("\x30\x00"));
    build_extension(&list, OID_KEY_USAGE, true, BYTES("\x03\x02\x07\x80"));
    build_extension(&list, OID_BASIC_CONSTRAINTS, true, BYTES("\x30\x03\x01\x01\xff"));
    struct build_certificate with = { .extensions = buf_slice(&list) };
    struct certificate *cert = make(&with);
    ck_assert_ptr_null(cert->malformed);
    ck_assert_ptr_eq(cert->duplicate_extension, &cert->extensions[2]);
    ck_assert(!cert->is_ca);
    certificate_destroy(cert);
    buf_finish(&list);
}
END_TEST

START_TEST(number_of_extensions_has_a_bound)
{
    struct buf list = BUF_EMPTY;
    for (size_t i = 0; i < CERTIFICATE_EXTENSIONS_MAX; i++) {
        build_extension(&list, OID_NETSCAPE_COMMENT, false, SLICE_EMPTY);
    }
    struct build_certificate with = { .extensions = buf_slice(&list) };
    struct certificate *cert = make(&with);
    ck_assert_ptr_null(cert->malformed);
    ck_assert_uint_eq(cert->n_extensions, CERTIFICATE_EXTENSIONS_MAX);
    certificate_destroy(cert);
    build_extension(&list, OID_NETSCAPE_COMMENT, false, SLICE_EMPTY);
    with.extensions = buf_slice(&list);
    cert = make(&with);
    ck_assert_str_eq(cert->malformed, "tbsCertificate.extensions (too many)");
    certificate_destroy(cert);
    buf_finish(&list);
}
END_TEST

START_TEST(pem_has_lines_of_64)
{
    struct build_certificate none = { .version = SLICE_EMPTY };
    struct certificate *cert = make(&none);
    struct buf pem = BUF_EMPTY;
    ck_assert(certificate_append_pem(&pem, cert));
    const char *text = buf_string(&pem);
    ck_assert_int_eq(strncmp(text, "-----BEGIN CERTIFICATE-----\n", 28), 0);
    ck_assert_uint_eq(strcspn(text + 28, "\n"), 64);
    ck_assert_str_eq(text + pem.len - 26, "-----END CERTIFICATE-----\n");
    certificate_destroy(cert);
    buf_finish(&pem);
}
END_TEST

/* ---- hostile bytes */

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static void touch_url(void *user, struct slice url)
{
    *(size_t *)user += url.len;
}

/* Everything that a reader of certificates calls. */
static void read_all(struct slice der)
{
    int counts[OID_COUNT] = { 0 };
    size_t n = 0;
    struct certificate *cert = certificate_create(der);
    ck_assert_ptr_nonnull(cert);
    certificate_walk_crl_urls(cert, touch_url, &n);
    certificate_walk_aia_urls(cert, OID_AD_OCSP, touch_url, &n);
    (void)certificate_walk_purposes(cert, count_purpose, counts);
    (void)certificate_is_self_issued(cert);
    (void)key_matches(key, cert);
    if (cert->malformed == NULL) {
        (void)key_verify(cert->spki, cert->signature_alg, cert->signature_params,
                         cert->tbs, cert->signature);
    }
    certificate_destroy(cert);
}

START_TEST(no_change_of_bytes_does_harm)
{
    struct buf list = BUF_EMPTY;
    struct buf good = BUF_EMPTY;
    for (size_t i = 0; i < ARRAY_LEN(extensions); i++) {
        build_extension(&list, extensions[i].oid, false, extensions[i].value);
    }
    struct build_certificate with = { .extensions = buf_slice(&list) };
    build_certificate(&good, key, &with);

    uint32_t state = 20260101;
    for (int round = 0; round < 4000; round++) {
        /* of its own size, so that a read behind the end is seen */
        size_t len = round % 4 == 0 ? next_random(&state) % good.len : good.len;
        char *copy = mem_copy_string((const char *)good.data, len);
        ck_assert_ptr_nonnull(copy);
        for (uint32_t n = next_random(&state) % 4; len > 0 && n > 0; n--) {
            copy[next_random(&state) % len] = (char)next_random(&state);
        }
        read_all((struct slice){ (const uint8_t *)copy, len });
        free(copy);
    }
    buf_finish(&list);
    buf_finish(&good);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("certificate");
    TCase *tc = tcase_create("fields");
    tcase_add_checked_fixture(tc, make_key, drop_key);
    tcase_add_test(tc, reads_every_field);
    tcase_add_test(tc, digests_are_of_the_bytes);
    tcase_add_loop_test(tc, only_structure_is_malformed, 0, (int)ARRAY_LEN(fields));
    tcase_add_test(tc, fields_behind_a_broken_one_are_read);
    tcase_add_test(tc, times_of_other_forms_are_read);
    tcase_add_test(tc, bytes_behind_the_end_are_malformed);
    tcase_add_test(tc, size_has_a_bound);
    tcase_add_test(tc, pem_has_lines_of_64);
    suite_add_tcase(suite, tc);
    tc = tcase_create("extensions");
    tcase_add_checked_fixture(tc, make_key, drop_key);
    tcase_add_loop_test(tc, reads_extensions, 0, (int)ARRAY_LEN(extensions));
    tcase_add_test(tc, basic_constraints_and_usage);
    tcase_add_test(tc, walks_purposes);
    tcase_add_test(tc, finds_urls);
    tcase_add_test(tc, first_of_two_equal_extensions_counts);
    tcase_add_test(tc, number_of_extensions_has_a_bound);
    suite_add_tcase(suite, tc);
    tc = tcase_create("hostile");
    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, make_key, drop_key);
    tcase_add_test(tc, no_change_of_bytes_does_harm);
    suite_add_tcase(suite, tc);
    return suite;
}
