/* SPDX-License-Identifier: MIT */
#include "chain/server_check.h"

#include "base/timestamp.h"

#include <assert.h>

#define LIFE_MAX ((int64_t)825 * TIMESTAMP_DAY)

static const struct server_check_info infos[SERVER_CHECK_COUNT] = {
#define X(name, chrome, rule, fault, remedy) { #name, chrome, rule, fault, remedy },
    SERVER_CHECK_LIST(X)
#undef X
};

/* Findings that a server's certificate is not judged by. */
static const enum finding_kind clients_only[] = {
    FINDING_EKU_NOT_CLIENT_AUTH,  FINDING_EKU_ANY,
    FINDING_EKU_ABSENT,           FINDING_CA_EKU_NOT_CLIENT_AUTH,
    FINDING_CA_AS_CLIENT,         FINDING_KU_NO_DIGITAL_SIGNATURE,
    FINDING_NON_SELF_SIGNED_ROOT, FINDING_ROOT_STORE_TOO_LARGE,
    FINDING_REVOCATION_OFFLINE,   FINDING_REVOCATION_STALE,
    FINDING_REVOCATION_UNUSABLE,  FINDING_NO_REVOCATION_POINTER,
};

/* What Chrome calls it; all others are plainly invalid. */
static const struct {
    enum verdict verdict;
    const char *chrome;
} errors[] = {
    { VERDICT_UNTRUSTED_ROOT, "ERR_CERT_AUTHORITY_INVALID" },
    { VERDICT_CHAINING, "ERR_CERT_AUTHORITY_INVALID" },
    { VERDICT_NOT_TIME_VALID, "ERR_CERT_DATE_INVALID" },
    { VERDICT_REVOKED, "ERR_CERT_REVOKED" },
    { VERDICT_EXPLICIT_DISTRUST, "ERR_CERT_REVOKED" },
    { VERDICT_INVALID_NAME, "ERR_CERT_NAME_CONSTRAINT_VIOLATION" },
};

const struct server_check_info *server_check_get(enum server_check_kind kind)
{
    assert((unsigned)kind < SERVER_CHECK_COUNT);
    return &infos[kind];
}

static bool is_for_clients_only(enum finding_kind kind)
{
    for (size_t i = 0; i < ARRAY_LEN(clients_only); i++) {
        if (clients_only[i] == kind) {
            return true;
        }
    }
    return false;
}

const char *server_check_error(enum verdict verdict)
{
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        if (errors[i].verdict == verdict) {
            return errors[i].chrome;
        }
    }
    return "ERR_CERT_INVALID";
}

static void filter(struct server_check *check)
{
    struct chain *chain = &check->chain;
    enum verdict worst = VERDICT_OK;
    size_t kept = 0;
    for (size_t i = 0; i < chain->n_findings; i++) {
        if (!is_for_clients_only(chain->findings[i].kind)) {
            worst = verdict_prefer(worst, chain->findings[i].verdict, PRECEDENCE_BASE);
            chain->findings[kept++] = chain->findings[i];
        }
    }
    chain->n_findings = kept;
    check->chrome = worst == VERDICT_OK ? NULL : server_check_error(worst);
}

static void add(struct server_check *check, enum server_check_kind kind, size_t element)
{
    if (check->n_findings < SERVER_CHECK_FINDINGS_MAX) {
        check->findings[check->n_findings++] =
            (struct server_check_finding){ kind, element };
    }
    check->chrome = check->chrome == NULL ? infos[kind].chrome : check->chrome;
}

static bool allows_servers(const struct certificate *cert)
{
    return !cert->has_eku || certificate_lists_purpose(cert, OID_SERVER_AUTH) ||
           certificate_lists_purpose(cert, OID_ANY_EXTENDED_KEY_USAGE);
}

static void check_leaf(struct server_check *check, const char *host)
{
    const struct certificate *leaf = check->chain.elements[0].cert;
    if (leaf->malformed != NULL) {
        return;
    }
    if (!leaf->has_subject_alt_name) {
        add(check, SERVER_CHECK_NO_ALT_NAME, 0);
    } else if (host != NULL && !certificate_matches_host(leaf, host)) {
        add(check, SERVER_CHECK_WRONG_HOST, 0);
    }
    if (leaf->not_after - leaf->not_before >= LIFE_MAX) {
        add(check, SERVER_CHECK_LONG_LIFE, 0);
    }
}

int server_check(struct certificate *const *presented, size_t n_presented,
                 const char *host, const struct chain_context *context,
                 struct server_check *ret_check, struct err *err)
{
    struct policy policy = policy_default();
    struct chain_context changed = *context;
    /* The engine's usage rules are about clients; ours follow below. */
    policy.usagecheck = false;
    policy.non_self_signed_root_breaks_all = false;
    policy.refuse_sha1 = true;
    policy.app_policies = APP_POLICIES_IGNORE;
    changed.policy = &policy;
    *ret_check = (struct server_check){ .is_accepted = false };
    if (chain_build(presented, n_presented, &changed, &ret_check->chain, err) != 0) {
        return -1;
    }
    filter(ret_check);
    for (size_t i = 0; i < ret_check->chain.n_elements; i++) {
        if (!allows_servers(ret_check->chain.elements[i].cert)) {
            add(ret_check,
                i == 0 ? SERVER_CHECK_EKU_NOT_SERVER_AUTH
                       : SERVER_CHECK_CA_EKU_NOT_SERVER_AUTH,
                i);
        }
    }
    if (ret_check->chain.n_elements > 0) {
        check_leaf(ret_check, host);
    }
    ret_check->is_accepted =
        ret_check->chain.n_elements > 0 && ret_check->chrome == NULL;
    return 0;
}
