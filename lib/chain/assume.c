/* SPDX-License-Identifier: MIT */
#include "chain/assume.h"

#include "base/text.h"

#include <string.h>

/* Each is a two-way switch in struct policy: how to reach it. */
struct assume_row {
    const char *name;
    const char *values[2]; /* [0] = the default */
    const char *question;
    size_t offset; /* of a bool of struct policy; PRECEDENCE_OFFSET = the enum */
};

#define PRECEDENCE_OFFSET ((size_t)-1)
#define ROW(name, field, question)                                             \
    {                                                                          \
        name, { "accept", "refuse" }, question, offsetof(struct policy, field) \
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
    { "mapping-order",
      { "one-to-one", "many-to-one" },
      "Which certificate mappings are tried first?",
      offsetof(struct policy, mapping_many_to_one_first) },
    { "mapping-anonymous",
      { "mapped", "anonymous" },
      "If a mapping fits and Anonymous authentication is on, too: as whom does the "
      "request run?",
      offsetof(struct policy, mapping_after_anonymous) },
    { "mapping-no-match",
      { "401.2", "401.1" },
      "What does a certificate get that no mapping fits, with Anonymous off?",
      offsetof(struct policy, mapping_no_match_is_401_1) },
    { "precedence",
      { "base", "ssl" },
      "Of several faults, which is reported: in the order of the base policy or of the "
      "SSL policy?",
      PRECEDENCE_OFFSET },
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
                         bool second)
{
    if (row->offset == PRECEDENCE_OFFSET) {
        policy->precedence = second ? PRECEDENCE_SSL : PRECEDENCE_BASE;
    } else {
        memcpy((char *)policy + row->offset, &second, sizeof second);
    }
}

static bool load_switch(const struct policy *policy, const struct assume_row *row)
{
    bool second = policy->precedence == PRECEDENCE_SSL;
    if (row->offset != PRECEDENCE_OFFSET) {
        memcpy(&second, (const char *)policy + row->offset, sizeof second);
    }
    return second;
}

int assume_set(struct policy *policy, const char *text, struct err *err)
{
    size_t len = strcspn(text, "=");
    const struct assume_row *row = find_row(text, len);

    if (row == NULL || text[len] != '=') {
        return err_set(
            err, ERR_CONFIG, 0,
            "'%s' is no assumption: any-eku, no-digital-signature, "
            "ca-as-client, no-cdp, sha1 or crl-number =accept|refuse, "
            "mapping-order=one-to-one|many-to-one, "
            "mapping-anonymous=mapped|anonymous, "
            "mapping-no-match=401.2|401.1, precedence=base|ssl, windows=YEAR",
            text);
    }
    for (size_t i = 0; i < ARRAY_LEN(row->values); i++) {
        if (text_equal_ignoring_case(row->values[i], text + len + 1)) {
            store_switch(policy, row, i == 1);
            return 0;
        }
    }
    return err_set(err, ERR_CONFIG, 0, "%s is %s or %s, not '%s'", row->name,
                   row->values[0], row->values[1], text + len + 1);
}

struct assumption assume_get(const struct policy *policy, size_t index)
{
    const struct assume_row *row = &rows[index];
    bool second = load_switch(policy, row);
    struct assumption assumption = {
        .name = row->name,
        .question = row->question,
        .value = row->values[second ? 1 : 0],
        .is_default = !second,
    };
    return assumption;
}
