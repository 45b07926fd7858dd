/* SPDX-License-Identifier: MIT
 *
 * server/connection/peer_memo: what is said of a chain is what event_json_chain() says,
 * the first time and again, and of no other chain.
 */
#include "base/compiler.h"
#include "base/mem.h"
#include "connection/event_json.h"
#include "connection/peer_memo.h"
#include "pki/certificate_pool.h"
#include "support/build_pki.h"
#include "support/bytes.h"
#include "support/check_main.h"

#include <stdlib.h>
#include <string.h>

#define N_CERTS 6

static struct key *key;
static struct certificate *certs[N_CERTS];
static struct peer_memo memo;

static void set_up(void)
{
    struct err err = ERR_INIT;
    ck_assert_msg(key_generate(KEY_TYPE_EC_P256, &key, &err) == 0, "%s", err.text);
    for (size_t i = 0; i < N_CERTS; i++) {
        struct buf der = BUF_EMPTY;
        const uint8_t serial[] = { (uint8_t)(i + 1) };
        build_certificate(
            &der, key,
            &(struct build_certificate){ .serial = { serial, sizeof serial } });
        certs[i] = certificate_create(buf_slice(&der));
        ck_assert_ptr_nonnull(certs[i]);
        buf_finish(&der);
    }
    memset(&memo, 0, sizeof memo);
}

static void tear_down(void)
{
    peer_memo_finish(&memo);
    for (size_t i = 0; i < N_CERTS; i++) {
        certificate_destroy(certs[i]);
    }
    key_destroy(key);
}

/* Says it with the memo and without, and wants the same. */
static void assert_said(const struct tls_info *tls)
{
    struct event_text by_memo = { .members = BUF_EMPTY };
    struct event_text anew = { .members = BUF_EMPTY };
    event_text_put(&by_memo, "before", "x");
    event_text_put(&anew, "before", "x");
    peer_memo_say(&memo, tls, &by_memo);
    event_json_chain(&anew, tls);
    ck_assert(event_text_ok(&by_memo) && event_text_ok(&anew));
    ck_assert(slice_equal(buf_slice(&by_memo.members), buf_slice(&anew.members)));
    for (int i = 0; i < EVENT_FACT_COUNT; i++) {
        ck_assert_str_eq(event_text_get_fact(&by_memo, (enum event_fact)i),
                         event_text_get_fact(&anew, (enum event_fact)i));
    }
    event_text_finish(&by_memo);
    event_text_finish(&anew);
}

static struct tls_info info(size_t first, size_t n)
{
    return (struct tls_info){ .chain = certs + first, .n_chain = n };
}

START_TEST(each_chain_is_said_as_it_is)
{
    for (int again = 0; again < 3; again++) {
        for (size_t n = 0; n <= PEER_MEMO_CHAIN_MAX + 1; n++) {
            for (size_t first = 0; first + n <= N_CERTS; first++) {
                const struct tls_info tls = info(first, n);
                assert_said(&tls);
            }
        }
    }
}
END_TEST

/* One leaf under several issuers, and with more behind it. */
START_TEST(each_certificate_counts)
{
    for (int again = 0; again < 2; again++) {
        for (size_t second = 1; second < N_CERTS; second++) {
            struct certificate *chain[] = { certs[0], certs[second],
                                            certs[second % 2] };
            for (size_t n = 1; n <= ARRAY_LEN(chain); n++) {
                const struct tls_info tls = { .chain = chain, .n_chain = n };
                assert_said(&tls);
            }
        }
    }
}
END_TEST

/* What is remembered stays when the connection that it was said of has gone. */
START_TEST(memo_is_an_owner)
{
    struct certificate *const gone = certs[0];
    const struct tls_info tls = info(0, 1);
    assert_said(&tls);
    struct certificate *again = certificate_create(gone->der);
    certificate_destroy(gone);
    certs[0] = again;
    ck_assert_ptr_ne(again, gone); /* or another chain would be taken for the first */
    assert_said(&tls);
}
END_TEST

START_TEST(text_is_written_once)
{
    const struct tls_info tls = info(0, 2);
    assert_said(&tls);
    struct event_text *kept = &memo.entries[0].text;
    ck_assert_uint_gt(kept->members.len, 0);
    ck_assert_uint_eq(memo.next, 1);
    struct event_text said = { .members = BUF_EMPTY };
    kept->members.data[kept->members.len - 1] = '!';
    peer_memo_say(&memo, &tls, &said);
    ck_assert_int_eq(said.members.data[said.members.len - 1], '!');
    ck_assert_uint_eq(memo.next, 1);
    event_text_finish(&said);
}
END_TEST

START_TEST(what_cannot_come_again_is_not_kept)
{
    static uint8_t bytes[CERTIFICATE_POOL_SIZE_MAX + 1];
    struct certificate *cert =
        certificate_create((struct slice){ bytes, sizeof bytes });
    const struct tls_info tls = { .chain = &cert, .n_chain = 1 };
    assert_said(&tls);
    ck_assert_uint_eq(memo.next, 0);
    certificate_destroy(cert);
}
END_TEST

START_TEST(no_memory_is_said_by_the_event)
{
    const struct tls_info tls = info(0, 2);
    for (size_t n = 1;; n++) {
        struct event_text said = { .members = BUF_EMPTY };
        peer_memo_finish(&memo);
        mem_fail_after(n);
        peer_memo_say(&memo, &tls, &said);
        mem_fail_after(0);
        bool ok = event_text_ok(&said);
        event_text_finish(&said);
        assert_said(&tls);
        if (ok) {
            ck_assert_uint_gt(n, 3);
            break;
        }
    }
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("peer_memo");
    TCase *tc = tcase_create("memo");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, each_chain_is_said_as_it_is);
    tcase_add_test(tc, each_certificate_counts);
    tcase_add_test(tc, memo_is_an_owner);
    tcase_add_test(tc, text_is_written_once);
    tcase_add_test(tc, what_cannot_come_again_is_not_kept);
    tcase_add_test(tc, no_memory_is_said_by_the_event);
    suite_add_tcase(suite, tc);
    return suite;
}
