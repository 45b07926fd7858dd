/* SPDX-License-Identifier: MIT
 *
 * The server's own certificate: which one of LocalMachine\My it is, or the sentence
 * that says why there is none. Part of store/store. Facts: iis.md section 7.
 */
#include "base/text.h"
#include "base/timestamp.h"
#include "store/store.h"
#include "store/store_builder.h"
#include "store/store_text.h"

#include <stdio.h>
#include <string.h>

/* Candidates that an error tells about. */
#define SHOWN_MAX ((size_t)5)
/* Bytes that each has for its key's problem. */
#define REASON_MAX 64

/* What keeps a certificate from being the server's; in the order of telling. */
enum fit {
    FIT_GOOD,
    FIT_PURPOSE,
    FIT_NO_KEY,
    FIT_EXPIRED,
    FIT_NOT_YET,
    FIT_HOST,
    FIT_COUNT
};

static const uint32_t fit_hresults[FIT_COUNT] = {
    [FIT_PURPOSE] = 0x800B0110u, /* CERT_E_WRONG_USAGE */
    [FIT_NO_KEY] = 0x80070520u,  /* ERROR_NO_SUCH_LOGON_SESSION */
    [FIT_EXPIRED] = 0x800B0101u, /* CERT_E_EXPIRED */
    [FIT_NOT_YET] = 0x800B0101u, [FIT_HOST] = 0x800B010Fu, /* CERT_E_CN_NO_MATCH */
};

/* What netsh says (as error 1312) when certhash is not in the machine's store. */
#define HRESULT_NOT_FOUND 0x80070520u

static bool is_for_servers(const struct certificate *cert)
{
    return !cert->has_eku || certificate_lists_purpose(cert, OID_SERVER_AUTH) ||
           certificate_lists_purpose(cert, OID_ANY_EXTENDED_KEY_USAGE);
}

static enum fit get_fit(const struct store_entry *entry,
                        const struct store_server_query *query)
{
    const struct certificate *cert = entry->cert;
    if (!is_for_servers(cert)) {
        return FIT_PURPOSE;
    }
    if (entry->key == NULL) {
        return FIT_NO_KEY;
    }
    if (query->now > cert->not_after) {
        return FIT_EXPIRED;
    }
    if (query->now < cert->not_before) {
        return FIT_NOT_YET;
    }
    /* Whoever names a certificate gets it; IIS does not look at its names either. */
    if (query->certhash == NULL && query->host != NULL &&
        !certificate_matches_host(cert, query->host)) {
        return FIT_HOST;
    }
    return FIT_GOOD;
}

/* ---- sentences */

static int fail(enum fit fit, const struct store_entry *entry,
                const struct store_server_query *query, struct err *err)
{
    char time[TIMESTAMP_TEXT_LEN];
    char now[TIMESTAMP_TEXT_LEN];
    int code = (int)fit_hresults[fit];
    struct store_text name = store_text_name(entry->cert);
    struct store_text path = store_text_path(entry->path);
    bool expired = fit == FIT_EXPIRED;

    switch (fit) {
    case FIT_PURPOSE:
        return err_set(
            err, ERR_CONFIG, code,
            "The certificate \"%s\" (%s) cannot be a server's: it is %s for %s "
            "(0x800B0110, "
            "CERT_E_WRONG_USAGE). Give the server one whose Enhanced Key Usage lists "
            "Server "
            "Authentication (1.3.6.1.5.5.7.3.1), or that has no Enhanced Key Usage.",
            name.text, path.text,
            certificate_lists_purpose(entry->cert, OID_CLIENT_AUTH)
                ? "a client's, good only"
                : "good only",
            store_text_purposes(entry->cert).text);
    case FIT_NO_KEY:
        return err_set(err, ERR_CONFIG, code,
                       "A specified logon session does not exist. It may already have "
                       "been terminated. "
                       "(0x80070520) That is how IIS says: the certificate \"%s\" (%s) "
                       "has no private key "
                       "here: %s. Put the right, unencrypted key beside it, under the "
                       "same name with "
                       ".key at the end, or into its .pem file.",
                       name.text, path.text,
                       entry->key_problem[0] != 0 ? entry->key_problem
                                                  : "no key file was found");
    case FIT_EXPIRED:
    case FIT_NOT_YET:
        return err_set(
            err, ERR_CONFIG, code,
            "The certificate \"%s\" (%s) %s %s, and it is %s now (0x800B0101, "
            "CERT_E_EXPIRED). %s",
            name.text, path.text, expired ? "expired on" : "is not valid before",
            timestamp_format(expired ? entry->cert->not_after : entry->cert->not_before,
                             time),
            timestamp_format(query->now, now),
            expired ? "Renew it, or set the clock right."
                    : "Wait, issue it with an earlier start, or set the clock right.");
    case FIT_HOST:
    case FIT_GOOD:
    case FIT_COUNT:
    default:
        return err_set(
            err, ERR_CONFIG, code,
            "The certificate \"%s\" (%s) is not for the host %s but for %s "
            "(0x800B010F, CERT_E_CN_NO_MATCH). Name it with --certhash %s to use "
            "it all the same, or get one for that host.",
            name.text, path.text, store_text_path(query->host).text,
            store_text_hosts(entry->cert).text,
            store_text_thumbprint(entry->cert).text);
    }
}

