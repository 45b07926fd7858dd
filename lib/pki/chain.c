/* SPDX-License-Identifier: MIT
 *
 * The search: depth first from the leaf, over every certificate whose subject
 * is the issuer's name, the most promising first, until a path without fault is
 * found or a limit is reached. Key identifiers only order the candidates; the
 * signature decides who issued what (RFC 5280 4.2.1.1 calls them a means to
 * facilitate path building, not a proof).
 */
#include "pki/chain.h"

#include "base/mem.h"
#include "pki/name.h"
#include "pki/path.h"

#include <stdlib.h>
#include <string.h>

#define CANDIDATES_MAX ((size_t)64)
/* Certificates looked at in one search, over all paths. */
#define STEPS_MAX ((size_t)512)

struct candidate {
    struct chain_element element;
    int score;
    enum path_signature signature;
};

struct search {
    const struct chain_context *context;
    struct certificate *const *presented;
    size_t n_presented;
    struct path path;             /* the one under construction */
    struct chain *best;           /* the caller's */
    struct chain *trial;          /* scratch, owned */
    struct candidate *candidates; /* CANDIDATES_MAX per depth, owned */
    size_t n_paths;
    size_t n_steps;
    size_t n_signatures;
    size_t names_budget;
    bool limited; /* a limit ended part of the search */
    bool done;    /* a path without fault was found */
    int best_score;
};

struct policy policy_default(void)
{
    return (struct policy){
        .usagecheck = true,
        .verifyclientcertrevocation = true,
        .non_self_signed_root_breaks_all = true,
    };
}

const char *chain_source_name(enum chain_source source)
{
    static const char *const names[] = {
        [CHAIN_PRESENTED] = "sent by the client",
        [CHAIN_STORE_CA] = "LocalMachine\\CA",
        [CHAIN_STORE_ROOT] = "LocalMachine\\Root",
        [CHAIN_STORE_PEOPLE] = "LocalMachine\\TrustedPeople",
        [CHAIN_FETCHED] = "fetched from its issuer's address",
    };
    return names[source];
}

uint32_t chain_trust_status(const struct chain *chain)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < chain->n_findings; i++) {
        if (chain->findings[i].verdict != VERDICT_OK) {
            bits |= finding_get(chain->findings[i].kind)->trust_status;
        }
    }
    return bits;
}

/* ---- comparing paths */

static bool is_trusted(enum path_end end)
{
    return end == PATH_END_TRUSTED || end == PATH_END_PEOPLE;
}

/* Larger is better: without fault, trusted, complete, well signed, few faults.
 */
static int score_path(const struct path *path, const struct chain *chain)
{
    int faults = 0;
    bool signature_fault = false;
    for (size_t i = 0; i < chain->n_findings; i++) {
        enum verdict verdict = chain->findings[i].verdict;
        faults += verdict != VERDICT_OK ? 1 : 0;
        signature_fault |=
            verdict == VERDICT_CERT_SIGNATURE || verdict == VERDICT_MALFORMED;
    }
    bool complete = is_trusted(path->end) || path->end == PATH_END_UNTRUSTED;
    int score = faults == 0 ? 1 : 0;
    score = score * 2 + (is_trusted(path->end) ? 1 : 0);
    score = score * 2 + (complete ? 1 : 0);
    score = score * 2 + (signature_fault ? 0 : 1);
    score = score * 128 + 127 - faults;
    return score * 64 + (int)(CHAIN_DEPTH_MAX - path->n_steps);
}

static void finish_path(struct search *s, enum path_end end)
{
    s->path.end = end;
    s->n_paths++;
    path_check(&s->path, s->context, s->trial);
    int score = score_path(&s->path, s->trial);
    if (s->n_paths == 1 || score > s->best_score) {
        *s->best = *s->trial;
        s->best_score = score;
    }
    bool faultless = true;
    for (size_t i = 0; i < s->trial->n_findings; i++) {
        faultless &= s->trial->findings[i].verdict == VERDICT_OK;
    }
    bool out_of_budget = s->n_paths >= CHAIN_PATHS_MAX || s->n_steps >= STEPS_MAX;
    s->limited |= out_of_budget && !faultless;
    s->done = faultless || out_of_budget;
}

/* ---- candidates */

static bool in_path(const struct search *s, const struct certificate *cert)
{
    for (size_t i = 0; i < s->path.n_steps; i++) {
        if (certificate_equal(s->path.steps[i].element.cert, cert)) {
            return true;
        }
    }
    return false;
}

