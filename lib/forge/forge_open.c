/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "base/text.h"
#include "forge/forge_files.h"
#include "forge/recipe_internal.h"

#include <mbedtls/sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MODE_SECRET    0600u
#define MODE_PUBLIC    0644u
#define MARKER         "README.txt"
#define FORM           "2" /* increased when the output for the same tables changes */
#define PASSING        ".passing"
#define MARKER_MAX     ((size_t)65536)
#define HOST_NAME_ROOM 256

/* ---- the marker: the folder is complete and matches these tables */

static bool append_marker(struct buf *out)
{
    uint8_t hash[32];
    struct buf tables = BUF_EMPTY;
    buf_append(&tables, recipe_authorities_tsv, recipe_authorities_tsv_len);
    buf_append(&tables, recipe_cases_tsv, recipe_cases_tsv_len);
    buf_append_string(&tables, FORM);
    bool good =
        buf_ok(&tables) && mbedtls_sha256(tables.data, tables.len, hash, 0) == 0;
    buf_finish(&tables);
    buf_append_string(
        out,
        "Test CAs, client certificates and certificate stores, made by certgate for "
        "tests.\n"
        "Trust none of them anywhere else: their private keys lie here.\n"
        "\n"
        "authorities/  the test CAs with their keys and revocation lists; they are "
        "kept\n"
        "cases/        every client certificate: NAME.pem holds key, certificate and "
        "chain\n"
        "              as sent, NAME.crt the certificate; issued anew every day\n"
        "store/        the certificate stores of the server. Files named certgate-... "
        "were\n"
        "              put here by certgate; one that you remove stays removed. All\n"
        "              others are yours and never touched.\n"
        "\n"
        "Remove this file to have the store's files made again, or the whole folder "
        "to\n"
        "have everything made again, with new keys.\n"
        "\n"
        "Tables: ");
    text_append_hex(out, (struct slice){ hash, sizeof(hash) }, 0);
    buf_append_byte(out, '\n');
    return good && buf_ok(out);
}

static int read_marker(struct forge_refresh *refresh, const struct buf *wanted,
                       struct err *err)
{
    char path[FILE_PATH_MAX];
    struct buf found = BUF_EMPTY;
    if (!file_join(path, refresh->world->dir, MARKER)) {
        return err_set(err, ERR_LIMIT, 0, "the path of %s is too long", MARKER);
    }
    refresh->first = file_kind(path) == FILE_MISSING;
    int result = refresh->first ? 0 : file_read_all(path, MARKER_MAX, &found, err);
    refresh->tables_changed = !slice_equal(buf_slice(&found), buf_slice(wanted));
    buf_finish(&found);
    return result;
}

static int write_marker(const struct forge_world *world, const struct buf *marker,
                        struct err *err)
{
    char path[FILE_PATH_MAX];
    return file_join(path, world->dir, MARKER)
               ? file_write_unsynced(path, MODE_PUBLIC, buf_slice(marker), err)
               : err_set(err, ERR_LIMIT, 0, "the path of %s is too long", MARKER);
}

/* ---- the server's certificate */

/* The names by which a browser on this machine may call the server. "localhost" has no
 * second label, so browsers, OpenSSL and curl accept no wildcard below it (RFC 6125
 * 6.4.3, as they read it): each origin of server/site/site_host.h is listed, and names
 * that are made at run time lie one label deeper. */
static const char *const server_names[] = {
    "localhost",         "127.0.0.1",         "::1",
    "require.localhost", "accept.localhost",  "ignore.localhost",
    "desk.localhost",    "alert.localhost",   "reset.localhost",
    "nginx.localhost",   "apache.localhost",  "haproxy.localhost",
    "kestrel.localhost", "*.as200.localhost", "*.mint.localhost",
    "*.again.localhost", "*.localhost",
};

#define CASE_HOST_MAX ((size_t)80)

struct server_hosts {
    char machine[HOST_NAME_ROOM];
    char (*cases)[CASE_HOST_MAX]; /* owned */
    const char **names;           /* owned; they borrow from the above */
    size_t n_names;
};

static int collect_hosts(const struct forge_world *world, struct server_hosts *hosts,
                         struct err *err)
{
    const struct recipe_table *cases = &world->book.cases;
    *hosts = (struct server_hosts){ .n_names = 0 };
    hosts->cases = mem_alloc(cases->n_recipes, sizeof(*hosts->cases));
    hosts->names = mem_alloc(ARRAY_LEN(server_names) + cases->n_recipes + 1,
                             sizeof(*hosts->names));
    if (hosts->cases == NULL || hosts->names == NULL) {
        return err_memory(err);
    }
    for (size_t i = 0; i < ARRAY_LEN(server_names); i++) {
        hosts->names[hosts->n_names++] = server_names[i];
    }
    for (size_t i = 0; i < cases->n_recipes; i++) {
        (void)snprintf(hosts->cases[i], CASE_HOST_MAX, "%.60s.localhost",
                       cases->recipes[i].name);
        hosts->names[hosts->n_names++] = hosts->cases[i];
    }
    (void)gethostname(hosts->machine, sizeof(hosts->machine) - 1);
    return 0;
}

