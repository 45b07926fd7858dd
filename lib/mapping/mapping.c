/* SPDX-License-Identifier: MIT */
#include "mapping/mapping.h"

#include "base/mem.h"
#include "base/text.h"
#include "mapping/mapping_match.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* appcmd and IIS Manager write passwords encrypted; only that machine can read them. */
#define ENCRYPTED_PREFIX "[enc:"

const char *mapping_kind_name(enum mapping_kind kind)
{
    static const char *const names[MAPPING_KIND_COUNT] = {
        [MAPPING_ONE_TO_ONE] = "one-to-one",
        [MAPPING_MANY_TO_ONE] = "many-to-one",
    };
    assert(kind < MAPPING_KIND_COUNT);
    return names[kind];
}

enum verdict mapping_verdict(enum mapping_result result)
{
    static const enum verdict verdicts[MAPPING_RESULT_COUNT] = {
        [MAPPING_OFF] = VERDICT_OK,
        [MAPPING_NO_MATCH] = VERDICT_OK,
        [MAPPING_MAPPED] = VERDICT_OK,
        [MAPPING_DENIED] = VERDICT_MAPPER_DENIED,
        [MAPPING_LOGON_FAILED] = VERDICT_LOGON_FAILED,
        [MAPPING_CORRUPT] = VERDICT_MAPPING_CORRUPT,
    };
    assert(result < MAPPING_RESULT_COUNT);
    return verdicts[result];
}

/* ---- life */

struct mapping *mapping_create(void)
{
    struct mapping *mapping = mem_alloc(1, sizeof *mapping);
    if (mapping != NULL) {
        mapping->kind_enabled[MAPPING_ONE_TO_ONE] = true;
        mapping->kind_enabled[MAPPING_MANY_TO_ONE] = true;
        mapping->anonymous = true;
    }
    return mapping;
}

static void free_secret(char *text)
{
    if (text != NULL) {
        mem_wipe(text, strlen(text));
        free(text);
    }
}

static void finish_entry(struct mapping_entry *entry)
{
    for (size_t i = 0; i < entry->n_rules; i++) {
        free(entry->rules[i].sub_field);
        free(entry->rules[i].criteria);
    }
    free(entry->rules);
    free(entry->name);
    free(entry->description);
    free(entry->user_name);
    free_secret(entry->password);
    buf_finish(&entry->der);
}

void mapping_clear(struct mapping *mapping, enum mapping_kind kind)
{
    for (size_t i = 0; i < mapping->n_entries[kind]; i++) {
        finish_entry(&mapping->entries[kind][i]);
    }
    free(mapping->entries[kind]);
    mapping->entries[kind] = NULL;
    mapping->n_entries[kind] = 0;
}

void mapping_remove(struct mapping *mapping, enum mapping_kind kind, const char *name)
{
    struct mapping_entry *entries = mapping->entries[kind];
    size_t kept = 0;
    for (size_t i = 0; i < mapping->n_entries[kind]; i++) {
        if (entries[i].name != NULL && strcmp(entries[i].name, name) == 0) {
            finish_entry(&entries[i]);
        } else {
            entries[kept++] = entries[i];
        }
    }
    mapping->n_entries[kind] = kept;
}

void mapping_destroy(struct mapping *mapping)
{
    if (mapping == NULL) {
        return;
    }
    for (int kind = 0; kind < MAPPING_KIND_COUNT; kind++) {
        mapping_clear(mapping, (enum mapping_kind)kind);
    }
    for (size_t i = 0; i < mapping->n_accounts; i++) {
        free(mapping->accounts[i].name);
        free_secret(mapping->accounts[i].password);
        free(mapping->accounts[i].no_access);
    }
    free(mapping->accounts);
    free(mapping);
}

/* Room for one more, zeroed; NULL with `err` set. */
static void *grow(void *list, size_t n, size_t max, size_t size, const char *what,
                  struct err *err)
{
    if (n >= max) {
        err_set(err, ERR_LIMIT, 0, "there are more than %zu %s", max, what);
        return NULL;
    }
    char *longer = mem_resize(list, n + 1, size);
    if (longer == NULL) {
        err_memory(err);
        return NULL;
    }
    memset(longer + n * size, 0, size);
    return longer;
}

int mapping_add_entry(struct mapping *mapping, enum mapping_kind kind,
                      struct mapping_entry **ret_entry, struct err *err)
{
    size_t n = mapping->n_entries[kind];
    struct mapping_entry *longer = grow(mapping->entries[kind], n, MAPPING_ENTRIES_MAX,
                                        sizeof *longer, "mappings of one kind", err);
    if (longer == NULL) {
        return -1;
    }
    mapping->entries[kind] = longer;
    mapping->n_entries[kind] = n + 1;
    longer[n].kind = kind;
    longer[n].enabled = true;
    *ret_entry = &longer[n];
    return 0;
}

int mapping_add_rule(struct mapping_entry *entry, struct mapping_rule **ret_rule,
                     struct err *err)
{
    size_t n = entry->n_rules;
    struct mapping_rule *longer = grow(entry->rules, n, MAPPING_RULES_MAX,
                                       sizeof *longer, "rules in one mapping", err);
    if (longer == NULL) {
        return -1;
    }
    entry->rules = longer;
    entry->n_rules = n + 1;
    longer[n].case_sensitive = true;
    *ret_rule = &longer[n];
    return 0;
}

int mapping_add_account(struct mapping *mapping, struct mapping_account **ret_account,
                        struct err *err)
{
    size_t n = mapping->n_accounts;
    struct mapping_account *longer = grow(mapping->accounts, n, MAPPING_ACCOUNTS_MAX,
                                          sizeof *longer, "accounts", err);
    if (longer == NULL) {
        return -1;
    }
    mapping->accounts = longer;
    mapping->n_accounts = n + 1;
    *ret_account = &longer[n];
    return 0;
}

