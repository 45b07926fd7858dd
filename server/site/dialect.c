/* SPDX-License-Identifier: MIT */
#include "site/dialect.h"

#include "pki/name.h"
#include "tls/tls_alert.h"

#include <assert.h>
#include <string.h>

/* Debian 12's, as tests/foreign/recorded has them. Kestrel on Linux up to .NET 9:
 * "SslStream previously closed the transport without sending a TLS alert when
 * certificate validation failed" (github.com/dotnet/runtime, pull request 115996). */
#define NGINX                                                                         \
    .refusal = DIALECT_REFUSES_BY_PAGE, .is_openssl = true, .server = "nginx/1.22.1", \
    .page = "dialects/nginx", .type = "text/html",                                    \
    .refused = "The SSL certificate error",                                           \
    .missing = "No required SSL certificate was sent"
#define HAPROXY                                              \
    .refusal = DIALECT_REFUSES_BY_ALERT, .is_openssl = true, \
    .stale_alert = TLS_ALERT_CERTIFICATE_EXPIRED
static const struct dialect dialects[] = {
    [CONFIG_DIALECT_IIS] = { .server = NULL },
    [CONFIG_DIALECT_NGINX] = { NGINX },
    [CONFIG_DIALECT_NGINX_OPTIONAL_NO_CA] = { NGINX,
                                              .tolerates = DIALECT_TOLERATES_UNKNOWN_CA,
                                              .is_optional = true },
    [CONFIG_DIALECT_APACHE] = { .refusal = DIALECT_REFUSES_BY_ALERT,
                                .is_openssl = true,
                                .server = "Apache/2.4.71 (Debian) OpenSSL/3.0.19",
                                .page = "dialects/apache",
                                .type = "text/html; charset=iso-8859-1",
                                .stale_alert = TLS_ALERT_CERTIFICATE_UNKNOWN },
    [CONFIG_DIALECT_HAPROXY] = { HAPROXY },
    [CONFIG_DIALECT_HAPROXY_CA_IGNORE_ERR] = { HAPROXY,
                                               .tolerates = DIALECT_TOLERATES_CAS },
    [CONFIG_DIALECT_HAPROXY_CRT_IGNORE_ERR] = { HAPROXY,
                                                .tolerates = DIALECT_TOLERATES_LEAF },
    [CONFIG_DIALECT_KESTREL] = { .refusal = DIALECT_REFUSES_BY_SILENCE,
                                 .server = "Kestrel" },
};

/* What OpenSSL makes of each finding, in the order in which X509_verify_cert comes to
 * it (crypto/x509/x509_vfy.c of OpenSSL 3.0: the chain, extensions and purposes,
 * strength, revocation, signatures and times, name constraints); the alert is what
 * ssl_x509err2alert makes of its error. Seen at the real servers, but for the rows
 * marked so.
 *
 * A finding passes only where a row says so: all are here, once each, or this file does
 * not compile.
 */
