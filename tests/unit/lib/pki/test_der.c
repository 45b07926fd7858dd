/* SPDX-License-Identifier: MIT
 *
 * pki/der and pki/oid: what is DER is read, what is not is refused.
 */
#include "base/mem.h"
#include "pki/der.h"
#include "pki/oid.h"
#include "support/bytes.h"
#include "support/check_main.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading */

static const struct {
    const char *label;
    struct slice in;
    bool good;
    size_t content_len;
    size_t rest_len;
} values[] = {
    { "null", LITERAL("\x05\x00"), true, 0, 0 },
    { "short with a rest", LITERAL("\x04\x01xyz"), true, 1, 2 },
    { "nothing", { NULL, 0 }, false, 0, 0 },
    { "tag only", LITERAL("\x30"), false, 0, 0 },
    { "content cut off", LITERAL("\x04\x03xy"), false, 0, 0 },
    { "indefinite length", LITERAL("\x30\x80\x00\x00"), false, 0, 0 },
    { "length not minimal", LITERAL("\x04\x81\x01x"), false, 0, 0 },
    { "length with a zero", LITERAL("\x04\x82\x00\x01x"), false, 0, 0 },
    { "length of the length cut off", LITERAL("\x04\x82\x01"), false, 0, 0 },
    { "length over 32 bits", LITERAL("\x04\x85\x01\0\0\0\0"), false, 0, 0 },
    { "huge length", LITERAL("\x04\x84\xff\xff\xff\xff"), false, 0, 0 },
    { "reserved length 0xff", LITERAL("\x04\xff\xff"), false, 0, 0 },
    { "tag of several bytes", LITERAL("\x1f\x81\x00\x00"), false, 0, 0 },
};

START_TEST(reads_values)
{
    struct slice cursor = values[_i].in;
    struct slice content = SLICE_EMPTY;
    struct slice whole = SLICE_EMPTY;
    bool good = der_read_any(&cursor, NULL, &content, &whole);
    ck_assert_msg(good == values[_i].good, "%s", values[_i].label);
    if (good) {
        ck_assert_msg(content.len == values[_i].content_len, "%s", values[_i].label);
        ck_assert_msg(cursor.len == values[_i].rest_len, "%s", values[_i].label);
        ck_assert_msg(whole.len + cursor.len == values[_i].in.len, "%s",
                      values[_i].label);
    } else {
        ck_assert_msg(cursor.data == values[_i].in.data &&
                          cursor.len == values[_i].in.len,
                      "%s: the cursor moved", values[_i].label);
    }
}
END_TEST

static const struct {
    const char *label;
    struct slice in;
    bool good;
    uint32_t value;
} small[] = {
    { "0", LITERAL("\x02\x01\x00"), true, 0 },
    { "127", LITERAL("\x02\x01\x7f"), true, 127 },
    { "128", LITERAL("\x02\x02\x00\x80"), true, 128 },
    { "largest", LITERAL("\x02\x05\x00\xff\xff\xff\xff"), true, UINT32_MAX },
    { "one more", LITERAL("\x02\x05\x01\x00\x00\x00\x00"), false, 0 },
    { "negative", LITERAL("\x02\x01\x80"), false, 0 },
    { "not minimal", LITERAL("\x02\x02\x00\x7f"), false, 0 },
    { "empty", LITERAL("\x02\x00"), false, 0 },
    { "other tag", LITERAL("\x0a\x01\x01"), false, 0 },
};

START_TEST(reads_small_integers)
{
    struct slice cursor = small[_i].in;
    uint32_t value = 99;
    bool good = der_read_small(&cursor, DER_INTEGER, &value);
    ck_assert_msg(good == small[_i].good, "%s", small[_i].label);
    ck_assert_msg(value == (good ? small[_i].value : 99), "%s", small[_i].label);
    ck_assert_msg(cursor.len == (good ? 0 : small[_i].in.len), "%s", small[_i].label);
}
END_TEST

static const struct {
    uint8_t tag;
    const char *text;
    bool good;
    int64_t time;
} times[] = {
    { DER_UTC_TIME, "700101000000Z", true, 0 },
    { DER_UTC_TIME, "491231235959Z", true, 2524607999 },
    { DER_UTC_TIME, "500101000000Z", true, -631152000 },
    { DER_GENERALIZED_TIME, "20500101000000Z", true, 2524608000 },
    { DER_GENERALIZED_TIME, "99991231235959Z", true, 253402300799 },
    { DER_GENERALIZED_TIME, "19700101000000Z", true, 0 },
    { DER_UTC_TIME, "7001010000Z", false, 0 },
    { DER_UTC_TIME, "700101000000+0100", false, 0 },
    { DER_UTC_TIME, "700101000000", false, 0 },
    { DER_UTC_TIME, "70010100000aZ", false, 0 },
    { DER_UTC_TIME, "700229000000Z", false, 0 },
    { DER_UTC_TIME, "700101240000Z", false, 0 },
    { DER_GENERALIZED_TIME, "20500101000000.5Z", false, 0 },
    { DER_GENERALIZED_TIME, "205001010000Z", false, 0 },
    { DER_GENERALIZED_TIME, "", false, 0 },
    { DER_UTF8_STRING, "700101000000Z", false, 0 },
};

