/* SPDX-License-Identifier: MIT
 *
 * pki/name: comparing, formatting and walking names of strangers.
 */
#include "base/mem.h"
#include "base/text.h"
#include "pki/name.h"
#include "support/build_pki.h"
#include "support/check_main.h"

#include <stdlib.h>

/* One attribute value each, both as the common name of a Name of their own. */
static const struct {
    uint8_t tag_a;
    struct slice a;
    uint8_t tag_b;
    struct slice b;
    bool equal;
    const char *label;
} values[] = {
    { DER_UTF8_STRING, LITERAL("Acme"), DER_UTF8_STRING, LITERAL("Acme"), true,
      "same" },
    { DER_UTF8_STRING, LITERAL("Acme"), DER_PRINTABLE_STRING, LITERAL("aCME"), true,
      "case" },
    { DER_UTF8_STRING, LITERAL("Acme"), DER_BMP_STRING, LITERAL("\0A\0c\0m\0e"), true,
      "BMP" },
    { DER_UTF8_STRING, LITERAL("A"), DER_UNIVERSAL_STRING, LITERAL("\0\0\0A"), true,
      "UTF-32" },
    { DER_UTF8_STRING, LITERAL("\xc3\x84"), DER_TELETEX_STRING, LITERAL("\xe4"), true,
      "Latin 1" },
    { DER_UTF8_STRING, LITERAL("\xf0\x9f\x94\x90"), DER_BMP_STRING,
      LITERAL("\xd8\x3d\xdd\x10"), true, "surrogate pair" },
    { DER_UTF8_STRING, LITERAL("  Acme \t Inc "), DER_IA5_STRING, LITERAL("acme inc"),
      true, "white space" },
    { DER_UTF8_STRING, LITERAL("Acme\xc2\xa0Inc"), DER_IA5_STRING, LITERAL("acme inc"),
      true, "no-break space" },
    { DER_UTF8_STRING, LITERAL("Ac\xc2\xadme"), DER_IA5_STRING, LITERAL("acme"), true,
      "soft hyphen" },
    { DER_UTF8_STRING, LITERAL("acmeinc"), DER_IA5_STRING, LITERAL("acme inc"), false,
      "no space at all" },
    { DER_UTF8_STRING, LITERAL("Acme Inc"), DER_IA5_STRING, LITERAL("acme  inc"), true,
      "two spaces for one" },
    { DER_UTF8_STRING, LITERAL("Acme Inc "), DER_IA5_STRING, LITERAL("acme inc"), true,
      "a space at the end" },
    { DER_UTF8_STRING, LITERAL("Acme "), DER_IA5_STRING, LITERAL("acme"), true,
      "a space at the end of one word" },
    { DER_UTF8_STRING, LITERAL(" Acme"), DER_IA5_STRING, LITERAL(" acme"), true,
      "a space before both" },
    { DER_UTF8_STRING, LITERAL("Acme Inc"), DER_UTF8_STRING, LITERAL("Acme Ind"), false,
      "another letter behind a space" },
    { DER_UTF8_STRING, LITERAL("Acme \xc2\xadInc"), DER_UTF8_STRING,
      LITERAL("Acme \xc2\xa0inc"), true, "a space, then nothing and a space" },
    { DER_UTF8_STRING, LITERAL("a b"), DER_UTF8_STRING, LITERAL("a c"), false,
      "single letters" },
    { DER_UTF8_STRING, LITERAL("a "), DER_UTF8_STRING, LITERAL("a b"), false,
      "a space and no letter" },
    { DER_UTF8_STRING, LITERAL("Acme"), DER_UTF8_STRING, LITERAL("Acme2"), false,
      "longer" },
    { DER_UTF8_STRING, LITERAL("Acme"), DER_UTF8_STRING, LITERAL(""), false, "empty" },
    { DER_UTF8_STRING, LITERAL(" "), DER_UTF8_STRING, LITERAL(""), true, "blank" },
    { DER_UTF8_STRING, LITERAL("\xce\xa3\xce\x8a"), DER_UTF8_STRING,
      LITERAL("\xcf\x82\xce\xaf"), true, "Greek" },
    { DER_UTF8_STRING, LITERAL("\xd0\x81\xd0\x96\xd2\x90"), DER_UTF8_STRING,
      LITERAL("\xd1\x91\xd0\xb6\xd2\x91"), true, "Cyrillic" },
    { DER_UTF8_STRING, LITERAL("\xc4\x8c\xc5\xbd\xc5\xb8"), DER_UTF8_STRING,
      LITERAL("\xc4\x8d\xc5\xbe\xc3\xbf"), true, "Latin extended" },
    { DER_UTF8_STRING, LITERAL("\xc3\x97"), DER_UTF8_STRING, LITERAL("\xc3\xb7"), false,
      "multiply and divide are no pair" },
    { DER_UTF8_STRING, LITERAL("\xc4\x8d"), DER_UTF8_STRING, LITERAL("\xc4\x8e"), false,
      "neighbours of two pairs" },
    { DER_UTF8_STRING, LITERAL("a\xff"), DER_UTF8_STRING, LITERAL("a\xfe"), false,
      "different malformed bytes" },
    { DER_UTF8_STRING, LITERAL("a\xff"), DER_UTF8_STRING, LITERAL("a\xff"), true,
      "same malformed bytes" },
    { DER_UTF8_STRING, LITERAL("a\xef\xbf\xbd"), DER_UTF8_STRING, LITERAL("a\xff"),
      false, "malformed and U+FFFD" },
    { DER_OCTET_STRING, LITERAL("Acme"), DER_UTF8_STRING, LITERAL("Acme"), false,
      "not a string" },
    { DER_OCTET_STRING, LITERAL("Acme"), DER_OCTET_STRING, LITERAL("acme"), false,
      "not a string, other case" },
    { DER_OCTET_STRING, LITERAL("Acme"), DER_OCTET_STRING, LITERAL("Acme"), true,
      "not a string, same" },
};

