/* SPDX-License-Identifier: MIT
 *
 * pki/key and pki/random: keys made, written, read back; signatures checked. Keys
 * are made in the test; the encrypted ones stand here as text (a key does not
 * expire).
 */
#include "base/mem.h"
#include "base/text.h"
#include "pki/certificate.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/random.h"
#include "support/bytes.h"
#include "support/check_main.h"

#include <stdlib.h>
#include <string.h>

static struct key *make(enum key_type type)
{
    struct key *key = NULL;
    struct err err = ERR_INIT;
    ck_assert_msg(key_generate(type, &key, &err) == 0, "%s", err.text);
    return key;
}

/* The SubjectPublicKeyInfo alone is what key_matches and key_verify look at. */
static struct slice get_spki(const struct key *key, struct buf *out)
{
    struct err err = ERR_INIT;
    ck_assert_msg(key_append_spki(key, out, &err) == 0, "%s", err.text);
    return buf_slice(out);
}

static enum oid read_algorithm(struct slice algorithm, struct slice *ret_params)
{
    struct slice content;
    struct slice oid;
    ck_assert(der_read(&algorithm, DER_SEQUENCE, &content) && algorithm.len == 0);
    ck_assert(der_read(&content, DER_OID, &oid));
    *ret_params = content;
    return oid_find(oid);
}

/* ---- generating, writing, reading */

static const struct {
    const char *word;
    enum key_type type;
    enum key_hash hash;
    enum oid algorithm;
} types[] = {
    { "p256", KEY_TYPE_EC_P256, KEY_HASH_SHA256, OID_ECDSA_WITH_SHA256 },
    { "p384", KEY_TYPE_EC_P384, KEY_HASH_SHA384, OID_ECDSA_WITH_SHA384 },
    { "p521", KEY_TYPE_EC_P521, KEY_HASH_SHA512, OID_ECDSA_WITH_SHA512 },
    { "rsa1024", KEY_TYPE_RSA_1024, KEY_HASH_SHA256, OID_SHA256_WITH_RSA },
};

START_TEST(keys_roundtrip_and_sign)
{
    enum key_type type;
    ck_assert_msg(key_type_parse(types[_i].word, &type) && type == types[_i].type, "%s",
                  types[_i].word);
    struct key *key = make(type);
    struct key *other = make(type);
    struct key *back = NULL;
    struct err err = ERR_INIT;
    struct buf pem = BUF_EMPTY;
    struct buf spki_buf = BUF_EMPTY;
    struct buf algorithm = BUF_EMPTY;
    struct buf signature = BUF_EMPTY;
    struct buf other_spki = BUF_EMPTY;
    struct slice params = SLICE_EMPTY;
    struct slice message = BYTES("to be signed");

    ck_assert_msg(key_append_pem(key, &pem, &err) == 0, "%s", err.text);
    ck_assert_msg(key_parse(buf_slice(&pem), NULL, "test", &back, &err) == 0, "%s",
                  err.text);
    ck_assert(!key_is_encrypted(buf_slice(&pem)));
    struct slice spki = get_spki(key, &spki_buf);
    struct certificate cert = { .spki = spki };
    ck_assert_msg(key_matches(back, &cert), "%s", types[_i].word);
    ck_assert_msg(!key_matches(other, &cert), "%s", types[_i].word);

    ck_assert(key_append_signature_algorithm(back, types[_i].hash, &algorithm));
    enum oid oid = read_algorithm(buf_slice(&algorithm), &params);
    ck_assert_msg(oid == types[_i].algorithm, "%s", types[_i].word);
    ck_assert_msg(key_sign(back, types[_i].hash, message, &signature, &err) == 0, "%s",
                  err.text);
    struct slice sig = buf_slice(&signature);
    ck_assert_int_eq(key_verify(spki, oid, params, message, sig), SIGNATURE_GOOD);
    ck_assert_int_eq(key_verify(spki, oid, params, BYTES("to be sigmed"), sig),
                     SIGNATURE_BAD);
    ck_assert_int_eq(
        key_verify(get_spki(other, &other_spki), oid, params, message, sig),
        SIGNATURE_BAD);
    ck_assert_int_eq(
        key_verify(spki, oid, params, message, slice_part(sig, 0, sig.len - 1)),
        SIGNATURE_BAD);
    ck_assert_int_eq(key_verify(spki, oid, params, message, SLICE_EMPTY),
                     SIGNATURE_BAD);
    signature.data[signature.len - 1] ^= 1;
    ck_assert_int_eq(key_verify(spki, oid, params, message, sig), SIGNATURE_BAD);

    key_destroy(key);
    key_destroy(other);
    key_destroy(back);
    buf_finish_secret(&pem);
    buf_finish(&spki_buf);
    buf_finish(&other_spki);
    buf_finish(&algorithm);
    buf_finish(&signature);
}
END_TEST

