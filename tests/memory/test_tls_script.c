/* SPDX-License-Identifier: MIT
 *
 * A client that breaks rules of TLS one at a time: each gets the alert that the norm
 * names, and the failure says in a sentence what it did.
 */
#include "base/compiler.h"
#include "support/check_main.h"
#include "support/tls_script.h"
#include "tls/tls_alert.h"

#include <string.h>

static struct tls_cert ca;
static struct tls_cert server_cert;
static struct tls_server_config *config;
static struct tls_script script;

static struct tls_server_config *make_config(void)
{
    const struct certificate *chain[] = { server_cert.cert };
    struct tls_server_options options = { .listener = "test",
                                          .chain = chain,
                                          .n_chain = 1,
                                          .key = server_cert.key,
                                          .ask_certificate = true };
    struct tls_server_config *made = NULL;
    struct err err = ERR_INIT;
    ck_assert_msg(tls_server_config_create(&options, &made, &err) == 0, "%s", err.text);
    return made;
}

static void set_up(void)
{
    struct err err = ERR_INIT;

    ck_assert_msg(tls_init(&err) == 0, "%s", err.text);
    ca = tls_cert_make("Test CA", NULL, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    server_cert = tls_cert_make("localhost", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    config = make_config();
    tls_script_init(&script, config);
}

static void tear_down(void)
{
    tls_script_finish(&script);
    tls_server_config_destroy(config);
    tls_cert_finish(&ca);
    tls_cert_finish(&server_cert);
    tls_finish();
}

static void expect_refusal(int alert, const char *words)
{
    const struct tls_failure *failure = tls_session_get_failure(script.server);

    ck_assert_msg(script.progress == TLS_PROGRESS_FAILED, "%s",
                  tls_progress_name(script.progress));
    ck_assert_msg(script.alert == alert && failure->alert_sent == alert &&
                      strstr(failure->text, words) != NULL,
                  "row %d: got %s, said to be %s: %s", 0, tls_alert_name(script.alert),
                  tls_alert_name(failure->alert_sent), failure->text);
}

/* The whole of TLS 1.3's handshake, with the certificate of this key. */
static void shake_hands(struct tls_cert *cert)
{
    *cert = tls_cert_make("alice", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    tls_script_send_hello(&script, &(struct tls_script_hello){ .cipher = 0 });
    tls_script_send_certificate(&script, cert);
    tls_script_send_certificate_verify(&script, cert->key, KEY_HASH_SHA256, 0x0403);
    tls_script_send_finished(&script);
    ck_assert_msg(script.was_ready, "%s", tls_session_get_failure(script.server)->text);
}

static void echo(const char *text)
{
    buf_clear(&script.echo);
    tls_script_send(&script, TLS_RECORD_DATA, slice_from_string(text));
    ck_assert(slice_equals_string(buf_slice(&script.echo), text));
}

/* ---- CertificateVerify */

#define WORDS_SCHEME "signature scheme"
#define WORDS_PROOF  "failed to prove that it holds the private key"
#define WORDS_TPM    "An old TPM (2.0, revision 1.16)"

/* clang-format off */
static const struct {
    bool          is_1_2;
    enum key_type key;
    enum key_hash hash;   /* what the signature is made with */
    uint16_t      scheme; /* what it is said to be */
    int           alert;
    const char   *words;
} proofs[] = {
    { false, KEY_TYPE_EC_P256,  KEY_HASH_SHA256, 0x0403, TLS_ALERT_NONE,              "" },
    { false, KEY_TYPE_EC_P256,  KEY_HASH_SHA384, 0x0503, TLS_ALERT_ILLEGAL_PARAMETER, WORDS_SCHEME },
    { false, KEY_TYPE_EC_P256,  KEY_HASH_SHA512, 0x0603, TLS_ALERT_ILLEGAL_PARAMETER, WORDS_SCHEME },
    { false, KEY_TYPE_EC_P384,  KEY_HASH_SHA256, 0x0403, TLS_ALERT_ILLEGAL_PARAMETER, WORDS_SCHEME },
    { false, KEY_TYPE_EC_P256,  KEY_HASH_SHA1,   0x0203, TLS_ALERT_ILLEGAL_PARAMETER, WORDS_SCHEME },
    { false, KEY_TYPE_EC_P256,  KEY_HASH_SHA256, 0x0804, TLS_ALERT_ILLEGAL_PARAMETER, WORDS_SCHEME },
    { false, KEY_TYPE_EC_P256,  KEY_HASH_SHA256, 0x0807, TLS_ALERT_ILLEGAL_PARAMETER, WORDS_SCHEME },
    { false, KEY_TYPE_RSA_2048, KEY_HASH_SHA256, 0x0401, TLS_ALERT_ILLEGAL_PARAMETER, WORDS_SCHEME },
    { false, KEY_TYPE_EC_P256,  KEY_HASH_SHA384, 0x0403, TLS_ALERT_DECRYPT_ERROR,     WORDS_PROOF },
    { false, KEY_TYPE_RSA_2048, KEY_HASH_SHA256, 0x0804, TLS_ALERT_DECRYPT_ERROR,     WORDS_TPM },
    { true,  KEY_TYPE_RSA_2048, KEY_HASH_SHA384, 0x0401, TLS_ALERT_DECRYPT_ERROR,     WORDS_PROOF },
    { true,  KEY_TYPE_EC_P256,  KEY_HASH_SHA256, 0x0403, TLS_ALERT_NONE,              "" },
    { true,  KEY_TYPE_EC_P256,  KEY_HASH_SHA1,   0x0203, TLS_ALERT_ILLEGAL_PARAMETER, WORDS_SCHEME },
    { true,  KEY_TYPE_EC_P256,  KEY_HASH_SHA256, 0x0401, TLS_ALERT_ILLEGAL_PARAMETER, WORDS_SCHEME },
    { true,  KEY_TYPE_RSA_2048, KEY_HASH_SHA256, 0x0403, TLS_ALERT_ILLEGAL_PARAMETER, WORDS_SCHEME },
    { true,  KEY_TYPE_EC_P256,  KEY_HASH_SHA384, 0x0403, TLS_ALERT_DECRYPT_ERROR,     WORDS_PROOF },
};
/* clang-format on */

START_TEST(scheme_of_the_proof)
{
    struct tls_cert cert =
        tls_cert_make("alice", &ca, proofs[_i].key, TLS_FLAW_NONE, 0);

    tls_script_send_hello(&script,
                          &(struct tls_script_hello){ .is_1_2 = proofs[_i].is_1_2 });
    tls_script_send_certificate(&script, &cert);
    if (proofs[_i].is_1_2) {
        tls_script_send_key_exchange(&script, NULL);
    }
    tls_script_send_certificate_verify(&script, cert.key, proofs[_i].hash,
                                       proofs[_i].scheme);
    if (proofs[_i].alert == TLS_ALERT_NONE) {
        ck_assert_int_eq(script.progress, TLS_PROGRESS_WANT_INPUT);
    } else {
        expect_refusal(proofs[_i].alert, proofs[_i].words);
        bool is_told =
            strstr(tls_session_get_failure(script.server)->text, WORDS_TPM) != NULL;
        ck_assert_int_eq(is_told,
                         !proofs[_i].is_1_2 && proofs[_i].key == KEY_TYPE_RSA_2048);
    }
    tls_cert_finish(&cert);
}
END_TEST

/* ---- key shares */

#define WORDS_SHARE "key share"
#define P256        23
#define X25519      29
#define FFDHE2048   256

static const uint8_t zeros[256];
static const uint8_t ones[65] = { 4, 1, 1, 1 };
static const uint8_t one[256] = { [255] = 1 };
static const uint8_t low_order[32] = {
    0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
    0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
    0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
}; /* of order 8: RFC 7748 6.1, D. J. Bernstein's list */

static const struct {
    uint16_t group;
    struct slice share;
} shares[] = {
    { P256, { ones, 65 } },    /* not on the curve */
    { P256, { ones, 64 } },    /* cut */
    { P256, { zeros, 65 } },   /* zero */
    { P256, { zeros, 1 } },    /* the point at infinity */
    { X25519, { zeros, 32 } }, /* zero */
    { X25519, { ones, 31 } },  /* cut */
    { X25519, { low_order, 32 } }, { FFDHE2048, { zeros, 256 } },
    { FFDHE2048, { one, 256 } },   { FFDHE2048, { one, 255 } },
};

START_TEST(key_share_that_is_none)
{
    tls_script_send_hello(&script,
                          &(struct tls_script_hello){ .group = shares[_i].group,
                                                      .share = shares[_i].share });
    expect_refusal(TLS_ALERT_ILLEGAL_PARAMETER, WORDS_SHARE);
    ck_assert(!script.got_server_hello);
}
END_TEST

/* The same on TLS 1.2, where it comes in a message of its own. */
START_TEST(key_exchange_that_is_none)
{
    const struct slice points[] = {
        { ones, 65 }, { ones, 64 }, { zeros, 65 }, { zeros, 1 }
    };
    struct tls_cert cert =
        tls_cert_make("alice", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);

    tls_script_send_hello(&script, &(struct tls_script_hello){ .is_1_2 = true });
    tls_script_send_certificate(&script, &cert);
    tls_script_send_key_exchange(&script, &points[_i]);
    expect_refusal(TLS_ALERT_ILLEGAL_PARAMETER, WORDS_SHARE);
    tls_cert_finish(&cert);
}
END_TEST

/* ---- records */

START_TEST(change_cipher_spec_has_its_time)
{
    static const uint8_t byte[] = { 1 };
    const struct slice content = { byte, 1 };
    struct tls_cert cert =
        tls_cert_make("alice", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);

    tls_script_send_hello(&script, &(struct tls_script_hello){ .cipher = 0 });
    tls_script_send(&script, TLS_RECORD_CCS, content);
    tls_script_send_certificate(&script, &cert);
    tls_script_send_certificate_verify(&script, cert.key, KEY_HASH_SHA256, 0x0403);
    tls_script_send_finished(&script);
    ck_assert(script.was_ready);
    echo("before");
    tls_script_send(&script, TLS_RECORD_CCS, content);
    expect_refusal(TLS_ALERT_UNEXPECTED_MESSAGE, "no place");
    tls_cert_finish(&cert);
}
END_TEST

START_TEST(record_of_an_unknown_type)
{
    static const uint8_t record[] = { 99, 3, 3, 0, 1, 0 };
    tls_script_send_hello(&script, &(struct tls_script_hello){ .cipher = 0 });
    tls_script_send_raw(&script, (struct slice){ record, sizeof record });
    expect_refusal(TLS_ALERT_UNEXPECTED_MESSAGE, "no TLS record");
}
END_TEST

/* In the clear, as ciphertext, and as content that was encrypted. */
START_TEST(record_that_is_too_long)
{
    static uint8_t bytes[5 + 20 * 1024];
    struct tls_cert cert = { NULL, NULL };

    memset(bytes, 0, sizeof bytes);
    if (_i == 0) {
        static const uint8_t header[] = { 22, 3, 3, 0x40, 0x01, 1, 0, 0x3f, 0xfd };
        memcpy(bytes, header, sizeof header);
        tls_script_send_raw(&script, (struct slice){ bytes, 5 + 0x4001 });
    } else if (_i == 1) {
        static const uint8_t header[] = { 23, 3, 3, 0x41, 0x01 };
        shake_hands(&cert);
        memcpy(bytes, header, sizeof header);
        tls_script_send_raw(&script, (struct slice){ bytes, 5 + 0x4101 });
    } else {
        shake_hands(&cert);
        tls_script_send(&script, TLS_RECORD_DATA, (struct slice){ bytes, 0x4001 });
    }
    expect_refusal(TLS_ALERT_RECORD_OVERFLOW, "longer than the norm allows");
    tls_cert_finish(&cert);
}
END_TEST

START_TEST(record_of_the_greatest_length)
{
    static uint8_t bytes[16 * 1024];
    struct tls_cert cert;

    shake_hands(&cert);
    memset(bytes, 'x', sizeof bytes);
    tls_script_send(&script, TLS_RECORD_DATA, (struct slice){ bytes, sizeof bytes });
    ck_assert_uint_eq(script.echo.len, sizeof bytes);
    tls_cert_finish(&cert);
}
END_TEST

/* ---- KeyUpdate (RFC 8446 4.6.3) */

START_TEST(key_update)
{
    struct tls_cert cert;

    shake_hands(&cert);
    for (size_t i = 0; i < 100; i++) {
        uint8_t request = i % 3 == 0;
        size_t before = script.n_key_updates;
        tls_script_send_key_update(&script, request);
        ck_assert_uint_eq(script.n_key_updates, before + request);
        echo("under the next keys");
    }
    tls_cert_finish(&cert);
}
END_TEST

START_TEST(key_updates_without_end)
{
    struct tls_cert cert;
    int n = 0;

    shake_hands(&cert);
    while (script.progress != TLS_PROGRESS_FAILED && n < 1000) {
        tls_script_send_key_update(&script, 1);
        n++;
    }
    ck_assert_int_eq(n, 33);
    expect_refusal(TLS_ALERT_UNEXPECTED_MESSAGE, "no place");
    tls_cert_finish(&cert);
}
END_TEST

START_TEST(key_update_that_is_none)
{
    static const struct {
        uint8_t bytes[10];
        size_t len;
        int alert;
    } rows[] = {
        { { 24, 0, 0, 1, 2 }, 5, TLS_ALERT_ILLEGAL_PARAMETER },
        { { 24, 0, 0, 0 }, 4, TLS_ALERT_DECODE_ERROR },
        { { 24, 0, 0, 2, 0, 0 }, 6, TLS_ALERT_DECODE_ERROR },
        { { 24, 0, 0, 1, 0, 24, 0, 0, 1, 0 }, 10, TLS_ALERT_UNEXPECTED_MESSAGE },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct tls_cert cert;
        shake_hands(&cert);
        tls_script_send(&script, TLS_RECORD_HANDSHAKE,
                        (struct slice){ rows[i].bytes, rows[i].len });
        expect_refusal(rows[i].alert, "The client sent");
        tls_cert_finish(&cert);
        tls_script_finish(&script);
        tls_script_init(&script, config);
    }
}
END_TEST

/* ---- ClientHello */

START_TEST(hello_without_extensions)
{
    struct tls_server_config *rsa_config = NULL;
    struct tls_cert old = server_cert;

    server_cert = tls_cert_make("localhost", &ca, KEY_TYPE_RSA_2048, TLS_FLAW_NONE, 0);
    rsa_config = make_config();
    tls_script_finish(&script);
    tls_script_init(&script, rsa_config);
    tls_script_send_hello(
        &script, &(struct tls_script_hello){ .is_1_2 = true,
                                             .without_extensions = true,
                                             .cipher = 0x009c }); /* RSA, AES-128-GCM */
    ck_assert_msg(script.got_server_hello, "%s",
                  tls_session_get_failure(script.server)->text);
    tls_script_finish(&script);
    tls_server_config_destroy(rsa_config);
    tls_cert_finish(&server_cert);
    server_cert = old;
    tls_script_init(&script, config);
}
END_TEST

START_TEST(hello_that_is_too_long)
{
    tls_script_send_hello(&script, &(struct tls_script_hello){ .padding = 33 * 1024 });
    expect_refusal(TLS_ALERT_HANDSHAKE_FAILURE, "ClientHello");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tls_script");
    TCase *tc = tcase_create("tls_script");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, scheme_of_the_proof, 0, (int)ARRAY_LEN(proofs));
    tcase_add_loop_test(tc, key_share_that_is_none, 0, (int)ARRAY_LEN(shares));
    tcase_add_loop_test(tc, key_exchange_that_is_none, 0, 4);
    tcase_add_test(tc, change_cipher_spec_has_its_time);
    tcase_add_test(tc, record_of_an_unknown_type);
    tcase_add_loop_test(tc, record_that_is_too_long, 0, 3);
    tcase_add_test(tc, record_of_the_greatest_length);
    tcase_add_test(tc, key_update);
    tcase_add_test(tc, key_updates_without_end);
    tcase_add_test(tc, key_update_that_is_none);
    tcase_add_test(tc, hello_without_extensions);
    tcase_add_test(tc, hello_that_is_too_long);
    suite_add_tcase(s, tc);
    return s;
}
