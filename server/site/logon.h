/* SPDX-License-Identifier: MIT
 *
 * As whom a request runs, once its certificate has passed: mapped to an account
 * (mapping/mapping), anonymous, or refused (403.12, 401.1, 401.2, 401.3). Pure.
 */
#pragma once

#include "mapping/mapping.h"
#include "site/exchange_input.h"

/* IIS's AUTH_TYPE for a mapped certificate. */
#define LOGON_METHOD_MAPPED    "SSL/PCT"
#define LOGON_METHOD_ANONYMOUS "Anonymous"

struct logon {
    enum verdict verdict;
    const char *method; /* LOGON_METHOD_...; NULL = nobody logged on */
    const char *user;   /* the account; "" = anonymous or nobody; borrowed */
    struct mapping_outcome mapping;
};

/* `cert` is the client's, which was found good; NULL = none was sent. -1 only when out
 * of memory. */
int logon_decide(const struct exchange_input *input, const struct certificate *cert,
                 struct logon *ret_logon, struct err *err) MUST_CHECK;

/* Whether Anonymous authentication is enabled: by --anonymous, else by the file with
 * the mappings, else IIS's default, enabled. */
bool logon_is_anonymous_on(const struct exchange_input *input);

/* What decided, in one line for the logs: "many-to-one mapping 'Sales' (2nd)". */
void logon_append_reason(struct buf *out, const struct logon *logon);
