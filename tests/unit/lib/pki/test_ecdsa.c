/* SPDX-License-Identifier: MIT
 *
 * mbedTLS with the arithmetic of -Decc: ECDSA. Signatures and answers are held to
 * mbedTLS's own, on random input and on the edges that Wycheproof's test vectors look
 * at, made anew each time.
 */
#include "base/compiler.h"
#include "pki/random.h"
#include "support/check_main.h"
#include "support/ecc_pair.h"

#include <stdlib.h>
#include <string.h>

#define HASH_MAX ((size_t)80)

static struct ecc_pair w;

static void set_random(mbedtls_mpi *x)
{
    do {
        OK(mbedtls_mpi_fill_random(x, (w.fast.nbits + 7) / 8, random_callback, NULL));
        OK(mbedtls_mpi_mod_mpi(x, x, &w.fast.N));
    } while (mbedtls_mpi_cmp_int(x, 1) <= 0);
}

/* x = a * b mod n, x = a / b mod n */
static void mul_mod(mbedtls_mpi *x, const mbedtls_mpi *a, const mbedtls_mpi *b)
{
    OK(mbedtls_mpi_mul_mpi(x, a, b));
    OK(mbedtls_mpi_mod_mpi(x, x, &w.fast.N));
}

static void div_mod(mbedtls_mpi *x, const mbedtls_mpi *a, const mbedtls_mpi *b)
{
    mbedtls_mpi inverse;
    mbedtls_mpi_init(&inverse);
    OK(mbedtls_mpi_inv_mod(&inverse, b, &w.fast.N));
    mul_mod(x, a, &inverse);
    mbedtls_mpi_free(&inverse);
}

/* ---- signing */

static void sign_both(const mbedtls_mpi *d, const uint8_t *hash, size_t len)
{
    mbedtls_mpi r[2];
    mbedtls_mpi s[2];
    for (int i = 0; i < 2; i++) {
        mbedtls_mpi_init(&r[i]);
        mbedtls_mpi_init(&s[i]);
        OK(mbedtls_ecdsa_sign_det_ext(i == 0 ? &w.fast : &w.own, &r[i], &s[i], d, hash,
                                      len, MBEDTLS_MD_SHA256, random_callback, NULL));
    }
    /* the nonce is RFC 6979's, so there is but one signature */
    ck_assert_int_eq(mbedtls_mpi_cmp_mpi(&r[0], &r[1]), 0);
    ck_assert_int_eq(mbedtls_mpi_cmp_mpi(&s[0], &s[1]), 0);
    mbedtls_ecp_point Q;
    mbedtls_ecp_point_init(&Q);
    OK(mbedtls_ecp_mul(&w.own, &Q, d, &w.own.G, random_callback, NULL));
    OK(mbedtls_ecdsa_verify(&w.own, hash, len, &Q, &r[0], &s[0]));
    OK(mbedtls_ecdsa_verify(&w.fast, hash, len, &Q, &r[0], &s[0]));
    mbedtls_ecp_point_free(&Q);
    for (int i = 0; i < 2; i++) {
        mbedtls_mpi_free(&r[i]);
        mbedtls_mpi_free(&s[i]);
    }
}

START_TEST(signatures_are_mbedtls_own)
{
    static const size_t lengths[] = {
        0, 1, 16, 20, 28, 31, 32, 33, 48, 64, 65, 66, 80
    };
    ecc_pair_init(&w, _i);
    uint8_t hash[HASH_MAX];
    mbedtls_mpi d;
    mbedtls_mpi_init(&d);
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        OK(random_callback(NULL, hash, sizeof(hash)));
        sign_both(&w.d, hash, lengths[i]);
    }
    memset(hash, 0, sizeof(hash));
    sign_both(&w.d, hash, 32);
    memset(hash, 0xff, sizeof(hash)); /* above the order: reduced */
    sign_both(&w.d, hash, 66);
    OK(mbedtls_mpi_lset(&d, 1));
    sign_both(&d, hash, 32);
    OK(mbedtls_mpi_sub_int(&d, &w.fast.N, 1));
    sign_both(&d, hash, 32);
    mbedtls_mpi_free(&d);
    ecc_pair_finish(&w);
}
END_TEST

