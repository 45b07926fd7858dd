/* SPDX-License-Identifier: MIT
 *
 * The certificate databases of Chromium and Firefox (NSS), by NSS' own certutil, which
 * only reads here.
 */
#include "base/text.h"
#include "base/timestamp.h"
#include "doctor/doctor.h"
#include "doctor/tool.h"
#include "pki/pem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NICKNAMES_MAX ((size_t)64)
#define NICKNAME_MAX  ((size_t)256)

/* Below the user's home. */
static const struct place {
    const char *browser;
    const char *folder;
    bool has_profiles; /* each folder in it may be a database */
} places[] = {
    { "Chromium, Chrome and Edge", ".pki/nssdb", false },
    { "Chromium (snap)", "snap/chromium/current/.pki/nssdb", false },
    { "Firefox", ".mozilla/firefox", true },
    { "Firefox", ".config/mozilla/firefox", true },
    { "Firefox (snap)", "snap/firefox/common/.mozilla/firefox", true },
    { "Firefox (flatpak)", ".var/app/org.mozilla.firefox/.mozilla/firefox", true },
};

struct database {
    struct doctor *doctor;
    const char *browser;
    char folder[FILE_PATH_MAX];
    char name[FILE_PATH_MAX + 4]; /* "sql:FOLDER" */
    bool has_root;
    bool trusts_root;
    char root_nickname[NICKNAME_MAX];
    char old_nickname[NICKNAME_MAX];     /* of another test CA; "" = none */
    char expired_nickname[NICKNAME_MAX]; /* of a client certificate of ours that is over
                                          */
};

/* ---- one certificate */

static bool is_ours(const struct doctor *doctor, struct slice issuer)
{
    return slice_equal(issuer, doctor->root->subject) ||
           (doctor->issuing != NULL && slice_equal(issuer, doctor->issuing->subject));
}

static void take_certificate(struct database *database, const struct certificate *cert,
                             const char *nickname, const char *trust)
{
    const struct certificate *root = database->doctor->root;
    bool is_user = strchr(trust, 'u') != NULL;
    if (certificate_equal(cert, root)) {
        database->has_root = true;
        database->trusts_root = trust[strcspn(trust, "C,")] == 'C';
        (void)snprintf(database->root_nickname, NICKNAME_MAX, "%s", nickname);
    } else if (slice_equal(cert->subject, root->subject)) {
        (void)snprintf(database->old_nickname, NICKNAME_MAX, "%s", nickname);
    } else if (is_user && is_ours(database->doctor, cert->issuer) &&
               cert->not_after < database->doctor->now) {
        (void)snprintf(database->expired_nickname, NICKNAME_MAX, "%s", nickname);
    }
}

/* certutil prints all certificates of a nickname. */
static void look_at_nickname(struct database *database, const char *nickname,
                             const char *trust)
{
    const char *const arguments[] = { "certutil",     "-L", "-a",     "-d",
                                      database->name, "-n", nickname, NULL };
    struct buf out = BUF_EMPTY;
    struct pem_block block;
    if (tool_run(arguments, &out) == TOOL_RAN) {
        struct slice text = buf_slice(&out);
        while (pem_next(&text, &block) == PEM_BLOCK) {
            struct buf der = BUF_EMPTY;
            struct certificate *cert =
                pem_decode(&block, &der) ? certificate_create(buf_slice(&der)) : NULL;
            if (cert != NULL) {
                take_certificate(database, cert, nickname, trust);
            }
            certificate_destroy(cert);
            buf_finish(&der);
        }
    }
    buf_finish(&out);
}

/* ---- one database */

/* "certgate test root                 C,,   ": what comes behind the last run of blanks
 * is the trust, three lists of letters. False: a line of the heading. */
static bool split_line(char *line, const char **ret_trust)
{
    size_t len = strlen(line);
    while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\r')) {
        line[--len] = 0;
    }
    char *blank = strrchr(line, ' ');
    if (blank == NULL || blank[1 + strspn(blank + 1, "pPcCTuw,")] != 0 ||
        strchr(blank, ',') == NULL) {
        return false;
    }
    *ret_trust = blank + 1;
    while (blank > line && *blank == ' ') {
        *blank-- = 0;
    }
    return true;
}

static enum tool_end read_database(struct database *database)
{
    const char *const arguments[] = { "certutil", "-L", "-d", database->name, NULL };
    struct buf out = BUF_EMPTY;
    size_t n = 0;
    enum tool_end end = tool_run(arguments, &out);
    bool read = end == TOOL_RAN && buf_append_byte(&out, 0);
    for (char *line = (char *)out.data; read && line != NULL && n < NICKNAMES_MAX;) {
        char *feed = strchr(line, '\n');
        const char *trust;
        if (feed != NULL) {
            *feed = 0;
        }
        if (split_line(line, &trust)) {
            look_at_nickname(database, line, trust);
            n++;
        }
        line = feed == NULL ? NULL : feed + 1;
    }
    buf_finish(&out);
    return end;
}

