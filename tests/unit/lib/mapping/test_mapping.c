/* SPDX-License-Identifier: MIT
 *
 * mapping/mapping: which mapping a certificate fits, and IIS's XML read from hostile
 * and from careless hands.
 */
#include "base/mem.h"
#include "mapping/mapping_match.h"
#include "mapping/mapping_read.h"
#include "support/build_leaf.h"
#include "support/check_main.h"

#include <stdio.h>
#include <string.h>

/* ---- texts */

static const struct {
    struct slice value;
    const char *criteria;
    bool fits;
    bool fits_ignoring_case;
    const char *label;
} texts[] = {
    { LITERAL("Contoso"), "Contoso", true, true, "the same" },
    { LITERAL("Contoso"), "contoso", false, true, "other case" },
    { LITERAL("Contoso"), "Contos", false, false, "a part only" },
    { LITERAL("Contoso"), "Contoso ", false, false, "a blank at the end" },
    { LITERAL("Contoso"), "", false, false, "no criteria" },
    { LITERAL(""), "", true, true, "nothing and no criteria" },
    { LITERAL(""), "*", true, true, "nothing and any" },
    { LITERAL("Contoso"), "*", true, true, "any" },
    { LITERAL("Contoso"), "**", true, true, "any, twice" },
    { LITERAL("Contoso"), "Con*", true, true, "a beginning" },
    { LITERAL("Contoso"), "*oso", true, true, "an end" },
    { LITERAL("Contoso"), "*TOS*", false, true, "a middle" },
    { LITERAL("Contoso"), "C*o*o", true, true, "two stars" },
    { LITERAL("Contoso"), "C*x*o", false, false, "two stars, one letter is not there" },
    { LITERAL("aab"), "*ab", true, true, "the star has to be tried again" },
    { LITERAL("ababac"), "*abac", true, true, "and again" },
    { LITERAL("abcabd"), "*ab*d", true, true, "from the last star only" },
    { LITERAL("Contoso"), "Con?oso", false, false, "? is a character" },
    { LITERAL("Con?oso"), "Con?oso", true, true, "which can stand there" },
    { LITERAL("Con*so"), "Con*so", true, true, "so can *" },
    { LITERAL("alice\0.mallory"), "alice", false, false, "a NUL does not end it" },
    { LITERAL("alice\0.mallory"), "alice*", true, true, "a NUL is any character" },
    { LITERAL("alice\0"), "alice", false, false, "a NUL at the end" },
    { LITERAL("\xc3\x84rzte"), "\xc3\xa4rzte", false, true, "letters beyond ASCII" },
    { LITERAL("\xc3\x84rzte"), "*\x84rzte", false, false, "no star within a letter" },
    { LITERAL("\xc3\x84rzte"), "*rzte", true, true, "a star before a letter" },
    { LITERAL("\xd0\x96\xd0\x96"), "\xd0\x96*", true, true, "Cyrillic" },
    { LITERAL("caf\xef\xbf\xbd"), "caf\xe9", false, false, "criteria in Latin 1" },
};

START_TEST(matches_texts)
{
    ck_assert_msg(mapping_match_text(texts[_i].value, texts[_i].criteria, true) ==
                      texts[_i].fits,
                  "%s", texts[_i].label);
    ck_assert_msg(mapping_match_text(texts[_i].value, texts[_i].criteria, false) ==
                      texts[_i].fits_ignoring_case,
                  "%s, ignoring case", texts[_i].label);
}
END_TEST

/* The worst that a stranger can bring against the worst that an operator would write.
 */
START_TEST(matching_is_bounded)
{
    static uint8_t value[MAPPING_MATCH_VALUE_MAX + 1];
    char criteria[64];
    memset(value, 'a', sizeof(value));
    memset(criteria, 'a', sizeof(criteria));
    criteria[0] = '*';
    criteria[sizeof(criteria) - 2] = 'b';
    criteria[sizeof(criteria) - 1] = 0;
    struct slice whole = { value, MAPPING_MATCH_VALUE_MAX };
    ck_assert(!mapping_match_text(whole, criteria, false));
    ck_assert(mapping_match_text(whole, "a*", true));
    whole.len++;
    ck_assert_msg(!mapping_match_text(whole, "a*", true),
                  "over the limit: fits nothing");
}
END_TEST