START_TEST(copies_are_the_same_key)
{
    struct key *key = make(types[_i].type);
    struct key *copy = key_copy(key);
    ck_assert_ptr_nonnull(copy);
    struct buf a = BUF_EMPTY;
    struct buf b = BUF_EMPTY;
    ck_assert_int_eq(key_append_pkcs8(key, &a, NULL), 0);
    key_destroy(key);
    ck_assert_int_eq(key_append_pkcs8(copy, &b, NULL), 0);
    ck_assert_msg(slice_equal(buf_slice(&a), buf_slice(&b)), "%s", types[_i].word);
    key_destroy(copy);
    buf_finish_secret(&a);
    buf_finish_secret(&b);
}
END_TEST

START_TEST(type_words)
{
    enum key_type type;
    ck_assert(key_type_parse("rsa4096", &type) && type == KEY_TYPE_RSA_4096);
    ck_assert(!key_type_parse("rsa512", &type));
    ck_assert(!key_type_parse("", &type));
    ck_assert(!key_type_parse("P256", &type));
}
END_TEST

START_TEST(md5_has_no_ecdsa)
{
    struct key *key = make(KEY_TYPE_EC_P256);
    struct buf b = BUF_EMPTY;
    ck_assert(!key_append_signature_algorithm(key, KEY_HASH_MD5, &b));
    ck_assert_uint_eq(b.len, 0);
    key_destroy(key);
    buf_finish(&b);
}
END_TEST

/* ---- encrypted; the password is "secret" */

/* openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 100 */
static const char encrypted_aes[] =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIHrMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAhX+JUpsrW1awIBZDAM\n"
    "BggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQmOH8J+6T3gz+MzJ4rkyhAgSBkBmS\n"
    "7/gE8iedy/t0ozW5QQ5jP0dPBR91FJ5PivIPWCWo7HqzbQkAFY4uemu79/CIHp7I\n"
    "JTOn300pUkKIQqTxWVKlWMlYjsitOOrX0uYJRnsIEqQksrQvaVvA7gL2t+zRneBk\n"
    "msSSWP5GfXqnMlLA0hSpUrKTs+R2BNn10h2WDfr2LwM7kn/r2tjE9jV33Hl6TA==\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

/* ... -v2 des3 -v2prf hmacWithSHA1 -iter 100 */
static const char encrypted_3des[] =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIHUMD8GCSqGSIb3DQEFDTAyMBoGCSqGSIb3DQEFDDANBAjAmoz0EiKo4gIBZDAU\n"
    "BggqhkiG9w0DBwQIEtTc96Zs2lYEgZBQUQ+OIFTGA5eErWHKl6V9GbTzZnSEPu8Z\n"
    "AbMZLU+uoa/TFvvAYPiC/I7oX4cttVU0LRGW99LyM+iUXsyUotyQQAS0pb1OwHy/\n"
    "It8MugHr21sj6KC+iqmYND3qjjjcpkvE3bIyDAlRZWUEVYAC/K44Y55ZsMGYhww4\n"
    "DYBu2nbDdmpCDRNcLsEPWyMfQnJ+mH0=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

