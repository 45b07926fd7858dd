/* SPDX-License-Identifier: MIT */
#include "site/enforce.h"

#include "site/access.h"
#include "site/dialect.h"
#include "tls/tls_alert.h"

#include <stdio.h>
#include <string.h>

/* The TLS alert for each fault: from Microsoft's "Schannel Error Codes for TLS and SSL
 * Alerts" where it has one (iis.md section 5), else from RFC 8446 6.2 by its meaning. A
 * fault that is not listed cannot be found before a request. */
static const struct {
    enum verdict verdict;
    int alert;     /* TLS 1.3 */
    int alert_1_2; /* 0 = the same */
} alerts[] = {
    { VERDICT_SSL128_REQUIRED, TLS_ALERT_INSUFFICIENT_SECURITY, 0 },
    { VERDICT_CERT_REQUIRED, TLS_ALERT_CERTIFICATE_REQUIRED,
      TLS_ALERT_HANDSHAKE_FAILURE },
    { VERDICT_REVOKED, TLS_ALERT_CERTIFICATE_REVOKED, 0 },
    { VERDICT_NO_REVOCATION_CHECK, TLS_ALERT_CERTIFICATE_UNKNOWN, 0 },
    { VERDICT_REVOCATION_OFFLINE, TLS_ALERT_CERTIFICATE_UNKNOWN, 0 },
    { VERDICT_MALFORMED, TLS_ALERT_BAD_CERTIFICATE, 0 },
    { VERDICT_CERT_SIGNATURE, TLS_ALERT_BAD_CERTIFICATE, 0 },
    { VERDICT_EXPLICIT_DISTRUST, TLS_ALERT_CERTIFICATE_UNKNOWN, 0 },
    { VERDICT_UNTRUSTED_ROOT, TLS_ALERT_UNKNOWN_CA, 0 },
    { VERDICT_CHAINING, TLS_ALERT_UNKNOWN_CA, 0 },
    { VERDICT_WRONG_USAGE, TLS_ALERT_UNSUPPORTED_CERTIFICATE, 0 },
    { VERDICT_ROLE, TLS_ALERT_UNSUPPORTED_CERTIFICATE, 0 },
    { VERDICT_NOT_TIME_VALID, TLS_ALERT_CERTIFICATE_EXPIRED, 0 },
    { VERDICT_TIME_NESTING, TLS_ALERT_CERTIFICATE_EXPIRED, 0 },
    { VERDICT_INVALID_NAME, TLS_ALERT_CERTIFICATE_UNKNOWN, 0 },
    { VERDICT_INVALID_POLICY, TLS_ALERT_CERTIFICATE_UNKNOWN, 0 },
    { VERDICT_BASIC_CONSTRAINTS, TLS_ALERT_UNKNOWN_CA, 0 },
    { VERDICT_CRITICAL_EXTENSION, TLS_ALERT_UNSUPPORTED_CERTIFICATE, 0 },
};

const char *enforce_end_name(enum enforce_end end)
{
    static const char *const names[] = {
        [ENFORCE_PASS] = NULL,
        [ENFORCE_ALERT] = "alert",
        [ENFORCE_DROP] = "close",
        [ENFORCE_RESET] = "reset",
    };
    return names[end];
}

bool enforce_is_on(const struct config_listen *listen)
{
    return listen->enforce != CONFIG_ENFORCE_HTTP || dialect_is_foreign(listen);
}

static int alert_of(enum verdict verdict, const struct tls_info *tls)
{
    bool is_1_3 = tls_info_is_1_3(tls);
    for (size_t i = 0; i < ARRAY_LEN(alerts); i++) {
        if (alerts[i].verdict == verdict) {
            return is_1_3 || alerts[i].alert_1_2 == 0 ? alerts[i].alert
                                                      : alerts[i].alert_1_2;
        }
    }
    return TLS_ALERT_CERTIFICATE_UNKNOWN;
}

/* What the site's enforce= says, with this alert unless it names another. */
static void end_as_told(const struct config_listen *site, int alert,
                        struct enforcement *result)
{
    if (site->enforce == CONFIG_ENFORCE_RESET) {
        result->end = ENFORCE_RESET;
        return;
    }
    bool named =
        site->enforce == CONFIG_ENFORCE_ALERT && site->enforce_alert != TLS_ALERT_NONE;
    result->end = ENFORCE_ALERT;
    result->alert = named ? site->enforce_alert : alert;
}

/* What that server would do, unless enforce= says otherwise. */
static int decide_dialect(const struct exchange_input *input,
                          struct enforcement *result, struct err *err)
{
    const struct config_listen *site = input->site;
    enum dialect_refusal refusal = dialect_get(site->dialect)->refusal;
    struct dialect_judgement judgement;
    struct judgement seen;

    if (dialect_judge(input, &judgement, &seen, err) != 0) {
        return -1;
    }
    if (!judgement.refused) {
        return 0;
    }
    if (judgement.has_finding) {
        snprintf(result->fault, sizeof result->fault, "%s",
                 finding_get(judgement.kind)->name);
    }
    if (site->enforce != CONFIG_ENFORCE_HTTP || judgement.is_unreadable ||
        refusal == DIALECT_REFUSES_BY_ALERT) {
        end_as_told(site, judgement.alert, result);
    } else if (refusal == DIALECT_REFUSES_BY_SILENCE) {
        result->end = ENFORCE_DROP;
    }
    return 0;
}

int enforce_decide(const struct exchange_input *input,
                   struct enforcement *ret_enforcement, struct err *err)
{
    struct access access = { .verdict = VERDICT_OK };
    const struct config_listen *site = input->site;

    *ret_enforcement = (struct enforcement){ .alert = TLS_ALERT_NONE };
    if (site->late) {
        return 0; /* no certificate was asked for yet */
    }
    if (dialect_is_foreign(site)) {
        return decide_dialect(input, ret_enforcement, err);
    }
    if (access_judge(input, &access, err) != 0) {
        return -1;
    }
    ret_enforcement->verdict = access.verdict;
    if (access.verdict == VERDICT_OK) {
        return 0;
    }
    access_format_fault(&access, ret_enforcement->fault);
    end_as_told(site, alert_of(access.verdict, input->tls), ret_enforcement);
    return 0;
}
