/* SPDX-License-Identifier: MIT */
#include "chain/chain.h"

#include <stdlib.h>

const char *chain_source_name(enum chain_source source)
{
    static const char *const names[] = {
        [CHAIN_PRESENTED] = "sent by the client",
        [CHAIN_STORE_CA] = "LocalMachine\\CA",
        [CHAIN_STORE_ROOT] = "LocalMachine\\Root",
        [CHAIN_STORE_PEOPLE] = "LocalMachine\\TrustedPeople",
        [CHAIN_STORE_ISSUERS] = "the store of trusted issuers",
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

void chain_paths_finish(struct chain_paths *paths)
{
    free(paths->chains);
    *paths = (struct chain_paths){ .n = 0 };
}
