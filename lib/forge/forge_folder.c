/* SPDX-License-Identifier: MIT
 *
 * Order of writing: what depends on a thing is written before the thing itself
 * (store copies, then the .crt or .pem that says "made"; README.txt last of all).
 * So a run that was cut off is simply gone on with by the next.
 *
 * Copies in the store belong to the user once they are there: one that was
 * removed, to see what the server then says, stays removed.
 */
#include "forge/forge_certificate.h"
#include "forge/forge_files.h"

#include <string.h>

#define MODE_SECRET 0600u
#define MODE_PUBLIC 0644u

static bool exists(const char *path)
{
    return file_kind(path) != FILE_MISSING;
}

/* ---- copies in the store */

static int put_store_copies(const struct forge_refresh *refresh,
                            const struct recipe *recipe, struct slice der, bool is_new,
                            struct err *err)
{
    char path[FILE_PATH_MAX];
    for (int folder = 0; folder < STORE_FOLDER_COUNT; folder++) {
        if (!recipe->folders[folder]) {
            continue;
        }
        if (forge_store_path(path, refresh->world, (enum store_folder)folder,
                             recipe->name, ".crt", err) != 0) {
            return -1;
        }
        if ((is_new || refresh->first || exists(path)) &&
            forge_write_certificate(path, der, err) != 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- authorities */

static int load_authority(struct forge_world *world, struct forge_authority *authority,
                          struct err *err)
{
    char path[FILE_PATH_MAX];
    const char *name = authority->recipe->name;
    struct forge_credential file;
    if (forge_path(path, world, "authorities", name, ".key", err) != 0 ||
        forge_read_pem(path, &file, err) != 0) {
        return -1;
    }
    authority->key = file.key;
    file.key = NULL;
    forge_credential_finish(&file);
    if (authority->key == NULL && authority->recipe->key_of == NULL) {
        return 0; /* a certificate without its key is of no use */
    }
    if (forge_authority_prepare_key(world, authority, err) != 0 ||
        forge_path(path, world, "authorities", name, ".crt", err) != 0 ||
        forge_read_pem(path, &file, err) != 0) {
        return -1;
    }
    int result = 0;
    if (file.n_chain > 0) {
        struct certificate *cert = certificate_create(buf_slice(&file.chain[0]));
        if (cert == NULL) {
            result = err_memory(err);
        } else if (slice_equal(cert->spki, buf_slice(&authority->spki))) {
            authority->cert = cert;
        } else {
            certificate_destroy(cert);
        }
    }
    forge_credential_finish(&file);
    return result;
}

static int write_authority_key(const struct forge_world *world,
                               const struct forge_authority *authority, struct err *err)
{
    char path[FILE_PATH_MAX];
    return forge_path(path, world, "authorities", authority->recipe->name, ".key",
                      err) != 0
               ? -1
               : forge_write_pem(path, MODE_SECRET, authority->key, NULL, 0, err);
}

int forge_sync_authority(struct forge_refresh *refresh,
                         struct forge_authority *authority, struct err *err)
{
    struct forge_world *world = refresh->world;
    const struct recipe *recipe = authority->recipe;
    char path[FILE_PATH_MAX];
    if (forge_path(path, world, "authorities", recipe->name, ".crt", err) != 0 ||
        (authority->cert == NULL && load_authority(world, authority, err) != 0)) {
        return -1;
    }
    bool stale = authority->cert == NULL ||
                 forge_authority_is_stale(world, authority, refresh->now);
    if (stale) {
        bool new_key = authority->key == NULL;
        if (forge_authority_prepare_key(world, authority, err) != 0 ||
            (new_key && recipe->key_of == NULL &&
             write_authority_key(world, authority, err) != 0) ||
            forge_authority_issue(world, authority, refresh->now, err) != 0) {
            return -1;
        }
        refresh->tables_changed =
            true; /* cases that send it have to send its new certificate */
    }
    bool is_new = !exists(path);
    if ((stale || refresh->first || is_new) &&
        put_store_copies(refresh, recipe, authority->cert->der, is_new, err) != 0) {
        return -1;
    }
    return stale || is_new ? forge_write_certificate(path, authority->cert->der, err)
                           : 0;
}

/* ---- CRLs */

struct revocations {
    const struct forge_world *world;
    struct forge_authority *authority;
    struct err *err;
};

static int on_revocation(void *user, const struct forge_revocation *revocation)
{
    const struct revocations *r = user;
    return forge_authority_revoke(r->world, r->authority, revocation, r->err);
}

/* What was revoked at run time, by whichever process, is recorded in the CRL itself.
 * ret_crl is NULL if there is none by the authority's present key. */
static int load_crl(const struct forge_world *world, struct forge_authority *authority,
                    const char *path, struct crl **ret_crl, struct err *err)
{
    uint8_t id[FORGE_KEY_ID_LEN];
    struct buf der = BUF_EMPTY;
    struct crl *crl = NULL;
    int result = 0;
    if (exists(path)) {
        result = file_read_all(path, FORGE_FILE_MAX, &der, err);
        if (result == 0 && (crl = crl_create(buf_slice(&der))) == NULL) {
            result = err_memory(err);
        }
    }
    buf_finish(&der);
    bool ours = crl != NULL && crl->malformed == NULL &&
                forge_key_id(buf_slice(&authority->spki), id) &&
                slice_equal(crl->authority_key_id, (struct slice){ id, sizeof(id) });
    if (ours) {
        struct revocations revocations = { world, authority, err };
        result = forge_crl_walk(crl, on_revocation, &revocations);
    }
    if (!ours || result != 0) {
        crl_destroy(crl);
        crl = NULL;
    }
    *ret_crl = crl;
    return result;
}

static int write_crl(const struct forge_refresh *refresh,
                     const struct forge_authority *authority, const char *path,
                     struct err *err)
{
    char copy[FILE_PATH_MAX];
    const char *name = authority->recipe->name;
    struct buf der = BUF_EMPTY;
    int result = -1;
    if (forge_store_path(copy, refresh->world, STORE_CA, name, ".crl", err) == 0 &&
        forge_crl(refresh->world, name, refresh->now, &der, err) == 0 &&
        ((!refresh->first && exists(path) && !exists(copy)) ||
         file_write_unsynced(copy, MODE_PUBLIC, buf_slice(&der), err) == 0)) {
        result = file_write_unsynced(path, MODE_PUBLIC, buf_slice(&der), err);
    }
    buf_finish(&der);
    return result;
}

int forge_sync_crl(const struct forge_refresh *refresh,
                   struct forge_authority *authority, struct err *err)
{
    char path[FILE_PATH_MAX];
    struct crl *crl;
    if (forge_path(path, refresh->world, "authorities", authority->recipe->name, ".crl",
                   err) != 0 ||
        load_crl(refresh->world, authority, path, &crl, err) != 0) {
        return -1;
    }
    bool stale = crl == NULL || refresh->first || refresh->tables_changed;
    if (!stale && authority->recipe->crl == RECIPE_CRL_FRESH) {
        stale = crl->this_update > refresh->now ||
                refresh->now - crl->this_update >= FORGE_FRESH;
    }
    crl_destroy(crl);
    return stale ? write_crl(refresh, authority, path, err) : 0;
}

int forge_folder_revoke(struct forge_world *world, struct forge_authority *authority,
                        const struct forge_revocation *revocation, int64_t now,
                        struct err *err)
{
    char path[FILE_PATH_MAX];
    struct forge_refresh refresh = { .world = world, .now = now };
    struct crl *crl = NULL;
    int lock = forge_lock(world);
    int result = -1;
    if (forge_path(path, world, "authorities", authority->recipe->name, ".crl", err) ==
            0 &&
        load_crl(world, authority, path, &crl, err) == 0 &&
        forge_authority_revoke(world, authority, revocation, err) == 0) {
        result = write_crl(&refresh, authority, path, err);
    }
    crl_destroy(crl);
    forge_unlock(lock);
    return result;
}

int forge_folder_unrevoke(struct forge_world *world, struct forge_authority *authority,
                          const struct recipe *recipe, int64_t now, struct err *err)
{
    char path[FILE_PATH_MAX];
    struct forge_refresh refresh = { .world = world, .now = now };
    struct crl *crl = NULL;
    int lock = forge_lock(world);
    int result = -1;
    if (forge_path(path, world, "authorities", authority->recipe->name, ".crl", err) ==
            0 &&
        load_crl(world, authority, path, &crl, err) == 0) {
        result = forge_authority_unrevoke(authority, recipe)
                     ? write_crl(&refresh, authority, path, err)
                     : 0;
    }
    crl_destroy(crl);
    forge_unlock(lock);
    return result;
}

/* ---- what is deferred */

static bool is_made(const struct forge_world *world, const char *authority)
{
    return authority == NULL || forge_authority_find(world, authority)->cert != NULL;
}

static bool has_all_authorities(const struct forge_world *world,
                                const struct recipe *recipe)
{
    for (size_t i = 0; i < recipe->n_chain; i++) {
        if (!is_made(world, recipe->chain[i].authority)) {
            return false;
        }
    }
    return is_made(world, recipe->issuer);
}

static bool is_rsa(const struct recipe *recipe)
{
    return recipe->key_is_weak || (recipe->key_type >= KEY_TYPE_RSA_1024 &&
                                   recipe->key_type <= KEY_TYPE_RSA_4096);
}

bool forge_is_deferred(const struct forge_world *world, const struct recipe *recipe,
                       const char *folder)
{
    char path[FILE_PATH_MAX];
    struct err ignored = ERR_INIT;
    if (!world->is_passing || recipe->is_none) {
        return false;
    }
    bool is_case = strcmp(folder, "cases") == 0;
    return !has_all_authorities(world, recipe) ||
           ((is_rsa(recipe) || (is_case && world->defers_cases)) &&
            forge_path(path, world, folder, recipe->name, ".crt", &ignored) == 0 &&
            !exists(path));
}

int forge_sync_authorities(struct forge_refresh *refresh, bool all, struct err *err)
{
    struct forge_world *world = refresh->world;
    for (size_t i = 0; i < world->book.authorities.n_recipes; i++) {
        struct forge_authority *authority = &world->authorities[i];
        if ((all || !forge_is_deferred(world, authority->recipe, "authorities")) &&
            forge_sync_authority(refresh, authority, err) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < world->book.authorities.n_recipes; i++) {
        struct forge_authority *authority = &world->authorities[i];
        if (authority->cert != NULL && authority->recipe->crl != RECIPE_CRL_NONE &&
            forge_sync_crl(refresh, authority, err) != 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- cases */

static int64_t issued_at(const struct recipe *recipe, const struct certificate *cert)
{
    return recipe->not_before.is_relative
               ? cert->not_before - recipe->not_before.seconds
           : recipe->not_after.is_relative ? cert->not_after - recipe->not_after.seconds
                                           : INT64_MAX; /* unknown: issue it again */
}

/* Always keeps the key, and the certificate if it belongs to this key. */
static int adopt_leaf(const struct recipe *recipe, struct forge_leaf *leaf,
                      struct forge_credential *file, struct err *err)
{
    struct certificate *cert = certificate_create(buf_slice(&file->chain[0]));
    struct buf spki = BUF_EMPTY;
    int result = -1;
    if (cert == NULL) {
        return err_memory(err);
    }
    if (key_append_spki(file->key, &spki, err) != 0) {
        goto out;
    }
    leaf->key = file->key;
    file->key = NULL;
    bool matches = slice_equal(cert->spki, buf_slice(&spki));
    bool wrong = (recipe->details & RECIPE_WRONG_KEY) != 0;
    if (cert->malformed == NULL && matches != wrong) {
        leaf->issued_at = issued_at(recipe, cert);
        if (!buf_append_slice(&leaf->spki, cert->spki) ||
            !buf_append_slice(&leaf->der, cert->der)) {
            forge_leaf_finish(leaf);
            err_memory(err);
            goto out;
        }
    }
    result = 0;
out:
    buf_finish(&spki);
    certificate_destroy(cert);
    return result;
}

static int load_case(const struct recipe *recipe, struct forge_leaf *leaf,
                     const char *path, struct err *err)
{
    struct forge_credential file;
    if (forge_read_pem(path, &file, err) != 0) {
        return -1;
    }
    int result =
        file.key != NULL && file.n_chain > 0 ? adopt_leaf(recipe, leaf, &file, err) : 0;
    forge_credential_finish(&file);
    return result;
}

static int write_case(const struct forge_refresh *refresh, const struct recipe *recipe,
                      const char *path, struct err *err)
{
    char crt[FILE_PATH_MAX];
    const struct forge_world *world = refresh->world;
    const struct forge_leaf *leaf = forge_leaf_of(world, recipe);
    struct forge_credential credential = { .key = NULL };
    int result = -1;
    if (put_store_copies(refresh, recipe, buf_slice(&leaf->der), !exists(path), err) ==
            0 &&
        forge_path(crt, world, "cases", recipe->name, ".crt", err) == 0 &&
        forge_write_certificate(crt, buf_slice(&leaf->der), err) == 0 &&
        forge_leaf_walk_chain(world, recipe, forge_credential_add, &credential, err) ==
            0) {
        result = forge_write_pem(path, MODE_SECRET, leaf->key, credential.chain,
                                 credential.n_chain, err);
    }
    forge_credential_finish(&credential);
    return result;
}

int forge_sync_case(const struct forge_refresh *refresh, const struct recipe *recipe,
                    struct err *err)
{
    char path[FILE_PATH_MAX];
    struct forge_leaf *leaf = forge_leaf_of(refresh->world, recipe);
    if (recipe->is_none) {
        return 0;
    }
    if (forge_path(path, refresh->world, "cases", recipe->name, ".pem", err) != 0 ||
        (leaf->key == NULL && load_case(recipe, leaf, path, err) != 0)) {
        return -1;
    }
    bool stale = refresh->tables_changed ||
                 forge_leaf_is_stale(refresh->world, recipe, refresh->now);
    if (stale && forge_leaf_issue(refresh->world, recipe, refresh->now, err) != 0) {
        return -1;
    }
    return stale || refresh->first || !exists(path)
               ? write_case(refresh, recipe, path, err)
               : 0;
}

int forge_folder_sync_case(struct forge_world *world, const struct recipe *recipe,
                           int64_t now, struct err *err)
{
    struct forge_refresh refresh = { .world = world, .now = now };
    int lock = forge_lock(world);
    int result = has_all_authorities(world, recipe) || recipe->is_none
                     ? 0
                     : forge_sync_authorities(&refresh, true, err);
    if (result == 0) {
        refresh.tables_changed = false; /* the others' chains are as they were */
        result = forge_sync_case(&refresh, recipe, err);
    }
    forge_unlock(lock);
    return result;
}
