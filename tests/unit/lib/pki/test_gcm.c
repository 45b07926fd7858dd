/* SPDX-License-Identifier: MIT
 *
 * AES-GCM of a whole record, which -Decc=nettle gives to Nettle: held to the examples
 * of McGrew and Viega's specification (cases 4, 10 and 16), and to mbedTLS's own, which
 * goes in steps, on random input of all lengths that are of interest.
 */
#include "base/compiler.h"
#include "base/text.h"
#include "pki/random.h"
#include "support/check_main.h"

#include <mbedtls/gcm.h>
#include <string.h>

#define KEY_128   "feffe9928665731c6d6a8f9467308308"
#define KEY_64    "feffe9928665731c"
#define IV        "cafebabefacedbaddecaf888"
#define ADDED     "feedfacedeadbeeffeedfacedeadbeefabaddad2"
#define IV_LEN    ((size_t)12)
#define TAG_LEN   ((size_t)16)
#define LEN_MAX   ((size_t)16384 + 256)
#define ADDED_MAX ((size_t)64)

static const char plain_text[] =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";

static size_t from_hex(const char *text, uint8_t *bytes, size_t size)
{
    size_t len;
    ck_assert(text_read_hex(text, bytes, size, &len));
    return len;
}

static void set_key(mbedtls_gcm_context *gcm, const uint8_t *key, size_t len)
{
    mbedtls_gcm_init(gcm);
    ck_assert_int_eq(
        mbedtls_gcm_setkey(gcm, MBEDTLS_CIPHER_ID_AES, key, (unsigned)len * 8), 0);
}

/* ---- known answers */

static const struct {
    const char *key;
    const char *tag;
} answers[] = {
    { KEY_128, "5bc94fbc3221a5db94fae95ae7121a47" },
    { KEY_128 KEY_64, "2519498e80f1478f37ba55bd6d27618c" },
    { KEY_128 KEY_128, "76fc6ece0f4e1768cddf8853bb2d551b" },
};

START_TEST(an_answer_is_right)
{
    mbedtls_gcm_context gcm;
    uint8_t key[32];
    uint8_t iv[IV_LEN];
    uint8_t added[ADDED_MAX];
    uint8_t text[64];
    uint8_t tag[TAG_LEN];
    uint8_t expected[TAG_LEN];
    size_t added_len = from_hex(ADDED, added, sizeof added);
    size_t len = from_hex(plain_text, text, sizeof text);

    from_hex(IV, iv, sizeof iv);
    from_hex(answers[_i].tag, expected, sizeof expected);
    set_key(&gcm, key, from_hex(answers[_i].key, key, sizeof key));
    ck_assert_int_eq(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, len, iv,
                                               IV_LEN, added, added_len, text, text,
                                               TAG_LEN, tag),
                     0);
    ck_assert_mem_eq(tag, expected, TAG_LEN);
    mbedtls_gcm_free(&gcm);
}
END_TEST

/* ---- beside mbedTLS's own steps */

static void in_steps(mbedtls_gcm_context *gcm, const uint8_t *iv, const uint8_t *added,
                     size_t added_len, const uint8_t *plain, size_t len, uint8_t *out,
                     uint8_t *tag)
{
    size_t n = 0;
    ck_assert_int_eq(mbedtls_gcm_starts(gcm, MBEDTLS_GCM_ENCRYPT, iv, IV_LEN), 0);
    ck_assert_int_eq(mbedtls_gcm_update_ad(gcm, added, added_len), 0);
    ck_assert_int_eq(mbedtls_gcm_update(gcm, plain, len, out, len, &n), 0);
    ck_assert_uint_eq(n, len);
    ck_assert_int_eq(mbedtls_gcm_finish(gcm, NULL, 0, &n, tag, TAG_LEN), 0);
}

static uint8_t plain[LEN_MAX];
static uint8_t own[LEN_MAX];
static uint8_t fast[LEN_MAX];

