/* SPDX-License-Identifier: MIT */
#include "connection/connection_host.h"

#include "base/clock.h"
#include "connection/retrieval.h"
#include "roles/revocation_service.h"

struct chain_context connection_host_context(const struct connection_host *host,
                                             const struct config_listen *site)
{
    const struct revocation_service *revocation = host->services->revocation;
    return (struct chain_context){
        .store = host->material->store,
        .policy = &site->policy,
        .cache = host->cache,
        .now = clock_now_s(),
        .evidence =
            host->retrieval == NULL ? NULL : retrieval_evidence(host->retrieval),
        .is_switched = revocation == NULL ? NULL : revocation_service_is_switched,
        .switched_user = revocation,
    };
}
