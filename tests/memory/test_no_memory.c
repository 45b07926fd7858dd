/* SPDX-License-Identifier: MIT
 *
 * Single allocations fail, in mbedTLS too: then a signature is not checked rather than
 * wrong, a handshake ends by our fault and not the peer's, and nothing is lost.
 */
#include "base/compiler.h"
#include "pki/key.h"
#include "support/check_main.h"
#include "support/failing_malloc.h"
#include "support/tls_certs.h"
#include "support/tls_pair.h"
#include "tls/tls_alert.h"
#include "tls/tls_resumption.h"

#include <psa/crypto.h>
#include <psa/crypto_extra.h>
#include <stdlib.h>
#include <string.h>

#define NOW ((int64_t)1800000000)

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
    failing_malloc_alone(0);
    tls_cert_finish(&ca);
    tls_cert_finish(&server_cert);
    tls_cert_finish(&client_cert);
    tls_finish();
}

static enum signature_result check(const struct tls_cert *cert)
{
    return key_verify(ca.cert->spki, cert->cert->signature_alg,
                      cert->cert->signature_params, cert->cert->tbs,
                      cert->cert->signature);
}

/* What the cache of signatures would remember for ever. */
START_TEST(signature_is_unchecked_and_not_bad)
{
    static const enum key_type types[] = { KEY_TYPE_EC_P256, KEY_TYPE_RSA_2048 };
    size_t n_unchecked = 0;

    if (!failing_malloc_is_in_force()) {
        return;
    }
    tls_cert_finish(&ca);
    tls_cert_finish(&client_cert);
    ca = tls_cert_make("Test CA", NULL, types[_i], TLS_FLAW_NONE, 0);
    client_cert = tls_cert_make("alice", &ca, KEY_TYPE_EC_P256, TLS_FLAW_NONE, 0);
    failing_malloc_alone(0);
    ck_assert_int_eq(check(&client_cert), SIGNATURE_GOOD);
    uint64_t n_calls = failing_malloc_calls();
    for (uint64_t n = 1; n <= n_calls; n += 1 + n / 64) {
        failing_malloc_alone(n);
        enum signature_result result = check(&client_cert);
        failing_malloc_alone(0);
        ck_assert_msg(result == SIGNATURE_GOOD || result == SIGNATURE_UNCHECKED,
                      "allocation no. %u: %d", (unsigned)n, result);
        n_unchecked += result == SIGNATURE_UNCHECKED;
    }
    ck_assert_uint_gt(n_unchecked, 0);
}
END_TEST

struct configs {
    struct tls_server_config *server;
    struct tls_client_config *client;
    struct buf saved; /* a session that is resumed; empty = none */
};

/* As tls_pair_run() does it, but for the checks: Check allocates, too. */
static bool run(struct tls_session *client, struct tls_session *server)
{
    struct tls_session *const ends[] = { client, server };
    bool ready[2] = { false, false };
    bool moved = true;

    while (moved) {
        moved = false;
        for (size_t i = 0; i < 2; i++) {
            enum tls_progress progress = tls_session_step(ends[i]);
            ready[i] = ready[i] || progress == TLS_PROGRESS_READY;
            struct slice out = tls_session_get_output(ends[i]);
            size_t taken = out.len == 0 ? 0 : tls_session_feed(ends[1 - i], out);
            tls_session_drain(ends[i], taken);
            moved = moved || taken > 0 || progress == TLS_PROGRESS_READY;
        }
    }
    return ready[0] && ready[1];
}

/* Whether it ended by a fault of this end itself, and says so. */
static bool blames_itself(const struct tls_failure *failure)
{
    return failure->end == TLS_END_INTERNAL ||
           failure->alert_sent == TLS_ALERT_INTERNAL_ERROR;
}

struct outcome {
    bool up;
    bool resumed;
    struct tls_failure server;
    struct tls_failure client;
    uint64_t n_calls;
};

static struct outcome shake_hands(const struct configs *configs, uint64_t alone)
{
    struct outcome outcome;
    struct tls_pair pair;

    tls_pair_init(&pair, configs->server, configs->client, buf_slice(&configs->saved));
    failing_malloc_alone(alone);
    outcome.up = run(pair.client.session, pair.server.session);
    outcome.n_calls = failing_malloc_calls();
    failing_malloc_alone(0);
    outcome.resumed = tls_session_get_info(pair.server.session)->resumed;
    outcome.server = *tls_session_get_failure(pair.server.session);
    outcome.client = *tls_session_get_failure(pair.client.session);
    tls_pair_finish(&pair);
    return outcome;
}

