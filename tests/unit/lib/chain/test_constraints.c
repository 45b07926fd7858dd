/* SPDX-License-Identifier: MIT
 *
 * What a CA may limit for all below it: names of each kind (RFC 5280 4.2.1.10, and
 * UPNs as Windows constrains them), permitted and excluded, and policies (6.1.3 to
 * 6.1.5).
 */
#include "base/text.h"
#include "chain/chain.h"
#include "chain/chain_build.h"
#include "pki/der.h"
#include "support/chain_world.h"
#include "support/check_main.h"

#include <stdlib.h>
#include <string.h>

static struct chain_world world;

static void set_up(void)
{
    chain_world_init(&world);
}

static void tear_down(void)
{
    chain_world_finish(&world);
}

static bool has(const struct chain *chain, enum finding_kind kind)
{
    for (size_t i = 0; i < chain->n_findings; i++) {
        if (chain->findings[i].kind == kind) {
            return true;
        }
    }
    return false;
}

/* ---- extensions from a few words */

static size_t begin(struct buf *out, enum oid oid, size_t *ret_value)
{
    size_t mark = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(oid)->der);
    *ret_value = der_begin(out, DER_OCTET_STRING);
    return mark;
}

static void end(struct buf *out, size_t mark, size_t value)
{
    der_end(out, value);
    der_end(out, mark);
}

static void write_upn(struct buf *out, const char *text)
{
    size_t other = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 0);
    der_write(out, DER_OID, oid_get(OID_UPN)->der);
    size_t wrapped = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 0);
    der_write(out, DER_UTF8_STRING, slice_from_string(text));
    der_end(out, wrapped);
    der_end(out, other);
}

static void write_directory(struct buf *out, const char *common_name)
{
    size_t general = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 4);
    size_t name = der_begin(out, DER_SEQUENCE);
    size_t rdn = der_begin(out, DER_SET);
    size_t attribute = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(OID_COMMON_NAME)->der);
    der_write(out, DER_PRINTABLE_STRING, slice_from_string(common_name));
    der_end(out, attribute);
    der_end(out, rdn);
    der_end(out, name);
    der_end(out, general);
}

/* Hexadecimal digits: an address, or network and mask. */
static void write_ip(struct buf *out, const char *hex)
{
    uint8_t bytes[32];
    size_t n = 0;
    for (; hex[2 * n] != 0; n++) {
        char digits[3] = { hex[2 * n], hex[2 * n + 1], 0 };
        bytes[n] = (uint8_t)strtoul(digits, NULL, 16);
    }
    der_write(out, DER_CONTEXT | 7, (struct slice){ bytes, n });
}

/* "dns:x", "email:x", "uri:x", "upn:x", "dir:CN", "ip:0a000001" */
static void write_general_name(struct buf *out, const char *text)
{
    const char *value = strchr(text, ':') + 1;
    size_t len = (size_t)(value - text);
    if (strncmp(text, "dns:", len) == 0) {
        der_write(out, DER_CONTEXT | 2, slice_from_string(value));
    } else if (strncmp(text, "email:", len) == 0) {
        der_write(out, DER_CONTEXT | 1, slice_from_string(value));
    } else if (strncmp(text, "uri:", len) == 0) {
        der_write(out, DER_CONTEXT | 6, slice_from_string(value));
    } else if (strncmp(text, "upn:", len) == 0) {
        write_upn(out, value);
    } else if (strncmp(text, "dir:", len) == 0) {
        write_directory(out, value);
    } else {
        ck_assert_int_eq(strncmp(text, "ip:", len), 0);
        write_ip(out, value);
    }
}

static void write_subtrees(struct buf *out, uint8_t number, const char *text)
{
    if (text != NULL) {
        size_t list = der_begin(out, (uint8_t)(DER_CONTEXT | DER_CONSTRUCTED | number));
        size_t subtree = der_begin(out, DER_SEQUENCE);
        write_general_name(out, text);
        der_end(out, subtree);
        der_end(out, list);
    }
}

/* ---- names */

#define FINE FINDING_COUNT