static void finish_hosts(struct server_hosts *hosts)
{
    free(hosts->cases);
    free(hosts->names);
}

static bool covers(const struct certificate *cert, const struct server_hosts *hosts)
{
    for (size_t i = 0; i < hosts->n_names; i++) {
        char text[CASE_HOST_MAX];
        const char *name = hosts->names[i];
        if (strcmp(name, "*.localhost") == 0) {
            continue; /* refused by every careful client */
        }
        (void)snprintf(text, sizeof(text), "%s%s", *name == '*' ? "any" : "",
                       *name == '*' ? name + 1 : name);
        if (!certificate_matches_host(cert, text)) {
            return false;
        }
    }
    return true;
}

static bool server_is_stale(const struct forge_world *world,
                            const struct forge_credential *credential,
                            const struct server_hosts *hosts, int64_t now)
{
    if (credential->key == NULL || credential->n_chain < 2) {
        return true;
    }
    struct certificate *cert = certificate_create(buf_slice(&credential->chain[0]));
    const struct certificate *issuer = forge_authority(world, "issuing");
    bool stale = cert == NULL || cert->not_after < now + FORGE_RENEWAL ||
                 !slice_equal(cert->authority_key_id, issuer->subject_key_id) ||
                 !covers(cert, hosts);
    certificate_destroy(cert);
    return stale;
}

static int write_server(const struct forge_refresh *refresh, const char *path,
                        struct server_hosts *hosts, struct err *err)
{
    struct forge_credential credential;
    size_t n = hosts->n_names;
    if (hosts->machine[0] != 0 && strcmp(hosts->machine, "localhost") != 0) {
        hosts->names[n++] = hosts->machine;
    }
    /* A host name that cannot be in a certificate must not prevent the rest. */
    if (forge_server(refresh->world, hosts->names, n, refresh->now, &credential, err) !=
            0 &&
        forge_server(refresh->world, hosts->names, hosts->n_names, refresh->now,
                     &credential, err) != 0) {
        return -1;
    }
    int result = forge_write_pem(path, MODE_SECRET, credential.key, credential.chain,
                                 credential.n_chain, err);
    forge_credential_finish(&credential);
    return result;
}

static int sync_server_file(const struct forge_refresh *refresh, const char *path,
                            struct server_hosts *hosts, struct err *err)
{
    struct forge_credential credential;
    if (file_kind(path) == FILE_MISSING) {
        return refresh->first ? write_server(refresh, path, hosts, err) : 0;
    }
    if (forge_read_pem(path, &credential, err) != 0) {
        return -1;
    }
    bool stale = server_is_stale(refresh->world, &credential, hosts, refresh->now);
    forge_credential_finish(&credential);
    return stale ? write_server(refresh, path, hosts, err) : 0;
}

static int sync_server(const struct forge_refresh *refresh, struct err *err)
{
    char path[FILE_PATH_MAX];
    struct server_hosts hosts;
    int result = -1;
    if (collect_hosts(refresh->world, &hosts, err) == 0 &&
        forge_store_path(path, refresh->world, STORE_MY, "server", ".pem", err) == 0) {
        result = sync_server_file(refresh, path, &hosts, err);
    }
    finish_hosts(&hosts);
    return result;
}

/* ---- the folder */

/* Makes sure that a folder exists, and removes what a killed process left in it, which
 * may hold keys. Under the world's lock. */
static int make_folder(const char *path, struct err *err)
{
    return file_make_folders(path, err) != 0 ? -1 : file_sweep(path, err);
}

