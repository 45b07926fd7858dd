/* SPDX-License-Identifier: MIT
 *
 * client/explain, with chain/offer and chain/server_check below it: every case of the
 * forge as a person and a program get it explained.
 */
#include "explain/explain_show.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "chain/assume.h"
#include "common/wrap.h"
#include "explain/remedy.h"
#include "support/check_main.h"
#include "support/world.h"

#include <stdlib.h>
#include <string.h>

static struct explain_answer *answer;
static struct policy policy;

/* Once, before the tests fork. */
static void make_world(void)
{
    (void)world_store();
}

static void setup(void)
{
    policy = policy_default();
    answer = mem_alloc(1, sizeof(*answer));
    ck_assert_ptr_nonnull(answer);
}

static void teardown(void)
{
    free(answer);
}

static struct explain_question ask(const struct world_case *c)
{
    return (struct explain_question){
        .source = "client.pem",
        .format = "PEM",
        .friendly_name = "",
        .presented = c->chain,
        .n_presented = c->n_chain,
        .store_dir = "/store",
        .store = world_store(),
        .policy = &policy,
        .flags = SSL_FLAGS_REQUIRE,
        .now = WORLD_NOW,
    };
}

static void judge(const struct explain_question *question)
{
    struct err err = ERR_INIT;
    ck_assert_msg(explain_judge(question, answer, &err) == 0, "%s", err.text);
}

/* Lines of printable text, whatever the certificate holds. */
static void assert_printable(struct slice text, const char *label)
{
    while (text.len > 0) {
        uint32_t c = 0;
        size_t len = text_decode_utf8(text, &c);
        ck_assert_msg(len > 0, "%s: no UTF-8", label);
        ck_assert_msg(c == '\n' || !text_is_hidden(c), "%s: U+%04X", label,
                      (unsigned)c);
        text = slice_part(text, len, text.len);
    }
}

static void assert_contains(struct buf *text, const char *part, const char *label)
{
    ck_assert_msg(strstr(buf_string(text), part) != NULL, "%s: no \"%s\" in\n%s", label,
                  part, buf_string(text));
}

/* ---- every case */

static void check_json(const struct explain_question *question,
                       const struct recipe *recipe)
{
    json_t *json = explain_json(question, answer);
    ck_assert_msg(json != NULL, "%s", recipe->name);
    const char *name =
        json_string_value(json_object_get(json_object_get(json, "verdict"), "name"));
    ck_assert_str_eq(name, verdict_get(answer->judgement.verdict)->name);
    ck_assert_int_eq(json_is_true(json_object_get(json, "let_in")), answer->is_let_in);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "certificates")),
                      question->n_presented);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "browsers")),
                      OFFER_PROGRAM_COUNT);
    json_t *deciding = json_object_get(json, "deciding");
    ck_assert_msg(json_is_null(deciding) == answer->is_let_in, "%s", recipe->name);
    char *text = json_dumps(json, 0);
    ck_assert_ptr_nonnull(text);
    free(text);
    json_decref(json);
}

START_TEST(test_every_case)
{
    const struct recipe_table *cases = &forge_book(world_get())->cases;
    for (size_t i = 0; i < cases->n_recipes; i++) {
        const struct recipe *recipe = &cases->recipes[i];
        struct buf text = BUF_EMPTY;
        if (recipe->is_none) {
            continue;
        }
        struct explain_question question = ask(world_case(recipe->name));
        judge(&question);
        /* What a TLS alert keeps from IIS is no property of the certificate. */
        if (!recipe->require.is_alert) {
            ck_assert_msg(answer->judgement.verdict == recipe->require.verdict,
                          "%s: %s", recipe->name,
                          verdict_get(answer->judgement.verdict)->name);
        }
        ck_assert_int_eq(answer->is_let_in, answer->judgement.verdict == VERDICT_OK);
        ck_assert_msg(explain_append_text(&text, &question, answer), "%s",
                      recipe->name);
        assert_printable(buf_slice(&text), recipe->name);
        assert_contains(&text,
                        answer->is_let_in ? "IIS would let it in." : "sc-win32-status",
                        recipe->name);
        check_json(&question, recipe);
        buf_finish(&text);
    }
}
END_TEST

