/* SPDX-License-Identifier: MIT
 *
 * The certificates that a peer presents: kept as sent, whatever they are, and of
 * the first one mbedTLS gets the public key in an envelope, so that it checks the
 * proof of possession and nothing else. What mbedTLS does not see it cannot refuse.
 *
 * A client that checks its server with mbedTLS lets it parse the real ones.
 */
#include "tls/tls_envelope.h"
#include "tls/tls_err.h"
#include "tls/tls_session_private.h"

#include <mbedtls/error.h>
#include <mbedtls/pk.h>
#include <mbedtls/platform.h>
#include <mbedtls/rsa.h>
#include <psa/crypto.h>

#include <string.h>

/* No honest key has a longer public exponent, and one check with it would take
 * seconds. */
#define RSA_EXPONENT_BITS_MAX 64

void presented_clear(struct presented *presented)
{
    for (size_t i = 0; i < presented->n; i++) {
        certificate_destroy(presented->certs[i]);
    }
    memset(presented, 0, sizeof *presented);
}

struct certificate *presented_read(const struct tls_session *session, struct slice der)
{
    struct tls_resumption *resumption =
        session->server != NULL ? session->server->resumption : NULL;
    return resumption != NULL
               ? certificate_pool_get(tls_resumption_get_pool(resumption), der)
               : certificate_create(der);
}

bool tls_peer_chain_identify(const struct presented *chain,
                             uint8_t identity[static TLS_IDENTITY_LEN])
{
    struct buf hashes = BUF_EMPTY;
    size_t len;
    bool done;

    memset(identity, 0, TLS_IDENTITY_LEN);
    if (chain->n == 0) {
        return true;
    }
    for (size_t i = 0; i < chain->n; i++) {
        buf_append(&hashes, chain->certs[i]->sha256, sizeof chain->certs[i]->sha256);
    }
    done = buf_ok(&hashes) &&
           psa_hash_compute(PSA_ALG_SHA_256, hashes.data, hashes.len, identity,
                            TLS_IDENTITY_LEN, &len) == PSA_SUCCESS;
    buf_finish(&hashes);
    return done;
}

/* The fields of mbedTLS's certificate that point into the old bytes are not used again:
 * if it is kept, it is parsed again. */
static void put_real_bytes(struct tls_session *session)
{
    const mbedtls_ssl_session *state = session->ssl.MBEDTLS_PRIVATE(session);
    mbedtls_x509_crt *crt = state != NULL ? state->MBEDTLS_PRIVATE(peer_cert) : NULL;
    if (crt == NULL || crt->raw.p == NULL || session->peer.n == 0) {
        return;
    }
    struct slice der = session->peer.certs[0]->der;
    unsigned char *copy = mbedtls_calloc(1, der.len);
    if (copy != NULL) {
        memcpy(copy, der.data, der.len);
        mbedtls_free(crt->raw.p);
        crt->raw.p = copy;
        crt->raw.len = der.len;
    }
}

void tls_peer_chain_renew(struct tls_session *session)
{
    if (session->client->insecure) {
        put_real_bytes(session);
    }
    presented_clear(&session->peer);
}

void tls_peer_chain_prepare_save(struct tls_session *session)
{
    mbedtls_x509_crt crt;
    if (!session->client->insecure || session->peer.n == 0) {
        return;
    }
    struct slice der = session->peer.certs[0]->der;
    mbedtls_x509_crt_init(&crt);
    if (mbedtls_x509_crt_parse_der(&crt, der.data, der.len) == 0) {
        put_real_bytes(session);
    }
    mbedtls_x509_crt_free(&crt);
}

void tls_peer_chain_done(struct tls_session *session)
{
    mbedtls_ssl_session *state = session->ssl.MBEDTLS_PRIVATE(session);
    if (session->server == NULL || state == NULL ||
        state->MBEDTLS_PRIVATE(peer_cert) == NULL) {
        return;
    }
    mbedtls_x509_crt_free(state->MBEDTLS_PRIVATE(peer_cert));
    mbedtls_free(state->MBEDTLS_PRIVATE(peer_cert));
    state->MBEDTLS_PRIVATE(peer_cert) = NULL;
}

static struct certificate *keep(struct tls_session *session, const unsigned char *der,
                                size_t len)
{
    if (session->peer.n == TLS_INFO_CHAIN_MAX) {
        session->peer.n_dropped++;
        return NULL;
    }
    struct certificate *cert = presented_read(session, (struct slice){ der, len });
    if (cert != NULL) {
        session->peer.certs[session->peer.n++] = cert;
    }
    return cert;
}

