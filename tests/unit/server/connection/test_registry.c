/* SPDX-License-Identifier: MIT
 *
 * Names that others gave: IANA's, RFC 5280's, Microsoft's, the browsers'. Each is
 * found, and what has no name is not given one.
 */
#include "base/err.h"
#include "mapping/mapping_match.h"
#include "pki/crl.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/oid.h"
#include "support/chain_world.h"
#include "support/check_main.h"
#include "tls/client_hello.h"
#include "tls/tls_alert.h"
#include "tls/tls_failure.h"
#include "why/browser_view.h"

#include <stdio.h>
#include <string.h>

struct name {
    unsigned value;
    const char *name;
};

/* clang-format off */

/* IANA, "TLS Alerts", with SSL 3.0's and those that were reserved later. */
static const struct name alerts[] = {
    { 0, "close_notify" },
    { 10, "unexpected_message" },
    { 20, "bad_record_mac" },
    { 21, "decryption_failed" },
    { 22, "record_overflow" },
    { 30, "decompression_failure" },
    { 40, "handshake_failure" },
    { 41, "no_certificate" },
    { 42, "bad_certificate" },
    { 43, "unsupported_certificate" },
    { 44, "certificate_revoked" },
    { 45, "certificate_expired" },
    { 46, "certificate_unknown" },
    { 47, "illegal_parameter" },
    { 48, "unknown_ca" },
    { 49, "access_denied" },
    { 50, "decode_error" },
    { 51, "decrypt_error" },
    { 60, "export_restriction" },
    { 70, "protocol_version" },
    { 71, "insufficient_security" },
    { 80, "internal_error" },
    { 86, "inappropriate_fallback" },
    { 90, "user_canceled" },
    { 100, "no_renegotiation" },
    { 109, "missing_extension" },
    { 110, "unsupported_extension" },
    { 111, "certificate_unobtainable" },
    { 112, "unrecognized_name" },
    { 113, "bad_certificate_status_response" },
    { 114, "bad_certificate_hash_value" },
    { 115, "unknown_psk_identity" },
    { 116, "certificate_required" },
    { 120, "no_application_protocol" },
};

/* IANA, "TLS Supported Groups": those that software of today offers. */
static const struct name groups[] = {
    { 0x0016, "secp256k1" },
    { 0x0017, "secp256r1" },
    { 0x0018, "secp384r1" },
    { 0x0019, "secp521r1" },
    { 0x001a, "brainpoolP256r1" },
    { 0x001b, "brainpoolP384r1" },
    { 0x001c, "brainpoolP512r1" },
    { 0x001d, "x25519" },
    { 0x001e, "x448" },
    { 0x0100, "ffdhe2048" },
    { 0x0101, "ffdhe3072" },
    { 0x0102, "ffdhe4096" },
    { 0x0103, "ffdhe6144" },
    { 0x0104, "ffdhe8192" },
    { 0x11eb, "SecP256r1MLKEM768" },
    { 0x11ec, "X25519MLKEM768" },
    { 0x11ed, "SecP384r1MLKEM1024" },
};

/* IANA, "TLS SignatureScheme", and the pairs of RFC 5246 that it took over. */
static const struct name signatures[] = {
    { 0x0101, "rsa_pkcs1_md5" },
    { 0x0201, "rsa_pkcs1_sha1" },
    { 0x0202, "dsa_sha1" },
    { 0x0203, "ecdsa_sha1" },
    { 0x0301, "rsa_pkcs1_sha224" },
    { 0x0303, "ecdsa_sha224" },
    { 0x0401, "rsa_pkcs1_sha256" },
    { 0x0402, "dsa_sha256" },
    { 0x0403, "ecdsa_secp256r1_sha256" },
    { 0x0501, "rsa_pkcs1_sha384" },
    { 0x0503, "ecdsa_secp384r1_sha384" },
    { 0x0601, "rsa_pkcs1_sha512" },
    { 0x0603, "ecdsa_secp521r1_sha512" },
    { 0x0804, "rsa_pss_rsae_sha256" },
    { 0x0805, "rsa_pss_rsae_sha384" },
    { 0x0806, "rsa_pss_rsae_sha512" },
    { 0x0807, "ed25519" },
    { 0x0808, "ed448" },
    { 0x0809, "rsa_pss_pss_sha256" },
    { 0x080a, "rsa_pss_pss_sha384" },
    { 0x080b, "rsa_pss_pss_sha512" },
    { 0x0904, "mldsa44" },
    { 0x0905, "mldsa65" },
    { 0x0906, "mldsa87" },
};

static const struct name versions[] = {
    { 0x0002, "SSLv2" },
    { 0x0300, "SSLv3" },
    { 0x0301, "TLSv1.0" },
    { 0x0302, "TLSv1.1" },
    { 0x0303, "TLSv1.2" },
    { 0x0304, "TLSv1.3" },
};

