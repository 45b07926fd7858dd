/* SPDX-License-Identifier: MIT
 *
 * mbedTLS's callbacks for tickets and session IDs. mbedTLS may ask about several
 * tickets of one ClientHello (TLS 1.3), may turn down one that we accepted, and may
 * then make a full handshake after all: what the last accepted ticket says counts only
 * if the server never came to send its certificate.
 */
#include "base/mem.h"
#include "tls/tls_session_private.h"

#include <psa/crypto.h>

#include <string.h>

#define STATE_SIZE_MAX ((size_t)16 * 1024)

/* Listener and settings, what the client offers, and the server name it asks for. */
static bool make_context(const struct tls_session *session,
                         uint8_t context[TLS_CONTEXT_LEN])
{
    struct buf facts = BUF_EMPTY;
    size_t len;
    bool made;

    /* It means nothing in TLS 1.3: a client that offers both versions sends it, and
     * omits it when it resumes a session of TLS 1.3 (mbedTLS does). */
    buf_append_byte(&facts, mbedtls_ssl_get_version_number(&session->ssl) ==
                                    MBEDTLS_SSL_VERSION_TLS1_2 &&
                                session->hello.extended_master_secret);
    buf_append(&facts, session->server->ticket_context,
               sizeof session->server->ticket_context);
    buf_append_byte(&facts, session->asks_certificate);
    buf_append_string(&facts, session->hello.server_name);
    made = buf_ok(&facts) &&
           psa_hash_compute(PSA_ALG_SHA_256, facts.data, facts.len, context,
                            TLS_CONTEXT_LEN, &len) == PSA_SUCCESS;
    buf_finish(&facts);
    return made;
}

/* RFC 7627 6.4: in TLS 1.2 a session that is not bound to its handshake by the
 * extended master secret must not carry a certificate into another one. */
static bool may_be_resumed(const struct tls_session *session)
{
    return mbedtls_ssl_get_version_number(&session->ssl) !=
               MBEDTLS_SSL_VERSION_TLS1_2 ||
           session->hello.extended_master_secret;
}

static bool fill_ticket(const struct tls_session *session, struct tls_ticket *ticket)
{
    memset(ticket, 0, sizeof *ticket);
    ticket->version = (uint16_t)mbedtls_ssl_get_version_number(&session->ssl);
    ticket->authenticated_at =
        tls_session_was_resumed(session)
            ? session->ticket.authenticated_at
            : tls_resumption_get_time(session->server->resumption);
    return make_context(session, ticket->context) &&
           tls_peer_chain_identify(tls_session_get_chain(session), ticket->identity);
}

static void remember_chain(const struct tls_session *session,
                           const struct tls_ticket *ticket)
{
    const struct presented *chain = tls_session_get_chain(session);
    struct buf ders = BUF_EMPTY;

    /* A truncated chain would come back as another one, so forget it. */
    if (chain->n == 0 || chain->n_dropped != 0) {
        return;
    }
    for (size_t i = 0; i < chain->n; i++) {
        uint32_t len = (uint32_t)chain->certs[i]->der.len;
        buf_append(&ders, &len, sizeof len);
        buf_append_slice(&ders, chain->certs[i]->der);
    }
    if (buf_ok(&ders)) {
        tls_resumption_remember(session->server->resumption, ticket->identity,
                                buf_slice(&ders));
    }
    buf_finish(&ders);
}

static bool seal(const struct tls_session *session, const mbedtls_ssl_session *state,
                 struct buf *sealed)
{
    struct buf bytes = BUF_EMPTY;
    struct tls_ticket ticket;
    mbedtls_ssl_session bare = *state;
    size_t len;
    bool done = false;

    bare.MBEDTLS_PRIVATE(peer_cert) = NULL; /* the identity stands for it */
    if (!may_be_resumed(session) || !fill_ticket(session, &ticket) ||
        !buf_reserve(&bytes, STATE_SIZE_MAX) ||
        mbedtls_ssl_session_save(&bare, bytes.data, bytes.cap, &len) != 0) {
        goto out;
    }
    bytes.len = len;
    remember_chain(session, &ticket);
    done = tls_resumption_seal(session->server->resumption, &ticket, buf_slice(&bytes),
                               sealed);
out:
    mem_wipe(&bare, sizeof bare);
    buf_finish_secret(&bytes);
    return done;
}

/* An error here would end a TLS 1.3 handshake: a ticket that cannot be made becomes one
 * byte without a lifetime, which no client uses. */
