/* SPDX-License-Identifier: MIT
 *
 * What a server staples: the word of the CA that issued its certificate, or nothing.
 */
#include "base/mem.h"
#include "chain/ocsp_signer.h"
#include "forge/forge_staple.h"
#include "pki/crl.h"
#include "pki/ocsp.h"
#include "support/check_main.h"
#include "support/world.h"

#include <stdlib.h>
#include <string.h>

/* Of a case's certificate, as if a server had it. */
static int staple(const char *case_name, const char *issuer, struct buf *out,
                  struct certificate **ret_cert, struct err *err)
{
    const struct recipe *recipe =
        recipe_find(&forge_book(world_get())->cases, case_name);
    struct forge_credential credential;

    ck_assert_int_eq(forge_case(world_get(), recipe, WORLD_NOW, &credential, err), 0);
    *ret_cert = certificate_create(buf_slice(&credential.chain[0]));
    forge_credential_finish(&credential);
    return forge_staple(world_get(), *ret_cert, forge_authority(world_get(), issuer),
                        WORLD_NOW, out, err);
}

static const struct {
    const char *name;
    enum ocsp_cert_status status;
    unsigned reason;
} rows[] = {
    { "good", OCSP_GOOD, 0 },
    { "revoked", OCSP_REVOKED, CRL_REASON_KEY_COMPROMISE },
    { "on-hold", OCSP_REVOKED, CRL_REASON_CERTIFICATE_HOLD },
};

START_TEST(staple_says_what_the_ca_says)
{
    struct err err = ERR_INIT;
    struct buf der = BUF_EMPTY;
    struct certificate *cert;
    struct ocsp_single single;
    const struct certificate *issuer = forge_authority(world_get(), "issuing");

    ck_assert_int_eq(staple(rows[_i].name, "issuing", &der, &cert, &err), 0);
    struct ocsp_response *response = ocsp_response_create(buf_slice(&der));
    ck_assert_ptr_null(response->malformed);
    ck_assert_uint_eq(response->status, OCSP_SUCCESSFUL);
    ck_assert(ocsp_find(response, cert->serial, issuer, &single));
    ck_assert_int_eq((int)single.status, (int)rows[_i].status);
    ck_assert_uint_eq(single.reason, rows[_i].reason);
    ck_assert_int_eq(response->produced_at, WORLD_NOW);
    ck_assert_int_eq(single.this_update, WORLD_NOW - 3600);
    ck_assert_int_eq(single.next_update, WORLD_NOW + FORGE_STAPLE_LIFETIME);
    ck_assert(key_verify(issuer->spki, response->signature_alg,
                         response->signature_params, response->tbs,
                         response->signature) == SIGNATURE_GOOD);
    ocsp_response_destroy(response);
    certificate_destroy(cert);
    buf_finish(&der);
}
END_TEST

/* A CA of the same name and key, but of another world: no word of it. */
START_TEST(staple_of_a_stranger_is_none)
{
    struct err err = ERR_INIT;
    struct buf der = BUF_EMPTY;
    struct forge_world *other;

    ck_assert_int_eq(forge_world_create(WORLD_NOW, &other, &err), 0);
    const struct certificate *issuer = forge_authority(world_get(), "issuing");
    ck_assert_int_eq(forge_staple(other, issuer, issuer, WORLD_NOW, &der, &err), 0);
    ck_assert_uint_eq(der.len, 0);
    forge_world_destroy(other);
}
END_TEST

START_TEST(staple_without_memory)
{
    for (size_t n = 1;; n++) {
        struct err err = ERR_INIT;
        struct buf der = BUF_EMPTY;
        struct certificate *cert;
        const struct certificate *issuer = forge_authority(world_get(), "issuing");
        ck_assert_int_eq(staple("good", "issuing", &der, &cert, &err), 0);
        buf_finish(&der);
        der = (struct buf)BUF_EMPTY;
        mem_fail_after(n);
        int result = forge_staple(world_get(), cert, issuer, WORLD_NOW, &der, &err);
        mem_fail_after(0);
        certificate_destroy(cert);
        bool is_whole = result == 0 && buf_ok(&der);
        buf_finish(&der);
        if (is_whole) {
            ck_assert_uint_gt(n, 3);
            return;
        }
        ck_assert_msg(result == -1 && err.domain != ERR_NONE, "allocation %zu", n);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("forge_staple");
    TCase *t = tcase_create("staple");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, staple_says_what_the_ca_says, 0, (int)ARRAY_LEN(rows));
    tcase_add_test(t, staple_of_a_stranger_is_none);
    tcase_add_test(t, staple_without_memory);
    suite_add_tcase(s, t);
    return s;
}
