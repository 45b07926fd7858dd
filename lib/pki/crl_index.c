/* SPDX-License-Identifier: MIT */
#include "pki/crl_index.h"

#include "base/mem.h"
#include "pki/random.h"

#include <stdlib.h>

/* No entry is shorter than SEQUENCE { INTEGER, UTCTime }. */
#define ENTRY_LEN_MIN ((size_t)20)

/* FNV-1a with a seed, and a final mix so that every input bit matters. */
static size_t slot_of(const struct crl_index *index, struct slice serial)
{
    uint64_t hash = index->seed;
    for (size_t i = 0; i < serial.len; i++) {
        hash = (hash ^ serial.data[i]) * 0x100000001b3u;
    }
    hash ^= hash >> 32;
    hash *= 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;
    return (size_t)hash & (index->n_slots - 1);
}

void crl_index_init(struct crl_index *index, size_t entries_len)
{
    size_t n = 1;
    *index = (struct crl_index){ .slots = NULL };
    while (n < 2 * (entries_len / ENTRY_LEN_MIN + 1)) {
        n *= 2;
    }
    if (entries_len >= CRL_INDEX_MIN && entries_len < UINT32_MAX &&
        random_bytes(&index->seed, sizeof index->seed, NULL) == 0) {
        index->slots = mem_alloc(n, sizeof *index->slots);
        index->n_slots = n;
    }
}

void crl_index_finish(struct crl_index *index)
{
    free(index->slots);
    *index = (struct crl_index){ .slots = NULL };
}

void crl_index_add(struct crl_index *index, struct slice serial, size_t offset)
{
    if (index->slots == NULL) {
        return;
    }
    size_t at = slot_of(index, serial);
    for (size_t step = 0; step < CRL_INDEX_STEPS_MAX; step++) {
        uint32_t *slot = &index->slots[(at + step) & (index->n_slots - 1)];
        if (*slot == 0) {
            *slot = (uint32_t)offset + 1;
            return;
        }
    }
    crl_index_finish(index);
}

bool crl_index_find(const struct crl_index *index, struct slice serial, size_t *step,
                    size_t *ret_offset)
{
    if (*step == CRL_INDEX_STEPS_MAX) {
        return false;
    }
    size_t at = slot_of(index, serial) + (*step)++;
    uint32_t slot = index->slots[at & (index->n_slots - 1)];
    *ret_offset = (size_t)slot - 1;
    return slot != 0;
}