#define PASSES (-2)
#define STALE  (-3) /* the dialect's stale_alert */
/* clang-format off */
#define OPENSSL_ROWS(X)                                                          \
    X(TIME_FORM, TLS_ALERT_DECODE_ERROR) /* not seen */                          \
    X(MALFORMED, TLS_ALERT_DECODE_ERROR) /* not seen */                          \
    X(EXTENSION_MALFORMED, TLS_ALERT_UNKNOWN_CA)                                 \
    X(EXTENSION_DUPLICATE, TLS_ALERT_UNKNOWN_CA)                                 \
    X(PARTIAL_CHAIN, TLS_ALERT_UNKNOWN_CA)                                       \
    X(UNTRUSTED_ROOT, TLS_ALERT_UNKNOWN_CA)                                      \
    X(UNTRUSTED_SELF_SIGNED, TLS_ALERT_UNKNOWN_CA)                               \
    X(CYCLIC, TLS_ALERT_UNKNOWN_CA) /* not seen */                               \
    X(CA_KU_NO_CERT_SIGN, TLS_ALERT_UNKNOWN_CA)                                  \
    X(CRITICAL_UNKNOWN, TLS_ALERT_CERTIFICATE_UNKNOWN)                           \
    X(ISSUER_NOT_CA, TLS_ALERT_UNKNOWN_CA)                                       \
    X(PATH_LEN_EXCEEDED, TLS_ALERT_UNKNOWN_CA)                                   \
    X(EKU_NOT_CLIENT_AUTH, TLS_ALERT_UNSUPPORTED_CERTIFICATE)                    \
    X(EKU_ANY, TLS_ALERT_UNSUPPORTED_CERTIFICATE)                                \
    X(CA_EKU_NOT_CLIENT_AUTH, TLS_ALERT_UNSUPPORTED_CERTIFICATE)                 \
    X(KU_NO_DIGITAL_SIGNATURE, TLS_ALERT_UNSUPPORTED_CERTIFICATE)                \
    X(KU_EKU_INCONSISTENT, TLS_ALERT_UNSUPPORTED_CERTIFICATE)                    \
    X(WEAK_KEY, TLS_ALERT_BAD_CERTIFICATE)                                       \
    X(SHORT_KEY, TLS_ALERT_BAD_CERTIFICATE)                                      \
    X(WEAK_HASH, TLS_ALERT_BAD_CERTIFICATE)                                      \
    X(SHA1_SIGNATURE, TLS_ALERT_BAD_CERTIFICATE)                                 \
    X(REVOKED, TLS_ALERT_CERTIFICATE_REVOKED)                                    \
    X(REVOCATION_STALE, STALE)                                                   \
    X(REVOCATION_OFFLINE, TLS_ALERT_UNKNOWN_CA)                                  \
    X(NO_REVOCATION_POINTER, TLS_ALERT_UNKNOWN_CA)                               \
    X(REVOCATION_UNUSABLE, TLS_ALERT_CERTIFICATE_UNKNOWN) /* not seen */         \
    X(REVOCATION_UNKNOWN, TLS_ALERT_UNKNOWN_CA) /* not seen */                   \
    X(SIGNATURE_INVALID, TLS_ALERT_DECRYPT_ERROR)                                \
    X(SIGNATURE_UNSUPPORTED, TLS_ALERT_DECRYPT_ERROR) /* not seen */             \
    X(EXPIRED, TLS_ALERT_CERTIFICATE_EXPIRED)                                    \
    X(NOT_YET_VALID, TLS_ALERT_BAD_CERTIFICATE)                                  \
    X(NAME_NOT_PERMITTED, TLS_ALERT_CERTIFICATE_UNKNOWN)                         \
    X(NAME_EXCLUDED, TLS_ALERT_CERTIFICATE_UNKNOWN)                              \
    X(NAME_CONSTRAINT_UNSUPPORTED, TLS_ALERT_CERTIFICATE_UNKNOWN) /* not seen */ \
    /* Our own limits: what was not looked at is not let in. */                  \
    X(SIGNATURE_UNCHECKED, TLS_ALERT_CERTIFICATE_UNKNOWN)                        \
    X(SEARCH_LIMIT, TLS_ALERT_CERTIFICATE_UNKNOWN)                               \
    /* Of stores that such a server has not, so they do not occur. */            \
    X(EXPLICIT_DISTRUST, TLS_ALERT_CERTIFICATE_UNKNOWN)                          \
    X(KEY_NOT_OFFERED, TLS_ALERT_CERTIFICATE_UNKNOWN) /* of files only */         \
    X(ISSUER_NOT_LISTED, TLS_ALERT_UNKNOWN_CA)                                   \
    X(ISSUER_NOT_EXCLUSIVE, TLS_ALERT_UNKNOWN_CA)                                \
    X(TRUSTED_PEOPLE, TLS_ALERT_UNKNOWN_CA)                                      \
    /* Windows minds these, OpenSSL does not. */                                 \
    X(APP_POLICY_NOT_CLIENT_AUTH, PASSES)                                        \
    X(APP_POLICY_ANY, PASSES)                                                    \
    X(APP_POLICY_COUNTS, PASSES)                                                 \
    X(CA_APP_POLICY_NOT_CLIENT_AUTH, PASSES)                                     \
    X(NON_SELF_SIGNED_ROOT, PASSES)                                              \
    X(ROOT_STORE_TOO_LARGE, PASSES)                                              \
    X(EKU_ABSENT, PASSES)                                                        \
    X(KU_CERT_SIGN_NOT_CA, PASSES)                                               \
    X(CA_AS_CLIENT, PASSES)                                                      \
    X(POLICY_INVALID, PASSES) /* without X509_V_FLAG_POLICY_CHECK */
