/* SPDX-License-Identifier: MIT */
#include "forge/forge_internal.h"

#include "base/mem.h"
#include "pki/random.h"

#include <mbedtls/error.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>

#define PUBLIC_EXPONENT  65537
#define WEAK_KEY_DER_MAX 1024

/* Two primes of half the length, and the values that follow from them: mbedTLS's own
 * generator refuses so short a key. */
static int make_weak_rsa(mbedtls_rsa_context *rsa)
{
    mbedtls_mpi p;
    mbedtls_mpi q;
    mbedtls_mpi e;
    mbedtls_mpi_init(&p);
    mbedtls_mpi_init(&q);
    mbedtls_mpi_init(&e);
    int rc = mbedtls_mpi_lset(&e, PUBLIC_EXPONENT);
    do { /* once in 65537 / 2 times the exponent does not fit the primes */
        rc = rc != 0 ? rc
                     : mbedtls_mpi_gen_prime(&p, RECIPE_WEAK_KEY_BITS / 2, 0,
                                             random_callback, NULL);
        rc = rc != 0 ? rc
                     : mbedtls_mpi_gen_prime(&q, RECIPE_WEAK_KEY_BITS / 2, 0,
                                             random_callback, NULL);
        rc = rc != 0 ? rc : mbedtls_rsa_import(rsa, NULL, &p, &q, NULL, &e);
        if (rc == 0 && mbedtls_rsa_complete(rsa) == 0) {
            break;
        }
    } while (rc == 0);
    mbedtls_mpi_free(&p);
    mbedtls_mpi_free(&q);
    mbedtls_mpi_free(&e);
    return rc;
}

static int generate_weak(struct key **ret_key, struct err *err)
{
    uint8_t room[WEAK_KEY_DER_MAX];
    mbedtls_pk_context pk;
    mbedtls_pk_init(&pk);
    int rc = mbedtls_pk_setup(&pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA));
    rc = rc != 0 ? rc : make_weak_rsa(mbedtls_pk_rsa(pk));
    rc = rc != 0 ? rc : mbedtls_pk_write_key_der(&pk, room, sizeof(room));
    mbedtls_pk_free(&pk);
    if (rc < 0) {
        char reason[200];
        mbedtls_strerror(rc, reason, sizeof(reason));
        return err_set_reason(err, ERR_MBEDTLS, rc, reason,
                              "cannot make a weak RSA key");
    }
    int result = key_parse((struct slice){ room + sizeof(room) - rc, (size_t)rc }, NULL,
                           "a weak RSA key", ret_key, err);
    mem_wipe(room, sizeof(room));
    return result;
}

int forge_key_generate(const struct recipe *recipe, struct key **ret_key,
                       struct err *err)
{
    return recipe->key_is_weak ? generate_weak(ret_key, err)
                               : key_generate(recipe->key_type, ret_key, err);
}