/* One candidate of several, in half a line. */
static void append_reason(char *text, size_t size, enum fit fit,
                          const struct store_entry *entry)
{
    size_t len = strlen(text);
    char time[TIMESTAMP_TEXT_LEN];
    const char *words = "";
    const char *detail = "";

    switch (fit) {
    case FIT_PURPOSE:
        words = "is not for Server Authentication";
        break;
    case FIT_NO_KEY:
        words = entry->key_problem[0] != 0 ? "has no usable private key: "
                                           : "has no private key";
        detail = entry->key_problem;
        break;
    case FIT_EXPIRED:
        words = "expired on ";
        detail = timestamp_format(entry->cert->not_after, time);
        break;
    case FIT_NOT_YET:
        words = "is not valid before ";
        detail = timestamp_format(entry->cert->not_before, time);
        break;
    case FIT_HOST:
        words = "is for other hosts";
        break;
    case FIT_GOOD:
    case FIT_COUNT:
    default:
        break;
    }
    /* A key's problem goes on with its remedy, for which there is no room here. */
    int detail_len =
        fit == FIT_NO_KEY ? (int)strcspn(detail, ":;") : (int)strlen(detail);
    (void)snprintf(text + len, size - len, "%s\"%.32s\" (%.40s) %s%.*s",
                   len > 0 ? "; " : "", store_text_name(entry->cert).text,
                   store_text_file(entry->path).text, words,
                   detail_len < REASON_MAX ? detail_len : REASON_MAX, detail);
}

static int fail_all(const struct store *store, const struct store_server_query *query,
                    size_t n_candidates, enum fit first, struct err *err)
{
    char reasons[ERR_TEXT_MAX - 200] = "";
    size_t n_shown = 0;

    for (size_t i = 0; i < store->folders[STORE_MY].n_entries && n_shown < SHOWN_MAX;
         i++) {
        const struct store_entry *entry = &store->folders[STORE_MY].entries[i];
        if (!store_builder_is_companion(store, STORE_MY, entry)) {
            append_reason(reasons, sizeof(reasons), get_fit(entry, query), entry);
            n_shown++;
        }
    }
    char more[48] = "";
    if (n_candidates > n_shown) {
        (void)snprintf(more, sizeof(more), "; and %zu more", n_candidates - n_shown);
    }
    return err_set(
        err, ERR_CONFIG, (int)fit_hresults[first],
        "None of the %zu certificates in LocalMachine\\My can be the server's "
        "(0x%08X): %s%s. Put one there with its key, for Server Authentication.",
        n_candidates, (unsigned)fit_hresults[first], reasons, more);
}