static const struct name_row {
    const char *name;
    const char *permitted;
    const char *excluded;
    enum finding_kind finding;
} name_rows[] = {
    /* DNS: a name and all below it */
    { "dns:host.example.test", "dns:example.test", NULL, FINE },
    { "dns:example.test", "dns:example.test", NULL, FINE },
    { "dns:HOST.Example.TEST", "dns:example.test", NULL, FINE },
    { "dns:badexample.test", "dns:example.test", NULL, FINDING_NAME_NOT_PERMITTED },
    { "dns:host.other.test", "dns:example.test", NULL, FINDING_NAME_NOT_PERMITTED },
    { "dns:host.example.test", NULL, "dns:example.test", FINDING_NAME_EXCLUDED },
    { "dns:host.example.test", "dns:example.test", "dns:host.example.test",
      FINDING_NAME_EXCLUDED },
    { "dns:*.example.test", NULL, "dns:mail.example.test", FINDING_NAME_EXCLUDED },
    { "dns:host.other.test", NULL, "dns:example.test", FINE },
    { "dns:a..example.test", "dns:example.test", NULL,
      FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    /* an absolute name, with the root's dot, is the same name */
    { "dns:www.example.test.", NULL, "dns:example.test", FINDING_NAME_EXCLUDED },
    { "dns:example.test.", NULL, "dns:example.test", FINDING_NAME_EXCLUDED },
    { "dns:www.example.test", NULL, "dns:example.test.", FINDING_NAME_EXCLUDED },
    { "dns:www.example.test.", "dns:example.test", NULL, FINE },
    { "dns:www.other.test.", NULL, "dns:example.test", FINE },
    { "dns:*.example.test.", NULL, "dns:mail.example.test", FINDING_NAME_EXCLUDED },
    { "dns:www.example.test..", NULL, "dns:example.test",
      FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    { "dns:ex%61mple.test", NULL, "dns:example.test",
      FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    { "dns:example.test/", NULL, "dns:example.test",
      FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    { "email:a@example.test.", NULL, "email:example.test", FINDING_NAME_EXCLUDED },
    { "email:a@sub.example.test.", NULL, "email:.example.test", FINDING_NAME_EXCLUDED },
    { "email:a@example.test.", NULL, "email:a@example.test", FINDING_NAME_EXCLUDED },
    { "upn:u@example.test.", NULL, "upn:@example.test", FINDING_NAME_EXCLUDED },
    { "uri:https://example.test./", NULL, "uri:example.test", FINDING_NAME_EXCLUDED },
    { "uri:https://www.example.test.:8443/", NULL, "uri:.example.test",
      FINDING_NAME_EXCLUDED },
    /* e-mail: a mailbox, a host, or all hosts below a name */
    { "email:a@example.test", "email:example.test", NULL, FINE },
    { "email:a@EXAMPLE.test", "email:example.test", NULL, FINE },
    { "email:a@sub.example.test", "email:example.test", NULL,
      FINDING_NAME_NOT_PERMITTED },
    { "email:a@sub.example.test", "email:.example.test", NULL, FINE },
    { "email:a@example.test", "email:.example.test", NULL, FINDING_NAME_NOT_PERMITTED },
    { "email:a@example.test", "email:a@example.test", NULL, FINE },
    { "email:A@example.test", "email:a@example.test", NULL,
      FINDING_NAME_NOT_PERMITTED },
    { "email:a@example.test", NULL, "email:example.test", FINDING_NAME_EXCLUDED },
    { "email:nobody", "email:example.test", NULL, FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    /* directory names, compared by RFC 5280 7.1: the subject counts, too */
    { "dir:leaf", "dir:leaf", NULL, FINE },
    { "dir:LEAF ", "dir:leaf", NULL, FINE },
    { "dir:other", "dir:leaf", NULL, FINDING_NAME_NOT_PERMITTED },
    { "dns:x.test", "dir:other", NULL, FINDING_NAME_NOT_PERMITTED },
    { "dir:other", NULL, "dir:Other", FINDING_NAME_EXCLUDED },
    { "dns:x.test", NULL, "dir:leaf", FINDING_NAME_EXCLUDED },
    /* IP: network and mask */
    { "ip:0a010203", "ip:0a000000ff000000", NULL, FINE },
    { "ip:0b010203", "ip:0a000000ff000000", NULL, FINDING_NAME_NOT_PERMITTED },
    { "ip:0a010203", NULL, "ip:0a000000ff000000", FINDING_NAME_EXCLUDED },
    { "ip:20010db8000000000000000000000001",
      "ip:20010db8000000000000000000000000ffffffff000000000000000000000000", NULL,
      FINE },
    { "ip:0a010203",
      "ip:20010db8000000000000000000000000ffffffff000000000000000000000000", NULL,
      FINDING_NAME_NOT_PERMITTED },
    { "ip:0a010203", "ip:0a000000ff00ff00", NULL, FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    /* URI: the host of it */
    { "uri:https://host.example.test:8443/a?b", "uri:host.example.test", NULL, FINE },
    { "uri:https://user@host.example.test/", "uri:.example.test", NULL, FINE },
    { "uri:https://example.test/", "uri:.example.test", NULL,
      FINDING_NAME_NOT_PERMITTED },
    { "uri:https://other.test/host.example.test", "uri:host.example.test", NULL,
      FINDING_NAME_NOT_PERMITTED },
    { "uri:https://host.example.test/", NULL, "uri:.example.test",
      FINDING_NAME_EXCLUDED },
    { "uri:urn:x", "uri:.example.test", NULL, FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    { "uri:https://[::1]/", "uri:.example.test", NULL,
      FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    /* percent-encoding changes no host */
    { "uri:https://ex%61mple.test/", NULL, "uri:example.test", FINDING_NAME_EXCLUDED },
    { "uri:https://%65%78ample%2Etest/", NULL, "uri:example.test",
      FINDING_NAME_EXCLUDED },
    { "uri:https://ex%61mple.test/", "uri:example.test", NULL, FINE },
    { "uri:https://example.test%2f.other.test/", NULL, "uri:example.test",
      FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    { "uri:https://example.test%6/", NULL, "uri:example.test",
      FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    { "uri:https://example.test\\@other.test/", NULL, "uri:example.test",
      FINDING_NAME_EXCLUDED },
    /* a host that is an IP address, in any of its forms, cannot be compared */
    { "uri:https://192.0.2.1/", NULL, "uri:example.test",
      FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    { "uri:https://192.0.2.1/", "uri:192.0.2.1", NULL,
      FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    { "uri:https://192.0.2.1./", "uri:192.0.2.1", NULL,
      FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    { "uri:https://192.0.2.%31/", NULL, "uri:example.test",
      FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    { "uri:https://3221225985/", NULL, "uri:example.test",
      FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    { "uri:https://0xC0.0x201/", NULL, "uri:example.test",
      FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    { "uri:https://1.example.test/", "uri:.example.test", NULL, FINE },
    { "uri:https:///x", NULL, "uri:example.test", FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    { "uri:https://:443/", NULL, "uri:example.test",
      FINDING_NAME_CONSTRAINT_UNSUPPORTED },
    /* UPN, as mailboxes */
    { "upn:u@example.test", "upn:@example.test", NULL, FINE },
    { "upn:u@other.test", "upn:@example.test", NULL, FINDING_NAME_NOT_PERMITTED },
    { "upn:u@example.test", NULL, "upn:@example.test", FINDING_NAME_EXCLUDED },
    /* one kind says nothing of another */
    { "email:a@x.test", "dns:example.test", "ip:0a000000ff000000", FINE },
};

START_TEST(names)
{
    const struct name_row *row = &name_rows[_i];
    struct buf alt = BUF_EMPTY;
    struct buf limits = BUF_EMPTY;
    static struct chain chain;
    struct err err = ERR_INIT;
    size_t value;

    size_t mark = begin(&alt, OID_SUBJECT_ALT_NAME, &value);
    size_t list = der_begin(&alt, DER_SEQUENCE);
    write_general_name(&alt, row->name);
    der_end(&alt, list);
    end(&alt, mark, value);
    mark = begin(&limits, OID_NAME_CONSTRAINTS, &value);
    list = der_begin(&limits, DER_SEQUENCE);
    write_subtrees(&limits, 0, row->permitted);
    write_subtrees(&limits, 1, row->excluded);
    der_end(&limits, list);
    end(&limits, mark, value);
    const struct chain_spec root = { .subject = "root", .issuer = "root", .ca = true };
    const struct chain_spec ca = { .subject = "ca",
                                   .issuer = "root",
                                   .key = 1,
                                   .ca = true,
                                   .more = buf_slice(&limits) };
    const struct chain_spec leaf = { .subject = "leaf",
                                     .issuer = "ca",
                                     .key = 2,
                                     .issuer_key = 1,
                                     .more = buf_slice(&alt) };
    struct certificate *presented[] = { chain_world_make(&world, &leaf),
                                        chain_world_make(&world, &ca) };
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    ck_assert_int_eq(chain_build(presented, 2, &world.context, &chain, &err), 0);
    static const enum finding_kind kinds[] = { FINDING_NAME_NOT_PERMITTED,
                                               FINDING_NAME_EXCLUDED,
                                               FINDING_NAME_CONSTRAINT_UNSUPPORTED };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        ck_assert_msg(has(&chain, kinds[i]) == (row->finding == kinds[i]),
                      "%s, permitted %s, excluded %s: %s", row->name,
                      row->permitted != NULL ? row->permitted : "-",
                      row->excluded != NULL ? row->excluded : "-",
                      finding_get(kinds[i])->name);
    }
    buf_finish(&alt);
    buf_finish(&limits);
}
END_TEST

/* ---- name constraints that are none */

static const struct malformed_row {
    const char *label;
    const uint8_t content[8]; /* of the extension's SEQUENCE */
    size_t len;
    bool in_leaf;
    bool is_malformed;
} malformed_rows[] = {
    { "neither list", { 0 }, 0, false, true },
    { "permitted, empty", { 0xa0, 0 }, 2, false, true },
    { "excluded, empty", { 0xa1, 0 }, 2, false, true },
    { "another list", { 0xa2, 0 }, 2, false, true },
    { "permitted, any DNS name", { 0xa0, 4, 0x30, 2, 0x82, 0 }, 6, false, false },
    { "something behind it", { 0xa0, 4, 0x30, 2, 0x82, 0, 5, 0 }, 8, false, true },
    { "a subtree of nothing", { 0xa0, 2, 0x30, 0 }, 4, false, true },
    { "a second one cut", { 0xa1, 6, 0x30, 2, 0x82, 0, 0x30, 2 }, 8, false, true },
    { "in a leaf", { 0xa0, 4, 0x30, 2, 0x82, 0 }, 6, true, true },
};

START_TEST(malformed)
{
    const struct malformed_row *row = &malformed_rows[_i];
    struct buf limits = BUF_EMPTY;
    static struct chain chain;
    struct err err = ERR_INIT;
    size_t value;

    size_t mark = begin(&limits, OID_NAME_CONSTRAINTS, &value);
    der_write(&limits, DER_SEQUENCE, (struct slice){ row->content, row->len });
    end(&limits, mark, value);
    const struct chain_spec root = { .subject = "root", .issuer = "root", .ca = true };
    struct chain_spec ca = { .subject = "ca", .issuer = "root", .key = 1, .ca = true };
    struct chain_spec leaf = {
        .subject = "leaf", .issuer = "ca", .key = 2, .issuer_key = 1
    };
    *(row->in_leaf ? &leaf.more : &ca.more) = buf_slice(&limits);
    struct certificate *presented[] = { chain_world_make(&world, &leaf),
                                        chain_world_make(&world, &ca) };
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    ck_assert_int_eq(chain_build(presented, 2, &world.context, &chain, &err), 0);
    ck_assert_msg(has(&chain, FINDING_EXTENSION_MALFORMED) == row->is_malformed, "%s",
                  row->label);
    buf_finish(&limits);
}
END_TEST

/* ---- policies: root, upper, ca, leaf */

#define ANY "2.5.29.32.0"
#define ONE "1.3.6.1.4.1.99999.1"
#define TWO "1.3.6.1.4.1.99999.2"
#define NO  (-1)

struct policy_words {
    const char *policies; /* NULL = no extension */
    int explicit_policy;  /* of policyConstraints; NO = absent */
    int inhibit_mapping;
    int inhibit_any;
    const char *from; /* a mapping */
    const char *to;
};

static const struct policy_row {
    const char *label;
    struct policy_words upper;
    struct policy_words ca;
    const char *leaf;
    bool is_valid;
} policy_rows[] = {
    { "none anywhere, and none asked for",
      { NULL, NO, NO, NO, NULL, NULL },
      { NULL, NO, NO, NO, NULL, NULL },
      NULL,
      true },
    { "asked for, and there",
      { ONE, 0, NO, NO, NULL, NULL },
      { ONE, NO, NO, NO, NULL, NULL },
      ONE,
      true },
    { "asked for, the leaf has none",
      { ONE, 0, NO, NO, NULL, NULL },
      { ONE, NO, NO, NO, NULL, NULL },
      NULL,
      false },
    { "asked for, the leaf has another",
      { ONE, 0, NO, NO, NULL, NULL },
      { ONE, NO, NO, NO, NULL, NULL },
      TWO,
      false },
    { "asked for by the lower CA",
      { ONE, NO, NO, NO, NULL, NULL },
      { ONE, 0, NO, NO, NULL, NULL },
      TWO,
      false },
    { "asked for after one more certificate: the leaf",
      { NULL, NO, NO, NO, NULL, NULL },
      { NULL, 1, NO, NO, NULL, NULL },
      NULL,
      false },
    { "asked for after two more, which never come",
      { NULL, NO, NO, NO, NULL, NULL },
      { NULL, 2, NO, NO, NULL, NULL },
      NULL,
      true },
    { "anyPolicy above allows all",
      { ANY, 0, NO, NO, NULL, NULL },
      { ANY, NO, NO, NO, NULL, NULL },
      TWO,
      true },
    { "the leaf's anyPolicy is enough",
      { ONE, 0, NO, NO, NULL, NULL },
      { ONE, NO, NO, NO, NULL, NULL },
      ANY,
      true },
    { "unless anyPolicy is inhibited",
      { ONE, 0, NO, 0, NULL, NULL },
      { ONE, NO, NO, NO, NULL, NULL },
      ANY,
      false },
    { "inhibited for the CA, too",
      { ANY, 0, NO, 0, NULL, NULL },
      { ANY, NO, NO, NO, NULL, NULL },
      ONE,
      false },
    { "mapped by the CA",
      { ONE, 0, NO, NO, NULL, NULL },
      { ONE, NO, NO, NO, ONE, TWO },
      TWO,
      true },
    { "mapped away",
      { ONE, 0, NO, NO, NULL, NULL },
      { ONE, NO, NO, NO, ONE, TWO },
      ONE,
      false },
    { "mapping inhibited",
      { ONE, 0, 0, NO, NULL, NULL },
      { ONE, NO, NO, NO, ONE, TWO },
      TWO,
      false },
    { "mapping inhibited after one more certificate: the CA may",
      { ONE, 0, 1, NO, NULL, NULL },
      { ONE, NO, NO, NO, ONE, TWO },
      TWO,
      true },
    { "the CA alone inhibits mapping, for those below it",
      { ONE, 0, NO, NO, NULL, NULL },
      { ONE, NO, 0, NO, ONE, TWO },
      TWO,
      true },
    { "anyPolicy inhibited after one more certificate: the CA may",
      { ANY, 0, NO, 1, NULL, NULL },
      { ANY, NO, NO, NO, NULL, NULL },
      ONE,
      true },
    { "and the leaf may not",
      { ANY, 0, NO, 1, NULL, NULL },
      { ANY, NO, NO, NO, NULL, NULL },
      ANY,
      false },
    { "anyPolicy inhibited after two more: the leaf may",
      { ANY, 0, NO, 2, NULL, NULL },
      { ANY, NO, NO, NO, NULL, NULL },
      ANY,
      true },
    { "a larger number below does not loosen what was asked for above",
      { ONE, 0, NO, NO, NULL, NULL },
      { ONE, 5, NO, NO, NULL, NULL },
      TWO,
      false },
    { "anyPolicy cannot be mapped",
      { ONE, NO, NO, NO, NULL, NULL },
      { ONE, NO, NO, NO, ANY, TWO },
      TWO,
      false },
};

static void write_oid(struct buf *out, const char *text)
{
    struct buf oid = BUF_EMPTY;
    ck_assert(oid_parse(text, &oid));
    der_write(out, DER_OID, buf_slice(&oid));
    buf_finish(&oid);
}

static void write_number(struct buf *out, uint8_t tag, int number)
{
    uint8_t byte = (uint8_t)number;
    if (number != NO) {
        der_write(out, tag, (struct slice){ &byte, 1 });
    }
}

static void write_policies(struct buf *out, const char *policy)
{
    size_t value;
    if (policy == NULL) {
        return;
    }
    size_t mark = begin(out, OID_CERTIFICATE_POLICIES, &value);
    size_t list = der_begin(out, DER_SEQUENCE);
    size_t information = der_begin(out, DER_SEQUENCE);
    write_oid(out, policy);
    der_end(out, information);
    der_end(out, list);
    end(out, mark, value);
}

static void write_policy_words(struct buf *out, const struct policy_words *words)
{
    size_t value;
    write_policies(out, words->policies);
    if (words->explicit_policy != NO || words->inhibit_mapping != NO) {
        size_t mark = begin(out, OID_POLICY_CONSTRAINTS, &value);
        size_t list = der_begin(out, DER_SEQUENCE);
        write_number(out, DER_CONTEXT | 0, words->explicit_policy);
        write_number(out, DER_CONTEXT | 1, words->inhibit_mapping);
        der_end(out, list);
        end(out, mark, value);
    }
    if (words->inhibit_any != NO) {
        size_t mark = begin(out, OID_INHIBIT_ANY_POLICY, &value);
        write_number(out, DER_INTEGER, words->inhibit_any);
        end(out, mark, value);
    }
    if (words->from != NULL) {
        size_t mark = begin(out, OID_POLICY_MAPPINGS, &value);
        size_t list = der_begin(out, DER_SEQUENCE);
        size_t pair = der_begin(out, DER_SEQUENCE);
        write_oid(out, words->from);
        write_oid(out, words->to);
        der_end(out, pair);
        der_end(out, list);
        end(out, mark, value);
    }
}

START_TEST(policies)
{
    const struct policy_row *row = &policy_rows[_i];
    struct buf more[3] = { BUF_EMPTY, BUF_EMPTY, BUF_EMPTY };
    static struct chain chain;
    struct err err = ERR_INIT;

    write_policy_words(&more[0], &row->upper);
    write_policy_words(&more[1], &row->ca);
    write_policies(&more[2], row->leaf);
    const struct chain_spec root = { .subject = "root", .issuer = "root", .ca = true };
    const struct chain_spec upper = { .subject = "upper",
                                      .issuer = "root",
                                      .key = 1,
                                      .ca = true,
                                      .more = buf_slice(&more[0]) };
    const struct chain_spec ca = { .subject = "ca",
                                   .issuer = "upper",
                                   .key = 2,
                                   .issuer_key = 1,
                                   .ca = true,
                                   .more = buf_slice(&more[1]) };
    const struct chain_spec leaf = { .subject = "leaf",
                                     .issuer = "ca",
                                     .key = 3,
                                     .issuer_key = 2,
                                     .more = buf_slice(&more[2]) };
    struct certificate *presented[] = { chain_world_make(&world, &leaf),
                                        chain_world_make(&world, &ca),
                                        chain_world_make(&world, &upper) };
    chain_world_put(&world, STORE_ROOT, chain_world_make(&world, &root));
    ck_assert_int_eq(chain_build(presented, 3, &world.context, &chain, &err), 0);
    ck_assert_msg(has(&chain, FINDING_POLICY_INVALID) == !row->is_valid, "%s",
                  row->label);
    ck_assert_int_eq(chain_trust_status(&chain) == 0, row->is_valid);
    for (size_t i = 0; i < ARRAY_LEN(more); i++) {
        buf_finish(&more[i]);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("constraints");
    TCase *c = tcase_create("constraints");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, names, 0, (int)ARRAY_LEN(name_rows));
    tcase_add_loop_test(c, malformed, 0, (int)ARRAY_LEN(malformed_rows));
    tcase_add_loop_test(c, policies, 0, (int)ARRAY_LEN(policy_rows));
    suite_add_tcase(s, c);
    return s;
}