static struct slice write_name(struct buf *out, uint8_t tag, struct slice value)
{
    size_t name = der_begin(out, DER_SEQUENCE);
    size_t rdn = der_begin(out, DER_SET);
    build_attribute(out, OID_COMMON_NAME, tag, value);
    der_end(out, rdn);
    der_end(out, name);
    return buf_slice(out);
}

START_TEST(compares_values)
{
    struct buf a = BUF_EMPTY;
    struct buf b = BUF_EMPTY;
    struct slice left = write_name(&a, values[_i].tag_a, values[_i].a);
    struct slice right = write_name(&b, values[_i].tag_b, values[_i].b);
    ck_assert_msg(name_equal(left, right) == values[_i].equal, "%s", values[_i].label);
    ck_assert_msg(name_equal(right, left) == values[_i].equal, "%s, swapped",
                  values[_i].label);
    buf_finish(&a);
    buf_finish(&b);
}
END_TEST

/* A Name in words: attributes one letter each, '+' joins an RDN, ',' ends one. */
static struct slice write_letters(struct buf *out, const char *text)
{
    buf_clear(out);
    size_t name = der_begin(out, DER_SEQUENCE);
    while (*text != 0) {
        size_t rdn = der_begin(out, DER_SET);
        for (; *text != 0 && *text != ','; text++) {
            if (*text != '+') {
                build_attribute(out, OID_ORGANIZATIONAL_UNIT, DER_UTF8_STRING,
                                (struct slice){ (const uint8_t *)text, 1 });
            }
        }
        der_end(out, rdn);
        text += *text == ',' ? 1 : 0;
    }
    der_end(out, name);
    return buf_slice(out);
}

static const struct {
    const char *a;
    const char *b;
    bool equal;
} shapes[] = {
    { "a,b", "A,B", true },
    { "a,b", "b,a", false },
    { "a+b", "b+A", true },
    { "a+b", "a,b", false },
    { "a+b", "a+b+c", false },
    { "a+a+b", "a+b+b", false },
    { "a", "a,b", false },
    { "", "", true },
    { "", "a", false },
    { "a+b+c", "c+a+B", true },
    { "a,b+c", "a,c+b", true },
    { "a+b+c+d+e+f+g+h", "h+g+f+e+d+c+b+A", true },
    /* over the bound: only byte for byte */
    { "a+b+c+d+e+f+g+h+i", "a+b+c+d+e+f+g+h+i", true },
    { "a+b+c+d+e+f+g+h+i", "A+b+c+d+e+f+g+h+i", false },
};