/* openssl ec -aes128 */
static const char encrypted_old[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "Proc-Type: 4,ENCRYPTED\n"
    "DEK-Info: AES-128-CBC,6495037089553E1976DBD812CC894014\n"
    "\n"
    "l2d3iysp/BltqzmJ0ng+TtXck1bikBgI8Dq3HoN87TRh/QHCY+LbR3bYaaP50+LU\n"
    "Lba4/E3Ij/jKEIohO4X0qg2aQ57hFs2T7UpMTcdU3v7U30ii0NEVk9elZgRMTSd5\n"
    "j+kPjTXA8vQsUfTXGjdApqbgZx34Q07tBxDLN8xweCw=\n"
    "-----END EC PRIVATE KEY-----\n";

static const struct {
    const char *label;
    const char *text;
} encrypted[] = {
    { "PKCS#8, AES-256 and PBKDF2 with SHA-256", encrypted_aes },
    { "PKCS#8, 3DES and PBKDF2 with SHA-1", encrypted_3des },
    { "SEC 1, RFC 1421 header", encrypted_old },
};

START_TEST(encrypted_keys_want_their_password)
{
    struct slice text = slice_from_string(encrypted[_i].text);
    struct key *key = NULL;
    struct err err = ERR_INIT;
    const char *label = encrypted[_i].label;

    ck_assert_msg(key_is_encrypted(text), "%s", label);
    ck_assert_msg(key_parse(text, NULL, "a.key", &key, &err) == -1, "%s", label);
    ck_assert_str_eq(err.text,
                     "a.key is protected by a password: give it with --pass, or "
                     "remove it with `openssl pkey -in a.key -out NEW`");
    ck_assert_msg(key_parse(text, "wrong", "a.key", &key, &err) == -1, "%s", label);
    ck_assert_str_eq(err.text,
                     "the password for a.key is wrong: give the right one with --pass");
    ck_assert_ptr_null(key);
    ck_assert_msg(key_parse(text, "secret", "a.key", &key, &err) == 0, "%s: %s", label,
                  err.text);
    key_destroy(key);
}
END_TEST

/* How often a password is hashed stands in the file: in PBES2's key derivation, or as
 * the second parameter of PBES1's and PKCS#12's algorithms. */
static const struct {
    const char *label;
    struct slice bytes;
    uint64_t work;
} costs[] = {
    { "PBES2", LITERAL(encrypted_aes), 100 },
    { "RFC 1421: once", LITERAL(encrypted_old), 0 },
    { "PBES2, 2^31 - 1",
      LITERAL("\x30\x2b\x30\x25\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d\x30\x18"
              "\x30\x16\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c\x30\x09"
              "\x04\x01\x01\x02\x04\x7f\xff\xff\xff\x04\x02\x00\x00"),
      INT32_MAX },
    { "PKCS#12, 2^40",
      LITERAL("\x30\x21\x30\x1b\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01\x03"
              "\x30\x0d\x04\x03\x01\x01\x01\x02\x06\x01\x00\x00\x00\x00\x00\x04\x02"
              "\x00\x00"),
      UINT64_MAX },
    { "no password", LITERAL("\x30\x03\x02\x01\x00"), 0 },
    { "text", LITERAL("hello"), 0 },
};

START_TEST(a_password_has_its_work)
{
    struct key *key = NULL;
    struct err err = ERR_INIT;
    struct slice bytes = costs[_i].bytes;
    ck_assert_msg(key_password_work(bytes) == costs[_i].work, "%s: %llu",
                  costs[_i].label, (unsigned long long)key_password_work(bytes));
    if (costs[_i].work > KEY_PASSWORD_WORK_MAX) {
        ck_assert(key_is_encrypted(bytes));
        ck_assert_int_eq(key_parse(bytes, "secret", "a.key", &key, &err), -1);
        ck_assert_int_eq(err.domain, ERR_LIMIT);
        ck_assert_str_eq(err.text,
                         "a.key has its password hashed more than 10000000 times, "
                         "which takes too long: write it anew with `openssl pkcs8 "
                         "-topk8`");
    }
    /* Anybody's bytes have one. */
    for (size_t len = 0; len < bytes.len; len++) {
        (void)key_password_work((struct slice){ bytes.data, len });
    }
}
END_TEST

/* ---- what is no key of ours */

static const struct {
    const char *label;
    struct slice bytes;
    const char *says;
} refused[] = {
    { "nothing", { NULL, 0 }, "holds no private key" },
    { "text", LITERAL("hello"), "holds no private key" },
    { "broken DER key", LITERAL("\x30\x03\x02\x01\x00"), "damaged" },
    { "certificate",
      LITERAL("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
      "holds a certificate but no private key" },
    { "OpenSSH",
      LITERAL("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE "
              "KEY-----"),
      "ssh-keygen" },
    { "no END line", LITERAL("-----BEGIN PRIVATE KEY-----\nAAAA\n"),
      "holds no private key" },
    { "Ed25519 (RFC 8410 section 10.3)",
      LITERAL("-----BEGIN PRIVATE KEY-----\n"
              "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
              "-----END PRIVATE KEY-----\n"),
      "neither plain RSA nor ECDSA" },
};

START_TEST(refusals_say_what_it_is)
{
    struct key *key = NULL;
    struct err err = ERR_INIT;
    ck_assert_msg(key_parse(refused[_i].bytes, NULL, "a.key", &key, &err) == -1, "%s",
                  refused[_i].label);
    ck_assert_ptr_null(key);
    ck_assert_msg(strstr(err.text, refused[_i].says) != NULL &&
                      strstr(err.text, "a.key") != NULL,
                  "%s: %s", refused[_i].label, err.text);
}
END_TEST

START_TEST(finds_the_key_behind_a_certificate)
{
    struct key *key = make(KEY_TYPE_EC_P256);
    struct key *back = NULL;
    struct err err = ERR_INIT;
    struct buf text = BUF_EMPTY;
    buf_append_string(&text,
                      "Bag Attributes\n-----BEGIN CERTIFICATE-----\nAAAA\n"
                      "-----END CERTIFICATE-----\n-----BEGIN EC PARAMETERS-----\n"
                      "BggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n");
    ck_assert_int_eq(key_append_pem(key, &text, &err), 0);
    ck_assert_msg(key_parse(buf_slice(&text), "unneeded", "x", &back, &err) == 0, "%s",
                  err.text);
    key_destroy(key);
    key_destroy(back);
    buf_finish_secret(&text);
}
END_TEST

START_TEST(der_keys_are_read)
{
    struct key *key = make(KEY_TYPE_EC_P384);
    struct key *back = NULL;
    struct err err = ERR_INIT;
    struct buf der = BUF_EMPTY;
    ck_assert_int_eq(key_append_pkcs8(key, &der, &err), 0);
    ck_assert(!key_is_encrypted(buf_slice(&der)));
    ck_assert_msg(key_parse(buf_slice(&der), NULL, "x", &back, &err) == 0, "%s",
                  err.text);
    /* every cut of it is refused and nothing is read behind its end */
    for (size_t len = 0; len < der.len; len++) {
        struct key *cut = NULL;
        char *part = mem_copy_string((const char *)der.data, len);
        ck_assert_ptr_nonnull(part);
        struct slice bytes = { (const uint8_t *)part, len };
        ck_assert_msg(key_parse(bytes, NULL, "x", &cut, &err) == -1, "cut at %zu", len);
        free(part);
    }
    key_destroy(key);
    key_destroy(back);
    buf_finish_secret(&der);
}
END_TEST

/* ---- what cannot be computed */

static void write_rsa_spki(struct buf *out, size_t modulus_len, size_t exponent_len)
{
    static uint8_t number[4096];
    memset(number, 0xff, sizeof(number));
    size_t outer = der_begin(out, DER_SEQUENCE);
    size_t algorithm = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(OID_RSA_ENCRYPTION)->der);
    der_write(out, DER_NULL, SLICE_EMPTY);
    der_end(out, algorithm);
    size_t bits = der_begin(out, DER_BIT_STRING);
    buf_append_byte(out, 0);
    size_t key = der_begin(out, DER_SEQUENCE);
    der_write_unsigned(out, (struct slice){ number, modulus_len });
    der_write_unsigned(out, (struct slice){ number, exponent_len });
    der_end(out, key);
    der_end(out, bits);
    der_end(out, outer);
}

static const struct {
    size_t modulus_len;
    size_t exponent_len;
    enum signature_result result;
} rsa_sizes[] = {
    { 64, 3, SIGNATURE_BAD },           { 1024, 3, SIGNATURE_BAD },
    { 1025, 3, SIGNATURE_UNSUPPORTED }, { 4096, 3, SIGNATURE_UNSUPPORTED },
    { 256, 8, SIGNATURE_BAD },          { 256, 9, SIGNATURE_UNSUPPORTED },
    { 256, 0, SIGNATURE_UNSUPPORTED },  { 0, 3, SIGNATURE_UNSUPPORTED },
};

START_TEST(rsa_keys_have_bounds)
{
    struct buf spki = BUF_EMPTY;
    uint8_t signature[1024] = { 1 };
    write_rsa_spki(&spki, rsa_sizes[_i].modulus_len, rsa_sizes[_i].exponent_len);
    struct slice sig = { signature, rsa_sizes[_i].modulus_len < 1024
                                        ? rsa_sizes[_i].modulus_len
                                        : 1024 };
    enum signature_result result =
        key_verify(buf_slice(&spki), OID_SHA256_WITH_RSA, SLICE_EMPTY, BYTES("x"), sig);
    ck_assert_msg(result == rsa_sizes[_i].result, "modulus %zu, exponent %zu: %d",
                  rsa_sizes[_i].modulus_len, rsa_sizes[_i].exponent_len, (int)result);
    buf_finish(&spki);
}
END_TEST

/* ---- RSASSA-PSS: a key of `openssl genrsa 1024` and what `openssl dgst -sigopt
 * rsa_padding_mode:pss` signed "to be signed" with */

static const char pss_spki[] =
    "30819f300d06092a864886f70d010101050003818d0030818902818100cd2a79487cc521"
    "11a7e53cdb7dc0d44f57c3eed74cf1b3324f4c15e24a7635357e58c82ec17ac326f14030"
    "e9c9d018cdd2999ccd5f64e145fdfa8dff0b23641dd0855cb17648f357738caed80ed369"
    "eba84880187dfc69b632435e9bbe3af05bf77e692499d5f693dacd06721129b8d51b4804"
    "ecbbaa4ca7adc2df2c746185990203010001";
/* SHA-256, salt of 32 bytes */
static const char pss_sha256[] =
    "acac2e25b9b44573918bb3cdd76b9371a5ac4bba0139d40197ae4483dcb0f8a0c7860e8e"
    "364357beb2652064179cad79ce806c2954f256bae05726e288c1b52f59419937ca9ca254"
    "1bc347bcf5d971fd28491fda115cf40b12b26d70ec6d0f2cb946bc6f6170e1e51b793fe1"
    "ee95d7a0ca3c9dc2a5346b9e4edb1316f960beb9";
/* SHA-1, salt of 20 bytes: the defaults */
static const char pss_sha1[] =
    "4fbe65af8aa28fb5febdc4564662ed5c4330a47ba8dcbbdbb5cedd5e3521c96c3b3108ef"
    "ca7935d9087e33b84cbf0c47af0fc8602e1fcc5d55706f588189db70ff81dd9718d40de5"
    "a0513fd22922b255e6da13eafe66b12d3d5900ad0069d52cca987713f887c732d9b83ebb"
    "87708cb51e4228552f3cc1f0ed8d7f079fab618a";
/* SHA-384, no salt */
static const char pss_sha384[] =
    "1b5d73c3ba06650e175af1217d4372d90e4196179b28800d348ccde16ac5f8e7ef3b208a"
    "e7b1fe4fe3c26b30f9e2c97e93d99a4bec1ae726ef42840f7ff9675896a1dcc95d81d5f0"
    "22bc4934a8cacae06f5327525445f42c3e35927da15c6b1a25ffd47b43ef6702a23f104a"
    "62b23a175f89504b35f49c28e9bb68baeac71f2a";

#define HASH_SHA1   "\x30\x07\x06\x05\x2b\x0e\x03\x02\x1a"
#define HASH_SHA224 "\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04\x05\x00"
#define HASH_SHA256 "\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00"
#define HASH_SHA384 "\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00"
#define MGF1        "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"

static const struct {
    const char *label;
    struct slice params;
    const char *signature;
    enum signature_result result;
} pss[] = {
    { "SHA-256",
      LITERAL("\x30\x34\xa0\x0f" HASH_SHA256 "\xa1\x1c\x30\x1a" MGF1 HASH_SHA256
              "\xa2\x03\x02\x01\x20"),
      pss_sha256, SIGNATURE_GOOD },
    { "other salt length",
      LITERAL("\x30\x34\xa0\x0f" HASH_SHA256 "\xa1\x1c\x30\x1a" MGF1 HASH_SHA256
              "\xa2\x03\x02\x01\x1f"),
      pss_sha256, SIGNATURE_BAD },
    { "other signature",
      LITERAL("\x30\x34\xa0\x0f" HASH_SHA256 "\xa1\x1c\x30\x1a" MGF1 HASH_SHA256
              "\xa2\x03\x02\x01\x20"),
      pss_sha1, SIGNATURE_BAD },
    { "SHA-384 without salt",
      LITERAL("\x30\x34\xa0\x0f" HASH_SHA384 "\xa1\x1c\x30\x1a" MGF1 HASH_SHA384
              "\xa2\x03\x02\x01\x00"),
      pss_sha384, SIGNATURE_GOOD },
    { "all defaults", LITERAL("\x30\x00"), pss_sha1, SIGNATURE_GOOD },
    { "no parameters", LITERAL(""), pss_sha1, SIGNATURE_GOOD },
    { "defaults written out", LITERAL("\x30\x0b\xa0\x09" HASH_SHA1), pss_sha1,
      SIGNATURE_GOOD },
    { "defaults, other signature", LITERAL("\x30\x00"), pss_sha256, SIGNATURE_BAD },
    { "two hashes", LITERAL("\x30\x11\xa0\x0f" HASH_SHA256), pss_sha256,
      SIGNATURE_UNSUPPORTED },
    { "SHA-224",
      LITERAL("\x30\x34\xa0\x0f" HASH_SHA224 "\xa1\x1c\x30\x1a" MGF1 HASH_SHA224
              "\xa2\x03\x02\x01\x20"),
      pss_sha256, SIGNATURE_UNSUPPORTED },
    { "unknown hash", LITERAL("\x30\x07\xa0\x05\x30\x03\x06\x01\x2a"), pss_sha1,
      SIGNATURE_UNSUPPORTED },
    { "other trailer", LITERAL("\x30\x05\xa3\x03\x02\x01\x02"), pss_sha1,
      SIGNATURE_UNSUPPORTED },
    { "no SEQUENCE", LITERAL("\x05\x00"), pss_sha1, SIGNATURE_UNSUPPORTED },
    { "unknown field", LITERAL("\x30\x02\xa4\x00"), pss_sha1, SIGNATURE_UNSUPPORTED },
};

START_TEST(pss_parameters_are_honoured)
{
    uint8_t spki[200];
    uint8_t signature[128];
    size_t spki_len = 0;
    size_t signature_len = 0;
    ck_assert(text_read_hex(pss_spki, spki, sizeof(spki), &spki_len));
    ck_assert(
        text_read_hex(pss[_i].signature, signature, sizeof(signature), &signature_len));
    enum signature_result result =
        key_verify((struct slice){ spki, spki_len }, OID_RSASSA_PSS, pss[_i].params,
                   BYTES("to be signed"), (struct slice){ signature, signature_len });
    ck_assert_msg(result == pss[_i].result, "%s: %d", pss[_i].label, (int)result);
}
END_TEST

#define PSS_SHA256                                                     \
    "\x30\x34\xa0\x0f" HASH_SHA256 "\xa1\x1c\x30\x1a" MGF1 HASH_SHA256 \
    "\xa2\x03\x02\x01"

/* A key of id-RSASSA-PSS, with or without parameters of its own (RFC 4055 1.2, 3.3). */
static const struct {
    const char *label;
    struct slice key_params;
    struct slice params;
    const char *signature;
    enum signature_result result;
} pss_keys[] = {
    { "any hash, if the key names none", LITERAL(""), LITERAL(""), pss_sha1,
      SIGNATURE_GOOD },
    { "the key's own hash and salt", LITERAL(PSS_SHA256 "\x20"),
      LITERAL(PSS_SHA256 "\x20"), pss_sha256, SIGNATURE_GOOD },
    { "a longer salt than the key asks for", LITERAL(PSS_SHA256 "\x10"),
      LITERAL(PSS_SHA256 "\x20"), pss_sha256, SIGNATURE_GOOD },
    { "a shorter salt", LITERAL(PSS_SHA256 "\x21"), LITERAL(PSS_SHA256 "\x20"),
      pss_sha256, SIGNATURE_BAD },
    { "another hash", LITERAL(PSS_SHA256 "\x14"), LITERAL(""), pss_sha1,
      SIGNATURE_BAD },
    { "parameters that are none", LITERAL("\x05\x00"), LITERAL(""), pss_sha1,
      SIGNATURE_BAD },
};

static void write_pss_spki(struct buf *out, const uint8_t *rsa, size_t rsa_len,
                           struct slice params)
{
    size_t mark = der_begin(out, DER_SEQUENCE);
    size_t algorithm = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(OID_RSASSA_PSS)->der);
    buf_append_slice(out, params);
    der_end(out, algorithm);
    buf_append(out, rsa, rsa_len); /* the BIT STRING */
    der_end(out, mark);
}

