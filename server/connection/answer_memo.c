/* SPDX-License-Identifier: MIT */
#include "connection/answer_memo.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS ((size_t)128)

struct kept {
    uint64_t connection;
    struct answer_moment moment;
    struct exchange_result exchange;
    size_t request_len;
    size_t answer_len;
    uint8_t bytes[]; /* the request, the answer */
};

struct answer_memo {
    struct kept *slots[SLOTS]; /* owned; by the connection's number */
    size_t bytes;
};

static size_t slot_of(uint64_t connection)
{
    return (size_t)(connection % SLOTS);
}

static size_t size_of(const struct kept *kept)
{
    return sizeof *kept + kept->request_len + kept->answer_len;
}

static void drop(struct answer_memo *memo, size_t slot)
{
    if (memo->slots[slot] != NULL) {
        memo->bytes -= size_of(memo->slots[slot]);
        free(memo->slots[slot]);
        memo->slots[slot] = NULL;
    }
}

struct answer_memo *answer_memo_create(void)
{
    return mem_alloc(1, sizeof(struct answer_memo));
}

void answer_memo_destroy(struct answer_memo *memo)
{
    for (size_t i = 0; memo != NULL && i < SLOTS; i++) {
        drop(memo, i);
    }
    free(memo);
}

static bool is_same_moment(const struct answer_moment *a, const struct answer_moment *b)
{
    return a->now == b->now && a->n_loaded == b->n_loaded &&
           a->n_evidence == b->n_evidence && a->n_switches == b->n_switches;
}

bool answer_memo_find(const struct answer_memo *memo, uint64_t connection,
                      struct slice request, const struct answer_moment *moment,
                      struct answer_memo_entry *ret_entry)
{
    const struct kept *kept = memo->slots[slot_of(connection)];
    if (kept == NULL || kept->connection != connection ||
        !is_same_moment(&kept->moment, moment) ||
        !slice_equal((struct slice){ kept->bytes, kept->request_len }, request)) {
        return false;
    }
    ret_entry->answer =
        (struct slice){ kept->bytes + kept->request_len, kept->answer_len };
    ret_entry->exchange = &kept->exchange;
    return true;
}

void answer_memo_put(struct answer_memo *memo, uint64_t connection,
                     struct slice request, const struct answer_moment *moment,
                     struct slice answer, const struct exchange_result *exchange)
{
    size_t slot = slot_of(connection);
    size_t size = sizeof(struct kept) + request.len + answer.len;

    drop(memo, slot);
    if (request.len == 0 || request.len > ANSWER_MEMO_REQUEST_MAX ||
        answer.len > ANSWER_MEMO_BYTES_MAX ||
        size > ANSWER_MEMO_BYTES_MAX - memo->bytes) {
        return;
    }
    struct kept *kept = mem_alloc(1, size);
    if (kept == NULL) {
        return;
    }
    kept->connection = connection;
    kept->moment = *moment;
    kept->exchange = *exchange;
    kept->request_len = request.len;
    kept->answer_len = answer.len;
    memcpy(kept->bytes, request.data, request.len);
    memcpy(kept->bytes + request.len, answer.data, answer.len);
    memo->slots[slot] = kept;
    memo->bytes += size;
}

void answer_memo_forget(struct answer_memo *memo, uint64_t connection)
{
    size_t slot = slot_of(connection);
    if (memo->slots[slot] != NULL && memo->slots[slot]->connection == connection) {
        drop(memo, slot);
    }
}

size_t answer_memo_bytes(const struct answer_memo *memo)
{
    return memo->bytes;
}