/* clang-format on */

enum openssl_row {
#define X(name, alert) ROW_##name,
    OPENSSL_ROWS(X)
#undef X
        ROW_COUNT
};
/* A finding that stood twice would define its constant twice. So as many rows as
 * findings means that there is no gap. */
static_assert((int)ROW_COUNT == (int)FINDING_COUNT, "a row for each finding");

static const enum openssl_row openssl_rows[FINDING_COUNT] = {
#define X(name, alert) [FINDING_##name] = ROW_##name,
    OPENSSL_ROWS(X)
#undef X
};

static const int openssl_alerts[ROW_COUNT] = {
#define X(name, alert) alert,
    OPENSSL_ROWS(X)
#undef X
};

const struct dialect *dialect_get(enum config_dialect dialect)
{
    return &dialects[dialect];
}

bool dialect_is_foreign(const struct config_listen *listen)
{
    return listen->dialect != CONFIG_DIALECT_IIS;
}

/* ---- OpenSSL's judgement */

/* d2i_X509 decodes names as it reads. If one cannot be decoded, the input is not a
 * certificate. */
static bool is_unreadable(const struct tls_info *tls)
{
    for (size_t i = 0; i < tls->n_chain; i++) {
        if (tls->chain[i]->malformed != NULL ||
            name_has_malformed_text(tls->chain[i]->subject) ||
            name_has_malformed_text(tls->chain[i]->issuer)) {
            return true;
        }
    }
    return false;
}

static bool is_excused(const struct certificate *leaf, const struct finding *finding)
{
    if (openssl_alerts[openssl_rows[finding->kind]] == PASSES) {
        return true;
    }
    switch ((int)finding->kind) {
    case FINDING_KU_NO_DIGITAL_SIGNATURE:
        /* check_purpose_ssl_client: keyAgreement is enough in its place. */
        return (leaf->key_usage & KEY_USAGE_KEY_AGREEMENT) != 0;
    case FINDING_SEARCH_LIMIT:
        return finding->verdict ==
               VERDICT_OK; /* concerns paths other than the chosen one */
    default:
        return false;
    }
}

/* OpenSSL has nothing but the client's certificate to build a path from. Its last error
 * is then that it cannot verify the first signature, unless times or names add a later
 * one. An extension that it cannot read keeps it from finding the issuer. */
static bool stands_alone(const struct chain *chain)
{
    for (size_t i = 0; i < chain->n_findings; i++) {
        const struct finding *finding = &chain->findings[i];
        if (finding->element == 0 && (finding->kind == FINDING_PARTIAL_CHAIN ||
                                      finding->kind == FINDING_EXTENSION_MALFORMED ||
                                      finding->kind == FINDING_EXTENSION_DUPLICATE)) {
            return true;
        }
    }
    return false;
}

static bool is_unknown_ca(enum finding_kind kind)
{
    return kind == FINDING_PARTIAL_CHAIN || kind == FINDING_CYCLIC ||
           kind == FINDING_UNTRUSTED_ROOT || kind == FINDING_UNTRUSTED_SELF_SIGNED;
}

