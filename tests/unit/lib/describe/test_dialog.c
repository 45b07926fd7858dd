/* SPDX-License-Identifier: MIT
 *
 * describe/dialog: the values of extensions, good and damaged; the rows of whole
 * certificates and what the Show box leaves of them; purposes in words.
 */
#include "describe/dialog.h"

#include "base/text.h"
#include "support/check_main.h"
#include "support/world.h"

#include <string.h>

static const struct {
    enum oid oid;
    const char *hex; /* the extension's value */
    const char *want;
} extensions[] = {
    { OID_KEY_USAGE, "030205a0", "Digital Signature, Key Encipherment (a0)" },
    { OID_KEY_USAGE, "0303070080", "Decipher Only (00 80)" },
    { OID_KEY_USAGE, "03020780", "Digital Signature (80)" },
    { OID_KEY_USAGE, "030100", "None ()" },
    { OID_KEY_USAGE, "0300", "03 00" }, /* not even the byte of unused bits */
    { OID_KEY_USAGE, "", "(no bytes)" },
    { OID_EXTENDED_KEY_USAGE, "300a06082b06010505070302",
      "Client Authentication (1.3.6.1.5.5.7.3.2)" },
    { OID_EXTENDED_KEY_USAGE, "300f06082b0601050507030206038837 03",
      "Client Authentication (1.3.6.1.5.5.7.3.2)\nUnknown Key Usage (2.999.3)" },
    { OID_EXTENDED_KEY_USAGE, "3000", "None" },
    { OID_EXTENDED_KEY_USAGE, "30030c0141", "30 03 0c 01 41" },
    { OID_BASIC_CONSTRAINTS, "3000",
      "Subject Type=End Entity\nPath Length Constraint=None" },
    { OID_BASIC_CONSTRAINTS, "30060101ff020103",
      "Subject Type=CA\nPath Length Constraint=3" },
    { OID_BASIC_CONSTRAINTS, "30030101ff00", "30 03 01 01 ff 00" },
    { OID_SUBJECT_KEY_IDENTIFIER, "0403010203", "010203" },
    { OID_AUTHORITY_KEY_IDENTIFIER, "30058003010203", "KeyID=010203" },
    { OID_AUTHORITY_KEY_IDENTIFIER, "3000", "30 00" },
    { OID_SUBJECT_ALT_NAME, "30158203612e6281056140622e638704c0000201 8200",
      "30 15 82 03 61 2e 62 81 05 61 40 62 2e 63 87 04\nc0 00 02 01 82 00" },
    { OID_SUBJECT_ALT_NAME, "30128203612e6281056140622e638704c0000201",
      "DNS Name=a.b\nRFC822 Name=a@b.c\nIP Address=192.0.2.1" },
    { OID_ISSUER_ALT_NAME, "30058203612e62", "DNS Name=a.b" },
    { OID_FRESHEST_CRL, "30103 00ea00ca00a8608687474703a2f2f61",
      "[1]CRL Distribution Point\n     URL=http://a" },
    { OID_MS_APPLICATION_POLICIES, "300c300a06082b06010505070302",
      "[1]Application Certificate Policy:\n     Policy "
      "Identifier=Client Authentication (1.3.6.1.5.5.7.3.2)" },
    { OID_CRL_DISTRIBUTION_POINTS, "30103 00ea00ca00a8608687474703a2f2f61",
      "[1]CRL Distribution Point\n     URL=http://a" },
    { OID_AUTHORITY_INFO_ACCESS, "3016301406082b060105050730018608687474703a2f2f61",
      "[1]Access Method=On-line Certificate Status Protocol (1.3.6.1.5.5.7.48.1)\n"
      "     URL=http://a" },
    { OID_CERTIFICATE_POLICIES, "30083006060455 1d2000",
      "[1]Policy Identifier=All issuance policies" },
    { OID_NAME_CONSTRAINTS, "300ba009300782056578 2e636f",
      "Permitted\n     DNS Name=ex.co" },
    { OID_POLICY_CONSTRAINTS, "3003800100", "Required Explicit Policy Skip Certs=0" },
    { OID_UNKNOWN, "deadbeef", "de ad be ef" },
};

START_TEST(an_extension_in_words)
{
    uint8_t bytes[128];
    struct buf text = BUF_EMPTY;
    struct extension extension = { .oid = extensions[_i].oid };
    size_t len;
    ck_assert_msg(text_read_hex(extensions[_i].hex, bytes, sizeof bytes, &len),
                  "row %d", _i);
    extension.value = (struct slice){ bytes, len };
    ck_assert(dialog_append_extension(&text, &extension));
    ck_assert_str_eq(buf_string(&text), extensions[_i].want);
    /* Cut anywhere it is shown, too, and nothing behind it is read. */
    for (size_t cut = 0; cut < len; cut++) {
        buf_clear(&text);
        extension.value.len = cut;
        ck_assert(dialog_append_extension(&text, &extension));
        ck_assert_uint_gt(text.len, 0);
    }
    buf_finish(&text);
}
END_TEST

/* ---- whole certificates */

struct rows {
    struct buf text; /* "label=value\n" */
    enum dialog_show show;
    size_t n;
    size_t longest;
};