START_TEST(keys_out_of_range_do_not_sign)
{
    ecc_pair_init(&w, _i);
    uint8_t hash[32] = { 1 };
    mbedtls_mpi r;
    mbedtls_mpi s;
    mbedtls_mpi d;
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    mbedtls_mpi_init(&d);
    for (int i = -1; i <= 1; i++) {
        OK(i < 0 ? mbedtls_mpi_lset(&d, 0) : mbedtls_mpi_add_int(&d, &w.fast.N, i));
        ck_assert_int_eq(mbedtls_ecdsa_sign(&w.fast, &r, &s, &d, hash, sizeof(hash),
                                            random_callback, NULL),
                         MBEDTLS_ERR_ECP_INVALID_KEY);
    }
    mbedtls_mpi_free(&d);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    ecc_pair_finish(&w);
}
END_TEST

static int verify_both(const uint8_t *hash, size_t len, const mbedtls_ecp_point *Q,
                       const mbedtls_mpi *r, const mbedtls_mpi *s, const char *what)
{
    int rc = mbedtls_ecdsa_verify(&w.fast, hash, len, Q, r, s);
    int expected = mbedtls_ecdsa_verify(&w.own, hash, len, Q, r, s);
    ck_assert_msg(rc == expected, "%s: %d, mbedTLS says %d", what, rc, expected);
    return rc;
}

enum change {
    NOT,
    ZERO,
    ONE,
    ORDER_LESS_1,
    ORDER,
    ORDER_MORE,
    NEGATED,
    HIGH,
    LONG,
    MINUS
};

static void change(mbedtls_mpi *x, enum change how)
{
    static const int near_order[] = { [ORDER_LESS_1] = -1, [ORDER] = 0 };
    switch (how) {
    case NOT:
        break;
    case ZERO:
    case ONE:
        OK(mbedtls_mpi_lset(x, how == ONE));
        break;
    case ORDER_LESS_1:
    case ORDER:
        OK(mbedtls_mpi_add_int(x, &w.fast.N, near_order[how]));
        break;
    case ORDER_MORE:
        OK(mbedtls_mpi_add_mpi(x, x, &w.fast.N));
        break;
    case NEGATED:
        OK(mbedtls_mpi_sub_mpi(x, &w.fast.N, x));
        break;
    case HIGH:
        OK(mbedtls_mpi_set_bit(x, w.fast.nbits + 7, 1));
        break;
    case LONG:
        OK(mbedtls_mpi_set_bit(x, 1200, 1));
        break;
    case MINUS:
        x->s = -1;
        break;
    }
}

START_TEST(signatures_out_of_range_are_refused)
{
    ecc_pair_init(&w, _i);
    uint8_t hash[32];
    mbedtls_mpi r;
    mbedtls_mpi s;
    mbedtls_mpi cr;
    mbedtls_mpi cs;
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    mbedtls_mpi_init(&cr);
    mbedtls_mpi_init(&cs);
    OK(random_callback(NULL, hash, sizeof(hash)));
    OK(mbedtls_ecdsa_sign(&w.fast, &r, &s, &w.d, hash, sizeof(hash), random_callback,
                          NULL));
    for (int i = NOT; i <= MINUS; i++) {
        for (int k = NOT; k <= MINUS; k++) {
            OK(mbedtls_mpi_copy(&cr, &r));
            OK(mbedtls_mpi_copy(&cs, &s));
            change(&cr, (enum change)i);
            change(&cs, (enum change)k);
            int rc = verify_both(hash, sizeof(hash), &w.Q, &cr, &cs, "changed");
            /* -s is as good as s: ECDSA is malleable, and nobody here forbids it */
            ck_assert_int_eq(rc == 0, i == NOT && (k == NOT || k == NEGATED));
        }
    }
    hash[0] ^= 1;
    ck_assert_int_eq(verify_both(hash, sizeof(hash), &w.Q, &r, &s, "another message"),
                     MBEDTLS_ERR_ECP_VERIFY_FAILED);
    hash[0] ^= 1;
    ck_assert_int_eq(verify_both(hash, 31, &w.Q, &r, &s, "a shorter hash"),
                     MBEDTLS_ERR_ECP_VERIFY_FAILED);
    ck_assert_int_ne(verify_both(hash, sizeof(hash), &w.fast.G, &r, &s, "another key"),
                     0);
    mbedtls_ecp_point P;
    mbedtls_ecp_point_init(&P);
    OK(mbedtls_ecp_copy(&P, &w.Q));
    OK(mbedtls_mpi_add_int(&P.X, &P.X, 1));
    ck_assert_int_ne(verify_both(hash, sizeof(hash), &P, &r, &s, "off the curve"), 0);
    OK(mbedtls_ecp_set_zero(&P));
    ck_assert_int_ne(verify_both(hash, sizeof(hash), &P, &r, &s, "infinity"), 0);
    mbedtls_ecp_point_free(&P);
    mbedtls_mpi_free(&cs);
    mbedtls_mpi_free(&cr);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    ecc_pair_finish(&w);
}
END_TEST

