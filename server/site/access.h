/* SPDX-License-Identifier: MIT
 *
 * Which of IIS's refusals comes first for a request: the site's own demands (403.4,
 * 403.5), a certificate that was asked for too late (500.0, 413.0 or a reset), and
 * then the certificate itself (chain/judge), and as whom it logs on (logon.h).
 */
#pragma once

#include "site/dialect.h"
#include "site/exchange_input.h"
#include "site/logon.h"

/* The fault that decided, in one line. */
#define ACCESS_FAULT_MAX (FINDING_DETAIL_MAX + (size_t)128)

struct access {
    enum verdict verdict;
    bool reset;                 /* instead of the verdict */
    bool judged;                /* `judgement` is about a certificate */
    struct judgement judgement; /* borrows from the input */
    /* The site has another server's dialect: `foreign` decides, and `judgement` is what
     * that server would have seen. */
    bool is_foreign;
    struct dialect_judgement foreign;
    bool reached_logon; /* `logon` names the user that the request runs as, or the
                           reason why there is none */
    struct logon logon; /* borrows from the input */
};

/* Whether a certificate is to be asked for before this request can be answered. */
enum access_late {
    ACCESS_LATE_NONE,       /* no certificate is wanted, or the question is settled */
    ACCESS_LATE_ASK,        /* by renegotiation */
    ACCESS_LATE_TOO_LARGE,  /* it would be asked for, but the body is too long: 413.0 */
    ACCESS_LATE_IMPOSSIBLE, /* TLS 1.3: 500.0 or a reset, depending on the version of
                               Windows */
};
enum access_late access_late(const struct exchange_input *input);

/* "" = none. */
void access_format_fault(const struct access *access,
                         char text[static ACCESS_FAULT_MAX]);

/* What the site demands and what the certificate is worth. No request is needed unless
 * the site asks late; nobody is logged on. `ret_access` starts zeroed. */
int access_judge(const struct exchange_input *input, struct access *ret_access,
                 struct err *err) MUST_CHECK;
/* -1 only when out of memory. */
int access_decide(const struct exchange_input *input, struct access *ret_access,
                  struct err *err) MUST_CHECK;