/* The forms beside the one of RFC 5280; Wine's tests have them from Windows. */
static const struct {
    uint8_t tag;
    const char *text;
    bool good;
    int64_t time;
} odd_times[] = {
    { DER_UTC_TIME, "2601010000Z", true, 1767225600 },
    { DER_UTC_TIME, "2601010000", true, 1767225600 },
    { DER_UTC_TIME, "260101000000", true, 1767225600 },
    { DER_UTC_TIME, "260101000000+0100", true, 1767222000 },
    { DER_UTC_TIME, "260101000000-0115", true, 1767230100 },
    { DER_UTC_TIME, "2601010000+01", true, 1767222000 },
    { DER_UTC_TIME, "26010100Z", false, 0 },
    { DER_UTC_TIME, "260101000000.5Z", false, 0 },
    { DER_UTC_TIME, "260101000000+2400", false, 0 },
    { DER_UTC_TIME, "260101000000+0160", false, 0 },
    { DER_UTC_TIME, "260101000000+01000", false, 0 },
    { DER_UTC_TIME, "260101000000ZZ", false, 0 },
    { DER_UTC_TIME, "260101000000 ", false, 0 },
    { DER_UTC_TIME, "2601010000+", false, 0 },
    { DER_GENERALIZED_TIME, "202601010000Z", true, 1767225600 },
    { DER_GENERALIZED_TIME, "2026010100", true, 1767225600 },
    { DER_GENERALIZED_TIME, "20260101000000.999Z", true, 1767225600 },
    { DER_GENERALIZED_TIME, "20260101000000,5", true, 1767225600 },
    { DER_GENERALIZED_TIME, "20260101000000.5+0100", true, 1767222000 },
    { DER_GENERALIZED_TIME, "20260101000000-0100", true, 1767229200 },
    { DER_GENERALIZED_TIME, "20260101000000.Z", false, 0 },
    { DER_GENERALIZED_TIME, "20260101Z", false, 0 },
    { DER_GENERALIZED_TIME, "", false, 0 },
};

START_TEST(reads_odd_times)
{
    struct buf b = BUF_EMPTY;
    int64_t time = 0;
    bool exact = true;
    der_write(&b, odd_times[_i].tag, slice_from_string(odd_times[_i].text));
    struct slice cursor = buf_slice(&b);
    ck_assert_msg(!der_read_time(&cursor, &time), "%s", odd_times[_i].text);
    ck_assert_msg(der_read_any_time(&cursor, &time, &exact) == odd_times[_i].good, "%s",
                  odd_times[_i].text);
    ck_assert_msg(time == odd_times[_i].time, "%s", odd_times[_i].text);
    ck_assert_msg(exact != odd_times[_i].good, "%s", odd_times[_i].text);
    ck_assert_uint_eq(cursor.len, odd_times[_i].good ? 0 : b.len);
    buf_finish(&b);
}
END_TEST

START_TEST(reads_times)
{
    struct buf b = BUF_EMPTY;
    int64_t time = 0;
    der_write(&b, times[_i].tag, slice_from_string(times[_i].text));
    struct slice cursor = buf_slice(&b);
    ck_assert_msg(der_read_time(&cursor, &time) == times[_i].good, "%s",
                  times[_i].text);
    ck_assert_msg(time == times[_i].time, "%s", times[_i].text);
    buf_finish(&b);
}
END_TEST

static const struct {
    uint8_t bytes[5];
    size_t len;
    bool is_good;
    size_t signature_len;
} signatures[] = {
    { { 0x03, 3, 0, 0xaa, 0xbb }, 5, true, 2 },
    { { 0x03, 3, 1, 0xaa, 0xba }, 5, true, 0 }, /* well-formed, and no signature's */
    { { 0x03, 1, 0 }, 3, true, 0 },
    { { 0x03, 1, 1 }, 3, false, 0 },
    { { 0x03, 2, 8, 0xaa }, 4, false, 0 },
    { { 0x03, 0 }, 2, false, 0 },
    { { 0x04, 2, 0, 0xaa }, 4, false, 0 },
};

