/* SPDX-License-Identifier: MIT
 *
 * Any bytes asked of lib/why, and summed up as a log: an answer has an id that leads to
 * it, and every line of the log is counted once.
 */
#include "fuzz.h"

#include "why/log_sum.h"
#include "why/why.h"

#include <string.h>

static void ask(struct slice input)
{
    struct why_topic topic, back;
    char id[WHY_ID_MAX];
    struct buf answer = BUF_EMPTY;
    if (!why_read(input, &topic)) {
        return;
    }
    assert(why_find(why_id(&topic, id), &back) && why_is_same(&topic, &back));
    assert(why_append_answer(&answer, &topic) && answer.len > 0);
    fuzz_check_visible(buf_slice(&answer), false);
    buf_finish(&answer);
}

static bool is_line(struct slice line)
{
    return line.len > 0 && line.data[0] != '#';
}

static void sum_up(struct slice input)
{
    static struct log_sum sum;
    struct log_fields fields;
    struct err err = ERR_INIT;
    uint64_t n_lines = 0;
    uint64_t n_counted = 0;
    log_fields_default(&fields);
    assert(log_sum_init(&sum, &err) == 0);
    while (input.len > 0) {
        struct slice line = slice_take_line(&input);
        n_lines += is_line(line) ? 1 : 0;
        log_sum_add(&sum, &fields, line);
    }
    log_sum_sort(&sum);
    for (size_t i = 0; i < sum.n_causes; i++) {
        assert(i == 0 || sum.causes[i - 1].count.n >= sum.causes[i].count.n);
        n_counted += sum.causes[i].others.n;
    }
    for (size_t i = 0; i < sum.n_clients; i++) {
        assert(sum.clients[i].cause < sum.n_causes);
        n_counted += sum.clients[i].count.n;
    }
    assert(sum.n_requests + sum.n_damaged == n_lines);
    assert(n_counted == sum.n_refused);
    assert(sum.n_refused + sum.n_errors <= sum.n_requests);
    log_sum_finish(&sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice input = { data, len };
    ask(input);
    sum_up(input);
    return 0;
}
