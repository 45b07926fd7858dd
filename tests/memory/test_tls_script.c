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
    }
    tls_cert_finish(&cert);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tls_script");
    TCase *tc = tcase_create("tls_script");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, scheme_of_the_proof, 0, (int)ARRAY_LEN(proofs));
    suite_add_tcase(s, tc);
    (void)shake_hands;
    (void)echo;
    return s;
}
