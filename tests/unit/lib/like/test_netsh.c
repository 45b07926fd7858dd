/* SPDX-License-Identifier: MIT
 *
 * like/netsh: the output of netsh as text and as JSON, in any encoding of Windows,
 * whole, damaged and hostile.
 */
#include "base/mem.h"
#include "like/netsh.h"
#include "like/windows_text.h"
#include "support/check_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was told, a line each: "2 [0.0.0.0:443]", "3 USAGE=Enabled", "4 ?Label". */
static void on_binding(void *user, struct slice address, size_t line)
{
    buf_printf(user, "%zu [%.*s]\n", line, (int)address.len,
               (const char *)address.data);
}

static void on_value(void *user, enum netsh_field field, struct slice value,
                     size_t line)
{
    static const char *const names[] = {
#define NAME(name, label, other, kind, option) #name,
        NETSH_FIELDS(NAME)
#undef NAME
    };
    buf_printf(user, "%zu %s=%.*s\n", line, names[field], (int)value.len,
               value.len > 0 ? (const char *)value.data : "");
}

static void on_unknown(void *user, struct slice label, size_t line)
{
    buf_printf(user, "%zu ?%.*s\n", line, (int)label.len, (const char *)label.data);
}

static struct netsh_visitor visitor_of(struct buf *told)
{
    return (struct netsh_visitor){ told, on_binding, on_value, on_unknown };
}

static const struct {
    const char *label;
    const char *text;
    const char *told;
} texts[] = {
    { "nothing", "", "" },
    { "no bindings", "\nSSL Certificate bindings: \n-------------------------\n\n",
      "" },
    { "a binding",
      "\n    IP:port                      : 0.0.0.0:443 \n    Usage Check   : "
      "Enabled\n",
      "2 [0.0.0.0:443]\n3 USAGE=Enabled\n" },
    { "an IPv6 address", "    IP:port   : [::]:443\n", "1 [[::]:443]\n" },
    { "a name", "    Hostname:port                : api.example.com:443\r\n",
      "1 [api.example.com:443]\n" },
    { "a central store", "    Central Certificate Store    : 443\n", "1 [443]\n" },
    { "null is nothing",
      "    IP:port : 0.0.0.0:443\n    Ctl Identifier               : (null) \n    Ctl "
      "Store "
      "Name :\n",
      "1 [0.0.0.0:443]\n2 CTL_IDENTIFIER=\n3 CTL_STORE=\n" },
    { "newer labels",
      "    IP:port : 0.0.0.0:443\n    Disable TLS1.3               : Set\n    Disable "
      "TLS1.2   "
      "            : Not Set\n",
      "1 [0.0.0.0:443]\n2 NO_TLS13=Set\n3 NO_TLS12=Not Set\n" },
    { "two bindings",
      "    IP:port : 0.0.0.0:443\n    Usage Check : Enabled\n\n    IP:port : "
      "0.0.0.0:444\n    "
      "Usage Check : Disabled\n",
      "1 [0.0.0.0:443]\n2 USAGE=Enabled\n4 [0.0.0.0:444]\n5 USAGE=Disabled\n" },
    { "what is not about certificates",
      "    IP:port : 0.0.0.0:443\n Extended Properties: \n    PropertyId               "
      "    : 0 "
      "\n    Receive Window               : 1048576 \n",
      "1 [0.0.0.0:443]\n" },
    { "no blank before the colon, as certgated --show sslcert has it",
      "    IP:port : 0.0.0.0:443\n    Verify Client Certificate Revocation: Enabled\n",
      "1 [0.0.0.0:443]\n2 REVOCATION=Enabled\n" },
    { "a label of tomorrow", "    IP:port : 0.0.0.0:443\n    Enable Telepathy : Set\n",
      "1 [0.0.0.0:443]\n2 ?Enable Telepathy\n" },
    { "labels in German",
      "    IP:Port                 : 0.0.0.0:443 \n    Zertifikathash          : 00\n",
      "1 [0.0.0.0:443]\n2 ?Zertifikathash\n" },
    { "labels in French", "    Adresse IP:port     : 0.0.0.0:443 \n",
      "1 ?Adresse IP:port\n" },
    { "a value without a binding", "    Usage Check : Enabled\n", "1 ?Usage Check\n" },
    { "cut within a label", "    IP:port : 0.0.0.0:443\n    Usage Che",
      "1 [0.0.0.0:443]\n" },
    { "cut within a value", "    IP:port : 0.0.0.0:443\n    Usage Check : En",
      "1 [0.0.0.0:443]\n2 USAGE=En\n" },
};

