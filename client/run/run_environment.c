/* SPDX-License-Identifier: MIT */
#include "run/run_environment.h"

#include "attempt/target.h"
#include "forge/forge_export.h"
#include "pki/pem_write.h"
#include "run/run_signals.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODE_SECRET 0600u
#define MODE_PUBLIC 0644u
#define BUNDLE_MAX  ((size_t)16 * 1024 * 1024)
#define NUMBER_MAX  64
#define HOME        "home"
#define CASES       "home/cases"
#define ROOT        "home/authorities/root.crt"
#define BUNDLE      "ca-bundle.pem"

static int too_long(struct err *err)
{
    return err_set(err, ERR_LIMIT, 0, "the path in TMPDIR is too long");
}

static int path_of(const struct run_environment *environment, const char *name,
                   char path[static FILE_PATH_MAX], struct err *err)
{
    return file_join(path, environment->folder, name) ? 0 : too_long(err);
}

static int case_path(const struct run_environment *environment, const char *name,
                     const char *suffix, char path[static FILE_PATH_MAX],
                     struct err *err)
{
    int n = snprintf(path, FILE_PATH_MAX, "%s/" CASES "/%s%s", environment->folder,
                     name, suffix);
    return n >= 0 && n < FILE_PATH_MAX ? 0 : too_long(err);
}

/* ---- files */

static int write_key(const char *path, const struct key *key, struct err *err)
{
    struct buf pem = BUF_EMPTY;
    int result = key_append_pem(key, &pem, err);
    if (result == 0) {
        result = file_write_unsynced(path, MODE_SECRET, buf_slice(&pem), err);
    }
    buf_finish_secret(&pem);
    return result;
}

static int write_p12(const char *path, const char *name,
                     const struct forge_credential *credential, struct err *err)
{
    struct buf file = BUF_EMPTY;
    /* Every importer reads the legacy kind. */
    int result = forge_export_p12(credential, name, PKCS12_LEGACY, &file, err);
    if (result == 0) {
        result = file_write_unsynced(path, MODE_SECRET, buf_slice(&file), err);
    }
    buf_finish_secret(&file);
    return result;
}

static int write_case(const struct run_environment *environment,
                      struct forge_world *world, const char *name, struct err *err)
{
    const struct recipe_table *cases = &forge_book(world)->cases;
    const struct recipe *recipe = recipe_find(cases, name);
    struct forge_credential credential = { .key = NULL };
    char key[FILE_PATH_MAX];
    char p12[FILE_PATH_MAX];

    if (recipe == NULL) {
        const char *meant = recipe_suggest(cases, name);
        return err_set(err, ERR_CONFIG, 0, "no case \"%s\"%s%s%s (certgate list)", name,
                       meant == NULL ? "" : ": is ", meant == NULL ? "" : meant,
                       meant == NULL ? "" : " meant?");
    }
    if (recipe->is_none) {
        return 0;
    }
    if (forge_case(world, recipe, environment->now, &credential, err) != 0) {
        return -1;
    }
    int result = case_path(environment, name, ".key", key, err) == 0 &&
                         case_path(environment, name, ".p12", p12, err) == 0 &&
                         write_key(key, credential.key, err) == 0 &&
                         write_p12(p12, name, &credential, err) == 0
                     ? 0
                     : -1;
    forge_credential_finish(&credential);
    return result;
}

/* Programs take one file in place of the system's CAs: with those in it the command can
 * still reach the rest of the world. */
static int write_bundle(const struct run_environment *environment, struct err *err)
{
    const char *system = target_find_system_cas();
    char path[FILE_PATH_MAX];
    struct buf pem = BUF_EMPTY;
    int result = -1;
    if (path_of(environment, ROOT, path, err) == 0 &&
        file_read_all(path, BUNDLE_MAX, &pem, err) == 0 &&
        (system == NULL || file_read_all(system, BUNDLE_MAX, &pem, err) == 0) &&
        path_of(environment, BUNDLE, path, err) == 0) {
        result = buf_ok(&pem)
                     ? file_write_unsynced(path, MODE_PUBLIC, buf_slice(&pem), err)
                     : err_memory(err);
    }
    buf_finish(&pem);
    return result;
}