static void compare(mbedtls_gcm_context *gcm, size_t len, size_t added_len)
{
    uint8_t iv[IV_LEN];
    uint8_t added[ADDED_MAX];
    uint8_t own_tag[TAG_LEN];
    uint8_t tag[TAG_LEN];

    ck_assert_int_eq(random_callback(NULL, iv, sizeof iv), 0);
    ck_assert_int_eq(random_callback(NULL, added, sizeof added), 0);
    ck_assert_int_eq(random_callback(NULL, plain, sizeof plain), 0);
    in_steps(gcm, iv, added, added_len, plain, len, own, own_tag);
    ck_assert_int_eq(mbedtls_gcm_crypt_and_tag(gcm, MBEDTLS_GCM_ENCRYPT, len, iv,
                                               IV_LEN, added, added_len, plain, fast,
                                               TAG_LEN, tag),
                     0);
    ck_assert_msg(len == 0 || memcmp(own, fast, len) == 0, "%zu bytes", len);
    ck_assert_mem_eq(own_tag, tag, TAG_LEN);
    /* In place, as TLS does it. */
    ck_assert_int_eq(mbedtls_gcm_auth_decrypt(gcm, len, iv, IV_LEN, added, added_len,
                                              tag, TAG_LEN, fast, fast),
                     0);
    ck_assert(len == 0 || memcmp(plain, fast, len) == 0);
    tag[len % TAG_LEN] ^= 1;
    ck_assert_int_eq(mbedtls_gcm_auth_decrypt(gcm, len, iv, IV_LEN, added, added_len,
                                              tag, TAG_LEN, own, own),
                     MBEDTLS_ERR_GCM_AUTH_FAILED);
}

static const size_t key_lens[] = { 16, 24, 32 };

START_TEST(both_are_the_same)
{
    mbedtls_gcm_context gcm;
    uint8_t key[32];
    ck_assert_int_eq(random_callback(NULL, key, sizeof key), 0);
    set_key(&gcm, key, key_lens[_i]);
    for (size_t len = 0; len <= 272; len++) {
        compare(&gcm, len, len % ADDED_MAX);
    }
    compare(&gcm, 16384, 13);
    compare(&gcm, LEN_MAX, 5);
    mbedtls_gcm_free(&gcm);
}
END_TEST

/* An IV of another length, a short tag and buffers that overlap are mbedTLS's. */
START_TEST(what_is_out_of_the_ordinary)
{
    mbedtls_gcm_context gcm;
    uint8_t key[32] = { 1 };
    uint8_t iv[16] = { 2 };
    uint8_t tag[TAG_LEN];
    uint8_t bytes[64] = { 3 };

    set_key(&gcm, key, sizeof key);
    ck_assert_int_eq(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, 32, iv, 16,
                                               NULL, 0, bytes, bytes, TAG_LEN, tag),
                     0);
    ck_assert_int_eq(
        mbedtls_gcm_auth_decrypt(&gcm, 32, iv, 16, NULL, 0, tag, TAG_LEN, bytes, bytes),
        0);
    ck_assert_int_eq(bytes[0], 3);
    ck_assert_int_eq(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, 32, iv,
                                               IV_LEN, NULL, 0, bytes, bytes, 3, tag),
                     MBEDTLS_ERR_GCM_BAD_INPUT);
    ck_assert_int_eq(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, 32, iv,
                                               IV_LEN, NULL, 0, bytes, bytes + 8,
                                               TAG_LEN, tag),
                     MBEDTLS_ERR_GCM_BAD_INPUT);
    mbedtls_gcm_free(&gcm);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("gcm");
    TCase *tc = tcase_create("gcm");
    tcase_add_loop_test(tc, an_answer_is_right, 0, (int)ARRAY_LEN(answers));
    tcase_add_loop_test(tc, both_are_the_same, 0, (int)ARRAY_LEN(key_lens));
    tcase_add_test(tc, what_is_out_of_the_ordinary);
    suite_add_tcase(suite, tc);
    return suite;
}
