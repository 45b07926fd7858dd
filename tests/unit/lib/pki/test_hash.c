/* SPDX-License-Identifier: MIT
 *
 * mbedTLS with the inner functions of -Decc: hashes, held to the third example of
 * FIPS 180-2 and RFC 3174, a million times "a".
 */
#include "base/compiler.h"
#include "support/check_main.h"

#include <mbedtls/md.h>
#include <stdio.h>
#include <string.h>

static const struct {
    mbedtls_md_type_t type;
    const char *digest;
} hashes[] = {
    { MBEDTLS_MD_MD5, "7707d6ae4e027c70eea2a935c2296f21" },
    { MBEDTLS_MD_SHA1, "34aa973cd4c4daa4f61eeb2bdbad27316534016f" },
    { MBEDTLS_MD_SHA224, "20794655980c91d8bbb4c1ea97618a4bf03f42581948b2ee4ee7ad67" },
    { MBEDTLS_MD_SHA256,
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
    { MBEDTLS_MD_SHA384,
      "9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b"
      "07b8b3dc38ecc4ebae97ddd87f3d8985" },
    { MBEDTLS_MD_SHA512,
      "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
      "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b" },
};

START_TEST(hashes_are_right)
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(hashes[_i].type);
    uint8_t piece[300]; /* several blocks, and ends in the midst of one */
    uint8_t digest[MBEDTLS_MD_MAX_SIZE];
    char text[2 * MBEDTLS_MD_MAX_SIZE + 1];
    mbedtls_md_context_t md;

    memset(piece, 'a', sizeof(piece));
    mbedtls_md_init(&md);
    ck_assert_int_eq(mbedtls_md_setup(&md, info, 0), 0);
    ck_assert_int_eq(mbedtls_md_starts(&md), 0);
    for (size_t left = 1000000, n = 1; left > 0; left -= n) {
        n = n % sizeof(piece) + 1;
        n = n < left ? n : left;
        ck_assert_int_eq(mbedtls_md_update(&md, piece, n), 0);
    }
    ck_assert_int_eq(mbedtls_md_finish(&md, digest), 0);
    mbedtls_md_free(&md);
    for (size_t i = 0; i < mbedtls_md_get_size(info); i++) {
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }
    ck_assert_str_eq(text, hashes[_i].digest);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("hash");
    TCase *tc = tcase_create("known answers");
    tcase_add_loop_test(tc, hashes_are_right, 0, (int)ARRAY_LEN(hashes));
    suite_add_tcase(suite, tc);
    return suite;
}
