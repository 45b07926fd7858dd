/* SPDX-License-Identifier: MIT
 *
 * The options that change a verdict, read once for certgated and `certgate explain`:
 * names and defaults are those of netsh, of the registry and of CryptoAPI (iis.md 3a,
 * 3c), see struct policy. Each sets what its name says; the error quotes the value and
 * names what is understood.
 */
#pragma once

#include "base/err.h"
#include "chain/policy.h"

#include <stdbool.h>

int policy_option_usagecheck(struct policy *policy, const char *value, struct err *err)
    MUST_CHECK;
int policy_option_verifyclientcertrevocation(struct policy *policy, const char *value,
                                             struct err *err) MUST_CHECK;
int policy_option_revocationfreshnesstime(struct policy *policy, const char *value,
                                          struct err *err) MUST_CHECK; /* seconds */
int policy_option_urlretrievaltimeout(struct policy *policy, const char *value,
                                      struct err *err) MUST_CHECK; /* milliseconds */
int policy_option_sslctlstorename(struct policy *policy, const char *value,
                                  struct err *err) MUST_CHECK;
int policy_option_clientauthtrustmode(struct policy *policy, const char *value,
                                      struct err *err) MUST_CHECK;
int policy_option_minrsapubkeybitlength(struct policy *policy, const char *value,
                                        struct err *err) MUST_CHECK;
/* CertDllCreateCertificateChainEngine's settings for weak hashes, as one word. */
int policy_option_weak_hash(struct policy *policy, const char *value, struct err *err)
    MUST_CHECK;

/* "enable", "disable" and the other words for them. */
int policy_option_switch(bool *target, const char *value, struct err *err) MUST_CHECK;
