/* SPDX-License-Identifier: MIT
 *
 * tls_session: handshakes, data, ends of every kind, what is reported of them.
 */
#include "base/compiler.h"
#include "base/mem.h"
#include "support/check_main.h"
#include "support/tls_certs.h"
#include "support/tls_pair.h"
#include "tls/tls_alert.h"

#include <stdio.h>
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
    client_cert = tls_cert_make("alice", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
}

static void tear_down(void)
{
    tls_cert_finish(&ca);
    tls_cert_finish(&server_cert);
    tls_cert_finish(&client_cert);
    tls_finish();
}

/* ---- configs with the usual values */

static struct tls_server_options server_options(void)
{
    static const struct certificate *chain[1];

    chain[0] = server_cert.cert;
    return (struct tls_server_options){ .listener = "test",
                                        .chain = chain,
                                        .n_chain = 1,
                                        .key = server_cert.key,
                                        .ask_certificate = true };
}

static struct tls_client_options client_options(void)
{
    return (struct tls_client_options){ .insecure = true, .server_name = "localhost" };
}

struct world {
    struct tls_server_config *server;
    struct tls_client_config *client;
    struct tls_pair pair;
};

static void open_world(struct world *world, const struct tls_server_options *server,
                       const struct tls_client_options *client)
{
    struct err err = ERR_INIT;

    ck_assert_msg(tls_server_config_create(server, &world->server, &err) == 0, "%s",
                  err.text);
    ck_assert_msg(tls_client_config_create(client, &world->client, &err) == 0, "%s",
                  err.text);
    tls_pair_init(&world->pair, world->server, world->client, SLICE_EMPTY);
}

static void close_world(struct world *world)
{
    tls_pair_finish(&world->pair);
    tls_server_config_destroy(world->server);
    tls_client_config_destroy(world->client);
}

static const enum tls_version both_versions[] = { TLS_VERSION_1_2, TLS_VERSION_1_3 };
static const char *const version_names[] = { "TLSv1.2", "TLSv1.3" };

/* ---- data */

/* Every version, in one piece and byte by byte. */
START_TEST(handshake_and_data)
{
    struct world world;
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();
    size_t version = (size_t)_i % 2;

    client.min_version = client.max_version = both_versions[version];
    open_world(&world, &server, &client);
    world.pair.chop = _i < 2 ? 0 : 1;
    tls_pair_run(&world.pair);
    ck_assert_msg(tls_pair_is_up(&world.pair), "row %d: %s", _i,
                  tls_pair_describe(&world.pair));

    ck_assert_uint_eq(
        tls_session_write(world.pair.client.session, slice_from_string("question")), 8);
    ck_assert_uint_eq(
        tls_session_write(world.pair.server.session, slice_from_string("answer")), 6);
    tls_pair_run(&world.pair);
    ck_assert(slice_equals_string(buf_slice(&world.pair.server.received), "question"));
    ck_assert(slice_equals_string(buf_slice(&world.pair.client.received), "answer"));

    const struct tls_info *info = tls_session_get_info(world.pair.server.session);
    ck_assert_str_eq(info->version, version_names[version]);
    ck_assert_str_eq(info->server_name, "localhost");
    ck_assert_uint_ge(info->cipher_bits, 128);
    ck_assert_int_eq(strncmp(info->cipher, "TLS_", 4), 0);
    ck_assert_ptr_nonnull(info->group);
    ck_assert(!info->resumed && info->certificate_requested && info->handshake_done);
    ck_assert(tls_session_get_info(world.pair.client.session)->certificate_requested);
    ck_assert_str_eq(tls_session_get_info(world.pair.client.session)->group,
                     info->group);
    close_world(&world);
}
END_TEST