START_TEST(plain_text)
{
    struct buf told = BUF_EMPTY;
    const struct netsh_visitor visitor = visitor_of(&told);
    netsh_read_text(slice_from_string(texts[_i].text), &visitor);
    ck_assert_msg(strcmp(buf_string(&told), texts[_i].told) == 0, "%s: got\n%s",
                  texts[_i].label, buf_string(&told));
    buf_finish(&told);
}
END_TEST

static const struct {
    const char *label;
    const char *json;
    const char *told; /* NULL = an error */
    const char *error;
} jsons[] = {
    { "nothing", "", NULL, "line 1: this is no JSON" },
    { "no bindings",
      "{\"SslCertificateBindings\": [], \"message\": \"x\", \"status\": 0}", "", NULL },
    { "members of HTTP_SERVICE_CONFIG_SSL_PARAM",
      "{ \"SslCertificateBindings\": [ {\n  \"IpPort\": \"0.0.0.0:443\",\n  "
      "\"ConfigType\": 1,\n"
      "  \"SslHash\": [1, 2],\n  \"DefaultSslCtlStoreName\": \"ClientAuthIssuer\",\n"
      "  \"DefaultRevocationFreshnessTime\": 3600 } ] }",
      "2 [0.0.0.0:443]\n5 CTL_STORE=ClientAuthIssuer\n6 FRESHNESS=3600\n", NULL },
    { "labels",
      "{\"IP:port\": \"0.0.0.0:443\",\n\"Usage Check\": \"Disabled\",\n\"Disable "
      "TLS1.3\": true,\n\"Ctl Identifier\": null}",
      "1 [0.0.0.0:443]\n2 USAGE=Disabled\n3 NO_TLS13=true\n4 CTL_IDENTIFIER=\n", NULL },
    { "check mode", "{\"IpPort\": \"0.0.0.0:443\", \"DefaultSslCertCheckMode\": 65537}",
      "1 [0.0.0.0:443]\n1 REVOCATION=Disabled\n1 CACHED_ONLY=Disabled\n1 "
      "USAGE=Disabled\n",
      NULL },
    { "keys within texts move no line",
      "{\"a\": \"\\\"b\\\": \\\\\",\n\"IpPort\": \"x:1\",\n\"Usage Check\": \"Set\"}",
      "1 [x:1]\n1 ?a\n3 USAGE=Set\n", NULL },
    { "a later member of that name",
      "{\"IpPort\": \"x:1\",\n\"strange\": 1,\n\"deeper\": {\"Usage Check\": "
      "1},\n\"Usage "
      "Check\": 0}",
      "1 [x:1]\n2 ?strange\n4 USAGE=0\n", NULL },
    { "cut", "{\"IpPort\": \"0.0.0.0:443\",\n\"Usage", NULL,
      "line 2: this is no JSON" },
    { "twice the same member", "{\"IpPort\": \"a:1\",\n\"IpPort\": \"b:1\"}", NULL,
      "line 2: this is no JSON" },
    { "text and not JSON", "    IP:port : 0.0.0.0:443\n", NULL,
      "line 1: this is no JSON" },
    { "nested too deep",
      "[[[[[[[[[[[[[[[[[[[[{\"IpPort\": \"0.0.0.0:443\"}]]]]]]]]]]]]]]]]]]]]", NULL,
      "it is nested deeper than 16 levels" },
};

START_TEST(json)
{
    struct buf told = BUF_EMPTY;
    struct err err = ERR_INIT;
    const struct netsh_visitor visitor = visitor_of(&told);
    int result = netsh_read_json(slice_from_string(jsons[_i].json), &visitor, &err);
    ck_assert_msg((result == 0) == (jsons[_i].told != NULL), "%s", jsons[_i].label);
    if (jsons[_i].told != NULL) {
        ck_assert_msg(strcmp(buf_string(&told), jsons[_i].told) == 0, "%s: got\n%s",
                      jsons[_i].label, buf_string(&told));
    } else {
        ck_assert_str_eq(err.text, jsons[_i].error);
    }
    buf_finish(&told);
}
END_TEST

START_TEST(every_label)
{
    const struct netsh_field_info *info = netsh_field_get((enum netsh_field)_i);
    ck_assert_int_eq(netsh_field_find(slice_from_string(info->label)), _i);
    ck_assert_int_eq(netsh_field_find(slice_from_string(info->other)), _i);
}
END_TEST

