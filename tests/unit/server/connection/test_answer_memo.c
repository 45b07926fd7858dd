/* SPDX-License-Identifier: MIT
 *
 * server/connection/answer_memo: an answer is given again only to the same connection,
 * for the same bytes, at the same moment; and memory is bounded.
 */
#include "base/mem.h"
#include "connection/answer_memo.h"
#include "support/check_main.h"

#include <stdlib.h>
#include <string.h>

static const struct answer_moment moment = {
    .now = 1000, .n_loaded = 1, .n_evidence = 2, .n_switches = 3
};
static const struct exchange_result exchange = { .status = 403, .substatus = 16 };

static struct slice text(const char *string)
{
    return slice_from_string(string);
}

/* Each differs from what is kept (connection 7, "GET /", `moment`) in one thing. */
static const struct {
    const char *label;
    uint64_t connection;
    const char *request;
    struct answer_moment moment;
    bool found;
} rows[] = {
    { "the same", 7, "GET /", { 1000, 1, 2, 3 }, true },
    { "another connection", 8, "GET /", { 1000, 1, 2, 3 }, false },
    { "another one of the same slot", 7 + 128, "GET /", { 1000, 1, 2, 3 }, false },
    { "another request", 7, "GET /x", { 1000, 1, 2, 3 }, false },
    { "its beginning", 7, "GET", { 1000, 1, 2, 3 }, false },
    { "nothing", 7, "", { 1000, 1, 2, 3 }, false },
    { "a second later", 7, "GET /", { 1001, 1, 2, 3 }, false },
    { "a second earlier", 7, "GET /", { 999, 1, 2, 3 }, false },
    { "another store", 7, "GET /", { 1000, 2, 2, 3 }, false },
    { "other evidence", 7, "GET /", { 1000, 1, 3, 3 }, false },
    { "a switch", 7, "GET /", { 1000, 1, 2, 4 }, false },
};

START_TEST(memo_row)
{
    struct answer_memo *memo = answer_memo_create();
    struct answer_memo_entry entry;
    answer_memo_put(memo, 7, text("GET /"), &moment, text("answer"), &exchange);
    bool found = answer_memo_find(memo, rows[_i].connection, text(rows[_i].request),
                                  &rows[_i].moment, &entry);
    ck_assert_msg(found == rows[_i].found, "%s", rows[_i].label);
    if (found) {
        ck_assert(slice_equals_string(entry.answer, "answer"));
        ck_assert_uint_eq(entry.exchange->substatus, 16);
    }
    answer_memo_destroy(memo);
}
END_TEST

/* A member that no row changes would not be compared. */
_Static_assert(sizeof(struct answer_moment) == 4 * sizeof(uint64_t),
               "a new member of answer_moment needs a row");

START_TEST(a_connection_that_is_gone_leaves_nothing)
{
    struct answer_memo *memo = answer_memo_create();
    answer_memo_put(memo, 7, text("GET /"), &moment, text("answer"), &exchange);
    answer_memo_forget(memo, 7 + 128); /* not the one that is kept there */
    ck_assert_uint_gt(answer_memo_bytes(memo), 0);
    answer_memo_forget(memo, 7);
    ck_assert_uint_eq(answer_memo_bytes(memo), 0);
    answer_memo_destroy(memo);
}
END_TEST

START_TEST(bytes_are_bounded)
{
    struct answer_memo *memo = answer_memo_create();
    struct answer_memo_entry entry;
    size_t len = ANSWER_MEMO_BYTES_MAX / 8;
    uint8_t *answer = mem_alloc(ANSWER_MEMO_BYTES_MAX + 1, 1);
    ck_assert_ptr_nonnull(answer);
    for (uint64_t i = 0; i < 1000; i++) {
        answer_memo_put(memo, i, text("GET /"), &moment, (struct slice){ answer, len },
                        &exchange);
        ck_assert_uint_le(answer_memo_bytes(memo), ANSWER_MEMO_BYTES_MAX);
    }
    ck_assert_uint_gt(answer_memo_bytes(memo), ANSWER_MEMO_BYTES_MAX / 2);
    /* Too large by itself: what was kept of that connection goes all the same. */
    answer_memo_put(memo, 0, text("GET /"), &moment,
                    (struct slice){ answer, ANSWER_MEMO_BYTES_MAX + 1 }, &exchange);
    ck_assert(!answer_memo_find(memo, 0, text("GET /"), &moment, &entry));
    free(answer);
    answer_memo_destroy(memo);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("answer_memo");
    TCase *tc = tcase_create("answer_memo");
    tcase_add_loop_test(tc, memo_row, 0, (int)ARRAY_LEN(rows));
    tcase_add_test(tc, a_connection_that_is_gone_leaves_nothing);
    tcase_add_test(tc, bytes_are_bounded);
    suite_add_tcase(suite, tc);
    return suite;
}