/* The bytes of a "hash" that is the number e on this curve (SEC 1 4.1.3, step 5). */
static size_t hash_of(const mbedtls_mpi *e, uint8_t hash[static HASH_MAX])
{
    size_t len = (w.fast.nbits + 7) / 8;
    mbedtls_mpi shifted;
    mbedtls_mpi_init(&shifted);
    OK(mbedtls_mpi_copy(&shifted, e));
    OK(mbedtls_mpi_shift_l(&shifted, len * 8 - w.fast.nbits));
    OK(mbedtls_mpi_write_binary(&shifted, hash, len));
    mbedtls_mpi_free(&shifted);
    return len;
}

/* Verification adds u1 * G and u2 * Q. Whoever has the private key can choose the
 * message so that the two are the same point, which an addition that is no doubling
 * gets wrong, or each other's negative, which sums up to infinity. */
START_TEST(sums_of_a_point_with_itself_are_right)
{
    ecc_pair_init(&w, _i);
    uint8_t hash[HASH_MAX];
    mbedtls_ecp_point R;
    mbedtls_mpi r;
    mbedtls_mpi s;
    mbedtls_mpi e;
    mbedtls_mpi k;
    mbedtls_ecp_point_init(&R);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    mbedtls_mpi_init(&e);
    mbedtls_mpi_init(&k);
    set_random(&k);
    OK(mbedtls_ecp_mul(&w.own, &R, &k, &w.own.G, random_callback, NULL));
    OK(mbedtls_mpi_mod_mpi(&r, &R.X, &w.fast.N));
    mul_mod(&e, &r, &w.d); /* u1 = e / s, u2 * d = r * d / s: the same */
    OK(mbedtls_mpi_add_mpi(&s, &e, &e));
    div_mod(&s, &s, &k);
    size_t len = hash_of(&e, hash);
    ck_assert_int_eq(verify_both(hash, len, &w.Q, &r, &s, "u1 G = u2 Q"), 0);

    OK(mbedtls_mpi_sub_mpi(&e, &w.fast.N, &e));
    len = hash_of(&e, hash);
    ck_assert_int_ne(verify_both(hash, len, &w.Q, &r, &s, "u1 G = -u2 Q"), 0);

    /* u1 = 0: the "hash" is 0 or the order */
    OK(mbedtls_mpi_lset(&e, 0));
    mul_mod(&s, &r, &w.d);
    div_mod(&s, &s, &k);
    len = hash_of(&e, hash);
    ck_assert_int_eq(verify_both(hash, len, &w.Q, &r, &s, "hash 0"), 0);
    len = hash_of(&w.fast.N, hash);
    ck_assert_int_eq(verify_both(hash, len, &w.Q, &r, &s, "hash n"), 0);
    mbedtls_mpi_free(&k);
    mbedtls_mpi_free(&e);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_ecp_point_free(&R);
    ecc_pair_finish(&w);
}
END_TEST

/* A point of the curve with the least x that is not below `from`. */
static void find_point(mbedtls_ecp_point *R, const mbedtls_mpi *from)
{
    mbedtls_mpi e;
    mbedtls_mpi rhs;
    mbedtls_mpi_init(&e);
    mbedtls_mpi_init(&rhs);
    OK(mbedtls_mpi_add_int(&e, &w.fast.P, 1)); /* p = 3 mod 4 */
    OK(mbedtls_mpi_shift_r(&e, 2));
    OK(mbedtls_mpi_copy(&R->X, from));
    OK(mbedtls_mpi_lset(&R->Z, 1));
    for (;;) {
        OK(mbedtls_mpi_mul_mpi(&rhs, &R->X, &R->X));
        if (w.fast.A.p == NULL) { /* mbedTLS's way to say -3 */
            OK(mbedtls_mpi_sub_int(&rhs, &rhs, 3));
        } else {
            OK(mbedtls_mpi_add_mpi(&rhs, &rhs, &w.fast.A));
        }
        OK(mbedtls_mpi_mul_mpi(&rhs, &rhs, &R->X));
        OK(mbedtls_mpi_add_mpi(&rhs, &rhs, &w.fast.B));
        OK(mbedtls_mpi_mod_mpi(&rhs, &rhs, &w.fast.P));
        OK(mbedtls_mpi_exp_mod(&R->Y, &rhs, &e, &w.fast.P, NULL));
        if (mbedtls_ecp_check_pubkey(&w.fast, R) == 0) {
            break;
        }
        OK(mbedtls_mpi_add_int(&R->X, &R->X, 1));
    }
    mbedtls_mpi_free(&rhs);
    mbedtls_mpi_free(&e);
}

