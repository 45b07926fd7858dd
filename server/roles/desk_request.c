/* SPDX-License-Identifier: MIT */
#include "roles/desk_request.h"

#include "base/mem.h"
#include "forge/forge_request.h"
#include "pki/request.h"

#include <stdlib.h>
#include <string.h>

bool desk_request_read(struct desk_request *request, struct slice bytes, int64_t now,
                       struct bundle *ret_bundle, struct err *err)
{
    struct buf der = BUF_EMPTY;
    struct buf ca = BUF_EMPTY;
    struct request asked;
    bool is_one = request_find(bytes, &der) && request_read(buf_slice(&der), &asked);
    if (is_one && forge_request(&asked, now, &ca, ret_bundle, err) == 0) {
        request->ca = certificate_create(buf_slice(&ca));
        if (request->ca == NULL) {
            (void)err_memory(err);
        }
    }
    buf_finish(&der);
    buf_finish(&ca);
    return is_one;
}

const struct store *desk_request_trust(struct desk_request *request,
                                       const struct store *store)
{
    static char path[] = FORGE_REQUEST_CA;
    size_t n = store->folders[STORE_ROOT].n_entries;
    if (request->ca == NULL) {
        return store;
    }
    struct store_entry *entries =
        mem_resize(request->entries, n + 1, sizeof(struct store_entry));
    if (entries == NULL) {
        return NULL;
    }
    if (n > 0) {
        memcpy(entries, store->folders[STORE_ROOT].entries, n * sizeof(*entries));
    }
    entries[n] = (struct store_entry){ .cert = request->ca, .path = path };
    request->entries = entries;
    request->store = *store;
    request->store.folders[STORE_ROOT].entries = entries;
    request->store.folders[STORE_ROOT].n_entries = n + 1;
    return &request->store;
}

void desk_request_finish(struct desk_request *request)
{
    certificate_destroy(request->ca);
    free(request->entries);
    *request = (struct desk_request){ .ca = NULL };
}
