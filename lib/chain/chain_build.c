/* SPDX-License-Identifier: MIT
 *
 * The search: depth first from the leaf, over every certificate whose subject
 * is the issuer's name, the most promising first, until a path without fault is
 * found or a limit is reached. Key identifiers only order the candidates; the
 * signature decides who issued what (RFC 5280 4.2.1.1 calls them a means to
 * facilitate path building, not a proof).
 */
#include "chain/chain_build.h"

#include "base/mem.h"
#include "chain/issuers.h"
#include "chain/path/path_candidates.h"
#include "chain/signature_work.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Certificates looked at in one search, over all paths. */
#define STEPS_MAX      ((size_t)512)
#define LIMIT_TEXT_MAX 96

struct search {
    struct chain_context context; /* the caller's, with our `work` */
    struct signature_work work;
    struct certificate *const *presented;
    size_t n_presented;
    struct path path;                              /* the one under construction */
    struct chain *best;                            /* the caller's */
    struct chain *trial;                           /* scratch, owned */
    struct candidate *candidates[CHAIN_DEPTH_MAX]; /* CANDIDATES_MAX each, owned */
    size_t n_paths;
    size_t n_steps;
    size_t n_signatures;
    size_t names_budget;
    bool is_cut;  /* more were presented than are looked at */
    bool limited; /* a limit ended part of the search */
    char limit[LIMIT_TEXT_MAX];
    bool done; /* a path without fault was found, or a limit */
    bool no_memory;
    int best_score;
    struct chain_paths *all;     /* NULL: only the best is wanted */
    int scores[CHAIN_PATHS_MAX]; /* of `all` */
};

/* ---- comparing paths */

static bool is_trusted(enum path_end end)
{
    return end == PATH_END_TRUSTED || end == PATH_END_PEOPLE;
}

#define SCORE_CHOSEN INT_MAX

/* Larger is better: without fault, trusted, complete, well signed, few faults.
 */
static int score_path(const struct path *path, const struct chain *chain)
{
    int faults = 0;
    bool signature_fault = false;
    for (size_t i = 0; i < chain->n_findings; i++) {
        enum verdict verdict = chain->findings[i].verdict;
        faults += verdict != VERDICT_OK ? 1 : 0;
        signature_fault |= verdict == VERDICT_CERT_SIGNATURE ||
                           verdict == VERDICT_MALFORMED ||
                           path_is_limit(&chain->findings[i]);
    }
    bool complete = is_trusted(path->end) || path->end == PATH_END_UNTRUSTED;
    int score = faults == 0 ? 1 : 0;
    score = score * 2 + (is_trusted(path->end) ? 1 : 0);
    score = score * 2 + (complete ? 1 : 0);
    score = score * 2 + (signature_fault ? 0 : 1);
    score = score * 128 + 127 - faults;
    return score * 64 + (int)(CHAIN_DEPTH_MAX - path->n_steps);
}

/* Behind all that are as good or better. The first path without fault stays the
 * first of all: there the search for one path ends. */
static void keep_path(struct search *s, int score)
{
    size_t at = s->all->n++;
    while (at > 0 && s->scores[at - 1] < score) {
        s->scores[at] = s->scores[at - 1];
        s->all->chains[at] = s->all->chains[at - 1];
        at--;
    }
    s->scores[at] = score;
    s->all->chains[at] = *s->trial;
}

static bool is_faultless(const struct chain *chain)
{
    for (size_t i = 0; i < chain->n_findings; i++) {
        if (chain->findings[i].verdict != VERDICT_OK) {
            return false;
        }
    }
    return true;
}

static void finish_path(struct search *s, enum path_end end)
{
    s->path.end = end;
    s->n_paths++;
    path_check(&s->path, &s->context, s->trial);
    int score = score_path(&s->path, s->trial);
    bool faultless = is_faultless(s->trial);
    bool out_of_budget = s->n_paths >= CHAIN_PATHS_MAX || s->n_steps >= STEPS_MAX;
    if (s->all != NULL) {
        bool first = faultless && s->best_score < SCORE_CHOSEN;
        keep_path(s, first ? SCORE_CHOSEN : score);
        s->best_score = s->scores[0];
        s->limited |= out_of_budget;
        s->done = out_of_budget;
        return;
    }
    if (s->n_paths == 1 || score > s->best_score) {
        *s->best = *s->trial;
        s->best_score = score;
    }
    s->limited |= out_of_budget && !faultless;
    s->done = faultless || out_of_budget;
}

