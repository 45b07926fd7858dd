/* SPDX-License-Identifier: MIT */
#include "chain/policy_option.h"

#include "base/compiler.h"
#include "base/text.h"
#include "chain/issuers.h"

#define RSA_BITS_MAX 16384

int policy_option_switch(bool *target, const char *value, struct err *err)
{
    static const struct {
        const char *word;
        bool on;
    } words[] = {
        { "enable", true }, { "disable", false }, { "yes", true }, { "no", false },
        { "on", true },     { "off", false },     { "1", true },   { "0", false },
        { "true", true },   { "false", false },
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_equal_ignoring_case(words[i].word, value)) {
            *target = words[i].on;
            return 0;
        }
    }
    return err_set(err, ERR_CONFIG, 0, "'%s' is neither enable nor disable", value);
}

static int read_number(const char *value, uint64_t max, uint64_t *ret_number,
                       struct err *err)
{
    if (!text_read_number(value, max, ret_number)) {
        return err_set(err, ERR_CONFIG, 0, "'%s' is no number from 0 to %llu", value,
                       (unsigned long long)max);
    }
    return 0;
}

int policy_option_usagecheck(struct policy *policy, const char *value, struct err *err)
{
    return policy_option_switch(&policy->usagecheck, value, err);
}

int policy_option_verifyclientcertrevocation(struct policy *policy, const char *value,
                                             struct err *err)
{
    return policy_option_switch(&policy->verifyclientcertrevocation, value, err);
}

int policy_option_revocationfreshnesstime(struct policy *policy, const char *value,
                                          struct err *err)
{
    uint64_t seconds;
    if (read_number(value, UINT32_MAX, &seconds, err) != 0) {
        return -1;
    }
    policy->revocationfreshnesstime = (int64_t)seconds;
    return 0;
}

int policy_option_urlretrievaltimeout(struct policy *policy, const char *value,
                                      struct err *err)
{
    uint64_t ms;
    if (read_number(value, UINT32_MAX, &ms, err) != 0) {
        return -1;
    }
    policy->urlretrievaltimeout = (int64_t)ms;
    return 0;
}

int policy_option_sslctlstorename(struct policy *policy, const char *value,
                                  struct err *err)
{
    if (!issuers_parse_store(value, &policy->sslctlstorename)) {
        return err_set(err, ERR_CONFIG, 0,
                       "'%s' is none of ClientAuthIssuer, Root, CA and TrustedPeople",
                       value);
    }
    policy->has_sslctlstorename = true;
    return 0;
}

int policy_option_clientauthtrustmode(struct policy *policy, const char *value,
                                      struct err *err)
{
    if (!trust_mode_parse(value, &policy->clientauthtrustmode)) {
        return err_set(err, ERR_CONFIG, 0, "'%s' is none of 0, 1 and 2", value);
    }
    return 0;
}

int policy_option_minrsapubkeybitlength(struct policy *policy, const char *value,
                                        struct err *err)
{
    uint64_t bits;
    if (read_number(value, RSA_BITS_MAX, &bits, err) != 0) {
        return -1;
    }
    policy->minrsapubkeybitlength = (uint32_t)bits;
    return 0;
}

int policy_option_weak_hash(struct policy *policy, const char *value, struct err *err)
{
    static const char *const words[] = { "none", "md5", "sha1" };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_equal_ignoring_case(words[i], value)) {
            policy->allow_md5 = i == 0;
            policy->refuse_sha1 = i == 2;
            return 0;
        }
    }
    return err_set(err, ERR_CONFIG, 0, "'%s' is none of none, md5 and sha1", value);
}
