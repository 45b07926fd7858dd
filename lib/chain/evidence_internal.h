/* SPDX-License-Identifier: MIT
 *
 * What evidence.c and evidence_file.c share; for nobody else.
 */
#pragma once

#include "chain/evidence.h"

struct evidence {
    struct evidence_entry entries[EVIDENCE_ENTRIES_MAX];
    size_t n_entries;
    size_t size; /* bytes of all bodies */
    bool dirty;
    uint64_t n_changes;
};

/* The bytes that were fetched; empty unless EVIDENCE_OK. */
struct slice evidence_entry_body(const struct evidence_entry *entry);