static size_t count_keys(void)
{
    mbedtls_psa_stats_t stats;
    mbedtls_psa_get_stats(&stats);
    return stats.MBEDTLS_PRIVATE(volatile_slots);
}

/* A first visit, for its ticket. */
static void save_session(struct configs *configs)
{
    struct tls_pair pair;
    struct err err = ERR_INIT;

    tls_pair_init(&pair, configs->server, configs->client, SLICE_EMPTY);
    tls_pair_run(&pair);
    ck_assert_msg(tls_pair_is_up(&pair), "%s", tls_pair_describe(&pair));
    /* On TLS 1.3 the ticket comes behind it. */
    ck_assert_uint_eq(tls_session_write(pair.server.session, slice_from_string("hi")),
                      2);
    tls_pair_run(&pair);
    ck_assert(tls_session_can_be_resumed(pair.client.session));
    ck_assert_int_eq(tls_session_save(pair.client.session, &configs->saved, &err), 0);
    tls_pair_finish(&pair);
}

/* Either end may be the one that runs out of it. The server blames a client only for
 * what that one did. */
static const struct {
    enum tls_version version;
    bool is_resumed;
} handshakes[] = {
    { TLS_VERSION_1_2, false },
    { TLS_VERSION_1_3, false },
    { TLS_VERSION_1_2, true },
    { TLS_VERSION_1_3, true },
};

START_TEST(handshake_fails_by_our_own_fault)
{
    struct tls_resumption *resumption;
    const struct certificate *server_chain[] = { server_cert.cert };
    const struct slice client_chain[] = { client_cert.cert->der };
    struct tls_server_options server = { .listener = "test",
                                         .chain = server_chain,
                                         .n_chain = 1,
                                         .key = server_cert.key,
                                         .ask_certificate = true };
    const struct tls_client_options client = { .insecure = true,
                                               .tickets = handshakes[_i].is_resumed,
                                               .server_name = "localhost",
                                               .chain = client_chain,
                                               .n_chain = 1,
                                               .key = client_cert.key,
                                               .min_version = handshakes[_i].version,
                                               .max_version = handshakes[_i].version };
    struct configs configs = { .saved = BUF_EMPTY };
    struct err err = ERR_INIT;
    size_t n_servers = 0;

    if (!failing_malloc_is_in_force()) {
        return;
    }
    ck_assert_int_eq(tls_resumption_create(NOW, 3600, 0, &resumption, &err), 0);
    server.resumption = handshakes[_i].is_resumed ? resumption : NULL;
    ck_assert_int_eq(tls_server_config_create(&server, &configs.server, &err), 0);
    ck_assert_int_eq(tls_client_config_create(&client, &configs.client, &err), 0);
    if (handshakes[_i].is_resumed) {
        save_session(&configs);
    }
    struct outcome outcome = shake_hands(&configs, 0);
    ck_assert(outcome.up && outcome.resumed == handshakes[_i].is_resumed);
    size_t n_keys = count_keys();
    uint64_t n_calls = outcome.n_calls;
    for (uint64_t n = 1; n <= n_calls; n++) {
        outcome = shake_hands(&configs, n);
        const struct tls_failure *failure = &outcome.server;
        /* NONE: what cannot be fed ends no handshake here. */
        bool blames_nobody =
            failure->end == TLS_END_NONE || failure->end == TLS_END_PEER_ALERT;
        ck_assert_msg(
            blames_nobody || blames_itself(failure) || blames_itself(&outcome.client),
            "allocation no. %u of %u: %s in %s, %s", (unsigned)n, (unsigned)n_calls,
            tls_end_name(failure->end), failure->state, failure->text);
        n_servers += blames_itself(failure);
        ck_assert_uint_eq(count_keys(), n_keys);
    }
    ck_assert_uint_gt(n_servers, 0);
    tls_server_config_destroy(configs.server);
    tls_client_config_destroy(configs.client);
    tls_resumption_destroy(resumption);
    buf_finish(&configs.saved);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("no_memory");
    TCase *tc = tcase_create("no_memory");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_set_timeout(tc, 110);
    tcase_add_loop_test(tc, signature_is_unchecked_and_not_bad, 0, 2);
    tcase_add_loop_test(tc, handshake_fails_by_our_own_fault, 0,
                        (int)ARRAY_LEN(handshakes));
    suite_add_tcase(s, tc);
    return s;
}
