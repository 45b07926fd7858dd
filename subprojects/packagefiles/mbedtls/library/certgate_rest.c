/* SPDX-License-Identifier: MIT */
/*
 * A session's two buffers, 50 KB, while no byte is in them: see certgate_rest.h. Only
 * the library itself knows what points into them.
 */
#include "common.h"

#include "certgate_rest.h"
#include "mbedtls/platform.h"
#include "ssl_misc.h"

#include <string.h>

int certgate_ssl_rest(mbedtls_ssl_context *ssl, struct certgate_rest *rest)
{
    if (ssl->in_buf == NULL || ssl->out_buf == NULL || ssl->in_left != 0 ||
        ssl->out_left != 0 || ssl->in_offt != NULL || ssl->in_hslen != 0 ||
        ssl->keep_current_message != 0 || ssl->state != MBEDTLS_SSL_HANDSHAKE_OVER) {
        return -1;
    }
    if (ssl->handshake != NULL) {
        /* TLS 1.3 keeps what nobody asks for any more. */
        mbedtls_ssl_handshake_free(ssl);
        mbedtls_free(ssl->handshake);
        ssl->handshake = NULL;
        if (ssl->transform_negotiate != NULL) {
            mbedtls_ssl_transform_free(ssl->transform_negotiate);
            mbedtls_free(ssl->transform_negotiate);
            ssl->transform_negotiate = NULL;
        }
    }
    memcpy(rest->counter, ssl->in_ctr, sizeof(rest->counter));
    rest->in = ssl->in_buf;
    rest->out = ssl->out_buf;
    ssl->in_buf = NULL;
    ssl->out_buf = NULL;
    return 0;
}

int certgate_ssl_wake(mbedtls_ssl_context *ssl, struct certgate_rest *rest)
{
    if (rest->in == NULL) {
        rest->in = mbedtls_calloc(1, MBEDTLS_SSL_IN_BUFFER_LEN);
    }
    if (rest->out == NULL) {
        rest->out = mbedtls_calloc(1, MBEDTLS_SSL_OUT_BUFFER_LEN);
    }
    if (rest->in == NULL || rest->out == NULL) {
        certgate_rest_free(rest);
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    }
    ssl->in_buf = rest->in;
    ssl->out_buf = rest->out;
    rest->in = NULL;
    rest->out = NULL;
    mbedtls_ssl_reset_in_pointers(ssl);
    memcpy(ssl->in_ctr, rest->counter, sizeof(rest->counter));
    mbedtls_ssl_reset_out_pointers(ssl);
    mbedtls_ssl_update_out_pointers(ssl, ssl->transform_out);
    return 0;
}

void certgate_rest_free(struct certgate_rest *rest)
{
    if (rest->in != NULL) {
        mbedtls_zeroize_and_free(rest->in, MBEDTLS_SSL_IN_BUFFER_LEN);
    }
    if (rest->out != NULL) {
        mbedtls_zeroize_and_free(rest->out, MBEDTLS_SSL_OUT_BUFFER_LEN);
    }
    rest->in = NULL;
    rest->out = NULL;
}