/* RFC 5280 5.3.1; 7 is not used. */
static const struct name reasons[] = {
    { 0, "unspecified" },
    { 1, "keyCompromise" },
    { 2, "cACompromise" },
    { 3, "affiliationChanged" },
    { 4, "superseded" },
    { 5, "cessationOfOperation" },
    { 6, "certificateHold" },
    { 8, "removeFromCRL" },
    { 9, "privilegeWithdrawn" },
    { 10, "aACompromise" },
};

/* What Chrome and Firefox show for an alert: Chromium's net_error_list.h, NSS's SSLerrs.h */
static const struct {
    int alert;
    const char *chrome;
    const char *firefox;
} views[] = {
    { 10, "ERR_SSL_PROTOCOL_ERROR", "SSL_ERROR_HANDSHAKE_UNEXPECTED_ALERT" },
    { 20, "ERR_SSL_BAD_RECORD_MAC_ALERT", "SSL_ERROR_BAD_MAC_ALERT" },
    { 40, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH", "SSL_ERROR_HANDSHAKE_FAILURE_ALERT" },
    { 42, "ERR_BAD_SSL_CLIENT_AUTH_CERT", "SSL_ERROR_BAD_CERT_ALERT" },
    { 43, "ERR_BAD_SSL_CLIENT_AUTH_CERT", "SSL_ERROR_UNSUPPORTED_CERT_ALERT" },
    { 44, "ERR_BAD_SSL_CLIENT_AUTH_CERT", "SSL_ERROR_REVOKED_CERT_ALERT" },
    { 45, "ERR_BAD_SSL_CLIENT_AUTH_CERT", "SSL_ERROR_EXPIRED_CERT_ALERT" },
    { 46, "ERR_BAD_SSL_CLIENT_AUTH_CERT", "SSL_ERROR_CERTIFICATE_UNKNOWN_ALERT" },
    { 47, "ERR_SSL_PROTOCOL_ERROR", "SSL_ERROR_ILLEGAL_PARAMETER_ALERT" },
    { 48, "ERR_BAD_SSL_CLIENT_AUTH_CERT", "SSL_ERROR_UNKNOWN_CA_ALERT" },
    { 49, "ERR_BAD_SSL_CLIENT_AUTH_CERT", "SSL_ERROR_ACCESS_DENIED_ALERT" },
    { 50, "ERR_SSL_PROTOCOL_ERROR", "SSL_ERROR_DECODE_ERROR_ALERT" },
    { 51, "ERR_SSL_DECRYPT_ERROR_ALERT", "SSL_ERROR_DECRYPT_ERROR_ALERT" },
    { 70, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH", "SSL_ERROR_PROTOCOL_VERSION_ALERT" },
    { 71, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH", "SSL_ERROR_INSUFFICIENT_SECURITY_ALERT" },
    { 80, "ERR_SSL_PROTOCOL_ERROR", "SSL_ERROR_INTERNAL_ERROR_ALERT" },
    { 112, "ERR_SSL_UNRECOGNIZED_NAME_ALERT", "SSL_ERROR_UNRECOGNIZED_NAME_ALERT" },
    { 116, "ERR_BAD_SSL_CLIENT_AUTH_CERT", "SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT" },
    { 120, "ERR_SSL_PROTOCOL_ERROR", "SSL_ERROR_NEXT_PROTOCOL_NO_PROTOCOL" },
};

/* CertNameToStr's short names. */
static const struct {
    const char *name;
    enum oid type;
} attributes[] = {
    { "CN", OID_COMMON_NAME },
    { "O", OID_ORGANIZATION },
    { "OU", OID_ORGANIZATIONAL_UNIT },
    { "C", OID_COUNTRY },
    { "S", OID_STATE },
    { "L", OID_LOCALITY },
    { "E", OID_EMAIL_ADDRESS },
    { "DC", OID_DOMAIN_COMPONENT },
    { "STREET", OID_STREET },
    { "T", OID_TITLE },
    { "G", OID_GIVEN_NAME },
    { "I", OID_INITIALS },
    { "SN", OID_SURNAME },
    { "SERIALNUMBER", OID_SERIAL_NUMBER },
    { "Description", OID_DESCRIPTION },
    { "PostalCode", OID_POSTAL_CODE },
};

/* RFC 7468 and OpenSSL's pem.h: what a file says that it holds, and what is said of it
 * when a private key was wanted. */
static const struct {
    const char *label;
    const char *words;
} labels[] = {
    { "CERTIFICATE", "a certificate but no private key" },
    { "TRUSTED CERTIFICATE", "a certificate but no private key" },
    { "X509 CERTIFICATE", "a certificate but no private key" },
    { "PUBLIC KEY", "a public key, not a private one" },
    { "RSA PUBLIC KEY", "a public key, not a private one" },
    { "CERTIFICATE REQUEST", "a certificate request, not a private key" },
    { "NEW CERTIFICATE REQUEST", "a certificate request, not a private key" },
    { "DSA PRIVATE KEY", "a kind that is not supported" },
    { "OPENSSH PRIVATE KEY", "a kind that is not supported" },
    { "X509 CRL", "no private key in PEM or DER form" },
};
/* clang-format on */

/* SEC 2, RFC 5639, RFC 8410: how long a key is, in bits. */
static const struct {
    enum oid algorithm;
    enum oid curve; /* OID_UNKNOWN = the algorithm says it */
    size_t bits;
} keys[] = {
    { OID_EC_PUBLIC_KEY, OID_CURVE_P256, 256 },
    { OID_EC_PUBLIC_KEY, OID_CURVE_P384, 384 },
    { OID_EC_PUBLIC_KEY, OID_CURVE_P521, 521 },
    { OID_EC_PUBLIC_KEY, OID_CURVE_BP256R1, 256 },
    { OID_EC_PUBLIC_KEY, OID_CURVE_BP384R1, 384 },
    { OID_EC_PUBLIC_KEY, OID_CURVE_BP512R1, 512 },
    { OID_EC_PUBLIC_KEY, OID_CURVE_SECP256K1, 256 },
    { OID_ED25519, OID_UNKNOWN, 256 },
    { OID_ED448, OID_UNKNOWN, 456 },
    { OID_X25519, OID_UNKNOWN, 256 },
};

static const char *name_of(const struct name *names, size_t n, unsigned value)
{
    for (size_t i = 0; i < n; i++) {
        if (names[i].value == value) {
            return names[i].name;
        }
    }
    return NULL;
}

START_TEST(every_alert_has_its_name)
{
    for (int alert = 0; alert < 256; alert++) {
        const char *want = name_of(alerts, ARRAY_LEN(alerts), (unsigned)alert);
        int back = -1;
        ck_assert_str_eq(tls_alert_name(alert), want != NULL ? want : "unknown alert");
        ck_assert(tls_alert_meaning(alert)[0] != 0);
        ck_assert(want == NULL || (tls_alert_parse(want, &back) && back == alert));
    }
}
END_TEST

START_TEST(every_code_point_has_its_name)
{
    static const struct {
        const char *(*find)(uint16_t value);
        const struct name *names;
        size_t n;
    } registries[] = {
        { client_hello_group_name, groups, ARRAY_LEN(groups) },
        { client_hello_signature_name, signatures, ARRAY_LEN(signatures) },
        { client_hello_version_name, versions, ARRAY_LEN(versions) },
    };
    for (unsigned value = 0; value <= UINT16_MAX; value++) {
        for (size_t i = 0; i < ARRAY_LEN(registries); i++) {
            const char *want = name_of(registries[i].names, registries[i].n, value);
            const char *got = registries[i].find((uint16_t)value);
            ck_assert_msg(want == NULL ? got == NULL
                                       : got != NULL && strcmp(got, want) == 0,
                          "0x%04x: %s", value, got != NULL ? got : "no name");
        }
    }
}
END_TEST

START_TEST(every_reason_has_its_name)
{
    for (unsigned reason = 0; reason < 12; reason++) {
        const char *want = name_of(reasons, ARRAY_LEN(reasons), reason);
        char other[32];
        (void)snprintf(other, sizeof(other), "reason %u", reason);
        ck_assert_str_eq(crl_reason_name(reason), want != NULL ? want : other);
    }
}
END_TEST

START_TEST(every_alert_is_seen_in_browsers)
{
    const struct tls_info tls = { .version = "TLSv1.3" };
    const struct tls_failure failure = { .end = TLS_END_OUR_ALERT,
                                         .alert_sent = views[_i].alert };
    struct browser_view view = browser_view_get(&failure, &tls, "client-hello", false);
    ck_assert_str_eq(view.chrome, views[_i].chrome);
    ck_assert_str_eq(view.firefox, views[_i].firefox);
    ck_assert(view.text[0] != 0);
}
END_TEST

/* What a browser showed when it sent the alert itself; NULL: no code of its own. */
static const struct {
    int alert;
    const char *chrome;
    const char *firefox;
    const char *text; /* a part of it */
} own_views[] = {
    { 42, "ERR_CERT_INVALID", NULL, "does not trust" },
    { 45, "ERR_CERT_DATE_INVALID", "SEC_ERROR_EXPIRED_CERTIFICATE", "has expired" },
    { 46, "ERR_CERT_AUTHORITY_INVALID", NULL, "the name in the address" },
    { 48, "ERR_CERT_AUTHORITY_INVALID", "SEC_ERROR_UNKNOWN_ISSUER", "does not trust" },
    { 90, NULL, NULL, "stopped the connection" },
    { 100, "ERR_CONNECTION_RESET", "PR_CONNECT_RESET_ERROR", "does not renegotiate" },
    { 0, NULL, NULL, "went away by itself" }, /* any other */
};

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

START_TEST(every_alert_of_a_browser_has_its_view)
{
    const struct tls_info tls = { .version = "TLSv1.3" };
    const struct tls_failure failure = { .end = TLS_END_PEER_ALERT,
                                         .alert_received = own_views[_i].alert };
    struct browser_view view = browser_view_get(&failure, &tls, "client-hello", false);
    ck_assert_msg(same(view.chrome, own_views[_i].chrome), "%s", view.chrome);
    ck_assert_msg(same(view.firefox, own_views[_i].firefox), "%s", view.firefox);
    ck_assert_msg(strstr(view.text, own_views[_i].text) != NULL, "%s", view.text);
}
END_TEST

START_TEST(every_attribute_has_its_name)
{
    ck_assert_int_eq(mapping_match_sub_field(attributes[_i].name), attributes[_i].type);
}
END_TEST

START_TEST(every_label_is_known)
{
    char pem[256];
    struct err err = ERR_INIT;
    struct key *key = NULL;
    (void)snprintf(pem, sizeof(pem), "-----BEGIN %s-----\nMAA=\n-----END %s-----\n",
                   labels[_i].label, labels[_i].label);
    ck_assert_int_ne(key_parse(slice_from_string(pem), NULL, "x.pem", &key, &err), 0);
    ck_assert_msg(strstr(err.text, labels[_i].words) != NULL, "%s: %s",
                  labels[_i].label, err.text);
}
END_TEST

START_TEST(every_kind_of_key_has_its_length)
{
    static const uint8_t point[] = { 0, 4 }; /* not looked at */
    struct buf spki = BUF_EMPTY;
    struct chain_world world;
    size_t whole = der_begin(&spki, DER_SEQUENCE);
    size_t algorithm = der_begin(&spki, DER_SEQUENCE);
    der_write(&spki, DER_OID, oid_get(keys[_i].algorithm)->der);
    if (keys[_i].curve != OID_UNKNOWN) {
        der_write(&spki, DER_OID, oid_get(keys[_i].curve)->der);
    }
    der_end(&spki, algorithm);
    der_write(&spki, DER_BIT_STRING, (struct slice){ point, sizeof(point) });
    der_end(&spki, whole);
    ck_assert(buf_ok(&spki));
    chain_world_init(&world);
    const struct chain_spec spec = { .subject = "x",
                                     .issuer = "x",
                                     .spki = buf_slice(&spki) };
    ck_assert_uint_eq(chain_world_make(&world, &spec)->key_bits, keys[_i].bits);
    chain_world_finish(&world);
    buf_finish(&spki);
}
END_TEST

/* How a handshake ended, as events and `certgate get --json` name it: each once. */
START_TEST(ends_of_handshakes_have_their_names)
{
    static const struct name ends[] = {
        { TLS_END_NONE, "none" },
        { TLS_END_PEER_ALERT, "peer-alert" },
        { TLS_END_OUR_ALERT, "our-alert" },
        { TLS_END_BAD_RECORD, "bad-record" },
        { TLS_END_EOF, "eof" },
        { TLS_END_NOT_TLS, "not-tls" },
        { TLS_END_CERTIFICATE, "certificate" },
        { TLS_END_LIMIT, "limit" },
        { TLS_END_INTERNAL, "internal" },
        { TLS_END_GATE, "refused" },
    };
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        const char *name = tls_end_name((enum tls_end)ends[i].value);
        ck_assert_ptr_nonnull(name);
        ck_assert_str_eq(name, ends[i].name);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("registry");
    TCase *t = tcase_create("registry");
    tcase_add_test(t, every_alert_has_its_name);
    tcase_add_test(t, every_code_point_has_its_name);
    tcase_add_test(t, every_reason_has_its_name);
    tcase_add_loop_test(t, every_alert_is_seen_in_browsers, 0, (int)ARRAY_LEN(views));
    tcase_add_loop_test(t, every_alert_of_a_browser_has_its_view, 0,
                        (int)ARRAY_LEN(own_views));
    tcase_add_loop_test(t, every_attribute_has_its_name, 0, (int)ARRAY_LEN(attributes));
    tcase_add_loop_test(t, every_kind_of_key_has_its_length, 0, (int)ARRAY_LEN(keys));
    tcase_add_loop_test(t, every_label_is_known, 0, (int)ARRAY_LEN(labels));
    tcase_add_test(t, ends_of_handshakes_have_their_names);
    suite_add_tcase(s, t);
    return s;
}
