/* SPDX-License-Identifier: MIT */
#include "chain/server_check.h"

#include "base/timestamp.h"
#include "chain/chain_build.h"

#include <assert.h>

#define LIFE_MAX ((int64_t)825 * TIMESTAMP_DAY)

static const struct server_check_info infos[SERVER_CHECK_COUNT] = {
#define X(name, chrome, rule, fault, remedy) { #name, chrome, rule, fault, remedy },
    SERVER_CHECK_LIST(X)
#undef X
};

/* Findings that a server's certificate is not judged by. */
static const bool clients_only[FINDING_COUNT] = {
#define BOTH    false
#define CLIENTS true
#define X(name, trust, verdict, judges, hides, rule, fault, remedy) \
    [FINDING_##name] = (judges),
    FINDING_LIST(X)
#undef X
};

const struct server_check_info *server_check_get(enum server_check_kind kind)
{
    assert((unsigned)kind < SERVER_CHECK_COUNT);
    return &infos[kind];
}

const char *server_check_error(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_UNTRUSTED_ROOT:
    case VERDICT_CHAINING:
        return "ERR_CERT_AUTHORITY_INVALID";
    case VERDICT_NOT_TIME_VALID:
    case VERDICT_TIME_NESTING:
        return "ERR_CERT_DATE_INVALID";
    case VERDICT_REVOKED:
    case VERDICT_EXPLICIT_DISTRUST:
        return "ERR_CERT_REVOKED";
    case VERDICT_INVALID_NAME:
        return "ERR_CERT_NAME_CONSTRAINT_VIOLATION";
    case VERDICT_CERT_SIGNATURE:
    case VERDICT_REVOCATION_OFFLINE:
    case VERDICT_NO_REVOCATION_CHECK:
    case VERDICT_WRONG_USAGE:
    case VERDICT_ROLE:
    case VERDICT_BASIC_CONSTRAINTS:
    case VERDICT_INVALID_POLICY:
    case VERDICT_CRITICAL_EXTENSION:
    case VERDICT_MALFORMED:
    /* Of no chain: */
    case VERDICT_OK:
    case VERDICT_LOGON_FAILED:
    case VERDICT_MAPPING_CORRUPT:
    case VERDICT_LOGON_DENIED:
    case VERDICT_ACL_DENIED:
    case VERDICT_SSL_REQUIRED:
    case VERDICT_SSL128_REQUIRED:
    case VERDICT_CERT_REQUIRED:
    case VERDICT_MAPPER_DENIED:
    case VERDICT_APPLICATION_POOL:
    case VERDICT_ENTITY_TOO_LARGE:
    case VERDICT_POST_HANDSHAKE_AUTH:
    case VERDICT_CONFIG_INVALID:
    case VERDICT_CONFIG_LOCKED:
    case VERDICT_CONFIG_DUPLICATE:
    case VERDICT_COUNT:
    default:
        return "ERR_CERT_INVALID";
    }
}

static void filter(struct server_check *check)
{
    struct chain *chain = &check->chain;
    enum verdict worst = VERDICT_OK;
    size_t kept = 0;
    for (size_t i = 0; i < chain->n_findings; i++) {
        if (!clients_only[chain->findings[i].kind]) {
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