/* How promising an issuer is: the key identifier fits, the store is trusted. */
static int score_candidate(const struct certificate *child,
                           const struct chain_element *candidate, int64_t now)
{
    const struct certificate *c = candidate->cert;
    int score = 0;
    if (child->authority_key_id.len > 0 && c->subject_key_id.len > 0) {
        score += slice_equal(child->authority_key_id, c->subject_key_id) ? 16 : -16;
    }
    score += candidate->source == CHAIN_STORE_ROOT ? 8 : 0;
    score += candidate->source == CHAIN_STORE_CA ? 1 : 0;
    score += now >= c->not_before && now <= c->not_after ? 4 : 0;
    score += c->is_ca ? 2 : 0;
    return score;
}

struct gathering {
    struct search *s;
    const struct certificate *child;
    struct candidate *list;
    size_t n;
    bool cyclic; /* an issuer was left out because the path holds it */
};

static void gather(struct gathering *g, const struct certificate *cert,
                   enum chain_source source, const char *path)
{
    if (cert->malformed != NULL || !name_equal(cert->subject, g->child->issuer)) {
        return;
    }
    if (in_path(g->s, cert)) {
        g->cyclic = true;
        return;
    }
    for (size_t i = 0; i < g->n; i++) {
        if (certificate_equal(g->list[i].element.cert, cert)) {
            return;
        }
    }
    if (g->n == CANDIDATES_MAX) {
        g->s->limited = true;
        return;
    }
    struct candidate *candidate = &g->list[g->n++];
    *candidate = (struct candidate){ .element = { cert, source, path, false } };
    candidate->score =
        score_candidate(g->child, &candidate->element, g->s->context->now);
}

static void gather_folder(struct gathering *g, enum store_folder folder,
                          enum chain_source source)
{
    const struct store *store = g->s->context->store;
    for (size_t i = 0; i < store->folders[folder].n_entries; i++) {
        const struct store_entry *entry = &store->folders[folder].entries[i];
        gather(g, entry->cert, source, entry->path);
    }
}

/* What was fetched from the addresses that the child names for its issuer. */
static void gather_from_url(void *user, struct slice url)
{
    struct gathering *g = user;
    struct evidence_need need;
    if (!evidence_need_set(&need, EVIDENCE_ISSUER, url, SLICE_EMPTY)) {
        return;
    }
    const struct evidence_entry *entry = evidence_find(g->s->context->evidence, &need);
    for (size_t i = 0; entry != NULL && i < entry->n_issuers; i++) {
        gather(g, entry->issuers[i], CHAIN_FETCHED, entry->url);
    }
}

static void gather_fetched(struct gathering *g)
{
    const struct chain_context *context = g->s->context;
    if (context->evidence != NULL && !context->policy->disableauthorityinfoaccess) {
        certificate_walk_aia_urls(g->child, OID_AD_CA_ISSUERS, gather_from_url, g);
    }
}

/* Insertion sort, best first; keeps the order of equals. */
static void sort_candidates(struct candidate *list, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct candidate moving = list[i];
        size_t j = i;
        for (; j > 0 && list[j - 1].score < moving.score; j--) {
            list[j] = list[j - 1];
        }
        list[j] = moving;
    }
}

static enum path_signature check_signature(struct search *s,
                                           const struct certificate *child,
                                           const struct certificate *issuer)
{
    if (s->n_signatures >= CHAIN_SIGNATURES_MAX) {
        s->limited = true;
        return PATH_UNCHECKED;
    }
    s->n_signatures++;
    switch (path_verify(s->context->cache, child, issuer)) {
    case SIGNATURE_GOOD:
        return PATH_GOOD;
    case SIGNATURE_BAD:
        return PATH_BAD;
    case SIGNATURE_UNSUPPORTED:
    default:
        return PATH_UNSUPPORTED;
    }
}

/* ---- the walk */

static void extend(struct search *s);

static void push(struct search *s, const struct chain_element *element)
{
    s->path.steps[s->path.n_steps++] =
        (struct path_step){ .element = *element, .signature = PATH_UNCHECKED };
}

static void follow(struct search *s, const struct candidate *candidate)
{
    struct path_step *child = &s->path.steps[s->path.n_steps - 1];
    child->signature = candidate->signature;
    push(s, &candidate->element);
    extend(s);
    s->path.n_steps--;
    child->signature = PATH_UNCHECKED;
}

/* Tries the issuers that really signed `child`; if there are none, the most
 * promising of the others, so that a bad signature shows as what it is. False
 * if there was no issuer at all. */
