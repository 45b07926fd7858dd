/* SPDX-License-Identifier: MIT
 *
 * client/attempt/outcome, client/check: the words, the files of them, and
 * the tables that are compiled in.
 */
#include "attempt/outcome.h"
#include "check/expectation_choice.h"
#include "check/expectation_table.h"
#include "check/recorded_server.h"
#include "model/sound.h"
#include "support/check_main.h"
#include "tls/tls_alert.h"

#include <stdio.h>
#include <string.h>

/* ---- words */

static const struct {
    enum attempt_end end;
    int status;
    int substatus;
    int inner;
    int alert;
    const char *word;
    bool accepted;
    bool refused;
} outcomes[] = {
    { ATTEMPT_END_ANSWER, 200, -1, 0, TLS_ALERT_NONE, "200", true, false },
    { ATTEMPT_END_ANSWER, 404, -1, 0, TLS_ALERT_NONE, "404", true, false },
    { ATTEMPT_END_ANSWER, 500, -1, 0, TLS_ALERT_NONE, "500", true, false },
    { ATTEMPT_END_ANSWER, 403, 16, 0, TLS_ALERT_NONE, "403.16", false, true },
    { ATTEMPT_END_ANSWER, 403, -1, 0, TLS_ALERT_NONE, "403", false, true },
    { ATTEMPT_END_ANSWER, 400, -1, 495, TLS_ALERT_NONE, "400/495", false, true },
    { ATTEMPT_END_ANSWER, 421, -1, 0, TLS_ALERT_NONE, "421", false, true },
    { ATTEMPT_END_ALERT, 0, -1, 0, 48, "alert:unknown_ca", false, true },
    { ATTEMPT_END_LATE_ALERT, 0, -1, 0, 116, "late-alert:certificate_required", false,
      true },
    { ATTEMPT_END_RESET, 0, -1, 0, TLS_ALERT_NONE, "dropped", false, true },
    { ATTEMPT_END_CLOSED, 0, -1, 0, TLS_ALERT_NONE, "dropped", false, true },
    { ATTEMPT_END_TIMEOUT, 0, -1, 0, TLS_ALERT_NONE, "timeout", false, false },
    { ATTEMPT_END_NOT_HTTP, 0, -1, 0, TLS_ALERT_NONE, "not-http", true, false },
    { ATTEMPT_END_UNTRUSTED, 0, -1, 0, TLS_ALERT_NONE, "untrusted", false, false },
};

static struct attempt_result make_result(size_t i)
{
    struct attempt_result result;
    attempt_result_init(&result);
    result.end = outcomes[i].end;
    result.phase = ATTEMPT_PHASE_RECEIVE;
    result.status = outcomes[i].status;
    result.substatus = outcomes[i].substatus;
    result.inner_status = outcomes[i].inner;
    result.alert_received = outcomes[i].alert;
    result.server.known = true;
    result.handshake_done = outcomes[i].end != ATTEMPT_END_UNTRUSTED;
    return result;
}

START_TEST(outcomes_have_words)
{
    struct attempt_result result = make_result((size_t)_i);
    char word[OUTCOME_WORD_MAX];
    outcome_format(&result, word);
    ck_assert_str_eq(word, outcomes[_i].word);
    ck_assert_msg(outcome_is_valid(word), "%s", word);
    ck_assert_msg(outcome_is_accepted(&result) == outcomes[_i].accepted, "%s", word);
    ck_assert_msg(outcome_is_refused(&result) == outcomes[_i].refused, "%s", word);
    /* A word means its own outcome, and no other's. */
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
        bool same = strcmp(outcomes[i].word, word) == 0;
        ck_assert_msg(outcome_matches(outcomes[i].word, &result) == same, "%s is %s",
                      outcomes[i].word, word);
    }
    ck_assert(outcome_matches("*", &result));
    ck_assert(outcome_matches("418|accepted", &result) == outcomes[_i].accepted);
    ck_assert(outcome_matches("418|refused|419", &result) == outcomes[_i].refused);
    ck_assert(!outcome_matches("418", &result) && !outcome_matches("", &result));
}
END_TEST

/* Before its own certificate a server's alert says nothing about ours. */
START_TEST(early_ends_are_no_refusals)
{
    struct attempt_result result = make_result(7);
    result.phase = ATTEMPT_PHASE_HANDSHAKE;
    ck_assert(outcome_is_refused(&result));
    result.server.known = false;
    ck_assert(!outcome_is_refused(&result));
    ck_assert(outcome_matches("alert:unknown_ca", &result));
    ck_assert(!outcome_matches("refused", &result));
}
END_TEST

