/* SPDX-License-Identifier: MIT */
#include "site/logon.h"

#include "site/site_iis.h"

#include <string.h>

bool logon_is_anonymous_on(const struct exchange_input *input)
{
    switch (input->config->anonymous) {
    case CONFIG_ANONYMOUS_ENABLE:
        return true;
    case CONFIG_ANONYMOUS_DISABLE:
        return false;
    case CONFIG_ANONYMOUS_BY_FILE:
    default:
        break;
    }
    bool on = input->mapping == NULL || input->mapping->anonymous;
    if (input->iis != NULL) {
        (void)site_iis_anonymous(input->iis, &on);
    }
    return on;
}

/* Compares whole segments of the path: /private contains /private/x, but not
 * /privateer. */
static bool is_below(const char *path, const char *top)
{
    size_t len = strlen(top);
    while (len > 0 && top[len - 1] == '/') {
        len--;
    }
    return strncmp(path, top, len) == 0 && (path[len] == 0 || path[len] == '/');
}

static void log_on(const struct exchange_input *input, struct logon *logon)
{
    const struct mapping_account *account =
        mapping_find_account(input->mapping, logon->mapping.entry->user_name);
    logon->method = LOGON_METHOD_MAPPED;
    logon->user = logon->mapping.entry->user_name;
    if (account != NULL && account->no_access != NULL &&
        is_below(input->request->path, account->no_access)) {
        logon->verdict = VERDICT_ACL_DENIED;
    }
}

int logon_decide(const struct exchange_input *input, const struct certificate *cert,
                 struct logon *ret_logon, struct err *err)
{
    const struct policy *policy = input->context->policy;
    bool anonymous = logon_is_anonymous_on(input);
    struct logon logon = { .verdict = VERDICT_OK, .user = "" };

    if (cert != NULL && input->mapping != NULL &&
        !(anonymous && policy->mapping_after_anonymous) &&
        mapping_decide(input->mapping, cert, policy, NULL, NULL, &logon.mapping, err) !=
            0) {
        return -1;
    }
    logon.verdict = mapping_verdict(logon.mapping.result);
    if (logon.mapping.result == MAPPING_MAPPED) {
        log_on(input, &logon);
    } else if (logon.verdict == VERDICT_OK && anonymous) {
        logon.method = LOGON_METHOD_ANONYMOUS;
    } else if (logon.verdict == VERDICT_OK) {
        logon.verdict = logon.mapping.result == MAPPING_NO_MATCH &&
                                policy->mapping_no_match_is_401_1
                            ? VERDICT_LOGON_FAILED
                            : VERDICT_LOGON_DENIED;
    }
    *ret_logon = logon;
    return 0;
}

void logon_append_reason(struct buf *out, const struct logon *logon)
{
    const struct mapping_entry *entry = logon->mapping.entry;
    if (entry == NULL) {
        if (logon->verdict != VERDICT_OK) {
            buf_append_string(out, logon->mapping.result == MAPPING_NO_MATCH
                                       ? "no mapping fits, and Anonymous is off"
                                       : "Anonymous is off, and nothing else logs on");
        }
        return;
    }
    buf_printf(out, "%s mapping %zu", mapping_kind_name(entry->kind),
               logon->mapping.number);
    if (entry->name != NULL) {
        buf_printf(out, " '%s'", entry->name);
    }
}
