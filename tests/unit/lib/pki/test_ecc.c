/* SPDX-License-Identifier: MIT
 *
 * mbedTLS with the arithmetic of -Decc: products of points, X25519, RSA's private
 * operations; and what becomes of secrets. Results are held to mbedTLS's own, on random
 * input and on edges.
 */
#include "base/compiler.h"
#include "pki/random.h"
#include "support/check_main.h"
#include "support/ecc_pair.h"

#if defined(CERTGATE_ECC_NETTLE)
#include <gmp.h>
#endif
#include <mbedtls/ecdh.h>
#include <mbedtls/rsa.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define N_RANDOM 8

static struct ecc_pair w;
#if defined(CERTGATE_ECC_NETTLE)
static void *(*gmps_own)(size_t);
#endif

/* ---- multiplication */

/* Both refuse with the same error, or both give the same point. */
static int mul_both(const mbedtls_mpi *m, const mbedtls_ecp_point *P, const char *what)
{
    mbedtls_ecp_point fast;
    mbedtls_ecp_point own;
    mbedtls_ecp_point_init(&fast);
    mbedtls_ecp_point_init(&own);
    int rc = mbedtls_ecp_mul(&w.fast, &fast, m, P, random_callback, NULL);
    int expected = mbedtls_ecp_mul(&w.own, &own, m, P, random_callback, NULL);
    ck_assert_msg(rc == expected, "%s: %d, mbedTLS says %d", what, rc, expected);
    if (rc == 0) {
        ck_assert_msg(mbedtls_ecp_point_cmp(&fast, &own) == 0, "%s: another point",
                      what);
        ck_assert_msg(mbedtls_mpi_cmp_int(&fast.Z, 1) == 0, "%s: not affine", what);
    }
    mbedtls_ecp_point_free(&own);
    mbedtls_ecp_point_free(&fast);
    return rc;
}

static void mul_all_points(const mbedtls_mpi *m, const char *what)
{
    mul_both(m, &w.fast.G, what);
    mul_both(m, &w.Q, what);
}

START_TEST(products_are_mbedtls_own)
{
    ecc_pair_init(&w, _i);
    bool montgomery = w.fast.G.Y.p == NULL;
    mbedtls_mpi m;
    mbedtls_mpi_init(&m);
    for (int i = 0; i < N_RANDOM; i++) {
        OK(mbedtls_ecp_gen_privkey(&w.fast, &m, random_callback, NULL));
        mul_all_points(&m, "random");
    }
    /* small ones and such around powers of 2, where windows begin and end; out of
     * range on Curve25519, which has to be the same, too */
    for (int i = 0; i <= 17; i++) {
        OK(mbedtls_mpi_lset(&m, i));
        mul_all_points(&m, "small");
    }
    for (size_t shift = 5; shift < w.fast.nbits; shift += 61) {
        for (int i = -1; i <= 1; i++) {
            OK(mbedtls_mpi_lset(&m, 1));
            OK(mbedtls_mpi_shift_l(&m, shift));
            OK(mbedtls_mpi_add_int(&m, &m, i));
            mul_all_points(&m, "a power of 2");
        }
    }
    /* around the order and beyond; the negative */
    for (int i = -9; i <= 2; i++) {
        OK(mbedtls_mpi_add_int(&m, &w.fast.N, i));
        mul_all_points(&m, "the order");
    }
    OK(mbedtls_mpi_copy(&m, &w.fast.N));
    OK(mbedtls_mpi_shift_r(&m, 1));
    mul_all_points(&m, "half the order");
    OK(mbedtls_mpi_shift_l(&m, 9));
    mul_all_points(&m, "far beyond the order");
    OK(mbedtls_mpi_lset(&m, -2));
    mul_all_points(&m, "a negative number");
    if (!montgomery) {
        OK(mbedtls_mpi_add_int(&m, &w.fast.N, 0));
        ck_assert_int_eq(mul_both(&m, &w.Q, "n"), MBEDTLS_ERR_ECP_INVALID_KEY);
    }
    mbedtls_mpi_free(&m);
    ecc_pair_finish(&w);
}
END_TEST

