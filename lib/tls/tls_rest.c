/* SPDX-License-Identifier: MIT
 *
 * mbedTLS's buffers, while a session has nothing in them. What one session lays down
 * the next one takes up: a server whose connections wait needs buffers for those that
 * do not. A buffer that goes over is not wiped, as the kernel's are not; one that is
 * freed is.
 */
#include "tls/tls_session_private.h"

#include "base/mem.h"

#include <stdlib.h>

void tls_plain_free(uint8_t *plain)
{
    if (plain != NULL) {
        mem_wipe(plain, TLS_SESSION_PLAINTEXT_MAX);
        free(plain);
    }
}

#ifdef CERTGATE_SSL_REST

/* Less than this is not worth freeing. */
#define KEPT_CAPACITY ((size_t)512)

static void shrink(struct buf *buf)
{
    if (buf->len == 0 && buf->cap > KEPT_CAPACITY) {
        buf_finish(buf);
    }
}

void tls_session_rest(struct tls_session *session)
{
    struct tls_server_config *server = session->server;
    if (server == NULL || session->phase != SESSION_OPEN || session->rests ||
        certgate_ssl_rest(&session->ssl, &session->rest) != 0) {
        return;
    }
    session->rests = true;
    session->plain_len = 0;
    shrink(&session->in);
    if (server->n_spare < TLS_SPARE_MAX) {
        struct certgate_rest *spare = &server->spare[server->n_spare];
        spare->in = session->rest.in;
        spare->out = session->rest.out;
        session->rest.in = NULL;
        session->rest.out = NULL;
        server->spare_plain[server->n_spare++] = session->plain;
    } else {
        certgate_rest_free(&session->rest);
        tls_plain_free(session->plain);
    }
    session->plain = NULL;
}

int tls_session_wake(struct tls_session *session)
{
    struct tls_server_config *server = session->server;
    if (!session->rests) {
        return 0;
    }
    if (server->n_spare > 0) {
        struct certgate_rest *spare = &server->spare[--server->n_spare];
        session->rest.in = spare->in;
        session->rest.out = spare->out;
        session->plain = server->spare_plain[server->n_spare];
        spare->in = NULL;
        spare->out = NULL;
    }
    if (session->plain == NULL) {
        session->plain = mem_alloc(1, TLS_SESSION_PLAINTEXT_MAX);
    }
    int rc = session->plain == NULL ? MBEDTLS_ERR_SSL_ALLOC_FAILED
                                    : certgate_ssl_wake(&session->ssl, &session->rest);
    session->rests = rc != 0;
    return rc;
}

void tls_server_config_free_spare(struct tls_server_config *config)
{
    while (config->n_spare > 0) {
        certgate_rest_free(&config->spare[--config->n_spare]);
        tls_plain_free(config->spare_plain[config->n_spare]);
    }
}

#else

void tls_session_rest(struct tls_session *session)
{
    (void)session;
}

int tls_session_wake(struct tls_session *session)
{
    (void)session;
    return 0;
}

void tls_server_config_free_spare(struct tls_server_config *config)
{
    (void)config;
}

#endif