START_TEST(pss_keys_sign_with_pss_only)
{
    uint8_t rsa[200];
    uint8_t signature[128];
    size_t rsa_len = 0;
    size_t signature_len = 0;
    struct buf spki = BUF_EMPTY;
    ck_assert(text_read_hex(pss_spki, rsa, sizeof(rsa), &rsa_len));
    ck_assert(text_read_hex(pss_keys[_i].signature, signature, sizeof(signature),
                            &signature_len));
    write_pss_spki(&spki, rsa + 18, rsa_len - 18, pss_keys[_i].key_params);
    enum signature_result result =
        key_verify(buf_slice(&spki), OID_RSASSA_PSS, pss_keys[_i].params,
                   BYTES("to be signed"), (struct slice){ signature, signature_len });
    ck_assert_msg(result == pss_keys[_i].result, "%s: %d", pss_keys[_i].label,
                  (int)result);
    buf_finish(&spki);
}
END_TEST

START_TEST(a_pss_key_makes_no_pkcs1_signature)
{
    struct key *key = make(KEY_TYPE_RSA_2048);
    struct buf rsa = BUF_EMPTY;
    struct buf spki = BUF_EMPTY;
    struct buf signature = BUF_EMPTY;
    struct slice message = BYTES("to be signed");
    struct slice plain = get_spki(key, &rsa);
    ck_assert_int_eq(key_sign(key, KEY_HASH_SHA256, message, &signature, NULL), 0);
    write_pss_spki(&spki, plain.data + 19, plain.len - 19, SLICE_EMPTY);
    ck_assert_int_eq(key_verify(plain, OID_SHA256_WITH_RSA, SLICE_EMPTY, message,
                                buf_slice(&signature)),
                     SIGNATURE_GOOD);
    ck_assert_int_eq(key_verify(buf_slice(&spki), OID_SHA256_WITH_RSA, SLICE_EMPTY,
                                message, buf_slice(&signature)),
                     SIGNATURE_BAD);
    key_destroy(key);
    buf_finish(&rsa);
    buf_finish(&spki);
    buf_finish(&signature);
}
END_TEST

