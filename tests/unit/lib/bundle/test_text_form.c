/* SPDX-License-Identifier: MIT
 *
 * Files that are not what certificates usually come in: header fields of gateways,
 * base64 without its lines, several DER values in a row, serialized stores, a PEM file
 * with a broken block, and what people take for a certificate.
 */
#include "bundle/bundle.h"
#include "bundle/text_form.h"
#include "pki/pem_write.h"
#include "support/build_leaf.h"
#include "support/check_main.h"

#include <string.h>

static struct key *key;
static struct certificate *first;
static struct certificate *second;

static void set_up(void)
{
    struct err err = ERR_INIT;
    ck_assert_int_eq(key_generate(KEY_TYPE_EC_P256, &key, &err), 0);
    const struct build_leaf one = { .subject = "first", .key = key };
    const struct build_leaf two = { .subject = "second", .key = key };
    first = build_leaf(&one);
    second = build_leaf(&two);
}

static void tear_down(void)
{
    certificate_destroy(first);
    certificate_destroy(second);
    key_destroy(key);
}

/* ---- written here */

/* The base64 of a certificate, in lines or in one. */
static void append_base64(struct buf *out, const struct certificate *cert, bool lines)
{
    struct buf pem = BUF_EMPTY;
    ck_assert(certificate_append_pem(&pem, cert));
    struct slice rest = buf_slice(&pem);
    while (rest.len > 0) {
        size_t n = slice_find(rest, '\n');
        if (rest.data[0] != '-') {
            buf_append_slice(out, slice_part(rest, 0, n));
            buf_append_string(out, lines ? "\r\n" : "");
        }
        rest = slice_part(rest, n + 1, rest.len);
    }
    buf_finish(&pem);
}

/* Percent-encoding of all that is no letter or digit, as nginx and Envoy do it; blanks
 * as plus signs, as Java's URLEncoder writes them. */
