/* SPDX-License-Identifier: MIT
 *
 * pki/certificate_pool: the same bytes are one certificate, which lives as long as
 * anybody has it.
 */
#include "base/mem.h"
#include "pki/certificate_pool.h"
#include "support/build_pki.h"
#include "support/bytes.h"
#include "support/check_main.h"

#include <stdlib.h>
#include <string.h>

static struct key *key;
static struct buf der;
static struct certificate_pool pool;

static void set_up(void)
{
    struct err err = ERR_INIT;
    struct buf list = BUF_EMPTY;
    ck_assert_msg(key_generate(KEY_TYPE_EC_P256, &key, &err) == 0, "%s", err.text);
    build_extension(&list, OID_NETSCAPE_COMMENT, false, SLICE_EMPTY);
    build_extension(&list, OID_BASIC_CONSTRAINTS, true, BYTES("\x30\x00"));
    build_extension(&list, OID_BASIC_CONSTRAINTS, true, BYTES("\x30\x00"));
    build_extension(&list, OID_KEY_USAGE, true, BYTES("\x05\x00"));
    build_certificate(&der, key,
                      &(struct build_certificate){ .extensions = buf_slice(&list) });
    ck_assert(buf_ok(&der) && buf_ok(&list));
    buf_finish(&list);
    memset(&pool, 0, sizeof pool);
}

static void tear_down(void)
{
    certificate_pool_clear(&pool);
    buf_finish(&der);
    key_destroy(key);
}

/* That it is still there, and what its pointers point to. */
static void assert_whole(const struct certificate *cert)
{
    ck_assert(slice_equal(cert->der, buf_slice(&der)));
    ck_assert_uint_eq(cert->n_extensions, 4);
    ck_assert_ptr_eq(cert->duplicate_extension, &cert->extensions[2]);
    ck_assert_ptr_eq(cert->malformed_extension, &cert->extensions[3]);
}

START_TEST(same_bytes_are_read_once)
{
    struct certificate *first = certificate_pool_get(&pool, buf_slice(&der));
    struct certificate *second = certificate_pool_get(&pool, buf_slice(&der));
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_eq(first, second);
    certificate_destroy(first);
    assert_whole(second);
    certificate_destroy(second);
    struct certificate *third = certificate_pool_get(&pool, buf_slice(&der));
    ck_assert_ptr_eq(first, third);
    assert_whole(third);
    certificate_destroy(third);
}
END_TEST

START_TEST(owner_outlives_the_pool)
{
    struct certificate *cert = certificate_pool_get(&pool, buf_slice(&der));
    certificate_pool_clear(&pool);
    assert_whole(cert);
    struct certificate *again = certificate_pool_get(&pool, buf_slice(&der));
    ck_assert_ptr_ne(cert, again);
    assert_whole(again);
    certificate_destroy(again);
    certificate_destroy(cert);
}
END_TEST

/* Bytes that are no certificate are kept as well, and told apart by all of them. */
START_TEST(other_bytes_are_another_one)
{
    struct certificate *owned = certificate_pool_get(&pool, buf_slice(&der));
    for (unsigned i = 0; i < 4 * CERTIFICATE_POOL_MAX; i++) {
        uint8_t bytes[40] = { (uint8_t)i, (uint8_t)(i >> 8) };
        bytes[39] = (uint8_t)(i / 7); /* some with the same end */
        struct slice slice = { bytes, sizeof bytes };
        struct certificate *cert = certificate_pool_get(&pool, slice);
        ck_assert_ptr_nonnull(cert);
        ck_assert(slice_equal(cert->der, slice));
        certificate_destroy(cert);
    }
    assert_whole(owned);
    certificate_destroy(owned);
}
END_TEST

START_TEST(long_ones_are_not_kept)
{
    static uint8_t bytes[CERTIFICATE_POOL_SIZE_MAX + 1];
    for (size_t len = CERTIFICATE_POOL_SIZE_MAX; len <= sizeof bytes; len++) {
        struct slice slice = { bytes, len };
        struct certificate *first = certificate_pool_get(&pool, slice);
        struct certificate *second = certificate_pool_get(&pool, slice);
        ck_assert_int_eq(first == second, len <= CERTIFICATE_POOL_SIZE_MAX);
        certificate_destroy(first);
        certificate_destroy(second);
    }
}
END_TEST

START_TEST(no_memory_is_no_certificate)
{
    struct certificate *cert = NULL;
    size_t n = 0;
    while (cert == NULL) {
        mem_fail_after(++n);
        cert = certificate_pool_get(&pool, buf_slice(&der));
        mem_fail_after(0);
    }
    ck_assert_uint_eq(n, 3); /* it, and its extensions; both failed once */
    assert_whole(cert);
    certificate_destroy(cert);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("certificate_pool");
    TCase *tc = tcase_create("pool");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, same_bytes_are_read_once);
    tcase_add_test(tc, owner_outlives_the_pool);
    tcase_add_test(tc, other_bytes_are_another_one);
    tcase_add_test(tc, long_ones_are_not_kept);
    tcase_add_test(tc, no_memory_is_no_certificate);
    suite_add_tcase(suite, tc);
    return suite;
}
