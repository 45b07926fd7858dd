/* SPDX-License-Identifier: MIT
 *
 * What an exchange is given (exchange.h), and what is plain from that.
 */
#pragma once

#include "chain/chain.h"
#include "config/config.h"
#include "http/request.h"
#include "net/address.h"
#include "site/offers.h"
#include "site/places.h"
#include "site/site_host.h"
#include "tls/tls_info.h"

#include <stdbool.h>
#include <stddef.h>

struct mapping;

/* Everything is borrowed. */
struct exchange_input {
    const struct config *config;
    const struct config_listen *site;    /* as this client sees it */
    const struct site_host *host;        /* what its name in the handshake stands for */
    const struct chain_context *context; /* store, policy, cache, now */
    /* Of the certificate that came, if it was built in this context already, to see
     * what has to be fetched; else NULL. */
    const struct chain *chain;
    const struct address *local;
    const struct address *peer;
    const struct tls_info *tls; /* NULL = plain HTTP */
    const struct request *request;
    size_t base_len; /* of its path: what a --path names, before the page's own */
    const struct mapping *mapping; /* NULL = no certificate mappings */
    const struct places *places;   /* where else to go; NULL = not known */
    const struct offers *offers;   /* of the test certificates; NULL = not known */
};

/* Whether IIS would call this peer local (DetailedLocalOnly). */
bool exchange_is_local(const struct address *peer);
/* The peer may see details: by --errormode and where it is. */
bool exchange_may_detail(const struct exchange_input *input);
/* The certificates that count: none without a proof of possession. */
size_t exchange_n_presented(const struct tls_info *tls);