static void tell_of_root(struct database *database)
{
    struct doctor *doctor = database->doctor;
    struct doctor_line *line;
    if (database->has_root && database->trusts_root) {
        line = doctor_add(doctor, "browser", DOCTOR_OK);
        doctor_say(line, "%s trusts the test CA (%s)", database->browser,
                   database->folder);
    } else if (database->has_root) {
        line = doctor_add(doctor, "browser", DOCTOR_BAD);
        doctor_say(line, "%s has the test CA, but does not trust it for sites (%s)",
                   database->browser, database->folder);
        doctor_fix(line, "certutil -d %s -M -t C,, -n '%s'", database->name,
                   database->root_nickname);
    } else if (database->old_nickname[0] == 0) {
        line = doctor_add(doctor, "browser", DOCTOR_NOTE);
        doctor_say(line,
                   "%s does not know the test CA (%s): right, unless it is a profile "
                   "for tests",
                   database->browser, database->folder);
        doctor_fix(line,
                   "certutil -d %s -A -t C,, -n certgate -i %s/authorities/root.crt",
                   database->name, doctor->dir);
    }
}

static void tell_of_leftovers(struct database *database)
{
    struct doctor *doctor = database->doctor;
    if (database->old_nickname[0] != 0) {
        struct doctor_line *line = doctor_add(doctor, "browser", DOCTOR_BAD);
        doctor_say(
            line,
            "%s has another test CA of the same name, from a folder that is gone "
            "(%s): it trusts neither this server nor offers these certificates",
            database->browser, database->folder);
        doctor_fix(line,
                   "certutil -d %s -D -n '%s' && certutil -d %s -A -t C,, -n certgate "
                   "-i %s/authorities/root.crt",
                   database->name, database->old_nickname, database->name, doctor->dir);
    }
    if (database->expired_nickname[0] != 0) {
        struct doctor_line *line = doctor_add(doctor, "browser", DOCTOR_BAD);
        doctor_say(line,
                   "%s has a client certificate of the test CA that has expired, '%s' "
                   "(%s): it does not offer it",
                   database->browser, database->expired_nickname, database->folder);
        doctor_fix(line,
                   "certgate forge --p12 && pk12util -d %s -i %s/cases/good.p12 -W "
                   "certgate",
                   database->name, doctor->dir);
    }
}

static void look_at_database(struct doctor *doctor, const char *browser,
                             const char *folder)
{
    struct database database = { .doctor = doctor, .browser = browser };
    char path[FILE_PATH_MAX];
    if (!file_join(path, folder, "cert9.db") || file_kind(path) != FILE_REGULAR) {
        return;
    }
    (void)snprintf(database.folder, sizeof(database.folder), "%s", folder);
    (void)snprintf(database.name, sizeof(database.name), "sql:%s", folder);
    enum tool_end end = read_database(&database);
    if (end == TOOL_MISSING) {
        struct doctor_line *line = doctor_add(doctor, "browser", DOCTOR_NOTE);
        doctor_say(line, "what %s trusts cannot be read without certutil (%s)", browser,
                   folder);
        doctor_fix(line, "apt install libnss3-tools");
    } else if (end == TOOL_FAILED) {
        struct doctor_line *line = doctor_add(doctor, "browser", DOCTOR_BAD);
        doctor_say(line, "certutil cannot read the certificates of %s (%s)", browser,
                   folder);
        doctor_fix(line, "certutil -L -d %s says why", database.name);
    } else {
        tell_of_root(&database);
        tell_of_leftovers(&database);
    }
}

/* ---- all of them */

struct profiles {
    struct doctor *doctor;
    const char *browser;
    const char *folder;
};

static int on_profile(void *user, const char *name)
{
    const struct profiles *profiles = user;
    char path[FILE_PATH_MAX];
    if (file_join(path, profiles->folder, name)) {
        look_at_database(profiles->doctor, profiles->browser, path);
    }
    return 0;
}

void doctor_look_at_browsers(struct doctor *doctor)
{
    const char *home = getenv("HOME");
    size_t before = doctor->n_lines;
    if (doctor->root == NULL || home == NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        char folder[FILE_PATH_MAX];
        struct profiles profiles = { doctor, places[i].browser, folder };
        struct err err = ERR_INIT;
        if (!file_join(folder, home, places[i].folder) ||
            file_kind(folder) != FILE_FOLDER) {
            continue;
        }
        if (!places[i].has_profiles) {
            look_at_database(doctor, places[i].browser, folder);
        } else if (file_list(folder, on_profile, &profiles, &err) < 0) {
            struct doctor_line *line = doctor_add(doctor, "browser", DOCTOR_BAD);
            doctor_say(line, "%s", err.text);
            doctor_fix(line, "ls -ld %s: you have to own it and may read it", folder);
        }
    }
    if (doctor->n_lines == before) {
        doctor_say(doctor_add(doctor, "browser", DOCTOR_OK),
                   "no browser has a certificate database in %s", home);
    }
}
