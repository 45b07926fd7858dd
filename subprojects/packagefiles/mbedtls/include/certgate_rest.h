/* SPDX-License-Identifier: MIT */
/*
 * mbedTLS gives a session buffers for the largest messages of both directions, and
 * keeps them as long as it lives: most of the memory of a connection that is kept alive
 * and waits. Between records nothing is in them but the number of the next record to
 * come.
 */
#ifndef CERTGATE_REST_H
#define CERTGATE_REST_H

#include "mbedtls/ssl.h"

struct certgate_rest {
    unsigned char *in;  /* owned; NULL = none */
    unsigned char *out; /* owned; NULL = none */
    unsigned char counter[8];
};

/* Takes the buffers of a session. It may be called by nothing but certgate_ssl_wake()
 * and mbedtls_ssl_free() then. Not 0: something is in them, or the handshake is not
 * over.
 */
int certgate_ssl_rest(mbedtls_ssl_context *ssl, struct certgate_rest *rest);
/* Gives it buffers: those of `rest`, whosever they were, or new ones. The counter is
 * its own. MBEDTLS_ERR_SSL_ALLOC_FAILED: it still rests. */
int certgate_ssl_wake(mbedtls_ssl_context *ssl, struct certgate_rest *rest);
/* Wipes and frees the buffers. */
void certgate_rest_free(struct certgate_rest *rest);

#endif