/* ---- the walk */

static enum path_signature check_signature(struct search *s,
                                           const struct certificate *child,
                                           const struct certificate *issuer)
{
    if (s->n_signatures >= CHAIN_SIGNATURES_MAX) {
        s->limited = true;
        return PATH_UNCHECKED;
    }
    s->n_signatures++;
    switch (signature_work_certificate(&s->work, child, issuer)) {
    case SIGNATURE_GOOD:
        return PATH_GOOD;
    case SIGNATURE_BAD:
        return PATH_BAD;
    case SIGNATURE_UNCHECKED:
        s->limited = true;
        return PATH_UNCHECKED;
    case SIGNATURE_UNSUPPORTED:
    default:
        return PATH_UNSUPPORTED;
    }
}

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

/* For the issuers of the path's last certificate. NULL when out of memory. */
static struct candidate *get_list(struct search *s)
{
    struct candidate **list = &s->candidates[s->path.n_steps - 1];
    if (*list == NULL) {
        *list = mem_alloc(CANDIDATES_MAX, sizeof(**list));
    }
    return *list;
}

/* Tries the issuers that really signed `child`; if there are none, the most promising
 * of the others, so that a bad signature is reported as such. False if there was no
 * issuer at all. */
static bool follow_issuers(struct search *s, const struct certificate *child,
                           bool *ret_cyclic)
{
    struct candidate *list = get_list(s);
    if (list == NULL) {
        s->no_memory = true;
        s->done = true;
        return true; /* whether there is none is not known */
    }
    const struct candidates_query query = { &s->context, s->presented, s->n_presented,
                                            &s->path, child };
    struct candidates_found found = candidates_gather(&query, list);
    bool signed_by_any = false;

    *ret_cyclic = found.cyclic;
    s->limited |= found.limited;
    for (size_t i = 0; i < found.n && !s->done; i++) {
        list[i].signature = check_signature(s, child, list[i].element.cert);
        if (list[i].signature == PATH_GOOD) {
            signed_by_any = true;
            follow(s, &list[i]);
        }
    }
    if (!signed_by_any && found.n > 0) {
        follow(s, &list[0]);
    }
    return found.n > 0;
}

/* Trust may begin at this certificate: it lies in LocalMachine\Root, or, in an
 * exclusive trust mode, in the store of trusted issuers. NULL: it may not. */
static const struct store_entry *find_anchor(const struct search *s,
                                             const struct certificate *cert,
                                             enum chain_source *ret_source)
{
    const struct chain_context *context = &s->context;
    enum store_folder folder = STORE_ROOT;
    bool exclusive = issuers_are_exclusive(context->store, context->policy, &folder);

    *ret_source = exclusive ? CHAIN_STORE_ISSUERS : CHAIN_STORE_ROOT;
    return store_find(context->store, folder, cert);
}

/* The path ends here, at what is or looks like its root. */
static void end_at_root(struct search *s)
{
    struct path_step *last = &s->path.steps[s->path.n_steps - 1];
    enum chain_source source;
    const struct store_entry *anchor = find_anchor(s, last->element.cert, &source);

    if (anchor != NULL) {
        last->element.source = source;
        last->element.path = anchor->path;
        last->element.is_root = true;
    }
    finish_path(s, anchor != NULL ? PATH_END_TRUSTED : PATH_END_UNTRUSTED);
}

/* The path goes on, but not here: s->limit says why. */
static void end_at_limit(struct search *s)
{
    s->limited = true;
    s->path.limit = s->limit;
    finish_path(s, PATH_END_LIMIT);
}

/* ClientAuthTrustMode 2: an intermediate of the store of trusted issuers. */
static bool is_exclusive_ca(const struct search *s, const struct certificate *cert)
{
    enum chain_source source;
    return s->context.policy->clientauthtrustmode == TRUST_MODE_EXCLUSIVE_CA &&
           s->path.n_steps > 1 && find_anchor(s, cert, &source) != NULL &&
           source == CHAIN_STORE_ISSUERS;
}

/* The last certificate of the path is looked at: is it the end, or who issued
 * it? */
