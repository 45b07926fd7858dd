/* SPDX-License-Identifier: MIT
 *
 * What lies in the folder of the test world: its CAs and their keys, the cases' files,
 * the stores. Nothing is made or refreshed here.
 */
#include "attempt/credential.h"
#include "base/timestamp.h"
#include "doctor/doctor.h"
#include "forge/forge.h"
#include "store/store.h"
#include "store/store_load.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool find(const struct doctor *doctor, const char *name,
                 char path[static FILE_PATH_MAX])
{
    return file_join(path, doctor->dir, name) && file_kind(path) != FILE_MISSING;
}

/* ---- the test CA, the clock */

static void look_at_clock(struct doctor *doctor)
{
    const struct certificate *root = doctor->root;
    char now[TIMESTAMP_TEXT_LEN];
    char then[TIMESTAMP_TEXT_LEN];
    bool is_behind = doctor->now < root->not_before;
    bool is_over = doctor->now > root->not_after;
    struct doctor_line *line =
        doctor_add(doctor, "clock", is_behind || is_over ? DOCTOR_BAD : DOCTOR_OK);
    timestamp_format(doctor->now, now);
    timestamp_format(is_behind ? root->not_before : root->not_after, then);
    if (is_behind) {
        doctor_say(line,
                   "it is %s here, but the test CA is good from %s only: everything "
                   "is not yet valid",
                   now, then);
        doctor_fix(line, "set this machine's clock: timedatectl");
    } else if (is_over) {
        doctor_say(line, "it is %s here, and the test CA ended at %s", now, then);
        doctor_fix(line, "set the clock (timedatectl); if it is right: certgate forge");
    } else {
        doctor_say(line, "%s, and the test CA is good until %s", now, then);
    }
}

/* What most cases are issued by; what is wrong with it shows elsewhere. */
static void find_issuing(struct doctor *doctor)
{
    struct credential_cas cas = { NULL, 0 };
    struct err ignored = ERR_INIT;
    char path[FILE_PATH_MAX];
    if (find(doctor, "authorities/issuing.crt", path) &&
        credential_cas_load(path, &cas, &ignored) == 0) {
        doctor->issuing = certificate_share(cas.certs[0]);
    }
    credential_cas_finish(&cas);
}

static void look_at_root(struct doctor *doctor, const char *path)
{
    struct credential_cas cas = { NULL, 0 };
    struct err err = ERR_INIT;
    if (credential_cas_load(path, &cas, &err) != 0) {
        struct doctor_line *line = doctor_add(doctor, "test-ca", DOCTOR_BAD);
        doctor_say(line, "%s", err.text);
        doctor_fix(line, "remove %s, then: certgate forge; import its root anew",
                   doctor->dir);
    } else {
        struct doctor_line *line = doctor_add(doctor, "test-ca", DOCTOR_OK);
        doctor->root = certificate_share(cas.certs[0]);
        doctor_say(line, "%s", path);
        look_at_clock(doctor);
    }
    credential_cas_finish(&cas);
}

/* ---- private keys */

struct keys {
    const char *folder;
    size_t n;
    size_t n_open;
    char first_open[FILE_PATH_MAX];
};

static bool ends_in(const char *name, const char *end)
{
    size_t len = strlen(name);
    return len > strlen(end) && strcmp(name + len - strlen(end), end) == 0;
}

static int on_name(void *user, const char *name)
{
    struct keys *keys = user;
    char path[FILE_PATH_MAX];
    struct stat status;
    if ((ends_in(name, ".key") || ends_in(name, ".pem")) &&
        file_join(path, keys->folder, name) && stat(path, &status) == 0) {
        keys->n++;
        if ((status.st_mode & 077) != 0) {
            if (keys->n_open++ == 0) {
                (void)snprintf(keys->first_open, sizeof(keys->first_open), "%s", path);
            }
        }
    }
    return 0;
}

static void look_at_keys(struct doctor *doctor, const char *name, const char *ending)
{
    char folder[FILE_PATH_MAX];
    struct keys keys = { .folder = folder };
    struct err err = ERR_INIT;
    if (!find(doctor, name, folder)) {
        return;
    }
    if (file_list(folder, on_name, &keys, &err) < 0) {
        doctor_say(doctor_add(doctor, "keys", DOCTOR_BAD), "%s", err.text);
    } else if (keys.n_open > 0) {
        struct doctor_line *line = doctor_add(doctor, "keys", DOCTOR_BAD);
        doctor_say(line,
                   "others may read or change %zu of %zu private keys in %s, first %s: "
                   "with a CA's they can be any site to whoever trusts it",
                   keys.n_open, keys.n, folder, keys.first_open);
        doctor_fix(line, "chmod go= %s/*%s", folder, ending);
    } else {
        doctor_say(doctor_add(doctor, "keys", DOCTOR_OK),
                   "only you may read the %zu in %s", keys.n, folder);
    }
}

/* ---- the cases' files */

