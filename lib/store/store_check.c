/* SPDX-License-Identifier: MIT */
#include "store/store_check.h"

#include "base/file.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "store/store_text.h"

#include <string.h>

/* Microsoft KB 2880390: the size from which Windows Server 2012 gives up. */
#define ROOT_SIZE_MAX ((size_t)16 * 1024)

enum self_signed {
    SELF_SIGNED_YES,
    SELF_SIGNED_OTHER_ISSUER,
    SELF_SIGNED_BAD,
    SELF_SIGNED_UNKNOWN,
    SELF_SIGNED_NO_MEMORY
};

static enum self_signed is_self_signed(const struct certificate *cert)
{
    if (!certificate_is_self_issued(cert)) {
        return SELF_SIGNED_OTHER_ISSUER;
    }
    switch (key_verify(cert->spki, cert->signature_alg, cert->signature_params,
                       cert->tbs, cert->signature)) {
    case SIGNATURE_GOOD:
        return SELF_SIGNED_YES;
    case SIGNATURE_UNSUPPORTED:
        return SELF_SIGNED_UNKNOWN;
    case SIGNATURE_UNCHECKED:
        return SELF_SIGNED_NO_MEMORY;
    case SIGNATURE_BAD:
    default:
        return SELF_SIGNED_BAD;
    }
}

static int check_root_signature(struct store_builder *builder,
                                const struct store_entry *entry, struct err *err)
{
    struct store_text path = store_text_path(entry->path);
    struct store_text name = store_text_name(entry->cert);

    switch (is_self_signed(entry->cert)) {
    case SELF_SIGNED_YES:
        return 0;
    case SELF_SIGNED_NO_MEMORY:
        return err_memory(err);
    case SELF_SIGNED_UNKNOWN:
        return store_builder_note(
            builder, false, err,
            "%s: whether \"%s\" is self-signed cannot be checked: its "
            "signature's algorithm is not supported.",
            path.text, name.text);
    case SELF_SIGNED_OTHER_ISSUER:
        return store_builder_note(builder, true, err,
                                  "%s: \"%s\" is not self-signed but lies in "
                                  "LocalMachine\\Root. IIS 8 and later "
                                  "then refuse every client certificate with 403.16 "
                                  "(Microsoft KB 2802568), and so "
                                  "does this server. Move the file to LocalMachine/CA.",
                                  path.text, name.text);
    case SELF_SIGNED_BAD:
    default:
        return store_builder_note(
            builder, true, err,
            "%s: \"%s\" names itself as its issuer, but its own key did not sign it, "
            "and it "
            "lies in LocalMachine\\Root. IIS 8 and later then refuse every client "
            "certificate with 403.16 (Microsoft KB 2802568), and so does this server. "
            "Put "
            "the real root there; if this is a renewed CA's certificate, move it to "
            "LocalMachine/CA.",
            path.text, name.text);
    }
}

bool store_check_is_own(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    return strncmp(name, STORE_OWN_PREFIX, strlen(STORE_OWN_PREFIX)) == 0;
}

static int check_root(struct store_builder *builder, struct err *err)
{
    const struct store *store = builder->store;
    size_t total = 0;

    for (size_t i = 0; i < store->folders[STORE_ROOT].n_entries; i++) {
        const struct store_entry *entry = &store->folders[STORE_ROOT].entries[i];
        char until[TIMESTAMP_TEXT_LEN];
        total += entry->cert->der.len;
        if (check_root_signature(builder, entry, err) != 0) {
            return -1;
        }
        if (entry->cert->not_after < builder->now && !store_check_is_own(entry->path) &&
            store_builder_note(builder, true, err,
                               "%s: the root \"%s\" expired on %s; client certificates "
                               "below it are answered "
                               "with 403.17. Put its successor there.",
                               store_text_path(entry->path).text,
                               store_text_name(entry->cert).text,
                               timestamp_format(entry->cert->not_after, until)) != 0) {
            return -1;
        }
    }
    if (total <= ROOT_SIZE_MAX) {
        return 0;
    }
    return store_builder_note(builder, false, err,
                              "LocalMachine\\Root holds %zu bytes of certificates. "
                              "Over 16 KB, client certificates "
                              "stop working on Windows Server 2012 (Microsoft KB "
                              "2880390), later versions do not "
                              "mind. Remove roots that are not needed.",
                              total);
}