START_TEST(points_off_the_curve_are_refused)
{
    ecc_pair_init(&w, _i);
    mbedtls_ecp_point P;
    mbedtls_ecp_point_init(&P);

    OK(mbedtls_ecp_copy(&P, &w.Q));
    OK(mbedtls_mpi_add_int(&P.Y, &P.Y, 1));
    ck_assert_int_eq(mul_both(&w.d, &P, "y + 1"), MBEDTLS_ERR_ECP_INVALID_KEY);
    OK(mbedtls_ecp_copy(&P, &w.Q));
    OK(mbedtls_mpi_add_mpi(&P.X, &P.X, &w.fast.P));
    ck_assert_int_eq(mul_both(&w.d, &P, "x + p"), MBEDTLS_ERR_ECP_INVALID_KEY);
    OK(mbedtls_ecp_copy(&P, &w.Q));
    OK(mbedtls_mpi_sub_mpi(&P.Y, &P.Y, &w.fast.P));
    ck_assert_int_eq(mul_both(&w.d, &P, "y - p"), MBEDTLS_ERR_ECP_INVALID_KEY);
    OK(mbedtls_ecp_set_zero(&P));
    ck_assert_int_ne(mul_both(&w.d, &P, "infinity"), 0);
    OK(mbedtls_mpi_lset(&P.X, 0));
    OK(mbedtls_mpi_lset(&P.Y, 0));
    OK(mbedtls_mpi_lset(&P.Z, 1));
    ck_assert_int_eq(mul_both(&w.d, &P, "(0, 0)"), MBEDTLS_ERR_ECP_INVALID_KEY);
    /* -Q is on the curve */
    OK(mbedtls_ecp_copy(&P, &w.Q));
    OK(mbedtls_mpi_sub_mpi(&P.Y, &w.fast.P, &P.Y));
    OK(mul_both(&w.d, &P, "-Q"));
    /* a point of another curve */
    mbedtls_ecp_group other;
    ecc_load_curve(&other, (_i + 1) % ECC_ECDSA_CURVES);
    ck_assert_int_ne(mul_both(&w.d, &other.G, "another curve's"), 0);
    mbedtls_ecp_group_free(&other);
    /* no blinding without random numbers: mbedTLS wants them, whoever computes */
    ck_assert_int_eq(mbedtls_ecp_mul(&w.fast, &P, &w.d, &w.Q, NULL, NULL),
                     MBEDTLS_ERR_ECP_BAD_INPUT_DATA);
    mbedtls_ecp_point_free(&P);
    ecc_pair_finish(&w);
}
END_TEST

/* ---- X25519 */

