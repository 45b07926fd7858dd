/* SPDX-License-Identifier: MIT */
#include "connection/connection_host.h"

#include "base/clock.h"
#include "retrieval/retrieval.h"
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

struct answer_moment connection_host_moment(const struct connection_host *host)
{
    const struct revocation_service *revocation = host->services->revocation;
    return (struct answer_moment){
        .now = clock_now_s(),
        .n_loaded = host->n_loaded,
        .n_evidence = host->retrieval == NULL
                          ? 0
                          : evidence_changes(retrieval_evidence(host->retrieval)),
        .n_switches = revocation == NULL ? 0 : revocation_service_changes(revocation),
    };
}
