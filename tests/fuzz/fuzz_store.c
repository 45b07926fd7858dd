/* SPDX-License-Identifier: MIT
 *
 * A store of several files of any bytes: read, paired with keys, checked, and the
 * server's certificate chosen. Input: folder and kind of file (a byte each), then a
 * part, and so on.
 */
#include "fuzz.h"

#include "base/mem.h"
#include "store/store_builder.h"
#include "store/store_check.h"
#include "store/store_read.h"

#define NOW       ((int64_t)1781524800) /* 2026-06-15 */
#define FILES_MAX 8
#define WORK_MAX  1000

static void read_files(struct store_builder *builder, struct slice input)
{
    static const char *const names[] = { "a.cer", "a.pem", "a.key", "b.key",
                                         "a.crl", "b.PEM", "a.pfx", "a.txt" };
    struct err err = ERR_INIT;
    for (size_t i = 0; i < FILES_MAX && input.len > 0; i++) {
        builder->folder =
            (enum store_folder)(fuzz_take_byte(&input) % STORE_FOLDER_COUNT);
        const char *name = names[fuzz_take_byte(&input) % ARRAY_LEN(names)];
        int read = store_read_bytes(builder, name, fuzz_take_part(&input), &err);
        int paired = store_builder_pair_keys(builder, &err);
        assert(read == 0 && paired == 0);
    }
}

static void choose(const struct store *store, const char *certhash, const char *host)
{
    const struct store_server_query query = { certhash, host, NOW };
    const struct store_entry *entry = NULL;
    const struct certificate *chain[8];
    struct err err = ERR_INIT;
    if (store_find_server(store, &query, &entry, &err) == 0) {
        assert(entry->key != NULL);
        assert(store_find(store, STORE_MY, entry->cert) != NULL);
        assert(store_server_chain(store, entry, chain, ARRAY_LEN(chain)) >= 1);
    } else {
        fuzz_check_visible(slice_from_string(err.text), true);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct store store = { 0 };
    struct store_builder builder = { .store = &store,
                                     .now = NOW,
                                     .work_max = WORK_MAX };
    struct err err = ERR_INIT;

    store.dir = mem_copy_string("fuzz", 4); /* which does not exist */
    assert(store.dir != NULL);
    read_files(&builder, (struct slice){ data, len });
    int checked = store_check(&builder, &err);
    assert(checked == 0);
    for (size_t i = 0; i < store.n_notes; i++) {
        fuzz_check_visible(slice_from_string(store.notes[i].text), true);
    }
    choose(&store, NULL, NULL);
    choose(&store, NULL, "localhost");
    choose(&store, "00:11", "localhost");
    store_builder_finish(&builder);
    store_finish(&store);
    return 0;
}