START_TEST(compares_shapes)
{
    struct buf a = BUF_EMPTY;
    struct buf b = BUF_EMPTY;
    struct slice left = write_letters(&a, shapes[_i].a);
    struct slice right = write_letters(&b, shapes[_i].b);
    ck_assert_msg(name_equal(left, right) == shapes[_i].equal, "%s / %s", shapes[_i].a,
                  shapes[_i].b);
    ck_assert_msg(name_is_empty(left) == (shapes[_i].a[0] == 0), "%s", shapes[_i].a);
    buf_finish(&a);
    buf_finish(&b);
}
END_TEST

/* ---- formatting */

static const struct {
    uint8_t tag;
    struct slice value;
    const char *text;
    const char *simple; /* NULL = as RFC 4514 */
} formats[] = {
    { DER_UTF8_STRING, LITERAL("alice"), "CN=alice", "alice" },
    { DER_UTF8_STRING, LITERAL("a,b+c\"d\\e<f>g;h"),
      "CN=a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h", "a,b+c\"d\\e<f>g;h" },
    { DER_UTF8_STRING, LITERAL(" x "), "CN=\\ x\\ ", " x " },
    { DER_UTF8_STRING, LITERAL("#x#"), "CN=\\#x#", "#x#" },
    { DER_UTF8_STRING, LITERAL("a\0b"), "CN=a\\00b", NULL },
    { DER_BMP_STRING, LITERAL("\0\xe9"), "CN=\xc3\xa9", "\xc3\xa9" },
    { DER_BMP_STRING, LITERAL("\0a\0"), "CN=a\xef\xbf\xbd", "a\xef\xbf\xbd" },
    { DER_BMP_STRING, LITERAL("\xdc\x00\0a"),
      "CN=\xef\xbf\xbd"
      "a",
      "\xef\xbf\xbd"
      "a" },
    { DER_BMP_STRING, LITERAL("\xd8\x00\0a"),
      "CN=\xef\xbf\xbd"
      "a",
      "\xef\xbf\xbd"
      "a" },
    { DER_UNIVERSAL_STRING, LITERAL("\0\x11\0\0\0\0\0a"),
      "CN=\xef\xbf\xbd"
      "a",
      "\xef\xbf\xbd"
      "a" },
    { DER_TELETEX_STRING, LITERAL("\xe9"), "CN=\xc3\xa9", "\xc3\xa9" },
    { DER_PRINTABLE_STRING, LITERAL("\xe9"), "CN=\xef\xbf\xbd", "\xef\xbf\xbd" },
    { DER_OCTET_STRING, LITERAL("\x01"), "CN=#040101", "CN=#040101" },
    { DER_UTF8_STRING, LITERAL(""), "CN=", "CN=" },
};

START_TEST(formats_values)
{
    struct buf name = BUF_EMPTY;
    struct buf text = BUF_EMPTY;
    struct slice in = write_name(&name, formats[_i].tag, formats[_i].value);
    ck_assert(name_format(&text, in));
    ck_assert_str_eq(buf_string(&text), formats[_i].text);
    ck_assert(text_is_utf8(buf_slice(&text)));
    buf_clear(&text);
    ck_assert(name_format_simple(&text, in));
    if (formats[_i].simple != NULL) {
        ck_assert_str_eq(buf_string(&text), formats[_i].simple);
    }
    ck_assert(text_is_utf8(buf_slice(&text)));
    buf_finish(&name);
    buf_finish(&text);
}
END_TEST

START_TEST(formats_reversed_with_unknown_types)
{
    struct buf name = BUF_EMPTY;
    struct buf text = BUF_EMPTY;
    size_t outer = der_begin(&name, DER_SEQUENCE);
    size_t rdn = der_begin(&name, DER_SET);
    build_attribute(&name, OID_ORGANIZATION, DER_UTF8_STRING, BYTES("Acme"));
    der_end(&name, rdn);
    rdn = der_begin(&name, DER_SET);
    build_attribute(&name, OID_ORGANIZATIONAL_UNIT, DER_UTF8_STRING, BYTES("First"));
    size_t unknown = der_begin(&name, DER_SEQUENCE);
    der_write(&name, DER_OID, BYTES("\x2a\x03\x04"));
    der_write(&name, DER_UTF8_STRING, BYTES("x"));
    der_end(&name, unknown);
    der_end(&name, rdn);
    rdn = der_begin(&name, DER_SET);
    build_attribute(&name, OID_ORGANIZATIONAL_UNIT, DER_UTF8_STRING, BYTES("Last"));
    der_end(&name, rdn);
    der_end(&name, outer);

    ck_assert(name_format(&text, buf_slice(&name)));
    ck_assert_str_eq(buf_string(&text), "OU=Last,OU=First+1.2.3.4=#0c0178,O=Acme");
    buf_clear(&text);
    ck_assert(name_format_simple(&text, buf_slice(&name)));
    ck_assert_str_eq(buf_string(&text), "Last");
    buf_finish(&name);
    buf_finish(&text);
}
END_TEST

