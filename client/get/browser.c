/* SPDX-License-Identifier: MIT */
#include "get/browser.h"

#include "attempt/credential.h"
#include "base/mem.h"
#include "chain/chain.h"
#include "chain/chain_build.h"

#include <stdlib.h>

static void list_reasons(const struct offer *offer, struct buf *why)
{
    for (size_t i = 0; i < offer->n_reasons; i++) {
        buf_printf(why, "%s%s", i == 0 ? "" : "; ",
                   finding_get(offer->reasons[i]->kind)->fault);
    }
}

static int read_chain(const struct forge_credential *credential,
                      struct certificate **certs, size_t *ret_n, struct err *err)
{
    for (size_t i = 0; i < credential->n_chain && i < CREDENTIAL_CHAIN_MAX; i++) {
        certs[i] = certificate_create(buf_slice(&credential->chain[i]));
        if (certs[i] == NULL) {
            return err_memory(err);
        }
        *ret_n = i + 1;
    }
    return 0;
}

int browser_offers(const struct forge_credential *credential,
                   enum offer_program program, int64_t now, bool *ret_offers,
                   struct buf *why, struct err *err)
{
    static const struct store no_store;
    struct certificate *certs[CREDENTIAL_CHAIN_MAX] = { NULL };
    struct policy policy = policy_default();
    const struct chain_context context = { .store = &no_store,
                                           .policy = &policy,
                                           .now = now };
    struct chain *chain = mem_alloc(1, sizeof *chain);
    struct offer offer;
    size_t n = 0;
    int result = -1;

    policy.verifyclientcertrevocation = false;
    if (chain == NULL) {
        return err_memory(err);
    }
    if (read_chain(credential, certs, &n, err) != 0 ||
        chain_build(certs, n, &context, chain, err) != 0) {
        goto out;
    }
    offer_judge(chain, program, &offer);
    list_reasons(&offer, why);
    *ret_offers = n > 0 && offer.is_offered;
    result = 0;
out:
    for (size_t i = 0; i < CREDENTIAL_CHAIN_MAX; i++) {
        certificate_destroy(certs[i]);
    }
    free(chain);
    return result;
}