static const char *const no_words[] = {
    "",
    "20",
    "2000",
    "403.",
    "403.x",
    "400/",
    "400-495",
    "403|",
    "|403",
    "alert",
    "alert:",
    "alert:48",
    "alert:no_such",
    "late",
    "late-alert",
    "late-alert:x",
    "answer",
    "OK",
    "Accepted",
    "200 ",
};

START_TEST(other_words_are_none)
{
    ck_assert_msg(!outcome_is_valid(no_words[_i]), "\"%s\"", no_words[_i]);
}
END_TEST

/* ---- files */

static const struct {
    const char *text;
    const char *error; /* part of it; NULL = it is right */
} files[] = {
    { "good\t200\t200\n", NULL },
    { "# note\n\ngood\t\t200\t403|dropped\r\nbad\trefused\t*", NULL },
    { "", "says nothing of any case" },
    { "# only a note\n", "says nothing of any case" },
    { "good\t200\n", "line 1: \"\" is no outcome on TLS 1.3" },
    { "good\t200\t200\nbad\tno\t200\n", "line 2: \"no\" is no outcome on TLS 1.2" },
    { "good\t200\t200\tmore\n", "one field too many" },
    { "good 200 200\n", "is no outcome" },
};

START_TEST(files_are_read)
{
    struct expectation_table expectation = { NULL, NULL, 0 };
    struct err err = ERR_INIT;
    int result = expectation_table_parse(slice_from_string(files[_i].text), "FILE",
                                         &expectation, &err);
    if (files[_i].error == NULL) {
        ck_assert_msg(result == 0, "%s", err.text);
        ck_assert_str_eq(expectation_table_find(&expectation, "good", REPORT_TLS_1_2),
                         "200");
        ck_assert_ptr_null(expectation_table_find(&expectation, "goo", REPORT_TLS_1_2));
        expectation_table_finish(&expectation);
    } else {
        ck_assert_int_eq(result, -1);
        ck_assert_msg(strstr(err.text, files[_i].error) != NULL, "%s", err.text);
        ck_assert(expectation.rows == NULL && expectation.text == NULL);
    }
}
END_TEST

START_TEST(what_is_written_can_be_read)
{
    static const struct recipe recipes[2] = { { .name = "good" }, { .name = "none" } };
    struct report_row rows[2];
    struct report report = { .url = "https://x/", .rows = rows, .n_rows = 2 };
    struct expectation_table expectation;
    struct err err = ERR_INIT;
    struct buf text = BUF_EMPTY;
    memset(rows, 0, sizeof(rows));
    for (size_t i = 0; i < 2; i++) {
        rows[i].recipe = &recipes[i];
        rows[i].cells[REPORT_TLS_1_2].tried = true;
        rows[i].cells[REPORT_TLS_1_2].result = make_result(i * 7);
    }
    expectation_table_write(&text, &report);
    ck_assert_msg(expectation_table_parse(buf_slice(&text), "it", &expectation, &err) ==
                      0,
                  "%s", err.text);
    ck_assert_str_eq(expectation_table_find(&expectation, "none", REPORT_TLS_1_2),
                     "alert:unknown_ca");
    ck_assert_str_eq(expectation_table_find(&expectation, "none", REPORT_TLS_1_3), "*");
    expectation_table_finish(&expectation);
    buf_finish(&text);
}
END_TEST

/* ---- the tables */

