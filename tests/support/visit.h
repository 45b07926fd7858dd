/* SPDX-License-Identifier: MIT
 *
 * One exchange with the server's pure half, for tests: a client of the forged world
 * asks, and its answer comes back cut into head and body. No socket, no TLS.
 */
#pragma once

#include "site/exchange.h"

#include <stdbool.h>

/* What the client and the site are like; zeroed = GET / over TLS 1.3 from 127.0.0.1
 * with no certificate, to a site that ignores certificates. */
struct visit {
    const char *label;
    const char *case_name; /* of certs/cases.tsv; NULL = no certificate */
    enum ssl_flags flags;
    bool plain;  /* no TLS */
    bool ssl;    /* the site demands TLS */
    bool ssl128; /* ... of 128 bits */
    bool weak;   /* a suite without encryption was agreed on */
    bool tls_1_2;
    bool unproved;      /* the chain came without a proof of possession */
    bool late;          /* clientcertnegotiation=disable */
    bool names_issuers; /* SendTrustedIssuerList */
    bool remote;        /* from 192.0.2.7 */
    bool close;         /* the request says Connection: close */
    const char *profile;
    enum config_error_mode error_mode;
    bool reveal;
    bool plain_iis;
    enum request_method method;
    const char *path; /* NULL = "/" */
    const char *query;
    size_t body_len;
    const char *server_name; /* SNI; NULL = none */
    const char *host_name;   /* of the request; NULL = "localhost" */
    const char *host_case;   /* the host is that of this case */
    bool knows_all;          /* other sites' ports, and what browsers offer */
    bool as_200;             /* on a host that answers so */
    struct describe_memo *memo;
};

struct visit_result {
    struct exchange_result exchange;
    struct buf answer; /* the whole, NUL-terminated */
    const char *head;
    const char *body; /* "" = none */
};

/* All that the exchange is given; `input` points into the rest. */
struct visit_scene {
    struct config config;
    struct config_listen site;
    struct site_host host;
    struct offers offers;
    struct tls_info tls;
    struct chain_context context;
    struct address local;
    struct address peer;
    struct request request;
    struct exchange_input input;
};

void visit_prepare(const struct visit *visit, struct visit_scene *scene);
void visit_clear(struct visit_scene *scene);

/* Prepares, asks and clears. Failing to answer fails the test. */
void visit_run(const struct visit *visit, struct visit_result *ret_result);
void visit_finish(struct visit_result *result);