static int on_write(void *user, const mbedtls_ssl_session *state, unsigned char *start,
                    const unsigned char *end, size_t *ret_len, uint32_t *ret_lifetime)
{
    const struct tls_session *session = user;
    struct buf sealed = BUF_EMPTY;
    size_t room = (size_t)(end - start);

    if (room == 0) {
        return MBEDTLS_ERR_SSL_BUFFER_TOO_SMALL;
    }
    if (seal(session, state, &sealed) && sealed.len <= room) {
        memcpy(start, sealed.data, sealed.len);
        *ret_len = sealed.len;
        *ret_lifetime = tls_resumption_get_lifetime(session->server->resumption);
    } else {
        start[0] = 0;
        *ret_len = 1;
        *ret_lifetime = 0;
    }
    buf_finish(&sealed);
    return 0;
}

static bool recall_chain(struct tls_session *session, const struct tls_ticket *ticket,
                         struct presented *ret_chain)
{
    static const uint8_t none[TLS_IDENTITY_LEN];
    struct slice ders;
    uint32_t len;

    if (memcmp(ticket->identity, none, sizeof none) == 0) {
        return true;
    }
    if (!tls_resumption_find(session->server->resumption, ticket->identity, &ders)) {
        return false;
    }
    while (ders.len > sizeof len && ret_chain->n < TLS_INFO_CHAIN_MAX) {
        memcpy(&len, ders.data, sizeof len);
        struct certificate *cert =
            presented_read(session, slice_part(ders, sizeof len, len));
        if (cert == NULL) {
            return false;
        }
        ret_chain->certs[ret_chain->n++] = cert;
        ders = slice_part(ders, sizeof len + len, SIZE_MAX);
    }
    return ret_chain->n > 0;
}

/* mbedTLS accepts any ticket for a TLS 1.2 handshake, even one of TLS 1.3: compare. */
static bool fits(const struct tls_session *session, const struct tls_ticket *ticket)
{
    uint8_t context[TLS_CONTEXT_LEN];

    return ticket->version == (uint16_t)mbedtls_ssl_get_version_number(&session->ssl) &&
           make_context(session, context) &&
           memcmp(context, ticket->context, sizeof context) == 0;
}

/* Fills `state` with one of this server's sessions that this client may resume; 0 or an
 * mbedTLS code. */
static int unseal(struct tls_session *session, struct slice sealed,
                  mbedtls_ssl_session *state)
{
    struct tls_ticket ticket;
    struct presented chain = { .n = 0 };
    struct buf bytes = BUF_EMPTY;
    int rc = MBEDTLS_ERR_SSL_INVALID_MAC;

    switch (
        tls_resumption_unseal(session->server->resumption, sealed, &ticket, &bytes)) {
    case TLS_UNSEAL_EXPIRED:
        rc = MBEDTLS_ERR_SSL_SESSION_TICKET_EXPIRED;
        goto out;
    case TLS_UNSEAL_FOREIGN:
        goto out;
    case TLS_UNSEAL_GOOD:
        break;
    }
    if (!fits(session, &ticket) || !recall_chain(session, &ticket, &chain) ||
        mbedtls_ssl_session_load(state, bytes.data, bytes.len) != 0) {
        goto out;
    }
    presented_clear(&session->ticket_chain);
    session->ticket_chain = chain;
    session->ticket = ticket;
    chain.n = 0;
    rc = 0;
out:
    presented_clear(&chain);
    buf_finish_secret(&bytes);
    return rc;
}

/* mbedTLS's type. NOLINTNEXTLINE(readability-non-const-parameter) */
static int on_parse(void *user, mbedtls_ssl_session *state, unsigned char *sealed,
                    size_t len)
{
    return unseal(user, (struct slice){ sealed, len }, state);
}

/* ---- session IDs, on TLS 1.2. mbedTLS assigns one, of 32 random bytes, where it
 * issues no ticket, and asks for one when no ticket was accepted. */

static int on_keep(void *user, unsigned char const *id, size_t len,
                   const mbedtls_ssl_session *state)
{
    const struct tls_session *session = user;
    struct buf sealed = BUF_EMPTY;

    if (len == TLS_ID_LEN && seal(session, state, &sealed)) {
        tls_id_table_keep(tls_resumption_get_ids(session->server->resumption), id,
                          buf_slice(&sealed));
    }
    buf_finish(&sealed);
    return 0;
}

static int on_find(void *user, unsigned char const *id, size_t len,
                   mbedtls_ssl_session *state)
{
    struct tls_session *session = user;
    struct slice sealed;

    if (!tls_id_table_find(tls_resumption_get_ids(session->server->resumption),
                           (struct slice){ id, len }, &sealed)) {
        return MBEDTLS_ERR_SSL_CACHE_ENTRY_NOT_FOUND;
    }
    return unseal(session, sealed, state);
}

void tls_ticket_attach(struct tls_session *session)
{
    if (session->server->resumption == NULL) {
        return;
    }
    if (!session->server->no_tickets) {
        mbedtls_ssl_conf_session_tickets_cb(&session->conf, on_write, on_parse,
                                            session);
    }
    if (!session->server->no_session_ids) {
        mbedtls_ssl_conf_session_cache(&session->conf, session, on_find, on_keep);
    }
}
