/* SPDX-License-Identifier: MIT
 *
 * IIS's certificate mappings (<iisClientCertificateMappingAuthentication>): which
 * Windows account a client certificate stands for, one-to-one by the certificate's
 * bytes or many-to-one by rules over its names. Pure; mapping_read.h reads them from
 * IIS's own XML. The certificate is hostile, the mappings are the operator's.
 *
 * Documented by Microsoft: the elements, their defaults, exact comparison, that all
 * rules of a mapping must fit, Deny. Inferred: the order of the list is the order in
 * which mappings are tried. Not documented: the switches of struct policy
 * (mapping_...).
 */
#pragma once

#include "base/err.h"
#include "chain/policy.h"
#include "chain/verdict.h"
#include "pki/certificate.h"

#include <stdbool.h>
#include <stddef.h>

/* Mappings of each kind, rules of one, accounts; a text of the configuration. */
#define MAPPING_ENTRIES_MAX  ((size_t)1000)
#define MAPPING_RULES_MAX    ((size_t)100)
#define MAPPING_ACCOUNTS_MAX ((size_t)1000)
#define MAPPING_TEXT_MAX     ((size_t)1024)

enum mapping_kind { MAPPING_ONE_TO_ONE, MAPPING_MANY_TO_ONE, MAPPING_KIND_COUNT };

/* "one-to-one", "many-to-one" */
const char *mapping_kind_name(enum mapping_kind kind);

/* All texts are owned; NULL = not given. */
struct mapping_rule {
    bool of_issuer;      /* certificateField, else Subject */
    char *sub_field;     /* certificateSubField, as written */
    char *criteria;      /* matchCriteria */
    bool case_sensitive; /* compareCaseSensitive */
};

/* What keeps a stored certificate from being compared. */
enum mapping_blob {
    MAPPING_BLOB_GOOD,
    MAPPING_BLOB_BROKEN, /* ends too early or is damaged: 401.1 for a client that
                            reaches it */
    MAPPING_BLOB_LINES,  /* has line ends in it: equals nothing */
};

struct mapping_entry {
    enum mapping_kind kind;
    bool enabled;
    bool deny; /* permissionMode */
    char *name;
    char *description;
    char *user_name;
    char *password;
    struct buf der; /* one-to-one: owned */
    enum mapping_blob blob;
    struct mapping_rule *rules; /* many-to-one: owned */
    size_t n_rules;
};

struct mapping_account {
    char *name;      /* owned */
    char *password;  /* owned */
    char *no_access; /* owned; a path below which it may read nothing, or NULL */
};

struct mapping {
    bool enabled;
    bool kind_enabled[MAPPING_KIND_COUNT];
    struct mapping_entry *entries[MAPPING_KIND_COUNT]; /* owned */
    size_t n_entries[MAPPING_KIND_COUNT];
    /* <anonymousAuthentication enabled> of the same file, if it says so. */
    bool has_anonymous;
    bool anonymous;
    /* Who may log on. Without a list every account exists and every password is
     * right. */
    bool has_accounts;
    struct mapping_account *accounts; /* owned */
    size_t n_accounts;
};

/* What MAPPING_MAPPED and the rest mean is in the verdict of the same row. */
enum mapping_result {
    MAPPING_OFF,          /* not enabled: the certificate says nothing of accounts */
    MAPPING_NO_MATCH,     /* nothing fits */
    MAPPING_MAPPED,       /* the request runs as entry->user_name */
    MAPPING_DENIED,       /* a Deny mapping fits: 403.12 */
    MAPPING_LOGON_FAILED, /* one fits, but its account cannot log on: 401.1 */
    MAPPING_CORRUPT,      /* a stored certificate is damaged: 401.1 */
    MAPPING_RESULT_COUNT
};

struct mapping_outcome {
    enum mapping_result result;
    const struct mapping_entry *entry; /* which decided; NULL = none; borrowed */
    size_t number;                     /* its place among its kind, from 1 */
};

/* One mapping that was looked at, for people: why it fits or does not. */
struct mapping_step {
    const struct mapping_entry *entry;
    size_t number; /* from 1 */
    bool fits;
    const char
        *why; /* ours: "is disabled", "is another certificate"; NULL = see rule */
    const struct mapping_rule *rule; /* the first that does not fit; NULL = none */
    struct slice value; /* what the certificate has there, joined; hostile UTF-8 */
};
typedef void (*mapping_on_step_fn)(void *user, const struct mapping_step *step);

/* An empty, disabled one with IIS's defaults; NULL: out of memory. */
struct mapping *mapping_create(void);
void mapping_destroy(struct mapping *mapping); /* accepts NULL; wipes passwords */

/* Adds a zeroed entry of that kind at the end, enabled; a zeroed rule. -1 when there
 * are too many or memory runs out. */
int mapping_add_entry(struct mapping *mapping, enum mapping_kind kind,
                      struct mapping_entry **ret_entry, struct err *err) MUST_CHECK;
int mapping_add_rule(struct mapping_entry *entry, struct mapping_rule **ret_rule,
                     struct err *err) MUST_CHECK;
int mapping_add_account(struct mapping *mapping, struct mapping_account **ret_account,
                        struct err *err) MUST_CHECK;
/* Removes all entries of a kind, or the one of that name. */
void mapping_clear(struct mapping *mapping, enum mapping_kind kind);
void mapping_remove(struct mapping *mapping, enum mapping_kind kind, const char *name);

/* Which mapping decides for this certificate. `on_step` (may be NULL) is told of each
 * that was looked at. -1 only when out of memory. */
int mapping_decide(const struct mapping *mapping, const struct certificate *cert,
                   const struct policy *policy, mapping_on_step_fn on_step, void *user,
                   struct mapping_outcome *ret_outcome, struct err *err) MUST_CHECK;
enum verdict mapping_verdict(enum mapping_result result);
/* By name in any case, as Windows; NULL = none of that name. */
const struct mapping_account *mapping_find_account(const struct mapping *mapping,
                                                   const char *name);
