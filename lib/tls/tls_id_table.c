/* SPDX-License-Identifier: MIT */
#include "tls/tls_id_table.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

bool tls_id_table_init(struct tls_id_table *table, size_t max)
{
    *table = (struct tls_id_table){ .max = max };
    table->entries = mem_alloc(max, sizeof *table->entries);
    return table->entries != NULL;
}

static void forget_oldest(struct tls_id_table *table)
{
    struct tls_id_entry *entry = &table->entries[table->oldest];

    table->n_bytes -= entry->len;
    free(entry->sealed);
    memset(entry, 0, sizeof *entry);
    table->oldest = (table->oldest + 1) % table->max;
    table->n--;
}

void tls_id_table_clear(struct tls_id_table *table)
{
    while (table->n > 0) {
        forget_oldest(table);
    }
}

void tls_id_table_finish(struct tls_id_table *table)
{
    tls_id_table_clear(table);
    free(table->entries);
    memset(table, 0, sizeof *table);
}

void tls_id_table_keep(struct tls_id_table *table, const uint8_t id[static TLS_ID_LEN],
                       struct slice sealed)
{
    if (sealed.len == 0 || sealed.len > TLS_ID_TABLE_BYTES_MAX) {
        return;
    }
    uint8_t *copy = mem_alloc(sealed.len, 1);
    if (copy == NULL) {
        return;
    }
    memcpy(copy, sealed.data, sealed.len);
    while (table->n > 0 && (table->n == table->max ||
                            table->n_bytes + sealed.len > TLS_ID_TABLE_BYTES_MAX)) {
        forget_oldest(table);
    }
    struct tls_id_entry *entry =
        &table->entries[(table->oldest + table->n) % table->max];
    memcpy(entry->id, id, TLS_ID_LEN);
    entry->sealed = copy;
    entry->len = sealed.len;
    table->n++;
    table->n_bytes += sealed.len;
}

bool tls_id_table_find(const struct tls_id_table *table, struct slice id,
                       struct slice *ret_sealed)
{
    if (id.len != TLS_ID_LEN) {
        return false;
    }
    for (size_t i = 0; i < table->n; i++) {
        const struct tls_id_entry *entry =
            &table->entries[(table->oldest + i) % table->max];
        if (memcmp(entry->id, id.data, TLS_ID_LEN) == 0) {
            *ret_sealed = (struct slice){ entry->sealed, entry->len };
            return true;
        }
    }
    return false;
}
