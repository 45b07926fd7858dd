/* SPDX-License-Identifier: MIT
 *
 * server/connection/retrieval: judgements wait for what they need and for nothing else.
 */
#include "chain/chain_needs.h"
#include "chain/judge.h"
#include "integration/fake_http.h"
#include "retrieval/retrieval.h"
#include "support/chain_world.h"
#include "support/check_main.h"

#include <stdlib.h>
#include <string.h>

#define WAITERS 100

enum { ROOT_KEY, CA_KEY, LEAF_KEY };

static struct fake_http server;
static struct chain_world world;
static struct retrieval *retrieval;
static bool retrieval_closed;
static struct certificate *ca;

static int64_t world_now(void)
{
    return CHAIN_WORLD_NOW;
}

static void on_retrieval_closed(void *user)
{
    *(bool *)user = true;
}

static void set_up(void)
{
    static const struct chain_spec root_spec = { .subject = "root",
                                                 .issuer = "root",
                                                 .key = ROOT_KEY,
                                                 .issuer_key = ROOT_KEY,
                                                 .ca = true };
    static const struct chain_spec ca_spec = { .subject = "ca",
                                               .issuer = "root",
                                               .key = CA_KEY,
                                               .issuer_key = ROOT_KEY,
                                               .ca = true };
    fake_http_open(&server);
    chain_world_init(&world);
    retrieval = retrieval_create(&server.loop.uv, FETCH_ALLOW_LOOPBACK, world_now);
    retrieval_closed = false;
    world.context.evidence = retrieval_evidence(retrieval);
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root_spec));
    ca = chain_world_make(&world, &ca_spec);
}

static void tear_down(void)
{
    if (!retrieval_closed) {
        retrieval_close(retrieval, on_retrieval_closed, &retrieval_closed);
        ck_assert_msg(!retrieval_closed, "inside the call");
        loop_run_until(&server.loop, &retrieval_closed);
    }
    fake_http_close(&server);
    chain_world_finish(&world);
}

/* One request of a client with this certificate. */
struct judging {
    struct certificate *presented[2];
    size_t n;
    struct retrieval_wait wait;
    int rounds;
    bool in_call;
    bool done;
    enum verdict verdict;
};

static void judge(void *user)
{
    struct judging *judging = user;
    static struct judgement judgement;
    static struct judgement by_chain;
    const struct chain *chain;
    struct err err = ERR_INIT;
    ck_assert(!judging->in_call && !judging->done);
    judging->in_call = true;
    bool waiting = retrieval_wait(retrieval, &judging->wait, judging->presented,
                                  judging->n, &world.context, &chain);
    judging->in_call = false;
    if (waiting) {
        judging->rounds++;
        return;
    }
    ck_assert_int_eq(judge_client(judging->presented, judging->n, SSL_FLAGS_REQUIRE,
                                  &world.context, &judgement, &err),
                     0);
    judging->verdict = judgement.verdict;
    /* What was built to see what is needed is what would be built once more. */
    ck_assert(chain != NULL || judging->wait.rounds > CHAIN_NEEDS_ROUNDS);
    if (chain != NULL) {
        judge_chain(chain, SSL_FLAGS_REQUIRE, &world.context, &by_chain);
        ck_assert_int_eq(by_chain.verdict, judgement.verdict);
        ck_assert_uint_eq(by_chain.deciding, judgement.deciding);
        ck_assert_uint_eq(by_chain.chain.n_findings, judgement.chain.n_findings);
        ck_assert_uint_eq(by_chain.chain.n_elements, judgement.chain.n_elements);
        ck_assert_uint_eq(by_chain.chain.n_paths, judgement.chain.n_paths);
    }
    judging->done = true;
}

static void start(struct judging *judging, struct certificate *leaf, bool with_ca)
{
    *judging = (struct judging){ .presented = { leaf, ca }, .n = with_ca ? 2 : 1 };
    retrieval_wait_init(&judging->wait, judge, judging);
    judge(judging);
}

static struct certificate *make_leaf(const char *cdp, const char *ca_issuers)
{
    struct buf url = BUF_EMPTY;
    struct chain_spec spec = { .subject = "leaf",
                               .issuer = "ca",
                               .key = LEAF_KEY,
                               .issuer_key = CA_KEY,
                               .serial = 5 };
    fake_http_fill_in(&server, cdp != NULL ? cdp : ca_issuers, &url);
    spec.cdp = cdp != NULL ? buf_string(&url) : NULL;
    spec.ca_issuers = cdp != NULL ? NULL : buf_string(&url);
    struct certificate *leaf = chain_world_make(&world, &spec);
    buf_finish(&url);
    return leaf;
}