static const struct {
    const char *label;
    struct slice name;
} malformed[] = {
    { "no bytes", { NULL, 0 } },
    { "not a SEQUENCE", LITERAL("\x31\x00") },
    { "bytes behind it", LITERAL("\x30\x00\x00") },
    { "RDN without attributes", LITERAL("\x30\x02\x31\x00") },
    { "RDN is no SET", LITERAL("\x30\x02\x30\x00") },
    { "attribute is no SEQUENCE", LITERAL("\x30\x04\x31\x02\x05\x00") },
    { "attribute without a value", LITERAL("\x30\x07\x31\x05\x30\x03\x06\x01\x2a") },
    { "attribute with two values",
      LITERAL("\x30\x0b\x31\x09\x30\x07\x06\x01\x2a\x05\x00\x05\x00") },
};

static void count(void *user, size_t rdn, struct slice type, uint8_t tag,
                  struct slice value)
{
    (void)rdn;
    (void)type;
    (void)tag;
    (void)value;
    ++*(int *)user;
}

START_TEST(malformed_names_are_said_so)
{
    int n = 0;
    struct buf text = BUF_EMPTY;
    struct buf good = BUF_EMPTY;
    build_name(&good, "x");
    ck_assert_msg(!name_walk(malformed[_i].name, count, &n), "%s", malformed[_i].label);
    ck_assert_msg(!name_is_empty(malformed[_i].name), "%s", malformed[_i].label);
    ck_assert_msg(!name_equal(malformed[_i].name, buf_slice(&good)), "%s",
                  malformed[_i].label);
    ck_assert_msg(!name_equal(buf_slice(&good), malformed[_i].name), "%s",
                  malformed[_i].label);
    ck_assert(name_format(&text, malformed[_i].name));
    ck_assert_str_eq(buf_string(&text), "(malformed name)");
    buf_finish(&text);
    buf_finish(&good);
}
END_TEST

START_TEST(empty_name_has_empty_text)
{
    struct buf text = BUF_EMPTY;
    ck_assert(name_is_empty(BYTES("\x30\x00")));
    ck_assert(name_format(&text, BYTES("\x30\x00")));
    ck_assert(name_format_simple(&text, BYTES("\x30\x00")));
    ck_assert_uint_eq(text.len, 0);
    buf_finish(&text);
}
END_TEST

START_TEST(formatting_survives_lack_of_memory)
{
    struct buf name = BUF_EMPTY;
    build_name(&name, "a name that is long enough");
    for (size_t n = 1; n < 5; n++) {
        struct buf text = BUF_EMPTY;
        mem_fail_after(n);
        bool good = name_format(&text, buf_slice(&name));
        mem_fail_after(0);
        /* the list of RDNs, the text of the value, the output */
        ck_assert_msg(good == (n > 3), "allocation %zu", n);
        buf_finish(&text);
    }
    buf_finish(&name);
}
END_TEST

/* ---- general names */

