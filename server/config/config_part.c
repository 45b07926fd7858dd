/* SPDX-License-Identifier: MIT
 *
 * What a site takes from the server, where it says nothing itself.
 */
#include "config/config_internal.h"

bool config_listen_is_by_file(const struct config *config,
                              const struct config_listen *listen)
{
    return config->n_iis > 0 && listen->roles == 0 && listen->host[0] == 0 &&
           listen->dialect == CONFIG_DIALECT_IIS;
}

struct config_part config_part_of(const struct config *config)
{
    struct config_part part = { config->policy, config->site,
                                config->clientcertnegotiation, config->tls_min,
                                config->tls_max };
    part.policy.large_root_store_breaks_all =
        config->windows->large_root_store_breaks_all;
    return part;
}

void config_part_complete(struct config_listen *listen, const struct config *config,
                          const struct config_part *part)
{
    if (!listen->has_flags) {
        listen->flags = part->site.flags;
        listen->never_asks = part->site.never_asks;
        listen->ssl |= part->site.ssl;
        listen->ssl128 |= part->site.ssl128;
        listen->map_cert |= part->site.map_cert;
    }
    /* The files of --iis say what holds, and None where they say nothing. */
    if (config_listen_is_by_file(config, listen)) {
        listen->flags = SSL_FLAGS_IGNORE;
        listen->never_asks = false;
        listen->ssl = false;
        listen->ssl128 = false;
        listen->map_cert = false;
    }
    /* IIS Manager forces Require SSL with Require (iis.md 3b). */
    listen->ssl = listen->ssl || listen->ssl128 || listen->flags == SSL_FLAGS_REQUIRE;
    if (!listen->has_negotiation) {
        listen->late = !part->clientcertnegotiation;
    }
    if (listen->upload_read_ahead == 0) {
        listen->upload_read_ahead = CONFIG_UPLOAD_READ_AHEAD;
    }
    listen->policy = part->policy;
    listen->tls_min = part->tls_min;
    listen->tls_max = part->tls_max;
    if (listen->has_ctl_store) {
        listen->policy.has_sslctlstorename = true;
        listen->policy.sslctlstorename = listen->ctl_store;
    }
}