/* Observed with HAProxy 2.6: "all" does not cover X509_V_ERR_KEYUSAGE_NO_CERTSIGN and
 * the errors after it, from 32 to 63. */
static bool is_beyond_all(enum finding_kind kind)
{
    return kind == FINDING_CA_KU_NO_CERT_SIGN || kind == FINDING_CRITICAL_UNKNOWN ||
           kind == FINDING_EXTENSION_DUPLICATE || kind == FINDING_NAME_NOT_PERMITTED ||
           kind == FINDING_NAME_EXCLUDED || kind == FINDING_NAME_CONSTRAINT_UNSUPPORTED;
}

static bool has_list(const struct store *store, const struct certificate *cert)
{
    for (size_t i = 0; i < store->n_crls; i++) {
        if (name_equal(store->crls[i].crl->issuer, cert->issuer)) {
            return true;
        }
    }
    return false;
}

/* What the dialect ignores. Where CRLs are required and an untrusted CA has none, that
 * error follows at the client's certificate. */
static bool is_tolerated(const struct exchange_input *input, const struct chain *chain,
                         const struct finding *finding)
{
    const struct store *store = input->context->store;
    const struct certificate *leaf = chain->elements[0].cert;
    switch (dialect_get(input->site->dialect)->tolerates) {
    case DIALECT_TOLERATES_UNKNOWN_CA:
        return stands_alone(chain) ? openssl_rows[finding->kind] < ROW_SIGNATURE_INVALID
                                   : is_unknown_ca(finding->kind) && store->n_crls == 0;
    case DIALECT_TOLERATES_CAS:
        return finding->element > 0 && !is_beyond_all(finding->kind) &&
               (finding->kind != FINDING_UNTRUSTED_ROOT || store->n_crls == 0 ||
                has_list(store, leaf));
    case DIALECT_TOLERATES_LEAF:
        return finding->element == 0 && !is_beyond_all(finding->kind);
    case DIALECT_TOLERATES_NOTHING:
    default:
        return false;
    }
}

/* Errors at this certificate that such a server ignores come before one that it does
 * not. */
static bool is_late(enum dialect_tolerance tolerance, const struct finding *finding)
{
    return is_beyond_all(finding->kind) &&
           (finding->element == 0 ? tolerance == DIALECT_TOLERATES_LEAF
                                  : tolerance == DIALECT_TOLERATES_CAS);
}

static int find_alert(const struct exchange_input *input, const struct finding *finding)
{
    const struct dialect *dialect = dialect_get(input->site->dialect);
    int alert = openssl_alerts[openssl_rows[finding->kind]];
    if (is_late(dialect->tolerates, finding)) {
        return TLS_ALERT_CERTIFICATE_UNKNOWN;
    }
    return alert == STALE ? dialect->stale_alert : alert;
}

/* The first fault that OpenSSL reaches decides. */
static void choose_fault(const struct exchange_input *input,
                         struct judgement *judgement, struct dialect_judgement *result)
{
    struct chain *chain = &judgement->chain;
    judgement->verdict = VERDICT_OK;
    judgement->deciding = chain->n_findings;
    for (size_t i = 0; i < chain->n_findings; i++) {
        struct finding *finding = &chain->findings[i];
        if (is_excused(input->tls->chain[0], finding) ||
            is_tolerated(input, chain, finding)) {
            finding->verdict = VERDICT_OK;
            continue;
        }
        if (result->refused &&
            openssl_rows[result->kind] <= openssl_rows[finding->kind]) {
            continue;
        }
        result->refused = true;
        result->has_finding = true;
        result->kind = finding->kind;
        result->alert = find_alert(input, finding);
        judgement->deciding = i;
        judgement->verdict = finding->verdict;
    }
}