START_TEST(a_signature_names_its_hash)
{
    ck_assert_int_eq(key_signature_hash(OID_MD5_WITH_RSA, SLICE_EMPTY), OID_MD5);
    ck_assert_int_eq(key_signature_hash(OID_ECDSA_WITH_SHA1, SLICE_EMPTY), OID_SHA1);
    ck_assert_int_eq(key_signature_hash(OID_RSASSA_PSS, SLICE_EMPTY), OID_SHA1);
    ck_assert_int_eq(key_signature_hash(OID_RSASSA_PSS, BYTES(PSS_SHA256 "\x20")),
                     OID_SHA256);
    ck_assert_int_eq(key_signature_hash(OID_ED25519, SLICE_EMPTY), OID_UNKNOWN);
}
END_TEST

/* ---- DSA: `openssl dsaparam 1024`, `openssl gendsa`, and what `openssl dgst` signed
 * "to be signed" with */

static const char dsa_spki[] =
    "308201bf3082013306072a8648ce3804013082012602818100924f68ae10bb68ba6b5c0e05"
    "5becd321f46d4328c3b4cef1e5bed58d0d4e46bc744a1d99176e30f15a4d3aa69f76efbfe0"
    "f80bd0f5e8a3f47d1ae042f0f0275ffab2f14024f091846bed64a1829cc27734d1b94af297"
    "5f74206bcf588f3b1704e49702bc83d6501c89930b5a8fb4d5cd2bbde6a1485da35cf1859f"
    "1232d7f463021d00f34f44162d4ccceec6711e825f28a325c6d19000d95198f37d54f7bb02"
    "81802e293854b541be9805ae7c5a37575034b953c5429067dbb09a19f937f82777f250fb9f"
    "6dce2978590e429610bf06836cef8c42fec227ca0ec6fc558757f0d6a341f7af433dc30d6c"
    "d435146910782882f4ba83ccf4929675878eaf6f6afaca28792c66a182b03a3d1aa7f4aa6d"
    "44d65e8c2e3be3ac314f85264b3dd6eae9270e03818500028181008604e2bb73d53fe35a6c"
    "176e4e0ad34a133dc132cb82bda8ab88d13770ade9ecde10a8b8a59f995dbc683298796bc7"
    "1999146a176d17200099e3a5867916286809705d55aeabe6b46469ea25f28fdb5261270251"
    "5bb1f1f06fe6086caa07a5da82a1d2a8dfc869580e4aad9aeec2b075274a6e1ba5b4b7aef7"
    "2264ef8a227252";
