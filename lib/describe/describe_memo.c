/* SPDX-License-Identifier: MIT */
#include "describe/describe_memo.h"

#include <jansson.h>

#include <string.h>

static bool is_used(const struct describe_memo_entry *entry)
{
    for (size_t i = 0; i < DESCRIBE_MEMO_KINDS; i++) {
        if (entry->said[i] != NULL) {
            return true;
        }
    }
    return false;
}

static void clear(struct describe_memo_entry *entry)
{
    for (size_t i = 0; i < DESCRIBE_MEMO_KINDS; i++) {
        json_decref(entry->said[i]);
    }
    memset(entry, 0, sizeof *entry);
}

static struct describe_memo_entry *find_or_add(struct describe_memo *memo,
                                               const struct certificate *cert)
{
    for (size_t i = 0; i < DESCRIBE_MEMO_MAX; i++) {
        struct describe_memo_entry *entry = &memo->entries[i];
        if (memcmp(entry->sha256, cert->sha256, sizeof entry->sha256) == 0 &&
            is_used(entry)) {
            return entry;
        }
    }
    struct describe_memo_entry *entry = &memo->entries[memo->next];
    memo->next = (memo->next + 1) % DESCRIBE_MEMO_MAX;
    clear(entry);
    memcpy(entry->sha256, cert->sha256, sizeof entry->sha256);
    return entry;
}

json_t *describe_memo_get(struct describe_memo *memo, enum describe_memo_kind kind,
                          const struct certificate *cert,
                          json_t *(*describe)(const struct certificate *))
{
    if (memo == NULL || cert->der.len > DESCRIBE_MEMO_SIZE_MAX) {
        return describe(cert);
    }
    struct describe_memo_entry *entry = find_or_add(memo, cert);
    if (entry->said[kind] == NULL) {
        entry->said[kind] = describe(cert);
    }
    return json_incref(entry->said[kind]);
}

void describe_memo_finish(struct describe_memo *memo)
{
    for (size_t i = 0; i < DESCRIBE_MEMO_MAX; i++) {
        clear(&memo->entries[i]);
    }
}
