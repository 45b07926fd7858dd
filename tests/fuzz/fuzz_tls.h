/* SPDX-License-Identifier: MIT
 *
 * Sessions for the TLS targets: one server that asks for a certificate, and clients of
 * it. The key and certificate behind both are made at the first use.
 */
#pragma once

#include "tls/tls_session.h"

/* A new session of the one server; the caller destroys it. */
struct tls_session *fuzz_tls_server(void);
/* A new session of a client without a certificate. */
struct tls_session *fuzz_tls_client(bool tls_1_2, struct slice resume);
/* A client that presents this chain; NULL if that cannot be. */
struct tls_client_config *fuzz_tls_client_config(bool tls_1_2,
                                                 const struct slice *chain,
                                                 size_t n_chain);
/* The certificate that goes with the clients' key. */
struct slice fuzz_tls_leaf(void);
