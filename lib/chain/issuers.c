/* SPDX-License-Identifier: MIT */
#include "chain/issuers.h"

#include "base/mem.h"
#include "base/text.h"
#include "pki/der.h"
#include "pki/oid.h"

#include <stdlib.h>
#include <string.h>

#define NOTICE "certgate: a certificate in Root is not self-signed (KB 2802568)"

static const struct {
    const char *digit;
    const char *word;
    const char *name;
} modes[] = {
    [TRUST_MODE_MACHINE] = { "0", "machine", "0 (Machine Trust)" },
    [TRUST_MODE_EXCLUSIVE_ROOT] = { "1", "exclusive-root", "1 (Exclusive Root Trust)" },
    [TRUST_MODE_EXCLUSIVE_CA] = { "2", "exclusive-ca", "2 (Exclusive CA Trust)" },
};

bool trust_mode_parse(const char *word, enum trust_mode *ret_mode)
{
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        if (text_equal_ignoring_case(word, modes[i].digit) ||
            text_equal_ignoring_case(word, modes[i].word)) {
            *ret_mode = (enum trust_mode)i;
            return true;
        }
    }
    return false;
}

const char *trust_mode_name(enum trust_mode mode)
{
    return modes[mode].name;
}

/* Those that hold certificates of CAs, or may: not the server's own, and not the
 * distrusted. */
static const enum store_folder allowed[] = { STORE_CLIENT_AUTH_ISSUER, STORE_ROOT,
                                             STORE_CA, STORE_TRUSTED_PEOPLE };

bool issuers_parse_store(const char *word, enum store_folder *ret_folder)
{
    for (size_t i = 0; i < ARRAY_LEN(allowed); i++) {
        const char *path = store_folder_path(allowed[i]);
        if (text_equal_ignoring_case(word, path) ||
            text_equal_ignoring_case(word, store_folder_name(allowed[i])) ||
            text_equal_ignoring_case(word, strchr(path, '/') + 1)) {
            *ret_folder = allowed[i];
            return true;
        }
    }
    return false;
}

bool issuers_find_store(const struct store *store, const struct policy *policy,
                        enum store_folder *ret_folder)
{
    if (policy->has_sslctlstorename) {
        *ret_folder = policy->sslctlstorename;
        return true;
    }
    if (store->folders[STORE_CLIENT_AUTH_ISSUER].n_entries > 0) {
        *ret_folder = STORE_CLIENT_AUTH_ISSUER;
        return true;
    }
    return false;
}

bool issuers_are_exclusive(const struct store *store, const struct policy *policy,
                           enum store_folder *ret_folder)
{
    return policy->clientauthtrustmode != TRUST_MODE_MACHINE &&
           issuers_find_store(store, policy, ret_folder);
}

/* ---- the list that is sent */

static bool is_broken(const struct store *store, const struct policy *policy)
{
    enum store_folder folder;
    if (!policy->non_self_signed_root_breaks_all ||
        issuers_find_store(store, policy, &folder)) {
        return false;
    }
    for (size_t i = 0; i < store->folders[STORE_ROOT].n_entries; i++) {
        const struct certificate *cert = store->folders[STORE_ROOT].entries[i].cert;
        if (cert->malformed == NULL && !certificate_is_self_issued(cert)) {
            return true;
        }
    }
    return false;
}

static int add_notice(struct issuers_list *list, struct err *err)
{
    struct buf *out = &list->notice;
    size_t name = der_begin(out, DER_SEQUENCE);
    size_t rdn = der_begin(out, DER_SET);
    size_t attribute = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(OID_COMMON_NAME)->der);
    der_write(out, DER_UTF8_STRING, slice_from_string(NOTICE));
    der_end(out, attribute);
    der_end(out, rdn);
    der_end(out, name);
    if (!buf_ok(out)) {
        return err_memory(err);
    }
    list->names[list->n++] = buf_slice(out);
    return 0;
}

static bool is_listed(const struct issuers_list *list, struct slice name)
{
    for (size_t i = 0; i < list->n; i++) {
        if (slice_equal(list->names[i], name)) {
            return true;
        }
    }
    return false;
}

int issuers_list_init(struct issuers_list *list, const struct store *store,
                      const struct policy *policy, size_t max_bytes, struct err *err)
{
    enum store_folder folder = STORE_ROOT;
    size_t total = 0;

    (void)issuers_find_store(store, policy, &folder);
    size_t n = store->folders[folder].n_entries;
    *list = (struct issuers_list){ .names = mem_alloc(n + 1, sizeof *list->names),
                                   .notice = BUF_EMPTY };
    if (list->names == NULL) {
        return err_memory(err);
    }
    list->is_broken = is_broken(store, policy);
    if (list->is_broken) {
        if (add_notice(list, err) != 0) {
            issuers_list_finish(list);
            return -1;
        }
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        const struct certificate *cert = store->folders[folder].entries[i].cert;
        if (cert->malformed != NULL || !certificate_is_self_issued(cert) ||
            is_listed(list, cert->subject)) {
            continue;
        }
        if (total + 2 + cert->subject.len > max_bytes) {
            list->n_left_out++;
            continue;
        }
        total += 2 + cert->subject.len;
        list->names[list->n++] = cert->subject;
    }
    return 0;
}

void issuers_list_finish(struct issuers_list *list)
{
    free(list->names);
    buf_finish(&list->notice);
    *list = (struct issuers_list){ .names = NULL, .notice = BUF_EMPTY };
}