/* A root that only the user trusts is the classic cause of a 403.16 "though it works
 * in the browser": IIS runs as the machine (iis.md 3c). */
static int check_current_user_root(struct store_builder *builder, struct err *err)
{
    const struct store *store = builder->store;
    for (size_t i = 0; i < store->folders[STORE_CURRENT_USER_ROOT].n_entries; i++) {
        const struct store_entry *entry =
            &store->folders[STORE_CURRENT_USER_ROOT].entries[i];
        if (store_find(store, STORE_ROOT, entry->cert) == NULL &&
            store_builder_note(builder, true, err,
                               "%s: \"%s\" lies in CurrentUser\\Root, which IIS does "
                               "not look at: client "
                               "certificates below it are answered with 403.16. If you "
                               "trust it for clients, "
                               "move the file to LocalMachine/Root.",
                               store_text_path(entry->path).text,
                               store_text_name(entry->cert).text) != 0) {
            return -1;
        }
    }
    return 0;
}

static int check_ca(struct store_builder *builder, struct err *err)
{
    const struct store *store = builder->store;
    for (size_t i = 0; i < store->folders[STORE_CA].n_entries; i++) {
        const struct store_entry *entry = &store->folders[STORE_CA].entries[i];
        if (certificate_is_self_issued(entry->cert) &&
            store_find(store, STORE_ROOT, entry->cert) == NULL &&
            store_builder_note(
                builder, false, err,
                "%s: \"%s\" is its own issuer but lies in LocalMachine\\CA, where it "
                "is not "
                "trusted. If it is a root that you trust, move the file to "
                "LocalMachine/Root.",
                store_text_path(entry->path).text,
                store_text_name(entry->cert).text) != 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- folders whose names are nearly right */

struct folder_check {
    struct store_builder *builder;
    const char *parent; /* "" or "LocalMachine/" */
    struct err *err;
};

/* "LocalMachine/My" begins with `parent` and goes on with `name`, but for the case. */
static bool is_nearly(const char *path, const char *parent, const char *name)
{
    size_t len = strlen(parent);
    char part[32];
    if (strncmp(path, parent, len) != 0) {
        return false;
    }
    size_t n = strcspn(path + len, "/");
    if (n >= sizeof(part)) {
        return false;
    }
    memcpy(part, path + len, n);
    part[n] = 0;
    return text_equal_ignoring_case(part, name) && strcmp(part, name) != 0;
}

static int on_folder_name(void *user, const char *name)
{
    const struct folder_check *check = user;
    for (int i = 0; i < STORE_FOLDER_COUNT; i++) {
        const char *path = store_folder_path((enum store_folder)i);
        if (!is_nearly(path, check->parent, name)) {
            continue;
        }
        size_t len = strlen(check->parent);
        return store_builder_damage(
            check->builder, i == STORE_DISALLOWED, check->err,
            "%s: the folder %s%s is not read, for it must be called %s%.*s. Rename it.",
            store_text_path(check->builder->store->dir).text, check->parent,
            store_text_file(name).text, check->parent, (int)strcspn(path + len, "/"),
            path + len);
    }
    return 0;
}

static int check_folder_names(struct store_builder *builder, struct err *err)
{
    static const char *const parents[] = { "", "LocalMachine/", "CurrentUser/" };
    for (size_t i = 0; i < ARRAY_LEN(parents); i++) {
        struct err problem = ERR_INIT;
        struct folder_check check = { builder, parents[i], &problem };
        char path[FILE_PATH_MAX];
        if (!file_join(path, builder->store->dir, parents[i])) {
            continue;
        }
        /* A folder that cannot be listed has been noted when its files were read. */
        if (file_list(path, on_folder_name, &check, &problem) != 0 &&
            problem.domain == ERR_MEMORY) {
            *err = problem;
            return -1;
        }
    }
    return 0;
}

int store_check(struct store_builder *builder, struct err *err)
{
    if (check_folder_names(builder, err) != 0 || check_root(builder, err) != 0 ||
        check_current_user_root(builder, err) != 0 || check_ca(builder, err) != 0 ||
        store_check_issuer_list(builder, err) != 0 ||
        store_check_crls(builder, err) != 0) {
        return -1;
    }
    return store_check_distrust(builder, err);
}