static const struct {
    const char *what;
    const char *u; /* as a number; a peer sends it little-endian */
    bool refused;
} x25519_points[] = {
    { "0", "0", true },
    { "1", "1", true },
    { "of order 8", "00b8495f16056286fdb1329ceb8d09da6ac49ff1fae35616aeb8413b7c7aebe0",
      true },
    { "the other of order 8",
      "57119fd0dd4e22d8868e1c58c45c44045bef839c55b1d0b1248c50a3bc959c5f", true },
    { "p - 1", "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec",
      true },
    { "p", "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed", true },
    { "p + 1", "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffee",
      true },
    { "p + 3", "7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0",
      false },
    { "2^255 - 1", "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      false },
    { "2", "2", false },
    { "the generator", "9", false },
    { "3 and bit 255, which is masked",
      "8000000000000000000000000000000000000000000000000000000000000003", false },
    { "all bits", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      false },
};

START_TEST(x25519_takes_what_rfc_7748_takes)
{
    ecc_pair_init(&w, ECC_CURVES - 1);
    const char *what = x25519_points[_i].what;
    uint8_t u[32];
    mbedtls_ecp_point P;
    mbedtls_mpi fast;
    mbedtls_mpi own;
    mbedtls_ecp_point_init(&P);
    mbedtls_mpi_init(&fast);
    mbedtls_mpi_init(&own);
    OK(mbedtls_mpi_read_string(&own, 16, x25519_points[_i].u));
    OK(mbedtls_mpi_write_binary_le(&own, u, sizeof(u)));
    OK(mbedtls_ecp_point_read_binary(&w.fast, &P, u, sizeof(u)));
    int rc =
        mbedtls_ecdh_compute_shared(&w.fast, &fast, &P, &w.d, random_callback, NULL);
    ck_assert_msg((rc != 0) == x25519_points[_i].refused, "%s: %d", what, rc);
    if (rc == 0) {
        OK(mbedtls_ecdh_compute_shared(&w.own, &own, &P, &w.d, random_callback, NULL));
        ck_assert_msg(mbedtls_mpi_cmp_mpi(&fast, &own) == 0, "%s", what);
        ck_assert_int_ne(mbedtls_mpi_cmp_int(&fast, 0), 0);
        /* one that came in another way, not masked */
        OK(mbedtls_mpi_read_string(&P.X, 16, x25519_points[_i].u));
        mul_both(&w.d, &P, what);
    }
    mbedtls_mpi_free(&own);
    mbedtls_mpi_free(&fast);
    mbedtls_ecp_point_free(&P);
    ecc_pair_finish(&w);
}
END_TEST

/* RFC 7748 5.2, first vector: a known answer, for either arithmetic. */
START_TEST(x25519_known_answer)
{
    static const char k[] =
        "449a44ba44226a50185afcc10a4c1462dd5e46824b15163b9d7c52f06be346a0";
    static const char u[] =
        "4c1cabd0a603a9103b35b326ec2466727c5fb124a4c19435db3030586768dbe6";
    static const char product[] =
        "5285a2775507b454f7711c4903cfec324f088df24dea948e90c6e99d3755dac3";
    ecc_pair_init(&w, ECC_CURVES - 1);
    mbedtls_mpi m;
    mbedtls_mpi expected;
    mbedtls_ecp_point P;
    mbedtls_mpi_init(&m);
    mbedtls_mpi_init(&expected);
    mbedtls_ecp_point_init(&P);
    /* the RFC's bytes, turned around and the scalar clamped */
    OK(mbedtls_mpi_read_string(&m, 16, k));
    OK(mbedtls_mpi_read_string(&P.X, 16, u));
    OK(mbedtls_mpi_read_string(&expected, 16, product));
    OK(mbedtls_mpi_set_bit(&P.X, 255, 0));
    OK(mbedtls_mpi_lset(&P.Z, 1));
    OK(mbedtls_ecp_mul(&w.fast, &P, &m, &P, random_callback, NULL));
    ck_assert_int_eq(mbedtls_mpi_cmp_mpi(&P.X, &expected), 0);
    mbedtls_ecp_point_free(&P);
    mbedtls_mpi_free(&expected);
    mbedtls_mpi_free(&m);
    ecc_pair_finish(&w);
}
END_TEST

/* ---- RSA */

static const unsigned rsa_bits[] = { 1024, 1536, 2048, 3072 };

START_TEST(rsa_private_operations_are_right)
{
    mbedtls_rsa_context rsa;
    uint8_t in[512] = { 0 };
    uint8_t out[512];
    uint8_t back[512];
    mbedtls_rsa_init(&rsa);
    OK(mbedtls_rsa_gen_key(&rsa, random_callback, NULL, rsa_bits[_i], 65537));
    size_t len = mbedtls_rsa_get_len(&rsa);
    for (int i = 0; i < N_RANDOM; i++) {
        OK(random_callback(NULL, in, len));
        in[0] = 0;
        if (i < 2) { /* 0 and 1 */
            memset(in, 0, len);
            in[len - 1] = (uint8_t)i;
        }
        if (i == 2) { /* p: no inverse, and 0 in half of the arithmetic */
            OK(mbedtls_mpi_write_binary(&rsa.P, in, len));
        }
        OK(mbedtls_rsa_private(&rsa, random_callback, NULL, in, out));
        OK(mbedtls_rsa_public(&rsa, out, back));
        ck_assert_mem_eq(in, back, len);
        ck_assert(i > 1 || memcmp(in, out, len) == 0);
    }
    OK(mbedtls_mpi_write_binary(&rsa.N, in, len));
    ck_assert_int_ne(mbedtls_rsa_private(&rsa, random_callback, NULL, in, out), 0);
    /* a fault in the private key never becomes a signature that gives the key away */
    OK(mbedtls_mpi_add_int(&rsa.DP, &rsa.DP, 2));
    in[0] = 0;
    ck_assert_int_eq(mbedtls_rsa_private(&rsa, random_callback, NULL, in, out),
                     MBEDTLS_ERR_RSA_VERIFY_FAILED);
    mbedtls_rsa_free(&rsa);
}
END_TEST

/* Whatever takes memory by malloc, and not by mbedtls_calloc (--wrap=malloc). */
static _Atomic size_t n_mallocs;
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
    n_mallocs++;
    return __real_malloc(size);
}

/* ---- who computes */

/* Nettle's curves take their memory from GMP, and we give GMP another one at the first
 * use; nothing else in this program does. */
START_TEST(nettle_computes_if_it_is_to)
{
#if defined(CERTGATE_ECC_NETTLE)
    void *(*allocate)(size_t);
    ecc_pair_init(&w, _i);
    mp_get_memory_functions(&allocate, NULL, NULL);
    ck_assert(allocate != gmps_own);
    ecc_pair_finish(&w);
#endif
}
END_TEST

/* ---- memory */