/* ---- accounts */

const struct mapping_account *mapping_find_account(const struct mapping *mapping,
                                                   const char *name)
{
    for (size_t i = 0; i < mapping->n_accounts; i++) {
        if (text_equal_ignoring_case(mapping->accounts[i].name, name)) {
            return &mapping->accounts[i];
        }
    }
    return NULL;
}

static bool can_log_on(const struct mapping *mapping, const struct mapping_entry *entry)
{
    const char *password = entry->password != NULL ? entry->password : "";
    if (entry->user_name == NULL || entry->user_name[0] == 0) {
        return false;
    }
    if (!mapping->has_accounts) {
        return true;
    }
    const struct mapping_account *account =
        mapping_find_account(mapping, entry->user_name);
    if (account == NULL) {
        return false;
    }
    return strncmp(password, ENCRYPTED_PREFIX, sizeof ENCRYPTED_PREFIX - 1) == 0 ||
           strcmp(password, account->password != NULL ? account->password : "") == 0;
}

/* ---- deciding */

struct walk {
    const struct mapping *mapping;
    const struct certificate *cert;
    mapping_on_step_fn on_step;
    void *user;
    struct mapping_outcome outcome;
    struct buf values;
};

/* All of them must fit; a mapping without rules fits no certificate, so that an
 * unfinished one lets nobody in. */
static bool rules_fit(struct walk *walk, const struct mapping_entry *entry,
                      struct mapping_step *step)
{
    for (size_t i = 0; i < entry->n_rules; i++) {
        const struct mapping_rule *rule = &entry->rules[i];
        enum oid type = mapping_match_sub_field(rule->sub_field);
        buf_clear(&walk->values);
        if (type == OID_UNKNOWN ||
            !mapping_match_name(
                rule->of_issuer ? walk->cert->issuer : walk->cert->subject, type,
                rule->criteria, rule->case_sensitive, &walk->values)) {
            step->rule = rule;
            step->value = buf_slice(&walk->values);
            return false;
        }
    }
    step->why = entry->n_rules == 0 ? "has no rules" : NULL;
    return entry->n_rules > 0;
}

static bool blob_fits(const struct walk *walk, const struct mapping_entry *entry,
                      struct mapping_step *step)
{
    static const char *const whys[] = {
        [MAPPING_BLOB_GOOD] = "is another certificate",
        [MAPPING_BLOB_BROKEN] = "its certificate is damaged",
        [MAPPING_BLOB_LINES] = "its certificate has line ends or blanks in it",
    };
    step->why = whys[entry->blob];
    return entry->blob == MAPPING_BLOB_GOOD &&
           slice_equal(buf_slice(&entry->der), walk->cert->der);
}

static enum mapping_result result_of(const struct mapping *mapping,
                                     const struct mapping_entry *entry)
{
    if (entry->blob == MAPPING_BLOB_BROKEN) {
        return MAPPING_CORRUPT;
    }
    if (entry->deny) {
        return MAPPING_DENIED;
    }
    return can_log_on(mapping, entry) ? MAPPING_MAPPED : MAPPING_LOGON_FAILED;
}

/* True when this one decides. */
static bool try_entry(struct walk *walk, const struct mapping_entry *entry,
                      size_t number)
{
    struct mapping_step step = { .entry = entry, .number = number };
    bool decides = false;
    if (!entry->enabled) {
        step.why = "is disabled";
    } else if (entry->kind == MAPPING_ONE_TO_ONE) {
        step.fits = blob_fits(walk, entry, &step);
        decides = step.fits || entry->blob == MAPPING_BLOB_BROKEN;
    } else {
        step.fits = rules_fit(walk, entry, &step);
        decides = step.fits;
    }
    if (step.fits) {
        step.why = NULL;
    }
    if (walk->on_step != NULL) {
        walk->on_step(walk->user, &step);
    }
    if (decides) {
        walk->outcome =
            (struct mapping_outcome){ result_of(walk->mapping, entry), entry, number };
    }
    return decides;
}

static bool try_kind(struct walk *walk, enum mapping_kind kind)
{
    const struct mapping *mapping = walk->mapping;
    if (!mapping->kind_enabled[kind]) {
        return false;
    }
    for (size_t i = 0; i < mapping->n_entries[kind]; i++) {
        if (try_entry(walk, &mapping->entries[kind][i], i + 1)) {
            return true;
        }
    }
    return false;
}

int mapping_decide(const struct mapping *mapping, const struct certificate *cert,
                   const struct policy *policy, mapping_on_step_fn on_step, void *user,
                   struct mapping_outcome *ret_outcome, struct err *err)
{
    struct walk walk = { .mapping = mapping,
                         .cert = cert,
                         .on_step = on_step,
                         .user = user,
                         .outcome = { .result = MAPPING_NO_MATCH },
                         .values = BUF_EMPTY };
    enum mapping_kind first =
        policy->mapping_many_to_one_first ? MAPPING_MANY_TO_ONE : MAPPING_ONE_TO_ONE;
    enum mapping_kind second =
        first == MAPPING_ONE_TO_ONE ? MAPPING_MANY_TO_ONE : MAPPING_ONE_TO_ONE;

    if (!mapping->enabled) {
        walk.outcome.result = MAPPING_OFF;
    } else if (!try_kind(&walk, first)) {
        (void)try_kind(&walk, second);
    }
    bool ok = buf_ok(&walk.values);
    buf_finish(&walk.values);
    if (!ok) {
        return err_memory(err);
    }
    *ret_outcome = walk.outcome;
    return 0;
}
