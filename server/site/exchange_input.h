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

struct iis_settings;
struct describe_memo;
struct mapping;

/* Everything is borrowed. */
struct exchange_input {
    const struct config *config;
    const struct config_listen *site;    /* its address as this client sees it */
    const struct site_host *host;        /* what its name in the handshake selects */
    const struct chain_context *context; /* store, policy, cache, now */
    /* The judgement of the certificate, if it was already made in this context to find
     * out what has to be fetched; else NULL. */
    const struct chain *chain;
    const struct address *local;
    const struct address *peer;
    const struct tls_info *tls; /* NULL = plain HTTP */
    const struct request *request;
    struct describe_memo *memo; /* what was said of certificates; NULL = none is kept */
    size_t base_len;            /* of its path: the part that --path or --iis names */
    const struct iis_settings *iis; /* the settings from --iis; NULL = none */
    const struct mapping *mapping;  /* NULL = no certificate mappings */
    const struct places
        *places; /* the other places that pages link to; NULL = not known */
    const struct offers
        *offers; /* the addresses of the test certificates; NULL = not known */
};

/* Whether IIS would call this peer local (DetailedLocalOnly). */
bool exchange_is_local(const struct address *peer);
/* The client may see details: by --errormode and by its address. */
bool exchange_may_detail(const struct exchange_input *input);
/* The certificates that count: none unless possession of the key was proved. */
size_t exchange_n_presented(const struct tls_info *tls);