static bool follow_issuers(struct search *s, const struct certificate *child,
                           bool *ret_cyclic)
{
    struct gathering g = { s, child,
                           s->candidates + (s->path.n_steps - 1) * CANDIDATES_MAX, 0,
                           false };
    bool signed_by_any = false;

    gather_folder(&g, STORE_ROOT, CHAIN_STORE_ROOT);
    gather_folder(&g, STORE_CA, CHAIN_STORE_CA);
    for (size_t i = 1; i < s->n_presented; i++) {
        gather(&g, s->presented[i], CHAIN_PRESENTED, NULL);
    }
    gather_fetched(&g);
    *ret_cyclic = g.cyclic;
    sort_candidates(g.list, g.n);
    for (size_t i = 0; i < g.n && !s->done; i++) {
        g.list[i].signature = check_signature(s, child, g.list[i].element.cert);
        if (g.list[i].signature == PATH_GOOD) {
            signed_by_any = true;
            follow(s, &g.list[i]);
        }
    }
    if (!signed_by_any && g.n > 0) {
        follow(s, &g.list[0]);
    }
    return g.n > 0;
}

/* The last certificate of the path is looked at: is it the end, or who issued
 * it? */
static void extend(struct search *s)
{
    struct path_step *last = &s->path.steps[s->path.n_steps - 1];
    const struct certificate *cert = last->element.cert;
    const struct store_entry *root = store_find(s->context->store, STORE_ROOT, cert);
    bool cyclic = false;

    if (certificate_is_self_issued(cert)) {
        last->signature = check_signature(s, cert, cert);
        if (last->signature == PATH_GOOD) {
            if (root != NULL) {
                last->element.source = CHAIN_STORE_ROOT;
                last->element.path = root->path;
                last->element.is_root = true;
            }
            finish_path(s, root != NULL ? PATH_END_TRUSTED : PATH_END_UNTRUSTED);
            return;
        }
    }
    if (s->path.n_steps == CHAIN_DEPTH_MAX || s->n_steps++ == STEPS_MAX) {
        s->limited = true;
        finish_path(s, PATH_END_PARTIAL);
        return;
    }
    enum path_signature own_signature = last->signature;
    last->signature = PATH_UNCHECKED;
    if (follow_issuers(s, cert, &cyclic) || s->done) {
        return;
    }
    if (certificate_is_self_issued(cert) && own_signature != PATH_UNCHECKED) {
        last->signature = own_signature; /* meant to be self-signed, and is not */
        finish_path(s, PATH_END_UNTRUSTED);
        return;
    }
    finish_path(s, cyclic ? PATH_END_CYCLIC : PATH_END_PARTIAL);
}

static void run(struct search *s)
{
    const struct certificate *leaf = s->presented[0];
    const struct store_entry *person =
        store_find(s->context->store, STORE_TRUSTED_PEOPLE, leaf);
    struct chain_element first = { leaf, CHAIN_PRESENTED, NULL, false };

    if (leaf->malformed != NULL) {
        push(s, &first);
        finish_path(s, PATH_END_PARTIAL);
    } else if (person != NULL) {
        first.source = CHAIN_STORE_PEOPLE;
        first.path = person->path;
        push(s, &first);
        finish_path(s, PATH_END_PEOPLE);
    } else {
        push(s, &first);
        extend(s);
    }
}

int chain_build(struct certificate *const *presented, size_t n_presented,
                const struct chain_context *context, struct chain *ret_chain,
                struct err *err)
{
    struct search s = {
        .context = context,
        .presented = presented,
        .n_presented =
            n_presented < CHAIN_PRESENTED_MAX ? n_presented : CHAIN_PRESENTED_MAX,
        .best = ret_chain,
        .limited = n_presented > CHAIN_PRESENTED_MAX,
        .names_budget = PATH_NAMES_BUDGET,
    };
    int result = -1;

    *ret_chain = (struct chain){ .n_elements = 0 };
    if (n_presented == 0) {
        return 0;
    }
    s.trial = mem_alloc(1, sizeof(*s.trial));
    s.candidates = mem_alloc(CHAIN_DEPTH_MAX * CANDIDATES_MAX, sizeof(*s.candidates));
    if (s.trial == NULL || s.candidates == NULL) {
        err_memory(err);
        goto out;
    }
    s.path.names_budget = &s.names_budget;
    run(&s);
    ret_chain->n_paths = s.n_paths;
    if (s.limited || s.names_budget == 0) {
        path_add(ret_chain, FINDING_SEARCH_LIMIT, 0, "%zu paths, %zu signatures",
                 s.n_paths, s.n_signatures);
    }
    result = 0;
out:
    free(s.trial);
    free(s.candidates);
    return result;
}
