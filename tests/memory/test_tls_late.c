/* SPDX-License-Identifier: MIT
 *
 * The late question of TLS 1.2: who answers it is known by the new certificate, and
 * whatever else comes ends the session.
 */
#include "base/compiler.h"
#include "support/check_main.h"
#include "support/tls_certs.h"
#include "support/tls_pair.h"
#include "tls/tls.h"
#include "tls/tls_session_private.h"

#include <stdlib.h>
#include <string.h>

/* Every so many bytes of what the client sends, one is changed. */
#define CHANGE_STEP 29

static struct tls_cert ca;
static struct tls_cert server_cert;
static struct tls_cert client_cert;
static struct tls_cert other_cert;
static struct tls_server_config *server_config;
static struct tls_client_config *client_config;

static struct tls_client_config *make_client_of(const struct tls_cert *cert,
                                                bool has_certificate, bool insecure)
{
    struct err err = ERR_INIT;
    struct tls_client_config *config = NULL;
    static const char *const alpn[] = { "http/1.1", NULL };
    const struct slice chain[] = { cert->cert->der };
    const struct certificate *cas[] = { ca.cert };
    const struct tls_client_options options = { .chain = chain,
                                                .n_chain = has_certificate ? 1 : 0,
                                                .key = cert->key,
                                                .cas = cas,
                                                .n_cas = insecure ? 0 : 1,
                                                .insecure = insecure,
                                                .server_name = "localhost",
                                                .alpn = alpn,
                                                .tickets = true };
    ck_assert_msg(tls_client_config_create(&options, &config, &err) == 0, "%s",
                  err.text);
    return config;
}

static struct tls_client_config *make_client(bool has_certificate, bool insecure)
{
    return make_client_of(&client_cert, has_certificate, insecure);
}

static struct tls_server_config *make_server(enum tls_version version)
{
    struct err err = ERR_INIT;
    struct tls_server_config *config = NULL;
    const struct certificate *chain[] = { server_cert.cert };
    const struct tls_server_options options = { .listener = "test",
                                                .chain = chain,
                                                .n_chain = 1,
                                                .key = server_cert.key,
                                                .min_version = version,
                                                .max_version = version };
    ck_assert_msg(tls_server_config_create(&options, &config, &err) == 0, "%s",
                  err.text);
    return config;
}