/* ---- whole texts, in parts that matter */

static const struct text_row {
    const char *name;
    const char *parts[6];
} text_rows[] = {
    { "good",
      { "client.pem: IIS would let it in.\n", "your identity to a remote computer",
        "Certification path\ncertgate tests root [LocalMachine\\Root: ",
        "\n   +- good [sent by the client]\n",
        "Chrome, Edge (Windows)    all: 200                 all: 200\n" } },
    { "eku-server",
      { "HTTP Error 403.16 - Client certificate is untrusted or invalid\n",
        "Error Code 0x800B0110 (CERT_E_WRONG_USAGE)\n",
        "sc-status 403 sc-substatus 16 sc-win32-status 2148204816\n",
        "identity of a remote computer",
        "Firefox                   nothing: 403.7           nothing: 403.7\n",
        "openssl x509 -req" } },
    { "expired",
      { "HTTP Error 403.17 - Client certificate has expired or is not yet valid\n",
        "sc-win32-status 2148204801\n", "certreq -enroll -machine -cert " } },
    { "self-signed",
      { "0x800B0109 (CERT_E_UNTRUSTEDROOT)", "certutil -addstore Root client.pem\n" } },
    { "chain-missing", { "0x800B010A (CERT_E_CHAINING)", "certutil -addstore CA " } },
};

START_TEST(test_text)
{
    const struct text_row *row = &text_rows[_i];
    struct buf text = BUF_EMPTY;
    struct explain_question question = ask(world_case(row->name));
    judge(&question);
    ck_assert(explain_append_text(&text, &question, answer));
    for (size_t i = 0; i < ARRAY_LEN(row->parts) && row->parts[i] != NULL; i++) {
        assert_contains(&text, row->parts[i], row->name);
    }
    buf_finish(&text);
}
END_TEST

/* ---- 80 columns */

#define TEN   "0123456789"
#define SIXTY TEN TEN TEN TEN TEN TEN

static const struct wrap_row {
    const char *text;
    const char *want;
} wrap_rows[] = {
    { "", "" },
    { "short\n  and short\n", "short\n  and short\n" },
    { SIXTY " " TEN " 01234567 9\n", SIXTY " " TEN " 01234567\n  9\n" },
    { "  " SIXTY " " TEN " 012345\n", "  " SIXTY " " TEN " 012345\n" },
    { "  " SIXTY " " TEN " 0123456\n", "  " SIXTY " " TEN "\n  0123456\n" },
    { "  Label   " SIXTY " " TEN "\n", "  Label   " SIXTY "\n          " TEN "\n" },
    { "   ! " SIXTY " a " TEN " " TEN, "   ! " SIXTY " a " TEN "\n     " TEN },
    { "   +- " SIXTY TEN TEN TEN " [b]", "   +- " SIXTY TEN TEN TEN "\n      [b]" },
    { SIXTY SIXTY, SIXTY SIXTY },
    /* Columns are code points, not bytes. */
    { "\xc3\xbc" SIXTY " " TEN " 0123456\n", "\xc3\xbc" SIXTY " " TEN " 0123456\n" },
};

START_TEST(test_wrap)
{
    struct buf out = BUF_EMPTY;
    ck_assert(wrap_append(&out, slice_from_string(wrap_rows[_i].text)));
    ck_assert_str_eq(buf_string(&out), wrap_rows[_i].want);
    buf_finish(&out);
}
END_TEST

/* ---- would a browser offer it? */

static const struct offer_row {
    const char *name;
    bool want[OFFER_PROGRAM_COUNT]; /* Chrome, Firefox, .NET */
} offer_rows[] = {
    { "good", { true, true, true } },
    { "eku-server", { false, false, false } },
    { "expired", { false, false, true } },
    { "not-yet-valid", { false, false, true } },
    { "ku-encipherment", { false, true, false } },
    { "ca-as-client", { true, false, true } },
    { "issuer-server-only", { false, true, true } },
    { "eku-any", { true, true, false } },
    { "self-signed", { true, true, true } },
};