START_TEST(reads_signatures)
{
    struct slice cursor = { signatures[_i].bytes, signatures[_i].len };
    struct slice signature = SLICE_EMPTY;
    ck_assert_int_eq(der_read_signature(&cursor, &signature), signatures[_i].is_good);
    ck_assert_uint_eq(signature.len, signatures[_i].signature_len);
}
END_TEST

START_TEST(booleans_are_00_or_ff)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        uint8_t der[] = { DER_BOOLEAN, 1, (uint8_t)byte };
        struct slice cursor = { der, sizeof(der) };
        bool value = false;
        bool good = der_read_boolean(&cursor, &value);
        ck_assert_msg(good == (byte == 0 || byte == 0xff), "%u", byte);
        ck_assert_msg(!good || value == (byte != 0), "%u", byte);
    }
}
END_TEST

/* ---- writing */

START_TEST(writes_lengths_that_it_reads)
{
    static const size_t lengths[] = { 0, 1, 127, 128, 255, 256, 65535, 65536, 70000 };
    uint8_t *bytes = mem_alloc(70000, 1);
    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        struct buf b = BUF_EMPTY;
        memset(bytes, (int)i + 1, lengths[i]);
        size_t outer = der_begin(&b, DER_SEQUENCE);
        der_write_small(&b, 7);
        der_write(&b, DER_OCTET_STRING, (struct slice){ bytes, lengths[i] });
        der_end(&b, outer);
        ck_assert(buf_ok(&b));
        struct slice cursor = buf_slice(&b);
        struct slice content;
        struct slice octets;
        uint32_t seven = 0;
        ck_assert_msg(der_read(&cursor, DER_SEQUENCE, &content) && cursor.len == 0 &&
                          der_read_small(&content, DER_INTEGER, &seven) && seven == 7 &&
                          der_read(&content, DER_OCTET_STRING, &octets) &&
                          content.len == 0,
                      "length %zu", lengths[i]);
        ck_assert_msg(slice_equal(octets, (struct slice){ bytes, lengths[i] }),
                      "length %zu", lengths[i]);
        buf_finish(&b);
    }
    free(bytes);
}
END_TEST

START_TEST(writes_known_bytes)
{
    struct buf b = BUF_EMPTY;
    der_write_unsigned(&b, BYTES("\x00\x00\x80"));
    der_write_unsigned(&b, SLICE_EMPTY);
    der_write_small(&b, 0);
    der_write_small(&b, 65537);
    der_write_boolean(&b, true);
    der_write_bits(&b, BYTES("\xa5"));
    der_write_time(&b, 2524607999);
    der_write_time(&b, 2524608000);
    der_write_time(&b, -631152001);
    der_write_generalized_time(&b, 0);
    struct slice expected = BYTES("\x02\x02\x00\x80"
                                  "\x02\x01\x00"
                                  "\x02\x01\x00"
                                  "\x02\x03\x01\x00\x01"
                                  "\x01\x01\xff"
                                  "\x03\x02\x00\xa5"
                                  "\x17\x0d"
                                  "491231235959Z"
                                  "\x18\x0f"
                                  "20500101000000Z"
                                  "\x18\x0f"
                                  "19491231235959Z"
                                  "\x18\x0f"
                                  "19700101000000Z");
    ck_assert_uint_eq(b.len, expected.len);
    ck_assert_mem_eq(b.data, expected.data, expected.len);
    buf_finish(&b);
}
END_TEST

START_TEST(writing_survives_lack_of_memory)
{
    for (size_t limit = 0; limit < 140; limit++) {
        struct buf b = BUF_LIMITED(limit + 1);
        uint8_t zeros[130] = { 0 };
        size_t mark = der_begin(&b, DER_SEQUENCE);
        der_write(&b, DER_OCTET_STRING, (struct slice){ zeros, sizeof(zeros) });
        der_end(&b, mark);
        /* 3 + 3 + 130 bytes */
        ck_assert_msg(buf_ok(&b) == (limit + 1 >= 136), "limit %zu", limit + 1);
        buf_finish(&b);
    }
}
END_TEST

/* ---- OIDs */

START_TEST(oid_table_is_right)
{
    const struct oid_info *info = oid_get((enum oid)_i);
    struct buf dotted = BUF_EMPTY;
    struct buf der = BUF_EMPTY;
    ck_assert_msg(info->short_name != NULL && info->display != NULL, "row %d", _i);
    ck_assert_msg(oid_parse(info->dotted, &der), "%s", info->dotted);
    ck_assert_msg(slice_equal(buf_slice(&der), info->der), "%s", info->dotted);
    oid_format(&dotted, info->der);
    ck_assert_str_eq(buf_string(&dotted), info->dotted);
    ck_assert_msg(oid_find(info->der) == (enum oid)_i, "%s stands twice", info->dotted);
    buf_clear(&der);
    ck_assert_msg(oid_parse(info->short_name, &der), "%s", info->short_name);
    ck_assert_msg(slice_equal(buf_slice(&der), info->der), "%s stands twice",
                  info->short_name);
    buf_finish(&der);
    buf_finish(&dotted);
}
END_TEST

