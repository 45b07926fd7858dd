/* SPDX-License-Identifier: MIT
 *
 * Resumed sessions keep who the client was: no certificate stays none, a chain
 * stays that chain, and whatever differs makes a full handshake.
 */
#include "base/compiler.h"
#include "support/check_main.h"
#include "support/tls_certs.h"
#include "support/tls_pair.h"
#include "tls/tls_resumption.h"
#include "tls/tls_resumption_private.h"

#include <string.h>

#define NOW        ((int64_t)1800000000)
#define LIFETIME_S 3600

static struct tls_cert ca;
static struct tls_cert server_cert;
static struct tls_cert alice;
static struct tls_cert bob;

static void set_up(void)
{
    struct err err = ERR_INIT;

    ck_assert_msg(tls_init(&err) == 0, "%s", err.text);
    ca = tls_cert_make("Test CA", NULL, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    server_cert = tls_cert_make("localhost", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    alice = tls_cert_make(
        "alice", &ca, KEY_TYPE_EC_P256,
        TEST_MBEDTLS_BUNDLED ? TLS_FLAW_UNKNOWN_CRITICAL : TLS_FLAW_NONE, 0);
    bob = tls_cert_make("bob", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
}

static void tear_down(void)
{
    tls_cert_finish(&ca);
    tls_cert_finish(&server_cert);
    tls_cert_finish(&alice);
    tls_cert_finish(&bob);
    tls_finish();
}

/* How a session is resumed. */
static const struct {
    enum tls_version version;
    bool no_tickets; /* by its ID */
} ways[] = {
    { TLS_VERSION_1_2, false },
    { TLS_VERSION_1_3, false },
    { TLS_VERSION_1_2, true },
};
#define N_WAYS ((int)ARRAY_LEN(ways))

/* One connection: what differs between the first and the second one. */
struct visit {
    struct tls_cert *cert; /* NULL = none */
    const char *server_name;
    const char *listener;
    bool ask;
    tls_asks_fn asks; /* NULL = as `ask` says */
    enum tls_version version;
    bool no_tickets;
    bool offers_older; /* the client, than `version` */
    const char *const *ciphers;
};

struct outcome {
    bool resumed;
    size_t n_chain;
    bool is_alice;
    bool possession_proved;
    const struct certificate *leaf; /* to be compared with others only */
};

static struct tls_resumption *create_resumption(size_t max_chains)
{
    struct tls_resumption *resumption;
    struct err err = ERR_INIT;

    ck_assert_msg(
        tls_resumption_create(NOW, LIFETIME_S, max_chains, &resumption, &err) == 0,
        "%s", err.text);
    return resumption;
}

static struct tls_server_config *create_server(const struct visit *visit,
                                               struct tls_resumption *resumption)
{
    const struct certificate *chain[] = { server_cert.cert };
    struct tls_server_options options = { .listener = visit->listener,
                                          .chain = chain,
                                          .n_chain = 1,
                                          .key = server_cert.key,
                                          .ask_certificate = visit->ask,
                                          .asks = visit->asks,
                                          .ciphers = visit->ciphers,
                                          .resumption = resumption,
                                          .no_tickets = visit->no_tickets };
    struct tls_server_config *config;
    struct err err = ERR_INIT;

    ck_assert_msg(tls_server_config_create(&options, &config, &err) == 0, "%s",
                  err.text);
    return config;
}

static struct tls_client_config *create_client(const struct visit *visit)
{
    struct slice chain[1];
    struct tls_client_options options = { .insecure = true,
                                          .tickets = true,
                                          .server_name = visit->server_name,
                                          .min_version = visit->offers_older
                                                             ? TLS_VERSION_1_2
                                                             : visit->version,
                                          .max_version = visit->version };
    struct tls_client_config *config;
    struct err err = ERR_INIT;

    if (visit->cert != NULL) {
        chain[0] = visit->cert->cert->der;
        options.chain = chain;
        options.n_chain = 1;
        options.key = visit->cert->key;
    }
    ck_assert_msg(tls_client_config_create(&options, &config, &err) == 0, "%s",
                  err.text);
    return config;
}

/* Connects, takes the ticket along in `saved` (which may hold one already), and
 * tells what the server saw. Each visit has configs of its own, as after a reload. */
static struct outcome pay_visit(const struct visit *visit,
                                struct tls_resumption *resumption, struct buf *saved)
{
    struct tls_server_config *server = create_server(visit, resumption);
    struct tls_client_config *client = create_client(visit);
    struct tls_pair pair;
    struct err err = ERR_INIT;

    tls_pair_init(&pair, server, client, buf_slice(saved));
    tls_pair_run(&pair);
    ck_assert_msg(tls_pair_is_up(&pair), "%s", tls_pair_describe(&pair));
    ck_assert_uint_eq(tls_session_write(pair.server.session, slice_from_string("hi")),
                      2);
    ck_assert_uint_eq(tls_session_write(pair.client.session, slice_from_string("hi")),
                      2);
    tls_pair_run(&pair);
    ck_assert(slice_equals_string(buf_slice(&pair.client.received), "hi"));
    ck_assert(slice_equals_string(buf_slice(&pair.server.received), "hi"));

    const struct tls_info *info = tls_session_get_info(pair.server.session);
    struct outcome outcome = {
        .resumed = info->resumed,
        .n_chain = info->n_chain,
        .is_alice = info->n_chain == 1 && certificate_equal(info->chain[0], alice.cert),
        .possession_proved = info->possession_proved,
        .leaf = info->n_chain > 0 ? info->chain[0] : NULL,
    };
    ck_assert_msg(tls_session_get_info(pair.client.session)->resumed == info->resumed,
                  "the two sides differ on whether the session was resumed");
    if (tls_session_can_be_resumed(pair.client.session)) {
        buf_clear(saved);
        ck_assert_msg(tls_session_save(pair.client.session, saved, &err) == 0, "%s",
                      err.text);
    }
    tls_pair_finish(&pair);
    tls_client_config_destroy(client);
    tls_server_config_destroy(server);
    return outcome;
}

static struct visit plain_visit(int way)
{
    return (struct visit){ .server_name = "localhost",
                           .listener = "one",
                           .ask = true,
                           .version = ways[way].version,
                           .no_tickets = ways[way].no_tickets };
}

/* ---- who it was */

START_TEST(chain_stays)
{
    struct tls_resumption *resumption = create_resumption(0);
    struct buf saved = BUF_EMPTY;
    struct visit visit = plain_visit(_i);

    visit.cert = &alice;
    struct outcome first = pay_visit(&visit, resumption, &saved);
    ck_assert(!first.resumed && first.is_alice && first.possession_proved);
    ck_assert_uint_gt(saved.len, 0);
    ck_assert_uint_eq(tls_resumption_count(resumption), 1);
    visit.cert = NULL; /* a resumed session presents nothing anew */
    for (int again = 0; again < 3; again++) {
        struct outcome next = pay_visit(&visit, resumption, &saved);
        ck_assert_msg(next.resumed && next.is_alice && next.possession_proved,
                      "visit %d: resumed %d, chain %zu", again, next.resumed,
                      next.n_chain);
        ck_assert_ptr_eq(next.leaf, first.leaf); /* it was read once */
    }
    ck_assert_uint_eq(tls_resumption_count(resumption), 1);
    buf_finish(&saved);
    tls_resumption_destroy(resumption);
}
END_TEST

/* Then only the first ClientHello has the extensions of TLS 1.2. */
START_TEST(older_version_on_offer)
{
    struct tls_resumption *resumption = create_resumption(0);
    struct buf saved = BUF_EMPTY;
    struct visit visit = plain_visit(_i);

    visit.offers_older = true;
    struct outcome first = pay_visit(&visit, resumption, &saved);
    ck_assert_msg(!first.resumed, "the first one is resumed");
    struct outcome second = pay_visit(&visit, resumption, &saved);
    ck_assert_msg(second.resumed, "a full handshake again");
    buf_finish(&saved);
    tls_resumption_destroy(resumption);
}
END_TEST

/* The hole that this is about: without a certificate one must not come back with. */
START_TEST(none_stays_none)
{
    struct tls_resumption *resumption = create_resumption(0);
    struct buf saved = BUF_EMPTY;
    struct visit visit = plain_visit(_i);

    struct outcome first = pay_visit(&visit, resumption, &saved);
    ck_assert(!first.resumed && first.n_chain == 0 && !first.possession_proved);
    visit.cert = &alice;
    struct outcome second = pay_visit(&visit, resumption, &saved);
    ck_assert(second.resumed && second.n_chain == 0 && !second.possession_proved);
    buf_finish(&saved);
    tls_resumption_destroy(resumption);
}
END_TEST

/* What a ticket says of who it was is as long for everybody: a hash. */
START_TEST(ticket_has_no_certificate)
{
    struct tls_resumption *resumption = create_resumption(0);
    struct buf of_alice = BUF_EMPTY;
    struct buf of_nobody = BUF_EMPTY;
    struct visit visit = plain_visit(_i);

    (void)pay_visit(&visit, resumption, &of_nobody);
    visit.cert = &alice;
    (void)pay_visit(&visit, resumption, &of_alice);
    ck_assert_uint_gt(of_alice.len, 0);
    ck_assert_uint_eq(of_alice.len, of_nobody.len);
    buf_finish(&of_alice);
    buf_finish(&of_nobody);
    tls_resumption_destroy(resumption);
}
END_TEST

/* ---- what makes a full handshake */

static const char *const ciphers[] = { "TLS_AES_256_GCM_SHA384",
                                       "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                                       NULL };

static const struct {
    const char *label;
    const char *server_name;
    const char *listener;
    bool ask;
    const char *const *ciphers;
    bool resumed;
} changes[] = {
    { "nothing", "localhost", "one", true, NULL, true },
    { "another listener", "localhost", "two", true, NULL, false },
    { "does not ask any more", "localhost", "one", false, NULL, false },
    { "other ciphers", "localhost", "one", true, ciphers, false },
};

START_TEST(change)
{
    int row = _i / N_WAYS;
    struct tls_resumption *resumption = create_resumption(0);
    struct buf saved = BUF_EMPTY;
    struct visit visit = plain_visit(_i % N_WAYS);

    visit.cert = &alice;
    pay_visit(&visit, resumption, &saved);
    visit.server_name = changes[row].server_name;
    visit.listener = changes[row].listener;
    visit.ask = changes[row].ask;
    visit.ciphers = changes[row].ciphers;
    visit.cert = &bob;
    struct outcome second = pay_visit(&visit, resumption, &saved);
    ck_assert_msg(second.resumed == changes[row].resumed, "%s", changes[row].label);
    ck_assert_msg(second.is_alice == changes[row].resumed, "%s", changes[row].label);
    ck_assert_msg(second.n_chain == (changes[row].ask ? 1 : 0), "%s",
                  changes[row].label);
    buf_finish(&saved);
    tls_resumption_destroy(resumption);
}
END_TEST

/* mbedTLS's TLS 1.3 client does not offer a ticket to another name at all; in TLS
 * 1.2 it does. */
START_TEST(other_server_name)
{
    struct tls_resumption *resumption = create_resumption(0);
    struct buf saved = BUF_EMPTY;
    struct visit visit = plain_visit(_i / 2 == 0 ? 0 : 2);

    visit.cert = &alice;
    pay_visit(&visit, resumption, &saved);
    visit.server_name = _i % 2 == 0 ? "example.org" : NULL;
    visit.cert = NULL;
    struct outcome second = pay_visit(&visit, resumption, &saved);
    ck_assert(!second.resumed && second.n_chain == 0);
    buf_finish(&saved);
    tls_resumption_destroy(resumption);
}
END_TEST

static bool never_asks(void *user, const char *server_name)
{
    (void)user;
    (void)server_name;
    return false;
}

/* A name that is not asked any more does not get in with what it showed before. */
START_TEST(other_answer_for_the_name)
{
    struct tls_resumption *resumption = create_resumption(0);
    struct buf saved = BUF_EMPTY;
    struct visit visit = plain_visit(_i);

    visit.cert = &alice;
    pay_visit(&visit, resumption, &saved);
    visit.asks = never_asks;
    struct outcome second = pay_visit(&visit, resumption, &saved);
    ck_assert(!second.resumed && second.n_chain == 0);
    buf_finish(&saved);
    tls_resumption_destroy(resumption);
}
END_TEST

/* A chain that is forgotten is not guessed. */
START_TEST(chain_forgotten)
{
    struct tls_resumption *resumption = create_resumption(1);
    struct buf of_alice = BUF_EMPTY;
    struct buf of_bob = BUF_EMPTY;
    struct visit visit = plain_visit(_i);

    visit.cert = &alice;
    pay_visit(&visit, resumption, &of_alice);
    visit.cert = &bob;
    pay_visit(&visit, resumption, &of_bob);
    ck_assert_uint_eq(tls_resumption_count(resumption), 1);
    ck_assert(pay_visit(&visit, resumption, &of_bob).resumed);
    visit.cert = NULL;
    struct outcome second = pay_visit(&visit, resumption, &of_alice);
    ck_assert(!second.resumed && second.n_chain == 0);
    buf_finish(&of_alice);
    buf_finish(&of_bob);
    tls_resumption_destroy(resumption);
}
END_TEST

/* Seconds after the full handshake, with the clock told in one jump. */
static const struct {
    int64_t after_s;
    bool resumed;
} ages[] = {
    { 0, true },           { LIFETIME_S - 1, true },
    { LIFETIME_S, false }, { 3 * LIFETIME_S, false },
    { -1, false }, /* a clock that was set back */
};

START_TEST(age)
{
    int row = _i / N_WAYS;
    struct tls_resumption *resumption = create_resumption(0);
    struct buf saved = BUF_EMPTY;
    struct visit visit = plain_visit(_i % N_WAYS);

    visit.cert = &alice;
    pay_visit(&visit, resumption, &saved);
    tls_resumption_set_time(resumption, NOW + ages[row].after_s);
    struct outcome second = pay_visit(&visit, resumption, &saved);
    ck_assert_msg(second.resumed == ages[row].resumed, "after %lld s",
                  (long long)ages[row].after_s);
    ck_assert_msg(second.is_alice, "after %lld s", (long long)ages[row].after_s);
    buf_finish(&saved);
    tls_resumption_destroy(resumption);
}
END_TEST

/* A key that was rotated still opens what it sealed, until that has expired. New
 * tickets of a resumed session do not make it younger. */
START_TEST(rotation)
{
    struct tls_resumption *resumption = create_resumption(0);
    struct buf saved = BUF_EMPTY;
    struct visit visit = plain_visit(_i);

    visit.cert = &alice;
    tls_resumption_set_time(resumption, NOW + LIFETIME_S - 10);
    pay_visit(&visit, resumption, &saved);
    tls_resumption_set_time(resumption, NOW + LIFETIME_S + 10);
    ck_assert(pay_visit(&visit, resumption, &saved).resumed);
    tls_resumption_set_time(resumption, NOW + 2 * LIFETIME_S - 11);
    ck_assert(pay_visit(&visit, resumption, &saved).resumed);
    tls_resumption_set_time(resumption, NOW + 2 * LIFETIME_S);
    ck_assert(!pay_visit(&visit, resumption, &saved).resumed);
    buf_finish(&saved);
    tls_resumption_destroy(resumption);
}
END_TEST

START_TEST(clear_ends_it)
{
    struct tls_resumption *resumption = create_resumption(0);
    struct buf saved = BUF_EMPTY;
    struct visit visit = plain_visit(_i);

    pay_visit(&visit, resumption, &saved);
    tls_resumption_clear(resumption);
    ck_assert(!pay_visit(&visit, resumption, &saved).resumed);
    buf_finish(&saved);
    tls_resumption_destroy(resumption);
}
END_TEST

/* Another process's tickets and session IDs. */
START_TEST(foreign_ticket)
{
    struct tls_resumption *one = create_resumption(0);
    struct tls_resumption *other = create_resumption(0);
    struct buf saved = BUF_EMPTY;
    struct visit visit = plain_visit(_i);

    visit.cert = &alice;
    pay_visit(&visit, one, &saved);
    struct outcome second = pay_visit(&visit, other, &saved);
    ck_assert(!second.resumed && second.is_alice);
    buf_finish(&saved);
    tls_resumption_destroy(one);
    tls_resumption_destroy(other);
}
END_TEST

/* An ID that was given instead of a ticket is none, and the other way round. */
START_TEST(tickets_are_turned_off)
{
    struct tls_resumption *resumption = create_resumption(0);
    struct buf saved = BUF_EMPTY;
    struct visit visit = plain_visit(0);

    visit.cert = &alice;
    visit.no_tickets = _i == 0;
    pay_visit(&visit, resumption, &saved);
    visit.no_tickets = _i != 0;
    struct outcome second = pay_visit(&visit, resumption, &saved);
    /* A ticket is not taken where none is given; IDs are known in both places. */
    ck_assert(second.resumed == (_i == 0) && second.is_alice);
    buf_finish(&saved);
    tls_resumption_destroy(resumption);
}
END_TEST

/* TLS 1.3 has no session IDs. */
START_TEST(no_tickets_on_tls13)
{
    struct tls_resumption *resumption = create_resumption(0);
    struct buf saved = BUF_EMPTY;
    struct visit visit = plain_visit(1);

    visit.no_tickets = true;
    pay_visit(&visit, resumption, &saved);
    ck_assert_uint_eq(saved.len, 0);
    tls_resumption_destroy(resumption);
}
END_TEST

/* Without tls_resumption there are no tickets, and the session IDs that mbedTLS gives
 * in TLS 1.2 all the same lead nowhere. */
START_TEST(turned_off)
{
    struct buf saved = BUF_EMPTY;
    struct visit visit = plain_visit(_i);

    pay_visit(&visit, NULL, &saved);
    ck_assert(ways[_i].version == TLS_VERSION_1_2 || saved.len == 0);
    ck_assert(!pay_visit(&visit, NULL, &saved).resumed);
    buf_finish(&saved);
}
END_TEST

/* Long chains push each other out before there are too many of them. */
START_TEST(chains_are_bounded_in_bytes)
{
    enum { KEPT = 4 };
    struct buf ders = BUF_EMPTY;
    struct slice found;
    struct tls_resumption *bounded = NULL;
    struct err err = ERR_INIT;
    uint8_t identity[TLS_IDENTITY_LEN] = { 0 };

    ck_assert_int_eq(tls_resumption_create(NOW, LIFETIME_S, 1024, &bounded, &err), 0);
    ck_assert(buf_reserve(&ders, TLS_RESUMPTION_BYTES_MAX + 1));
    memset(ders.data, 0x30, TLS_RESUMPTION_BYTES_MAX + 1);
    for (uint8_t i = 0; i < KEPT; i++) {
        identity[0] = i;
        tls_resumption_remember(
            bounded, identity,
            (struct slice){ ders.data, TLS_RESUMPTION_BYTES_MAX / KEPT });
    }
    ck_assert_uint_eq(tls_resumption_count(bounded), KEPT);
    identity[0] = KEPT;
    tls_resumption_remember(bounded, identity, (struct slice){ ders.data, 1 });
    ck_assert_uint_eq(tls_resumption_count(bounded), KEPT);
    ck_assert(tls_resumption_find(bounded, identity, &found));
    ck_assert_uint_eq(found.len, 1);
    identity[0] = 0; /* the oldest went */
    ck_assert(!tls_resumption_find(bounded, identity, &found));
    /* One that is too long for all of the room costs the others nothing. */
    tls_resumption_remember(bounded, identity,
                            (struct slice){ ders.data, TLS_RESUMPTION_BYTES_MAX + 1 });
    ck_assert(!tls_resumption_find(bounded, identity, &found));
    ck_assert_uint_eq(tls_resumption_count(bounded), KEPT);
    tls_resumption_destroy(bounded);
    buf_finish(&ders);
}
END_TEST

static void keep(struct tls_id_table *table, uint8_t number, size_t len)
{
    static uint8_t sealed[TLS_ID_TABLE_BYTES_MAX + 1];
    uint8_t id[TLS_ID_LEN] = { number };

    tls_id_table_keep(table, id, (struct slice){ sealed, len });
}

static size_t find_len(const struct tls_id_table *table, uint8_t number)
{
    uint8_t id[TLS_ID_LEN] = { number };
    struct slice sealed = SLICE_EMPTY;

    (void)tls_id_table_find(table, (struct slice){ id, sizeof id }, &sealed);
    return sealed.len;
}

START_TEST(ids_are_bounded)
{
    enum { KEPT = 4 };
    struct tls_id_table table;
    const uint8_t part[TLS_ID_LEN - 1] = { 3 };
    struct slice sealed;

    ck_assert(tls_id_table_init(&table, KEPT));
    for (uint8_t round = 0; round < 3; round++) {
        for (uint8_t i = 1; i <= KEPT + 1; i++) {
            keep(&table, i, i);
        }
        ck_assert_uint_eq(table.n, KEPT);
        ck_assert_uint_eq(table.n_bytes, 2 + 3 + 4 + 5);
        ck_assert_uint_eq(find_len(&table, 1), 0); /* the oldest went */
        ck_assert_uint_eq(find_len(&table, 2), 2);
        ck_assert_uint_eq(find_len(&table, 5), 5);
        ck_assert_uint_eq(find_len(&table, 6), 0);
    }
    ck_assert(!tls_id_table_find(&table, (struct slice){ part, sizeof part }, &sealed));
    ck_assert(!tls_id_table_find(&table, SLICE_EMPTY, &sealed));
    /* Long ones push others out before there are too many. */
    keep(&table, 7, TLS_ID_TABLE_BYTES_MAX + 1);
    ck_assert_uint_eq(table.n, KEPT);
    keep(&table, 8, TLS_ID_TABLE_BYTES_MAX - 5);
    ck_assert_uint_eq(table.n, 2);
    ck_assert_uint_eq(find_len(&table, 5), 5);
    ck_assert_uint_eq(table.n_bytes, TLS_ID_TABLE_BYTES_MAX);
    tls_id_table_clear(&table);
    ck_assert_uint_eq(table.n_bytes, 0);
    ck_assert_uint_eq(find_len(&table, 8), 0);
    tls_id_table_finish(&table);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("tls_resumption");
    TCase *tcase = tcase_create("resumption");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, chain_stays, 0, N_WAYS);
    tcase_add_loop_test(tcase, none_stays_none, 0, N_WAYS);
    tcase_add_loop_test(tcase, ticket_has_no_certificate, 0, N_WAYS);
    tcase_add_loop_test(tcase, older_version_on_offer, 0, N_WAYS);
    tcase_add_loop_test(tcase, change, 0, (int)ARRAY_LEN(changes) * N_WAYS);
    tcase_add_loop_test(tcase, other_server_name, 0, 2 * 2);
    tcase_add_loop_test(tcase, other_answer_for_the_name, 0, N_WAYS);
    tcase_add_loop_test(tcase, chain_forgotten, 0, N_WAYS);
    tcase_add_test(tcase, chains_are_bounded_in_bytes);
    tcase_add_loop_test(tcase, age, 0, (int)ARRAY_LEN(ages) * N_WAYS);
    tcase_add_loop_test(tcase, rotation, 0, N_WAYS);
    tcase_add_loop_test(tcase, clear_ends_it, 0, N_WAYS);
    tcase_add_loop_test(tcase, foreign_ticket, 0, N_WAYS);
    tcase_add_loop_test(tcase, tickets_are_turned_off, 0, 2);
    tcase_add_test(tcase, no_tickets_on_tls13);
    tcase_add_test(tcase, ids_are_bounded);
    tcase_add_loop_test(tcase, turned_off, 0, N_WAYS);
    suite_add_tcase(suite, tcase);
    return suite;
}
