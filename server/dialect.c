/* SPDX-License-Identifier: MIT */
#include "dialect.h"

#include "base/text.h"
#include "pki/name.h"
#include "tls/tls_alert.h"

#include <string.h>

/* Debian 12's, as tests/foreign/recorded has them. Kestrel on Linux up to .NET 9:
 * "SslStream previously closed the transport without sending a TLS alert when
 * certificate validation failed" (github.com/dotnet/runtime, pull request 115996). */
static const struct dialect dialects[] = {
    [CONFIG_DIALECT_IIS] = { .word = "iis" },
    [CONFIG_DIALECT_NGINX] = { .word = "nginx",
                               .refusal = DIALECT_REFUSES_BY_PAGE,
                               .is_openssl = true,
                               .server = "nginx/1.22.1",
                               .page = "dialects/nginx",
                               .type = "text/html",
                               .refused = "The SSL certificate error",
                               .missing = "No required SSL certificate was sent" },
    [CONFIG_DIALECT_APACHE] = { .word = "apache",
                                .refusal = DIALECT_REFUSES_BY_ALERT,
                                .is_openssl = true,
                                .server = "Apache/2.4.71 (Debian) OpenSSL/3.0.19",
                                .page = "dialects/apache",
                                .type = "text/html; charset=iso-8859-1",
                                .stale_alert = TLS_ALERT_CERTIFICATE_UNKNOWN },
    [CONFIG_DIALECT_HAPROXY] = { .word = "haproxy",
                                 .refusal = DIALECT_REFUSES_BY_ALERT,
                                 .is_openssl = true,
                                 .stale_alert = TLS_ALERT_CERTIFICATE_EXPIRED },
    [CONFIG_DIALECT_KESTREL] = { .word = "kestrel",
                                 .refusal = DIALECT_REFUSES_BY_SILENCE,
                                 .server = "Kestrel" },
};

/* In the order in which X509_verify_cert comes to them (crypto/x509/x509_vfy.c of
 * OpenSSL 3.0: the chain, extensions and purposes, strength, revocation, signatures and
 * times, name constraints); the alert is what ssl_x509err2alert makes of its error.
 * Seen at the real servers, but for the rows marked so. What is not here is no fault.
 */
static const struct {
    enum finding_kind kind;
    int alert; /* 0 = the dialect's stale_alert */
} openssl_faults[] = {
    { FINDING_EXTENSION_MALFORMED, TLS_ALERT_UNKNOWN_CA },
    { FINDING_EXTENSION_DUPLICATE, TLS_ALERT_UNKNOWN_CA },
    { FINDING_PARTIAL_CHAIN, TLS_ALERT_UNKNOWN_CA },
    { FINDING_UNTRUSTED_ROOT, TLS_ALERT_UNKNOWN_CA },
    { FINDING_UNTRUSTED_SELF_SIGNED, TLS_ALERT_UNKNOWN_CA },
    { FINDING_CYCLIC, TLS_ALERT_UNKNOWN_CA }, /* not seen */
    { FINDING_CA_KU_NO_CERT_SIGN, TLS_ALERT_UNKNOWN_CA },
    { FINDING_CRITICAL_UNKNOWN, TLS_ALERT_CERTIFICATE_UNKNOWN },
    { FINDING_ISSUER_NOT_CA, TLS_ALERT_UNKNOWN_CA },
    { FINDING_PATH_LEN_EXCEEDED, TLS_ALERT_UNKNOWN_CA },
    { FINDING_EKU_NOT_CLIENT_AUTH, TLS_ALERT_UNSUPPORTED_CERTIFICATE },
    { FINDING_EKU_ANY, TLS_ALERT_UNSUPPORTED_CERTIFICATE },
    { FINDING_CA_EKU_NOT_CLIENT_AUTH, TLS_ALERT_UNSUPPORTED_CERTIFICATE },
    { FINDING_KU_NO_DIGITAL_SIGNATURE, TLS_ALERT_UNSUPPORTED_CERTIFICATE },
    { FINDING_KU_EKU_INCONSISTENT, TLS_ALERT_UNSUPPORTED_CERTIFICATE },
    { FINDING_WEAK_KEY, TLS_ALERT_BAD_CERTIFICATE },
    { FINDING_SHORT_KEY, TLS_ALERT_BAD_CERTIFICATE },
    { FINDING_WEAK_HASH, TLS_ALERT_BAD_CERTIFICATE },
    { FINDING_SHA1_SIGNATURE, TLS_ALERT_BAD_CERTIFICATE },
    { FINDING_REVOKED, TLS_ALERT_CERTIFICATE_REVOKED },
    { FINDING_REVOCATION_STALE, 0 },
    { FINDING_REVOCATION_OFFLINE, TLS_ALERT_UNKNOWN_CA },
    { FINDING_NO_REVOCATION_POINTER, TLS_ALERT_UNKNOWN_CA },
    { FINDING_REVOCATION_UNUSABLE, TLS_ALERT_CERTIFICATE_UNKNOWN }, /* not seen */
    { FINDING_REVOCATION_UNKNOWN, TLS_ALERT_UNKNOWN_CA },           /* not seen */
    { FINDING_SIGNATURE_INVALID, TLS_ALERT_DECRYPT_ERROR },
    { FINDING_SIGNATURE_UNSUPPORTED, TLS_ALERT_DECRYPT_ERROR }, /* not seen */
    { FINDING_EXPIRED, TLS_ALERT_CERTIFICATE_EXPIRED },
    { FINDING_NOT_YET_VALID, TLS_ALERT_BAD_CERTIFICATE },
    { FINDING_NAME_NOT_PERMITTED, TLS_ALERT_CERTIFICATE_UNKNOWN },
    { FINDING_NAME_EXCLUDED, TLS_ALERT_CERTIFICATE_UNKNOWN },
    { FINDING_NAME_CONSTRAINT_UNSUPPORTED,
      TLS_ALERT_CERTIFICATE_UNKNOWN }, /* not seen */
};