/* A signature and a key for a point R that was chosen: r is x of R, mod n. */
static void sign_for_point(const mbedtls_ecp_point *R, const char *what)
{
    uint8_t hash[HASH_MAX];
    mbedtls_mpi u1;
    mbedtls_mpi u2;
    mbedtls_mpi r;
    mbedtls_mpi s;
    mbedtls_ecp_point Q;
    mbedtls_mpi_init(&u1);
    mbedtls_mpi_init(&u2);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    mbedtls_ecp_point_init(&Q);
    set_random(&u1);
    set_random(&u2);
    OK(mbedtls_mpi_mod_mpi(&r, &R->X, &w.fast.N));
    /* Q = (R - u1 G) / u2 */
    mbedtls_mpi minus_u1;
    mbedtls_mpi one;
    mbedtls_mpi_init(&minus_u1);
    mbedtls_mpi_init(&one);
    OK(mbedtls_mpi_lset(&one, 1));
    OK(mbedtls_mpi_sub_mpi(&minus_u1, &w.fast.N, &u1));
    OK(mbedtls_ecp_muladd(&w.own, &Q, &minus_u1, &w.own.G, &one, R));
    div_mod(&s, &one, &u2);
    OK(mbedtls_ecp_mul(&w.own, &Q, &s, &Q, random_callback, NULL));
    /* s = r / u2, e = u1 * s */
    div_mod(&s, &r, &u2);
    mul_mod(&u1, &u1, &s);
    size_t len = hash_of(&u1, hash);
    ck_assert_msg(verify_both(hash, len, &Q, &r, &s, what) == 0, "%s: refused", what);
    OK(mbedtls_mpi_add_int(&r, &r, 1));
    ck_assert_int_ne(verify_both(hash, len, &Q, &r, &s, what), 0);
    mbedtls_mpi_free(&one);
    mbedtls_mpi_free(&minus_u1);
    mbedtls_ecp_point_free(&Q);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&u2);
    mbedtls_mpi_free(&u1);
}

START_TEST(r_is_reduced_by_the_order)
{
    ecc_pair_init(&w, _i);
    mbedtls_ecp_point R;
    mbedtls_mpi from;
    mbedtls_ecp_point_init(&R);
    mbedtls_mpi_init(&from);
    OK(mbedtls_mpi_lset(&from, 2));
    find_point(&R, &from);
    sign_for_point(&R, "a small x");
    OK(mbedtls_mpi_add_int(&from, &w.fast.N, 2));
    find_point(&R, &from);
    ck_assert_int_lt(mbedtls_mpi_cmp_mpi(&R.X, &w.fast.P), 0);
    sign_for_point(&R, "an x above the order");
    OK(mbedtls_mpi_sub_int(&from, &w.fast.P, 200));
    find_point(&R, &from);
    sign_for_point(&R, "an x just below p");
    mbedtls_mpi_free(&from);
    mbedtls_ecp_point_free(&R);
    ecc_pair_finish(&w);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("ecdsa");
    TCase *tc = tcase_create("sign");
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, signatures_are_mbedtls_own, 0, ECC_ECDSA_CURVES);
    tcase_add_loop_test(tc, keys_out_of_range_do_not_sign, 0, ECC_ECDSA_CURVES);
    suite_add_tcase(suite, tc);
    tc = tcase_create("verify");
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, signatures_out_of_range_are_refused, 0, ECC_ECDSA_CURVES);
    tcase_add_loop_test(tc, sums_of_a_point_with_itself_are_right, 0, ECC_ECDSA_CURVES);
    tcase_add_loop_test(tc, r_is_reduced_by_the_order, 0, ECC_ECDSA_CURVES);
    suite_add_tcase(suite, tc);
    return suite;
}