/* A long answer: the backlog is bounded, and every byte arrives. */
START_TEST(long_answer)
{
    static uint8_t answer[300 * 1024];
    struct world world;
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();
    size_t sent = 0;

    for (size_t i = 0; i < sizeof answer; i++) {
        answer[i] = (uint8_t)(i * 7);
    }
    open_world(&world, &server, &client);
    tls_pair_run(&world.pair);
    while (sent < sizeof answer) {
        size_t taken =
            tls_session_write(world.pair.server.session,
                              (struct slice){ answer + sent, sizeof answer - sent });
        size_t backlog = tls_session_get_output(world.pair.server.session).len;
        ck_assert_uint_gt(taken, 0);
        ck_assert_uint_lt(backlog, TLS_SESSION_BACKLOG_MAX + 20000);
        sent += taken;
        ck_assert_msg(sent == sizeof answer ||
                          tls_session_write(world.pair.server.session,
                                            slice_from_string("x")) == 0,
                      "took more than the backlog");
        tls_pair_run(&world.pair);
    }
    ck_assert(slice_equal(buf_slice(&world.pair.client.received),
                          (struct slice){ answer, sizeof answer }));
    close_world(&world);
}
END_TEST

/* ---- ends */

START_TEST(close_in_order)
{
    struct world world;
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();

    client.max_version = both_versions[_i];
    open_world(&world, &server, &client);
    tls_pair_run(&world.pair);
    tls_session_write(world.pair.server.session, slice_from_string("bye"));
    tls_session_close(world.pair.server.session);
    tls_session_close(world.pair.server.session);
    ck_assert_uint_eq(
        tls_session_write(world.pair.server.session, slice_from_string("x")), 0);
    tls_pair_run(&world.pair);
    ck_assert(slice_equals_string(buf_slice(&world.pair.client.received), "bye"));
    ck_assert_int_eq(world.pair.client.progress, TLS_PROGRESS_CLOSED);
    ck_assert_int_eq(world.pair.server.progress, TLS_PROGRESS_WANT_INPUT);
    tls_session_close(world.pair.client.session);
    tls_pair_run(&world.pair);
    ck_assert_int_eq(world.pair.server.progress, TLS_PROGRESS_CLOSED);
    close_world(&world);
}
END_TEST

/* What a client's first bytes may be. */
static const struct {
    const char *label;
    const char *bytes;
    enum tls_end end;
    enum client_hello_kind kind;
} strangers[] = {
    { "HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", TLS_END_NOT_TLS, CLIENT_HELLO_HTTP },
    { "HTTP POST", "POST / HTTP/1.0\r\n\r\n", TLS_END_NOT_TLS, CLIENT_HELLO_HTTP },
    { "SSLv2", "\x80\x2e\x01\x03\x01\x2ex", TLS_END_NOT_TLS, CLIENT_HELLO_SSL2 },
    { "SSH", "SSH-2.0-OpenSSH_9.2\r\n", TLS_END_NOT_TLS, CLIENT_HELLO_GARBAGE },
    { "noise", "\xde\xad\xbe\xef\xde\xad\xbe\xef", TLS_END_NOT_TLS,
      CLIENT_HELLO_GARBAGE },
    { "record of garbage", "\x16\x03\x01\x01\x04zzzzzzzz", TLS_END_EOF,
      CLIENT_HELLO_MALFORMED },
    { "nothing", "", TLS_END_EOF, CLIENT_HELLO_PARTIAL },
};

START_TEST(stranger)
{
    struct world world;
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();
    struct slice bytes = slice_from_string(strangers[_i].bytes);

    open_world(&world, &server, &client);
    struct tls_session *session = world.pair.server.session;
    ck_assert_uint_eq(tls_session_feed(session, bytes), bytes.len);
    if (tls_session_step(session) != TLS_PROGRESS_FAILED) {
        tls_session_feed_eof(session);
    }
    ck_assert_int_eq(tls_session_step(session), TLS_PROGRESS_FAILED);
    const struct tls_failure *failure = tls_session_get_failure(session);
    ck_assert_msg(failure->end == strangers[_i].end, "%s: end %s: %s",
                  strangers[_i].label, tls_end_name(failure->end), failure->text);
    ck_assert_msg(tls_session_get_info(session)->hello->kind == strangers[_i].kind,
                  "%s: kind %d", strangers[_i].label,
                  (int)tls_session_get_info(session)->hello->kind);
    ck_assert(failure->in_handshake && failure->text[0] != '\0');
    close_world(&world);
}
END_TEST

