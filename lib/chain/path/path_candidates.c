/* SPDX-License-Identifier: MIT */
#include "chain/path/path_candidates.h"

#include "chain/issuers.h"
#include "pki/name.h"

struct gathering {
    const struct candidates_query *query;
    struct candidate *list;
    struct candidates_found found;
};

static bool in_path(const struct path *path, const struct certificate *cert)
{
    for (size_t i = 0; i < path->n_steps; i++) {
        if (certificate_equal(path->steps[i].element.cert, cert)) {
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
    bool anchor = candidate->source == CHAIN_STORE_ROOT ||
                  candidate->source == CHAIN_STORE_ISSUERS;
    score += anchor ? 8 : 0;
    score += candidate->source == CHAIN_STORE_CA ? 1 : 0;
    score += now >= c->not_before && now <= c->not_after ? 4 : 0;
    score += c->is_ca ? 2 : 0;
    return score;
}

/* Of equals the last. */
static size_t find_least(const struct candidate list[static CANDIDATES_MAX])
{
    size_t least = 0;
    for (size_t i = 1; i < CANDIDATES_MAX; i++) {
        if (list[i].score <= list[least].score) {
            least = i;
        }
    }
    return least;
}

static void gather(struct gathering *g, const struct certificate *cert,
                   enum chain_source source, const char *path)
{
    const struct candidates_query *query = g->query;
    if (cert->malformed != NULL || !name_equal(cert->subject, query->child->issuer)) {
        return;
    }
    if (in_path(query->path, cert)) {
        g->found.cyclic = true;
        return;
    }
    for (size_t i = 0; i < g->found.n; i++) {
        if (certificate_equal(g->list[i].element.cert, cert)) {
            return;
        }
    }
    struct candidate candidate = { .element = { cert, source, path, false } };
    candidate.score =
        score_candidate(query->child, &candidate.element, query->context->now);
    if (g->found.n < CANDIDATES_MAX) {
        g->list[g->found.n++] = candidate;
        return;
    }
    /* The least promising candidate is dropped, which may be this one. */
    g->found.limited = true;
    size_t least = find_least(g->list);
    if (g->list[least].score < candidate.score) {
        g->list[least] = candidate;
    }
}

static void gather_folder(struct gathering *g, enum store_folder folder,
                          enum chain_source source)
{
    const struct store *store = g->query->context->store;
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
    const struct evidence_entry *entry =
        evidence_find(g->query->context->evidence, &need);
    for (size_t i = 0; entry != NULL && i < entry->n_issuers; i++) {
        gather(g, entry->issuers[i], CHAIN_FETCHED, entry->url);
    }
}

static void gather_fetched(struct gathering *g)
{
    const struct chain_context *context = g->query->context;
    if (context->evidence != NULL && !context->policy->disableauthorityinfoaccess) {
        certificate_walk_aia_urls(g->query->child, OID_AD_CA_ISSUERS, gather_from_url,
                                  g);
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

struct candidates_found candidates_gather(const struct candidates_query *query,
                                          struct candidate list[static CANDIDATES_MAX])
{
    const struct chain_context *context = query->context;
    struct gathering g = { .query = query, .list = list };
    enum store_folder issuers;

    if (issuers_are_exclusive(context->store, context->policy, &issuers)) {
        gather_folder(&g, issuers, CHAIN_STORE_ISSUERS);
    }
    gather_folder(&g, STORE_ROOT, CHAIN_STORE_ROOT);
    gather_folder(&g, STORE_CA, CHAIN_STORE_CA);
    for (size_t i = 1; i < query->n_presented; i++) {
        gather(&g, query->presented[i], CHAIN_PRESENTED, NULL);
    }
    gather_fetched(&g);
    sort_candidates(list, g.found.n);
    return g.found;
}