static const struct {
    struct slice der;
    const char *text;
} generals[] = {
    { LITERAL("\x82\x0b"
              "example.com"),
      "DNS:example.com" },
    { LITERAL("\x81\x03"
              "a@b"),
      "email:a@b" },
    { LITERAL("\x86\x08"
              "http://x"),
      "URI:http://x" },
    { LITERAL("\x87\x04\x7f\x00\x00\x01"), "IP:127.0.0.1" },
    { LITERAL("\x87\x08\x0a\x00\x00\x00\xff\x00\x00\x00"), "IP:10.0.0.0/255.0.0.0" },
    { LITERAL("\x87\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"), "IP:::1" },
    { LITERAL("\x87\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "IP:::" },
    { LITERAL("\x87\x10\x20\x01\x0d\xb8\0\0\0\0\0\x01\0\0\0\0\0\0"),
      "IP:2001:db8:0:0:1::" },
    { LITERAL("\x87\x10\x20\x01\x0d\xb8\0\0\0\x01\0\x01\0\x01\0\x01\0\x01"),
      "IP:2001:db8:0:1:1:1:1:1" },
    { LITERAL("\x87\x10\x20\x01\x0d\xb8\0\0\0\0\0\x01\0\0\0\0\0\x01"),
      "IP:2001:db8::1:0:0:1" },
    { LITERAL("\x87\x03\x01\x02\x03"), "IP:#010203" },
    { LITERAL("\x88\x03\x2a\x03\x04"), "RID:1.2.3.4" },
    { LITERAL("\xa0\x13\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x03\xa0\x05\x0c\x03"
              "a@b"),
      "UPN:a@b" },
    { LITERAL("\xa0\x1f\x06\x09\x2b\x06\x01\x04\x01\x82\x37\x19\x01\xa0\x12\x04\x10\x00"
              "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"),
      "GUID:{03020100-0504-0706-0809-0a0b0c0d0e0f}" },
    { LITERAL("\xa0\x12\x06\x09\x2b\x06\x01\x04\x01\x82\x37\x19\x01\xa0\x05\x04\x03\x61"
              "\x62\x63"),
      "other:1.3.6.1.4.1.311.25.1" },
    { LITERAL("\xa0\x27\x06\x08\x60\x86\x48\x01\x65\x03\x06\x06\xa0\x1b\x04\x19\xd4\xe7"
              "\x39\xda\x73\x9c\xed\x39\xce\x73\x9d\x83\x68\x5a\x08\xc9\x2a\xde\x0a\x61"
              "\x84\xe7\x39\xc3\xf3"),
      "FASC-N:s9999f9999f999999f0f1f1234567890199991e" },
    { LITERAL(
          "\xa0\x35\x06\x06\x2b\x06\x01\x05\x02\x02\xa0\x2b\x30\x29\xa0\x09\x1b\x07\x45"
          "\x58\x2e\x54\x45\x53\x54\xa1\x1c\x30\x1a\xa0\x03\x02\x01\x01\xa1\x13\x30\x11"
          "\x1b\x04\x68\x6f\x73\x74\x1b\x09\x61\x2e\x65\x78\x2e\x74\x65\x73\x74"),
      "KRB5:host/a.ex.test@EX.TEST" },
    { LITERAL("\xa0\x0c\x06\x06\x2b\x06\x01\x05\x02\x02\xa0\x02\x30\x00"),
      "other:1.3.6.1.5.2.2" },
    { LITERAL("\xa0\x12\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x09\xa0\x06\x0c\x04\xc3\xa4"
              "\x40\x62"),
      "SmtpUTF8Mailbox:\xc3\xa4@b" },
    { LITERAL("\xa0\x08\x06\x02\x2a\x03\xa0\x02\x05\x00"), "other:1.2.3" },
    { LITERAL("\xa0\x00"), "other:(malformed)" },
    { LITERAL("\xa4\x0e\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x"),
      "DirName:CN=x" },
    { LITERAL("\xa5\x02\x05\x00"), "[5]:#0500" },
    { LITERAL("\x82\x05x"), "(malformed general name)" },
};

START_TEST(formats_general_names)
{
    struct buf text = BUF_EMPTY;
    ck_assert(name_format_general(&text, generals[_i].der));
    ck_assert_str_eq(buf_string(&text), generals[_i].text);
    buf_finish(&text);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("name");
    TCase *tc = tcase_create("equal");
    tcase_add_loop_test(tc, compares_values, 0, (int)ARRAY_LEN(values));
    tcase_add_loop_test(tc, compares_shapes, 0, (int)ARRAY_LEN(shapes));
    suite_add_tcase(suite, tc);
    tc = tcase_create("format");
    tcase_add_loop_test(tc, formats_values, 0, (int)ARRAY_LEN(formats));
    tcase_add_test(tc, formats_reversed_with_unknown_types);
    tcase_add_loop_test(tc, malformed_names_are_said_so, 0, (int)ARRAY_LEN(malformed));
    tcase_add_test(tc, empty_name_has_empty_text);
    tcase_add_test(tc, formatting_survives_lack_of_memory);
    tcase_add_loop_test(tc, formats_general_names, 0, (int)ARRAY_LEN(generals));
    suite_add_tcase(suite, tc);
    return suite;
}
