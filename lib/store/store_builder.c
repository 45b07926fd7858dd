/* SPDX-License-Identifier: MIT */
#include "store/store_builder.h"

#include "base/mem.h"
#include "store/store_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for one more behind `n`; arrays grow at the powers of two, so that
 * they need not remember their capacity. */
static void *grow(void *items, size_t n, size_t size)
{
    if (n != 0 && (n & (n - 1)) != 0) {
        return items;
    }
    return mem_resize(items, n == 0 ? 1 : n * 2, size);
}

static void copy_text(char *to, size_t size, const char *from)
{
    size_t len = strlen(from);
    len = len < size ? len : size - 1;
    memcpy(to, from, len);
    to[len] = 0;
}

static void forget_keys(struct store_builder *builder)
{
    for (size_t i = 0; i < builder->n_keys; i++) {
        key_destroy(builder->keys[i].key);
        free(builder->keys[i].path);
    }
    builder->n_keys = 0;
    free(builder->keys);
    builder->keys = NULL;
}

void store_builder_finish(struct store_builder *builder)
{
    forget_keys(builder);
}

static int add_note(struct store_builder *builder, struct store_note kind,
                    struct err *err, const char *fmt, va_list args) PRINTF_LIKE(4, 0);
static int add_note(struct store_builder *builder, struct store_note kind,
                    struct err *err, const char *fmt, va_list args)
{
    struct store *store = builder->store;
    store->n_damaged += kind.is_damage ? 1 : 0;
    if (store->n_notes >= STORE_NOTES_MAX) {
        return 0;
    }
    struct store_note *notes = grow(store->notes, store->n_notes, sizeof(*notes));
    if (notes == NULL) {
        return err_memory(err);
    }
    store->notes = notes;
    struct store_note *note = &notes[store->n_notes++];
    memset(note, 0, sizeof(*note));
    if (store->n_notes == STORE_NOTES_MAX) {
        copy_text(note->text, sizeof(note->text),
                  "There is more to say about this store than is shown here.");
        return 0;
    }
    note->is_trap = kind.is_trap;
    note->is_damage = kind.is_damage;
    (void)vsnprintf(note->text, sizeof(note->text), fmt, args);
    return 0;
}

int store_builder_note(struct store_builder *builder, bool is_trap, struct err *err,
                       const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int result =
        add_note(builder, (struct store_note){ .is_trap = is_trap }, err, fmt, args);
    va_end(args);
    return result;
}

int store_builder_damage(struct store_builder *builder, bool is_damage, struct err *err,
                         const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int result = add_note(builder, (struct store_note){ .is_damage = is_damage }, err,
                          fmt, args);
    va_end(args);
    return result;
}

static int append_entry(struct store_builder *builder, struct certificate *cert,
                        const char *path, struct err *err)
{
    struct store *store = builder->store;
    size_t n = store->folders[builder->folder].n_entries;
    struct store_entry *entries =
        grow(store->folders[builder->folder].entries, n, sizeof(*entries));
    if (entries == NULL) {
        return err_memory(err);
    }
    store->folders[builder->folder].entries = entries;
    char *copy = mem_copy_string(path, strlen(path));
    if (copy == NULL) {
        return err_memory(err);
    }
    memset(&entries[n], 0, sizeof(entries[n]));
    entries[n].cert = cert;
    entries[n].path = copy;
    store->folders[builder->folder].n_entries++;
    return 0;
}

int store_builder_add_certificate(struct store_builder *builder,
                                  struct certificate *cert, const char *path,
                                  struct err *err)
{
    int result = 0;
    if (cert == NULL) {
        return err_memory(err);
    }
    if (builder->skips_known &&
        store_find(builder->store, builder->folder, cert) != NULL) {
        result = 0;
    } else if (cert->malformed != NULL) {
        result = store_builder_damage(
            builder, builder->folder == STORE_DISALLOWED, err,
            "%s: not a well-formed certificate (its %s cannot be read) and therefore "
            "left "
            "out. Copy it again from where it came from, or issue it again.",
            store_text_path(path).text, cert->malformed);
    } else if (builder->n_certs >= STORE_CERTIFICATES_MAX) {
        result = store_builder_damage(
            builder, builder->folder == STORE_DISALLOWED, err,
            "%s: left out, for the store holds over %zu certificates.",
            store_text_path(path).text, STORE_CERTIFICATES_MAX);
    } else {
        result = append_entry(builder, cert, path, err);
        if (result == 0) {
            builder->n_certs++;
            return 0;
        }
    }
    certificate_destroy(cert);
    return result;
}

static int append_crl(struct store *store, struct crl *crl, const char *path,
                      struct err *err)
{
    struct store_crl *crls = grow(store->crls, store->n_crls, sizeof(*crls));
    if (crls == NULL) {
        return err_memory(err);
    }
    store->crls = crls;
    char *copy = mem_copy_string(path, strlen(path));
    if (copy == NULL) {
        return err_memory(err);
    }
    crls[store->n_crls++] = (struct store_crl){ crl, copy };
    return 0;
}

int store_builder_add_crl(struct store_builder *builder, struct crl *crl,
                          const char *path, struct err *err)
{
    int result;
    if (crl == NULL) {
        return err_memory(err);
    }
    bool is_users = builder->folder == STORE_CURRENT_USER_MY ||
                    builder->folder == STORE_CURRENT_USER_ROOT;
    if (crl->malformed != NULL) {
        result = store_builder_damage(
            builder, !is_users, err,
            "%s: not a well-formed revocation list (its %s cannot be read) and "
            "therefore left out: what %s has revoked is not known. Have the CA publish "
            "it again.",
            store_text_path(path).text, crl->malformed,
            store_text_crl_issuer(crl).text);
    } else if (is_users) {
        result = store_builder_note(
            builder, false, err,
            "%s: revocation lists of CurrentUser are not looked at. Move it to %s.",
            store_text_path(path).text, store_folder_path(STORE_CA));
    } else {
        result = append_crl(builder->store, crl, path, err);
        if (result == 0) {
            return 0;
        }
    }
    crl_destroy(crl);
    return result;
}