static int make_all_folders(const struct forge_world *world, struct err *err)
{
    static const char *const own[] = { "", "authorities", "cases" };
    char path[FILE_PATH_MAX];
    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        if (forge_path(path, world, own[i], "", "", err) != 0 ||
            make_folder(path, err) != 0) {
            return -1;
        }
    }
    for (int folder = 0; folder < STORE_FOLDER_COUNT; folder++) {
        if (!file_join(path, world->store_dir,
                       store_folder_path((enum store_folder)folder))) {
            return err_set(err, ERR_LIMIT, 0, "the path of the store is too long");
        }
        if (make_folder(path, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int make_folders(const struct forge_world *world, struct err *err)
{
    if (file_make_folders(world->dir, err) != 0) {
        return -1;
    }
    int lock = forge_lock(world);
    int result = make_all_folders(world, err);
    forge_unlock(lock);
    return result;
}

static int sync_all(struct forge_refresh *refresh, struct err *err)
{
    struct forge_world *world = refresh->world;
    if (forge_sync_authorities(refresh, false, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < world->book.cases.n_recipes; i++) {
        const struct recipe *recipe = &world->book.cases.recipes[i];
        if (!forge_is_deferred(world, recipe, "cases") &&
            forge_sync_case(refresh, recipe, err) != 0) {
            return -1;
        }
    }
    return forge_sync_mapping(refresh, err) != 0 ? -1 : sync_server(refresh, err);
}

int forge_folder_refresh(struct forge_world *world, int64_t now, struct err *err)
{
    struct forge_refresh refresh = { .world = world, .now = now };
    struct buf marker = BUF_EMPTY;
    int lock = forge_lock(world);
    int result = -1;
    if (!append_marker(&marker)) {
        err_memory(err);
    } else if (read_marker(&refresh, &marker, err) == 0) {
        bool rewrite = refresh.first || refresh.tables_changed;
        result = sync_all(&refresh, err);
        if (result == 0 && rewrite && !world->is_passing) {
            file_sync(
                world->dir); /* once, rather than for each of some hundred files */
        }
        if (result == 0 && rewrite) {
            result = write_marker(world, &marker, err);
        }
    }
    forge_unlock(lock);
    buf_finish(&marker);
    return result != 0 ? err_wrap(err, "%s", "the test certificates") : 0;
}

static int set_dir(struct forge_world *world, const char *dir, struct err *err)
{
    char data[FILE_PATH_MAX];
    char store[FILE_PATH_MAX];
    if (dir == NULL) {
        if (file_find_place(FILE_PLACE_DATA, NULL, data, err) != 0) {
            return -1;
        }
        dir = data;
    }
    if (!file_join(store, dir, "store")) {
        return err_set(err, ERR_LIMIT, 0, "the path %.60s... is too long", dir);
    }
    world->dir = mem_copy_string(dir, strlen(dir));
    world->store_dir = mem_copy_string(store, strlen(store));
    return world->dir == NULL || world->store_dir == NULL ? err_memory(err) : 0;
}

enum passing { PASSING_NOT, PASSING_RSA_DEFERRED, PASSING_CASES_DEFERRED };

/* A folder that was made to be short-lived remains so; the file's content says which
 * kind. */
static int settle_passing(struct forge_world *world, enum passing passing,
                          struct err *err)
{
    static const char text[] = "cases are made when they are asked for\n";
    struct slice content = SLICE_EMPTY;
    struct buf found = BUF_EMPTY;
    char path[FILE_PATH_MAX];
    int result = 0;
    if (!file_join(path, world->dir, PASSING)) {
        return err_set(err, ERR_LIMIT, 0, "the path of %s is too long", PASSING);
    }
    if (passing != PASSING_NOT) {
        content = passing == PASSING_CASES_DEFERRED ? slice_from_string(text) : content;
        result = file_write_unsynced(path, MODE_PUBLIC, content, err);
    } else if (file_kind(path) != FILE_MISSING) {
        passing = PASSING_RSA_DEFERRED;
        result = file_read_all(path, MARKER_MAX, &found, err);
    }
    world->is_passing = passing != PASSING_NOT;
    world->defers_cases = passing == PASSING_CASES_DEFERRED || found.len > 0;
    buf_finish(&found);
    return result;
}

static int open_world(const char *dir, enum passing passing, int64_t now,
                      struct forge_world **ret_world, struct err *err)
{
    struct forge_world *world;
    if (forge_world_create_empty(&world, err) != 0) {
        return -1;
    }
    if (set_dir(world, dir, err) != 0 || make_folders(world, err) != 0 ||
        settle_passing(world, passing, err) != 0 ||
        forge_folder_refresh(world, now, err) != 0) {
        forge_world_destroy(world);
        return -1;
    }
    *ret_world = world;
    return 0;
}

int forge_world_open(const char *dir, int64_t now, struct forge_world **ret_world,
                     struct err *err)
{
    return open_world(dir, PASSING_NOT, now, ret_world, err);
}

int forge_world_open_passing(const char *dir, bool defers_cases, int64_t now,
                             struct forge_world **ret_world, struct err *err)
{
    return open_world(dir, defers_cases ? PASSING_CASES_DEFERRED : PASSING_RSA_DEFERRED,
                      now, ret_world, err);
}
