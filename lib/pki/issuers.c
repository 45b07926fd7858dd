/* SPDX-License-Identifier: MIT */
#include "pki/issuers.h"

#include "base/text.h"

#include <string.h>

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