static const char dsa_sha1[] =
    "303e021d00839829442c3ef90401af93311fff3de366352f107669016842445524021d00ed"
    "2a5fe895cc7d2f25ef783ef4ae371c97c1d80b4a14c8e43ec7d17a";
static const char dsa_sha256[] =
    "303d021c20d3e27db90e8d756487cb587cb425315eb2905e3c626aa49a335f26021d0097fd"
    "4f7fd5d4d1ac7ad4380c21674408f4aeeb0f8ec902164785cafc";

static enum signature_result verify_dsa(enum oid algorithm, const char *signature_hex,
                                        int flipped, size_t spki_len, const char *text)
{
    uint8_t spki[512];
    uint8_t signature[80];
    size_t len = 0;
    size_t signature_len = 0;
    ck_assert(text_read_hex(dsa_spki, spki, sizeof(spki), &len));
    ck_assert(
        text_read_hex(signature_hex, signature, sizeof(signature), &signature_len));
    if (flipped >= 0) {
        signature[flipped] ^= 1;
    }
    return key_verify((struct slice){ spki, spki_len == 0 ? len : spki_len }, algorithm,
                      SLICE_EMPTY, slice_from_string(text),
                      (struct slice){ signature, signature_len });
}

START_TEST(dsa_is_verified)
{
    const char *text = "to be signed";
    ck_assert_int_eq(verify_dsa(OID_DSA_WITH_SHA1, dsa_sha1, -1, 0, text),
                     SIGNATURE_GOOD);
    ck_assert_int_eq(verify_dsa(OID_DSA_WITH_SHA256, dsa_sha256, -1, 0, text),
                     SIGNATURE_GOOD);
    ck_assert_int_eq(verify_dsa(OID_DSA_WITH_SHA256, dsa_sha1, -1, 0, text),
                     SIGNATURE_BAD);
    ck_assert_int_eq(verify_dsa(OID_DSA_WITH_SHA1, dsa_sha1, -1, 0, "to be sigmed"),
                     SIGNATURE_BAD);
    for (int i = 0; i < (int)(sizeof(dsa_sha1) / 2); i++) {
        ck_assert_msg(verify_dsa(OID_DSA_WITH_SHA1, dsa_sha1, i, 0, text) ==
                          SIGNATURE_BAD,
                      "byte %d", i);
    }
    ck_assert_int_eq(verify_dsa(OID_DSA_WITH_SHA1, dsa_sha1, -1, 100, text),
                     SIGNATURE_UNSUPPORTED);
    ck_assert_int_eq(verify_dsa(OID_ECDSA_WITH_SHA256, dsa_sha256, -1, 0, text),
                     SIGNATURE_UNSUPPORTED);
}
END_TEST

