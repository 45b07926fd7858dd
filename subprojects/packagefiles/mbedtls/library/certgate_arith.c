/* SPDX-License-Identifier: MIT */
#include "common.h"

#include "certgate_arith.h"

#if defined(CERTGATE_ECC_NETTLE)

/* What is called as mbedTLS's functions are has their parameters, by their names.
 * NOLINTBEGIN(readability-identifier-naming) */

#include "mbedtls/platform.h"
#include "mbedtls/platform_util.h"

#include <gmp.h>
#include <nettle/curve25519.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>
#include <nettle/ecdsa.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(MBEDTLS_ECP_RESTARTABLE) || !defined(MBEDTLS_THREADING_PTHREAD)
#error "certgate_arith.c was written for POSIX threads and operations in one go"
#endif

_Static_assert(sizeof(mp_limb_t) == sizeof(mbedtls_mpi_uint) && GMP_NAIL_BITS == 0,
               "mbedTLS and GMP agree on what a limb is");

/* P-521, the largest curve. */
#define LIMBS_MAX ((521 + GMP_NUMB_BITS - 1) / GMP_NUMB_BITS)

/* ---- memory
 *
 * GMP ends the program when it gets no memory, does not wipe what it frees, and Nettle
 * asks it for the scratch space of a multiplication. So all of that lies in an arena on
 * the stack, for as long as one of our calls lasts. GMP calls of anybody else in this
 * process go to malloc, as they did.
 */

/* Nettle's largest use is a multiplication on P-521: 4.3 KB;
 * tests/unit/lib/pki/test_ecc.c sees that nothing is ever taken from malloc. */
#define ARENA_SIZE ((size_t)8192)

struct arena {
    size_t used;
    size_t touched; /* the most that was ever used: what has to be wiped */
    _Alignas(16) unsigned char bytes[ARENA_SIZE];
};

static _Thread_local struct arena *arena; /* of the call under way */
static pthread_once_t hooks_once = PTHREAD_ONCE_INIT;

static int is_in_arena(const void *p)
{
    uintptr_t address = (uintptr_t)p;
    return arena != NULL && address >= (uintptr_t)arena->bytes &&
           address < (uintptr_t)arena->bytes + ARENA_SIZE;
}

static size_t rounded(size_t size)
{
    return (size + 15) & ~(size_t)15;
}

static void *hook_alloc(size_t size)
{
    if (arena != NULL && size <= ARENA_SIZE - arena->used) {
        void *p = arena->bytes + arena->used;
        arena->used += rounded(size);
        if (arena->touched < arena->used) {
            arena->touched = arena->used;
        }
        return p;
    }
    void *p = malloc(size);
    if (p == NULL) {
        abort(); /* GMP's own way: it has no other */
    }
    return p;
}

