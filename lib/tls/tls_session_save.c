/* SPDX-License-Identifier: MIT
 *
 * What a client keeps of a session to resume it later.
 */
#include "tls/tls_err.h"
#include "tls/tls_session.h"
#include "tls/tls_session_private.h"

bool tls_session_can_be_resumed(const struct tls_session *session)
{
    return session->can_be_resumed;
}

int tls_session_save(struct tls_session *session, struct buf *out, struct err *err)
{
    mbedtls_ssl_session state;
    size_t len = 0;
    int rc;

    tls_peer_chain_prepare_save(session);
    mbedtls_ssl_session_init(&state);
    rc = mbedtls_ssl_get_session(&session->ssl, &state);
    if (rc == 0) {
        (void)mbedtls_ssl_session_save(&state, NULL, 0, &len);
        if (buf_reserve(out, len)) {
            rc = mbedtls_ssl_session_save(&state, out->data + out->len, len, &len);
        } else {
            rc = MBEDTLS_ERR_SSL_ALLOC_FAILED;
        }
    }
    mbedtls_ssl_session_free(&state);
    if (rc != 0) {
        return err_set(err, ERR_MBEDTLS, rc,
                       "the TLS session cannot be saved (-0x%04x)", (unsigned)-rc);
    }
    out->len += len;
    return 0;
}