static const struct {
    struct slice der;
    const char *text;
} oid_texts[] = {
    { LITERAL("\x2b"), "1.3" },
    { LITERAL("\x88\x37\x03"), "2.999.3" },
    { LITERAL("\x4f"), "1.39" },
    { LITERAL("\x50"), "2.0" },
    { LITERAL("\x81\x34"), "2.100" },
    /* X.667: a UUID as one arc of 128 bits */
    { LITERAL("\x69\x83\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
              "\xff\x7f"),
      "2.25.340282366920938463463374607431768211455" },
    /* the longest arc that is read: 2^133 - 1, and 80 less as the second arc */
    { LITERAL("\x2b"
              "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
              "\x7f"),
      "1.3.10889035741470030830827987437816582766591" },
    { LITERAL("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
              "\x7f"),
      "2.10889035741470030830827987437816582766511" },
    { LITERAL(""), "(malformed OID 06)" },
    { LITERAL("\x2b\x86"), "(malformed OID 062b86)" },
    { LITERAL("\x2b\x80\x01"), "(malformed OID 062b8001)" },
};

START_TEST(oid_texts_both_ways)
{
    struct buf text = BUF_EMPTY;
    struct buf der = BUF_EMPTY;
    ck_assert(oid_format(&text, oid_texts[_i].der));
    ck_assert_str_eq(buf_string(&text), oid_texts[_i].text);
    if (oid_texts[_i].text[0] != '(') {
        ck_assert_msg(oid_parse(oid_texts[_i].text, &der), "%s", oid_texts[_i].text);
        ck_assert_msg(slice_equal(buf_slice(&der), oid_texts[_i].der), "%s",
                      oid_texts[_i].text);
    }
    buf_finish(&text);
    buf_finish(&der);
}
END_TEST

static const char *const no_oids[] = {
    "",
    "1",
    "3.1",
    "1.40",
    "1.",
    "1..2",
    "1.2.",
    ".1.2",
    "1.02",
    "1.2a",
    "1.-2",
    "nothing",
    "0.40",
    "1.88", /* as two bytes, the last of which is small */
    "0.128",
    "1.2 3",
    "2.99999999999999999999999999999999999999999",
    "1.3.10889035741470030830827987437816582766592"
};

START_TEST(oid_parse_refuses)
{
    struct buf der = BUF_EMPTY;
    ck_assert_msg(!oid_parse(no_oids[_i], &der), "%s", no_oids[_i]);
    ck_assert_msg(der.len == 0, "%s", no_oids[_i]);
    buf_finish(&der);
}
END_TEST

START_TEST(oid_names_ignore_case)
{
    struct buf der = BUF_EMPTY;
    ck_assert(oid_parse("CLIENTAUTH", &der));
    ck_assert_int_eq(oid_find(buf_slice(&der)), OID_CLIENT_AUTH);
    ck_assert_str_eq(oid_get(OID_CLIENT_AUTH)->purpose,
                     "Proves your identity to a remote computer");
    buf_finish(&der);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("der");
    TCase *tc = tcase_create("reading");
    tcase_add_loop_test(tc, reads_values, 0, (int)ARRAY_LEN(values));
    tcase_add_loop_test(tc, reads_small_integers, 0, (int)ARRAY_LEN(small));
    tcase_add_loop_test(tc, reads_odd_times, 0, (int)ARRAY_LEN(odd_times));
    tcase_add_loop_test(tc, reads_times, 0, (int)ARRAY_LEN(times));
    tcase_add_loop_test(tc, reads_signatures, 0, (int)ARRAY_LEN(signatures));
    tcase_add_test(tc, booleans_are_00_or_ff);
    suite_add_tcase(suite, tc);
    tc = tcase_create("writing");
    tcase_add_test(tc, writes_lengths_that_it_reads);
    tcase_add_test(tc, writes_known_bytes);
    tcase_add_test(tc, writing_survives_lack_of_memory);
    suite_add_tcase(suite, tc);
    tc = tcase_create("oid");
    tcase_add_loop_test(tc, oid_table_is_right, OID_UNKNOWN + 1, OID_COUNT);
    tcase_add_loop_test(tc, oid_texts_both_ways, 0, (int)ARRAY_LEN(oid_texts));
    tcase_add_loop_test(tc, oid_parse_refuses, 0, (int)ARRAY_LEN(no_oids));
    tcase_add_test(tc, oid_names_ignore_case);
    suite_add_tcase(suite, tc);
    return suite;
}
