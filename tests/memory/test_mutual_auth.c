/* SPDX-License-Identifier: MIT
 *
 * Client certificates: whatever a client presents, the handshake completes and the
 * server gets to see it byte for byte; only what makes the proof of possession
 * impossible or wrong ends it, and then both sides can say why.
 */
#include "base/compiler.h"
#include "base/mem.h"
#include "support/check_main.h"
#include "support/tls_certs.h"
#include "support/tls_pair.h"
#include "tls/tls.h"
#include "tls/tls_alert.h"

#include <stdlib.h>
#include <string.h>

static struct tls_cert ca;
static struct tls_cert server_cert;

static void set_up(void)
{
    struct err err = ERR_INIT;

    ck_assert_msg(tls_init(&err) == 0, "%s", err.text);
    ca = tls_cert_make("Test CA", NULL, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    server_cert = tls_cert_make("localhost", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
}

static void tear_down(void)
{
    tls_cert_finish(&ca);
    tls_cert_finish(&server_cert);
    tls_finish();
}

struct world {
    struct tls_server_config *server;
    struct tls_client_config *client;
    struct tls_pair pair;
};

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

static void run_world(struct world *world, const struct tls_server_options *server,
                      const struct tls_client_options *client, size_t chop)
{
    struct err err = ERR_INIT;

    ck_assert_msg(tls_server_config_create(server, &world->server, &err) == 0, "%s",
                  err.text);
    ck_assert_msg(tls_client_config_create(client, &world->client, &err) == 0, "%s",
                  err.text);
    tls_pair_init(&world->pair, world->server, world->client, SLICE_EMPTY);
    world->pair.chop = chop;
    tls_pair_run(&world->pair);
}

static void close_world(struct world *world)
{
    tls_pair_finish(&world->pair);
    tls_server_config_destroy(world->server);
    tls_client_config_destroy(world->client);
}

static const enum tls_version versions[] = { TLS_VERSION_1_2, TLS_VERSION_1_3 };
#define N_VERSIONS ((int)ARRAY_LEN(versions))

static struct slice der_of(const struct tls_cert *cert)
{
    return cert->cert->der;
}

/* ---- one certificate of each kind */

static const struct {
    const char *label;
    enum key_type type;
    enum tls_flaw flaw;
    size_t padding;
    const char *alert; /* NULL = the handshake completes */
} leaves[] = {
    { "P-256", KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0, NULL },
    { "P-384", KEY_TYPE_EC_P384, TLS_FLAW_NONE, 0, NULL },
    { "P-521", KEY_TYPE_EC_P521, TLS_FLAW_NONE, 0, NULL },
    { "RSA", KEY_TYPE_RSA_2048, TLS_FLAW_NONE, 0, NULL },
    { "unknown critical extension", KEY_TYPE_EC_P256, TLS_FLAW_UNKNOWN_CRITICAL, 0,
      NULL },
    { "duplicate extension", KEY_TYPE_EC_P256, TLS_FLAW_DUPLICATE_EXTENSION, 0, NULL },
    { "empty EKU", KEY_TYPE_EC_P256, TLS_FLAW_EMPTY_EKU, 0, NULL },
    { "critical name constraints", KEY_TYPE_EC_P256, TLS_FLAW_CRITICAL_NAME_CONSTRAINTS,
      0, NULL },
    { "12 KB", KEY_TYPE_EC_P256, TLS_FLAW_NONE, 12000, NULL },
    { "no validity", KEY_TYPE_EC_P256, TLS_FLAW_BAD_VALIDITY, 0, "bad_certificate" },
    { "Ed25519", KEY_TYPE_EC_P256, TLS_FLAW_ED25519, 0, "unsupported_certificate" },
    { "RSA with a huge exponent", KEY_TYPE_EC_P256, TLS_FLAW_HUGE_EXPONENT, 0,
      "unsupported_certificate" },
    { "no certificate at all", KEY_TYPE_EC_P256, TLS_FLAW_NO_KEY, 0,
      "bad_certificate" },
};
#define N_LEAVES ((int)ARRAY_LEN(leaves))
/* The first ones are such as every mbedTLS takes. */
#define N_PLAIN_LEAVES 4

static void check_refused(struct world *world, const char *label, const char *alert)
{
    const struct tls_failure *failure =
        tls_session_get_failure(world->pair.server.session);
    const struct tls_info *info = tls_session_get_info(world->pair.server.session);

    ck_assert_msg(failure->end == TLS_END_CERTIFICATE, "%s: %s", label,
                  tls_pair_describe(&world->pair));
    ck_assert_msg(strcmp(tls_alert_name(failure->alert_sent), alert) == 0,
                  "%s: sent %s", label, tls_alert_name(failure->alert_sent));
    ck_assert_msg(info->chain_problem != NULL && !info->possession_proved, "%s", label);
    ck_assert_msg(strcmp(failure->state, "client-certificate") == 0, "%s: state %s",
                  label, failure->state);
    ck_assert_msg(world->pair.client.progress == TLS_PROGRESS_FAILED, "%s", label);
}

START_TEST(one_certificate)
{
    struct world world;
    int row = _i / N_VERSIONS;
    const char *label = leaves[row].label;
    struct tls_cert cert = tls_cert_make("alice", &ca, leaves[row].type,
                                         leaves[row].flaw, leaves[row].padding);
    struct slice chain[] = { der_of(&cert) };
    struct tls_server_options server = server_options();
    struct tls_client_options client = {
        .insecure = true, .chain = chain, .n_chain = 1, .key = cert.key
    };

    client.min_version = client.max_version = versions[_i % N_VERSIONS];
    run_world(&world, &server, &client, row == 4 ? 1 : 0);
    const struct tls_info *info = tls_session_get_info(world.pair.server.session);
    ck_assert_msg(info->n_chain == 1 && certificate_equal(info->chain[0], cert.cert),
                  "%s: the certificate is not the one that was sent: %s", label,
                  tls_pair_describe(&world.pair));
    if (leaves[row].alert == NULL) {
        ck_assert_msg(tls_pair_is_up(&world.pair), "%s: %s", label,
                      tls_pair_describe(&world.pair));
        ck_assert_msg(info->possession_proved && info->chain_problem == NULL, "%s",
                      label);
    } else {
        check_refused(&world, label, leaves[row].alert);
    }
    close_world(&world);
    tls_cert_finish(&cert);
}
END_TEST

/* ---- chains */

START_TEST(chain_in_the_order_sent)
{
    struct world world;
    struct tls_cert middle =
        tls_cert_make("Middle CA", &ca, KEY_TYPE_EC_P256, TLS_FLAW_UNKNOWN_CRITICAL, 0);
    struct tls_cert leaf =
        tls_cert_make("alice", &middle, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    struct tls_cert garbage =
        tls_cert_make("noise", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NO_KEY, 0);
    struct slice chain[] = { der_of(&leaf), der_of(&garbage), der_of(&ca),
                             der_of(&middle) };
    struct tls_server_options server = server_options();
    struct tls_client_options client = {
        .insecure = true, .chain = chain, .n_chain = ARRAY_LEN(chain), .key = leaf.key
    };

    client.max_version = versions[_i];
    run_world(&world, &server, &client, 0);
    ck_assert_msg(tls_pair_is_up(&world.pair), "%s", tls_pair_describe(&world.pair));
    const struct tls_info *info = tls_session_get_info(world.pair.server.session);
    ck_assert_uint_eq(info->n_chain, ARRAY_LEN(chain));
    for (size_t i = 0; i < ARRAY_LEN(chain); i++) {
        ck_assert_msg(slice_equal(info->chain[i]->der, chain[i]), "certificate %zu", i);
    }
    close_world(&world);
    tls_cert_finish(&middle);
    tls_cert_finish(&leaf);
    tls_cert_finish(&garbage);
}
END_TEST

/* More certificates than are kept: the rest is counted, the handshake goes on. */
START_TEST(very_many_certificates)
{
    struct world world;
    struct tls_cert leaf = tls_cert_make("a", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    struct slice chain[TLS_INFO_CHAIN_MAX + 5];
    struct slice small = slice_part(der_of(&leaf), 0, 150);
    struct tls_server_options server = server_options();
    struct tls_client_options client = {
        .insecure = true, .chain = chain, .n_chain = ARRAY_LEN(chain), .key = leaf.key
    };

    chain[0] = der_of(&leaf);
    for (size_t i = 1; i < ARRAY_LEN(chain); i++) {
        chain[i] = small;
    }
    client.max_version = versions[_i];
    run_world(&world, &server, &client, 0);
    ck_assert_msg(tls_pair_is_up(&world.pair), "%s", tls_pair_describe(&world.pair));
    const struct tls_info *info = tls_session_get_info(world.pair.server.session);
    ck_assert_uint_eq(info->n_chain, TLS_INFO_CHAIN_MAX);
    ck_assert_uint_eq(info->n_chain_dropped, 5);
    close_world(&world);
    tls_cert_finish(&leaf);
}
END_TEST

/* ---- asked or not, shown or not */

START_TEST(without_certificate)
{
    struct world world;
    bool ask = _i / N_VERSIONS == 0;
    struct tls_server_options server = server_options();
    struct tls_client_options client = { .insecure = true };

    server.ask_certificate = ask;
    client.max_version = versions[_i % N_VERSIONS];
    run_world(&world, &server, &client, 0);
    ck_assert_msg(tls_pair_is_up(&world.pair), "%s", tls_pair_describe(&world.pair));
    const struct tls_info *info = tls_session_get_info(world.pair.server.session);
    ck_assert(info->n_chain == 0 && !info->possession_proved);
    ck_assert(info->certificate_requested == ask);
    ck_assert(tls_session_get_info(world.pair.client.session)->certificate_requested ==
              ask);
    close_world(&world);
}
END_TEST

/* The name that the client sends decides, the config's own word for the rest. */
static const struct {
    const char *name; /* NULL = no SNI */
    bool ask;         /* the config's */
    bool asked;
} by_name[] = {
    { "asks.test", false, true },   { "asks.test", true, true },
    { "quiet.test", false, false }, { "quiet.test", true, false },
    { NULL, false, false },         { NULL, true, true },
};

static bool asks_by_name(void *user, const char *server_name)
{
    (*(int *)user)++;
    return strcmp(server_name, "asks.test") == 0;
}

START_TEST(asked_by_name)
{
    struct world world;
    int row = _i / N_VERSIONS;
    int n_calls = 0;
    struct tls_cert cert =
        tls_cert_make("alice", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    struct slice chain[] = { der_of(&cert) };
    struct tls_server_options server = server_options();
    struct tls_client_options client = { .insecure = true,
                                         .chain = chain,
                                         .n_chain = 1,
                                         .key = cert.key,
                                         .server_name = by_name[row].name };

    server.ask_certificate = by_name[row].ask;
    server.asks = asks_by_name;
    server.asks_user = &n_calls;
    client.max_version = versions[_i % N_VERSIONS];
    run_world(&world, &server, &client, 0);
    ck_assert_msg(tls_pair_is_up(&world.pair), "%s", tls_pair_describe(&world.pair));
    const struct tls_info *info = tls_session_get_info(world.pair.server.session);
    ck_assert(info->certificate_requested == by_name[row].asked);
    ck_assert_uint_eq(info->n_chain, by_name[row].asked ? 1 : 0);
    ck_assert_int_eq(n_calls, by_name[row].name != NULL ? 1 : 0);
    close_world(&world);
    tls_cert_finish(&cert);
}
END_TEST

START_TEST(not_asked_not_shown)
{
    struct world world;
    struct tls_cert cert =
        tls_cert_make("alice", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    struct slice chain[] = { der_of(&cert) };
    struct tls_server_options server = server_options();
    struct tls_client_options client = {
        .insecure = true, .chain = chain, .n_chain = 1, .key = cert.key
    };

    server.ask_certificate = false;
    client.max_version = versions[_i];
    run_world(&world, &server, &client, 0);
    ck_assert_msg(tls_pair_is_up(&world.pair), "%s", tls_pair_describe(&world.pair));
    ck_assert_uint_eq(tls_session_get_info(world.pair.server.session)->n_chain, 0);
    close_world(&world);
    tls_cert_finish(&cert);
}
END_TEST

/* A list of CAs, and a client that keeps to it as browsers do. */
static const struct {
    const char *label;
    bool lists_issuer;
    bool honour;
    bool shown;
    enum tls_version version;
} ca_lists[] = {
    { "issuer listed", true, true, true, TLS_VERSION_1_2 },
    { "issuer not listed", false, true, false, TLS_VERSION_1_2 },
    { "not listed, sent all the same", false, false, true, TLS_VERSION_1_2 },
    { "issuer listed, 1.3", true, true, true, TLS_VERSION_1_3 },
    { "issuer not listed, 1.3", false, true, false, TLS_VERSION_1_3 },
    { "not listed, sent all the same, 1.3", false, false, true, TLS_VERSION_1_3 },
};

START_TEST(list_of_cas)
{
    struct world world;
    struct tls_cert other =
        tls_cert_make("Other CA", NULL, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    struct tls_cert cert =
        tls_cert_make("alice", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    struct slice chain[] = { der_of(&cert) };
    struct slice names[] = { other.cert->subject, ca_lists[_i].lists_issuer
                                                      ? ca.cert->subject
                                                      : server_cert.cert->subject };
    struct tls_server_options server = server_options();
    struct tls_client_options client = { .insecure = true,
                                         .chain = chain,
                                         .n_chain = 1,
                                         .key = cert.key,
                                         .max_version = ca_lists[_i].version,
                                         .honour_ca_names = ca_lists[_i].honour };
    bool sees = ca_lists[_i].version == TLS_VERSION_1_2 || TEST_MBEDTLS_BUNDLED;

    server.ca_names = names;
    server.n_ca_names = ARRAY_LEN(names);
    run_world(&world, &server, &client, 0);
    ck_assert_msg(tls_pair_is_up(&world.pair), "%s: %s", ca_lists[_i].label,
                  tls_pair_describe(&world.pair));
    ck_assert_msg(tls_session_get_info(world.pair.server.session)->n_chain ==
                      (ca_lists[_i].shown || !sees ? 1 : 0),
                  "%s", ca_lists[_i].label);
    const struct tls_info *info = tls_session_get_info(world.pair.client.session);
    struct slice rest = info->ca_names;
    struct slice name;
    for (size_t i = 0; sees && i < ARRAY_LEN(names); i++) {
        ck_assert(tls_info_next_ca_name(&rest, &name));
        ck_assert(slice_equal(name, names[i]));
    }
    ck_assert(!tls_info_next_ca_name(&rest, &name));
    ck_assert_int_eq(info->certificate_withheld, sees && !ca_lists[_i].shown);
    close_world(&world);
    tls_cert_finish(&cert);
    tls_cert_finish(&other);
}
END_TEST

/* ---- the proof of possession */

/* Somebody else's certificate with one's own key. */
START_TEST(wrong_key)
{
    struct world world;
    struct tls_cert alice =
        tls_cert_make("alice", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    struct tls_cert thief =
        tls_cert_make("thief", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    struct slice chain[] = { der_of(&alice) };
    struct tls_server_options server = server_options();
    struct tls_client_options client = {
        .insecure = true, .chain = chain, .n_chain = 1, .key = thief.key
    };

    client.max_version = versions[_i];
    run_world(&world, &server, &client, 0);
    const struct tls_failure *ours = tls_session_get_failure(world.pair.server.session);
    const struct tls_failure *theirs =
        tls_session_get_failure(world.pair.client.session);
    const struct tls_info *info = tls_session_get_info(world.pair.server.session);
    ck_assert_msg(!world.pair.server.was_ready, "a stolen certificate was accepted");
    ck_assert_msg(ours->end == TLS_END_OUR_ALERT, "%s", tls_pair_describe(&world.pair));
    ck_assert_str_eq(tls_alert_name(ours->alert_sent), "decrypt_error");
    ck_assert_ptr_nonnull(strstr(ours->text, "prove"));
    ck_assert(info->n_chain == 1 && certificate_equal(info->chain[0], alice.cert));
    ck_assert(!info->possession_proved);
    /* Without our patch the alert of TLS 1.3 is a record that nobody can read. */
    ck_assert_msg(theirs->end == TLS_END_PEER_ALERT, "%s",
                  tls_pair_describe(&world.pair));
    ck_assert_str_eq(tls_alert_name(theirs->alert_received), "decrypt_error");
    close_world(&world);
    tls_cert_finish(&alice);
    tls_cert_finish(&thief);
}
END_TEST

/* ---- long Certificate messages (TLS 1.2, where they can be made up in the clear) */

static void append_number(struct buf *out, size_t value, size_t width)
{
    for (size_t i = width; i > 0; i--) {
        buf_append_byte(out, (uint8_t)(value >> 8 * (i - 1)));
    }
}

/* One certificate in a Certificate message, cut into records. */
static void append_certificate_message(struct buf *out, struct slice der)
{
    struct buf message = BUF_EMPTY;

    append_number(&message, 11, 1);
    append_number(&message, der.len + 6, 3);
    append_number(&message, der.len + 3, 3);
    append_number(&message, der.len, 3);
    buf_append_slice(&message, der);
    for (size_t at = 0; at < message.len; at += 16384) {
        struct slice part = slice_part(buf_slice(&message), at, 16384);
        append_number(out, 22, 1);
        append_number(out, 0x0303, 2);
        append_number(out, part.len, 2);
        buf_append_slice(out, part);
    }
    buf_finish(&message);
}

static const struct {
    const char *label;
    size_t padding;
    bool fits;
} long_messages[] = {
    { "20 KB", 20000, true },
    { "40 KB", 40000, false },
};

START_TEST(long_message)
{
    struct world world;
    struct tls_cert cert = tls_cert_make("long", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE,
                                         long_messages[_i].padding);
    struct tls_server_options server = server_options();
    struct tls_client_options client = { .insecure = true,
                                         .max_version = TLS_VERSION_1_2 };
    struct err err = ERR_INIT;
    struct buf records = BUF_EMPTY;

    ck_assert(tls_server_config_create(&server, &world.server, &err) == 0);
    ck_assert(tls_client_config_create(&client, &world.client, &err) == 0);
    tls_pair_init(&world.pair, world.server, world.client, SLICE_EMPTY);
    tls_session_step(world.pair.client.session);
    struct tls_session *session = world.pair.server.session;
    tls_session_feed(session, tls_session_get_output(world.pair.client.session));
    ck_assert_int_eq(tls_session_step(session), TLS_PROGRESS_WANT_INPUT);
    append_certificate_message(&records, der_of(&cert));
    tls_session_feed(session, buf_slice(&records));
    enum tls_progress progress = tls_session_step(session);
    const struct tls_info *info = tls_session_get_info(session);
    const struct tls_failure *failure = tls_session_get_failure(session);
    if (long_messages[_i].fits) {
        ck_assert_msg(progress == TLS_PROGRESS_WANT_INPUT, "%s: %s",
                      long_messages[_i].label, failure->text);
        ck_assert_msg(info->n_chain == 1 &&
                          certificate_equal(info->chain[0], cert.cert),
                      "%s", long_messages[_i].label);
    } else {
        ck_assert_msg(progress == TLS_PROGRESS_FAILED && failure->end == TLS_END_LIMIT,
                      "%s: %s %s", long_messages[_i].label, tls_end_name(failure->end),
                      failure->text);
        ck_assert_ptr_nonnull(strstr(failure->text, "too long"));
        ck_assert_str_eq(failure->state, "client-certificate");
        ck_assert_int_ne(failure->alert_sent, TLS_ALERT_NONE);
    }
    buf_finish(&records);
    close_world(&world);
    tls_cert_finish(&cert);
}
END_TEST

START_TEST(our_own_library_has_our_patches)
{
    ck_assert_int_eq(tls_can_accept_any_certificate(), TEST_MBEDTLS_BUNDLED);
    ck_assert_int_eq(tls_can_name_cas_in_tls13(), TEST_MBEDTLS_BUNDLED);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("mutual_auth");
    TCase *tcase = tcase_create("certificates");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, our_own_library_has_our_patches);
    if (TEST_MBEDTLS_BUNDLED) {
        tcase_add_loop_test(tcase, chain_in_the_order_sent, 0, N_VERSIONS);
        tcase_add_loop_test(tcase, very_many_certificates, 0, N_VERSIONS);
        tcase_add_loop_test(tcase, wrong_key, 0, N_VERSIONS);
        tcase_add_loop_test(tcase, long_message, 0, (int)ARRAY_LEN(long_messages));
    }
    tcase_add_loop_test(tcase, one_certificate, 0,
                        (TEST_MBEDTLS_BUNDLED ? N_LEAVES : N_PLAIN_LEAVES) *
                            N_VERSIONS);
    tcase_add_loop_test(tcase, without_certificate, 0, 2 * N_VERSIONS);
    tcase_add_loop_test(tcase, asked_by_name, 0, (int)ARRAY_LEN(by_name) * N_VERSIONS);
    tcase_add_loop_test(tcase, not_asked_not_shown, 0, N_VERSIONS);
    tcase_add_loop_test(tcase, list_of_cas, 0, (int)ARRAY_LEN(ca_lists));
    suite_add_tcase(suite, tcase);
    return suite;
}