#ifdef MBEDTLS_SSL_PEER_CRT_PARSER

static bool is_sane_rsa(mbedtls_pk_context *pk)
{
    mbedtls_mpi exponent;
    bool sane = true;

    if (mbedtls_pk_get_type(pk) != MBEDTLS_PK_RSA) {
        return true;
    }
    mbedtls_mpi_init(&exponent);
    sane = mbedtls_rsa_export(mbedtls_pk_rsa(*pk), NULL, NULL, NULL, NULL, &exponent) ==
               0 &&
           mbedtls_mpi_bitlen(&exponent) <= RSA_EXPONENT_BITS_MAX;
    mbedtls_mpi_free(&exponent);
    return sane;
}

/* The codes choose the alert: "unsupported certificate" or "bad certificate". */
static int accept_leaf(struct tls_session *session, const struct certificate *cert,
                       mbedtls_x509_crt *chain)
{
    struct buf envelope = BUF_EMPTY;
    int rc;

    /* A certificate that Windows cannot decode at all is refused by its TLS. */
    if (cert->spki.len == 0 || !cert->has_validity || cert->serial.len == 0 ||
        cert->issuer.len == 0 || cert->subject.len == 0) {
        session->chain_problem = "its public key, or a field before it, cannot be read";
        return MBEDTLS_ERR_X509_INVALID_FORMAT;
    }
    tls_envelope_write(&envelope, cert->spki);
    rc = buf_ok(&envelope)
             ? mbedtls_x509_crt_parse_der(chain, envelope.data, envelope.len)
             : MBEDTLS_ERR_X509_ALLOC_FAILED;
    buf_finish(&envelope);
    if (rc == 0 && !is_sane_rsa(&chain->pk)) {
        rc = MBEDTLS_ERR_X509_INVALID_FORMAT;
    }
    if (rc != 0 && !tls_err_is_machine(rc)) {
        session->chain_problem = "TLS here cannot use a public key of its kind";
        rc = MBEDTLS_ERR_X509_UNKNOWN_VERSION;
    }
    return rc;
}

static int accept_extension(void *user, mbedtls_x509_crt const *crt,
                            mbedtls_x509_buf const *oid, int critical,
                            const unsigned char *p, const unsigned char *end)
{
    (void)user, (void)crt, (void)oid, (void)critical, (void)p, (void)end;
    return 0;
}

/* mbedTLS itself recognizes a chain without elements by the unset version. */
static int on_certificate(void *user, mbedtls_ssl_context *ssl, mbedtls_x509_crt *chain,
                          const unsigned char *der, size_t len)
{
    struct tls_session *session = user;
    bool is_leaf = chain->version == 0 && session->peer.n == 0;
    bool has_room = session->peer.n < TLS_INFO_CHAIN_MAX;
    const struct certificate *cert = keep(session, der, len);

    (void)ssl;
    if (cert == NULL && has_room) {
        return MBEDTLS_ERR_X509_ALLOC_FAILED;
    }
    if (session->client != NULL && !session->client->insecure) {
        return mbedtls_x509_crt_parse_der_with_ext_cb(chain, der, len, 1,
                                                      accept_extension, NULL);
    }
    return is_leaf ? accept_leaf(session, cert, chain) : 0;
}

void tls_peer_chain_attach(struct tls_session *session)
{
    mbedtls_ssl_conf_peer_crt_parser(&session->conf, on_certificate, session);
}

int tls_peer_chain_take(struct tls_session *session, const mbedtls_x509_crt *crt)
{
    (void)session, (void)crt;
    return 0;
}

#else /* an mbedTLS without our patch */

int tls_peer_chain_take(struct tls_session *session, const mbedtls_x509_crt *crt)
{
    if (session->peer.n != 0) {
        return 0;
    }
    for (; crt != NULL; crt = crt->next) {
        bool has_room = session->peer.n < TLS_INFO_CHAIN_MAX;
        if (keep(session, crt->raw.p, crt->raw.len) == NULL && has_room) {
            return MBEDTLS_ERR_X509_ALLOC_FAILED;
        }
    }
    return 0;
}

/* mbedTLS has parsed the chain and passes each certificate when it verifies it: when
 * the leaf's turn comes, all are taken. */
static int on_verify(void *user, mbedtls_x509_crt *crt, int depth, uint32_t *flags)
{
    (void)flags;
    return depth == 0 ? tls_peer_chain_take(user, crt) : 0;
}

void tls_peer_chain_attach(struct tls_session *session)
{
    mbedtls_ssl_conf_verify(&session->conf, on_verify, session);
}

#endif