START_TEST(every_bit)
{
    static const struct {
        enum netsh_field field;
        uint32_t bit;
        const char *told;
    } bits[] = {
        { NETSH_CHECK_MODE, 0, "REVOCATION=Enabled" },
        { NETSH_CHECK_MODE, 1, "REVOCATION=Disabled" },
        { NETSH_CHECK_MODE, 2, "CACHED_ONLY=Enabled" },
        { NETSH_CHECK_MODE, 0, "USAGE=Enabled" },
        { NETSH_CHECK_MODE, 0x10000, "USAGE=Disabled" },
        { NETSH_FLAGS, 1, "DS_MAPPER=Enabled" },
        { NETSH_FLAGS, 0, "NEGOTIATE=Disabled" },
        { NETSH_FLAGS, 2, "NEGOTIATE=Enabled" },
        { NETSH_FLAGS, 8, "REJECT=Enabled" },
        { NETSH_FLAGS, 0x40, "NO_TLS13=Enabled" },
        { NETSH_FLAGS, 0x1000, "NO_TLS12=Enabled" },
    };
    for (size_t i = 0; i < ARRAY_LEN(bits); i++) {
        struct buf told = BUF_EMPTY;
        const struct netsh_visitor visitor = visitor_of(&told);
        netsh_expand_bits(bits[i].field, bits[i].bit, 7, &visitor);
        ck_assert_msg(strstr(buf_string(&told), bits[i].told) != NULL, "%s",
                      bits[i].told);
        buf_finish(&told);
    }
}
END_TEST

START_TEST(switches)
{
    bool on = false;
    ck_assert(netsh_read_switch(slice_from_string("Set"), &on) && on);
    ck_assert(netsh_read_switch(slice_from_string("not set"), &on) && !on);
    ck_assert(netsh_read_switch(slice_from_string("ENABLED"), &on) && on);
    ck_assert(!netsh_read_switch(slice_from_string("Aktiviert"), &on));
    ck_assert(!netsh_read_switch(slice_from_string(""), &on));
}
END_TEST

static const struct {
    const char *bytes;
    size_t len;
    const char *text;
} encodings[] = {
    { "a\r\n", 3, "a\r\n" },
    { "\xef\xbb\xbfz\xc3\xa4", 6, "z\xc3\xa4" },
    { "\xff\xfez\0\xe4\0", 6, "z\xc3\xa4" },
    { "\xfe\xff\0z\0\xe4", 6, "z\xc3\xa4" },
    { "\xff\xfe\x3d\xd8\x00\xde", 6, "\xf0\x9f\x98\x80" },
    { "\xff\xfe\x3d\xd8z\0", 6, "\xef\xbf\xbdz" }, /* half a surrogate */
    { "\xff\xfez\0\xe4", 5, "z\xef\xbf\xbd" },     /* half a unit */
    { "\xff\xfe", 2, "" },
    { "\xe4", 1, "\xe4" }, /* an old code page: as it is */
};

START_TEST(encoding)
{
    struct buf out = BUF_EMPTY;
    const struct slice bytes = { (const uint8_t *)encodings[_i].bytes,
                                 encodings[_i].len };
    ck_assert(windows_text_decode(bytes, &out));
    ck_assert_str_eq(buf_string(&out), encodings[_i].text);
    buf_finish(&out);
}
END_TEST

START_TEST(a_hundred_thousand_lines)
{
    struct buf text = BUF_EMPTY;
    struct buf told = BUF_EMPTY;
    const struct netsh_visitor visitor = visitor_of(&told);
    for (size_t i = 0; i < 50000; i++) {
        buf_append_string(&text,
                          "    IP:port : 0.0.0.0:443\n    Usage Check : Enabled\n");
    }
    netsh_read_text(buf_slice(&text), &visitor);
    ck_assert(strstr(buf_string(&told), "\n99999 [0.0.0.0:443]\n100000 USAGE=") !=
              NULL);
    buf_finish(&text);
    buf_finish(&told);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("netsh");
    TCase *c = tcase_create("netsh");
    tcase_add_loop_test(c, plain_text, 0, (int)ARRAY_LEN(texts));
    tcase_add_loop_test(c, json, 0, (int)ARRAY_LEN(jsons));
    tcase_add_loop_test(c, every_label, 0, NETSH_FIELD_COUNT);
    tcase_add_test(c, every_bit);
    tcase_add_test(c, switches);
    tcase_add_loop_test(c, encoding, 0, (int)ARRAY_LEN(encodings));
    tcase_add_test(c, a_hundred_thousand_lines);
    suite_add_tcase(s, c);
    return s;
}