static void look_at_cases(struct doctor *doctor)
{
    char path[FILE_PATH_MAX];
    char when[TIMESTAMP_TEXT_LEN];
    struct credential_cas good = { NULL, 0 };
    struct err err = ERR_INIT;
    if (!find(doctor, "cases/good.crt", path)) {
        struct doctor_line *line = doctor_add(doctor, "cases", DOCTOR_NOTE);
        doctor_say(line, "%s/cases has no files yet", doctor->dir);
        doctor_fix(line, "certgate forge makes them");
        return;
    }
    if (credential_cas_load(path, &good, &err) != 0) {
        struct doctor_line *line = doctor_add(doctor, "cases", DOCTOR_BAD);
        doctor_say(line, "%s", err.text);
        doctor_fix(line, "rm -r %s/cases, then: certgate forge", doctor->dir);
    } else if (good.certs[0]->not_after < doctor->now) {
        struct doctor_line *line = doctor_add(doctor, "cases", DOCTOR_BAD);
        doctor_say(line, "the certificates in %s/cases have expired, good at %s",
                   doctor->dir, timestamp_format(good.certs[0]->not_after, when));
        doctor_fix(line, "certgate forge; import the new ones where the old are");
    } else {
        doctor_say(doctor_add(doctor, "cases", DOCTOR_OK),
                   "%s/cases is fresh: good is good until %s", doctor->dir,
                   timestamp_format(good.certs[0]->not_after, when));
    }
    credential_cas_finish(&good);
}

void doctor_look_at_world(struct doctor *doctor)
{
    char path[FILE_PATH_MAX];
    if (!find(doctor, "authorities/root.crt", path)) {
        struct doctor_line *line = doctor_add(doctor, "test-ca", DOCTOR_NOTE);
        doctor_say(line, "there is none in %s yet: it is made when it is first needed",
                   doctor->dir);
        doctor_fix(line, "certgate forge makes it now");
        return;
    }
    look_at_root(doctor, path);
    find_issuing(doctor);
    look_at_keys(doctor, "authorities", ".key");
    look_at_keys(doctor, "cases", ".pem");
    look_at_cases(doctor);
}

/* ---- the stores */

static void look_at_notes(struct doctor *doctor, const struct store *store)
{
    const struct store_note *first = NULL;
    size_t n = 0;
    for (size_t i = 0; i < store->n_notes; i++) {
        const struct store_note *note = &store->notes[i];
        if (note->is_trap || note->is_damage) {
            first = n++ == 0 ? note : first;
        }
    }
    struct doctor_line *line =
        doctor_add(doctor, "store", n == 0 ? DOCTOR_OK : DOCTOR_BAD);
    if (first == NULL) {
        doctor_say(line, "%s has none of the known traps", store->dir);
    } else {
        doctor_say(line, "%s has %zu known trap%s, first: %s", store->dir, n,
                   n == 1 ? "" : "s", first->text);
        doctor_fix(line, "certgate store check shows all");
    }
}

static void look_at_trust(struct doctor *doctor, const struct store *store)
{
    if (doctor->root == NULL) {
        return;
    }
    const struct store_entry *entry = store_find(store, STORE_ROOT, doctor->root);
    struct doctor_line *line =
        doctor_add(doctor, "trusted-by-server", entry != NULL ? DOCTOR_OK : DOCTOR_BAD);
    if (entry != NULL) {
        doctor_say(line, "the test CA lies in LocalMachine\\Root");
    } else {
        doctor_say(line, "the test CA does not lie in LocalMachine\\Root: every "
                         "client certificate gets 403.16");
        doctor_fix(line, "certgate store add Root %s/authorities/root.crt",
                   doctor->dir);
    }
}

static void look_at_server_certificate(struct doctor *doctor, const struct store *store)
{
    const struct store_server_query query = { .host = "localhost", .now = doctor->now };
    const struct store_entry *entry;
    struct err err = ERR_INIT;
    if (store_find_server(store, &query, &entry, &err) != 0) {
        struct doctor_line *line = doctor_add(doctor, "server-certificate", DOCTOR_BAD);
        doctor_say(line, "%s", err.text);
        doctor_fix(line, "certgate forge makes one; one of your own: certgate store "
                         "add My FILE");
        return;
    }
    char when[TIMESTAMP_TEXT_LEN];
    bool is_over = entry->cert->not_after < doctor->now;
    struct doctor_line *line =
        doctor_add(doctor, "server-certificate", is_over ? DOCTOR_BAD : DOCTOR_OK);
    timestamp_format(entry->cert->not_after, when);
    doctor_say(line, "%s %s %s", entry->path, is_over ? "ended at" : "is good until",
               when);
    if (is_over) {
        doctor_fix(line, "certgate forge, and start certgated again");
    }
}

void doctor_look_at_store(struct doctor *doctor)
{
    char path[FILE_PATH_MAX];
    struct store store = { .dir = NULL };
    struct err err = ERR_INIT;
    if (!find(doctor, "store", path)) {
        struct doctor_line *line = doctor_add(
            doctor, "store", doctor->root == NULL ? DOCTOR_NOTE : DOCTOR_BAD);
        doctor_say(line, "there are no certificate stores in %s", doctor->dir);
        doctor_fix(line, "certgate forge makes them");
        return;
    }
    if (store_load(&store, path, doctor->now, &err) != 0) {
        struct doctor_line *line = doctor_add(doctor, "store", DOCTOR_BAD);
        doctor_say(line, "%s", err.text);
        doctor_fix(line, "ls -ld %s: you have to own it and may read it", path);
    } else {
        look_at_notes(doctor, &store);
        look_at_trust(doctor, &store);
        look_at_server_certificate(doctor, &store);
    }
    store_finish(&store);
}
