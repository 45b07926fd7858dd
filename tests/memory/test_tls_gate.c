/* SPDX-License-Identifier: MIT
 *
 * The gate: a server ends the handshake on purpose, and the client is told so by the
 * alert that was asked for, in the handshake (TLS 1.2) or behind it (TLS 1.3).
 */
#include "base/compiler.h"
#include "support/check_main.h"
#include "support/tls_certs.h"
#include "support/tls_pair.h"
#include "tls/tls.h"
#include "tls/tls_resumption.h"

#include <stdlib.h>
#include <string.h>

static struct tls_cert ca;
static struct tls_cert server_cert;
static struct tls_cert client_cert;

static void set_up(void)
{
    struct err err = ERR_INIT;
    ck_assert_msg(tls_init(&err) == 0, "%s", err.text);
    ca = tls_cert_make("Test CA", NULL, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    server_cert = tls_cert_make("localhost", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    client_cert = tls_cert_make("client", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
}

static void tear_down(void)
{
    tls_cert_finish(&ca);
    tls_cert_finish(&server_cert);
    tls_cert_finish(&client_cert);
    tls_finish();
}

/* What the gate saw, and what it says. */
struct gate {
    struct tls_session *session;
    int answer;
    int n_asked;
    size_t n_chain;
    bool proved;
    bool resumed;
    bool said_done;
};

static int on_gate(void *user)
{
    struct gate *gate = user;
    const struct tls_info *info = tls_session_get_info(gate->session);
    gate->n_asked++;
    gate->n_chain = info->n_chain;
    gate->proved = info->possession_proved;
    gate->resumed = info->resumed;
    gate->said_done = info->handshake_done;
    return gate->answer;
}

static const struct {
    const char *label;
    enum tls_version version;
    bool has_certificate;
    int answer;
} rows[] = {
    { "1.2, pass", TLS_VERSION_1_2, true, TLS_GATE_PASS },
    { "1.3, pass", TLS_VERSION_1_3, true, TLS_GATE_PASS },
    { "1.2, pass without a certificate", TLS_VERSION_1_2, false, TLS_GATE_PASS },
    { "1.2, expired", TLS_VERSION_1_2, true, 45 },
    { "1.3, expired", TLS_VERSION_1_3, true, 45 },
    { "1.2, unknown_ca", TLS_VERSION_1_2, true, 48 },
    { "1.3, unknown_ca", TLS_VERSION_1_3, true, 48 },
    { "1.2, none came", TLS_VERSION_1_2, false, 40 },
    { "1.3, none came", TLS_VERSION_1_3, false, 116 },
    { "1.2, silent", TLS_VERSION_1_2, true, TLS_GATE_SILENT },
    { "1.3, silent", TLS_VERSION_1_3, true, TLS_GATE_SILENT },
};

static struct tls_server_config *make_server(enum tls_version version,
                                             struct tls_resumption *resumption)
{
    struct err err = ERR_INIT;
    struct tls_server_config *config = NULL;
    const struct certificate *chain[] = { server_cert.cert };
    const struct tls_server_options options = { .listener = "test",
                                                .chain = chain,
                                                .n_chain = 1,
                                                .key = server_cert.key,
                                                .ask_certificate = true,
                                                .resumption = resumption,
                                                .min_version = version,
                                                .max_version = version };
    ck_assert_msg(tls_server_config_create(&options, &config, &err) == 0, "%s",
                  err.text);
    return config;
}

static struct tls_client_config *make_client(bool has_certificate)
{
    struct err err = ERR_INIT;
    struct tls_client_config *config = NULL;
    const struct slice chain[] = { client_cert.cert->der };
    const struct tls_client_options options = { .chain = chain,
                                                .n_chain = has_certificate ? 1 : 0,
                                                .key = client_cert.key,
                                                .insecure = true,
                                                .tickets = true };
    ck_assert_msg(tls_client_config_create(&options, &config, &err) == 0, "%s",
                  err.text);
    return config;
}

static void check_end(struct tls_pair *pair, int row)
{
    const struct tls_failure *ours = tls_session_get_failure(pair->server.session);
    const struct tls_failure *theirs = tls_session_get_failure(pair->client.session);
    bool is_1_2 = rows[row].version == TLS_VERSION_1_2;
    bool is_silent = rows[row].answer == TLS_GATE_SILENT;

    ck_assert_int_eq(ours->end, TLS_END_GATE);
    ck_assert_int_eq(ours->alert_sent, is_silent ? -1 : rows[row].answer);
    ck_assert_msg(strstr(ours->text, rows[row].has_certificate
                                         ? "the client's certificate"
                                         : "lack of a certificate") != NULL,
                  "%s: %s", rows[row].label, ours->text);
    ck_assert_msg(pair->client.was_ready != is_1_2, "%s", rows[row].label);
    if (!is_silent) {
        ck_assert_msg(theirs->alert_received == rows[row].answer, "%s: %s",
                      rows[row].label, theirs->text);
        ck_assert_int_eq(theirs->in_handshake, is_1_2);
    } else {
        ck_assert_int_ne(pair->client.progress, TLS_PROGRESS_FAILED);
    }
}

START_TEST(gate_row)
{
    struct tls_pair pair;
    struct tls_server_config *server = make_server(rows[_i].version, NULL);
    struct tls_client_config *client = make_client(rows[_i].has_certificate);
    struct gate gate = { .answer = rows[_i].answer };

    tls_pair_init(&pair, server, client, SLICE_EMPTY);
    gate.session = pair.server.session;
    tls_session_set_gate(pair.server.session, on_gate, &gate);
    tls_pair_run(&pair);

    ck_assert_int_eq(gate.n_asked, 1);
    ck_assert_uint_eq(gate.n_chain, rows[_i].has_certificate ? 1 : 0);
    ck_assert_int_eq(gate.proved, rows[_i].has_certificate);
    ck_assert(!gate.said_done && !gate.resumed);
    ck_assert_msg(tls_pair_is_up(&pair) == (rows[_i].answer == TLS_GATE_PASS), "%s: %s",
                  rows[_i].label, tls_pair_describe(&pair));
    if (rows[_i].answer != TLS_GATE_PASS) {
        check_end(&pair, _i);
    }
    tls_pair_finish(&pair);
    tls_server_config_destroy(server);
    tls_client_config_destroy(client);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tls_gate");
    TCase *tc = tcase_create("all");
    tcase_add_unchecked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, gate_row, 0, ARRAY_LEN(rows));
    suite_add_tcase(s, tc);
    return s;
}