/* The client goes away after each number of bytes of its first flight. */
START_TEST(cut_first_flight)
{
    struct world world;
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();
    struct err err = ERR_INIT;

    open_world(&world, &server, &client);
    tls_session_step(world.pair.client.session);
    struct slice hello = tls_session_get_output(world.pair.client.session);
    ck_assert_uint_gt(hello.len, 100);
    for (size_t cut = 0; cut < hello.len; cut++) {
        struct tls_session *session;
        ck_assert(tls_session_create_server(world.server, &session, &err) == 0);
        ck_assert_uint_eq(tls_session_feed(session, slice_part(hello, 0, cut)), cut);
        ck_assert_msg(tls_session_step(session) == TLS_PROGRESS_WANT_INPUT,
                      "cut at %zu", cut);
        tls_session_feed_eof(session);
        ck_assert_msg(tls_session_step(session) == TLS_PROGRESS_FAILED, "cut at %zu",
                      cut);
        ck_assert_msg(tls_session_get_failure(session)->end == TLS_END_EOF,
                      "cut at %zu", cut);
        tls_session_destroy(session);
    }
    close_world(&world);
}
END_TEST

/* A changed byte anywhere in the first flight: no crash, and an end that is told. */
START_TEST(damaged_first_flight)
{
    struct world world;
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();
    struct err err = ERR_INIT;
    struct buf hello = BUF_EMPTY;

    open_world(&world, &server, &client);
    tls_session_step(world.pair.client.session);
    buf_append_slice(&hello, tls_session_get_output(world.pair.client.session));
    for (size_t i = 0; i < hello.len; i++) {
        struct tls_session *session;
        hello.data[i] ^= 0xff;
        ck_assert(tls_session_create_server(world.server, &session, &err) == 0);
        tls_session_feed(session, buf_slice(&hello));
        enum tls_progress progress = tls_session_step(session);
        ck_assert_msg(progress == TLS_PROGRESS_WANT_INPUT ||
                          progress == TLS_PROGRESS_FAILED,
                      "byte %zu", i);
        ck_assert_msg(progress != TLS_PROGRESS_FAILED ||
                          tls_session_get_failure(session)->text[0] != '\0',
                      "byte %zu", i);
        tls_session_destroy(session);
        hello.data[i] ^= 0xff;
    }
    buf_finish(&hello);
    close_world(&world);
}
END_TEST

START_TEST(eof_after_handshake)
{
    struct world world;
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();

    open_world(&world, &server, &client);
    tls_pair_run(&world.pair);
    tls_session_feed_eof(world.pair.server.session);
    ck_assert_int_eq(tls_session_step(world.pair.server.session), TLS_PROGRESS_FAILED);
    const struct tls_failure *failure =
        tls_session_get_failure(world.pair.server.session);
    ck_assert_int_eq(failure->end, TLS_END_EOF);
    ck_assert(!failure->in_handshake);
    ck_assert(!tls_session_is_ready(world.pair.server.session));
    close_world(&world);
}
END_TEST

START_TEST(record_changed_under_way)
{
    struct world world;
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();
    struct buf record = BUF_EMPTY;

    client.max_version = both_versions[_i];
    open_world(&world, &server, &client);
    tls_pair_run(&world.pair);
    tls_session_write(world.pair.client.session, slice_from_string("question"));
    buf_append_slice(&record, tls_session_get_output(world.pair.client.session));
    record.data[record.len - 1] ^= 1;
    tls_session_drain(world.pair.client.session, record.len);
    tls_session_feed(world.pair.server.session, buf_slice(&record));
    tls_pair_run(&world.pair);
    const struct tls_failure *server_failure =
        tls_session_get_failure(world.pair.server.session);
    const struct tls_failure *client_failure =
        tls_session_get_failure(world.pair.client.session);
    ck_assert_int_eq(server_failure->end, TLS_END_BAD_RECORD);
    ck_assert_str_eq(tls_alert_name(server_failure->alert_sent), "bad_record_mac");
    ck_assert_int_eq(client_failure->end, TLS_END_PEER_ALERT);
    ck_assert_str_eq(tls_alert_name(client_failure->alert_received), "bad_record_mac");
    buf_finish(&record);
    close_world(&world);
}
END_TEST

/* ---- what both sides must agree on */