static void say(struct buf *answer, struct slice body)
{
    buf_printf(answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", body.len);
    buf_append_slice(answer, body);
}

static void say_crl(int revoked_serial)
{
    const struct chain_crl_spec spec = { .issuer = "ca",
                                         .issuer_key = CA_KEY,
                                         .revoked_serial = revoked_serial };
    struct buf crl = BUF_EMPTY;
    chain_world_write_crl(&world, &spec, &crl);
    say(&server.answer, buf_slice(&crl));
    buf_finish(&crl);
}

START_TEST(a_judgement_waits_for_its_list)
{
    struct judging judging;
    say_crl(_i == 0 ? 5 : 6);
    start(&judging, make_leaf("http://@/ca.crl", NULL), true);
    ck_assert(!judging.done);
    ck_assert_uint_eq(retrieval_count(retrieval), 1);
    loop_run_until(&server.loop, &judging.done);
    ck_assert_int_eq(judging.verdict, _i == 0 ? VERDICT_REVOKED : VERDICT_OK);
    ck_assert_int_eq(judging.rounds, 1);
    ck_assert_uint_eq(retrieval_count(retrieval), 0);
}
END_TEST

/* A list that takes 50 ms to read is read in a thread, and the loop turns meanwhile. */
START_TEST(a_long_list_is_read_in_a_thread)
{
    static const enum {
        TO_ITS_END,
        FORGOTTEN,
        CLOSED
    } ends[] = { TO_ITS_END, FORGOTTEN, CLOSED };
    const struct chain_crl_spec spec = {
        .issuer = "ca", .issuer_key = CA_KEY, .revoked_serial = 5, .n_others = 300000
    };
    struct buf crl = BUF_EMPTY;
    struct work_pool work;
    struct judging judging;
    bool work_closed = false;
    size_t n_turns = 0;

    work_pool_init(&work, &server.loop.uv);
    retrieval_set_work(retrieval, &work);
    chain_world_write_crl(&world, &spec, &crl);
    say(&server.answer, buf_slice(&crl));
    buf_finish(&crl);
    start(&judging, make_leaf("http://@/ca.crl", NULL), true);
    while (work.n_running == 0) {
        ck_assert(!judging.done);
        (void)uv_run(&server.loop.uv, UV_RUN_ONCE);
    }
    while (ends[_i] == TO_ITS_END && work.n_running > 0) {
        (void)uv_run(&server.loop.uv, UV_RUN_NOWAIT);
        n_turns++;
    }
    if (ends[_i] == FORGOTTEN) { /* it is asked for anew */
        retrieval_forget(retrieval, "http://");
        ck_assert_uint_eq(retrieval_count(retrieval), 1);
    }
    if (ends[_i] == CLOSED) {
        judging.in_call = true;
        retrieval_close(retrieval, on_retrieval_closed, &retrieval_closed);
        loop_run_until(&server.loop, &retrieval_closed);
    } else {
        loop_run_until(&server.loop, &judging.done);
        ck_assert_int_eq(judging.verdict, VERDICT_REVOKED);
        ck_assert_uint_eq(retrieval_count(retrieval), 0);
        ck_assert(ends[_i] != TO_ITS_END || n_turns > 1);
        retrieval_set_work(retrieval, NULL);
    }
    work_pool_close(&work, on_retrieval_closed, &work_closed);
    loop_run_until(&server.loop, &work_closed);
}
END_TEST

START_TEST(what_needs_nothing_does_not_wait)
{
    struct chain_spec spec = {
        .subject = "plain", .issuer = "ca", .key = LEAF_KEY, .issuer_key = CA_KEY
    };
    struct judging judging;
    start(&judging, chain_world_make(&world, &spec), true);
    ck_assert(judging.done);
    ck_assert_int_eq(judging.verdict, VERDICT_OK);
    ck_assert_uint_eq(server.n_visitors, 0);
}
END_TEST

/* A hundred wait for one slow list: it is fetched once, and a client that needs none,
 * or another, is judged meanwhile. */
START_TEST(nobody_else_waits)
{
    static struct judging slow[WAITERS];
    struct judging quick;
    struct certificate *leaf = make_leaf("http://@/slow.crl", NULL);
    say_crl(6);
    server.silent_path = "/slow";
    for (size_t i = 0; i < WAITERS; i++) {
        start(&slow[i], leaf, true);
    }
    ck_assert_uint_eq(retrieval_count(retrieval), 1);
    start(&quick, make_leaf("http://@/ca.crl", NULL), true);
    loop_run_until(&server.loop, &quick.done);
    ck_assert_int_eq(quick.verdict, VERDICT_OK);
    ck_assert_uint_le(server.n_visitors, 2);
    for (size_t i = 0; i < WAITERS; i++) {
        ck_assert_msg(!slow[i].done, "%zu", i);
        if (i % 2 == 0) {
            retrieval_cancel(&slow[i].wait);
            retrieval_cancel(&slow[i].wait);
            slow[i].in_call = true; /* on_done would fail the test */
        }
    }
}
END_TEST

START_TEST(all_who_waited_are_told)
{
    static struct judging many[WAITERS];
    struct certificate *leaf = make_leaf("http://@/ca.crl", NULL);
    say_crl(5);
    for (size_t i = 0; i < WAITERS; i++) {
        start(&many[i], leaf, true);
    }
    for (size_t i = 0; i < WAITERS; i++) {
        loop_run_until(&server.loop, &many[i].done);
        ck_assert_int_eq(many[i].verdict, VERDICT_REVOKED);
    }
    ck_assert_uint_eq(server.n_visitors, 1);
}
END_TEST

/* urlretrievaltimeout, in milliseconds. */
START_TEST(slow_is_offline)
{
    struct judging judging;
    world.policy.urlretrievaltimeout = 100;
    server.manner = FAKE_HTTP_SILENT;
    start(&judging, make_leaf("http://@/ca.crl", NULL), true);
    loop_run_until(&server.loop, &judging.done);
    ck_assert_int_eq(judging.verdict, VERDICT_REVOCATION_OFFLINE);
    ck_assert_int_eq(judging.rounds, 1);
}
END_TEST

START_TEST(elsewhere_is_offline)
{
    struct judging judging;
    start(&judging, make_leaf("http://192.0.2.1/ca.crl", NULL), true);
    loop_run_until(&server.loop, &judging.done);
    ck_assert_int_eq(judging.verdict, VERDICT_REVOCATION_OFFLINE);
    ck_assert_int_eq(judging.rounds, 1);
    ck_assert_uint_eq(server.n_visitors, 0);
}
END_TEST

START_TEST(a_missing_issuer_is_fetched)
{
    struct judging judging;
    say(&server.answer, ca->der);
    start(&judging, make_leaf(NULL, "http://@/ca.crt"), false);
    loop_run_until(&server.loop, &judging.done);
    ck_assert_int_eq(judging.verdict, VERDICT_OK);
}
END_TEST

START_TEST(closed_while_somebody_waits)
{
    static struct judging many[3];
    struct certificate *leaf = make_leaf("http://@/ca.crl", NULL);
    server.manner = FAKE_HTTP_SILENT;
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        start(&many[i], leaf, true);
        many[i].in_call = true;
    }
    for (int turn = 0; turn < _i; turn++) {
        loop_run_once(&server.loop);
    }
    retrieval_close(retrieval, on_retrieval_closed, &retrieval_closed);
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        retrieval_cancel(&many[i].wait); /* as a connection does at its end */
    }
    loop_run_until(&server.loop, &retrieval_closed);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("retrieval");
    TCase *c = tcase_create("retrieval");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_set_timeout(c, 40);
    tcase_add_loop_test(c, a_judgement_waits_for_its_list, 0, 2);
    tcase_add_loop_test(c, a_long_list_is_read_in_a_thread, 0, 3);
    tcase_add_test(c, what_needs_nothing_does_not_wait);
    tcase_add_test(c, nobody_else_waits);
    tcase_add_test(c, all_who_waited_are_told);
    tcase_add_test(c, slow_is_offline);
    tcase_add_test(c, elsewhere_is_offline);
    tcase_add_test(c, a_missing_issuer_is_fetched);
    tcase_add_loop_test(c, closed_while_somebody_waits, 0, 4);
    suite_add_tcase(s, c);
    return s;
}