/* Such a server has one file of trusted roots and nothing else. */
static struct store roots_of(const struct store *store)
{
    static const enum store_folder others[] = { STORE_CA, STORE_DISALLOWED,
                                                STORE_TRUSTED_PEOPLE,
                                                STORE_CLIENT_AUTH_ISSUER };
    struct store roots = *store;
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        roots.folders[others[i]].n_entries = 0;
    }
    return roots;
}

static int judge_as_openssl(const struct exchange_input *input,
                            struct dialect_judgement *result,
                            struct judgement *judgement, struct err *err)
{
    struct store roots = roots_of(input->context->store);
    struct policy policy = policy_default();
    struct chain_context context = *input->context;

    if (is_unreadable(input->tls)) {
        result->refused = true;
        result->is_unreadable = true;
        result->alert = TLS_ALERT_DECODE_ERROR;
        return 0;
    }
    policy.non_self_signed_root_breaks_all = false;
    policy.app_policies = APP_POLICIES_IGNORE; /* Windows only */
    policy.verifyclientcertrevocation =
        roots.n_crls > 0; /* OpenSSL looks at no CRL: ssl_crl is not set */
    context.store = &roots;
    context.policy = &policy;
    context.evidence = NULL; /* nothing is fetched */
    if (judge_client(input->tls->chain, exchange_n_presented(input->tls),
                     SSL_FLAGS_ACCEPT, &context, judgement, err) != 0) {
        return -1;
    }
    choose_fault(input, judgement, result);
    return 0;
}

/* ---- .NET's: the rules of Windows, without revocation unless it is switched on
 * (HttpsConnectionAdapterOptions.CheckCertificateRevocation) */

static int judge_as_dotnet(const struct exchange_input *input,
                           struct dialect_judgement *result,
                           struct judgement *judgement, struct err *err)
{
    struct policy policy = policy_default();
    struct chain_context context = *input->context;

    policy.verifyclientcertrevocation = false;
    policy.non_self_signed_root_breaks_all = false;
    policy.app_policies = APP_POLICIES_IGNORE; /* Windows only */
    context.policy = &policy;
    if (judge_client(input->tls->chain, exchange_n_presented(input->tls),
                     SSL_FLAGS_ACCEPT, &context, judgement, err) != 0) {
        return -1;
    }
    result->refused = judgement->verdict != VERDICT_OK;
    result->alert = TLS_ALERT_CERTIFICATE_UNKNOWN;
    if (judgement->deciding < judgement->chain.n_findings) {
        result->has_finding = true;
        result->kind = judgement->chain.findings[judgement->deciding].kind;
    }
    return 0;
}

static void judge_absence(const struct exchange_input *input,
                          struct dialect_judgement *result)
{
    result->is_missing = input->site->flags == SSL_FLAGS_REQUIRE &&
                         !dialect_get(input->site->dialect)->is_optional;
    result->refused = result->is_missing;
    result->alert = tls_info_is_1_3(input->tls) ? TLS_ALERT_CERTIFICATE_REQUIRED
                                                : TLS_ALERT_HANDSHAKE_FAILURE;
}

int dialect_judge(const struct exchange_input *input,
                  struct dialect_judgement *ret_dialect,
                  struct judgement *ret_judgement, struct err *err)
{
    struct dialect_judgement result = { .refused = false };
    int outcome = 0;

    *ret_judgement = (struct judgement){ .verdict = VERDICT_OK };
    if (input->tls == NULL || input->site->flags == SSL_FLAGS_IGNORE ||
        input->site->late) {
        *ret_dialect = result;
        return 0;
    }
    if (exchange_n_presented(input->tls) == 0) {
        judge_absence(input, &result);
    } else if (dialect_get(input->site->dialect)->is_openssl) {
        outcome = judge_as_openssl(input, &result, ret_judgement, err);
    } else {
        outcome = judge_as_dotnet(input, &result, ret_judgement, err);
    }
    if (outcome == 0) {
        *ret_dialect = result;
    }
    return outcome;
}