/* ---- names */

static const struct {
    const char *sub_field;
    const char *criteria;
    bool fits;
    const char *values; /* that were looked at */
} names[] = {
    { "CN", "Alice", true, "Alice" },
    { "CN", "Bob", false, "Alice" },
    { "OU", "two", true, "one, two" },
    { "OU", "three", false, "one, two, III" },
    { "OU", "III", true, "one, two, III" },                /* the second of one RDN */
    { "O", "\xe2\x82\xac Ltd", true, "\xe2\x82\xac Ltd" }, /* BMPString */
    { "L", "M\xc3\xbcnchen", true, "M\xc3\xbcnchen" },     /* T61String */
    { "S", "*", false, "" },                               /* not there */
    { "C", "*", false, "" },                               /* no string */
};

static void write_names(struct buf *out)
{
    size_t name = der_begin(out, DER_SEQUENCE);
    size_t rdn = der_begin(out, DER_SET);
    build_attribute(out, OID_COUNTRY, DER_OCTET_STRING, BYTES("DE"));
    der_end(out, rdn);
    rdn = der_begin(out, DER_SET);
    build_attribute(out, OID_ORGANIZATION, DER_BMP_STRING,
                    BYTES("\x20\xac\0 \0L\0t\0d"));
    der_end(out, rdn);
    rdn = der_begin(out, DER_SET);
    build_attribute(out, OID_LOCALITY, DER_TELETEX_STRING, BYTES("M\xfcnchen"));
    der_end(out, rdn);
    rdn = der_begin(out, DER_SET);
    build_attribute(out, OID_ORGANIZATIONAL_UNIT, DER_UTF8_STRING, BYTES("one"));
    der_end(out, rdn);
    rdn = der_begin(out, DER_SET);
    build_attribute(out, OID_ORGANIZATIONAL_UNIT, DER_IA5_STRING, BYTES("two"));
    build_attribute(out, OID_COMMON_NAME, DER_PRINTABLE_STRING, BYTES("Alice"));
    build_attribute(out, OID_ORGANIZATIONAL_UNIT, DER_UTF8_STRING, BYTES("III"));
    der_end(out, rdn);
    der_end(out, name);
}

START_TEST(matches_names)
{
    struct buf name = BUF_EMPTY;
    struct buf values = BUF_EMPTY;
    write_names(&name);
    enum oid type = mapping_match_sub_field(names[_i].sub_field);
    ck_assert_int_ne(type, OID_UNKNOWN);
    ck_assert_msg(mapping_match_name(buf_slice(&name), type, names[_i].criteria, true,
                                     &values) == names[_i].fits,
                  "%s=%s", names[_i].sub_field, names[_i].criteria);
    ck_assert_str_eq(buf_string(&values), names[_i].values);
    buf_finish(&name);
    buf_finish(&values);
}
END_TEST

START_TEST(malformed_names_fit_nothing)
{
    struct buf name = BUF_EMPTY;
    struct buf values = BUF_EMPTY;
    write_names(&name);
    for (size_t len = 0; len < name.len; len++) {
        struct slice cut = { name.data, len };
        ck_assert_msg(!mapping_match_name(cut, OID_COMMON_NAME, "*", true, &values),
                      "cut at %zu", len);
    }
    buf_finish(&name);
    buf_finish(&values);
}
END_TEST

START_TEST(sub_fields_are_case_sensitive)
{
    ck_assert_int_eq(mapping_match_sub_field("CN"), OID_COMMON_NAME);
    ck_assert_int_eq(mapping_match_sub_field("cn"), OID_UNKNOWN);
    ck_assert_int_eq(mapping_match_sub_field("ST"), OID_UNKNOWN);
    ck_assert_str_eq(mapping_match_suggest("cn"), "CN");
    ck_assert_str_eq(mapping_match_suggest("ST"), "S");
    ck_assert_str_eq(mapping_match_suggest("organizationname"), "O");
    ck_assert_ptr_null(mapping_match_suggest("2.5.4.3"));
}
END_TEST

/* ---- XML */

struct notes {
    char text[4096];
    int n;
    int n_traps;
};