static void hook_free(void *p, size_t size)
{
    if (!is_in_arena(p)) {
        mbedtls_platform_zeroize(p, size);
        /* None of the arena. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
        free(p);
    } else if ((unsigned char *)p + rounded(size) == arena->bytes + arena->used) {
        arena->used -= rounded(size);
    }
}

static void *hook_realloc(void *p, size_t old_size, size_t new_size)
{
    void *moved = hook_alloc(new_size);
    memcpy(moved, p, old_size < new_size ? old_size : new_size);
    hook_free(p, old_size);
    return moved;
}

static void set_hooks(void)
{
    mp_set_memory_functions(hook_alloc, hook_realloc, hook_free);
}

static void arena_enter(struct arena *mine)
{
    mine->used = 0;
    mine->touched = 0;
    pthread_once(&hooks_once, set_hooks);
    arena = mine;
}

static void arena_leave(void)
{
    mbedtls_platform_zeroize(arena->bytes, arena->touched);
    arena = NULL;
}

/* ---- numbers */

/* Writes a number that is not negative into `n` limbs; 0: it does not fit. */
static int get_limbs(mp_limb_t *limbs, size_t n, const mbedtls_mpi *x)
{
    if (x->s < 0) {
        return 0;
    }
    for (size_t i = n; i < x->n; i++) {
        if (x->p[i] != 0) {
            return 0;
        }
    }
    for (size_t i = 0; i < n; i++) {
        limbs[i] = i < x->n ? x->p[i] : 0;
    }
    return 1;
}

static int set_limbs(mbedtls_mpi *x, const mp_limb_t *limbs, size_t n)
{
    int ret = mbedtls_mpi_grow(x, n);
    if (ret != 0) {
        return ret;
    }
    memset(x->p, 0, x->n * sizeof(*x->p));
    memcpy(x->p, limbs, n * sizeof(*limbs));
    x->s = 1;
    return 0;
}

/* ---- curves */

static const struct ecc_curve *find_curve(const mbedtls_ecp_group *grp)
{
    switch (grp->id) {
    case MBEDTLS_ECP_DP_SECP256R1:
        return nettle_get_secp_256r1();
    case MBEDTLS_ECP_DP_SECP384R1:
        return nettle_get_secp_384r1();
    case MBEDTLS_ECP_DP_SECP521R1:
        return nettle_get_secp_521r1();
    default:
        return NULL;
    }
}

/* A finite point with coordinates that mbedTLS keeps affine, on the curve. */
static int set_point(struct ecc_point *point, const mbedtls_ecp_point *P)
{
    mp_limb_t x[LIMBS_MAX];
    mp_limb_t y[LIMBS_MAX];
    mpz_t mx;
    mpz_t my;
    size_t n = (size_t)ecc_size(point->ecc);

    return mbedtls_mpi_cmp_int(&P->Z, 1) == 0 && get_limbs(x, n, &P->X) &&
           get_limbs(y, n, &P->Y) &&
           ecc_point_set(point, mpz_roinit_n(mx, x, (mp_size_t)n),
                         mpz_roinit_n(my, y, (mp_size_t)n));
}

static int set_coordinate(mbedtls_mpi *coordinate, const mpz_t value)
{
    return set_limbs(coordinate, mpz_limbs_read(value), mpz_size(value));
}

static int get_point(mbedtls_ecp_point *R, const struct ecc_point *point)
{
    mpz_t x;
    mpz_t y;
    mpz_init(x);
    mpz_init(y);
    ecc_point_get(point, x, y);
    int ret = set_coordinate(&R->X, x);
    if (ret == 0) {
        ret = set_coordinate(&R->Y, y);
    }
    if (ret == 0) {
        ret = mbedtls_mpi_lset(&R->Z, 1);
    }
    mpz_clear(y);
    mpz_clear(x);
    return ret;
}

static int is_generator(const mbedtls_ecp_group *grp, const mbedtls_ecp_point *P)
{
    return mbedtls_mpi_cmp_mpi(&P->X, &grp->G.X) == 0 &&
           mbedtls_mpi_cmp_mpi(&P->Y, &grp->G.Y) == 0 &&
           mbedtls_mpi_cmp_mpi(&P->Z, &grp->G.Z) == 0;
}

static int mul_weierstrass(const struct ecc_curve *curve, const mbedtls_ecp_group *grp,
                           mbedtls_ecp_point *R, const mbedtls_mpi *m,
                           const mbedtls_ecp_point *P)
{
    int ret = CERTGATE_ARITH_NOT_OURS;
    struct arena mine;
    struct ecc_scalar scalar;
    struct ecc_point point;
    mp_limb_t limbs[LIMBS_MAX];
    mpz_t mm;
    size_t n = (size_t)ecc_size(curve);

    arena_enter(&mine);
    ecc_scalar_init(&scalar, curve);
    ecc_point_init(&point, curve);
    if (get_limbs(limbs, n, m) &&
        ecc_scalar_set(&scalar, mpz_roinit_n(mm, limbs, (mp_size_t)n))) {
        if (is_generator(grp, P)) {
            ecc_point_mul_g(&point, &scalar);
            ret = get_point(R, &point);
        } else if (set_point(&point, P)) {
            ecc_point_mul(&point, &scalar, &point);
            ret = get_point(R, &point);
        }
    }
    ecc_point_clear(&point);
    ecc_scalar_clear(&scalar);
    arena_leave();
    mbedtls_platform_zeroize(limbs, sizeof(limbs));
    return ret;
}

/* mbedTLS does not mask bit 255 of u here, RFC 7748 does: such a u is not ours, nor a
 * point of low order, which leads to zero. */
static int mul_x25519(mbedtls_ecp_group *grp, mbedtls_ecp_point *R,
                      const mbedtls_mpi *m, const mbedtls_ecp_point *P)
{
    int ret = CERTGATE_ARITH_NOT_OURS;
    struct arena mine;
    unsigned char scalar[CURVE25519_SIZE];
    unsigned char u[CURVE25519_SIZE];
    unsigned char product[CURVE25519_SIZE];
    unsigned char any = 0;

    if (mbedtls_ecp_check_privkey(grp, m) != 0 ||
        mbedtls_ecp_check_pubkey(grp, P) != 0 ||
        mbedtls_mpi_write_binary_le(m, scalar, sizeof(scalar)) != 0 ||
        mbedtls_mpi_write_binary_le(&P->X, u, sizeof(u)) != 0 ||
        (u[CURVE25519_SIZE - 1] & 0x80) != 0) {
        mbedtls_platform_zeroize(scalar, sizeof(scalar));
        return ret;
    }
    arena_enter(&mine);
    if (mbedtls_mpi_cmp_mpi(&P->X, &grp->G.X) == 0) {
        curve25519_mul_g(product, scalar);
    } else {
        curve25519_mul(product, scalar, u);
    }
    arena_leave();
    for (size_t i = 0; i < sizeof(product); i++) {
        any |= product[i];
    }
    if (any != 0) {
        ret = mbedtls_mpi_read_binary_le(&R->X, product, sizeof(product));
        if (ret == 0) {
            ret = mbedtls_mpi_lset(&R->Z, 1);
        }
        mbedtls_mpi_free(&R->Y);
    }
    mbedtls_platform_zeroize(scalar, sizeof(scalar));
    mbedtls_platform_zeroize(product, sizeof(product));
    return ret;
}

int certgate_ecp_mul(mbedtls_ecp_group *grp, mbedtls_ecp_point *R, const mbedtls_mpi *m,
                     const mbedtls_ecp_point *P)
{
    if (grp->id == MBEDTLS_ECP_DP_CURVE25519) {
        return mul_x25519(grp, R, m, P);
    }
    const struct ecc_curve *curve = find_curve(grp);
    return curve == NULL ? CERTGATE_ARITH_NOT_OURS
                         : mul_weierstrass(curve, grp, R, m, P);
}

/* ---- ECDSA */

/* As often as mbedTLS tries: in practice the first time does. */
#define SIGN_TRIES_MAX 10

/* NOLINTNEXTLINE(readability-function-size): its eight parameters */
int certgate_ecdsa_sign(mbedtls_ecp_group *grp, mbedtls_mpi *r, mbedtls_mpi *s,
                        const mbedtls_mpi *d, const unsigned char *buf, size_t blen,
                        int (*f_rng)(void *, unsigned char *, size_t), void *p_rng)
{
    int ret = MBEDTLS_ERR_ECP_RANDOM_FAILED;
    const struct ecc_curve *curve = find_curve(grp);
    struct arena mine;
    mbedtls_mpi k;
    mp_limb_t key[LIMBS_MAX];
    mp_limb_t nonce[LIMBS_MAX];
    mp_limb_t rs[2][LIMBS_MAX];

    if (curve == NULL) {
        return CERTGATE_ARITH_NOT_OURS;
    }
    size_t n = (size_t)ecc_size(curve);
    if (!get_limbs(key, n, d)) {
        return CERTGATE_ARITH_NOT_OURS;
    }
    mbedtls_mpi_init(&k);
    arena_enter(&mine);
    mp_size_t itch = ecc_ecdsa_sign_itch(curve);
    mp_limb_t *scratch = hook_alloc((size_t)itch * sizeof(*scratch));
    for (int tries = 0; tries <= SIGN_TRIES_MAX; tries++) {
        int rc = mbedtls_ecp_gen_privkey(grp, &k, f_rng, p_rng);
        if (rc != 0) {
            ret = rc;
            break;
        }
        (void)get_limbs(nonce, n, &k); /* it is below the curve's order, so it fits */
        ecc_ecdsa_sign(curve, key, nonce, blen, buf, rs[0], rs[1], scratch);
        if (!mpn_zero_p(rs[0], (mp_size_t)n) && !mpn_zero_p(rs[1], (mp_size_t)n)) {
            ret = set_limbs(r, rs[0], n);
            if (ret == 0) {
                ret = set_limbs(s, rs[1], n);
            }
            break;
        }
    }
    hook_free(scratch, (size_t)itch * sizeof(*scratch));
    arena_leave();
    mbedtls_mpi_free(&k);
    mbedtls_platform_zeroize(key, sizeof(key));
    mbedtls_platform_zeroize(nonce, sizeof(nonce));
    return ret;
}

int certgate_ecdsa_verify(const mbedtls_ecp_group *grp, const unsigned char *buf,
                          size_t blen, const mbedtls_ecp_point *Q, const mbedtls_mpi *r,
                          const mbedtls_mpi *s)
{
    const struct ecc_curve *curve = find_curve(grp);
    struct arena mine;
    struct ecc_point point;
    mp_limb_t rs[2][LIMBS_MAX];
    int is_valid = 0;

    if (curve == NULL) {
        return CERTGATE_ARITH_NOT_OURS;
    }
    size_t n = (size_t)ecc_size(curve);
    arena_enter(&mine);
    ecc_point_init(&point, curve);
    if (get_limbs(rs[0], n, r) && get_limbs(rs[1], n, s) && set_point(&point, Q)) {
        mp_size_t itch = ecc_ecdsa_verify_itch(curve);
        mp_limb_t *scratch = hook_alloc((size_t)itch * sizeof(*scratch));
        is_valid = ecc_ecdsa_verify(curve, point.p, blen, buf, rs[0], rs[1], scratch);
        hook_free(scratch, (size_t)itch * sizeof(*scratch));
    }
    ecc_point_clear(&point);
    arena_leave();
    return is_valid ? 0 : CERTGATE_ARITH_NOT_OURS;
}

/* ---- RSA */

/* The limbs that are in use. */
static size_t length_of(const mbedtls_mpi *x)
{
    size_t n = x->n;
    while (n > 0 && x->p[n - 1] == 0) {
        n--;
    }
    return n;
}

int certgate_exp_mod(mbedtls_mpi *X, const mbedtls_mpi *A, const mbedtls_mpi *E,
                     const mbedtls_mpi *N)
{
    size_t a_len = length_of(A);
    size_t n_len = length_of(N);
    size_t e_bits = mbedtls_mpi_bitlen(E);
    if (A->s < 0 || E->s < 0 || N->s < 0 || a_len == 0 || e_bits == 0 || n_len == 0 ||
        (N->p[0] & 1) == 0) {
        return CERTGATE_ARITH_NOT_OURS;
    }
    size_t itch = (size_t)mpn_sec_powm_itch((mp_size_t)a_len, e_bits, (mp_size_t)n_len);
    mp_limb_t *scratch = mbedtls_calloc(itch + n_len, sizeof(*scratch));
    if (scratch == NULL) {
        return MBEDTLS_ERR_MPI_ALLOC_FAILED;
    }
    mpn_sec_powm(scratch + itch, (const mp_limb_t *)A->p, (mp_size_t)a_len,
                 (const mp_limb_t *)E->p, e_bits, (const mp_limb_t *)N->p,
                 (mp_size_t)n_len, scratch);
    int ret = set_limbs(X, scratch + itch, n_len);
    mbedtls_zeroize_and_free(scratch, (itch + n_len) * sizeof(*scratch));
    return ret;
}

/* NOLINTEND(readability-identifier-naming) */

#endif /* CERTGATE_ECC_NETTLE */