START_TEST(test_offer)
{
    const struct offer_row *row = &offer_rows[_i];
    struct explain_question question = ask(world_case(row->name));
    /* Switching usagecheck off changes the server, not the browser. */
    for (int pass = 0; pass < 2; pass++) {
        policy.usagecheck = pass == 0;
        judge(&question);
        for (int i = 0; i < OFFER_PROGRAM_COUNT; i++) {
            const struct offer *offer = &answer->offers[i];
            ck_assert_msg(offer->is_offered == row->want[i], "%s: %s, pass %d",
                          row->name, offer_program_name((enum offer_program)i), pass);
            ck_assert_int_eq(offer->is_offered, offer->n_reasons == 0);
        }
    }
}
END_TEST

/* ---- circumstances */

START_TEST(test_flags_and_assumptions)
{
    struct explain_question question = ask(world_case("expired"));
    struct buf text = BUF_EMPTY;
    question.flags = SSL_FLAGS_IGNORE;
    judge(&question);
    ck_assert(answer->is_let_in);
    ck_assert_uint_gt(answer->judgement.chain.n_elements, 0);
    question = ask(world_case("eku-any"));
    struct err err = ERR_INIT;
    ck_assert_int_eq(assume_set(&policy, "any-eku=refuse", &err), 0);
    judge(&question);
    ck_assert(!answer->is_let_in);
    ck_assert(explain_append_text(&text, &question, answer));
    assert_contains(&text, "Assumed any-eku=refuse: ", "eku-any");
    buf_finish(&text);
}
END_TEST

START_TEST(test_names_are_escaped)
{
    struct explain_question question = ask(world_case("self-signed"));
    struct buf text = BUF_EMPTY;
    question.source = "a'b\x1b[2J\n.pem";
    question.friendly_name = "evil\r\nname \xe2\x80\xae";
    judge(&question);
    ck_assert(explain_append_text(&text, &question, answer));
    assert_printable(buf_slice(&text), "hostile names");
    assert_contains(&text, "certutil -addstore Root 'a'\\''b", "quoting");
    ck_assert_ptr_null(strstr(buf_string(&text), "evil\r"));
    buf_finish(&text);
}
END_TEST

/* ---- servers */

static struct certificate *server_chain[4];

static size_t make_server(const char *const *names, size_t n_names)
{
    struct forge_credential credential = { NULL, NULL, 0 };
    struct err err = ERR_INIT;
    ck_assert_msg(
        forge_server(world_get(), names, n_names, WORLD_NOW, &credential, &err) == 0,
        "%s", err.text);
    size_t n = credential.n_chain < 4 ? credential.n_chain : 4;
    for (size_t i = 0; i < n; i++) {
        server_chain[i] = certificate_create(buf_slice(&credential.chain[i]));
    }
    forge_credential_finish(&credential);
    return n;
}

static const struct server_row {
    const char *host;
    int64_t after;      /* seconds from WORLD_NOW */
    const char *client; /* a case in place of the server's certificate */
    const char *chrome; /* NULL = accepted */
} server_rows[] = {
    { "www.example.test", 0, NULL, NULL },
    { "127.0.0.1", 0, NULL, NULL },
    { NULL, 0, NULL, NULL },
    { "other.example.test", 0, NULL, "ERR_CERT_COMMON_NAME_INVALID" },
    { "127.0.0.2", 0, NULL, "ERR_CERT_COMMON_NAME_INVALID" },
    { "www.example.test", 3000 * TIMESTAMP_DAY, NULL, "ERR_CERT_DATE_INVALID" },
    { NULL, 0, "good", "ERR_CERT_INVALID" },
    { NULL, 0, "expired", "ERR_CERT_DATE_INVALID" },
    { NULL, 0, "chain-missing", "ERR_CERT_AUTHORITY_INVALID" },
};