/* What is the matter with a file of LocalMachine\My: that may be it. Empty if there
 * is nothing. */
static const char *find_note(const struct store *store)
{
    for (size_t i = 0; i < store->n_notes; i++) {
        if (strstr(store->notes[i].text, "LocalMachine/My/") != NULL) {
            return store->notes[i].text;
        }
    }
    return "";
}

static int fail_empty(const struct store *store, struct err *err)
{
    const char *note = find_note(store);
    const char *blank = *note == 0 ? "" : " ";
    size_t n_user = store->folders[STORE_CURRENT_USER_MY].n_entries;
    if (n_user > 0) {
        const struct store_entry *entry =
            &store->folders[STORE_CURRENT_USER_MY].entries[0];
        return err_set(
            err, ERR_CONFIG, (int)HRESULT_NOT_FOUND,
            "LocalMachine\\My holds no certificate, but CurrentUser\\My does: \"%s\" "
            "(%s). A server runs as the machine and never looks there "
            "(0x80070520). Move the file and its key to %s/LocalMachine/My.%s%s",
            store_text_name(entry->cert).text, store_text_path(entry->path).text,
            store_text_path(store->dir).text, blank, note);
    }
    return err_set(
        err, ERR_CONFIG, (int)HRESULT_NOT_FOUND,
        "There is no certificate in LocalMachine\\My (0x80070520). Put the server's "
        "certificate and its private key into %s/LocalMachine/My, as one .pem file, "
        "as .crt and .key, or as .pfx with its password in a .pass file beside it.%s%s",
        store_text_path(store->dir).text, blank, note);
}

/* ---- by thumbprint */

static bool has_thumbprint(const struct certificate *cert, struct slice hash)
{
    struct slice own = hash.len == sizeof(cert->sha1)
                           ? (struct slice){ cert->sha1, sizeof(cert->sha1) }
                           : (struct slice){ cert->sha256, sizeof(cert->sha256) };
    return slice_equal(own, hash);
}

/* The same certificate may lie in two files: the one with its key is meant. */
static const struct store_entry *find_thumbprint(const struct store *store,
                                                 enum store_folder folder,
                                                 struct slice hash)
{
    const struct store_entry *found = NULL;
    for (size_t i = 0; i < store->folders[folder].n_entries; i++) {
        const struct store_entry *entry = &store->folders[folder].entries[i];
        if (has_thumbprint(entry->cert, hash) &&
            (found == NULL || (found->key == NULL && entry->key != NULL))) {
            found = entry;
        }
    }
    return found;
}

static int fail_elsewhere(const struct store *store,
                          const struct store_server_query *query, struct slice hash,
                          struct err *err)
{
    /* CurrentUser\My first: that is the usual mistake. */
    for (int i = STORE_FOLDER_COUNT - 1; i > STORE_MY; i--) {
        enum store_folder folder = (enum store_folder)i;
        const struct store_entry *entry = find_thumbprint(store, folder, hash);
        if (entry != NULL) {
            return err_set(
                err, ERR_CONFIG, (int)HRESULT_NOT_FOUND,
                "The certificate of --certhash, \"%s\", lies in %s (%s). IIS takes "
                "its server certificate from LocalMachine\\My only and does not "
                "find it there (0x80070520). Move the file and its key to "
                "%s/LocalMachine/My.",
                store_text_name(entry->cert).text, store_folder_name(folder),
                store_text_path(entry->path).text, store_text_path(store->dir).text);
        }
    }
    char present[ERR_TEXT_MAX / 2] = "";
    size_t n = store->folders[STORE_MY].n_entries;
    for (size_t i = 0; i < n && i < SHOWN_MAX; i++) {
        const struct store_entry *entry = &store->folders[STORE_MY].entries[i];
        size_t len = strlen(present);
        (void)snprintf(present + len, sizeof(present) - len, "%s%s \"%.32s\"",
                       i > 0 ? ", " : " It holds ",
                       store_text_thumbprint(entry->cert).text,
                       store_text_name(entry->cert).text);
    }
    return err_set(
        err, ERR_CONFIG, (int)HRESULT_NOT_FOUND,
        "No certificate in LocalMachine\\My has the thumbprint %.100s "
        "(0x80070520).%s%s%s Give one of its certificates to --certhash, or leave "
        "the option out.%s%s",
        store_text_path(query->certhash).text, present,
        n > SHOWN_MAX ? " and more" : "", n > 0 ? "." : " It is empty.",
        *find_note(store) == 0 ? "" : " ", find_note(store));
}

