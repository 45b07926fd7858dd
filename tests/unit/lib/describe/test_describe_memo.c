/* SPDX-License-Identifier: MIT
 *
 * describe/describe_memo: what is said again is what was said, of the same certificate.
 */
#include "base/compiler.h"
#include "base/mem.h"
#include "describe/describe.h"
#include "describe/describe_memo.h"
#include "support/build_pki.h"
#include "support/check_main.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define N_CERTS (DESCRIBE_MEMO_MAX + 3)

static struct key *key;
static struct certificate *certs[N_CERTS];
static struct describe_memo memo;
static unsigned n_described;

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
    n_described = 0;
}

static void tear_down(void)
{
    describe_memo_finish(&memo);
    for (size_t i = 0; i < N_CERTS; i++) {
        certificate_destroy(certs[i]);
    }
    key_destroy(key);
}

static json_t *describe(const struct certificate *cert)
{
    n_described++;
    return describe_json(cert);
}

static json_t *describe_serial(const struct certificate *cert)
{
    return json_integer(cert->serial.data[0]);
}

static void assert_said(const struct certificate *cert)
{
    json_t *anew = describe_json(cert);
    json_t *said = describe_memo_get(&memo, DESCRIBE_MEMO_JSON, cert, describe);
    ck_assert(json_equal(anew, said));
    json_decref(anew);
    json_decref(said);
}

START_TEST(each_certificate_is_said_as_it_is)
{
    for (int again = 0; again < 2; again++) {
        for (size_t i = 0; i < N_CERTS; i++) {
            assert_said(certs[i]);
            assert_said(certs[i]);
        }
    }
    /* Each once; in the second round again, since more came than there is room for. */
    ck_assert_uint_eq(n_described, 2 * N_CERTS);
    struct certificate *twin = certificate_create(certs[N_CERTS - 1]->der);
    assert_said(twin);
    ck_assert_uint_eq(n_described, 2 * N_CERTS);
    certificate_destroy(twin);
}
END_TEST

START_TEST(kinds_are_kept_apart)
{
    for (int again = 0; again < 2; again++) {
        json_t *serial =
            describe_memo_get(&memo, DESCRIBE_MEMO_ROWS, certs[4], describe_serial);
        ck_assert_int_eq(json_integer_value(serial), 5);
        json_decref(serial);
        assert_said(certs[4]);
    }
    ck_assert_uint_eq(n_described, 1);
}
END_TEST

START_TEST(without_a_memo_it_is_said_anew)
{
    for (unsigned n = 1; n <= 2; n++) {
        json_t *said = describe_memo_get(NULL, DESCRIBE_MEMO_JSON, certs[0], describe);
        ck_assert_ptr_nonnull(said);
        ck_assert_uint_eq(n_described, n);
        json_decref(said);
    }
}
END_TEST

START_TEST(long_ones_are_not_kept)
{
    static uint8_t bytes[DESCRIBE_MEMO_SIZE_MAX + 1];
    struct certificate *cert =
        certificate_create((struct slice){ bytes, sizeof bytes });
    assert_said(cert);
    assert_said(cert);
    ck_assert_uint_eq(n_described, 2);
    certificate_destroy(cert);
}
END_TEST

/* What could not be said is not remembered as if it had been. */
START_TEST(no_memory_is_not_kept)
{
    size_t n_failed = 0;
    for (size_t n = 1; n < 200; n++) {
        describe_memo_finish(&memo);
        mem_fail_after(n);
        json_t *said = describe_memo_get(&memo, DESCRIBE_MEMO_JSON, certs[0], describe);
        mem_fail_after(0);
        n_failed += said == NULL;
        json_decref(said);
        assert_said(certs[0]);
    }
    ck_assert_uint_gt(n_failed, 5);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("describe_memo");
    TCase *tc = tcase_create("memo");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, each_certificate_is_said_as_it_is);
    tcase_add_test(tc, kinds_are_kept_apart);
    tcase_add_test(tc, without_a_memo_it_is_said_anew);
    tcase_add_test(tc, long_ones_are_not_kept);
    tcase_add_test(tc, no_memory_is_not_kept);
    suite_add_tcase(suite, tc);
    return suite;
}
