/* SPDX-License-Identifier: MIT
 *
 * What looks wrong about a server once all of its files are read: iis.md section 8.
 */
#include "chain/windows.h"
#include "like/like_internal.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static bool is_set(const struct like_setting *setting, const char *value)
{
    return setting != NULL && text_equal_ignoring_case(setting->value, value);
}

/* Where a setting stands: of its line, if it has one. */
static void say_at(struct like *like, const struct like_setting *setting,
                   const char *text)
{
    if (setting->line < like->n_lines) {
        struct like_line at = like->lines[setting->line];
        like_say(like, LIKE_TRAP, at.file, at.line, "%s", text);
    }
}

static void check_late(struct like *like, const struct like_binding *binding)
{
    const struct like_setting *negotiation =
        like_find(like, binding, "clientcertnegotiation");
    const struct windows *windows =
        like->build == 0 ? windows_default() : windows_find_build(like->build);
    if (!is_set(negotiation, "disable")) {
        return;
    }
    if (windows->has_tls_1_3 &&
        !is_set(like_find(like, binding, "disabletls13"), "enable")) {
        say_at(like, negotiation,
               "The certificate is asked for late. On TLS 1.3 that cannot be: Windows "
               "Server up to 2022 resets the connection, 2025 answers 500.0. Set "
               "clientcertnegotiation=enable for the binding, or disable TLS 1.3.");
    } else {
        say_at(like, negotiation,
               "The certificate is asked for late, by renegotiation: clients that do "
               "not renegotiate are reset, and a body over uploadReadAheadSize gets "
               "413. clientcertnegotiation=enable asks at once.");
    }
}

static void check_revocation(struct like *like, const struct like_binding *binding)
{
    const struct like_setting *fresh =
        like_find(like, binding, "revocationfreshnesstime");
    const struct like_setting *cached =
        like_find(like, binding, "verifyrevocationwithcachedclientcertonly");
    const struct like_setting *verify =
        like_find(like, binding, "verifyclientcertrevocation");
    if (is_set(verify, "disable")) {
        say_at(like, verify, "Revoked certificates are let in.");
        return;
    }
    if (fresh != NULL && strspn(fresh->value, "0") != strlen(fresh->value)) {
        say_at(like, fresh,
               "A revocation list that was issued longer ago counts as offline: 403.13 "
               "though nothing is revoked.");
    }
    if (is_set(cached, "enable")) {
        say_at(
            like, cached,
            "No revocation list is fetched; one that is not in the cache is 403.13.");
    }
}

/* A binding that was made anew has netsh's defaults, and the others what somebody set.
 */
static void check_difference(struct like *like, const struct like_binding *binding)
{
    static const char *const options[] = { "clientcertnegotiation",
                                           "verifyclientcertrevocation", "usagecheck",
                                           "sslctlstorename", "disabletls13" };
    const struct like_binding *first = &like->bindings[0];
    for (size_t i = 0; i < ARRAY_LEN(options) && binding != first; i++) {
        const struct like_setting *here = like_find(like, binding, options[i]);
        const struct like_setting *there = like_find(like, first, options[i]);
        /* No store, and a flag that is not set, leave nothing. */
        bool may_lack = i >= ARRAY_LEN(options) - 2;
        bool differs = here != NULL && there != NULL ? !is_set(there, here->value)
                                                     : may_lack && here != there;
        if (differs) {
            like_say(
                like, LIKE_TRAP, binding->file, binding->line,
                "%s of %s differs from that of %s. A binding that is made anew, as "
                "when its certificate is renewed, loses what was set by netsh.",
                options[i], binding->address, first->address);
        }
    }
}

void like_check(struct like *like)
{
    size_t n = like->n_bindings;
    for (size_t i = 0; i < (n > 0 ? n : 1); i++) {
        const struct like_binding *binding = n > 0 ? &like->bindings[i] : NULL;
        check_late(like, binding);
        check_revocation(like, binding);
        if (binding != NULL) {
            check_difference(like, binding);
        }
    }
}

/* ---- the stores */

static const char *const issuer_stores[] = { "ClientAuthIssuer", "Root", "CA",
                                             "TrustedPeople" };
static const enum store_folder issuer_folders[] = { STORE_CLIENT_AUTH_ISSUER,
                                                    STORE_ROOT, STORE_CA,
                                                    STORE_TRUSTED_PEOPLE };

static size_t count(const struct store *store, const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(issuer_stores); i++) {
        if (text_equal_ignoring_case(name, issuer_stores[i])) {
            return store->folders[issuer_folders[i]].n_entries;
        }
    }
    return 1; /* another store: nothing is known of it */
}

static void check_mode(struct like *like, const struct store *store,
                       const struct like_binding *binding, bool *told)
{
    const struct like_setting *mode = like_find(like, binding, "clientauthtrustmode");
    const struct like_setting *named = like_find(like, binding, "sslctlstorename");
    bool is_exclusive = is_set(mode, "1") || is_set(mode, "2");
    if (named != NULL && count(store, named->value) == 0) {
        say_at(like, named,
               "The store of trusted issuers is empty: no client certificate is taken, "
               "403.16 with the number of an untrusted root.");
    } else if (named == NULL && is_exclusive && !*told &&
               store->folders[STORE_CLIENT_AUTH_ISSUER].n_entries == 0) {
        *told = true;
        say_at(like, mode,
               "Trust is exclusive, and LocalMachine\\ClientAuthIssuer is empty: what "
               "is in Root does not count then as it does with mode 0.");
    } else if (named == NULL && !is_exclusive && !*told &&
               store->folders[STORE_CLIENT_AUTH_ISSUER].n_entries > 0) {
        *told = true;
        like_say(like, LIKE_TRAP, "LocalMachine/ClientAuthIssuer", 0,
                 "It is not empty: a trusted root is not enough, a certificate of the "
                 "client's path has to be there, too.");
    }
}

void like_check_store(struct like *like, const struct store *store)
{
    size_t n = like->n_bindings;
    bool told = false;
    if (store->folders[STORE_ROOT].n_entries == 0) {
        like_say(like, LIKE_TRAP, "LocalMachine/Root", 0,
                 "There is no root: every client certificate is 403.16.");
    }
    for (size_t i = 0; i < (n > 0 ? n : 1); i++) {
        check_mode(like, store, n > 0 ? &like->bindings[i] : NULL, &told);
    }
}
