/* SPDX-License-Identifier: MIT
 *
 * How IIS would answer this client certificate now: the complete judgement, from the
 * presented chain, the stores and a policy to every finding and one verdict. Pure:
 * `now` is an argument, nothing is fetched, nothing is logged.
 */
#pragma once

#include "base/err.h"
#include "chain/chain.h"
#include "chain/verdict.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* <access sslFlags> as IIS Manager offers it (iis.md 3b). */
enum ssl_flags {
    SSL_FLAGS_IGNORE,  /* None or Ssl: a certificate is not asked for, never judged
                        */
    SSL_FLAGS_ACCEPT,  /* SslNegotiateCert: absent is fine, a bad one is still
                          403.16 */
    SSL_FLAGS_REQUIRE, /* SslRequireCert: absent is 403.7 */
};

/* "Ignore", "Accept", "Require"; IIS's flag names, nginx's (off, optional, on)
 * and mbedTLS's (none, optional, required) are understood, in any case. */
bool ssl_flags_parse(const char *word, enum ssl_flags *ret_flags);
const char *ssl_flags_name(enum ssl_flags flags);

/* A judgement of one client's certificate. Plain memory, nothing to free;
 * borrows the certificates from the presented chain and the store and must not
 * outlive them. */
struct judgement {
    enum verdict verdict;
    struct chain
        chain; /* the best path and its findings; n_elements 0 = no certificate */
    /* Index in chain.findings of the one that decided; chain.n_findings = none.
     */
    size_t deciding;
};

/* `presented` is the chain as the peer sent it, leaf first (n = 0: none).
 * -1 only when out of memory. */
int judge_client(struct certificate *const *presented, size_t n_presented,
                 enum ssl_flags flags, const struct chain_context *context,
                 struct judgement *ret_judgement, struct err *err) MUST_CHECK;
/* The same for a certificate whose chain was already built in this context. */
void judge_chain(const struct chain *chain, enum ssl_flags flags,
                 const struct chain_context *context, struct judgement *ret_judgement);