START_TEST(test_server)
{
    static const char *const names[] = { "www.example.test", "127.0.0.1" };
    const struct server_row *row = &server_rows[_i];
    size_t n = make_server(names, 2);
    struct buf text = BUF_EMPTY;
    struct explain_question question =
        ask(world_case(row->client == NULL ? "good" : row->client));
    if (row->client == NULL) {
        question.presented = server_chain;
        question.n_presented = n;
    }
    question.role = EXPLAIN_SERVER;
    question.host = row->host;
    question.now += row->after;
    judge(&question);
    ck_assert_msg(
        (answer->server.chrome == NULL) == (row->chrome == NULL) &&
            (row->chrome == NULL || strcmp(answer->server.chrome, row->chrome) == 0),
        "row %d: %s", _i, answer->server.chrome);
    ck_assert_int_eq(answer->is_let_in, row->chrome == NULL);
    ck_assert(explain_append_text(&text, &question, answer));
    ck_assert_ptr_null(strstr(buf_string(&text), "403."));
    json_t *json = explain_json(&question, answer);
    ck_assert(json_is_null(json_object_get(json, "verdict")));
    json_decref(json);
    buf_finish(&text);
    for (size_t i = 0; i < n; i++) {
        certificate_destroy(server_chain[i]);
    }
}
END_TEST

/* ---- memory */

START_TEST(test_memory)
{
    struct explain_question question = ask(world_case("eku-server"));
    struct err err = ERR_INIT;
    bool done = false;
    for (size_t n = 1; !done; n++) {
        struct buf text = BUF_EMPTY;
        ck_assert_uint_lt(n, 500);
        mem_fail_after(n);
        done = explain_judge(&question, answer, &err) == 0 &&
               explain_append_text(&text, &question, answer);
        mem_fail_after(0);
        buf_finish(&text);
    }
}
END_TEST

/* ---- colour */

static const struct {
    const char *text;
    const char *coloured;
} colours[] = {
    { "a.pem: IIS would refuse it.\n", "a.pem: \x1b[31mIIS would refuse it.\x1b[0m\n" },
    { "a.pem: IIS would let it in.\n", "a.pem: \x1b[32mIIS would let it in.\x1b[0m\n" },
    { "u: A browser would refuse it: ERR\n",
      "u: \x1b[31mA browser would refuse it: ERR\x1b[0m\n" },
    { "     ! 403.17 CERT_E_EXPIRED: It has expired.\n",
      "     \x1b[31m! 403.17 CERT_E_EXPIRED\x1b[0m: It has expired.\n" },
    { "     - note: It has none.\n", "     \x1b[33m- note\x1b[0m: It has none.\n" },
    { "+- ! IIS would\n", "+- ! IIS would\n" }, /* a certificate's name */
    { "  IIS would refuse it\n", "  IIS would refuse it\n" },
    { "", "" },
    { "no end", "no end" },
};

START_TEST(test_colour)
{
    struct buf out = BUF_EMPTY;
    ck_assert(explain_append_coloured(&out, slice_from_string(colours[_i].text)));
    ck_assert_str_eq(buf_string(&out), colours[_i].coloured);
    buf_finish(&out);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("explain");
    TCase *t = tcase_create("explain");
    tcase_add_unchecked_fixture(t, make_world, NULL);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, test_every_case);
    tcase_add_loop_test(t, test_text, 0, ARRAY_LEN(text_rows));
    tcase_add_loop_test(t, test_colour, 0, ARRAY_LEN(colours));
    tcase_add_loop_test(t, test_wrap, 0, ARRAY_LEN(wrap_rows));
    tcase_add_loop_test(t, test_offer, 0, ARRAY_LEN(offer_rows));
    tcase_add_test(t, test_flags_and_assumptions);
    tcase_add_test(t, test_names_are_escaped);
    tcase_add_loop_test(t, test_server, 0, ARRAY_LEN(server_rows));
    tcase_add_test(t, test_memory);
    suite_add_tcase(s, t);
    return s;
}
