/* SPDX-License-Identifier: MIT */
#include "site/access.h"

#include "site/site_iis.h"
#include "site/what_if.h"

#include <stdio.h>

#define STRONG_CIPHER_BITS 128u

/* clientcertnegotiation=disable: IIS asks for a certificate after it has read the
 * request (iis.md section 6, 11.2). A client that resumed a session with a certificate
 * is not asked, and no client is asked twice on one connection. */
enum access_late access_late(const struct exchange_input *input)
{
    const struct config_listen *site = input->site;
    const struct tls_info *tls = input->tls;

    if (tls == NULL || !site->late || site->never_asks ||
        site->flags == SSL_FLAGS_IGNORE || dialect_is_foreign(site) ||
        (site->ssl128 && tls->cipher_bits < STRONG_CIPHER_BITS) || tls->asked_late ||
        exchange_n_presented(tls) > 0) {
        return ACCESS_LATE_NONE;
    }
    if (tls_info_is_1_3(tls)) {
        return ACCESS_LATE_IMPOSSIBLE;
    }
    /* A client that waits for "100 Continue" has not sent its body yet (11.3). */
    return !input->request->expects_continue &&
                   input->request->body_size > site->upload_read_ahead
               ? ACCESS_LATE_TOO_LARGE
               : ACCESS_LATE_ASK;
}

/* True if the outcome of the late question is the answer. */
static bool decide_late(const struct exchange_input *input, struct access *access)
{
    switch (access_late(input)) {
    case ACCESS_LATE_IMPOSSIBLE:
        access->verdict = VERDICT_POST_HANDSHAKE_AUTH;
        access->reset = input->config->windows->late_request == WINDOWS_LATE_RESET;
        return true;
    case ACCESS_LATE_TOO_LARGE:
        access->verdict = VERDICT_ENTITY_TOO_LARGE;
        return true;
    case ACCESS_LATE_ASK:
    case ACCESS_LATE_NONE:
    default:
        return false;
    }
}

int access_judge(const struct exchange_input *input, struct access *ret_access,
                 struct err *err)
{
    const struct config_listen *site = input->site;
    const struct tls_info *tls = input->tls;

    if (input->iis != NULL && input->iis->fault.text != NULL) {
        ret_access->verdict = site_iis_verdict(input->iis);
        return 0;
    }
    if (tls == NULL) {
        ret_access->verdict = site->ssl ? VERDICT_SSL_REQUIRED : VERDICT_OK;
        return 0;
    }
    if (site->ssl128 && tls->cipher_bits < STRONG_CIPHER_BITS) {
        ret_access->verdict = VERDICT_SSL128_REQUIRED;
        return 0;
    }
    if (site->flags == SSL_FLAGS_IGNORE) {
        return 0;
    }
    /* SslRequireCert without SslNegotiateCert: by the metabase's reference the server
     * never asks by itself, whatever is required, so every request gets 403.7 unless
     * the binding asks (iis.md 3b: inferred). */
    if (site->late && site->never_asks) {
        ret_access->verdict = VERDICT_CERT_REQUIRED;
        return 0;
    }
    if (site->late && decide_late(input, ret_access)) {
        return 0;
    }
    size_t n_presented = exchange_n_presented(tls);
    if (n_presented > 0 && input->chain != NULL) {
        judge_chain(input->chain, site->flags, input->context, &ret_access->judgement);
    } else if (judge_client(tls->chain, n_presented, site->flags, input->context,
                            &ret_access->judgement, err) != 0) {
        return -1;
    }
    ret_access->judged = n_presented > 0;
    if (n_presented > 0 && what_if_judge(input, &ret_access->judgement, err) != 0) {
        return -1;
    }
    ret_access->verdict = ret_access->judgement.verdict;
    return 0;
}

int access_decide(const struct exchange_input *input, struct access *ret_access,
                  struct err *err)
{
    *ret_access = (struct access){ .verdict = VERDICT_OK };
    if (dialect_is_foreign(input->site)) {
        ret_access->is_foreign = true;
        if (dialect_judge(input, &ret_access->foreign, &ret_access->judgement, err) !=
            0) {
            return -1;
        }
        ret_access->judged = ret_access->judgement.chain.n_elements > 0;
        return 0;
    }
    if (access_judge(input, ret_access, err) != 0) {
        return -1;
    }
    if (ret_access->verdict != VERDICT_OK) {
        return 0;
    }
    const struct certificate *cert = ret_access->judged ? input->tls->chain[0] : NULL;
    if (logon_decide(input, cert, &ret_access->logon, err) != 0) {
        return -1;
    }
    ret_access->reached_logon = true;
    ret_access->verdict = ret_access->logon.verdict;
    return 0;
}

void access_format_fault(const struct access *access,
                         char text[static ACCESS_FAULT_MAX])
{
    const struct judgement *judgement = &access->judgement;
    text[0] = 0;
    if (!access->judged || judgement->deciding >= judgement->chain.n_findings) {
        return;
    }
    const struct finding *finding = &judgement->chain.findings[judgement->deciding];
    snprintf(text, ACCESS_FAULT_MAX, "%s%s%s", finding_get(finding->kind)->name,
             finding->detail[0] != 0 ? ": " : "", finding->detail);
}