static void append_escaped(struct buf *out, const struct certificate *cert, bool plus)
{
    struct buf pem = BUF_EMPTY;
    ck_assert(certificate_append_pem(&pem, cert));
    for (size_t i = 0; i < pem.len; i++) {
        uint8_t c = pem.data[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                     (c >= 'a' && c <= 'z') || c == '-';
        if (plus && c == ' ') {
            buf_append_byte(out, '+');
        } else {
            buf_printf(out, plain ? "%c" : "%%%02X", c);
        }
    }
    buf_finish(&pem);
}

/* A text in which $1 and $2 are base64, %1 and %2 percent-encoded PEM, #1 base64 in
 * lines, +1 percent-encoded with plus signs for blanks and \1 PEM whose line ends are
 * letters. */
static void append_text(struct buf *out, const char *text)
{
    for (; *text != 0; text++) {
        const struct certificate *cert = text[1] == '2' ? second : first;
        bool has_number = text[1] == '1' || text[1] == '2';
        if (has_number && (*text == '$' || *text == '#')) {
            append_base64(out, cert, *text == '#');
            text++;
        } else if (has_number && (*text == '%' || *text == '+')) {
            append_escaped(out, cert, *text == '+');
            text++;
        } else if (has_number && *text == '\\') {
            buf_append_string(out, "-----BEGIN CERTIFICATE-----\\n");
            append_base64(out, cert, false);
            buf_append_string(out, "\\n-----END CERTIFICATE-----\\n");
            text++;
        } else {
            buf_append_byte(out, (uint8_t)*text);
        }
    }
}

static const struct text_row {
    const char *text;
    size_t n_certs;
    const char *remark; /* a part of it */
} text_rows[] = {
    { "$1", 1, "base64 text" },
    { "#1", 1, "base64 text" },
    { "  $1\n", 1, "base64 text" },
    { "X-ARR-ClientCert: $1\r\n", 1, "the field X-ARR-ClientCert" },
    { "MS-ASPNETCORE-CLIENTCERT: $1", 1, "the field MS-ASPNETCORE-CLIENTCERT" },
    { "%1", 1, "PEM with percent-encoding" },
    { "+1", 1, "PEM with percent-encoding" },
    { "ssl-client-cert: %1", 1, "PEM with percent-encoding" },
    { "Hash=abc;Cert=\"%1\";Subject=\"CN=first\";URI=", 1,
      "Envoy's X-Forwarded-Client-Cert" },
    { "By=x;Hash=abc;Cert=\"%1\";Chain=\"%1%2\"", 2,
      "Envoy's X-Forwarded-Client-Cert" },
    { "x-forwarded-client-cert: Hash=a;Chain=\"%1%2\"", 2,
      "Envoy's X-Forwarded-Client-Cert" },
    { ":$1:", 1, "a byte sequence" },
    { "Client-Cert: :$1:\r\nClient-Cert-Chain: :$2:\r\n", 2, "RFC 9440" },
    { "Client-Cert: :$1:\nClient-Cert-Chain: :$2:, :$2:\n", 3, "RFC 9440" },
    { "$1,$2", 2, "base64 text" }, /* Traefik's X-Forwarded-Tls-Client-Cert */
    { "CERT=\"\\1\"", 1, "escaped line ends" },
    { "\\1\\2", 2, "escaped line ends" },
};

START_TEST(texts)
{
    const struct text_row *row = &text_rows[_i];
    struct buf text = BUF_EMPTY;
    struct bundle bundle = { .format = BUNDLE_PEM };
    struct err err = ERR_INIT;
    append_text(&text, row->text);
    ck_assert_msg(bundle_read(buf_slice(&text), NULL, "file", &bundle, &err) ==
                      BUNDLE_OK,
                  "%s: %s", row->text, err.text);
    ck_assert_msg(bundle.n_certs == row->n_certs, "%s: %zu", row->text, bundle.n_certs);
    ck_assert_msg(certificate_equal(bundle.certs[0], first), "%s", row->text);
    ck_assert_msg(row->n_certs == 1 || certificate_equal(bundle.certs[1], second), "%s",
                  row->text);
    ck_assert_msg(strstr(buf_string(&bundle.remarks), row->remark) != NULL, "%s: %s",
                  row->text, buf_string(&bundle.remarks));
    bundle_finish(&bundle);
    buf_finish(&text);
}
END_TEST

/* ---- DER in a row */

START_TEST(der_in_a_row)
{
    struct buf bytes = BUF_EMPTY;
    struct bundle bundle = { .format = BUNDLE_PEM };
    struct err err = ERR_INIT;
    buf_append_slice(&bytes, first->der);
    buf_append_slice(&bytes, second->der);
    buf_append(&bytes, "\0\0\0", 3);
    ck_assert_int_eq(bundle_read(buf_slice(&bytes), NULL, "file", &bundle, &err),
                     BUNDLE_OK);
    ck_assert_uint_eq(bundle.n_certs, 2);
    ck_assert(certificate_equal(bundle.certs[0], first));
    ck_assert(certificate_equal(bundle.certs[1], second));
    ck_assert_ptr_null(bundle.certs[1]->malformed);
    ck_assert_str_eq(buf_string(&bundle.remarks),
                     "has 3 bytes behind its end, which are passed over\n");
    bundle_finish(&bundle);
    buf_finish(&bytes);
}
END_TEST

/* ---- serialized stores */

static void append_element(struct buf *out, uint32_t id, struct slice value)
{
    const uint32_t numbers[] = { id, 1, (uint32_t)value.len };
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        for (unsigned shift = 0; shift < 32; shift += 8) {
            buf_append_byte(out, (uint8_t)(numbers[i] >> shift));
        }
    }
    buf_append_slice(out, value);
}

START_TEST(serialized_stores)
{
    struct buf bytes = BUF_EMPTY;
    struct bundle bundle = { .format = BUNDLE_PEM };
    struct err err = ERR_INIT;
    buf_append(&bytes, "\0\0\0\0CERT", 8);
    append_element(&bytes, 3, BYTES("a thumbprint"));
    append_element(&bytes, 32, first->der);
    append_element(&bytes, 11, BYTES("n\0a\0m\0e\0"));
    append_element(&bytes, 32, second->der);
    append_element(&bytes, 0, SLICE_EMPTY);
    ck_assert_msg(bundle_read(buf_slice(&bytes), NULL, "a.sst", &bundle, &err) ==
                      BUNDLE_OK,
                  "%s", err.text);
    ck_assert_int_eq(bundle.format, BUNDLE_SST);
    ck_assert_uint_eq(bundle.n_certs, 2);
    ck_assert(certificate_equal(bundle.certs[1], second));
    bundle_finish(&bundle);
    bytes.len -= 20;
    ck_assert_int_eq(bundle_read(buf_slice(&bytes), NULL, "a.sst", &bundle, &err),
                     BUNDLE_FAILED);
    ck_assert_str_eq(err.text,
                     "a.sst is a damaged serialized store (.sst); export it again");
    buf_finish(&bytes);
}
END_TEST

/* ---- a broken block among good ones */