START_TEST(strict_names_cases)
{
    struct recipe_book book;
    struct err err = ERR_INIT;
    size_t n_either = 0;
    ck_assert_msg(recipe_book_load(&book, &err) == 0, "%s", err.text);
    for (size_t i = 0; i < book.cases.n_recipes; i++) {
        const struct recipe *recipe = &book.cases.recipes[i];
        const char *words = sound_find(recipe, SSL_FLAGS_REQUIRE);
        ck_assert(outcome_is_valid(words));
        n_either += sound_may_either(recipe->name) ? 1 : 0;
    }
    ck_assert_str_eq(sound_find(recipe_find(&book.cases, "good"), SSL_FLAGS_REQUIRE),
                     "accepted");
    ck_assert_str_eq(sound_find(recipe_find(&book.cases, "expired"), SSL_FLAGS_REQUIRE),
                     "refused");
    ck_assert_str_eq(
        sound_find(recipe_find(&book.cases, "wrong-key"), SSL_FLAGS_ACCEPT), "refused");
    ck_assert_str_eq(sound_find(recipe_find(&book.cases, "none"), SSL_FLAGS_ACCEPT),
                     "accepted");
    /* Each line of the table is a case's: a renamed case must not lose its. */
    size_t n_lines = 0;
    extern const unsigned char strict_tsv[];
    for (const char *line = (const char *)strict_tsv; *line != 0;) {
        n_lines += *line != '#' && *line != '\n' ? 1 : 0;
        line += strcspn(line, "\n");
        line += *line != 0 ? 1 : 0;
    }
    ck_assert_uint_eq(n_either, n_lines);
    ck_assert(!sound_may_either("good") && !sound_may_either("eku") &&
              !sound_may_either("#") && !sound_may_either(""));
    recipe_book_finish(&book);
}
END_TEST

START_TEST(recorded_servers_can_be_expected)
{
    struct recorded_server recorded = recorded_server_get((size_t)_i);
    struct attempt_result probe;
    struct expectation_choice expect;
    struct err err = ERR_INIT;
    attempt_result_init(&probe);
    ck_assert_msg(expectation_choice_make(recorded.name, &probe, &expect, &err) == 0,
                  "%s", err.text);
    ck_assert(!expect.is_iis);
    ck_assert_ptr_nonnull(
        expectation_table_find(&expect.table, "good", REPORT_TLS_1_3));
    expectation_choice_finish(&expect);
}
END_TEST

static const struct {
    const char *option;
    const char *head;
    const char *name;
    bool is_iis;
} choices[] = {
    { NULL, "HTTP/1.1 403 Forbidden\r\nServer: Microsoft-IIS/10.0\r\n\r\n", "iis",
      true },
    { NULL, "HTTP/1.1 400 Bad\r\nX: y\r\nserver: Microsoft-HTTPAPI/2.0\r\n\r\n", "iis",
      true },
    { NULL, "HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n", "strict", false },
    { NULL, "HTTP/1.1 200 OK\r\nX-Server: Microsoft-IIS/10.0\r\n\r\n", "strict",
      false },
    { NULL, "", "strict", false },
    { "iis", "HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n", "iis", true },
    { "strict", "HTTP/1.1 200 OK\r\nServer: Microsoft-IIS/10.0\r\n\r\n", "strict",
      false },
};

START_TEST(the_default_fits_the_server)
{
    struct attempt_result probe;
    struct expectation_choice expect;
    struct err err = ERR_INIT;
    attempt_result_init(&probe);
    buf_append_string(&probe.head, choices[_i].head);
    ck_assert(expectation_choice_make(choices[_i].option, &probe, &expect, &err) == 0);
    ck_assert_str_eq(expect.name, choices[_i].name);
    ck_assert(expect.is_iis == choices[_i].is_iis);
    expectation_choice_finish(&expect);
    attempt_result_finish(&probe);
}
END_TEST

START_TEST(no_such_expectation)
{
    struct attempt_result probe;
    struct expectation_choice expect;
    struct err err = ERR_INIT;
    attempt_result_init(&probe);
    ck_assert(expectation_choice_make("/no/such/file", &probe, &expect, &err) == -1);
    ck_assert_msg(strstr(err.text, "/no/such/file") != NULL, "%s", err.text);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("expectation");
    TCase *words = tcase_create("words");
    tcase_add_loop_test(words, outcomes_have_words, 0, ARRAY_LEN(outcomes));
    tcase_add_test(words, early_ends_are_no_refusals);
    tcase_add_loop_test(words, other_words_are_none, 0, ARRAY_LEN(no_words));
    suite_add_tcase(s, words);
    TCase *tables = tcase_create("tables");
    tcase_add_loop_test(tables, files_are_read, 0, ARRAY_LEN(files));
    tcase_add_test(tables, what_is_written_can_be_read);
    tcase_add_test(tables, strict_names_cases);
    tcase_add_loop_test(tables, recorded_servers_can_be_expected, 0,
                        (int)recorded_server_count());
    tcase_add_loop_test(tables, the_default_fits_the_server, 0, ARRAY_LEN(choices));
    tcase_add_test(tables, no_such_expectation);
    suite_add_tcase(s, tables);
    return s;
}
