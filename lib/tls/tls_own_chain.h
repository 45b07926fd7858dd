/* SPDX-License-Identifier: MIT
 *
 * The chain that we present, as mbedTLS wants it: the leaf is an envelope around
 * the public half of our key, so that mbedTLS never parses the certificates, and
 * exactly the given bytes are sent, valid or not.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "pki/key.h"

#include <mbedtls/x509_crt.h>

#include <stddef.h>

struct tls_own_chain {
    mbedtls_x509_crt *crts; /* owned array, linked by `next`; NULL = none */
    size_t n_crts;
    struct buf bytes; /* all DER, then the envelope */
    struct key *key;  /* borrowed */
};

/* `ders` are copied. Zero of them make an empty chain. */
int tls_own_chain_init(struct tls_own_chain *chain, const struct slice *ders,
                       size_t n_ders, struct key *key, struct err *err) MUST_CHECK;
void tls_own_chain_finish(struct tls_own_chain *chain);
