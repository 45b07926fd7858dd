/* SPDX-License-Identifier: MIT */
#include "pki/key_dsa.h"

#include "pki/der.h"

#include <mbedtls/bignum.h>

enum number { P, Q, G, Y, R, S, W, U1, U2, V, T, NUMBERS };

struct numbers {
    mbedtls_mpi n[NUMBERS];
};

static bool read_number(struct numbers *numbers, enum number which, struct slice *from)
{
    struct slice bytes;
    return der_read(from, DER_INTEGER, &bytes) && bytes.len > 0 &&
           bytes.len <= KEY_DSA_BITS_MAX / 8 + 1 && bytes.data[0] < 0x80 &&
           mbedtls_mpi_read_binary(&numbers->n[which], bytes.data, bytes.len) == 0;
}

/* The content of the one SEQUENCE that `der` is, as so many numbers. */
static bool read_numbers(struct numbers *numbers, struct slice der, enum number first,
                         size_t n)
{
    struct slice content;
    if (!der_read(&der, DER_SEQUENCE, &content) || der.len != 0) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!read_number(numbers, (enum number)(first + i), &content)) {
            return false;
        }
    }
    return content.len == 0;
}

static bool is_between_0_and(const mbedtls_mpi *number, const mbedtls_mpi *end)
{
    return mbedtls_mpi_cmp_int(number, 0) > 0 && mbedtls_mpi_cmp_mpi(number, end) < 0;
}

/* Odd moduli are what can be computed with; that they are prime is the key's affair. */
static bool is_sane(struct numbers *numbers)
{
    mbedtls_mpi *n = numbers->n;
    size_t p_bits = mbedtls_mpi_bitlen(&n[P]);
    size_t q_bits = mbedtls_mpi_bitlen(&n[Q]);
    return p_bits >= KEY_DSA_BITS_MIN && p_bits <= KEY_DSA_BITS_MAX && q_bits >= 160 &&
           q_bits <= 256 && q_bits % 8 == 0 && mbedtls_mpi_get_bit(&n[P], 0) == 1 &&
           mbedtls_mpi_get_bit(&n[Q], 0) == 1 && is_between_0_and(&n[G], &n[P]) &&
           is_between_0_and(&n[Y], &n[P]);
}

/* V = (G^U1 * Y^U2 mod P) mod Q, where U1 = digest / S and U2 = R / S (mod Q). */
static bool compute(struct numbers *numbers, struct slice digest)
{
    mbedtls_mpi *n = numbers->n;
    size_t q_len = mbedtls_mpi_size(&n[Q]);
    size_t len = digest.len < q_len ? digest.len : q_len;
    return mbedtls_mpi_inv_mod(&n[W], &n[S], &n[Q]) == 0 &&
           mbedtls_mpi_read_binary(&n[T], digest.data, len) == 0 &&
           mbedtls_mpi_mul_mpi(&n[U1], &n[T], &n[W]) == 0 &&
           mbedtls_mpi_mod_mpi(&n[U1], &n[U1], &n[Q]) == 0 &&
           mbedtls_mpi_mul_mpi(&n[U2], &n[R], &n[W]) == 0 &&
           mbedtls_mpi_mod_mpi(&n[U2], &n[U2], &n[Q]) == 0 &&
           mbedtls_mpi_exp_mod(&n[V], &n[G], &n[U1], &n[P], NULL) == 0 &&
           mbedtls_mpi_exp_mod(&n[T], &n[Y], &n[U2], &n[P], NULL) == 0 &&
           mbedtls_mpi_mul_mpi(&n[V], &n[V], &n[T]) == 0 &&
           mbedtls_mpi_mod_mpi(&n[V], &n[V], &n[P]) == 0 &&
           mbedtls_mpi_mod_mpi(&n[V], &n[V], &n[Q]) == 0;
}

enum signature_result key_dsa_verify(struct slice params, struct slice key,
                                     struct slice digest, struct slice signature)
{
    struct numbers numbers;
    enum signature_result result = SIGNATURE_UNSUPPORTED;
    for (size_t i = 0; i < NUMBERS; i++) {
        mbedtls_mpi_init(&numbers.n[i]);
    }
    if (read_numbers(&numbers, params, P, 3) && read_number(&numbers, Y, &key) &&
        key.len == 0 && is_sane(&numbers)) {
        bool good = read_numbers(&numbers, signature, R, 2) &&
                    is_between_0_and(&numbers.n[R], &numbers.n[Q]) &&
                    is_between_0_and(&numbers.n[S], &numbers.n[Q]) &&
                    compute(&numbers, digest) &&
                    mbedtls_mpi_cmp_mpi(&numbers.n[V], &numbers.n[R]) == 0;
        result = good ? SIGNATURE_GOOD : SIGNATURE_BAD;
    }
    for (size_t i = 0; i < NUMBERS; i++) {
        mbedtls_mpi_free(&numbers.n[i]);
    }
    return result;
}

size_t key_dsa_bits(struct slice params)
{
    struct slice content;
    struct slice p;
    if (!der_read(&params, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_INTEGER, &p)) {
        return 0;
    }
    return p.len > 0 && p.data[0] == 0 ? (p.len - 1) * 8 : p.len * 8;
}
