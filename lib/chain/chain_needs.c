/* SPDX-License-Identifier: MIT
 *
 * What would have to be fetched to know more about a chain. Pure: nothing is fetched.
 *
 * The certificate is hostile and names the addresses, so they are few: revocation is
 * asked only for a path that ends in a trusted root (one that does not would be refused
 * anyway), an issuer only where the path ends for want of it.
 */
#include "chain/chain_needs.h"

#include "chain/path/path_sources.h"
#include "chain/signature_work.h"
#include "pki/name.h"

struct collection {
    const struct chain_context *context;
    struct evidence_need *needs;
    size_t n;
    size_t max;
    bool found; /* an address of an issuer that is not known yet */
};

static void add(struct collection *c, const struct evidence_need *need)
{
    for (size_t i = 0; i < c->n; i++) {
        if (evidence_need_equal(&c->needs[i], need)) {
            return;
        }
    }
    if (c->n < c->max) {
        c->needs[c->n++] = *need;
    }
}

static void on_issuer_url(void *user, struct slice url)
{
    struct collection *c = user;
    struct evidence_need need;
    if (c->found || !evidence_need_set(&need, EVIDENCE_ISSUER, url, SLICE_EMPTY)) {
        return;
    }
    const struct evidence_entry *entry = evidence_find(c->context->evidence, &need);
    if (entry == NULL || !evidence_is_current(entry, c->context->now)) {
        c->found = true;
        add(c, &need);
    }
}

static void collect_issuer(const struct chain *chain, struct collection *c)
{
    size_t last = chain->n_elements - 1;
    size_t fetched = 0;
    bool partial = false;
    for (size_t i = 0; i < chain->n_elements; i++) {
        fetched += chain->elements[i].source == CHAIN_FETCHED ? 1 : 0;
    }
    for (size_t i = 0; i < chain->n_findings; i++) {
        partial |= chain->findings[i].kind == FINDING_PARTIAL_CHAIN ||
                   chain->findings[i].kind == FINDING_CYCLIC;
    }
    if (partial && fetched < CHAIN_FETCHED_MAX &&
        !c->context->policy->disableauthorityinfoaccess) {
        certificate_walk_aia_urls(chain->elements[last].cert, OID_AD_CA_ISSUERS,
                                  on_issuer_url, c);
    }
}

static void collect_revocation(const struct chain *chain, struct chain_context *context,
                               struct collection *c)
{
    struct path path = { .n_steps = chain->n_elements };
    for (size_t i = 0; i < chain->n_elements; i++) {
        path.steps[i].element = chain->elements[i];
    }
    context->path = &path;
    for (size_t i = 0; i + 1 < chain->n_elements; i++) {
        const struct certificate *cert = chain->elements[i].cert;
        const struct certificate *issuer = chain->elements[i + 1].cert;
        struct evidence_need need;
        if (signature_work_certificate(c->context->work, cert, issuer) ==
                SIGNATURE_GOOD &&
            source_next(cert, issuer, c->context, &need)) {
            add(c, &need);
        }
    }
    context->path = NULL;
}

size_t chain_needs(const struct chain *chain, const struct chain_context *context,
                   struct evidence_need *needs, size_t max)
{
    struct signature_work work;
    struct chain_context bounded = *context;
    struct collection c = { .context = &bounded, .needs = needs, .max = max };
    signature_work_init(&work, context->cache, context->batch);
    bounded.work = &work;
    if (context->evidence == NULL || chain->n_elements == 0 ||
        chain->elements[0].cert->malformed != NULL) {
        return 0;
    }
    if (!chain->elements[chain->n_elements - 1].is_root) {
        collect_issuer(chain, &c);
    } else if (context->policy->verifyclientcertrevocation) {
        collect_revocation(chain, &bounded, &c);
    }
    return c.n;
}