/* GMP ends the program when it gets no memory: so it never asks for any. */
START_TEST(curves_take_no_memory_from_malloc)
{
    ecc_pair_init(&w, _i);
    uint8_t hash[64] = { 1, 2, 3 };
    mbedtls_mpi r;
    mbedtls_mpi s;
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    mul_both(&w.d, &w.Q, "before");
    size_t before = n_mallocs;
    int rc = mbedtls_ecp_mul(&w.fast, &w.Q, &w.d, &w.fast.G, random_callback, NULL);
    rc |= mbedtls_ecp_mul(&w.fast, &w.Q, &w.d, &w.Q, random_callback, NULL);
    rc |= mbedtls_ecp_mul(&w.fast, &w.Q, &w.d, &w.fast.G, random_callback, NULL);
    if (_i < ECC_ECDSA_CURVES) {
        rc |= mbedtls_ecdsa_sign(&w.fast, &r, &s, &w.d, hash, sizeof(hash),
                                 random_callback, NULL);
        rc |= mbedtls_ecdsa_verify(&w.fast, hash, sizeof(hash), &w.Q, &r, &s);
    }
    size_t after = n_mallocs;
    OK(rc);
    ck_assert_uint_eq(after, before);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    ecc_pair_finish(&w);
}
END_TEST

#define STACK_SIZE (256 * 1024)

enum use { MULTIPLY_G, MULTIPLY_Q, SIGN, USES };

static void *use_the_key(void *argument)
{
    const enum use *use = argument;
    uint8_t hash[32] = { 9 };
    mbedtls_mpi r;
    mbedtls_mpi s;
    mbedtls_ecp_point R;
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    mbedtls_ecp_point_init(&R);
    if (*use != SIGN) {
        const mbedtls_ecp_point *P = *use == MULTIPLY_G ? &w.fast.G : &w.Q;
        OK(mbedtls_ecp_mul(&w.fast, &R, &w.d, P, random_callback, NULL));
    } else if (w.fast.G.Y.p != NULL) {
        OK(mbedtls_ecdsa_sign(&w.fast, &r, &s, &w.d, hash, sizeof(hash),
                              random_callback, NULL));
    }
    mbedtls_ecp_point_free(&R);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    return NULL;
}

/* A thread has its stack from us, and we have a second look at the same memory (to
 * valgrind, a stack that was left is out of bounds). */
START_TEST(no_private_key_stays_on_the_stack)
{
    ecc_pair_init(&w, _i / USES);
    enum use use = (enum use)(_i % USES);
    FILE *memory = tmpfile();
    ck_assert_ptr_nonnull(memory);
    OK(ftruncate(fileno(memory), STACK_SIZE));
    void *views[2];
    for (int i = 0; i < 2; i++) {
        views[i] = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
                        fileno(memory), 0);
        ck_assert_ptr_ne(views[i], MAP_FAILED);
    }
    pthread_attr_t attr;
    pthread_t thread;
    OK(pthread_attr_init(&attr));
    OK(pthread_attr_setstack(&attr, views[0], STACK_SIZE));
    OK(pthread_create(&thread, &attr, use_the_key, &use));
    OK(pthread_join(thread, NULL));
    OK(pthread_attr_destroy(&attr));
    const uint8_t *stack = views[1];
    uint8_t key[16];
    memcpy(key, w.d.p, sizeof(key)); /* the low limbs, as they lie in memory */
    size_t used = 0;
    size_t found = 0;
    for (size_t i = 0; i + sizeof(key) <= STACK_SIZE; i++) {
        used += stack[i] != 0;
        found += stack[i] == key[0] && memcmp(stack + i, key, sizeof(key)) == 0;
    }
    ck_assert_uint_eq(found, 0);
    ck_assert_uint_gt(used, 0); /* it was that stack */
    OK(munmap(views[0], STACK_SIZE));
    OK(munmap(views[1], STACK_SIZE));
    fclose(memory);
    ecc_pair_finish(&w);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("ecc");
#if defined(CERTGATE_ECC_NETTLE)
    mp_get_memory_functions(&gmps_own, NULL, NULL);
#endif
    TCase *tc = tcase_create("curves");
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, products_are_mbedtls_own, 0, ECC_CURVES);
    tcase_add_loop_test(tc, points_off_the_curve_are_refused, 0, ECC_ECDSA_CURVES);
    tcase_add_loop_test(tc, x25519_takes_what_rfc_7748_takes, 0,
                        (int)ARRAY_LEN(x25519_points));
    tcase_add_test(tc, x25519_known_answer);
    suite_add_tcase(suite, tc);
    tc = tcase_create("choice");
    tcase_add_loop_test(tc, nettle_computes_if_it_is_to, 0, 3);
    suite_add_tcase(suite, tc);
    tc = tcase_create("rsa");
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, rsa_private_operations_are_right, 0,
                        (int)ARRAY_LEN(rsa_bits));
    suite_add_tcase(suite, tc);
    tc = tcase_create("memory");
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, curves_take_no_memory_from_malloc, 0, ECC_CURVES);
    tcase_add_loop_test(tc, no_private_key_stays_on_the_stack, 0, USES * ECC_CURVES);
    suite_add_tcase(suite, tc);
    return suite;
}