/* Numbers that would make a check long, or that nothing can be computed with. */
START_TEST(dsa_keys_have_bounds)
{
    uint8_t spki[512];
    uint8_t signature[80];
    size_t len = 0;
    size_t signature_len = 0;
    ck_assert(text_read_hex(dsa_spki, spki, sizeof(spki), &len));
    ck_assert(text_read_hex(dsa_sha1, signature, sizeof(signature), &signature_len));
    for (size_t i = 0; i < len; i++) {
        spki[i] ^= 0xff; /* any bytes end in some answer, and no other than these */
        enum signature_result result = key_verify(
            (struct slice){ spki, len }, OID_DSA_WITH_SHA1, SLICE_EMPTY,
            BYTES("to be signed"), (struct slice){ signature, signature_len });
        ck_assert(result == SIGNATURE_BAD || result == SIGNATURE_UNSUPPORTED);
        ck_assert_uint_ge(key_verify_cost((struct slice){ spki, len }), 1);
        spki[i] ^= 0xff;
    }
    ck_assert_uint_gt(key_verify_cost((struct slice){ spki, len }), KEY_COST_P256);
}
END_TEST

START_TEST(foreign_algorithms_are_unsupported)
{
    static const enum oid none[] = {
        OID_UNKNOWN, OID_MD2_WITH_RSA,    OID_ED25519,
        OID_ED448,   OID_SHA224_WITH_RSA, OID_ECDSA_WITH_SHA224,
    };
    struct key *key = make(KEY_TYPE_EC_P256);
    struct buf spki = BUF_EMPTY;
    (void)get_spki(key, &spki);
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        ck_assert_msg(key_verify(buf_slice(&spki), none[i], SLICE_EMPTY, BYTES("x"),
                                 BYTES("y")) == SIGNATURE_UNSUPPORTED,
                      "%s", oid_get(none[i])->short_name);
    }
    /* an RSA signature under an EC key can be computed: it is wrong */
    ck_assert_int_eq(key_verify(buf_slice(&spki), OID_SHA256_WITH_RSA, SLICE_EMPTY,
                                BYTES("x"), BYTES("y")),
                     SIGNATURE_BAD);
    ck_assert_int_eq(key_verify(BYTES("\x30\x00"), OID_SHA256_WITH_RSA, SLICE_EMPTY,
                                BYTES("x"), BYTES("y")),
                     SIGNATURE_UNSUPPORTED);
    key_destroy(key);
    buf_finish(&spki);
}
END_TEST