static void set_up(void)
{
    struct err err = ERR_INIT;
    ck_assert_msg(tls_init(&err) == 0, "%s", err.text);
    ca = tls_cert_make("Test CA", NULL, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    server_cert = tls_cert_make("localhost", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    client_cert = tls_cert_make("client", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    other_cert = tls_cert_make("other", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    server_config = make_server(TLS_VERSION_1_2);
    client_config = make_client(true, true);
}

static void tear_down(void)
{
    tls_server_config_destroy(server_config);
    tls_client_config_destroy(client_config);
    tls_cert_finish(&ca);
    tls_cert_finish(&server_cert);
    tls_cert_finish(&client_cert);
    tls_cert_finish(&other_cert);
    tls_finish();
}

/* Both open; nobody was asked. */
static void open_pair(struct tls_pair *pair, struct tls_client_config *client)
{
    tls_pair_init(pair, server_config, client, SLICE_EMPTY);
    pair->server.is_late = true;
    pair->client.is_late = true;
    tls_pair_run(pair);
    ck_assert_msg(tls_pair_is_up(pair), "%s", tls_pair_describe(pair));
    ck_assert(!tls_session_get_info(pair->server.session)->certificate_requested);
    ck_assert_uint_eq(tls_session_get_info(pair->server.session)->n_chain, 0);
}

static void check_exchange(struct tls_pair *pair)
{
    const struct slice text = slice_from_string("both ways");
    ck_assert_uint_eq(tls_session_write(pair->client.session, text), text.len);
    ck_assert_uint_eq(tls_session_write(pair->server.session, text), text.len);
    tls_pair_run(pair);
    ck_assert_str_eq(buf_string(&pair->server.received), "both ways");
    ck_assert_str_eq(buf_string(&pair->client.received), "both ways");
}

/* ---- answered */

static const struct {
    bool has_certificate;
    bool insecure;
    size_t chop;
} answers[] = {
    { true, true, 0 },
    { true, false, 0 },
    { false, true, 0 },
    { true, true, 1 },
};

START_TEST(answer_row)
{
    struct tls_pair pair;
    struct tls_client_config *client =
        make_client(answers[_i].has_certificate, answers[_i].insecure);
    open_pair(&pair, client);
    pair.chop = answers[_i].chop;
    ck_assert(tls_session_can_ask_late(pair.server.session));
    ck_assert(tls_session_ask_late(pair.server.session));
    ck_assert(!tls_session_can_ask_late(pair.server.session));
    ck_assert_uint_eq(
        tls_session_write(pair.server.session, slice_from_string("early")), 0);
    tls_pair_run(&pair);
    const struct tls_info *info = tls_session_get_info(pair.server.session);
    ck_assert_msg(tls_session_is_ready(pair.server.session), "%s",
                  tls_pair_describe(&pair));
    ck_assert_uint_eq(info->n_chain, answers[_i].has_certificate ? 1 : 0);
    ck_assert(info->possession_proved == answers[_i].has_certificate);
    ck_assert(info->asked_late && info->certificate_requested && !info->resumed);
    ck_assert(tls_session_get_info(pair.client.session)->asked_late);
    ck_assert_str_eq(info->alpn, "http/1.1");
    if (answers[_i].has_certificate) {
        ck_assert(memcmp(info->chain[0]->sha256, client_cert.cert->sha256, 32) == 0);
    }
    check_exchange(&pair);
    tls_pair_finish(&pair);
    tls_client_config_destroy(client);
}
END_TEST

/* The client thinks better of it. */
static void change_certificate(struct tls_session *client,
                               const struct tls_own_chain *to)
{
    ck_assert_int_eq(mbedtls_ssl_conf_own_cert(&client->conf, NULL, NULL), 0);
    ck_assert_int_eq(
        mbedtls_ssl_conf_own_cert(&client->conf, to->crts, key_get_pk(to->key)), 0);
}

/* The last answer counts, and the one before is forgotten as soon as it is asked. */
START_TEST(asked_again)
{
    struct tls_pair pair;
    struct tls_client_config *other = make_client_of(&other_cert, true, true);
    open_pair(&pair, client_config);
    for (int i = 0; i < 3; i++) {
        bool is_other = i == 1;
        change_certificate(pair.client.session,
                           is_other ? &other->chain : &client_config->chain);
        ck_assert(tls_session_ask_late(pair.server.session));
        ck_assert(!tls_session_get_info(pair.server.session)->possession_proved);
        ck_assert_uint_eq(tls_session_get_info(pair.server.session)->n_chain, 0);
        tls_pair_run(&pair);
        ck_assert_msg(tls_session_is_ready(pair.server.session), "%s",
                      tls_pair_describe(&pair));
        const struct tls_info *info = tls_session_get_info(pair.server.session);
        ck_assert_uint_eq(info->n_chain, 1);
        ck_assert(info->possession_proved);
        ck_assert(memcmp(info->chain[0]->sha256,
                         (is_other ? &other_cert : &client_cert)->cert->sha256,
                         32) == 0);
    }
    check_exchange(&pair);
    tls_pair_finish(&pair);
    tls_client_config_destroy(other);
}
END_TEST

START_TEST(not_on_1_3)
{
    struct tls_pair pair;
    struct tls_server_config *server = make_server(TLS_VERSION_1_3);
    tls_pair_init(&pair, server, client_config, SLICE_EMPTY);
    tls_pair_run(&pair);
    ck_assert_msg(tls_pair_is_up(&pair), "%s", tls_pair_describe(&pair));
    ck_assert(!tls_session_can_ask_late(pair.server.session));
    ck_assert(!tls_session_ask_late(pair.server.session));
    check_exchange(&pair);
    tls_pair_finish(&pair);
    tls_server_config_destroy(server);
}
END_TEST

/* ---- not answered */

static void check_failed(struct tls_pair *pair, const char *words)
{
    const struct tls_failure *failure = tls_session_get_failure(pair->server.session);
    ck_assert_msg(pair->server.progress == TLS_PROGRESS_FAILED, "%s: %s", words,
                  tls_pair_describe(pair));
    ck_assert_msg(strstr(failure->text, words) != NULL, "%s: %s", words, failure->text);
    ck_assert(failure->is_late && failure->in_handshake);
    ck_assert(!tls_session_get_info(pair->server.session)->possession_proved);
}

START_TEST(refused)
{
    struct tls_pair pair;
    open_pair(&pair, client_config);
    mbedtls_ssl_conf_renegotiation(&pair.client.session->conf,
                                   MBEDTLS_SSL_RENEGOTIATION_DISABLED);
    ck_assert(tls_session_ask_late(pair.server.session));
    tls_pair_run(&pair);
    check_failed(&pair, "refused to renegotiate (no_renegotiation)");
    ck_assert_int_eq(tls_session_get_failure(pair.server.session)->alert_received, 100);
    tls_pair_finish(&pair);
}
END_TEST

static const int alerts[] = { 0, 10, 20, 40, 42, 46, 48, 80, 90, 112, 255 };

START_TEST(alert_row)
{
    struct tls_pair pair;
    open_pair(&pair, client_config);
    ck_assert(tls_session_ask_late(pair.server.session));
    ck_assert_int_eq(mbedtls_ssl_send_alert_message(&pair.client.session->ssl,
                                                    MBEDTLS_SSL_ALERT_LEVEL_FATAL,
                                                    (unsigned char)alerts[_i]),
                     0);
    tls_session_drain(pair.server.session,
                      tls_session_get_output(pair.server.session).len);
    tls_pair_run(&pair);
    check_failed(&pair, alerts[_i] == 0 ? "closed the connection" : "refused");
    ck_assert_int_eq(tls_session_get_failure(pair.server.session)->alert_received,
                     alerts[_i]);
    tls_pair_finish(&pair);
}
END_TEST

START_TEST(data_instead)
{
    struct tls_pair pair;
    open_pair(&pair, client_config);
    ck_assert(tls_session_ask_late(pair.server.session));
    ck_assert_uint_eq(
        tls_session_write(pair.client.session, slice_from_string("GET /")), 5);
    tls_pair_run(&pair);
    check_failed(&pair, "sent data where the handshake was expected");
    ck_assert_uint_eq(pair.server.received.len, 0);
    tls_pair_finish(&pair);
}
END_TEST

START_TEST(end_instead)
{
    struct tls_pair pair;
    open_pair(&pair, client_config);
    ck_assert(tls_session_ask_late(pair.server.session));
    tls_session_feed_eof(pair.server.session);
    pair.server.progress = tls_session_step(pair.server.session);
    check_failed(&pair, "in the middle of the handshake that asks");
    tls_pair_finish(&pair);
}
END_TEST

/* The client's first flight or its second one, with one byte changed. */
static bool change_byte(size_t flight, size_t at)
{
    struct tls_pair pair;
    open_pair(&pair, client_config);
    ck_assert(tls_session_ask_late(pair.server.session));
    for (size_t i = 0;; i++) {
        struct slice out = tls_session_get_output(pair.server.session);
        ck_assert_uint_eq(tls_session_feed(pair.client.session, out), out.len);
        tls_session_drain(pair.server.session, out.len);
        (void)tls_session_step(pair.client.session);
        out = tls_session_get_output(pair.client.session);
        if (i == flight) {
            uint8_t changed[8192];
            ck_assert_uint_lt(out.len, sizeof changed);
            if (at >= out.len) {
                tls_pair_finish(&pair);
                return false;
            }
            memcpy(changed, out.data, out.len);
            changed[at] ^= 0x10;
            (void)tls_session_feed(pair.server.session,
                                   (struct slice){ changed, out.len });
            break;
        }
        (void)tls_session_feed(pair.server.session, out);
        tls_session_drain(pair.client.session, out.len);
        (void)tls_session_step(pair.server.session);
    }
    tls_session_feed_eof(pair.server.session);
    pair.server.progress = tls_session_step(pair.server.session);
    ck_assert_msg(pair.server.progress == TLS_PROGRESS_FAILED,
                  "flight %zu, byte %zu: %s", flight, at, tls_pair_describe(&pair));
    ck_assert(!tls_session_get_info(pair.server.session)->possession_proved);
    tls_pair_finish(&pair);
    return true;
}

START_TEST(changed)
{
    size_t n = 0;
    for (size_t flight = 0; flight < 2; flight++) {
        for (size_t at = 0; change_byte(flight, at); at += CHANGE_STEP) {
            n++;
        }
    }
    ck_assert_uint_gt(n, 20);
}
END_TEST

/* ---- the client's own */

/* As if it had not been refused. */
static void begin_again(struct tls_session *client)
{
    client->phase = SESSION_OPEN;
    client->ssl.MBEDTLS_PRIVATE(state) = MBEDTLS_SSL_HANDSHAKE_OVER;
    client->ssl.MBEDTLS_PRIVATE(renego_status) = 2; /* done: ssl_misc.h */
    ck_assert_int_eq(mbedtls_ssl_renegotiate(&client->ssl), MBEDTLS_ERR_SSL_WANT_READ);
}

START_TEST(storm)
{
    struct tls_pair pair;
    int n = 0;
    open_pair(&pair, client_config);
    do {
        ck_assert_int_le(++n, TLS_REFUSALS_MAX + 1);
        begin_again(pair.client.session);
        struct slice out = tls_session_get_output(pair.client.session);
        ck_assert_uint_eq(tls_session_feed(pair.server.session, out), out.len);
        tls_session_drain(pair.client.session, out.len);
        pair.server.progress = tls_session_step(pair.server.session);
        tls_session_drain(pair.server.session,
                          tls_session_get_output(pair.server.session).len);
        ck_assert(!tls_session_get_info(pair.server.session)->asked_late);
    } while (pair.server.progress == TLS_PROGRESS_WANT_INPUT);
    ck_assert_int_eq(n, TLS_REFUSALS_MAX + 1);
    ck_assert_int_eq(pair.server.progress, TLS_PROGRESS_FAILED);
    ck_assert_msg(strstr(tls_session_get_failure(pair.server.session)->text,
                         "again and again") != NULL,
                  "%s", tls_pair_describe(&pair));
    ck_assert_int_eq(tls_session_get_failure(pair.server.session)->alert_sent, 40);
    tls_pair_finish(&pair);
}
END_TEST

/* A server that asks for ever is not followed for ever. */
START_TEST(asked_for_ever)
{
    struct tls_pair pair;
    int n = 0;
    open_pair(&pair, client_config);
    while (tls_session_ask_late(pair.server.session)) {
        ck_assert_int_le(++n, TLS_LATE_MAX + 1);
        tls_pair_run(&pair);
    }
    ck_assert_int_eq(n, TLS_LATE_MAX + 1);
    check_failed(&pair, "refused to renegotiate");
    tls_pair_finish(&pair);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tls_late");
    TCase *tc = tcase_create("all");
    tcase_add_unchecked_fixture(tc, set_up, tear_down);
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, answer_row, 0, ARRAY_LEN(answers));
    tcase_add_test(tc, asked_again);
    tcase_add_test(tc, not_on_1_3);
    tcase_add_test(tc, refused);
    tcase_add_loop_test(tc, alert_row, 0, ARRAY_LEN(alerts));
    tcase_add_test(tc, data_instead);
    tcase_add_test(tc, end_instead);
    tcase_add_test(tc, changed);
    tcase_add_test(tc, storm);
    tcase_add_test(tc, asked_for_ever);
    suite_add_tcase(s, tc);
    return s;
}
