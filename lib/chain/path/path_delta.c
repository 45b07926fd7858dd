/* SPDX-License-Identifier: MIT */
#include "chain/path/path_delta.h"

#include "chain/path/path_list.h"
#include "pki/crl_point.h"

/* Addresses of a list's deltas that are looked at. */
#define FRESHEST_MAX ((size_t)4)

struct freshest {
    struct slice urls[FRESHEST_MAX];
    size_t n;
};

static void on_url(void *user, struct slice url)
{
    struct freshest *freshest = user;
    if (freshest->n < FRESHEST_MAX) {
        freshest->urls[freshest->n++] = url;
    }
}

static struct freshest find_freshest(const struct certificate *cert,
                                     const struct crl *crl)
{
    struct freshest freshest = { .n = 0 };
    crl_point_walk_freshest(cert, crl, on_url, &freshest);
    return freshest;
}

/* ---- what is at hand */

struct search {
    const struct crl *crl;
    const struct certificate *issuer;
    const struct chain_context *context;
    struct delta best;
};

static void try_one(struct search *search, const struct crl *delta, const char *where,
                    bool fetched)
{
    const struct crl *best = search->best.list;
    if (crl_delta_fits(delta, search->crl) &&
        list_is_timely(delta, search->context, fetched ? LIST_SKEW : 0) &&
        (best == NULL || crl_is_newer(delta, best)) &&
        list_find_defect(delta, search->issuer, search->context) == NULL) {
        search->best = (struct delta){ delta, where, fetched };
    }
}

struct delta delta_find(const struct crl *crl, const struct certificate *cert,
                        const struct certificate *issuer,
                        const struct chain_context *context)
{
    struct search search = { .crl = crl, .issuer = issuer, .context = context };
    struct freshest freshest = find_freshest(cert, crl);
    const struct store *store = context->store;
    bool switched = context->is_switched != NULL &&
                    context->is_switched(context->switched_user, cert, issuer);
    for (size_t i = 0; !switched && i < store->n_crls; i++) {
        try_one(&search, store->crls[i].crl, store->crls[i].path, false);
    }
    for (size_t i = 0; context->evidence != NULL && i < freshest.n; i++) {
        struct evidence_need need;
        if (!evidence_need_set(&need, EVIDENCE_CRL, freshest.urls[i], SLICE_EMPTY)) {
            continue;
        }
        const struct evidence_entry *entry = evidence_find(context->evidence, &need);
        if (entry != NULL && entry->crl != NULL &&
            !evidence_has_ended(entry, entry->crl->has_next_update, context)) {
            try_one(&search, entry->crl, entry->url, true);
        }
    }
    return search.best;
}

/* ---- what is to be fetched */

/* A delta of this list that has nothing newer is an answer, too. */
static bool has_answered(const struct evidence_entry *entry, const struct crl *crl,
                         const struct certificate *issuer,
                         const struct chain_context *context)
{
    return entry->crl != NULL && entry->crl->is_delta &&
           crl_has_same_scope(entry->crl, crl) &&
           list_is_timely(entry->crl, context, LIST_SKEW) &&
           list_find_defect(entry->crl, issuer, context) == NULL;
}

bool delta_next(const struct crl *crl, const struct certificate *cert,
                const struct certificate *issuer, const struct chain_context *context,
                struct evidence_need *ret_need)
{
    struct freshest freshest = find_freshest(cert, crl);
    for (size_t i = 0; i < freshest.n; i++) {
        if (!evidence_need_set(ret_need, EVIDENCE_CRL, freshest.urls[i], SLICE_EMPTY)) {
            continue;
        }
        const struct evidence_entry *entry = evidence_find(context->evidence, ret_need);
        if (entry == NULL || !evidence_is_current(entry, context->now)) {
            return true;
        }
        if (has_answered(entry, crl, issuer, context)) {
            return false;
        }
    }
    return false;
}