int store_builder_add_key(struct store_builder *builder, struct key *key,
                          const char *problem, const char *path, struct err *err)
{
    struct store_builder_key *keys =
        grow(builder->keys, builder->n_keys, sizeof(*keys));
    if (keys == NULL) {
        key_destroy(key);
        return err_memory(err);
    }
    builder->keys = keys;
    char *copy = mem_copy_string(path, strlen(path));
    if (copy == NULL) {
        key_destroy(key);
        return err_memory(err);
    }
    struct store_builder_key *item = &keys[builder->n_keys++];
    item->key = key;
    item->path = copy;
    copy_text(item->problem, sizeof(item->problem), problem == NULL ? "" : problem);
    return 0;
}

/* ---- keys and certificates */

/* The same file but for its suffix: server.crt and server.key. */
static bool same_base_name(const char *a, const char *b)
{
    const char *dot_a = strrchr(a, '.');
    const char *dot_b = strrchr(b, '.');
    return dot_a != NULL && dot_b != NULL && dot_a - a == dot_b - b &&
           strncmp(a, b, (size_t)(dot_a - a)) == 0;
}

static int give_key(const struct store_builder_key *item, struct store_entry *entry,
                    struct err *err)
{
    if (entry->key == NULL) {
        entry->key = key_copy(item->key);
        entry->key_problem[0] = 0;
    }
    return entry->key == NULL ? err_memory(err) : 0;
}

bool store_builder_is_companion(const struct store *store, enum store_folder folder,
                                const struct store_entry *entry)
{
    if (!entry->cert->is_ca || entry->key != NULL) {
        return false;
    }
    for (size_t i = 0; i < store->folders[folder].n_entries; i++) {
        const struct store_entry *other = &store->folders[folder].entries[i];
        if (!other->cert->is_ca && strcmp(other->path, entry->path) == 0) {
            return true;
        }
    }
    return false;
}

enum pairing { PAIRING_NO_CANDIDATE, PAIRING_NONE_FITS, PAIRING_FITS };

static int pair(struct store_builder *builder, const struct store_builder_key *item,
                bool by_name, enum pairing *ret_pairing, struct err *err)
{
    struct store *store = builder->store;
    *ret_pairing = PAIRING_NO_CANDIDATE;
    for (size_t i = 0; i < store->folders[builder->folder].n_entries; i++) {
        struct store_entry *entry = &store->folders[builder->folder].entries[i];
        if (by_name && !same_base_name(entry->path, item->path)) {
            continue;
        }
        bool fits = item->key != NULL && key_matches(item->key, entry->cert);
        *ret_pairing =
            fits || *ret_pairing == PAIRING_FITS ? PAIRING_FITS : PAIRING_NONE_FITS;
        if (fits && give_key(item, entry, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static void explain(struct store_builder *builder, const struct store_builder_key *item)
{
    char problem[sizeof(item->problem)];
    if (item->key == NULL) {
        copy_text(problem, sizeof(problem), item->problem);
    } else {
        (void)snprintf(problem, sizeof(problem),
                       "the key in %.60s does not belong to it: the public keys differ",
                       store_text_file(item->path).text);
    }
    for (size_t i = 0; i < builder->store->folders[builder->folder].n_entries; i++) {
        struct store_entry *entry =
            &builder->store->folders[builder->folder].entries[i];
        if (entry->key == NULL && same_base_name(entry->path, item->path) &&
            !store_builder_is_companion(builder->store, builder->folder, entry)) {
            copy_text(entry->key_problem, sizeof(entry->key_problem), problem);
        }
    }
}

static int pair_one(struct store_builder *builder, const struct store_builder_key *item,
                    struct err *err)
{
    enum pairing pairing;
    if (pair(builder, item, true, &pairing, err) != 0) {
        return -1;
    }
    if (pairing == PAIRING_NONE_FITS) {
        explain(builder, item);
        return item->key == NULL
                   ? store_builder_note(builder, false, err,
                                        "%s: no key could be read: %s.",
                                        store_text_path(item->path).text, item->problem)
                   : store_builder_note(
                         builder, false, err,
                         "%s: this key does not belong to the certificate of "
                         "the same name: their public keys differ. Put the "
                         "right key there.",
                         store_text_path(item->path).text);
    }
    if (pairing == PAIRING_FITS) {
        return 0;
    }
    if (item->key == NULL) {
        return store_builder_note(builder, false, err, "%s: no key could be read: %s.",
                                  store_text_path(item->path).text, item->problem);
    }
    if (pair(builder, item, false, &pairing, err) != 0) {
        return -1;
    }
    return pairing == PAIRING_FITS
               ? 0
               : store_builder_note(
                     builder, false, err,
                     "%s: this key belongs to no certificate of %s. Put its "
                     "certificate beside it.",
                     store_text_path(item->path).text,
                     store_folder_name(builder->folder));
}

int store_builder_pair_keys(struct store_builder *builder, struct err *err)
{
    for (size_t i = 0; i < builder->n_keys; i++) {
        if (pair_one(builder, &builder->keys[i], err) != 0) {
            return -1;
        }
    }
    forget_keys(builder);
    return 0;
}