static void on_row(void *user, const struct dialog_row *row)
{
    struct rows *rows = user;
    size_t n_lines = 1;
    ck_assert(text_is_utf8(row->label) && text_is_utf8(row->value));
    ck_assert_uint_gt(row->value.len, 0);
    for (size_t i = 0; i < row->value.len; i++) {
        n_lines += row->value.data[i] == '\n';
    }
    ck_assert_uint_eq(row->n_lines, n_lines);
    rows->longest = row->value.len > rows->longest ? row->value.len : rows->longest;
    if (!dialog_shows(rows->show, row)) {
        return;
    }
    rows->n++;
    buf_append_slice(&rows->text, row->label);
    buf_append_byte(&rows->text, '=');
    buf_append_slice(&rows->text, row->value);
    buf_append_byte(&rows->text, '\n');
}

static void walk(const char *name, enum dialog_show show, const char *friendly_name,
                 struct rows *rows)
{
    memset(rows, 0, sizeof *rows);
    rows->show = show;
    ck_assert(dialog_walk(world_case(name)->chain[0], friendly_name, on_row, rows));
}

static const struct {
    enum dialog_show show;
    size_t n;
    const char *has;
    const char *has_not;
} shows[] = {
    { DIALOG_SHOW_ALL, 0, "Issuer=CN = certgate tests issuing\nO = certgate tests\n",
      NULL },
    { DIALOG_SHOW_ALL, 0, "Friendly name=mine\n", NULL },
    { DIALOG_SHOW_VERSION_1, 10, "Signature hash algorithm=sha256\n", "Key Usage" },
    { DIALOG_SHOW_VERSION_1, 10, "Public key parameters=P-256\n", "Thumbprint" },
    { DIALOG_SHOW_EXTENSIONS, 0,
      "Enhanced Key Usage=Client Authentication (1.3.6.1.5.5.7.3.2)\n", "Subject=" },
    { DIALOG_SHOW_CRITICAL, 2, "Key Usage=Digital Signature (80)\n", "Enhanced" },
    { DIALOG_SHOW_PROPERTIES, 3, "Thumbprint=", "Subject" },
};

START_TEST(the_show_box)
{
    struct rows rows;
    walk("good", shows[_i].show, "mine", &rows);
    const char *text = buf_string(&rows.text);
    ck_assert_msg(strstr(text, shows[_i].has) != NULL, "%s", text);
    ck_assert_msg(shows[_i].has_not == NULL || strstr(text, shows[_i].has_not) == NULL,
                  "%s", text);
    ck_assert_msg(shows[_i].n == 0 || rows.n == shows[_i].n, "%zu\n%s", rows.n, text);
    buf_finish(&rows.text);
}
END_TEST

/* Every certificate of the tables can be shown, the damaged ones too. */
START_TEST(every_case)
{
    const struct recipe_table *cases = &forge_book(world_get())->cases;
    for (size_t i = 0; i < cases->n_recipes; i++) {
        struct rows rows;
        if (cases->recipes[i].is_none) {
            continue;
        }
        walk(cases->recipes[i].name, DIALOG_SHOW_ALL, NULL, &rows);
        ck_assert_uint_ge(rows.n, 2);
        ck_assert_uint_le(rows.longest, DIALOG_VALUE_MAX + 4);
        ck_assert_ptr_null(strstr(buf_string(&rows.text), "Friendly name"));
        buf_finish(&rows.text);
    }
}
END_TEST

static void on_purpose(void *user, struct slice sentence)
{
    buf_append_slice(user, sentence);
    buf_append_byte(user, '\n');
}

static const struct {
    const char *name;
    const char *want;
} purposes[] = {
    { "good", "Proves your identity to a remote computer\n" },
    { "both-purposes", "Ensures the identity of a remote computer\n"
                       "Proves your identity to a remote computer\n" },
    { "eku-absent", "All purposes\n" },
    { "eku-empty", "None: its Enhanced Key Usage is empty\n" },
    { "eku-private", "2.999.3.1\n" },
    { "eku-smart-card", "Smart Card Logon\n" },
};

START_TEST(purposes_in_words)
{
    struct buf text = BUF_EMPTY;
    ck_assert(dialog_walk_purposes(world_case(purposes[_i].name)->chain[0], on_purpose,
                                   &text));
    ck_assert_str_eq(buf_string(&text), purposes[_i].want);
    buf_finish(&text);
}
END_TEST

START_TEST(what_is_no_certificate)
{
    struct rows rows = { .show = DIALOG_SHOW_ALL };
    struct certificate *cert = certificate_create(slice_from_string("\x30\x03xyz"));
    ck_assert(dialog_walk(cert, "", on_row, &rows));
    ck_assert_ptr_nonnull(strstr(buf_string(&rows.text), "Valid to=not to be read\n"));
    buf_finish(&rows.text);
    certificate_destroy(cert);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("dialog");
    TCase *t = tcase_create("dialog");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, an_extension_in_words, 0, (int)ARRAY_LEN(extensions));
    tcase_add_loop_test(t, the_show_box, 0, (int)ARRAY_LEN(shows));
    tcase_add_test(t, every_case);
    tcase_add_loop_test(t, purposes_in_words, 0, (int)ARRAY_LEN(purposes));
    tcase_add_test(t, what_is_no_certificate);
    suite_add_tcase(s, t);
    return s;
}