START_TEST(one_broken_block_hides_no_other)
{
    struct buf pem = BUF_EMPTY;
    struct bundle bundle = { .format = BUNDLE_PEM };
    struct err err = ERR_INIT;
    ck_assert(certificate_append_pem(&pem, first));
    buf_append_string(&pem,
                      "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n");
    ck_assert(certificate_append_pem(&pem, second));
    ck_assert_int_eq(bundle_read(buf_slice(&pem), NULL, "file", &bundle, &err),
                     BUNDLE_OK);
    ck_assert_uint_eq(bundle.n_certs, 2);
    ck_assert_ptr_nonnull(strstr(buf_string(&bundle.remarks), "no base64"));
    bundle_finish(&bundle);
    buf_finish(&pem);
}
END_TEST

/* ---- what is no certificate */

static const struct foreign_row {
    struct slice bytes;
    const char *want;
} foreign_rows[] = {
    { LITERAL("\xfe\xed\xfe\xed\0\0\0\2"), "is a Java keystore (JKS)" },
    { LITERAL("\xce\xce\xce\xce\0\0\0\2"), "is a Java keystore (JCEKS)" },
    { LITERAL("SQLite format 3\0"), "cert9.db" },
    { LITERAL("PK\x03\x04"), "ZIP archive" },
    { LITERAL("\x1f\x8b\x08"), "gzip" },
    { LITERAL("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA a@b"), "OpenSSH" },
    { LITERAL("PuTTY-User-Key-File-3: ssh-rsa"), "PuTTY" },
    { LITERAL("{\"kty\":\"RSA\"}"), "is JSON" },
    { LITERAL("<html>"), "is a web page" },
    { LITERAL("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n"
              "-----END CERTIFICATE REQUEST-----\n"),
      "is a certificate request" },
    { LITERAL("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"
              "-----END OPENSSH PRIVATE KEY-----\n"),
      "private key but no certificate: name the certificate's file" },
    { LITERAL("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
      "holds a public key" },
    { LITERAL("-----BEGIN PGP PUBLIC KEY BLOCK-----\nAAAA\n"
              "-----END PGP PUBLIC KEY BLOCK-----\n"),
      "OpenPGP" },
    /* OCSPResponse { tryLater } */
    { LITERAL("\x30\x03\x0a\x01\x03"), "answer of an OCSP responder" },
    /* OCSPRequest for one CertID of SHA-1 */
    { LITERAL("\x30\x18\x30\x16\x30\x14\x30\x12\x30\x10\x30\x07\x06\x05\x2b\x0e\x03"
              "\x02\x1a\x04\x01\x01\x04\x01\x01\x02"),
      "question to an OCSP responder" },
    /* SubjectPublicKeyInfo of Ed25519 */
    { LITERAL("\x30\x0c\x30\x05\x06\x03\x2b\x65\x70\x03\x03\x00\x01\x02"),
      "holds a public key" },
    { LITERAL("hello"), "neither PEM nor DER" },
};

START_TEST(what_is_no_certificate_is_named)
{
    const struct foreign_row *row = &foreign_rows[_i];
    struct bundle bundle;
    struct err err = ERR_INIT;
    ck_assert_int_eq(bundle_read(row->bytes, NULL, "file", &bundle, &err),
                     BUNDLE_FAILED);
    ck_assert_msg(strstr(err.text, row->want) != NULL, "%s: %s", row->want, err.text);
    ck_assert_int_eq(strncmp(err.text, "file ", 5), 0);
}
END_TEST

/* ---- any bytes */

START_TEST(any_bytes_are_survived)
{
    struct buf text = BUF_EMPTY;
    const char *form;
    append_text(&text, "Client-Cert: :$1:\n%1 Cert=\"%2\";Chain=\"");
    for (size_t i = 0; i < text.len; i++) {
        struct buf out = BUF_EMPTY;
        text.data[i] ^= 0x21;
        (void)text_form_decode(buf_slice(&text), &out, &form);
        (void)text_form_decode(slice_part(buf_slice(&text), 0, i), &out, &form);
        (void)text_form_decode(slice_part(buf_slice(&text), i, text.len), &out, &form);
        ck_assert(!out.failed);
        text.data[i] ^= 0x21;
        buf_finish(&out);
    }
    buf_finish(&text);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("text_form");
    TCase *tc = tcase_create("text_form");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, texts, 0, (int)ARRAY_LEN(text_rows));
    tcase_add_test(tc, der_in_a_row);
    tcase_add_test(tc, serialized_stores);
    tcase_add_test(tc, one_broken_block_hides_no_other);
    tcase_add_loop_test(tc, what_is_no_certificate_is_named, 0,
                        (int)ARRAY_LEN(foreign_rows));
    tcase_add_test(tc, any_bytes_are_survived);
    suite_add_tcase(s, tc);
    return s;
}
