/* SPDX-License-Identifier: MIT
 *
 * What an exchange came to, beside the bytes of its answer: what the logs and the
 * events say of it.
 */
#pragma once

#include "chain/finding.h"
#include "chain/verdict.h"
#include "site/access.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many findings are reported; the one that decided is among them. */
#define EXCHANGE_FINDINGS_MAX  ((size_t)16)
#define EXCHANGE_ISSUED_TO_MAX ((size_t)160)
#define EXCHANGE_USER_MAX      ((size_t)256)

struct exchange_result {
    enum verdict verdict;
    unsigned status;
    unsigned substatus;
    uint32_t hresult;
    bool keep_alive;
    /* No answer: the connection is reset, as Windows Server 2022 does when TLS 1.3
     * would need a certificate after the handshake. */
    bool reset;
    bool reached_site; /* else http.sys answered by itself, which the site's log does
                          not record */
    bool quiet;        /* does not deserve a line on the terminal */
    char issued_to[EXCHANGE_ISSUED_TO_MAX]; /* of the certificate; hostile; "" = none */
    char user[EXCHANGE_USER_MAX];           /* the mapped account; "" = none */
    char fault[ACCESS_FAULT_MAX];           /* what decided, one line; "" = nothing */
    struct finding findings[EXCHANGE_FINDINGS_MAX];
    size_t n_findings;
    size_t deciding; /* index in `findings`; n_findings = none */
};