static int find_named(const struct store *store, const struct store_server_query *query,
                      const struct store_entry **ret_entry, struct err *err)
{
    uint8_t bytes[32];
    size_t len = 0;
    if (!text_read_hex(query->certhash, bytes, sizeof(bytes), &len) ||
        (len != 20 && len != 32)) {
        return err_set(
            err, ERR_CONFIG, 0,
            "--certhash %.100s is no thumbprint: give the 40 hexadecimal digits of "
            "SHA-1 or the 64 of SHA-256; blanks and colons may stay.",
            store_text_path(query->certhash).text);
    }
    struct slice hash = { bytes, len };
    const struct store_entry *entry = find_thumbprint(store, STORE_MY, hash);
    if (entry == NULL) {
        return fail_elsewhere(store, query, hash, err);
    }
    enum fit fit = get_fit(entry, query);
    if (fit != FIT_GOOD) {
        return fail(fit, entry, query, err);
    }
    *ret_entry = entry;
    return 0;
}

/* ---- best fit */

/* Both fit: one that names its purpose, then no CA, then the newer one. */
static bool is_better(const struct certificate *a, const struct certificate *b)
{
    if (a->has_eku != b->has_eku) {
        return a->has_eku;
    }
    if (a->is_ca != b->is_ca) {
        return b->is_ca;
    }
    return a->not_before > b->not_before;
}

/* The one that was meant may lie where no server looks. */
static void append_user_hint(const struct store *store,
                             const struct store_server_query *query, struct err *err)
{
    for (size_t i = 0;
         err != NULL && i < store->folders[STORE_CURRENT_USER_MY].n_entries; i++) {
        const struct store_entry *entry =
            &store->folders[STORE_CURRENT_USER_MY].entries[i];
        enum fit fit = get_fit(entry, query);
        if (fit == FIT_GOOD || fit == FIT_NO_KEY) {
            size_t len = strlen(err->text);
            (void)snprintf(
                err->text + len, sizeof(err->text) - len,
                " \"%s\" would fit but lies in CurrentUser\\My (%s), where a "
                "server never looks: move it to LocalMachine/My.",
                store_text_name(entry->cert).text, store_text_file(entry->path).text);
            return;
        }
    }
}

int store_find_server(const struct store *store, const struct store_server_query *query,
                      const struct store_entry **ret_entry, struct err *err)
{
    if (query->certhash != NULL) {
        return find_named(store, query, ret_entry, err);
    }
    const struct store_entry *best = NULL;
    const struct store_entry *first = NULL;
    size_t n_candidates = 0;

    for (size_t i = 0; i < store->folders[STORE_MY].n_entries; i++) {
        const struct store_entry *entry = &store->folders[STORE_MY].entries[i];
        if (store_builder_is_companion(store, STORE_MY, entry)) {
            continue;
        }
        n_candidates++;
        first = first == NULL ? entry : first;
        if (get_fit(entry, query) == FIT_GOOD &&
            (best == NULL || is_better(entry->cert, best->cert))) {
            best = entry;
        }
    }
    if (best != NULL) {
        *ret_entry = best;
        return 0;
    }
    if (n_candidates == 0) {
        return fail_empty(store, err);
    }
    if (n_candidates == 1) {
        fail(get_fit(first, query), first, query, err);
    } else {
        fail_all(store, query, n_candidates, get_fit(first, query), err);
    }
    append_user_hint(store, query, err);
    return -1;
}
