/* SPDX-License-Identifier: MIT
 *
 * chain/chain_show: a path and its findings as text and as JSON.
 */
#include "chain/chain_show.h"

#include "support/build_leaf.h"
#include "support/check_main.h"
#include "support/json_get.h"

#include <jansson.h>
#include <string.h>

static struct key *key_ec;

static void setup(void)
{
    struct err err = ERR_INIT;
    ck_assert_int_eq(key_generate(KEY_TYPE_EC_P256, &key_ec, &err), 0);
}

static void teardown(void)
{
    key_destroy(key_ec);
}

static struct chain chain;

static void make_chain(struct certificate *leaf, struct certificate *root)
{
    memset(&chain, 0, sizeof(chain));
    chain.elements[0] = (struct chain_element){ leaf, CHAIN_PRESENTED, NULL, false };
    chain.elements[1] =
        (struct chain_element){ root, CHAIN_STORE_ROOT,
                                "/s/LocalMachine/Root/ca\x1b.crt", true };
    chain.n_elements = 2;
    chain.findings[0] = (struct finding){ FINDING_EXPIRED, 0, VERDICT_NOT_TIME_VALID,
                                          "until yesterday" };
    chain.findings[1] = (struct finding){ FINDING_EKU_ABSENT, 0, VERDICT_OK, "" };
    chain.findings[2] =
        (struct finding){ FINDING_SHORT_KEY, 1, VERDICT_OK, "1024 bits" };
    chain.n_findings = 3;
    chain.n_paths = 1;
}

START_TEST(a_path_as_text)
{
    struct build_leaf root_fields = { .subject = "ca", .key = key_ec, .is_ca = true };
    struct certificate *leaf =
        build_leaf(&(struct build_leaf){ .subject = "alice", .key = key_ec });
    struct certificate *root = build_leaf(&root_fields);
    struct buf text = BUF_EMPTY;
    make_chain(leaf, root);
    ck_assert(chain_show_text(&text, &chain));
    const char *got = buf_string(&text);
    const char *top = strstr(got, "ca [LocalMachine\\Root: ca\\x1b.crt]\n");
    const char *bottom = strstr(got, "\n+- alice [sent by the client]\n");
    ck_assert_msg(top == got && bottom != NULL, "%s", got);
    ck_assert_msg(strstr(bottom,
                         "\n     ! 403.17 0x800B0101 CERT_E_EXPIRED: It has expired. "
                         "(until yesterday)\n") != NULL,
                  "%s", got);
    ck_assert_msg(strstr(bottom, "- note: It has no Enhanced Key Usage") != NULL, "%s",
                  got);
    const char *short_key =
        strstr(got, "- note: The RSA key is shorter than 2048 bits");
    ck_assert_msg(short_key != NULL && short_key < bottom, "%s", got);
    buf_finish(&text);
    certificate_destroy(leaf);
    certificate_destroy(root);
}
END_TEST

START_TEST(a_path_as_json)
{
    struct build_leaf root_fields = { .subject = "ca", .key = key_ec, .is_ca = true };
    struct certificate *leaf =
        build_leaf(&(struct build_leaf){ .subject = "alice", .key = key_ec });
    struct certificate *root = build_leaf(&root_fields);
    make_chain(leaf, root);
    json_t *json = chain_show_json(&chain, NULL);
    ck_assert_ptr_nonnull(json);
    ck_assert_str_eq(get(json, "trust_status"), "0x00000001");
    ck_assert_uint_eq(json_array_size(json_object_get(json, "path")), 2);
    ck_assert_str_eq(get(at(json, "path", 0), "issued_to"), "alice");
    ck_assert_str_eq(get(at(json, "path", 0), "source"), "sent by the client");
    ck_assert(json_is_null(json_object_get(at(json, "path", 0), "file")));
    ck_assert(json_is_true(json_object_get(at(json, "path", 1), "is_root")));
    json_t *expired = at(json, "findings", 0);
    ck_assert_str_eq(get(expired, "name"), "EXPIRED");
    ck_assert_str_eq(get(expired, "verdict"), "NOT_TIME_VALID");
    ck_assert_str_eq(get(expired, "status"), "403.17");
    ck_assert_str_eq(get(expired, "hresult"), "0x800B0101");
    ck_assert_str_eq(get(expired, "trust_status"), "0x00000001");
    ck_assert_str_eq(get(expired, "detail"), "until yesterday");
    ck_assert_int_eq(json_integer_value(json_object_get(expired, "certificate")), 0);
    json_t *note = at(json, "findings", 1);
    ck_assert(json_is_true(json_object_get(note, "is_note")));
    ck_assert(json_is_null(json_object_get(note, "hresult")));
    json_decref(json);
    certificate_destroy(leaf);
    certificate_destroy(root);
}
END_TEST

START_TEST(an_empty_path)
{
    struct buf text = BUF_EMPTY;
    memset(&chain, 0, sizeof(chain));
    ck_assert(chain_show_text(&text, &chain));
    ck_assert_uint_eq(text.len, 0);
    json_t *json = chain_show_json(&chain, NULL);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "path")), 0);
    json_decref(json);
    buf_finish(&text);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("chain_show");
    TCase *t = tcase_create("chain_show");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_path_as_text);
    tcase_add_test(t, a_path_as_json);
    tcase_add_test(t, an_empty_path);
    suite_add_tcase(s, t);
    return s;
}
