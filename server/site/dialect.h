/* SPDX-License-Identifier: MIT
 *
 * Standing in for other servers: --listen PORT,dialect=nginx|apache|haproxy|kestrel,
 * and settings of theirs that let more in: nginx-optional-no-ca, haproxy-ca-ignore-err,
 * haproxy-crt-ignore-err.
 * Which certificates such a server takes, and how it turns the others away, in tables.
 *
 * What all but Kestrel do was seen at the real ones (tests/foreign/recorded), which
 * also hold us to it. They verify as OpenSSL's X509_verify_cert does: with the roots in
 * LocalMachine\Root, what the client sends, and the revocation lists of the store (if
 * it has none, as without ssl_crl: revocation is not checked); the first fault that it
 * comes to decides. Kestrel's answer is from its documentation.
 */
#pragma once

#include "site/exchange_input.h"

enum dialect_refusal {
    DIALECT_REFUSES_BY_PAGE,
    DIALECT_REFUSES_BY_ALERT,
    DIALECT_REFUSES_BY_SILENCE, /* the handshake is done, then TCP ends */
};

/* Which of OpenSSL's errors it ignores. */
enum dialect_tolerance {
    DIALECT_TOLERATES_NOTHING,
    /* nginx's optional_no_ca: it continues at every error and looks at the last one
     * only, which may be that no trusted CA is known. */
    DIALECT_TOLERATES_UNKNOWN_CA,
    DIALECT_TOLERATES_CAS, /* HAProxy's ca-ignore-err all: errors at a CA are ignored */
    DIALECT_TOLERATES_LEAF, /* HAProxy's crt-ignore-err all: errors at the client's
                               certificate are ignored */
};

/* A row; the words are those of the server itself. */
struct dialect {
    enum dialect_refusal refusal;
    bool is_openssl;
    enum dialect_tolerance tolerates;
    bool is_optional;    /* it asks for a certificate, but never requires one */
    const char *server;  /* its Server field; NULL = it sends none */
    const char *page;    /* template of its error pages; NULL = it has none */
    const char *type;    /* of those pages */
    const char *refused; /* the text of its page for a bad certificate */
    const char *missing; /* the text of its page for a missing one */
    int stale_alert;     /* for an outdated revocation list */
};

struct dialect_judgement {
    bool refused;
    bool is_missing; /* no certificate came, and one is required */
    /* TLS cannot parse the certificate, so the handshake always ends with an alert. */
    bool is_unreadable;
    int alert; /* the alert, as TLS names it */
    enum finding_kind kind;
    bool has_finding; /* `kind` says what decided */
};

/* IIS, or a site's dialect. */
const struct dialect *dialect_get(enum config_dialect dialect);
bool dialect_is_foreign(const struct config_listen *listen);

/* The site's dialect is not IIS. `ret_judgement` is what such a server would have seen,
 * for people to read: what it ignores is a note, and `deciding` is the fault that it
 * refuses for. It stays zeroed if no certificate was looked at. -1 only when out of
 * memory. */
int dialect_judge(const struct exchange_input *input,
                  struct dialect_judgement *ret_dialect,
                  struct judgement *ret_judgement, struct err *err) MUST_CHECK;