static void extend(struct search *s)
{
    struct path_step *last = &s->path.steps[s->path.n_steps - 1];
    const struct certificate *cert = last->element.cert;
    bool cyclic = false;

    if (is_exclusive_ca(s, cert)) {
        end_at_root(s);
        return;
    }
    if (certificate_is_self_issued(cert)) {
        last->signature = check_signature(s, cert, cert);
        if (last->signature == PATH_GOOD) {
            end_at_root(s);
            return;
        }
    }
    if (s->path.n_steps == CHAIN_DEPTH_MAX || s->n_steps++ == STEPS_MAX) {
        (void)snprintf(
            s->limit, sizeof(s->limit),
            s->path.n_steps == CHAIN_DEPTH_MAX ? "at most %zu certificates in one path"
                                               : "at most %zu certificates looked at",
            s->path.n_steps == CHAIN_DEPTH_MAX ? CHAIN_DEPTH_MAX : STEPS_MAX);
        end_at_limit(s);
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
    if (!cyclic && s->is_cut) {
        (void)snprintf(s->limit, sizeof(s->limit),
                       "at most %zu of the certificates that were sent",
                       CHAIN_PRESENTED_MAX);
        end_at_limit(s);
        return;
    }
    if (certificate_is_self_issued(cert) && own_signature == PATH_UNCHECKED) {
        (void)snprintf(s->limit, sizeof(s->limit), "its own signature is %s",
                       signature_work_hindrance(&s->work));
        end_at_limit(s);
        return;
    }
    finish_path(s, cyclic ? PATH_END_CYCLIC : PATH_END_PARTIAL);
}

static void run(struct search *s)
{
    const struct certificate *leaf = s->presented[0];
    const struct store_entry *person =
        store_find(s->context.store, STORE_TRUSTED_PEOPLE, leaf);
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

/* The limit is the finding, and stands alone. */
static bool has_limit(const struct chain *chain)
{
    for (size_t i = 0; i < chain->n_findings; i++) {
        if (path_is_limit(&chain->findings[i])) {
            return true;
        }
    }
    return false;
}

/* The search itself; what was found goes where s->best or s->all says. */
static int run_search(struct search *s, struct err *err)
{
    int result = -1;

    if (s->n_presented > CHAIN_PRESENTED_MAX) {
        s->n_presented = CHAIN_PRESENTED_MAX;
        s->is_cut = true;
        s->limited = true;
    }
    signature_work_init(&s->work, s->context.cache, s->context.batch);
    s->context.work = &s->work;
    s->names_budget = PATH_NAMES_BUDGET;
    s->path.names_budget = &s->names_budget;
    s->trial = mem_alloc(1, sizeof(*s->trial));
    if (s->trial != NULL) {
        run(s);
    }
    if (s->trial == NULL || s->no_memory) {
        err_memory(err);
        goto out;
    }
    struct chain *chosen = s->all != NULL ? &s->all->chains[0] : s->best;
    chosen->n_paths = s->n_paths;
    if ((s->limited || s->work.limited || s->names_budget == 0) && !has_limit(chosen)) {
        path_add(chosen, FINDING_SEARCH_LIMIT, 0, "%zu paths, %zu signatures",
                 s->n_paths, s->n_signatures);
    }
    result = 0;
out:
    free(s->trial);
    for (size_t i = 0; i < CHAIN_DEPTH_MAX; i++) {
        free(s->candidates[i]);
    }
    return result;
}

int chain_build(struct certificate *const *presented, size_t n_presented,
                const struct chain_context *context, struct chain *ret_chain,
                struct err *err)
{
    struct search s = {
        .context = *context,
        .presented = presented,
        .n_presented = n_presented,
        .best = ret_chain,
    };
    *ret_chain = (struct chain){ .n_elements = 0 };
    return n_presented == 0 ? 0 : run_search(&s, err);
}

int chain_build_all(struct certificate *const *presented, size_t n_presented,
                    const struct chain_context *context, struct chain_paths *ret_paths,
                    struct err *err)
{
    struct chain_paths paths = { .n = 0 };
    struct search s = {
        .context = *context,
        .presented = presented,
        .n_presented = n_presented,
        .all = &paths,
    };
    if (n_presented == 0) {
        *ret_paths = paths;
        return 0;
    }
    paths.chains = mem_alloc(CHAIN_PATHS_MAX, sizeof(*paths.chains));
    if (paths.chains == NULL) {
        return err_memory(err);
    }
    if (run_search(&s, err) != 0) {
        chain_paths_finish(&paths);
        return -1;
    }
    *ret_paths = paths;
    return 0;
}