int run_environment_prepare(const struct run_environment *environment, struct err *err)
{
    char home[FILE_PATH_MAX];
    struct forge_world *world = NULL;
    if (path_of(environment, HOME, home, err) != 0 ||
        forge_world_open_passing(home, environment->only_these, environment->now,
                                 &world, err) != 0) {
        return -1;
    }
    int result = write_bundle(environment, err);
    for (size_t i = 0; result == 0 && i < environment->n_cases; i++) {
        if (run_signals_first() != 0) { /* an RSA key takes seconds */
            result = err_set(err, ERR_SYSTEM, EINTR, "making the certificates");
            break;
        }
        result = write_case(environment, world, environment->cases[i], err);
    }
    forge_world_destroy(world);
    return result;
}

/* ---- variables */

static int set_path(const struct run_environment *environment, const char *name,
                    const char *file, struct err *err)
{
    char path[FILE_PATH_MAX];
    if (path_of(environment, file, path, err) != 0) {
        return -1;
    }
    return setenv(name, path, 1) == 0 ? 0 : err_memory(err);
}

static int set_number(const char *name, const char *prefix, uint16_t port,
                      struct err *err)
{
    char text[NUMBER_MAX];
    snprintf(text, sizeof text, "%s%u", prefix, (unsigned)port);
    return setenv(name, text, 1) == 0 ? 0 : err_memory(err);
}

/* The first case that was asked for; without a certificate there are no variables. */
static int set_credential(const struct run_environment *environment, struct err *err)
{
    static const char *const names[][2] = {
        { "CERTGATE_CERT", ".pem" },
        { "CERTGATE_KEY", ".key" },
        { "CERTGATE_P12", ".p12" },
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[FILE_PATH_MAX];
        if (case_path(environment, environment->cases[0], names[i][1], path, err) !=
            0) {
            return -1;
        }
        if (file_kind(path) == FILE_REGULAR ? setenv(names[i][0], path, 1) != 0
                                            : unsetenv(names[i][0]) != 0) {
            return err_memory(err);
        }
    }
    return setenv("CERTGATE_P12_PASSWORD", FORGE_PASSWORD, 1) == 0 &&
                   setenv("CERTGATE_CASE", environment->cases[0], 1) == 0
               ? 0
               : err_memory(err);
}

int run_environment_set(const struct run_environment *environment,
                        const struct run_server *server, struct err *err)
{
    static const struct {
        const char *name;
        const char *file;
    } paths[] = {
        { "CERTGATE_HOME", HOME },
        { "CERTGATE_CASES", CASES },
        { "CERTGATE_CA", ROOT },
        { "NODE_EXTRA_CA_CERTS", ROOT }, /* they are added to Node's own */
        { "SSL_CERT_FILE", BUNDLE },
        { "CURL_CA_BUNDLE", BUNDLE },
        { "REQUESTS_CA_BUNDLE", BUNDLE },
    };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        if (set_path(environment, paths[i].name, paths[i].file, err) != 0) {
            return -1;
        }
    }
    const uint16_t *ports = server->ports;
    return set_number("CERTGATE_URL", "https://127.0.0.1:", ports[RUN_SITE_JUDGED],
                      err) == 0 &&
                   set_number("CERTGATE_PORT", "", ports[RUN_SITE_JUDGED], err) == 0 &&
                   set_number("CERTGATE_DESK",
                              "http://127.0.0.1:", ports[RUN_SITE_DESK], err) == 0 &&
                   set_number("CERTGATE_CONTROL",
                              "http://127.0.0.1:", ports[RUN_SITE_CONTROL], err) == 0 &&
                   set_credential(environment, err) == 0
               ? 0
               : -1;
}