const struct dialect *dialect_get(enum config_dialect dialect)
{
    return &dialects[dialect];
}

bool dialect_is_foreign(const struct config_listen *listen)
{
    return listen->dialect != CONFIG_DIALECT_IIS;
}

bool dialect_parse(const char *word, enum config_dialect *ret_dialect)
{
    for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
        if (text_equal_ignoring_case(dialects[i].word, word)) {
            *ret_dialect = (enum config_dialect)i;
            return true;
        }
    }
    return false;
}

/* ---- OpenSSL's judgement */

/* d2i_X509 decodes names as it reads; what it cannot decode is no certificate. */
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

/* check_purpose_ssl_client: keyAgreement is enough in place of digitalSignature. */
static bool is_excused(const struct certificate *leaf, enum finding_kind kind)
{
    return kind == FINDING_KU_NO_DIGITAL_SIGNATURE &&
           (leaf->key_usage & KEY_USAGE_KEY_AGREEMENT) != 0;
}

static bool has_finding(const struct chain *chain, enum finding_kind kind)
{
    for (size_t i = 0; i < chain->n_findings; i++) {
        if (chain->findings[i].kind == kind) {
            return true;
        }
    }
    return false;
}

static void choose_fault(const struct exchange_input *input, const struct chain *chain,
                         struct dialect_judgement *result)
{
    const struct dialect *dialect = dialect_get(input->site->dialect);
    for (size_t i = 0; i < ARRAY_LEN(openssl_faults) && !result->refused; i++) {
        enum finding_kind kind = openssl_faults[i].kind;
        if (has_finding(chain, kind) && !is_excused(input->tls->chain[0], kind)) {
            result->refused = true;
            result->has_finding = true;
            result->kind = kind;
            result->alert = openssl_faults[i].alert != 0 ? openssl_faults[i].alert
                                                         : dialect->stale_alert;
        }
    }
}

/* One file of trusted roots is all that such a server has. */
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
                            struct dialect_judgement *result, struct err *err)
{
    struct store roots = roots_of(input->context->store);
    struct policy policy = policy_default();
    struct chain_context context = *input->context;
    struct judgement judgement;

    if (is_unreadable(input->tls)) {
        result->refused = true;
        result->is_unreadable = true;
        result->alert = TLS_ALERT_DECODE_ERROR;
        return 0;
    }
    policy.non_self_signed_root_breaks_all = false;
    context.store = &roots;
    context.policy = &policy;
    context.evidence = NULL; /* nothing is fetched */
    if (judge_client(input->tls->chain, exchange_n_presented(input->tls),
                     SSL_FLAGS_ACCEPT, &context, &judgement, err) != 0) {
        return -1;
    }
    choose_fault(input, &judgement.chain, result);
    return 0;
}

/* ---- .NET's: Windows' rules, and no revocation unless it is switched on
 * (HttpsConnectionAdapterOptions.CheckCertificateRevocation) */

static int judge_as_dotnet(const struct exchange_input *input,
                           struct dialect_judgement *result, struct err *err)
{
    struct policy policy = policy_default();
    struct chain_context context = *input->context;
    struct judgement judgement;

    policy.verifyclientcertrevocation = false;
    policy.non_self_signed_root_breaks_all = false;
    context.policy = &policy;
    if (judge_client(input->tls->chain, exchange_n_presented(input->tls),
                     SSL_FLAGS_ACCEPT, &context, &judgement, err) != 0) {
        return -1;
    }
    result->refused = judgement.verdict != VERDICT_OK;
    result->alert = TLS_ALERT_CERTIFICATE_UNKNOWN;
    if (judgement.deciding < judgement.chain.n_findings) {
        result->has_finding = true;
        result->kind = judgement.chain.findings[judgement.deciding].kind;
    }
    return 0;
}

static void judge_absence(const struct exchange_input *input,
                          struct dialect_judgement *result)
{
    result->is_missing = input->site->flags == SSL_FLAGS_REQUIRE;
    result->refused = result->is_missing;
    result->alert = tls_info_is_1_3(input->tls) ? TLS_ALERT_CERTIFICATE_REQUIRED
                                                : TLS_ALERT_HANDSHAKE_FAILURE;
}

int dialect_judge(const struct exchange_input *input,
                  struct dialect_judgement *ret_judgement, struct err *err)
{
    struct dialect_judgement result = { .refused = false };
    int outcome = 0;

    if (input->tls == NULL || input->site->flags == SSL_FLAGS_IGNORE ||
        !input->config->clientcertnegotiation) {
        *ret_judgement = result;
        return 0;
    }
    if (exchange_n_presented(input->tls) == 0) {
        judge_absence(input, &result);
    } else if (dialect_get(input->site->dialect)->is_openssl) {
        outcome = judge_as_openssl(input, &result, err);
    } else {
        outcome = judge_as_dotnet(input, &result, err);
    }
    if (outcome == 0) {
        *ret_judgement = result;
    }
    return outcome;
}