static void on_note(void *user, bool is_trap, const char *text)
{
    struct notes *notes = user;
    size_t len = strlen(notes->text);
    notes->n++;
    notes->n_traps += is_trap ? 1 : 0;
    (void)snprintf(notes->text + len, sizeof(notes->text) - len, "%s\n", text);
}

static struct mapping *parse(const char *xml, const char *path, struct notes *notes,
                             struct err *err)
{
    struct mapping *mapping = NULL;
    *notes = (struct notes){ .n = 0 };
    int result =
        mapping_parse(slice_from_string(xml), path, on_note, notes, &mapping, err);
    ck_assert_int_eq(result == 0, mapping != NULL);
    return mapping;
}

#define NAME    "iisClientCertificateMappingAuthentication"
#define ON      "<" NAME " enabled=\"true\">"
#define OFF     "</" NAME ">"
#define MANY(x) ON "<manyToOneMappings>" x "</manyToOneMappings>" OFF
#define RULE                                                               \
    "<rules><add certificateField=\"Subject\" certificateSubField=\"CN\" " \
    "matchCriteria=\"*\"/></rules>"

/* What must be refused, and a word of why; with the line. */
static const struct {
    const char *xml;
    const char *error;
} bad[] = {
    { "", "line 1: this is no XML: no element found" },
    { "enabled", "this is no XML" },
    { "<configuration>\n<a></configuration>",
      "line 2: this is no XML: mismatched tag" },
    { "<configuration/>", "has no <" NAME ">" },
    { "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "document type declaration" },
    { "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>", "document type declaration" },
    { "<x>&lol;</x>", "undefined entity" },
    { "<" NAME "\n enabled=\"yes\"/>", "enabled is true or false, not 'yes'" },
    { "<" NAME " enable=\"true\"/>", "has no attribute 'enable' (IIS: 500.19)" },
    { "<" NAME " logonMethod=\"Clear\"/>", "not 'Clear'" },
    { ON "<oneToOneMapping/>" OFF,
      "<oneToOneMapping> may not stand here (IIS: 500.19)" },
    { ON "<oneToOneMappings><add userName=\"a\"/></oneToOneMappings>" OFF,
      "the attribute certificate is missing" },
    { MANY("<add/>"), "the attribute name is missing" },
    { MANY("<add name=\"a\" permissionMode=\"deny\"/>"), "Allow or Deny, not 'deny'" },
    { MANY("<add name=\"a\" certificate=\"x\"/>"), "has no attribute 'certificate'" },
    { MANY("<add name=\"a\"><rules><add certificateSubField=\"CN\" "
           "matchCriteria=\"*\"/></rules></add>"),
      "certificateField is missing" },
    { MANY("<add name=\"a\"><rules><add certificateField=\"subject\" "
           "certificateSubField=\"CN\" matchCriteria=\"*\"/></rules></add>"),
      "Subject or Issuer, not 'subject'" },
    { MANY("<add name=\"a\"><rules><add certificateField=\"Issuer\" "
           "certificateSubField=\"CN\"/></rules></add>"),
      "matchCriteria is missing" },
    { MANY("<add name=\"a\"><rules><add><x/></add></rules></add>"), "is missing" },
    { MANY("<remove/>"), "needs the attribute name" },
    { "<c><location path=\"One\">" ON OFF "</location><location path=\"Two\">" ON OFF
      "</location></c>",
      "mappings of two sites, 'One' and 'Two'" },
};

START_TEST(refuses_bad_files)
{
    struct err err = ERR_INIT;
    struct notes notes;
    ck_assert_msg(parse(bad[_i].xml, "some.config", &notes, &err) == NULL, "%s",
                  bad[_i].xml);
    ck_assert_msg(strstr(err.text, bad[_i].error) != NULL, "%s: got %s", bad[_i].xml,
                  err.text);
    ck_assert_msg(strncmp(err.text, "some.config", 11) == 0, "%s", err.text);
}
END_TEST

/* What is read, and what is said of it. */
static const struct {
    const char *xml;
    const char *path;
    bool enabled;
    size_t n_one;
    size_t n_many;
    const char *note; /* NULL = none */
} good[] = {
    { "<" NAME "/>", "x", false, 0, 0, NULL },
    { ON OFF, "x", true, 0, 0, NULL },
    { "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>" ON OFF, "x", true, 0, 0,
      NULL },
    { "<" NAME " enabled=\"True\" logonMethod=\"Network\" defaultLogonDomain=\"\" "
      "lockAttributes=\"enabled\" xmlns:xdt=\"urn:x\" xdt:Transform=\"Replace\"/>",
      "x", true, 0, 0, NULL },
    { "<configuration><system.webServer><security><authentication>" MANY(
          "<add name=\"a\">" RULE
          "</add>") "</authentication></security></system.webServer></configuration>",
      "web.config", true, 0, 1, NULL },
    { "<location path=\"Default Web Site\">" ON OFF "</location>", "excerpt", true, 0,
      0, NULL },
    { "<location path=\"Default Web Site/\">" ON OFF "</location>", "x", true, 0, 0,
      NULL },
    { "<location path=\"Default Web Site/app\">" MANY(
          "<add name=\"a\"/>") "</location>",
      "applicationHost.config", false, 0, 0,
      "those for 'Default Web Site/app' are below" },
    { "<location path=\"app\">" ON OFF "</location>", "/etc/Web.config", false, 0, 0,
      "those for 'app' are below" },
    { "<location path=\".\">" ON OFF "</location>", "web.config", true, 0, 0, NULL },
    { "<c>" MANY("<add name=\"a\">" RULE "</add>") "<location path=\"S\">" MANY(
          "<remove name=\"a\"/><add name=\"b\">" RULE "</add>") "</location></c>",
      "x", true, 0, 1, NULL },
    { "<c>" MANY("<add name=\"a\">" RULE
                 "</add>") "<location path=\"S\">" MANY("<clear/>") "</location></c>",
      "x", true, 0, 0, NULL },
    { "<" NAME "><manyToOneMappings><add name=\"a\">" RULE
      "</add></manyToOneMappings></" NAME ">",
      "x", false, 0, 1, "enabled=\"true\" is missing" },
    { MANY("<add name=\"a\"><rules><add certificateField=\"Subject\" "
           "certificateSubField=\"ou\" matchCriteria=\"*\"/></rules></add>"),
      "x", true, 0, 1, "case counts, and Windows writes OU" },
    { MANY("<add name=\"a\"><rules><add certificateField=\"Subject\" "
           "certificateSubField=\"Mail\" matchCriteria=\"*\"/></rules></add>"),
      "x", true, 0, 1, "'Mail' is no name of a part" },
    { ON "<oneToOneMappings><add certificate=\"MIIB\"/></oneToOneMappings>" OFF, "x",
      true, 1, 0, "is cut off or damaged" },
    { ON "<oneToOneMappings><add certificate=\"%%%\"/></oneToOneMappings>" OFF, "x",
      true, 1, 0, "is cut off or damaged" },
    { ON "<oneToOneMappings><add certificate=\"\"/></oneToOneMappings>" OFF, "x", true,
      1, 0, "is cut off or damaged" },
    { ON "<oneToOneMappings><add certificate=\"MIIB\nAAAA\"/></oneToOneMappings>" OFF,
      "x", true, 1, 0, "put it on one line" },
    { ON "<oneToOneMappings><add certificate=\"-----BEGIN CERTIFICATE-----\nMIIB\"/>"
         "</oneToOneMappings>" OFF,
      "x", true, 1, 0, "leave out the lines" },
};

START_TEST(reads_files)
{
    struct err err = ERR_INIT;
    struct notes notes;
    struct mapping *mapping = parse(good[_i].xml, good[_i].path, &notes, &err);
    ck_assert_msg(mapping != NULL, "%s: %s", good[_i].xml, err.text);
    ck_assert_msg(mapping->enabled == good[_i].enabled, "%s", good[_i].xml);
    ck_assert_uint_eq(mapping->n_entries[MAPPING_ONE_TO_ONE], good[_i].n_one);
    ck_assert_uint_eq(mapping->n_entries[MAPPING_MANY_TO_ONE], good[_i].n_many);
    if (good[_i].note == NULL) {
        ck_assert_msg(notes.n == 0, "%s: %s", good[_i].xml, notes.text);
    } else {
        ck_assert_msg(notes.n_traps == 1 && notes.n == 1, "%s: %s", good[_i].xml,
                      notes.text);
        ck_assert_msg(strstr(notes.text, good[_i].note) != NULL, "%s: %s", good[_i].xml,
                      notes.text);
    }
    mapping_destroy(mapping);
}
END_TEST

static const struct {
    const char *xml;
    bool has;
    bool on;
} anonymous[] = {
    { ON OFF, false, true },
    { "<c>" ON OFF "<anonymousAuthentication enabled=\"false\"/></c>", true, false },
    { "<c>" ON OFF "<anonymousAuthentication/></c>", true, true },
    { "<c><location path=\"S\">" ON OFF
      "<anonymousAuthentication enabled=\"false\"/></location></c>",
      true, false },
    { "<c><location path=\"T\"><anonymousAuthentication enabled=\"false\"/></location>"
      "<location path=\"S\">" ON OFF "</location></c>",
      false, true },
    { "<c><location path=\"S\">" ON OFF "</location><location path=\"T\">"
      "<anonymousAuthentication enabled=\"false\"/></location></c>",
      false, true },
    { "<c><location path=\"S/app\"><anonymousAuthentication enabled=\"false\"/>"
      "</location>" ON OFF "</c>",
      false, true },
};

START_TEST(reads_anonymous)
{
    struct err err = ERR_INIT;
    struct notes notes;
    struct mapping *mapping = parse(anonymous[_i].xml, "x", &notes, &err);
    ck_assert_msg(mapping != NULL, "%s", err.text);
    ck_assert_msg(mapping->has_anonymous == anonymous[_i].has, "%s", anonymous[_i].xml);
    ck_assert_msg(mapping->anonymous == anonymous[_i].on, "%s", anonymous[_i].xml);
    mapping_destroy(mapping);
}
END_TEST

static struct mapping *parse_repeated(const char *head, const char *piece, size_t n,
                                      const char *tail, struct err *err)
{
    struct buf xml = BUF_EMPTY;
    struct notes notes;
    buf_append_string(&xml, head);
    for (size_t i = 0; i < n; i++) {
        buf_append_string(&xml, piece);
    }
    buf_append_string(&xml, tail);
    struct mapping *mapping = parse(buf_string(&xml), "x", &notes, err);
    buf_finish(&xml);
    return mapping;
}

START_TEST(limits)
{
    struct err err = ERR_INIT;
    ck_assert_ptr_null(parse_repeated("", "<a>", MAPPING_DEPTH_MAX + 1, "", &err));
    ck_assert_msg(strstr(err.text, "deep") != NULL, "%s", err.text);

    err = (struct err)ERR_INIT;
    ck_assert_ptr_null(parse_repeated(ON "<manyToOneMappings>", "<add name=\"a\"/>",
                                      MAPPING_ENTRIES_MAX + 1,
                                      "</manyToOneMappings>" OFF, &err));
    ck_assert_msg(strstr(err.text, "more than 1000 mappings") != NULL, "%s", err.text);

    err = (struct err)ERR_INIT;
    ck_assert_ptr_null(parse_repeated("<" NAME " enabled=\"true\"><manyToOneMappings>"
                                      "<add name=\"",
                                      "x", MAPPING_TEXT_MAX + 1,
                                      "\"/></manyToOneMappings></" NAME ">", &err));
    ck_assert_msg(strstr(err.text, "name is longer than") != NULL, "%s", err.text);

    err = (struct err)ERR_INIT;
    ck_assert_ptr_null(parse_repeated("<x>", " ", MAPPING_FILE_MAX, "</x>", &err));
    ck_assert_msg(strstr(err.text, "larger than") != NULL, "%s", err.text);
}
END_TEST

/* ---- deciding */

static struct key *key;
static struct certificate *alice;
static struct certificate *bob;

static void setup(void)
{
    struct err err = ERR_INIT;
    ck_assert_msg(key_generate(KEY_TYPE_EC_P256, &key, &err) == 0, "%s", err.text);
    alice = build_leaf(&(struct build_leaf){ .subject = "Alice", .key = key });
    bob = build_leaf(&(struct build_leaf){
        .subject = "Bob", .issuer = "Test CA", .key = key, .issuer_key = key });
}

static void teardown(void)
{
    certificate_destroy(alice);
    certificate_destroy(bob);
    key_destroy(key);
}

/* The base64 text of a certificate on one line. */
static void append_blob(struct buf *out, const struct certificate *cert)
{
    struct buf pem = BUF_EMPTY;
    ck_assert(certificate_append_pem(&pem, cert));
    const char *line = strchr(buf_string(&pem), '\n') + 1;
    for (; *line != '-'; line++) {
        if (*line != '\n') {
            buf_append_byte(out, (uint8_t)*line);
        }
    }
    buf_finish(&pem);
}

#define CN(mode, user, who)                                                 \
    "<add name=\"cn-" who "\" permissionMode=\"" mode "\" userName=\"" user \
    "\" password=\"pw\"><rules><add certificateField=\"Subject\" "          \
    "certificateSubField=\"CN\" matchCriteria=\"" who "\"/></rules></add>"
#define BOTH                                                        \
    "<add name=\"both\" userName=\"u\"><rules>"                     \
    "<add certificateField=\"Subject\" certificateSubField=\"CN\" " \
    "matchCriteria=\"Bob\"/>"                                       \
    "<add certificateField=\"Issuer\" certificateSubField=\"CN\" "  \
    "matchCriteria=\"Test*\"/></rules></add>"

/* The certificate is Alice's, or Bob's; {A} is Alice's base64, {a} all of it but its
 * last four characters. */
static const struct {
    const char *label;
    const char *one;
    const char *many;
    bool is_bob;
    bool many_first;
    const char *account; /* NULL = every account is there */
    enum mapping_result result;
    size_t number;
    const char *user;
} decisions[] = {
    { "nothing", "", "", false, false, NULL, MAPPING_NO_MATCH, 0, NULL },
    { "one-to-one", "<add userName=\"a\" password=\"pw\" certificate=\"{A}\"/>", "",
      false, false, NULL, MAPPING_MAPPED, 1, "a" },
    { "one-to-one, another certificate", "<add userName=\"a\" certificate=\"{A}\"/>",
      "", true, false, NULL, MAPPING_NO_MATCH, 0, NULL },
    { "one-to-one, disabled",
      "<add enabled=\"false\" userName=\"a\" certificate=\"{A}\"/>", "", false, false,
      NULL, MAPPING_NO_MATCH, 0, NULL },
    { "one-to-one, cut off (row 34)", "<add userName=\"a\" certificate=\"{a}\"/>", "",
      false, false, NULL, MAPPING_CORRUPT, 1, NULL },
    { "a whole one before a damaged one",
      "<add userName=\"a\" certificate=\"{A}\"/><add certificate=\"MIIB\"/>", "", false,
      false, NULL, MAPPING_MAPPED, 1, "a" },
    { "a damaged one before a whole one",
      "<add certificate=\"MIIB\"/><add userName=\"a\" certificate=\"{A}\"/>", "", false,
      false, NULL, MAPPING_CORRUPT, 1, NULL },
    { "many-to-one", "", CN("Allow", "u", "Alice"), false, false, NULL, MAPPING_MAPPED,
      1, "u" },
    { "Deny (row 33)", "", CN("Deny", "", "Alice"), false, false, NULL, MAPPING_DENIED,
      1, NULL },
    { "Deny does not need an account", "", CN("Deny", "u", "Alice"), false, false,
      "other", MAPPING_DENIED, 1, NULL },
    { "the first that fits", "",
      CN("Deny", "", "Bob") CN("Allow", "u", "Al*") CN("Deny", "", "Alice"), false,
      false, NULL, MAPPING_MAPPED, 2, "u" },
    { "all rules fit", "", BOTH, true, false, NULL, MAPPING_MAPPED, 1, "u" },
    { "one rule does not", "", BOTH, false, false, NULL, MAPPING_NO_MATCH, 0, NULL },
    { "no rules", "", "<add name=\"x\" userName=\"u\"/>", false, false, NULL,
      MAPPING_NO_MATCH, 0, NULL },
    { "one-to-one comes first", "<add userName=\"a\" certificate=\"{A}\"/>",
      CN("Deny", "", "Alice"), false, false, NULL, MAPPING_MAPPED, 1, "a" },
    { "unless assumed otherwise", "<add userName=\"a\" certificate=\"{A}\"/>",
      CN("Deny", "", "Alice"), false, true, NULL, MAPPING_DENIED, 1, NULL },
    { "no account is named", "<add certificate=\"{A}\"/>", "", false, false, NULL,
      MAPPING_LOGON_FAILED, 1, NULL },
    { "the account is there", "", CN("Allow", "u", "Alice"), false, false, "U",
      MAPPING_MAPPED, 1, "u" },
    { "the account is not there (row 35)", "", CN("Allow", "v", "Alice"), false, false,
      "u", MAPPING_LOGON_FAILED, 1, NULL },
    { "another password (row 35)",
      "<add userName=\"u\" password=\"PW\" certificate=\"{A}\"/>", "", false, false,
      "u", MAPPING_LOGON_FAILED, 1, NULL },
    { "an encrypted password",
      "<add userName=\"u\" password=\"[enc:AesProvider:AAAA:enc]\" "
      "certificate=\"{A}\"/>",
      "", false, false, "u", MAPPING_MAPPED, 1, "u" },
};

static void append_one(struct buf *xml, const char *text)
{
    for (; *text != 0; text++) {
        if (strncmp(text, "{A}", 3) == 0 || strncmp(text, "{a}", 3) == 0) {
            append_blob(xml, alice);
            xml->len -= text[1] == 'a' ? 4 : 0;
            text += 2;
        } else {
            buf_append_byte(xml, (uint8_t)*text);
        }
    }
}

static void add_account(struct mapping *mapping, const char *name)
{
    struct err err = ERR_INIT;
    struct mapping_account *account = NULL;
    ck_assert_int_eq(mapping_add_account(mapping, &account, &err), 0);
    account->name = mem_copy_string(name, strlen(name));
    account->password = mem_copy_string("pw", 2);
    mapping->has_accounts = true;
}

static struct mapping *make_mapping(const char *one, const char *many)
{
    struct err err = ERR_INIT;
    struct notes notes;
    struct buf xml = BUF_EMPTY;
    buf_append_string(&xml, ON "<oneToOneMappings>");
    append_one(&xml, one);
    buf_append_string(&xml, "</oneToOneMappings><manyToOneMappings>");
    buf_append_string(&xml, many);
    buf_append_string(&xml, "</manyToOneMappings>" OFF);
    struct mapping *mapping = parse(buf_string(&xml), "x", &notes, &err);
    ck_assert_msg(mapping != NULL, "%s", err.text);
    buf_finish(&xml);
    return mapping;
}

START_TEST(decides)
{
    struct err err = ERR_INIT;
    struct policy policy = policy_default();
    struct mapping_outcome outcome;
    struct mapping *mapping = make_mapping(decisions[_i].one, decisions[_i].many);
    const char *label = decisions[_i].label;

    if (decisions[_i].account != NULL) {
        add_account(mapping, decisions[_i].account);
    }
    policy.mapping_many_to_one_first = decisions[_i].many_first;
    ck_assert_int_eq(mapping_decide(mapping, decisions[_i].is_bob ? bob : alice,
                                    &policy, NULL, NULL, &outcome, &err),
                     0);
    ck_assert_msg(outcome.result == decisions[_i].result, "%s: got %d", label,
                  (int)outcome.result);
    ck_assert_msg(outcome.number == decisions[_i].number, "%s", label);
    ck_assert_msg((outcome.entry == NULL) == (outcome.number == 0), "%s", label);
    if (decisions[_i].user != NULL) {
        ck_assert_str_eq(outcome.entry->user_name, decisions[_i].user);
    }
    mapping_destroy(mapping);
}
END_TEST

START_TEST(switches)
{
    struct err err = ERR_INIT;
    struct policy policy = policy_default();
    struct mapping_outcome outcome;
    struct mapping *mapping = make_mapping("<add userName=\"a\" certificate=\"{A}\"/>",
                                           CN("Deny", "", "Alice"));
    mapping->kind_enabled[MAPPING_ONE_TO_ONE] = false;
    ck_assert_int_eq(
        mapping_decide(mapping, alice, &policy, NULL, NULL, &outcome, &err), 0);
    ck_assert_int_eq(outcome.result, MAPPING_DENIED);
    mapping->kind_enabled[MAPPING_MANY_TO_ONE] = false;
    ck_assert_int_eq(
        mapping_decide(mapping, alice, &policy, NULL, NULL, &outcome, &err), 0);
    ck_assert_int_eq(outcome.result, MAPPING_NO_MATCH);
    mapping->enabled = false;
    ck_assert_int_eq(
        mapping_decide(mapping, alice, &policy, NULL, NULL, &outcome, &err), 0);
    ck_assert_int_eq(outcome.result, MAPPING_OFF);
    mapping_destroy(mapping);
}
END_TEST

static void on_step(void *user, const struct mapping_step *step)
{
    struct buf *out = user;
    buf_printf(out, "%s %zu %s", mapping_kind_name(step->entry->kind), step->number,
               step->fits          ? "fits"
               : step->why != NULL ? step->why
                                   : "");
    if (step->rule != NULL) {
        buf_printf(out, "%s:%.*s", step->rule->criteria, (int)step->value.len,
                   (const char *)step->value.data);
    }
    buf_append_string(out, "\n");
}

/* What was looked at, in which order, and why it did not fit. */
START_TEST(tells_each_step)
{
    struct err err = ERR_INIT;
    struct policy policy = policy_default();
    struct mapping_outcome outcome;
    struct buf steps = BUF_EMPTY;
    struct mapping *mapping = make_mapping(
        "<add enabled=\"false\" certificate=\"{A}\"/><add certificate=\"{A}\"/>",
        "<add name=\"x\"/>" CN("Allow", "u", "Al*") BOTH CN("Allow", "u", "Bob")
            CN("Deny", "", "*"));
    ck_assert_int_eq(
        mapping_decide(mapping, bob, &policy, on_step, &steps, &outcome, &err), 0);
    ck_assert_str_eq(buf_string(&steps), "one-to-one 1 is disabled\n"
                                         "one-to-one 2 is another certificate\n"
                                         "many-to-one 1 has no rules\n"
                                         "many-to-one 2 Al*:Bob\n"
                                         "many-to-one 3 fits\n");
    buf_finish(&steps);
    mapping_destroy(mapping);
}
END_TEST

/* Every allocation of reading and deciding may fail, and nothing is leaked. */
START_TEST(survives_lack_of_memory)
{
    struct policy policy = policy_default();
    struct mapping_outcome outcome;
    bool done = false;
    for (size_t n = 1; !done; n++) {
        struct err err = ERR_INIT;
        struct mapping *mapping = NULL;
        mem_fail_after(n);
        bool ok =
            mapping_parse(slice_from_string(MANY("<add name=\"a\">" RULE "</add>")),
                          "x", NULL, NULL, &mapping, &err) == 0 &&
            mapping_decide(mapping, alice, &policy, NULL, NULL, &outcome, &err) == 0;
        mem_fail_after(0);
        ck_assert_msg(ok || err.domain == ERR_MEMORY, "%zu: %s", n, err.text);
        mapping_destroy(mapping);
        done = ok;
        ck_assert_uint_lt(n, 500);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("mapping");
    TCase *tc = tcase_create("all");
    tcase_add_unchecked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, matches_texts, 0, ARRAY_LEN(texts));
    tcase_add_test(tc, matching_is_bounded);
    tcase_add_loop_test(tc, matches_names, 0, ARRAY_LEN(names));
    tcase_add_test(tc, malformed_names_fit_nothing);
    tcase_add_test(tc, sub_fields_are_case_sensitive);
    tcase_add_loop_test(tc, refuses_bad_files, 0, ARRAY_LEN(bad));
    tcase_add_loop_test(tc, reads_files, 0, ARRAY_LEN(good));
    tcase_add_loop_test(tc, reads_anonymous, 0, ARRAY_LEN(anonymous));
    tcase_add_test(tc, limits);
    tcase_add_loop_test(tc, decides, 0, ARRAY_LEN(decisions));
    tcase_add_test(tc, switches);
    tcase_add_test(tc, tells_each_step);
    tcase_add_test(tc, survives_lack_of_memory);
    suite_add_tcase(s, tc);
    return s;
}
