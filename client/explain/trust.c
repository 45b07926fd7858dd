/* SPDX-License-Identifier: MIT */
#include "explain/trust.h"

#include "base/file.h"
#include "base/mem.h"
#include "bundle/bundle.h"
#include "store/store_load.h"
#include "store/store_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int trust_load(struct trust *trust, const char *dir, int64_t now, struct err *err)
{
    char place[FILE_PATH_MAX];
    struct err ignored = ERR_INIT;
    *trust = (struct trust){ { .dir = NULL } };
    if (dir != NULL) {
        return store_load(&trust->store, dir, now, err);
    }
    if (file_find_place(FILE_PLACE_DATA, "store", place, &ignored) != 0 ||
        file_kind(place) != FILE_FOLDER) {
        return 0;
    }
    return store_load(&trust->store, place, now, err);
}

int trust_add_root(struct trust *trust, struct slice der, const char *path,
                   struct err *err)
{
    struct store *store = &trust->store;
    size_t n = store->folders[STORE_ROOT].n_entries;
    struct store_entry *entries =
        mem_resize(store->folders[STORE_ROOT].entries, n + 1, sizeof(*entries));
    if (entries == NULL) {
        return err_memory(err);
    }
    store->folders[STORE_ROOT].entries = entries;
    entries[n] = (struct store_entry){ .cert = certificate_create(der),
                                       .path = mem_copy_string(path, strlen(path)) };
    if (entries[n].cert == NULL || entries[n].path == NULL) {
        certificate_destroy(entries[n].cert);
        free(entries[n].path);
        return err_memory(err);
    }
    store->folders[STORE_ROOT].n_entries++;
    return 0;
}

int trust_add_roots(struct trust *trust, const struct credential_cas *cas,
                    const char *path, struct err *err)
{
    for (size_t i = 0; i < cas->n_certs; i++) {
        if (trust_add_root(trust, cas->certs[i]->der, path, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int add_crl(struct store *store, struct slice der, const char *path,
                   struct err *err)
{
    struct store_crl *crls = mem_resize(store->crls, store->n_crls + 1, sizeof(*crls));
    if (crls == NULL) {
        return err_memory(err);
    }
    store->crls = crls;
    crls[store->n_crls] =
        (struct store_crl){ .crl = crl_create(der),
                            .path = mem_copy_string(path, strlen(path)) };
    if (crls[store->n_crls].crl == NULL || crls[store->n_crls].path == NULL) {
        crl_destroy(crls[store->n_crls].crl);
        free(crls[store->n_crls].path);
        return err_memory(err);
    }
    store->n_crls++;
    return 0;
}

/* A list that cannot be read is left out, and a remark says so. */
static int note_damage(struct store *store, const struct crl *crl, const char *file,
                       struct err *err)
{
    struct store_note *notes =
        mem_resize(store->notes, store->n_notes + 1, sizeof(*notes));
    if (notes == NULL) {
        return err_memory(err);
    }
    store->notes = notes;
    struct store_note *note = &notes[store->n_notes++];
    *note = (struct store_note){ .is_damage = true };
    (void)snprintf(note->text, sizeof(note->text),
                   "%s: a revocation list of it is not well-formed (its %s cannot be "
                   "read): what %s has revoked is not known.",
                   store_text_path(file).text, crl->malformed,
                   store_text_crl_issuer(crl).text);
    store->n_damaged++;
    return 0;
}

int trust_add_crls(struct trust *trust, const char *file, struct err *err)
{
    struct buf bytes = BUF_EMPTY;
    struct bundle bundle = { .format = BUNDLE_PEM };
    int result = -1;
    if (file_read_all(file, BUNDLE_SIZE_MAX, &bytes, err) == 0 &&
        bundle_read(buf_slice(&bytes), NULL, file, &bundle, err) == BUNDLE_OK) {
        result = bundle.n_crls > 0
                     ? 0
                     : err_set(err, ERR_CONFIG, 0, "%s holds no revocation list", file);
        for (size_t i = 0; i < bundle.n_crls && result == 0; i++) {
            result = add_crl(&trust->store, bundle.crls[i]->der, file, err);
            if (result == 0 && bundle.crls[i]->malformed != NULL) {
                result = note_damage(&trust->store, bundle.crls[i], file, err);
            }
        }
    }
    bundle_finish(&bundle);
    buf_finish(&bytes);
    return result;
}

void trust_finish(struct trust *trust)
{
    store_finish(&trust->store);
}