START_TEST(random_numbers_differ)
{
    uint8_t a[3000] = { 0 };
    uint8_t b[3000] = { 0 };
    struct err err = ERR_INIT;
    ck_assert_int_eq(random_bytes(a, sizeof(a), &err), 0);
    ck_assert_int_eq(random_bytes(b, sizeof(b), &err), 0);
    /* also behind what one request of the generator gives */
    ck_assert_mem_ne(a, b, 32);
    ck_assert_mem_ne(a + 2900, b + 2900, 32);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("key");
    TCase *tc = tcase_create("keys");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, keys_roundtrip_and_sign, 0, (int)ARRAY_LEN(types));
    tcase_add_loop_test(tc, copies_are_the_same_key, 0, (int)ARRAY_LEN(types));
    tcase_add_test(tc, type_words);
    tcase_add_test(tc, md5_has_no_ecdsa);
    suite_add_tcase(suite, tc);
    tc = tcase_create("parse");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, encrypted_keys_want_their_password, 0,
                        (int)ARRAY_LEN(encrypted));
    tcase_add_loop_test(tc, a_password_has_its_work, 0, (int)ARRAY_LEN(costs));
    tcase_add_loop_test(tc, refusals_say_what_it_is, 0, (int)ARRAY_LEN(refused));
    tcase_add_test(tc, finds_the_key_behind_a_certificate);
    tcase_add_test(tc, der_keys_are_read);
    suite_add_tcase(suite, tc);
    tc = tcase_create("verify");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, rsa_keys_have_bounds, 0, (int)ARRAY_LEN(rsa_sizes));
    tcase_add_loop_test(tc, pss_parameters_are_honoured, 0, (int)ARRAY_LEN(pss));
    tcase_add_loop_test(tc, pss_keys_sign_with_pss_only, 0, (int)ARRAY_LEN(pss_keys));
    tcase_add_test(tc, a_pss_key_makes_no_pkcs1_signature);
    tcase_add_test(tc, a_signature_names_its_hash);
    tcase_add_test(tc, dsa_is_verified);
    tcase_add_test(tc, dsa_keys_have_bounds);
    tcase_add_test(tc, foreign_algorithms_are_unsupported);
    tcase_add_test(tc, random_numbers_differ);
    suite_add_tcase(suite, tc);
    return suite;
}
