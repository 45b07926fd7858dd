/* SPDX-License-Identifier: MIT */
#include "chain/assume.h"

#include "base/text.h"

#include <string.h>

#define VALUES_MAX ((size_t)3)

/* Each is a switch in struct policy: how to reach it. */
struct assume_row {
    const char *name;
    const char *values[VALUES_MAX]; /* [0] = the default; NULL = no more */
    const char *question;
    /* Of a bool, or of an enum whose constants are the values' places. */
    size_t offset;
    size_t size;
};

#define FIELD(field) offsetof(struct policy, field), sizeof(((struct policy *)0)->field)
#define ROW(name, field, question)                                 \
    {                                                              \
        name, { "accept", "refuse", NULL }, question, FIELD(field) \
    }

static const struct assume_row rows[ASSUME_COUNT] = {
    ROW("any-eku", refuse_any_eku,
        "Is anyExtendedKeyUsage enough for a client, without Client Authentication?"),
    ROW("no-digital-signature", refuse_no_digital_signature,
        "Is a client certificate whose Key Usage lacks digitalSignature taken?"),
    ROW("ca-as-client", refuse_ca_as_client,
        "Is a CA certificate taken as a client's?"),
    ROW("no-cdp", refuse_no_revocation_pointer,
        "Is a certificate taken that names no place to ask for its revocation?"),
    ROW("sha1", refuse_sha1, "Is a SHA-1 signature of a private CA taken?"),
    ROW("crl-number", refuse_crl_without_number,
        "Is a version 2 revocation list believed that has no CRL Number (RFC 5280 "
        "5.2.3)?"),
    { "crl-other-key",
      { "refuse", "accept", NULL },
      "Is a revocation list believed that its issuer has signed with another of its "
      "keys than the one that signed the certificate (RFC 5280 6.3.3 (f))?",
      FIELD(accept_crl_of_other_key) },
    { "app-policies",
      { "override", "union", "ignore" },
      "Of a certificate with Application Policies and an Enhanced Key Usage, which "
      "says "
      "what it is good for?",
      FIELD(app_policies) },
    { "ca-time",
      { "expired", "nested", NULL },
      "What is a path whose CA certificate alone is out of its time: expired, or not "
      "properly nested?",
      FIELD(ca_time_is_nesting) },
    { "mapping-order",
      { "one-to-one", "many-to-one", NULL },
      "Which certificate mappings are tried first?",
      FIELD(mapping_many_to_one_first) },
    { "mapping-anonymous",
      { "mapped", "anonymous", NULL },
      "If a mapping fits and Anonymous authentication is on, too: as whom does the "
      "request run?",
      FIELD(mapping_after_anonymous) },
    { "mapping-no-match",
      { "401.2", "401.1", NULL },
      "What does a certificate get that no mapping fits, with Anonymous off?",
      FIELD(mapping_no_match_is_401_1) },
    { "precedence",
      { "base", "ssl", NULL },
      "Of several faults, which is reported: in the order of the base policy or of the "
      "SSL policy?",
      FIELD(precedence) },
};

static const struct assume_row *find_row(const char *name, size_t len)
{
    for (size_t i = 0; i < ASSUME_COUNT; i++) {
        if (strlen(rows[i].name) == len && memcmp(rows[i].name, name, len) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

static void store_switch(struct policy *policy, const struct assume_row *row,
                         unsigned value)
{
    bool second = value != 0;
    memcpy((char *)policy + row->offset,
           row->size == sizeof(bool) ? (const void *)&second : (const void *)&value,
           row->size);
}

static unsigned load_switch(const struct policy *policy, const struct assume_row *row)
{
    bool second = false;
    unsigned value = 0;
    memcpy(row->size == sizeof(bool) ? (void *)&second : (void *)&value,
           (const char *)policy + row->offset, row->size);
    return row->size == sizeof(bool) ? second : value;
}

static int refuse_value(const struct assume_row *row, const char *value,
                        struct err *err)
{
    if (row->values[2] == NULL) {
        return err_set(err, ERR_CONFIG, 0, "%s is %s or %s, not '%s'", row->name,
                       row->values[0], row->values[1], value);
    }
    return err_set(err, ERR_CONFIG, 0, "%s is %s, %s or %s, not '%s'", row->name,
                   row->values[0], row->values[1], row->values[2], value);
}

int assume_set(struct policy *policy, const char *text, struct err *err)
{
    size_t len = strcspn(text, "=");
    const struct assume_row *row = find_row(text, len);

    if (row == NULL || text[len] != '=') {
        return err_set(
            err, ERR_CONFIG, 0,
            "'%s' is no assumption: any-eku, no-digital-signature, "
            "ca-as-client, no-cdp, sha1, crl-number or crl-other-key "
            "=accept|refuse, "
            "app-policies=override|union|ignore, ca-time=expired|nested, "
            "mapping-order=one-to-one|many-to-one, "
            "mapping-anonymous=mapped|anonymous, "
            "mapping-no-match=401.2|401.1, precedence=base|ssl, windows=YEAR",
            text);
    }
    for (size_t i = 0; i < VALUES_MAX && row->values[i] != NULL; i++) {
        if (text_equal_ignoring_case(row->values[i], text + len + 1)) {
            store_switch(policy, row, (unsigned)i);
            return 0;
        }
    }
    return refuse_value(row, text + len + 1, err);
}

struct assumption assume_get(const struct policy *policy, size_t index)
{
    const struct assume_row *row = &rows[index];
    unsigned value = load_switch(policy, row);
    struct assumption assumption = {
        .name = row->name,
        .question = row->question,
        .value = row->values[value],
        .is_default = value == 0,
    };
    return assumption;
}