static const char *const alpn_h2[] = { "h2", NULL };
static const char *const alpn_both[] = { "h2", "http/1.1", NULL };
static const char *const cipher_aes[] = { "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                                          NULL };
static const char *const cipher_rsa[] = { "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                                          NULL };

static const struct {
    const char *label;
    enum tls_version server_version;
    enum tls_version client_version;
    const char *const *client_alpn;
    const char *const *client_ciphers;
    const char *alert; /* NULL = it works */
    const char *text;  /* part of what is said of it */
} agreements[] = {
    { "1.3 with 1.3", TLS_VERSION_1_3, TLS_VERSION_1_3, NULL, NULL, NULL, NULL },
    { "server 1.3, client 1.2", TLS_VERSION_1_3, TLS_VERSION_1_2, NULL, NULL,
      "protocol_version", "no TLS version" },
    { "server 1.2, client 1.3", TLS_VERSION_1_2, TLS_VERSION_1_3, NULL, NULL,
      "handshake_failure", "no TLS version" },
    { "ALPN h2 alone, 1.2", TLS_VERSION_1_2, TLS_VERSION_1_2, alpn_h2, NULL,
      "no_application_protocol", "ALPN" },
    { "ALPN h2 alone, 1.3", TLS_VERSION_1_3, TLS_VERSION_1_3, alpn_h2, NULL,
      "no_application_protocol", "ALPN" },
    { "ALPN h2 and http/1.1", TLS_VERSION_1_3, TLS_VERSION_1_3, alpn_both, NULL, NULL,
      NULL },
    { "cipher in common", TLS_VERSION_1_2, TLS_VERSION_1_2, NULL, cipher_aes, NULL,
      NULL },
    { "cipher for another key", TLS_VERSION_1_2, TLS_VERSION_1_2, NULL, cipher_rsa,
      "handshake_failure", "no parameters" },
};

START_TEST(agreement)
{
    struct world world;
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();
    const char *label = agreements[_i].label;

    server.min_version = server.max_version = agreements[_i].server_version;
    client.min_version = client.max_version = agreements[_i].client_version;
    client.alpn = agreements[_i].client_alpn;
    client.ciphers = agreements[_i].client_ciphers;
    open_world(&world, &server, &client);
    tls_pair_run(&world.pair);
    const struct tls_failure *ours = tls_session_get_failure(world.pair.server.session);
    const struct tls_failure *theirs =
        tls_session_get_failure(world.pair.client.session);
    if (agreements[_i].alert == NULL) {
        ck_assert_msg(tls_pair_is_up(&world.pair), "%s: %s", label,
                      tls_pair_describe(&world.pair));
        const char *alpn = tls_session_get_info(world.pair.server.session)->alpn;
        ck_assert_msg((alpn != NULL) == (client.alpn != NULL), "%s: ALPN", label);
    } else {
        /* One of both refuses, and the other one hears of it. */
        const struct tls_failure *refuser =
            ours->end == TLS_END_OUR_ALERT ? ours : theirs;
        const struct tls_failure *other = refuser == ours ? theirs : ours;
        ck_assert_msg(refuser->end == TLS_END_OUR_ALERT &&
                          other->end == TLS_END_PEER_ALERT,
                      "%s: %s", label, tls_pair_describe(&world.pair));
        ck_assert_msg(
            strcmp(tls_alert_name(refuser->alert_sent), agreements[_i].alert) == 0,
            "%s: sent %s", label, tls_alert_name(refuser->alert_sent));
        ck_assert_msg(strstr(refuser->text, agreements[_i].text) != NULL, "%s: \"%s\"",
                      label, refuser->text);
        ck_assert_msg(other->alert_received == refuser->alert_sent, "%s: received %d",
                      label, other->alert_received);
    }
    close_world(&world);
}
END_TEST

START_TEST(null_cipher_has_no_bits)
{
    static const char *const null_suite[] = { "TLS_ECDHE_ECDSA_WITH_NULL_SHA", NULL };
    struct world world;
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();

    client.ciphers = null_suite;
    client.max_version = TLS_VERSION_1_2;
    server.allow_null_cipher = _i == 1;
    open_world(&world, &server, &client);
    tls_pair_run(&world.pair);
    ck_assert_msg(tls_pair_is_up(&world.pair) == (_i == 1), "%s",
                  tls_pair_describe(&world.pair));
    if (_i == 1) {
        const struct tls_info *info = tls_session_get_info(world.pair.server.session);
        ck_assert_uint_eq(info->cipher_bits, 0);
        ck_assert_str_eq(info->cipher, null_suite[0]);
    }
    close_world(&world);
}
END_TEST

/* ---- a client that checks its server */

static const struct {
    const char *label;
    const char *server_name;
    const char *verify_host;
    bool own_ca; /* or one that signed something else */
    bool good;
} checks[] = {
    { "right name", "localhost", NULL, true, true },
    { "wrong name", "example.org", NULL, true, false },
    { "other name sent than checked", "example.org", "localhost", true, true },
    { "other name checked than sent", "localhost", "example.org", true, false },
    { "address checked", "localhost", "127.0.0.1", true, false },
    { "unknown CA", "localhost", NULL, false, false },
};

START_TEST(server_check)
{
    struct world world;
    struct tls_cert other =
        tls_cert_make("Other CA", NULL, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    const struct certificate *cas[] = { checks[_i].own_ca ? ca.cert : other.cert };
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();

    client.insecure = false;
    client.cas = cas;
    client.n_cas = 1;
    client.server_name = checks[_i].server_name;
    client.verify_name = true;
    client.verify_host = checks[_i].verify_host;
    open_world(&world, &server, &client);
    tls_pair_run(&world.pair);
    ck_assert_msg(tls_pair_is_up(&world.pair) == checks[_i].good, "%s: %s",
                  checks[_i].label, tls_pair_describe(&world.pair));
    const struct tls_info *info = tls_session_get_info(world.pair.client.session);
    ck_assert_msg((info->server_verdict[0] == '\0') == checks[_i].good,
                  "%s: verdict \"%s\"", checks[_i].label, info->server_verdict);
    ck_assert_uint_eq(info->n_chain, 1);
    ck_assert(certificate_equal(info->chain[0], server_cert.cert));
    close_world(&world);
    tls_cert_finish(&other);
}
END_TEST

/* ---- key log */

struct lines {
    struct buf text;
    size_t n;
};

static void on_line(void *user, const char *line)
{
    struct lines *lines = user;

    buf_printf(&lines->text, "%s\n", line);
    lines->n++;
}

START_TEST(key_log)
{
    static const char *const labels[2][4] = {
        { "CLIENT_RANDOM ", NULL },
        { "CLIENT_HANDSHAKE_TRAFFIC_SECRET ", "SERVER_HANDSHAKE_TRAFFIC_SECRET ",
          "CLIENT_TRAFFIC_SECRET_0 ", "SERVER_TRAFFIC_SECRET_0 " },
    };
    struct world world;
    struct lines ours = { BUF_EMPTY, 0 };
    struct lines theirs = { BUF_EMPTY, 0 };
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();

    client.max_version = both_versions[_i];
    server.on_key_log = client.on_key_log = on_line;
    server.key_log_user = &ours;
    client.key_log_user = &theirs;
    open_world(&world, &server, &client);
    tls_pair_run(&world.pair);
    ck_assert(tls_pair_is_up(&world.pair));
    ck_assert_uint_eq(ours.n, _i == 0 ? 1 : 4);
    for (size_t i = 0; i < ARRAY_LEN(labels[0]) && labels[_i][i] != NULL; i++) {
        ck_assert_msg(strstr(buf_string(&ours.text), labels[_i][i]) != NULL, "%s in %s",
                      labels[_i][i], buf_string(&ours.text));
    }
    ck_assert(slice_equal(buf_slice(&ours.text), buf_slice(&theirs.text)));
    buf_finish(&ours.text);
    buf_finish(&theirs.text);
    close_world(&world);
}
END_TEST

/* ---- what a client offers */

START_TEST(hello_is_reported)
{
    struct world world;
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();

    client.alpn = alpn_both;
    client.server_name = "www.example.org";
    open_world(&world, &server, &client);
    world.pair.chop = 3;
    tls_pair_run(&world.pair);
    const struct client_hello *hello =
        tls_session_get_info(world.pair.server.session)->hello;
    ck_assert_int_eq(hello->kind, CLIENT_HELLO_TLS);
    ck_assert_str_eq(hello->server_name, "www.example.org");
    ck_assert_uint_eq(hello->n_alpn, 2);
    ck_assert_str_eq(client_hello_alpn(hello, 0), "h2");
    ck_assert_str_eq(client_hello_alpn(hello, 1), "http/1.1");
    ck_assert_uint_eq(hello->n_versions, 2);
    ck_assert_str_eq(client_hello_version_name(hello->versions[0]), "TLSv1.3");
    ck_assert_uint_gt(hello->n_signature_algorithms, 3);
    ck_assert_uint_gt(hello->n_groups, 3);
    ck_assert_uint_gt(hello->n_ciphers, 10);
    ck_assert(!hello->post_handshake_auth && !hello->offers_ticket);
    close_world(&world);
}
END_TEST

START_TEST(bad_options_are_told)
{
    static const char *const nonsense[] = { "TLS_NONSENSE", NULL };
    struct err err = ERR_INIT;
    struct tls_server_config *config;
    struct tls_client_config *client_config;
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();

    server.key = client_cert.key;
    ck_assert_int_eq(tls_server_config_create(&server, &config, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "does not belong"));
    server = server_options();
    server.ciphers = nonsense;
    ck_assert_int_eq(tls_server_config_create(&server, &config, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "TLS_NONSENSE"));
    server = server_options();
    server.min_version = TLS_VERSION_1_3;
    server.max_version = TLS_VERSION_1_2;
    ck_assert_int_eq(tls_server_config_create(&server, &config, &err), -1);
    client.insecure = false;
    ck_assert_int_eq(tls_client_config_create(&client, &client_config, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "no CA"));
}
END_TEST

/* Memory that ends at any point ends the connection at worst. */
static bool try_connection(void)
{
    struct world world = { NULL, NULL, { .chop = 0 } };
    struct slice chain[] = { client_cert.cert->der };
    struct tls_server_options server = server_options();
    struct tls_client_options client = client_options();
    struct err err = ERR_INIT;
    bool up = false;

    client.chain = chain;
    client.n_chain = 1;
    client.key = client_cert.key;
    if (tls_server_config_create(&server, &world.server, &err) == 0 &&
        tls_client_config_create(&client, &world.client, &err) == 0 &&
        tls_session_create_server(world.server, &world.pair.server.session, &err) ==
            0 &&
        tls_session_create_client(world.client, SLICE_EMPTY, &world.pair.client.session,
                                  &err) == 0) {
        tls_pair_run(&world.pair);
        up = tls_pair_is_up(&world.pair);
        const struct tls_info *info = tls_session_get_info(world.pair.server.session);
        ck_assert_msg(!up || (info->n_chain == 1 && info->possession_proved),
                      "a certificate was lost on the way");
    } else {
        ck_assert_msg(err.domain != ERR_NONE, "failed without an error");
    }
    close_world(&world);
    return up;
}

START_TEST(out_of_memory)
{
    enum { TRIES = 150 };
    size_t n_up = 0;

    for (size_t n = 1; n <= TRIES; n++) {
        mem_fail_after(n);
        bool up = try_connection();
        mem_fail_after(0);
        ck_assert_msg(n > 3 || !up, "allocation %zu was not made to fail", n);
        n_up += up;
    }
    ck_assert_msg(n_up > 0, "never came to the end: more TRIES");
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("tls_session");
    TCase *tcase = tcase_create("session");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, handshake_and_data, 0, 4);
    tcase_add_test(tcase, long_answer);
    tcase_add_loop_test(tcase, close_in_order, 0, 2);
    tcase_add_loop_test(tcase, stranger, 0, (int)ARRAY_LEN(strangers));
    tcase_add_test(tcase, cut_first_flight);
    tcase_add_test(tcase, damaged_first_flight);
    tcase_add_test(tcase, eof_after_handshake);
    tcase_add_loop_test(tcase, record_changed_under_way, 0, 2);
    tcase_add_loop_test(tcase, agreement, 0, (int)ARRAY_LEN(agreements));
    if (TEST_MBEDTLS_BUNDLED) { /* others are built without these suites */
        tcase_add_loop_test(tcase, null_cipher_has_no_bits, 0, 2);
    }
    tcase_add_loop_test(tcase, server_check, 0, (int)ARRAY_LEN(checks));
    tcase_add_loop_test(tcase, key_log, 0, 2);
    tcase_add_test(tcase, hello_is_reported);
    tcase_add_test(tcase, bad_options_are_told);
    tcase_add_test(tcase, out_of_memory);
    suite_add_tcase(suite, tcase);
    return suite;
}
